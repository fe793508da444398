# ruff: noqa: E501 (a table: one case per line)
"""IAM policy documents against the Service Authorization Reference: every one that a test's program registers is."""

import json
from typing import Any

import pulumi_aws as aws
import pytest

from tests.support.graph import REFERENCE, deploy
from tests.support.iam_reference import documents, problems

TABLE = "arn:aws:dynamodb:us-west-2:123456789012:table/orders"
TAGGED = {"StringEquals": {"aws:ResourceTag/Stack": "prod"}}
SOURCE = {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def allowing(actions: Any, resources: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def trusting(service: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **more}


@pytest.mark.parametrize(
    "statement",
    [
        allowing(["dynamodb:GetItem", "dynamodb:Query"], [TABLE, f"{TABLE}/index/*"]),
        allowing("dynamodb:*", TABLE),
        allowing("s3:Get*", "arn:aws:s3:::bucket/*"),
        allowing("ec2:DescribeInstances"),
        allowing("dynamodb:PutResourcePolicy", f"{TABLE}*", Condition=TAGGED),
        allowing("dynamodb:PutResourcePolicy", f"{TABLE}/stream/*"),
        allowing("kms:Decrypt", "*", Condition={"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}),
        allowing("dynamodb:InjectError", "*", Condition={"StringEqualsIfExists": {"dynamodb:FisActionId": "a"}}),
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        trusting("fis.amazonaws.com", Condition=SOURCE),
        trusting("s3.amazonaws.com", Condition={"StringEqualsIfExists": SOURCE["StringEquals"]}),
        trusting("lambda.amazonaws.com"),
    ],
)  # fmt: skip
def test_a_statement_that_grants_what_it_says_passes(statement: dict[str, Any]) -> None:
    assert list(problems({"Statement": [statement]})) == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (allowing("dynamodb:ReadItem", TABLE), "dynamodb:ReadItem is no action of AWS"),
        (allowing("dynamo:GetItem", TABLE), "dynamo:GetItem is no action of AWS"),
        (allowing("dynamodb:InjectError", TABLE), "dynamodb:InjectError has no resource-level permissions: its resource must be *"),
        (allowing("dynamodb:GetItem", "arn:aws:s3:::bucket"), "dynamodb:GetItem acts on table, not on arn:aws:s3:::bucket"),
        (allowing("s3:GetObject", "arn:aws:s3:::bucket"), "s3:GetObject acts on accesspointobject or object, not on arn:aws:s3:::bucket"),
        (allowing("dynamodb:GetItem", [TABLE, "arn:aws:sqs:us-west-2:123456789012:q"]), "no action of the statement acts on arn:aws:sqs:us-west-2:123456789012:q"),
        (allowing("dynamodb:GetRecords", f"{TABLE}/stream/*", Condition=TAGGED), f"dynamodb:GetRecords on {TABLE}/stream/* knows no condition aws:ResourceTag/Stack"),
        (allowing("kms:Decrypt", "*", Condition={"StringEquals": {"kms:Via": "x"}}), "kms:Via is no condition key"),
        (allowing("kms:Decrypt", "*", Condition={"StringIs": {"aws:SourceAccount": "x"}}), "StringIs is no condition operator"),
        (allowing("kms:Decrypt", "*", Condition={"StringEquals": {"aws:SourceAcount": "x"}}), "aws:SourceAcount is no condition key"),
        (allowing("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:us-west-2:123456789012:alarm:*"), "cloudwatch:DescribeAlarms returns composite alarms only with scope * (CloudWatch API, DescribeAlarms)"),
        (trusting("backup.amazonaws.com"), "backup.amazonaws.com may assume the role on behalf of any account: there is no aws:SourceAccount"),
    ],
)  # fmt: skip
def test_a_statement_that_grants_nothing_or_too_much_is_named_with_the_reason(
    statement: dict[str, Any], problem: str
) -> None:
    assert f"Wrong: {problem}" in list(problems({"Statement": {**statement, "Sid": "Wrong"}}))


def test_the_readable_arns_of_the_mocks_are_read_as_those_of_aws() -> None:
    readable = {"arn:aws:s3:us-west-2:123456789012:bucket/pictures": "arn:aws:s3:::pictures-0f3"}
    here, there = (f"arn:aws:s3:{region}:123456789012:bucket/pictures/*" for region in ("us-west-2", "us-east-1"))
    assert list(problems({"Statement": [allowing("s3:GetObject", [here, there])]}, readable)) == []


def test_documents_are_found_among_the_inputs_of_any_resource() -> None:
    document = {"Version": "2012-10-17", "Statement": []}
    assert list(documents({"policy": json.dumps(document), "name": "n", "other": '{"a": 1}'})) == [("policy", document)]


def test_a_program_with_a_statement_that_grants_nothing_fails() -> None:
    assert REFERENCE, "the reference is installed here, so that every program's policies are checked"

    def program() -> None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowing("dynamodb:InjectError", TABLE)]})
        aws.iam.RolePolicy("pause", role="gameday", policy=policy)

    with pytest.raises(Exception, match="'pause' policy: a statement: dynamodb:InjectError has no resource-level"):
        deploy(program)
