"""The media-streaming architecture: upload, transcode, deliver and live streams, in one Region or two."""

from typing import Any

from components.architectures.base import Architecture
from components.architectures.media.data import STATUS, Data
from components.architectures.media.operations import operate
from components.architectures.media.pipeline import pipeline
from components.architectures.media.services import media_services, soft_paths
from components.architectures.media.site import Site
from components.architectures.media.streaming import live_edge
from components.architectures.regions import Providers
from components.architectures.shared.availability import StatedAvailability, declare_availability
from components.architectures.shared.certificates import certificates, edge_certificate
from components.architectures.shared.edge import Edge
from components.architectures.shared.generated_secrets import generated_secret, origin_secret
from components.architectures.shared.operations import OPERATIONS_KEY_USES
from components.architectures.shared.private_connectivity import private_connectivity
from components.architectures.shared.services import code_paths
from components.settings.model import Settings
from components.tiers.edge.cloudfront import SECRET_HEADER
from components.tiers.edge.global_accelerator import METRICS_REGION
from components.tiers.governance.kms import KeyUse
from components.tiers.load_balancing.public import RequiredHeader

__all__ = ["Media"]


SLA_FLOOR, SLA_FLOOR_OF_TWO_REGIONS = 99.61, 99.84
"""Percent; docs/availability.md says how they come about."""
SPOT_LOAD = 1
"""The Spot group of the streaming servers keeps one in each zone."""


class Media(Architecture):
    """A video platform in one Region or two, behind CloudFront and Global Accelerator.

    Children: a cell per Region (usw2-…), and what spans Regions (edge-…, accelerators).
    """

    def __init__(self, settings: Settings, providers: Providers) -> None:
        wanted = settings.media
        super().__init__(
            "Media",
            settings,
            providers,
            key_uses=OPERATIONS_KEY_USES | {KeyUse.CONTENT},
            peer_cidrs=wanted.connectivity.remote_cidrs,
        )
        edge = Edge(self)
        accelerators = Edge(self, METRICS_REGION, "accelerators") if self.standby else None
        issued = certificates(self)
        secret = origin_secret(edge, self.primary.kms_key_arn, wanted.origin_secret)
        password = generated_secret(
            edge,
            "edge-ingest-password",
            "By which encoders may write live streams",
            self.primary.kms_key_arn,
            wanted.ingest_password,
        )
        header = RequiredHeader(name=SECRET_HEADER, value=secret.value, previous=secret.previous)
        data = Data(self)
        self.live = {
            role: live_edge(
                cell,
                wanted.streaming,
                header=header,
                ingest_password=password.value,
                previous_passwords=password.previous,
                certificate=issued.get(role),
                streams=data.streams[role],
                image=wanted.streaming.images.of(role),
            )
            for role, cell in self.cells.items()
        }
        rules = [rule for tier in self.live.values() for rule in tier.listener_rules]
        paths: list[dict[str, Any]] = []
        for role, cell in self.cells.items():
            services = media_services(cell, data, self.live[role], header, role=role, wanted=wanted.services)
            rules += [service.route_rule for service in services.values() if service.route_rule is not None]
            paths += [*soft_paths(data, role, services), *code_paths(role, services)]
            made = pipeline(cell, data, news_email=wanted.news_email, alarm_email=settings.alarm_email)
            self.outputs |= {
                f"{role}NewsTopicArn": made.topic_arn,
                f"{role}UploadBucket": data.place(data.uploads, cell).name,
                f"{role}LoadBalancer": self.live[role].load_balancer_dns_name,
            }
        private_connectivity(self, wanted.connectivity)
        site = Site(
            self,
            edge,
            accelerators,
            data=data,
            live=self.live,
            secret=secret.value,
            rules=rules,
            certificate_arn=edge_certificate(self, edge, issued),
        )
        operate(self, data, site, edge, accelerators, self.live)
        self.outputs |= {
            "url": site.url,
            "ingestPasswordArn": password.arn,
            "statusTable": data.tables[STATUS].table_name,
            "catalogEndpoint": data.main.endpoint,
            **{f"{role}IngestUrl": url for role, url in site.ingest_urls.items()},
        }
        if site.accelerator is not None:
            self.outputs["acceleratorName"] = site.accelerator.dns_name
        load = [wanted.streaming.servers, SPOT_LOAD, wanted.services.tasks]
        stated = StatedAvailability(alone=SLA_FLOOR, together=SLA_FLOOR_OF_TWO_REGIONS, load=load)
        declare_availability(self, "edge-media-distribution", stated, paths)
        self.register_outputs(self.outputs)
