import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pulumi
import pytest

from components.alarms import Alarming
from components.tiers.observability.canary import RUNTIME, SCRIPT, Canary, CanaryArgs, CanaryRequest
from tests.support.graph import ACCOUNT, Graph, deploy

KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"


def canary(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "questions": [CanaryRequest(url="https://shop.example.com/", contains="Shop")],
        "kms_key_arn": KEY,
        "tags": {"Project": "ha-aws"},
        "retain_data": True,
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: Canary("api", CanaryArgs(**given)), stack="Financial.prod")


def test_the_canary_runs_the_script_of_its_bucket_every_five_minutes() -> None:
    graph = canary()
    made = graph.one("aws:synthetics/canary:Canary", "api-canary")
    assert made.inputs["name"] == "financial-pro-5a1116a"
    assert made.inputs["handler"] == "canary.handler"
    assert made.inputs["schedule"] == {"expression": "rate(5 minutes)", "retryConfig": {"maxRetries": 1}}
    assert made.inputs["artifactConfig"] == {"s3Encryption": {"encryptionMode": "SSE_KMS", "kmsKeyArn": KEY}}
    assert made.inputs["kmsKeyArn"] == KEY
    assert made.inputs["startCanary"] is made.inputs["deleteLambda"] is True
    run = made.inputs["runConfig"]
    assert (run["timeoutInSeconds"], run["memoryInMb"] % 64, run["activeTracing"]) == (60, 0, True)
    assert json.loads(run["environmentVariables"]["TARGETS"]) == [
        {"url": "https://shop.example.com/", "method": "GET", "status": 200, "withinMs": 3000, "contains": "Shop"}
    ]
    assert "zipFile" not in made.inputs, "not together with a bucket"
    assert [n.name for n in graph.referred(made, "s3Key")] == ["api-script"]
    assert "api-role-run" in {n.name for n in graph.nodes if n.urn in made.depends_on}


def test_the_script_is_found_by_old_and_new_runtimes() -> None:
    script = canary().one("aws:s3/bucketObjectv2:BucketObjectv2", "api-script").inputs
    assert script["key"] == f"script/api-{RUNTIME}.zip"
    archive = script["source"]
    assert isinstance(archive, pulumi.AssetArchive)
    assert set(archive.assets) == {"canary.js", "nodejs/node_modules/canary.js"}


def test_results_are_kept_like_other_data() -> None:
    for kept in (True, False):
        bucket = canary(retain_data=kept).one("aws:s3/bucket:Bucket")
        assert (bucket.protect, bucket.inputs["forceDestroy"]) == (kept, not kept)


def test_a_new_runtime_gets_the_script_under_a_new_key() -> None:
    """The provider sends the code only when its place changes, and UpdateCanary refuses a new runtime without it."""
    keys = {
        runtime: canary(runtime=runtime).one("aws:s3/bucketObjectv2:BucketObjectv2", "api-script").inputs["key"]
        for runtime in ("syn-nodejs-puppeteer-17.0", "syn-nodejs-puppeteer-18.0")
    }
    assert len(set(keys.values())) == 2, keys


def test_results_expire_and_the_script_stays() -> None:
    rules = canary().one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    assert rules[0]["filter"] == {"prefix": "runs/"}
    assert rules[0]["expiration"] == {"days": 31}


def test_the_canary_may_report_and_no_more() -> None:
    policy = json.loads(canary().one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    everywhere = {s["Action"]: s.get("Condition") for s in policy if s["Resource"] == "*"}
    assert everywhere == {
        "s3:ListAllMyBuckets": None,
        "cloudwatch:PutMetricData": {"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}},
        "xray:PutTraceSegments": None,
    }, "actions without resource-level permissions"
    logs = next(s for s in policy if "logs:PutLogEvents" in s["Action"])
    assert logs["Resource"] == f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group:/aws/lambda/cwsyn-financial-pro-5a1116a-*"
    read = next(s for s in policy if "s3:GetObject" in s["Action"])
    assert set(read["Action"]) == {"s3:GetObject", "s3:GetObjectVersion"}
    written = next(s for s in policy if s["Action"] == "s3:PutObject")
    assert written["Resource"].endswith("/runs/*")


def test_a_silent_canary_raises_an_alarm() -> None:
    alarm = canary().one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs
    assert (alarm["metricName"], alarm["threshold"], alarm["treatMissingData"]) == ("SuccessPercent", 100, "breaching")
    assert (alarm["evaluationPeriods"], alarm["datapointsToAlarm"], alarm["period"]) == (3, 2, 300)


def test_a_canary_sends_at_least_one_request() -> None:
    with pytest.raises(ValueError, match="questions="):
        canary(questions=[])


def test_a_question_ends_before_the_canary_does() -> None:
    with pytest.raises(ValueError, match="within_ms=60000: must be 1-59999 ms"):
        CanaryRequest(url="https://a", within_ms=60_000)


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if self.path == "/down" else 200)
        self.end_headers()
        self.wfile.write(b"welcome to the Shop")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(shutil.which("node") is None, reason="runs the canary's JavaScript")
@pytest.mark.parametrize(
    ("path", "changes", "complaint"),
    [
        ("/", {}, ""),
        ("/", {"contains": "Shop"}, ""),
        ("/down", {"status": 503}, ""),
        ("/down", {}, "status 503 instead of 200"),
        ("/", {"contains": "Bank"}, 'the answer lacks "Bank"'),
    ],
)
def test_the_script_fails_on_what_a_customer_would_not_want(
    shop: str, path: str, changes: dict[str, Any], complaint: str
) -> None:
    asked = [{"url": shop + path, "method": "GET", "status": 200, "withinMs": 5000, "contains": "", **changes}]
    run = subprocess.run(
        ["node", "-e", SCRIPT + ";exports.handler().catch(e => {console.error(e.message); process.exit(3)})"],
        env={"TARGETS": json.dumps(asked), "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == (3 if complaint else 0), run.stderr
    assert complaint in run.stderr
