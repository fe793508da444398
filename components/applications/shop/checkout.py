"""checkout: turns a cart into an order and publishes it.

``POST /checkout`` with ``order_id``, ``customer_id`` and ``session``. The items come from the cart and the prices from
the catalog, so no customer names a price. The order is published to SNS, and the cart removed afterwards. A request
that fails has published nothing, or can be repeated: the order worker writes each ``order_id`` once. Environment:
TOPIC_ARN, CATALOG_URL, CART_URL.
"""

import datetime
import os
from typing import Any
from urllib.parse import quote

from serving import aws, calls
from serving.application import Application, Request, Response, Route
from serving.log import log
from serving.problems import ProblemError, UnavailableError

FIELDS = ("order_id", "customer_id", "session")
MAX_TEXT = 128
"""Longest identifier, characters, as the order worker accepts it."""


class Checkout:
    """What answers the requests."""

    def __init__(self, catalog: calls.Service, cart: calls.Service, topic: aws.Topic) -> None:
        self._catalog, self._cart, self._topic = catalog, cart, topic

    def order(self, request: Request) -> Response:
        """Publish an order."""
        given = _checked(request.document())
        path = f"/{quote(given['session'], safe='')}"
        items = self._items(path)
        products = self._products([item["sku"] for item in items])
        currencies = {product["currency"] for product in products.values()}
        if len(currencies) > 1:
            raise ProblemError(409, f"the cart has prices in more than one currency: {', '.join(sorted(currencies))}")
        event: dict[str, Any] = {
            "order_id": given["order_id"],
            "customer_id": given["customer_id"],
            "currency": currencies.pop(),
            "placed_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "items": [{**item, "price_cents": products[item["sku"]]["price_cents"]} for item in items],
        }
        self._topic.publish(event, deduplicate=given["order_id"])
        self._forget(path)
        total = sum(item["quantity"] * item["price_cents"] for item in event["items"])
        return Response(
            {"order_id": event["order_id"], "total_cents": total, "currency": event["currency"]}, status=202
        )

    def _items(self, path: str) -> list[dict[str, Any]]:
        status, cart = self._cart.get(path)
        if status == 404:
            raise ProblemError(409, "session: there is no such session, or it has ended")
        calls.expect("cart", status, 200)
        if not cart["items"]:
            raise ProblemError(409, "session: its cart is empty")
        return cart["items"]

    def _products(self, skus: list[str]) -> dict[str, dict[str, Any]]:
        status, found = self._catalog.get("", [("sku", sku) for sku in skus])
        calls.expect("catalog", status, 200)
        products = {product["sku"]: product for product in found["products"]}
        if gone := [sku for sku in skus if sku not in products]:
            raise ProblemError(409, f"the catalog does not have {', '.join(gone[:5])}")
        return products

    def _forget(self, path: str) -> None:
        """The order is placed; a cart that stays expires by itself."""
        try:
            self._cart.delete(path)
        except UnavailableError as error:
            log("warning", "the cart was not removed", cause=repr(error.__cause__ or error))


def _checked(document: dict[str, Any]) -> dict[str, str]:
    if set(document) != set(FIELDS):
        raise ProblemError(400, f"body: must be an object with the fields {', '.join(FIELDS)}, and no other")
    for name in FIELDS:
        value = document[name]
        if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT:
            raise ProblemError(400, f"{name}: must be a string of 1-{MAX_TEXT} characters")
    return document


def application() -> Application:
    """The service."""
    checkout = Checkout(calls.Service("catalog"), calls.Service("cart"), aws.Topic(os.environ["TOPIC_ARN"]))
    return Application("checkout", [Route("POST", "/checkout", checkout.order)])
