# ruff: noqa: E501 (what AWS says is as long as it is)
"""DynamoDB tables and their replicas."""

import re
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, others, ranged, refuses
from offline.aws.unique import unique

TABLE = "aws:dynamodb/table:Table"
_ATTRIBUTE_TYPES = ("S", "N", "B")
STRONG_SETS = (
    {"us-east-1", "us-east-2", "us-west-2"},
    {"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"},
    {"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"},
)
"""Regions that a strongly consistent global table can span (DynamoDB Developer Guide, "Multi-Region strong consistency")."""


@refuses(TABLE)
def table_keys_are_declared(case: Case) -> Iterator[Problem]:
    """DynamoDB CreateTable: every key is an attribute and every attribute is a key of the table or an index."""
    if case.unknown("attributes") or case.given("restoreSourceName") or case.given("restoreSourceTableArn"):
        return
    declared = {a.text("name") for _, a in case.objects("attributes")}
    used: set[Any] = {case.text(k) for k in ("hashKey", "rangeKey") if case.given(k)}
    if not case.given("hashKey"):
        yield "hashKey", "ValidationException: hashKey must be given"
    for kind in ("globalSecondaryIndexes", "localSecondaryIndexes"):
        for path, index in case.objects(kind):
            keys = {index.text(k) for k in ("hashKey", "rangeKey") if index.given(k)}
            keys |= {s.text("attributeName") for _, s in index.objects("keySchemas")}
            used |= keys
            projection = index.text("projectionType")
            if projection is not None and projection not in ("ALL", "KEYS_ONLY", "INCLUDE"):
                yield f"{path}.projectionType", f"projectionType={projection!r}: must be ALL, KEYS_ONLY or INCLUDE"
            if projection == "INCLUDE" and not index.given("nonKeyAttributes"):
                yield (
                    f"{path}.nonKeyAttributes",
                    "ValidationException: NonKeyAttributes must be given for projection INCLUDE",
                )
    missing, unused = sorted(map(str, used - declared - {None})), sorted(map(str, declared - used - {None}))
    if missing and None not in declared:
        yield (
            "attributes",
            f"ValidationException: Some index key attributes are not defined in AttributeDefinitions: {', '.join(missing)}",
        )
    if unused and None not in used:
        yield (
            "attributes",
            f"ValidationException: all attributes must be indexed. Unused attributes: {', '.join(unused)}",
        )
    names: set[str] = set()
    for kind in ("globalSecondaryIndexes", "localSecondaryIndexes"):
        for path, index in case.objects(kind):
            name = index.text("name")
            if name is not None and name in names:
                yield (
                    f"{path}.name",
                    f"ValidationException: One or more parameter values were invalid: Duplicate index name: {name}",
                )
            names |= {name} if name is not None else set()


@refuses(TABLE)
def table_capacity_fits_its_billing(case: Case) -> Iterator[Problem]:
    """DynamoDB CreateTable: throughput for PROVISIONED only; names of 3-255 letters, digits and _.-"""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", name):
        yield "name", f"ValidationException: table name {name!r}: 3 to 255 letters, digits and _ . -"
    mode = case.text("billingMode")
    if mode == "PAY_PER_REQUEST":
        for capacity in ("readCapacity", "writeCapacity"):
            if (case.number(capacity) or 0) > 0:
                yield capacity, f"ValidationException: {capacity} can't be given for PAY_PER_REQUEST"
    elif not case.unknown("billingMode"):
        for capacity in ("readCapacity", "writeCapacity"):
            if not case.given(capacity) and not case.given("restoreSourceName"):
                yield capacity, f"ValidationException: {capacity} must be given for billing mode PROVISIONED"
    if case.get("streamEnabled") is True and not case.given("streamViewType"):
        yield "streamViewType", "ValidationException: streamViewType must be given when streams are enabled"
    ttl = next((t for _, t in case.objects("ttl")), None)
    if ttl and ttl.get("enabled") is True and not ttl.given("attributeName"):
        yield "ttl.attributeName", "ValidationException: TTL needs an attributeName"
    yield from ranged(case, "pointInTimeRecovery.recoveryPeriodInDays", 1, 35, "days")


@refuses(TABLE)
def replicas_are_legal(case: Case) -> Iterator[Problem]:
    """DynamoDB UpdateTable replicas: other Regions, each once; streams of both images; MRSC is exactly three Regions."""
    replicas = list(case.objects("replicas"))
    if not replicas:
        if case.given("globalTableWitness"):
            yield "globalTableWitness", "ValidationException: a witness needs a replica with strong consistency"
        return
    regions = [r.text("regionName") for _, r in replicas]
    for (path, _), region in zip(replicas, regions, strict=True):
        if region is not None and region == case.region:
            yield f"{path}.regionName", f"ValidationException: {region} is the table's own Region"
    known = [r for r in regions if r is not None]
    if len(set(known)) < len(known):
        yield "replicas", "ValidationException: a Region is given twice"
    if case.get("streamEnabled") is False or (
        case.given("streamViewType") and case.text("streamViewType") not in (None, "NEW_AND_OLD_IMAGES")
    ):
        yield "streamViewType", "ValidationException: a global table needs streams of NEW_AND_OLD_IMAGES"
    modes = [r.text("consistencyMode") for _, r in replicas]
    strong = modes.count("STRONG")
    witness = case.text("globalTableWitness.regionName")
    if strong and strong != len(modes):
        yield "replicas", "ValidationException: all replicas have the same consistency mode"
    if strong and not (
        (strong == 2 and not case.given("globalTableWitness")) or (strong == 1 and case.given("globalTableWitness"))
    ):
        yield (
            "replicas",
            "ValidationException: multi-Region strong consistency needs exactly three Regions: two replicas, or one and a witness",
        )
    if witness is not None and witness in (*known, case.region):
        yield "globalTableWitness.regionName", f"ValidationException: {witness} holds a copy of the table already"


@refuses(TABLE)
def replicas_are_encrypted_alike(case: Case) -> Iterator[Problem]:
    """DynamoDB UpdateTable: ValidationException "KMSMasterKeyId must be specified for each replica"."""
    keyed = case.given("serverSideEncryption.kmsKeyArn")
    for path, replica in case.objects("replicas"):
        if keyed and not replica.given("kmsKeyArn"):
            yield f"{path}.kmsKeyArn", "ValidationException: KMSMasterKeyId must be specified for each replica."
        elif replica.given("kmsKeyArn") and not keyed and not case.unknown("serverSideEncryption"):
            yield (
                f"{path}.kmsKeyArn",
                "ValidationException: the table has no KMS key of its own: a replica cannot have one",
            )


@refuses(TABLE)
def replicas_have_streams_of_both_images(case: Case) -> Iterator[Problem]:
    """DynamoDB Developer Guide, "Global tables: how it works": replicas need a stream of NEW_AND_OLD_IMAGES."""
    if case.list("replicas") and not case.given("streamEnabled"):
        yield (
            "streamEnabled",
            "ValidationException: Table must have a DynamoDB stream of NEW_AND_OLD_IMAGES to have replicas",
        )


@refuses(TABLE)
def strongly_consistent_replicas_are_in_one_region_set(case: Case) -> Iterator[Problem]:
    """DynamoDB Developer Guide, "Multi-Region strong consistency": one Region set, no time to live."""
    if not any(r.text("consistencyMode") == "STRONG" for _, r in case.objects("replicas")):
        return
    regions = {r.text("regionName") for _, r in case.objects("replicas")} | {case.text("globalTableWitness.regionName")}
    known = {r for r in regions if r is not None} | {case.region}
    if not any(known <= those for those in STRONG_SETS):
        yield (
            "replicas",
            f"ValidationException: strong consistency cannot span {', '.join(sorted(known))}: one Region set",
        )
    if case.get("ttl.enabled") is True:
        yield (
            "ttl",
            "ValidationException: Time to Live is not supported for tables with multi-Region strong consistency",
        )


@refuses(TABLE)
def attributes_have_one_type(case: Case) -> Iterator[Problem]:
    """DynamoDB CreateTable: "Cannot have two attributes with the same name"."""
    types: dict[str, str | None] = {}
    for path, attribute in case.objects("attributes"):
        name = attribute.text("name")
        if name is not None and name in types:
            yield f"{path}.name", f"ValidationException: Cannot have two attributes with the same name: {name}"
        types[name or path] = attribute.text("type")


@refuses("aws:dynamodb/tableReplica:TableReplica")
def replica_is_declared_once(case: Case) -> Iterator[Problem]:
    """`dynamodb.TableReplica` and the replicas of `dynamodb.Table` exclude one another (documentation of both); a replica is in another Region."""
    arn = case.text("globalTableArn")
    table = case.inventory.find(TABLE, "arn", arn)
    if arn is not None and arn.count(":") >= 5 and arn.split(":")[3] == case.region:
        yield (
            "globalTableArn",
            f"ValidationException: the table is in {case.region} itself: a replica is in another Region",
        )
    if table is not None and any(
        c.text("name") == table.get("name") and c.list("replicas") for _, c in others(case, TABLE)
    ):
        yield (
            "globalTableArn",
            f"the table {table.get('name')} has replicas of its own: use these, or TableReplica, not both",
        )


unique("aws:dynamodb/table:Table", "name", call="dynamodb CreateTable", says="ResourceInUseException: Table already exists: {name}")  # fmt: skip
