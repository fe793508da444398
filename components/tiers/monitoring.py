"""Where alarms go, and what an operator looks at: the alarm topic, the dashboard, the composite alarm of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarming
from components.arns import account_of, partition_of
from components.names import physical_name
from components.tags import named

NAME_LIMIT = 255
"""Characters in the name of a dashboard or an alarm (CloudWatch PutDashboard, PutCompositeAlarm)."""

GROUP_SIZE = 75
"""Alarms in one composite alarm: CloudWatch takes 100 and a rule of 10,240 characters, so names of up to 120 fit."""

STATUS_LIMIT = 100
"""Alarms in one alarm status widget (CloudWatch dashboard body structure)."""

WIDGET_LIMIT = 500
"""Widgets on a dashboard (CloudWatch quota)."""


@dataclass(frozen=True, kw_only=True)
class AlarmTopicArgs:
    """Inputs of `AlarmTopic`.

    kms_key_arn: a key of the topic's Region whose policy lets the publishers use it (``KeyUse.ALARMS``, ``EVENTS``,
    ``BACKUP_EVENTS``, ``DATABASE_EVENTS``): an alarm cannot publish to a topic under the AWS-managed key. email: who
    is told; AWS asks that address to confirm. region: where the topic is when not in the provider's Region; an alarm
    notifies topics of its own Region only.

    Raises ValueError when email is no address.
    """

    kms_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    email: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        if self.email is not None and "@" not in self.email.strip("@"):
            raise ValueError(f"email={self.email}: no e-mail address; give one such as ops@example.com, or none")


class AlarmTopic(pulumi.ComponentResource):
    """Encrypted SNS topic that alarms, EventBridge rules, AWS Backup and RDS publish to.

    Children: {name}-topic, {name}-policy, {name}-email. Give `topic_arn` to `Alarming`: it resolves when the topic
    takes messages.
    """

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:AlarmTopic", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-topic",
            kms_master_key_id=args.kms_key_arn,
            signature_version=2,  # SHA-256
            region=args.region,
            tags=named(args.tags, name),
            opts=child,
        )
        policy = aws.sns.TopicPolicy(
            f"{name}-policy", arn=topic.arn, policy=_publishers(topic.arn), region=args.region, opts=child
        )
        if args.email is not None:
            aws.sns.TopicSubscription(
                f"{name}-email", topic=topic.arn, protocol="email", endpoint=args.email, region=args.region, opts=child
            )
        self.topic_arn = pulumi.Output.all(topic.arn, policy.id).apply(lambda both: str(both[0]))
        self.register_outputs({"topicArn": self.topic_arn})


def _publishers(topic_arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """Topic policy: AWS services publish on behalf of this account only, nobody publishes without TLS."""
    partition, account = partition_of(topic_arn), account_of(topic_arn)
    ours = {"StringEquals": {"aws:SourceAccount": account}}
    alarms = {"aws:SourceArn": pulumi.Output.concat("arn:", partition, ":cloudwatch:*:", account, ":alarm:*")}
    return iam.document(
        iam.grant(
            {"Service": "cloudwatch.amazonaws.com"},
            "sns:Publish",
            topic_arn,
            sid="Alarms",
            conditions={**ours, "ArnLike": alarms},
        ),
        # No condition: EventBridge's own page "Amazon SNS permissions" has none, unlike those for queues and functions.
        iam.grant({"Service": "events.amazonaws.com"}, "sns:Publish", topic_arn, sid="EventRules"),
        iam.grant({"Service": "backup.amazonaws.com"}, "sns:Publish", topic_arn, sid="BackupVaults", conditions=ours),
        iam.grant(
            {"Service": "events.rds.amazonaws.com"}, "sns:Publish", topic_arn, sid="DatabaseEvents", conditions=ours
        ),
        {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """Inputs of `Monitoring`. title: heading of the dashboard.

    tiers: tier -> its alarms, all of the provider's Region, as the composite alarm can watch no others.
    widgets: tier -> its widgets, of any Region. critical: tiers without which the site is down; all by default.
    others: composite alarms that the site's depends on as well, such as those of `Slo`. alarms: where the site's goes.

    Raises ValueError when there is nothing to watch, too much to show, or a critical tier that does not exist.
    """

    title: str
    tiers: Mapping[str, Sequence[aws.cloudwatch.MetricAlarm]]
    widgets: Mapping[str, Sequence[Mapping[str, Any]]]
    tags: Mapping[str, str]
    critical: Sequence[str] | None = None
    others: Sequence[aws.cloudwatch.CompositeAlarm] = ()
    alarms: Alarming = field(default_factory=Alarming)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.critical or ()) - set(self.tiers))
        if unknown:
            raise ValueError(f"critical={unknown}: no such tier; there are {sorted(self.tiers)}")
        if not any(self.tiers[t] for t in self.watched()) and not self.others:
            raise ValueError("tiers: no alarm to watch; give at least one")
        shown = sum(len(w) for w in self.widgets.values()) + len(self.widgets) + 2
        if shown > WIDGET_LIMIT:
            raise ValueError(f"widgets: {shown} are more than the {WIDGET_LIMIT} of a dashboard")

    def watched(self) -> Sequence[str]:
        """The tiers whose alarms make the site's."""
        return list(self.tiers) if self.critical is None else self.critical


class Monitoring(pulumi.ComponentResource):
    """One dashboard over all tiers, and one alarm that says whether the site is impaired.

    Children: {name}-site (composite alarm), {name}-part-{i} where the alarms need groups, {name}-dashboard.
    """

    site_alarm_arn: pulumi.Output[str]
    dashboard_name: pulumi.Output[str]

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Monitoring", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        names = [alarm.name for tier in args.watched() for alarm in args.tiers[tier]]
        names += [other.alarm_name for other in args.others]
        if len(names) > GROUP_SIZE:
            groups = [names[i : i + GROUP_SIZE] for i in range(0, len(names), GROUP_SIZE)]
            silent = Alarming()
            names = [self._any_of(f"part-{i}", group, silent).alarm_name for i, group in enumerate(groups)]
        site = self._any_of("site", names, args.alarms)
        self.site_alarm_arn = site.arn
        dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=physical_name(pulumi.get_stack(), name, limit=NAME_LIMIT),
            dashboard_body=pulumi.Output.json_dumps({"widgets": self._page(site)}),
            opts=self._child,
        )
        self.dashboard_name = dashboard.dashboard_name
        self.register_outputs({"siteAlarmArn": self.site_alarm_arn, "dashboardName": self.dashboard_name})

    def _any_of(self, what: str, names: Sequence[pulumi.Output[str]], to: Alarming) -> aws.cloudwatch.CompositeAlarm:
        """A composite alarm that fires with any of ``names``."""
        rule = pulumi.Output.all(*names).apply(lambda found: " OR ".join(f'ALARM("{n}")' for n in found))
        return aws.cloudwatch.CompositeAlarm(
            f"{self._name}-{what}",
            alarm_name=physical_name(pulumi.get_stack(), self._name, what, limit=NAME_LIMIT),
            alarm_rule=rule,
            alarm_description=f"{self._args.title}: something the site needs is in alarm",
            alarm_actions=list(to.topic_arns),
            ok_actions=list(to.topic_arns),
            tags=dict(self._args.tags),
            opts=self._child,
        )

    def _page(self, site: aws.cloudwatch.CompositeAlarm) -> list[Mapping[str, Any]]:
        """Heading, state of every alarm, then each tier under its own heading."""
        every = [site.arn, *(alarm.arn for alarms in self._args.tiers.values() for alarm in alarms)]
        page: list[Mapping[str, Any]] = [_heading(f"# {self._args.title}")]
        for start in range(0, len(every), STATUS_LIMIT):
            states = {"title": "Alarms", "alarms": every[start : start + STATUS_LIMIT]}
            page.append({"type": "alarm", "width": 24, "height": 6, "properties": states})
        for tier, widgets in self._args.widgets.items():
            if widgets:
                page += [_heading(f"## {tier}"), *widgets]
        return page


def _heading(markdown: str) -> dict[str, Any]:
    return {"type": "text", "width": 24, "height": 1, "properties": {"markdown": markdown}}
