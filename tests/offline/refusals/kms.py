# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.kms`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import document

MULTI_REGION_KEY = "arn:aws:kms:us-west-2:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
OTHER_KEY = "arn:aws:kms:us-west-2:123456789012:key/mrk-00000000000000000000000000000001"

CASES: list[Case] = [
    ("key_is_legal", "aws:kms/key:Key", {"deletionWindowInDays": 7}, {"deletionWindowInDays": 5}, "between 7 and 30"),
    ("alias_name_is_legal", "aws:kms/alias:Alias", {"name": "alias/data", "targetKeyId": "k"}, {"name": "alias/aws/s3"}, "reserved for AWS managed keys"),
    ("encryption_key_is_of_the_region", "aws:backup/vault:Vault", {"name": "v1", "kmsKeyArn": MULTI_REGION_KEY, "region": "us-west-2"}, {"region": "us-east-1"}, "the KMS key is in us-west-2"),
    ("encryption_key_is_of_the_region", "aws:cloudwatch/logGroup:LogGroup", {"kmsKeyId": MULTI_REGION_KEY, "region": "us-west-2"}, {"region": "eu-west-1"}, "must be in eu-west-1"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("replica_is_of_a_primary_key", [("aws:kms/replicaKey:ReplicaKey", "copy", {"primaryKeyArn": MULTI_REGION_KEY, "region": "us-east-1"})], "aws:kms/replicaKey:ReplicaKey", {"primaryKeyArn": OTHER_KEY, "region": "eu-west-1"}, {"primaryKeyArn": "$copy.arn"}, "is not a multi-Region primary key"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:kms/alias:Alias", {"name": "alias/data", "targetKeyId": "k"}, {"name": "alias/logs"}),
    ("aws:kms/replicaKey:ReplicaKey", {"primaryKeyArn": MULTI_REGION_KEY, "region": "us-east-1"}, {"region": "us-east-2"}),
    ("aws:kms/keyPolicy:KeyPolicy", {"keyId": "k", "policy": document({"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"})}, {"keyId": "l"}),
]  # fmt: skip
