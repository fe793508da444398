"""DNS names that lead to a healthy Region: Route 53 latency and failover records with health checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Metric, metric_alarm, widget
from components.names import physical_name
from components.tags import few_tags, named
from components.tiers.arguments import TierArgs

METRICS_REGION = "us-east-1"
"""Region in which Route 53 publishes the metrics of health checks, so their alarms are there too."""

FAST_SECONDS, SLOW_SECONDS = 10, 30
"""Seconds between two requests of a health checker (Route 53 RequestInterval)."""

FAILURES = 3
"""Consecutive failed requests after which an endpoint is unhealthy (Route 53 FailureThreshold: 1-10)."""

MOST_TO_FAIL_OVER = 2

ALARM_NAME_LIMIT = 255
"""Characters of an alarm's name (CloudWatch PutCompositeAlarm)."""


@dataclass(frozen=True, kw_only=True)
class HealthCheckTarget:
    """The endpoint that Route 53 health checkers request from all over the world.

    path: answers 2xx or 3xx to everybody while the Region can serve; health checkers send no secret header. fqdn: host
    name, such as the load balancer's own name. tls: Route 53 connects with TLS but does not validate the certificate.
    """

    fqdn: pulumi.Input[str]
    path: str = "/health"
    tls: bool = True

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ValueError(f"path={self.path}: must begin with /")


@dataclass(frozen=True, kw_only=True)
class RecordTarget:
    """Where a name leads in one Region. dns_name, zone_id: of a load balancer, API domain or accelerator, for an alias.

    endpoint: what the health check requests. alarms: label -> CloudWatch alarm of the Region; while one fires, the
    Region is unhealthy (for example a database that lost its writer). Route 53 reads the metric itself and supports no
    percentiles, metric math, high resolution, M-out-of-N or composite alarms. routing_control_arn: ARC routing control
    with which an operator sends all clients away. kept_out: the Region is unhealthy whatever its checks say, because an
    operator keeps clients away from it. follow_target: whether Route 53 also evaluates the target's health,
    which CloudFront does not support. after: the records of dns_name if it is a name in the same zone, since an alias
    needs them to exist.
    """

    dns_name: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    endpoint: HealthCheckTarget | None
    alarms: Mapping[str, aws.cloudwatch.MetricAlarm] = field(default_factory=dict[str, "aws.cloudwatch.MetricAlarm"])
    routing_control_arn: pulumi.Input[str] | None = None
    kept_out: bool = False
    follow_target: bool = True
    after: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class DnsRecordsArgs(TierArgs):
    """Inputs of `DnsRecords`.

    domain: the name, such as ``shop.example.com``. zone_id: its public hosted zone. targets: by Region. policy:
    ``latency`` answers with the nearest healthy Region, ``failover`` with the first of at most two while it is healthy,
    ``simple`` with the only one. If a Region may be added or removed later, one target also has the policy of two:
    Route 53 rejects records with different policies for one name, and an update deletes last. ipv6: AAAA records as
    well; the targets must be dual-stack. fast: health checks every 10 s (at extra cost) instead of 30 s: unhealthy
    after 30 s instead of 90 s. alarms: SNS topics in us-east-1.

    Raises ValueError if the targets do not fit the policy, or if a target has no health check.
    """

    domain: str
    zone_id: pulumi.Input[str]
    targets: Mapping[str, RecordTarget]
    policy: Literal["latency", "failover", "simple"]
    ipv6: bool = False
    fast: bool = True

    def __post_init__(self) -> None:
        found = list(self.targets)
        if self.policy == "failover" and len(found) > MOST_TO_FAIL_OVER:
            raise ValueError(f"targets={found}: failover is between two at most; give the primary first")
        if self.policy == "simple" and len(found) != 1:
            raise ValueError(f"targets={found}: a simple record has one target")
        if not found:
            raise ValueError("targets={}: give at least one Region")
        if self.policy == "simple":
            return
        blind = [r for r, t in self.targets.items() if not (t.endpoint or t.alarms or t.routing_control_arn)]
        # The secondary of a failover pair needs no health check: Route 53 answers with it whenever the primary is
        # unhealthy.
        if blind and not (self.policy == "failover" and blind == found[1:]):
            raise ValueError(f"targets={blind}: nothing tells whether they are healthy; give an endpoint")


class DnsRecords(pulumi.ComponentResource):
    """Alias records of one name, and their health checks.

    Each Region has a calculated health check: healthy while the endpoint answers, no named alarm fires and the routing
    control is on. Children: {name}-{region}-endpoint, -alarm-{label}, -control, {name}-{region} (calculated),
    {name}-{region}-a, -aaaa, alarms {name}-{region}-down, and the composite alarm {name}-down if there are several.
    """

    health_check_ids: Mapping[str, pulumi.Output[str]]
    records: Sequence[aws.route53.Record]
    """For ``after`` of an alias to this name."""

    def __init__(self, name: str, args: DnsRecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Records", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        checks = {region: self._checks(region, target) for region, target in args.targets.items()}
        regional = {
            region: self._all_of(f"{name}-{region}", children, kept_out=args.targets[region].kept_out)
            for region, children in checks.items()
            if children
        }
        self.health_check_ids = {region: check.id for region, check in regional.items()}
        self.records = list[aws.route53.Record]()
        for kind in ("A", "AAAA") if args.ipv6 else ("A",):
            first: list[aws.route53.Record] = []
            for place, (region, target) in enumerate(args.targets.items()):
                # Create the primary first: a secondary alone would answer, and in stacks of earlier releases the
                # primary may have no policy yet.
                made = self._record(kind, region, target, place, self.health_check_ids.get(region), first)
                first = first or [made]
                self.records.append(made)

        status = {region: _status(check.id) for region, check in regional.items()}
        self.alarms = {
            f"{region}-down": self._alarm(f"{name}-{region}-down", metric, f"{args.domain}: {region} is unhealthy")
            for region, metric in status.items()
        }
        if len(self.alarms) > 1:
            self._all_down(f"{name}-down", [alarm.name for alarm in self.alarms.values()])
        self.widgets = [widget(f"{args.domain} health", METRICS_REGION, list(status.values()))] if status else []
        self.register_outputs({"healthCheckIds": self.health_check_ids})

    def _checks(self, region: str, target: RecordTarget) -> list[aws.route53.HealthCheck]:
        checks: list[aws.route53.HealthCheck] = []
        prefix, tags = f"{self._prefix}-{region}", self._args.tags
        if target.endpoint:
            tls = target.endpoint.tls
            checks.append(
                aws.route53.HealthCheck(
                    f"{prefix}-endpoint",
                    type="HTTPS" if tls else "HTTP",
                    fqdn=target.endpoint.fqdn,
                    port=443 if tls else 80,
                    resource_path=target.endpoint.path,
                    enable_sni=True if tls else None,
                    request_interval=FAST_SECONDS if self._args.fast else SLOW_SECONDS,
                    failure_threshold=FAILURES,
                    measure_latency=True,
                    tags=few_tags(named(tags, f"{prefix}-endpoint")),
                    opts=self._child,
                )
            )
        for label, alarm in target.alarms.items():
            tagged = named(tags, f"{prefix}-{label}")
            checks.append(alarm_health_check(f"{prefix}-alarm-{label}", alarm, region, tagged, self._child))
        if target.routing_control_arn is not None:
            checks.append(
                aws.route53.HealthCheck(
                    f"{prefix}-control",
                    type="RECOVERY_CONTROL",
                    routing_control_arn=target.routing_control_arn,
                    tags=few_tags(named(tags, f"{prefix}-control")),
                    opts=self._child,
                )
            )
        return checks

    def _all_of(self, name: str, checks: list[aws.route53.HealthCheck], *, kept_out: bool) -> aws.route53.HealthCheck:
        return aws.route53.HealthCheck(
            name,
            type="CALCULATED",
            child_healthchecks=[check.id for check in checks],
            # A check that asks for more healthy children than it has is unhealthy (Route 53 API, HealthThreshold).
            child_health_threshold=len(checks) + kept_out,
            tags=few_tags(named(self._args.tags, name)),
            opts=self._child,
        )

    def _record(
        self,
        kind: str,
        region: str,
        target: RecordTarget,
        place: int,
        check: pulumi.Output[str] | None,
        after: Sequence[pulumi.Resource],
    ) -> aws.route53.Record:
        policy = self._args.policy
        return aws.route53.Record(
            f"{self._prefix}-{region}-{kind.lower()}",
            zone_id=self._args.zone_id,
            name=self._args.domain,
            type=kind,
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=target.dns_name, zone_id=target.zone_id, evaluate_target_health=target.follow_target
                )
            ],
            set_identifier=region if policy != "simple" else None,
            latency_routing_policies=[aws.route53.RecordLatencyRoutingPolicyArgs(region=region)]
            if policy == "latency"
            else None,
            failover_routing_policies=[
                aws.route53.RecordFailoverRoutingPolicyArgs(type="SECONDARY" if place else "PRIMARY")
            ]
            if policy == "failover"
            else None,
            health_check_id=check if policy != "simple" else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*target.after, *after]),
        )

    def _alarm(self, name: str, metric: Metric, text: str) -> aws.cloudwatch.MetricAlarm:
        return metric_alarm(
            name,
            Alarm(
                metric=metric,
                threshold=1,
                comparison="LessThanThreshold",
                missing="breaching",  # a health check without data counts as failed
                description=text,
                periods=1,
            ),
            self._args.alarms,
            self._child,
            region=METRICS_REGION,
        )

    def _all_down(self, name: str, down: Sequence[pulumi.Output[str]]) -> None:
        """Alarm if every Region is unhealthy. A calculated health check cannot do this, since it cannot monitor other
        calculated ones (Route 53 developer guide, "Monitoring other health checks").
        """
        aws.cloudwatch.CompositeAlarm(
            name,
            alarm_name=physical_name(pulumi.get_stack(), name, limit=ALARM_NAME_LIMIT),
            alarm_rule=pulumi.Output.all(*down).apply(lambda names: " AND ".join(f'ALARM("{n}")' for n in names)),
            alarm_description=f"{self._args.domain}: no Region is healthy",
            alarm_actions=list(self._args.alarms.topic_arns),
            ok_actions=list(self._args.alarms.topic_arns),
            region=METRICS_REGION,
            tags=dict(self._args.alarms.tags),
            opts=self._child,
        )


def alarm_health_check(
    name: str, alarm: aws.cloudwatch.MetricAlarm, region: str, tags: Mapping[str, str], opts: pulumi.ResourceOptions
) -> aws.route53.HealthCheck:
    """A health check that is unhealthy while the alarm in ``region`` fires.

    Route 53 copies the alarm's metric and threshold when the check is created or updated, and reads the metric itself
    (developer guide, "Monitoring CloudWatch alarms"). ``triggers`` updates the check when the alarm changes.
    """
    copied = {
        "metric": [alarm.namespace, alarm.metric_name, alarm.dimensions, alarm.statistic, alarm.period],
        "rule": [alarm.comparison_operator, alarm.threshold, alarm.evaluation_periods],
        "missing": [alarm.treat_missing_data],
    }
    return aws.route53.HealthCheck(
        name,
        type="CLOUDWATCH_METRIC",
        cloudwatch_alarm_name=alarm.name,
        cloudwatch_alarm_region=region,
        # An alarm without data must not move the traffic away.
        insufficient_data_health_status="LastKnownStatus",
        triggers={key: pulumi.Output.json_dumps(values, sort_keys=True) for key, values in copied.items()},
        tags=few_tags(tags),
        opts=opts,
    )


def _status(check_id: pulumi.Output[str]) -> Metric:
    dimensions = {"HealthCheckId": check_id}
    return Metric(namespace="AWS/Route53", name="HealthCheckStatus", dimensions=dimensions, statistic="Minimum")
