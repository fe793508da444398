"""Makes the ledger's tables and the user that may add to them: run once by each deployment, as the master user.

It logs in by IAM through the proxy, which alone reads the master secret. Repeating it changes nothing. Environment: as
of `login`, MASTER_USER, DATABASE_USER (who is admitted).
"""

import os
import time
from typing import Any

from aws_lambda_powertools import Logger
from ledger import prepare
from login import connect

logger = Logger()

STATEMENT_TIMEOUT = 60
"""Seconds: a table that is written to is locked by others for a while."""
TRIES, PAUSE = 10, 15
"""The proxy takes up to a few minutes to find its target after both were made. Seconds between tries."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda entry point: who was admitted. Raises what the last try raised: then the deployment fails."""
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
