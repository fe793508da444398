"""Settings of the media-streaming architecture: the ``media`` group of the configuration."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from components.settings.cells import CellSettings
from components.settings.connectivity import ConnectivitySettings, read_connectivity
from components.settings.section import EMAIL, Section
from components.settings.web import INSTANCE_TYPES

_DATABASE_CLASS = r"db\.[a-z0-9-]+\.[a-z0-9-]+"
_CLUSTER_CLASS = r"db\.(c6gd|m5d|m6gd|m6id|m6idn|m8gd|r5d|r6gd|r6id|r6idn|r8gd|x2iedn)\.[a-z0-9-]+"
_CACHE_NODE = r"cache\.[a-z0-9]+\.[a-z0-9]+"
_IMAGE = r"[^\s@]+(:[\w.-]+|@sha256:[0-9a-f]{64})"
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?")
MAX_SERVERS = 100
CLUSTER_ZONES, CLUSTER_GIB = 3, 100
"""Zones and least storage of a Multi-AZ DB cluster (RDS user guide, "Multi-AZ DB cluster deployments")."""
MAX_SIGNING_KEYS = 5
"""Public keys in a key group (CloudFront quota)."""


@dataclass(frozen=True, kw_only=True)
class StreamingSettings:
    """Servers of live streams. servers, peak: On-Demand servers for the ordinary and the highest load of each cell; the
    tier adds the capacity that the loss of a zone takes away. spot: most Spot servers on top of them, 0 for none. warm:
    stopped servers in the warm pool. instance_types: arm64; the first is the On-Demand group's. megabits: Mbit/s per
    server at which the group scales out. keep_minutes: age at which live files are deleted.
    """

    servers: int
    peak: int
    spot: int
    warm: int
    instance_types: tuple[str, ...]
    image: str
    megabits: int
    keep_minutes: int


@dataclass(frozen=True, kw_only=True)
class MediaServicesSettings:
    """The services auth and recommendations. tasks: of each that must still run after the loss of a zone; most:
    maximum. image: URI of your image, or empty for the sample service. spot_weight: tasks on Fargate Spot for each one
    on Fargate, above the minimum.
    """

    tasks: int
    most: int
    image: str
    spot_weight: int


@dataclass(frozen=True, kw_only=True)
class CatalogSettings:
    """PostgreSQL. topology: ``instance`` is a Multi-AZ DB instance (one standby), ``cluster`` a Multi-AZ DB cluster
    (two readable standbys). storage, max_storage: GiB. replicas: read replicas of an instance, each in a different
    zone. standby: in the standby Region, a read replica that can be promoted or copies of the backups. promoted: that
    replica has been promoted.
    """

    topology: Literal["instance", "cluster"]
    instance_class: str
    storage: int
    max_storage: int
    replicas: int
    standby: Literal["replica", "backups"]
    promoted: bool


@dataclass(frozen=True, kw_only=True)
class MediaCacheSettings:
    """ElastiCache. engine: valkey or redis. node_type: of every node; there is one node per zone."""

    engine: Literal["valkey", "redis"]
    node_type: str


@dataclass(frozen=True, kw_only=True)
class MediaSettings:
    """signing_keys: label -> public key (PEM) for CloudFront signed URLs and cookies; without one the videos are
    public. public_videos: confirms that this is intended. player_origins: other sites whose players may read (CORS).
    traffic_dials: Global Accelerator's traffic dial of each Region, percent, by role of the cell. requests_per_client:
    per IP address in 5 minutes; the web ACL blocks above. origin_secret, ingest_password: versions of the header value
    that CloudFront sends to the load balancers and of the encoders' password; a new number rotates them. news_email: is
    told the result of each upload; empty for nobody.
    """

    streaming: StreamingSettings
    services: MediaServicesSettings
    catalog: CatalogSettings
    cache: MediaCacheSettings
    connectivity: ConnectivitySettings
    signing_keys: Mapping[str, str]
    public_videos: bool
    player_origins: tuple[str, ...]
    traffic_dials: Mapping[str, int]
    requests_per_client: int
    origin_secret: int
    ingest_password: int
    news_email: str


def read_media(section: Section, profile: str) -> MediaSettings:
    """Read the group; defaults are the profile's sizes."""
    big = profile == "production"
    settings = MediaSettings(
        streaming=_streaming(section.section("streaming"), big),
        services=_services(section.section("services"), big),
        catalog=_catalog(section.section("catalog"), big),
        cache=_cache(section.section("cache"), big),
        connectivity=read_connectivity(section.section("connectivity")),
        signing_keys=_keys(section),
        public_videos=section.flag("publicVideos", default=False),
        player_origins=_origins(section),
        traffic_dials=_dials(section.section("trafficDials")),
        requests_per_client=section.number("requestsPerClient", 10000, 10, 2_000_000_000, "requests in 5 minutes"),
        origin_secret=section.number("originSecret", 1, 1, 1_000_000),
        ingest_password=section.number("ingestPassword", 1, 1, 1_000_000),
        news_email=section.text("newsEmail", "", EMAIL, "must be an e-mail address such as studio@example.com"),
    )
    if settings.signing_keys and settings.public_videos:
        section.complain("publicVideos", "contradicts signingKeys; remove one of them")
    section.finish()
    return settings


def check_media(section: Section, found: MediaSettings, cells: Sequence[CellSettings], *, production: bool) -> None:
    """Report mistakes that depend on the rest of the settings."""
    if production and not found.signing_keys and not found.public_videos:
        section.complain(
            "signingKeys",
            "missing: without a key everybody can watch the videos; give a public key, or set publicVideos",
        )
    if found.catalog.topology != "cluster":
        return
    key = "catalog.topology"
    if len(cells[0].zones) < CLUSTER_ZONES:
        section.complain(key, f"needs {CLUSTER_ZONES} availabilityZones", value="cluster")
    if len(cells) > 1:
        rule = "RDS cannot replicate a Multi-AZ DB cluster to another Region; with standbyRegion use instance"
        section.complain(key, rule, value="cluster")


def _streaming(section: Section, big: bool) -> StreamingSettings:
    servers = section.number("servers", 4 if big else 1, 1, MAX_SERVERS, "servers")
    peak = section.number("peakServers", min(2 * servers, MAX_SERVERS), 1, MAX_SERVERS, "servers")
    if peak < servers:
        section.complain("peakServers", f"must be at least servers, {servers}", value=peak)
    types = section.words(
        "instanceTypes", ("c7g.xlarge", "m7g.xlarge", "c7g.large") if big else ("t4g.small", "t4g.medium")
    )
    for wrong in (t for t in types if t not in INSTANCE_TYPES):
        section.complain(
            "instanceTypes", f"must be arm64 types from this list: {', '.join(INSTANCE_TYPES)}", value=wrong
        )
    if len(set(types)) < 2:
        section.complain(
            "instanceTypes", "must name at least two types, since Spot capacity of one type often runs out"
        )
    found = StreamingSettings(
        servers=servers,
        peak=max(peak, servers),
        spot=section.number("spotServers", 4 * servers if big else 3, 0, 10 * MAX_SERVERS, "servers"),
        warm=section.number("warmServers", 3 if big else 1, 1, MAX_SERVERS, "servers"),
        instance_types=types,
        image=section.text(
            "imageId", "", r"ami-([0-9a-f]{8}|[0-9a-f]{17})", "must be the id of an arm64 image (ami-…)"
        ),
        megabits=section.number("megabitsPerServer", 1500 if big else 100, 1, 100_000, "megabits per second"),
        keep_minutes=section.number("keepMinutes", 180, 5, 7 * 24 * 60, "minutes"),
    )
    section.finish()
    return found


def _services(section: Section, big: bool) -> MediaServicesSettings:
    tasks = section.number("tasks", 4 if big else 1, 1, 500, "tasks")
    most = section.number("maxTasks", max(10, 10 * tasks) if big else 6 * tasks, 1, 5000, "tasks")
    if most < 2 * tasks:
        section.complain(
            "maxTasks", f"must be at least {2 * tasks}, twice tasks: with two zones, each zone runs them all"
        )
    found = MediaServicesSettings(
        tasks=tasks,
        most=most,
        image=section.text("image", "", _IMAGE, "must be an image URI with a tag or digest"),
        spot_weight=section.number("spotWeight", 0, 0, 1000),
    )
    section.finish()
    return found


def _catalog(section: Section, big: bool) -> CatalogSettings:
    cluster = section.choice("topology", ("instance", "cluster"), "instance") == "cluster"
    least = CLUSTER_GIB if cluster else 20
    storage = section.number("storageGib", max(least, 200 if big else 20), least, 65536, "GiB")
    most = section.number("maxStorageGib", min(5 * storage, 65536), 20, 65536, "GiB")
    if most * 10 < storage * 11:
        section.complain("maxStorageGib", f"must be at least 1.1 times storageGib, {storage}", value=most)
    pattern, default, rule = (
        _DATABASE_CLASS,
        "db.r7g.large" if big else "db.t4g.medium",
        "must be an instance class (db.r7g.large)",
    )
    if cluster:
        pattern, default, rule = (
            _CLUSTER_CLASS,
            "db.r6gd.large",
            "must be an instance class with local storage (db.r6gd.large)",
        )
    replicas = section.number("readReplicas", 1 if big and not cluster else 0, 0, 3, "replicas")
    if cluster and replicas:
        section.complain("readReplicas", "must be 0 for a cluster: its two standbys are readable", value=replicas)
    found = CatalogSettings(
        topology="cluster" if cluster else "instance",
        instance_class=section.text("instanceClass", default, pattern, rule),
        storage=storage,
        max_storage=most,
        replicas=replicas,
        standby=cast(Literal["replica", "backups"], section.choice("standby", ("replica", "backups"), "replica")),
        promoted=section.flag("promoted", default=False),
    )
    section.finish()
    return found


def _cache(section: Section, big: bool) -> MediaCacheSettings:
    found = MediaCacheSettings(
        engine=cast(Literal["valkey", "redis"], section.choice("engine", ("valkey", "redis"), "valkey")),
        node_type=section.text(
            "nodeType",
            "cache.r7g.large" if big else "cache.t4g.small",
            _CACHE_NODE,
            "must be a node type (cache.r7g.large)",
        ),
    )
    section.finish()
    return found


def _keys(section: Section) -> dict[str, str]:
    keys = section.table("signingKeys")
    if len(keys) > MAX_SIGNING_KEYS:
        section.complain("signingKeys", f"must be at most {MAX_SIGNING_KEYS} keys", value=len(keys))
    for label, pem in keys.items():
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,19}", label):
            section.complain("signingKeys", "labels are 1-20 lower-case letters, digits and hyphens", value=label)
        if "PRIVATE KEY" in pem:
            section.complain("signingKeys", "is a private key; give the public one", value=label)
        elif not _PEM.fullmatch(pem):
            section.complain("signingKeys", "must be a public key in PEM (-----BEGIN PUBLIC KEY-----)", value=label)
    return keys


def _origins(section: Section) -> tuple[str, ...]:
    origins = section.words("playerOrigins")
    for wrong in (o for o in origins if not _ORIGIN.fullmatch(o)):
        section.complain("playerOrigins", "must be an origin such as https://player.example.com", value=wrong)
    return origins


def _dials(section: Section) -> dict[str, int]:
    found = {role: section.number(role, 100, 0, 100, "percent") for role in ("primary", "standby")}
    if not any(found.values()):
        section.complain("primary", "cannot be 0 if standby is 0 too: no Region would get traffic", value=0)
    section.finish()
    return found
