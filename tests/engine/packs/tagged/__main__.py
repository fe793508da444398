"""A VPC must not be named `forbidden`."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def named(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:ec2/vpc:Vpc" and args.props["tags"]["Name"] == "forbidden":
        report("the VPC's name is forbidden", None)


PolicyPack(
    name="tagged",
    policies=[
        ResourceValidationPolicy(
            name="vpc-name",
            description="A VPC has a name",
            enforcement_level=EnforcementLevel.MANDATORY,
            validate=named,
        )
    ],
)
