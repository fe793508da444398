"""Entry points that clients use: DNS names, distributions, accelerators, APIs, function URLs, load balancers."""

from __future__ import annotations

from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.exposure import faces_internet
from ha_policy.proof import model
from ha_policy.proof.entry_points.api_gateway import APIS, ApiGateway
from ha_policy.proof.entry_points.cloudfront import DISTRIBUTION, CloudFront, is_disabled
from ha_policy.proof.entry_points.endpoints import Endpoints
from ha_policy.proof.entry_points.global_accelerator import ACCELERATOR, GlobalAccelerator
from ha_policy.proof.entry_points.route53 import Route53Names
from ha_policy.proof.entry_points.s3_website import websites
from ha_policy.proof.model import EntryPoint, Path, Unknown
from ha_policy.proof.request_paths.builder import PathBuilder

LOAD_BALANCERS: Final = ("lb/loadBalancer", "elb/loadBalancer")
COMPUTE: Final = {"ec2/instance": "instance", "ecs/service": "service", "autoscaling/group": "group"}
"""What clients may reach directly, by a public address and an open security group; and how reports call it."""


class ClientFacing:
    """Finds entry points from the outside in: an endpoint behind another one is not an entry point itself."""

    def __init__(self, builder: PathBuilder) -> None:
        self.builder, self.ctx, self.graph = builder, builder.ctx, builder.graph
        self.endpoints = Endpoints(builder)
        self.names = Route53Names(self.endpoints)
        self.cloudfront = CloudFront(self.endpoints)
        GlobalAccelerator(self.endpoints)
        ApiGateway(self.endpoints)
        self.endpoints.register(self._load_balancer, *LOAD_BALANCERS)
        self.endpoints.register(self._function_url, "lambda/functionUrl")
        self.endpoints.register(self._elastic_ip, "ec2/eip")
        self.endpoints.register(
            builder.with_dependencies, *COMPUTE, "elasticbeanstalk/environment", "s3/bucket", "lambda/function"
        )

    def entry_points(self) -> list[EntryPoint]:
        """All client-facing entry points, DNS names first."""
        found = [*self.names.entry_points(), *self._each(ACCELERATOR, "accelerator")]
        for node in self.graph.of(DISTRIBUTION):
            if is_disabled(node) and not node.has("aliases"):
                continue  # retired, or not in use yet; a record that leads to it is an entry point of its own
            found.append(EntryPoint(node.urn, node.name, "distribution", self.cloudfront.paths(node), node.urn))
        for kind in APIS:
            found += self._each(kind, "api")
        found += self._each("lambda/functionUrl", "function-url")
        found += self._each("elasticbeanstalk/environment", "application")
        for kind in LOAD_BALANCERS:
            public = [n for n in self.graph.of(kind) if not n.is_on("internal")]
            alone = [n for n in public if n.urn not in self.ctx.on_path | self.endpoints.covered]
            found += [self._entry_point(n, "load-balancer") for n in alone]
        for kind, word in COMPUTE.items():
            found += [self._entry_point(n, word) for n in self.graph.of(kind) if self._reached_directly(n)]
        found += [self._entry_point(n, "website") for n in websites(self.graph) if n.urn not in self.endpoints.covered]
        for node in self.graph.of(*LOAD_BALANCERS):  # an internal one that nothing here calls serves other networks
            if node.urn not in self.ctx.on_path | self.endpoints.covered and self._listens(node):
                found.append(self._entry_point(node, "load-balancer"))
        # Drop those that a later entry point covers: names and distributions refer to each other in any order.
        return [e for e in found if not e.resource or e.resource not in self.endpoints.covered]

    def _listens(self, node: Node) -> bool:
        """Whether the stack says what a load balancer serves. Listeners of a Classic one are part of it."""
        listeners = self.graph.referrers(node, "lb/listener", "loadBalancerArn", "lb/loadBalancer").nodes
        return node.kind == "elb/loadBalancer" or bool(listeners)

    def _reached_directly(self, node: Node) -> bool:
        """Whether clients on the internet reach it without a load balancer, as far as that is known."""
        if node.external or node.urn in self.ctx.on_path | self.endpoints.covered:
            return False
        try:
            return faces_internet(self.graph, node)
        except CannotTell:
            return False

    def _each(self, kind: str, word: str) -> list[EntryPoint]:
        return [self._entry_point(n, word) for n in self.graph.of(kind) if n.urn not in self.endpoints.covered]

    def _entry_point(self, node: Node, kind: str) -> EntryPoint:
        return EntryPoint(node.urn, node.name, kind, (Path("", self.endpoints.build(node)),), node.urn)

    def _load_balancer(self, node: Node) -> model.Part:
        return self.endpoints.with_web_acl(node, self.builder.with_dependencies(node))

    def _function_url(self, node: Node) -> model.Part:
        functions = self.graph.refs(node, "functionName", "lambda/function", "lambda/alias")
        if not functions.nodes:
            return Unknown(node.name, "; ".join(functions.missing), node.urn)
        return self.builder.with_dependencies(self.builder.dependencies.function_of(functions.nodes[0]))

    def _elastic_ip(self, node: Node) -> model.Part:
        for path in ("instance", "instanceId"):
            for target in self.graph.refs(node, path, "ec2/instance").nodes:
                return self.builder.with_dependencies(target)
        for link in self.graph.referrers(node, "ec2/eipAssociation", "allocationId", "ec2/eip").nodes:
            for target in self.graph.refs(link, "instanceId", "ec2/instance").nodes:
                return self.builder.with_dependencies(target)
        return Unknown(node.name, "what the address belongs to is not part of this stack", node.urn)
