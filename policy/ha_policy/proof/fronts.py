"""Entry points and the request paths behind them: names, distributions, accelerators, APIs, load balancers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.proof import model
from ha_policy.proof.build import Builder
from ha_policy.proof.context import says
from ha_policy.proof.model import Entry, Failover, Path, Series, Share, Step, Switch, Unknown
from ha_policy.proof.names import Names

API_TARGETS: Final = (
    "lambda/function", "lambda/alias", "lb/loadBalancer", "lb/listener", "apigateway/vpcLink", "apigatewayv2/vpcLink",
    "sqs/queue", "sns/topic", "dynamodb/table", "sfn/stateMachine", "kinesis/stream", "s3/bucket",
)  # fmt: skip


class Fronts:
    """Builds the client-facing entry points from the outside in; what a front covers is no entry point of its own."""

    def __init__(self, builder: Builder) -> None:
        self.b, self.ctx, self.graph = builder, builder.ctx, builder.graph
        self.inner: set[str] = set()  # fronts that stand behind another front
        self.names = Names(self)
        self._made: dict[str, model.Node] = {}

    def entries(self) -> list[Entry]:
        """Every client-facing entry point, names first."""
        from ha_policy.proof.cloudfront import distribution

        found = [*self.names.entries(), *self._each("globalaccelerator/accelerator", "accelerator", self.accelerator)]
        shown: list[Entry] = []
        for node in self.graph.of("cloudfront/distribution"):
            paths = distribution(self, node)
            shown.append(Entry(node.urn, node.name, "distribution", paths, node.urn))
        found += [e for e in shown if e.resource not in self.inner]
        found += self._each("apigateway/restApi", "api", self.api)
        found += self._each("apigatewayv2/api", "api", self.api)
        for node in self.graph.of("lambda/functionUrl"):
            if node.urn not in self.inner:
                found.append(self._entry(node, "function-url", self._safely(node, self.function_url)))
        found += self._each("elasticbeanstalk/environment", "application", self.b.require)
        for kind in ("lb/loadBalancer", "elb/loadBalancer"):
            public = [n for n in self.graph.of(kind) if n.raw("internal") is not True]
            alone = [n for n in public if n.urn not in self.ctx.touched | self.inner]
            found += [self._entry(n, "load-balancer", self._safely(n, self._front)) for n in alone]
        # A front that a later one covers is dropped: names and distributions refer to each other in any order.
        return [e for e in found if not e.resource or e.resource not in self.inner]

    def _each(self, kind: str, word: str, make: Callable[[Node], model.Node]) -> list[Entry]:
        nodes = [n for n in self.graph.of(kind) if n.urn not in self.inner]
        return [self._entry(n, word, self._safely(n, make)) for n in nodes]

    def _safely(self, node: Node, make: Callable[[Node], model.Node]) -> model.Node:
        """What cannot be told makes one entry point unknown, never the others."""
        try:
            return make(node)
        except CannotTell as unknown:
            return Unknown(node.name, unknown.what, node.urn)

    def _entry(self, node: Node, kind: str, root: model.Node) -> Entry:
        return Entry(node.urn, node.name, kind, (Path("", root),), node.urn)

    def front(self, node: Node) -> model.Node:
        """Whatever a record or an origin points at, with everything behind it."""
        self.inner.add(node.urn)
        if node.urn not in self._made:
            self._made[node.urn] = Unknown(node.name, "it refers to itself", node.urn)
            try:
                self._made[node.urn] = self._front(node)
            except CannotTell as unknown:
                self._made[node.urn] = Unknown(node.name, unknown.what, node.urn)
        return self._made[node.urn]

    def _front(self, node: Node) -> model.Node:
        from ha_policy.proof.cloudfront import distribution

        match node.kind:
            case "lb/loadBalancer" | "elb/loadBalancer":
                return self.protected(node, self.b.require(node), "wafv2/webAclAssociation", "resourceArn")
            case "route53/record":
                return self.names.answers(node)
            case "cloudfront/distribution":
                return Series(node.name, tuple(p.root for p in distribution(self, node)), node.urn)
            case "globalaccelerator/accelerator":
                return self.accelerator(node)
            case "apigateway/restApi" | "apigatewayv2/api":
                return self.api(node)
            case "apigateway/domainName" | "apigatewayv2/domainName":
                return self._domain(node)
            case "lambda/functionUrl":
                return self.function_url(node)
            case "ec2/eip":
                return self._address(node)
            case "ec2/instance" | "elasticbeanstalk/environment" | "s3/bucket" | "lambda/function":
                return self.b.require(node)
            case _:
                return Unknown(node.name, f"the simulation does not know {node.kind}", node.urn)

    def protected(self, node: Node, inner: model.Node, kind: str, path: str) -> model.Node:
        """With the web ACL in front of it, where there is one."""
        for link in self.graph.referrers(node, kind, path, node.kind).nodes:
            for acl in self.graph.refs(link, "webAclArn", "wafv2/webAcl").nodes:
                return Series(node.name, (self.b.part(acl, None), inner), node.urn)
        return inner

    def function_url(self, node: Node) -> model.Node:
        functions = self.graph.refs(node, "functionName", "lambda/function", "lambda/alias")
        if not functions.nodes:
            return Unknown(node.name, "; ".join(functions.missing), node.urn)
        return self.b.require(self.b.calls.function_of(functions.nodes[0]))

    def _address(self, node: Node) -> model.Node:
        for path in ("instance", "instanceId"):
            for target in self.graph.refs(node, path, "ec2/instance").nodes:
                return self.b.require(target)
        for link in self.graph.referrers(node, "ec2/eipAssociation", "allocationId", "ec2/eip").nodes:
            for target in self.graph.refs(link, "instanceId", "ec2/instance").nodes:
                return self.b.require(target)
        return Unknown(node.name, "what the address belongs to is not part of this stack", node.urn)

    # --- APIs --------------------------------------------------------------------------------------------------------

    def _domain(self, node: Node) -> model.Node:
        kind, api = (
            ("apigateway/basePathMapping", "apigateway/restApi")
            if node.kind == "apigateway/domainName"
            else ("apigatewayv2/apiMapping", "apigatewayv2/api")
        )
        apis: dict[str, Node] = {}
        for mapping in (*self.graph.referrers(node, kind, "domainName", node.kind).nodes,):
            for path in ("restApi", "apiId"):
                apis |= {n.urn: n for n in self.graph.refs(mapping, path, api, "apigateway/restApi").nodes}
        if not apis:
            return Unknown(node.name, "no API is mapped to the domain name in this stack", node.urn)
        return Series(node.name, tuple(self.front(n) for n in apis.values()), node.urn)

    def api(self, node: Node) -> model.Node:
        """A REST or HTTP API: the regional service, its web ACL, and every integration."""
        targets: dict[str, Node] = {}
        missing: list[str] = []
        for urn in node.property_dependencies.get("body", ()):
            target = self.graph.get(urn)
            if target is not None and target.kind in API_TARGETS:
                targets[urn] = target
        v2 = node.kind == "apigatewayv2/api"
        kind, link = ("apigatewayv2/integration", "apiId") if v2 else ("apigateway/integration", "restApi")
        for integration in self.graph.referrers(node, kind, link, node.kind).nodes:
            if says(integration, "type", "MOCK"):
                continue
            for path in ("integrationUri", "uri", "connectionId"):
                if integration.has(path):
                    refs = self.graph.refs(integration, path, *API_TARGETS)
                    targets |= {n.urn: n for n in refs.nodes}
                    missing += refs.missing
        behind = list(self._resolved(targets.values()))
        own = self.ctx.regional(node, "api-gateway")
        self.ctx.touched.add(node.urn)
        parts: list[model.Node] = [own, *behind]
        if not behind:
            parts.append(
                Unknown(f"integrations of {node.name}", "; ".join(missing) or "none is part of this stack", node.urn)
            )
        whole = Series(node.name, tuple(parts), node.urn)
        for stage in self.graph.referrers(node, "apigateway/stage", "restApi", node.kind).nodes:
            guarded = self.protected(stage, whole, "wafv2/webAclAssociation", "resourceArn")
            if guarded is not whole:
                return guarded
        return whole

    def _resolved(self, targets: Iterable[Node]) -> Sequence[model.Node]:
        found: dict[str, model.Node] = {}
        seen: set[str] = set()
        for target in targets:
            for node in self._through_link(target):
                self.inner.add(node.urn)
                if node.urn not in seen and node.urn not in found:
                    found[node.urn] = self.b.require(node)
        return list(found.values())

    def _through_link(self, target: Node) -> Sequence[Node]:
        match target.kind:
            case "lambda/alias":
                return (self.b.calls.function_of(target),)
            case "lb/listener":
                return self.graph.refs(target, "loadBalancerArn", "lb/loadBalancer").nodes
            case "apigateway/vpcLink":
                self.ctx.touched.add(target.urn)
                return self.graph.refs(target, "targetArn", "lb/loadBalancer").nodes
            case "apigatewayv2/vpcLink":
                self.ctx.touched.add(target.urn)
                return ()
            case _:
                return (target,)

    # --- accelerators ------------------------------------------------------------------------------------------------

    def accelerator(self, node: Node) -> model.Node:
        """Endpoint groups share the traffic; an unhealthy one is left out by the accelerator itself."""
        self.inner.discard(node.urn)
        edge = self.ctx.regional(node, "global-accelerator", kind="edge")
        parts: list[model.Node] = [edge]
        for listener in self.graph.referrers(
            node, "globalaccelerator/listener", "acceleratorArn", "globalaccelerator/accelerator"
        ).nodes:
            groups = self.graph.referrers(
                listener, "globalaccelerator/endpointGroup", "listenerArn", "globalaccelerator/listener"
            ).nodes
            live = [g for g in groups if not says(g, "trafficDialPercentage", 0)]
            options = [self._endpoints(g) for g in live]
            if not options:
                parts.append(
                    Unknown(listener.name, "no endpoint group with traffic is part of this stack", listener.urn)
                )
                continue
            parts.append(self.active(listener.name, options, self._accelerator_switch(node, live), listener.urn))
        if len(parts) == 1:
            parts.append(Unknown(node.name, "no listener is part of this stack", node.urn))
        return Series(node.name, tuple(parts), node.urn)

    def _accelerator_switch(self, node: Node, groups: Sequence[Node]) -> Switch:
        own = [g.raw("healthCheckIntervalSeconds") for g in groups]
        interval = max((float(v) for v in own if isinstance(v, int)), default=None)
        return self.ctx.switch(f"{node.name} leaves the endpoint group out", self.detection(interval, None))

    def _endpoints(self, group: Node) -> model.Node:
        refs = self.graph.refs(group, "endpointConfigurations.endpointId", "lb/loadBalancer", "ec2/instance", "ec2/eip")
        parts: list[model.Node] = [self.front(n) for n in refs.nodes]
        parts += [Unknown(f"endpoint of {group.name}", why, group.urn) for why in refs.missing]
        if not parts:
            return Unknown(group.name, "the endpoint group has no endpoint", group.urn)
        return parts[0] if len(parts) == 1 else Failover(group.name, tuple(parts), None, False, (), group.urn)

    def active(self, name: str, options: Sequence[model.Node], switch: Switch, urn: str) -> model.Node:
        if len(options) == 1:
            return options[0]
        weights = tuple(self.b.worth(o) or 1 for o in options)
        return Share(name, tuple(options), 1, weights, switch, urn)

    def detection(self, interval: float | None, threshold: float | None) -> tuple[Step, ...]:
        """Health-check steps, with the resource's own interval (seconds) and threshold where it sets them."""
        every = self.ctx.assumed.timings["health-interval"]
        times = self.ctx.assumed.timings["health-threshold"]
        seconds, count = interval or every.seconds, threshold or times.seconds
        source = every.source if interval is None else "set on the resource"
        return (Step("detect", f"{count:g} failed checks, {seconds:g} s apart", seconds * count, source),)
