"""ACM certificates of the stack's domain, one in each Region that needs it."""

import pulumi

from components.architectures.base import Architecture
from components.architectures.shared.edge import EDGE_REGION, Edge
from components.tiers.edge.acm import Certificate, CertificateArgs


def certificates(architecture: Architecture) -> dict[str, Certificate]:
    """By role, one in each cell's Region; empty without a domain. The first one's DNS record validates the others too.

    Each covers the domain and its direct subdomains. Components: {code}-certificate.
    """
    made: dict[str, Certificate] = {}
    domain = architecture.settings.domain
    if domain is None:
        return made
    for role, cell in architecture.cells.items():
        made[role] = Certificate(
            cell.name("certificate"),
            CertificateArgs(
                domain=domain.name,
                zone_id=domain.zone_id,
                region=cell.region,
                record=made["primary"].record if made else None,
                alarms=cell.alarms_of("certificate"),
                tags=cell.tier_tags("certificate"),
            ),
            cell.child,
        )
        cell.monitor(made[role])
    return made


def edge_certificate(architecture: Architecture, edge: Edge, made: dict[str, Certificate]) -> pulumi.Output[str] | None:
    """ARN of a certificate for CloudFront, which must be in us-east-1; None without a domain.

    It is the cell's certificate if a cell is there. made: the result of `certificates`. Component: edge-certificate.
    """
    domain = architecture.settings.domain
    if domain is None:
        return None
    for role, cell in architecture.cells.items():
        if cell is edge.home:
            return made[role].certificate_arn
    certificate = Certificate(
        "edge-certificate",
        CertificateArgs(
            domain=domain.name,
            zone_id=domain.zone_id,
            region=EDGE_REGION,
            record=made["primary"].record,
            alarms=edge.alarms_of("certificate"),
            tags=edge.tier_tags("certificate"),
        ),
        edge.child,
    )
    edge.monitor(certificate)
    return certificate.certificate_arn
