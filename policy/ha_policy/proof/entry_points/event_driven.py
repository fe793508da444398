"""Entry points without clients: work that queues, streams, EventBridge rules and schedules start."""

from __future__ import annotations

from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.proof import model
from ha_policy.proof.entry_points.region_names import RegionNames
from ha_policy.proof.entry_points.twins import Found, merged
from ha_policy.proof.model import EntryPoint, Series, Unknown
from ha_policy.proof.request_paths.builder import PathBuilder

SOURCES: Final = ("sqs/queue", "kinesis/stream", "dynamodb/table", "msk/cluster")
TARGETS: Final = ("lambda/function", "lambda/alias", "sqs/queue", "sfn/stateMachine", "sns/topic", "ecs/cluster")
RULES: Final = {"cloudwatch/eventTarget": "arn", "scheduler/schedule": "target.arn"}
"""Resources that start work by a rule or a schedule, and the property that names what they start."""
MAPPING: Final = "lambda/eventSourceMapping"
WAITS: Final = "what has already arrived in the lost Region waits there until it returns"


class EventDriven:
    """Builds consumers. Consumers in several Regions whose names differ only in the Region are one entry point."""

    def __init__(self, builder: PathBuilder) -> None:
        self.builder, self.ctx, self.graph = builder, builder.ctx, builder.graph
        self.regions = RegionNames(builder)

    def entry_points(self) -> list[EntryPoint]:
        """All event source mappings, rule targets and schedules that start work."""
        found: list[Found] = []
        for node in self.graph.of(MAPPING, *RULES):
            try:
                root = self._mapping(node) if node.kind == MAPPING else self._rule(node, RULES[node.kind])
            except CannotTell as unknown:
                root = Unknown(node.name, unknown.what, node.urn)
            if root is not None:
                found.append(Found(self.regions.without_region(node.name), node, root))
        return merged(self.ctx, "consumer", WAITS, found)

    def _mapping(self, node: Node) -> model.Part:
        source = self.graph.refs(node, "eventSourceArn", *SOURCES)
        worker = self.graph.refs(node, "functionName", "lambda/function", "lambda/alias")
        parts: list[model.Part] = []
        near = self.ctx.region(node)[0]
        for refs, word in ((source, "event source"), (worker, "function")):
            if not refs.nodes:
                parts.append(Unknown(f"{word} of {node.name}", "; ".join(refs.missing) or "not set", node.urn))
        parts += [self.builder.part(n, near) for n in source.nodes]
        seen: set[str] = {n.urn for n in source.nodes}
        parts += [self.builder.with_dependencies(self.builder.dependencies.function_of(n), seen) for n in worker.nodes]
        return Series(node.name, tuple(parts), node.urn)

    def _rule(self, node: Node, path: str) -> model.Part | None:
        """What a rule or schedule starts; None for targets that only record (log groups, event buses of other
        accounts).
        """
        refs = self.graph.refs(node, path, *TARGETS)
        if not refs.nodes:
            return None
        if all(n.kind == "sns/topic" for n in refs.nodes):
            return None  # a notification, not work
        near = self.ctx.region(node)[0]
        nodes = [self.builder.dependencies.function_of(n) for n in refs.nodes]
        return Series(
            node.name,
            tuple(
                self.builder.with_dependencies(n) if n.kind != "sqs/queue" else self.builder.part(n, near)
                for n in nodes
            ),
            node.urn,
        )
