# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.ec2`."""

import base64

from tests.offline.refusals import Case, CaseWithOthers, Taken

CASES: list[Case] = [
    ("template_is_legal", "aws:ec2/launchTemplate:LaunchTemplate", {"name": "web", "imageId": "resolve:ssm:/aws/service/x", "userData": base64.b64encode(b"x").decode()}, {"userData": "#!/bin/sh"}, "Invalid BASE64"),
    ("template_is_legal", "aws:ec2/launchTemplate:LaunchTemplate", {"userData": base64.b64encode(b"x" * 16384).decode()}, {"userData": base64.b64encode(b"x" * 16385).decode()}, "limited to 16384 bytes"),
    ("metadata_options_are_legal", "aws:ec2/launchTemplate:LaunchTemplate", {"metadataOptions": {"httpTokens": "required"}}, {"metadataOptions": {"httpPutResponseHopLimit": 99}}, "between 1 and 64"),
    ("volumes_are_legal", "aws:ebs/volume:Volume", {"availabilityZone": "us-west-2a", "size": 8, "type": "gp3"}, {"throughput": 2500}, "between 125 and 2000"),
    ("volumes_are_legal", "aws:ebs/volume:Volume", {"availabilityZone": "us-west-2a", "size": 100, "type": "io2", "iops": 3000}, {"iops": None}, "must contain the parameter iops"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("image_is_of_the_region", [("aws:ec2/launchTemplate:LaunchTemplate", "there", {"imageId": "ami-0123456789abcdef0", "region": "us-east-1"})], "aws:ec2/launchTemplate:LaunchTemplate", {"imageId": "ami-0123456789abcdef1"}, {"imageId": "ami-0123456789abcdef0"}, "InvalidAMIID.NotFound"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ec2/launchTemplate:LaunchTemplate", {"name": "web"}, {"name": "app"}),
    ("aws:ec2/keyPair:KeyPair", {"keyName": "k", "publicKey": "ssh-ed25519 AAAA"}, {"keyName": "l"}),
]  # fmt: skip
