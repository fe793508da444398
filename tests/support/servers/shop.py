"""The whole shop: its three services as processes, in front of MariaDB, Valkey and moto, by links that can be cut."""

import contextlib
import sys
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.breaker import PAUSE
from shop import schema
from tests.support.servers.aws import KEYS, Aws, aws, create_tables
from tests.support.servers.certificates import Authority
from tests.support.servers.link import Link
from tests.support.servers.mariadb import MariaDb, mariadb
from tests.support.servers.process import Running, running
from tests.support.servers.valkey_server import USER, ValkeyServer, valkey_server

PASSWORD = "secret"
TOPIC = "arn:aws:sns:us-west-2:123456789012:orders"


@dataclass(frozen=True)
class Shop:
    """writer, reader: of the database. cache_writer, cache_reader: of the cache. aws_link: to DynamoDB and SNS.
    environment: of the catalog.
    """

    database: MariaDb
    cache: ValkeyServer
    aws: Aws
    writer: Link
    reader: Link
    cache_writer: Link
    cache_reader: Link
    aws_link: Link
    catalog: Running
    cart: Running
    checkout: Running
    environment: Mapping[str, str]

    def mend(self, *, wait: bool = False) -> None:
        """Everything answers again. wait: until circuit breakers that are open let a call through."""
        for one in (self.writer, self.reader, self.cache_writer, self.cache_reader, self.aws_link):
            one.mend()
        self.aws.failing.clear()
        if wait:
            time.sleep(PAUSE)


def install_schema(database: MariaDb) -> None:
    """What the function shop-schema does, with a password in the place of IAM."""
    with contextlib.closing(database.connect(database="shop")) as connection:
        schema.prepare(connection, "shop", "catalog", f"mysql_native_password USING PASSWORD('{PASSWORD}')")


def pair(target: int, authority: Authority | None) -> tuple[Link, Link]:
    """Two links on one port number: of 127.0.0.1 and of 127.0.0.2."""
    tls = authority.server_side if authority else None
    first = Link(target, tls)
    return first, Link(target, tls, address=("127.0.0.2", first.port))


@contextlib.contextmanager
def shop(folder: Path) -> Generator[Shop, None, None]:
    """A running shop. Skips where a server is not to be had."""
    if not sys.platform.startswith("linux"):
        import pytest

        pytest.skip("only Linux answers on 127.0.0.2 without set-up")
    with contextlib.ExitStack() as stack:
        authority = Authority(folder)
        database = stack.enter_context(mariadb(folder / "mariadb", authority))
        install_schema(database)
        cache = stack.enter_context(valkey_server(folder / "valkey"))
        cloud = stack.enter_context(aws())
        create_tables(products="id", carts="id", sessions="id", orders="order_id")
        writer, reader = pair(database.port, None)
        cache_writer, cache_reader = pair(cache.port, authority)
        aws_link = Link(cloud.port)
        for one in (writer, reader, cache_writer, cache_reader, aws_link):
            stack.callback(one.close)
        common = {
            **KEYS,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws_link.port}",
            "TRUSTED_CA": str(authority.ca),
            "DRAIN_SECONDS": "0.3",
        }
        given = {
            **common,
            "TABLE_NAME": "products",
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_READER_HOST": "127.0.0.2",
            "DATABASE_PORT": str(writer.port),
            "DATABASE_NAME": "shop",
            "DATABASE_USER": "catalog",
            "CACHE_HOST": "127.0.0.1",
            "CACHE_READER_HOST": "127.0.0.2",
            "CACHE_PORT": str(cache_writer.port),
            "CACHE_USER": USER,
            "CACHE_NAME": "shop-cache",
        }
        catalog = running("shop.catalog", given)
        cart = running("shop.cart", {**common, "TABLE_NAME": "carts", "SESSIONS_TABLE_NAME": "sessions"})
        first, second = stack.enter_context(catalog), stack.enter_context(cart)
        checkout = running(
            "shop.checkout", {**common, "TOPIC_ARN": TOPIC, "CATALOG_URL": first.url, "CART_URL": second.url}
        )
        third = stack.enter_context(checkout)
        yield Shop(
            database, cache, cloud, writer, reader, cache_writer, cache_reader, aws_link, first, second, third, given
        )
