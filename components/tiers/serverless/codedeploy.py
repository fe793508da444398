"""Safe releases of Lambda functions: CodeDeploy shifts the alias step by step, and rolls back when an alarm fires."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarm, Alarming, Metric, metric_alarm
from components.arns import account_of
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs

CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
"""10 % of the calls for five minutes, then all (CodeDeploy, predefined Lambda deployment configurations)."""
TIMEOUT = 120
"""Timeout of the function that starts deployments, seconds; it waits until IAM changes have propagated."""


@dataclass(frozen=True, kw_only=True)
class DeploymentStarterArgs(EncryptedTierArgs):
    """Inputs of `DeploymentStarter`. code: bundle of ``components/functions/release``. log_days: retention of logs,
    days. alarms: notified when a release could not be started.
    """

    code: pulumi.Archive
    log_days: int = 365


class DeploymentStarter(pulumi.ComponentResource):
    """The Lambda function that starts a CodeDeploy deployment when an update has published a new version; one per
    Region.

    The AWS provider has no resource for a deployment: without this function the alias would stay on the old version
    until somebody started a deployment by hand. Each released function grants it permission for its own deployment
    group only.

    Children: {name} (function), {name}-role, {name}-permissions, {name}-logs, {name}-errors.
    """

    function_name: pulumi.Output[str]
    role_name: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: DeploymentStarterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Releaser", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_days,
            kms_key_id=args.kms_key_arn,
            tags=named(args.tags, f"{name}-logs"),
            opts=child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=iam.trust("lambda.amazonaws.com"),
            description="Starts CodeDeploy deployments of released functions",
            tags=named(args.tags, f"{name}-role"),
            opts=child,
        )
        write = iam.allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.Output.concat(logs.arn, ":*"), sid="Logs"
        )
        permissions = aws.iam.RolePolicy(f"{name}-permissions", role=role.name, policy=iam.document(write), opts=child)
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            code=args.code,
            handler="handler.handler",
            runtime=aws.lambda_.Runtime.PYTHON3D13,
            architectures=["arm64"],
            memory_size=256,
            timeout=TIMEOUT,
            logging_config={"log_format": "JSON", "log_group": logs.name},
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions]),
        )
        self.function_name, self.role_name = function.name, role.name
        errors = Metric(
            namespace="AWS/Lambda", name="Errors", dimensions={"FunctionName": function.name}, statistic="Sum"
        )
        alarm = Alarm(
            metric=errors,
            threshold=0,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # it runs only when something is released
            periods=1,
            description=f"{name}: a release could not be started: the old version still answers",
        )
        self.alarms = {"errors": metric_alarm(f"{name}-errors", alarm, args.alarms, child)}
        self.widgets = []
        self.register_outputs({"functionName": self.function_name})


@dataclass(frozen=True, kw_only=True)
class CodeDeployRelease:
    """How a function is released. config: CodeDeploy deployment configuration for Lambda."""

    releaser: DeploymentStarter
    config: str = CANARY

    def __post_init__(self) -> None:
        if not self.config.startswith("CodeDeployDefault.Lambda"):
            raise ValueError(f"config={self.config}: no predefined Lambda configuration; give one such as {CANARY}")


def release_through_codedeploy(
    name: str,
    release: CodeDeployRelease,
    function: aws.lambda_.Function,
    alias: aws.lambda_.Alias,
    alarm: aws.cloudwatch.MetricAlarm,
    to: Alarming,
    kms_key_arn: pulumi.Input[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> None:
    """CodeDeploy application and deployment group for ``alias``, rolled back by ``alarm``; and a deployment per
    version.

    kms_key_arn: the key that encrypts the topics of ``to``.

    Resources: {name}-release, {name}-release-role, {name}-release-permissions, {name}-release-group,
    {name}-release-grant, {name}-release-version.
    """
    child = pulumi.ResourceOptions(parent=parent)
    application = aws.codedeploy.Application(
        f"{name}-release", compute_platform="Lambda", tags=named(tags, f"{name}-release"), opts=child
    )
    role = aws.iam.Role(
        f"{name}-release-role",
        assume_role_policy=iam.trust("codedeploy.amazonaws.com", conditions=iam.on_behalf_of(account_of(kms_key_arn))),
        description=f"CodeDeploy shifts the alias of {name}",
        tags=named(tags, f"{name}-release-role"),
        opts=child,
    )
    shift = ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"]
    statements: list[iam.Statement] = [
        iam.allow(shift, [function.arn, pulumi.Output.concat(function.arn, ":*")], sid="Shift"),
        # DescribeAlarms has no resource-level permissions that CodeDeploy's call satisfies.
        iam.allow("cloudwatch:DescribeAlarms", "*", sid="Alarms"),
    ]
    if to.topic_arns:
        statements.append(iam.allow("sns:Publish", list(to.topic_arns), sid="Tell"))
        # CodeDeploy publishes with this role, and publishing to an encrypted topic needs its key (SNS developer guide,
        # "Managing encryption keys"). Without it nobody would be notified of a rollback.
        statements.append(
            iam.allow(
                ["kms:Decrypt", "kms:GenerateDataKey"],
                kms_key_arn,
                sid="TellEncrypted",
                conditions={"StringLike": {"kms:ViaService": "sns.*.amazonaws.com"}},
            )
        )
    permissions = aws.iam.RolePolicy(
        f"{name}-release-permissions", role=role.name, policy=iam.document(*statements), opts=child
    )
    group = aws.codedeploy.DeploymentGroup(
        f"{name}-release-group",
        app_name=application.name,
        deployment_group_name=f"{name}-live",
        service_role_arn=role.arn,
        deployment_config_name=release.config,
        deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
        alarm_configuration={"enabled": True, "alarms": [alarm.name]},
        auto_rollback_configuration={
            "enabled": True,
            "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        trigger_configurations=[
            {
                "trigger_name": f"{name}-{index}",
                "trigger_target_arn": topic,
                "trigger_events": ["DeploymentFailure", "DeploymentRollback", "DeploymentStop"],
            }
            for index, topic in enumerate(to.topic_arns)
        ],
        tags=named(tags, f"{name}-release-group"),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[permissions]),
    )
    # CodeDeploy's own configurations have an ARN of this account with the name after a colon, so no wildcard is needed.
    configuration = application.arn.apply(
        lambda arn: ":".join(arn.split(":")[:5]) + f":deploymentconfig:{release.config}"
    )
    grant = aws.iam.RolePolicy(
        f"{name}-release-grant",
        role=release.releaser.role_name,
        policy=iam.document(
            iam.allow("codedeploy:CreateDeployment", group.arn),
            iam.allow(["codedeploy:RegisterApplicationRevision", "codedeploy:GetApplicationRevision"], application.arn),
            iam.allow("codedeploy:GetDeploymentConfig", configuration),
            iam.allow("lambda:GetAlias", [function.arn, alias.arn]),
        ),
        opts=child,
    )
    aws.lambda_.Invocation(
        f"{name}-release-version",
        function_name=release.releaser.function_name,
        input=pulumi.Output.all(
            application=application.name,
            group=group.deployment_group_name,
            function=function.name,
            alias=alias.name,
            version=function.version,
        ).apply(lambda event: json.dumps(event, sort_keys=True)),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[grant, alias]),
    )
