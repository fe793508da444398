"""The path of a payment: accepted once, sent from the outbox, posted to the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.cell import Cell
from components.architectures.financial.data import (
    ANSWER_EXPIRY,
    ANSWER_KEY,
    DATABASE,
    LEDGER_USER,
    PENDING_INDEX,
    Data,
)
from components.architectures.financial.queues import LATE_SECONDS, SETTLE_SECONDS, failures, run, schedule
from components.arns import region_of
from components.availability import request_path
from components.packaging import POSTGRES, function_archive, powertools_layer
from components.settings.financial import FinancialSettings
from components.tiers.data.rds_shared import MASTER_USERNAME
from components.tiers.messaging.sqs import Queue
from components.tiers.network.security_groups import allow_traffic
from components.tiers.serverless.codedeploy import CodeDeployRelease, DeploymentStarter, DeploymentStarterArgs
from components.tiers.serverless.lambda_ import Function, FunctionArgs, SqsEventSource, StreamEventSource, VpcConfig

METRICS = "Payments"
"""CloudWatch namespace of the functions' own metrics."""
ACCEPT_SECONDS = 20
"""Timeout in seconds: below API Gateway's 29, and above two of the handler's own timeouts."""
RELAY_SECONDS, SCHEMA_SECONDS, EXPIRY_SECONDS = 60, 900, 900
"""Time-outs, seconds. The schema has ten attempts to log in, each of at most a minute."""
SETTLE_BATCHES = 10
"""Concurrent settlement batches: few connections are enough, since a posting takes milliseconds."""
SWEEP = "rate(1 minute)"
EXPIRE = "rate(1 hour)"
AWAKE = "rate(7 days)"
"""A function in a VPC that is idle for weeks loses its network interface and becomes inactive: its next call fails, and
the function needs minutes (Lambda developer guide, "Lambda function states")."""


class Processing:
    """The functions of one cell. Components: {code}-transactions, -relay, -settlement, -settlement-queue, -failed; in
    the primary cell -ledger-schema (runs once per deployment that changes it) and, if DynamoDB does not delete expired
    items, -expiry; in production -releaser.
    """

    def __init__(
        self, role: str, cell: Cell, data: Data, settings: FinancialSettings, queues: Mapping[str, tuple[Cell, Queue]]
    ) -> None:
        """queues: `settlement_queue` of every cell, by role."""
        self._role, self._cell, self._data, self._settings = role, cell, data, settings
        self._other = next((found for other, found in queues.items() if other != role), None)
        self.queue = queues[role][1]
        self._vpc = VpcConfig(id=cell.network.vpc_id, subnet_ids=cell.network.private_subnet_ids)
        self._layers = [powertools_layer(region_of(cell.kms_key_arn))]
        self.functions: dict[str, Function] = {}
        self._rules = {"sweep": schedule(cell, "sweep", SWEEP, "Sweep up outbox entries that the stream left over")}
        self._rules["awake"] = schedule(cell, "awake", AWAKE, "Call the settlement, which may be idle for weeks")
        if data.strong:
            self._rules["expire"] = schedule(cell, "expire", EXPIRE, "Delete idempotency records that are over")
        self.failed = failures(cell, [rule.arn for rule in self._rules.values()])
        self.transactions = self._transactions()
        relay = self._relay()
        self._run_by("sweep", relay, {"sweep": True})
        settlement = self._settlement()
        self._run_by("awake", settlement, {"awake": True})
        if role == "primary":
            self._schema()
        if data.strong:
            self._expiry()
        ledger = data.ledger_in(role)
        self._connect("settlement", settlement, ledger.security_group_id, ledger.port)

    def paths(self) -> list[dict[str, Any]]:
        """What the availability report cannot read from the graph: settlement works without the other Region's queue,
        which it uses only while its own database accepts no writes.
        """
        if self._other is None:
            return []
        settlement, (_, queue) = self.functions["settlement"].resource, self._other
        return [request_path("settlement-queue", [settlement, queue.resource], soft=[queue.resource])]

    def _function(
        self,
        name: str,
        folder: str,
        statements: Sequence[iam.Statement],
        environment: Mapping[str, pulumi.Input[str]],
        shape: FunctionArgs | None = None,
        *,
        handler: str = "handler.handler",
        libraries: Sequence[str] = (),
    ) -> Function:
        """A function in the private subnets of every zone. shape: sizes, event sources and releases."""
        cell = self._cell
        code = function_archive(folder, libraries=libraries)
        plain = shape or FunctionArgs(code=code, handler=handler, kms_key_arn=cell.kms_key_arn)
        made = Function(
            cell.name(name),
            replace(
                plain,
                code=code,
                handler=handler,
                kms_key_arn=cell.kms_key_arn,
                statements=statements,
                environment={"POWERTOOLS_METRICS_NAMESPACE": METRICS, **environment},
                layers=self._layers,
                vpc=self._vpc,
                log_days=cell.log_days,
                alarms=cell.alarms_of(name),
                tags=cell.tier_tags(name),
            ),
            cell.child,
        )
        assert made.security_group_id is not None, "a function in a VPC has one"
        cell.allow_aws_apis(name, made.security_group_id)
        cell.monitor(made)
        self.functions[name] = made
        return made

    def _shape(self, **given: object) -> FunctionArgs:
        """Arguments that differ from the defaults; `_function` adds the rest."""
        nothing = pulumi.AssetArchive({})
        return replace(FunctionArgs(code=nothing, handler="-", kms_key_arn=self._cell.kms_key_arn), **given)  # pyright: ignore[reportArgumentType]  # checked by FunctionArgs itself

    def _transactions(self) -> Function:
        cell, data, wanted = self._cell, self._data, self._settings.processor
        transactions, outbox, answers = (
            table.policy_arns_in(cell.region)[0] for table in (data.transactions, data.outbox, data.idempotency)
        )
        ready = wanted.provisioned if self._role == "primary" else wanted.standby_provisioned
        release = None
        if cell.production:
            releaser = DeploymentStarter(
                cell.name("releaser"),
                DeploymentStarterArgs(
                    code=function_archive("release"),
                    kms_key_arn=cell.kms_key_arn,
                    log_days=cell.log_days,
                    alarms=cell.alarms_of("releaser"),
                    tags=cell.tier_tags("releaser"),
                ),
                cell.child,
            )
            cell.monitor(releaser)
            release = CodeDeployRelease(releaser=releaser)
        return self._function(
            "transactions",
            "transactions",
            [
                iam.allow(["dynamodb:GetItem", "dynamodb:PutItem"], transactions, sid="Transactions"),
                iam.allow("dynamodb:PutItem", outbox, sid="Outbox"),
                iam.allow(
                    ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
                    answers,
                    sid="Answers",
                ),
            ],
            {
                "TRANSACTIONS_TABLE": data.transactions.table_name,
                "OUTBOX_TABLE": data.outbox.table_name,
                "IDEMPOTENCY_TABLE": data.idempotency.table_name,
            },
            self._shape(
                memory=1024, timeout=ACCEPT_SECONDS, reserved=wanted.reserved, provisioned=ready, release=release
            ),
        )

    def _relay(self) -> Function:
        cell, data = self._cell, self._data
        bucket, bucket_arn = data.audit_bucket_in(self._role)
        table, *index = data.outbox.policy_arns_in(cell.region)
        stream = StreamEventSource(
            arn=data.outbox_stream_in(self._role, cell),
            on_failure_arn=self.failed.arn,
            parallel=4,
            max_late=LATE_SECONDS,
        )
        return self._function(
            "relay",
            "outbox_relay",
            [
                iam.allow("dynamodb:UpdateItem", table, sid="Mark"),
                iam.allow("dynamodb:Query", index, sid="Sweep"),
                iam.allow("s3:PutObject", pulumi.Output.concat(bucket_arn, "/transactions/*"), sid="Audit"),
                iam.allow("sqs:SendMessage", self.queue.arn, sid="Settle"),
            ],
            {
                "OUTBOX_TABLE": data.outbox.table_name,
                "PENDING_INDEX": PENDING_INDEX,
                "AUDIT_BUCKET": bucket,
                "SETTLEMENT_QUEUE_URL": self.queue.url,
            },
            self._shape(timeout=RELAY_SECONDS, streams={"outbox": stream}, on_failure_arn=self.failed.arn),
        )

    def _settlement(self) -> Function:
        cell, data = self._cell, self._data
        ledger = data.ledger_in(self._role)
        source = SqsEventSource(arn=self.queue.arn, batch_size=10, concurrency=SETTLE_BATCHES, fifo=True)
        elsewhere: dict[str, pulumi.Input[str]] = {}
        hand_over: list[iam.Statement] = []
        if self._other is not None:
            there, queue = self._other
            elsewhere = {"OTHER_QUEUE_URL": queue.url, "OTHER_REGION": there.region}
            hand_over = [
                iam.allow("sqs:SendMessage", queue.arn, sid="HandOver"),
                iam.allow(["kms:Decrypt", "kms:GenerateDataKey"], there.kms_key_arn, sid="HandOverKey"),
            ]
        return self._function(
            "settlement",
            "settlement",
            [
                iam.allow("rds-db:connect", ledger.user_arns[LEDGER_USER], sid="Ledger"),
                iam.allow("dynamodb:UpdateItem", data.transactions.policy_arns_in(cell.region)[0], sid="Status"),
                *hand_over,
            ],
            {
                **self._login(ledger.endpoint, ledger.port),
                **elsewhere,
                "TRANSACTIONS_TABLE": data.transactions.table_name,
            },
            self._shape(timeout=SETTLE_SECONDS, queues={"queue": source}, on_failure_arn=self.failed.arn),
            libraries=POSTGRES,
        )

    def _schema(self) -> None:
        """The ledger's tables and the settlement's user, created by the master user, whom only the proxy can log in."""
        cell, ledger = self._cell, self._data.ledger
        assert ledger.connect_arn is not None, "the ledger has a proxy"
        made = self._function(
            "ledger-schema",
            "settlement",
            [iam.allow("rds-db:connect", ledger.connect_arn, sid="Master")],
            {**self._login(ledger.endpoint, ledger.port), "MASTER_USER": MASTER_USERNAME},
            self._shape(timeout=SCHEMA_SECONDS),
            handler="schema.handler",
            libraries=POSTGRES,
        )
        opened = self._connect("ledger-schema", made, ledger.security_group_id, ledger.port)
        aws.lambda_.Invocation(
            cell.name("ledger-schema-run"),
            function_name=made.function_name,
            # A changed bundle has a new version, and a cluster that is created anew or restored another resource id, so
            # the schema is applied again, which changes nothing if it is up to date.
            input=pulumi.Output.json_dumps(
                {"version": made.version, "database": ledger.cluster.cluster_resource_id}, sort_keys=True
            ),
            # The proxy needs its target, and the function needs network access to the proxy.
            opts=pulumi.ResourceOptions(parent=cell, depends_on=[ledger, made, *opened]),
        )

    def _expiry(self) -> None:
        table = self._data.idempotency
        made = self._function(
            "expiry",
            "expiry",
            [
                iam.allow(
                    ["dynamodb:DeleteItem", "dynamodb:Scan"], table.policy_arns_in(self._cell.region)[0], sid="Expired"
                )
            ],
            {
                "TABLE_NAME": table.table_name,
                "KEY_NAME": ANSWER_KEY,
                "EXPIRY_NAME": ANSWER_EXPIRY,
                "GRACE_SECONDS": "3600",
            },
            self._shape(timeout=EXPIRY_SECONDS, on_failure_arn=self.failed.arn),
        )
        self._run_by("expire", made, {})

    @staticmethod
    def _login(host: pulumi.Input[str], port: int) -> dict[str, pulumi.Input[str]]:
        return {
            "DATABASE_HOST": host,
            "DATABASE_PORT": str(port),
            "DATABASE_NAME": DATABASE,
            "DATABASE_USER": LEDGER_USER,
        }

    def _run_by(self, name: str, function: Function, event: object) -> None:
        run(self._cell, name, self._rules[name], function, event, failed=self.failed)

    def _connect(
        self, name: str, function: Function, called: pulumi.Input[str], port: int
    ) -> Sequence[pulumi.Resource]:
        assert function.security_group_id is not None
        return allow_traffic(
            self._cell.name(f"{name}-database"),
            caller=function.security_group_id,
            called=called,
            ports=[port],
            tags=self._cell.tier_tags(name),
            opts=self._cell.child,
        )
