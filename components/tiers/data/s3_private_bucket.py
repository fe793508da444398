"""The private bucket that all others are based on: versioned, encrypted, TLS only; each setting is its own resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components import iam
from components.tags import named

ABORT_MULTIPART_DAYS = 7
"""Days after which parts of an incomplete upload are deleted (S3 lifecycle AbortIncompleteMultipartUpload)."""

Statements = Callable[[pulumi.Output[str]], Sequence[iam.Statement]]
"""Function from a bucket's ARN to its bucket policy statements."""


@dataclass(frozen=True, kw_only=True)
class ObjectLock:
    """Default retention of new object versions (S3 Object Lock).

    days: 1-36500. mode: GOVERNANCE can be bypassed with s3:BypassGovernanceRetention, COMPLIANCE by nobody, not even
    root.
    """

    days: int
    mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE"


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """Inputs of `private_bucket`. kms_key_arn: None for SSE-S3. region: None for the provider's Region.

    policy: statements besides the one that requires TLS; None leaves the bucket policy to the caller (a bucket can have
    only one). log_bucket: name of a bucket in the same Region for server access logs.
    """

    tags: Mapping[str, str]
    retain_data: bool
    rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgs] = ()
    kms_key_arn: pulumi.Input[str] | None = None
    region: str | None = None
    policy: Statements | None = field(default=lambda _: ())
    object_lock: ObjectLock | None = None
    log_bucket: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class PrivateBucket:
    """The resources of one bucket. `ready_name` and `ready_arn` let writers wait for its policy."""

    bucket: aws.s3.Bucket
    versioning: aws.s3.BucketVersioning
    public_access_block: aws.s3.BucketPublicAccessBlock
    policy: aws.s3.BucketPolicy | None

    @property
    def ready_arn(self) -> pulumi.Output[str]:
        """ARN of the bucket that resolves after its policy exists."""
        if self.policy is None:
            return self.bucket.arn
        return pulumi.Output.all(self.bucket.arn, self.policy.id).apply(lambda both: str(both[0]))

    @property
    def ready_name(self) -> pulumi.Output[str]:
        """Name of the bucket that resolves after its policy exists, for writers that need the policy."""
        if self.policy is None:
            return self.bucket.id
        return pulumi.Output.all(self.bucket.id, self.policy.id).apply(lambda both: str(both[0]))


def keep_versions(days: int, *, to_infrequent_access: int | None = None) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Lifecycle rule: noncurrent versions are deleted after ``days`` days, with their delete markers.

    to_infrequent_access: days after which they move to STANDARD_IA, at least 30 (S3 minimum) and less than ``days``.

    Raises ValueError if the days contradict each other.
    """
    if days < 1:
        raise ValueError(f"days={days}: noncurrent versions are kept at least 1 day")
    if to_infrequent_access is not None and not 30 <= to_infrequent_access < days:
        raise ValueError(f"to_infrequent_access={to_infrequent_access}: must be 30-{days - 1} days")
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="noncurrent",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=days
        ),
        noncurrent_version_transitions=[
            aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArgs(
                noncurrent_days=to_infrequent_access, storage_class="STANDARD_IA"
            )
        ]
        if to_infrequent_access is not None
        else None,
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
    )


def expire(days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Lifecycle rule: current versions expire after ``days`` days. Raises ValueError if that is less than 1."""
    if days < 1:
        raise ValueError(f"days={days}: objects are kept at least 1 day")
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="expire",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
    )


def transition(days: int, storage_class: str) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Lifecycle rule: current versions move to ``storage_class`` after ``days`` days (at least 30 for infrequent access
    classes).
    """
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="transition",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        transitions=[aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(days=days, storage_class=storage_class)],
    )


def abort_multipart() -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Lifecycle rule: delete the parts of uploads that are incomplete after ``ABORT_MULTIPART_DAYS`` days."""
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="abort-multipart",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=ABORT_MULTIPART_DAYS
        ),
    )


def tls_only(bucket_arn: pulumi.Input[str]) -> iam.Statement:
    """Bucket policy statement that denies requests without TLS to the bucket and its objects."""
    return iam.deny_insecure_transport(bucket_arn, pulumi.Output.concat(bucket_arn, "/*"))


def private_bucket(name: str, spec: PrivateBucketArgs, parent: pulumi.Resource) -> PrivateBucket:
    """A private, versioned, encrypted bucket. Children of ``parent``: {name} and {name}-{setting} per setting."""
    child = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        name,
        object_lock_enabled=True if spec.object_lock else None,
        force_destroy=not spec.retain_data,
        region=spec.region,
        tags=named(spec.tags, name),
        opts=pulumi.ResourceOptions(parent=parent, protect=spec.retain_data),
    )
    blocked = aws.s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        region=spec.region,
        opts=child,
    )
    aws.s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=bucket.id,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        region=spec.region,
        opts=child,
    )
    versioning = aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.id,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        region=spec.region,
        opts=child,
    )
    by_default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
        sse_algorithm="aws:kms" if spec.kms_key_arn is not None else "AES256", kms_master_key_id=spec.kms_key_arn
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.id,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=by_default,
                bucket_key_enabled=True if spec.kms_key_arn is not None else None,
                blocked_encryption_types=["SSE-C"],  # replicas and backups cannot read such objects
            )
        ],
        region=spec.region,
        opts=child,
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.id,
        rules=[*spec.rules, abort_multipart()],
        region=spec.region,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[versioning]),  # noncurrent rules need versioning
    )
    if spec.object_lock:
        aws.s3.BucketObjectLockConfiguration(
            f"{name}-object-lock",
            bucket=bucket.id,
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
                default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                    days=spec.object_lock.days, mode=spec.object_lock.mode
                )
            ),
            region=spec.region,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[versioning]),
        )
    if spec.log_bucket is not None:
        aws.s3.BucketLogging(
            f"{name}-access-log",
            bucket=bucket.id,
            target_bucket=spec.log_bucket,
            target_prefix=f"s3/{name}/",
            region=spec.region,
            opts=child,
        )
    policy = None
    if spec.policy is not None:
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=iam.document(*spec.policy(bucket.arn), tls_only(bucket.arn)),
            region=spec.region,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[blocked]),  # S3 rejects both at once
        )
    return PrivateBucket(bucket=bucket, versioning=versioning, public_access_block=blocked, policy=policy)
