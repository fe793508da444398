"""Settings of the media-streaming architecture: the ``media`` group of the configuration."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.settings.cells import CellSettings
from components.settings.connectivity import ConnectivitySettings, read_connectivity
from components.settings.databases import CLUSTER_ZONES, CacheSettings, RdsSettings, read_cache, read_rds
from components.settings.section import EMAIL, Section
from components.settings.services import ServiceSettings, read_services
from components.settings.web import INSTANCE_TYPES, ServerImages, read_images

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?")
MAX_SERVERS = 100
MAX_SIGNING_KEYS = 5
"""Public keys in a key group (CloudFront quota)."""


@dataclass(frozen=True, kw_only=True)
class StreamingSettings:
    """Servers of live streams. servers, peak: On-Demand servers for the ordinary and the highest load of each cell; the
    tier adds the capacity that the loss of a zone takes away. spot: most Spot servers on top of them, 0 for none. warm:
    stopped servers in the warm pool. instance_types: arm64, preferred first. megabits: Mbit/s per server at which the
    group scales out. keep_minutes: age at which live files are deleted.
    """

    servers: int
    peak: int
    spot: int
    warm: int
    instance_types: tuple[str, ...]
    images: ServerImages
    megabits: int
    keep_minutes: int


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
    services: ServiceSettings
    catalog: RdsSettings
    cache: CacheSettings
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
        catalog=read_rds(section.section("catalog"), big, engine="postgres", clusters=True),
        cache=read_cache(section.section("cache"), big),
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
        images=read_images(section),
        megabits=section.number("megabitsPerServer", 1500 if big else 100, 1, 100_000, "megabits per second"),
        keep_minutes=section.number("keepMinutes", 180, 5, 7 * 24 * 60, "minutes"),
    )
    section.finish()
    return found


def _services(section: Section, big: bool) -> ServiceSettings:
    found = read_services(section, big)
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
