"""catalog: products from MySQL with the cache in front, and their stock from DynamoDB.

``GET /catalog`` lists products in the order of their sku, 50 a page (``?after=<sku>``), or those of ``?sku=a&sku=b``;
``GET /catalog/{sku}`` is one, with its stock. Names, descriptions and prices are cached: while no database endpoint
answers, what is in the cache is served, however old (up to a day). Stock changes with every order, so it is read from
DynamoDB, and is null while DynamoDB does not answer. Environment: as of `serving.database` and `serving.cache`;
TABLE_NAME of the table with the stock (attribute ``stock``).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from serving import aws, cache, database, mysql
from serving.application import Application, Request, Response, Route
from serving.log import log
from serving.problems import ProblemError, UnavailableError
from shop.products import MAX_ITEMS, SKU
from shop.schema import schema

PAGE = 50
COLUMNS = ("sku", "name", "description", "price_cents", "currency")


class Catalog:
    """What answers the requests."""

    def __init__(self, products: database.Database, cached: cache.Cache, stock: aws.Table) -> None:
        self._products, self._cached, self._stock = products, cached, stock

    def many(self, request: Request) -> Response:
        """A page of products, or those that are asked for by sku, as far as they exist."""
        if "sku" in request.query:
            return self._named(request.query["sku"])
        after = request.query.get("after", [""])[0]
        if after and not SKU.fullmatch(after):
            raise ProblemError(400, "after: must be a sku")
        entry = self._cached.read([f"page:{after}"], self._page)[f"page:{after}"]
        return Response(entry.value, headers=entry.headers())

    def _named(self, skus: Sequence[str]) -> Response:
        if len(skus) > MAX_ITEMS or not all(SKU.fullmatch(sku) for sku in skus):
            raise ProblemError(
                400, f"sku: at most {MAX_ITEMS}, each of 1-64 letters, digits, dots, hyphens or underscores"
            )
        found = self._cached.read(list(dict.fromkeys(skus)), self._load)
        oldest = max(found.values(), key=lambda entry: entry.age)
        return Response(
            {"products": [entry.value for entry in found.values() if entry.value is not None]},
            headers=oldest.headers(),
        )

    def one(self, request: Request) -> Response:
        """A product with its stock."""
        (sku,) = request.segments
        if not SKU.fullmatch(sku):
            raise ProblemError(404, "no such product")
        entry = self._cached.read([sku], self._load)[sku]
        if entry.value is None:
            raise ProblemError(404, "no such product")
        return Response({**entry.value, "stock": self._pieces(sku)}, headers=entry.headers())

    def _load(self, skus: Sequence[str]) -> Mapping[str, Any]:
        marks = ", ".join(["%s"] * len(skus))
        rows = self._products.read(f"SELECT {', '.join(COLUMNS)} FROM products WHERE sku IN ({marks})", *skus)  # noqa: S608 (only marks)
        return {str(row[0]): _product(row) for row in rows}

    def _page(self, keys: Sequence[str]) -> Mapping[str, Any]:
        (key,) = keys
        rows = self._products.read(
            f"SELECT {', '.join(COLUMNS)} FROM products WHERE sku > %s ORDER BY sku LIMIT {PAGE + 1}",  # noqa: S608
            key.removeprefix("page:"),
        )
        products = [_product(row) for row in rows[:PAGE]]
        return {key: {"products": products, "next": products[-1]["sku"] if len(rows) > PAGE else None}}

    def _pieces(self, sku: str) -> int | None:
        try:
            found = self._stock.get(sku, consistent=False)
        except UnavailableError as error:
            log("warning", "stock unknown", cause=repr(error.__cause__ or error))
            return None
        return json.loads(found["stock"]["N"]) if found and "N" in found.get("stock", {}) else None


def _product(row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(COLUMNS, row, strict=True))


def application() -> Application:
    """The service."""
    products = database.from_environment(mysql, schema())
    catalog = Catalog(products, cache.from_environment("catalog:"), aws.table_from_environment(quick=True))
    routes = [Route("GET", "/catalog", catalog.many), Route("GET", "/catalog/{sku}", catalog.one)]
    return Application("catalog", routes, products.ready)
