# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.dynamodb`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken

TABLE = {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}], "billingMode": "PAY_PER_REQUEST"}
STREAM = {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}
REPLICA_WITH_KEY = {
    "serverSideEncryption": {
        "enabled": True,
        "kmsKeyArn": "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    },
    "replicas": [{"regionName": "us-east-1", "kmsKeyArn": "arn:k2"}],
}
STRONG_REPLICAS = [{"regionName": r, "consistencyMode": "STRONG"} for r in ("us-east-1", "us-east-2")]

CASES: list[Case] = [
    ("table_keys_are_declared", "aws:dynamodb/table:Table", {**TABLE, "globalSecondaryIndexes": [{"name": "one", "hashKey": "id", "projectionType": "ALL"}, {"name": "two", "hashKey": "id", "projectionType": "ALL"}]}, {"globalSecondaryIndexes": [{"name": "one", "hashKey": "id", "projectionType": "ALL"}] * 2}, "Duplicate index name: one"),
    ("table_keys_are_declared", "aws:dynamodb/table:Table", TABLE, {"attributes": [{"name": "id", "type": "S"}, {"name": "x", "type": "S"}]}, "Unused attributes: x"),
    ("table_capacity_fits_its_billing", "aws:dynamodb/table:Table", TABLE, {"billingMode": "PROVISIONED"}, "readCapacity must be given"),
    ("replicas_are_legal", "aws:dynamodb/table:Table", {**TABLE, **STREAM, "replicas": [{"regionName": "us-east-1", "consistencyMode": "STRONG"}, {"regionName": "us-east-2", "consistencyMode": "STRONG"}]}, {"replicas": [{"regionName": "us-east-1", "consistencyMode": "STRONG"}]}, "exactly three Regions"),
    ("replicas_are_encrypted_alike", "aws:dynamodb/table:Table", {**TABLE, **STREAM, **REPLICA_WITH_KEY}, {"replicas": [{"regionName": "us-east-1"}]}, "KMSMasterKeyId must be specified for each replica"),
    ("replicas_have_streams_of_both_images", "aws:dynamodb/table:Table", {**TABLE, **STREAM, "replicas": [{"regionName": "us-east-1"}]}, {"streamEnabled": None, "streamViewType": None}, "NEW_AND_OLD_IMAGES"),
    ("strongly_consistent_replicas_are_in_one_region_set", "aws:dynamodb/table:Table", {**TABLE, **STREAM, "replicas": STRONG_REPLICAS}, {"replicas": [STRONG_REPLICAS[0], {**STRONG_REPLICAS[1], "regionName": "eu-west-1"}]}, "one Region set"),
    ("strongly_consistent_replicas_are_in_one_region_set", "aws:dynamodb/table:Table", {**TABLE, **STREAM, "replicas": STRONG_REPLICAS}, {"ttl": {"enabled": True, "attributeName": "x"}}, "Time to Live is not supported"),
    ("attributes_have_one_type", "aws:dynamodb/table:Table", TABLE, {"attributes": [{"name": "id", "type": "S"}, {"name": "id", "type": "N"}]}, "two attributes with the same name"),
    ("replica_is_declared_once", "aws:dynamodb/tableReplica:TableReplica", {"globalTableArn": "arn:aws:dynamodb:us-east-1:1:table/t"}, {"globalTableArn": "arn:aws:dynamodb:us-west-2:1:table/t"}, "is in another Region"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("replica_is_declared_once", [("aws:dynamodb/table:Table", "a", {**TABLE, "region": "us-east-1"}), ("aws:dynamodb/table:Table", "b", {**TABLE, **STREAM, "region": "us-east-1", "replicas": [{"regionName": "us-east-2"}]})], "aws:dynamodb/tableReplica:TableReplica", {"globalTableArn": "$a.arn"}, {"globalTableArn": "$b.arn"}, "not both"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:dynamodb/table:Table", {**TABLE, "name": "orders"}, {"name": "stock"}),
]  # fmt: skip
