"""Streaming servers: nginx origins for HLS and DASH in all zones behind a load balancer, with one shared EFS file
system."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam
from components.arns import account_of, partition_of
from components.names import AUTO_NAMED_LB_LIMIT
from components.tags import named
from components.tiers.load_balancing.public import RequiredHeader, server_target_group
from components.tiers.network.security_groups import allow_traffic
from components.tiers.servers.alarms import ingest_error_alarm, server_alarms, streaming_alarms, streaming_widgets
from components.tiers.servers.ec2_fleet import (
    Ec2Fleet,
    auto_scaling_group,
    instance_profile,
    launch_template,
    mixed_instances,
    on_demand_only,
    scale_on,
    scale_on_requests,
)
from components.tiers.servers.load_balanced import LoadBalancedServers, LoadBalancedServersArgs
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


@dataclass(frozen=True, kw_only=True)
class StreamingFleet:
    """fleet: inputs common to all servers. spot_most: maximum size of the Spot group, 0 for none. warm: servers in the
    warm pool. network_bytes: bytes sent per server and minute above which the base group scales out.
    """

    fleet: Ec2Fleet
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
    fleet = made.fleet
    template = launch_template(name, fleet, child)
    zones = len(fleet.subnet_ids)
    least = fleet.sizing.least(zones)
    hooks = [
        aws.autoscaling.GroupInitialLifecycleHookArgs(
            name=LIFECYCLE_HOOK,
            lifecycle_transition="autoscaling:EC2_INSTANCE_LAUNCHING",
            default_result="ABANDON",
            heartbeat_timeout=HEARTBEAT_SECONDS,
        )
    ]
    base = auto_scaling_group(
        f"{name}-base",
        fleet,
        (least, fleet.sizing.most(zones)),
        child,
        warmup=WARMUP_SECONDS,
        tags=named(fleet.tags, f"{name}-base"),
        initial_lifecycle_hooks=hooks,
        # A warm pool may have several instance types, but no Spot Instances (EC2 Auto Scaling, November 2025).
        mixed_instances_policy=mixed_instances(template, fleet.instance_types, on_demand_only()),
        wait_for_capacity_timeout="20m",
        min_elb_capacity=least,
        warm_pool=aws.autoscaling.GroupWarmPoolArgs(
            pool_state="Stopped", min_size=made.warm, max_group_prepared_capacity=least + made.warm
        ),
        force_delete_warm_pool=True,
    )
    scale_on(f"{name}-network", base, "ASGAverageNetworkOut", made.network_bytes, child)
    scale_on(f"{name}-cpu", base, "ASGAverageCPUUtilization", CPU_TARGET, child)
    scale_on_requests(f"{name}-requests", base, fleet, BASE_REQUESTS, child)
    groups = {"base": base}
    if made.spot_most:
        # At least one server per zone: an empty group would notice too late that a zone has no Spot capacity.
        spot = auto_scaling_group(
            f"{name}-spot",
            fleet,
            (zones, max(zones, made.spot_most)),
            child,
            warmup=WARMUP_SECONDS,
            tags=named(fleet.tags, f"{name}-spot"),
            initial_lifecycle_hooks=hooks,
            # A lack of Spot capacity must not fail an update: the base group carries the load.
            wait_for_capacity_timeout="0",
            capacity_rebalance=True,
            mixed_instances_policy=mixed_instances(
                template,
                fleet.instance_types,
                aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(
                    on_demand_allocation_strategy="prioritized",
                    on_demand_base_capacity=0,
                    on_demand_percentage_above_base_capacity=ON_DEMAND_SHARE,
                    spot_allocation_strategy="price-capacity-optimized",
                ),
            ),
        )
        scale_on_requests(f"{name}-spot-requests", spot, fleet, SPOT_REQUESTS, child)
        groups["spot"] = spot
    return groups


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
class StreamingServersArgs(LoadBalancedServersArgs):
    """Inputs of `StreamingServers`.

    required_header: header that players' requests must have, so that they come from CloudFront; health checks do not
    need it. ingest_password: password of encoders, who write with PUT as `INGEST_USER`; a Pulumi secret, at most 80
    letters and digits.
    previous_passwords: still accepted, at most one. spot_servers: maximum size of the Spot group, 0 for none.
    warm_servers: stopped servers in the warm pool, which serve within half a minute. megabits: megabits per second and
    server above which the group scales out. keep_minutes: age, in minutes, at which old files are deleted. ingest_port:
    TCP, 1024-65535.

    Raises ValueError as `LoadBalancedServersArgs`, or if a number is out of range.
    """

    files: SharedFileSystem
    required_header: RequiredHeader
    ingest_password: pulumi.Input[str]
    previous_passwords: Sequence[pulumi.Input[str]] = ()
    spot_servers: int = 0
    warm_servers: int = 2
    megabits: int = 1000
    keep_minutes: int = 180
    ingest_port: int = 8081

    def __post_init__(self) -> None:
        super().__post_init__()
        for key, low in {"spot_servers": 0, "warm_servers": 1, "megabits": 1, "keep_minutes": 5}.items():
            if getattr(self, key) < low:
                raise ValueError(f"{key}={getattr(self, key)}: must be at least {low}")
        NginxOrigin(port=self.port, ingest_port=self.ingest_port)


class StreamingServers(LoadBalancedServers):
    """Load balancer, two target groups, launch template and one or two Auto Scaling groups.

    Every server can serve every stream: all of them write to and read from one EFS file system with a mount target per
    zone. Children: {name}-alb, -tg (players), -ingest (encoders), -base, -spot, … listener_rules: also the rule of the
    encoders. Raises ValueError if the name is too long for ELB.
    """

    def __init__(self, name: str, args: StreamingServersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        limit = AUTO_NAMED_LB_LIMIT - len("-ingest")
        if len(name) > limit:
            raise ValueError(f"name={name}: at most {limit} characters, for the target groups' names")
        super().__init__("ha:tier:Streaming", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        made = self._load_balanced(
            name,
            args,
            description="Streaming servers",
            ports=[args.port, args.ingest_port],
            required_header=args.required_header,
        )
        balancer, players = made.public.load_balancer, made.public.target_group
        encoders, rule = self._ingest(name, args, made.public.listener, child)
        self.listener_rules = [*made.public.listeners, rule]
        refused = ingest_error_alarm(name, balancer, encoders, args.alarms, child)
        to_files = allow_traffic(
            f"{name}-servers-files",
            caller=made.security_group.id,
            called=args.files.security_group_id,
            ports=[args.files.port],
            tags=dict(args.tags),
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
            made.log_group,
            NAMESPACE,
            args.tags,
            child,
            [mounting, *lifecycle_hook_statements(name, args.region, args.kms_key_arn)],
        )
        groups = streaming_auto_scaling_groups(
            name,
            StreamingFleet(
                fleet=Ec2Fleet(
                    subnet_ids=args.server_subnet_ids,
                    security_group_id=made.security_group.id,
                    target_groups=[players, encoders],
                    load_balancer=balancer,
                    instance_types=args.instance_types,
                    image=args.image,
                    sizing=args.sizing,
                    user_data=self._user_data(args, made.log_group),
                    profile_arn=profile.arn,
                    kms_key_arn=args.kms_key_arn,
                    alarms=[made.errors.name, refused.name],
                    tags=args.tags,
                    after=[*self.listener_rules, *made.rules, *to_files],
                ),
                spot_most=args.spot_servers,
                warm=args.warm_servers,
                network_bytes=args.megabits * MEGABIT_MINUTE,
            ),
            child,
        )
        zones = len(args.server_subnet_ids)
        self.alarms = {
            f"{name}-errors": made.errors,
            f"{name}-ingest-errors": refused,
            **server_alarms(name, balancer, players, groups["base"], args.sizing, zones, args.alarms, child),
            **streaming_alarms(name, balancer, encoders, groups.get("spot"), args.alarms, child),
        }
        self.failed_requests = [self.alarms[f"{name}-{what}"] for what in ("errors", "refused", "ingest-errors")]
        self.widgets = streaming_widgets(name, args.region, balancer, players, encoders, groups)
        self.register_outputs({"loadBalancerArn": self.load_balancer_arn})

    def _ingest(
        self, name: str, args: StreamingServersArgs, listener: aws.lb.Listener, child: pulumi.ResourceOptions
    ) -> tuple[aws.lb.TargetGroup, aws.lb.ListenerRule]:
        """The target group for writes, and the listener rule that sends requests with the right password to it."""
        encoders = server_target_group(
            f"{name}-ingest",
            vpc_id=args.vpc_id,
            port=args.ingest_port,
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
