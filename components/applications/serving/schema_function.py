"""What the Lambda functions that apply a schema have in common: the master user's connection."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from serving.log import log

STATEMENT_SECONDS = 60
"""Seconds until a statement fails: writers lock the tables for some time."""
TRIES, PAUSE = 10, 15
"""Seconds between attempts: a new proxy needs up to a few minutes to find its target."""


@contextmanager
def connected(driver: Any) -> Generator[Any, None, None]:
    """A connection as MASTER_USER. driver: `serving.mysql` or `serving.postgresql`. Raises what the last attempt
    raised.
    """
    connect = driver.connector(
        os.environ["DATABASE_HOST"],
        int(os.environ["DATABASE_PORT"]),
        os.environ["DATABASE_NAME"],
        os.environ["MASTER_USER"],
        STATEMENT_SECONDS,
    )
    connection = _patiently(connect)
    try:
        yield connection
    finally:
        connection.close()


def with_samples() -> bool:
    """Whether to create the samples' tables, too: not for other services than the samples."""
    return os.environ.get("SAMPLES", "yes") == "yes"


def _patiently(connect: Any) -> Any:
    for left in reversed(range(TRIES)):
        try:
            return connect()
        except Exception as error:
            if not left:
                raise
            log("info", "the database does not answer yet", error=repr(error))
            time.sleep(PAUSE)
    raise AssertionError("the last attempt returns or raises")
