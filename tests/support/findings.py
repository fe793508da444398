"""What the policy pack says about a recorded graph, with no engine."""

from typing import Any

from ha_policy import rules as _rules  # noqa: F401  # pyright: ignore[reportUnusedImport]  # registers every rule
from ha_policy.config import load
from ha_policy.evaluate import Report, evaluate
from ha_policy.graph import Graph as PolicyGraph
from ha_policy.graph import from_state

from tests.support.graph import Graph


def judged(graph: Graph, preset: str) -> Report:
    """Every rule's verdict about a stack whose ids are those of the mocks. What it needs of quotas depends on the sizes
    that its owner chooses, and is no finding here.
    """
    return evaluate(read(graph), load({"rules": {"quota-default": "disabled"}}, tagged=preset))


def read(graph: Graph) -> PolicyGraph:
    """The recorded graph as the policy pack reads it."""
    resources: list[dict[str, Any]] = [
        {
            "urn": node.urn,
            "type": node.type,
            "custom": not node.type.startswith("ha:"),
            "id": f"{node.name}-id",
            "inputs": node.inputs,
            "outputs": node.outputs,
            "protect": node.protect,
            "parent": node.parent,
            "provider": node.provider,
            "dependencies": sorted(node.depends_on),
            "propertyDependencies": {k: sorted(urns) for k, urns in node.property_dependencies.items()},
        }
        for node in graph.nodes
    ]
    return from_state({"resources": resources})
