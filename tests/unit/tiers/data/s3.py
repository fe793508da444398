"""Buckets that the tests run."""

from typing import Any

from components.alarms import Alarming
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.data.s3_replication import BucketReplica
from tests.support.graph import ACCOUNT, Graph, deploy

KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"


REPLICA_KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"


TOPIC = f"arn:aws:sns:us-west-2:{ACCOUNT}:alarms"


REPLICA_TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"


TAGS = {"Project": "ha-aws"}


REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"


def bucket(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "kms_key_arn": KEY,
        "tags": TAGS,
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags=TAGS),
        **changes,
    }
    return deploy(lambda: DataBucket("media", DataBucketArgs(**given)))


def replicated(time_control: bool = False, **changes: Any) -> Graph:
    replica = BucketReplica(
        region="us-east-1",
        kms_key_arn=REPLICA_KEY,
        log_bucket="logs-east",
        time_control=time_control,
        alarms=Alarming(topic_arns=[REPLICA_TOPIC], tags=TAGS),
    )
    return bucket(replica=replica, log_bucket="logs-west", **changes)
