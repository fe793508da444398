"""The video platform's services as processes, in front of PostgreSQL, Valkey and moto, by links that can be cut."""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from media import schema
from tests.support.servers.aws import KEYS, Aws, aws, create_tables
from tests.support.servers.certificates import Authority
from tests.support.servers.link import Link
from tests.support.servers.postgresql_server import PostgreSql, postgresql
from tests.support.servers.process import Running, running
from tests.support.servers.valkey_server import USER, ValkeyServer, valkey_server


@dataclass(frozen=True)
class Media:
    """database_link, cache_link, aws_link, auth_link: to what recommendations uses; auth reaches AWS directly."""

    database: PostgreSql
    cache: ValkeyServer
    aws: Aws
    database_link: Link
    cache_link: Link
    aws_link: Link
    auth_link: Link
    auth: Running
    recommendations: Running

    def mend(self) -> None:
        """Everything answers again."""
        for one in (self.database_link, self.cache_link, self.aws_link, self.auth_link):
            one.mend()
        self.aws.failing.clear()


@contextlib.contextmanager
def media(folder: Path) -> Generator[Media, None, None]:
    """A running platform. Skips where a server is not to be had."""
    with contextlib.ExitStack() as stack:
        authority = Authority(folder)
        database = stack.enter_context(postgresql())
        with contextlib.closing(database.connect()) as connection:
            schema.prepare(connection, "catalog")
        cache = stack.enter_context(valkey_server(folder / "valkey"))
        cloud = stack.enter_context(aws())
        create_tables(profiles="id", history="id")
        database_link = Link(database.socket, authority.server_side, "postgresql")
        cache_link, aws_link = Link(cache.port, authority.server_side), Link(cloud.port)
        common = {**KEYS, "TRUSTED_CA": str(authority.ca), "DRAIN_SECONDS": "0.3"}
        auth = stack.enter_context(
            running("media.auth", {**common, "AWS_ENDPOINT_URL": cloud.url, "TABLE_NAME": "profiles"})
        )
        auth_link = Link(int(auth.url.rpartition(":")[2]))
        for one in (database_link, cache_link, aws_link, auth_link):
            stack.callback(one.close)
        recommendations = stack.enter_context(
            running(
                "media.recommendations",
                {
                    **common,
                    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws_link.port}",
                    "TABLE_NAME": "history",
                    "AUTH_URL": f"http://127.0.0.1:{auth_link.port}",
                    "DATABASE_HOST": "127.0.0.1",
                    "DATABASE_PORT": str(database_link.port),
                    "DATABASE_NAME": "postgres",
                    "DATABASE_USER": "catalog",
                    "CACHE_HOST": "127.0.0.1",
                    "CACHE_PORT": str(cache_link.port),
                    "CACHE_USER": USER,
                    "CACHE_NAME": "media-cache",
                },
            )
        )
        yield Media(database, cache, cloud, database_link, cache_link, aws_link, auth_link, auth, recommendations)
