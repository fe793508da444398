"""DynamoDB tables."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.node import Node
from ha_policy.graph.relations import scaling_targets
from ha_policy.rule import CORE, HYGIENE, Check, Severity, rule, skip

TABLE: Final = "dynamodb/table"


@rule(
    "ddb-pitr",
    "A DynamoDB table has point-in-time recovery on",
    TABLE,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a mistake is copied to all replicas within a second; only point-in-time recovery undoes it",
    fix="set pointInTimeRecovery.enabled",
    refs=("REL09-BP03", "Security Hub DynamoDB.2", "Config DYNAMODB_PITR_ENABLED"),
)
def ddb_pitr(table: Node, check: Check) -> Iterator[str]:
    if not table.flag("pointInTimeRecovery.enabled"):
        yield "pointInTimeRecovery is off"


@rule(
    "ddb-replica-guards",
    "Every replica of a DynamoDB table has point-in-time recovery and deletion protection",
    TABLE,
    "dynamodb/tableReplica",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="both are set per Region: a replica does not get them from the table",
    fix="set pointInTimeRecovery and deletionProtectionEnabled on each replica",
    refs=("REL09-BP03", "DynamoDB guide: global tables"),
)
def ddb_replicas(table: Node, check: Check) -> Iterator[str]:
    if table.kind == "dynamodb/tableReplica":
        for name in ("pointInTimeRecovery", "deletionProtectionEnabled"):
            if not table.flag(name):
                yield f"{name} is off"
        return
    replicas = table.blocks("replicas")
    if not replicas:
        skip("it has no replica")
    for replica in replicas:
        for name in ("pointInTimeRecovery", "deletionProtectionEnabled"):
            if not replica.flag(name):
                yield f"{name} of the replica in {replica.text('regionName')} is off"


@rule(
    "ddb-deletion-protection",
    "A DynamoDB table has deletion protection on",
    TABLE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without it, one wrong API call deletes the table",
    fix="set deletionProtectionEnabled",
    refs=("REL13-BP01", "Security Hub DynamoDB.6"),
)
def ddb_deletion_protection(table: Node, check: Check) -> Iterator[str]:
    if not table.flag("deletionProtectionEnabled"):
        yield "deletionProtectionEnabled is off"


@rule(
    "ddb-autoscaling",
    "A DynamoDB table scales with its load",
    TABLE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a table with fixed capacity throttles requests above it",
    fix="use PAY_PER_REQUEST, or scalable targets with policies for reads and writes",
    refs=("REL07-BP01", "Security Hub DynamoDB.1", "Config DYNAMODB_AUTOSCALING_ENABLED"),
)
def ddb_autoscaling(table: Node, check: Check) -> Iterator[str]:
    if table.text("billingMode", "PROVISIONED") == "PAY_PER_REQUEST":
        return
    scaled = {t.text("scalableDimension") for t in scaling_targets(check.graph, table)}
    for what in ("Read", "Write"):
        if f"dynamodb:table:{what}CapacityUnits" not in scaled:
            yield f"its {what.lower()} capacity is fixed"
