"""Cases of the dynamodb rules."""
# ruff: noqa: E501 (one row per thing)

from tests.policy.cases.kind import Case, U, v

CASES = {
    "ddb-pitr": Case(
        "dynamodb/table",
        ok=v(pointInTimeRecovery={"enabled": True}),
        bad=v(),
        unknown=v(pointInTimeRecovery={"enabled": U}),
    ),
    "ddb-replica-guards": Case(
        "dynamodb/table",
        ok=v(replicas=[{"regionName": "us-east-1", "pointInTimeRecovery": True, "deletionProtectionEnabled": True}]),
        bad=v(replicas=[{"regionName": "us-east-1", "pointInTimeRecovery": True}]),
        unknown=v(replicas=[{"regionName": "us-east-1", "pointInTimeRecovery": U}]),
        na=v(),
    ),
    "ddb-deletion-protection": Case(
        "dynamodb/table", ok=v(deletionProtectionEnabled=True), bad=v(), unknown=v(deletionProtectionEnabled=U)
    ),
    "ddb-autoscaling": Case(
        "dynamodb/table",
        ok=v(
            ("appautoscaling/target", "r", {"scalableDimension": "dynamodb:table:ReadCapacityUnits", "resourceId": "table/orders"}),
            ("appautoscaling/target", "w", {"scalableDimension": "dynamodb:table:WriteCapacityUnits", "resourceId": "table/orders"}),
            name="orders",
        ),
        bad=v(
            ("appautoscaling/target", "r", {"scalableDimension": "dynamodb:table:ReadCapacityUnits", "resourceId": "table/orders"}),
            name="orders",
        ),
        unknown=v(billingMode=U),
    ),
}  # fmt: skip
