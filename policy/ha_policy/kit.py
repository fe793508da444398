"""The public interface for rules of your own, in a policy pack of your own: docs/own-rules.md in the repository.

    @rule("acme-queue-encrypted", "An SQS queue uses our key", "sqs/queue", severity=Severity.MEDIUM, levels=HYGIENE, …)
    def queue_encrypted(queue: Node, check: Check) -> Iterator[str]:
        if not queue.has("kmsMasterKeyId"):
            yield "kmsMasterKeyId is not set"

Import the modules with your rules, then call `serve`. Test them with `ha_policy.testing`. What these two modules export
stays as it is within a minor version; the rest of the package may change in any release.
"""

from typing import Final

from . import rules as _rules  # registers every rule: one of yours with the name of another is refused
from .graph.model import Graph, Refs
from .graph.node import Node
from .graph.values import UNKNOWN, CannotTell
from .graph.zones import Zones
from .rule import (
    CORE,
    HINT,
    HYGIENE,
    OPTIONAL,
    PRODUCTION,
    REGULATED,
    RULES,
    STRICT,
    Check,
    Level,
    Param,
    Rule,
    Severity,
    rule,
    skip,
)
from .serve import serve

FAMILIES: Final = _rules.FAMILIES

__all__ = [
    "CORE",
    "HINT",
    "HYGIENE",
    "OPTIONAL",
    "PRODUCTION",
    "REGULATED",
    "RULES",
    "STRICT",
    "UNKNOWN",
    "CannotTell",
    "Check",
    "Graph",
    "Level",
    "Node",
    "Param",
    "Refs",
    "Rule",
    "Severity",
    "Zones",
    "rule",
    "serve",
    "skip",
]
