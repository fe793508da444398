"""For each kind of resource: the properties that decide its Availability Zones."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, Protocol

from .node import Node
from .references import Refs
from .values import UNKNOWN
from .zones import REGIONAL, Zones, is_availability_zone, zones_of


class Lookup(Protocol):
    """The functions of the graph that placing a resource needs."""

    known_zones: Mapping[str, str]

    def refs(self, node: Node, path: str, *kinds: str) -> Refs: ...
    def referrers(self, target: Node, kind: str, path: str, *targets: str) -> Refs: ...
    def zones(self, node: Node) -> Zones: ...
    def of(self, *kinds: str) -> list[Node]: ...


SUBNET: Final = "ec2/subnet"
SUBNETS: Final = (SUBNET, "ec2/defaultSubnet")
# Kinds that are in one zone, whichever it is.
IN_ONE_ZONE: Final = frozenset(
    {
        *SUBNETS, "ec2/instance", "ec2/spotInstanceRequest", "ec2/networkInterface", "ec2/natGateway", "ebs/volume",
        "efs/mountTarget", "lb/targetGroupAttachment", "rds/clusterInstance", "docdb/clusterInstance",
        "neptune/clusterInstance", "ec2/vpcEndpointSubnetAssociation",
    }
)  # fmt: skip
# Kinds that take at most one subnet per zone, so that two subnets are two zones (ELB API: SetSubnets; EC2 API:
# CreateVpcEndpoint, CreateTransitGatewayVpcAttachment; Network Firewall API: AssociateSubnets).
ONE_SUBNET_PER_ZONE: Final = frozenset(
    {
        "lb/loadBalancer", "elb/loadBalancer", "ec2/vpcEndpoint", "ec2transitgateway/vpcAttachment",
        "networkfirewall/firewall",
    }
)  # fmt: skip

# Kind -> properties with its zones; the first that can be resolved is used. (path, kinds it refers to), or (path,) if
# it contains names of zones.
Placement = tuple[str, ...]
PLACEMENTS: Final[dict[str, tuple[Placement, ...]]] = {
    "ec2/subnet": (("availabilityZone",), ("availabilityZoneId",)),
    "ec2/defaultSubnet": (("availabilityZone",), ("availabilityZoneId",)),
    "ec2/instance": (
        ("availabilityZone",),
        ("subnetId", *SUBNETS),
        ("primaryNetworkInterface.networkInterfaceId", "ec2/networkInterface"),
    ),
    "ec2/spotInstanceRequest": (("availabilityZone",), ("subnetId", *SUBNETS)),
    "ec2/networkInterface": (("subnetId", *SUBNETS),),
    "ec2/natGateway": (("subnetId", *SUBNETS),),
    "ec2/vpcEndpoint": (("subnetIds", *SUBNETS), ("subnetConfigurations.subnetId", *SUBNETS)),
    "ec2/vpcEndpointSubnetAssociation": (("subnetId", *SUBNETS),),
    "ec2/capacityReservation": (("availabilityZone",),),
    "ec2/fleet": (
        ("launchTemplateConfigs.overrides.subnetId", *SUBNETS),
        ("launchTemplateConfigs.overrides.availabilityZone",),
    ),
    "ebs/volume": (("availabilityZone",),),
    "ec2transitgateway/vpcAttachment": (("subnetIds", *SUBNETS),),
    "lb/loadBalancer": (("subnets", *SUBNETS), ("subnetMappings.subnetId", *SUBNETS)),
    "elb/loadBalancer": (("subnets", *SUBNETS), ("availabilityZones",)),
    "autoscaling/group": (("vpcZoneIdentifiers", *SUBNETS), ("availabilityZones",)),
    "ecs/service": (("networkConfiguration.subnets", *SUBNETS),),
    "ecs/taskSet": (("networkConfiguration.subnets", *SUBNETS),),
    "lambda/function": (("vpcConfig.subnetIds", *SUBNETS),),
    "eks/cluster": (("vpcConfig.subnetIds", *SUBNETS),),
    "eks/nodeGroup": (("subnetIds", *SUBNETS),),
    "eks/fargateProfile": (("subnetIds", *SUBNETS),),
    "batch/computeEnvironment": (("computeResources.subnets", *SUBNETS),),
    "apprunner/vpcConnector": (("subnets", *SUBNETS),),
    "apigatewayv2/vpcLink": (("subnetIds", *SUBNETS),),
    "rds/instance": (("availabilityZone",), ("dbSubnetGroupName", "rds/subnetGroup")),
    "rds/cluster": (("dbSubnetGroupName", "rds/subnetGroup"), ("availabilityZones",)),
    "rds/clusterInstance": (("availabilityZone",),),
    "rds/proxy": (("vpcSubnetIds", *SUBNETS),),
    "rds/subnetGroup": (("subnetIds", *SUBNETS),),
    "docdb/cluster": (("dbSubnetGroupName", "docdb/subnetGroup"), ("availabilityZones",)),
    "docdb/clusterInstance": (("availabilityZone",),),
    "docdb/elasticCluster": (("subnetIds", *SUBNETS),),
    "docdb/subnetGroup": (("subnetIds", *SUBNETS),),
    "neptune/cluster": (("neptuneSubnetGroupName", "neptune/subnetGroup"), ("availabilityZones",)),
    "neptune/clusterInstance": (("availabilityZone",),),
    "neptune/subnetGroup": (("subnetIds", *SUBNETS),),
    "elasticache/subnetGroup": (("subnetIds", *SUBNETS),),
    "elasticache/replicationGroup": (("subnetGroupName", "elasticache/subnetGroup"),),
    "elasticache/cluster": (
        ("preferredAvailabilityZones",),
        ("availabilityZone",),
        ("subnetGroupName", "elasticache/subnetGroup"),
    ),
    "elasticache/serverlessCache": (("subnetIds", *SUBNETS),),
    "memorydb/subnetGroup": (("subnetIds", *SUBNETS),),
    "memorydb/cluster": (("subnetGroupName", "memorydb/subnetGroup"),),
    "redshift/subnetGroup": (("subnetIds", *SUBNETS),),
    "redshift/cluster": (("clusterSubnetGroupName", "redshift/subnetGroup"), ("availabilityZone",)),
    "redshiftserverless/workgroup": (("subnetIds", *SUBNETS),),
    "dax/subnetGroup": (("subnetIds", *SUBNETS),),
    "dax/cluster": (("availabilityZones",), ("subnetGroupName", "dax/subnetGroup")),
    "dms/replicationSubnetGroup": (("subnetIds", *SUBNETS),),
    "dms/replicationInstance": (("replicationSubnetGroupId", "dms/replicationSubnetGroup"), ("availabilityZone",)),
    "opensearch/domain": (("vpcOptions.subnetIds", *SUBNETS),),
    "opensearch/serverlessVpcEndpoint": (("subnetIds", *SUBNETS),),
    "msk/cluster": (("brokerNodeGroupInfo.clientSubnets", *SUBNETS),),
    "msk/serverlessCluster": (("vpcConfigs.subnetIds", *SUBNETS),),
    "mq/broker": (("subnetIds", *SUBNETS),),
    "efs/mountTarget": (("subnetId", *SUBNETS), ("availabilityZoneName",)),
    "efs/fileSystem": (("availabilityZoneName",),),
    "fsx/windowsFileSystem": (("subnetIds", *SUBNETS),),
    "fsx/ontapFileSystem": (("subnetIds", *SUBNETS),),
    "fsx/openZfsFileSystem": (("subnetIds", *SUBNETS),),
    "fsx/lustreFileSystem": (("subnetIds", *SUBNETS),),
    "networkfirewall/firewall": (
        ("subnetMappings.subnetId", *SUBNETS),
        ("availabilityZoneMappings.availabilityZoneId",),
    ),
    "timestreaminfluxdb/dbInstance": (("vpcSubnetIds", *SUBNETS),),
    "route53/resolverEndpoint": (("ipAddresses.subnetId", *SUBNETS),),
    "directoryservice/directory": (("vpcSettings.subnetIds", *SUBNETS),),
    "workspaces/directory": (("subnetIds", *SUBNETS),),
    "kinesisanalyticsv2/application": (("applicationConfiguration.vpcConfiguration.subnetIds", *SUBNETS),),
    "mwaa/environment": (("networkConfiguration.subnetIds", *SUBNETS),),
    "emr/cluster": (("ec2Attributes.subnetId", *SUBNETS), ("ec2Attributes.subnetIds", *SUBNETS)),
    "sagemaker/model": (("vpcConfig.subnets", *SUBNETS),),
    "transfer/server": (("endpointDetails.subnetIds", *SUBNETS),),
}

# Kinds that AWS spreads over the Region's zones (availability.md §2b), unless a property above says otherwise.
SPREAD: Final = frozenset(
    {
        "dynamodb/table",
        "s3/bucket",
        "sqs/queue",
        "sns/topic",
        "kinesis/stream",
        "lambda/function",
        "efs/fileSystem",
        "apigateway/restApi",
        "apigatewayv2/api",
        "ecr/repository",
        "secretsmanager/secret",
        "kms/key",
        "sfn/stateMachine",
        "cloudwatch/eventBus",
        "kinesis/firehoseDeliveryStream",
        "mediaconvert/queue",
        "cognito/userPool",
    }
)


def locate(graph: Lookup, node: Node) -> Zones:
    """The zones of a node, from its kind's properties; the zones of an unlisted kind are unresolved, never none."""
    found = _locate(graph, node)
    return replace(found, most=min(found.most, 1)) if node.kind in IN_ONE_ZONE and not found.regional else found


def _locate(graph: Lookup, node: Node) -> Zones:
    if special := _SPECIAL.get(node.kind):
        found = special(graph, node)
        if found is not None:
            return found
    return _by_properties(graph, node)


def _by_properties(graph: Lookup, node: Node) -> Zones:
    best: Zones | None = None
    for path, *kinds in PLACEMENTS.get(node.kind, ()):
        if not node.has(path.split(".")[0]):
            continue
        zones = _zones_at(graph, node, path, tuple(kinds))
        if zones.names and zones.known:
            return zones
        if zones.known and not zones.names:
            continue
        if best is None or len(zones.names) > len(best.names) or (zones.possible and not best.possible):
            best = zones
    if best is not None:
        return best
    if node.kind in SPREAD:
        return REGIONAL
    places = (node.urn,) if node.kind in SUBNETS else ()
    return Zones(unresolved=(f"no property of {node.label} says in which zone it is",), places=places)


def _zones_at(graph: Lookup, node: Node, path: str, kinds: tuple[str, ...]) -> Zones:
    if not kinds:
        values = list(node.leaves(path))
        names = [v for v in values if isinstance(v, str)]
        unknown = [f"{path} of {node.label}, {node.not_known(path)}" for v in values if v is UNKNOWN]
        return replace(zones_of(names, unknown), places=(node.urn,) if unknown and node.kind in SUBNETS else ())
    refs = graph.refs(node, path, *kinds)
    missing = [m for m in refs.missing if not _elsewhere(graph, m)]
    names = {graph.known_zones[i] for i in node.leaves(path) if isinstance(i, str) and i in graph.known_zones}
    total = _union(graph, refs.nodes)
    names |= total.names
    possible = frozenset(z for c in refs.candidates for z in graph.zones(c).names)
    if refs.choices:
        return _one_of(graph, refs.choices, missing, possible)
    certain = bool(refs.candidates) and all(graph.zones(c).known for c in refs.candidates)
    if certain and len(possible) == 1:  # whichever one it is, that is its zone
        return replace(zones_of(names | possible, total.unresolved), places=total.places)
    if certain and node.kind == "lb/loadBalancer" and not names and isinstance(node.raw(path), tuple):
        # A load balancer has at most one subnet per zone (ELB API, SetSubnets), so this many subnets are in as many
        # zones.
        if refs.count == len(possible):
            return zones_of(possible)
        return replace(zones_of((), missing, possible), least=refs.count, most=refs.count)
    foreign = refs.foreign if kinds[0] == SUBNET else ()  # a subnet group is no place: it has several subnets
    places = (*total.places, *(i for i in foreign if i not in graph.known_zones))
    whole = replace(zones_of(names, (*total.unresolved, *missing), possible), places=tuple(dict.fromkeys(places)))
    # A subnet is in one zone, so a list of this many subnets is in at most as many zones.
    listed = isinstance(node.raw(path.split(".")[0]), dict | tuple) and node.raw(path) is not UNKNOWN
    counted = listed or (path.endswith("Id") and "." not in path)
    if not counted or kinds[0] != SUBNET or not refs.count:
        return whole
    if node.kind in ONE_SUBNET_PER_ZONE:
        values = list(node.leaves(path))
        different = len({v for v in values if v is not UNKNOWN}) + sum(v is UNKNOWN for v in values)
        placed = sum(graph.zones(n).known for n in refs.nodes)
        whole = replace(whole, least=sum(map(is_availability_zone, whole.names)) + max(different - placed, 0))
    return replace(whole, most=refs.count)


def _one_of(
    graph: Lookup, choices: tuple[tuple[Node, ...], ...], missing: list[str], possible: frozenset[str]
) -> Zones:
    """The zones if the property is one of several lists: zones that all lists have, and possibly the zones of the
    others.
    """
    lists = [_union(graph, choice) for choice in choices]
    names = lists[0].names.intersection(*(found.names for found in lists))
    if all(found.known and found.names == names for found in lists):
        return zones_of(names)
    unresolved = [u for found in lists for u in found.unresolved]
    least = 0 if unresolved else min(len(found.names) for found in lists)
    return replace(zones_of(names, (*missing, *unresolved), possible), least=least)


def _union(graph: Lookup, nodes: tuple[Node, ...]) -> Zones:
    total = Zones()
    for node in nodes:
        total |= graph.zones(node)
    return total


def _elsewhere(graph: Lookup, missing: str) -> bool:
    return missing.split(" ", 1)[0] in graph.known_zones


def _endpoint(graph: Lookup, node: Node) -> Zones | None:
    """An endpoint is in its own subnets and in those that resources of their own associate with it."""
    kind = "ec2/vpcEndpointSubnetAssociation"
    links = graph.referrers(node, kind, "vpcEndpointId", "ec2/vpcEndpoint").nodes
    if not links:
        return None
    own = any(node.has(path.split(".")[0]) for path, *_ in PLACEMENTS[node.kind])
    total = _by_properties(graph, node) if own else Zones(most=0)
    for link in links:
        total |= graph.zones(link)
    return total


def _nat(graph: Lookup, node: Node) -> Zones | None:
    mode = node.raw("availabilityMode")
    if mode is UNKNOWN:
        return Zones(unresolved=(f"availabilityMode of {node.label}, {node.not_known('availabilityMode')}",))
    return REGIONAL if mode == "regional" else None


def _spread_instance(graph: Lookup, node: Node) -> Zones | None:
    """A Multi-AZ DB instance is in two zones of its subnet group, whatever its ``availabilityZone``."""
    if not node.is_on("multiAz"):
        return None
    return (
        _zones_at(graph, node, "dbSubnetGroupName", ("rds/subnetGroup",)) if node.has("dbSubnetGroupName") else REGIONAL
    )


def _preferred(graph: Lookup, node: Node) -> Zones | None:
    """A replication group is in its preferred zones, otherwise in any zone of its subnet group."""
    for path in ("preferredCacheClusterAzs", "availabilityZones"):  # the second is the name before version 6
        if node.has(path) and node.raw(path) is not UNKNOWN:
            return _zones_at(graph, node, path, ())
    shards = "nodeGroupConfigurations"
    if any(True for _ in node.leaves(f"{shards}.replicaAvailabilityZones")):
        first, others = (f"{shards}.primaryAvailabilityZone", f"{shards}.replicaAvailabilityZones")
        return _zones_at(graph, node, first, ()) | _zones_at(graph, node, others, ())
    return None


def _on_instances(graph: Lookup, node: Node) -> Zones | None:
    """A service without its own subnets runs on the instances of its (or its cluster's) capacity providers."""
    if node.has("networkConfiguration"):
        return None
    providers = graph.refs(node, "capacityProviderStrategies.capacityProvider", "ecs/capacityProvider").nodes
    if not providers:
        for cluster in graph.refs(node, "cluster", "ecs/cluster").nodes:
            for link in graph.referrers(cluster, "ecs/clusterCapacityProviders", "clusterName", "ecs/cluster").nodes:
                providers += graph.refs(link, "capacityProviders", "ecs/capacityProvider").nodes
    total = Zones()
    for provider in providers:
        for group in graph.refs(provider, "autoScalingGroupProvider.autoScalingGroupArn", "autoscaling/group").nodes:
            total |= graph.zones(group)
    return total if total.names else Zones(unresolved=(f"which instances {node.label} runs on",))


def _attached_address(graph: Lookup, node: Node) -> Zones | None:
    """An attached IP address is in the zone that the attachment names, else in that of the subnet it belongs to."""
    zone = node.raw("availabilityZone")
    if isinstance(zone, str) and zone not in ("", "all"):
        return zones_of([zone])
    try:
        address = ip_address(str(node.raw("targetId")) if isinstance(node.raw("targetId"), str) else "")
    except ValueError:
        return None
    homes = [s for s in graph.of(*SUBNETS) if address in _range(s)]
    found = {graph.zones(s) for s in homes}
    return found.pop() if len(found) == 1 else None


def _range(subnet: Node) -> IPv4Network | IPv6Network:
    given = subnet.raw("cidrBlock")
    return _network(given if isinstance(given, str) else "")


@lru_cache(maxsize=4096)
def _network(cidr: str) -> IPv4Network | IPv6Network:
    """A range of addresses; one that holds no address of a target if it is none."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return ip_network("::/128")


_SPECIAL: Final[dict[str, Callable[[Lookup, Node], Zones | None]]] = {
    "ec2/natGateway": _nat,
    "ec2/vpcEndpoint": _endpoint,
    "rds/instance": _spread_instance,
    "ecs/service": _on_instances,
    "elasticache/replicationGroup": _preferred,
    "lb/targetGroupAttachment": _attached_address,
}
