# ruff: noqa: E501 (what AWS says is as long as it is)
"""Application Auto Scaling."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique


@refuses("aws:appautoscaling/target:Target")
def scalable_target_is_legal(case: Case) -> Iterator[Problem]:
    """Application Auto Scaling RegisterScalableTarget: min <= max; the dimension is of the service."""
    low, high = case.number("minCapacity"), case.number("maxCapacity")
    if low is not None and high is not None and low > high:
        yield (
            "minCapacity",
            f"ValidationException: Maximum capacity cannot be less than minimum capacity ({high} < {low})",
        )
    space, dimension = case.text("serviceNamespace"), case.text("scalableDimension")
    if space and dimension and not dimension.startswith(f"{space}:") and space != "custom-resource":
        yield (
            "scalableDimension",
            f"ValidationException: Unsupported service namespace, resource type or scalable dimension: {space}, {dimension}",
        )


unique("aws:appautoscaling/target:Target", "serviceNamespace resourceId scalableDimension", call="application-autoscaling RegisterScalableTarget", says="RegisterScalableTarget: one target {resourceId} {scalableDimension}:", overwrites=True)  # fmt: skip
unique("aws:appautoscaling/policy:Policy", "serviceNamespace resourceId scalableDimension name", call="application-autoscaling PutScalingPolicy", says="PutScalingPolicy: one policy {name} of {resourceId}:", overwrites=True)  # fmt: skip
