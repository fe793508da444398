"""An EC2 fleet: instance profile, launch template, Auto Scaling group and its scaling policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.tags import named
from components.tiers.servers.sizing import Sizing

AL2023_ARM64 = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
"""The current Amazon Linux 2023 for arm64, which EC2 looks up at each launch."""

RESOLVED_AT_LAUNCH = "resolve:ssm:"

VOLUME_GIB = 20
MAX_LIFETIME_SECONDS = 30 * 24 * 3600
"""Auto Scaling replaces a server after 30 days, gradually (MaxInstanceLifetime: at least 1 day), so that it gets the
patches of the current image: ``resolve:ssm`` is read only at launch."""

GROUP_METRICS: Sequence[pulumi.Input[aws.autoscaling.Metric]] = (
    aws.autoscaling.Metric.GROUP_DESIRED_CAPACITY,
    aws.autoscaling.Metric.GROUP_IN_SERVICE_INSTANCES,
    aws.autoscaling.Metric.GROUP_MAX_SIZE,
    aws.autoscaling.Metric.GROUP_MIN_SIZE,
    aws.autoscaling.Metric.GROUP_PENDING_INSTANCES,
    aws.autoscaling.Metric.GROUP_TERMINATING_INSTANCES,
    aws.autoscaling.Metric.GROUP_TOTAL_INSTANCES,
)


@dataclass(frozen=True, kw_only=True)
class Ec2Fleet:
    """Inputs of the fleet's functions; fields as in `LoadBalancedServersArgs`. target_groups: of the load balancer; a
    group scales on the requests of the first one. alarms: names of the alarms that stop an instance refresh.
    """

    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    target_groups: Sequence[aws.lb.TargetGroup]
    load_balancer: aws.lb.LoadBalancer
    instance_types: Sequence[str]
    image: str
    sizing: Sizing
    user_data: pulumi.Input[str]
    profile_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str]
    alarms: Sequence[pulumi.Input[str]]
    tags: Mapping[str, str]
    after: Sequence[pulumi.Resource]


def instance_profile(
    name: str,
    log_group: aws.cloudwatch.LogGroup,
    namespace: str,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
    statements: Sequence[iam.Statement] = (),
) -> aws.iam.InstanceProfile:
    """An instance profile with the permissions for SSM sessions, for the CloudWatch agent, and of ``statements``.

    Sources: Systems Manager guide, "Create a custom IAM role for Session Manager"; CloudWatch guide, "Create IAM roles
    and users for use with the CloudWatch agent". None of the actions on * has resource-level permissions.
    """
    partition, region, account = (part(log_group.arn) for part in (arns.partition_of, arns.region_of, arns.account_of))
    instances = pulumi.Output.concat("arn:", partition, ":ec2:", region, ":", account, ":instance/*")
    role = aws.iam.Role(
        f"{name}-servers",
        description="Servers: sessions, metrics, logs",
        assume_role_policy=iam.trust("ec2.amazonaws.com"),
        tags=named(tags, f"{name}-servers"),
        opts=child,
    )
    aws.iam.RolePolicy(
        f"{name}-servers",
        role=role.id,
        policy=iam.document(
            iam.allow("ssm:UpdateInstanceInformation", instances, sid="SessionAgent"),  # instances come and go
            iam.allow(
                [
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ],
                "*",
                sid="Sessions",
            ),
            iam.allow(
                "cloudwatch:PutMetricData",
                "*",
                sid="Metrics",
                conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
            ),
            iam.allow("ec2:DescribeTags", "*", sid="NameOfOwnGroup"),
            iam.allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                pulumi.Output.concat(log_group.arn, ":*"),
                sid="Logs",
            ),
            *statements,
        ),
        opts=child,
    )
    return aws.iam.InstanceProfile(f"{name}-servers", role=role.name, tags=dict(tags), opts=child)


def launch_template(name: str, fleet: Ec2Fleet, child: pulumi.ResourceOptions) -> aws.ec2.LaunchTemplate:
    """Launch template: IMDSv2 with a hop limit of 1, encrypted volume, detailed monitoring."""
    own = named(fleet.tags, name)
    return aws.ec2.LaunchTemplate(
        f"{name}-servers",
        description=f"Servers of {name}",
        image_id=fleet.image,
        instance_type=fleet.instance_types[0],
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=fleet.profile_arn),
        vpc_security_group_ids=[fleet.security_group_id],
        user_data=fleet.user_data,
        update_default_version=True,
        ebs_optimized="true",
        instance_initiated_shutdown_behavior="terminate",
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=True),
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/xvda",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3",
                    volume_size=VOLUME_GIB,
                    encrypted="true",
                    kms_key_id=fleet.kms_key_arn,
                    delete_on_termination="true",
                ),
            )
        ],
        # The group tags the instances; resources launched with them are tagged here.
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=own)
            for kind in ("volume", "network-interface")
        ],
        tags=own,
        opts=child,
    )


def auto_scaling_group(
    name: str,
    fleet: Ec2Fleet,
    sizes: tuple[int, int],
    child: pulumi.ResourceOptions,
    *,
    warmup: int,
    tags: Mapping[str, str],
    **more: object,
) -> aws.autoscaling.Group:
    """An Auto Scaling group in all zones behind the target groups, replaced server by server when its template changes.

    sizes: minimum and maximum. warmup: seconds until a new server counts. tags: of the group and its servers. more:
    further arguments of `aws.autoscaling.Group`.
    """
    return aws.autoscaling.Group(
        name,
        vpc_zone_identifiers=list(fleet.subnet_ids.values()),
        min_size=sizes[0],
        max_size=sizes[1],
        desired_capacity=sizes[0],
        target_group_arns=[group.arn for group in fleet.target_groups],
        health_check_type="ELB",
        health_check_grace_period=warmup,
        default_instance_warmup=warmup,
        availability_zone_distribution=aws.autoscaling.GroupAvailabilityZoneDistributionArgs(
            capacity_distribution_strategy="balanced-best-effort"
        ),
        max_instance_lifetime=MAX_LIFETIME_SECONDS,
        instance_maintenance_policy=aws.autoscaling.GroupInstanceMaintenancePolicyArgs(
            min_healthy_percentage=100, max_healthy_percentage=150
        ),
        instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
            strategy="Rolling",
            preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                min_healthy_percentage=100,
                max_healthy_percentage=150,
                instance_warmup=str(warmup),
                # AWS cannot roll back to an image that it looks up at launch (RollbackInstanceRefresh); then the
                # refresh stops.
                auto_rollback=not fleet.image.startswith(RESOLVED_AT_LAUNCH),
                alarm_specification=aws.autoscaling.GroupInstanceRefreshPreferencesAlarmSpecificationArgs(
                    alarms=list(fleet.alarms)
                ),
            ),
        ),
        enabled_metrics=GROUP_METRICS,
        metrics_granularity="1Minute",
        tags=[
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
            for key, value in sorted(tags.items())
        ],
        # Scaling policies set the desired capacity. Without a listener no target ever becomes healthy.
        opts=pulumi.ResourceOptions(
            parent=child.parent, ignore_changes=["desiredCapacity"], depends_on=list(fleet.after)
        ),
        **more,  # pyright: ignore[reportArgumentType]  (what the groups have each for itself)
    )


def mixed_instances(
    template: aws.ec2.LaunchTemplate,
    instance_types: Sequence[str],
    distribution: aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs,
) -> aws.autoscaling.GroupMixedInstancesPolicyArgs:
    """Several instance types, so that a zone may be out of one. distribution: on-demand and Spot shares."""
    return aws.autoscaling.GroupMixedInstancesPolicyArgs(
        instances_distribution=distribution,
        launch_template=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs(
            launch_template_specification=(
                aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs(
                    launch_template_id=template.id, version=template_version(template)
                )
            ),
            overrides=[
                aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs(instance_type=kind)
                for kind in instance_types
            ],
        ),
    )


def on_demand_only() -> aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs:
    """On-Demand instances of the first type that the zone has."""
    return aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(
        on_demand_allocation_strategy="prioritized", on_demand_percentage_above_base_capacity=100
    )


def template_version(template: aws.ec2.LaunchTemplate) -> pulumi.Output[str]:
    """The template's version as a number, not ``$Latest``: only a change of the number starts an instance refresh."""
    return template.latest_version.apply(str)


def scale_on_requests(
    name: str, group: aws.autoscaling.Group, fleet: Ec2Fleet, target: float, child: pulumi.ResourceOptions
) -> None:
    """Keep the requests of the first target group at ``target`` per server and minute."""
    label = pulumi.Output.concat(fleet.load_balancer.arn_suffix, "/", fleet.target_groups[0].arn_suffix)
    scale_on(name, group, "ALBRequestCountPerTarget", target, child, label)


def scale_on(
    name: str,
    group: aws.autoscaling.Group,
    metric: str,
    target: float,
    child: pulumi.ResourceOptions,
    label: pulumi.Input[str] | None = None,
) -> None:
    """Keep a predefined metric at ``target``, in the metric's unit (EC2 Auto Scaling PredefinedMetricSpecification)."""
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
