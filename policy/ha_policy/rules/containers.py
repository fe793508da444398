"""ECS services."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import memoized, tasks_of
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.rule import CORE, HINT, HYGIENE, PRODUCTION, Check, Param, Severity, rule, skip

from .common import LONGEST_GRACE, MIN_ZONES, spans

SERVICE: Final = "ecs/service"


def _only_replica(service: Node) -> None:
    if service.text("schedulingStrategy", "REPLICA") == "DAEMON":
        skip("a daemon service has one task per instance")


@rule(
    "ecs-multi-az",
    "An ECS service has subnets in at least two zones",
    SERVICE,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="if all its subnets are in one zone, all its tasks are lost with that zone",
    fix="give networkConfiguration subnets in at least two zones",
    refs=("REL10-BP01", "Trusted Advisor: ECS service using a single AZ"),
    params=MIN_ZONES,
)
def ecs_multi_az(service: Node, check: Check) -> Iterator[str]:
    sources = (service, *check.graph.refs(service, "taskDefinition", "ecs/taskDefinition").nodes)
    for constraint in (c for s in sources for c in s.blocks("placementConstraints")):
        if constraint.text("type") == "memberOf":
            yield from _pinned(constraint, check)
    yield from spans(check.graph.zones(service), check, "its tasks are")


# Cluster query language (ECS guide): attribute:ecs.availability-zone == us-west-2a, … in [us-west-2a, us-west-2b]
_IN_ZONES: Final = re.compile(r"attribute:ecs\.availability-zone\s*(?:==\s*(\S+?)(?=[\s)]|$)|\s+in\s+\[([^\]]*)\])")


def _pinned(constraint: Node, check: Check) -> Iterator[str]:
    """A violation if an expression allows fewer zones than required."""
    expression = constraint.text("expression")
    matches = _IN_ZONES.findall(expression)
    zones = {z.strip() for one, several in matches for z in (one, *several.split(",")) if z.strip()}
    if not zones or len(zones) >= check.number("minZones"):
        return
    if re.search(r"\b(or|not)\b|\|\||!", expression):
        raise constraint.unknown("expression", f"is not understood: {expression}")
    yield f"a placement constraint keeps its tasks in {', '.join(sorted(zones))}"


@rule(
    "ecs-min-tasks",
    "An ECS service runs at least two tasks",
    SERVICE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a single task is a single point of failure",
    fix="set desiredCount (and minCapacity, if it scales) to at least two",
    refs=("REL10-BP01",),
    params={"minTasks": Param("minimum number of tasks", 2, minimum=2, maximum=1000)},
)
def ecs_min_tasks(service: Node, check: Check) -> Iterator[str]:
    _only_replica(service)
    count = tasks_of(check.graph, service)
    if count < check.number("minTasks"):
        yield f"desiredCount is {count}; at least {check.number('minTasks')} are needed"


@rule(
    "ecs-az-spread",
    "An ECS service on EC2 spreads its tasks across zones first",
    SERVICE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="with binpack or random placement, most tasks may end up in one zone",
    fix="make spread on attribute:ecs.availability-zone the first of orderedPlacementStrategies",
    refs=("REL10-BP01", "Trusted Advisor: ECS Multi-AZ placement strategy"),
)
def ecs_spread(service: Node, check: Check) -> Iterator[str]:
    _only_replica(service)
    if service.text("launchType", "EC2") != "EC2" or _fargate(_strategies(service, check)):
        skip("Fargate spreads tasks over zones by itself")
    strategies = service.blocks("orderedPlacementStrategies")
    first = (strategies[0].text("type"), strategies[0].text("field")) if strategies else ("", "")
    if first != ("spread", "attribute:ecs.availability-zone"):
        yield "its first placement strategy is not spread on attribute:ecs.availability-zone"


def _strategies(service: Node, check: Check) -> list[Node]:
    """The capacity providers of a service: its own, else its cluster's (ECS CreateService: launchType)."""
    own = service.blocks("capacityProviderStrategies")
    if own or service.given("launchType"):
        return list(own)
    found: list[Node] = []
    for cluster in check.graph.refs(service, "cluster", "ecs/cluster").nodes:
        found += cluster.blocks("defaultCapacityProviderStrategies")  # of providers before version 6
        for link in check.graph.referrers(cluster, "ecs/clusterCapacityProviders", "clusterName", "ecs/cluster").nodes:
            found += link.blocks("defaultCapacityProviderStrategies")
    return found


def _fargate(strategies: list[Node]) -> bool:
    names = [name for strategy in strategies for name in strategy.leaves("capacityProvider")]
    return bool(names) and all(n is not UNKNOWN and str(n).startswith("FARGATE") for n in names)


@rule(
    "ecs-az-rebalancing",
    "An ECS service rebalances its tasks across zones",
    SERVICE,
    severity=Severity.LOW,
    levels=HINT,
    reason="without rebalancing, tasks stay in the other zones after a zone has recovered, until the next deployment",
    fix="set availabilityZoneRebalancing to ENABLED, or leave it unset on new services",
    refs=("REL11-BP05", "ECS guide: Availability Zone rebalancing"),
)
def ecs_rebalancing(service: Node, check: Check) -> Iterator[str]:
    _only_replica(service)
    if service.text("availabilityZoneRebalancing", "ENABLED") == "DISABLED":
        yield "availabilityZoneRebalancing is DISABLED"


@rule(
    "ecs-safe-deploy",
    "A failed ECS deployment is rolled back",
    SERVICE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="otherwise a release whose tasks fail or do not start replaces the one that worked",
    fix="set deploymentCircuitBreaker.enable and rollback, or deploy with CodeDeploy",
    refs=("REL08-BP04", "ECS guide: deployment circuit breaker"),
)
def ecs_safe_deploy(service: Node, check: Check) -> Iterator[str]:
    controller = service.text("deploymentController.type", "ECS")
    if controller != "ECS":
        skip(f"{controller} deploys it")
    # An alarm notices a release that fails, but not tasks that never start: those the circuit breaker counts.
    if not service.flag("deploymentCircuitBreaker.enable"):
        yield "no circuit breaker stops a deployment whose tasks do not start"
    elif not service.flag("deploymentCircuitBreaker.rollback"):
        yield "its circuit breaker does not roll back"


@rule(
    "codedeploy-rollback",
    "A failed CodeDeploy deployment is rolled back",
    "codedeploy/deploymentGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="otherwise a release that fails stays half deployed until somebody acts",
    fix="set autoRollbackConfiguration.enabled with the event DEPLOYMENT_FAILURE",
    refs=("REL08-BP04", "CodeDeploy guide: redeploy and roll back a deployment"),
)
def codedeploy_rollback(group: Node, check: Check) -> Iterator[str]:
    if not group.flag("autoRollbackConfiguration.enabled"):
        yield "autoRollbackConfiguration is off"
    elif "DEPLOYMENT_FAILURE" not in group.texts("autoRollbackConfiguration.events"):
        yield "autoRollbackConfiguration does not roll back on DEPLOYMENT_FAILURE"


@rule(
    "ecs-min-healthy",
    "An ECS deployment keeps at least one task running, and can start new ones",
    SERVICE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="with a low minimum, a deployment may stop all tasks before new ones serve; with a maximum that leaves no "
    "room for another task, it never ends",
    fix="set deploymentMinimumHealthyPercent to 100 and deploymentMaximumPercent to 200",
    refs=("REL08-BP04", "ECS API: DeploymentConfiguration"),
)
def ecs_min_healthy(service: Node, check: Check) -> Iterator[str]:
    _only_replica(service)
    count = int(service.number("desiredCount", default=1))
    percent = service.number("deploymentMinimumHealthyPercent", default=100)
    fewest = -(-count * percent // 100)  # rounded up, and the most are rounded down
    if count and fewest < 1:
        yield f"deploymentMinimumHealthyPercent {percent:g} lets a deployment stop all of its {count} tasks"
    most = service.number("deploymentMaximumPercent", default=200)
    if count and count * most // 100 <= fewest:
        yield (
            f"deploymentMinimumHealthyPercent {percent:g} and deploymentMaximumPercent {most:g} let a deployment "
            f"neither stop nor start any of its {count} tasks"
        )


@rule(
    "ecs-grace-period",
    "An ECS service behind a load balancer has a health check grace period, and not one of hours",
    SERVICE,
    severity=Severity.LOW,
    levels=HINT,
    reason="without one, tasks that start slowly fail the health check and are stopped again and again; during a long "
    "one, a task that fails is not replaced",
    fix="set healthCheckGracePeriodSeconds to the time a task takes to start",
    refs=("ECS guide: service definition parameters",),
    params={"maxSeconds": LONGEST_GRACE},
)
def ecs_grace(service: Node, check: Check) -> Iterator[str]:
    if not service.given("loadBalancers"):
        skip("no load balancer is attached to it")
    seconds = service.number("healthCheckGracePeriodSeconds")
    if seconds <= 0:
        yield "healthCheckGracePeriodSeconds is not set"
    elif seconds > check.number("maxSeconds"):
        yield f"a task that fails its health checks is not replaced for {seconds:g} s after its start"


@rule(
    "ecs-not-spot-only",
    "An ECS service does not run on Fargate Spot only",
    SERVICE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="AWS can reclaim the Spot capacity of a whole zone within two minutes, and there may be no replacement",
    fix="give FARGATE (or on-demand instances) a base or a weight in capacityProviderStrategies",
    refs=("REL10-BP01", "ECS guide: Fargate capacity providers"),
)
def ecs_not_spot_only(service: Node, check: Check) -> Iterator[str]:
    strategies = _strategies(service, check)
    if not strategies:
        skip("it uses no capacity providers")
    used = [s for s in strategies if s.number("base") > 0 or s.number("weight", default=0) > 0] or strategies
    if _own_providers(service, check):
        skip("it runs on instances of this stack")
    if all(s.text("capacityProvider") == "FARGATE_SPOT" for s in used):
        yield "all its tasks run on FARGATE_SPOT"
    elif any(s.text("capacityProvider") == "FARGATE_SPOT" for s in used) and service.given("desiredCount"):
        tasks = service.number("desiredCount")
        if tasks > 0 and not _on_demand(used, tasks):
            yield f"none of its {tasks:g} tasks is certain to run on FARGATE: its base and weight are too small"


def _on_demand(strategies: list[Node], tasks: float) -> int:
    """Tasks that run on demand in any case: the base, and the share of the weights, rounded down."""
    bases = {s.text("capacityProvider"): s.number("base") for s in strategies}
    weights = {s.text("capacityProvider"): s.number("weight", default=0) for s in strategies}
    whole, rest = sum(weights.values()), max(tasks - sum(bases.values()), 0)
    own = [name for name in bases if name != "FARGATE_SPOT"]
    return int(sum(bases[n] + (rest * weights[n] / whole if whole else 0) for n in own))


def _own_providers(service: Node, check: Check) -> bool:
    """Whether unknown capacity provider names can only be those of the stack's own instance groups."""
    edges = service.property_dependencies.get("capacityProviderStrategies", ())
    kinds = {n.kind for n in map(check.graph.get, edges) if n is not None}
    names = list(service.leaves("capacityProviderStrategies.capacityProvider"))
    return any(n is UNKNOWN for n in names) and kinds == {"ecs/capacityProvider"} and len(edges) > 0


# Host names of private registries: IPv4, FIPS and dual-stack endpoints (ECR user guide: requests to ECR registries).
_PRIVATE_REGISTRY: Final = re.compile(r"(?:https://)?\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws|on)\.")
REPOSITORY: Final = "ecr/repository"
_IMAGE_BUILDERS: Final = ("docker:", "docker-build:", "awsx:ecr:")
"""Providers whose resources push an image into a repository; a task definition refers to these resources."""
_IMAGE_NAMES: Final = ("imageName", "repoDigest", "ref", "tags", "imageUri")
"""Their properties that name the image (docker, docker-build and awsx)."""


@rule(
    "ecs-image-own-region",
    "An ECS task pulls its images from the ECR registry of its own Region",
    "ecs/taskDefinition",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="every new task pulls its image: while the registry's Region is not available, none can start in the task's "
    "Region either",
    fix="replicate the repository (ecr.ReplicationConfiguration) and name the image in that Region's registry",
    refs=("REL11-BP04", "ECR guide: private image replication"),
)
def ecs_image_own_region(task: Node, check: Check) -> Iterator[str]:
    regions = _image_regions(task, check.graph)
    if not regions:
        skip("no image in a private ECR registry is known, and it refers to no repository of this stack")
    own = check.graph.region(task)
    others = sorted(regions - {own})
    if others and own in regions and task.raw("containerDefinitions") is UNKNOWN:
        where = ", ".join(sorted(regions))
        raise task.unknown("containerDefinitions", f"is not known and refers to repositories in {where}")
    if others:
        yield f"it runs in {own} and pulls images from the ECR registry of {', '.join(others)}"


def _image_regions(task: Node, graph: Graph) -> set[str]:
    """The Regions of the private ECR registries that a task's images come from: by the images that are known, else by
    the repositories that containerDefinitions depends on. Raises CannotTell if a repository's Region is not known.
    """
    definitions = task.raw("containerDefinitions")
    if isinstance(definitions, str):
        return set(_named_regions(_images(definitions)))
    images = list(task.leaves("containerDefinitions.image"))
    found = set(_named_regions(images))
    if definitions is not UNKNOWN and all(i is not UNKNOWN for i in images):
        return found
    sources = _image_sources(task, graph)
    found |= {graph.region(s) for s in sources if s.kind == REPOSITORY}
    return found | set(_named_regions(v for s in sources for path in _IMAGE_NAMES for v in s.leaves(path)))


def _images(definitions: str) -> Iterator[Any]:
    try:
        containers: Any = json.loads(definitions)
    except ValueError:
        return  # ECS refuses it
    for container in cast(list[Any], containers) if isinstance(containers, list) else ():
        if isinstance(container, dict):
            yield cast(dict[str, Any], container).get("image")


def _named_regions(images: Iterable[Any]) -> Iterator[str]:
    for image in images:
        if isinstance(image, str) and (match := _PRIVATE_REGISTRY.match(image)):
            yield match[1]


def _image_sources(task: Node, graph: Graph) -> list[Node]:
    """The repositories that containerDefinitions depends on, and what builds their images."""
    todo = list(task.property_dependencies.get("containerDefinitions", ()))
    found: dict[str, Node] = {}
    while todo:
        node = graph.get(todo.pop())
        if node is None or node.urn in found:
            continue
        builds = node.token.startswith(_IMAGE_BUILDERS)
        if builds or node.kind == REPOSITORY:
            found[node.urn] = node
        if builds:
            todo += [*node.dependencies, *(child.urn for child in graph.children(node))]
    return list(found.values())


TARGET: Final = "appautoscaling/target"


def _targets(graph: Graph) -> tuple[set[tuple[Any, ...]], list[str]]:
    """What scaling policies and scheduled actions scale: names with dimension, or the dependencies of unknown names."""

    def work() -> tuple[set[tuple[Any, ...]], list[str]]:
        found: set[tuple[Any, ...]] = set()
        unresolved: list[str] = []
        for policy in graph.of("appautoscaling/policy", "appautoscaling/scheduledAction"):
            edges = policy.property_dependencies.get("resourceId", ())
            name = policy.raw("resourceId")
            if name is not UNKNOWN:
                found.add((name, policy.props.get("scalableDimension")))
            elif edges:
                found |= {("of", *sorted(edges)), *(("target", u) for u in edges)}
            else:
                unresolved.append(policy.unknown("resourceId").what)
        return found, unresolved

    return memoized(graph, ("scaled", ""), work)


def scaling_policies(graph: Graph, target: Node) -> bool:
    """Whether a policy or a scheduled action is attached to a scalable target. Raises CannotTell.

    While names are unknown, names with the same dependencies mean the same target.
    """
    found, unresolved = _targets(graph)
    edges = target.property_dependencies.get("resourceId", ())
    keys: list[tuple[Any, ...]] = [("target", target.urn)]
    name = target.raw("resourceId")
    keys.append(("of", *sorted(edges)) if name is UNKNOWN else (name, target.props.get("scalableDimension")))
    if any(k in found for k in keys):
        return True
    if name is UNKNOWN and not edges:
        raise target.unknown("resourceId")
    if unresolved:
        raise CannotTell("; ".join(unresolved))
    return False


@rule(
    "scaling-floor",
    "An ECS service never scales in below two tasks",
    TARGET,
    "appautoscaling/scheduledAction",
    severity=Severity.HIGH,
    levels=CORE,
    reason="scaling in to one task leaves a single point of failure",
    fix="set minCapacity to at least two, in scheduled actions as well",
    refs=("REL10-BP01",),
    params={"minCapacity": Param("minimum number of tasks", 2, minimum=2, maximum=1000)},
)
def scaling_floor(target: Node, check: Check) -> Iterator[str]:
    dimension = target.text("scalableDimension")
    if dimension != "ecs:service:DesiredCount":
        skip(f"{dimension or 'it'} is not a number of ECS tasks")
    path = "minCapacity" if target.kind == TARGET else "scalableTargetAction.minCapacity"
    if target.kind != TARGET and target.get(path) is None:
        return  # an action that does not change the minimum
    if target.number(path) < check.number("minCapacity"):
        yield f"minCapacity is {target.number(path):g}; at least {check.number('minCapacity')} are needed"


@rule(
    "scaling-policy-attached",
    "A scalable target has a scaling policy",
    TARGET,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a scalable target without a policy never scales",
    fix="attach an appautoscaling policy to it",
    refs=("REL07-BP01",),
)
def scaling_policy(target: Node, check: Check) -> Iterator[str]:
    if not scaling_policies(check.graph, target):
        yield "no scaling policy of this stack is attached to it"
