"""Names and limits that the shop's services share."""

import re
from typing import Any

from serving.problems import ProblemError

SKU = re.compile(r"[A-Za-z0-9._-]{1,64}")
MAX_ITEMS = 100
"""Different products in a cart: as many are asked of the catalog at once."""
MAX_QUANTITY = 10_000
"""Pieces, as the order worker accepts them."""


def checked_items(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a cart, each with ``sku`` and ``quantity``. Raises ProblemError 400, which names the field."""
    found: Any = document.get("items")
    if set(document) != {"items"} or not isinstance(found, list):
        raise ProblemError(400, "body: must be an object with the field items, a list, and no other")
    items: list[Any] = [*found]  # pyright: ignore[reportUnknownArgumentType]
    if len(items) > MAX_ITEMS:
        raise ProblemError(400, f"items: at most {MAX_ITEMS}")
    checked = [_item(item, index) for index, item in enumerate(items)]
    if len({item["sku"] for item in checked}) < len(checked):
        raise ProblemError(400, "items: each sku once")
    return checked


def _item(item: Any, index: int) -> dict[str, Any]:
    if not isinstance(item, dict) or set(item) != {"sku", "quantity"}:  # pyright: ignore[reportUnknownArgumentType]
        raise ProblemError(400, f"items[{index}]: must be an object with the fields sku and quantity, and no other")
    sku, quantity = item["sku"], item["quantity"]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(sku, str) or not SKU.fullmatch(sku):
        raise ProblemError(400, f"items[{index}].sku: must be 1-64 letters, digits, dots, hyphens or underscores")
    # In Python bool is an int, but true is not a quantity.
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 1 <= quantity <= MAX_QUANTITY:
        raise ProblemError(400, f"items[{index}].quantity: must be a whole number, 1-{MAX_QUANTITY}")
    return {"sku": sku, "quantity": quantity}
