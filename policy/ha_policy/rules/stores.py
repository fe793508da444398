"""OpenSearch, Redshift, EFS, FSx, EBS, SageMaker, EMR."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ha_policy.graph.exposure import SECURITY_GROUP, templates
from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import memoized
from ha_policy.rule import CORE, PRODUCTION, REGULATED, Check, Param, Severity, rule, skip

from .backup import covered, lifecycle_covered
from .common import MIN_ZONES, in_one_zone, spans, together
from .paths import callers, guarded_by

DOMAIN: Final = "opensearch/domain"


@rule(
    "opensearch-data-nodes",
    "An OpenSearch domain's data nodes are spread evenly over its zones",
    DOMAIN,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="without zone awareness, all copies of a shard may be in the zone that fails",
    fix="set zoneAwarenessEnabled, availabilityZoneCount to the number of subnets, and instanceCount to a multiple of "
    "it",
    refs=("REL10-BP01", "Security Hub Opensearch.6", "Security Hub ES.6"),
    params={"minNodes": Param("minimum number of data nodes", 3, minimum=2, maximum=1000, presets={"baseline": 2})},
)
def opensearch_nodes(domain: Node, check: Check) -> Iterator[str]:
    count = int(domain.number("clusterConfig.instanceCount", default=1))
    if count < check.number("minNodes"):
        yield f"it has {count} data nodes; at least {check.number('minNodes')} are needed"
    if not domain.flag("clusterConfig.zoneAwarenessEnabled"):
        yield "zoneAwarenessEnabled is off"
        return
    zones = int(domain.number("clusterConfig.zoneAwarenessConfig.availabilityZoneCount", default=2))
    if count % zones:
        yield f"{count} data nodes cannot be spread evenly over {zones} zones"
    if domain.given("vpcOptions"):
        found = check.graph.zones(domain).exactly()
        if len(found) != zones:
            yield f"its subnets are in {len(found)} zones, but availabilityZoneCount is {zones}"


@rule(
    "opensearch-masters",
    "An OpenSearch domain has three or five dedicated master nodes",
    DOMAIN,
    severity=Severity.HIGH,
    levels=CORE,
    reason="two master nodes cannot elect a leader after a split; with none, a busy data node can take the cluster "
    "down",
    fix="set dedicatedMasterEnabled and dedicatedMasterCount 3 or 5",
    refs=("REL10-BP01", "Security Hub ES.7", "checkov CKV_AWS_318"),
)
def opensearch_masters(domain: Node, check: Check) -> Iterator[str]:
    if not domain.flag("clusterConfig.dedicatedMasterEnabled"):
        yield "dedicatedMasterEnabled is off"
    elif domain.number("clusterConfig.dedicatedMasterCount") not in (3, 5):
        yield f"dedicatedMasterCount is {domain.number('clusterConfig.dedicatedMasterCount'):g}; it must be 3 or 5"


@rule(
    "redshift-snapshots",
    "A Redshift cluster keeps automated snapshots",
    "redshift/cluster",
    severity=Severity.HIGH,
    levels=CORE,
    reason="without snapshots, deleted or corrupted data is gone",
    fix="raise automatedSnapshotRetentionPeriod",
    refs=("REL09-BP03", "Security Hub Redshift.3"),
    params={"minDays": Param("minimum days", 7, minimum=1, maximum=35, presets={"baseline": 1, "regulated": 30})},
)
def redshift_snapshots(cluster: Node, check: Check) -> Iterator[str]:
    days = int(cluster.number("automatedSnapshotRetentionPeriod", default=1))
    if days < check.number("minDays"):
        yield f"snapshots are kept {days} days; at least {check.number('minDays')} are needed"


@rule(
    "redshift-multi-az",
    "A Redshift cluster runs in two zones, or can be relocated to another",
    "redshift/cluster",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="a cluster in one zone is down until it is restored elsewhere",
    fix="set multiAz (RA3), or availabilityZoneRelocationEnabled",
    refs=("REL10-BP01", "Security Hub Redshift.18"),
)
def redshift_multi_az(cluster: Node, check: Check) -> Iterator[str]:
    if not cluster.flag("multiAz") and not cluster.flag("availabilityZoneRelocationEnabled"):
        yield "neither multiAz nor availabilityZoneRelocationEnabled is on"


FILES: Final = "efs/fileSystem"


@rule(
    "efs-not-one-zone",
    "An EFS file system does not use the One Zone storage class",
    FILES,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a One Zone file system is lost with its zone",
    fix="leave availabilityZoneName unset",
    refs=("REL10-BP01", "compliance-policies aws-efs-filesystem-disallow-single-availability-zone"),
)
def efs_one_zone(files: Node, check: Check) -> Iterator[str]:
    if files.given("availabilityZoneName"):
        yield f"it is in {files.text('availabilityZoneName')} only"


@rule(
    "efs-mount-targets",
    "An EFS file system has mount targets in at least two zones",
    FILES,
    severity=Severity.HIGH,
    levels=CORE,
    reason="if its only mount target fails, clients in all zones lose the file system",
    fix="add a mount target in each zone that has clients",
    refs=("REL10-BP01", "prowler efs_multi_az_enabled"),
    params=MIN_ZONES,
)
def efs_targets(files: Node, check: Check) -> Iterator[str]:
    if files.given("availabilityZoneName"):
        skip("it uses One Zone, which efs-not-one-zone reports")
    refs = check.graph.referrers(files, "efs/mountTarget", "fileSystemId", FILES)
    if not refs.nodes and not refs.missing:
        skip("none of its mount targets is in this stack")
    zones = together(check.graph, refs)
    if not zones.known:  # EFS takes one mount target per zone, so this many targets are in as many zones
        zones = replace(zones, least=len(refs.nodes))
    yield from spans(zones, check, "its mount targets are")


CLIENTS: Final = (
    ("lambda/function", "fileSystemConfig.arn"),
    ("ecs/taskDefinition", "volumes.efsVolumeConfiguration.fileSystemId"),
)


@rule(
    "efs-mount-in-client-az",
    "An EFS file system has a mount target in every zone that its clients run in",
    FILES,
    severity=Severity.HIGH,
    levels=CORE,
    reason="clients in a zone without a mount target depend on another zone, or cannot mount at all (Lambda)",
    fix="add a mount target in each of these zones",
    refs=("REL10-BP01", "EFS guide: mount targets"),
)
def efs_client_zones(files: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    targets = together(graph, graph.referrers(files, "efs/mountTarget", "fileSystemId", FILES))
    used: list[Node] = []
    for kind, path in CLIENTS:
        for client in graph.of(kind):
            points = graph.refs(client, path, FILES, "efs/accessPoint").nodes
            behind = [graph.ref(p, "fileSystemId", FILES) if p.kind == "efs/accessPoint" else p for p in points]
            if any(b is files for b in behind):
                used += [client] if kind == "lambda/function" else _services(client, check)
    used += [c for c in _other_clients(graph, files) if c not in used]
    if not used:
        skip("nothing in this stack is known to mount it")
    for client in used:
        if missing := graph.zones(client).names - targets.names:
            targets.exactly()
            yield f"{client.name} runs in {', '.join(sorted(missing))}, where it has no mount target"
    for client in used:
        graph.zones(client).exactly()


def _other_clients(graph: Graph, files: Node) -> Iterator[Node]:
    """Groups, instances and services that mount it: their user data names it, or its mount targets let them in."""
    points = graph.referrers(files, "efs/accessPoint", "fileSystemId", FILES).nodes
    targets = graph.referrers(files, "efs/mountTarget", "fileSystemId", FILES).nodes
    named = {n.urn for n in (files, *points, *targets)}
    guards = {g.urn for t in targets for g in graph.refs(t, "securityGroups", SECURITY_GROUP).nodes}
    shared = {g for g in guards if guarded_by(graph, g)}  # of other resources too: it says nothing about this one
    found = [c for urn in named for c in _started_with(graph).get(urn, ())]
    found += [c for urn in guards - shared for c in callers(graph).get(urn, ())]
    yield from {c.urn: c for c in sorted(found, key=lambda n: n.urn)}.values()


def _started_with(graph: Graph) -> dict[str, list[Node]]:
    """The groups and instances by what their user data depends on (URN)."""

    def work() -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for client in graph.of("autoscaling/group", "ec2/instance"):
            holders = (client, *templates(graph, client))
            for urn in {u for h in holders for u in h.property_dependencies.get("userData", ())}:
                found.setdefault(urn, []).append(client)
        return found

    return memoized(graph, ("started_with", ""), work)


def _services(task: Node, check: Check) -> list[Node]:
    return list(check.graph.referrers(task, "ecs/service", "taskDefinition", "ecs/taskDefinition").nodes)


@rule(
    "efs-backup",
    "An EFS file system is backed up",
    FILES,
    severity=Severity.HIGH,
    levels=CORE,
    reason="without a backup, a file deleted or overwritten by mistake is gone",
    fix="add an efs backup policy with status ENABLED, or select it in a backup plan",
    refs=("REL09-BP03", "Security Hub EFS.2", "checkov CKV2_AWS_18"),
)
def efs_backup(files: Node, check: Check) -> Iterator[str]:
    policies = check.graph.referrers(files, "efs/backupPolicy", "fileSystemId", FILES)
    if any(p.text("backupPolicy.status") == "ENABLED" for p in policies.nodes):
        return
    policies.resolved()
    if not covered(check.graph, files):
        yield "it has no backup policy, and no backup plan selects it"


FSX: Final = ("fsx/windowsFileSystem", "fsx/ontapFileSystem", "fsx/openZfsFileSystem")


@rule(
    "fsx-multi-az",
    "An FSx file system has a standby in another zone",
    *FSX,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a Single-AZ file system goes down with its zone",
    fix="choose a MULTI_AZ deploymentType with two subnets",
    refs=("REL10-BP01", "Security Hub FSx.3", "Security Hub FSx.4", "Security Hub FSx.5"),
)
def fsx_multi_az(files: Node, check: Check) -> Iterator[str]:
    kind = files.text("deploymentType", "SINGLE_AZ_1")
    if not kind.startswith("MULTI_AZ"):
        yield f"deploymentType is {kind}"
    else:
        yield from in_one_zone(check.graph.zones(files), f"deploymentType is {kind}, but its subnets are")


@rule(
    "influxdb-multi-az",
    "A Timestream for InfluxDB instance has a standby in another zone",
    "timestreaminfluxdb/dbInstance",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="without a standby, the database is down until its zone is back",
    fix="set deploymentType to WITH_MULTIAZ_STANDBY, with subnets in two zones",
    refs=("REL10-BP01", "Timestream for InfluxDB guide: configuring a Multi-AZ deployment"),
)
def influxdb_multi_az(instance: Node, check: Check) -> Iterator[str]:
    kind = instance.text("deploymentType", "SINGLE_AZ")
    if kind != "WITH_MULTIAZ_STANDBY":
        yield f"deploymentType is {kind}"
    else:
        yield from in_one_zone(check.graph.zones(instance), f"deploymentType is {kind}, but its subnets are")


@rule(
    "sagemaker-two-instances",
    "A SageMaker endpoint has at least two instances",
    "sagemaker/endpointConfiguration",
    severity=Severity.HIGH,
    levels=CORE,
    reason="one instance is in one zone; SageMaker spreads two over two zones",
    fix="set initialInstanceCount of each variant to at least two",
    refs=("REL10-BP01", "Security Hub SageMaker.4"),
)
def sagemaker(config: Node, check: Check) -> Iterator[str]:
    for variant in config.blocks("productionVariants"):
        if variant.given("serverlessConfig"):
            continue
        if variant.number("initialInstanceCount", default=1) < 2:
            yield f"variant {variant.text('variantName', 'without a name')} has one instance"


@rule(
    "ebs-snapshots",
    "An EBS volume is backed up",
    "ebs/volume",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a volume is in one zone: without snapshots, its data is lost with the zone or the volume",
    fix="select it in a backup plan or a Data Lifecycle Manager policy",
    refs=("REL09-BP03", "Security Hub EC2.28", "checkov CKV2_AWS_9"),
)
def ebs_snapshots(volume: Node, check: Check) -> Iterator[str]:
    if not covered(check.graph, volume) and not lifecycle_covered(check.graph, volume):
        yield "no backup plan and no lifecycle policy selects it"


@rule(
    "emr-multi-master",
    "An EMR cluster has three primary nodes",
    "emr/cluster",
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="with one primary node, all running work is lost if it fails",
    fix="set masterInstanceGroup.instanceCount to 3",
    refs=("EMR guide: plan and configure primary nodes",),
)
def emr(cluster: Node, check: Check) -> Iterator[str]:
    if cluster.given("masterInstanceFleet"):
        skip("instance fleets have one primary node by definition of EMR")
    if cluster.number("masterInstanceGroup.instanceCount", default=1) < 3:
        yield "it has one primary node"
