"""What any policy pack costs: the engine asks it about every resource."""

from pulumi_policy import EnforcementLevel, PolicyPack, ReportViolation, StackValidationArgs, StackValidationPolicy


def nothing(args: StackValidationArgs, report: ReportViolation) -> None:
    """No rule."""


PolicyPack(
    name="noop",
    policies=[StackValidationPolicy("noop", "Does nothing", nothing, enforcement_level=EnforcementLevel.MANDATORY)],
)
