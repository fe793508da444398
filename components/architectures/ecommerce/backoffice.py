"""The back office: orders seen and changed by the shop's own people, on Elastic Beanstalk, off the Internet."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.cell import Cell
from components.architectures.ecommerce.data import Data
from components.packaging import backoffice_bundle
from components.settings.ecommerce import BackOfficeSettings
from components.settings.model import Domain
from components.tiers.beanstalk import Beanstalk, BeanstalkArgs
from components.tiers.buckets import DataBucket, DataBucketArgs
from components.tiers.certificate import Certificate

HTTP, HTTPS = 80, 443
RECORD_TTL = 60
"""Seconds that resolvers keep the back office's name."""


def back_office(
    cell: Cell,
    wanted: BackOfficeSettings,
    data: Data,
    *,
    certificate: Certificate | None,
    domain: Domain | None,
    remote_cidrs: Sequence[str],
) -> Beanstalk:
    """Component {code}-office, {code}-bundles for its versions; with a domain the name ``office-{code}.<domain>``.

    remote_cidrs: ranges behind private ways, let in besides those of the settings; nobody else is.
    """
    bundles = DataBucket(
        cell.name("bundles"),
        DataBucketArgs(
            kms_key_arn=cell.kms_key_arn,
            log_bucket=cell.log_bucket.bucket_name,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("office"),
            tags=cell.tier_tags("office"),
        ),
        cell.child,
    )
    cell.watch(bundles)
    orders = ["dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateItem"]
    office = Beanstalk(
        cell.name("office"),
        BeanstalkArgs(
            bundle=backoffice_bundle(),
            bucket=bundles.bucket_name,
            vpc_id=cell.network.vpc_id,
            instance_subnets=cell.network.private_subnet_ids,
            balancer_subnets=cell.network.private_subnet_ids,
            kms_key_arn=cell.kms_key_arn,
            solution_stack=wanted.platform,
            certificate_arn=certificate.certificate_arn if certificate else None,
            access_logs_bucket=cell.log_bucket.bucket_name,
            environment={"TABLE_NAME": data.tables["orders"].table_name},
            statements=[iam.allow(orders, data.table_arn("orders", cell), sid="Orders")],
            minimum=len(cell.zones),
            maximum=2 * len(cell.zones),
            log_days=cell.log_days,
            alarms=cell.alarms_of("office"),
            tags=cell.tier_tags("office"),
        ),
        cell.child,
    )
    cell.reach_aws("office", office.instance_security_group_id)
    cell.watch(office)
    for cidr in sorted({*wanted.allowed_cidrs, *remote_cidrs}):
        aws.vpc.SecurityGroupIngressRule(
            cell.name(f"office-from-{cidr.replace('/', '-')}"),
            security_group_id=office.balancer_security_group_id,
            ip_protocol="tcp",
            from_port=HTTPS if certificate else HTTP,
            to_port=HTTPS if certificate else HTTP,
            cidr_ipv4=cidr,
            description="The shop's people",
            tags=cell.tier_tags("office"),
            opts=cell.child,
        )
    if domain is not None:
        aws.route53.Record(
            cell.name("office-name"),
            zone_id=domain.zone_id,
            name=f"office-{cell.code}.{domain.name}",
            type="CNAME",
            ttl=RECORD_TTL,
            records=[office.url.apply(lambda url: url.rpartition("/")[2])],
            opts=cell.child,
        )
    return office


def address(cell: Cell, office: Beanstalk, domain: Domain | None) -> pulumi.Input[str]:
    """Where the back office is."""
    return office.url if domain is None else f"https://office-{cell.code}.{domain.name}"
