"""The streaming tier: HLS origins over all zones behind a load balancer, sharing one file system."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarming
from components.names import AUTO_NAMED_LB_LIMIT
from components.tags import named
from components.tiers.access import connect
from components.tiers.streaming.servers import HOOK, StreamingFleet, readiness, streaming_groups
from components.tiers.streaming.user_data import Origin, StreamingUserDataArgs, render_streaming_user_data
from components.tiers.streaming.watch import streaming_alarms, streaming_widgets
from components.tiers.web.load_balancer import HEALTH_PATH, Front, RequiredHeader, build_front
from components.tiers.web.servers import AL2023_ARM64, Fleet, instance_profile
from components.tiers.web.sizing import MIN_ZONES, Sizing
from components.tiers.web.tier import Frontage
from components.tiers.web.user_data import encoded
from components.tiers.web.watch import alarm_on_errors, alarms_of

NAMESPACE = "HA/Streaming"
"""CloudWatch namespace of what the agents on the servers measure."""
INGEST_USER = "encoder"
INGEST_PRIORITY = 1
"""Of the rule that knows encoders: before those of services and before that of the CDN."""
MEGABIT_MINUTE = 1_000_000 / 8 * 60
"""Bytes that one megabit per second makes in a minute, the unit of the scaling metric."""


@dataclass(frozen=True, kw_only=True)
class SharedFiles:
    """The file system of all servers. id: there once it can be mounted in every zone. security_group_id: the mount
    targets'. access_point_id, access_point_arn: by which the servers see their folder.
    """

    id: pulumi.Input[str]
    arn: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    access_point_id: pulumi.Input[str]
    access_point_arn: pulumi.Input[str]
    port: int


@dataclass(frozen=True, kw_only=True)
class StreamingArgs:
    """Inputs of `StreamingTier`.

    public_subnet_ids, server_subnet_ids: by zone, the same zones. certificate_arn: issued, of the Region; None serves
    HTTP only, passwords included. required_header: what players' requests must bring, so from the CDN only; health
    checks need none. ingest_password: of encoders, who write by PUT as `INGEST_USER`; a Pulumi secret, at most 80
    letters and digits. sizing: servers for the load and for the peak, on demand. spot_servers: Spot on top of them at
    most, 0 for none. warm_servers: stopped ones, ready to serve within half a minute. instance_types: arm64; the first
    is the on-demand group's, which a warm pool keeps to one type. megabits: per second and server from which on the
    group grows. keep_minutes: age at which files are swept away. port, ingest_port: TCP, 1024-65535. after: as in
    `WebArgs`.

    Raises ValueError when zones differ or are fewer than 2, types fewer than 2, or a number is out of range.
    """

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    server_subnet_ids: Mapping[str, pulumi.Input[str]]
    files: SharedFiles
    kms_key_arn: pulumi.Input[str]
    log_bucket: pulumi.Input[str]
    required_header: RequiredHeader
    ingest_password: pulumi.Input[str]
    sizing: Sizing
    instance_types: Sequence[str]
    region: str
    tags: Mapping[str, str]
    retain_data: bool
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
    alarms: Alarming = field(default_factory=Alarming)
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
        Origin(port=self.port, ingest_port=self.ingest_port)


class StreamingTier(pulumi.ComponentResource):
    """Load balancer, two target groups, launch template, one or two auto scaling groups.

    Every server can serve every stream, as all write to and read from one file system with a mount target per zone.
    Children: {name}-alb, -tg (players), -ingest (encoders), -base, -spot, … front: what services attach routes to.
    """

    load_balancer_arn: pulumi.Output[str]
    load_balancer_dns_name: pulumi.Output[str]
    load_balancer_zone_id: pulumi.Output[str]
    load_balancer_security_group_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    role_name: pulumi.Output[str]
    front: Frontage
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: StreamingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        limit = AUTO_NAMED_LB_LIMIT - len("-ingest")
        if len(name) > limit:
            raise ValueError(f"name={name}: at most {limit} characters, for the target groups' names")
        super().__init__("ha:tier:Streaming", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        front = build_front(
            name,
            Front(
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
        balancer, players = front.load_balancer, front.target_group
        encoders, rule = self._ingest(name, args, front.listener, child)
        servers = aws.ec2.SecurityGroup(
            f"{name}-servers",
            description="Streaming servers",
            vpc_id=args.vpc_id,
            tags=named(args.tags, f"{name}-servers"),
            opts=child,
        )
        tags, ports = dict(args.tags), [args.port, args.ingest_port]
        edges = [
            *connect(
                f"{name}-alb-servers",
                caller=front.security_group.id,
                called=servers.id,
                ports=ports,
                tags=tags,
                opts=child,
            ),
            *connect(
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
            [mounting, *readiness(name, args.region, args.kms_key_arn)],
        )
        errors = alarm_on_errors(name, balancer, players, args.alarms, child)
        groups = streaming_groups(
            name,
            StreamingFleet(
                fleet=Fleet(
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
                    after=[*front.listeners, rule, *edges],
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
            **alarms_of(name, balancer, players, groups["base"], args.sizing, zones, args.alarms, child),
            **streaming_alarms(name, balancer, encoders, groups.get("spot"), args.alarms, child),
        }
        self.widgets = streaming_widgets(name, args.region, balancer, players, encoders, groups)
        self.load_balancer_arn, self.load_balancer_dns_name = balancer.arn, balancer.dns_name
        self.load_balancer_zone_id = balancer.zone_id
        self.load_balancer_security_group_id, self.security_group_id = front.security_group.id, servers.id
        self.front = Frontage(
            arn_suffix=balancer.arn_suffix,
            listener_arn=front.listener.arn,
            vpc_id=args.vpc_id,
            security_group_id=front.security_group.id,
        )
        self.register_outputs({"loadBalancerArn": self.load_balancer_arn})

    def _ingest(
        self, name: str, args: StreamingArgs, listener: aws.lb.Listener, child: pulumi.ResourceOptions
    ) -> tuple[aws.lb.TargetGroup, aws.lb.ListenerRule]:
        """The servers' port that takes writes, and the rule that sends there who knows the password."""
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
        basic = pulumi.Output.from_input(args.ingest_password).apply(authorization)
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
                        http_header_name="Authorization", values=[basic]
                    )
                ),
            ],
            actions=[aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=encoders.arn)],
            tags=dict(args.tags),
            opts=child,
        )
        return encoders, rule

    def _user_data(self, args: StreamingArgs, log_group: aws.cloudwatch.LogGroup) -> pulumi.Output[str]:
        def render(known: Sequence[str]) -> str:
            group, file_system, access_point = known
            return encoded(
                render_streaming_user_data(
                    StreamingUserDataArgs(
                        region=args.region,
                        origin=Origin(port=args.port, ingest_port=args.ingest_port),
                        file_system=file_system,
                        access_point=access_point,
                        hook=HOOK,
                        keep_minutes=args.keep_minutes,
                        log_group=group,
                        namespace=NAMESPACE,
                    )
                )
            )

        return pulumi.Output.all(log_group.name, args.files.id, args.files.access_point_id).apply(
            lambda known: render([str(one) for one in known])
        )


def authorization(password: str) -> str:
    """The header by which encoders show their password (RFC 7617). An asterisk would match anything: none is in it."""
    return "Basic " + base64.b64encode(f"{INGEST_USER}:{password}".encode()).decode()
