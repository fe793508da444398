"""Connections to PostgreSQL, logged in with an IAM token over verified TLS."""

from typing import Any

import pg8000.dbapi

from serving.login import Tokens, database_token, tls, warm

NO_SUCH_TABLE = "42P01"
"""SQLSTATE of a missing table (PostgreSQL error codes, undefined_table)."""


FAILURES = (pg8000.dbapi.InterfaceError, pg8000.dbapi.DatabaseError, OSError)
"""What a connection raises that is lost, cannot be made, or is to a server that cannot answer. pg8000 raises
DatabaseError for every error of the server; `is_missing_table` tells the one that is none of these."""


def connector(host: str, port: int, database: str, user: str, seconds: float) -> Any:
    """A function without parameters that makes a connection. seconds: until a statement that is not answered fails."""
    warm()
    tokens = Tokens(lambda: database_token(host, port, user))

    def connect() -> Any:
        made = pg8000.dbapi.connect(
            user,
            host=host,
            port=port,
            database=database,
            password=tokens.get(),
            timeout=seconds,
            ssl_context=tls(),
        )
        made.autocommit = True
        return made

    return connect


def is_missing_table(error: BaseException) -> bool:
    """Whether a statement failed since its table does not exist."""
    given: Any = error.args[0] if isinstance(error, pg8000.dbapi.DatabaseError) and error.args else {}
    return isinstance(given, dict) and given.get("C") == NO_SUCH_TABLE  # pyright: ignore[reportUnknownMemberType]
