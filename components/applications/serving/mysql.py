"""Connections to MySQL, logged in with an IAM token over verified TLS."""

from typing import Any

import pymysql

from serving.login import Tokens, database_token, tls, warm

FAILURES = (pymysql.err.OperationalError, pymysql.err.InterfaceError, pymysql.err.InternalError, OSError)
"""What a connection raises that is lost, cannot be made, or is to a server that cannot answer."""
NO_SUCH_TABLE = 1146
"""Error number of a missing table (MySQL error reference, ER_NO_SUCH_TABLE)."""
CONNECT_SECONDS = 2


def connector(host: str, port: int, database: str, user: str, seconds: float) -> Any:
    """A function without parameters that makes a connection. seconds: until a statement that is not answered fails."""
    warm()
    tokens = Tokens(lambda: database_token(host, port, user))

    def connect() -> Any:
        return pymysql.connect(
            host=host,
            port=port,
            user=user,
            password=tokens.get(),
            database=database,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=seconds,
            write_timeout=seconds,
            ssl=tls(),
        )

    return connect


def is_missing_table(error: BaseException) -> bool:
    """Whether a statement failed since its table does not exist."""
    return isinstance(error, pymysql.err.ProgrammingError) and error.args[0] == NO_SUCH_TABLE
