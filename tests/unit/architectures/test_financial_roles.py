"""Least privilege: each role may do what its code needs, and nothing out of a list of temptations."""

import json
import re
from typing import Any

import pytest

from tests.support.policies import INLINE, Role, roles
from tests.support.some import some
from tests.unit.architectures.financial import full

ACCOUNT = "123456789012"
REGIONS = {"use1": "us-east-1", "usw2": "us-west-2"}


def table(region: str, name: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/use1-{name}-data-table"


def bundle(code: str) -> tuple[str, str]:
    """The download of the applications' code, in the role's own Region."""
    return (
        "s3:GetObjectVersion",
        f"arn:aws:s3:{REGIONS[code]}:{ACCOUNT}:bucket/{code}-services-code-bucket/services.zip",
    )


def needs(code: str) -> dict[str, list[tuple[str, str]]]:
    """Role -> what its code calls, on what."""
    region = REGIONS[code]
    bucket = f"arn:aws:s3:us-east-1:{ACCOUNT}:bucket/use1-audit-bucket"
    if code != "use1":
        bucket = f"arn:aws:s3:{region}:{ACCOUNT}:bucket/use1-audit-replica"
    queue = f"arn:aws:sqs:{region}:{ACCOUNT}:queue/{code}"
    there = "usw2" if code == "use1" else "use1"
    other = f"arn:aws:sqs:{REGIONS[there]}:{ACCOUNT}:queue/{there}-settlement-queue.fifo"
    transactions, outbox = table(region, "transactions"), table(region, "outbox")
    key = f"arn:aws:kms:{region}:{ACCOUNT}:{'key' if code == 'use1' else 'replicakey'}/{code}-financial-key-key"
    return {
        "transactions-role": [
            ("dynamodb:PutItem", transactions),
            ("dynamodb:GetItem", transactions),
            ("dynamodb:PutItem", outbox),
            *((f"dynamodb:{a}Item", table(region, "idempotency")) for a in ("Get", "Put", "Update", "Delete")),
            ("kms:Decrypt", key),
        ],
        "relay-role": [
            ("dynamodb:UpdateItem", outbox),
            ("dynamodb:Query", f"{outbox}/index/pending"),
            ("dynamodb:GetRecords", f"{outbox}/stream/2025-01-01T00:00:00.000"),
            ("s3:PutObject", f"{bucket}/transactions/2026/11/22/1.json"),
            ("sqs:SendMessage", f"{queue}-settlement-queue.fifo"),
            ("sqs:SendMessage", f"{queue}-failed"),
        ],
        "settlement-role": [
            ("sqs:ReceiveMessage", f"{queue}-settlement-queue.fifo"),
            ("sqs:DeleteMessage", f"{queue}-settlement-queue.fifo"),
            ("dynamodb:UpdateItem", transactions),
            ("sqs:SendMessage", other),
        ],
        "expiry-role": [
            ("dynamodb:Scan", table(region, "idempotency")),
            ("dynamodb:DeleteItem", table(region, "idempotency")),
        ],
        "ledger-task": [("dynamodb:GetItem", transactions), bundle(code)],
        "risk-task": [
            *((f"dynamodb:{a}Item", table(region, "sessions")) for a in ("Get", "Put")),
            bundle(code),
        ],
    }


def temptations(code: str) -> list[tuple[str, str]]:
    """What a taken-over function would like to do, beside what is its own."""
    region = REGIONS[code]
    bucket = f"arn:aws:s3:us-east-1:{ACCOUNT}:bucket/use1-audit-bucket"
    transactions, outbox = table(region, "transactions"), table(region, "outbox")
    return [
        ("dynamodb:DeleteTable", transactions),
        ("dynamodb:DeleteItem", transactions),
        ("dynamodb:DeleteItem", outbox),
        ("dynamodb:Scan", transactions),
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/another"),
        ("s3:DeleteObject", f"{bucket}/transactions/2026/11/22/1.json"),
        ("s3:GetObject", f"{bucket}/transactions/2026/11/22/1.json"),
        ("s3:PutObject", f"{bucket}/elsewhere"),
        ("s3:BypassGovernanceRetention", f"{bucket}/transactions/2026/11/22/1.json"),
        ("s3:PutBucketPolicy", bucket),
        ("s3:GetObjectVersion", f"{bundle(code)[1]}.sig"),
        ("s3:PutObject", bundle(code)[1]),
        ("sqs:PurgeQueue", f"arn:aws:sqs:{region}:{ACCOUNT}:queue/{code}-settlement-queue.fifo"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret/use1-ledger-db-secret"),
        ("rds-db:connect", f"arn:aws:rds-db:{region}:{ACCOUNT}:dbuser:prx-other/dbadmin"),
        ("kms:ScheduleKeyDeletion", f"arn:aws:kms:{region}:{ACCOUNT}:key/{code}-financial-key-key"),
        ("kms:Decrypt", f"arn:aws:kms:{region}:{ACCOUNT}:key/another"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/admin"),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{region}:{ACCOUNT}:function:{code}-transactions"),
        ("cloudtrail:StopLogging", f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/t"),
        ("logs:DeleteLogGroup", f"arn:aws:logs:{region}:{ACCOUNT}:log-group:x"),
    ]


CASES = [(code, name) for code in REGIONS for name in needs(code)]


def role(code: str, name: str) -> Role:
    return roles(full())[f"{code}-{name}"]


@pytest.mark.parametrize(("code", "name"), CASES)
def test_a_role_may_do_what_its_code_calls(code: str, name: str) -> None:
    mine = role(code, name)
    assert mine.attached == (), "AWS's own policies are wider than what the code calls"
    for action, resource in some(needs(code)[name]):
        assert mine.may(action, resource), f"{mine.name} cannot {action} {resource}"


@pytest.mark.parametrize(("code", "name"), CASES)
def test_no_role_allows_dangerous_actions(code: str, name: str) -> None:
    mine = role(code, name)
    for action, resource in some(temptations(code)):
        assert not mine.may(action, resource), f"{mine.name} could {action} {resource}"


@pytest.mark.parametrize(("code", "name"), CASES)
def test_no_role_allows_what_only_other_roles_need(code: str, name: str) -> None:
    mine = role(code, name)
    shared = {"kms:Decrypt"}  # one key for the cell's data
    own = set(needs(code)[name])
    others = {need for other in needs(code).values() for need in other} - own
    for action, resource in some(others):
        if action in shared or resource.endswith("-failed"):  # every asynchronous function keeps its failures there
            continue
        assert not mine.may(action, resource), f"{mine.name} could {action} {resource}"


def test_only_the_settlement_logs_in_to_the_ledger_and_only_the_schema_as_the_master() -> None:
    may: dict[str, list[str]] = {}
    for name, found in roles(full()).items():
        for statement in found.statements:
            if "rds-db:connect" in statement["Action"]:
                listed = statement["Resource"]
                users = [arn.rpartition("/")[2] for arn in ([listed] if isinstance(listed, str) else listed)]
                may[name] = users
    assert may == {
        "use1-settlement-role": ["settlement"],
        "usw2-settlement-role": ["settlement"],
        "use1-ledger-db-proxy-role": ["settlement"],
        "usw2-ledger-db-proxy-role": ["settlement"],
        "use1-ledger-schema-role": ["dbadmin"],
    }


def test_every_role_is_assumed_by_one_service_and_none_has_administrators_policies() -> None:
    for name, found in some(roles(full()).items()):
        assert len(found.trusted) == 1, name
        assert not [p for p in found.attached if p.endswith(("FullAccess", "AdministratorAccess", "PowerUserAccess"))]
        for statement in found.statements:
            for action in _listed(statement["Action"]):
                if statement["Effect"] == "Allow":
                    assert "*" not in action, f"{name}: {action}"


SERVICES = {
    "cloudwatch", "codedeploy", "dynamodb", "ec2", "ecr", "kms", "lambda", "logs", "rds-db", "s3", "secretsmanager",
    "sns", "sqs", "ssm", "ssmmessages", "xray",
}  # fmt: skip


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_every_policy_is_one_that_iam_parses() -> None:
    policies = full().of(INLINE)
    assert len(policies) > 30
    for node in policies:
        policy = json.loads(node.inputs["policy"])
        assert policy["Version"] == "2012-10-17"
        sids = [s["Sid"] for s in policy["Statement"] if "Sid" in s]
        assert len(sids) == len(set(sids)), "IAM refuses a statement id that is there twice"
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)
        for statement in some(policy["Statement"]):
            assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
            for value in some((*_listed(statement["Action"]), *_listed(statement["Resource"]))):
                assert value == "*" or re.fullmatch(r"arn:aws:[a-z0-9-]+:.*|[a-z0-9-]+:[A-Za-z]+", value), value
            services = {action.partition(":")[0] for action in _listed(statement["Action"])}
            # The game day's role is what simulates failures: it may stop things.
            assert services <= SERVICES or "gameday" in node.name, (
                f"{node.name}: {services}: what has it to do with them?"
            )
            assert all(_listed(statement[part]) for part in ("Action", "Resource")), f"{node.name}: about nothing"
