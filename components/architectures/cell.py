"""A cell: the resources of one Region that all tiers there use (key, alarm topic, log bucket, network)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

from components.alarms import Alarming
from components.arns import account_of
from components.names import region_code
from components.settings.cells import CellSettings
from components.tags import tier_tags
from components.tiers.data.s3 import LogBucket, LogBucketArgs
from components.tiers.governance.kms import KeyUse, KmsKey, KmsKeyArgs, KmsReplicaKey, KmsReplicaKeyArgs
from components.tiers.network.security_groups import allow_traffic
from components.tiers.network.vpc import ALL_IPV4, ALL_IPV6, Vpc, VpcArgs
from components.tiers.observability.alarms import AlarmTopic, AlarmTopicArgs

HTTPS = 443

PRESET_TAG = "ha:preset"
"""Tag with the preset of the policy pack for this stack, whatever its name is; the pack reads it from any resource."""
KEY_USES = frozenset(
    {
        KeyUse.LOGS,
        KeyUse.ALARMS,
        KeyUse.EVENTS,
        KeyUse.TOPICS,
        KeyUse.AUTOSCALING,
        KeyUse.BACKUP_EVENTS,
        KeyUse.DATABASE_EVENTS,
    }
)
"""Services that use a cell's key as themselves, in every scenario."""

LOG_DAYS = {False: 30, True: 365}
"""Retention of log groups, days, by whether it is a production stack (values of CloudWatch Logs PutRetentionPolicy)."""


class Monitored(Protocol):
    """A tier with alarms and dashboard widgets."""

    @property
    def pulumi_resource_name(self) -> str: ...

    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]


def failed_requests(tier: Monitored) -> list[aws.cloudwatch.MetricAlarm]:
    """The tier's alarms on requests of customers that are answered with 5xx; none of tiers that answer no customer."""
    return list(getattr(tier, "failed_requests", ()))


@dataclass(frozen=True, kw_only=True)
class CellArgs:
    """Inputs of `Cell`.

    scenario: part of names that must be unique, since a dev stack that switches creates the new resources first.
    provider: of the Region; created before, since a component hands on only existing ones. awsx_provider: the same for
    services that use awsx. production: use production sizes and retention. preset: of the policy pack. retain_data:
    your data survives when its resource is deleted. peer_cidrs: IPv4 ranges of VPCs that will be connected. key_uses:
    services that use the key besides `KEY_USES`. primary_key_arn: multi-Region key of the other cell; this cell's key
    becomes its replica, so that data encrypted in one Region can be decrypted in the other.
    """

    scenario: str
    settings: CellSettings
    provider: aws.Provider
    awsx_provider: awsx.Provider | None = None
    tags: Mapping[str, str]
    production: bool
    preset: str
    retain_data: bool
    nat_mode: Literal["zonal", "regional"]
    ipv6: bool
    interface_endpoints: Sequence[str] = ()
    alarm_email: str = ""
    peer_cidrs: Sequence[str] = ()
    key_uses: frozenset[KeyUse] = frozenset()
    primary_key_arn: pulumi.Input[str] | None = None


class Cell(pulumi.ComponentResource):
    """KMS key, alarm topic, log bucket and network of one Region, named after it: ``usw2``, ``usw2-network``, …

    A tier is created as ``Tier(cell.name("orders"), TierArgs(tags=cell.tier_tags("orders"), …), cell.child)`` and then
    passed to `monitor`. code: short code of the Region. child: options that make a resource a child of the cell, in its
    Region. alarms: where alarms are sent. log_bucket: for access logs. tier_alarms, widgets: of the tiers, by tier.
    """

    def __init__(self, args: CellArgs, opts: pulumi.ResourceOptions) -> None:
        self.code, self.provider = region_code(args.settings.region), args.provider
        super().__init__(
            "ha:arch:Cell",
            self.code,
            None,
            pulumi.ResourceOptions(
                parent=opts.parent, providers=[p for p in (self.provider, args.awsx_provider) if p is not None]
            ),
        )
        self.child = pulumi.ResourceOptions(parent=self)
        self.region, self.zones, self.ipv6 = args.settings.region, args.settings.zones, args.ipv6
        self.production, self.retain_data = args.production, args.retain_data
        self.log_days = LOG_DAYS[args.production]
        self._tags = args.tags
        self.tier_alarms: dict[str, list[aws.cloudwatch.MetricAlarm]] = {}
        self.widgets: dict[str, list[dict[str, Any]]] = {}
        self.failed_requests: list[aws.cloudwatch.MetricAlarm] = []

        self.key = self._key(args)
        self.kms_key_arn = self.key.key_arn
        self.account_id = account_of(self.kms_key_arn)
        topic = AlarmTopic(
            self.name("alarms"),
            AlarmTopicArgs(
                kms_key_arn=self.kms_key_arn, email=args.alarm_email or None, tags=self.tier_tags("foundation")
            ),
            self.child,
        )
        self.topic_arn = topic.topic_arn
        self.alarms = Alarming(topic_arns=(topic.topic_arn,), tags=args.tags)
        self.log_bucket = LogBucket(
            self.name("logs"),
            LogBucketArgs(account_id=self.account_id, tags=self.tier_tags("foundation"), retain_data=args.retain_data),
            self.child,
        )
        self.network = Vpc(
            self.name("network"),
            VpcArgs(
                region=self.region,
                vpc_cidr=args.settings.vpc_cidr,
                zones=args.settings.zones,
                kms_key_arn=self.kms_key_arn,
                nat_mode=args.nat_mode,
                ipv6=args.ipv6,
                endpoint_services=args.interface_endpoints,
                trusted_cidrs=args.peer_cidrs,
                flow_log_days=self.log_days,
                alarms=self.alarms_of("network"),
                tags={**self.tier_tags("network"), PRESET_TAG: args.preset},
            ),
            self.child,
        )
        self.monitor(self.network)
        self.register_outputs({"vpcId": self.network.vpc_id})

    def name(self, role: str) -> str:
        """Logical name of a tier in this cell, such as ``usw2-web``."""
        return f"{self.code}-{role}"

    def tier_tags(self, tier: str) -> dict[str, str]:
        """The stack's tags and the tier's."""
        return tier_tags(self._tags, tier)

    def alarms_of(self, tier: str) -> Alarming:
        """Where a tier's alarms are sent, and their tags."""
        return Alarming(topic_arns=self.alarms.topic_arns, tags=self.tier_tags(tier))

    def monitor(self, tier: Monitored) -> None:
        """Add a tier's alarms and widgets to the dashboard and the composite alarm, under its name without the cell's
        prefix.
        """
        label = tier.pulumi_resource_name.removeprefix(f"{self.code}-")
        self.tier_alarms[label] = list(tier.alarms.values())
        self.failed_requests += failed_requests(tier)
        self.widgets[label] = list(tier.widgets)

    def monitor_replica(self, label: str, alarms: Mapping[str, aws.cloudwatch.MetricAlarm]) -> None:
        """Add alarms in this Region about a replica that a tier of the other cell has here."""
        self.tier_alarms[label] = list(alarms.values())

    def allow_aws_apis(self, role: str, security_group_id: pulumi.Input[str]) -> None:
        """Allow a tier HTTPS calls to AWS APIs: through its zone's NAT gateway, and to the interface endpoints if there
        are any.

        Every tier that calls AWS needs this: the endpoints' private DNS names replace the public ones.
        """
        name, tags = self.name(f"{role}-aws"), self.tier_tags(role)
        for suffix, world in [("", {"cidr_ipv4": ALL_IPV4}), *([("6", {"cidr_ipv6": ALL_IPV6})] if self.ipv6 else [])]:
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-https{suffix}",
                security_group_id=security_group_id,
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                tags=tags,
                opts=self.child,
                **world,
            )
        if self.network.endpoints_security_group_id is not None:
            allow_traffic(
                name,
                caller=security_group_id,
                called=self.network.endpoints_security_group_id,
                ports=[HTTPS],
                tags=tags,
                opts=self.child,
            )

    def _key(self, args: CellArgs) -> KmsKey | KmsReplicaKey:
        """The cell's key, or the replica of the other cell's key. Its alias is fixed, so it contains the scenario."""
        name, tags, uses = self.name(f"{args.scenario}-key"), self.tier_tags("foundation"), KEY_USES | args.key_uses
        purpose = f"Data, logs and volumes in {self.region}"
        if args.primary_key_arn is None:
            made = KmsKeyArgs(purpose=purpose, uses=uses, multi_region=True, retain_data=args.retain_data, tags=tags)
            return KmsKey(name, made, self.child)
        copy = KmsReplicaKeyArgs(
            primary_key_arn=args.primary_key_arn, purpose=purpose, uses=uses, retain_data=args.retain_data, tags=tags
        )
        return KmsReplicaKey(name, copy, self.child)
