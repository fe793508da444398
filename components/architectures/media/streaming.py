"""The live servers of a cell, behind a load balancer that accepts only CloudFront and encoders."""

from collections.abc import Sequence

import pulumi

from components.architectures.cell import Cell
from components.architectures.media.data import LIVE
from components.settings.media import StreamingSettings
from components.tiers.data.efs import FileSystem
from components.tiers.edge.acm import Certificate
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.ec2_fleet import AL2023_ARM64
from components.tiers.servers.sizing import Sizing
from components.tiers.servers.streaming import SharedFileSystem, StreamingServers, StreamingServersArgs

SPOT = "streaming-spot"
"""Label of the alarm on the Spot group."""


def live_edge(
    cell: Cell,
    wanted: StreamingSettings,
    *,
    header: RequiredHeader,
    ingest_password: pulumi.Input[str],
    previous_passwords: Sequence[pulumi.Input[str]],
    certificate: Certificate | None,
    streams: FileSystem,
    image: str,
) -> StreamingServers:
    """Component {code}-streaming. image: AMI id, empty for the current Amazon Linux 2023."""
    tier = StreamingServers(
        cell.name("streaming"),
        StreamingServersArgs(
            vpc_id=cell.network.vpc_id,
            public_subnet_ids=cell.network.public_subnet_ids,
            server_subnet_ids=cell.network.private_subnet_ids,
            files=SharedFileSystem(
                id=streams.file_system_id,
                arn=streams.file_system_arn,
                security_group_id=streams.security_group_id,
                access_point_id=streams.access_point_ids[LIVE],
                access_point_arn=streams.access_point_arns[LIVE],
                port=streams.port,
            ),
            kms_key_arn=cell.kms_key_arn,
            log_bucket=cell.log_bucket.bucket_name,
            required_header=header,
            ingest_password=ingest_password,
            previous_passwords=previous_passwords,
            sizing=Sizing(load=wanted.servers, peak=wanted.peak),
            instance_types=wanted.instance_types,
            region=cell.region,
            tags=cell.tier_tags("streaming"),
            retain_data=cell.retain_data,
            spot_servers=wanted.spot,
            warm_servers=wanted.warm,
            megabits=wanted.megabits,
            keep_minutes=wanted.keep_minutes,
            certificate_arn=certificate.certificate_arn if certificate else None,
            ipv6=cell.ipv6,
            image=image or AL2023_ARM64,
            log_days=cell.log_days,
            alarms=cell.alarms_of("streaming"),
            after=cell.network.public_routing,
        ),
        cell.child,
    )
    cell.allow_aws_apis("streaming", tier.security_group_id)
    cell.monitor(tier)
    # A lack of Spot capacity is for an operator to know; on-demand servers serve the viewers.
    label, spot = tier.pulumi_resource_name.removeprefix(f"{cell.code}-"), f"{tier.pulumi_resource_name}-spot"
    if spot in tier.alarms:
        cell.tier_alarms[label] = [alarm for name, alarm in tier.alarms.items() if name != spot]
        cell.tier_alarms[SPOT] = [tier.alarms[spot]]
    return tier
