"""Settings of the e-commerce architecture: the ``ecommerce`` group of the configuration."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from components.settings.connectivity import ConnectivitySettings, private_cidr, read_connectivity
from components.settings.section import Section
from components.settings.web import WebSettings, read_web

_DATABASE_CLASS = r"db\.[a-z0-9-]+\.[a-z0-9-]+"
_CACHE_NODE = r"cache\.[a-z0-9]+\.[a-z0-9]+"
_PRINCIPAL = r"arn:aws:iam::\d{12}:(role|user)/[\w+=,.@/-]+"
_PLATFORM = r"latest|64bit Amazon Linux 2023 v4\.\d+\.\d+ running Python 3\.\d+"
PLATFORM = "64bit Amazon Linux 2023 v4.6.1 running Python 3.13"
"""Elastic Beanstalk platform version with which the back office is created; managed updates upgrade it later."""


@dataclass(frozen=True, kw_only=True)
class ServicesSettings:
    """platform: where catalog, cart and checkout run. tasks: of each service that must still run after the loss of a
    zone; most: maximum.

    image: URI of your image, or empty for the sample service on a public Python image. spot_weight: tasks on Fargate
    Spot for each one on Fargate, above the minimum; Fargate only. admin_arns: IAM roles and users that administer the
    EKS clusters, besides the function that deploys to them.
    """

    platform: Literal["fargate", "kubernetes"]
    tasks: int
    most: int
    image: str
    spot_weight: int
    admin_arns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """MySQL. storage, max_storage: GiB. replicas: read replicas, each in a different zone. standby: in the standby
    Region, a read replica that can be promoted or copies of the backups. promoted: that replica has been promoted.
    """

    instance_class: str
    storage: int
    max_storage: int
    replicas: int
    standby: Literal["replica", "backups"]
    promoted: bool


@dataclass(frozen=True, kw_only=True)
class CacheSettings:
    """ElastiCache. engine: valkey or redis. node_type: of every node; there is one node per zone."""

    engine: Literal["valkey", "redis"]
    node_type: str


@dataclass(frozen=True, kw_only=True)
class BackOfficeSettings:
    """platform: Elastic Beanstalk platform version by its full name, or ``latest``, which is looked up in AWS at
    preview.

    allowed_cidrs: private ranges from which it can be opened, besides those of connectivity.
    """

    enabled: bool
    platform: str
    allowed_cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EcommerceSettings:
    """web: the storefront's servers. requests_per_client: per IP address in 5 minutes; the web ACL blocks above.

    origin_secret: version of the header value that CloudFront sends to the load balancers; a new number rotates it.
    """

    web: WebSettings
    services: ServicesSettings
    database: DatabaseSettings
    cache: CacheSettings
    back_office: BackOfficeSettings
    connectivity: ConnectivitySettings
    requests_per_client: int
    origin_secret: int


def read_ecommerce(section: Section, profile: str) -> EcommerceSettings:
    """Read the group; defaults are the profile's sizes."""
    big = profile == "production"
    settings = EcommerceSettings(
        web=read_web(section.section("web"), profile),
        services=_services(section.section("services"), big),
        database=_database(section.section("database"), big),
        cache=_cache(section.section("cache"), big),
        back_office=_back_office(section.section("backOffice"), big),
        connectivity=read_connectivity(section.section("connectivity")),
        requests_per_client=section.number("requestsPerClient", 2000, 10, 2_000_000_000, "requests in 5 minutes"),
        origin_secret=section.number("originSecret", 1, 1, 1_000_000),
    )
    section.finish()
    return settings


def _services(section: Section, big: bool) -> ServicesSettings:
    tasks = section.number("tasks", 4 if big else 1, 1, 500, "tasks")
    most = section.number("maxTasks", max(10, 10 * tasks) if big else 6 * tasks, 1, 5000, "tasks")
    if most < 2 * tasks:
        section.complain(
            "maxTasks", f"must be at least {2 * tasks}, twice tasks: with two zones, each zone runs them all"
        )
    platform = section.choice("platform", ("fargate", "kubernetes"), "fargate")
    spot = section.number("spotWeight", 0, 0, 1000)
    if spot and platform == "kubernetes":
        section.complain("spotWeight", "is only for fargate; remove it", value=spot)
    image = section.text(
        "image", "", r"[^\s@]+(:[\w.-]+|@sha256:[0-9a-f]{64})", "must be an image URI with a tag or digest"
    )
    admins = section.words("adminArns")
    for admin in admins:
        if not re.fullmatch(_PRINCIPAL, admin):
            section.complain("adminArns", "must be ARNs of IAM roles or users", value=admin)
    if len(set(admins)) < len(admins):
        section.complain("adminArns", "names an ARN twice")
    if admins and platform == "fargate":
        section.complain("adminArns", "is only for kubernetes; remove it")
    section.finish()
    return ServicesSettings(
        platform=cast(Literal["fargate", "kubernetes"], platform),
        tasks=tasks,
        most=most,
        image=image,
        spot_weight=spot,
        admin_arns=admins,
    )


def _database(section: Section, big: bool) -> DatabaseSettings:
    storage = section.number("storageGib", 200 if big else 20, 20, 65536, "GiB")
    most = section.number("maxStorageGib", min(5 * storage, 65536), 20, 65536, "GiB")
    if most * 10 < storage * 11:
        section.complain("maxStorageGib", f"must be at least 1.1 times storageGib, {storage}", value=most)
    found = DatabaseSettings(
        instance_class=section.text(
            "instanceClass",
            "db.r7g.large" if big else "db.t4g.medium",
            _DATABASE_CLASS,
            "must be an instance class (db.r7g.large)",
        ),
        storage=storage,
        max_storage=most,
        replicas=section.number("readReplicas", 1 if big else 0, 0, 3, "replicas"),
        standby=cast(Literal["replica", "backups"], section.choice("standby", ("replica", "backups"), "replica")),
        promoted=section.flag("promoted", default=False),
    )
    section.finish()
    return found


def _cache(section: Section, big: bool) -> CacheSettings:
    found = CacheSettings(
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


def _back_office(section: Section, big: bool) -> BackOfficeSettings:
    cidrs = tuple(private_cidr(section, "allowedCidrs", cidr) for cidr in section.words("allowedCidrs"))
    found = BackOfficeSettings(
        enabled=section.flag("enabled", default=big),
        platform=section.text(
            "platform", PLATFORM, _PLATFORM, f"must be latest, or a platform version such as {PLATFORM}"
        ),
        allowed_cidrs=cidrs,
    )
    section.finish()
    return found
