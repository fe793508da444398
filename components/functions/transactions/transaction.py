"""A payment transaction: validation, canonical form and id."""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

NAMESPACE = uuid.UUID("6f2c1f0e-7d0a-5b51-9c2e-3d1f5a8b7c64")
"""Namespace of transaction ids (RFC 9562, version 5): the same client and key give the same id in every Region."""
MAX_AMOUNT = 10**12
"""Minor units of the currency."""
MAX_REFERENCE = 140
"""Characters (ISO 20022 Max140Text)."""
MAX_BODY = 16 * 1024
"""Bytes of a request body."""

ACCOUNT = re.compile(r"[A-Z0-9]{5,34}")
"""ISO 13616 allows up to 34 letters and digits."""
CURRENCY = re.compile(r"[A-Z]{3}")
IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Format of the ids that `identity` returns."""
KEY = re.compile(r"[A-Za-z0-9_.:-]{8,128}")
FIELDS = ("debtor", "creditor", "amount", "currency", "reference")


class InvalidRequestError(ValueError):
    """The request is invalid; the caller has to change it."""


@dataclass(frozen=True)
class Transaction:
    """amount: minor units of currency, 1-10^12. debtor, creditor: account numbers, distinct."""

    debtor: str
    creditor: str
    amount: int
    currency: str
    reference: str

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form: the same for equal transactions in any order of keys."""
        values = [getattr(self, field) for field in FIELDS]
        return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()


def identity(client: str, key: str) -> str:
    """The id of the transaction that ``client`` submits under the idempotency ``key``: a UUID.

    It is derived, not random, so a retry has the same id even if every record of the first attempt is lost.
    """
    return str(uuid.uuid5(NAMESPACE, f"{len(client)}:{client}:{key}"))


def parse_key(value: str | None) -> str:
    """The Idempotency-Key header. Raises InvalidRequestError."""
    if value is None:
        raise InvalidRequestError("Idempotency-Key: missing; give 8-128 letters, digits or _ . : - in this header")
    if not KEY.fullmatch(value):
        raise InvalidRequestError("Idempotency-Key: must be 8-128 letters, digits or _ . : -")
    return value


def parse(body: str | None) -> Transaction:
    """The transaction in a request's body. Raises InvalidRequestError, naming the field."""
    if body is None or len(body.encode(errors="replace")) > MAX_BODY:
        raise InvalidRequestError(f"body: must be a JSON object of at most {MAX_BODY} bytes")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("body: not JSON") from error
    if not isinstance(given, dict):
        raise InvalidRequestError("body: must be a JSON object")
    if unknown := sorted(set(given) - set(FIELDS)):
        raise InvalidRequestError(f"{unknown[0][:64]}: unknown; there are {', '.join(FIELDS)}")
    debtor, creditor = _matching(given, "debtor", ACCOUNT), _matching(given, "creditor", ACCOUNT)
    if debtor == creditor:
        raise InvalidRequestError("creditor: must differ from debtor")
    amount = given.get("amount")
    # In Python bool is an int, but true is not an amount.
    if not isinstance(amount, int) or isinstance(amount, bool) or not 1 <= amount <= MAX_AMOUNT:
        raise InvalidRequestError(f"amount: must be a whole number of minor units, 1-{MAX_AMOUNT}")
    reference = given.get("reference", "")
    if not isinstance(reference, str) or len(reference) > MAX_REFERENCE or not reference.isprintable():
        raise InvalidRequestError(f"reference: must be at most {MAX_REFERENCE} printable characters")
    return Transaction(debtor, creditor, amount, _matching(given, "currency", CURRENCY), reference)


def _matching(given: dict[str, Any], field: str, pattern: re.Pattern[str]) -> str:
    value = given.get(field)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidRequestError(f"{field}: must match {pattern.pattern}")
    return value
