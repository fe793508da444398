# ruff: noqa: E501 (what AWS says is as long as it is)
"""KMS."""

import re
from collections.abc import Iterator

from offline.aws import regions
from offline.aws.refusals import Case, Problem, ranged, refuses
from offline.aws.unique import unique

REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"


@refuses("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
def key_is_legal(case: Case) -> Iterator[Problem]:
    """KMS ScheduleKeyDeletion: 7-30 days; rotation 90-2560 days and of symmetric keys only."""
    yield from ranged(case, "deletionWindowInDays", 7, 30, "days")
    spec = case.text("customerMasterKeySpec")
    if case.get("enableKeyRotation") is True and spec not in (None, "SYMMETRIC_DEFAULT"):
        yield "enableKeyRotation", f"UnsupportedOperationException: rotation is not supported for keys of {spec}"
    if (
        case.given("rotationPeriodInDays")
        and case.get("enableKeyRotation") is not True
        and not case.unknown("enableKeyRotation")
    ):
        yield "rotationPeriodInDays", "rotationPeriodInDays needs enableKeyRotation"
    primary = case.text("primaryKeyArn")
    if primary is not None and primary.count(":") >= 5:
        if primary.split(":")[3] == case.region and not case.unknown("region"):
            yield (
                "primaryKeyArn",
                f"InvalidArnException: a replica cannot be in the Region of its primary, {case.region}",
            )
        if "/mrk-" not in primary and re.search(r"key/[0-9a-f-]{36}$", primary):
            yield "primaryKeyArn", "UnsupportedOperationException: the primary is not a multi-Region key"


@refuses(REPLICA_KEY)
def replica_is_of_a_primary_key(case: Case) -> Iterator[Problem]:
    """KMS ReplicateKey: KeyId is the multi-Region primary key; a replica key cannot be replicated."""
    arn = case.text("primaryKeyArn")
    if case.inventory.find(REPLICA_KEY, "arn", arn):
        yield "primaryKeyArn", f"UnsupportedOperationException: {arn} is not a multi-Region primary key"


@refuses("aws:kms/alias:Alias")
def alias_name_is_legal(case: Case) -> Iterator[Problem]:
    """KMS CreateAlias: alias/ and letters, digits, / _ -; not alias/aws/."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"alias/[a-zA-Z0-9/_-]{1,250}", name):
        yield "name", f"ValidationException: alias {name!r}: alias/ and letters, digits, / _ -"
    if name is not None and name.startswith("alias/aws/"):
        yield "name", "NotAuthorizedException: alias/aws/ is reserved for AWS managed keys"


_KEYS = {
    "aws:rds/instance:Instance": ("kmsKeyId", "KMSKeyNotAccessibleFault"),
    "aws:rds/cluster:Cluster": ("kmsKeyId", "KMSKeyNotAccessibleFault"),
    "aws:docdb/cluster:Cluster": ("kmsKeyId", "KMSKeyNotAccessibleFault"),
    "aws:neptune/cluster:Cluster": ("kmsKeyArn", "KMSKeyNotAccessibleFault"),
    "aws:efs/fileSystem:FileSystem": ("kmsKeyId", "BadRequest"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("kmsKeyId", "InvalidKMSKeyFault"),
    "aws:dynamodb/table:Table": ("serverSideEncryption.kmsKeyArn", "ValidationException"),
    "aws:cloudwatch/logGroup:LogGroup": ("kmsKeyId", "InvalidParameterException"),
    "aws:lambda/function:Function": ("kmsKeyArn", "InvalidParameterValueException"),
    "aws:backup/vault:Vault": ("kmsKeyArn", "InvalidParameterValueException"),
}
"""Where resources name the key that encrypts them, and AWS's error for a key that it cannot use there."""


@refuses(*_KEYS)
def encryption_key_is_of_the_region(case: Case) -> Iterator[Problem]:
    """KMS developer guide, "Multi-Region keys": services use keys of their own Region only."""
    path, error = _KEYS[case.token]
    arn = case.text(path)
    if arn is None or not (match := re.fullmatch(r"arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:key/.+", arn)):
        return
    if case.region in regions.ZONES and match[1] != case.region and not case.unknown("region"):
        yield path, f"{error}: the KMS key is in {match[1]}, and must be in {case.region}: {arn}"


unique("aws:kms/alias:Alias", "name", call="kms CreateAlias", says="AlreadyExistsException: An alias with the name {name} already exists")  # fmt: skip
unique("aws:kms/replicaKey:ReplicaKey", "primaryKeyArn", call="kms ReplicateKey", says="AlreadyExistsException: a Region has one replica of {primaryKeyArn}")  # fmt: skip
unique("aws:kms/keyPolicy:KeyPolicy", "keyId", call="kms PutKeyPolicy", says="PutKeyPolicy: one policy of key {keyId}:", overwrites=True)  # fmt: skip
