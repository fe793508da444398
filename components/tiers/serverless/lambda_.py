"""A Lambda function with its role, log group, alias, event sources, alarms and safe releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.alarms import Metric, alarms_above, widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.serverless.codedeploy import CodeDeployRelease, release_through_codedeploy


@dataclass(frozen=True, kw_only=True)
class SqsEventSource:
    """An SQS queue as event source, with partial batch responses.

    arn: ARN of the queue. batch_size: records, 1-10 for FIFO queues and without a window, otherwise up to 10000.
    window: seconds to collect a batch, 0-300, 0 for FIFO. concurrency: concurrent batches, 2-1000, at most the reserved
    concurrency.
    """

    arn: pulumi.Input[str]
    batch_size: int = 10
    window: int = 0
    concurrency: int = 10
    fifo: bool = False


@dataclass(frozen=True, kw_only=True)
class StreamEventSource:
    """A DynamoDB stream as event source, read from its oldest record, with partial batch responses.

    arn: ARN of the stream. batch_size: records, 1-10000. parallel: concurrent batches per shard, 1-10; the order per
    key is kept. retries: 0-10000, of a batch that is halved each time; after that its position goes to on_failure_arn,
    a standard SQS queue, and the stream continues. max_late: age of a record, in seconds, above which the alarm fires.

    Raises ValueError if a batch would be retried until it expires.
    """

    arn: pulumi.Input[str]
    on_failure_arn: pulumi.Input[str]
    batch_size: int = 100
    parallel: int = 1
    retries: int = 10
    max_late: int = 60

    def __post_init__(self) -> None:
        if self.retries < 0:
            raise ValueError(f"retries={self.retries}: must be at least 0; -1 would retry until the record expires")


@dataclass(frozen=True, kw_only=True)
class VpcConfig:
    """Subnets of the function's network interfaces: a private subnet in each of at least two zones."""

    id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids={sorted(self.subnet_ids)}: a single zone; give a subnet in at least 2")


@dataclass(frozen=True, kw_only=True)
class FunctionArgs(EncryptedTierArgs):
    """Inputs of `Function`.

    code: deployment package, see `components.packaging`. handler: ``file.function`` in it. statements: IAM permissions
    of the code, besides logs, traces and its queues. environment: plain values only; secrets by ARN. memory: MB,
    128-10240. timeout: seconds, 1-900. reserved: reserved concurrency, also the maximum; default unreserved.
    provisioned: provisioned concurrency, at most ``reserved``. vpc: default none. on_failure_arn: SQS queue for
    asynchronous events that failed all retries. queues, streams: event sources by name. release: shift traffic with
    CodeDeploy, which notifies the alarms' topics, encrypted with the same key; default: all at once. max_errors: errors
    per minute above which the alarm fires (and a release is rolled back). failures: the metric that counts as errors,
    in place of Lambda's Errors; for a function that answers some callers with an exception, so that callers cannot make
    the alarm fire. log_days: retention of logs, days (a value that CloudWatch Logs has).

    Raises ValueError if reserved is too small for its queues.
    """

    code: pulumi.Archive
    handler: str
    statements: Sequence[iam.Statement] = ()
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    layers: Sequence[pulumi.Input[str]] = ()
    runtime: aws.lambda_.Runtime = aws.lambda_.Runtime.PYTHON3D13
    memory: int = 512
    timeout: int = 30
    reserved: int | None = None
    provisioned: int | None = None
    vpc: VpcConfig | None = None
    on_failure_arn: pulumi.Input[str] | None = None
    queues: Mapping[str, SqsEventSource] = field(default_factory=dict[str, SqsEventSource])
    streams: Mapping[str, StreamEventSource] = field(default_factory=dict[str, StreamEventSource])
    release: CodeDeployRelease | None = None
    max_errors: int = 0
    failures: Metric | None = None
    log_days: int = 365

    def __post_init__(self) -> None:
        if self.reserved is not None and self.reserved < 1:
            raise ValueError(f"reserved={self.reserved}: must be at least 1; 0 would stop the function")
        needed = sum(q.concurrency for q in self.queues.values())
        if self.reserved is not None and needed > self.reserved:
            raise ValueError(
                f"queues: they poll {needed} batches at once with reserved={self.reserved}; "
                "throttled batches would end in the dead-letter queue: give reserved at least that"
            )


def service_of(name: str) -> str:
    """The service of the function ``name`` for Powertools: the dimension ``service`` of the metrics that its code
    publishes, and the annotation ``Service`` of its traces. It contains the stack's name, as these are the account's.
    """
    return f"{pulumi.get_stack()}-{name}"


ALIAS = "live"
"""The alias that callers use, so that versions can be shifted and rolled back behind it."""
SLOW = 0.8
"""Share of the timeout; the alarm fires when the p99 duration is above it, before invocations are cut off."""

_NETWORK_INTERFACES = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
]


class Function(pulumi.ComponentResource):
    """A Lambda function on arm64, published, called through the alias ``live``.

    Children: {name} (function), {name}-role, {name}-permissions, {name}-logs, {name}-live, {name}-{source}, and
    depending on the arguments {name}-sg, {name}-provisioned, {name}-asynchronous, {name}-release…; alarms.
    """

    arn: pulumi.Output[str]
    """ARN of the alias, for callers and policies."""
    invoke_arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    alias_name: pulumi.Output[str]
    version: pulumi.Output[str]
    """The newest published version."""
    resource: aws.lambda_.Function
    role_arn: pulumi.Output[str]
    role_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str] | None
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Function", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_days,
            kms_key_id=args.kms_key_arn,
            tags=named(args.tags, f"{name}-logs"),
            opts=self._child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=iam.trust("lambda.amazonaws.com"),
            description=f"What the function {name} may do",
            tags=named(args.tags, f"{name}-role"),
            opts=self._child,
        )
        permissions = aws.iam.RolePolicy(
            f"{name}-permissions", role=role.name, policy=iam.document(*self._statements(logs)), opts=self._child
        )
        group = self._security_group()
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            code=args.code,
            handler=args.handler,
            runtime=args.runtime,
            architectures=["arm64"],
            memory_size=args.memory,
            timeout=args.timeout,
            publish=True,
            layers=list(args.layers),
            reserved_concurrent_executions=args.reserved,
            kms_key_arn=args.kms_key_arn,
            environment={
                "variables": {"POWERTOOLS_SERVICE_NAME": service_of(name), "LOG_LEVEL": "INFO", **args.environment}
            },
            logging_config={"log_format": "JSON", "log_group": logs.name},
            tracing_config={"mode": "Active"},
            vpc_config={"subnet_ids": list(args.vpc.subnet_ids.values()), "security_group_ids": [group.id]}
            if args.vpc and group
            else None,
            tags=named(args.tags, name),
            # Without its permissions the function cannot create network interfaces, write logs or poll.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions]),
        )
        if args.vpc:
            self._deny_network_interfaces_to_code(role, function)
        alias = aws.lambda_.Alias(
            f"{name}-{ALIAS}",
            name=ALIAS,
            function_name=function.arn,
            function_version=function.version,
            description="What callers call",
            # CodeDeploy moves the alias; an update must not move it back.
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["functionVersion", "routingConfig"] if args.release else []
            ),
        )
        self._function, self._alias, self.resource = function, alias, function
        self.arn, self.invoke_arn, self.function_name = alias.arn, alias.invoke_arn, function.name
        self.alias_name = alias.name
        self.version = function.version
        self.role_arn, self.role_name, self.log_group_name = role.arn, role.name, logs.name
        self.security_group_id = group.id if group else None

        self._concurrency()
        self._sources()
        self._alarms()
        if args.release:
            release_through_codedeploy(
                name,
                args.release,
                function,
                alias,
                self.alarms["errors"],
                args.alarms,
                args.kms_key_arn,
                args.tags,
                self,
            )
        self.register_outputs({"arn": self.arn, "functionName": self.function_name, "roleArn": self.role_arn})

    def allow(self, role: str, service: str, source_arn: pulumi.Input[str]) -> aws.lambda_.Permission:
        """Allow an AWS service (``apigateway.amazonaws.com``, ``events.amazonaws.com``) to call the alias
        for a source.
        """
        return aws.lambda_.Permission(
            f"{self._prefix}-{role}",
            action="lambda:InvokeFunction",
            function=self._function.name,
            qualifier=self._alias.name,
            principal=service,
            source_arn=source_arn,
            opts=self._child,
        )

    def _statements(self, logs: aws.cloudwatch.LogGroup) -> list[iam.Statement]:
        args = self._args
        statements: list[iam.Statement] = [
            iam.allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.Output.concat(logs.arn, ":*"), sid="Logs"),
            # X-Ray has no resource-level permissions for writing traces.
            iam.allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*", sid="Traces"),
            iam.allow(["kms:Decrypt", "kms:GenerateDataKey"], args.kms_key_arn, sid="Key"),
        ]
        if args.vpc:
            # Lambda checks these on "*" when it creates the interfaces (Lambda guide, "Execution role and VPC").
            statements.append(iam.allow(_NETWORK_INTERFACES, "*", sid="NetworkInterfaces"))
        if args.on_failure_arn is not None:
            statements.append(iam.allow("sqs:SendMessage", args.on_failure_arn, sid="OnFailure"))
        if args.queues:
            receive = [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ChangeMessageVisibility",
            ]
            statements.append(iam.allow(receive, [q.arn for q in args.queues.values()], sid="Queues"))
        if args.streams:
            read = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
            statements.append(iam.allow(read, [s.arn for s in args.streams.values()], sid="Streams"))
            # ListStreams has no resource type (Service Authorization Reference, DynamoDB).
            statements.append(iam.allow("dynamodb:ListStreams", "*", sid="StreamList"))
            kept = list({id(s.on_failure_arn): s.on_failure_arn for s in args.streams.values()}.values())
            statements.append(iam.allow("sqs:SendMessage", kept, sid="StreamFailures"))
        return [*statements, *args.statements]

    def _security_group(self) -> aws.ec2.SecurityGroup | None:
        if self._args.vpc is None:
            return None
        return aws.ec2.SecurityGroup(
            f"{self._prefix}-sg",
            vpc_id=self._args.vpc.id,
            description=f"Function {self._prefix}: calls out, is not called over the network",
            tags=named(self._args.tags, f"{self._prefix}-sg"),
            opts=self._child,
        )

    def _deny_network_interfaces_to_code(self, role: aws.iam.Role, function: aws.lambda_.Function) -> None:
        """Deny network interface actions to the code: only Lambda itself needs them, not code that an attacker controls
        (Lambda guide, SourceFunctionArn).
        """
        deny = {
            "Sid": "NotFromCode",
            "Effect": "Deny",
            "Action": _NETWORK_INTERFACES,
            "Resource": "*",
            "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": [function.arn]}},
        }
        aws.iam.RolePolicy(f"{self._prefix}-not-from-code", role=role.name, policy=iam.document(deny), opts=self._child)

    def _concurrency(self) -> None:
        name, args = self._prefix, self._args
        if args.provisioned is not None:
            aws.lambda_.ProvisionedConcurrencyConfig(
                f"{name}-provisioned",
                function_name=self._function.name,
                qualifier=self._alias.name,
                provisioned_concurrent_executions=args.provisioned,
                opts=self._child,
            )
        if args.on_failure_arn is not None:
            aws.lambda_.FunctionEventInvokeConfig(
                f"{name}-asynchronous",
                function_name=self._function.name,
                qualifier=self._alias.name,
                maximum_retry_attempts=2,
                maximum_event_age_in_seconds=21_600,
                destination_config={"on_failure": {"destination": args.on_failure_arn}},
                opts=self._child,
            )

    def _sources(self) -> None:
        for source, queue in self._args.queues.items():
            aws.lambda_.EventSourceMapping(
                f"{self._prefix}-{source}",
                event_source_arn=queue.arn,
                function_name=self._alias.arn,
                batch_size=queue.batch_size,
                maximum_batching_window_in_seconds=None if queue.fifo else queue.window,
                function_response_types=["ReportBatchItemFailures"],
                scaling_config={"maximum_concurrency": queue.concurrency},
                tags=named(self._args.tags, f"{self._prefix}-{source}"),
                opts=self._child,
            )

        for source, stream in self._args.streams.items():
            aws.lambda_.EventSourceMapping(
                f"{self._prefix}-{source}",
                event_source_arn=stream.arn,
                function_name=self._alias.arn,
                starting_position="TRIM_HORIZON",
                batch_size=stream.batch_size,
                parallelization_factor=stream.parallel,
                maximum_retry_attempts=stream.retries,
                bisect_batch_on_function_error=True,
                function_response_types=["ReportBatchItemFailures"],
                destination_config={"on_failure": {"destination_arn": stream.on_failure_arn}},
                tags=named(self._args.tags, f"{self._prefix}-{source}"),
                opts=self._child,
            )

    def _alarms(self) -> None:
        name, args = self._prefix, self._args
        of_alias = {
            "FunctionName": self._function.name,
            "Resource": pulumi.Output.concat(self._function.name, ":", ALIAS),
        }

        def metric(what: str, statistic: str = "Sum") -> Metric:
            return Metric(namespace="AWS/Lambda", name=what, dimensions=of_alias, statistic=statistic)

        slow = int(args.timeout * 1000 * SLOW)
        table = {
            "errors": (args.failures or metric("Errors"), args.max_errors, 1, "errors in a minute"),
            "throttles": (metric("Throttles"), 0, 3, "invocations are turned away: raise the reserved concurrency"),
            "slow": (metric("Duration", "p99"), slow, 3, f"p99 above {slow} ms, near the time-out"),
        }
        if args.provisioned is not None:
            spill = metric("ProvisionedConcurrencySpilloverInvocations")
            table["spillover"] = (spill, 0, 5, "provisioned concurrency is used up: cold starts")
        if args.on_failure_arn is not None:
            lost = metric("DestinationDeliveryFailures")
            table["undelivered"] = (lost, 0, 1, "failed events could not be kept in the failure queue")
        if args.streams:
            late = max(stream.max_late for stream in args.streams.values())
            waiting = metric("IteratorAge", "Maximum")
            table["late"] = (waiting, late * 1000, 3, f"records of a stream wait for more than {late} s")
        self.alarms = alarms_above(name, table, args.alarms, self._child)
        shown = [metric("Invocations"), metric("Errors"), metric("Throttles"), metric("Duration", "p99")]
        self.widgets = [widget(f"{name}: function", arns.region_of(self._function.arn), shown)]
