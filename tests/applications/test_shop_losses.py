"""What the shop's customers get while a dependency is lost: silently, or with refused connections."""

import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.applications import losses
from tests.support.servers.link import State
from tests.support.servers.process import Answer, ask
from tests.support.servers.process import running as started
from tests.support.servers.shop import Shop, shop
from tests.support.some import some

SILENT = pytest.param("silent", marks=pytest.mark.exhaustive)
"""Time-outs take their time; the test of a lost zone has them always."""
DOCS = Path(__file__).parents[2] / "docs" / "ecommerce.md"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop(tmp_path_factory.mktemp("shop")) as made:
        yield made


@pytest.fixture
def store(running: Shop) -> Iterator[Shop]:
    yield running
    running.mend()
    until = time.monotonic() + 20
    while not recovered(running):
        assert time.monotonic() < until
        time.sleep(0.1)


def recovered(store: Shop) -> bool:
    """Whether the catalog reads its database, and writes and reads its cache again."""
    fresh = f"{store.catalog.url}/catalog?sku=at-{time.monotonic_ns()}"
    asked, again = ask(fresh), ask(fresh)
    return asked.status == 200 and again.headers.get("Cache-Status", "").startswith("valkey; hit")


def empty_cache(store: Shop) -> None:
    store.cache.kill()
    store.cache.start()


def lose_database(store: Shop, state: State) -> None:
    store.writer.cut(state)
    store.reader.cut(state)


def lose_cache(store: Shop, state: State) -> None:
    store.cache_writer.cut(state)
    store.cache_reader.cut(state)


def lose_both(store: Shop, state: State) -> None:
    lose_database(store, state)
    lose_cache(store, state)


def lose_catalog(store: Shop, state: State) -> None:
    """As checkout sees it: the catalog has nothing to answer with."""
    lose_both(store, state)


LOST: dict[tuple[str, str], Callable[[Shop, State], None]] = {
    ("catalog", "cache"): lose_cache,
    ("catalog", "primary node of the cache"): lambda store, state: store.cache_writer.cut(state),
    ("catalog", "writer of MySQL"): lambda store, state: store.writer.cut(state),
    ("catalog", "MySQL, all of it"): lose_database,
    ("catalog", "MySQL and the cache"): lose_both,
    ("catalog", "DynamoDB"): lambda store, state: store.aws_link.cut(state),
    ("cart", "DynamoDB"): lambda store, state: store.aws_link.cut(state),
    ("checkout", "catalog"): lose_catalog,
    ("checkout", "cart"): lambda store, state: store.aws_link.cut(state),
    ("checkout", "SNS"): lambda store, _: store.aws.lost.add("Publish"),
}


def test_every_loss_of_the_table_is_tried() -> None:
    assert set(LOST) == {(loss.service, loss.lost) for loss in some(losses.SHOP)}


def test_the_documentation_says_what_is_tried_here() -> None:
    assert losses.table(losses.SHOP) in DOCS.read_text(), "docs/ecommerce.md: copy losses.table(losses.SHOP)"


def session_with(store: Shop, sku: str) -> str:
    session = ask(f"{store.cart.url}/cart", "POST").body["session"]
    items = [{"sku": sku, "quantity": 1}]
    assert ask(f"{store.cart.url}/cart/{session}", "PUT", {"items": items}).status == 204
    return session


def order(store: Shop, session: str) -> Answer:
    given = {"order_id": "o-1", "customer_id": "c-1", "session": session}
    return ask(f"{store.checkout.url}/checkout", "POST", given)


@pytest.mark.parametrize("loss", [one for one in losses.SHOP if one.service == "catalog"], ids=lambda one: one.lost)
@pytest.mark.parametrize("state", ["refusing", SILENT])
def test_the_catalog_without_a_dependency(store: Shop, loss: losses.Loss, state: State) -> None:
    known = f"{store.catalog.url}/catalog/mug-blue"
    whole = ask(known).body
    LOST[loss.service, loss.lost](store, state)
    found = ask(known)
    if loss.lost == "MySQL and the cache":
        assert (loss.effect, found.status) == ("down", 503)
    else:
        assert found.status == 200, found
        assert found.body["name"] == whole["name"]
        assert "stock" in found.body
    unknown = ask(f"{store.catalog.url}/catalog/never-asked-{loss.lost.replace(' ', '-').replace(',', '')}-{state}")
    served = loss.lost not in ("MySQL, all of it", "MySQL and the cache")
    assert unknown.status == (404 if served else 503), "what is not in the cache needs the database"
    assert ask(f"{store.catalog.url}/health").status == 200, "no task is taken out of service for that"
    assert ask(f"{store.catalog.url}/health/live").status == 200


def test_what_is_no_longer_fresh_is_served_while_the_database_fails_over(store: Shop) -> None:
    known = f"{store.catalog.url}/catalog/hat-straw"
    ask(known)
    grown_old(store, "hat-straw", 3600)
    lose_database(store, "refusing")
    found = ask(known)
    assert found.status == 200
    assert int(found.headers["Age"]) >= 3600
    assert int(found.headers["Cache-Status"].rpartition("ttl=")[2]) < 0, "and it says so"
    store.mend(wait=True)
    assert ask(known).headers["Cache-Status"] == "valkey; fwd=miss", "then it is read anew"


def grown_old(store: Shop, sku: str, seconds: int) -> None:
    """An entry of the cache becomes this much older."""
    import valkey

    client: Any = valkey.Valkey(port=store.cache.port, username="app", password="token")
    entry = json.loads(client.get(f"catalog:{sku}"))
    client.set(f"catalog:{sku}", json.dumps({**entry, "read": entry["read"] - seconds}))
    client.close()


@pytest.mark.parametrize("state", ["refusing", SILENT])
def test_the_cart_without_dynamodb_is_as_it_was(store: Shop, state: State) -> None:
    session = session_with(store, "mug-blue")
    cart = f"{store.cart.url}/cart/{session}"
    store.aws_link.cut(state)
    assert ask(cart, "PUT", {"items": []}).status == 503
    assert ask(f"{store.cart.url}/health").status == 200
    store.mend(wait=True)
    assert ask(cart).body["items"] == [{"sku": "mug-blue", "quantity": 1}]


@pytest.mark.parametrize("lost", ["catalog", "cart", "SNS"])
def test_the_checkout_without_a_dependency_publishes_nothing_and_keeps_the_cart(store: Shop, lost: str) -> None:
    session = session_with(store, "bag-canvas")
    empty_cache(store)
    LOST["checkout", lost](store, "refusing")
    store.aws.published.clear()
    assert order(store, session).status == 503
    assert store.aws.published == []
    store.aws.lost.clear()
    store.mend(wait=True)
    assert ask(f"{store.cart.url}/cart/{session}").body["items"] == [{"sku": "bag-canvas", "quantity": 1}]
    assert order(store, session).status == 202
    assert len(store.aws.published) == 1


def test_a_restarted_database_is_used_again_without_a_failed_request(store: Shop) -> None:
    """The pooled connections are all dead: each request finds out for itself, and has a second try."""
    url = f"{store.catalog.url}/catalog/"
    ask(f"{url}restart-0")
    store.database.kill()
    store.database.start()
    assert [ask(f"{url}restart-{n}").status for n in range(1, 6)] == [404] * 5


@pytest.mark.parametrize(
    ("version", "oldest", "says"), [(0, 0, "is older than version 1"), (9, 9, "is newer than version 1")]
)
def test_a_schema_that_the_code_does_not_fit_is_named(store: Shop, version: int, oldest: int, says: str) -> None:
    before = store.database.run("SELECT version, oldest_code FROM schema_versions")
    store.database.run("DELETE FROM schema_versions")
    if version:
        store.database.run(f"INSERT INTO schema_versions (version, oldest_code) VALUES ({version}, {oldest})")
    with started("shop.catalog", store.environment) as fresh:  # the others look every 15 seconds
        refused = ask(f"{fresh.url}/catalog/schema-{version}")
        assert refused.status == 503
        wanted = f"the schema of shop has version {version} and {says}, which this code uses"
        assert refused.body["detail"] == wanted
        assert ask(f"{fresh.url}/health").body["detail"] == refused.body["detail"], "no task of it gets traffic"
        store.database.run("DELETE FROM schema_versions")
        store.database.run(f"INSERT INTO schema_versions (version, oldest_code) VALUES {before[0]}")
        assert ask(f"{fresh.url}/health").status == 200, "it looks again although it gets no requests"
        assert ask(f"{fresh.url}/catalog/schema-{version}").status == 404


class Customer(threading.Thread):
    """Asks for products again and again. answers: seconds since the start, status, age, seconds that it took."""

    def __init__(self, urls: list[str], pause: float) -> None:
        super().__init__(daemon=True)
        self._urls, self._pause, self.ended = urls, pause, threading.Event()
        self.answers: list[tuple[float, int, int, float]] = []

    def run(self) -> None:
        started, n = time.monotonic(), 0
        while not self.ended.wait(self._pause):
            at = time.monotonic()
            answer = ask(self._urls[n % len(self._urls)])
            took = time.monotonic() - at
            self.answers.append((at - started, answer.status, int(answer.headers.get("Age", "0")), took))
            n += 1


@pytest.mark.parametrize(
    "seconds", [6, pytest.param(60, marks=pytest.mark.exhaustive)], ids=["6 seconds", "60 seconds"]
)
def test_a_zone_is_lost_with_the_writer_and_a_cache_node(
    store: Shop, seconds: int, record_property: Callable[[str, object], None]
) -> None:
    """The zone of the writer and of the cache's primary falls silent; the cache fails over in half the time that MySQL
    needs. What customers get is what docs/ecommerce.md says: no error, and for a moment slow answers.
    """
    skus = ["mug-blue", "hat-straw", "lamp-desk", "bag-canvas", "book-lines"]
    urls = [f"{store.catalog.url}/catalog/{sku}" for sku in skus]
    customers = [Customer(urls, 0.1) for _ in range(4)]
    for customer in customers:
        customer.start()
    time.sleep(1)
    store.writer.cut("silent")
    store.cache_writer.cut("silent")
    time.sleep(seconds / 2)
    store.cache_writer.mend()
    time.sleep(seconds / 2)
    store.writer.mend()
    time.sleep(2)
    for customer in customers:
        customer.ended.set()
    for customer in customers:
        customer.join(20)
    answers = [answer for customer in customers for answer in customer.answers]
    statuses = Counter(status for _, status, _, _ in answers)
    took = sorted(took for _, _, _, took in answers)
    slow = [one for one in took if one > 0.5]
    record_property(
        "table",
        f"zone lost for {seconds} s: {len(answers)} requests, {dict(statuses)}; seconds: median"
        f" {statistics.median(took):.3f}, 99 % {took[int(len(took) * 0.99)]:.3f}, longest {took[-1]:.3f};"
        f" over half a second: {len(slow)}",
    )
    assert len(answers) > 4 * seconds
    assert set(statuses) == {200}, "docs/ecommerce.md: no product that is in the cache fails"
    assert took[-1] < 10, "docs/ecommerce.md: for a moment, a few seconds"
    assert len(slow) < len(answers) / 4
