"""Application Recovery Controller (ARC) routing controls: switches that send traffic to a Region or away from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.names import physical_name
from components.tags import named

SETTLE_MS = 5000
"""Milliseconds after a change during which a safety rule refuses another change that would break it (WaitPeriodMs)."""

NAME_LIMIT = 64
"""Longest name of a cluster, panel, control or rule, characters (ARC CreateCluster)."""

MIN_REGIONS = 2


@dataclass(frozen=True, kw_only=True)
class RoutingControlsArgs:
    """Inputs of `RoutingControls`.

    regions: two or more. Any number of them can be on, but never none.

    Raises ValueError if there is only one Region.
    """

    regions: Sequence[str]
    tags: Mapping[str, str]

    def __post_init__(self) -> None:
        if len(set(self.regions)) < MIN_REGIONS:
            raise ValueError(f"regions={list(self.regions)}: traffic can only be sent elsewhere; give 2 or more")


class RoutingControls(pulumi.ComponentResource):
    """A cluster of five Regional endpoints that works while any three of them do, and a routing control per Region.

    Use `control_arns` in the targets of `DnsRecords`. Controls are created *off*: turn them on right after the first
    update (``aws route53-recovery-cluster update-routing-control-states`` at one of the cluster's endpoints). Until
    then Route 53 finds no healthy Region and answers as if all were healthy. Changing a control is a data-plane call,
    so a recovery may depend on it. AWS charges for a cluster per hour. Children: {name}-cluster, {name}-panel,
    {name}-{region}, {name}-not-none.
    """

    cluster_arn: pulumi.Output[str]
    control_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RoutingControlsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:RoutingControls", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        called = physical_name(pulumi.get_stack(), name, limit=NAME_LIMIT)
        cluster = aws.route53recoverycontrol.Cluster(
            f"{name}-cluster", name=called, tags=named(args.tags, name), opts=child
        )
        panel = aws.route53recoverycontrol.ControlPanel(
            f"{name}-panel", name=called, cluster_arn=cluster.arn, tags=named(args.tags, name), opts=child
        )
        controls = {
            region: aws.route53recoverycontrol.RoutingControl(
                f"{name}-{region}",
                name=physical_name(called, region, limit=NAME_LIMIT),
                cluster_arn=cluster.arn,
                control_panel_arn=panel.arn,
                opts=child,
            )
            for region in args.regions
        }
        aws.route53recoverycontrol.SafetyRule(
            f"{name}-not-none",
            name=physical_name(called, "not-none", limit=NAME_LIMIT),
            control_panel_arn=panel.arn,
            asserted_controls=[control.arn for control in controls.values()],
            rule_config=aws.route53recoverycontrol.SafetyRuleRuleConfigArgs(
                type="ATLEAST", threshold=1, inverted=False
            ),
            wait_period_ms=SETTLE_MS,
            tags=named(args.tags, name),
            opts=child,
        )
        self.cluster_arn = cluster.arn
        self.control_arns = {region: control.arn for region, control in controls.items()}
        self.register_outputs({"clusterArn": self.cluster_arn, "controlArns": self.control_arns})
