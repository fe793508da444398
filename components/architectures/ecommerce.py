"""The e-commerce architecture: a shop's platform."""

from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.names import certificates
from components.settings import Settings
from components.tiers.web import Sizing, WebArgs, WebTier
from components.tiers.web.servers import AL2023_ARM64

TITLE = "The Shop"


class Ecommerce(Architecture):
    """Storefront over one Region or two. Children: a cell per Region, with its network and web tier."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("Ecommerce", settings)
        self.certificates = certificates(self)
        self.web = {role: self._web(role, cell) for role, cell in self.cells.items()}
        for role, tier in self.web.items():
            self.outputs[f"{role}LoadBalancer"] = tier.load_balancer_dns_name
            if settings.domain is None:  # else the load balancer's own name is not the one in its certificate
                self.outputs[f"{role}Url"] = tier.url
        self.register_outputs(self.outputs)

    def _web(self, role: str, cell: Cell) -> WebTier:
        wanted = self.settings.ecommerce.web
        certificate = self.certificates.get(role)
        tier = WebTier(
            cell.name("web"),
            WebArgs(
                vpc_id=cell.network.vpc_id,
                public_subnet_ids=cell.network.public_subnet_ids,
                server_subnet_ids=cell.network.private_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                log_bucket=cell.log_bucket.bucket_name,
                certificate_arn=certificate.certificate_arn if certificate else None,
                sizing=Sizing(load=wanted.instances, peak=wanted.peak_instances),
                instance_types=wanted.instance_types,
                image=wanted.image or AL2023_ARM64,
                region=cell.region,
                ipv6=cell.ipv6,
                title=TITLE,
                log_days=cell.log_days,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("web"),
                tags=cell.tier_tags("web"),
                after=cell.network.public_routing,
            ),
            cell.child,
        )
        cell.reach_aws("web", tier.security_group_id)
        cell.watch(tier)
        return tier
