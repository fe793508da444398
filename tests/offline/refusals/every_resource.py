# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.every_resource`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("region_exists", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "region": "eu-west-1"}, {"region": "eu-west-9"}, "invalid AWS Region: eu-west-9"),
    ("zones_are_of_the_region", "aws:ec2/subnet:Subnet", {"vpcId": "v", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2a"}, {"availabilityZone": "us-west-2e"}, "us-west-2a, us-west-2b"),
    ("tags_are_legal", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}}, {"tags": {"aws:x": "b"}}, "reserved for AWS"),
]  # fmt: skip
