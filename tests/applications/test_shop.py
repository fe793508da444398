"""The shop as it runs: three processes against MariaDB, Valkey and moto, from the first visit to the order."""

import contextlib
import importlib.util
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pymysql
import pytest

from serving import schema_function
from shop import schema
from tests.support.servers import commands
from tests.support.servers.aws import dynamodb
from tests.support.servers.process import Answer, ask
from tests.support.servers.shop import Shop, shop
from tests.support.some import some

DOCS = Path(__file__).parents[2] / "docs" / "ecommerce.md"
ORDER = Path(__file__).parents[2] / "components" / "functions" / "order_worker" / "order.py"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop(tmp_path_factory.mktemp("shop")) as made:
        yield made


@pytest.fixture
def store(running: Shop) -> Iterator[Shop]:
    yield running
    running.mend()


def order_worker() -> ModuleType:
    """What decides which orders are valid."""
    spec = importlib.util.spec_from_file_location("order_worker_order", ORDER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def begun(store: Shop, **items: int) -> str:
    """A session with these items."""
    session = ask(f"{store.cart.url}/cart", "POST").body["session"]
    given = [{"sku": sku, "quantity": quantity} for sku, quantity in items.items()]
    assert ask(f"{store.cart.url}/cart/{session}", "PUT", {"items": given}).status == 204
    return session


def order(store: Shop, session: str, order_id: str = "o-1") -> Answer:
    given = {"order_id": order_id, "customer_id": "c-1", "session": session}
    return ask(f"{store.checkout.url}/checkout", "POST", given)


def test_a_customer_browses_fills_a_cart_and_orders_what_the_order_worker_takes(store: Shop) -> None:
    products = ask(f"{store.catalog.url}/catalog").body["products"]
    assert [product["sku"] for product in products] == [
        "bag-canvas",
        "book-lines",
        "hat-straw",
        "lamp-desk",
        "mug-blue",
    ]
    dynamodb().put_item(TableName="products", Item={"id": {"S": "mug-blue"}, "stock": {"N": "12"}})
    mug = ask(f"{store.catalog.url}/catalog/mug-blue").body
    assert (mug["price_cents"], mug["currency"], mug["stock"]) == (1290, "USD", 12)
    begin = ask(f"{store.cart.url}/cart", "POST")
    cart = store.cart.url + begin.headers["Location"]
    assert ask(cart).body["items"] == []
    items = [{"sku": "mug-blue", "quantity": 2}, {"sku": "hat-straw", "quantity": 1}]
    assert ask(cart, "PUT", {"items": items}).status == 204
    assert ask(cart).body["items"] == items
    store.aws.published.clear()
    answered = order(store, begin.body["session"])
    assert (answered.status, answered.body) == (202, {"order_id": "o-1", "total_cents": 5030, "currency": "USD"})
    (event,) = store.aws.published
    parsed = order_worker().parse(json.dumps(event))
    assert (parsed.order_id, parsed.total_cents, parsed.currency) == ("o-1", 5030, "USD")
    assert ask(cart).status == 404, "the cart is gone with the order"


def test_products_are_read_from_mysql_once_and_then_from_the_cache(store: Shop) -> None:
    url = f"{store.catalog.url}/catalog/lamp-desk"
    ask(url)
    store.database.run("UPDATE products SET price_cents = 6100 WHERE sku = 'lamp-desk'")
    again = ask(url)
    assert again.body["price_cents"] == 5900, "it is fresh for half a minute"
    assert again.headers["Cache-Status"].startswith("valkey; hit; ttl=")
    store.database.run("UPDATE products SET price_cents = 5900 WHERE sku = 'lamp-desk'")


def test_pages_follow_each_other_to_the_end(store: Shop) -> None:
    rows = ", ".join(f"('page-{n:03}', 'p', 'd', 1, 'USD')" for n in range(110))
    store.database.run(f"INSERT INTO products (sku, name, description, price_cents, currency) VALUES {rows}")
    seen, after = list[str](), "page"
    for _ in range(4):
        page = ask(f"{store.catalog.url}/catalog?after={after}").body
        seen += [product["sku"] for product in page["products"]]
        after = page["next"]
        if after is None:
            break
    assert after is None
    assert seen == [f"page-{n:03}" for n in range(110)]
    store.database.run("DELETE FROM products WHERE sku LIKE 'page-%'")


def test_a_cart_and_its_session_end_when_nothing_changes_them(store: Shop) -> None:
    session = begun(store, **{"mug-blue": 1})
    cart = f"{store.cart.url}/cart/{session}"
    for table in some(("sessions", "carts")):
        item = dynamodb().get_item(TableName=table, Key={"id": {"S": session}})["Item"]
        assert int(item["expires_at"]["N"]) > 0, "an epoch second, as TTL wants"
    dynamodb().put_item(TableName="sessions", Item={"id": {"S": session}, "expires_at": {"N": "1"}})
    assert ask(cart).status == 404, "DynamoDB takes days to delete it"
    assert ask(cart, "PUT", {"items": []}).status == 404


def test_nobody_names_a_session_or_a_price(store: Shop) -> None:
    assert ask(f"{store.cart.url}/cart/mine", "PUT", {"items": []}).status == 404
    session = begun(store, **{"mug-blue": 1})
    cheap = {"order_id": "o", "customer_id": "c", "session": session, "items": [{"sku": "mug-blue", "price_cents": 1}]}
    assert ask(f"{store.checkout.url}/checkout", "POST", cheap).status == 400


@pytest.mark.parametrize(
    ("items", "detail"), [({}, "empty"), ({"no-such": 1}, "does not have no-such")], ids=["empty cart", "unknown sku"]
)
def test_an_order_that_cannot_be_filled_is_refused_and_not_published(
    store: Shop, items: dict[str, int], detail: str
) -> None:
    session = begun(store, **items)
    store.aws.published.clear()
    refused = order(store, session)
    assert refused.status == 409
    assert detail in refused.body["detail"]
    assert store.aws.published == []
    assert ask(f"{store.cart.url}/cart/{session}").status == 200, "the cart is still there"


ODD = ["%00", "%7F", "..%2F..", "%2e%2e", "'", "%22", "%27%20OR%201=1--", "%F0%9F%8E%A9", "%C3%A9", "%20", "a" * 2049]
BAD: list[tuple[str, str, str, Any, set[int]]] = [
    *(("catalog", "GET", f"/catalog/{odd}", None, {404}) for odd in ODD),
    *(("cart", method, f"/cart/{odd}", None, {400, 404}) for odd in ODD for method in ("GET", "PUT", "DELETE")),
    ("catalog", "GET", "/catalog/%FF", None, {400}),
    ("cart", "GET", "/cart/%ED%A0%80", None, {400}),
    ("catalog", "GET", "/catalog?after=%FF", None, {400}),
    ("catalog", "GET", "/catalog?after=a%20b", None, {400}),
    ("catalog", "GET", "/catalog?" + "&".join(f"sku=a{n}" for n in range(101)), None, {400}),
    ("catalog", "GET", "/catalog?" + "&".join(f"sku=a{n}" for n in range(201)), None, {400}),
    ("catalog", "GET", "/catalog/a/b", None, {404}),
    ("catalog", "GET", "/cart", None, {404}),
    ("catalog", "POST", "/catalog", b"{}", {405}),
    ("catalog", "DELETE", "/catalog/mug-blue", None, {405}),
    ("cart", "PATCH", "/cart/x", b"{}", {405}),
    ("checkout", "GET", "/checkout", None, {405}),
    ("checkout", "PUT", "/checkout", b"{}", {405}),
    *(
        ("checkout", "POST", "/checkout", body, {400})
        for body in (
            b"", b"{", b"[]", b"null", b"1", b'"x"', b"{}", b"\xff", b'{"a":1e999}', b'{"a":NaN}',
            b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":' + b"9" * 5000 + b"}",
            b'{"order_id":"\\ud800","customer_id":"c","session":"s"}',
            b'{"order_id":1,"customer_id":"c","session":"s"}', b'{"order_id":"","customer_id":"c","session":"s"}',
            b'{"order_id":"' + b"o" * 129 + b'","customer_id":"c","session":"s"}',
        )
    ),
    ("checkout", "POST", "/checkout", b"x" * (1024 * 1024), {413}),
    ("cart", "PUT", "/cart/x", b"x" * (1024 * 1024), {413}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "method", "path", "body", "wanted"), BAD, ids=lambda given: str(given)[:40])
def test_bad_input_gets_a_problem_document_and_nothing_is_written(
    store: Shop, service: str, method: str, path: str, body: Any, wanted: set[int]
) -> None:
    store.aws.published.clear()
    before = len(store.aws.calls)
    refused = ask(getattr(store, service).url + path, method, raw=body)
    assert refused.status in wanted, refused
    if refused.status == 405:
        assert method not in refused.headers["Allow"].split(", ")
    assert store.aws.published == []
    assert "PutItem" not in store.aws.calls[before:]


@pytest.mark.parametrize(
    "items",
    [
        None, {}, "x", [1], [{}], [{"sku": "a"}], [{"sku": "a", "quantity": 0}], [{"sku": "a", "quantity": True}],
        [{"sku": "a", "quantity": 1.5}], [{"sku": "a", "quantity": 10_001}], [{"sku": "a b", "quantity": 1}],
        [{"sku": "a", "quantity": 1, "price_cents": 1}], [{"sku": "a", "quantity": 1}] * 2,
        [{"sku": f"a{n}", "quantity": 1} for n in range(101)],
    ],
    ids=lambda given: str(given)[:40],
)  # fmt: skip
def test_a_cart_that_could_not_be_ordered_is_not_kept(store: Shop, items: Any) -> None:
    session = begun(store, **{"mug-blue": 1})
    cart = f"{store.cart.url}/cart/{session}"
    assert ask(cart, "PUT", {"items": items}).status == 400
    assert ask(cart).body["items"] == [{"sku": "mug-blue", "quantity": 1}]


IDENTIFIED = "mysql_native_password USING PASSWORD('secret')"


@pytest.fixture
def fresh(running: Shop) -> Iterator[str]:
    """The name of an empty database."""
    running.database.run("CREATE DATABASE fresh")
    yield "fresh"
    running.database.run("DROP DATABASE fresh", "DROP USER IF EXISTS reader")


def prepared(store: Shop, database: str) -> list[int]:
    with contextlib.closing(store.database.connect(database=database)) as connection:
        return schema.prepare(connection, database, "reader", IDENTIFIED)


def test_the_schema_is_applied_once_and_what_people_changed_stays(store: Shop, fresh: str) -> None:
    assert prepared(store, fresh) == [1]
    store.database.run("DELETE FROM products WHERE sku = 'mug-blue'", database=fresh)
    assert prepared(store, fresh) == []
    rows = store.database.run("SELECT count(*) FROM products", database=fresh)
    assert rows == [(4,)], "the sample rows are added once"


def test_two_runs_of_the_schema_at_once_apply_each_version_once(store: Shop, fresh: str) -> None:
    with ThreadPoolExecutor() as both:
        applied = list(both.map(lambda _: prepared(store, fresh), range(4)))
    assert sorted(applied) == [[], [], [], [1]]


def test_an_interrupted_schema_is_completed(store: Shop, fresh: str) -> None:
    """MySQL commits every CREATE: what was made before stays."""
    store.database.run(schema.MIGRATIONS[0].statements[0], database=fresh)
    assert prepared(store, fresh) == [1]


def test_a_schema_of_a_later_release_stays_as_it_is(store: Shop, fresh: str) -> None:
    prepared(store, fresh)
    store.database.run("DELETE FROM schema_versions", database=fresh)
    store.database.run("INSERT INTO schema_versions (version, oldest_code) VALUES (7, 1)", database=fresh)
    assert prepared(store, fresh) == []
    assert store.database.run("SELECT version FROM schema_versions", database=fresh) == [(7,)]


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM products", "UPDATE products SET price_cents = 1", "DROP TABLE products", "CREATE TABLE x (a int)"],
)
def test_the_catalogs_user_may_read_and_nothing_else(store: Shop, fresh: str, statement: str) -> None:
    prepared(store, fresh)
    with contextlib.closing(store.database.connect("reader", "secret", fresh)) as connection:
        cursor = connection.cursor()
        assert cursor.execute("SELECT sku FROM products") == 5
        with pytest.raises(pymysql.err.OperationalError, match="command denied"):
            cursor.execute(statement)


def test_on_rds_the_user_logs_in_with_iam_and_a_strange_name_is_refused() -> None:
    """As the RDS user guide creates it; no server outside RDS has that plugin."""
    said: list[str] = []

    class Cursor:
        def execute(self, statement: str, parameters: tuple[Any, ...] = ()) -> None:
            said.append(statement % parameters if "%" in statement else statement)

        def fetchone(self) -> tuple[int]:
            return (1,)

        def fetchall(self) -> list[tuple[int]]:
            return [(1,)]

        def close(self) -> None: ...

    class Connection:
        def cursor(self) -> Cursor:
            return Cursor()

        def commit(self) -> None: ...

        def rollback(self) -> None: ...

    schema.prepare(Connection(), "shop", "catalog")
    assert "CREATE USER IF NOT EXISTS 'catalog'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'" in said
    assert "GRANT SELECT ON shop.* TO 'catalog'@'%'" in said
    said.clear()
    assert schema.prepare(Connection(), "shop", "catalog", samples=False) == []
    assert [words for words in said if "TABLE" in words or "INSERT" in words] == [], (
        "an own image has tables of its own"
    )
    assert "GRANT SELECT ON shop.* TO 'catalog'@'%'" in said
    for database, user in some([("shop", "x'; DROP"), ("a`b", "catalog"), ("shop", "m\u00fcller")]):
        with pytest.raises(ValueError, match="letters, digits and underscores"):
            schema.prepare(Connection(), database, user)


def test_the_schema_function_logs_in_as_the_master_user_and_waits_for_the_proxy(
    store: Shop, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    failures = iter([OSError("no target yet"), OSError("no target yet")])

    def connector(*given: Any) -> Any:
        asked.append(given)

        def connect() -> Any:
            for failure in failures:
                raise failure
            return store.database.connect(database=fresh)

        return connect

    pauses: list[float] = []
    monkeypatch.setattr(schema_function.time, "sleep", pauses.append)
    monkeypatch.setattr(schema.mysql, "connector", connector)
    monkeypatch.setattr(schema, "BY_IAM", IDENTIFIED)
    monkeypatch.setattr(schema.prepare, "__defaults__", (IDENTIFIED,))
    for name, value in {
        "DATABASE_HOST": "proxy.test", "DATABASE_PORT": "3306", "DATABASE_NAME": fresh, "MASTER_USER": "admin",
        "DATABASE_USER": "reader", "AWS_REGION": "us-west-2",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert schema.handler({"version": "3"}, None) == {"user": "reader", "applied": [1], "version": "3"}
    assert asked == [("proxy.test", 3306, fresh, "admin", schema_function.STATEMENT_SECONDS)]
    assert pauses == [schema_function.PAUSE] * 2


def test_the_commands_of_the_documentation_work(store: Shop) -> None:
    services = {"catalog": store.catalog.url, "cart": store.cart.url, "checkout": store.checkout.url}
    answers = [json.loads(line) for line in commands.run(DOCS, "shop", services)]
    assert [len(answer["products"]) for answer in (answers[0], answers[2])] == [5, 2]
    assert answers[1]["sku"] == "mug-blue"
    assert answers[3]["items"] == [{"sku": "mug-blue", "quantity": 2}]
    assert answers[4] == {"order_id": "o-1", "total_cents": 2580, "currency": "USD"}
