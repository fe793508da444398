"""What a role of a recorded graph may do: its policy documents, evaluated as IAM does."""

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.graph import Graph, Node

ROLE, INLINE = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _matches(patterns: Iterable[str], value: str) -> bool:
    # IAM's * and ? are those of the shell, and [ is an ordinary character.
    return any(fnmatch.fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


@dataclass(frozen=True)
class Role:
    """A role's own statements and the names of AWS's policies that are attached to it."""

    name: str
    statements: tuple[Mapping[str, Any], ...]
    attached: tuple[str, ...]
    trusted: tuple[str, ...]

    def may(self, action: str, resource: str) -> bool:
        """Whether IAM could allow it. Conditions are taken as met where they allow, as not met where they deny."""
        found = [s for s in self.statements if self._about(s, action, resource)]
        denied = any(s["Effect"] == "Deny" and "Condition" not in s for s in found)
        return not denied and any(s["Effect"] == "Allow" for s in found)

    @staticmethod
    def _about(statement: Mapping[str, Any], action: str, resource: str) -> bool:
        actions = [pattern.lower() for pattern in _listed(statement["Action"])]
        return _matches(actions, action.lower()) and _matches(_listed(statement["Resource"]), resource)


def roles(graph: Graph) -> dict[str, Role]:
    """Every role by its logical name."""
    own: dict[str, list[Mapping[str, Any]]] = {}
    managed: dict[str, list[str]] = {}
    for policy in graph.of(INLINE):
        for role in graph.referred(policy, "role"):
            own.setdefault(role.name, []).extend(json.loads(policy.inputs["policy"])["Statement"])
    for attachment in graph.of(ATTACHED):
        for role in graph.referred(attachment, "role"):
            managed.setdefault(role.name, []).append(attachment.inputs["policyArn"].rpartition("/")[2])
    return {
        node.name: Role(node.name, tuple(own.get(node.name, ())), tuple(managed.get(node.name, ())), _trusted(node))
        for node in graph.of(ROLE)
    }


def _trusted(role: Node) -> tuple[str, ...]:
    statements = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    return tuple(service for s in statements for service in _listed(s["Principal"].get("Service", [])))
