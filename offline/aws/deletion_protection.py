# ruff: noqa: E501 (a table: one type per line)
"""Which deletions AWS refuses, and why: deletion protection, final snapshots."""

from collections.abc import Mapping
from typing import Any, cast

_PROTECTED: Mapping[str, tuple[str, str]] = {
    "aws:lb/loadBalancer:LoadBalancer": (
        "enableDeletionProtection",
        "OperationNotPermitted: Load balancer cannot be deleted because deletion protection is enabled",
    ),
    "aws:rds/instance:Instance": (
        "deletionProtection",
        "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
    ),
    "aws:rds/cluster:Cluster": (
        "deletionProtection",
        "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
    ),
    "aws:rds/globalCluster:GlobalCluster": (
        "deletionProtection",
        "InvalidParameterCombination: Cannot delete protected Global Cluster, please disable deletion protection and try again.",
    ),
    "aws:docdb/cluster:Cluster": (
        "deletionProtection",
        "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
    ),
    "aws:neptune/cluster:Cluster": (
        "deletionProtection",
        "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
    ),
    "aws:dynamodb/table:Table": (
        "deletionProtectionEnabled",
        "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    ),
    "aws:eks/cluster:Cluster": (
        "deletionProtection",
        "InvalidRequestException: Cannot delete cluster while deletion protection is enabled",
    ),
    "aws:ec2/instance:Instance": (
        "disableApiTermination",
        "OperationNotPermitted: The instance may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
    ),
}
_SWITCHES = ("deletionProtection", "deletionProtectionEnabled", "deleteProtection", "terminationProtectionEnabled")
"""Other names of the property: log groups, global clusters, firewalls, event data stores."""
_SNAPSHOT = {
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
}


def refusal(token: str, state: Mapping[str, Any]) -> str | None:
    """Why a resource in this state cannot be deleted; None if it can.

    Buckets can: offline nothing writes objects, so buckets are always empty, and AWS deletes an empty bucket with any
    ``forceDestroy``. KMS keys can: their deletion is only scheduled.
    """
    if token in _PROTECTED:
        name, reason = _PROTECTED[token]
        if state.get(name) is True:
            return reason
    elif switch := next((name for name in _SWITCHES if state.get(name) is True), None):
        return f"OperationNotPermitted: {token.rpartition(':')[2]} cannot be deleted while {switch} is on"
    if token == "aws:dynamodb/table:Table":  # noqa: S105
        for replica in cast(list[Mapping[str, Any]], state.get("replicas") or []):  # which go before their table
            if replica.get("deletionProtectionEnabled") is True:
                return f"{_PROTECTED[token][1]} (replica in {replica.get('regionName')})"
    if token == "aws:cognito/userPool:UserPool" and state.get("deletionProtection") == "ACTIVE":  # noqa: S105
        return "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated."
    needs_snapshot = token in _SNAPSHOT and state.get("skipFinalSnapshot") is not True
    if needs_snapshot and not state.get("finalSnapshotIdentifier") and not state.get("replicateSourceDb"):
        kind = "RDS Cluster" if token.endswith("Cluster") else "DB Instance"
        return f"{kind} final_snapshot_identifier is required when skip_final_snapshot is false"
    return None
