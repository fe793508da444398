"""Protection against deletion and mistakes: protect, ignoreChanges, replacement order, KMS keys, secrets, FIS."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.node import Node
from ha_policy.graph.values import CannotTell
from ha_policy.rule import CORE, HYGIENE, PRODUCTION, REGULATED, STRICT, Check, Param, Severity, rule, skip

from .rds import STORES, is_replica

STATEFUL: Final = (
    *STORES,
    "rds/globalCluster",
    "dynamodb/table",
    "s3/bucket",
    "efs/fileSystem",
    "elasticache/replicationGroup",
    "opensearch/domain",
    "redshift/cluster",
    "memorydb/cluster",
    "kms/key",
    "backup/vault",
    "cognito/userPool",
    "fsx/windowsFileSystem",
    "fsx/ontapFileSystem",
    "fsx/openZfsFileSystem",
    "kinesis/stream",
    "msk/cluster",
    "mq/broker",
)
EDGE: Final = (
    "lb/loadBalancer",
    "lb/targetGroup",
    "acm/certificate",
    "cloudfront/distribution",
    "route53/record",
    "route53/zone",
    "apigateway/deployment",
    "apigateway/domainName",
    "apigatewayv2/domainName",
    "globalaccelerator/accelerator",
    "ec2/launchTemplate",
)
CACHES: Final = ("elasticache/replicationGroup", "memorydb/cluster")
# Properties that decide availability. An ignored change never takes effect.
GUARDED: Final = frozenset(
    {
        "*", "multiAz", "backupRetentionPeriod", "deletionProtection", "deletionProtectionEnabled", "skipFinalSnapshot",
        "enableDeletionProtection", "minSize", "minCapacity", "subnets", "subnetIds", "vpcZoneIdentifiers",
        "multiAzEnabled", "automaticFailoverEnabled", "pointInTimeRecovery", "healthCheck", "healthCheckType",
        "networkConfiguration", "vpcConfig", "redrivePolicy", "deadLetterConfig", "versioningConfiguration", "rules",
        "subnetMappings", "enableCrossZoneLoadBalancing", "enableZonalShift", "deploymentCircuitBreaker",
        "failoverRoutingPolicies", "healthCheckId", "alarmActions", "actionsEnabled", "natGatewayId", "routes",
        "snapshotRetentionLimit", "preferredCacheClusterAzs", "availabilityZone",
    }
)  # fmt: skip
# A network ACL gets the subnets that have no other; the provider's documentation says to ignore the default one's.
ACLS: Final = ("ec2/networkAcl", "ec2/defaultNetworkAcl")


@rule(
    "no-ignored-ha-props",
    "ignoreChanges does not list a property that decides availability",
    "*",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="with ignoreChanges, the program says one thing and the account keeps another",
    fix="remove it from ignoreChanges",
    refs=("REL08-BP04", "Pulumi: ignoreChanges"),
)
def ignored_props(node: Node, check: Check) -> Iterator[str]:
    if not node.has_options:
        skip("a plan or state does not have ignore_changes; give the folder of the configuration with --source")
    if not node.ignore_changes:
        skip("it has no ignoreChanges")
    names = {p.split(".")[0].split("[")[0] for p in node.ignore_changes}
    if node.kind in ACLS:
        names.discard("subnetIds")
    if found := names & GUARDED:
        yield f"ignoreChanges lists {', '.join(sorted(found))}"


@rule(
    "replace-before-delete",
    "Data stores and entry points are not replaced with deleteBeforeReplace",
    *STATEFUL,
    *EDGE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="deleteBeforeReplace deletes the resource before its replacement exists: an outage, or lost data",
    fix="leave deleteBeforeReplace off, and let Pulumi choose the name so that both can exist",
    refs=("REL08-BP04", "checkov CKV_AWS_233"),
)
def replace_before_delete(node: Node, check: Check) -> Iterator[str]:
    if node.is_terraform:
        skip(
            "Terraform deletes before it creates unless create_before_destroy is set, which needs a name of its choice"
        )
    if node.delete_before_replace:
        yield "deleteBeforeReplace is on"


@rule(
    "stateful-protected",
    "A data store has Pulumi's protect option on",
    *(k for k in STATEFUL if k not in CACHES),
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without protect, renaming or removing a line of the program deletes the data",
    fix="set the resource option protect",
    refs=("REL13-BP01", "Pulumi: protect"),
)
def stateful_protected(node: Node, check: Check) -> Iterator[str]:
    if not _is_protected(node):
        yield "protect is off"


def _is_protected(node: Node) -> bool:
    if not node.protect and not node.has_options:
        raise CannotTell(
            f"prevent_destroy of {node.label} is not in the plan; give the folder of the configuration with --source"
        )
    return node.protect


@rule(
    "data-retained",
    "A database has backups, deletion protection, protect and a final snapshot",
    *STORES,
    severity=Severity.CRITICAL,
    levels=STRICT,
    reason="each of the four covers a case that the other three do not",
    fix="set backupRetentionPeriod, deletionProtection, protect, and skipFinalSnapshot false",
    refs=("REL09-BP01", "REL13-BP01"),
    params={"minDays": Param("minimum number of days that backups are kept", 7, minimum=1, maximum=35)},
)
def data_retained(store: Node, check: Check) -> Iterator[str]:
    if store.kind == "rds/instance" and (is_replica(store) or store.text("engine").startswith("aurora")):
        skip("its source or its cluster has them")
    missing: list[str] = []
    if store.number("backupRetentionPeriod") < check.number("minDays"):
        missing.append(f"{check.number('minDays')} days of backups")
    if not store.flag("deletionProtection"):
        missing.append("deletionProtection")
    if store.flag("skipFinalSnapshot"):
        missing.append("a final snapshot")
    if (store.has_options or not missing) and not _is_protected(store):
        missing.append("protect")
    if missing:
        yield f"it lacks {', '.join(missing)}"


@rule(
    "kms-deletion-window",
    "A KMS key is enabled, and has a long enough deletion window",
    "kms/key",
    "kms/replicaKey",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="what a disabled or deleted key has encrypted, backups included, cannot be read",
    fix="raise deletionWindowInDays (7 to 30; default 30), and leave isEnabled on",
    refs=("REL09-BP02", "Security Hub KMS.3"),
    params={"minDays": Param("minimum days", 7, minimum=7, maximum=30, presets={"regulated": 30})},
)
def kms_window(key: Node, check: Check) -> Iterator[str]:
    days = key.number("deletionWindowInDays", default=30)
    if days < check.number("minDays"):
        yield f"deletionWindowInDays is {days:g}; at least {check.number('minDays')} are needed"
    if not key.flag("isEnabled" if key.kind == "kms/key" else "enabled", default=True):
        yield "it is disabled"


@rule(
    "secret-recovery-window",
    "A deleted secret can be restored",
    "secretsmanager/secret",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a secret that is deleted immediately takes down everything that logs in with it",
    fix="leave recoveryWindowInDays at 30, or set 7 to 30",
    refs=("REL13-BP01", "Secrets Manager API: DeleteSecret"),
)
def secret_window(secret: Node, check: Check) -> Iterator[str]:
    if secret.number("recoveryWindowInDays", default=30) < 7:
        yield "recoveryWindowInDays is 0: it is deleted at once"


@rule(
    "user-pool-protected",
    "A Cognito user pool has deletion protection on",
    "cognito/userPool",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="a deleted user pool cannot be restored: every user has to register again",
    fix="set deletionProtection to ACTIVE",
    refs=("REL13-BP01",),
)
def user_pool(pool: Node, check: Check) -> Iterator[str]:
    if pool.text("deletionProtection", "INACTIVE") != "ACTIVE":
        yield "deletionProtection is not ACTIVE"


@rule(
    "trail-every-region",
    "A CloudTrail trail records every Region",
    "cloudtrail/trail",
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="what is done in another Region, the standby Region's changes among it, leaves no record",
    fix="set isMultiRegionTrail, with includeGlobalServiceEvents and enableLogging left on",
    refs=("REL06-BP04", "Security Hub CloudTrail.1", "Config MULTI_REGION_CLOUD_TRAIL_ENABLED"),
)
def trail_every_region(trail: Node, check: Check) -> Iterator[str]:
    if not trail.flag("isMultiRegionTrail"):
        yield "isMultiRegionTrail is off"
    if not trail.flag("enableLogging", default=True):
        yield "enableLogging is off"


@rule(
    "experiment-stops",
    "A FIS experiment has an alarm as stop condition",
    "fis/experimentTemplate",
    severity=Severity.HIGH,
    levels=CORE,
    reason="without a stop condition, an experiment continues while users are affected",
    fix="add a stop condition with source aws:cloudwatch:alarm",
    refs=("REL12-BP05", "FIS guide: stop conditions"),
)
def experiment_stops(template: Node, check: Check) -> Iterator[str]:
    sources = {b.text("source") for b in template.blocks("stopConditions")}
    if "aws:cloudwatch:alarm" not in sources:
        yield "it has no stop condition"
