# ruff: noqa: E501 (what AWS says is as long as it is)
"""DynamoDB and ElastiCache."""

import re
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, length, not_both, one_of, ranged, refuses
from offline.aws.refusals.network import zones_of

TABLE = "aws:dynamodb/table:Table"
CACHE, CACHE_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/subnetGroup:SubnetGroup"
_ATTRIBUTE_TYPES = ("S", "N", "B")


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
    for path, attribute in case.objects("attributes"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(attribute, "type", *_ATTRIBUTE_TYPES))


@refuses(TABLE)
def table_capacity_fits_its_billing(case: Case) -> Iterator[Problem]:
    """DynamoDB CreateTable: throughput for PROVISIONED only; names of 3-255 letters, digits and _.-"""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", name):
        yield "name", f"ValidationException: table name {name!r}: 3 to 255 letters, digits and _ . -"
    mode = case.text("billingMode")
    yield from one_of(case, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
    yield from one_of(case, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
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
    yield from one_of(case, "streamViewType", "", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
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


@refuses(CACHE_GROUP)
def cache_subnet_group_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateCacheSubnetGroup: at least one subnet; names to 255, lower case, not ``default``."""
    if not case.list("subnetIds") and not case.unknown("subnetIds"):
        yield "subnetIds", "InvalidParameterValue: at least one subnet"
    name = case.text("name")
    if name is not None and (name == "default" or not re.fullmatch(r"[a-zA-Z0-9-]{1,255}", name)):
        yield "name", f"InvalidParameterValue: name {name!r}: 1 to 255 letters, digits and hyphens, not 'default'"


@refuses(CACHE)
def multi_az_cache_fails_over(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: Multi-AZ needs automatic failover; failover needs a replica."""
    multi, failover = case.get("multiAzEnabled") is True, case.get("automaticFailoverEnabled") is True
    if multi and not failover and not case.unknown("automaticFailoverEnabled"):
        yield (
            "automaticFailoverEnabled",
            "InvalidParameterCombination: Must enable automatic failover for multi-AZ replication groups.",
        )
    nodes, replicas = case.number("numCacheClusters"), case.number("replicasPerNodeGroup")
    sharded = case.given("numNodeGroups") or case.given("replicasPerNodeGroup")
    secondary = case.given("globalReplicationGroupId")
    if failover and not sharded and nodes is not None and nodes < 2:
        yield (
            "numCacheClusters",
            "InvalidParameterValue: Replication group with automatic failover enabled must have at least one replica: numCacheClusters must be 2 or more.",
        )
    if failover and not sharded and not case.given("numCacheClusters") and not secondary:
        yield (
            "numCacheClusters",
            "InvalidParameterValue: automatic failover needs numCacheClusters of 2 or more, or replicasPerNodeGroup",
        )
    if multi and sharded and replicas == 0:
        yield "replicasPerNodeGroup", "InvalidParameterCombination: Multi-AZ needs at least one replica per node group"
    yield from not_both(case, "numCacheClusters", "numNodeGroups")
    yield from not_both(case, "numCacheClusters", "replicasPerNodeGroup")
    yield from ranged(case, "numCacheClusters", 1, 6)
    yield from ranged(case, "replicasPerNodeGroup", 0, 5)
    yield from ranged(case, "numNodeGroups", 1, 500)
    zones = case.list("preferredCacheClusterAzs")
    if zones and nodes is not None and len(zones) != nodes:
        yield (
            "preferredCacheClusterAzs",
            f"InvalidParameterValue: {len(zones)} preferred zones for {nodes} cache clusters: must be as many",
        )


@refuses(CACHE)
def cache_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: id of 1-40 letters, digits, hyphens; AUTH needs TLS; secondaries inherit."""
    name = case.text("replicationGroupId")
    if name is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", name):
        yield (
            "replicationGroupId",
            f"InvalidParameterValue: replicationGroupId {name!r}: 1 to 40 letters, digits, hyphens; a letter first, no hyphen last or twice",
        )
    yield from one_of(case, "engine", "redis", "valkey")
    if (
        case.given("authToken")
        and case.get("transitEncryptionEnabled") is not True
        and not case.unknown("transitEncryptionEnabled")
    ):
        yield "authToken", "InvalidParameterCombination: an AUTH token needs transitEncryptionEnabled"
    yield from length(case, "authToken", 16, 128)
    if (
        case.given("kmsKeyId")
        and case.text("atRestEncryptionEnabled") != "true"
        and case.get("atRestEncryptionEnabled") is not True
        and not case.unknown("atRestEncryptionEnabled")
    ):
        yield "kmsKeyId", "InvalidParameterCombination: kmsKeyId needs atRestEncryptionEnabled"
    yield from ranged(case, "snapshotRetentionLimit", 0, 35, "days")
    if case.given("globalReplicationGroupId"):
        for inherited in (
            "engine",
            "engineVersion",
            "nodeType",
            "numNodeGroups",
            "parameterGroupName",
            "atRestEncryptionEnabled",
            "transitEncryptionEnabled",
        ):
            if case.given(inherited):
                yield (
                    inherited,
                    f"InvalidParameterCombination: {inherited} of a secondary is that of its global replication group",
                )
    elif not case.given("nodeType"):
        yield "nodeType", "InvalidParameterValue: nodeType must be given"
    if case.text("description") == "":
        yield "description", "InvalidParameterValue: description must not be empty"


@refuses("aws:elasticache/serverlessCache:ServerlessCache")
def serverless_cache_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateServerlessCache: engines; two or three subnets in different zones."""
    yield from one_of(case, "engine", "redis", "valkey", "memcached")
    subnets = case.list("subnetIds")
    zones, complete = zones_of(case, subnets)
    if subnets and not 2 <= len(subnets) <= 3:
        yield "subnetIds", f"InvalidParameterValue: {len(subnets)} subnets: a serverless cache takes 2 or 3"
    elif subnets and complete and len(zones) < len(subnets):
        yield (
            "subnetIds",
            "InvalidParameterValue: the subnets of a serverless cache must be in different Availability Zones",
        )
