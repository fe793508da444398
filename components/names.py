"""Logical names of resources, and physical names where AWS needs a given one.

Physical names are left to Pulumi's auto-naming (logical name + a hyphen + 7 random hex digits), so that a replacement
can be created before the old resource is deleted. Auto-naming fails if the result exceeds the service's limit: logical
names of load balancers and target groups must not exceed ``AUTO_NAMED_LB_LIMIT``.
"""

import hashlib
import re

AUTO_NAME_SUFFIX = 8
"""Characters that auto-naming appends: a hyphen and 7 hex digits."""

AUTO_NAMED_LB_LIMIT = 32 - AUTO_NAME_SUFFIX
"""Longest logical name of an auto-named load balancer or target group (ELB CreateLoadBalancer: names up to 32)."""

_HASH_LENGTH = 7
_DIRECTIONS = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "central": "c",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}
_REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-[0-9]$")


def region_code(region: str) -> str:
    """Short code of a Region, which prefixes the logical names of its resources: ``us-west-2`` -> ``usw2``.

    Raises ValueError if ``region`` does not have the format of a Region name.
    """
    if not _REGION.match(region):
        raise ValueError(f"region={region}: not an AWS Region name; give one such as us-west-2")
    area, *middle, number = region.split("-")
    return area + "".join(_DIRECTIONS.get(word, word[0]) for word in middle) + number


def physical_name(*parts: str, limit: int) -> str:
    """``parts`` joined by hyphens, at most ``limit`` characters; a longer name is cut and ends with a hash of the
    whole.

    For the few APIs that need a name in advance. ``limit``: characters, at least 9. Project and stack names may contain
    periods, which are not allowed in vault and cluster names: they become hyphens, and the hash is added.

    Raises ValueError if ``limit`` is too small for one character, a hyphen and the hash.
    """
    if limit < _HASH_LENGTH + 2:
        raise ValueError(f"limit={limit}: must be at least {_HASH_LENGTH + 2} characters")
    whole = "-".join(part for part in parts if part)
    plain = whole.replace(".", "-")
    if len(whole) <= limit and plain == whole:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{plain[: limit - _HASH_LENGTH - 1].rstrip('-')}-{digest}"
