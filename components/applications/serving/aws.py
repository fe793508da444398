"""DynamoDB and SNS, with time limits, retries and a circuit breaker. Environment: AWS_REGION."""

import hashlib
import json
import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from serving import tracing
from serving.application import MAX_BODY
from serving.breaker import Breaker
from serving.problems import ProblemError

ATTEMPTS = 3
CONNECT_SECONDS, READ_SECONDS = 1, 2
"""Seconds of one attempt. botocore's standard mode waits between attempts with jitter, and stops trying again when too
many fail (its retry quota)."""
QUICK_SECONDS = 0.5
"""Seconds of the only attempt to read what a request can do without."""
REFUSED = ("ValidationException", "InvalidParameter", "InvalidParameterValue", "ConditionalCheckFailedException")
"""Error codes that say something about the request and nothing about the service."""


@cache
def client(service: str, *, quick: bool = False) -> Any:
    """One client per process, safe for threads. It sends the trace's header along. quick: for what a request can do
    without.
    """
    made: Any = boto3.client(
        service,  # pyright: ignore
        region_name=os.environ["AWS_REGION"],
        config=Config(
            connect_timeout=QUICK_SECONDS if quick else CONNECT_SECONDS,
            read_timeout=QUICK_SECONDS if quick else READ_SECONDS,
            max_pool_connections=40,
            retries={"mode": "standard", "total_max_attempts": 1 if quick else ATTEMPTS},
        ),
    )
    made.meta.events.register("before-call", _trace)
    return made


def _trace(params: dict[str, Any], **_: Any) -> None:
    params["headers"].update(tracing.headers())


class Service:
    """Calls of one AWS service."""

    def __init__(self, service: str, name: str, *, quick: bool = False) -> None:
        self._client, self._name, self._breaker = client(service, quick=quick), name, Breaker(name)

    def call(self, operation: str, **given: Any) -> Any:
        """The answer. Raises ProblemError 409 if a condition of the request does not hold, 400 for what the
        service refuses about it, UnavailableError for everything else.
        """
        attributes = {"rpc.system": "aws-api", "rpc.service": self._name, "rpc.method": operation}
        with (
            self._breaker.watching(BotoCoreError, ClientError, ResponseParserError),
            tracing.call(f"{self._name}.{operation}", **attributes),
        ):
            try:
                return getattr(self._client, operation)(**given)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code not in REFUSED:
                    raise
                if code == "ConditionalCheckFailedException":
                    raise ProblemError(409, f"{self._name}: a condition does not hold") from error
                raise ProblemError(400, f"{self._name} refuses this: {error}"[:300]) from error


class Table:
    """Documents in a DynamoDB table, by id: JSON in the attribute ``body``."""

    def __init__(self, name: str, key: str, *, quick: bool = False) -> None:
        self._table, self._key = name, key
        self._service = Service("dynamodb", "DynamoDB", quick=quick)

    def get(self, item_id: str, *, consistent: bool = True) -> dict[str, Any] | None:
        """The attributes, as DynamoDB has them."""
        found = self._service.call(
            "get_item", TableName=self._table, Key={self._key: {"S": item_id}}, ConsistentRead=consistent
        )
        return found.get("Item")

    def put(self, item_id: str, **attributes: dict[str, Any]) -> None:
        """Replace the item, whole or not at all."""
        self._service.call("put_item", TableName=self._table, Item={self._key: {"S": item_id}, **attributes})

    def delete(self, item_id: str) -> None:
        """Delete the item, whether it is there or not."""
        self._service.call("delete_item", TableName=self._table, Key={self._key: {"S": item_id}})


class Topic:
    """An SNS topic, standard or FIFO. arn: TOPIC_ARN."""

    def __init__(self, arn: str) -> None:
        self._arn, self._service = arn, Service("sns", "SNS")

    def publish(self, event: dict[str, Any], *, deduplicate: str) -> None:
        """Publish. deduplicate: the same for the same event; a FIFO topic delivers it once in five minutes."""
        digest = hashlib.sha256(deduplicate.encode()).hexdigest()  # any text, in the characters that SNS takes
        fifo = {"MessageGroupId": digest, "MessageDeduplicationId": digest}
        self._service.call(
            "publish", TopicArn=self._arn, Message=compact(event), **(fifo if self._arn.endswith(".fifo") else {})
        )


def compact(document: dict[str, Any]) -> str:
    """Its JSON, without what only makes it longer. Raises ProblemError 413 when SNS or DynamoDB would not take it."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(text.encode()) > MAX_BODY:
        raise ProblemError(413, f"body: at most {MAX_BODY} bytes")
    return text


def table_from_environment(variable: str = "TABLE_NAME", *, quick: bool = False) -> Table:
    """The table that ``variable`` names. Environment: KEY_NAME (``id``). quick: for what a request can do without."""
    return Table(os.environ[variable], os.environ.get("KEY_NAME", "id"), quick=quick)
