"""What a stack has that the graph does not read: resources of other providers that create resources in AWS."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Final

from .model import Graph
from .node import Node

CREATES_AWS: Final = {
    "aws-native": "the AWS Cloud Control provider",
    "awscc": "the AWS Cloud Control provider",
    "cloudformation": "their templates may create any resource",
    "kubernetes": "they may create load balancers and volumes",
}
"""Packages whose resources create resources in AWS, and why they matter."""
TEMPLATES: Final = frozenset(
    {"cloudformation/stack", "cloudformation/stackSet", "serverlessrepository/cloudFormationStack"}
)
KUBERNETES: Final = ("Service", "Ingress", "Gateway", "PersistentVolumeClaim", "Release", "Chart", "CustomResource")
"""Kinds of Kubernetes objects that create resources in AWS, or may contain such objects."""
NO_AWS: Final = "nothing here is known to the rules: there is no resource of the provider aws"


def unread(graph: Graph, only: Container[str] | None = None) -> list[str]:
    """One sentence for each package whose resources create resources in AWS that are not read, and one if there is
    nothing else. only: the URNs to look at.
    """
    found = Counter(p for n in graph.nodes if (only is None or n.urn in only) and (p := _package(n)))
    said = [f"{_count(n)} of {p} {_are(n)} not read ({CREATES_AWS[p]})" for p, n in sorted(found.items())]
    return said if any(_aws(graph)) else [*said, NO_AWS]


def encrypted(nodes: Iterable[Node], kind: str) -> list[str]:
    """A sentence if resources of AWS have secrets that the document does not show. kind: ``state`` or ``preview``."""
    count = sum(len(n.secrets) for n in nodes if n.token.startswith("aws:"))
    if not count:
        return []
    cure = (
        "export with `pulumi stack export --show-secrets`"
        if kind == "state"
        else "a preview as JSON never shows them: let the policy pack write the report (HA_AWS_REPORT)"
    )
    return [f"{count} values are encrypted and not known here; {cure}"]


def _aws(graph: Graph) -> Iterator[Node]:
    return (n for n in graph.of("*") if n.token.startswith("aws:"))


def _package(node: Node) -> str:
    if node.kind in TEMPLATES:
        return "cloudformation"
    package, _, rest = node.token.partition(":")
    if package not in CREATES_AWS or not node.provider:
        return ""
    return package if package != "kubernetes" or rest.rpartition(":")[2].startswith(KUBERNETES) else ""


def _count(number: int) -> str:
    return f"{number} resource" if number == 1 else f"{number} resources"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
