"""The function tier: registrations, least privilege, and releases that CodeDeploy can take back."""

from pathlib import Path
from typing import Any

import pytest

from components import iam
from components.alarms import Metric
from components.packaging import function_archive, powertools_layer
from components.tiers.serverless.lambda_ import FunctionArgs, SqsEventSource, StreamEventSource, VpcConfig
from tests.support.graph import deploy
from tests.unit.tiers.serverless.worker import CODE, KEY, POLICY, statements, worker

QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"


LAMBDA = "aws:lambda/function:Function"


def test_function_is_published_traced_on_arm_with_its_own_log_group_and_encrypted_environment() -> None:
    graph = worker(environment={"TABLE": "orders"}, layers=["arn:aws:lambda:us-west-2:123456789012:layer:one:1"])
    function = graph.one(LAMBDA, "worker")
    given = function.inputs
    assert given["runtime"] == "python3.13"
    assert given["architectures"] == ["arm64"]
    assert given["publish"] is True
    assert given["tracingConfig"] == {"mode": "Active"}
    assert given["kmsKeyArn"] == KEY
    assert given["environment"]["variables"] == {
        "POWERTOOLS_SERVICE_NAME": "dev-worker",
        "LOG_LEVEL": "INFO",
        "TABLE": "orders",
    }
    assert given["loggingConfig"] == {"logFormat": "JSON", "logGroup": "worker-logs"}
    assert "vpcConfig" not in given
    logs = graph.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (logs["retentionInDays"], logs["kmsKeyId"]) == (365, KEY)
    assert graph.one(POLICY).urn in function.depends_on


def test_role_may_do_what_is_given_and_nothing_on_a_wildcard_but_traces() -> None:
    graph = worker(
        statements=[iam.allow("dynamodb:PutItem", "arn:aws:dynamodb:us-west-2:123456789012:table/orders", sid="Orders")]
    )
    found = statements(graph, "worker-permissions")
    assert sorted(found) == ["Key", "Logs", "Orders", "Traces"]
    assert [sid for sid, s in found.items() if s["Resource"] == "*"] == ["Traces"]
    assert found["Logs"]["Resource"].endswith("worker-logs:*")


def test_in_a_vpc_it_has_a_subnet_in_every_zone_and_its_code_cannot_make_interfaces() -> None:
    subnets = {"us-west-2a": "subnet-a", "us-west-2b": "subnet-b", "us-west-2c": "subnet-c"}
    graph = worker(vpc=VpcConfig(id="vpc-1", subnet_ids=subnets))
    assert graph.one(LAMBDA).inputs["vpcConfig"] == {
        "subnetIds": ["subnet-a", "subnet-b", "subnet-c"],
        "securityGroupIds": ["worker-sg-id"],
    }
    group = graph.one("aws:ec2/securityGroup:SecurityGroup").inputs
    assert "ingress" not in group
    assert "egress" not in group, "rules come one by one, from who calls whom"
    deny = statements(graph, "worker-not-from-code")["NotFromCode"]
    assert deny["Effect"] == "Deny"
    assert list(deny["Condition"]) == ["ArnEquals"]
    policy = graph.one(POLICY, "worker-not-from-code")
    assert [n.name for n in graph.referred(policy, "policy")] == ["worker"]


def test_queues_feed_the_alias_with_partial_batches_within_reserved_concurrency() -> None:
    graph = worker(reserved=10, queues={"orders": SqsEventSource(arn=QUEUE, window=5, batch_size=100)})
    source = graph.one("aws:lambda/eventSourceMapping:EventSourceMapping", "worker-orders")
    assert source.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source.inputs["scalingConfig"] == {"maximumConcurrency": 10}
    assert (source.inputs["batchSize"], source.inputs["maximumBatchingWindowInSeconds"]) == (100, 5)
    assert [n.name for n in graph.referred(source, "functionName")] == ["worker-live"]
    assert statements(graph, "worker-permissions")["Queues"]["Resource"] == [QUEUE]


def test_a_fifo_queue_has_no_batching_window() -> None:
    graph = worker(queues={"q": SqsEventSource(arn=QUEUE, fifo=True)})
    assert "maximumBatchingWindowInSeconds" not in graph.one("aws:lambda/eventSourceMapping:EventSourceMapping").inputs


def test_failed_asynchronous_events_are_kept_and_provisioned_concurrency_sits_on_the_alias() -> None:
    graph = worker(on_failure_arn=QUEUE, reserved=20, provisioned=5)
    kept = graph.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").inputs
    assert kept["destinationConfig"] == {"onFailure": {"destination": QUEUE}}
    assert kept["qualifier"] == "live"
    ready = graph.one("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs
    assert (ready["qualifier"], ready["provisionedConcurrentExecutions"]) == ("live", 5)
    assert statements(graph, "worker-permissions")["OnFailure"]["Resource"] == QUEUE


def test_alarms_watch_the_alias() -> None:
    graph = worker(on_failure_arn=QUEUE, provisioned=1, timeout=10)
    found = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert sorted(found) == [
        "worker-errors",
        "worker-slow",
        "worker-spillover",
        "worker-throttles",
        "worker-undelivered",
    ]
    assert found["worker-errors"]["dimensions"] == {"FunctionName": "worker", "Resource": "worker:live"}
    assert found["worker-slow"]["threshold"] == 8000
    assert found["worker-slow"]["extendedStatistic"] == "p99"


def test_without_release_the_alias_follows_the_version_at_once() -> None:
    graph = worker()
    assert graph.one("aws:lambda/alias:Alias").ignore_changes == ()
    assert graph.of("aws:codedeploy/application:Application") == []


def test_errors_may_be_what_the_function_counts_itself() -> None:
    own = Metric(namespace="Payments", name="Failures", dimensions={"service": "dev-worker"}, statistic="Sum")
    alarm = worker(failures=own).one("aws:cloudwatch/metricAlarm:MetricAlarm", "worker-errors").inputs
    assert (alarm["namespace"], alarm["metricName"], alarm["threshold"]) == ("Payments", "Failures", 0)
    default = worker().one("aws:cloudwatch/metricAlarm:MetricAlarm", "worker-errors").inputs
    assert (default["namespace"], default["metricName"]) == ("AWS/Lambda", "Errors")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reserved": 0}, "reserved=0"),
        ({"reserved": 9, "queues": {"q": SqsEventSource(arn=QUEUE)}}, "reserved=9"),
    ],
)
def test_too_little_reserved_concurrency_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FunctionArgs(code=CODE, handler="h.h", kms_key_arn=KEY, **changed)


def test_a_function_in_one_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        VpcConfig(id="vpc", subnet_ids={"us-west-2a": "s"})


def test_archives_hold_sources_without_caches_and_name_what_exists(tmp_path: Path) -> None:
    (tmp_path / "one" / "__pycache__").mkdir(parents=True)
    (tmp_path / "one" / "handler.py").write_text("x = 1")
    (tmp_path / "one" / "__pycache__" / "handler.cpython-313.pyc").write_text("")
    (tmp_path / "one" / "data.json").write_text("{}")
    assert sorted(function_archive("one", tmp_path).assets) == ["data.json", "handler.py"]
    with pytest.raises(ValueError, match="name=two: no such function; give one of one"):
        function_archive("two", tmp_path)


def test_powertools_layer_is_awss_own_in_the_region() -> None:
    seen: list[str] = []
    deploy(lambda: powertools_layer("eu-west-1").apply(seen.append))
    assert seen == ["arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:25"]


def test_a_stream_is_read_from_its_oldest_record_in_parts_and_what_fails_is_kept() -> None:
    stream = "arn:aws:dynamodb:us-west-2:123456789012:table/outbox/stream/2026-01-01T00:00:00.000"
    failed = "arn:aws:sqs:us-west-2:123456789012:failed"
    graph = worker(streams={"outbox": StreamEventSource(arn=stream, on_failure_arn=failed, max_late=120)})
    mapping = graph.one("aws:lambda/eventSourceMapping:EventSourceMapping", "worker-outbox").inputs
    assert mapping["eventSourceArn"] == stream
    assert mapping["startingPosition"] == "TRIM_HORIZON"
    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["bisectBatchOnFunctionError"] is True
    assert mapping["destinationConfig"] == {"onFailure": {"destinationArn": failed}}
    may = statements(graph, "worker-permissions")
    assert may["Streams"]["Resource"] == [stream]
    assert may["StreamFailures"] == {
        "Sid": "StreamFailures",
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": [failed],
    }
    late = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "worker-late").inputs
    assert (late["metricName"], late["threshold"]) == ("IteratorAge", 120_000)


def test_retries_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="retries=-1: must be at least 0"):
        StreamEventSource(arn="a", on_failure_arn="b", retries=-1)
