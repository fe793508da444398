"""RDS databases, DynamoDB tables and caches of an architecture, and what a service needs to use one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.services import Dependency
from components.settings.databases import CacheSettings, RdsSettings
from components.tiers.data.dynamodb import Consistency, GlobalSecondaryIndex, StreamView, Table, TableArgs, TableKey
from components.tiers.data.elasticache import MAINTENANCE, STANDBY_MAINTENANCE, Cache, CacheArgs
from components.tiers.data.rds import (
    BackupReplication,
    Engine,
    RdsCrossRegionReplica,
    RdsCrossRegionReplicaArgs,
    RdsDatabase,
    RdsDatabaseArgs,
)

BACKUP_DAYS = {False: 7, True: 35}
"""Days of point-in-time recovery of a database, by whether it is a production stack."""
STREAM: StreamView = "NEW_AND_OLD_IMAGES"
"""The stream of every table, also with one Region: what a global table needs. Otherwise the removal of a standby Region
would stop: the provider changes the stream before it removes the replicas, and DynamoDB says "Disabling Stream is not
allowed for a Global Table replica" (hashicorp/terraform-provider-aws#34450). A stream that nobody reads costs nothing
(DynamoDB pricing: streams read request units)."""
LEAST_IOPS = 3000
"""IOPS of a Multi-AZ DB cluster, which needs one per 2 GiB (RDS user guide, "Provisioned IOPS SSD storage")."""


@dataclass(frozen=True)
class DatabaseReader:
    """A read replica that services ask while the database itself does not answer; attributes as of `DatabaseAccess`."""

    instance: aws.rds.Instance
    endpoint: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    connect_arn: pulumi.Output[str]


@dataclass(frozen=True)
class DatabaseAccess:
    """How the services of a cell connect to a database: as ``user``, with IAM. connect_arn: resource for
    ``rds-db:connect``. In the primary Region they connect to the proxy, in the standby Region to the read replica.
    reader: a read replica in the same Region besides.
    """

    endpoint: pulumi.Output[str]
    port: int
    security_group_id: pulumi.Output[str]
    database_name: str
    user: str
    connect_arn: pulumi.Output[str]
    reader: DatabaseReader | None = None


class RdsDatabases:
    """A database in the primary cell and, if the settings ask for one, its read replica in the standby cell.

    Components: {code}-{identifier} in each. access: by role of the cell, for cells with a database.
    """

    main: RdsDatabase
    access: dict[str, DatabaseAccess]
    _engine: Engine

    def __init__(
        self,
        architecture: Architecture,
        role: str,
        *,
        identifier: str,
        engine: Engine,
        database_name: str,
        user: str,
        wanted: RdsSettings,
    ) -> None:
        """role: for alarms and tags. identifier: it is fixed, so it must contain the scenario. user: of the services;
        `apply_schema` creates it.
        """
        self._role, self._identifier, self._engine, self._wanted = role, identifier, engine, wanted
        self._database_name, self._user = database_name, user
        primary, standby = architecture.primary, architecture.standby
        replicated = standby is not None and wanted.standby == "replica"
        self.main = self._primary(primary, standby, replicated=replicated)
        self.access = {"primary": replace(self._access(self.main), reader=self._reader())}
        if standby is not None and replicated:
            self.access["standby"] = self._standby(standby)

    def _access(self, to: RdsDatabase | RdsCrossRegionReplica) -> DatabaseAccess:
        return DatabaseAccess(
            to.endpoint, to.port, to.security_group_id, self._database_name, self._user, to.user_arns[self._user]
        )

    def _reader(self) -> DatabaseReader | None:
        """The read replica of the first of the zones that have one; services need no second."""
        made = self.main
        if not made.replicas:
            return None
        zone = min(made.replicas)
        connect_arn = made.replica_user_arns[zone][self._user]
        return DatabaseReader(made.replicas[zone], made.reader_endpoints[zone], made.replica_group_id, connect_arn)

    def _primary(self, cell: Cell, other: Cell | None, *, replicated: bool) -> RdsDatabase:
        wanted = self._wanted
        zones = sorted(cell.zones)[len(cell.zones) - wanted.replicas :]
        own_password = bool(zones) or replicated
        made = RdsDatabase(
            cell.name(self._identifier),
            RdsDatabaseArgs(
                engine=self._engine,
                engine_version=wanted.engine_version,
                topology=wanted.topology,
                instance_class=wanted.instance_class,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.isolated_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                database_name=self._database_name,
                users=(self._user,),
                storage_gib=wanted.storage,
                max_storage_gib=wanted.max_storage,
                iops=max(LEAST_IOPS, math.ceil(wanted.storage / 2)),
                replica_zones=tuple(zones),
                standby_replica=replicated,
                backup_days=BACKUP_DAYS[cell.production],
                backup_copy=BackupReplication(region=other.region, kms_key_arn=other.kms_key_arn)
                if other and not replicated
                else None,
                secret_replicas={other.region: other.kms_key_arn} if other and own_password else {},
                retain_data=cell.retain_data,
                alarms=cell.alarms_of(self._role),
                tags=cell.tier_tags(self._role),
            ),
            cell.child,
        )
        cell.monitor(made)
        return made

    def _standby(self, cell: Cell) -> DatabaseAccess:
        wanted = self._wanted
        made = RdsCrossRegionReplica(
            cell.name(self._identifier),
            RdsCrossRegionReplicaArgs(
                source_arn=self.main.database_arn,
                promoted=wanted.promoted,
                users=(self._user,),
                engine=self._engine,
                engine_version=wanted.engine_version,
                instance_class=wanted.instance_class,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.isolated_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                storage_gib=wanted.storage,
                max_storage_gib=wanted.max_storage,
                backup_days=BACKUP_DAYS[cell.production],
                retain_data=cell.retain_data,
                alarms=cell.alarms_of(self._role),
                tags=cell.tier_tags(self._role),
            ),
            cell.child,
        )
        cell.monitor(made)
        return self._access(made)


def replicated_table(
    primary: Cell,
    standby: Cell | None,
    name: str,
    key: TableKey,
    *,
    indexes: tuple[GlobalSecondaryIndex, ...] = (),
    ttl_attribute: str | None = None,
    consistency: Consistency = "eventual",
    witness_region: str | None = None,
) -> Table:
    """The DynamoDB table {code}-{name} of the primary cell, with a replica in the standby cell if there is one."""
    made = Table(
        primary.name(name),
        TableArgs(
            region=primary.region,
            hash_key=key,
            indexes=indexes,
            ttl_attribute=ttl_attribute,
            stream=STREAM,
            kms_key_arn=primary.kms_key_arn,
            replicas={standby.region: standby.kms_key_arn} if standby else {},
            replica_alarms={standby.region: standby.alarms_of(name)} if standby else {},
            consistency=consistency,
            witness_region=witness_region,
            retain_data=primary.retain_data,
            alarms=primary.alarms_of(name),
            tags=primary.tier_tags(name),
        ),
        primary.child,
    )
    primary.monitor(made)
    if standby:
        standby.monitor_replica(name, made.replica_alarms[standby.region])
    return made


def caches(architecture: Architecture, name: str, wanted: CacheSettings) -> dict[str, Cache]:
    """A cache in each cell, {code}-{name}, by role of the cell."""
    made: dict[str, Cache] = {}
    for role, cell in architecture.cells.items():
        made[role] = Cache(
            cell.name(name),
            CacheArgs(
                engine=wanted.engine,
                node_type=wanted.node_type,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.isolated_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                maintenance_window=MAINTENANCE if role == "primary" else STANDBY_MAINTENANCE,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("cache"),
                tags=cell.tier_tags("cache"),
            ),
            cell.child,
        )
        cell.monitor(made[role])
    return made


@dataclass(frozen=True)
class ClientConfiguration:
    """What a service needs to use a data store: environment variables, permissions, and whom it calls."""

    environment: dict[str, pulumi.Input[str]]
    statements: list[iam.Statement]
    dependencies: list[Dependency]


def cache_client(cache: Cache) -> ClientConfiguration:
    """For a service that uses the cache with IAM authentication. CACHE_NAME is what its tokens are signed for."""
    return ClientConfiguration(
        environment={
            "CACHE_HOST": cache.endpoint,
            "CACHE_READER_HOST": cache.reader_endpoint,
            "CACHE_PORT": str(cache.port),
            "CACHE_USER": cache.username,
            "CACHE_NAME": cache.nodes.replication_group_id,
        },
        statements=[iam.allow("elasticache:Connect", cache.connect_arns, sid="Cache")],
        dependencies=[Dependency(role="cache", security_group_id=cache.security_group_id, port=cache.port)],
    )


def database_client(role: str, access: DatabaseAccess | None) -> ClientConfiguration:
    """For a service that uses the database; empty in a Region without one. role: part of the rules' names."""
    if access is None:
        return ClientConfiguration({}, [], [])
    environment, arns = database_environment(access), [access.connect_arn]
    called = [Dependency(role=role, security_group_id=access.security_group_id, port=access.port)]
    if access.reader is not None:
        environment["DATABASE_READER_HOST"] = access.reader.endpoint
        arns.append(access.reader.connect_arn)
        reader = Dependency(role=f"{role}-reader", security_group_id=access.reader.security_group_id, port=access.port)
        called.append(reader)
    allowed = iam.allow("rds-db:connect", arns, sid=role.capitalize())
    return ClientConfiguration(environment, [allowed], called)


def database_environment(access: DatabaseAccess) -> dict[str, pulumi.Input[str]]:
    """The environment variables with which services, and the function that applies the schema, find the database."""
    return {
        "DATABASE_HOST": access.endpoint,
        "DATABASE_PORT": str(access.port),
        "DATABASE_NAME": access.database_name,
        "DATABASE_USER": access.user,
    }
