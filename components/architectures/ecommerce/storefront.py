"""The storefront's servers in a cell, behind a load balancer that only CloudFront may use."""

from components.architectures.cell import Cell
from components.architectures.ecommerce.data import MEDIA, allow_mount
from components.settings.web import WebSettings
from components.tiers.data.efs import FileSystem
from components.tiers.edge.acm import Certificate
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.ec2_fleet import AL2023_ARM64
from components.tiers.servers.efs_mount import EfsMount
from components.tiers.servers.sizing import Sizing
from components.tiers.servers.storefront import Storefront, StorefrontArgs

TITLE = "The Shop"


def storefront(
    cell: Cell,
    wanted: WebSettings,
    *,
    header: RequiredHeader,
    certificate: Certificate | None,
    files: FileSystem,
    role: str,
) -> Storefront:
    """Component {code}-web. role: of the cell; in the standby Region the files are the replica of the primary's."""
    tier = Storefront(
        cell.name("web"),
        StorefrontArgs(
            vpc_id=cell.network.vpc_id,
            public_subnet_ids=cell.network.public_subnet_ids,
            server_subnet_ids=cell.network.private_subnet_ids,
            kms_key_arn=cell.kms_key_arn,
            log_bucket=cell.log_bucket.bucket_name,
            certificate_arn=certificate.certificate_arn if certificate else None,
            required_header=header,
            sizing=Sizing(load=wanted.instances, peak=wanted.peak_instances),
            instance_types=wanted.instance_types,
            image=wanted.images.of(role) or AL2023_ARM64,
            prefix_list_ids=wanted.prefix_lists.of(role),
            region=cell.region,
            ipv6=cell.ipv6,
            title=TITLE,
            media=EfsMount(
                file_system_id=files.file_system_id,
                file_system_arn=files.file_system_arn,
                access_point_id=files.access_point_ids[MEDIA],
                access_point_arn=files.access_point_arns[MEDIA],
                read_only=role == "standby",
            ),
            log_days=cell.log_days,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("web"),
            tags=cell.tier_tags("web"),
            after=cell.network.public_routing,
        ),
        cell.child,
    )
    cell.allow_aws_apis("web", tier.security_group_id)
    allow_mount(cell, files, "web", tier.security_group_id)
    cell.monitor(tier)
    return tier
