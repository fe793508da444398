"""Compute in the model: members per zone, each with its route to the internet, and the capacity after a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.relations import option_subnets, scaling_targets
from ha_policy.proof import model
from ha_policy.proof.model import Failover, Recovery, Series, Step, Unknown
from ha_policy.proof.request_paths.context import Context, Placed, known_to_be, share

EC2: Final = ("ec2-multi-az", "ec2-instance")


def number(ctx: Context, node: Node, *paths: str) -> int:
    """The largest of the known numbers at some paths. Raises CannotTell if none is known but one is unknown."""
    found: list[int] = []
    unknown: CannotTell | None = None
    for path in paths:
        try:
            if node.has(path):
                found.append(int(node.number(path)))
        except CannotTell as why:
            unknown = why
    if not found and unknown:
        raise unknown
    return max(found, default=0)


def auto_scaling_group(ctx: Context, node: Node) -> model.Part:
    """``autoscaling/group``: before any scaling the desired capacity runs, at least the minimum."""
    count = number(ctx, node, "desiredCapacity", "minSize")
    if count == 0:
        return Unknown(node.name, "its minimum and desired capacity are 0: nothing serves before scaling", node.urn)
    subnets = ctx.subnets(node, "vpcZoneIdentifiers")
    members = ctx.members(node, "instance", "instance", count, subnets)
    return share(ctx, node, members, EC2, _target_health_recovery(ctx, node, "targetGroupArns"))


def _target_health_recovery(ctx: Context, node: Node, path: str) -> Recovery | None:
    """How long a load balancer keeps sending requests to lost members; the slowest target group counts."""
    found: list[Recovery] = []
    for target in ctx.graph.refs(node, path, "lb/targetGroup").nodes:
        every, times = ctx.assumed.timings["target-interval"], ctx.assumed.timings["target-threshold"]
        interval, threshold = target.raw("healthCheck.interval"), target.raw("healthCheck.unhealthyThreshold")
        seconds = float(interval) if isinstance(interval, int) else every.seconds
        count = float(threshold) if isinstance(threshold, int) else times.seconds
        source = "set on the target group" if isinstance(interval, int) else every.source
        step = Step(
            "detect",
            f"{count:g} failed checks, {seconds:g} s apart: their share of the requests fails",
            seconds * count,
            source,
        )
        found.append(ctx.recovery(f"load balancer leaves lost members of {node.name} out", (step,)))
    return max(found, key=lambda s: s.seconds, default=None)


def ecs_service(ctx: Context, node: Node) -> model.Part:
    """``ecs/service``: its tasks; the minimum of an attached scalable target counts if it is higher."""
    count = number(ctx, node, "desiredCount")
    for target in scaling_targets(ctx.graph, node):
        if known_to_be(target, "scalableDimension", "ecs:service:DesiredCount"):
            count = max(count, number(ctx, target, "minCapacity"))
    subnets = ctx.subnets(node, "networkConfiguration.subnets")
    if count == 0:
        return Unknown(node.name, "its desired count is 0 or not set: nothing serves before scaling", node.urn)
    watched = _target_health_recovery(ctx, node, "loadBalancers.targetGroupArn")
    return share(ctx, node, ctx.members(node, "task", "task", count, subnets), EC2, watched)


def lambda_function(ctx: Context, node: Node) -> model.Part:
    """``lambda/function``: Regional; inside a VPC it reaches its targets only from its subnets."""
    where, _ = ctx.region(node)
    service = ctx.service("lambda", node, where)
    runs = ctx.component(f"{node.urn}@{where or ''}", node.name, "service", node)
    if not node.has("vpcConfig.subnetIds"):
        return Series(node.name, (runs,), node.urn, service)
    subnets = ctx.subnets(node, "vpcConfig.subnetIds")
    ways: list[model.Part] = []
    for i, placed in enumerate(ctx.zones(node)):
        name = f"network of {node.name} in {placed.name}"
        leaf = ctx.component(f"{node.urn}#{placed.zone or i}", name, "function", node, placed)
        out = ctx.egress(subnets.get(placed, []))
        ways.append(Series(name, (leaf, *out), node.urn) if out else leaf)
    inside = Failover(f"zones of {node.name}", tuple(ways), None, False, (), node.urn)
    # One SLA covers the function and its network, so the network is not a further service.
    return Series(node.name, (runs, inside), node.urn, service)


def ec2_instance(ctx: Context, node: Node) -> model.Part:
    """``ec2/instance``: in one zone, and nothing replaces it."""
    subnets = ctx.subnets(node, "subnetId")
    return share(ctx, node, ctx.members(node, "lone-instance", "instance", 1, subnets), EC2)


def attached_address(ctx: Context, node: Node) -> model.Part:
    """``lb/targetGroupAttachment`` of an IP address: something in one zone that this stack does not manage."""
    return share(ctx, node, ctx.members(node, "lone-instance", "target", 1), EC2)


def node_group(ctx: Context, node: Node) -> model.Part:
    """``eks/nodeGroup``: its nodes represent the pods on them."""
    count = number(ctx, node, "scalingConfig.desiredSize", "scalingConfig.minSize")
    subnets = ctx.subnets(node, "subnetIds")
    return share(ctx, node, ctx.members(node, "instance", "node", count or 1, subnets), EC2)


def beanstalk_environment(ctx: Context, node: Node) -> model.Part:
    """``elasticbeanstalk/environment``: zones and sizes are in its option settings (namespace, name, value)."""
    options: dict[tuple[str, str], object] = {}
    for block in node.blocks("settings"):
        space, name = block.raw("namespace"), block.raw("name")
        if isinstance(space, str) and isinstance(name, str):
            options[(space, name)] = block.raw("value")
    lone = options.get(("aws:elasticbeanstalk:environment", "EnvironmentType")) == "SingleInstance"
    size = options.get(("aws:autoscaling:asg", "MinSize"), "1")
    count = 1 if lone else int(size) if isinstance(size, str) and size.isdigit() else 1
    found = option_subnets(ctx.graph, node, options.get(("aws:ec2:vpc", "Subnets")))
    subnets: dict[Placed, list[Node]] = {}
    for subnet in found:
        for placed in ctx.zones(subnet):
            subnets.setdefault(placed, []).append(subnet)
    zones = sorted(subnets, key=lambda p: (p.zone or "", p.place)) or [Placed(None, node.urn)]
    made: list[model.Part] = []
    for i in range(count):
        placed = zones[i % len(zones)]
        kind = "lone-instance" if lone else "instance"
        leaf = ctx.component(f"{node.urn}#{i + 1}", f"instance of {node.name} #{i + 1}", kind, node, placed)
        made.append(Series(f"instance in {placed.name}", (leaf, *ctx.egress(subnets.get(placed, []))), node.urn))
    return share(ctx, node, made, EC2)


def load_balancer(ctx: Context, node: Node) -> model.Part:
    """``lb/loadBalancer``, ``elb/loadBalancer``: a node in each of its zones."""
    several = len(ctx.zones(node)) > 1
    return ctx.node_per_zone(node, "load-balancer", "node", "elb-multi-az" if several else "elb-single-az")


def endpoint(ctx: Context, node: Node) -> model.Part:
    """``rds/proxy`` and the like: an endpoint in each of its zones."""
    return ctx.node_per_zone(node, "endpoint", "endpoint", "rds-proxy" if node.kind == "rds/proxy" else None)


def size(node: model.Part) -> int | None:
    """The number of members in the smallest sized group under a node; None if nothing in it has a size."""
    counts = [
        len(n.members)
        for n in model.postorder(node)
        if isinstance(n, model.Pool) and n.service and n.service.key.startswith("ec2")
    ]
    return min(counts, default=None)


MODELS: Final[dict[str, Callable[[Context, Node], model.Part]]] = {
    "autoscaling/group": auto_scaling_group,
    "ecs/service": ecs_service,
    "lambda/function": lambda_function,
    "ec2/instance": ec2_instance,
    "lb/targetGroupAttachment": attached_address,
    "eks/nodeGroup": node_group,
    "elasticbeanstalk/environment": beanstalk_environment,
    "lb/loadBalancer": load_balancer,
    "elb/loadBalancer": load_balancer,
    "rds/proxy": endpoint,
}
