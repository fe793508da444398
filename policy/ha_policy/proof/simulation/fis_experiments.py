"""The AWS FIS experiment that tries each simulated failure, or why there is none.

The names are those of the templates that the game-day tier creates; action ids are from the AWS FIS actions reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ha_policy.proof.simulation.failures import Failure


@dataclass(frozen=True, slots=True)
class Experiment:
    """template: name of the experiment template, empty if there is none. actions: FIS action ids. note: why there is
    none, or what the experiment leaves out.
    """

    template: str
    actions: tuple[str, ...] = ()
    note: str = ""


ZONE: Final = Experiment(
    "az-power-interruption",
    (
        "aws:ec2:stop-instances", "aws:ec2:asg-insufficient-instance-capacity-error", "aws:ecs:stop-task",
        "aws:network:disrupt-connectivity", "aws:rds:failover-db-cluster", "aws:rds:reboot-db-instances",
        "aws:elasticache:replicationgroup-interrupt-az-power", "aws:ebs:pause-volume-io",
        "aws:arc:start-zonal-autoshift",
    ),
    "what is regional stays up, as it does in AWS's own scenario",
)  # fmt: skip
REGION: Final = Experiment(
    "cross-region-connectivity",
    (
        "aws:s3:bucket-pause-replication", "aws:dynamodb:global-table-pause-replication",
    ),
    "FIS cannot take a Region away: the experiment stops replication between the Regions; fail over by hand beside it",
)  # fmt: skip
KINDS: Final = {
    "instance": Experiment("instance-stop", ("aws:ec2:stop-instances",)),
    "lone-instance": Experiment("instance-stop", ("aws:ec2:stop-instances",)),
    "task": Experiment("task-stop", ("aws:ecs:stop-task",)),
    "database": Experiment("database-failover", ("aws:rds:failover-db-cluster", "aws:rds:reboot-db-instances")),
    "lone-database": Experiment("", note="a reboot by hand: it has no standby to fail over to"),
    "cache": Experiment("cache-az-power", ("aws:elasticache:replicationgroup-interrupt-az-power",)),
    "nat": Experiment("egress-disruption", ("aws:network:disrupt-connectivity",)),
    "load-balancer": Experiment("egress-disruption", ("aws:network:disrupt-connectivity",)),
    "endpoint": Experiment("endpoint-disruption", ("aws:network:disrupt-vpc-endpoint",)),
    "function": Experiment("egress-disruption", ("aws:network:disrupt-connectivity",)),
    "file-target": Experiment("egress-disruption", ("aws:network:disrupt-connectivity",)),
    "service": Experiment("", note="a regional service of AWS: FIS has no action that takes it away"),
    "edge": Experiment("", note="an edge service: FIS has no action for it"),
    "dns": Experiment("", note="Route 53 itself: FIS has no action for it"),
    "connection": Experiment("", note="use Direct Connect's own failover test (StartBgpFailoverTest)"),
    "location": Experiment("", note="use Direct Connect's failover test on every connection of the location"),
    "tunnel": Experiment("", note="FIS has no action for VPN tunnels: take one down on your router"),
}


def experiment(failure: Failure, kind: str) -> Experiment:
    """The experiment for a failure. kind: the kind of the lost component."""
    return ZONE if failure.kind == "zone" else REGION if failure.kind == "region" else KINDS[kind]
