import json
import re
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.governance.cloudtrail import Trail, TrailArgs
from tests.support.graph import ACCOUNT, Graph, deploy

KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"
ARN = f"arn:aws:cloudtrail:us-west-2:{ACCOUNT}:trail/dev-audit"
TRAIL = "aws:cloudtrail/trail:Trail"


def trail(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "kms_key_arn": KEY,
        "tags": {"Project": "ha-aws"},
        "retain_data": True,
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: Trail("audit", TrailArgs(**given)))


def test_the_trail_records_all_regions_encrypted_and_verifiable() -> None:
    graph = trail()
    made = graph.one(TRAIL, "audit-trail")
    assert [n.name for n in graph.referred(made, "cloudWatchLogsGroupArn")] == ["audit-log"]
    assert made.inputs["cloudWatchLogsGroupArn"].endswith("audit-log:*")
    assert [n.name for n in graph.referred(made, "cloudWatchLogsRoleArn")] == ["audit-role"]
    assert {k: v for k, v in made.inputs.items() if not k.startswith("cloudWatch")} == {
        "name": "dev-audit",
        "s3BucketName": "audit-bucket-id",
        "kmsKeyId": KEY,
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogging": True,
        "enableLogFileValidation": True,
        "tags": {"Project": "ha-aws", "Name": "audit"},
    }


def test_the_bucket_policy_and_the_role_are_there_before_the_trail() -> None:
    graph = trail()
    made = graph.one(TRAIL)
    assert {n.name for n in graph.referred(made, "s3BucketName")} == {"audit-bucket", "audit-bucket-policy"}
    assert "audit-role-log" in {n.name for n in graph.nodes if n.urn in made.depends_on}


def test_enabling_versioning_raises_no_alarm() -> None:
    pattern = trail().one("aws:cloudwatch/logMetricFilter:LogMetricFilter", "audit-filter-copies").inputs["pattern"]
    assert 'PutBucketVersioning && $.requestParameters.VersioningConfiguration.Status = "Suspended"' in pattern


def test_only_this_trail_writes_to_its_bucket() -> None:
    graph = trail(lock_days=365)
    policy = json.loads(graph.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])
    found = {s["Sid"]: s for s in policy["Statement"]}
    assert set(found) == {"TrailCheck", "TrailWrite", "DenyInsecureTransport"}
    assert found["TrailCheck"]["Condition"] == {"StringEquals": {"aws:SourceArn": ARN}}
    assert found["TrailWrite"]["Condition"] == {
        "StringEquals": {"aws:SourceArn": ARN, "s3:x-amz-acl": "bucket-owner-full-control"}
    }
    assert found["TrailWrite"]["Resource"].endswith(f"/AWSLogs/{ACCOUNT}/*")
    lock = graph.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert lock.inputs["rule"] == {"defaultRetention": {"days": 365, "mode": "GOVERNANCE"}}
    assert graph.one("aws:s3/bucket:Bucket").protect


def test_the_role_writes_to_the_trails_own_stream_only() -> None:
    statement = json.loads(trail().one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"][0]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"].endswith(f"audit-log:log-stream:{ACCOUNT}_CloudTrail_us-west-2*")


def test_accesses_to_audited_buckets_and_tables_are_recorded_beside_management_events() -> None:
    selectors = trail(audited_buckets=["arn:aws:s3:::ledger"], audited_tables=["arn:table"], insights=True)
    made = selectors.one(TRAIL).inputs
    assert {s["name"]: s["fieldSelectors"] for s in made["advancedEventSelectors"]} == {
        "Management": [{"field": "eventCategory", "equals": ["Management"]}],
        "Objects": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::ledger/"]},
        ],
        "Items": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::DynamoDB::Table"]},
            {"field": "resources.ARN", "equals": ["arn:table"]},
        ],
    }
    assert "eventSelectors" not in made, "CloudTrail takes one kind of selectors"
    assert [s["insightType"] for s in made["insightSelectors"]] == ["ApiCallRateInsight", "ApiErrorRateInsight"]


def test_sensitive_calls_raise_alarms_on_the_metric_their_filter_makes() -> None:
    graph = trail()
    filters = {n.name: n.inputs for n in graph.of("aws:cloudwatch/logMetricFilter:LogMetricFilter")}
    alarms = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert set(alarms) == {"audit-root", "audit-trail", "audit-keys", "audit-backups", "audit-copies"}
    for name, alarm in alarms.items():
        made = filters[name.replace("audit-", "audit-filter-")]["metricTransformation"]
        assert (alarm["namespace"], alarm["metricName"]) == (made["namespace"], made["name"])
        assert alarm["alarmActions"] == ["arn:topic"]
        assert (alarm["threshold"], alarm["treatMissingData"]) == (0, "notBreaching")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kept_days": 0}, "kept_days=0: log files are kept at least 1 day"),
        ({"kept_days": 30, "lock_days": 31}, "lock_days=31: must be at most kept_days, 30"),
    ],
)
def test_days_that_do_not_fit_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        trail(**changes)


def test_who_reads_the_trail_s_bucket_is_logged() -> None:
    graph = trail(log_bucket="logs")
    logged = graph.one("aws:s3/bucketLogging:BucketLogging", "audit-bucket-access-log").inputs
    assert (logged["targetBucket"], logged["targetPrefix"]) == ("logs", "s3/audit-bucket/")
    assert not trail().of("aws:s3/bucketLogging:BucketLogging")
