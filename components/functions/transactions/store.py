"""Accepted transactions: the transactions table and, in the same write, the outbox."""

import datetime
import random
import time
from typing import Any

import boto3
from botocore.config import Config
from transaction import FIELDS, Transaction

TIMEOUT = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
"""Seconds: three attempts end within the function's timeout, so that the caller always gets an answer."""
CONFLICT_TRIES, CONFLICT_PAUSE = 4, 0.05
"""Attempts, and first pause in seconds, while another request writes the same transaction."""

PENDING = "PENDING"
"""Attribute of outbox entries that were not relayed yet: the key of a sparse index."""


class KeyReusedError(ValueError):
    """The idempotency key was already used for another transaction."""


class Store:
    """The two tables of one Region. Every method may raise botocore's errors: then the result is unknown, and the
    caller must try again.
    """

    def __init__(self, transactions: str, outbox: str, region: str, client: Any = None) -> None:
        self._transactions, self._outbox, self._region = transactions, outbox, region
        self._client = client or boto3.client("dynamodb", region_name=region, config=TIMEOUT)

    def accept(self, transaction_id: str, client: str, transaction: Transaction) -> dict[str, Any]:
        """Write the transaction and its outbox entry in one DynamoDB transaction if they do not exist; returns the
        stored one.

        Raises KeyReusedError if the id belongs to another transaction.
        """
        accepted_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        item = _item(transaction_id, client, transaction, accepted_at)
        entry = {
            "transaction_id": {"S": transaction_id},
            "region": {"S": self._region},
            "pending": {"S": PENDING},
            "accepted_at": {"S": accepted_at},
            **{field: item[field] for field in FIELDS},
        }
        for left in reversed(range(CONFLICT_TRIES)):
            try:
                self._client.transact_write_items(
                    TransactItems=[_unless_there(self._transactions, item), _unless_there(self._outbox, entry)]
                )
                return _answer(item)
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
                if "ConditionalCheckFailed" in reasons:
                    break
                if not left or "TransactionConflict" not in reasons:
                    raise
            # Two writers of one transaction: full jitter, so that they do not collide again.
            time.sleep(random.uniform(0, CONFLICT_PAUSE * 2 ** (CONFLICT_TRIES - left)))  # noqa: S311 (no secret)
        return self._already_there(transaction_id, transaction)

    def find(self, transaction_id: str, client: str) -> dict[str, Any] | None:
        """The stored transaction, if ``client`` submitted it."""
        item = self._read(transaction_id)
        return _answer(item) if item and item["client"]["S"] == client else None

    def _already_there(self, transaction_id: str, transaction: Transaction) -> dict[str, Any]:
        item = self._read(transaction_id)
        if item is None or item["digest"]["S"] != transaction.digest:
            raise KeyReusedError("Idempotency-Key: used before, for another transaction")
        return _answer(item)

    def _read(self, transaction_id: str) -> dict[str, Any] | None:
        key = {"transaction_id": {"S": transaction_id}}
        return self._client.get_item(TableName=self._transactions, Key=key, ConsistentRead=True).get("Item")


def _unless_there(table: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(transaction_id)"}}


def _item(transaction_id: str, client: str, transaction: Transaction, accepted_at: str) -> dict[str, Any]:
    return {
        "transaction_id": {"S": transaction_id},
        "client": {"S": client},
        "digest": {"S": transaction.digest},
        "status": {"S": "ACCEPTED"},
        "accepted_at": {"S": accepted_at},
        "debtor": {"S": transaction.debtor},
        "creditor": {"S": transaction.creditor},
        "amount": {"N": str(transaction.amount)},
        "currency": {"S": transaction.currency},
        "reference": {"S": transaction.reference},
    }


def _answer(item: dict[str, Any]) -> dict[str, Any]:
    """The answer to a caller. A submission's answer always says ACCEPTED; `find` returns the current status."""
    return {
        "transaction_id": item["transaction_id"]["S"],
        "status": item["status"]["S"],
        "accepted_at": item["accepted_at"]["S"],
        "debtor": item["debtor"]["S"],
        "creditor": item["creditor"]["S"],
        "amount": int(item["amount"]["N"]),
        "currency": item["currency"]["S"],
        "reference": item["reference"]["S"],
    }
