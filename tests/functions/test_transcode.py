"""The pipeline's functions: one job per uploaded version, whatever is delivered how often (DynamoDB, S3, SNS by moto;
MediaConvert is not in moto: its double checks every request against AWS's own service model)."""

import datetime
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.validate import ParamValidator
from moto import mock_aws

from tests.support.some import some

FUNCTIONS = Path(__file__).parents[2] / "components" / "functions"
HERE, THERE = "us-west-2", "us-east-2"
CONTEXT = SimpleNamespace(
    function_name="transcode",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-west-2:123456789012:function:transcode:live",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 30_000,
)


class MediaConvert:
    """CreateJob and SearchJobs as the service model describes them: it checks the requests; a token means one job, for
    a minute.
    """

    model = botocore.session.get_session().get_service_model("mediaconvert")

    def __init__(self) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.failures: list[Exception] = []
        self.calls = 0

    def create_job(self, **given: Any) -> dict[str, Any]:
        self.calls += 1
        self._check("CreateJob", given)
        if self.failures:
            raise self.failures.pop(0)
        job = self.tokens.setdefault(given["ClientRequestToken"], {"Id": f"job-{len(self.jobs) + 1}", **given})
        self.jobs[job["Id"]] = job
        return {"Job": job}

    def search_jobs(self, **given: Any) -> dict[str, Any]:
        self._check("SearchJobs", given)
        found = [j for j in self.jobs.values() if given["InputFile"] in j["Settings"]["Inputs"][0]["FileInput"]]
        return {"Jobs": found[::-1][: given["MaxResults"]]}

    def minute_over(self) -> None:
        self.tokens.clear()

    def _check(self, operation: str, given: dict[str, Any]) -> None:
        report = ParamValidator().validate(given, self.model.operation_model(operation).input_shape)
        assert not report.has_errors(), report.generate_report()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for key, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": HERE,
        "AWS_DEFAULT_REGION": HERE,
        "STATUS_TABLE": "status",
        "OPEN_INDEX": "open",
        "UPLOAD_BUCKET": "uploads",
        "OUTPUT_BUCKET": "videos",
        "OUTPUT_KEY_ARN": "arn:aws:kms:us-west-2:123456789012:key/k",
        "JOB_QUEUE_ARN": "arn:aws:mediaconvert:us-west-2:123456789012:queues/q",
        "JOB_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
        "POWERTOOLS_SERVICE_NAME": "transcode",
        "POWERTOOLS_METRICS_NAMESPACE": "Video",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }.items():
        monkeypatch.setenv(key, value)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="status",
            KeySchema=[{"AttributeName": "source", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("source", "open", "updated_at")],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "open",
                    "KeySchema": [
                        {"AttributeName": "open", "KeyType": "HASH"},
                        {"AttributeName": "updated_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": HERE})  # pyright: ignore[reportArgumentType]
        s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
        topic = boto3.client("sns").create_topic(Name="video")["TopicArn"]
        queue = boto3.client("sqs").create_queue(QueueName="news")["QueueUrl"]
        got = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        arn = got["Attributes"]["QueueArn"]
        boto3.client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )
        monkeypatch.setenv("TOPIC_ARN", topic)
        yield


def load(function: str, patch: pytest.MonkeyPatch) -> ModuleType:
    """A function's handler, imported as the root of its deployment package."""
    patch.syspath_prepend(str(FUNCTIONS / function))
    for name in ("handler", "job"):
        patch.delitem(sys.modules, name, raising=False)
    import handler  # pyright: ignore[reportMissingImports]

    for name in ("handler", "job"):
        sys.modules.pop(name, None)
    return handler


@pytest.fixture
def transcode(aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load("transcode", monkeypatch)
    real, double = module.client, MediaConvert()
    monkeypatch.setattr(module, "client", lambda service: double if service == "mediaconvert" else real(service))
    vars(module)["double"] = double
    return module


@pytest.fixture
def status(aws: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load("transcode_status", monkeypatch)


def uploaded(key: str = "in/film.mp4", body: bytes = b"film") -> dict[str, Any]:
    """Put an object; the event S3 sends of it."""
    version = boto3.client("s3").put_object(Bucket="uploads", Key=key, Body=body)["VersionId"]
    thing = {"key": key, "size": len(body), "version-id": version, "etag": "e", "sequencer": "0"}
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "region": HERE,
        "time": "2026-11-22T10:00:00Z",
        "detail": {"version": "0", "bucket": {"name": "uploads"}, "object": thing, "reason": "PutObject"},
    }


def changed(source: str, to: str, job: str = "job-1", **detail: Any) -> dict[str, Any]:
    return {
        "source": "aws.mediaconvert",
        "detail-type": "MediaConvert Job State Change",
        "time": "2026-11-22T10:05:00Z",
        "detail": {"status": to, "jobId": job, "userMetadata": {"source": source}, **detail},
    }


def batch(*events: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m-{index}",
                "receiptHandle": "r",
                "body": event if isinstance(event, str) else json.dumps(event),
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:uploads",
                "awsRegion": HERE,
            }
            for index, event in enumerate(events)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    return [f["itemIdentifier"] for f in answer["batchItemFailures"]]


def every_status() -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName="status")["Items"]
    return [{k: next(iter(v.values())) for k, v in i.items()} for i in items]


def statuses() -> dict[str, dict[str, Any]]:
    return {item["source"].split("#")[0]: item for item in every_status()}


def news() -> list[dict[str, Any]]:
    url = boto3.client("sqs").get_queue_url(QueueName="news")["QueueUrl"]
    messages = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(m["Body"]) for m in messages]


def test_an_upload_becomes_a_job_that_aws_would_accept(transcode: ModuleType) -> None:
    event = uploaded()
    assert failed(transcode.handler(batch(event), CONTEXT)) == []
    (job,) = transcode.double.jobs.values()
    assert job["Settings"]["Inputs"][0]["FileInput"] == "s3://uploads/in/film.mp4"
    stream, thumbnails = job["Settings"]["OutputGroups"]
    folder = stream["OutputGroupSettings"]["CmafGroupSettings"]["Destination"]
    assert folder.startswith("s3://videos/vod/film/")
    assert [o["NameModifier"] for o in stream["Outputs"]] == ["_360p", "_540p", "_720p", "_1080p", "_audio"]
    assert thumbnails["OutputGroupSettings"]["FileGroupSettings"]["Destination"] == f"{folder}thumbnails/"
    kept = statuses()["in/film.mp4"]
    assert (kept["status"], kept["job_id"], kept["region"]) == ("SUBMITTED", "job-1", HERE)


def test_the_same_event_delivered_five_times_submits_one_job(transcode: ModuleType) -> None:
    event = uploaded()
    for events in ([event, event], [event], [event, event]):
        assert failed(transcode.handler(batch(*events), CONTEXT)) == []
    assert len(transcode.double.jobs) == transcode.double.calls == 1


def test_states_for_which_no_time_is_left_return_to_the_queue(status: ModuleType) -> None:
    left = iter([20_000, 5_000])
    context = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: next(left)})
    events = batch(changed("in/a.mp4#1", "PROGRESSING"), changed("in/b.mp4#1", "PROGRESSING"))
    assert failed(status.handler(events, context)) == ["m-1"]
    assert set(statuses()) == {"in/a.mp4"}


def test_every_version_of_an_object_has_a_job_of_its_own(transcode: ModuleType) -> None:
    transcode.handler(batch(uploaded(body=b"1"), uploaded(body=b"22")), CONTEXT)
    assert len(transcode.double.jobs) == 2
    folders = {
        j["Settings"]["OutputGroups"][0]["OutputGroupSettings"]["CmafGroupSettings"]["Destination"]
        for j in transcode.double.jobs.values()
    }
    assert len(folders) == 2, "a new version never overwrites what players read"


def test_a_submission_that_failed_is_repeated_and_one_that_was_not_recorded_is_found_again(
    transcode: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, submit = uploaded(), transcode._submit
    transcode.double.failures = [TimeoutError()]
    assert failed(transcode.handler(batch(event), CONTEXT)) == ["m-0"]

    def die_after(upload: Any, *, again: bool) -> None:
        submit(upload, again=again)
        boto3.client("dynamodb").update_item(
            TableName="status",
            Key={"source": {"S": upload.source}},
            UpdateExpression="SET #s = :r",
            ExpressionAttributeNames={"#s": "status"},
            ExpressionAttributeValues={":r": {"S": "RECEIVED"}},
        )
        raise TimeoutError

    monkeypatch.setattr(transcode, "_submit", die_after)
    assert failed(transcode.handler(batch(event), CONTEXT)) == ["m-0"]
    monkeypatch.setattr(transcode, "_submit", submit)
    transcode.double.minute_over()  # a message returns after six minutes
    assert failed(transcode.handler(batch(event, uploaded(body=b"new")), CONTEXT)) == []
    assert (transcode.double.calls, len(transcode.double.jobs)) == (3, 2), "the new version has a job of its own"
    assert {item["job_id"] for item in every_status()} == {"job-1", "job-2"}
    assert {item["status"] for item in every_status()} == {"SUBMITTED"}


def test_uploads_for_which_no_time_is_left_return_to_the_queue(transcode: ModuleType) -> None:
    left = iter([60_000, 10_000])
    context = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: next(left)})
    assert failed(transcode.handler(batch(uploaded("in/a.mp4"), uploaded("in/b.mp4")), context)) == ["m-1"]
    assert set(statuses()) == {"in/a.mp4"}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("in/notes.txt", "must end in one of"),
        ("in/film", "must end in one of"),
        ("in/my film.mp4", "the name must be"),
        ("in/.mp4", "the name must be"),
        ("a b/film.mp4", "folders must be"),
    ],
)
def test_an_unsupported_file_is_refused_with_a_recorded_reason(transcode: ModuleType, key: str, reason: str) -> None:
    assert failed(transcode.handler(batch(uploaded(key)), CONTEXT)) == [], "no retry can help"
    kept = statuses()[key]
    assert kept["status"] == "REFUSED"
    assert reason in kept["reason"]
    assert [(n["status"], n["reason"]) for n in news()] == [("REFUSED", kept["reason"])]
    assert transcode.double.calls == 0


def test_an_empty_file_is_refused(transcode: ModuleType) -> None:
    transcode.handler(batch(uploaded(body=b"")), CONTEXT)
    assert statuses()["in/film.mp4"]["reason"].startswith("size=0")


def test_a_replica_is_left_to_the_region_it_was_uploaded_to(
    transcode: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = transcode.client
    replica = SimpleNamespace(head_object=lambda **_: {"ReplicationStatus": "REPLICA"})
    monkeypatch.setattr(transcode, "client", lambda service: replica if service == "s3" else real(service))
    event = uploaded()
    assert failed(transcode.handler(batch(event, event), CONTEXT)) == []
    assert transcode.double.calls == 0
    kept = statuses()["in/film.mp4"]
    assert (kept["status"], kept["region"], kept["open"]) == ("RECEIVED", "elsewhere", "OPEN")
    monkeypatch.setattr(transcode, "client", real)
    assert failed(transcode.handler(batch(event), CONTEXT)) == [], "now in the Region it was uploaded to"
    assert statuses()["in/film.mp4"]["region"] == HERE
    assert transcode.double.calls == 1
    monkeypatch.setattr(transcode, "client", lambda service: replica if service == "s3" else real(service))
    transcode.handler(batch(event), CONTEXT)
    assert (statuses()["in/film.mp4"]["region"], transcode.double.calls) == (HERE, 1), "who came first works on it"


def test_an_upload_whose_region_was_lost_before_any_status_is_taken_over(
    transcode: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = transcode.client
    replica = SimpleNamespace(head_object=lambda **_: {"ReplicationStatus": "REPLICA"})
    monkeypatch.setattr(transcode, "client", lambda service: replica if service == "s3" else real(service))
    monkeypatch.setattr(transcode, "_now", lambda: "2026-11-22T10:00:00+00:00")
    transcode.handler(batch(uploaded(), uploaded("in/notes.txt")), CONTEXT)
    monkeypatch.setattr(transcode, "client", real)
    assert set(statuses()) == {"in/film.mp4"}, "what cannot be transcoded is its own Region's to refuse"
    assert news() == []
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 1, "failed": 0}
    assert transcode.double.calls == 1
    assert (statuses()["in/film.mp4"]["region"], statuses()["in/film.mp4"]["status"]) == (HERE, "SUBMITTED")


@pytest.mark.parametrize(
    ("region", "state", "hours", "taken"),
    [
        (THERE, "SUBMITTED", 1, 0),
        (THERE, "SUBMITTED", 7, 1),
        (HERE, "SUBMITTED", 7, 0),
        (HERE, "RECEIVED", 7, 1),
        (HERE, "RECEIVED", 1, 0),
    ],
    ids=["young", "late", "our own job", "ours without a job", "ours and young"],
)
def test_an_upload_without_status_for_too_long_is_taken_over(
    transcode: ModuleType, region: str, state: str, hours: int, taken: int
) -> None:
    late = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)).isoformat()
    values = {"source": "in/film.mp4#1", "key": "in/film.mp4", "version": "1", "region": region}
    item = {k: {"S": v} for k, v in {**values, "status": state, "open": "OPEN", "updated_at": late}.items()}
    boto3.client("dynamodb").put_item(TableName="status", Item={**item, "size": {"N": "4"}})
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": taken, "failed": 0}
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 0, "failed": 0}
    assert transcode.double.calls == taken
    assert statuses()["in/film.mp4"]["region"] == (HERE if taken else region)


def test_a_failed_take_over_is_counted_and_does_not_stop_the_others(transcode: ModuleType) -> None:
    for number in (1, 2):
        values = {"source": f"in/{number}.mp4#1", "key": f"in/{number}.mp4", "version": "1", "region": THERE}
        item = {k: {"S": v} for k, v in {**values, "status": "RECEIVED", "open": "OPEN", "updated_at": "2026"}.items()}
        boto3.client("dynamodb").put_item(TableName="status", Item={**item, "size": {"N": "4"}})
    transcode.double.failures = [TimeoutError()]
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 1, "failed": 1}
    (left,) = [key for key, kept in statuses().items() if kept["status"] == "RECEIVED"]
    boto3.client("dynamodb").update_item(
        TableName="status",
        Key={"source": {"S": f"{left}#1"}},
        UpdateExpression="SET updated_at = :then",
        ExpressionAttributeValues={":then": {"S": "2026"}},
    )
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 1, "failed": 0}, "tried again six hours later"


def test_an_upload_taken_over_but_not_submitted_is_retried_when_it_is_late(
    transcode: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"source": "in/film.mp4#1", "key": "in/film.mp4", "version": "1", "region": THERE}
    item = {k: {"S": v} for k, v in {**values, "status": "SUBMITTED", "open": "OPEN", "updated_at": "2026"}.items()}
    boto3.client("dynamodb").put_item(TableName="status", Item={**item, "size": {"N": "4"}})
    transcode.double.failures = [TimeoutError()]
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 0, "failed": 1}
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 0, "failed": 0}, "not late yet"
    monkeypatch.setattr(transcode, "TAKE_OVER_SECONDS", 0)
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 1, "failed": 0}
    assert statuses()["in/film.mp4"]["status"] == "SUBMITTED"
    assert transcode.handler({"takeOver": True}, CONTEXT) == {"taken": 0, "failed": 0}, "ours, and submitted"


def test_taking_over_stops_before_the_function_is_cut_off(transcode: ModuleType) -> None:
    values = {"source": "in/film.mp4#1", "key": "in/film.mp4", "version": "1", "region": THERE}
    item = {k: {"S": v} for k, v in {**values, "status": "SUBMITTED", "open": "OPEN", "updated_at": "2026"}.items()}
    boto3.client("dynamodb").put_item(TableName="status", Item={**item, "size": {"N": "4"}})
    ending = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 19_000})
    assert transcode.handler({"takeOver": True}, ending) == {"taken": 0, "failed": 0}
    assert statuses()["in/film.mp4"]["region"] == THERE, "left for the next run"


def test_a_failed_job_is_recorded_and_told_and_counted(status: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    event = changed("in/film.mp4#1", "ERROR", errorCode=1010, errorMessage="no such file")
    assert failed(status.handler(batch(event, event), CONTEXT)) == []
    kept = statuses()["in/film.mp4"]
    assert (kept["status"], kept["reason"]) == ("FAILED", "no such file")
    assert [n["status"] for n in news()] == ["FAILED"], "told once"
    (emitted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"JobsFailed"' in line]
    assert emitted["JobsFailed"] == [1.0], "the metric that the alarm watches"


def test_a_video_that_is_ready_is_told_with_where_players_find_it(status: ModuleType) -> None:
    files = ["s3://videos/vod/film/v/film.mpd", "s3://videos/vod/film/v/film.m3u8"]
    groups = [{"playlistFilePaths": files, "type": "CMAF_GROUP"}, {"outputDetails": [], "type": "FILE_GROUP"}]
    status.handler(batch(changed("in/film.mp4#1", "COMPLETE", outputGroupDetails=groups)), CONTEXT)
    (told,) = news()
    assert told["playlists"] == ["/vod/film/v/film.m3u8", "/vod/film/v/film.mpd"]
    kept = statuses()["in/film.mp4"]
    assert [path["S"] for path in kept["playlists"]] == told["playlists"]


def test_a_final_status_is_not_changed_by_later_events(status: ModuleType) -> None:
    events = [changed("in/film.mp4#1", s) for s in ("PROGRESSING", "COMPLETE", "PROGRESSING", "STATUS_UPDATE", "ERROR")]
    assert failed(status.handler(batch(*events), CONTEXT)) == []
    assert statuses()["in/film.mp4"]["status"] == "READY"
    assert [n["status"] for n in news()] == ["READY"]


def test_a_final_status_that_was_not_published_is_published_at_the_next_delivery(
    status: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, real = changed("in/film.mp4#1", "COMPLETE"), status.client
    silent = SimpleNamespace(publish=lambda **_: (_ for _ in ()).throw(TimeoutError()))
    monkeypatch.setattr(status, "client", lambda service: silent if service == "sns" else real(service))
    assert failed(status.handler(batch(event), CONTEXT)) == ["m-0"]
    monkeypatch.setattr(status, "client", real)
    assert failed(status.handler(batch(event), CONTEXT)) == []
    assert len(news()) == 1


def test_a_malformed_event_fails_alone(status: ModuleType) -> None:
    good = changed("in/film.mp4#1", "COMPLETE")
    assert failed(status.handler(batch("{", good, {"detail": {}}), CONTEXT)) == ["m-0", "m-2"]
    assert statuses()["in/film.mp4"]["status"] == "READY"


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(["PROGRESSING", "PROGRESSING", "COMPLETE"]))))
@pytest.mark.parametrize("together", [True, False])
def test_the_order_of_a_jobs_news_does_not_matter(status: ModuleType, order: tuple[str, ...], together: bool) -> None:
    events = [changed("in/film.mp4#1", to) for to in order]
    for events_at_once in some([events] if together else [[event] for event in events]):
        assert failed(status.handler(batch(*events_at_once), CONTEXT)) == []
    assert statuses()["in/film.mp4"]["status"] == "READY"
    assert "open" not in statuses()["in/film.mp4"], "no longer a candidate for taking over"
    assert [n["status"] for n in news()] == ["READY"]
