"""Replicas of a cell's buckets in the other cell, with alarms there."""

from components.architectures.cell import Cell
from components.tiers.data.s3 import DataBucket
from components.tiers.data.s3_replication import BucketReplica


def replica_in(other: Cell | None, tier: str, *, time_control: bool = False) -> BucketReplica | None:
    """The replica of a `DataBucket` of ``tier`` in the other cell; None if there is no other cell."""
    if other is None:
        return None
    return BucketReplica(
        region=other.region,
        kms_key_arn=other.kms_key_arn,
        log_bucket=other.log_bucket.bucket_name,
        time_control=time_control,
        alarms=other.alarms_of(tier),
    )


def monitor_with_replica(cell: Cell, other: Cell | None, bucket: DataBucket) -> None:
    """Add the bucket's alarms to its cell, and those of its replica to the other cell as {bucket}-replica."""
    cell.monitor(bucket)
    if other is not None:
        label = bucket.pulumi_resource_name.removeprefix(f"{cell.code}-")
        other.tier_alarms[f"{label}-replica"] = list(bucket.replica_alarms.values())
