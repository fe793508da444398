"""The SNS topic that alarms notify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam
from components.arns import account_of, partition_of
from components.tags import named


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
