"""The ground of what is global: CloudFront, its web ACL and Route 53 report, alarm and log in us-east-1."""

from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import Alarming
from components.architectures.base import Architecture
from components.architectures.cell import Watched
from components.names import physical_name
from components.tags import tier_tags
from components.tiers.encryption import KeyUse, ReplicaEncryptionKey, ReplicaEncryptionKeyArgs
from components.tiers.monitoring import NAME_LIMIT, AlarmTopic, AlarmTopicArgs

EDGE_REGION = "us-east-1"
"""Where CloudFront and Route 53 send their metrics, and where CloudFront wants certificates and web ACLs."""
EDGE_KEY_USES = frozenset({KeyUse.LOGS, KeyUse.ALARMS})


class Edge(pulumi.ComponentResource):
    """Key and alarm topic in ``region`` for the tiers that span Regions; those of the cell there, where there is one.

    A tier is hung on it as ``Firewall("edge-firewall", FirewallArgs(kms_key_arn=edge.kms_key_arn, …), edge.child)`` and
    handed to `watch`. region: us-east-1, or where another global service reports (Global Accelerator: us-west-2), then
    with a label of its own. Children: {label}-{scenario}-key, {label}-{scenario}-alarms (unless a cell is there).
    child: options with the primary cell's provider; the tiers give ``region`` where it matters.
    """

    def __init__(self, architecture: Architecture, region: str = EDGE_REGION, label: str = "edge") -> None:
        super().__init__(
            "ha:arch:Edge",
            label,
            None,
            pulumi.ResourceOptions(parent=architecture, providers={"aws": architecture.primary.provider}),
        )
        self.child = pulumi.ResourceOptions(parent=self)
        self.region, self.label = region, label
        self.tags, self.settings = architecture.tags, architecture.settings
        self.home = next((cell for cell in architecture.cells.values() if cell.region == region), None)
        self.watched: dict[str, list[aws.cloudwatch.MetricAlarm]] = {}
        self.widgets: dict[str, list[dict[str, Any]]] = {}
        if self.home is not None:
            self.kms_key_arn, self.topic_arn = self.home.kms_key_arn, self.home.topic_arn
        else:
            self.kms_key_arn, self.topic_arn = self._ground(architecture)
        self.register_outputs({})

    def tier_tags(self, tier: str) -> dict[str, str]:
        """The stack's tags with the tier's."""
        return tier_tags(self.tags, tier)

    def alarms_of(self, tier: str) -> Alarming:
        """Where the alarms of the Region go, and the tags they carry."""
        return Alarming(topic_arns=(self.topic_arn,), tags=self.tier_tags(tier))

    def watch(self, tier: Watched) -> None:
        """Collect what a tier brought: all its alarms are in the Region."""
        label = tier.pulumi_resource_name
        self.watched[label], self.widgets[label] = list(tier.alarms.values()), list(tier.widgets)

    def alarm(self, title: str) -> aws.cloudwatch.CompositeAlarm:
        """One alarm over all of them, where no cell's could watch them: a composite sees alarms of its Region only."""
        names = [alarm.name for alarms in self.watched.values() for alarm in alarms]
        name = f"{self.label}-{self.settings.scenario}-site"
        return aws.cloudwatch.CompositeAlarm(
            name,
            alarm_name=physical_name(pulumi.get_stack(), name, limit=NAME_LIMIT),
            alarm_rule=pulumi.Output.all(*names).apply(lambda found: " OR ".join(f'ALARM("{n}")' for n in found)),
            alarm_description=f"{title}: what leads to the site is in alarm",
            alarm_actions=[self.topic_arn],
            ok_actions=[self.topic_arn],
            region=self.region,
            tags=self.tier_tags("edge"),
            opts=self.child,
        )

    def _ground(self, architecture: Architecture) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        settings, tags = self.settings, self.tier_tags("edge")
        key = ReplicaEncryptionKey(
            f"{self.label}-{settings.scenario}-key",  # its alias is fixed: it tells the scenario
            ReplicaEncryptionKeyArgs(
                primary_key_arn=architecture.primary.kms_key_arn,
                purpose=f"Alarms and logs in {self.region}",
                uses=EDGE_KEY_USES,
                region=self.region,
                retain_data=settings.production,
                tags=tags,
            ),
            self.child,
        )
        topic = AlarmTopic(
            f"{self.label}-{settings.scenario}-alarms",
            AlarmTopicArgs(kms_key_arn=key.key_arn, email=settings.alarm_email or None, region=self.region, tags=tags),
            self.child,
        )
        return key.key_arn, topic.topic_arn
