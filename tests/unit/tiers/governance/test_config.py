import json
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.governance.config import RELIABILITY_RULES, ConfigRecorder, ConfigRecorderArgs
from tests.support.graph import ACCOUNT, Graph, Node, deploy

KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"
RECORDER, CHANNEL, STATUS, RULE = (
    "aws:cfg/recorder:Recorder",
    "aws:cfg/deliveryChannel:DeliveryChannel",
    "aws:cfg/recorderStatus:RecorderStatus",
    "aws:cfg/rule:Rule",
)


def configuration(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "recorder": "own",
        "kms_key_arn": KEY,
        "tags": {"Project": "ha-aws"},
        "retain_data": True,
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: ConfigRecorder("config", ConfigRecorderArgs(**given)))


def waits_for(graph: Graph, node: Node) -> set[str]:
    return {n.name for n in graph.nodes if n.urn in node.depends_on}


def test_recorder_channel_recording_and_rules_come_in_the_order_that_config_takes() -> None:
    graph = configuration()
    assert "config-recorder" in waits_for(graph, graph.one(CHANNEL))
    assert {"config-role-read", "config-role-write"} <= waits_for(graph, graph.one(CHANNEL))
    status = graph.one(STATUS)
    assert {"config-channel", "config-recorder"} <= waits_for(graph, status)
    assert status.inputs["isEnabled"] is True
    assert all("config-recording" in waits_for(graph, rule) for rule in graph.every(RULE))


def test_everything_is_recorded_into_an_encrypted_bucket() -> None:
    graph = configuration()
    recorder = graph.one(RECORDER).inputs
    assert recorder["recordingGroup"] == {"allSupported": True, "includeGlobalResourceTypes": True}
    assert recorder["recordingMode"] == {"recordingFrequency": "CONTINUOUS"}
    channel = graph.one(CHANNEL).inputs
    assert channel["s3BucketName"] == "config-bucket-id"
    assert channel["s3KmsKeyArn"] == KEY
    assert graph.one("aws:s3/bucket:Bucket").protect
    retention = graph.one("aws:cfg/retentionConfiguration:RetentionConfiguration")
    assert retention.inputs["retentionPeriodInDays"] == 2557
    second = configuration(global_resources=False).one(RECORDER).inputs
    assert second["recordingGroup"]["includeGlobalResourceTypes"] is False, "IAM is recorded in one Region"


def test_an_account_that_has_a_recorder_gets_the_rules_only() -> None:
    graph = configuration(recorder="adopt")
    assert {n.type for n in graph.nodes if n.type.startswith("aws:cfg/")} == {
        RULE,
        "aws:cfg/remediationConfiguration:RemediationConfiguration",
    }
    assert graph.of("aws:s3/bucket:Bucket") == []
    assert len(graph.of(RULE)) == len(RELIABILITY_RULES)


def test_the_rules_are_awss_own() -> None:
    rules = {n.name: n.inputs["source"] for n in configuration().of(RULE)}
    assert rules["config-database-zones"] == {"owner": "AWS", "sourceIdentifier": "RDS_MULTI_AZ_SUPPORT"}
    assert {s["owner"] for s in rules.values()} == {"AWS"}
    assert len({s["sourceIdentifier"] for s in rules.values()}) == len(rules) == 18


def test_the_role_writes_into_its_folder_of_the_bucket_only() -> None:
    graph = configuration()
    attached = graph.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs["policyArn"]
    assert attached == "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
    policy = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy", "config-role-write").inputs["policy"])
    assert [s["Action"] for s in policy["Statement"]] == [
        "s3:PutObject",
        ["s3:GetBucketAcl", "s3:ListBucket"],
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ]
    assert policy["Statement"][0]["Resource"].endswith(f"/AWSLogs/{ACCOUNT}/Config/*")
    assert policy["Statement"][2]["Resource"] == KEY


def test_remediation_waits_for_an_operator() -> None:
    graph = configuration()
    remedy = graph.one("aws:cfg/remediationConfiguration:RemediationConfiguration")
    assert remedy.inputs["automatic"] is False
    assert remedy.inputs["targetId"] == "AWS-ConfigureS3BucketVersioning"
    assert [n.name for n in graph.referred(remedy, "configRuleName")] == ["config-bucket-versions"]
    others = configuration(rules={"zones": "ELBV2_MULTIPLE_AZ"})
    assert others.of("aws:cfg/remediationConfiguration:RemediationConfiguration") == []


def test_noncompliance_is_reported_for_our_rules_only() -> None:
    graph = configuration(rules={"zones": "ELBV2_MULTIPLE_AZ"})
    rule = graph.one("aws:cloudwatch/eventRule:EventRule")
    detail = json.loads(rule.inputs["eventPattern"])["detail"]
    assert detail["configRuleName"] == ["config-zones"]
    assert detail["newEvaluationResult"] == {"complianceType": ["NON_COMPLIANT"]}
    target = graph.one("aws:cloudwatch/eventTarget:EventTarget")
    assert target.inputs["arn"] == "arn:topic"
    assert [n.name for n in graph.referred(target, "rule")] == ["config-changes"]


def test_undelivered_findings_go_to_a_dead_letter_queue_with_an_alarm() -> None:
    graph = configuration()
    queue = graph.one("aws:sqs/queue:Queue", "config-undelivered")
    assert queue.inputs["kmsMasterKeyId"] == KEY
    assert queue.inputs["messageRetentionSeconds"] == 1_209_600
    target = graph.one("aws:cloudwatch/eventTarget:EventTarget")
    assert [n.name for n in graph.referred(target, "deadLetterConfig")] == ["config-undelivered"]
    policy = graph.one("aws:sqs/queuePolicy:QueuePolicy")
    assert {n.name for n in graph.referred(policy, "policy")} == {"config-undelivered", "config-changes"}
    sends = json.loads(policy.inputs["policy"])["Statement"][0]
    assert (sends["Principal"], sends["Action"]) == ({"Service": "events.amazonaws.com"}, "sqs:SendMessage")
    assert list(sends["Condition"]) == ["ArnEquals"]
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "config-undelivered")
    assert [n.name for n in graph.referred(alarm, "dimensions")] == ["config-undelivered"]
    assert alarm.inputs["threshold"] == 0


def test_a_recorder_without_rules_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rules=\{\}: a recorder without"):
        configuration(rules={})


def test_who_reads_the_recorder_s_bucket_is_logged() -> None:
    graph = configuration(log_bucket="logs")
    logged = graph.one("aws:s3/bucketLogging:BucketLogging", "config-bucket-access-log").inputs
    assert (logged["targetBucket"], logged["targetPrefix"]) == ("logs", "s3/config-bucket/")
    assert not configuration().of("aws:s3/bucketLogging:BucketLogging")
