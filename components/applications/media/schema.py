"""The video platform's catalog in PostgreSQL: titles, their sample rows, and the user that reads them.

The handler runs once per deployment, as the master user, who logs in with IAM through RDS Proxy. Environment:
DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, MASTER_USER, DATABASE_USER (the user to create), AWS_REGION, SAMPLES
(``no`` creates the user only).
"""

import os
from typing import Any

from serving import postgresql
from serving.migrations import Migration, Schema, locked, migrate
from serving.schema_function import connected, with_samples

NAME = "media"
LOCK, UNLOCK = "SELECT pg_advisory_lock(1)", "SELECT pg_advisory_unlock(1)"

MIGRATIONS = (
    Migration(
        version=1,
        oldest_code=1,
        statements=(
            """CREATE TABLE IF NOT EXISTS titles (
                id varchar(64) PRIMARY KEY,
                name varchar(200) NOT NULL,
                genre varchar(40) NOT NULL,
                released integer NOT NULL,
                popularity integer NOT NULL DEFAULT 0
            )""",
            "CREATE INDEX IF NOT EXISTS titles_by_popularity ON titles (popularity DESC, id)",
            """INSERT INTO titles (id, name, genre, released, popularity) VALUES
                ('harbour', 'The Harbour', 'drama', 2024, 90),
                ('night-train', 'Night Train', 'thriller', 2023, 80),
                ('deep-water', 'Deep Water', 'documentary', 2025, 70),
                ('two-keys', 'Two Keys', 'thriller', 2021, 60),
                ('orchard', 'The Orchard', 'drama', 2022, 50),
                ('tiny-robots', 'Tiny Robots', 'children', 2025, 40)
                ON CONFLICT (id) DO NOTHING""",
        ),
    ),
)
"""released: year. popularity: higher is shown first."""
VERSION = MIGRATIONS[-1].version


def schema() -> Schema:
    """What the recommendations need."""
    return Schema(NAME, VERSION)


def prepare(connection: Any, user: str, *, samples: bool = True) -> list[int]:
    """Apply what is missing, and let ``user`` read; returns the versions that were applied now. samples: False leaves
    the tables alone, and lets ``user`` read all that the master user has made or will make. Raises ValueError on a name
    that is not letters, digits and underscores.
    """
    if not user.isidentifier() or not user.isascii():
        raise ValueError(f"{user}: must be letters, digits and underscores")
    with locked(connection, LOCK, UNLOCK):
        applied = migrate(connection, MIGRATIONS) if samples else []
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (user,))
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {user} LOGIN")
        if samples:
            cursor.execute(f"GRANT SELECT ON titles, schema_versions TO {user}")
        else:
            cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {user}")
        # The role rds_iam exists only on RDS (RDS user guide, "Creating a database account using IAM authentication").
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'rds_iam'")
        if cursor.fetchone() is not None:
            cursor.execute(f"GRANT rds_iam TO {user}")
        connection.commit()
        cursor.close()
    return applied


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda entry point; returns the user and the versions that were applied. If all attempts fail, so does the
    deployment.
    """
    user = os.environ["DATABASE_USER"]
    with connected(postgresql) as connection:
        applied = prepare(connection, user, samples=with_samples())
    return {"user": user, "applied": applied, "version": event.get("version")}
