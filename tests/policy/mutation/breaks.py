"""What is broken: one availability property at a time, written so that it applies to any stack that has such things."""
# ruff: noqa: E501 (one row per break)

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ha_policy.rules.regions import serving_regions

from tests.policy.mutation.world import Resource, World

Change = Callable[[World, Resource], bool | None]


@dataclass(frozen=True)
class Break:
    """area: the part of the architecture. what: in words. kind: what it is done to. change: False: not applicable."""

    area: str
    what: str
    kind: str
    change: Change


BREAKS: list[Break] = []


# Switches that are on where nothing is set.
ON_BY_DEFAULT = {"isEnabled", "actionsEnabled", "enabled", "healthCheck.enabled", "deleteAutomatedBackups",
                 "deploymentMinimumHealthyPercent", "reservedConcurrentExecutions"}  # fmt: skip


def _add(area: str, what: str, kind: str) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        BREAKS.append(Break(area, what, kind, change))
        return change

    return register


def _sets(area: str, what: str, kind: str, path: str, value: Any, only: Change | None = None) -> None:
    def change(world: World, resource: Resource) -> bool | None:
        if only is not None and only(world, resource) is False:
            return False
        now = world.get(resource, path)
        now = True if now is None and path in ON_BY_DEFAULT else now
        if now == value or (not now and not value):  # it is that way already
            return False
        world.set(resource, path, value)
        after = world.get(next(r for r in world.of(kind) if r["urn"] == resource["urn"]), path)
        return None if after == value else False  # what a secret hides cannot be broken here

    BREAKS.append(Break(area, what, kind, change))


def _narrows(area: str, what: str, kind: str, path: str) -> None:
    BREAKS.append(Break(area, what, kind, lambda world, r: world.narrow(r, path, "ec2/subnet")))


def _removes(area: str, what: str, kind: str, *extra: str) -> None:
    def change(world: World, resource: Resource) -> None:
        world.remove(resource)

    BREAKS.append(Break(area, what, kind, change))


def _has(path: str) -> Change:
    return lambda world, r: world.get(r, path) is not None


def _standalone(world: World, r: Resource) -> bool:
    """A database instance that is its own master."""
    return world.get(r, "replicateSourceDb") is None and not str(world.get(r, "engine")).startswith("aurora")


# --- subnets, routes, NAT --------------------------------------------------------------------------------------------


@_add("subnets", "all subnets of a VPC are put into one zone", "ec2/vpc")
def one_zone(world: World, vpc: Resource) -> bool | None:
    subnets = [s for s in world.of("ec2/subnet") if vpc in world.refers(s, "vpcId", "ec2/vpc")]
    if len(subnets) < 2:
        return False
    zone = world.get(subnets[0], "availabilityZone")
    for subnet in subnets:
        world.set(subnet, "availabilityZone", zone)
    return None


def _zonal(world: World) -> list[Resource]:
    return [n for n in world.of("ec2/natGateway") if world.get(n, "availabilityMode") != "regional"]


def _two_nats(world: World, route: Resource) -> tuple[Resource, Resource] | None:
    mine = world.refers(route, "natGatewayId", "ec2/natGateway")
    others = [
        n for n in _zonal(world) if mine and n["urn"] != mine[0]["urn"] and n.get("provider") == mine[0].get("provider")
    ]
    return (mine[0], others[0]) if mine and others and mine[0] in _zonal(world) else None


@_add("routes", "a default route goes to another zone's NAT gateway", "ec2/route")
def foreign_nat(world: World, route: Resource) -> bool | None:
    pair = _two_nats(world, route)
    if pair is None:
        return False
    world.point(route, "natGatewayId", pair[1])
    return None


@_add("routes", "a default route goes to an instance's network interface", "ec2/route")
def nat_instance(world: World, route: Resource) -> bool | None:
    if world.get(route, "natGatewayId") is None:
        return False
    world.set(route, "natGatewayId", None)
    world.set(route, "networkInterfaceId", "eni-0123456789abcdef0")
    return None


@_add("routes", "a second zone's subnet uses the same route table", "ec2/routeTableAssociation")
def shared_table(world: World, link: Resource) -> bool | None:
    mine = world.refers(link, "routeTableId", "ec2/routeTable")
    routed = {
        t["urn"]
        for r in world.of("ec2/route")
        if _two_nats(world, r)
        for t in world.refers(r, "routeTableId", "ec2/routeTable")
    }
    if not mine or mine[0]["urn"] not in routed:
        return False
    near = [
        t for t in world.of("ec2/routeTable") if t["urn"] in routed and t.get("provider") == mine[0].get("provider")
    ]
    others = [t for t in near if t["urn"] != mine[0]["urn"]]
    if not others:
        return False
    world.point(link, "routeTableId", others[0])
    return None


@_add("NAT", "a NAT gateway moves into another zone", "ec2/natGateway")
def moved_nat(world: World, nat: Resource) -> bool | None:
    others = [n for n in _zonal(world) if n["urn"] != nat["urn"] and n.get("provider") == nat.get("provider")]
    if not others or nat not in _zonal(world):
        return False
    place = world.refers(others[0], "subnetId", "ec2/subnet")
    if not place:
        return False
    world.point(nat, "subnetId", place[0])
    return None


@_add("NAT", "one NAT gateway serves all zones", "ec2/natGateway")
def single_nat(world: World, nat: Resource) -> bool | None:
    routes = [r for r in world.of("ec2/route") if _two_nats(world, r) and r.get("provider") == nat.get("provider")]
    if len(routes) < 2 or nat not in _zonal(world):
        return False
    for route in routes:
        world.point(route, "natGatewayId", nat)
    return None


_narrows("endpoints", "an interface endpoint has one subnet", "ec2/vpcEndpoint", "subnetIds")
_narrows("connectivity", "a transit gateway attachment has one subnet", "ec2transitgateway/vpcAttachment", "subnetIds")


@_add("connectivity", "a resolver endpoint has one address", "route53/resolverEndpoint")
def one_address(world: World, endpoint: Resource) -> bool | None:
    subnets = world.refers(endpoint, "ipAddresses", "ec2/subnet")
    addresses = endpoint.get("outputs", {}).get("ipAddresses") or endpoint.get("inputs", {}).get("ipAddresses")
    if len(subnets) < 2 or not isinstance(addresses, list):
        return False
    world.set(endpoint, "ipAddresses", addresses[:1])
    world.edit(endpoint)["propertyDependencies"]["ipAddresses"] = [subnets[0]["urn"]]
    return None


_sets("connectivity", "a network firewall may be deleted", "networkfirewall/firewall", "deleteProtection", False)


@_add("connectivity", "all Direct Connect connections are at one location", "directconnect/connection")
def one_location(world: World, connection: Resource) -> bool | None:
    others = world.of("directconnect/connection")
    if len({world.get(c, "location") for c in others}) < 2:
        return False
    for other in others:
        world.set(other, "location", world.get(connection, "location"))
    return None


_narrows("connectivity", "an API's link into the VPC has one subnet", "apigatewayv2/vpcLink", "subnetIds")


@_add("routes", "one zone's subnet has no way out", "ec2/routeTableAssociation")
def no_way_out(world: World, link: Resource) -> bool | None:
    tables = world.refers(link, "routeTableId", "ec2/routeTable")
    routed = {
        t["urn"]
        for r in world.of("ec2/route")
        if _two_nats(world, r)
        for t in world.refers(r, "routeTableId", "ec2/routeTable")
    }
    subnets = world.refers(link, "subnetId", "ec2/subnet")
    services = [
        s
        for s in world.of("ecs/service")
        if subnets and subnets[0] in world.refers(s, "networkConfiguration", "ec2/subnet")
    ]
    if not tables or tables[0]["urn"] not in routed or not services:
        return False
    world.remove(link)
    return None


@_add("connectivity", "a VPN ends at one device", "ec2/vpnConnection")
def one_device(world: World, connection: Resource) -> bool | None:
    others = world.of("ec2/vpnConnection")
    if len(others) < 2 or world.of("directconnect/connection"):
        return False
    world.remove(*[o for o in others if o["urn"] != connection["urn"]])
    return None


@_add("subnets", "a network ACL denies everything", "ec2/networkAcl")
def closed_acl(world: World, acl: Resource) -> None:
    entry = {"ruleNo": 1, "action": "deny", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0"}
    world.set(acl, "ingress", [entry])


# --- load balancers --------------------------------------------------------------------------------------------------

_narrows("load balancers", "a load balancer has one subnet", "lb/loadBalancer", "subnets")
_sets("load balancers", "a load balancer may be deleted", "lb/loadBalancer", "enableDeletionProtection", False)
_sets(
    "load balancers",
    "a load balancer's zones cannot be shifted away from",
    "lb/loadBalancer",
    "enableZonalShift",
    False,
)
_sets("target groups", "a target group has no health check", "lb/targetGroup", "healthCheck", None,
      lambda w, r: w.get(r, "targetType") != "lambda" and w.get(r, "protocol") in ("HTTP", "HTTPS"))  # fmt: skip
_sets("target groups", "a target group's health check takes any status", "lb/targetGroup", "healthCheck.matcher", "200-499",
      lambda w, r: w.get(r, "targetType") != "lambda" and w.get(r, "protocol") in ("HTTP", "HTTPS"))  # fmt: skip


def _forwarding(world: World, group: Resource) -> list[tuple[Resource, str]]:
    """The listeners and rules that forward to a target group, with the property that does."""
    holders = [
        (h, top)
        for kind, top in (("lb/listener", "defaultActions"), ("lb/listenerRule", "actions"))
        for h in world.of(kind)
    ]
    return [(h, top) for h, top in holders if group in world.refers(h, top, "lb/targetGroup")]


@_add("target groups", "no listener forwards to a target group", "lb/targetGroup")
def forwarded_no_more(world: World, group: Resource) -> bool | None:
    holders = _forwarding(world, group)
    for holder, top in holders:
        world.set(holder, top, [{"type": "fixed-response", "fixedResponse": {"statusCode": "503"}}])
    return None if holders else False


def _detached(kind: str, top: str) -> None:
    def change(world: World, resource: Resource) -> bool | None:
        groups = world.refers(resource, top, "lb/targetGroup")
        others = [r for k, t in (("autoscaling/group", "targetGroupArns"), ("ecs/service", "loadBalancers")) for r in world.of(k)
                  if r["urn"] != resource["urn"] and groups and groups[0] in world.refers(r, t, "lb/targetGroup")]  # fmt: skip
        if not groups or others or not _forwarding(world, groups[0]):
            return False
        world.set(resource, top, None)
        return None

    BREAKS.append(Break("target groups", f"{kind} is detached from its target group", kind, change))


_detached("autoscaling/group", "targetGroupArns")
_detached("ecs/service", "loadBalancers")
_sets("target groups", "a target group's health check is disabled", "lb/targetGroup", "healthCheck.enabled", False,
      lambda w, r: w.get(r, "targetType") != "lambda")  # fmt: skip

_sets("target groups", "a target group notices a failure after ten minutes", "lb/targetGroup", "healthCheck.interval", 300,
      _has("healthCheck"))  # fmt: skip

# --- groups, services, functions -------------------------------------------------------------------------------------

_narrows("groups", "an Auto Scaling group has one subnet", "autoscaling/group", "vpcZoneIdentifiers")
_sets("groups", "an Auto Scaling group may shrink to one", "autoscaling/group", "minSize", 1)
_sets(
    "groups",
    "an Auto Scaling group ignores the load balancer's health check",
    "autoscaling/group",
    "healthCheckType",
    "EC2",
)
_sets("groups", "an Auto Scaling group does not rebalance", "autoscaling/group", "suspendedProcesses", ["AZRebalance"])
_sets("groups", "an Auto Scaling group does not replace the unhealthy", "autoscaling/group", "suspendedProcesses",
      ["ReplaceUnhealthy"])  # fmt: skip
_sets("groups", "an Auto Scaling group takes one instance type", "autoscaling/group", "mixedInstancesPolicy", None)


def _starts_a_group(world: World, r: Resource) -> bool:
    """A launch template that a group of the stack uses."""
    return any(r["urn"] in g.get("dependencies", ()) for g in world.of("autoscaling/group"))


_sets("groups", "a launch template starts every instance in one zone", "ec2/launchTemplate", "placement",
      {"availabilityZone": "us-west-2a"}, _starts_a_group)  # fmt: skip
_sets("services", "a rollout has no room for another task", "ecs/service", "deploymentMaximumPercent", 100)
_sets("services", "a constraint keeps a service in one zone", "ecs/service", "placementConstraints",
      [{"type": "memberOf", "expression": "attribute:ecs.availability-zone == us-west-2a"}])  # fmt: skip
_sets("buckets", "one prefix is replicated", "s3/bucketReplicationConfig", "rules.filter", {"prefix": "logs/"})
_sets("buckets", "objects move into one zone", "s3/bucketLifecycleConfiguration", "rules",
      [{"id": "cold", "status": "Enabled", "transitions": [{"days": 30, "storageClass": "ONEZONE_IA"}]}])  # fmt: skip
_sets("edge", "an accelerator is switched off", "globalaccelerator/accelerator", "enabled", False)
_narrows("services", "a service has one subnet", "ecs/service", "networkConfiguration.subnets")
_sets("services", "a service has one task", "ecs/service", "desiredCount", 1)


@_add("services", "a service's bad release is not rolled back", "ecs/service")
def no_rollback(world: World, service: Resource) -> bool | None:
    if not world.get(service, "deploymentCircuitBreaker.rollback"):
        return False
    world.set(service, "deploymentCircuitBreaker.rollback", False)
    return None


_sets("services", "nothing stops a service's bad release", "ecs/service", "deploymentCircuitBreaker", None,
      _has("deploymentCircuitBreaker"))  # fmt: skip
_sets("functions", "a failed release stays half deployed", "codedeploy/deploymentGroup", "autoRollbackConfiguration.enabled", False,
      _has("autoRollbackConfiguration"))  # fmt: skip


_sets("services", "a service's deployment may stop all tasks", "ecs/service", "deploymentMinimumHealthyPercent", 0)
_sets("services", "a service's tasks stay where they are after a failure", "ecs/service", "availabilityZoneRebalancing",
      "DISABLED")  # fmt: skip
_sets("services", "a service gives new tasks no time", "ecs/service", "healthCheckGracePeriodSeconds", None,
      _has("loadBalancers"))  # fmt: skip
_sets("services", "a failing task is kept for two hours", "ecs/service", "healthCheckGracePeriodSeconds", 7200,
      _has("loadBalancers"))  # fmt: skip
_sets("groups", "a failing instance is kept for two hours", "autoscaling/group", "healthCheckGracePeriod", 7200)
_sets("services", "a service may scale to one task", "appautoscaling/target", "minCapacity", 1,
      lambda w, r: w.get(r, "scalableDimension") == "ecs:service:DesiredCount")  # fmt: skip


@_add("services", "a task pulls its image from another Region", "ecs/taskDefinition")
def image_elsewhere(world: World, task: Resource) -> None:
    image = "123456789012.dkr.ecr.eu-north-1.amazonaws.com/app:1"
    world.set(task, "containerDefinitions", json.dumps([{"name": "app", "image": image}]))


@_add("services", "a scalable target has no policy", "appautoscaling/target")
def no_policy(world: World, target: Resource) -> None:
    world.remove(*world.of("appautoscaling/policy"), *world.of("appautoscaling/scheduledAction"))


_narrows("functions", "a function has one subnet", "lambda/function", "vpcConfig.subnetIds")
_sets("functions", "a function is switched off", "lambda/function", "reservedConcurrentExecutions", 0)
_sets("functions", "a stream's failures go nowhere", "lambda/eventSourceMapping", "destinationConfig", None,
      _has("destinationConfig"))  # fmt: skip
_sets("functions", "a poisonous record blocks its shard", "lambda/eventSourceMapping", "bisectBatchOnFunctionError", False,
      _has("bisectBatchOnFunctionError"))  # fmt: skip
_sets("functions", "one bad message repeats the batch", "lambda/eventSourceMapping", "functionResponseTypes", None,
      lambda w, r: bool(w.refers(r, "eventSourceArn", "sqs/queue")))  # fmt: skip
_sets("functions", "one bad record repeats the batch", "lambda/eventSourceMapping", "functionResponseTypes", None,
      lambda w, r: bool(w.refers(r, "eventSourceArn", "kinesis/stream") or w.refers(r, "eventSourceArn", "dynamodb/table")))  # fmt: skip


@_add("queues", "a queue gives up after one receive", "sqs/queue")
def one_receive(world: World, queue: Resource) -> bool | None:
    policy = world.get(queue, "redrivePolicy")
    if not isinstance(policy, str) or "maxReceiveCount" not in policy:
        return False  # it names the dead-letter queue, so it is one unknown text until that exists
    world.set(queue, "redrivePolicy", json.dumps({**json.loads(policy), "maxReceiveCount": 1}))
    return None


_sets("functions", "what feeds a function is switched off", "lambda/eventSourceMapping", "enabled", False)
_sets("functions", "an event rule's failures go nowhere", "cloudwatch/eventTarget", "deadLetterConfig", None)
_sets("functions", "a schedule's failures go nowhere", "scheduler/schedule", "target.deadLetterConfig", None)

# --- databases -------------------------------------------------------------------------------------------------------

_sets("databases", "a database has no standby", "rds/instance", "multiAz", False, _standalone)
_sets("databases", "a database's backups are kept for a day", "rds/instance", "backupRetentionPeriod", 1, _standalone)
_sets("databases", "a database may be deleted", "rds/instance", "deletionProtection", False, _standalone)
_sets("databases", "a database goes without a final snapshot", "rds/instance", "skipFinalSnapshot", True, _standalone)
_sets("databases", "a database's backups go with it", "rds/instance", "deleteAutomatedBackups", True, _standalone)
_sets("databases", "a database's storage does not grow", "rds/instance", "maxAllocatedStorage", None, _standalone)
_sets("databases", "a cluster's backups are kept for a day", "rds/cluster", "backupRetentionPeriod", 1)
_sets("databases", "a cluster may be deleted", "rds/cluster", "deletionProtection", False)
_sets("databases", "a cluster goes without a final snapshot", "rds/cluster", "skipFinalSnapshot", True)
_sets("databases", "a cluster's snapshots lose their tags", "rds/cluster", "copyTagsToSnapshot", False)
_narrows("databases", "a database's subnet group has one subnet", "rds/subnetGroup", "subnetIds")
_narrows("databases", "a database proxy has one subnet", "rds/proxy", "vpcSubnetIds")
_sets("databases", "a global database may be deleted", "rds/globalCluster", "deletionProtection", False)


def _members(world: World, cluster: Resource) -> list[Resource]:
    return [
        m for m in world.of("rds/clusterInstance") if cluster in world.refers(m, "clusterIdentifier", "rds/cluster")
    ]


@_add("databases", "a cluster has no reader", "rds/cluster")
def no_reader(world: World, cluster: Resource) -> bool | None:
    members = _members(world, cluster)
    world.remove(*members[1:])
    return None if len(members) > 1 else False


@_add("databases", "a cluster's instances are in one zone", "rds/cluster")
def members_together(world: World, cluster: Resource) -> bool | None:
    members = _members(world, cluster)
    zone = world.get(members[0], "availabilityZone") if members else None
    if len(members) < 2 or zone is None:
        return False
    for member in members:
        world.set(member, "availabilityZone", zone)
    return None


@_add("databases", "a cluster's readers are smaller than its writer", "rds/cluster")
def small_readers(world: World, cluster: Resource) -> bool | None:
    members = _members(world, cluster)
    if any(world.get(member, "instanceClass") == "db.serverless" for member in members):
        return False  # a Serverless v2 writer has no fixed size to compare with
    for member in members[1:]:
        world.set(member, "instanceClass", "db.t4g.nano")
    return None if len(members) > 1 else False


@_add("databases", "a cluster's readers are last in line for failover", "rds/cluster")
def last_in_line(world: World, cluster: Resource) -> bool | None:
    members = _members(world, cluster)
    for member in members[1:]:
        world.set(member, "promotionTier", 15)
    return None if len(members) > 1 else False


@_add("databases", "a global database has no second Region", "rds/globalCluster")
def one_region(world: World, whole: Resource) -> bool | None:
    parts = [
        c for c in world.of("rds/cluster") if whole in world.refers(c, "globalClusterIdentifier", "rds/globalCluster")
    ]
    if len(parts) < 2:
        return False
    for part in parts[1:]:
        world.remove(part, *_members(world, part))
    return None


@_add("databases", "a database has no copy in the standby Region", "rds/instance")
def no_copy(world: World, instance: Resource) -> bool | None:
    copies = [r for r in world.of("rds/instance") if instance in world.refers(r, "replicateSourceDb", "rds/instance")]
    backups = world.of("rds/instanceAutomatedBackupsReplication")
    followers = [b for b in backups if instance in world.refers(b, "sourceDbInstanceArn", "rds/instance")]
    world.remove(*copies, *followers)
    return None if copies or followers else False


# --- caches, tables, stores ------------------------------------------------------------------------------------------


def _primary(world: World, r: Resource) -> bool:
    return world.get(r, "globalReplicationGroupId") is None


_sets(
    "caches", "a cache does not fail over", "elasticache/replicationGroup", "automaticFailoverEnabled", False, _primary
)
_sets("caches", "a cache's nodes may be in one zone", "elasticache/replicationGroup", "multiAzEnabled", False, _primary)
_sets("caches", "a cache has one node", "elasticache/replicationGroup", "numCacheClusters", 1, _has("numCacheClusters"))
_sets("caches", "a cache's shards have no replica", "elasticache/replicationGroup", "replicasPerNodeGroup", 0,
      _has("replicasPerNodeGroup"))  # fmt: skip
_sets("caches", "a cache is not backed up", "elasticache/replicationGroup", "snapshotRetentionLimit", 0, _primary)
_narrows("caches", "a cache's subnet group has one subnet", "elasticache/subnetGroup", "subnetIds")
_narrows("caches", "a serverless cache has one subnet", "elasticache/serverlessCache", "subnetIds")

_sets("tables", "a table cannot be restored to a second", "dynamodb/table", "pointInTimeRecovery.enabled", False)
_sets("tables", "a table may be deleted", "dynamodb/table", "deletionProtectionEnabled", False)
_sets("tables", "a table's capacity is fixed", "dynamodb/table", "billingMode", "PROVISIONED",
      lambda w, r: w.get(r, "billingMode") == "PAY_PER_REQUEST")  # fmt: skip
_sets("tables", "a table has no replica", "dynamodb/table", "replicas", None, _has("replicas"))
_sets("tables", "a table's replica may be deleted", "dynamodb/table", "replicas.deletionProtectionEnabled", False,
      _has("replicas"))  # fmt: skip
_sets("tables", "a table's replica cannot be restored", "dynamodb/table", "replicas.pointInTimeRecovery", False,
      _has("replicas"))  # fmt: skip


@_add("stores", "a file system has no copy in the standby Region", "efs/replicationConfiguration")
def no_file_copy(world: World, config: Resource) -> bool | None:
    world.remove(config)
    return None if len(serving_regions(world.graph())) > 1 else False


_sets("services", "a service runs on Spot capacity alone", "ecs/service", "capacityProviderStrategies.capacityProvider",
      "FARGATE_SPOT", _has("capacityProviderStrategies"))  # fmt: skip
_sets("groups", "a group has Spot instances alone", "autoscaling/group", "mixedInstancesPolicy.instancesDistribution",
      {"onDemandPercentageAboveBaseCapacity": 0}, _has("mixedInstancesPolicy"))  # fmt: skip
_sets("stores", "a file system is of one zone", "efs/fileSystem", "availabilityZoneName", "us-west-2a")
_sets("stores", "a search domain is of one zone", "opensearch/domain", "clusterConfig.zoneAwarenessEnabled", False)
_sets("stores", "a search domain has no masters", "opensearch/domain", "clusterConfig.dedicatedMasterEnabled", False)
_sets("stores", "a stream forgets after a day", "kinesis/stream", "retentionPeriod", 24)


@_add("stores", "a file system has one mount target", "efs/fileSystem")
def one_mount(world: World, files: Resource) -> bool | None:
    targets = [t for t in world.of("efs/mountTarget") if files in world.refers(t, "fileSystemId", "efs/fileSystem")]
    world.remove(*targets[1:])
    return None if len(targets) > 1 else False


@_add("stores", "a file system has no mount target in one of its clients' zones", "efs/mountTarget")
def missing_mount(world: World, target: Resource) -> bool | None:
    files = world.refers(target, "fileSystemId", "efs/fileSystem")
    targets = [
        t
        for t in world.of("efs/mountTarget")
        if files and files[0] in world.refers(t, "fileSystemId", "efs/fileSystem")
    ]
    clients = [
        client
        for kind, top in (("lambda/function", "fileSystemConfig"), ("ecs/taskDefinition", "volumes"))
        for client in world.of(kind)
        if world.refers(client, top, "efs/accessPoint") or world.refers(client, top, "efs/fileSystem")
    ]
    if len(targets) < 3 or not clients:
        return False  # servers mount in their user data, which no rule reads
    world.remove(target)
    return None


@_add("databases", "a replica is in its source's zone", "rds/instance")
def replica_beside_source(world: World, replica: Resource) -> bool | None:
    sources = world.refers(replica, "replicateSourceDb", "rds/instance")
    zone = world.get(sources[0], "availabilityZone") if sources else None
    if (
        zone is None
        or sources[0].get("provider") != replica.get("provider")
        or world.get(replica, "availabilityZone") == zone
    ):
        return False
    world.set(replica, "availabilityZone", zone)
    return None


# --- queues ----------------------------------------------------------------------------------------------------------


def _redriven(world: World, r: Resource) -> bool:
    return bool(world.get(r, "redrivePolicy"))


def _read(world: World, r: Resource) -> bool:
    return any(r in world.refers(m, "eventSourceArn", "sqs/queue") for m in world.of("lambda/eventSourceMapping"))


_sets("queues", "a queue has no dead-letter queue", "sqs/queue", "redrivePolicy", None, _redriven)
_sets("queues", "a queue shows messages that are being processed", "sqs/queue", "visibilityTimeoutSeconds", 1, _read)
_sets("queues", "a subscription's failures go nowhere", "sns/topicSubscription", "redrivePolicy", None, _redriven)


@_add("queues", "a dead-letter queue forgets earlier than its source", "sqs/queue")
def forgetful(world: World, queue: Resource) -> bool | None:
    dead = world.refers(queue, "redrivePolicy", "sqs/queue")
    if not dead:
        return False
    world.set(dead[0], "messageRetentionSeconds", 60)
    return None


@_add("queues", "nobody is told of dead letters", "sqs/queue")
def silent(world: World, queue: Resource) -> bool | None:
    dead = world.refers(queue, "redrivePolicy", "sqs/queue")
    alarms = [
        a for a in world.of("cloudwatch/metricAlarm") if dead and dead[0] in world.refers(a, "dimensions", "sqs/queue")
    ]
    world.remove(*alarms)
    return None if alarms else False


@_add("queues", "a dead-letter queue refuses who fails", "sqs/queuePolicy")
def refusing(world: World, policy: Resource) -> bool | None:
    queues = world.refers(policy, "queueUrl", "sqs/queue")
    used = [
        t
        for t in world.of("cloudwatch/eventTarget")
        if queues and queues[0] in world.refers(t, "deadLetterConfig", "sqs/queue")
    ]
    used += [
        t
        for t in world.of("sns/topicSubscription")
        if queues and queues[0] in world.refers(t, "redrivePolicy", "sqs/queue")
    ]
    world.remove(policy)
    return None if used else False


_sets("queues", "a queue forgets within a minute", "sqs/queue", "messageRetentionSeconds", 60)

# --- buckets ---------------------------------------------------------------------------------------------------------


def _logs(world: World, bucket: Resource) -> bool:
    return any(
        bucket in world.refers(r, top, "s3/bucket")
        for kind, top in (
            ("lb/loadBalancer", "accessLogs"), ("s3/bucketLogging", "targetBucket"), ("cloudtrail/trail", "s3BucketName"),
            ("ec2/flowLog", "logDestination"), ("cfg/deliveryChannel", "s3BucketName"), ("lb/loadBalancer", "connectionLogs"),
            ("cloudfront/distribution", "loggingConfig"), ("kinesis/firehoseDeliveryStream", "extendedS3Configuration"),
            ("synthetics/canary", "artifactS3Location"),
        )
        for r in world.of(kind)
    )  # fmt: skip


@_add("buckets", "a bucket keeps no versions", "s3/bucketVersioning")
def unversioned(world: World, versioning: Resource) -> bool | None:
    buckets = world.refers(versioning, "bucket", "s3/bucket")
    if not buckets or _logs(world, buckets[0]):
        return False
    world.set(versioning, "versioningConfiguration.status", "Suspended")
    return None


_sets("buckets", "a bucket is deleted with its objects", "s3/bucket", "forceDestroy", True)
_sets("buckets", "a replication rule is disabled", "s3/bucketReplicationConfig", "rules.status", "Disabled")


@_add("buckets", "a bucket has no copy in the standby Region", "s3/bucketReplicationConfig")
def unreplicated(world: World, config: Resource) -> bool | None:
    world.remove(config)
    return None if len(serving_regions(world.graph())) > 1 else False


@_add("buckets", "a bucket is replicated into its own Region", "s3/bucketReplicationConfig")
def same_region(world: World, config: Resource) -> bool | None:
    source = world.refers(config, "bucket", "s3/bucket")
    targets = [t for t in world.refers(config, "rules", "s3/bucket") if t not in source]
    if not source or not targets:
        return False
    node = world.graph().get(source[0]["urn"])
    if node is None:
        return False
    world.set(targets[0], "region", world.graph().region(node))
    return None


# --- DNS, edge -------------------------------------------------------------------------------------------------------


def _failing(world: World, record: Resource) -> str:
    found = world.get(record, "failoverRoutingPolicies.type")
    return found if isinstance(found, str) else ""


def _several(world: World, record: Resource) -> bool:
    names = ("failover", "weighted", "latency", "geolocation")
    return any(world.get(record, f"{n}RoutingPolicies") for n in names)


@_add("DNS", "a primary record has no secondary", "route53/record")
def no_secondary(world: World, record: Resource) -> bool | None:
    world.remove(record)
    return None if _failing(world, record) == "SECONDARY" else False


@_add("DNS", "a record stays when what it points at fails", "route53/record")
def unwatched(world: World, record: Resource) -> bool | None:
    if not _several(world, record):
        return False
    world.set(record, "healthCheckId", None)
    if world.get(record, "aliases") is not None:
        world.set(record, "aliases.evaluateTargetHealth", False)
    return None


@_add("DNS", "primary and secondary lead to the same place", "route53/record")
def same_place(world: World, record: Resource) -> bool | None:
    if _failing(world, record) != "SECONDARY":
        return False
    name = world.get(record, "name")
    others = [r for r in world.of("route53/record") if _failing(world, r) == "PRIMARY" and world.get(r, "name") == name]
    if not others or not others[0].get("propertyDependencies", {}).get("aliases"):
        return False
    own = world.edit(record)
    for side in ("inputs", "outputs"):
        if "aliases" in others[0].get(side, {}):
            own[side]["aliases"] = others[0][side]["aliases"]
    own["propertyDependencies"]["aliases"] = others[0]["propertyDependencies"]["aliases"]
    return None


@_add("DNS", "a name's other Region is gone", "route53/record")
def lone_answer(world: World, record: Resource) -> bool | None:
    if _failing(world, record) or not _several(world, record):
        return False
    key = [world.get(record, k) for k in ("zoneId", "name", "type")]
    others = [
        r
        for r in world.of("route53/record")
        if r is not record and [world.get(r, k) for k in ("zoneId", "name", "type")] == key
    ]
    world.remove(*others)
    return None if others else False


_sets("DNS", "a name that moves is cached for an hour", "route53/record", "ttl", 3600,
      lambda w, r: _several(w, r) and w.get(r, "aliases") is None)  # fmt: skip
_sets("DNS", "a health check is disabled, and counts as healthy", "route53/healthCheck", "disabled", True)
_sets("DNS", "a health check needs five minutes", "route53/healthCheck", "failureThreshold", 10,
      lambda w, r: w.get(r, "type") not in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"))  # fmt: skip

_sets(
    "edge", "a distribution has no origin group", "cloudfront/distribution", "originGroups", None, _has("originGroups")
)
_sets("edge", "an origin group passes a server error on", "cloudfront/distribution",
      "originGroups.failoverCriteria.statusCodes", [500], _has("originGroups"))  # fmt: skip
_sets("edge", "an origin group's members are the same", "cloudfront/distribution", "origins.domainName", "a.example.com",
      _has("originGroups"))  # fmt: skip
_sets("edge", "a distribution is disabled", "cloudfront/distribution", "enabled", False, _has("aliases"))
_sets("edge", "a live channel has one pipeline", "medialive/channel", "channelClass", "SINGLE_PIPELINE")
_sets("edge", "an endpoint group takes no traffic", "globalaccelerator/endpointGroup", "trafficDialPercentage", 0)


@_add("edge", "an accelerator leads to one endpoint", "globalaccelerator/listener")
def one_endpoint(world: World, listener: Resource) -> bool | None:
    kind = "globalaccelerator/endpointGroup"
    groups = [g for g in world.of(kind) if listener in world.refers(g, "listenerArn", listener["type"].split(":")[1])]
    groups = groups or world.of(kind)
    world.remove(*groups[1:])
    return None if len(groups) > 1 else False


# --- backups, alarms, protection -------------------------------------------------------------------------------------

_removes("backups", "a plan selects nothing", "backup/selection")
_sets("backups", "a backup is taken once a year", "backup/plan", "rules.schedule", "cron(0 3 1 1 ? *)")
_sets("backups", "the vault's lock refuses every backup", "backup/vaultLockConfiguration", "minRetentionDays", 3650)
_sets("backups", "a plan copies nowhere", "backup/plan", "rules.copyActions", None)
_sets("backups", "backups are kept for two days", "backup/plan", "rules.lifecycle", {"deleteAfter": 2})
_sets("backups", "backups are never taken", "backup/plan", "rules.schedule", None)
_removes("backups", "a vault is not locked", "backup/vaultLockConfiguration")
_sets("backups", "a vault is deleted with its backups", "backup/vault", "forceDestroy", True)

_sets("alarms", "an alarm does nothing", "cloudwatch/metricAlarm", "alarmActions", None)
_sets("alarms", "an alarm's actions are off", "cloudwatch/metricAlarm", "actionsEnabled", False)
_sets("alarms", "an alarm takes the silence of a failed resource for health", "cloudwatch/metricAlarm", "treatMissingData",
      "notBreaching", lambda w, r: str(w.get(r, "comparisonOperator")).startswith("LessThan"))  # fmt: skip
_sets("protection", "a trail records one Region", "cloudtrail/trail", "isMultiRegionTrail", False)
_sets("alarms", "an alarm does not say what missing data means", "cloudwatch/metricAlarm", "treatMissingData", None)


@_add("alarms", "nobody is subscribed to the alarms", "sns/topic")
def nobody(world: World, topic: Resource) -> bool | None:
    links = [s for s in world.of("sns/topicSubscription") if topic in world.refers(s, "topic", "sns/topic")]
    alarms = [a for a in world.of("cloudwatch/metricAlarm") if topic in world.refers(a, "alarmActions", "sns/topic")]
    world.remove(*links)
    return None if links and alarms else False


def _unalarmed(kind: str) -> None:
    def change(world: World, resource: Resource) -> bool | None:
        watched = [(resource, kind)]
        watched += [(m, "rds/clusterInstance") for m in (_members(world, resource) if kind == "rds/cluster" else [])]

        def about(alarm: Resource) -> bool:
            return any(r in world.refers(alarm, top, k) for r, k in watched for top in ("dimensions", "metricQueries"))

        alarms = [a for a in world.of("cloudwatch/metricAlarm") if about(a)]
        world.remove(*alarms)
        return None if alarms else False

    BREAKS.append(Break("alarms", f"{kind} has no alarm", kind, change))


for _kind in ("lb/loadBalancer", "autoscaling/group", "ecs/service", "rds/cluster", "rds/instance", "dynamodb/table",
              "elasticache/replicationGroup", "lambda/function", "ec2/natGateway"):  # fmt: skip
    _unalarmed(_kind)


def _option(what: str, kind: str, option: str, value: Any) -> None:
    def change(world: World, resource: Resource) -> bool | None:
        if (resource.get(option) or False) == value:
            return False
        world.edit(resource)[option] = value
        return None

    BREAKS.append(Break("protection", what, kind, change))


for _kind in (
    "rds/cluster",
    "rds/instance",
    "dynamodb/table",
    "s3/bucket",
    "kms/key",
    "efs/fileSystem",
    "cognito/userPool",
):
    _option(f"{_kind} is not protected", _kind, "protect", False)
_option("a cluster's protection is ignored", "rds/cluster", "ignoreChanges", ["deletionProtection"])
_option("a load balancer's subnets are ignored", "lb/loadBalancer", "ignoreChanges", ["subnets"])
_option("a load balancer is deleted before it is replaced", "lb/loadBalancer", "deleteBeforeReplace", True)
_sets("protection", "a key is gone a week after it was deleted", "kms/key", "deletionWindowInDays", 7)
_sets("protection", "a key is disabled", "kms/key", "isEnabled", False)
_sets("protection", "a deleted secret is gone at once", "secretsmanager/secret", "recoveryWindowInDays", 0)
_sets("protection", "a user pool may be deleted", "cognito/userPool", "deletionProtection", "INACTIVE")
_sets("protection", "an experiment does not stop", "fis/experimentTemplate", "stopConditions", [{"source": "none"}])


def applied(world: World, each: Break, most: int) -> Iterator[tuple[Resource, World]]:
    """A break done to up to ``most`` resources, one at a time."""
    count = 0
    for resource in world.of(each.kind):
        if count == most:
            return
        broken = world.copy()
        if each.change(broken, resource) is not False:
            count += 1
            yield resource, broken
