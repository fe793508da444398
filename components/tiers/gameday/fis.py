"""Game days: the failures that the availability report simulates, as AWS FIS experiments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pulumi
import pulumi_aws as aws

from components import iam
from components.arns import account_of, partition_of, region_of
from components.names import physical_name
from components.tags import named
from components.tiers.gameday import experiments
from components.tiers.gameday.experiments import MINUTES, Action, Experiment, Target
from components.tiers.gameday.permissions import PermissionScope, statements

LOG_SCHEMA = 2
"""Version of the experiment log (FIS User Guide, "Experiment logging")."""
NAME_LIMIT = 64
"""Longest name of an action, a target (FIS CreateExperimentTemplate) or an IAM role, characters."""

Part = Literal["servers", "tasks", "databases", "caches", "endpoints"]
PARTS = frozenset(get_args(Part))
_WINDOW = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun):\d\d:\d\d-(Mon|Tue|Wed|Thu|Fri|Sat|Sun):\d\d:\d\d")


@dataclass(frozen=True, kw_only=True)
class GameDayArgs:
    """Inputs of `GameDay`: the experiments of one Region.

    zones: names of Availability Zones. parts: which resources the Region has; tasks have the tags of their service
    (propagate_tags SERVICE). target_tags: tags that every target has, such as Project and Stack; nothing else can be
    affected. stop_alarm_arn: alarm in the Region that stops every experiment, the site's composite alarm. kms_key_arn:
    key in the Region for the log and the servers' volumes. minutes: duration of a zone's impairment, 10-720.
    other_region: the other Region of the stack, or empty. log_days: CloudWatch Logs retention, days.

    zonal_shifts: short name -> ARN of load balancers and EKS clusters with zonal shift enabled. AWS then shifts their
    traffic out of an impaired zone automatically, and practises that every week. outcome_alarm_arns end a practice run
    and mark it as failed; blocking_alarm_arns prevent its start. Both are alarms in the Region, with at least one
    outcome alarm (ARC CreatePracticeRunConfiguration). windows: when practice runs may take place, UTC, such as
    ``Mon:09:00-Mon:17:00``; empty: at any time.

    Raises ValueError if a value is outside these limits.
    """

    zones: Sequence[str]
    parts: frozenset[Part]
    target_tags: Mapping[str, str]
    stop_alarm_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    other_region: str = ""
    minutes: int = 30
    log_days: int = 365
    zonal_shifts: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    outcome_alarm_arns: Sequence[pulumi.Input[str]] = ()
    blocking_alarm_arns: Sequence[pulumi.Input[str]] = ()
    windows: Sequence[str] = ()

    def __post_init__(self) -> None:
        if len(set(self.zones)) < 2:
            raise ValueError(f"zones={list(self.zones)}: at least 2 distinct; a zone's loss needs another one")
        if unknown := self.parts - PARTS:
            raise ValueError(f"parts={sorted(unknown)}: no such part; there are {sorted(PARTS)}")
        if not self.target_tags:
            raise ValueError("target_tags={}: without tags an experiment could hit anything in the account")
        if self.minutes not in MINUTES or self.minutes < 10:
            raise ValueError(f"minutes={self.minutes}: must be 10-{MINUTES[-1]}")
        if self.zonal_shifts and not self.outcome_alarm_arns:
            raise ValueError("outcome_alarm_arns=[]: zonal autoshift practises only with an outcome alarm")
        for wrong in (w for w in self.windows if not _WINDOW.fullmatch(w)):
            raise ValueError(f"windows={wrong}: must be as Mon:09:00-Mon:17:00, UTC")

    def experiments(self) -> dict[str, Experiment]:
        """All experiments of the Region by name; names of zone experiments end with the zone."""
        made = {f"az-power-interruption-{z}": experiments.zone_power(z, self.minutes) for z in self.zones}
        made |= {f"egress-disruption-{z}": experiments.egress(z, 10) for z in self.zones}
        if "servers" in self.parts:
            made["instance-stop"] = experiments.instance_stop()
        if "tasks" in self.parts:
            made["task-stop"] = experiments.task_stop()
        if "databases" in self.parts:
            made["database-failover"] = experiments.database_failover(self.zones)
        if "caches" in self.parts:
            made |= {f"cache-az-power-{z}": experiments.cache_power(z, 10) for z in self.zones}
        if "endpoints" in self.parts:
            made["endpoint-disruption"] = experiments.endpoints(10)
        if self.other_region:
            made["cross-region-connectivity"] = experiments.cross_region(self.other_region, self.minutes)
        return made


class GameDay(pulumi.ComponentResource):
    """FIS experiment templates that stop when the site's alarm fires, and zonal autoshift with practice runs.

    A template does nothing until somebody starts it. Children: {name}-log, {name}-role and its policy, one template
    {name}-{experiment}, {name}-autoshift-{short name}.
    """

    template_ids: dict[str, pulumi.Output[str]]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: GameDayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:GameDay", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        made = args.experiments()
        log = aws.cloudwatch.LogGroup(
            f"{name}-log",
            # FIS may write to log groups with this prefix without an entry in the account's log resource policy.
            name=f"/aws/vendedlogs/fis/{pulumi.get_stack()}-{name}",
            kms_key_id=args.kms_key_arn,
            retention_in_days=args.log_days,
            tags=named(args.tags, f"{name}-log"),
            opts=self._child,
        )
        role, policy = self._role(made)
        self.role_arn = role.arn
        ready = pulumi.ResourceOptions(parent=self, depends_on=[policy])
        self.template_ids = {key: self._template(key, e, role, log, ready).id for key, e in made.items()}
        for key, arn in args.zonal_shifts.items():
            self._autoshift(key, arn)
        self.register_outputs({"templateIds": self.template_ids, "roleArn": self.role_arn})

    def _role(self, made: Mapping[str, Experiment]) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        key = pulumi.Output.from_input(self._args.kms_key_arn)
        account, partition, region = account_of(key), partition_of(key), region_of(key)
        ours = {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {
                "aws:SourceArn": pulumi.Output.concat("arn:", partition, ":fis:", region, ":", account, ":experiment/*")
            },
        }
        role = aws.iam.Role(
            f"{self._prefix}-role",
            assume_role_policy=iam.trust("fis.amazonaws.com", conditions=ours),
            description="AWS FIS in game days: only what the experiments do, only to this stack",
            tags=named(self._args.tags, f"{self._prefix}-role"),
            opts=self._child,
        )
        where = PermissionScope(partition, region, account, self._args.target_tags, key)
        delivery = [
            iam.allow(
                # Vended log delivery has no resource-level permissions (CloudWatch Logs User Guide).
                [
                    "logs:CreateLogDelivery",
                    "logs:PutResourcePolicy",
                    "logs:DescribeResourcePolicies",
                    "logs:DescribeLogGroups",
                ],
                "*",
                sid="Log",
            ),
            # Stop conditions are composite alarms, which DescribeAlarms returns only to callers with scope *.
            iam.allow("cloudwatch:DescribeAlarms", "*", sid="StopCondition"),
        ]
        policy = aws.iam.RolePolicy(
            f"{self._prefix}-role",
            role=role.id,
            policy=iam.document(*statements(made, where), *delivery),
            opts=self._child,
        )
        return role, policy

    def _template(
        self, key: str, e: Experiment, role: aws.iam.Role, log: aws.cloudwatch.LogGroup, opts: pulumi.ResourceOptions
    ) -> aws.fis.ExperimentTemplate:
        args = self._args
        return aws.fis.ExperimentTemplate(
            f"{self._prefix}-{key}",
            description=e.description,
            role_arn=role.arn,
            actions=[_action(n, a) for n, a in e.actions.items()],
            targets=[_target(n, t, args.target_tags) for n, t in e.targets.items()],
            stop_conditions=[
                aws.fis.ExperimentTemplateStopConditionArgs(source="aws:cloudwatch:alarm", value=args.stop_alarm_arn)
            ],
            experiment_options=aws.fis.ExperimentTemplateExperimentOptionsArgs(
                account_targeting="single-account",
                # A zone experiment also names targets that a stack may not have; one without any target fails.
                empty_target_resolution_mode="skip" if len(e.targets) > 1 else "fail",
            ),
            log_configuration=aws.fis.ExperimentTemplateLogConfigurationArgs(
                log_schema_version=LOG_SCHEMA,
                cloudwatch_logs_configuration=aws.fis.ExperimentTemplateLogConfigurationCloudwatchLogsConfigurationArgs(
                    log_group_arn=pulumi.Output.concat(log.arn, ":*")
                ),
            ),
            tags={**named(args.tags, f"{self._prefix}-{key}"), "Experiment": key},
            opts=opts,
        )

    def _autoshift(self, key: str, arn: pulumi.Input[str]) -> None:
        args = self._args
        aws.arczonalshift.ZonalAutoshiftConfiguration(
            f"{self._prefix}-autoshift-{key}",
            resource_arn=arn,
            zonal_autoshift_status="ENABLED",
            outcome_alarms=[
                aws.arczonalshift.ZonalAutoshiftConfigurationOutcomeAlarmArgs(alarm_identifier=a, type="CLOUDWATCH")
                for a in args.outcome_alarm_arns
            ],
            blocking_alarms=[
                aws.arczonalshift.ZonalAutoshiftConfigurationBlockingAlarmArgs(alarm_identifier=a, type="CLOUDWATCH")
                for a in args.blocking_alarm_arns
            ]
            or None,
            allowed_windows=list(args.windows) or None,
            opts=self._child,
        )


def _action(name: str, act: Action) -> aws.fis.ExperimentTemplateActionArgs:
    return aws.fis.ExperimentTemplateActionArgs(
        name=physical_name(name, limit=NAME_LIMIT),
        action_id=act.id,
        parameters=[aws.fis.ExperimentTemplateActionParameterArgs(key=k, value=v) for k, v in act.parameters.items()],
        start_afters=list(act.after) or None,
        target=aws.fis.ExperimentTemplateActionTargetArgs(key=act.key, value=act.target) if act.target else None,
    )


def _target(name: str, target: Target, tags: Mapping[str, str]) -> aws.fis.ExperimentTemplateTargetArgs:
    wanted = {**tags, **target.tags}
    return aws.fis.ExperimentTemplateTargetArgs(
        name=name,
        resource_type=target.type,
        selection_mode=target.mode,
        resource_tags=[aws.fis.ExperimentTemplateTargetResourceTagArgs(key=k, value=v) for k, v in wanted.items()],
        filters=[
            aws.fis.ExperimentTemplateTargetFilterArgs(path=path, values=[value])
            for path, value in target.filters.items()
        ]
        or None,
        parameters=dict(target.parameters) or None,
    )
