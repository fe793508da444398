"""The news of a transcoding pipeline: what became of every upload, for the people and programs that want to know."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from components import iam
from components.tags import named
from components.tiers.transcoding_args import TranscodingArgs

BAD_NEWS = ("FAILED", "REFUSED")
"""Ends of an upload that somebody has to look at (``status`` in the message)."""


def news_topic(name: str, args: TranscodingArgs, child: pulumi.ResourceOptions) -> aws.sns.Topic:
    """Topic ``{name}-news`` with its policy, which leaves publishing and subscribing to roles of the account.

    Subscriptions {name}-news-all and {name}-news-bad, for the addresses that are given; AWS asks each to confirm.
    """
    topic = aws.sns.Topic(
        f"{name}-news",
        kms_master_key_id=args.kms_key_arn,
        signature_version=2,  # SHA-256
        tags=named(args.tags, f"{name}-news"),
        opts=child,
    )
    # SNS refuses a wildcard action in a topic policy.
    secure = {**iam.deny_insecure_transport(topic.arn), "Action": "sns:Publish"}
    aws.sns.TopicPolicy(f"{name}-news-policy", arn=topic.arn, policy=iam.document(secure), opts=child)
    if args.news_email:
        aws.sns.TopicSubscription(
            f"{name}-news-all", topic=topic.arn, protocol="email", endpoint=args.news_email, opts=child
        )
    # SNS has one subscription per topic and address: who gets everything gets the bad news too.
    if args.trouble_email and args.trouble_email != args.news_email:
        aws.sns.TopicSubscription(
            f"{name}-news-bad",
            topic=topic.arn,
            protocol="email",
            endpoint=args.trouble_email,
            filter_policy=json.dumps({"status": list(BAD_NEWS)}),
            filter_policy_scope="MessageBody",
            opts=child,
        )
    return topic
