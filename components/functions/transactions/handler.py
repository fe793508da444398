"""Transactions API: accepts each payment once, even if it is submitted several times, and shows it.

Three mechanisms prevent a second payment. The id of a transaction is derived from the client and its idempotency key;
the write is conditional, with the outbox entry in the same DynamoDB transaction; and Powertools' idempotency keeps the
first answer, so that a repeated submission is answered without a write. Environment: TRANSACTIONS_TABLE, OUTBOX_TABLE
(key of both: transaction_id), IDEMPOTENCY_TABLE (key: id), POWERTOOLS_METRICS_NAMESPACE."""

import json
import os
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from botocore.exceptions import BotoCoreError, ClientError
from store import TIMEOUT, KeyReusedError, Store
from transaction import IDENTITY, InvalidRequestError, identity, parse, parse_key

logger = Logger()
metrics = Metrics()
tracer = Tracer()

KEEP_ANSWERS = 24 * 3600
"""Seconds for which an answer is kept for repeated submissions; later ones are stopped by the conditional write."""
AGAIN = {"Retry-After": "1"}
"""Retry-After header, seconds, of answers that ask the caller to try again."""
ANONYMOUS = "anonymous"


@cache
def store() -> Store:
    """One client per execution environment."""
    return Store(os.environ["TRANSACTIONS_TABLE"], os.environ["OUTBOX_TABLE"], os.environ["AWS_REGION"])


@cache
def answers() -> DynamoDBPersistenceLayer:
    """The table in which Powertools stores answers."""
    client = boto3.client("dynamodb", region_name=os.environ["AWS_REGION"], config=TIMEOUT)
    return DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"], boto3_client=client)


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda proxy entry point. Answers are JSON; errors are problem documents (RFC 9457), never a traceback."""
    try:
        return _route(event, context)
    except InvalidRequestError as error:
        return _refused(400, "Invalid request", str(error))
    except (KeyReusedError, IdempotencyValidationError):
        return _refused(422, "Key reused", "Idempotency-Key: used before, for another transaction")
    except (IdempotencyAlreadyInProgressError, IdempotencyInconsistentStateError):
        return _problem(409, "In progress", "the same submission is being worked on; ask again", AGAIN)
    except (IdempotencyPersistenceLayerError, ClientError, BotoCoreError):
        logger.exception("a dependency failed")
        metrics.add_metric(name="DependencyFailures", unit=MetricUnit.Count, value=1)
        return _problem(503, "Try again", "submit again with the same Idempotency-Key", AGAIN)
    except Exception:
        logger.exception("unexpected failure")
        return _problem(500, "Unexpected failure", "submit again with the same Idempotency-Key", {})


def _route(event: dict[str, Any], context: Any) -> dict[str, Any]:
    method, resource = event.get("httpMethod"), event.get("resource")
    if (method, resource) == ("GET", "/health"):
        return _json(200, {"status": "ok"})
    if (method, resource) == ("POST", "/transactions"):
        return _submit(event, context)
    if (method, resource) == ("GET", "/transactions/{transaction_id}"):
        wanted = (event.get("pathParameters") or {}).get("transaction_id") or ""
        # Only valid ids are read: DynamoDB rejects very long keys, which would look like our failure.
        found = store().find(wanted, _client(event)) if IDENTITY.fullmatch(wanted) else None
        return _json(200, found) if found else _problem(404, "Not found", "transaction_id: none of yours", {})
    return _problem(404, "Not found", "there is no such operation", {})


def _submit(event: dict[str, Any], context: Any) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    key, transaction, client = parse_key(headers.get("idempotency-key")), parse(event.get("body")), _client(event)
    transaction_id = identity(client, key)
    logger.append_keys(transaction_id=transaction_id)
    config = IdempotencyConfig(
        event_key_jmespath="transaction_id",
        payload_validation_jmespath="digest",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=KEEP_ANSWERS,
        hash_function="sha256",
        lambda_context=context,
    )

    # Our own key prefix: the default contains the function's name, which differs between Regions.
    @idempotent_function(
        data_keyword_argument="submission", persistence_store=answers(), config=config, key_prefix="transactions"
    )
    def once(*, submission: dict[str, str]) -> dict[str, Any]:
        accepted = store().accept(transaction_id, client, transaction)
        metrics.add_metric(name="TransactionsAccepted", unit=MetricUnit.Count, value=1)
        logger.info("accepted")
        # The answer to a submission never changes; GET returns the current status.
        return {**accepted, "status": "ACCEPTED"}

    try:
        return _json(201, once(submission={"transaction_id": transaction_id, "digest": transaction.digest}))
    finally:
        logger.remove_keys(["transaction_id"])


def _client(event: dict[str, Any]) -> str:
    """The client: from the authorizer, IAM identity, client certificate or API key, depending on the API's settings."""
    request = event.get("requestContext") or {}
    authorizer, who = request.get("authorizer") or {}, request.get("identity") or {}
    certificate = (who.get("clientCert") or {}).get("subjectDN")
    return authorizer.get("principalId") or certificate or who.get("userArn") or who.get("apiKeyId") or ANONYMOUS


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> dict[str, Any]:
    kept = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return {"statusCode": status, "headers": kept, "body": json.dumps(body, sort_keys=True), "isBase64Encoded": False}


def _problem(status: int, title: str, detail: str, headers: dict[str, str]) -> dict[str, Any]:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return _json(status, body, {"Content-Type": "application/problem+json", **headers})


def _refused(status: int, title: str, detail: str) -> dict[str, Any]:
    logger.info("refused", extra={"reason": detail})
    metrics.add_metric(name="TransactionsRefused", unit=MetricUnit.Count, value=1)
    return _problem(status, title, detail, {})
