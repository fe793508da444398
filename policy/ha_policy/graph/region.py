"""The Region of a resource."""

import re
from typing import Any, Final

from .node import Node
from .values import UNKNOWN

_ARN: Final = re.compile(r"arn:[^:]+:[^:]*:([a-z]{2,}(?:-[a-z]+)+-\d)?:")

# Services whose resources belong to no Region: their data plane is global (AWS Fault Isolation Boundaries).
GLOBAL_MODULES: Final = frozenset({"iam", "route53", "cloudfront", "globalaccelerator", "organizations", "shield"})
GLOBAL: Final = "global"


def region_of(node: Node) -> Any:
    """The Region's name, `GLOBAL`, or UNKNOWN."""
    if node.kind.split("/")[0] in GLOBAL_MODULES and node.kind not in ("route53/resolverEndpoint",):
        return GLOBAL
    region = node.props.get("region")
    if region is UNKNOWN and "region" in node.property_dependencies:
        return UNKNOWN
    if isinstance(region, str) and region:
        return region
    arn = node.props.get("arn")
    if isinstance(arn, str) and (match := _ARN.match(arn)) and match[1]:
        return match[1]
    return node.provider_region


def arn_region(arn: str) -> str:
    """The Region in an ARN; empty if it has none."""
    match = _ARN.match(arn)
    return (match[1] or "") if match else ""
