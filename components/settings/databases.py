"""Settings of an RDS database and of a cache: groups in the scenario's group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from components import versions
from components.settings.cells import CellSettings
from components.settings.section import Section

_CLASS = r"db\.[a-z0-9-]+\.[a-z0-9-]+"
_CLUSTER_CLASS = r"db\.(c6gd|m5d|m6gd|m6id|m6idn|m8gd|r5d|r6gd|r6id|r6idn|r8gd|x2iedn)\.[a-z0-9-]+"
_CACHE_NODE = r"cache\.[a-z0-9]+\.[a-z0-9]+"
VERSIONS: Mapping[str, tuple[str, str]] = {
    "mysql": (versions.MYSQL.version, r"\d+\.\d+"),
    "postgres": (versions.POSTGRES.version, r"\d+"),
}
"""Engine -> the major version of a new database, and what one looks like. RDS chooses the minor version."""
CLUSTER_ZONES, CLUSTER_GIB = 3, 100
"""Zones and least storage of a Multi-AZ DB cluster (RDS user guide, "Multi-AZ DB cluster deployments")."""


@dataclass(frozen=True, kw_only=True)
class RdsSettings:
    """RDS. engine_version: the major version. topology: ``instance`` is a Multi-AZ DB instance (one standby),
    ``cluster`` a Multi-AZ DB cluster (two readable standbys). storage, max_storage: GiB. replicas: read replicas of an
    instance, each in a different zone. standby: in the standby Region, a read replica that can be promoted or copies of
    the backups. promoted: that replica has been promoted.
    """

    engine_version: str
    topology: Literal["instance", "cluster"]
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


def read_rds(section: Section, big: bool, *, engine: Literal["mysql", "postgres"], clusters: bool) -> RdsSettings:
    """Read the group. big: sizes for production. clusters: whether a Multi-AZ DB cluster can be chosen."""
    cluster = clusters and section.choice("topology", ("instance", "cluster"), "instance") == "cluster"
    least = CLUSTER_GIB if cluster else 20
    storage = section.number("storageGib", max(least, 200 if big else 20), least, 65536, "GiB")
    most = section.number("maxStorageGib", min(5 * storage, 65536), 20, 65536, "GiB")
    if most * 10 < storage * 11:
        section.complain("maxStorageGib", f"must be at least 1.1 times storageGib, {storage}", value=most)
    pattern, default, rule = (
        _CLASS,
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
    version, looks = VERSIONS[engine]
    found = RdsSettings(
        engine_version=section.text("engineVersion", version, looks, f"must be a major version such as {version}"),
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


def check_replicas(section: Section, group: str, found: RdsSettings, primary: CellSettings) -> None:
    """Report more read replicas than Availability Zones. group: the database's group in ``section``."""
    if found.replicas > len(primary.zones) > 0:
        rule = f"must be at most {len(primary.zones)}, the number of availabilityZones: each is in its own zone"
        section.complain(f"{group}.readReplicas", rule, value=found.replicas)


def read_cache(section: Section, big: bool) -> CacheSettings:
    """Read the group. big: sizes for production."""
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
