"""Inputs of resources that the cases of more than one service use."""

import json
from typing import Any

from tests.offline.refusals import Resource

ARN = "arn:aws:sns:us-west-2:123456789012:topic"
TWO = ["subnet-a", "subnet-b"]


def document(*statements: dict[str, Any], **more: Any) -> str:
    """An IAM policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KMS_ENCRYPTION = {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}}]}


def subnet(zone: str, block: str) -> tuple[str, str, dict[str, Any]]:
    """A subnet of the VPC ``v``, named after the letter of its zone."""
    inputs = {"vpcId": "$v.id", "cidrBlock": block, "availabilityZone": f"us-west-2{zone}"}
    return "aws:ec2/subnet:Subnet", f"{zone}{block.split('.')[2]}", inputs


NETWORK: list[Resource] = [
    ("aws:ec2/vpc:Vpc", "v", {"cidrBlock": "10.0.0.0/16"}),
    *(subnet(zone, f"10.0.{number}.0/24") for number, zone in enumerate("aabc")),
]
"""A VPC ``v`` with the subnets ``a0``, ``a1``, ``b2`` and ``c3``."""
