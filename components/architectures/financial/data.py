"""Data stores of the payment platform: tables, the ledger's database, the audit bucket."""

import pulumi

from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.bucket_replicas import monitor_with_replica, replica_in
from components.architectures.shared.data_stores import replicated_table
from components.tiers.data.aurora import (
    Aurora,
    AuroraArgs,
    AuroraSecondaryCluster,
    AuroraSecondaryClusterArgs,
    Capacity,
)
from components.tiers.data.dynamodb import Consistency, GlobalSecondaryIndex, Table, TableKey
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.data.s3_private_bucket import ObjectLock
from components.tiers.governance.backup import ProtectedResource

DATABASE = "ledger"
LEDGER_USER = "settlement"
"""Database user of the settlement function: can insert into the ledger, but not change or delete; authenticates with
IAM."""
TRANSACTION_KEY, ANSWER_KEY, SESSION_KEY = "transaction_id", "id", "id"
ANSWER_EXPIRY = "expiration"
"""Attribute in which Powertools stores the expiry of an idempotency record, epoch seconds."""
PENDING_INDEX = "pending"
"""Sparse index of outbox entries that have not been sent yet, so it is nearly empty."""
STANDBY_CAPACITY = 2
"""The minimum capacity of the ledger's database in the standby Region is divided by this; it scales up when it is
promoted."""
LEAST_CAPACITY = 2
"""ACU that Performance Insights needs (Aurora user guide, "Choosing the minimum Aurora Serverless v2 capacity")."""
AUDIT_ARCHIVE_DAYS = 90
"""Days after which audit objects, which are hardly ever read, move to a cheaper storage class."""


class Data:
    """Components: {code}-transactions-data, -outbox-data, -idempotency-data, -sessions-data (tables of all Regions),
    {code}-ledger-db in each Region, {code}-audit with its replica.

    strong: whether sessions and idempotency records are strongly consistent across Regions.
    """

    def __init__(self, architecture: Architecture) -> None:
        self._architecture, self._settings = architecture, architecture.settings.financial
        self._primary, self._standby = architecture.primary, architecture.standby
        self.strong = bool(self._settings.witness_region)
        self.transactions = self._table("transactions-data", TRANSACTION_KEY)
        self.outbox = self._table(
            "outbox-data",
            TRANSACTION_KEY,
            indexes=(
                GlobalSecondaryIndex(
                    name=PENDING_INDEX, hash_key=TableKey(name="pending"), range_key=TableKey(name="accepted_at")
                ),
            ),
        )
        # These two are written one item at a time, as strong consistency across Regions requires. It does not support
        # TTL.
        consistency: Consistency = "strong" if self.strong else "eventual"
        self.idempotency = self._table(
            "idempotency-data", ANSWER_KEY, consistency=consistency, ttl=None if self.strong else ANSWER_EXPIRY
        )
        self.sessions = self._table("sessions-data", SESSION_KEY, consistency=consistency)
        self.ledger = self._ledger()
        self.ledger_standby = self._ledger_standby() if self._standby else None
        self.audit = self._audit()

    @property
    def tables(self) -> dict[str, Table]:
        """The tables by content."""
        return {
            "transactions": self.transactions,
            "outbox": self.outbox,
            "idempotency": self.idempotency,
            "sessions": self.sessions,
        }

    def ledger_in(self, role: str) -> Aurora | AuroraSecondaryCluster:
        """The ledger's database in a cell."""
        return self.ledger if role == "primary" or self.ledger_standby is None else self.ledger_standby

    def audit_bucket_in(self, role: str) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """Name and ARN of the audit bucket in a cell; in the standby it is the replica."""
        if role == "primary" or self.audit.replica_name is None or self.audit.replica_arn is None:
            return self.audit.bucket_name, self.audit.bucket_arn
        return self.audit.replica_name, self.audit.replica_arn

    def outbox_stream_in(self, role: str, cell: Cell) -> pulumi.Output[str]:
        """ARN of the outbox's stream in a cell's Region."""
        if role == "primary" and self.outbox.stream_arn is not None:
            return self.outbox.stream_arn
        return self.outbox.stream_arn_in(cell.region)

    def protected(self) -> dict[str, ProtectedResource]:
        """What AWS Backup backs up in the primary Region and copies to the standby."""
        tables = {name: ProtectedResource(kind="DynamoDB", arn=table.table_arn) for name, table in self.tables.items()}
        group = {"dbSubnetGroupName": self.ledger.subnet_group_name}
        return {
            **tables,
            "ledger": ProtectedResource(kind="Aurora", arn=self.ledger.cluster_arn, restore=group),
            "audit": ProtectedResource(kind="S3", arn=self.audit.bucket_arn, tested=False),
        }

    def _table(
        self,
        name: str,
        key: str,
        *,
        indexes: tuple[GlobalSecondaryIndex, ...] = (),
        ttl: str | None = None,
        consistency: Consistency = "eventual",
    ) -> Table:
        return replicated_table(
            self._primary,
            self._standby,
            name,
            TableKey(name=key),
            indexes=indexes,
            ttl_attribute=ttl,
            consistency=consistency,
            witness_region=self._settings.witness_region if consistency == "strong" else None,
        )

    def _ledger(self) -> Aurora:
        cell, other, wanted = self._primary, self._standby, self._settings.ledger
        ledger = Aurora(
            cell.name("ledger-db"),
            AuroraArgs(
                engine_version=wanted.engine_version,
                database_name=DATABASE,
                instance_class=wanted.instance_class or None,
                capacity=None if wanted.instance_class else Capacity(least=wanted.least, most=wanted.most),
                readers=wanted.readers,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.isolated_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                global_database=other is not None,
                secret_replicas={other.region: other.kms_key_arn} if other else {},
                users=(LEDGER_USER,),
                insights="standard",
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("ledger-db"),
                tags=cell.tier_tags("ledger-db"),
            ),
            cell.child,
        )
        cell.monitor(ledger)
        return ledger

    def _ledger_standby(self) -> AuroraSecondaryCluster:
        cell, wanted = self._standby, self._settings.ledger
        assert cell is not None
        assert self.ledger.global_cluster_id is not None
        least = min(wanted.least, max(LEAST_CAPACITY, wanted.least // STANDBY_CAPACITY))
        ledger = AuroraSecondaryCluster(
            cell.name("ledger-db"),
            AuroraSecondaryClusterArgs(
                global_cluster_id=self.ledger.global_cluster_id,
                source_region=self._primary.region,
                version=self.ledger.engine_version,
                major_version=wanted.engine_version,
                secret_arn=self.ledger.secret_arn_in(cell.region),
                instance_class=wanted.instance_class or None,
                capacity=None if wanted.instance_class else Capacity(least=least, most=wanted.most),
                readers=1,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.isolated_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                users=(LEDGER_USER,),
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("ledger-db"),
                tags=cell.tier_tags("ledger-db"),
            ),
            cell.child,
        )
        cell.monitor(ledger)
        return ledger

    def _audit(self) -> DataBucket:
        cell, other, wanted = self._primary, self._standby, self._settings.audit
        audit = DataBucket(
            cell.name("audit"),
            DataBucketArgs(
                kms_key_arn=cell.kms_key_arn,
                object_lock=ObjectLock(days=wanted.days, mode=wanted.mode),
                archive_days=AUDIT_ARCHIVE_DAYS,
                replica=replica_in(other, "audit", time_control=cell.production),
                log_bucket=cell.log_bucket.bucket_name,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("audit"),
                tags=cell.tier_tags("audit"),
            ),
            cell.child,
        )
        monitor_with_replica(cell, other, audit)
        return audit
