"""Key and alarm topic for global services: CloudFront, its web ACL and Route 53 have metrics, alarms and logs in
us-east-1."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import Alarming
from components.architectures.base import Architecture
from components.architectures.cell import Monitored, failed_requests
from components.names import physical_name
from components.tags import tier_tags
from components.tiers.governance.kms import KeyUse, KmsKey, KmsKeyArgs
from components.tiers.observability.alarms import AlarmTopic, AlarmTopicArgs
from components.tiers.observability.dashboards import NAME_LIMIT

EDGE_REGION = "us-east-1"
"""Region of CloudFront's and Route 53's metrics, and of CloudFront's certificates and web ACLs."""
EDGE_KEY_USES = frozenset({KeyUse.LOGS, KeyUse.ALARMS})


class Edge(pulumi.ComponentResource):
    """Key and alarm topic in ``region`` for tiers that span Regions; the cell's topic, if a cell is there.

    A tier is created as ``WebAcl("edge-firewall", WebAclArgs(kms_key_arn=edge.kms_key_arn, …), edge.child)`` and passed
    to `monitor`. region: us-east-1, or the Region of another global service (Global Accelerator: us-west-2) with its
    own label. Children: {label}-{scenario}-key (unless the primary cell is there; created when it is first used),
    {label}-{scenario}-alarms (unless a cell is there). child: options with the primary cell's provider; the tiers set
    ``region`` where necessary.
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
        self.tier_alarms: dict[str, list[aws.cloudwatch.MetricAlarm]] = {}
        self.widgets: dict[str, list[dict[str, Any]]] = {}
        self.failed_requests: list[aws.cloudwatch.MetricAlarm] = []
        self._primary = architecture.primary
        self.topic_arn = self._topic() if self.home is None else self.home.topic_arn
        self.register_outputs({})

    @cached_property
    def kms_key_arn(self) -> pulumi.Output[str]:
        """A key in the Region for logs and the topic: the primary cell's if it is there, otherwise a separate one.

        Not a replica of the primary's key, since a Region can have only one; and not the standby cell's, since a
        standby can be removed and the logs must stay readable.
        """
        if self.home is self._primary:
            return self._primary.kms_key_arn
        key = KmsKey(
            f"{self.label}-{self.settings.scenario}-key",  # its alias is fixed, so it contains the scenario
            KmsKeyArgs(
                purpose=f"Alarms and logs in {self.region}",
                uses=EDGE_KEY_USES,
                region=self.region,
                retain_data=self.settings.keep_data,
                tags=self.tier_tags("edge"),
            ),
            self.child,
        )
        return key.key_arn

    def tier_tags(self, tier: str) -> dict[str, str]:
        """The stack's tags and the tier's."""
        return tier_tags(self.tags, tier)

    def alarms_of(self, tier: str) -> Alarming:
        """Where the alarms of the Region are sent, and their tags."""
        return Alarming(topic_arns=(self.topic_arn,), tags=self.tier_tags(tier))

    def monitor(self, tier: Monitored) -> None:
        """Add a tier's alarms and widgets; all its alarms are in the Region."""
        label = tier.pulumi_resource_name
        self.tier_alarms[label], self.widgets[label] = list(tier.alarms.values()), list(tier.widgets)
        self.failed_requests += failed_requests(tier)

    def alarm(self, title: str) -> aws.cloudwatch.CompositeAlarm:
        """One composite alarm over all of them, if no cell is in the Region: a composite alarm can use only alarms of
        its Region.
        """
        names = [alarm.name for alarms in self.tier_alarms.values() for alarm in alarms]
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

    def _topic(self) -> pulumi.Output[str]:
        topic = AlarmTopic(
            f"{self.label}-{self.settings.scenario}-alarms",
            AlarmTopicArgs(
                kms_key_arn=self.kms_key_arn,
                email=self.settings.alarm_email or None,
                region=self.region,
                tags=self.tier_tags("edge"),
            ),
            self.child,
        )
        return topic.topic_arn
