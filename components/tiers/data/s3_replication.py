"""S3 replication to another Region: the role, its permissions and the replication rule."""

from __future__ import annotations

from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarming
from components.arns import account_of, region_of
from components.tags import named
from components.tiers.data.s3_private_bucket import PrivateBucket

RULE_ID = "to-standby-region"
"""Id of the only replication rule; the dimension RuleId of its metrics."""

TIME_CONTROL_MINUTES = 15
"""Minutes of S3 Replication Time Control and its event threshold; the only value that S3 accepts."""


@dataclass(frozen=True, kw_only=True)
class BucketReplica:
    """The replica of a bucket in another Region.

    region: Region of the replica. kms_key_arn: a key there (a replica of the source's multi-Region key, or another
    key). log_bucket: name of a `LogBucket` there. time_control: pay for S3 Replication Time Control (99.9 % of objects
    within 15 minutes, SLA). delete_markers: whether a deletion in the source also hides the object in the replica; its
    versions stay in both. alarms: SNS topics in that Region, where S3 publishes the replication latency.
    """

    region: str
    kms_key_arn: pulumi.Input[str]
    log_bucket: pulumi.Input[str] | None = None
    time_control: bool = False
    delete_markers: bool = True
    alarms: Alarming = field(default_factory=Alarming)


def replicate_bucket(
    name: str,
    source: PrivateBucket,
    copy: PrivateBucket,
    *,
    to: BucketReplica,
    kms_key_arn: pulumi.Input[str],
    locked: bool,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> aws.s3.BucketReplicationConfig:
    """Replicate every new object of ``source`` to ``copy``, encrypted with the key of its Region.

    kms_key_arn: the source's key. locked: whether both buckets have Object Lock. Objects older than the rule are not
    copied: that takes an S3 Batch Replication job.
    """
    child = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        f"{name}-replication-role",
        assume_role_policy=iam.trust("s3.amazonaws.com", conditions=iam.on_behalf_of(account_of(kms_key_arn))),
        tags=named(tags, f"{name}-replication"),
        opts=child,
    )
    policy = aws.iam.RolePolicy(
        f"{name}-replication-policy",
        role=role.id,
        policy=iam.document(
            iam.allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], source.bucket.arn),
            iam.allow(
                [
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionTagging",
                    *(["s3:GetObjectRetention", "s3:GetObjectLegalHold"] if locked else []),
                ],
                pulumi.Output.concat(source.bucket.arn, "/*"),
            ),
            iam.allow(
                ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                pulumi.Output.concat(copy.bucket.arn, "/*"),
            ),
            iam.allow("kms:Decrypt", kms_key_arn, conditions=_through_s3(kms_key_arn)),
            iam.allow("kms:Encrypt", to.kms_key_arn, conditions=_through_s3(to.kms_key_arn)),
        ),
        opts=child,
    )
    minutes = TIME_CONTROL_MINUTES
    destination = aws.s3.BucketReplicationConfigRuleDestinationArgs(
        bucket=copy.bucket.arn,
        storage_class="STANDARD",
        encryption_configuration=aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
            replica_kms_key_id=to.kms_key_arn
        ),
        # Metrics without Replication Time Control too: they show the latency and failed objects.
        metrics=aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(
            status="Enabled",
            event_threshold=aws.s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(minutes=minutes)
            if to.time_control
            else None,
        ),
        replication_time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
            status="Enabled",
            time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=minutes),
        )
        if to.time_control
        else None,
    )
    encrypted = aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(status="Enabled")
    return aws.s3.BucketReplicationConfig(
        f"{name}-replication",
        bucket=source.bucket.id,
        role=role.arn,
        rules=[
            aws.s3.BucketReplicationConfigRuleArgs(
                id=RULE_ID,
                status="Enabled",
                priority=0,
                filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
                delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
                    status="Enabled" if to.delete_markers else "Disabled"
                ),
                source_selection_criteria=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
                    sse_kms_encrypted_objects=encrypted
                ),
                destination=destination,
            )
        ],
        # S3 rejects the rule while a bucket has no versioning, and objects would fail while the role has no
        # permissions.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[source.versioning, copy.versioning, policy]),
    )


def _through_s3(key_arn: pulumi.Input[str]) -> dict[str, dict[str, pulumi.Output[str]]]:
    """Condition: only S3 in the key's Region may use the key for the role."""
    return {"StringEquals": {"kms:ViaService": pulumi.Output.concat("s3.", region_of(key_arn), ".amazonaws.com")}}
