# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.sns`."""

import json

from tests.offline.refusals import Case, Taken
from tests.offline.refusals.inputs import ARN, document

MAIL_SUBSCRIPTION = {"topic": ARN, "protocol": "email", "endpoint": "a@example.com"}
PUBLISH = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Resource": "*"}

CASES: list[Case] = [
    ("topic_name_is_legal", "aws:sns/topic:Topic", {"name": "t.fifo", "fifoTopic": True}, {"name": "t"}, "ending with .fifo"),
    ("subscription_is_legal", "aws:sns/topicSubscription:TopicSubscription", {"topic": ARN, "protocol": "email", "endpoint": "a@example.com"}, {"endpoint": "nobody"}, "Email address"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL_SUBSCRIPTION, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicyScope": "Body"}, "MessageBody"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL_SUBSCRIPTION, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": None}, "filter_policy is required"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL_SUBSCRIPTION, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": "status"}, "failed to parse JSON"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL_SUBSCRIPTION, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": '["FAILED"]'}, "must be an object"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL_SUBSCRIPTION, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": '{"status": "FAILED"}'}, "must be an object or an array"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL_SUBSCRIPTION, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": json.dumps({str(key): ["x"] for key in range(6)})}, "more than 5 keys"),
    ("topic_policy_is_about_topics", "aws:sns/topicPolicy:TopicPolicy", {"arn": "arn:t", "policy": document({**PUBLISH, "Action": ["sns:Publish", "SNS:Get*"]})}, {"policy": document({**PUBLISH, "Action": "sqs:SendMessage"})}, "out of service scope"),
    ("topic_policy_is_about_topics", "aws:sns/topic:Topic", {"policy": document({**PUBLISH, "Action": "sns:Publish"})}, {"policy": document({**PUBLISH, "Action": "sns:CreateTopic"})}, "out of service scope"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:sns/topic:Topic", {"name": "t"}, {"name": "u"}),
    ("aws:sns/topicPolicy:TopicPolicy", {"arn": "arn:t", "policy": document({**PUBLISH, "Action": "sns:Publish"})}, {"arn": "arn:u"}),
    ("aws:sns/topicSubscription:TopicSubscription", MAIL_SUBSCRIPTION, {"endpoint": "b@example.com"}),
]  # fmt: skip
