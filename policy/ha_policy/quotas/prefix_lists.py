"""How many rules of a security group a prefix list counts as."""

from __future__ import annotations

import re
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.values import UNKNOWN, CannotTell

LIST: Final = "ec2/managedPrefixList"
ENDPOINT: Final = "ec2/vpcEndpoint"

WEIGHTS: Final = {
    "cloudfront.origin-facing": 55, "dynamodb": 1, "ec2-instance-connect": 2, "groundstation": 5,
    "route53-healthchecks": 25, "s3": 1, "s3express": 6, "vpc-lattice": 10,
}  # fmt: skip
"""Rules that AWS's own lists count as, by the end of their names (VPC user guide, AWS-managed prefix list weight)."""
_NAME: Final = re.compile(r"com\.amazonaws\.[a-z0-9-]+\.(?:ipv6\.)?([a-z0-9.-]+)")

CLOUDFRONT_LISTS: Final = {
    "ap-northeast-1": "pl-58a04531", "ap-northeast-2": "pl-22a6434b", "ap-northeast-3": "pl-31a14458",
    "ap-south-1": "pl-9aa247f3", "ap-southeast-1": "pl-31a34658", "ap-southeast-2": "pl-b8a742d1",
    "ca-central-1": "pl-38a64351", "eu-central-1": "pl-a3a144ca", "eu-north-1": "pl-fab65393",
    "eu-west-1": "pl-4fa04526", "eu-west-2": "pl-93a247fa", "eu-west-3": "pl-75b1541c", "sa-east-1": "pl-5da64334",
    "us-east-1": "pl-3b927c52", "us-east-2": "pl-b6a144df", "us-west-1": "pl-4ea04527", "us-west-2": "pl-82a045eb",
}  # fmt: skip
"""Ids of com.amazonaws.global.cloudfront.origin-facing, which programs write as such (AWS Networking & Content Delivery
blog, "Limit access to your origins using the AWS-managed prefix list for Amazon CloudFront"). AWS publishes no ids of
its other lists.
"""


def rules_of(graph: Graph, node: Node, path: str) -> float:
    """The rules that the prefix lists in a property count as: AWS's by their weight, others by the most entries that
    they may have. Raises CannotTell for a list that is neither in the stack nor known.
    """
    if not node.has(path):
        return 0
    refs = graph.refs(node, path, LIST, ENDPOINT)
    if len(refs.nodes) + len(refs.foreign) < refs.count:
        raise CannotTell("; ".join(refs.missing))
    return sum(map(_weight, refs.nodes)) + sum(_weight_of(graph, node, path, i) for i in refs.foreign)


def _weight(found: Node) -> float:
    name = found.text("serviceName" if found.kind == ENDPOINT else "name")
    match = _NAME.fullmatch(name)
    if match and match[1] in WEIGHTS:
        return WEIGHTS[match[1]]
    return found.number("maxEntries")


def _weight_of(graph: Graph, node: Node, path: str, identifier: str) -> float:
    """The rules of a list whose id is not that of a resource: a gateway endpoint's, or CloudFront's."""
    for endpoint in graph.of(ENDPOINT):
        if endpoint.props.get("prefixListId") is not UNKNOWN and endpoint.props.get("prefixListId") == identifier:
            return _weight(endpoint)
    if identifier in CLOUDFRONT_LISTS.values():
        return WEIGHTS["cloudfront.origin-facing"]
    raise CannotTell(
        f"how many entries the prefix list {identifier} ({path} of {node.label}) may have: see "
        "`aws ec2 describe-managed-prefix-lists`, and the VPC user guide for the weights of AWS's own lists"
    )
