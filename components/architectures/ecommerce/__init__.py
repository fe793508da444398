"""The e-commerce architecture: a complete shop, in one Region or two."""

from collections.abc import Mapping
from typing import Any

from components.architectures.base import Architecture
from components.architectures.ecommerce.backoffice import back_office, office_name
from components.architectures.ecommerce.data import Data
from components.architectures.ecommerce.orders import Orders
from components.architectures.ecommerce.services import shop_services, soft_paths
from components.architectures.ecommerce.site import Site
from components.architectures.ecommerce.storefront import TITLE, storefront
from components.architectures.regions import Providers
from components.architectures.shared.availability import StatedAvailability, declare_availability
from components.architectures.shared.certificates import certificates, edge_certificate
from components.architectures.shared.edge import Edge
from components.architectures.shared.gameday import prepare_game_days
from components.architectures.shared.generated_secrets import origin_secret
from components.architectures.shared.operations import OPERATIONS_KEY_USES, audit_trail, back_up, monitor_site
from components.architectures.shared.private_connectivity import private_connectivity
from components.architectures.shared.services import code_paths
from components.settings.model import Settings
from components.tiers.containers.eks_service import EksService
from components.tiers.edge.acm import Certificate
from components.tiers.edge.cloudfront import SECRET_HEADER
from components.tiers.gameday.fis import Part
from components.tiers.governance.kms import KeyUse
from components.tiers.load_balancing.public import RequiredHeader

__all__ = ["Ecommerce"]

ASIDE = ("office", "bundles", "files-copy")
"""Tiers whose alarms do not mean that customers are affected."""

SLA_FLOOR, SLA_FLOOR_OF_TWO_REGIONS = 99.51, 99.84
"""Percent; docs/availability.md says how they come about."""

GAME_DAY_PARTS: frozenset[Part] = frozenset({"servers", "databases", "caches"})


class Ecommerce(Architecture):
    """Storefront, services and orders in one Region or two, behind CloudFront.

    Children: a cell per Region (usw2-…), and what spans Regions (edge-…).
    """

    def __init__(self, settings: Settings, providers: Providers) -> None:
        shop = settings.ecommerce
        super().__init__(
            "Ecommerce",
            settings,
            providers,
            key_uses=OPERATIONS_KEY_USES | {KeyUse.CONTENT},
            peer_cidrs=shop.connectivity.remote_cidrs,
        )
        edge, domain = Edge(self), settings.domain
        issued = certificates(self)
        secret = origin_secret(edge, self.primary.kms_key_arn, shop.origin_secret)
        header = RequiredHeader(
            name=SECRET_HEADER,
            value=secret.value,
            previous=secret.previous,
            sorry_host=domain.name if domain else None,
        )
        data = Data(self)
        self.web = {
            role: storefront(
                cell,
                shop.web,
                header=header,
                certificate=issued.get(role),
                files=data.files[role],
                role=role,
            )
            for role, cell in self.cells.items()
        }
        rules = [rule for tier in self.web.values() for rule in tier.listener_rules]
        paths: list[dict[str, Any]] = []
        shifts = {role: {"web": tier.load_balancer_arn} for role, tier in self.web.items()}
        for role, cell in self.cells.items():
            orders = Orders(cell, data)
            services = shop_services(cell, data, orders, self.web[role], header, role=role, wanted=shop.services)
            if isinstance(services["catalog"], EksService):
                shifts[role]["services"] = services["catalog"].cluster_arn
            rules += [service.route_rule for service in services.values() if service.route_rule is not None]
            paths += [*soft_paths(data, role, services), *code_paths(role, services)]
            self.outputs[f"{role}OrderTopicArn"] = orders.topic_arn
            self.outputs[f"{role}LoadBalancer"] = self.web[role].load_balancer_dns_name
        self._back_office(edge, data, issued)
        private_connectivity(self, shop.connectivity)
        site = Site(
            self,
            edge,
            assets=data.assets,
            web=self.web,
            secret=secret.value,
            rules=rules,
            certificate_arn=edge_certificate(self, edge, issued),
        )
        back_up(self, data.protected())
        audit_trail(self)
        sites = monitor_site(self, TITLE, edge=edge, aside=ASIDE)
        tasks: frozenset[Part] = frozenset({"tasks"} if shop.services.platform == "fargate" else ())
        prepare_game_days(self, sites, GAME_DAY_PARTS | tasks, edge=edge, zonal_shifts=shifts)
        self.outputs |= {
            "url": site.url,
            "assetsBucket": data.assets.bucket_name,
            "databaseEndpoint": data.main.endpoint,
        }
        if shop.services.platform == "fargate":  # pods join target groups by manifests: the stack cannot prove a claim
            stated = StatedAvailability(
                alone=SLA_FLOOR, together=SLA_FLOOR_OF_TWO_REGIONS, load=[shop.web.instances, shop.services.tasks]
            )
            declare_availability(self, "edge-shop-distribution", stated, paths)
        self.register_outputs(self.outputs)

    def _back_office(self, edge: Edge, data: Data, issued: Mapping[str, Certificate]) -> None:
        shop, domain = self.settings.ecommerce, self.settings.domain
        if not shop.back_office.enabled:
            return
        offices = {
            role: back_office(
                cell,
                shop.back_office,
                data,
                other=self.standby if role == "primary" else self.primary,
                certificate=issued.get(role),
                remote_cidrs=shop.connectivity.remote_cidrs,
                domain=domain,
            )
            for role, cell in self.cells.items()
        }
        for role, office in offices.items():
            self.outputs[f"{role}BackOfficeUrl"] = office.url
        if domain is not None:
            self.outputs["backOfficeUrl"] = f"https://{office_name(edge, domain, self.cells, offices)}"
