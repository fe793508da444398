# ruff: noqa: E501 (what AWS says is as long as it is)
"""EC2 instances, launch templates, EBS volumes."""

import base64
import binascii
import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, others, ranged, refuses
from offline.aws.unique import unique

VOLUME = "aws:ebs/volume:Volume"
INSTANCE = "aws:ec2/instance:Instance"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
USER_DATA_LIMIT = 16 * 1024
"""Bytes of user data before base64 (EC2 User Guide, "Run commands when you launch an EC2 instance")."""
_IMAGE = re.compile(r"ami-[0-9a-f]{8}([0-9a-f]{9})?|resolve:ssm:[\w./:-]+")


@refuses(LAUNCH_TEMPLATE)
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


@refuses(LAUNCH_TEMPLATE)
def image_is_of_the_region(case: Case) -> Iterator[Problem]:
    """EC2 User Guide, "Amazon Machine Images": an AMI id exists in one Region; elsewhere InvalidAMIID.NotFound."""
    image = case.text("imageId")
    if image is None or not image.startswith("ami-") or case.unknown("region"):
        return
    for name, other in others(case, LAUNCH_TEMPLATE):
        if other.text("imageId") == image and other.region and other.region != case.region:
            yield (
                "imageId",
                f"InvalidAMIID.NotFound: The image id '[{image}]' does not exist in {case.region}: {name} uses it in {other.region}",
            )


@refuses(LAUNCH_TEMPLATE, INSTANCE)
def metadata_options_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 InstanceMetadataOptionsRequest: hop limit 1-64."""
    for path, options in case.objects("metadataOptions"):
        yield from ((f"{path}.{p}", r) for p, r in ranged(options, "httpPutResponseHopLimit", 1, 64))


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


@refuses(LAUNCH_TEMPLATE, VOLUME, INSTANCE)
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


unique("aws:ec2/launchTemplate:LaunchTemplate", "name", call="ec2 CreateLaunchTemplate", says="InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use: {name}.")  # fmt: skip
unique("aws:ec2/keyPair:KeyPair", "keyName", call="ec2 ImportKeyPair", says="InvalidKeyPair.Duplicate: The keypair '{keyName}' already exists.")  # fmt: skip
