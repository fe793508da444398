# ruff: noqa: E501 (what AWS says is as long as it is)
"""S3, EFS, AWS Backup."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, cast

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses
from offline.aws.refusals.network import SUBNET

BUCKET = "aws:s3/bucket:Bucket"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@refuses(BUCKET)
def bucket_name_is_legal(case: Case) -> Iterator[Problem]:
    """S3 User Guide, "General purpose bucket naming rules"."""
    name = case.text("bucket")
    if name is None:
        return
    reason = ""
    if not _BUCKET.fullmatch(name):
        reason = "3 to 63 lower-case letters, digits, periods and hyphens, a letter or digit at both ends"
    elif ".." in name:
        reason = "no two periods in a row"
    elif name.startswith(("xn--", "sthree-", "amzn-s3-demo-")):
        reason = "must not begin with xn--, sthree- or amzn-s3-demo-"
    elif name.endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")):
        reason = "must not end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3"
    else:
        try:
            ipaddress.IPv4Address(name)
            reason = "must not be formatted as an IP address"
        except ValueError:
            pass
    if reason:
        yield "bucket", f"InvalidBucketName: The specified bucket is not valid: {name!r}: {reason}"


@refuses("aws:s3/bucketVersioning:BucketVersioning")
def versioning_status_exists(case: Case) -> Iterator[Problem]:
    """S3 PutBucketVersioning: Enabled or Suspended (Disabled only for what never was versioned)."""
    yield from one_of(case, "versioningConfiguration.status", "Enabled", "Suspended", "Disabled")


@refuses("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
def replication_is_legal(case: Case) -> Iterator[Problem]:
    """S3 PutBucketReplication: RTC needs metrics and both 15 minutes; priorities differ; V2 rules say about delete markers."""
    priorities: dict[float, str] = {}
    for path, rule in case.objects("rules"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(rule, "status", "Enabled", "Disabled"))
        priority = rule.number("priority")
        if priority is not None and priority in priorities:
            yield f"{path}.priority", f"InvalidRequest: Found duplicate priority {priority}: each rule needs its own"
        if priority is not None:
            priorities[priority] = path
        if rule.given("filter") and not rule.given("deleteMarkerReplication"):
            yield (
                f"{path}.deleteMarkerReplication",
                "InvalidRequest: DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.",
            )
        for inner, destination in rule.objects("destination"):
            at = f"{path}.{inner}"
            if (
                destination.text("replicationTime.status") == "Enabled"
                and destination.text("metrics.status") != "Enabled"
                and not destination.unknown("metrics")
            ):
                yield f"{at}.metrics", "InvalidRequest: replication time control needs metrics"
            for part in ("replicationTime.time.minutes", "metrics.eventThreshold.minutes"):
                minutes = destination.number(part)
                if minutes is not None and minutes != 15:
                    yield f"{at}.{part}", f"InvalidArgument: {part}={minutes}: must be 15"
            keyed = destination.given("encryptionConfiguration.replicaKmsKeyId")
            if rule.text("sourceSelectionCriteria.sseKmsEncryptedObjects.status") == "Enabled" and not keyed:
                yield (
                    f"{at}.encryptionConfiguration",
                    "InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
                )
            bucket = destination.text("bucket")
            if (
                bucket is not None
                and not re.fullmatch(r"arn:aws[\w-]*:s3:::.+", bucket)
                and not bucket.startswith("arn:")
            ):
                yield f"{at}.bucket", f"InvalidArgument: destination bucket {bucket!r}: must be an ARN"


@refuses("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def lifecycle_is_legal(case: Case) -> Iterator[Problem]:
    """S3 PutBucketLifecycleConfiguration: 30 days before infrequent access, expiry after transitions, unique ids."""
    ids: set[str] = set()
    for path, rule in case.objects("rules"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(rule, "status", "Enabled", "Disabled"))
        name = rule.text("id")
        if name is not None and name in ids:
            yield f"{path}.id", f"InvalidArgument: Rule ID must be unique. Found same ID for more than one rule: {name}"
        ids.add(name or path)
        latest = 0.0
        for at, move in rule.objects("transitions"):
            days, storage = move.number("days"), move.text("storageClass")
            if storage in ("STANDARD_IA", "ONEZONE_IA") and days is not None and days < 30:
                yield (
                    f"{path}.{at}.days",
                    f"InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass '{storage}'",
                )
            latest = max(latest, days or 0)
        for at, move in rule.objects("noncurrentVersionTransitions"):
            days, storage = move.number("noncurrentDays"), move.text("storageClass")
            if storage in ("STANDARD_IA", "ONEZONE_IA") and days is not None and days < 30:
                yield (
                    f"{path}.{at}.noncurrentDays",
                    f"InvalidArgument: 'NoncurrentDays' in NoncurrentVersionTransition action must be greater than or equal to 30 for storageClass '{storage}'",
                )
        if rule.get("expiration.expiredObjectDeleteMarker") is True and rule.given("expiration.days"):
            yield (
                f"{path}.expiration.expiredObjectDeleteMarker",
                "MalformedXML: ExpiredObjectDeleteMarker cannot be specified with Days or Date in a Lifecycle Expiration Policy",
            )
        end = rule.number("expiration.days")
        if end is not None and latest and end <= latest:
            yield (
                f"{path}.expiration.days",
                f"InvalidArgument: 'Days' in the Expiration action ({end}) must be greater than in the Transition action ({latest:g})",
            )
        if end is not None and end <= 0:
            yield f"{path}.expiration.days", "InvalidArgument: 'Days' for Expiration action must be a positive integer"
        actions = (
            "transitions",
            "expiration",
            "noncurrentVersionExpiration",
            "noncurrentVersionTransitions",
            "abortIncompleteMultipartUpload",
        )
        if not any(rule.given(a) for a in actions):
            yield path, "InvalidRequest: At least one action needs to be specified in a rule."


@refuses("aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint")
def access_point_is_legal(case: Case) -> Iterator[Problem]:
    """S3 CreateMultiRegionAccessPoint: name of 3-50 lower-case letters, digits, hyphens; at most 17 Regions."""
    for path, details in case.objects("details"):
        name = details.text("name")
        if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]", name):
            yield f"{path}.name", f"InvalidRequest: name {name!r}: 3 to 50 lower-case letters, digits and hyphens"
        if len(details.list("regions")) > 17:
            yield f"{path}.regions", "InvalidRequest: at most 17 Regions"


@refuses("aws:efs/fileSystem:FileSystem")
def file_system_is_legal(case: Case) -> Iterator[Problem]:
    """EFS CreateFileSystem: throughput by mode; elastic and provisioned need general purpose where EFS says so."""
    mode, performance = case.text("throughputMode"), case.text("performanceMode")
    yield from one_of(case, "throughputMode", "bursting", "provisioned", "elastic")
    yield from one_of(case, "performanceMode", "generalPurpose", "maxIO")
    if mode == "provisioned" and not case.given("provisionedThroughputInMibps"):
        yield (
            "provisionedThroughputInMibps",
            "BadRequest: provisionedThroughputInMibps must be given for throughput mode provisioned",
        )
    if (
        mode != "provisioned"
        and (case.number("provisionedThroughputInMibps") or 0) > 0
        and not case.unknown("throughputMode")
    ):
        yield (
            "provisionedThroughputInMibps",
            "BadRequest: provisionedThroughputInMibps is for throughput mode provisioned",
        )
    if mode == "elastic" and performance == "maxIO":
        yield "performanceMode", "BadRequest: Elastic throughput is not supported for maxIO"
    if case.given("kmsKeyId") and case.get("encrypted") is not True and not case.unknown("encrypted"):
        yield "kmsKeyId", "BadRequest: KmsKeyId must not be specified unless the file system is encrypted"


@refuses("aws:efs/mountTarget:MountTarget")
def one_mount_target_per_zone(case: Case) -> Iterator[Problem]:
    """EFS CreateMountTarget: MountTargetConflict; one per zone of a file system."""
    system, subnet = case.text("fileSystemId"), case.text("subnetId")
    mine = case.seen.of(SUBNET, subnet)
    if system is None or mine is None:
        return
    for urn, other in case.seen.all(case.token):
        if urn == case.urn or other.get("fileSystemId") != system:
            continue
        theirs = case.seen.of(SUBNET, other.get("subnetId"))
        if (
            theirs
            and isinstance(mine.get("availabilityZone"), str)
            and theirs.get("availabilityZone") == mine.get("availabilityZone")
        ):
            name = urn.rsplit("::", 1)[-1]
            yield (
                "subnetId",
                f"MountTargetConflict: mount target already exists in this AZ ({mine['availabilityZone']}: {name})",
            )


@refuses("aws:backup/plan:Plan")
def backup_plan_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupPlan: cold storage at least 90 days before deletion; windows; continuous backup up to 35 days."""
    for path, rule in case.objects("rules"):
        start, completion = rule.number("startWindow"), rule.number("completionWindow")
        if start is not None and start < 60:
            yield f"{path}.startWindow", f"InvalidParameterValueException: startWindow={start}: at least 60 minutes"
        if start is not None and completion is not None and completion < start + 60:
            yield (
                f"{path}.completionWindow",
                f"InvalidParameterValueException: completionWindow={completion}: at least 60 minutes more than startWindow",
            )
        schedule = rule.text("schedule")
        if schedule is not None and not re.fullmatch(r"(cron|rate)\(.+\)", schedule):
            yield f"{path}.schedule", f"InvalidParameterValueException: schedule {schedule!r}: must be cron(…)"
        lives = [("lifecycle", rule), *((f"{p}.lifecycle", c) for p, c in rule.objects("copyActions"))]
        for at, holder in lives:
            cold, end = holder.number("lifecycle.coldStorageAfter"), holder.number("lifecycle.deleteAfter")
            if cold is not None and end is not None and end < cold + 90:
                yield (
                    f"{path}.{at}",
                    f"InvalidParameterValueException: DeleteAfterDays {end} cannot be less than 90 days apart from MoveToColdStorageAfterDays {cold}",
                )
        kept = rule.number("lifecycle.deleteAfter")
        if (
            rule.get("enableContinuousBackup") is True
            and (kept is None or not 1 <= kept <= 35)
            and not rule.unknown("lifecycle")
        ):
            yield (
                f"{path}.lifecycle",
                "InvalidParameterValueException: continuous backup needs deleteAfter of 1 to 35 days",
            )


@refuses("aws:backup/vault:Vault")
def vault_name_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupVault: 2-50 letters, digits, hyphens, underscores."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[a-zA-Z0-9_-]{2,50}", name):
        yield (
            "name",
            f"InvalidParameterValueException: vault name {name!r}: 2 to 50 letters, digits, hyphens and underscores",
        )


@refuses("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
def vault_lock_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup PutBackupVaultLockConfiguration: at least 3 days to change one's mind; min <= max retention."""
    days = case.number("changeableForDays")
    if days is not None and days < 3:
        yield "changeableForDays", f"InvalidParameterValueException: changeableForDays={days}: at least 3 days"
    low, high = case.number("minRetentionDays"), case.number("maxRetentionDays")
    if low is not None and high is not None and low > high:
        yield (
            "minRetentionDays",
            f"InvalidParameterValueException: minRetentionDays {low} is above maxRetentionDays {high}",
        )


@refuses("aws:backup/selection:Selection")
def backup_selection_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupSelection: names of 1-50; something selected."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[a-zA-Z0-9._-]{1,50}", name):
        yield "name", f"InvalidParameterValueException: selection name {name!r}: 1 to 50 letters, digits and . _ -"
    if not any(case.given(n) for n in ("resources", "selectionTags", "conditions", "notResources")):
        yield "resources", "InvalidParameterValueException: resources, conditions or selectionTags must be given"


@refuses("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
def encryption_is_legal(case: Case) -> Iterator[Problem]:
    """S3 PutBucketEncryption: a key only for KMS algorithms."""
    for path, rule in case.objects("rules"):
        at = f"{path}.applyServerSideEncryptionByDefault"
        for _, default in rule.objects("applyServerSideEncryptionByDefault"):
            yield from (
                (f"{at}.{p}", r) for p, r in one_of(default, "sseAlgorithm", "AES256", "aws:kms", "aws:kms:dsse")
            )
            if default.text("sseAlgorithm") == "AES256" and default.given("kmsMasterKeyId"):
                yield f"{at}.kmsMasterKeyId", "InvalidArgument: a KMS key cannot be given with AES256"


@refuses("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject")
def object_has_few_tags(case: Case) -> Iterator[Problem]:
    """S3 PutObject: BadRequest "Object tags cannot be greater than 10"."""
    tags = case.inputs.get("tags")
    if isinstance(tags, dict) and len(cast(dict[str, Any], tags)) > 10:
        yield "tags", f"BadRequest: Object tags cannot be greater than 10, got {len(cast(dict[str, Any], tags))}"


@refuses("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
def object_lock_is_legal(case: Case) -> Iterator[Problem]:
    """S3 PutObjectLockConfiguration: days or years."""
    for path, default in case.objects("rule.defaultRetention"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(default, "mode", "GOVERNANCE", "COMPLIANCE"))
        yield from ((f"{path}.{p}", r) for p, r in not_both(default, "days", "years"))
        yield from ((f"{path}.{p}", r) for p, r in ranged(default, "days", 1, 36500))
