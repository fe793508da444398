# ruff: noqa: E501 (tables: one entry per line)
"""Look-ups of AMIs, public parameters of Systems Manager, and instance types."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from offline.aws import regions
from offline.aws.lookups.asked import ACCOUNT, ANY_VALUE, Asked, NoAnswer, Values, answers, matches

_DATE, _CREATED = "20251101", "2025-11-01T00:00:00.000Z"
_OWNERS: Final = {
    "amazon": "137112412989",
    "aws-marketplace": "679593333241",
    "aws-backup-vault": "000000000000",
    "self": ACCOUNT,
}
"""Owner aliases of DescribeImages -> account; for amazon, the account of Amazon Linux."""
_CANONICAL, _DEBIAN, _RED_HAT, _WINDOWS, _ECS, _EKS = (
    "099720109477",
    "136693071363",
    "309956199498",
    "801119661308",
    "591542846629",
    "602401143452",
)
_GRAVITON: Final = re.compile(r"^(a1|[a-z]+\d+[a-z]*g[a-z]*)\.")
"""Instance types with Arm processors: a ``g`` after the generation (EC2, "Instance type naming conventions")."""


@dataclass(frozen=True, slots=True)
class Image:
    """A public image: owner, name, architecture and platform."""

    owner: str
    name: str
    description: str
    architecture: str = "x86_64"
    platform: str = ""
    device: str = "/dev/xvda"
    alias: str = "amazon"


def _both(owner: str, name: str, description: str, arm: str, intel: str = "x86_64", **more: str) -> Iterator[Image]:
    """An image for Intel and AMD, and one for Arm; ``{}`` stands for the architecture in the name."""
    yield Image(owner, name.format(intel), description, **more)
    yield Image(owner, name.format(arm), description, "arm64", **more)


_AMAZON: Final = _OWNERS["amazon"]
_IMAGES: Final = (
    *_both(
        _AMAZON,
        "al2023-ami-2023.9.20251101.0-kernel-6.1-{}",
        "Amazon Linux 2023 AMI 2023.9.20251101.0 kernel-6.1",
        "arm64",
    ),
    *_both(
        _AMAZON,
        "al2023-ami-minimal-2023.9.20251101.0-kernel-6.1-{}",
        "Amazon Linux 2023 AMI 2023.9.20251101.0 minimal",
        "arm64",
    ),
    *_both(_AMAZON, "amzn2-ami-hvm-2.0.20251101.0-{}-gp2", "Amazon Linux 2 AMI 2.0.20251101.0 HVM gp2", "arm64"),
    *_both(
        _AMAZON,
        "amzn2-ami-kernel-5.10-hvm-2.0.20251101.0-{}-gp2",
        "Amazon Linux 2 Kernel 5.10 AMI 2.0.20251101.0 HVM gp2",
        "arm64",
    ),
    *_both(
        _AMAZON,
        "amzn2-ami-kernel-5.10-hvm-2.0.20251101.0-{}-ebs",
        "Amazon Linux 2 Kernel 5.10 AMI 2.0.20251101.0 HVM ebs",
        "arm64",
    ),
    *_both(_AMAZON, "amzn2-ami-hvm-2.0.20251101.0-{}-ebs", "Amazon Linux 2 AMI 2.0.20251101.0 HVM ebs", "arm64"),
    Image(
        _AMAZON, "amzn-ami-hvm-2018.03.0.20231218.0-x86_64-gp2", "Amazon Linux AMI 2018.03.0.20231218.0 x86_64 HVM gp2"
    ),
    Image(
        _AMAZON, "amzn-ami-hvm-2018.03.0.20231218.0-x86_64-ebs", "Amazon Linux AMI 2018.03.0.20231218.0 x86_64 HVM ebs"
    ),
    Image(
        _AMAZON,
        "amzn-ami-vpc-nat-2018.03.0.20231218.0-x86_64-ebs",
        "Amazon Linux AMI 2018.03.0.20231218.0 x86_64 VPC HVM ebs",
    ),
    *_both(
        _ECS,
        "al2023-ami-ecs-hvm-2023.0.20251101-kernel-6.1-{}",
        "Amazon Linux AMI 2023.0.20251101 x86_64 ECS HVM EBS",
        "arm64",
    ),
    *_both(_ECS, "amzn2-ami-ecs-hvm-2.0.20251101-{}-ebs", "Amazon Linux AMI 2.0.20251101 x86_64 ECS HVM GP2", "arm64"),
    *_both(
        _EKS,
        "amazon-eks-node-al2023-{}-standard-1.34-v20251101",
        "EKS-optimized Kubernetes node based on Amazon Linux 2023",
        "arm64",
    ),
    Image(_EKS, "amazon-eks-node-1.32-v20251101", "EKS Kubernetes Worker AMI with AmazonLinux2 image"),
    Image(_EKS, "amazon-eks-arm64-node-1.32-v20251101", "EKS Kubernetes Worker AMI with AmazonLinux2 image", "arm64"),
    *(
        image
        for disk, release, number in (
            ("hvm-ssd-gp3", "noble", "24.04"),
            ("hvm-ssd", "jammy", "22.04"),
            ("hvm-ssd", "focal", "20.04"),
            ("hvm-ssd", "bionic", "18.04"),
            ("hvm-ssd", "xenial", "16.04"),
        )
        for image in _both(
            _CANONICAL,
            f"ubuntu/images/{disk}/ubuntu-{release}-{number}-{{}}-server-{_DATE}",
            f"Canonical, Ubuntu, {number} LTS",
            "arm64",
            "amd64",
            device="/dev/sda1",
        )
    ),
    *_both(_DEBIAN, "debian-12-{}-20251101-2283", "Debian 12", "arm64", "amd64"),
    *_both(_DEBIAN, "debian-13-{}-20251101-2283", "Debian 13", "arm64", "amd64"),
    *_both(
        _RED_HAT, "RHEL-9.6.0_HVM-20251101-{}-0-Hourly2-GP3", "Provided by Red Hat, Inc.", "arm64", device="/dev/sda1"
    ),
    *_both(
        _RED_HAT, "RHEL-10.0.0_HVM-20251101-{}-0-Hourly2-GP3", "Provided by Red Hat, Inc.", "arm64", device="/dev/sda1"
    ),
    *(
        Image(
            _WINDOWS,
            f"Windows_Server-{year}-English-Full-Base-2025.11.12",
            f"Microsoft Windows Server {year} Full Locale English",
            platform="windows",
            device="/dev/sda1",
        )
        for year in (2016, 2019, 2022, 2025)
    ),
)
"""Public images that programs look up. Their dates are fixed, so a program always gets the same image."""


def image_id(asked: Asked, name: str) -> str:
    """An image's id, different in each Region."""
    return asked.fill("ami-0{hex:16}", "ami", name)


def _of_pattern(asked: Asked, filters: dict[str, list[str]]) -> Image:
    """An image that is not in this list, with the attributes in the look-up."""
    pattern = next(iter(filters.get("name", [])), asked.text("nameRegex") or "image")
    architecture = next(iter(filters.get("architecture", [])), "x86_64")
    owner = next(iter(asked.texts("owners")), "self")
    name = pattern.replace(ANY_VALUE, _DATE).replace("?", "0").strip("^$")
    return Image(_OWNERS.get(owner, owner), name, name, architecture, alias=owner if owner in _OWNERS else "")


def _found(asked: Asked) -> list[Image]:
    filters, owners = asked.filters(), asked.texts("owners")
    accounts = {_OWNERS.get(o, o) for o in owners}
    accounts |= {
        i.owner
        for i in _IMAGES
        if "amazon" in owners and i.alias == "amazon" and i.owner not in (_CANONICAL, _DEBIAN, _RED_HAT)
    }
    regex = asked.text("nameRegex")
    found: list[Image] = []
    for image in _IMAGES:
        has: dict[str, Any] = {
            "name": image.name, "description": image.description, "architecture": image.architecture, "owner-id": image.owner,
            "virtualization-type": "hvm", "root-device-type": "ebs", "state": "available", "image-type": "machine",
            "hypervisor": "xen", "is-public": True, "ena-support": True, "image-id": image_id(asked, image.name),
            "owner-alias": image.alias, "root-device-name": image.device, "block-device-mapping.volume-type": "gp3",
            **({"platform": image.platform} if image.platform else {}),
        }  # fmt: skip
        volume = filters.get("block-device-mapping.volume-type")
        passes = all(
            n == "block-device-mapping.volume-type" or (n in has and matches(has[n], v)) for n, v in filters.items()
        )
        if (
            passes
            and (not owners or image.owner in accounts)
            and (regex is None or re.search(regex, image.name))
            and (volume is None or {"gp2", "gp3"} & set(volume))
        ):
            found.append(image)
    return found or [_of_pattern(asked, filters)]


@answers("aws:ec2/getAmi:getAmi")
def _ami(asked: Asked) -> Values:
    image = _found(asked)[0]
    own = next((i for i in asked.filters().get("image-id", []) if ANY_VALUE not in i), None)
    identifier = own or image_id(asked, image.name)
    snapshot = asked.fill("snap-0{hex:16}", identifier)
    disk = {
        "deviceName": image.device, "noDevice": "", "virtualName": "",
        "ebs": {"deleteOnTermination": "true", "encrypted": "false", "iops": "0", "snapshotId": snapshot, "throughput": "0",
                "volumeInitializationRate": "0", "volumeSize": "8", "volumeType": "gp3"},
    }  # fmt: skip
    return {
        "id": identifier, "imageId": identifier, "arn": f"arn:{regions.partition(asked.region)}:ec2:{asked.region}::image/{identifier}",
        "name": image.name, "description": image.description, "architecture": image.architecture, "ownerId": image.owner,
        "imageOwnerAlias": image.alias, "imageLocation": f"{image.alias or image.owner}/{image.name}", "imageType": "machine",
        "virtualizationType": "hvm", "hypervisor": "xen", "rootDeviceName": image.device, "rootDeviceType": "ebs",
        "rootSnapshotId": snapshot, "blockDeviceMappings": [disk], "creationDate": _CREATED, "deprecationTime": "2027-11-01T00:00:00.000Z",
        "state": "available", "stateReason": {"code": "UNSET", "message": "UNSET"}, "public": image.owner != ACCOUNT, "enaSupport": True,
        "sriovNetSupport": "simple", "platform": image.platform, "platformDetails": "Windows" if image.platform else "Linux/UNIX",
        "usageOperation": "RunInstances:0002" if image.platform else "RunInstances", "bootMode": "uefi-preferred", "imdsSupport": "v2.0",
        "tpmSupport": "", "kernelId": "", "ramdiskId": "", "lastLaunchedTime": "", "productCodes": [], "tags": asked.tags(),
    }  # fmt: skip


@answers("aws:ec2/getAmiIds:getAmiIds")
def _ami_ids(asked: Asked) -> Values:
    return {"ids": [image_id(asked, i.name) for i in _found(asked)]}


# ------------------------------------------------------------------------------------------------ public parameters
_IMAGE_PATHS: Final = (
    "/aws/service/ami-amazon-linux-latest/", "/aws/service/ami-windows-latest/", "/aws/service/ami-macos-latest/",
    "/aws/service/ecs/optimized-ami/", "/aws/service/eks/optimized-ami/", "/aws/service/bottlerocket/", "/aws/service/canonical/",
    "/aws/service/debian/", "/aws/service/freebsd/", "/aws/service/suse/", "/aws/service/deeplearning/", "/aws/service/cloud9/amis/",
    "/aws/service/ami-al2023-latest/", "/aws/service/storagegateway/ami/", "/aws/service/marketplace/",
)  # fmt: skip
"""Systems Manager, "Discovering public parameters": where AMIs are published."""


def public_parameter(asked: Asked, name: str) -> str | None:
    """The value of one of AWS's public parameters; None if there is no such parameter."""
    if name.startswith(_IMAGE_PATHS):
        image, last = image_id(asked, name), name.rsplit("/", 1)[-1]
        described = {"ecs_agent_version": "1.100.0", "image_id": image_id(asked, f"{name}/image_id"), "image_name": "optimized-ami",
                     "os": "Amazon Linux 2023", "schema_version": 1}  # fmt: skip
        if last == "recommended" and "/ecs/" in name:
            return json.dumps(described)
        return {
            "image_name": "optimized-ami",
            "release_version": _DATE,
            "image_version": "1.50.0",
            "os": "Amazon Linux 2023",
        }.get(last, image)
    infrastructure = re.fullmatch(r"/aws/service/global-infrastructure/regions/([a-z0-9-]+)(/[a-zA-Z]+)?", name)
    if infrastructure and infrastructure[1] in regions.ZONES:
        region = infrastructure[1]
        about = {
            "/longName": region,
            "/domain": "amazonaws.com",
            "/partition": regions.partition(region),
            "/geolocationCountry": "US",
        }
        return region if infrastructure[2] is None else about.get(infrastructure[2])
    return None


@answers("aws:ssm/getParameter:getParameter")
def _parameter(asked: Asked) -> Values | None:
    """AWS's public parameters and the stack's own; only a real account knows others."""
    name = asked.needed("name")
    found = next(
        (o for o in asked.of_the_stack("aws:ssm/parameter:Parameter") if name in (o.get("name"), o.get("arn"))), None
    )
    if found is not None:
        return {**found, "id": name}
    value = public_parameter(asked, name)
    if value is None:
        if name.startswith("/aws/service/"):
            raise NoAnswer(f"reading SSM Parameter ({name}): ParameterNotFound: AWS publishes no such parameter")
        return None
    image = value.startswith("ami-")
    return {
        "id": name, "name": name, "value": value, "insecureValue": value, "type": "String", "version": 1,
        "arn": f"arn:{regions.partition(asked.region)}:ssm:{asked.region}::parameter{name}", "hasValueWo": False,
        **({"dataType": "aws:ec2:image"} if image else {}),
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------- instance types
_SIZES: Final = {"nano": 1, "micro": 1, "small": 1, "medium": 1, "large": 2, "xlarge": 4, "metal": 96}
_BURSTABLE_GIB: Final = {"nano": 0.5, "micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_GIB_PER_CPU: Final = {
    "c": 2,
    "m": 4,
    "t": 4,
    "r": 8,
    "x": 16,
    "i": 8,
    "d": 8,
    "g": 4,
    "p": 8,
    "inf": 2,
    "trn": 4,
    "z": 8,
    "u": 16,
}
"""Memory of a family in GiB for each vCPU (EC2, "Instance types")."""
_OLD_ZONE: Final = "us-east-1e"
"""The zone that offers no instance type on the Nitro system (EC2 User Guide, "Instance type availability")."""


def _type(name: str) -> dict[str, Any]:
    """vCPUs, memory (MiB) and architecture of an instance type. Raises NoAnswer for an invalid name."""
    found = re.fullmatch(r"(([a-z]+)\d+[a-z0-9-]*)\.((\d*)(nano|micro|small|medium|large|xlarge|metal)(-\d+xl)?)", name)
    if not found:
        raise NoAnswer(f"InvalidInstanceType: The following supplied instance types do not exist: [{name}]")
    family, size, many, word = found[2], found[3], found[4], found[5]
    burstable = family == "t"
    cpus = _SIZES[word] * int(many or 1)
    cpus = 2 if burstable and word in ("nano", "micro", "small", "medium") else cpus
    gib = _BURSTABLE_GIB.get(size, 4) if burstable else cpus * _GIB_PER_CPU.get(family, 4)
    return {"cpus": cpus, "memory": int(gib * 1024), "architecture": "arm64" if _GRAVITON.match(name) else "x86_64"}


@answers("aws:ec2/getInstanceType:getInstanceType")
def _instance_type(asked: Asked) -> Values:
    name = asked.needed("instanceType")
    has = _type(name)
    old = name.startswith(("t2.", "m4.", "c4.", "r4."))
    return {
        "id": name, "instanceType": name, "defaultVcpus": has["cpus"], "defaultCores": max(1, has["cpus"] // 2),
        "memorySize": has["memory"], "supportedArchitectures": [has["architecture"]], "currentGeneration": not old,
        "freeTierEligible": name in ("t2.micro", "t3.micro", "t4g.micro"), "burstablePerformanceSupported": name.startswith("t"),
        "hypervisor": "xen" if old else "nitro", "bareMetal": "metal" in name, "instanceStorageSupported": bool(re.match(r"[a-z]+\d+[a-z]*d", name)),
        "ebsEncryptionSupport": "supported", "ebsNvmeSupport": "unsupported" if old else "required", "maximumNetworkInterfaces": 4,
        "maximumIpv4AddressesPerInterface": 15, "maximumIpv6AddressesPerInterface": 15, "ipv6Supported": True, "enaSupport": "required",
        "supportedUsagesClasses": ["on-demand", "spot"], "supportedVirtualizationTypes": ["hvm"], "supportedRootDeviceTypes": ["ebs"],
        "supportedPlacementStrategies": ["cluster", "partition", "spread"], "networkPerformance": "Up to 12.5 Gigabit",
        "validThreadsPerCores": [1, 2], "defaultThreadsPerCore": 2, "gpuses": [], "inferenceAccelerators": [], "fpgas": [],
    }  # fmt: skip


_OFFERED: Final = tuple(
    f"{family}.{size}"
    for family in (
        "t3",
        "t3a",
        "t4g",
        "m5",
        "m6i",
        "m6g",
        "m7g",
        "m7i",
        "c5",
        "c6i",
        "c6g",
        "c7g",
        "r5",
        "r6i",
        "r6g",
        "r7g",
    )
    for size in (("nano", "micro", "small", "medium") if family.startswith("t") else ())
    + ("large", "xlarge", "2xlarge")
)
"""Instance types for look-ups that name none."""


def _types_asked(asked: Asked) -> list[str]:
    """The types that pass the filters: the named ones, else those in `_OFFERED`."""
    filters = asked.filters()
    named = filters.get("instance-type")
    if named is None:
        found = list(_OFFERED)
    else:
        found = [t for n in named for t in ([n] if ANY_VALUE not in n else [o for o in _OFFERED if matches(o, [n])])]
    for name, key in (
        ("processor-info.supported-architecture", "architecture"),
        ("vcpu-info.default-vcpus", "cpus"),
        ("memory-info.size-in-mib", "memory"),
    ):
        if name in filters:
            found = [t for t in found if str(_type(t)[key]) in filters[name]]
    if "current-generation" in filters:
        found = [
            t for t in found if matches(not t.startswith(("t2.", "m4.", "c4.", "r4.")), filters["current-generation"])
        ]
    return sorted(set(found))


@answers("aws:ec2/getInstanceTypes:getInstanceTypes")
def _instance_types(asked: Asked) -> Values:
    return {"instanceTypes": _types_asked(asked)}


@answers(
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings",
    "aws:ec2/getInstanceTypeOffering:getInstanceTypeOffering",
)
def _offerings(asked: Asked) -> Values:
    kind = asked.text("locationType") or "region"
    zones = regions.zones(asked.region)
    places = {
        "region": [asked.region],
        "availability-zone": zones,
        "availability-zone-id": [regions.zone_id(z) for z in zones],
    }[kind]
    without = {_OLD_ZONE, regions.zone_id(_OLD_ZONE)}
    wanted = asked.filters().get("location")
    pairs = [
        (t, p)
        for t in _types_asked(asked)
        for p in places
        if p not in without and (wanted is None or matches(p, wanted))
    ]
    preferred = [(t, p) for x in asked.texts("preferredInstanceTypes") for t, p in pairs if t == x]
    first = next(iter(preferred or pairs), ("", ""))
    if asked.token.endswith("getInstanceTypeOffering") and not pairs:
        raise NoAnswer("no EC2 Instance Type Offerings found matching criteria; try different search")
    return {
        "instanceTypes": [t for t, _ in pairs], "locations": [p for _, p in pairs], "locationTypes": [kind for _ in pairs],
        "instanceType": first[0], "location": first[1],
    }  # fmt: skip


@answers("aws:ec2/getSpotPrice:getSpotPrice")
def _spot_price(_asked: Asked) -> Values:
    return {"spotPrice": "0.035000", "spotPriceTimestamp": "2025-01-01T00:00:00Z"}
