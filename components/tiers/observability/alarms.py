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

    kms_key_arn: a key in the topic's Region whose policy allows the publishers (``KeyUse.ALARMS``, ``EVENTS``,
    ``BACKUP_EVENTS``, ``DATABASE_EVENTS``); alarms cannot publish to a topic that is encrypted with the AWS managed
    key. email: address that is notified; AWS asks it to confirm. region: Region of the topic, if not the provider's; an
    alarm notifies only topics in its own Region.

    Raises ValueError if email is not an e-mail address.
    """

    kms_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    email: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        if self.email is not None and "@" not in self.email.strip("@"):
            raise ValueError(f"email={self.email}: no e-mail address; give one such as ops@example.com, or none")


class AlarmTopic(pulumi.ComponentResource):
    """An encrypted SNS topic to which alarms, EventBridge rules, AWS Backup and RDS publish.

    Children: {name}-topic, {name}-policy, {name}-email. Give `topic_arn` to `Alarming`: it resolves after the topic
    accepts messages.
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
    """Topic policy: AWS services publish only for this account, and all requests must use TLS."""
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
        # No condition: EventBridge's documentation ("Amazon SNS permissions") has none here, unlike for queues and
        # functions.
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
