# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.application_autoscaling`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("scalable_target_is_legal", "aws:appautoscaling/target:Target", {"minCapacity": 1, "maxCapacity": 2, "resourceId": "service/c/s", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}, {"minCapacity": 3}, "cannot be less"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:appautoscaling/target:Target", {"minCapacity": 1, "maxCapacity": 2, "resourceId": "service/c/s", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}, {"resourceId": "service/c/t"}),
    ("aws:appautoscaling/policy:Policy", {"name": "p", "policyType": "TargetTrackingScaling", "resourceId": "service/c/s", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs", "targetTrackingScalingPolicyConfiguration": {"targetValue": 50}}, {"name": "q"}),
]  # fmt: skip
