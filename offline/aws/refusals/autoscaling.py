# ruff: noqa: E501 (what AWS says is as long as it is)
"""EC2 Auto Scaling groups, policies and lifecycle hooks."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses
from offline.aws.refusals.ec2 import LAUNCH_TEMPLATE
from offline.aws.refusals.vpc import zones_of
from offline.aws.unique import unique

GROUP = "aws:autoscaling/group:Group"


@refuses(GROUP)
def group_sizes_agree(case: Case) -> Iterator[Problem]:
    """Auto Scaling CreateAutoScalingGroup: min <= desired <= max; 0-10000."""
    low, high, wanted = case.number("minSize"), case.number("maxSize"), case.number("desiredCapacity")
    for name in ("minSize", "maxSize", "desiredCapacity"):
        yield from ranged(case, name, 0, 10000)
    if low is not None and high is not None and low > high:
        yield "minSize", f"ValidationError: Max bound, {high}, must be greater than or equal to min bound, {low}"
    if wanted is not None and ((low is not None and wanted < low) or (high is not None and wanted > high)):
        yield (
            "desiredCapacity",
            f"ValidationError: Desired capacity:{wanted} must be between the specified min size:{low} and max size:{high}",
        )


@refuses(GROUP)
def group_with_a_warm_pool_is_on_demand(case: Case) -> Iterator[Problem]:
    """EC2 Auto Scaling, warm pools: several instance types are allowed since November 2025, but On-Demand only."""
    if not case.given("warmPool"):
        return
    for path, shares in case.objects("mixedInstancesPolicy.instancesDistribution"):
        share = shares.number("onDemandPercentageAboveBaseCapacity")
        if share is not None and share < 100:
            yield (
                f"{path}.onDemandPercentageAboveBaseCapacity",
                f"ValidationError: You can't add a warm pool to an Auto Scaling group that requests Spot Instances; {share} percent On-Demand must be 100.",
            )


@refuses(GROUP)
def group_has_one_template_and_a_place(case: Case) -> Iterator[Problem]:
    """Auto Scaling CreateAutoScalingGroup: one source of instances; zones or subnets; health checks EC2, ELB, EBS, VPC_LATTICE."""
    sources = ("launchConfiguration", "launchTemplate", "mixedInstancesPolicy")
    given = [s for s in sources if case.given(s)]
    if len(given) != 1:
        yield (
            given[1] if given else sources[1],
            f"ValidationError: Valid requests must contain exactly one of {', '.join(sources)}",
        )
    yield from not_both(case, "availabilityZones", "vpcZoneIdentifiers")
    if not case.given("availabilityZones") and not case.given("vpcZoneIdentifiers"):
        yield "vpcZoneIdentifiers", "ValidationError: At least one Availability Zone or VPC Subnet is required."
    checks = {c.strip() for c in (case.text("healthCheckType") or "EC2").split(",")}
    if not checks <= {"EC2", "ELB", "EBS", "VPC_LATTICE"}:
        yield (
            "healthCheckType",
            f"healthCheckType={case.text('healthCheckType')!r}: must be of EC2, ELB, EBS, VPC_LATTICE",
        )
    known, complete = zones_of(case, case.list("vpcZoneIdentifiers"))
    if (
        complete
        and known
        and len(known) < len(case.list("vpcZoneIdentifiers"))
        and len(set(map(str, case.list("vpcZoneIdentifiers")))) < len(case.list("vpcZoneIdentifiers"))
    ):
        yield "vpcZoneIdentifiers", "ValidationError: a subnet is given twice"


@refuses(GROUP)
def group_settings_are_legal(case: Case) -> Iterator[Problem]:
    """Auto Scaling: MaxInstanceLifetime 0 or 86400 s up; InstanceMaintenancePolicy 0-100/100-200; RefreshPreferences 0-100."""
    life = case.number("maxInstanceLifetime")
    if life not in (None, 0) and not 86400 <= (life or 0) <= 31536000:
        yield "maxInstanceLifetime", f"maxInstanceLifetime={life}: must be 0 or between 86400 and 31536000 seconds"
    for path, policy in case.objects("instanceMaintenancePolicy"):
        low, high = policy.number("minHealthyPercentage"), policy.number("maxHealthyPercentage")
        if low is not None and high is not None and -1 not in (low, high):
            if not (0 <= low <= 100 <= high <= 200):
                yield (
                    path,
                    f"ValidationError: minHealthyPercentage={low} must be 0-100 and maxHealthyPercentage={high} 100-200",
                )
            elif high - low > 100:
                yield path, f"ValidationError: the difference of {high} and {low} cannot be greater than 100"
    for path, refresh in case.objects("instanceRefresh"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(refresh, "strategy", "Rolling", "ReplaceRootVolume"))
        for inner, wish in refresh.objects("preferences"):
            low, high = wish.number("minHealthyPercentage"), wish.number("maxHealthyPercentage")
            if low is not None and not 0 <= low <= 100:
                yield f"{path}.{inner}.minHealthyPercentage", f"minHealthyPercentage={low}: must be between 0 and 100"
            if high is not None and not 100 <= high <= 200:
                yield (
                    f"{path}.{inner}.maxHealthyPercentage",
                    f"maxHealthyPercentage={high}: must be between 100 and 200",
                )
            if low is not None and high is not None and high - low > 100:
                yield (
                    f"{path}.{inner}",
                    f"ValidationError: the difference of {high} and {low} cannot be greater than 100",
                )
            if wish.get("autoRollback") is True and _latest(case):
                yield (
                    f"{path}.{inner}.autoRollback",
                    (
                        "ValidationError: auto rollback needs a numbered version of the launch template, not $Latest or $Default"
                    ),
                )


def _latest(case: Case) -> bool:
    paths = ("launchTemplate.version", "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version")
    for path in paths:
        if case.given(path.rsplit(".", 1)[0]) and not case.unknown(path):
            return case.text(path) in (None, "$Latest", "$Default")
    return False


@refuses("aws:autoscaling/policy:Policy")
def scaling_policy_is_complete(case: Case) -> Iterator[Problem]:
    """Auto Scaling PutScalingPolicy: what each policy type needs."""
    if case.unknown("policyType"):
        return
    kind = case.text("policyType") or "SimpleScaling"
    needs = {
        "TargetTrackingScaling": "targetTrackingConfiguration",
        "StepScaling": "stepAdjustments",
        "PredictiveScaling": "predictiveScalingConfiguration",
        "SimpleScaling": "scalingAdjustment",
    }
    if kind not in needs:
        yield "policyType", f"policyType={kind!r}: must be one of {', '.join(needs)}"
    elif not case.given(needs[kind]):
        yield needs[kind], f"ValidationError: {needs[kind]} is needed for {kind}"
    if kind in ("StepScaling", "SimpleScaling") and not case.given("adjustmentType"):
        yield "adjustmentType", f"ValidationError: adjustmentType is needed for {kind}"


@refuses("aws:autoscaling/lifecycleHook:LifecycleHook")
def lifecycle_hook_is_legal(case: Case) -> Iterator[Problem]:
    """Auto Scaling PutLifecycleHook: heartbeat 30-7200 s."""
    yield from ranged(case, "heartbeatTimeout", 30, 7200, "seconds")
    yield from one_of(case, "defaultResult", "CONTINUE", "ABANDON")
    yield from one_of(
        case, "lifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
    )


@refuses(GROUP)
def auto_rollback_needs_a_fixed_image(case: Case) -> Iterator[Problem]:
    """Auto Scaling StartInstanceRefresh: no auto rollback for a template whose image is a Systems Manager parameter."""
    if not any(
        p.get("autoRollback") is True for _, r in case.objects("instanceRefresh") for _, p in r.objects("preferences")
    ):
        return
    paths = ("launchTemplate", "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification")
    for path in paths:
        found = (
            case.inventory.get(LAUNCH_TEMPLATE, case.text(f"{path}.id") or case.text(f"{path}.launchTemplateId"))
            or case.inventory.find(
                LAUNCH_TEMPLATE, "name", case.text(f"{path}.name") or case.text(f"{path}.launchTemplateName")
            )
            or {}
        )
        image = found.get("imageId")
        if isinstance(image, str) and image.startswith("resolve:ssm:"):
            yield (
                "instanceRefresh.preferences.autoRollback",
                f"ValidationError: auto rollback is not supported: the launch template's image {image} is a Systems Manager parameter",
            )


unique("aws:autoscaling/group:Group", "name", call="autoscaling CreateAutoScalingGroup", says="AlreadyExists: AutoScalingGroup by this name already exists - A group with the name {name} already exists")  # fmt: skip
unique("aws:autoscaling/schedule:Schedule", "autoscalingGroupName scheduledActionName", call="autoscaling PutScheduledUpdateGroupAction", says="AlreadyExists: Scheduled action {scheduledActionName} of {autoscalingGroupName} already exists")  # fmt: skip
unique("aws:autoscaling/policy:Policy", "autoscalingGroupName name", call="autoscaling PutScalingPolicy", says="PutScalingPolicy: one policy {name} of group {autoscalingGroupName}:", overwrites=True)  # fmt: skip
unique("aws:autoscaling/lifecycleHook:LifecycleHook", "autoscalingGroupName name", call="autoscaling PutLifecycleHook", says="PutLifecycleHook: one hook {name} of group {autoscalingGroupName}:", overwrites=True)  # fmt: skip
