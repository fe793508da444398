"""Outputs that follow from a resource's subnets: its Availability Zones and its VPC."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from offline.aws import regions
from offline.aws.inventory import SUBNET, Inventory
from offline.aws.templates import digest
from offline.aws.wire import UNKNOWN, Unknown, has_unknown

_RDS, _DOCDB, _NEPTUNE = (f"aws:{s}/subnetGroup:SubnetGroup" for s in ("rds", "docdb", "neptune"))
_CACHE, _REDSHIFT = "aws:elasticache/subnetGroup:SubnetGroup", "aws:redshift/subnetGroup:SubnetGroup"

_SUBNETS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:autoscaling/group:Group": ("vpcZoneIdentifiers",),
    "aws:docdb/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:ec2/instance:Instance": ("subnetId",),
    "aws:ec2/networkInterface:NetworkInterface": ("subnetId",),
    "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint": ("subnetId",),
    "aws:efs/mountTarget:MountTarget": ("subnetId",),
    "aws:elasticache/serverlessCache:ServerlessCache": ("subnetIds",),
    "aws:elasticache/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:elb/loadBalancer:LoadBalancer": ("subnets",),
    "aws:fsx/lustreFileSystem:LustreFileSystem": ("subnetIds",),
    "aws:lb/loadBalancer:LoadBalancer": ("subnets", "subnetMappings"),
    "aws:rds/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:redshift/subnetGroup:SubnetGroup": ("subnetIds",),
}
"""Inputs with subnets: ids, or objects with a ``subnetId``."""

_GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    "aws:docdb/cluster:Cluster": ("dbSubnetGroupName", _DOCDB),
    "aws:elasticache/cluster:Cluster": ("subnetGroupName", _CACHE),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("subnetGroupName", _CACHE),
    "aws:neptune/cluster:Cluster": ("neptuneSubnetGroupName", _NEPTUNE),
    "aws:rds/cluster:Cluster": ("dbSubnetGroupName", _RDS),
    "aws:rds/instance:Instance": ("dbSubnetGroupName", _RDS),
    "aws:redshift/cluster:Cluster": ("clusterSubnetGroupName", _REDSHIFT),
}
"""(input, type) of the subnet group that a resource names."""

_MEMBERS: Final = {
    f"aws:{s}/clusterInstance:ClusterInstance": f"aws:{s}/cluster:Cluster" for s in ("rds", "docdb", "neptune")
}
"""Cluster instances, which are in their cluster's subnets -> type of the cluster that ``clusterIdentifier`` names."""

_OUTPUTS: Final = (
    "availabilityZone", "availabilityZoneId", "availabilityZoneName", "availabilityZones", "subnetMappings", "subnets",
    "vpcId",
)  # fmt: skip
_CLUSTER_ZONES: Final = 3
"""Number of zones in which a database cluster stores its data (Aurora User Guide, "Amazon Aurora storage")."""


def of(
    token: str,
    inputs: Mapping[str, Any],
    region: str,
    identifier: str,
    inventory: Inventory,
    olds: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Outputs that follow from a resource's subnets, None if unknown; {} for types that are in no subnet.

    Nothing is guessed: a resource in subnets outside this stack keeps its previous outputs (``olds``) or has no
    zones.
    """
    found = _ids(token, inputs, inventory)
    if found is None:
        return {}
    names = [n for n in _OUTPUTS if n not in inputs]
    if isinstance(found, Unknown):
        return dict.fromkeys(names, UNKNOWN)
    made = _made(token, found, region, identifier, inventory)
    unresolved = {n: (olds or {}).get(n, [] if n.endswith("s") else None) for n in names}
    return {n: made.get(n, unresolved[n]) for n in names}


def _made(token: str, subnets: list[str], region: str, identifier: str, inventory: Inventory) -> dict[str, Any]:
    """The outputs that are known; all of them only if every subnet is known."""
    made: dict[str, Any] = {}
    if "lb/loadBalancer" in token:
        made |= {"subnets": subnets, "subnetMappings": [{"subnetId": s} for s in subnets]}
    places = [inventory.get(SUBNET, s) for s in subnets]
    zones = sorted({p["availabilityZone"] for p in places if p and isinstance(p.get("availabilityZone"), str)})
    if not zones or not all(places):
        return made
    several = token in _GROUPS or token in _MEMBERS
    one = zones[int(digest(identifier, length=8), 16) % len(zones)] if several else zones[0]
    network = next((p["vpcId"] for p in places if p and isinstance(p.get("vpcId"), str)), None)
    return made | {
        "availabilityZones": zones[:_CLUSTER_ZONES] if several else zones,
        "availabilityZone": one,
        "availabilityZoneName": one,
        "availabilityZoneId": regions.zone_id(one),
        **({"vpcId": network} if network is not None else {}),
    }


def _ids(token: str, inputs: Mapping[str, Any], inventory: Inventory) -> list[str] | Unknown | None:
    """The subnets of a resource: unknown while one of them is unknown, None if it names none."""
    if token in _SUBNETS:
        given = [inputs[name] for name in _SUBNETS[token] if inputs.get(name)]
        return UNKNOWN if has_unknown(given) else list(_each(given)) if given else None
    if token in _MEMBERS:
        name = inputs.get("clusterIdentifier")
        if name is None or isinstance(name, Unknown):
            return name
        cluster = _named(inventory, _MEMBERS[token], "clusterIdentifier", name)
        return _ids(_MEMBERS[token], cluster, inventory) if cluster else []
    if token not in _GROUPS:
        return None
    prop, kind = _GROUPS[token]
    name = inputs.get(prop)
    if name is None or isinstance(name, Unknown):
        return name
    group = _named(inventory, kind, "name", name)
    return list(_each(group.get("subnetIds"))) if group else []


def _named(inventory: Inventory, token: str, prop: str, name: Any) -> Mapping[str, Any] | None:
    return inventory.get(token, name) or inventory.find(token, prop, name)


def _each(value: Any) -> Iterator[str]:
    """Every subnet id in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _each(cast(Mapping[str, Any], value).get("subnetId"))
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from _each(item)
