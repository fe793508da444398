"""The game-day experiments as data: actions, targets and required permissions.

Action ids, targets, parameters and permissions: AWS FIS User Guide, "Actions reference" and "Targets". The availability
report uses the same names for the experiment of a failure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MINUTES = range(1, 12 * 60 + 1)
"""Duration of a FIS action in minutes (ISO 8601 duration, PT1M to PT12H)."""
BEFORE_SHIFT = "PT5M"
"""How long a zone is impaired before traffic shifts, as in AWS's scenario "AZ Availability: Power Interruption"."""
ALL, ONE = "ALL", "COUNT(1)"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The target of an action, always selected from the stack's own resources.

    type: FIS resource type. tags: further tags that it must have. filters: path in the Describe response -> value.
    parameters: FIS resource parameters. Tasks have the tags of their service if it propagates them.
    """

    type: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    filters: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mode: str = ALL


@dataclass(frozen=True, kw_only=True)
class Action:
    """A FIS action. key: FIS's name for its target (``Instances``). after: actions that must start first."""

    id: str
    target: str = ""
    key: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    after: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment template: named actions on named targets."""

    description: str
    actions: Mapping[str, Action]
    targets: Mapping[str, Target]


def lasting(minutes: int) -> dict[str, str]:
    """The parameter for a duration."""
    return {"duration": f"PT{minutes}M"}


def zone_power(zone: str, minutes: int) -> Experiment:
    """A zone without power: affects its servers, tasks, networks, databases and caches; then traffic shifts away.

    Launches in the zone fail while it lasts. Its networks stay disrupted as long, because Fargate puts tasks back into
    the zone as soon as it can (AWS's own scenario disrupts them for two minutes and does not include Fargate). No FIS
    action targets the primary of an RDS Multi-AZ instance by its role: an instance whose primary is in the zone is
    rebooted with failover.
    """
    last, there = lasting(minutes), {"availabilityZoneIdentifier": zone}
    running = {"State.Name": "running", "Placement.AvailabilityZone": zone}
    actions = {
        "stop-instances": Action(
            id="aws:ec2:stop-instances",
            key="Instances",
            target="instances",
            parameters={"startInstancesAfterDuration": last["duration"], "completeIfInstancesTerminated": "true"},
        ),
        "stop-tasks": Action(id="aws:ecs:stop-task", key="Tasks", target="tasks"),
        "refuse-launches": Action(
            id="aws:ec2:asg-insufficient-instance-capacity-error",
            key="AutoScalingGroups",
            target="groups",
            parameters={**last, "availabilityZoneIdentifiers": zone, "percentage": "100"},
        ),
        "cut-networks": Action(
            id="aws:network:disrupt-connectivity", key="Subnets", target="subnets", parameters={**last, "scope": "all"}
        ),
        "fail-clusters-over": Action(id="aws:rds:failover-db-cluster", key="Clusters", target="clusters"),
        "fail-instances-over": Action(
            id="aws:rds:reboot-db-instances",
            key="DBInstances",
            target="databases",
            parameters={"forceFailover": "true"},
        ),
        "cut-cache-power": Action(
            id="aws:elasticache:replicationgroup-interrupt-az-power",
            key="ReplicationGroups",
            target="caches",
            parameters=last,
        ),
        "pause-volumes": Action(
            id="aws:ebs:pause-volume-io",
            key="Volumes",
            target="volumes",
            parameters=last,
            after=["stop-instances"],
        ),
        "wait": Action(id="aws:fis:wait", parameters={"duration": BEFORE_SHIFT}),
        "shift-traffic": Action(
            id="aws:arc:start-zonal-autoshift",
            key="ManagedResources",
            target="shifting",
            parameters={
                **lasting(max(minutes - 5, 1)),
                **there,
                "managedResourceTypes": "ALB,NLB",
                "zonalAutoshiftStatus": "ANY",
            },
            after=["wait"],
        ),
    }
    targets = {
        "instances": Target(type="aws:ec2:instance", filters=running),
        "tasks": Target(type="aws:ecs:task", filters={"AvailabilityZone": zone}),
        "groups": Target(type="aws:ec2:autoscaling-group"),
        "subnets": Target(type="aws:ec2:subnet", parameters=there),
        "clusters": Target(type="aws:rds:cluster", parameters={"writerAvailabilityZoneIdentifiers": zone}),
        "databases": Target(
            type="aws:rds:db", parameters={"availabilityZoneIdentifiers": zone}, filters={"MultiAZ": "true"}
        ),
        "caches": Target(type="aws:elasticache:replicationgroup", parameters=there),
        "volumes": Target(
            type="aws:ec2:ebs-volume", parameters=there, filters={"Attachments.DeleteOnTermination": "false"}
        ),
        "shifting": Target(type="aws:arc:zonal-shift-managed-resource"),
    }
    return Experiment(description=f"Availability Zone {zone} loses power", actions=actions, targets=targets)


def instance_stop() -> Experiment:
    """Stop one server; its Auto Scaling group replaces it."""
    act = Action(
        id="aws:ec2:stop-instances",
        key="Instances",
        target="one",
        parameters={"startInstancesAfterDuration": "PT10M", "completeIfInstancesTerminated": "true"},
    )
    one = Target(type="aws:ec2:instance", filters={"State.Name": "running"}, mode=ONE)
    return Experiment(description="One server stops", actions={"stop": act}, targets={"one": one})


def task_stop() -> Experiment:
    """Stop one task; its service replaces it."""
    act = Action(id="aws:ecs:stop-task", key="Tasks", target="one")
    one = Target(type="aws:ecs:task", filters={"LastStatus": "RUNNING"}, mode=ONE)
    return Experiment(description="One task stops", actions={"stop": act}, targets={"one": one})


def database_failover(zones: Sequence[str]) -> Experiment:
    """Fail over every database cluster with a writer in one of ``zones``, and every Multi-AZ instance. The secondary
    cluster of a Global Database has no writer; RDS would refuse to fail it over.
    """
    actions = {
        "clusters": Action(id="aws:rds:failover-db-cluster", key="Clusters", target="clusters"),
        "instances": Action(
            id="aws:rds:reboot-db-instances",
            key="DBInstances",
            target="instances",
            parameters={"forceFailover": "true"},
        ),
    }
    targets = {
        "clusters": Target(
            type="aws:rds:cluster", parameters={"writerAvailabilityZoneIdentifiers": ",".join(sorted(zones))}
        ),
        "instances": Target(type="aws:rds:db", filters={"MultiAZ": "true"}),
    }
    return Experiment(description="Databases fail over", actions=actions, targets=targets)


def cache_power(zone: str, minutes: int) -> Experiment:
    """Interrupt the power of the cache nodes in a zone."""
    act = Action(
        id="aws:elasticache:replicationgroup-interrupt-az-power",
        key="ReplicationGroups",
        target="caches",
        parameters=lasting(minutes),
    )
    caches = Target(type="aws:elasticache:replicationgroup", parameters={"availabilityZoneIdentifier": zone})
    return Experiment(description=f"Caches lose power in {zone}", actions={"cut": act}, targets={"caches": caches})


def egress(zone: str, minutes: int) -> Experiment:
    """Disrupt the public subnets of a zone, and with them its load balancer nodes and zonal NAT gateway. A regional NAT
    gateway is in no subnet, so it goes on.
    """
    act = Action(
        id="aws:network:disrupt-connectivity",
        key="Subnets",
        target="public",
        parameters={**lasting(minutes), "scope": "all"},
    )
    public = Target(type="aws:ec2:subnet", tags={"Subnet": "public"}, parameters={"availabilityZoneIdentifier": zone})
    return Experiment(description=f"No way in or out in {zone}", actions={"cut": act}, targets={"public": public})


def endpoints(minutes: int) -> Experiment:
    """Disrupt the interface endpoints."""
    act = Action(
        id="aws:network:disrupt-vpc-endpoint", key="VPCEndpoints", target="endpoints", parameters=lasting(minutes)
    )
    found = Target(type="aws:ec2:vpc-endpoint", filters={"VpcEndpointType": "Interface"})
    return Experiment(description="Interface endpoints fail", actions={"cut": act}, targets={"endpoints": found})


def cross_region(other: str, minutes: int) -> Experiment:
    """Pause replication to the other Region, so that the standby's data gets older."""
    actions = {
        "pause-buckets": Action(
            id="aws:s3:bucket-pause-replication",
            key="Buckets",
            target="buckets",
            parameters={**lasting(minutes), "region": other},
        ),
        "pause-tables": Action(
            id="aws:dynamodb:global-table-pause-replication", key="Tables", target="tables", parameters=lasting(minutes)
        ),
    }
    targets = {"buckets": Target(type="aws:s3:bucket"), "tables": Target(type="aws:dynamodb:global-table")}
    return Experiment(description=f"Replication to {other} pauses", actions=actions, targets=targets)
