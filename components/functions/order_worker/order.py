"""An order event: validation and canonical form."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

MAX_ITEMS = 500
"""Most items of an order, so that its DynamoDB item stays far below 400 KB."""
MAX_QUANTITY = 10_000
MAX_TEXT = 128
"""Longest identifier, characters."""


class InvalidOrderError(ValueError):
    """The event is not a valid order; a retry does not help."""


@dataclass(frozen=True)
class Item:
    """quantity: pieces, 1-10000. price_cents: minor units of the order's currency, at least 0."""

    sku: str
    quantity: int
    price_cents: int


@dataclass(frozen=True)
class Order:
    """placed_at: ISO 8601, as the shop sent it. currency: ISO 4217."""

    order_id: str
    customer_id: str
    currency: str
    placed_at: str
    items: tuple[Item, ...]

    @property
    def total_cents(self) -> int:
        """Sum over the items, in minor units."""
        return sum(item.quantity * item.price_cents for item in self.items)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form: the same for equal orders in any order of keys."""
        canonical = json.dumps(
            [
                self.order_id,
                self.customer_id,
                self.currency,
                self.placed_at,
                [[item.sku, item.quantity, item.price_cents] for item in self.items],
            ],
            separators=(",", ":"),
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def parse(body: str) -> Order:
    """The order in a message's body (raw delivery: the event itself). Raises InvalidOrderError, naming the field."""
    try:
        event = json.loads(body)
    except (TypeError, ValueError) as error:
        raise InvalidOrderError(f"body: not JSON: {error}") from error
    if not isinstance(event, dict):
        raise InvalidOrderError("body: not a JSON object")
    currency = _text(event, "currency")
    if len(currency) != 3 or not currency.isalpha() or not currency.isupper() or not currency.isascii():
        raise InvalidOrderError("currency: must be three capital letters")
    items = event.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        raise InvalidOrderError(f"items: must be a list of 1-{MAX_ITEMS}")
    return Order(
        order_id=_text(event, "order_id"),
        customer_id=_text(event, "customer_id"),
        currency=currency,
        placed_at=_text(event, "placed_at"),
        items=tuple(_item(item, index) for index, item in enumerate(items)),
    )


def _item(value: Any, index: int) -> Item:
    if not isinstance(value, dict):
        raise InvalidOrderError(f"items[{index}]: not a JSON object")
    return Item(
        sku=_text(value, "sku", f"items[{index}]."),
        quantity=_whole(value, "quantity", 1, MAX_QUANTITY, f"items[{index}]."),
        price_cents=_whole(value, "price_cents", 0, 10**12, f"items[{index}]."),
    )


def _text(event: dict[str, Any], key: str, where: str = "") -> str:
    value = event.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT:
        raise InvalidOrderError(f"{where}{key}: must be a string of 1-{MAX_TEXT} characters")
    return value


def _whole(event: dict[str, Any], key: str, low: int, high: int, where: str = "") -> int:
    value = event.get(key)
    # In Python bool is an int, but true is not a quantity.
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidOrderError(f"{where}{key}: must be a whole number, {low}-{high}")
    return value
