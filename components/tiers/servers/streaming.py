"""Streaming servers: nginx origins for HLS and DASH in all zones behind a load balancer, with one shared EFS file
system."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.arns import account_of, partition_of
from components.names import AUTO_NAMED_LB_LIMIT
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.load_balancing.public import (
    HEALTH_PATH,
    PublicListener,
    PublicLoadBalancerArgs,
    RequiredHeader,
    public_load_balancer,
)
from components.tiers.network.security_groups import allow_traffic
from components.tiers.servers.alarms import server_alarms, server_error_alarm, streaming_alarms, streaming_widgets
from components.tiers.servers.ec2_fleet import (
    AL2023_ARM64,
    GROUP_METRICS,
    MAX_LIFETIME_SECONDS,
    RESOLVED_AT_LAUNCH,
    Ec2Fleet,
    instance_profile,
    launch_template,
)
from components.tiers.servers.sizing import MIN_ZONES, Sizing
from components.tiers.servers.streaming_user_data import NginxOrigin, StreamingUserDataArgs, streaming_user_data
from components.tiers.servers.user_data import base64_user_data

LIFECYCLE_HOOK = "ready"
"""Name of the lifecycle hook; an instance completes it when it serves (files/start.sh)."""
HEARTBEAT_SECONDS = 600
"""Seconds after which an instance that has not become ready is replaced; installing and mounting takes one to two
minutes."""
WARMUP_SECONDS = 60
"""Seconds before an instance counts after it has completed its hook. It already serves then; the health checks take 20
s."""
CPU_TARGET = 50.0
"""Percent. With three zones, the loss of one raises the remaining servers to 75."""
SPOT_REQUESTS, BASE_REQUESTS = 3000.0, 4000.0
"""Requests per server and minute above which a group scales out: the Spot group first, then on-demand if Spot is too
slow."""
ON_DEMAND_SHARE = 25
"""Percent of the Spot group that is on-demand, so that a lack of Spot capacity never leaves it empty."""
ONE_TYPE = {
    "ha:exempt:asg-instance-types": "A warm pool stands beside one type only - PutWarmPool; the Spot group has several"
}
"""Tag with which the base group is exempt from a rule of the policy pack, with the reason."""


@dataclass(frozen=True, kw_only=True)
class StreamingFleet:
    """fleet: inputs common to all servers. spot_most: maximum size of the Spot group, 0 for none. warm: servers in the
    warm pool. network_bytes: bytes sent per server and minute above which the base group scales out.
    """

    fleet: Ec2Fleet
    target_group_arns: Sequence[pulumi.Input[str]]
    spot_types: Sequence[str]
    spot_most: int
    warm: int
    network_bytes: float


def lifecycle_hook_statements(name: str, region: str, key_arn: pulumi.Input[str]) -> list[iam.Statement]:
    """Permissions that a server needs to complete the lifecycle hook of its own groups only.

    The role is created before the groups' names are known. They begin with the tier's name, which auto-naming keeps.
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


def streaming_auto_scaling_groups(
    name: str, made: StreamingFleet, child: pulumi.ResourceOptions
) -> dict[str, aws.autoscaling.Group]:
    """``{name}-base`` and, with Spot, ``{name}-spot``: Auto Scaling groups in all zones behind the same
    target groups.
    """
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
            # A version number, not $Latest: only a change of it starts an instance refresh.
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
        # At least one server per zone: an empty group would notice too late that a zone has no Spot capacity.
        spot = _group(
            f"{name}-spot",
            made,
            (zones, max(zones, made.spot_most)),
            child,
            {},
            # A lack of Spot capacity must not fail an update: the base group carries the load.
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
    """An Auto Scaling group with the minimum and maximum size ``sizes``."""
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
                name=LIFECYCLE_HOOK,
                lifecycle_transition="autoscaling:EC2_INSTANCE_LAUNCHING",
                default_result="ABANDON",
                heartbeat_timeout=HEARTBEAT_SECONDS,
            )
        ],
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
        # Scaling policies set the desired capacity. Without a listener no target ever becomes healthy.
        opts=pulumi.ResourceOptions(
            parent=child.parent, ignore_changes=["desiredCapacity"], depends_on=list(fleet.after)
        ),
        **more,  # pyright: ignore[reportArgumentType]  (what the two groups have each for itself)
    )


def _mixed(made: StreamingFleet, template: aws.ec2.LaunchTemplate) -> aws.autoscaling.GroupMixedInstancesPolicyArgs:
    """Spot instances by price and capacity, and a share of on-demand instances."""
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


NAMESPACE = "HA/Streaming"
"""CloudWatch namespace for the metrics of the CloudWatch agent on the servers."""
INGEST_USER = "encoder"
INGEST_PRIORITY = 1
"""Priority of the listener rule for encoders: before the rules for services and for CloudFront."""
MEGABIT_MINUTE = 1_000_000 / 8 * 60
"""Bytes per minute at one megabit per second: the scaling metric is in bytes per minute."""


@dataclass(frozen=True, kw_only=True)
class SharedFileSystem:
    """The EFS file system of all servers. id: known once it can be mounted in every zone. security_group_id: of the
    mount targets. access_point_id, access_point_arn: the access point through which servers see their folder.
    """

    id: pulumi.Input[str]
    arn: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    access_point_id: pulumi.Input[str]
    access_point_arn: pulumi.Input[str]
    port: int


@dataclass(frozen=True, kw_only=True)
class StreamingServersArgs(StatefulTierArgs):
    """Inputs of `StreamingServers`.

    public_subnet_ids, server_subnet_ids: subnet per zone, same zones. certificate_arn: an issued certificate in the
    Region; None: HTTP only, also for passwords. required_header: header that players' requests must have, so that they
    come from CloudFront; health checks do not need it. ingest_password: password of encoders, who write with PUT as
    `INGEST_USER`; a Pulumi secret, at most 80 letters and digits. previous_passwords: still accepted, at most one.
    sizing: on-demand servers for the ordinary load and for the peak. spot_servers: maximum size of the Spot group, 0
    for none. warm_servers: stopped servers in the warm pool, which serve within half a minute. instance_types: arm64;
    the on-demand group uses the first, since a warm pool allows only one type. megabits: megabits per second and server
    above which the group scales out. keep_minutes: age, in minutes, at which old files are deleted. port, ingest_port:
    TCP, 1024-65535. after: as in `StorefrontArgs`.

    Raises ValueError if the zones differ or are fewer than 2, there are fewer than 2 instance types, or a number is out
    of range.
    """

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    server_subnet_ids: Mapping[str, pulumi.Input[str]]
    files: SharedFileSystem
    log_bucket: pulumi.Input[str]
    required_header: RequiredHeader
    ingest_password: pulumi.Input[str]
    previous_passwords: Sequence[pulumi.Input[str]] = ()
    sizing: Sizing
    instance_types: Sequence[str]
    region: str
    spot_servers: int = 0
    warm_servers: int = 2
    megabits: int = 1000
    keep_minutes: int = 180
    certificate_arn: pulumi.Input[str] | None = None
    ipv6: bool = False
    image: str = AL2023_ARM64
    port: int = 8080
    ingest_port: int = 8081
    log_days: int = 30
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        if set(self.public_subnet_ids) != set(self.server_subnet_ids) or len(self.server_subnet_ids) < MIN_ZONES:
            raise ValueError(
                f"server_subnet_ids={sorted(self.server_subnet_ids)}: load balancer and servers need the same "
                f"zones, at least {MIN_ZONES}; public_subnet_ids has {sorted(self.public_subnet_ids)}"
            )
        if len(set(self.instance_types)) < 2:
            raise ValueError(f"instance_types={self.instance_types}: give at least two, for Spot is short of one often")
        for key, low in {"spot_servers": 0, "warm_servers": 1, "megabits": 1, "keep_minutes": 5}.items():
            if getattr(self, key) < low:
                raise ValueError(f"{key}={getattr(self, key)}: must be at least {low}")
        NginxOrigin(port=self.port, ingest_port=self.ingest_port)


class StreamingServers(pulumi.ComponentResource):
    """Load balancer, two target groups, launch template and one or two Auto Scaling groups.

    Every server can serve every stream: all of them write to and read from one EFS file system with a mount target per
    zone. Children: {name}-alb, -tg (players), -ingest (encoders), -base, -spot, … listener: the listener to which
    services attach routes.
    """

    load_balancer_arn: pulumi.Output[str]
    load_balancer_dns_name: pulumi.Output[str]
    load_balancer_zone_id: pulumi.Output[str]
    load_balancer_security_group_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    role_name: pulumi.Output[str]
    listener: PublicListener
    listener_rules: Sequence[pulumi.Resource]
    """Listeners, and their rules for requests with the header and of encoders."""
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on requests of customers that are answered with 5xx; a subset of alarms."""
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: StreamingServersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        limit = AUTO_NAMED_LB_LIMIT - len("-ingest")
        if len(name) > limit:
            raise ValueError(f"name={name}: at most {limit} characters, for the target groups' names")
        super().__init__("ha:tier:Streaming", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        public = public_load_balancer(
            name,
            PublicLoadBalancerArgs(
                vpc_id=args.vpc_id,
                subnet_ids=args.public_subnet_ids,
                port=args.port,
                log_bucket=args.log_bucket,
                certificate_arn=args.certificate_arn,
                internal=False,
                ipv6=args.ipv6,
                prefix_list_ids=(),
                required_header=args.required_header,
                retain_data=args.retain_data,
                tags=args.tags,
                after=args.after,
            ),
            child,
        )
        balancer, players = public.load_balancer, public.target_group
        encoders, rule = self._ingest(name, args, public.listener, child)
        servers = aws.ec2.SecurityGroup(
            f"{name}-servers",
            description="Streaming servers",
            vpc_id=args.vpc_id,
            tags=named(args.tags, f"{name}-servers"),
            opts=child,
        )
        tags, ports = dict(args.tags), [args.port, args.ingest_port]
        edges = [
            *allow_traffic(
                f"{name}-alb-servers",
                caller=public.security_group.id,
                called=servers.id,
                ports=ports,
                tags=tags,
                opts=child,
            ),
            *allow_traffic(
                f"{name}-servers-files",
                caller=servers.id,
                called=args.files.security_group_id,
                ports=[args.files.port],
                tags=tags,
                opts=child,
            ),
        ]
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-servers",
            kms_key_id=args.kms_key_arn,
            retention_in_days=args.log_days,
            tags=named(args.tags, f"{name}-servers"),
            opts=child,
        )
        mounting = iam.allow(
            ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            args.files.arn,
            sid="Streams",
            conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": args.files.access_point_arn}},
        )
        profile = instance_profile(
            name,
            log_group,
            NAMESPACE,
            args.tags,
            child,
            [mounting, *lifecycle_hook_statements(name, args.region, args.kms_key_arn)],
        )
        errors = server_error_alarm(name, balancer, players, args.alarms, child)
        groups = streaming_auto_scaling_groups(
            name,
            StreamingFleet(
                fleet=Ec2Fleet(
                    subnet_ids=args.server_subnet_ids,
                    security_group_id=servers.id,
                    target_group=players,
                    load_balancer=balancer,
                    instance_types=args.instance_types,
                    image=args.image,
                    sizing=args.sizing,
                    user_data=self._user_data(args, log_group),
                    profile_arn=profile.arn,
                    kms_key_arn=args.kms_key_arn,
                    alarm=errors.name,
                    tags=args.tags,
                    after=[*public.listeners, rule, *edges],
                ),
                target_group_arns=[players.arn, encoders.arn],
                spot_types=args.instance_types,
                spot_most=args.spot_servers,
                warm=args.warm_servers,
                network_bytes=args.megabits * MEGABIT_MINUTE,
            ),
            child,
        )
        zones = len(args.server_subnet_ids)
        self.alarms = {
            f"{name}-errors": errors,
            **server_alarms(name, balancer, players, groups["base"], args.sizing, zones, args.alarms, child),
            **streaming_alarms(name, balancer, encoders, groups.get("spot"), args.alarms, child),
        }
        self.failed_requests = [self.alarms[f"{name}-{what}"] for what in ("errors", "refused", "ingest-errors")]
        self.widgets = streaming_widgets(name, args.region, balancer, players, encoders, groups)
        self.load_balancer_arn, self.load_balancer_dns_name = balancer.arn, balancer.dns_name
        self.load_balancer_zone_id = balancer.zone_id
        self.load_balancer_security_group_id, self.security_group_id = public.security_group.id, servers.id
        self.listener_rules = [*public.listeners, rule]
        self.listener = PublicListener(
            arn_suffix=balancer.arn_suffix,
            listener_arn=public.listener.arn,
            vpc_id=args.vpc_id,
            security_group_id=public.security_group.id,
        )
        self.register_outputs({"loadBalancerArn": self.load_balancer_arn})

    def _ingest(
        self, name: str, args: StreamingServersArgs, listener: aws.lb.Listener, child: pulumi.ResourceOptions
    ) -> tuple[aws.lb.TargetGroup, aws.lb.ListenerRule]:
        """The target group for writes, and the listener rule that sends requests with the right password to it."""
        encoders = aws.lb.TargetGroup(
            f"{name}-ingest",
            vpc_id=args.vpc_id,
            port=args.ingest_port,
            protocol="HTTP",
            target_type="instance",
            deregistration_delay=30,
            load_balancing_algorithm_type="weighted_random",
            load_balancing_anomaly_mitigation="on",
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol="HTTP",
                port="traffic-port",
                path=HEALTH_PATH,
                matcher="200",
                interval=10,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=2,
            ),
            tags=named(args.tags, f"{name}-ingest"),
            opts=child,
        )
        passwords = [args.ingest_password, *args.previous_passwords]
        basic = [pulumi.Output.from_input(password).apply(basic_authorization) for password in passwords]
        rule = aws.lb.ListenerRule(
            f"{name}-ingest",
            listener_arn=listener.arn,
            priority=INGEST_PRIORITY,
            conditions=[
                aws.lb.ListenerRuleConditionArgs(
                    path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=["/live/*"])
                ),
                aws.lb.ListenerRuleConditionArgs(
                    http_request_method=aws.lb.ListenerRuleConditionHttpRequestMethodArgs(values=["PUT", "DELETE"])
                ),
                aws.lb.ListenerRuleConditionArgs(
                    http_header=aws.lb.ListenerRuleConditionHttpHeaderArgs(
                        http_header_name="Authorization", values=basic
                    )
                ),
            ],
            actions=[aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=encoders.arn)],
            tags=dict(args.tags),
            opts=child,
        )
        return encoders, rule

    def _user_data(self, args: StreamingServersArgs, log_group: aws.cloudwatch.LogGroup) -> pulumi.Output[str]:
        def render(known: Sequence[str]) -> str:
            group, file_system, access_point = known
            return base64_user_data(
                streaming_user_data(
                    StreamingUserDataArgs(
                        region=args.region,
                        origin=NginxOrigin(port=args.port, ingest_port=args.ingest_port),
                        file_system=file_system,
                        access_point=access_point,
                        hook=LIFECYCLE_HOOK,
                        keep_minutes=args.keep_minutes,
                        log_group=group,
                        namespace=NAMESPACE,
                    )
                )
            )

        return pulumi.Output.all(log_group.name, args.files.id, args.files.access_point_id).apply(
            lambda known: render([str(one) for one in known])
        )


def basic_authorization(password: str) -> str:
    """The Authorization header that encoders send (RFC 7617). It contains no asterisk, which would match anything."""
    return "Basic " + base64.b64encode(f"{INGEST_USER}:{password}".encode()).decode()
