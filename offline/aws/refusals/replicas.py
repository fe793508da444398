# ruff: noqa: E501 (what AWS says is as long as it is)
"""Copies of tables, objects and files in other Regions; vault locks that backups must respect."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, others, ranged, refuses
from offline.aws.refusals.tables import TABLE

REPLICATION, VERSIONING = (
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "aws:s3/bucketVersioning:BucketVersioning",
)
BUCKET, FILES = "aws:s3/bucket:Bucket", "aws:efs/fileSystem:FileSystem"
LOCK, PLAN = "aws:backup/vaultLockConfiguration:VaultLockConfiguration", "aws:backup/plan:Plan"
STRONG_SETS = (
    {"us-east-1", "us-east-2", "us-west-2"},
    {"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"},
    {"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"},
)
"""Regions that a strongly consistent global table can span (DynamoDB Developer Guide, "Multi-Region strong consistency")."""


@refuses(TABLE)
def replicas_are_encrypted_alike(case: Case) -> Iterator[Problem]:
    """DynamoDB UpdateTable: ValidationException "KMSMasterKeyId must be specified for each replica"."""
    keyed = case.given("serverSideEncryption.kmsKeyArn")
    for path, replica in case.objects("replicas"):
        if keyed and not replica.given("kmsKeyArn"):
            yield f"{path}.kmsKeyArn", "ValidationException: KMSMasterKeyId must be specified for each replica."
        elif replica.given("kmsKeyArn") and not keyed and not case.unknown("serverSideEncryption"):
            yield (
                f"{path}.kmsKeyArn",
                "ValidationException: the table has no KMS key of its own: a replica cannot have one",
            )


@refuses(TABLE)
def replicas_have_streams_of_both_images(case: Case) -> Iterator[Problem]:
    """DynamoDB Developer Guide, "Global tables: how it works": replicas need a stream of NEW_AND_OLD_IMAGES."""
    if case.list("replicas") and not case.given("streamEnabled"):
        yield (
            "streamEnabled",
            "ValidationException: Table must have a DynamoDB stream of NEW_AND_OLD_IMAGES to have replicas",
        )


@refuses(TABLE)
def strong_replicas_are_near(case: Case) -> Iterator[Problem]:
    """DynamoDB Developer Guide, "Multi-Region strong consistency": one Region set, no time to live."""
    if not any(r.text("consistencyMode") == "STRONG" for _, r in case.objects("replicas")):
        return
    regions = {r.text("regionName") for _, r in case.objects("replicas")} | {case.text("globalTableWitness.regionName")}
    known = {r for r in regions if r is not None} | {case.region}
    if not any(known <= those for those in STRONG_SETS):
        yield (
            "replicas",
            f"ValidationException: strong consistency cannot span {', '.join(sorted(known))}: one Region set",
        )
    if case.get("ttl.enabled") is True:
        yield (
            "ttl",
            "ValidationException: Time to Live is not supported for tables with multi-Region strong consistency",
        )


@refuses(TABLE)
def attributes_have_one_type(case: Case) -> Iterator[Problem]:
    """DynamoDB CreateTable: "Cannot have two attributes with the same name"."""
    types: dict[str, str | None] = {}
    for path, attribute in case.objects("attributes"):
        name = attribute.text("name")
        if name is not None and name in types:
            yield f"{path}.name", f"ValidationException: Cannot have two attributes with the same name: {name}"
        types[name or path] = attribute.text("type")


@refuses("aws:dynamodb/tableReplica:TableReplica")
def replica_is_declared_once(case: Case) -> Iterator[Problem]:
    """`dynamodb.TableReplica` and the replicas of `dynamodb.Table` exclude one another (documentation of both); a replica is in another Region."""
    arn = case.text("globalTableArn")
    table = case.seen.having(TABLE, "arn", arn)
    if arn is not None and arn.count(":") >= 5 and arn.split(":")[3] == case.region:
        yield (
            "globalTableArn",
            f"ValidationException: the table is in {case.region} itself: a replica is in another Region",
        )
    if table is not None and any(
        c.text("name") == table.get("name") and c.list("replicas") for _, c in others(case, TABLE)
    ):
        yield (
            "globalTableArn",
            f"the table {table.get('name')} has replicas of its own: use these, or TableReplica, not both",
        )


@refuses(REPLICATION)
def replication_rules_are_of_one_version(case: Case) -> Iterator[Problem]:
    """S3 PutBucketReplication: delete markers are a matter of rules with a filter; event thresholds of replication time control."""
    for path, rule in case.objects("rules"):
        if rule.given("deleteMarkerReplication") and not rule.given("filter"):
            yield (
                f"{path}.deleteMarkerReplication",
                "InvalidRequest: DeleteMarkerReplication cannot be used for this version of Cross Region Replication configuration schema: it needs a filter",
            )
        for inner, destination in rule.objects("destination"):
            timed = destination.text("replicationTime.status") == "Enabled" or destination.unknown("replicationTime")
            if destination.given("metrics.eventThreshold") and not timed:
                yield (
                    f"{path}.{inner}.metrics.eventThreshold",
                    "InvalidArgument: Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled",
                )


@refuses(REPLICATION)
def replicated_buckets_are_versioned(case: Case) -> Iterator[Problem]:
    """S3 PutBucketReplication: "Versioning must be 'Enabled' on the bucket to apply a replication configuration"; of buckets of this run, in order (dependsOn)."""
    enabled = {
        c.text("bucket")
        for _, c in others(case, VERSIONING)
        if c.text("versioningConfiguration.status") == "Enabled" or c.unknown("versioningConfiguration")
    }
    if not case.new or any(c.unknown("bucket") for _, c in others(case, VERSIONING)):
        return
    bucket = case.text("bucket")
    if bucket and case.seen.of(BUCKET, bucket) and bucket not in enabled:
        yield (
            "bucket",
            "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        )
    for path, rule in case.objects("rules"):
        target = (rule.text("destination.bucket") or "").rsplit(":", 1)[-1]
        if target and case.seen.of(BUCKET, target) and target not in enabled:
            yield f"{path}.destination.bucket", "InvalidRequest: Destination bucket must have versioning enabled."


@refuses(FILES)
def each_lifecycle_policy_says_one_thing(case: Case) -> Iterator[Problem]:
    """EFS PutLifecycleConfiguration: "each object can have only a single transition"."""
    settings = ("transitionToIa", "transitionToArchive", "transitionToPrimaryStorageClass")
    for path, policy in case.objects("lifecyclePolicies"):
        given = [s for s in settings if policy.given(s)]
        if len(given) > 1:
            yield (
                f"{path}.{given[1]}",
                f"BadRequest: One LifecyclePolicy can have only one transition, this has {' and '.join(given)}",
            )
    days = (1, 7, 14, 30, 60, 90, 180, 270, 365)
    for path, policy in case.objects("lifecyclePolicies"):
        for name in settings[:2]:
            text = policy.text(name)
            if text is not None and text not in {f"AFTER_{d}_DAY{'S' if d > 1 else ''}" for d in days}:
                yield f"{path}.{name}", f"{name}={text!r}: must be AFTER_n_DAYS, n one of {', '.join(map(str, days))}"


@refuses("aws:efs/replicationConfiguration:ReplicationConfiguration")
def copy_may_be_overwritten(case: Case) -> Iterator[Problem]:
    """EFS CreateReplicationConfiguration: a destination that exists has replication overwrite protection DISABLED."""
    found = case.seen.of(FILES, case.text("destination.fileSystemId"))
    if found is None:
        return
    target = Case(FILES, case.urn, found, case.region, case.seen)
    if target.text("protection.replicationOverwrite") not in ("DISABLED", "REPLICATING"):
        yield (
            "destination.fileSystemId",
            "BadRequest: Replication overwrite protection of the destination file system must be disabled",
        )


@refuses(
    "aws:backup/restoreTestingPlan:RestoreTestingPlan", "aws:backup/restoreTestingSelection:RestoreTestingSelection"
)
def restore_test_names_are_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateRestoreTestingPlan: names of 1-50 letters, digits and underscores."""
    for prop in ("name", "restoreTestingPlanName"):
        name = case.text(prop)
        if name is not None and not re.fullmatch(r"[a-zA-Z0-9_]{1,50}", name):
            yield prop, f"InvalidParameterValueException: {prop} {name!r}: 1 to 50 letters, digits and underscores"
    yield from ranged(case, "startWindowHours", 1, 168, "hours")
    yield from ranged(case, "validationWindowHours", 0, 168, "hours")


@refuses(PLAN)
def backup_names_are_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupPlan: plan and rule names of 1-50 letters, digits and - _ . ; each rule once."""
    seen: set[str] = set()
    for path, text in (
        ("name", case.text("name")),
        *((f"{p}.ruleName", r.text("ruleName")) for p, r in case.objects("rules")),
    ):
        if text is not None and not re.fullmatch(r"[a-zA-Z0-9_.-]{1,50}", text):
            yield path, f"InvalidParameterValueException: {text!r}: 1 to 50 letters, digits and - _ ."
        if text is not None and path != "name" and text in seen:
            yield path, f"InvalidParameterValueException: Duplicate rule name: {text}"
        if text is not None and path != "name":
            seen.add(text)


@refuses(PLAN)
def backups_stay_within_the_lock(case: Case) -> Iterator[Problem]:
    """AWS Backup Vault Lock: a job whose retention is outside the vault's minimum and maximum fails; a copy likewise."""
    locks = {c.text("backupVaultName"): c for _, c in others(case, LOCK)}
    for path, rule in case.objects("rules"):
        places = [(f"{path}.lifecycle", rule.text("targetVaultName"), rule)]
        places += [
            (f"{path}.{p}.lifecycle", (c.text("destinationVaultArn") or "").rsplit(":", 1)[-1], c)
            for p, c in rule.objects("copyActions")
            if (c.text("destinationVaultArn") or "").split(":")[3:4] == [case.region]
        ]
        for at, vault, holder in places:
            lock = locks.get(vault) if vault else None
            if lock is None or holder.unknown("lifecycle"):
                continue
            kept, low, high = (
                holder.number("lifecycle.deleteAfter"),
                lock.number("minRetentionDays"),
                lock.number("maxRetentionDays"),
            )
            if (kept is not None and low is not None and kept < low) or (
                high is not None and (kept is None or kept > high)
            ):
                yield (
                    at,
                    f"InvalidParameterValueException: Retention of {kept or 'for ever'} is outside the vault lock of {vault} ({low or 1} to {high or 'any'} days)",
                )
