"""The shop's schema in MySQL: products, their sample rows, and the user that reads them.

The handler runs once per deployment, as the master user, who logs in with IAM through RDS Proxy. Environment:
DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, MASTER_USER, DATABASE_USER (the user to create), AWS_REGION, SAMPLES
(``no`` creates the user only).
"""

import os
from typing import Any

from serving import mysql
from serving.migrations import Migration, Schema, locked, migrate
from serving.schema_function import connected, with_samples

NAME = "shop"
LOCK, UNLOCK = "SELECT GET_LOCK('schema', 60)", "SELECT RELEASE_LOCK('schema')"
BY_IAM = "AWSAuthenticationPlugin AS 'RDS'"
"""How the user logs in (RDS user guide, "Creating a database account using IAM authentication")."""

MIGRATIONS = (
    Migration(
        version=1,
        oldest_code=1,
        statements=(
            """CREATE TABLE IF NOT EXISTS products (
                sku varchar(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
                name varchar(200) NOT NULL,
                description text NOT NULL,
                price_cents bigint NOT NULL CHECK (price_cents >= 0),
                currency char(3) CHARACTER SET ascii NOT NULL
            ) CHARACTER SET utf8mb4""",
            """INSERT IGNORE INTO products (sku, name, description, price_cents, currency) VALUES
                ('hat-straw', 'Straw hat', 'Wide brim, for the garden.', 2450, 'USD'),
                ('mug-blue', 'Blue mug', 'Stoneware, 350 ml.', 1290, 'USD'),
                ('lamp-desk', 'Desk lamp', 'LED, dimmable.', 5900, 'USD'),
                ('book-lines', 'Notebook', 'Lined, 192 pages.', 890, 'USD'),
                ('bag-canvas', 'Canvas bag', 'Organic cotton.', 1600, 'USD')""",
        ),
    ),
)
"""price_cents: minor units of the currency (ISO 4217)."""
VERSION = MIGRATIONS[-1].version


def schema() -> Schema:
    """What the catalog needs."""
    return Schema(NAME, VERSION)


def prepare(connection: Any, database: str, user: str, identified: str = BY_IAM, *, samples: bool = True) -> list[int]:
    """Apply what is missing, and let ``user`` read; returns the versions that were applied now. identified: how the
    user logs in, ``IDENTIFIED WITH …``. samples: False leaves the tables alone. Raises ValueError on a name that is not
    letters, digits and underscores.
    """
    for name in (database, user):
        if not name.isidentifier() or not name.isascii():
            raise ValueError(f"{name}: must be letters, digits and underscores")
    with locked(connection, LOCK, UNLOCK):
        applied = migrate(connection, MIGRATIONS) if samples else []
        cursor = connection.cursor()
        cursor.execute(f"CREATE USER IF NOT EXISTS '{user}'@'%%' IDENTIFIED WITH {identified}", ())
        cursor.execute(f"GRANT SELECT ON {database}.* TO '{user}'@'%%'", ())
        connection.commit()
        cursor.close()
    return applied


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda entry point; returns the user and the versions that were applied. If all attempts fail, so does the
    deployment.
    """
    user, database = os.environ["DATABASE_USER"], os.environ["DATABASE_NAME"]
    with connected(mysql) as connection:
        applied = prepare(connection, database, user, samples=with_samples())
    return {"user": user, "applied": applied, "version": event.get("version")}
