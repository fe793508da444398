"""The groups of streaming servers: one that carries the load on demand, one that takes what comes on top on Spot.

Two, because a warm pool cannot stand beside a group with a mixed instances policy or Spot Instances (EC2 Auto Scaling,
PutWarmPool).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam
from components.arns import account_of, partition_of
from components.tags import named
from components.tiers.web.servers import GROUP_METRICS, RESOLVED_AT_LAUNCH, Fleet, launch_template

HOOK = "ready"
"""Name of the lifecycle hook; an instance completes it when it serves (files/start.sh)."""
HEARTBEAT_SECONDS = 600
"""After which an instance that does not become ready is replaced: installing and mounting takes one to two minutes."""
WARMUP_SECONDS = 60
"""An instance counts when its hook is completed: it serves by then; the health checks take 20 s more."""
CPU_TARGET = 50.0
"""Per cent. With three zones, the loss of one takes the remaining servers to 75."""
SPOT_REQUESTS, BASE_REQUESTS = 3000.0, 4000.0
"""Requests per server and minute from which on groups grow: Spot first, on demand when Spot does not come in time."""
ON_DEMAND_SHARE = 25
"""Per cent of the second group that is on demand, so that a lack of Spot never leaves it empty."""
ONE_TYPE = {
    "ha:exempt:asg-instance-types": "A warm pool stands beside one type only - PutWarmPool; the Spot group has several"
}
"""Why the first group is as it is, for the policy pack."""


@dataclass(frozen=True, kw_only=True)
class StreamingFleet:
    """fleet: what every server is made of. spot_most: servers of the second group at most, 0 for none. warm: servers in
    the warm pool. network_bytes: sent per server and minute from which on the first group grows.
    """

    fleet: Fleet
    target_group_arns: Sequence[pulumi.Input[str]]
    spot_types: Sequence[str]
    spot_most: int
    warm: int
    network_bytes: float


def readiness(name: str, region: str, key_arn: pulumi.Input[str]) -> list[iam.Statement]:
    """What a server needs to complete the hook of its own groups, and of none else.

    The groups' names are not known before the role is; they begin with the tier's name, which auto-naming keeps.
    """
    groups = pulumi.Output.concat(
        "arn:", partition_of(key_arn), f":autoscaling:{region}:", account_of(key_arn),
        f":autoScalingGroup:*:autoScalingGroupName/{name}-*",
    )  # fmt: skip
    return [
        # Describe actions of EC2 Auto Scaling have no resource-level permissions.
        iam.allow("autoscaling:DescribeAutoScalingInstances", "*", sid="OwnState"),
        iam.allow("autoscaling:CompleteLifecycleAction", groups, sid="Ready"),
    ]


def streaming_groups(
    name: str, made: StreamingFleet, child: pulumi.ResourceOptions
) -> dict[str, aws.autoscaling.Group]:
    """``{name}-base`` and, with Spot, ``{name}-spot``: groups over all zones behind the same target groups."""
    template = launch_template(name, made.fleet, child)
    zones = len(made.fleet.subnet_ids)
    least, most = made.fleet.sizing.least(zones), made.fleet.sizing.most(zones)
    base = _group(
        f"{name}-base",
        made,
        (least, most),
        child,
        ONE_TYPE,
        launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
            # A number, not $Latest: only a change of it starts an instance refresh.
            id=template.id,
            version=template.latest_version.apply(str),
        ),
        wait_for_capacity_timeout="20m",
        min_elb_capacity=least,
        warm_pool=aws.autoscaling.GroupWarmPoolArgs(
            pool_state="Stopped", min_size=made.warm, max_group_prepared_capacity=least + made.warm
        ),
        force_delete_warm_pool=True,
    )
    _scale(f"{name}-network", base, made.network_bytes, "ASGAverageNetworkOut", None, child)
    _scale(f"{name}-cpu", base, CPU_TARGET, "ASGAverageCPUUtilization", None, child)
    label = pulumi.Output.concat(made.fleet.load_balancer.arn_suffix, "/", made.fleet.target_group.arn_suffix)
    _scale(f"{name}-requests", base, BASE_REQUESTS, "ALBRequestCountPerTarget", label, child)
    groups = {"base": base}
    if made.spot_most:
        # Never below one per zone: a group that keeps nothing learns too late that a zone has no Spot capacity.
        spot = _group(
            f"{name}-spot",
            made,
            (zones, max(zones, made.spot_most)),
            child,
            {},
            # What Spot has at this hour must not fail an update: the first group carries the load.
            wait_for_capacity_timeout="0",
            capacity_rebalance=True,
            mixed_instances_policy=_mixed(made, template),
        )
        _scale(f"{name}-spot-requests", spot, SPOT_REQUESTS, "ALBRequestCountPerTarget", label, child)
        groups["spot"] = spot
    return groups


def _group(
    name: str,
    made: StreamingFleet,
    sizes: tuple[int, int],
    child: pulumi.ResourceOptions,
    tags: Mapping[str, str],
    **more: object,
) -> aws.autoscaling.Group:
    """A group of ``sizes``, the least and the most servers."""
    fleet = made.fleet
    return aws.autoscaling.Group(
        name,
        vpc_zone_identifiers=list(fleet.subnet_ids.values()),
        min_size=sizes[0],
        max_size=sizes[1],
        desired_capacity=sizes[0],
        target_group_arns=list(made.target_group_arns),
        health_check_type="ELB",
        health_check_grace_period=WARMUP_SECONDS,
        default_instance_warmup=WARMUP_SECONDS,
        initial_lifecycle_hooks=[
            aws.autoscaling.GroupInitialLifecycleHookArgs(
                name=HOOK,
                lifecycle_transition="autoscaling:EC2_INSTANCE_LAUNCHING",
                default_result="ABANDON",
                heartbeat_timeout=HEARTBEAT_SECONDS,
            )
        ],
        availability_zone_distribution=aws.autoscaling.GroupAvailabilityZoneDistributionArgs(
            capacity_distribution_strategy="balanced-best-effort"
        ),
        instance_maintenance_policy=aws.autoscaling.GroupInstanceMaintenancePolicyArgs(
            min_healthy_percentage=100, max_healthy_percentage=150
        ),
        instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
            strategy="Rolling",
            preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                min_healthy_percentage=100,
                max_healthy_percentage=150,
                instance_warmup=str(WARMUP_SECONDS),
                # AWS cannot roll back to an image that it looks up at launch (RollbackInstanceRefresh).
                auto_rollback=not fleet.image.startswith(RESOLVED_AT_LAUNCH),
                alarm_specification=aws.autoscaling.GroupInstanceRefreshPreferencesAlarmSpecificationArgs(
                    alarms=[fleet.alarm]
                ),
            ),
        ),
        enabled_metrics=GROUP_METRICS,
        metrics_granularity="1Minute",
        tags=[
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
            for key, value in sorted(named({**fleet.tags, **tags}, name).items())
        ],
        # Scaling policies own the desired capacity. Without a listener no target ever becomes healthy.
        opts=pulumi.ResourceOptions(
            parent=child.parent, ignore_changes=["desiredCapacity"], depends_on=list(fleet.after)
        ),
        **more,  # pyright: ignore[reportArgumentType]  (what the two groups have each for itself)
    )


def _mixed(made: StreamingFleet, template: aws.ec2.LaunchTemplate) -> aws.autoscaling.GroupMixedInstancesPolicyArgs:
    """Spot where it is least likely to be taken back at a low price, a share on demand."""
    return aws.autoscaling.GroupMixedInstancesPolicyArgs(
        instances_distribution=aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(
            on_demand_allocation_strategy="prioritized",
            on_demand_base_capacity=0,
            on_demand_percentage_above_base_capacity=ON_DEMAND_SHARE,
            spot_allocation_strategy="price-capacity-optimized",
        ),
        launch_template=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs(
            launch_template_specification=(
                aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs(
                    launch_template_id=template.id, version=template.latest_version.apply(str)
                )
            ),
            overrides=[
                aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs(instance_type=kind)
                for kind in made.spot_types
            ],
        ),
    )


def _scale(
    name: str,
    group: aws.autoscaling.Group,
    target: float,
    metric: str,
    label: pulumi.Input[str] | None,
    child: pulumi.ResourceOptions,
) -> None:
    aws.autoscaling.Policy(
        name,
        autoscaling_group_name=group.name,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            target_value=target,
            predefined_metric_specification=(
                aws.autoscaling.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs(
                    predefined_metric_type=metric, resource_label=label
                )
            ),
        ),
        opts=child,
    )
