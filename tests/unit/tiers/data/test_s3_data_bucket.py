"""None"""

import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.data.s3_private_bucket import ObjectLock, expire, keep_versions
from components.tiers.data.s3_replication import BucketReplica
from tests.support.graph import deploy
from tests.unit.tiers.data.s3 import KEY, REPLICA_KEY, REPLICA_TOPIC, REPLICATION, TAGS, TOPIC, bucket, replicated


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
