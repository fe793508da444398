"""DynamoDB tables, and global tables if there is a standby Region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Alarming, Metric, metric_alarm, widget
from components.arns import region_of
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.rds_shared import arn_in

AttributeType = Literal["S", "N", "B"]
StreamView = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
Consistency = Literal["eventual", "strong"]

STRONG_REGION_SETS = (
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
)
"""Sets of Regions within which multi-Region strong consistency is possible (DynamoDB developer guide,
global tables)."""
REPLICATION_MILLISECONDS = 5000
"""ReplicationLatency in milliseconds above which the alarm fires; it is usually below one second."""
OPERATIONS = ("GetItem", "PutItem", "Query", "UpdateItem")
"""Operations whose system errors have alarms."""


@dataclass(frozen=True, kw_only=True)
class TableKey:
    """A key attribute. type: S (string), N (number) or B (binary)."""

    name: str
    type: AttributeType = "S"


@dataclass(frozen=True, kw_only=True)
class GlobalSecondaryIndex:
    """A global secondary index. include: attributes projected besides the keys; None: all, empty: none."""

    name: str
    hash_key: TableKey
    range_key: TableKey | None = None
    include: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class TableArgs(StatefulTierArgs):
    """Inputs of `Table`.

    region: Region of the table. replicas: other Region -> KMS key in that Region; with customer managed keys DynamoDB
    needs one per replica, and a changed key recreates the replica. replica_alarms: Region of a replica -> SNS topics
    for alarms in that Region. consistency: ``strong`` replicates every write synchronously to three Regions of one set
    (us, eu or ap): two replicas, or one replica and witness_region. It can be chosen only while the table is empty,
    cannot be changed, and excludes ttl_attribute (and transactions). ttl_attribute: number attribute with the epoch
    second after which an item expires. stream: content of stream records; a global table needs NEW_AND_OLD_IMAGES.
    recovery_days: point-in-time recovery, 1-35 days. max_reads, max_writes: request units per second above which
    on-demand capacity throttles.

    Raises ValueError if the arguments contradict each other.
    """

    region: str
    hash_key: TableKey
    range_key: TableKey | None = None
    indexes: tuple[GlobalSecondaryIndex, ...] = ()
    ttl_attribute: str | None = None
    stream: StreamView | None = None
    replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    replica_alarms: Mapping[str, Alarming] = field(default_factory=dict[str, Alarming])
    consistency: Consistency = "eventual"
    witness_region: str | None = None
    recovery_days: int = 35
    max_reads: int | None = None
    max_writes: int | None = None

    def __post_init__(self) -> None:
        if strangers := sorted(set(self.replica_alarms) - set(self.replicas)):
            raise ValueError(f"replica_alarms={strangers}: no replica there")
        for name in ("max_reads", "max_writes"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"{name}={value}: must be at least 1, or None for no limit")
        self.attributes()
        if self.consistency == "strong":
            self._check_strong()
        elif self.witness_region:
            raise ValueError(f"witness_region={self.witness_region}: only with consistency=strong")

    def _check_strong(self) -> None:
        others = [*self.replicas, *([self.witness_region] if self.witness_region else [])]
        if len({self.region, *others}) != 3 or len(others) != 2 or not self.replicas:
            raise ValueError(
                f"consistency=strong: needs exactly three Regions, two replicas or a replica and a witness; "
                f"given {sorted({self.region, *others})}"
            )
        if not any({self.region, *others} <= regions for regions in STRONG_REGION_SETS):
            raise ValueError(f"consistency=strong: {sorted({self.region, *others})} are not of one Region set")
        if self.ttl_attribute:
            raise ValueError(f"ttl_attribute={self.ttl_attribute}: not with consistency=strong; expire in the code")

    def attributes(self) -> dict[str, AttributeType]:
        """Attribute definitions: exactly the attributes used in keys, since others would show as a difference in every
        preview.

        Raises ValueError if an attribute has two types.
        """
        keys = [self.hash_key, self.range_key]
        for index in self.indexes:
            keys += [index.hash_key, index.range_key]
        found: dict[str, AttributeType] = {}
        for key in (key for key in keys if key):
            if found.setdefault(key.name, key.type) != key.type:
                raise ValueError(f"attribute {key.name}: used as {found[key.name]} and as {key.type}")
        return found


class Table(pulumi.ComponentResource):
    """An on-demand table with point-in-time recovery, replicated to each Region in ``replicas``.

    Children: {name}-table, alarms. table_name: the same in every Region. replica_arns: Region -> ARN. policy_arns: the
    table and its indexes in its own Region, for IAM policies. stream_arn: None without a stream; for another Region use
    `stream_arn_in`. alarms: in the table's Region. replica_alarms: Region -> alarms there: errors of its clients, and
    the replication latency of its writes to other Regions.
    """

    table_name: pulumi.Output[str]
    table_arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str] | None
    replica_arns: dict[str, pulumi.Output[str]]
    policy_arns: list[pulumi.Output[str]]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    replica_alarms: dict[str, dict[str, aws.cloudwatch.MetricAlarm]]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: TableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Table", name, None, opts)
        self._prefix, self._args = name, args
        view: StreamView | None = "NEW_AND_OLD_IMAGES" if args.replicas else args.stream
        limits = (args.max_reads, args.max_writes)
        self.table = aws.dynamodb.Table(
            f"{name}-table",
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.hash_key.name,
            range_key=args.range_key.name if args.range_key else None,
            attributes=[
                aws.dynamodb.TableAttributeArgs(name=attribute, type=kind)
                for attribute, kind in sorted(args.attributes().items())
            ],
            global_secondary_indexes=[self._index(index) for index in args.indexes] or None,
            ttl=(
                aws.dynamodb.TableTtlArgs(attribute_name=args.ttl_attribute, enabled=True)
                if args.ttl_attribute
                else None
            ),
            stream_enabled=True if view else None,
            stream_view_type=view,
            on_demand_throughput=(
                # -1 means no limit
                aws.dynamodb.TableOnDemandThroughputArgs(
                    max_read_request_units=args.max_reads or -1, max_write_request_units=args.max_writes or -1
                )
                if any(limits)
                else None
            ),
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(
                enabled=True, recovery_period_in_days=args.recovery_days
            ),
            server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(
                enabled=True, kms_key_arn=args.kms_key_arn
            ),
            deletion_protection_enabled=args.retain_data,
            replicas=[self._replica(region) for region in sorted(args.replicas)] or None,
            global_table_witness=(
                aws.dynamodb.TableGlobalTableWitnessArgs(region_name=args.witness_region)
                if args.witness_region
                else None
            ),
            tags=named(args.tags, f"{name}-table"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        self.table_name, self.table_arn = self.table.name, self.table.arn
        self.stream_arn = self.table.stream_arn if view else None
        self.replica_arns = {region: self._arn_in(region) for region in args.replicas}
        self.policy_arns = [self.table_arn]
        if args.indexes:
            self.policy_arns.append(pulumi.Output.concat(self.table_arn, "/index/*"))
        self._monitor()
        self.register_outputs({"tableName": self.table_name, "tableArn": self.table_arn})

    def stream_arn_in(self, region: str) -> pulumi.Output[str]:
        """ARN of the stream of the replica in ``region``; each replica has its own stream."""
        return self.table.replicas.apply(
            lambda made: next((str(one.stream_arn or "") for one in made or [] if one.region_name == region), "")
        )

    def policy_arns_in(self, region: str) -> list[pulumi.Output[str]]:
        """`policy_arns` of the table in ``region``: its own Region or a replica's."""
        return [arn_in(region, arn) for arn in self.policy_arns]

    def _arn_in(self, region: str) -> pulumi.Output[str]:
        """The ARN of the replica in ``region``: the table's ARN with another Region."""
        return arn_in(region, self.table_arn)

    def _index(self, index: GlobalSecondaryIndex) -> aws.dynamodb.TableGlobalSecondaryIndexArgs:
        keys = [("HASH", index.hash_key), *([("RANGE", index.range_key)] if index.range_key else [])]
        projection = "ALL" if index.include is None else "INCLUDE" if index.include else "KEYS_ONLY"
        return aws.dynamodb.TableGlobalSecondaryIndexArgs(
            name=index.name,
            key_schemas=[
                aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name=key.name, key_type=kind)
                for kind, key in keys
            ],
            projection_type=projection,
            non_key_attributes=list(index.include) if index.include else None,
        )

    def _replica(self, region: str) -> aws.dynamodb.TableReplicaArgs:
        args = self._args
        return aws.dynamodb.TableReplicaArgs(
            region_name=region,
            kms_key_arn=args.replicas[region],
            point_in_time_recovery=True,
            deletion_protection_enabled=args.retain_data,
            propagate_tags=True,
            consistency_mode="STRONG" if args.consistency == "strong" else "EVENTUAL",
        )

    def _metric(self, title: str, more: Mapping[str, pulumi.Input[str]], statistic: str = "Sum") -> Metric:
        of: dict[str, pulumi.Input[str]] = {"TableName": self.table_name}
        return Metric(namespace="AWS/DynamoDB", name=title, dimensions={**of, **more}, statistic=statistic)

    def _rules(self, others: Sequence[str], operations: Sequence[str]) -> dict[str, tuple[Metric, float, str]]:
        """Alarm rules: throttles, system errors of ``operations``, and replication latency to the ``others``."""
        rules: dict[str, tuple[Metric, float, str]] = {}
        for kind in ("Read", "Write"):
            throttles = f"{kind.lower()} requests are throttled"
            rules[f"{kind.lower()}-throttles"] = (self._metric(f"{kind}ThrottleEvents", {}), 0, throttles)
        for operation in operations:
            errors = f"{operation} fails inside DynamoDB"
            rules[f"errors-{operation}"] = (self._metric("SystemErrors", {"Operation": operation}), 0, errors)
        if self._args.consistency == "eventual":
            for region in others:
                late = f"{region} is more than {REPLICATION_MILLISECONDS} ms behind; that much would be lost"
                watched = self._metric("ReplicationLatency", {"ReceivingRegion": region}, "Average")
                rules[f"replication-{region}"] = (watched, REPLICATION_MILLISECONDS, late)
        return rules

    def _alarms(
        self, name: str, rules: Mapping[str, tuple[Metric, float, str]], to: Alarming, region: str | None
    ) -> dict[str, aws.cloudwatch.MetricAlarm]:
        """Create the alarms. Missing data means that there were no such requests, so it does not fire."""
        made: dict[str, aws.cloudwatch.MetricAlarm] = {}
        for key, (watched, threshold, what) in rules.items():
            spec = Alarm(
                metric=watched,
                threshold=threshold,
                comparison="GreaterThanThreshold",
                missing="notBreaching",
                description=f"{name}: {what}",
                periods=5,
                datapoints=3,
            )
            opts = pulumi.ResourceOptions(parent=self)
            made[key] = metric_alarm(f"{name}-{key}", spec, to, opts, region=region)
        return made

    def _monitor(self) -> None:
        name, args = self._prefix, self._args
        rules = self._rules(sorted(args.replicas), OPERATIONS)
        self.alarms = self._alarms(name, rules, args.alarms, None)
        self.replica_alarms = {}
        for region, to in sorted(args.replica_alarms.items()):
            others = sorted({args.region, *args.replicas} - {region})
            self.replica_alarms[region] = self._alarms(f"{name}-{region}", self._rules(others, ()), to, region)
        region = region_of(self.table_arn)
        used = [self._metric("ConsumedReadCapacityUnits", {}), self._metric("ConsumedWriteCapacityUnits", {})]
        self.widgets = [
            widget(f"{name}: capacity", region, used),
            widget(f"{name}: trouble", region, [watched for watched, _, _ in rules.values()]),
        ]
