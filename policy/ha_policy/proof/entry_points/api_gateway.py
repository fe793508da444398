"""API Gateway: REST and HTTP APIs, their custom domain names, and what their integrations call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ha_policy.graph import Node
from ha_policy.proof import model
from ha_policy.proof.entry_points.endpoints import Endpoints
from ha_policy.proof.model import Series, Unknown
from ha_policy.proof.request_paths.context import known_to_be

APIS: Final = ("apigateway/restApi", "apigatewayv2/api")
DOMAIN_NAMES: Final = ("apigateway/domainName", "apigatewayv2/domainName")
INTEGRATION_TARGETS: Final = (
    "lambda/function", "lambda/alias", "lb/loadBalancer", "lb/listener", "apigateway/vpcLink", "apigatewayv2/vpcLink",
    "sqs/queue", "sns/topic", "dynamodb/table", "sfn/stateMachine", "kinesis/stream", "s3/bucket",
)  # fmt: skip


class ApiGateway:
    """Builds APIs and their domain names as endpoints."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints, self.builder = endpoints, endpoints.builder
        self.ctx, self.graph = endpoints.ctx, endpoints.graph
        endpoints.register(self.api, *APIS)
        endpoints.register(self.domain_name, *DOMAIN_NAMES)

    def domain_name(self, node: Node) -> model.Part:
        """A custom domain name: every API that is mapped to it."""
        kind, api = (
            ("apigateway/basePathMapping", "apigateway/restApi")
            if node.kind == "apigateway/domainName"
            else ("apigatewayv2/apiMapping", "apigatewayv2/api")
        )
        apis: dict[str, Node] = {}
        for mapping in self.graph.referrers(node, kind, "domainName", node.kind).nodes:
            for path in ("restApi", "apiId"):
                apis |= {n.urn: n for n in self.graph.refs(mapping, path, api, "apigateway/restApi").nodes}
        if not apis:
            return Unknown(node.name, "no API is mapped to the domain name in this stack", node.urn)
        return Series(node.name, tuple(self.endpoints.behind(n) for n in apis.values()), node.urn)

    def api(self, node: Node) -> model.Part:
        """A REST or HTTP API: the regional service, its web ACL, and every integration."""
        targets: dict[str, Node] = {}
        missing: list[str] = []
        for urn in node.property_dependencies.get("body", ()):
            target = self.graph.get(urn)
            if target is not None and target.kind in INTEGRATION_TARGETS:
                targets[urn] = target
        v2 = node.kind == "apigatewayv2/api"
        kind, link = ("apigatewayv2/integration", "apiId") if v2 else ("apigateway/integration", "restApi")
        for integration in self.graph.referrers(node, kind, link, node.kind).nodes:
            if known_to_be(integration, "type", "MOCK"):
                continue
            for path in ("integrationUri", "uri", "connectionId"):
                if integration.has(path):
                    refs = self.graph.refs(integration, path, *INTEGRATION_TARGETS)
                    targets |= {n.urn: n for n in refs.nodes}
                    missing += refs.missing
        if node.has("target"):  # an HTTP API by quick create
            refs = self.graph.refs(node, "target", *INTEGRATION_TARGETS)
            targets |= {n.urn: n for n in refs.nodes}
            missing += refs.missing
        behind = self._behind(targets.values())
        own = self.ctx.regional(node, "api-gateway")
        self.ctx.on_path.add(node.urn)
        parts: list[model.Part] = [own, *behind]
        if not behind:
            why = "; ".join(missing) or "none is part of this stack"
            parts.append(Unknown(f"integrations of {node.name}", why, node.urn))
        whole = Series(node.name, tuple(parts), node.urn)
        for stage in self.graph.referrers(node, "apigateway/stage", "restApi", node.kind).nodes:
            guarded = self.endpoints.with_web_acl(stage, whole)
            if guarded is not whole:
                return guarded
        return whole

    def _behind(self, targets: Iterable[Node]) -> list[model.Part]:
        found: dict[str, model.Part] = {}
        for target in targets:
            if target.kind == "apigatewayv2/vpcLink":  # its network interfaces, one in each zone, carry every call
                self.ctx.on_path.add(target.urn)
                found[target.urn] = self.ctx.node_per_zone(target, "endpoint", "network interface")
            for node in self._called(target):
                self.endpoints.covered.add(node.urn)
                if node.urn not in found:
                    found[node.urn] = self.builder.with_dependencies(node)
        return list(found.values())

    def _called(self, target: Node) -> Sequence[Node]:
        """What an integration's target leads to; for a VPC link or a listener, its load balancer."""
        match target.kind:
            case "lambda/alias":
                return (self.builder.dependencies.function_of(target),)
            case "lb/listener":
                return self.graph.refs(target, "loadBalancerArn", "lb/loadBalancer").nodes
            case "apigateway/vpcLink":
                self.ctx.on_path.add(target.urn)
                return self.graph.refs(target, "targetArn", "lb/loadBalancer").nodes
            case "apigatewayv2/vpcLink":
                return ()
            case _:
                return (target,)
