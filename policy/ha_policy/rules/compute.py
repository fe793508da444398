"""Auto Scaling groups, single EC2 instances, EKS, Elastic Beanstalk."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from ha_policy.graph.exposure import called_within, elastic_ips, faces_internet
from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.placement import SUBNETS
from ha_policy.graph.relations import ids_in, memoized, option_subnets, unattached
from ha_policy.graph.values import UNKNOWN
from ha_policy.graph.zones import ANY, Zones
from ha_policy.rule import CORE, HINT, HYGIENE, OPTIONAL, Check, Param, Severity, rule, skip

from .common import LONGEST_GRACE, MIN_ZONES, spans, together

GROUP = "autoscaling/group"
UNCHANGED = -1  # a scheduled size that leaves the group's size unchanged
# Processes without which a group does not replace or rebalance instances (EC2 Auto Scaling: scaling processes).
NEEDED_PROCESSES = frozenset(
    {"Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AddToLoadBalancer"}
)


@rule(
    "asg-multi-az",
    "An Auto Scaling group has subnets in at least two zones",
    GROUP,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a group in one zone cannot replace its instances when that zone fails",
    fix="give it subnets in at least two zones",
    refs=("REL10-BP01", "Security Hub AutoScaling.2", "Config AUTOSCALING_MULTIPLE_AZ"),
    params=MIN_ZONES,
)
def asg_multi_az(group: Node, check: Check) -> Iterator[str]:
    for template in _templates(group, check):
        if zone := template.text("placement.availabilityZone"):
            yield f"its launch template {template.name} starts every instance in {zone}"
    yield from spans(check.graph.zones(group), check, "it is")


def _templates(group: Node, check: Check) -> Iterator[Node]:
    """The launch templates of the stack that a group uses."""
    mixed = "mixedInstancesPolicy.launchTemplate"
    for top in ("launchTemplate.", f"{mixed}.launchTemplateSpecification.launchTemplate", f"{mixed}.overrides."):
        for end in ("id", "name") if top.endswith("Template.") else ("Id", "Name"):
            path = top + (f"launchTemplateSpecification.launchTemplate{end}" if top.endswith("overrides.") else end)
            yield from check.graph.refs(group, path, "ec2/launchTemplate").nodes


def _behind_balancer(group: Node, check: Check) -> bool:
    graph = check.graph
    if any(group.given(p) for p in ("targetGroupArns", "loadBalancers", "trafficSources")):
        return True
    links = graph.referrers(group, "autoscaling/attachment", "autoscalingGroupName", GROUP)
    links = (
        links.nodes
        or graph.referrers(group, "autoscaling/trafficSourceAttachment", "autoscalingGroupName", GROUP).nodes
    )
    return bool(links)


@rule(
    "asg-elb-health-check",
    "An Auto Scaling group behind a load balancer uses its health checks",
    GROUP,
    severity=Severity.HIGH,
    levels=CORE,
    reason="with EC2 health checks only, an instance whose application hangs is never replaced",
    fix='set healthCheckType to "ELB" and healthCheckGracePeriod to at least the time an instance takes to start',
    refs=("REL11-BP02", "Security Hub AutoScaling.1", "Config AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED"),
)
def asg_elb_health_check(group: Node, check: Check) -> Iterator[str]:
    if not _behind_balancer(group, check):
        skip("no load balancer is attached to it")
    kind = group.text("healthCheckType", "EC2")
    if kind != "ELB":
        yield f"healthCheckType is {kind}"


@rule(
    "asg-grace-period",
    "An Auto Scaling group replaces instances that fail their health checks soon after their start",
    GROUP,
    severity=Severity.LOW,
    levels=HINT,
    reason="while the grace period lasts, an instance that fails the load balancer's health checks is not replaced",
    fix="set healthCheckGracePeriod to the time an instance takes to start",
    refs=("EC2 Auto Scaling guide: set the health check grace period",),
    params={"maxSeconds": LONGEST_GRACE},
)
def asg_grace_period(group: Node, check: Check) -> Iterator[str]:
    seconds = group.number("healthCheckGracePeriod")
    if seconds > check.number("maxSeconds"):
        yield f"healthCheckGracePeriod is {seconds:g} s"


@rule(
    "asg-min-size",
    "An Auto Scaling group's minSize is at least two",
    GROUP,
    severity=Severity.HIGH,
    levels=CORE,
    reason="losing the only instance, or its zone, is an outage until another instance has started",
    fix="set minSize to the number of zones, at least two, and in schedules as well (-1 leaves minSize unchanged)",
    refs=("REL10-BP01", "REL11-BP05"),
    params={
        "minSize": Param("minimum number of instances, however many zones", 2, minimum=2, maximum=1000),
        "everyZone": Param("whether each zone needs an instance", default=False, presets={"regulated": True}),
    },
)
def asg_min_size(group: Node, check: Check) -> Iterator[str]:
    yield from _too_small(group, int(group.number("minSize")), check)
    for schedule in check.graph.referrers(group, "autoscaling/schedule", "autoscalingGroupName", GROUP).nodes:
        size = int(schedule.number("minSize"))  # not set: 0 (provider docs, autoscaling.Schedule)
        if size != UNCHANGED:
            for sentence in _too_small(group, size, check):
                yield f"scheduled action {schedule.name}: {sentence}"


def _too_small(group: Node, size: int, check: Check) -> Iterator[str]:
    zones = check.graph.zones(group)
    if size < check.number("minSize"):
        yield f"minSize is {size}; at least {check.number('minSize')} are needed"
    elif not check.flag("everyZone"):
        return
    elif size < len(zones.names):
        yield f"minSize is {size}, but it spans {len(zones.names)} zones ({zones})"
    elif zones.unresolved:
        places = group.raw("vpcZoneIdentifiers")
        if not isinstance(places, tuple) or size < len(cast(tuple[Any, ...], places)):
            zones.exactly()


@rule(
    "asg-processes",
    "An Auto Scaling group has no suspended process that replaces or balances instances",
    GROUP,
    severity=Severity.HIGH,
    levels=CORE,
    reason="while these processes are suspended, the group does not replace failed instances or rebalance zones",
    fix="remove them from suspendedProcesses",
    refs=("REL11-BP03", "EC2 Auto Scaling guide: suspend and resume processes"),
)
def asg_processes(group: Node, check: Check) -> Iterator[str]:
    if stopped := NEEDED_PROCESSES & set(group.texts("suspendedProcesses")):
        yield f"suspended: {', '.join(sorted(stopped))}"


NEEDED_TAG = "ha:needed-capacity"


def needed_capacity(node: Node) -> int | None:
    """The capacity that the owner says is needed at any time: the number in the tag ``ha:needed-capacity``."""
    tags: Any = node.get("tags")
    if isinstance(tags, tuple):
        entries = [cast(Mapping[str, Any], t) for t in cast(tuple[Any, ...], tags) if isinstance(t, Mapping)]
        if len(entries) < len(cast(tuple[Any, ...], tags)) or any(t.get("key") is UNKNOWN for t in entries):
            raise node.unknown("the tags")
        tags = {t.get("key"): t.get("value") for t in entries if isinstance(t.get("key"), str)}
    if not isinstance(tags, Mapping):
        return None
    value = cast(Mapping[str, Any], tags).get(NEEDED_TAG)
    if value is UNKNOWN:
        raise node.unknown(f"tag {NEEDED_TAG}")
    if value is None:
        return None
    try:
        return int(str(value))
    except ValueError:
        raise node.unknown(f"tag {NEEDED_TAG}", "is not a whole number") from None


@rule(
    "asg-static-stability",
    "The capacity left after losing a zone is what the workload needs",
    GROUP,
    "ecs/service",
    severity=Severity.HIGH,
    levels=CORE,
    reason="capacity launched only after the failure may not be available: other customers ask for it at the same time",
    fix=f"size it so that the remaining zones carry the load, or correct the tag {NEEDED_TAG}",
    refs=("REL11-BP05", "Static stability using Availability Zones (Amazon Builders' Library)"),
)
def static_stability(node: Node, check: Check) -> Iterator[str]:
    needed = needed_capacity(node)
    if needed is None:
        skip(f"no tag {NEEDED_TAG} says how much it needs")
    size = int(node.number("minSize" if node.kind == GROUP else "desiredCount"))
    zones = len(check.graph.zones(node).exactly())
    left = size - -(-size // zones) if zones else 0  # the zone with most instances is lost
    if left < needed:
        yield f"{size} over {zones} zones leave {left} when a zone fails; it needs {needed}"


@rule(
    "asg-instance-types",
    "An Auto Scaling group can launch more than one instance type",
    GROUP,
    severity=Severity.LOW,
    levels=HINT,
    reason="if a zone has run out of the only instance type, instances there cannot be replaced",
    fix="use mixedInstancesPolicy with two or more overrides, or instanceRequirements",
    refs=("Security Hub AutoScaling.6",),
)
def asg_instance_types(group: Node, check: Check) -> Iterator[str]:
    if not group.given("mixedInstancesPolicy"):
        yield "it launches only one instance type"
        return
    overrides = group.blocks("mixedInstancesPolicy.launchTemplate.overrides")
    if any(o.given("instanceRequirements") for o in overrides):
        return
    if len({o.text("instanceType") for o in overrides} - {""}) < 2:
        yield "its mixedInstancesPolicy names fewer than two instance types"


@rule(
    "asg-capacity-rebalance",
    "An Auto Scaling group with Spot instances has capacity rebalancing on",
    GROUP,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without it, Spot instances are replaced only after the two-minute interruption notice",
    fix="set capacityRebalance",
    refs=("Config AUTOSCALING_CAPACITY_REBALANCING",),
)
def asg_capacity_rebalance(group: Node, check: Check) -> Iterator[str]:
    share = "mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity"
    if not group.given("mixedInstancesPolicy") or group.number(share, default=100) >= 100:
        skip("it has no Spot instances")
    if not group.flag("capacityRebalance"):
        yield "capacityRebalance is off"


@rule(
    "asg-not-spot-only",
    "An Auto Scaling group has some on-demand instances",
    GROUP,
    severity=Severity.HIGH,
    levels=CORE,
    reason="EC2 can reclaim the Spot capacity of a whole zone within two minutes, and there may be no replacement",
    fix="set onDemandBaseCapacity, or onDemandPercentageAboveBaseCapacity, in instancesDistribution; leave "
    "instanceMarketOptions and spotPrice unset",
    refs=("REL10-BP01", "EC2 Auto Scaling guide: allocation strategies"),
)
def asg_not_spot_only(group: Node, check: Check) -> Iterator[str]:
    path = "mixedInstancesPolicy.instancesDistribution"
    for template in _templates(group, check):
        if template.text("instanceMarketOptions.marketType") == "spot":
            yield f"its launch template {template.name} starts Spot instances only"
            return
    for configuration in check.graph.refs(group, "launchConfiguration", "ec2/launchConfiguration").nodes:
        if configuration.given("spotPrice"):
            yield f"its launch configuration {configuration.name} has a spotPrice: it starts Spot instances only"
            return
    if not group.given("mixedInstancesPolicy"):
        skip("it has no mixedInstancesPolicy")
    share = group.number(f"{path}.onDemandPercentageAboveBaseCapacity", default=100)
    if share <= 0 and group.number(f"{path}.onDemandBaseCapacity") <= 0:
        yield "it has no on-demand instances"


@rule(
    "asg-launch-template",
    "An Auto Scaling group uses a launch template",
    GROUP,
    severity=Severity.LOW,
    levels=HINT,
    reason="launch configurations get no new instance types, and accounts created since 2023 cannot create them",
    fix="use launchTemplate or mixedInstancesPolicy",
    refs=("Security Hub AutoScaling.9", "checkov CKV_AWS_315"),
)
def asg_launch_template(group: Node, check: Check) -> Iterator[str]:
    if group.given("launchConfiguration") and not (
        group.given("launchTemplate") or group.given("mixedInstancesPolicy")
    ):
        yield "it uses a launchConfiguration"


@rule(
    "asg-instance-refresh",
    "An Auto Scaling group's instance refresh rolls back a bad release",
    GROUP,
    severity=Severity.MEDIUM,
    levels=OPTIONAL,
    reason="without automatic rollback, a bad image replaces every instance in every zone",
    fix="set instanceRefresh with preferences.autoRollback and minHealthyPercentage of at least 90",
    refs=("REL08-BP04",),
)
def asg_refresh(group: Node, check: Check) -> Iterator[str]:
    if not group.given("instanceRefresh"):
        yield "it has no instanceRefresh"
    elif not group.flag("instanceRefresh.preferences.autoRollback"):
        yield "its instanceRefresh does not roll back"


@rule(
    "asg-notifications",
    "An Auto Scaling group sends notifications for all four scaling events",
    GROUP,
    severity=Severity.LOW,
    levels=OPTIONAL,
    reason="without them, instances that keep failing to launch are noticed only when capacity is gone",
    fix="add an autoscaling notification for launch, launch error, terminate and terminate error",
    refs=("cdk-nag AS3",),
)
def asg_notifications(group: Node, check: Check) -> Iterator[str]:
    links = check.graph.referrers(group, "autoscaling/notification", "groupNames", GROUP)
    events = {e for n in links.nodes for e in n.texts("notifications")}
    if len({e for e in events if e.startswith("autoscaling:EC2_INSTANCE_")}) < 4:
        links.resolved()
        yield "not all four scaling events have a notification"


@rule(
    "ec2-termination-protection",
    "An EC2 instance outside an Auto Scaling group has termination protection",
    "ec2/instance",
    severity=Severity.LOW,
    levels=OPTIONAL,
    reason="nothing replaces an instance outside an Auto Scaling group",
    fix="set disableApiTermination, or better use an Auto Scaling group",
    refs=("cdk-nag EC29",),
)
def termination_protection(instance: Node, check: Check) -> Iterator[str]:
    if not instance.flag("disableApiTermination"):
        yield "disableApiTermination is off"


@rule(
    "no-single-instance-tier",
    "No address, DNS record, open security group or configuration leads clients to a single EC2 instance",
    "ec2/instance",
    "ec2/eip",
    "ec2/eipAssociation",
    "route53/record",
    severity=Severity.HIGH,
    levels=CORE,
    reason="everything behind that address depends on one instance in one zone",
    fix="put a load balancer and an Auto Scaling group in several zones behind it",
    refs=("REL10-BP01",),
)
def single_instance(node: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if node.kind == "ec2/instance":
        if elastic_ips(graph, node):
            skip("its Elastic IP address is checked")
        if node not in unattached(graph)[0]:
            skip("a load balancer sends requests to it")
        if faces_internet(graph, node):
            yield "the internet reaches it directly, and nothing takes over when it or its zone fails"
        elif fronts := [
            d
            for d in graph.referrers(node, "cloudfront/distribution", "origins.domainName", "ec2/instance").nodes
            if not d.has("originGroups")
        ]:
            yield f"{fronts[0].name} sends requests to it, and nothing takes over when it or its zone fails"
        elif clients := _configured_with(graph, node):
            names = ", ".join(sorted(c.name for c in clients)[:2]) + (" and others" if len(clients) > 2 else "")
            yield f"{names} is configured with its address, and nothing takes over when it or its zone fails"
        elif called_within(graph, node) and not any(_alike(graph, node, other) for other in graph.of("ec2/instance")):
            yield "other workloads of its VPC call it, and nothing takes over when it or its zone fails"
        else:
            skip("neither the internet nor another workload calls it alone")
        return
    if node.kind == "route53/record":
        if node.given("aliases"):
            skip("it is an alias")
        refs = graph.refs(node, "records", "ec2/instance", "ec2/eip")
        ends = [t for t in refs.nodes if t.kind == "ec2/instance" or _instance_of(t, check)]
        if len(ends) == 1 and refs.count == 1 and not node.given("setIdentifier"):
            yield f"it points only to {ends[0].name}"
        return
    path = "instance" if node.kind == "ec2/eip" else "instanceId"
    if not node.given(path):
        skip("it is not attached to an instance")
    if _one_of_several_answers(graph, node):
        skip("Route 53 answers its name with other addresses too, as long as they are healthy")
    for instance in graph.refs(node, path, "ec2/instance").resolved():
        yield f"it is attached to the instance {instance.name}"


def _one_of_several_answers(graph: Graph, address: Node) -> bool:
    """Whether each record with this address has a health check and is one of several of its name."""
    records = graph.referrers(address, "route53/record", "records", "ec2/eip", "ec2/instance").nodes
    return bool(records) and all(
        r.has("setIdentifier") and r.has("healthCheckId") and any(_twin(r, o) for o in graph.of("route53/record"))
        for r in records
    )


def _twin(record: Node, other: Node) -> bool:
    """Whether two records are answers for one name."""
    names = [r.raw("name") for r in (record, other)]
    same = all(isinstance(name, str) for name in names) and names[0] == names[1]
    return same and record is not other and other.has("setIdentifier")


CONFIGURED: Final = {
    "ec2/instance": ("userData", "userDataBase64"),
    "ec2/launchTemplate": ("userData",),
    "ec2/launchConfiguration": ("userData", "userDataBase64"),
    "ecs/taskDefinition": ("containerDefinitions",),
    "lambda/function": ("environment",),
}
"""Where workloads are told the addresses that they call."""


def _configured_with(graph: Graph, instance: Node) -> list[Node]:
    """The workloads whose configuration contains an output of this instance, and of no other one like it.

    Instances with the same security groups count as members of one cluster: one of them may take over for another.
    """

    def work() -> dict[str, list[tuple[Node, frozenset[str]]]]:
        found: dict[str, list[tuple[Node, frozenset[str]]]] = {}
        for client in graph.of(*CONFIGURED):
            edges = {u for p in CONFIGURED[client.kind] for u in client.property_dependencies.get(p, ())}
            servers = frozenset(u for u in edges if (n := graph.get(u)) is not None and n.kind == "ec2/instance")
            for urn in servers:
                found.setdefault(urn, []).append((client, servers - {urn}))
        return found

    using = memoized(graph, ("configured", ""), work).get(instance.urn, [])
    return [
        client
        for client, others in using
        if client.urn != instance.urn
        and not any((n := graph.get(u)) is not None and _alike(graph, instance, n) for u in others)
    ]


def _alike(graph: Graph, one: Node, other: Node) -> bool:
    """Whether two instances may be members of one cluster: they have the same security groups."""

    def groups(node: Node) -> frozenset[str]:
        def work() -> frozenset[str]:
            return frozenset(g.urn for g in graph.refs(node, "vpcSecurityGroupIds", "ec2/securityGroup").nodes)

        return memoized(graph, ("groups", node.urn), work)

    return one.urn != other.urn and groups(one) == groups(other)


def _instance_of(address: Node, check: Check) -> Node | None:
    if address.kind != "ec2/eip" or not address.given("instance"):
        return None
    found = check.graph.refs(address, "instance", "ec2/instance").nodes
    return found[0] if found else None


# What runs the pods of an EKS cluster, and how messages call it.
COMPUTE_OF_EKS = {"eks/nodeGroup": "node groups", "eks/fargateProfile": "Fargate profiles"}


@rule(
    "eks-multi-az",
    "An EKS cluster, its nodes and its Fargate profiles are in at least two zones",
    "eks/cluster",
    *COMPUTE_OF_EKS,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="if all nodes are in one zone and it fails, pods have nowhere to run",
    fix="give the cluster, its node groups and its Fargate profiles subnets in at least two zones",
    refs=("REL10-BP01", "EKS best practices: reliability"),
    params=MIN_ZONES,
)
def eks_multi_az(cluster: Node, check: Check) -> Iterator[str]:
    if cluster.kind in COMPUTE_OF_EKS:
        yield from _compute_of_a_foreign_cluster(cluster, check)
        return
    yield from spans(check.graph.zones(cluster), check, "its control plane is attached")
    for kind, what in COMPUTE_OF_EKS.items():
        found = check.graph.referrers(cluster, kind, "clusterName", "eks/cluster")
        if found.nodes or found.missing:
            yield from spans(together(check.graph, found), check, f"its {what} are")


def _compute_of_a_foreign_cluster(node: Node, check: Check) -> Iterator[str]:
    """A node group per zone is fine: all node groups of the same cluster in this stack count together."""
    graph = check.graph
    if graph.refs(node, "clusterName", "eks/cluster").resolved_here():
        skip("its cluster is checked with everything that runs its pods")
    name, zones = node.text("clusterName"), Zones()
    for other in graph.of(node.kind):
        if other.text("clusterName") == name:
            zones |= graph.zones(other)
    yield from spans(zones, check, f"the {COMPUTE_OF_EKS[node.kind]} of {name} in this stack are")


@rule(
    "eks-min-nodes",
    "An EKS cluster keeps at least two nodes",
    "eks/cluster",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a single node is a single point of failure",
    fix="raise scalingConfig.minSize of its node groups",
    refs=("REL10-BP01",),
    params={"minNodes": Param("minimum number of nodes, over all node groups", 2, minimum=2, maximum=1000)},
)
def eks_min_nodes(cluster: Node, check: Check) -> Iterator[str]:
    groups = check.graph.referrers(cluster, "eks/nodeGroup", "clusterName", "eks/cluster").nodes
    if not groups:
        skip("it has no node group in this stack")
    total = sum(int(g.number("scalingConfig.minSize")) for g in groups)
    if total < check.number("minNodes"):
        yield f"its node groups keep {total} nodes; at least {check.number('minNodes')} are needed"


@rule(
    "eks-deletion-protection",
    "An EKS cluster has deletion protection on",
    "eks/cluster",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="deleting a cluster stops everything that runs in it",
    fix="set deletionProtection",
    refs=("prowler eks_cluster_deletion_protection_enabled",),
)
def eks_deletion_protection(cluster: Node, check: Check) -> Iterator[str]:
    if not cluster.flag("deletionProtection"):
        yield "deletionProtection is off"


BEANSTALK = "elasticbeanstalk/environment"


def beanstalk(environment: Node) -> dict[tuple[str, str], object]:
    """An environment's settings by namespace and name; a value may be UNKNOWN. Raises CannotTell without names."""
    settings: dict[tuple[str, str], object] = {}
    for setting in environment.blocks("settings"):
        settings[setting.text("namespace"), setting.text("name")] = setting.raw("value")
    return settings


def option(environment: Node, namespace: str, name: str, default: str) -> str:
    """A setting of an environment. Raises CannotTell if it is unknown."""
    value = beanstalk(environment).get((namespace, name), default)
    if value is UNKNOWN:
        raise environment.unknown(f"settings {name}")
    return str(value)


@rule(
    "beanstalk-load-balanced",
    "An Elastic Beanstalk environment is load balanced, with two instances in two zones",
    BEANSTALK,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a single-instance environment, or one in a single zone, goes down with that instance or zone",
    fix="set EnvironmentType to LoadBalanced, MinSize to 2 or more, and Subnets in at least two zones",
    refs=("REL10-BP01", "Elastic Beanstalk guide: general options"),
    params=MIN_ZONES,
)
def beanstalk_balanced(environment: Node, check: Check) -> Iterator[str]:
    if option(environment, "aws:elasticbeanstalk:environment", "EnvironmentType", "LoadBalanced") != "LoadBalanced":
        yield "it is a single-instance environment"
    size = option(environment, "aws:autoscaling:asg", "MinSize", "1")
    if not size.isdigit() or int(size) < 2:
        yield f"its MinSize is {size}"
    for name, what in (("Subnets", "its instances are"), ("ELBSubnets", "its load balancer is")):
        value = beanstalk(environment).get(("aws:ec2:vpc", name))
        if value is not None and (name == "Subnets" or value is not UNKNOWN):
            yield from spans(_option_zones(environment, value, check), check, what)


def _option_zones(environment: Node, value: object, check: Check) -> Zones:
    """The zones of the subnets in an option.

    While the option is unknown, its subnets cannot be distinguished from those of other options by dependencies alone.
    """
    graph, total = check.graph, Zones()
    subnets = option_subnets(graph, environment, value)
    for subnet in subnets:
        total |= graph.zones(subnet)
    if isinstance(value, str):
        for foreign in ids_in(value)[len(subnets) :]:
            zone = graph.known_zones.get(foreign)
            unknown = (f"{foreign} (Subnets of {environment.label}) is not part of this stack",)
            total |= Zones(frozenset((zone,))) if zone else Zones(unresolved=unknown, most=1)
        return total
    options = {n for (space, n), v in beanstalk(environment).items() if space == "aws:ec2:vpc" and v is UNKNOWN}
    edges = map(graph.get, environment.property_dependencies.get("settings", ()))
    others = any(n is not None and n.kind in SUBNETS and n not in subnets for n in edges)  # the load balancer's
    public = any(s.is_on("mapPublicIpOnLaunch") for s in subnets)
    if subnets and (others or not public or not options & {"ELBSubnets", "DBSubnets"}):
        return total
    which = (f"which subnets option Subnets of {environment.label} means",)
    return Zones(unresolved=which, possible=total.names, most=total.limit if subnets else ANY)


@rule(
    "beanstalk-enhanced-health",
    "An Elastic Beanstalk environment uses enhanced health reporting",
    BEANSTALK,
    severity=Severity.LOW,
    levels=HINT,
    reason="basic health reporting does not detect failing requests or a bad deployment",
    fix="set SystemType to enhanced",
    refs=("Security Hub ElasticBeanstalk.1", "Config BEANSTALK_ENHANCED_HEALTH_REPORTING_ENABLED"),
)
def beanstalk_health(environment: Node, check: Check) -> Iterator[str]:
    if option(environment, "aws:elasticbeanstalk:healthreporting:system", "SystemType", "") != "enhanced":
        yield "SystemType is not enhanced"
