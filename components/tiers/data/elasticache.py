"""ElastiCache (Valkey or Redis OSS) in several Availability Zones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components import versions
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.arns import region_of
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.rds_shared import check_zones

Engine = Literal["valkey", "redis"]

PORT = 6379
ID_LIMIT = 40
"""Longest id of a replication group, user or user group, characters (ElastiCache CreateReplicationGroup,
CreateUser)."""
DEFAULT_VERSIONS: Mapping[Engine, str] = {"valkey": versions.VALKEY.version, "redis": versions.REDIS.version}
LEAST_VERSIONS: Mapping[Engine, tuple[int, int]] = {"valkey": (7, 2), "redis": (7, 0)}
"""Minimum versions for IAM authentication (ElastiCache user guide, "Authenticating with IAM")."""
MAINTENANCE, STANDBY_MAINTENANCE = "sun:05:00-sun:06:00", "thu:05:00-thu:06:00"
"""Weekly windows, UTC; different in the standby Region, so that both caches are never under maintenance at once."""
LOG_DAYS = 30
"""Retention of slow and engine logs, days."""
FULL = 80
"""Percent of memory or engine CPU above which the alarm fires."""
LAG_SECONDS = 30
"""Replica lag in seconds above which the alarm fires."""
EVICTIONS = 1000
"""Keys evicted per minute above which the alarm fires: the cache is too small for its working set."""


@dataclass(frozen=True, kw_only=True)
class CacheArgs(StatefulTierArgs):
    """Inputs of `Cache`.

    kms_key_arn: with ``KeyUse.LOGS``. subnet_ids: zone -> private subnet, 2-6 zones, one node in each: a primary and
    1-5 replicas. node_type: such as cache.r7g.large. access: permissions of the application user as an access string
    (Valkey ACL rules), without ``on``. eviction: ``maxmemory-policy``. snapshot_days: 1-35 (ElastiCache
    SnapshotRetentionLimit). Windows are in UTC. connections_alarm: open connections per node above which the alarm
    fires; a node accepts 65,000. retain_data: take a final snapshot when destroyed, and protect. apply_immediately: do
    not wait for the maintenance window.

    Raises ValueError if there are too few zones or snapshots, or the engine cannot do what is set up here.
    """

    engine: Engine = "valkey"
    engine_version: str | None = None
    node_type: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    access: str = "~* &* +@all -@dangerous -@admin"
    eviction: str = "volatile-lru"
    snapshot_days: int = 7
    snapshot_window: str = "03:00-04:00"
    maintenance_window: str = MAINTENANCE
    connections_alarm: int = 5000
    apply_immediately: bool = False

    def __post_init__(self) -> None:
        check_zones("subnet_ids", list(self.subnet_ids), 2)
        if not re.fullmatch(r"\d+\.\d+", self.version):
            raise ValueError(f"engine_version={self.version}: must be major.minor, such as 8.1")
        major, minor = (int(part) for part in self.version.split("."))
        if (major, minor) < LEAST_VERSIONS[self.engine]:
            least = ".".join(str(part) for part in LEAST_VERSIONS[self.engine])
            raise ValueError(f"engine_version={self.version}: logging in by IAM needs {self.engine} {least} or newer")
        if self.snapshot_days < 1:
            raise ValueError(f"snapshot_days={self.snapshot_days}: must be at least 1 day")
        if {"on", "off"} & set(self.access.split()):
            raise ValueError(f"access={self.access}: give the permissions only; whether the user is on is set here")

    @property
    def version(self) -> str:
        """Engine version; by default the engine's default."""
        return self.engine_version or DEFAULT_VERSIONS[self.engine]


def cache_id(*parts: str) -> str:
    """An id in this stack that ElastiCache accepts: 40 characters, lower case, starting with a letter."""
    whole = physical_name(pulumi.get_project(), pulumi.get_stack(), *parts, limit=ID_LIMIT)
    clean = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9-]", "-", whole.lower())).strip("-")
    return clean if clean[0].isalpha() else f"c-{clean}"[:ID_LIMIT].rstrip("-")


class Cache(pulumi.ComponentResource):
    """A replication group with a node in every zone and automatic failover; clients authenticate with IAM over TLS.

    Children: {name}-group (security group), {name}-subnets, {name}-parameters, {name}-user, {name}-users, logs,
    {name}-nodes, alarms. endpoint: of the primary, also after a failover. reader_endpoint: of the replicas. username:
    the user to log in as. connect_arns: resources for ``elasticache:Connect`` as this user.
    """

    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    port: int
    username: str
    connect_arns: list[pulumi.Output[str]]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Cache", name, None, opts)
        child, zones, self.port = pulumi.ResourceOptions(parent=self), sorted(args.subnet_ids), PORT
        self._prefix, self._args, self.username = name, args, cache_id(name, "app")
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=f"Cache {name}",
            tags=named(args.tags, f"{name}-group"),
            opts=child,
        )
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-subnets",
            description=f"{name} in {', '.join(zones)}",
            subnet_ids=[args.subnet_ids[zone] for zone in zones],
            tags=named(args.tags, f"{name}-subnets"),
            opts=child,
        )
        parameters = aws.elasticache.ParameterGroup(
            f"{name}-parameters",
            family=args.engine + args.version.split(".")[0],
            description=f"Eviction of {name}",
            parameters=[aws.elasticache.ParameterGroupParameterArgs(name="maxmemory-policy", value=args.eviction)],
            tags=named(args.tags, f"{name}-parameters"),
            opts=child,
        )
        final = pulumi.Output.concat(
            cache_id(name), "-final-", group.id.apply(lambda i: re.sub(r"[^a-z0-9]", "", i)[-17:])
        )
        self.nodes = aws.elasticache.ReplicationGroup(
            f"{name}-nodes",
            replication_group_id=cache_id(name),
            description=f"{name}: one node in each of {', '.join(zones)}",
            engine=args.engine,
            engine_version=args.version,
            node_type=args.node_type,
            num_cache_clusters=len(zones),
            preferred_cache_cluster_azs=zones,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            port=PORT,
            subnet_group_name=subnets.name,
            security_group_ids=[group.id],
            parameter_group_name=parameters.name,
            user_group_ids=[self._users()],
            at_rest_encryption_enabled=True,
            kms_key_id=args.kms_key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            snapshot_retention_limit=args.snapshot_days,
            snapshot_window=args.snapshot_window,
            maintenance_window=args.maintenance_window,
            final_snapshot_identifier=final if args.retain_data else None,
            # The minor version is pinned. If ElastiCache raised it automatically, the next update would look like a
            # downgrade, for which providers create another group. Patches are still applied, as service updates.
            auto_minor_version_upgrade=False,
            apply_immediately=args.apply_immediately,
            log_delivery_configurations=self._logs(),
            tags=named(args.tags, f"{name}-nodes"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        self.endpoint, self.reader_endpoint = self.nodes.primary_endpoint_address, self.nodes.reader_endpoint_address
        self.connect_arns = [self.nodes.arn, self.user.arn]
        self.security_group_id = group.id
        self._monitor(zones)
        self.register_outputs({"endpoint": self.endpoint, "readerEndpoint": self.reader_endpoint})

    def _users(self) -> pulumi.Output[str]:
        """The application's user, who has no password. Redis OSS also needs a ``default`` user; here it has no
        permissions.

        A Valkey user group accepts no user without authentication (ElastiCache CreateUserGroup) and needs no default
        user.
        """
        name, args = self._prefix, self._args
        child = pulumi.ResourceOptions(parent=self)
        self.user = aws.elasticache.User(
            f"{name}-user",
            user_id=self.username,
            user_name=self.username,  # with IAM it must equal the id
            engine=args.engine,
            access_string=f"on {args.access}",
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            tags=named(args.tags, f"{name}-user"),
            opts=child,
        )
        members: list[pulumi.Input[str]] = [self.user.user_id]
        if args.engine == "redis":
            powerless = aws.elasticache.User(
                f"{name}-default-user",
                user_id=cache_id(name, "default"),
                user_name="default",
                engine=args.engine,
                access_string="off ~* -@all",
                authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="no-password-required"),
                tags=named(args.tags, f"{name}-default-user"),
                opts=child,
            )
            members.append(powerless.user_id)
        users = aws.elasticache.UserGroup(
            f"{name}-users",
            user_group_id=cache_id(name, "users"),
            engine=args.engine,
            user_ids=members,
            tags=named(args.tags, f"{name}-users"),
            opts=child,
        )
        return users.user_group_id

    def _logs(self) -> list[aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs]:
        name, args = self._prefix, self._args
        made: list[aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs] = []
        for kind in ("engine-log", "slow-log"):
            # ElastiCache may write to log groups under /aws/vendedlogs without an entry in the account's log resource
            # policy.
            log = aws.cloudwatch.LogGroup(
                f"{name}-{kind}",
                name=f"/aws/vendedlogs/elasticache/{cache_id(name)}/{kind}",
                retention_in_days=LOG_DAYS,
                kms_key_id=args.kms_key_arn,
                tags=named(args.tags, f"{name}-{kind}"),
                opts=pulumi.ResourceOptions(parent=self),
            )
            made.append(
                aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
                    destination=log.name, destination_type="cloudwatch-logs", log_format="json", log_type=kind
                )
            )
        return made

    def _monitor(self, zones: list[str]) -> None:
        """Alarms per node. Node names are the group's name and a number, in the order of creation, not of zones."""
        name, args = self._prefix, self._args
        base = self.nodes.replication_group_id
        rules: dict[str, tuple[str, float, str, str]] = {
            "cpu": ("EngineCPUUtilization", FULL, "Average", f"engine CPU above {FULL} %"),
            "memory": ("DatabaseMemoryUsagePercentage", FULL, "Average", f"memory more than {FULL} % full"),
            "evictions": ("Evictions", EVICTIONS, "Sum", f"more than {EVICTIONS} keys evicted a minute"),
            "connections": ("CurrConnections", args.connections_alarm, "Average", "more connections than expected"),
            "lag": ("ReplicationLag", LAG_SECONDS, "Maximum", f"more than {LAG_SECONDS} s behind the primary"),
        }
        plots: dict[str, list[Metric]] = {key: [] for key in rules}
        self.alarms = {}
        for number in range(1, len(zones) + 1):
            of = {"CacheClusterId": pulumi.Output.concat(base, f"-{number:03}")}
            for key, (metric, threshold, statistic, what) in rules.items():
                watched = Metric(namespace="AWS/ElastiCache", name=metric, dimensions=of, statistic=statistic)
                spec = Alarm(
                    metric=watched,
                    threshold=threshold,
                    comparison="GreaterThanThreshold",
                    missing="missing",  # the primary has no lag, and a node being replaced no data
                    description=f"{name}, node {number}: {what} for 5 minutes",
                    periods=5,
                )
                self.alarms[f"{key}-{number}"] = metric_alarm(
                    f"{name}-{key}-{number}", spec, args.alarms, pulumi.ResourceOptions(parent=self)
                )
                plots[key].append(watched)
        region = region_of(args.kms_key_arn)
        self.widgets = [widget(f"{name}: {key}", region, metrics) for key, metrics in plots.items()]
