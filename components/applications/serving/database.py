"""Reads from a database with more than one endpoint: pooled connections, one retry, the next endpoint if one fails.

Environment: DATABASE_HOST (RDS Proxy, or the read replica in a standby Region), DATABASE_READER_HOST (a reader in the
same Region, or nothing), DATABASE_PORT, DATABASE_NAME, DATABASE_USER, AWS_REGION.
"""

import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from serving import tracing
from serving.breaker import Breaker
from serving.log import log
from serving.migrations import Schema
from serving.problems import SchemaMismatchError, UnavailableError
from serving.retries import Budget, twice

STATEMENT_SECONDS = 1.0
"""Seconds until a statement fails. Reads by key take milliseconds; one that fails over does not answer."""
POOL = 8
"""Most connections of a process to an endpoint."""
POOL_SECONDS = 1.0
"""Seconds that a request waits for a connection of the pool."""
LOOK_SECONDS = 15.0
"""Seconds between two looks at the schema's version."""


class Endpoint:
    """One host of the database. connect: makes a connection. failures: what it raises when the host does not answer.
    schema: what the code needs.
    """

    def __init__(
        self,
        host: str,
        connect: Callable[[], Any],
        failures: tuple[type[BaseException], ...],
        is_missing_table: Callable[[BaseException], bool],
        schema: Schema,
    ) -> None:
        self.host, self._connect, self._failures = host, connect, failures
        self._is_missing_table, self._schema = is_missing_table, schema
        self._breaker, self._budget = Breaker(f"database {host}"), Budget()
        self._idle: list[Any] = []
        self._lock, self._places = threading.Lock(), threading.BoundedSemaphore(POOL)
        self._looked = float("-inf")

    def read(self, statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
        """The rows. Raises UnavailableError, or SchemaMismatchError."""
        with self._breaker.watching(*self._failures), tracing.call(f"{self.host} SELECT") as part:
            del part
            return twice(self._budget, lambda: self._once(statement, parameters), *self._failures)

    def _once(self, statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
        with self._connection() as connection:
            if time.monotonic() - self._looked > LOOK_SECONDS:
                self._schema.check(self._version(connection))
                self._looked = time.monotonic()
            return self._rows(connection, statement, parameters)

    def _version(self, connection: Any) -> Sequence[Any]:
        try:
            found = self._rows(connection, "SELECT version, oldest_code FROM schema_versions ORDER BY version DESC", ())
        except Exception as error:
            if self._is_missing_table(error):
                return (0, 0)
            raise
        return found[0] if found else (0, 0)

    @staticmethod
    def _rows(connection: Any, statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
        cursor = connection.cursor()
        try:
            cursor.execute(statement, tuple(parameters))
            return list(cursor.fetchall())
        finally:
            with suppress(Exception):
                cursor.close()

    @contextmanager
    def _connection(self) -> Generator[Any, None, None]:
        """A connection of the pool; it goes back unless something was raised, after which its state is unknown."""
        if not self._places.acquire(timeout=POOL_SECONDS):
            raise UnavailableError(f"database {self.host}: all connections are in use")
        try:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._connect()
            try:
                yield connection
            except BaseException as error:
                with suppress(Exception):
                    connection.close()
                if isinstance(error, self._failures):  # the others are of the same server
                    self.drop()
                raise
            with self._lock:
                self._idle.append(connection)
        finally:
            self._places.release()

    def drop(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(Exception):
                connection.close()


class Database:
    """Endpoints in the order in which they are asked."""

    def __init__(self, endpoints: Sequence[Endpoint], schema: Schema) -> None:
        self._endpoints, self._schema = endpoints, schema

    def read(self, statement: str, *parameters: Any) -> list[Sequence[Any]]:
        """The rows, from the first endpoint that answers. Raises UnavailableError if none does."""
        for endpoint in self._endpoints:
            try:
                return endpoint.read(statement, parameters)
            except SchemaMismatchError:
                raise
            except UnavailableError as error:
                log("warning", "database endpoint failed", host=endpoint.host, cause=repr(error.__cause__ or error))
        raise UnavailableError("the database does not answer")

    def ready(self) -> None:
        """Raises SchemaMismatchError while the schema is known to be one that this code cannot use. Looks again before
        that: a service that is not ready gets no requests, which would.
        """
        try:
            self._schema.ready()
        except SchemaMismatchError:
            with suppress(UnavailableError):
                self.read("SELECT 1")
            self._schema.ready()


def from_environment(driver: Any, schema: Schema) -> Database:
    """The database of the environment; without DATABASE_HOST one that never answers. driver: `serving.mysql` or
    `serving.postgresql`.
    """
    hosts = [os.environ[name] for name in ("DATABASE_HOST", "DATABASE_READER_HOST") if os.environ.get(name)]
    endpoints: list[Endpoint] = []
    for host in hosts:
        connect = driver.connector(
            host,
            int(os.environ["DATABASE_PORT"]),
            os.environ["DATABASE_NAME"],
            os.environ["DATABASE_USER"],
            STATEMENT_SECONDS,
        )
        endpoints.append(Endpoint(host, connect, driver.FAILURES, driver.is_missing_table, schema))
    return Database(endpoints, schema)
