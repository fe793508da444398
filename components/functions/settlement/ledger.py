"""The ledger: double-entry bookkeeping in PostgreSQL, each transaction posted once.

Statements use ``%s`` parameters (DB-API paramstyle ``format``).
"""

from dataclasses import dataclass
from typing import Any, Protocol

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS journal (
        transaction_id uuid PRIMARY KEY,
        currency char(3) NOT NULL,
        reference varchar(140) NOT NULL,
        accepted_at timestamptz NOT NULL,
        posted_at timestamptz NOT NULL DEFAULT now()
    )""",
    """CREATE TABLE IF NOT EXISTS postings (
        transaction_id uuid NOT NULL REFERENCES journal,
        account varchar(34) NOT NULL,
        amount bigint NOT NULL CHECK (amount <> 0),
        PRIMARY KEY (transaction_id, account)
    )""",
    "CREATE INDEX IF NOT EXISTS postings_by_account ON postings (account, transaction_id)",
)
"""amount: minor units, negative for the debtor, positive for the creditor; a transaction's postings sum to zero."""


class Cursor(Protocol):
    """The methods of a DB-API 2.0 cursor that are used here."""

    rowcount: int

    def execute(self, operation: str, args: Any = ...) -> Any: ...
    def close(self) -> None: ...


class Connection(Protocol):
    """The methods of a DB-API 2.0 connection that are used here."""

    def cursor(self) -> Cursor: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...


@dataclass(frozen=True)
class Posting:
    """A transaction from the settlement queue. amount: minor units, at least 1."""

    transaction_id: str
    debtor: str
    creditor: str
    amount: int
    currency: str
    reference: str
    accepted_at: str


def post(connection: Connection, posting: Posting) -> bool:
    """Post a transaction atomically, unless it was posted before; returns whether it was new.

    The journal's primary key decides: if two writers post one transaction, the second waits for the first and finds it.
    """
    cursor = connection.cursor()
    try:
        cursor.execute(
            "INSERT INTO journal (transaction_id, currency, reference, accepted_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (transaction_id) DO NOTHING",
            (posting.transaction_id, posting.currency, posting.reference, posting.accepted_at),
        )
        new = cursor.rowcount == 1
        if new:
            for account, amount in ((posting.debtor, -posting.amount), (posting.creditor, posting.amount)):
                cursor.execute(
                    "INSERT INTO postings (transaction_id, account, amount) VALUES (%s, %s, %s)",
                    (posting.transaction_id, account, amount),
                )
        connection.commit()
        return new
    except BaseException:
        connection.rollback()
        raise
    finally:
        cursor.close()


def prepare(connection: Connection, user: str) -> None:
    """Create the tables, and the ``user`` that logs in with IAM and may insert rows but not change or delete them.

    It can be repeated. ``user``: letters, digits and underscores. Raises ValueError on another name.
    """
    if not user.isidentifier() or not user.isascii():
        raise ValueError(f"user={user}: must be letters, digits and underscores")
    cursor = connection.cursor()
    try:
        for statement in SCHEMA:
            cursor.execute(statement)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (user,))
        if cursor.rowcount == 0:
            cursor.execute(f"CREATE ROLE {user} LOGIN")
        cursor.execute(f"GRANT SELECT, INSERT ON journal, postings TO {user}")
        # The role rds_iam exists only on RDS and Aurora.
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'rds_iam'")
        if cursor.rowcount == 1:
            cursor.execute(f"GRANT rds_iam TO {user}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        cursor.close()
