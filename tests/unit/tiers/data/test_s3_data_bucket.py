import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.alarms import Alarming
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.data.s3_private_bucket import ObjectLock, expire, keep_versions
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


def test_data_is_private_versioned_and_encrypted_with_the_key() -> None:
    graph = bucket()
    made = graph.one("aws:s3/bucket:Bucket", "media-bucket")
    assert made.inputs == {"forceDestroy": False, "tags": {**TAGS, "Name": "media-bucket"}}
    assert made.protect
    encryption = graph.one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
    assert encryption.inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY},
            "bucketKeyEnabled": True,
            "blockedEncryptionTypes": ["SSE-C"],
        }
    ]
    policy = json.loads(graph.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])
    assert [s["Sid"] for s in policy["Statement"]] == ["DenyInsecureTransport"]
    assert graph.of("aws:s3/bucketLogging:BucketLogging") == []
    assert graph.of("aws:s3/bucketNotification:BucketNotification") == []
    assert graph.of(REPLICATION) == []


def test_lifecycle_keeps_old_versions_and_moves_what_is_asked() -> None:
    graph = bucket(archive_days=60, archive_class="GLACIER_IR", expire_days=400)
    rules = graph.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    assert {r["id"]: {k: v for k, v in r.items() if k not in ("id", "status", "filter")} for r in rules} == {
        "noncurrent": {
            "noncurrentVersionExpiration": {"noncurrentDays": 90},
            "noncurrentVersionTransitions": [{"noncurrentDays": 30, "storageClass": "STANDARD_IA"}],
            "expiration": {"expiredObjectDeleteMarker": True},
        },
        "transition": {"transitions": [{"days": 60, "storageClass": "GLACIER_IR"}]},
        "expire": {"expiration": {"days": 400}},
        "abort-multipart": {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}},
    }
    assert {(r["status"], r["filter"]["prefix"]) for r in rules} == {("Enabled", "")}


def test_the_replica_and_all_its_settings_are_in_the_standby_region() -> None:
    graph = replicated()
    settings = [n for n in graph.nodes if n.name.split("-")[1:2] == ["replica"] and n.type.startswith("aws:s3/")]
    assert {n.name for n in settings} == {
        "media-replica",
        "media-replica-public-access",
        "media-replica-ownership",
        "media-replica-versioning",
        "media-replica-encryption",
        "media-replica-lifecycle",
        "media-replica-access-log",
        "media-replica-policy",
    }
    assert {n.inputs["region"] for n in settings} == {"us-east-1"}
    assert [n.name for n in graph.nodes if n.inputs.get("region") and n not in settings] == ["media-lag"]
    encryption = graph.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "media-replica-encryption",
    )
    assert encryption.inputs["rules"][0]["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == REPLICA_KEY
    targets = {n.name: n.inputs["targetBucket"] for n in graph.of("aws:s3/bucketLogging:BucketLogging")}
    assert targets == {"media-bucket-access-log": "logs-west", "media-replica-access-log": "logs-east"}
    assert graph.one("aws:s3/bucket:Bucket", "media-replica").protect


def test_replication_waits_for_versions_on_both_sides_and_for_the_role() -> None:
    graph = replicated()
    config = graph.one(REPLICATION, "media-replication")
    waits = {n.name for n in graph.nodes if n.urn in config.depends_on}
    assert {"media-bucket-versioning", "media-replica-versioning", "media-replication-policy"} <= waits
    assert config.inputs["bucket"] == "media-bucket-id"
    assert [n.name for n in graph.referred(config, "role")] == ["media-replication-role"]
    assert {n.name for n in graph.referred(config, "rules")} == {"media-replica"}
    rule = config.inputs["rules"][0]
    assert rule["deleteMarkerReplication"] == {"status": "Enabled"}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert rule["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": REPLICA_KEY}
    assert rule["destination"]["metrics"] == {"status": "Enabled"}
    assert "replicationTime" not in rule["destination"]


def test_time_control_brings_the_metrics_it_requires() -> None:
    destination = replicated(time_control=True).one(REPLICATION).inputs["rules"][0]["destination"]
    assert destination["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert destination["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


def test_the_replication_role_copies_and_does_nothing_else() -> None:
    graph = replicated(object_lock=ObjectLock(days=30))
    trust = json.loads(graph.one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "s3.amazonaws.com"}
    allowed = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    assert {a for s in allowed for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])} == {
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "kms:Decrypt",
        "kms:Encrypt",
    }
    assert "*" not in {s["Resource"] for s in allowed}
    keys = {s["Action"]: (s["Resource"], s["Condition"]) for s in allowed if "Condition" in s}
    assert keys == {
        "kms:Decrypt": (KEY, {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}),
        "kms:Encrypt": (REPLICA_KEY, {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
    }


def test_a_lock_is_on_both_buckets() -> None:
    graph = replicated(object_lock=ObjectLock(days=2555, mode="COMPLIANCE"))
    assert {n.name for n in graph.of("aws:s3/bucket:Bucket") if n.inputs["objectLockEnabled"]} == {
        "media-bucket",
        "media-replica",
    }
    locks = graph.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert len(locks) == 2
    for lock in locks:
        assert lock.inputs["rule"] == {"defaultRetention": {"days": 2555, "mode": "COMPLIANCE"}}
        assert any("versioning" in urn for urn in lock.depends_on)


def test_late_and_failed_copies_and_server_errors_raise_an_alarm() -> None:
    alarms = {n.name: n.inputs for n in replicated().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {name: (a["metricName"], a["threshold"]) for name, a in alarms.items()} == {
        "media-errors": ("5xxErrors", 5),
        "media-lag": ("ReplicationLatency", 900),
        "media-failed": ("OperationsFailedReplication", 0),
    }
    assert alarms["media-lag"]["dimensions"] == {
        "SourceBucket": "media-bucket-id",
        "DestinationBucket": "media-replica-id",
        "RuleId": "to-standby-region",
    }
    assert {a["treatMissingData"] for a in alarms.values()} == {"notBreaching"}


def test_the_lag_is_watched_where_s3_publishes_it_which_is_the_replicas_region() -> None:
    alarms = {n.name: n.inputs for n in replicated().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {name: (a.get("region"), a["alarmActions"], a["okActions"]) for name, a in alarms.items()} == {
        "media-errors": (None, [TOPIC], [TOPIC]),
        "media-failed": (None, [TOPIC], [TOPIC]),
        "media-lag": ("us-east-1", [REPLICA_TOPIC], [REPLICA_TOPIC]),
    }


def test_a_composite_alarm_of_the_buckets_region_is_not_given_the_lag_and_the_dashboard_shows_it() -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        replica = BucketReplica(region="us-east-1", kms_key_arn=REPLICA_KEY)
        made = DataBucket(
            "media", DataBucketArgs(kms_key_arn=KEY, tags=TAGS, retain_data=False, replica=replica, policy=None)
        )
        seen.update(here=set(made.alarms), there=set(made.replica_alarms), widgets=made.widgets)

    deploy(program)
    assert (seen["here"], seen["there"]) == ({"errors", "failed"}, {"lag"})
    shown = {w["properties"]["title"]: [row[1] for row in w["properties"]["metrics"]] for w in seen["widgets"]}
    assert shown == {
        "media bucket": ["5xxErrors", "OperationsFailedReplication"],
        "media replica": ["ReplicationLatency"],
    }
    assert seen["widgets"][1]["properties"]["region"] == "us-east-1"


def test_events_go_to_eventbridge_when_asked() -> None:
    notification = bucket(events=True).one("aws:s3/bucketNotification:BucketNotification")
    assert notification.inputs == {"bucket": "media-bucket-id", "eventbridge": True}


def test_the_caller_may_own_the_policy_of_both_buckets() -> None:
    assert replicated(policy=None).of("aws:s3/bucketPolicy:BucketPolicy") == []


def test_a_stack_that_keeps_no_data_can_be_destroyed_with_the_replica() -> None:
    made = replicated(retain_data=False).of("aws:s3/bucket:Bucket")
    assert {(b.name, b.inputs["forceDestroy"], b.protect) for b in made} == {
        ("media-bucket", True, False),
        ("media-replica", True, False),
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"noncurrent_days": 30}, "noncurrent_days=30: must be more than 30 days"),
        ({"archive_days": 29}, "archive_days=29: must be at least 30 days"),
        ({"archive_days": 60, "expire_days": 60}, "expire_days=60: must be more than 60 days"),
        ({"object_lock": ObjectLock(days=1, mode="COMPLIANCE"), "retain_data": False}, "object_lock=COMPLIANCE"),
    ],
)
def test_settings_that_s3_would_refuse_are_refused(changes: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"kms_key_arn": KEY, "tags": TAGS, "retain_data": True, **changes}
    with pytest.raises(ValueError, match=message):
        DataBucketArgs(**given)


@pytest.mark.parametrize("days", [0, 36501])
def test_a_lock_is_within_the_limits_of_s3(days: int) -> None:
    with pytest.raises(ValueError, match=f"days={days}: Object Lock retains for 1-36500 days"):
        ObjectLock(days=days)


def test_versions_move_to_infrequent_access_before_they_expire() -> None:
    with pytest.raises(ValueError, match="to_infrequent_access=30: must be 30-29 days"):
        keep_versions(30, to_infrequent_access=30)


def test_nothing_expires_on_the_day_it_is_written() -> None:
    with pytest.raises(ValueError, match="days=0: noncurrent versions are kept at least 1 day"):
        keep_versions(0)
    with pytest.raises(ValueError, match="days=0: objects are kept at least 1 day"):
        expire(0)


def test_a_writer_of_a_bucket_without_our_policy_waits_for_the_bucket_alone() -> None:
    def program() -> None:
        made = DataBucket("media", DataBucketArgs(kms_key_arn=KEY, tags=TAGS, retain_data=False, policy=None))
        aws.s3.BucketMetric("reader", bucket=made.bucket_name, name="all")

    graph = deploy(program)
    reader = graph.one("aws:s3/bucketMetric:BucketMetric", "reader")
    assert {n.name for n in graph.referred(reader, "bucket")} == {"media-bucket"}
