# ruff: noqa: E501 (what AWS says is as long as it is)
"""EC2 instances, launch templates, Auto Scaling groups and their policies, Elastic Beanstalk."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, length, not_both, one_of, ranged, refuses
from offline.aws.refusals.network import zones_of

TEMPLATE, INSTANCE, GROUP = (
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/instance:Instance",
    "aws:autoscaling/group:Group",
)
VOLUME = "aws:ebs/volume:Volume"
USER_DATA_LIMIT = 16 * 1024
"""Bytes of user data before base64 (EC2 User Guide, "Run commands when you launch an EC2 instance")."""
_IMAGE = re.compile(r"ami-[0-9a-f]{8}([0-9a-f]{9})?|resolve:ssm:[\w./:-]+")


@refuses(TEMPLATE)
def template_is_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateLaunchTemplate: name 3-128 of letters, digits and ().-/_; image id or resolve:ssm:; user data in base64, 16 KiB."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[a-zA-Z0-9().\-/_]{3,128}", name):
        yield (
            "name",
            f"InvalidLaunchTemplateName.MalformedException: {name!r}: 3 to 128 letters, digits and ( ) . - / _",
        )
    image = case.text("imageId")
    if image is not None and not _IMAGE.fullmatch(image):
        yield "imageId", f"InvalidAMIID.Malformed: Invalid id: {image!r} (expecting 'ami-...' or 'resolve:ssm:...')"
    data = case.text("userData")
    if data is not None:
        try:
            size = len(base64.b64decode(data, validate=True))
        except (binascii.Error, ValueError):
            yield "userData", "InvalidUserData.Malformed: Invalid BASE64 encoding of user data."
        else:
            if size > USER_DATA_LIMIT:
                yield "userData", f"InvalidParameterValue: User data is limited to {USER_DATA_LIMIT} bytes, has {size}"
    yield from not_both(case, "securityGroupNames", "vpcSecurityGroupIds")
    if case.list("networkInterfaces") and (case.given("vpcSecurityGroupIds") or case.given("securityGroupNames")):
        yield (
            "vpcSecurityGroupIds",
            "InvalidParameterCombination: Network interfaces and an instance-level security groups may not be specified on the same request",
        )
    yield from not_both(case, "defaultVersion", "updateDefaultVersion")


@refuses(TEMPLATE, INSTANCE)
def metadata_options_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 InstanceMetadataOptionsRequest: hop limit 1-64."""
    for path, options in case.objects("metadataOptions"):
        found = [
            *ranged(options, "httpPutResponseHopLimit", 1, 64),
            *one_of(options, "httpTokens", "optional", "required"),
            *one_of(options, "httpEndpoint", "enabled", "disabled"),
        ]
        yield from ((f"{path}.{p}", r) for p, r in found)


def _volume(case: Case, kind: str, size: str, prefix: str) -> Iterator[Problem]:
    """EC2 CreateVolume: sizes, IOPS and throughput by volume type."""
    if case.unknown(kind):
        return
    volume = case.text(kind) or "gp2"
    limits = {
        "gp2": (1, 16384),
        "gp3": (1, 65536),
        "io1": (4, 16384),
        "io2": (4, 65536),
        "st1": (125, 16384),
        "sc1": (125, 16384),
        "standard": (1, 1024),
    }
    if volume not in limits:
        yield f"{prefix}{kind}", f"{kind}={volume!r}: must be one of {', '.join(limits)}"
        return
    low, high = limits[volume]
    yield from ((prefix + p, r) for p, r in ranged(case, size, low, high, f"GiB for {volume}"))
    iops, gigabytes = case.number("iops"), case.number(size)
    if iops is not None:
        if volume not in ("gp3", "io1", "io2"):
            yield (
                f"{prefix}iops",
                f"InvalidParameterCombination: The parameter iops is not supported for {volume} volumes.",
            )
        else:
            low, high = (3000, 80000) if volume == "gp3" else (100, 256000 if volume == "io2" else 64000)
            yield from ((prefix + p, r) for p, r in ranged(case, "iops", low, high))
            ratio = {"gp3": 500, "io1": 50, "io2": 1000}[volume]
            if gigabytes is not None and iops > max(ratio * gigabytes, 3000 if volume == "gp3" else 0):
                yield (
                    f"{prefix}iops",
                    f"InvalidParameterValue: Iops to volume size ratio of {iops}/{gigabytes} is too high; maximum is {ratio} per GiB",
                )
    elif volume in ("io1", "io2") and not case.given("iops"):
        yield f"{prefix}iops", f"MissingParameter: The request must contain the parameter iops for {volume}"
    if case.given("throughput"):
        if volume != "gp3":
            yield (
                f"{prefix}throughput",
                f"InvalidParameterCombination: The parameter throughput is not supported for {volume} volumes.",
            )
        else:
            yield from ((prefix + p, r) for p, r in ranged(case, "throughput", 125, 2000, "MiB/s"))


@refuses(TEMPLATE, VOLUME, INSTANCE)
def volumes_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateVolume and EbsBlockDevice."""
    if case.token == VOLUME:
        yield from _volume(case, "type", "size", "")
        return
    for outer, mapping in case.objects("blockDeviceMappings"):
        for inner, ebs in mapping.objects("ebs"):
            yield from _volume(ebs, "volumeType", "volumeSize", f"{outer}.{inner}.")
    for path, device in case.objects("rootBlockDevice"):
        yield from _volume(device, "volumeType", "volumeSize", f"{path}.")


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
def group_with_a_warm_pool_has_one_type(case: Case) -> Iterator[Problem]:
    """Auto Scaling PutWarmPool: not on a group with a mixed instances policy, nor one that requests Spot Instances."""
    if case.given("warmPool") and case.given("mixedInstancesPolicy"):
        yield (
            "warmPool",
            "ValidationError: You can't add a warm pool to an Auto Scaling group that has a mixed instances policy.",
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
    yield from length(case, "name", 1, 255)
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
    yield from one_of(
        case,
        "availabilityZoneDistribution.capacityDistributionStrategy",
        "balanced-only",
        "balanced-best-effort",
        "reservations-then-balanced",
    )
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


@refuses("aws:elasticbeanstalk/environment:Environment")
def environment_is_legal(case: Case) -> Iterator[Problem]:
    """Elastic Beanstalk CreateEnvironment: name 4-40 letters, digits, hyphens, none at the ends; one platform."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"(?!-)[A-Za-z0-9-]{4,40}(?<!-)", name):
        yield (
            "name",
            f"InvalidParameterValue: environment name {name!r}: 4 to 40 letters, digits and hyphens, none at the ends",
        )
    platforms: list[Any] = [n for n in ("solutionStackName", "platformArn", "templateName") if case.given(n)]
    if not platforms:
        yield (
            "solutionStackName",
            "InvalidParameterValue: one of solutionStackName, platformArn and templateName is needed",
        )
    yield from not_both(case, "solutionStackName", "platformArn")
    yield from one_of(case, "tier", "WebServer", "Worker")
