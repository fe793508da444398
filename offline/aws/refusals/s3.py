# ruff: noqa: E501 (what AWS says is as long as it is)
"""S3."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, cast

from offline.aws.refusals import Case, Problem, not_both, one_of, others, ranged, refuses
from offline.aws.unique import unique

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BUCKET_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BUCKET_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@refuses(BUCKET_REPLICATION)
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


@refuses(BUCKET_REPLICATION)
def replicated_buckets_are_versioned(case: Case) -> Iterator[Problem]:
    """S3 PutBucketReplication: "Versioning must be 'Enabled' on the bucket to apply a replication configuration"; of buckets of this run, in order (dependsOn)."""
    enabled = {
        c.text("bucket")
        for _, c in others(case, BUCKET_VERSIONING)
        if c.text("versioningConfiguration.status") == "Enabled" or c.unknown("versioningConfiguration")
    }
    if not case.new or any(c.unknown("bucket") for _, c in others(case, BUCKET_VERSIONING)):
        return
    bucket = case.text("bucket")
    if bucket and case.inventory.get(BUCKET, bucket) and bucket not in enabled:
        yield (
            "bucket",
            "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        )
    for path, rule in case.objects("rules"):
        target = (rule.text("destination.bucket") or "").rsplit(":", 1)[-1]
        if target and case.inventory.get(BUCKET, target) and target not in enabled:
            yield f"{path}.destination.bucket", "InvalidRequest: Destination bucket must have versioning enabled."


@refuses(BUCKET)
def bucket_name_is_legal(case: Case) -> Iterator[Problem]:
    """S3 User Guide, "General purpose bucket naming rules"."""
    name = case.text("bucket")
    if name is None:
        return
    reason = ""
    if not _BUCKET_NAME.fullmatch(name):
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
    """S3 CreateMultiRegionAccessPoint: at most 17 Regions."""
    for path, details in case.objects("details"):
        if len(details.list("regions")) > 17:
            yield f"{path}.regions", "InvalidRequest: at most 17 Regions"


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


def encrypted_with_kms(case: Case, bucket: str) -> bool:
    """Does this run encrypt the bucket with KMS?"""
    for _, settings in others(case, BUCKET_ENCRYPTION):
        if settings.text("bucket") == bucket:
            for _, rule in settings.objects("rules"):
                if (rule.text("applyServerSideEncryptionByDefault.sseAlgorithm") or "").startswith("aws:kms"):
                    return True
    return False


@refuses("aws:s3/bucketLogging:BucketLogging")
def server_logs_go_to_a_bucket_without_kms(case: Case) -> Iterator[Problem]:
    """S3 User Guide, "Enabling server access logging": default encryption with KMS is not supported for the destination."""
    bucket = case.text("targetBucket")
    if bucket and encrypted_with_kms(case, bucket):
        yield (
            "targetBucket",
            f"InvalidTargetBucketForLogging: {bucket} is encrypted with SSE-KMS: only SSE-S3 can take server access logs",
        )


BUCKET_SETTINGS = {
    "bucketAccelerateConfiguration": "PutBucketAccelerateConfiguration", "bucketCorsConfiguration": "PutBucketCors",
    "bucketLifecycleConfiguration": "PutBucketLifecycleConfiguration", "bucketLogging": "PutBucketLogging",
    "bucketNotification": "PutBucketNotificationConfiguration", "bucketObjectLockConfiguration": "PutObjectLockConfiguration",
    "bucketOwnershipControls": "PutBucketOwnershipControls", "bucketPolicy": "PutBucketPolicy",
    "bucketPublicAccessBlock": "PutPublicAccessBlock", "bucketReplicationConfig": "PutBucketReplication",
    "bucketRequestPaymentConfiguration": "PutBucketRequestPayment", "bucketServerSideEncryptionConfiguration": "PutBucketEncryption",
    "bucketVersioning": "PutBucketVersioning", "bucketWebsiteConfiguration": "PutBucketWebsite",
}  # fmt: skip
"""Settings of which a bucket has one each: two resources would overwrite each other (documentation of each)."""
for _name, _call in BUCKET_SETTINGS.items():
    unique(f"aws:s3/{_name}:{_name[0].upper()}{_name[1:]}", "bucket", call=f"s3 {_call}", says=f"{_call}: one for bucket {{bucket}}:", overwrites=True)  # fmt: skip


unique("aws:s3/bucket:Bucket", "bucket", call="s3 CreateBucket", says="BucketAlreadyOwnedByYou: Your previous request to create the named bucket {bucket} succeeded and you already own it.", regional=False)  # fmt: skip
unique({"aws:s3/bucketObjectv2:BucketObjectv2": "bucket key", "aws:s3/bucketObject:BucketObject": "bucket key"}, call="s3 PutObject", says="PutObject: one object {key} of bucket {bucket}:", regional=False, overwrites=True)  # fmt: skip
