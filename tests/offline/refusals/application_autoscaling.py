# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.application_autoscaling`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("scalable_target_is_legal", "aws:appautoscaling/target:Target", {"minCapacity": 1, "maxCapacity": 2, "resourceId": "service/c/s", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}, {"minCapacity": 3}, "cannot be less"),
]  # fmt: skip
