"""Build the model of a resource: itself and everything it needs to serve."""

from __future__ import annotations

from collections.abc import Iterable

from ha_policy.graph import CannotTell, Graph, Node
from ha_policy.graph.relations import blue_green, members, target_groups_of, weighted_out
from ha_policy.proof import model
from ha_policy.proof.estimate.assumptions import Assumptions
from ha_policy.proof.model import Failover, Pool, Series, Unknown
from ha_policy.proof.request_paths import compute, data_stores
from ha_policy.proof.request_paths.context import Context
from ha_policy.proof.request_paths.dependencies import Dependencies


class PathBuilder:
    """Builds model nodes for resources. soft: (caller, called) URNs that an architecture declares as soft
    dependencies.
    """

    def __init__(self, graph: Graph, assumed: Assumptions, soft: Iterable[tuple[str, str]] = ()) -> None:
        self.graph = graph
        self.ctx = Context(graph, assumed)
        self.dependencies = Dependencies(self.ctx)
        self.soft = frozenset(soft)
        self._soft_targets: dict[str, list[model.Part]] = {}

    def with_dependencies(self, root: Node, seen: set[str] | None = None) -> model.Part:
        """``root`` and everything it needs, each thing once, under the first resource that needs it, so that an
        explanation is a chain.

        Cycles (services that call each other) end where they close. Data stores are seen from the root's Region.
        """
        near = self.ctx.region(root)[0]
        seen = set() if seen is None else seen
        return self._tree(root, near, seen)

    def part(self, node: Node, near: str | None) -> model.Part:
        """A resource without what it needs; always the same object when seen from the same Region."""
        key = (node.urn, near or "")
        if key not in self.ctx.parts:
            self.ctx.on_path.add(node.urn)
            try:
                if node.kind in compute.MODELS:
                    self.ctx.parts[key] = compute.MODELS[node.kind](self.ctx, node)
                elif node.kind in data_stores.MODELS:
                    self.ctx.parts[key] = data_stores.MODELS[node.kind](self.ctx, node, near)
                else:
                    self.ctx.parts[key] = Unknown(node.name, f"the simulation does not know {node.kind}", node.urn)
            except CannotTell as unknown:
                self.ctx.parts[key] = Unknown(node.name, unknown.what, node.urn)
        return self.ctx.parts[key]

    def _tree(self, node: Node, near: str | None, seen: set[str]) -> model.Part:
        seen.add(node.urn)
        own = self.part(node, near)
        needs = [n for n in self.dependencies.of(node) if (node.urn, n.urn) not in self.soft]
        parts: list[model.Part] = [own]
        if node.kind in ("lb/loadBalancer", "elb/loadBalancer"):
            parts += self._behind(node, needs, near, seen)
        else:
            for alike in self.dependencies.tiers(needs):
                parts += self._sharing(alike[0], alike, (), near, seen) if alike[0].urn not in seen else []
        for store, why in self.dependencies.may_need(node):
            if store.urn not in seen:
                maybe = (self._tree(store, near, seen), Unknown(store.name, why, store.urn))
                parts.append(Failover(f"what {node.name} may call", maybe, None, False))
        parts += [Unknown(f"what {node.name} calls", why, node.urn) for why in self.dependencies.unclear(node)[:1]]
        return own if len(parts) == 1 else Series(node.name, tuple(parts), node.urn)

    def _behind(self, node: Node, needs: list[Node], near: str | None, seen: set[str]) -> list[model.Part]:
        """The target groups behind a load balancer: all of them are needed, and the members of one share its load."""
        if node.kind == "elb/loadBalancer":
            missing = self.dependencies.members(node)[1]
            if not needs and not missing:
                missing = ["no instance or Auto Scaling group of it is part of this stack"]
            return self._sharing(node, needs, missing, near, seen)
        parts: list[model.Part] = []
        groups = target_groups_of(self.graph, node)
        if not self.graph.referrers(node, "lb/listener", "loadBalancerArn", "lb/loadBalancer").nodes:
            why = "no listener of it is part of this stack"
            parts += [] if groups.missing else [Unknown(f"listeners of {node.name}", why, node.urn)]
        parts += [Unknown(f"targets of {node.name}", why, node.urn) for why in groups.missing]
        for group in groups.nodes:
            if self._gets_no_requests(group):
                continue
            nodes, missing = members(self.graph, group)
            targets = list(dict.fromkeys(self.dependencies.function_of(n) for n in nodes))
            behind = [n for n in targets if (node.urn, n.urn) not in self.soft]
            if behind or missing:
                parts += self._sharing(group, behind, missing, near, seen)
            elif targets:  # soft dependencies only: requests are served without them, but health is not
                spare = tuple(self.part(n, near) for n in targets)
                watched = spare[0] if len(spare) == 1 else Pool(group.name, spare, 1, (), None, group.urn)
                self._soft_targets.setdefault(node.urn, []).append(watched)
            elif not blue_green(self.graph, group):
                parts.append(Unknown(group.name, "no member of the target group is part of this stack", group.urn))
        return parts

    def _sharing(
        self, group: Node, behind: list[Node], missing: Iterable[str], near: str | None, seen: set[str]
    ) -> list[model.Part]:
        """The members of a target group, a Classic Load Balancer or a tier, which share its load, and what may be
        another.
        """
        open_end: list[model.Part] = [Unknown(f"members of {group.name}", why, group.urn) for why in missing]
        if len(behind) == 1 and not open_end:
            return [self._tree(behind[0], near, seen)] if behind[0].urn not in seen else []
        trees = [self.with_dependencies(n, set(seen)) for n in behind]
        weights = tuple(compute.size(t) or 1 for t in trees)
        return [Pool(group.name, tuple(trees), 1, weights, None, group.urn), *open_end] if trees else open_end

    def soft_targets(self, balancer: Node) -> tuple[model.Part, ...]:
        """The target groups of a load balancer that it serves without, once its path is built. What evaluates the
        health of the load balancer takes it as unhealthy if one of them has only unhealthy targets (Route 53 API,
        AliasTarget; Global Accelerator, "Health checks for Application Load Balancer endpoints").
        """
        return tuple(self._soft_targets.get(balancer.urn, ()))

    def _gets_no_requests(self, group: Node) -> bool:
        """Whether every listener gives the target group weight 0, as far as that is known."""
        try:
            return weighted_out(self.graph, group)
        except CannotTell:
            return False

    def size(self, node: model.Part) -> int | None:
        """The size of what serves under a node, to compare Regions; None if nothing in it has a size."""
        return compute.size(node)
