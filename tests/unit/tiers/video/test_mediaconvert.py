"""The transcoding tier: nothing announced is lost, every function may do what it does and nothing more."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from components.alarms import Alarming
from components.packaging import FUNCTIONS, function_archive
from components.tiers.video.mediaconvert import BucketLocation, Transcoding, TranscodingArgs
from tests.support.graph import Graph, deploy

KEY = "arn:aws:kms:us-west-2:123456789012:key/one"
TOPIC = "arn:aws:sns:us-west-2:123456789012:alarms"
TABLE = "arn:aws:dynamodb:us-west-2:123456789012:table/status"
NAME = "usw2-transcoding"
QUEUE, RULE = "aws:sqs/queue:Queue", "aws:cloudwatch/eventRule:EventRule"
TARGET, FUNCTION = "aws:cloudwatch/eventTarget:EventTarget", "aws:lambda/function:Function"


def transcoding(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "uploads": BucketLocation(name="uploads", arn="arn:aws:s3:::uploads"),
        "output": BucketLocation(name="videos", arn="arn:aws:s3:::videos"),
        "status_table": "status",
        "status_table_arn": TABLE,
        "submit": function_archive("transcode"),
        "status": function_archive("transcode_status"),
        "layers": ["arn:aws:lambda:us-west-2:017000801446:layer:powertools:1"],
        "kms_key_arn": KEY,
        "region": "us-west-2",
        "take_over": True,
        "alarms": Alarming(topic_arns=(TOPIC,)),
        "tags": {"Tier": "transcoding"},
        **changes,
    }
    return deploy(lambda: Transcoding(NAME, TranscodingArgs(**given)))


def statements(graph: Graph, policy: str) -> dict[str, dict[str, Any]]:
    found = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy", policy).inputs["policy"])["Statement"]
    return {s["Sid"]: s for s in found}


def actions(graph: Graph, policy: str) -> set[str]:
    found = [s["Action"] for s in statements(graph, policy).values()]
    return {a for one in found for a in ([one] if isinstance(one, str) else one)}


def test_uploads_and_the_states_of_our_own_queues_jobs_become_messages() -> None:
    graph = transcoding()
    patterns = {r.name: json.loads(r.inputs["eventPattern"]) for r in graph.of(RULE) if "eventPattern" in r.inputs}
    assert patterns[f"{NAME}-uploads"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["uploads"]}},
    }
    states = patterns[f"{NAME}-states"]
    assert states["detail-type"] == ["MediaConvert Job State Change"]
    assert states["detail"]["status"] == ["PROGRESSING", "COMPLETE", "ERROR", "CANCELED"]
    assert [q.name for q in graph.referred(graph.one(RULE, f"{NAME}-states"), "eventPattern")] == [f"{NAME}-jobs"]
    for role in ("uploads", "states"):
        target = graph.one(TARGET, f"{NAME}-{role}")
        assert [q.name for q in graph.referred(target, "arn")] == [f"{NAME}-{role}"]


def test_nothing_is_lost_every_queue_and_target_has_dead_letters_that_raise_an_alarm() -> None:
    graph = transcoding()
    alarms = {a.name: a for a in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    for role in ("uploads", "states"):
        queue = graph.one(QUEUE, f"{NAME}-{role}")
        assert {q.name for q in graph.referred(queue, "redrivePolicy")} == {f"{NAME}-{role}-dlq"}
        assert alarms[f"{NAME}-{role}-dlq"].inputs["threshold"] == 0
        assert f"{NAME}-{role}-age" in alarms
        dead = graph.one(QUEUE, f"{NAME}-{role}-dlq")
        assert dead.inputs["messageRetentionSeconds"] > queue.inputs["messageRetentionSeconds"]
    for target in graph.every(TARGET):
        assert {q.name for q in graph.referred(target, "deadLetterConfig")} == {f"{NAME}-undelivered"}
    assert alarms[f"{NAME}-undelivered"].inputs["alarmActions"] == [TOPIC]
    assert all(q.inputs["kmsMasterKeyId"] == KEY for q in graph.every(QUEUE))


def test_messages_stay_hidden_while_a_function_works_on_them() -> None:
    graph = transcoding()
    for role, queue in {"submit": "uploads", "status": "states"}.items():
        seconds = graph.one(FUNCTION, f"{NAME}-{role}").inputs["timeout"]
        assert graph.one(QUEUE, f"{NAME}-{queue}").inputs["visibilityTimeoutSeconds"] == 6 * seconds
        mapping = graph.one("aws:lambda/eventSourceMapping:EventSourceMapping", f"{NAME}-{role}-events")
        assert mapping.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
        assert [q.name for q in graph.referred(mapping, "eventSourceArn")] == [f"{NAME}-{queue}"]


def test_only_our_rules_send_to_the_queues() -> None:
    graph = transcoding()
    allowed = {
        f"{NAME}-uploads-policy": {f"{NAME}-uploads"},
        f"{NAME}-states-policy": {f"{NAME}-states"},
        f"{NAME}-uploads-dlq-policy": set[str](),
        f"{NAME}-states-dlq-policy": set[str](),
        f"{NAME}-undelivered-policy": {f"{NAME}-uploads", f"{NAME}-states", f"{NAME}-take-over"},
    }
    policies = graph.of("aws:sqs/queuePolicy:QueuePolicy")
    assert {p.name: {r.name for r in graph.referred(p, "policy") if r.type == RULE} for p in policies} == allowed
    for policy in policies:
        grants = [s for s in json.loads(policy.inputs["policy"])["Statement"] if s["Effect"] == "Allow"]
        assert all(s["Action"] == "sqs:SendMessage" and s["Condition"]["ArnEquals"] for s in grants)


@pytest.mark.parametrize("function", ["transcode", "transcode_status"])
def test_the_functions_get_every_variable_they_read(function: str) -> None:
    tree = ast.parse((FUNCTIONS / function / "handler.py").read_text())
    read = {
        str(n.slice.value)
        for n in ast.walk(tree)
        if isinstance(n, ast.Subscript) and ast.unparse(n.value) == "os.environ" and isinstance(n.slice, ast.Constant)
    }
    role = {"transcode": "submit", "transcode_status": "status"}[function]
    given = transcoding().one(FUNCTION, f"{NAME}-{role}").inputs["environment"]["variables"]
    assert read - {"AWS_REGION"} <= set(given)
    assert "STATUS_TABLE" in read


def test_the_submitting_function_may_do_what_it_does_and_no_more() -> None:
    graph = transcoding()
    policy = f"{NAME}-submit-permissions"
    by_sid = statements(graph, policy)
    assert by_sid["Uploads"]["Action"] == "s3:GetObjectVersion"
    assert by_sid["Uploads"]["Resource"] == "arn:aws:s3:::uploads/*"
    assert (by_sid["Status"]["Action"], by_sid["Status"]["Resource"]) == (
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
        TABLE,
    )
    assert (by_sid["Undone"]["Action"], by_sid["Undone"]["Resource"]) == ("dynamodb:Query", f"{TABLE}/index/open")
    assert by_sid["Jobs"]["Action"] == ["mediaconvert:CreateJob", "mediaconvert:SearchJobs"]
    assert by_sid["Jobs"]["Resource"].startswith("arn:aws:mediaconvert:us-west-2:123456789012:queue")
    assert by_sid["JobRole"]["Action"] == "iam:PassRole"
    assert by_sid["JobRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}
    tempting = {"s3:PutObject", "s3:DeleteObject", "s3:GetObject", "dynamodb:DeleteItem", "dynamodb:Scan",
                "mediaconvert:CancelJob", "mediaconvert:*", "iam:CreateRole", "sns:Subscribe"}  # fmt: skip
    assert not tempting & actions(graph, policy)


def test_the_listening_function_may_do_what_it_does_and_no_more() -> None:
    graph = transcoding()
    own = actions(graph, f"{NAME}-status-permissions")
    assert {"dynamodb:UpdateItem", "sns:Publish"} <= own
    tempting = {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query", "mediaconvert:CreateJob", "iam:PassRole"}
    assert not (tempting | {"s3:GetObject"}) & own


def test_jobs_read_uploads_and_write_videos_and_nothing_else() -> None:
    graph = transcoding()
    by_sid = statements(graph, f"{NAME}-role")
    assert (by_sid["Read"]["Action"], by_sid["Read"]["Resource"]) == ("s3:GetObject", "arn:aws:s3:::uploads/*")
    assert (by_sid["Write"]["Action"], by_sid["Write"]["Resource"]) == ("s3:PutObject", "arn:aws:s3:::videos/vod/*")
    assert by_sid["Key"]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}
    trust = json.loads(graph.one("aws:iam/role:Role", f"{NAME}-role").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "mediaconvert.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert not {"s3:DeleteObject", "s3:PutObjectAcl", "kms:Encrypt"} & actions(graph, f"{NAME}-role")


def test_failed_jobs_raise_an_alarm_by_the_services_own_count_and_by_ours() -> None:
    graph = transcoding()
    alarms = {a.name: a for a in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    errored = alarms[f"{NAME}-errored"]
    assert (errored.inputs["namespace"], errored.inputs["metricName"]) == ("AWS/MediaConvert", "JobsErroredCount")
    assert [q.name for q in graph.referred(errored, "dimensions")] == [f"{NAME}-jobs"]
    failed = alarms[f"{NAME}-failed"].inputs
    variables = graph.one(FUNCTION, f"{NAME}-status").inputs["environment"]["variables"]
    assert failed["namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert failed["dimensions"] == {"service": variables["POWERTOOLS_SERVICE_NAME"]}
    assert failed["metricName"] in (FUNCTIONS / "transcode_status" / "handler.py").read_text()
    assert alarms[f"{NAME}-take-over"].inputs["metricName"] in Path(FUNCTIONS / "transcode" / "handler.py").read_text()


SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def test_all_results_go_to_the_news_address_and_failures_to_the_alarm_address() -> None:
    graph = transcoding(news_email="studio@example.com", trouble_email="ops@example.com")
    everything, bad = graph.one(SUBSCRIPTION, f"{NAME}-news-all"), graph.one(SUBSCRIPTION, f"{NAME}-news-bad")
    for subscription, address in ((everything, "studio@example.com"), (bad, "ops@example.com")):
        assert (subscription.inputs["protocol"], subscription.inputs["endpoint"]) == ("email", address)
        assert [n.name for n in graph.referred(subscription, "topic")] == [f"{NAME}-news"]
    assert "filterPolicy" not in everything.inputs
    assert json.loads(bad.inputs["filterPolicy"]) == {"status": ["FAILED", "REFUSED"]}
    assert bad.inputs["filterPolicyScope"] == "MessageBody", "the status is in the message"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({}, set()),
        ({"trouble_email": "ops@example.com"}, {f"{NAME}-news-bad"}),
        ({"news_email": "a@example.com"}, {f"{NAME}-news-all"}),
        ({"news_email": "ops@example.com", "trouble_email": "ops@example.com"}, {f"{NAME}-news-all"}),
    ],
    ids=["nobody", "trouble", "news", "one address for both"],
)
def test_an_address_is_subscribed_once(given: dict[str, Any], made: set[str]) -> None:
    assert {n.name for n in transcoding(**given).of(SUBSCRIPTION)} == made


def test_one_region_alone_takes_nothing_over() -> None:
    graph = transcoding(take_over=False)
    assert {r.name for r in graph.of(RULE)} == {f"{NAME}-uploads", f"{NAME}-states"}
    assert "dynamodb:Query" not in actions(graph, f"{NAME}-submit-permissions")
    assert f"{NAME}-take-over" not in {a.name for a in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}


def test_taking_over_is_asked_for_every_hour() -> None:
    graph = transcoding()
    rule, target = graph.one(RULE, f"{NAME}-take-over"), graph.one(TARGET, f"{NAME}-take-over")
    assert rule.inputs["scheduleExpression"] == "rate(1 hour)"
    assert json.loads(target.inputs["input"]) == {"takeOver": True}
    permission = graph.one("aws:lambda/permission:Permission", f"{NAME}-submit-take-over")
    assert [r.name for r in graph.referred(permission, "sourceArn")] == [f"{NAME}-take-over"]


def test_functions_without_their_library_are_refused() -> None:
    with pytest.raises(ValueError, match="give its layer"):
        transcoding(layers=[])


def test_the_queue_takes_jobs_at_once() -> None:
    jobs = transcoding().one("aws:mediaconvert/queue:Queue")
    assert (jobs.inputs["status"], jobs.inputs["pricingPlan"]) == ("ACTIVE", "ON_DEMAND")
