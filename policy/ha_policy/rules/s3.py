"""S3 buckets."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import memoized
from ha_policy.graph.values import CannotTell
from ha_policy.rule import CORE, HYGIENE, OPTIONAL, PRODUCTION, Check, Severity, rule, skip

BUCKET: Final = "s3/bucket"

# Resources that write logs to a bucket: kind, path. Log buckets need neither versions nor copies for the service to
# run.
LOGS: Final = (
    ("lb/loadBalancer", "accessLogs.bucket"),
    ("lb/loadBalancer", "connectionLogs.bucket"),
    ("elb/loadBalancer", "accessLogs.bucket"),
    ("s3/bucketLogging", "targetBucket"),
    ("cloudtrail/trail", "s3BucketName"),
    ("ec2/flowLog", "logDestination"),
    ("cfg/deliveryChannel", "s3BucketName"),
    ("cloudfront/distribution", "loggingConfig.bucket"),
    ("globalaccelerator/accelerator", "attributes.flowLogsS3Bucket"),
    ("kinesis/firehoseDeliveryStream", "extendedS3Configuration.bucketArn"),
    ("cloudwatch/logDeliveryDestination", "deliveryDestinationConfiguration.destinationResourceArn"),
    ("athena/workgroup", "configuration.resultConfiguration.outputLocation"),
    ("synthetics/canary", "artifactS3Location"),
)


def is_log_bucket(graph: Graph, bucket: Node) -> bool:
    """Whether a service of the stack writes its logs there."""
    return any(graph.referrers(bucket, kind, path, BUCKET).nodes for kind, path in LOGS)


# Resources that read what the program itself uploads or builds; the next update creates it again in each Region.
ARTIFACTS: Final = (
    ("s3/bucketObject", "bucket"),
    ("elasticbeanstalk/applicationVersion", "bucket"),
    ("codepipeline/pipeline", "artifactStores.location"),
    ("codebuild/project", "artifacts.location"),
)


def is_artifact_bucket(graph: Graph, bucket: Node) -> bool:
    """Whether everything that is read from the bucket is uploaded by the stack itself."""
    return any(graph.referrers(bucket, kind, path, BUCKET).nodes for kind, path in ARTIFACTS)


def versioned(graph: Graph, bucket: Node) -> bool:
    """Whether versioning is on, by the bucket's own property or ``s3/bucketVersioning``. Raises CannotTell."""
    if bucket.flag("versioning.enabled"):
        return True
    apart = graph.referrers(bucket, "s3/bucketVersioning", "bucket", BUCKET)
    if any(v.text("versioningConfiguration.status") == "Enabled" for v in apart.nodes):
        return True
    apart.resolved()
    return False


def replications(graph: Graph, bucket: Node) -> tuple[Node, ...]:
    """The replication rules of a bucket, as nodes with ``status`` and ``destination``. Raises CannotTell."""
    apart = graph.referrers(bucket, "s3/bucketReplicationConfig", "bucket", BUCKET)
    rules = [r for config in apart.nodes for r in config.blocks("rules")]
    if bucket.given("replicationConfiguration"):
        rules += bucket.blocks("replicationConfiguration.rules")
    if not rules:
        apart.resolved()
    return tuple(rules)


def destinations(graph: Graph, bucket: Node) -> tuple[Node, ...]:
    """The buckets of the stack to which an enabled rule replicates a bucket."""
    found: dict[str, Node] = {}
    configs = graph.referrers(bucket, "s3/bucketReplicationConfig", "bucket", BUCKET)
    for source, path in (*((c, "rules") for c in configs.nodes), (bucket, "replicationConfiguration.rules")):
        if not source.given(path):
            continue
        rules = source.blocks(path)
        if all(r.text("status") == "Enabled" for r in rules):
            refs = graph.refs(source, f"{path}.destination.bucket", BUCKET).nodes
        else:
            refs = tuple(
                n
                for r in rules
                if r.text("status") == "Enabled"
                for n in graph.refs(r, "destination.bucket", BUCKET).nodes
            )
        found.update({n.urn: n for n in refs if n is not bucket})
    return tuple(found.values())


def is_replica_bucket(graph: Graph, bucket: Node) -> bool:
    """Whether another bucket of the stack is replicated into it."""
    index: dict[str, bool] = memoized(graph, ("replica_buckets", ""), lambda: _replicas(graph))
    return bucket.urn in index


def _replicas(graph: Graph) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for bucket in graph.of(BUCKET):
        try:
            found.update({d.urn: True for d in destinations(graph, bucket)})
        except CannotTell:
            continue
    return found


@rule(
    "s3-versioning",
    "An S3 bucket has versioning on",
    BUCKET,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without versions, an object that is overwritten or deleted is gone, and replication is not possible",
    fix="add an s3 bucket versioning with status Enabled",
    refs=("REL09-BP03", "Security Hub S3.14", "Config S3_BUCKET_VERSIONING_ENABLED"),
)
def s3_versioning(bucket: Node, check: Check) -> Iterator[str]:
    if is_log_bucket(check.graph, bucket):
        skip("it holds logs")
    if not versioned(check.graph, bucket):
        yield "versioning is off"


@rule(
    "s3-no-force-destroy",
    "An S3 bucket that contains objects cannot be deleted",
    BUCKET,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="forceDestroy deletes all objects and versions together with the bucket",
    fix="leave forceDestroy off",
    refs=("REL13-BP01",),
)
def s3_force_destroy(bucket: Node, check: Check) -> Iterator[str]:
    if bucket.flag("forceDestroy"):
        yield "forceDestroy is on"


@rule(
    "s3-replication",
    "An S3 bucket is replicated to another Region",
    BUCKET,
    severity=Severity.MEDIUM,
    levels=OPTIONAL,
    reason="without a replica, the objects are unavailable or lost with the Region",
    fix="add an s3 bucket replication config with an enabled rule to a bucket in another Region",
    refs=("REL10-BP01", "checkov CKV_AWS_144", "Config S3_BUCKET_REPLICATION_ENABLED"),
)
def s3_replication(bucket: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if is_log_bucket(graph, bucket) or is_replica_bucket(graph, bucket):
        skip("it holds logs or is a replica")
    if not any(r.text("status") == "Enabled" for r in replications(graph, bucket)):
        yield "no enabled rule replicates it"


@rule(
    "s3-replication-complete",
    "S3 replication copies all objects between two versioned buckets",
    "s3/bucketReplicationConfig",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a disabled rule, an unversioned bucket, or a bucket that replicates to itself copies nothing; rules with a "
    "prefix or tags copy only some objects",
    fix="enable the rules, have one without prefix and tags, version both buckets, and set deleteMarkerReplication "
    "explicitly",
    refs=("REL09-BP03", "S3 guide: requirements for replication"),
)
def s3_replication_complete(config: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    source = graph.ref(config, "bucket", BUCKET)
    for entry in config.blocks("rules"):
        if entry.text("status") != "Enabled":
            yield f"rule {entry.text('id', 'without id')} is not Enabled"
        if not entry.given("deleteMarkerReplication") and not entry.given("prefix"):
            yield f"rule {entry.text('id', 'without id')} does not say whether delete markers are replicated"
    if filters := _filters(config):
        yield f"it copies only objects with {', '.join(filters)}"
    refs = graph.refs(config, "rules.destination.bucket", BUCKET)
    targets = [n for n in refs.nodes if n is not source]
    if refs.nodes and not targets:
        yield "the destination is the source"
    for target in targets:
        if not versioned(graph, target):
            yield f"the destination {target.name} is not versioned"
    refs.resolved_here()
    if source is not None and not versioned(graph, source):
        yield f"the source {source.name} is not versioned"


def _filters(config: Node) -> list[str]:
    """What each rule selects objects by; none if one of the rules selects all."""
    found: list[str] = []
    for entry in config.blocks("rules"):
        given = (entry.text("prefix"), entry.text("filter.prefix"), entry.text("filter.and.prefix"))
        tags = entry.get("filter.tag") or entry.get("filter.and.tags")
        if not any(given) and not tags:
            return []
        found += [f"the prefix {prefix}" for prefix in given if prefix] + (["certain tags"] if tags else [])
    return list(dict.fromkeys(found))


@rule(
    "s3-object-lock",
    "An S3 bucket has Object Lock on",
    BUCKET,
    severity=Severity.LOW,
    levels=OPTIONAL,
    reason="without Object Lock, anybody with the right credentials can delete all versions of all objects",
    fix="set objectLockEnabled and add an object lock configuration with a default retention",
    refs=("REL09-BP03", "checkov CKV_AWS_143"),
)
def s3_object_lock(bucket: Node, check: Check) -> Iterator[str]:
    locks = check.graph.referrers(bucket, "s3/bucketObjectLockConfiguration", "bucket", BUCKET)
    if not locks.nodes and not bucket.flag("objectLockEnabled"):
        locks.resolved()
        yield "it has no object lock"


@rule(
    "mrap-two-regions",
    "A Multi-Region Access Point has buckets in two Regions",
    "s3control/multiRegionAccessPoint",
    severity=Severity.HIGH,
    levels=CORE,
    reason="with buckets in one Region there is nothing to fail over to",
    fix="add a bucket in another Region to details.regions, and replicate both ways",
    refs=("REL10-BP01", "S3 guide: Multi-Region Access Points"),
)
def mrap(point: Node, check: Check) -> Iterator[str]:
    refs = check.graph.refs(point, "details.regions.bucket", BUCKET)
    regions = {check.graph.region(n) for n in refs.nodes}
    if len(regions) < 2:
        refs.resolved()
        yield f"its buckets are in {', '.join(sorted(regions)) or 'no Region'}"


ONE_ZONE: Final = frozenset({"ONEZONE_IA", "EXPRESS_ONEZONE"})
# Where a storage class is set: the block, which its status may disable, and the paths in it.
_CLASSES: Final = {
    "s3/bucketLifecycleConfiguration": ("rules", "transitions", "noncurrentVersionTransitions"),
    "s3/bucketReplicationConfig": ("rules", "destination"),
    "s3/bucket": ("lifecycleRules", "transitions", "noncurrentVersionTransitions"),
}


@rule(
    "s3-not-one-zone",
    "S3 objects are stored in several zones",
    *_CLASSES,
    "s3/bucketObject",
    "s3/objectCopy",
    "s3/directoryBucket",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="objects stored in one zone are unavailable when that zone fails, and lost when it is destroyed",
    fix="use a storage class with several zones (STANDARD_IA, GLACIER_IR), or a general purpose bucket",
    refs=("REL10-BP01", "S3 guide: storage classes; directory buckets"),
)
def not_one_zone(node: Node, check: Check) -> Iterator[str]:
    if node.kind == "s3/directoryBucket":
        yield "a directory bucket keeps its objects in one zone"
        return
    found: list[object] = []
    if node.kind not in _CLASSES:
        found = [node.get("storageClass")]
    else:
        blocks, *paths = _CLASSES[node.kind]
        for block in node.blocks(blocks):
            off = block.text("status") == "Disabled" or not block.flag("enabled", default=True)
            for path in () if off else paths:
                found += [entry.get("storageClass") for entry in block.blocks(path)]
    if used := ONE_ZONE.intersection(str(name) for name in found if name):
        yield f"objects are stored as {', '.join(sorted(used))}"
