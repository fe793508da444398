"""AWS Backup: coverage, retention, copies in another Region, vault locks."""

import math
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.region import arn_region, region_of
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.rule import CORE, HYGIENE, REGULATED, Check, Param, Severity, rule, skip

VAULTS: Final = ("backup/vault", "backup/logicallyAirGappedVault")
# Kinds that AWS Backup supports, and their ARN with placeholders for Region, account and name.
ARNS: Final[Mapping[str, str]] = {
    "rds/instance": "arn:aws:rds:{}:{}:db:{}",
    "rds/cluster": "arn:aws:rds:{}:{}:cluster:{}",
    "docdb/cluster": "arn:aws:rds:{}:{}:cluster:{}",
    "neptune/cluster": "arn:aws:rds:{}:{}:cluster:{}",
    "dynamodb/table": "arn:aws:dynamodb:{}:{}:table/{}",
    "efs/fileSystem": "arn:aws:elasticfilesystem:{}:{}:file-system/{}",
    "ebs/volume": "arn:aws:ec2:{}:{}:volume/{}",
    "ec2/instance": "arn:aws:ec2:{}:{}:instance/{}",
    "fsx/windowsFileSystem": "arn:aws:fsx:{}:{}:file-system/{}",
    "fsx/ontapFileSystem": "arn:aws:fsx:{}:{}:file-system/{}",
    "fsx/openZfsFileSystem": "arn:aws:fsx:{}:{}:file-system/{}",
    "redshift/cluster": "arn:aws:redshift:{}:{}:cluster:{}",
    "s3/bucket": "arn:aws:s3:::{2}",
}
COVERABLE: Final = tuple(ARNS)


def covered(graph: Graph, node: Node) -> bool:
    """Whether a backup selection of the same Region selects a resource: by ARN, wildcard, tag or condition."""
    unresolved = ""
    for selection in graph.of("backup/selection"):
        if not _same_region(graph, selection, node):
            continue
        try:
            if _selects(graph, selection, node):
                return True
        except CannotTell as unknown:
            unresolved = unknown.what
    if unresolved:
        raise CannotTell(unresolved)
    return False


def _same_region(graph: Graph, one: Node, other: Node) -> bool:
    return graph.region(one) == graph.region(other)


def _selects(graph: Graph, selection: Node, node: Node) -> bool:
    if any(n is node for n in graph.refs(selection, "notResources", node.kind).nodes):
        return False
    named = any(n is node for n in graph.refs(selection, "resources", node.kind).nodes)
    patterns = [v for v in selection.leaves("resources") if isinstance(v, str)]
    listed = named or any(_fits(p, node) for p in patterns)
    conditions = selection.given("conditions")
    if conditions and not _conditions(selection, node):
        return False
    tags = selection.blocks("selectionTags")
    if tags and any(_tag(node, t.text("key")) == t.text("value") for t in tags):
        return True
    return listed


def _fits(pattern: str, node: Node) -> bool:
    if pattern == "*":
        return True
    arn = node.props.get("arn")
    if isinstance(arn, str) and fnmatchcase(arn, pattern):
        return True
    if "*" not in pattern:
        return False
    parts = (node.provider_region if isinstance(node.provider_region, str) else "*", "*", "*")
    return fnmatchcase(ARNS[node.kind].format(*parts), pattern)


def _conditions(selection: Node, node: Node) -> bool:
    for block in selection.blocks("conditions"):
        for name, wanted in (
            ("stringEquals", True), ("stringLikes", True), ("stringNotEquals", False), ("stringNotLikes", False),
        ):  # fmt: skip
            for entry in block.blocks(name):
                key = entry.text("key").removeprefix("aws:ResourceTag/")
                value = _tag(node, key)
                if (value is not None and fnmatchcase(value, entry.text("value"))) is not wanted:
                    return False
    return True


def _tag(node: Node, key: str) -> str | None:
    for path in ("tags", "tagsAll"):  # the second with the default tags of the provider
        tags: Any = node.get(path)
        value: Any = cast(Mapping[str, Any], tags).get(key) if isinstance(tags, Mapping) else None
        if value is UNKNOWN:
            raise node.unknown(f"tag {key}")
        if value is not None:
            return str(value)
    return None


def lifecycle_covered(graph: Graph, volume: Node) -> bool:
    """Whether a Data Lifecycle Manager policy takes snapshots of a volume, by its tags."""
    for policy in graph.of("dlm/lifecyclePolicy"):
        tags = policy.get("policyDetails.targetTags")
        if policy.text("state", "ENABLED") == "ENABLED" and isinstance(tags, Mapping):
            pairs = cast(Mapping[str, Any], tags)
            if any(_tag(volume, str(k)) == v for k, v in pairs.items()):
                return True
    return False


DEFAULT_KINDS: Final = tuple(k for k in ARNS if k not in ("s3/bucket", "ec2/instance"))


@rule(
    "backup-coverage",
    "Every data store is in a backup plan",
    *COVERABLE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a service's own backups stay in its Region and account, and its users can delete them",
    fix="select it in a backup selection of its Region: by ARN, by pattern, or by one of its tags",
    refs=(
        "REL09-BP01",
        "Security Hub RDS.26",
        "Security Hub DynamoDB.4",
        "Config *_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
    ),
    params={"kinds": Param("kinds of resources that must be covered", DEFAULT_KINDS)},
)
def backup_coverage(store: Node, check: Check) -> Iterator[str]:
    if store.kind not in check.texts("kinds"):
        skip("the parameter kinds does not list it")
    if store.kind == "rds/instance" and (store.text("engine").startswith("aurora") or store.given("replicateSourceDb")):
        skip("its cluster or its source is backed up instead")
    if store.kind == "rds/cluster" and (store.given("replicationSourceIdentifier") or _secondary(store, check)):
        skip("its primary is backed up instead")
    if not covered(check.graph, store):
        yield "no backup selection of its Region selects it"


def _secondary(cluster: Node, check: Check) -> bool:
    """Whether a cluster is a secondary: it has no credentials of its own, or it names its source."""
    if not cluster.given("globalClusterIdentifier"):
        return False
    own = any(cluster.given(p) for p in ("masterUsername", "sourceRegion", "databaseName"))
    if cluster.given("sourceRegion"):
        return True
    return not own


def own_or_copied(graph: Graph, rule_block: Node) -> Iterator[tuple[str, Node]]:
    """The Regions to which a plan rule copies, with the copy action."""
    for action in rule_block.blocks("copyActions"):
        value = action.raw("destinationVaultArn")
        if isinstance(value, str) and (region := arn_region(value)):
            yield region, action
            continue
        refs = graph.refs(action, "destinationVaultArn", *VAULTS)
        for vault in refs.nodes or refs.candidates:
            yield graph.region(vault), action
        if not refs.nodes and not refs.candidates:
            refs.resolved()


@rule(
    "backup-copy-elsewhere",
    "Backups are copied to another Region",
    "backup/plan",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="if the data's Region is unavailable, so are the backups in it",
    fix="add a copyAction to a vault in another Region to each rule",
    refs=("REL09-BP01", "REL13-BP02", "AWS Backup guide: creating backup copies across Regions"),
    params={"minDays": Param("minimum number of days that copies are kept", 7, minimum=1, maximum=36500)},
)
def backup_copies(plan: Node, check: Check) -> Iterator[str]:
    here = check.graph.region(plan)
    for entry in plan.blocks("rules"):
        name = entry.text("ruleName", "without name")
        copies = list(own_or_copied(check.graph, entry))
        away = [a for region, a in copies if region != here]
        if not away:
            yield f"backup rule {name} does not copy to another Region"
        for action in away:
            days = action.number("lifecycle.deleteAfter", default=36500)
            if days < check.number("minDays"):
                yield f"backup rule {name} keeps copies {days:g} days; at least {check.number('minDays')} are needed"


@rule(
    "backup-plan-minimum",
    "Backups are taken daily and kept long enough",
    "backup/plan",
    severity=Severity.HIGH,
    levels=CORE,
    reason="everything written since the last backup is lost, and many mistakes are found only after weeks",
    fix="set a daily (or hourly) schedule, and lifecycle.deleteAfter to at least the required days and within what the "
    "vault's lock allows",
    refs=("REL09-BP03", "Config BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", "AWS Backup guide: Vault Lock"),
    params={"minDays": Param("minimum days", 7, minimum=1, maximum=36500, presets={"regulated": 35})},
)
def backup_minimum(plan: Node, check: Check) -> Iterator[str]:
    rules = plan.blocks("rules")
    kept = [r.number("lifecycle.deleteAfter", default=36500) for r in rules]
    if not any(r.given("schedule") for r in rules):
        yield "none of its rules has a schedule"
    elif not any(r.flag("enableContinuousBackup") or _daily(r) for r in rules):
        yield f"no backup is taken daily: {', '.join(r.text('schedule') for r in rules if r.given('schedule'))}"
    if kept and max(kept) < check.number("minDays"):
        yield f"backups are kept {max(kept):g} days; at least {check.number('minDays')} are needed"
    for entry in rules:
        yield from _refused_by_lock(entry, check)


_RATE: Final = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day|week)s?\s*\)")
_HOURS: Final = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 7 * 24}


def _daily(entry: Node) -> bool:
    """Whether a rule's schedule, ``cron(minutes hours day-of-month month day-of-week year)`` or ``rate(2 days)``, runs
    every day. Any other form counts as daily, since nothing is known against it.
    """
    if rate := _RATE.fullmatch(entry.text("schedule").strip().lower()):
        return int(rate[1]) * _HOURS[rate[2]] <= _HOURS["day"]
    fields = entry.text("schedule").strip().removeprefix("cron(").removesuffix(")").upper().split()
    every = {"*", "?", "*/1", "1/1", "1-31", "1-12", "1-7", "SUN-SAT", "MON-SUN"}
    return len(fields) != 6 or all(field in every for field in fields[2:])


def _refused_by_lock(entry: Node, check: Check) -> Iterator[str]:
    """AWS Backup makes no backup whose retention is outside what the lock of its vault allows."""
    kept = entry.number("lifecycle.deleteAfter", default=math.inf)
    refs = check.graph.refs(entry, "targetVaultName", "backup/vault")
    # Before deployment it may be any vault that the plan names; copies usually go to another Region.
    near = [v for v in refs.candidates if region_of(v) is not UNKNOWN and region_of(v) == region_of(entry)]
    for vault in refs.nodes or (near if len(near) == 1 else ()):
        locks = check.graph.referrers(vault, "backup/vaultLockConfiguration", "backupVaultName", "backup/vault")
        for lock in locks.nodes:
            least, most = lock.number("minRetentionDays"), lock.number("maxRetentionDays", default=math.inf)
            if not least <= kept <= most:
                allowed = f"at least {least:g}" if kept < least else f"at most {most:g}"
                days = "forever" if kept == math.inf else f"{kept:g} days"
                yield f"it keeps backups {days}, the lock of {vault.name} allows {allowed} days: none is taken"


@rule(
    "backup-plan-selects",
    "A backup plan has a selection",
    "backup/plan",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a plan without a selection backs up nothing",
    fix="add a backup selection with its planId",
    refs=("REL09-BP03",),
)
def backup_selects(plan: Node, check: Check) -> Iterator[str]:
    selections = check.graph.referrers(plan, "backup/selection", "planId", "backup/plan")
    if not selections.nodes:
        selections.resolved()
        yield "it has no selection"


@rule(
    "backup-vault-locked",
    "A backup vault is locked",
    "backup/vault",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without a lock, whoever controls the account, or makes a mistake in it, can delete the backups with the "
    "data",
    fix="add a backup vault lock configuration (or use a logically air-gapped vault), and leave forceDestroy off",
    refs=("REL09-BP01", "Config BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED", "AWS Backup guide: Vault Lock"),
)
def vault_locked(vault: Node, check: Check) -> Iterator[str]:
    locks = check.graph.referrers(vault, "backup/vaultLockConfiguration", "backupVaultName", "backup/vault")
    if not locks.nodes:
        locks.resolved()
        yield "it has no lock"
    if vault.flag("forceDestroy"):
        yield "forceDestroy is on"


@rule(
    "backup-vault-lock-days",
    "A backup vault lock sets a minimum retention",
    "backup/vaultLockConfiguration",
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="without minRetentionDays, a plan can be changed to keep backups for one day",
    fix="set minRetentionDays",
    refs=("AWS Backup guide: Vault Lock",),
    params={"minDays": Param("minimum days", 7, minimum=1, maximum=36500)},
)
def vault_lock_days(lock: Node, check: Check) -> Iterator[str]:
    if lock.number("minRetentionDays") < check.number("minDays"):
        yield f"minRetentionDays is {lock.number('minRetentionDays'):g}"


@rule(
    "backup-vault-access",
    "A backup vault's policy does not allow anybody to delete recovery points",
    "backup/vaultPolicy",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a policy that allows deletion defeats the purpose of the vault",
    fix="deny backup:DeleteRecoveryPoint to everybody in the vault's policy",
    refs=("Config BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",),
)
def vault_access(policy: Node, check: Check) -> Iterator[str]:
    if policy.raw("policy") is UNKNOWN and policy.property_dependencies.get("policy"):
        skip("it names other resources, and is known only after deployment")
    for statement in _statements(policy.document("policy")):
        deletes = any(fnmatchcase("backup:DeleteRecoveryPoint", str(a)) for a in _listed(statement.get("Action", ())))
        if statement.get("Effect") == "Allow" and deletes:
            yield "it allows backup:DeleteRecoveryPoint"


def _listed(value: Any) -> list[Any]:
    """A value that policy documents contain alone or in a list, as a list."""
    return list(cast(list[Any], value)) if isinstance(value, list | tuple) else [value]


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = _listed(document.get("Statement", ()))
    return [cast(Mapping[str, Any], s) for s in entries if isinstance(s, Mapping)]


@rule(
    "restore-tested",
    "Restores are tested regularly",
    "backup/plan",
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="a backup that has never been restored may turn out to be unusable",
    fix="add a backup restore testing plan",
    refs=("REL09-BP04", "AWS Backup guide: restore testing"),
)
def restore_tested(plan: Node, check: Check) -> Iterator[str]:
    if not check.graph.of("backup/restoreTestingPlan"):
        yield "this stack has no restore testing plan"
