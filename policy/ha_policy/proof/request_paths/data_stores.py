"""Data stores in the model, as seen from the calling Region: members, failover, replicas, promotions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.relations import cache_replicas, cache_shards, scaled_readers
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.model import Component, Failover, Recovery, Series, Unknown
from ha_policy.proof.request_paths.context import ALL_ZONES, Context, Placed

CLUSTER_MEMBERS: Final = {
    "rds/cluster": "rds/clusterInstance",
    "docdb/cluster": "docdb/clusterInstance",
    "neptune/cluster": "neptune/clusterInstance",
}


def replica_of(local: model.Part, origin: model.Part, name: str, recovery: Recovery, node: Node) -> model.Part:
    """A replica that serves by itself; losing its source starts ``recovery`` (a promotion, or writes are lost)."""
    return Failover(name, (Series(origin.name, (origin, local)), local), recovery, True, (), node.urn, watch=origin)


def rds_instance(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``rds/instance``: Multi-AZ fails over automatically, a replica is promoted by a person, a single instance waits
    for repair.
    """
    own = _instance(ctx, node)
    source = ctx.graph.refs(node, "replicateSourceDb", "rds/instance")
    if not source.nodes:
        return own
    origin = ctx.region(source.nodes[0])[0]
    if origin == ctx.region(node)[0]:
        return own  # a read replica beside its source: read traffic only, see `dependencies`
    steps = (
        ctx.step("decide", f"give up {source.nodes[0].name}", "replica-decide"),
        ctx.step("act", f"promote {node.name}", "replica-promote"),
    )
    label = f"promotion of {node.name}"
    recovery = ctx.recovery(
        label, steps, "rds-replica", manual=True, limit=f"writes wait for the promotion of {node.name}"
    )
    return replica_of(own, _instance(ctx, source.nodes[0]), node.name, recovery, node)


def _instance(ctx: Context, node: Node) -> model.Part:
    if node.raw("multiAz") is UNKNOWN:
        return Unknown(node.name, f"multiAz of {node.label} is not known", node.urn)
    if not node.is_on("multiAz"):
        leaf = ctx.component(node.urn, node.name, "lone-database", node, _only(ctx, node))
        return Series(node.name, (leaf,), node.urn, ctx.service("rds-single-az", node))
    recovery = ctx.recovery(
        f"failover of {node.name}",
        (ctx.step("act", "RDS detects the loss and promotes the standby", "rds-failover"),),
        "rds-multi-az",
    )
    if _chosen_by_the_service(ctx, node):
        own = ctx.component(f"{node.urn}@", node.name, "database", node)
        return Failover(node.name, (own,), recovery, False, (), node.urn, ctx.service("rds-multi-az", node))
    members, needed = over_zones(ctx, node, 2, "database", ("primary", "standby"))
    return Failover(node.name, members, recovery, False, (), node.urn, ctx.service("rds-multi-az", node), needed)


def _only(ctx: Context, node: Node) -> Placed:
    """The zone of what is in a single one: of several zones it may be in, AWS chooses one."""
    zones = ctx.zones(node)
    return zones[0] if len(zones) == 1 else Placed(None, node.urn)


def over_zones(
    ctx: Context, node: Node, count: int, kind: str, roles: tuple[str, ...], key: str = "", place: str = ""
) -> tuple[tuple[model.Part, ...], int]:
    """Members of a group that the service places in different zones, and how many of the zones must be left.

    With fewer members than zones, AWS chooses the zones. So there is one place per zone, and the group counts as lost
    when as many places are lost as there are members. roles: names of the first and of the other members.
    """
    zones = ctx.zones(node)
    names = [roles[0], *(f"{roles[1]} {i}" if count > 2 else roles[1] for i in range(1, count))]
    needed = 1
    if count < len(zones) and all(z.zone for z in zones):
        needed = len(zones) - count + 1
        names = [f"{roles[0]} or {roles[1]}" for _ in zones]
    return tuple(
        ctx.component(f"{node.urn}#{key}{i}", f"{name}{place} of {node.name}", kind, node, zones[i % len(zones)])
        for i, name in enumerate(names)
    ), needed


def database_cluster(ctx: Context, node: Node, near: str | None) -> model.Part:
    """Aurora and similar clusters: any instance can become the writer; a person promotes a secondary of a global
    database.
    """
    own = _cluster(ctx, node)
    primary = _primary_of(ctx, node)
    if primary is None or primary is node:
        return own
    steps = (
        ctx.step("decide", f"give up {primary.name}", "aurora-global-decide"),
        ctx.step("act", f"fail the global database over to {node.name}", "aurora-global-promote"),
    )
    limit = f"writes wait for the failover of the global database to {node.name}"
    recovery = ctx.recovery(f"global failover to {node.name}", steps, "aurora-global", manual=True, limit=limit)
    return replica_of(own, _cluster(ctx, primary), node.name, recovery, node)


def _cluster(ctx: Context, node: Node) -> model.Part:
    if node.kind == "rds/cluster" and node.has("dbClusterInstanceClass"):
        leaves, needed = over_zones(ctx, node, 3, "database", ("writer", "reader"))
        if _chosen_by_the_service(ctx, node):
            leaves, needed = (ctx.component(f"{node.urn}@", node.name, "database", node),), 1
        recovery = ctx.recovery(
            f"failover of {node.name}",
            (ctx.step("act", "RDS promotes a readable standby", "rds-cluster-failover"),),
            "rds-multi-az",
        )
        return Failover(node.name, leaves, recovery, False, (), node.urn, ctx.service("rds-multi-az", node), needed)
    found = ctx.graph.referrers(node, CLUSTER_MEMBERS[node.kind], "clusterIdentifier", node.kind)
    label = f"failover of {node.name}"
    recovery = ctx.recovery(label, (ctx.step("act", "Aurora promotes a reader", "aurora-failover"),), "aurora")
    added = scaled_readers(ctx.graph, node, len(found.nodes) - 1) if found.nodes else 0
    count, chosen = len(found.nodes) + added, any(n.has("availabilityZone") for n in found.nodes)
    if count > 1 and (added or not chosen) and ctx.graph.zones(node).names:
        ctx.on_path |= {n.urn for n in found.nodes}  # RDS puts them into different zones of the subnet group
        leaves, needed = over_zones(ctx, node, count, "database", ("writer", "reader"))
        sla = "aurora-multi-az" if len(leaves) > 1 else "aurora-single-az"
        return Failover(node.name, leaves, recovery, False, (), node.urn, ctx.service(sla, node), needed)
    members: list[model.Part] = []
    for member in found.nodes:
        kind = "database" if len(found.nodes) > 1 else "lone-database"
        ctx.on_path.add(member.urn)
        members.append(ctx.component(member.urn, member.name, kind, member, _only(ctx, member)))
    if not members:
        return Unknown(
            node.name, "; ".join(found.missing) or "no instance of the cluster is part of this stack", node.urn
        )
    zones = {n.zone for n in members if isinstance(n, Component)}
    sla = "aurora-multi-az" if len(zones) > 1 else "aurora-single-az"
    return Failover(
        node.name, tuple(members), recovery if len(members) > 1 else None, False, (), node.urn, ctx.service(sla, node)
    )


def _primary_of(ctx: Context, node: Node) -> Node | None:
    """The writing cluster of a cluster's global database: the one that has credentials."""
    if node.kind != "rds/cluster":
        return None
    for global_database in ctx.graph.refs(node, "globalClusterIdentifier", "rds/globalCluster").nodes:
        clusters = ctx.graph.referrers(
            global_database, "rds/cluster", "globalClusterIdentifier", "rds/globalCluster"
        ).nodes
        given = [c for c in clusters if c.has("masterUsername") or c.has("manageMasterUserPassword")]
        if len(given) == 1:
            return given[0]
    return None


def replication_group(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``elasticache/replicationGroup``: with automatic failover a replica takes over, otherwise only the primary
    serves.
    """
    try:
        auto = node.flag("automaticFailoverEnabled")
        shards, count = cache_shards(node), cache_replicas(ctx.graph, node) + 1
    except CannotTell as unknown:
        return Unknown(node.name, unknown.what, node.urn)
    if not auto or count < 2:
        leaf = ctx.component(f"{node.urn}#primary", f"primary of {node.name}", "cache", node, _only(ctx, node))
        several = count > 1
        sla = "elasticache-cross-az" if several else "elasticache-single-az"
        return Series(node.name, (leaf,), node.urn, ctx.service(sla, node))
    label = f"failover of {node.name}"
    recovery = ctx.recovery(label, (ctx.step("act", "ElastiCache promotes a replica", "cache-failover"),), "cache")
    parts = tuple(_shard(ctx, node, s, count, recovery) for s in range(min(shards, 12)))
    service = ctx.service("elasticache-multi-az", node)
    if len(parts) == 1:
        return Failover(node.name, parts[0].options, recovery, False, (), node.urn, service, parts[0].needed)
    return Series(node.name, parts, node.urn, service)


def _shard(ctx: Context, node: Node, shard: int, count: int, recovery: Recovery) -> Failover:
    place = f" in shard {shard + 1}" if shard else ""
    members, needed = over_zones(ctx, node, count, "cache", ("primary", "replica"), f"{shard}.", place)
    return Failover(f"shard {shard + 1} of {node.name}", members, recovery, False, (), node.urn, None, needed)


def dynamodb_table(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``dynamodb/table``: served by the replica in the calling Region, if there is one, otherwise from its
    own Region.
    """
    home, _ = ctx.region(node)
    try:
        replicas = {b.text("regionName"): b.raw("consistencyMode") for b in node.blocks("replicas")}
        separate = ctx.graph.referrers(node, "dynamodb/tableReplica", "globalTableArn", "dynamodb/table")
        replicas |= {str(ctx.region(r)[0]): None for r in separate.nodes}
    except CannotTell as unknown:
        return Unknown(node.name, unknown.what, node.urn)
    sla = "dynamodb-global" if replicas else "dynamodb"
    if near is None or near == home or near not in replicas:
        return ctx.regional(node, sla)
    mode = replicas[near]
    strong = mode is not UNKNOWN and mode == "STRONG"
    recovery = ctx.recovery(
        f"{node.name} served by its replica in {near}",
        (ctx.step("act", "the replica serves reads and writes", "dynamodb-switch"),),
        "dynamodb-strong" if strong else "dynamodb-global",
    )
    return replica_of(ctx.regional(node, sla, near), ctx.regional(node, sla), f"{node.name} in {near}", recovery, node)


def s3_bucket(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``s3/bucket``: Regional. A replication target in another Region can take over for its source."""
    own = ctx.regional(node, "s3-standard")
    for config in ctx.graph.of("s3/bucketReplicationConfig"):
        if not any(n is node for n in ctx.graph.refs(config, "rules.destination.bucket", "s3/bucket").nodes):
            continue
        for source in ctx.graph.refs(config, "bucket", "s3/bucket").nodes:
            if ctx.region(source)[0] == ctx.region(node)[0]:
                continue
            timed = any(True for _ in config.leaves("rules.destination.replicationTime.status"))
            recovery = ctx.recovery(
                f"{source.name} read from {node.name}",
                (ctx.step("act", "the replica is read", "s3-replica-read"),),
                "s3-replication" if timed else "s3-replication-no-rtc",
            )
            return replica_of(own, ctx.regional(source, "s3-standard"), node.name, recovery, node)
    return own


def efs_file_system(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``efs/fileSystem``: reached through the mount target in the client's zone, so each zone needs its own."""
    lone = node.has("availabilityZoneName")
    targets = ctx.graph.referrers(node, "efs/mountTarget", "fileSystemId", "efs/fileSystem")
    options: list[model.Part] = []
    for target in targets.nodes:
        ctx.on_path.add(target.urn)
        placed = ctx.zones(target)[0]
        name = f"mount target of {node.name} in {placed.name}"
        options.append(ctx.component(target.urn, name, "file-target", target, placed))
    if not options:
        return Unknown(node.name, "; ".join(targets.missing) or "no mount target is part of this stack", node.urn)
    placed = ctx.zones(node)[0] if lone else ALL_ZONES
    where = ctx.region(node)[0] or ""
    system = ctx.component(f"{node.urn}@{where}", node.name, "service", node, placed)
    reach = Failover(f"mount targets of {node.name}", tuple(options), None, False, (), node.urn)
    return Series(node.name, (system, reach), node.urn, ctx.service("efs-one-zone" if lone else "efs", node))


def _chosen_by_the_service(ctx: Context, node: Node) -> bool:
    """Whether the zones of a resource are not all known. What its service places in different zones is then lost with
    none of them: the service refuses subnets of a single zone.
    """
    zones = ctx.graph.zones(node)
    return not zones.known and zones.limit > 1


def of_one_zone_or_several(
    count: Callable[[Node], int],
    sla: tuple[str, str] = ("", ""),
    kinds: tuple[str, str] = ("database", "lone-database"),
) -> Callable[[Context, Node, str | None], model.Part]:
    """A store whose service places its members in different zones, any of which serves; a single one is lost with its
    zone. count: the number of members in different zones; may raise CannotTell. sla: of several and of one, if known.
    kinds: of the assumptions, of several and of one.
    """

    def part(ctx: Context, node: Node, near: str | None) -> model.Part:
        members = count(node)
        key = sla[0] if members > 1 else sla[1]
        if members > 1 and _chosen_by_the_service(ctx, node):
            return ctx.regional(node, key or None)
        service = ctx.service(key, node) if key else None
        if members < 2:
            leaf = ctx.component(node.urn, node.name, kinds[1], node, _only(ctx, node))
            return Series(node.name, (leaf,), node.urn, service)
        leaves, needed = over_zones(ctx, node, members, kinds[0], ("member", "member"))
        return Failover(node.name, leaves, None, False, (), node.urn, service, needed)

    return part


def _search_nodes(node: Node) -> int:
    """Zones of an OpenSearch domain's data nodes."""
    if not node.flag("clusterConfig.zoneAwarenessEnabled"):
        return 1
    zones = int(node.number("clusterConfig.zoneAwarenessConfig.availabilityZoneCount", default=2))
    return min(zones, int(node.number("clusterConfig.instanceCount", default=1)))


def _brokers(node: Node) -> int:
    """Members of an Amazon MQ broker, all of them in zones of their own."""
    mode = node.text("deploymentMode", "SINGLE_INSTANCE")
    return {"ACTIVE_STANDBY_MULTI_AZ": 2, "CLUSTER_MULTI_AZ": 3}.get(mode, 1)


def _cache_nodes(node: Node) -> int:
    """Nodes of a cluster outside a replication group: of Redis and Valkey always one."""
    if node.text("engine", "memcached") != "memcached" or node.text("azMode", "single-az") != "cross-az":
        return 1
    return int(node.number("numCacheNodes", default=1))


def single_cluster(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``elasticache/cluster``: nodes of its own, or one more replica of a replication group."""
    for group in ctx.graph.refs(node, "replicationGroupId", "elasticache/replicationGroup").nodes:
        return replication_group(ctx, group, near)
    sla = ("elasticache-cross-az", "elasticache-single-az")
    return of_one_zone_or_several(_cache_nodes, sla, ("cache", "cache"))(ctx, node, near)


def redshift_cluster(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``redshift/cluster``: in one zone, unless it is Multi-AZ."""
    nodes = int(node.number("numberOfNodes", default=1))
    sla = "redshift-multi-node" if nodes > 1 or node.flag("multiAz") else "redshift-single-node"
    return of_one_zone_or_several(lambda n: 2 if n.flag("multiAz") else 1, (sla, sla))(ctx, node, near)


def subnets_of_its_own(ctx: Context, node: Node, near: str | None) -> model.Part:
    """A serverless store: its endpoints are in the subnets that it is given."""
    return ctx.node_per_zone(node, "endpoint", "endpoint")


def msk_cluster(ctx: Context, node: Node, near: str | None) -> model.Part:
    """``msk/cluster``: brokers in each zone of its subnets; any zone's brokers have a replica of every partition."""
    return ctx.node_per_zone(node, "database", "brokers")


def regional(sla: str | None) -> Callable[[Context, Node, str | None], model.Part]:
    """A store or service that is lost only with its Region."""
    return lambda ctx, node, near: ctx.regional(node, sla)


def cluster_over_subnets(
    sla_several: str, sla_one: str, count: str, default: int = 1
) -> Callable[[Context, Node, str | None], model.Part]:
    """A managed cluster in the zones of its subnets: any member serves. default: of the property ``count``."""

    def part(ctx: Context, node: Node, near: str | None) -> model.Part:
        size = int(node.number(count, default))
        size = max(size + 1 if count == "numReplicasPerShard" else size, 1)
        members, needed = over_zones(ctx, node, size, "cache", ("primary", "replica"))
        key = sla_several if len(members) > 1 else sla_one
        return Failover(node.name, members, None, False, (), node.urn, ctx.service(key, node), needed)

    return part


MODELS: Final[dict[str, Callable[[Context, Node, str | None], model.Part]]] = {
    "rds/instance": rds_instance,
    "rds/cluster": database_cluster,
    "docdb/cluster": database_cluster,
    "neptune/cluster": database_cluster,
    "elasticache/replicationGroup": replication_group,
    "elasticache/serverlessCache": regional("elasticache-multi-az"),
    "elasticache/cluster": single_cluster,
    "opensearch/domain": of_one_zone_or_several(_search_nodes),
    "mq/broker": of_one_zone_or_several(_brokers),
    "msk/cluster": msk_cluster,
    "msk/serverlessCluster": subnets_of_its_own,
    "redshift/cluster": redshift_cluster,
    "redshiftserverless/workgroup": subnets_of_its_own,
    "timestreaminfluxdb/dbInstance": of_one_zone_or_several(
        lambda n: 2 if n.text("deploymentType") == "WITH_MULTIAZ_STANDBY" else 1
    ),
    **dict.fromkeys(
        ("fsx/windowsFileSystem", "fsx/ontapFileSystem", "fsx/openZfsFileSystem", "fsx/lustreFileSystem"),
        of_one_zone_or_several(
            lambda n: 2 if n.text("deploymentType").startswith("MULTI_AZ") else 1, ("fsx-multi-az", "")
        ),
    ),
    "memorydb/cluster": cluster_over_subnets("memorydb-multi-az", "memorydb-single-az", "numReplicasPerShard"),
    "dax/cluster": cluster_over_subnets("dax-multi-az", "dax-single-az", "replicationFactor"),
    "dynamodb/table": dynamodb_table,
    "s3/bucket": s3_bucket,
    "efs/fileSystem": efs_file_system,
    "sqs/queue": regional("messaging"),
    "sns/topic": regional("messaging"),
    "kinesis/stream": regional("kinesis"),
    "sfn/stateMachine": regional("step-functions"),
    "cloudwatch/eventBus": regional("eventbridge"),
    "wafv2/webAcl": regional("waf"),
}
