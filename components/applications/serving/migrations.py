"""Versions of a database's schema: applied once each, in order, and checked by the code that reads it.

A new version of the schema is there before the code that needs it, and the code of before still runs beside it. So each
migration says which code it can be used by: ``oldest_code`` is the lowest `Schema.needs` that still works with it. Add
columns and tables in one release (``oldest_code`` stays), and remove what nothing uses in a later one.
"""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from serving.problems import SchemaMismatchError

VERSIONS = """CREATE TABLE IF NOT EXISTS schema_versions (
    version integer PRIMARY KEY,
    oldest_code integer NOT NULL,
    applied_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
)"""


@dataclass(frozen=True)
class Migration:
    """version: 1, 2, … oldest_code: see above. statements: each can be repeated, since an interrupted migration is
    (MySQL commits after every CREATE).
    """

    version: int
    oldest_code: int
    statements: Sequence[str]


@dataclass
class Schema:
    """What a program needs of a schema. needs: its lowest version."""

    name: str
    needs: int
    _mismatch: SchemaMismatchError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, found: Sequence[Any]) -> None:
        """found: version and oldest_code of the database. Raises SchemaMismatchError, which names both."""
        version, oldest_code = int(found[0]), int(found[1])
        mismatch = None
        if version < self.needs:
            mismatch = f"the schema of {self.name} has version {version} and is older than version {self.needs}"
        elif oldest_code > self.needs:
            mismatch = f"the schema of {self.name} has version {version} and is newer than version {self.needs}"
        with self._lock:
            self._mismatch = SchemaMismatchError(f"{mismatch}, which this code uses") if mismatch else None
        self.ready()

    def ready(self) -> None:
        """Raises the last mismatch."""
        with self._lock:
            if self._mismatch:
                raise SchemaMismatchError(self._mismatch.detail)


@contextmanager
def locked(connection: Any, lock: str, unlock: str) -> Generator[None, None, None]:
    """One run at a time. lock, unlock: statements that wait for, and release, a lock of the whole database. What is not
    committed in it is undone. Raises TimeoutError if another run holds the lock for too long.
    """
    cursor = connection.cursor()
    cursor.execute(lock)
    found = cursor.fetchone()
    if found and found[0] == 0:
        raise TimeoutError("another migration holds the lock")
    try:
        yield
    finally:
        connection.rollback()
        cursor.execute(unlock)
        cursor.close()


def migrate(connection: Any, migrations: Sequence[Migration]) -> list[int]:
    """Apply what is missing; returns the versions that were applied now. A schema that is newer stays as it is. Raises
    the driver's errors: then the last version may be applied in part, and must be tried again.
    """
    cursor, applied = connection.cursor(), list[int]()
    cursor.execute(VERSIONS)
    cursor.execute("SELECT version FROM schema_versions")
    there = {int(row[0]) for row in cursor.fetchall()}
    for migration in sorted(migrations, key=lambda one: one.version):
        if any(version >= migration.version for version in there):
            continue
        for statement in migration.statements:
            cursor.execute(statement)
        cursor.execute(
            "INSERT INTO schema_versions (version, oldest_code) VALUES (%s, %s)",
            (migration.version, migration.oldest_code),
        )
        connection.commit()
        applied.append(migration.version)
    cursor.close()
    return applied
