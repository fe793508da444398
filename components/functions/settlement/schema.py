"""Creates the ledger's tables and the user that may insert rows; each deployment runs it once, as the master user.

It logs in with IAM through RDS Proxy, the only reader of the master secret. Repeating it changes nothing. Environment:
as of `login`, MASTER_USER, DATABASE_USER (the user to create)."""

import os
import time
from typing import Any

from aws_lambda_powertools import Logger
from ledger import prepare
from login import connect

logger = Logger()

STATEMENT_TIMEOUT = 60
"""Time limit of a statement, seconds: writers lock the tables for some time."""
TRIES, PAUSE = 10, 15
"""Seconds between attempts: a new proxy needs up to a few minutes to find its target."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda entry point; returns the created user. If all attempts fail, so does the deployment."""
    user = os.environ["DATABASE_USER"]
    for left in reversed(range(TRIES)):
        try:
            connection = connect(os.environ["MASTER_USER"], STATEMENT_TIMEOUT)
            break
        except Exception:
            if not left:
                raise
            logger.info("the database does not answer yet", exc_info=True)
            time.sleep(PAUSE)
    try:
        prepare(connection, user)
    finally:
        connection.close()
    logger.info("prepared", extra={"version": event.get("version")})
    return {"user": user}
