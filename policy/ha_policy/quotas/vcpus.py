"""The vCPUs of an EC2 instance type, and the quota that counts them."""

from __future__ import annotations

import re
from typing import Final

_TYPE: Final = re.compile(r"([a-z]+(?:-[a-z0-9]+)?)(\d*)[a-z0-9-]*\.([a-z0-9-]+)")
_MULTIPLE: Final = re.compile(r"(?:metal-)?(\d+)(?:xlarge|xl)")
XLARGE: Final = 4
"""vCPUs of an xlarge; 2xlarge has twice as many, and so on (EC2, "Instance types")."""
_SIZES: Final = {"nano": 2, "micro": 2, "small": 2, "medium": 1, "large": 2, "xlarge": XLARGE}
_OTHERWISE: Final = {
    "c1.medium": 2, "c1.xlarge": 8, "c4.8xlarge": 36, "d2.8xlarge": 36, "hpc6a.48xlarge": 96, "hpc6id.32xlarge": 64,
    "hpc7a.12xlarge": 24, "hpc7a.24xlarge": 48, "hpc7a.48xlarge": 96, "hpc7a.96xlarge": 192, "hpc8a.96xlarge": 192,
    "m1.small": 1, "m2.xlarge": 2, "m2.2xlarge": 4, "m2.4xlarge": 8, "t1.micro": 1, "t2.nano": 1, "t2.micro": 1,
    "t2.small": 1,
    "a1.metal": 16, "c5.metal": 96, "c5d.metal": 96, "c5n.metal": 72, "g4dn.metal": 96, "g5g.metal": 64,
    "i3.metal": 72, "i3en.metal": 96, "i4i.metal": 128, "m5zn.metal": 48, "x2gd.metal": 64, "x2idn.metal": 128,
    "x2iedn.metal": 128, "x2iezn.metal": 48, "z1d.metal": 48,
}  # fmt: skip
"""Instance types that have another number (EC2 API, DescribeInstanceTypes)."""
_METAL: Final = {"5": 96, "6a": 192, "6g": 64, "6gd": 64, "6i": 128, "6id": 128, "6idn": 128, "6in": 128, "7g": 64,
                 "7gd": 64, "7gn": 64, "5b": 96, "5d": 96, "5dn": 96, "5n": 96}  # fmt: skip
"""vCPUs of the metal size of the families c, m and r, by generation."""
_FAMILIES: Final = {"hpc": "hpc", "inf": "inf", "trn": "trn", "dl": "dl", "vt": "g", "g": "g", "gr": "g", "p": "p",
                    "f": "f", "x": "x", "u": "u"}  # fmt: skip
_STANDARD: Final = frozenset("acdhimrtz") | {"im", "is"}


def vcpus(instance_type: str) -> int | None:
    """The vCPUs of an instance type; None if they are not known."""
    if instance_type in _OTHERWISE:
        return _OTHERWISE[instance_type]
    family, _, size = instance_type.partition(".")
    if size == "metal":
        return _METAL.get(family[1:]) if family[:1] in ("c", "m", "r") else None
    if size == "medium" and family.startswith("t"):
        return 2
    multiple = _MULTIPLE.fullmatch(size)
    return XLARGE * int(multiple[1]) if multiple else _SIZES.get(size)


def family_of(instance_type: str) -> str | None:
    """The family by which quotas are named (``standard``, ``g``, ``p``, …); None if it is not known. Mac instances run
    on Dedicated Hosts, which have quotas of their own.
    """
    match = _TYPE.fullmatch(instance_type)
    if match is None or match[1].startswith("mac"):
        return None
    letters = re.split(r"[-\d]", match[1])[0]
    return _FAMILIES.get(letters) or ("standard" if letters in _STANDARD else None)
