import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.tiers.governance.kms import KeyUse, KmsKey, KmsKeyArgs, KmsReplicaKey, KmsReplicaKeyArgs
from tests.support.graph import ACCOUNT, REGION, Graph, deploy

KEY, POLICY, ALIAS, REPLICA = (
    "aws:kms/key:Key",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:kms/alias:Alias",
    "aws:kms/replicaKey:ReplicaKey",
)
TAGS = {"Stack": "dev"}


def one_key(*uses: KeyUse, retain_data: bool = False, multi_region: bool = False) -> Graph:
    def program() -> None:
        KmsKey(
            "data",
            KmsKeyArgs(
                purpose="Orders", uses=frozenset(uses), retain_data=retain_data, multi_region=multi_region, tags=TAGS
            ),
        )

    return deploy(program)


def statements(graph: Graph) -> dict[str, dict[str, Any]]:
    policy = json.loads(graph.one(POLICY).inputs["policy"])
    assert policy["Version"] == "2012-10-17"
    assert len({s["Sid"] for s in policy["Statement"]}) == len(policy["Statement"])
    return {s["Sid"]: s for s in policy["Statement"]}


def test_a_key_rotates_and_a_development_one_can_be_gone_in_a_week() -> None:
    graph = one_key()
    key = graph.one(KEY, "data-key")
    assert key.inputs == {
        "description": "Orders",
        "enableKeyRotation": True,
        "rotationPeriodInDays": 365,
        "multiRegion": False,
        "deletionWindowInDays": 7,
        "tags": {"Stack": "dev", "Name": "data"},
    }
    assert not key.protect
    alias = graph.one(ALIAS, "data-alias").inputs
    assert alias == {"name": "alias/ha-aws-dev-data", "targetKeyId": "data-key-id"}
    assert graph.referred(graph.one(ALIAS), "targetKeyId") == [key]


def test_a_production_key_is_protected_and_waits_a_month() -> None:
    key = one_key(retain_data=True, multi_region=True).one(KEY)
    assert key.protect
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.inputs["multiRegion"] is True


def test_without_uses_only_the_account_itself_is_in_the_policy() -> None:
    assert statements(one_key()) == {
        "AccountDecides": {
            "Sid": "AccountDecides",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    }


def test_log_groups_of_this_account_and_region_only() -> None:
    statement = statements(one_key(KeyUse.LOGS))["LogGroups"]
    assert statement["Principal"] == {"Service": f"logs.{REGION}.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:*"}
    }


def test_publishers_are_confined_by_the_encryption_context_and_never_by_source_keys() -> None:
    found = statements(one_key(KeyUse.ALARMS, KeyUse.EVENTS, KeyUse.TOPICS))
    assert found["PublishToTopics"]["Principal"] == {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}
    assert found["PublishToTopics"]["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:*"}
    }
    assert found["SendToQueues"]["Principal"] == {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]}
    assert found["SendToQueues"]["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:sqs:arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:*"}
    }
    assert set(found) == {"AccountDecides", "PublishToTopics", "SendToQueues"}


def test_auto_scaling_is_named_by_a_condition_so_that_its_role_need_not_exist_yet() -> None:
    found = statements(one_key(KeyUse.AUTOSCALING))
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    caller = {"StringEquals": {"kms:CallerAccount": ACCOUNT}, "ArnEquals": {"aws:PrincipalArn": role}}
    assert found["AutoScalingVolumes"]["Condition"] == caller
    assert found["AutoScalingAttach"]["Action"] == "kms:CreateGrant"
    assert found["AutoScalingAttach"]["Condition"] == {**caller, "Bool": {"kms:GrantIsForAWSResource": "true"}}


@pytest.mark.parametrize("use", list(KeyUse))
def test_every_use_adds_a_statement_and_every_service_statement_is_confined(use: KeyUse) -> None:
    found = statements(one_key(use))
    del found["AccountDecides"]
    assert found, f"{use} grants nothing"
    for statement in found.values():
        assert statement["Effect"] == "Allow"
        assert "kms:*" not in statement["Action"]
        assert ACCOUNT in json.dumps(statement["Condition"]), f"{use} could be used for another account"


def test_the_content_of_buckets_is_only_decrypted_for_distributions_of_the_account() -> None:
    statement = statements(one_key(KeyUse.CONTENT))["ContentDelivery"]
    assert statement["Action"] == "kms:Decrypt"
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}}


def test_who_takes_the_key_waits_for_its_policy() -> None:
    def program() -> None:
        key = KmsKey("data", KmsKeyArgs(purpose="Orders", retain_data=False))
        aws.sns.Topic("orders", kms_master_key_id=key.key_arn)
        aws.sqs.Queue("orders", kms_master_key_id=key.key_id)

    graph = deploy(program)
    for node, prop in (
        (graph.one("aws:sns/topic:Topic"), "kmsMasterKeyId"),
        (graph.one("aws:sqs/queue:Queue"), "kmsMasterKeyId"),
    ):
        assert {n.name for n in graph.referred(node, prop)} == {"data-key", "data-policy"}
    assert graph.one("aws:sns/topic:Topic").inputs["kmsMasterKeyId"].startswith("arn:aws:kms:")


def test_a_replica_key_has_its_own_policy_for_its_own_region() -> None:
    def program() -> None:
        primary = KmsKey("data", KmsKeyArgs(purpose="Orders", multi_region=True, retain_data=True))
        KmsReplicaKey(
            "standby",
            KmsReplicaKeyArgs(
                primary_key_arn=primary.key_arn,
                purpose="Orders, standby",
                uses=frozenset({KeyUse.LOGS}),
                region="us-east-2",
                retain_data=True,
                tags=TAGS,
            ),
        )

    graph = deploy(program)
    replica = graph.one(REPLICA, "standby-key")
    assert replica.protect
    assert replica.inputs["deletionWindowInDays"] == 30
    assert replica.inputs["region"] == "us-east-2"
    assert replica.inputs["tags"] == {"Stack": "dev", "Name": "standby"}
    assert graph.one(POLICY, "standby-policy").inputs["region"] == "us-east-2"
    assert graph.one(ALIAS, "standby-alias").inputs["region"] == "us-east-2"
    policy = graph.one(POLICY, "standby-policy").inputs["policy"]
    assert "logs.us-east-2.amazonaws.com" in policy
    assert REGION not in policy


def test_a_key_elsewhere_has_its_policy_and_alias_there() -> None:
    args = KmsKeyArgs(purpose="Logs", uses=frozenset({KeyUse.LOGS}), region="us-east-1", retain_data=False)
    graph = deploy(lambda: KmsKey("edge", args))
    made = [graph.one("aws:kms/key:Key"), graph.one(POLICY), graph.one(ALIAS)]
    assert [n.inputs["region"] for n in made] == ["us-east-1"] * 3
    assert "logs.us-east-1.amazonaws.com" in made[1].inputs["policy"]
