"""The back office, where the shop's staff sees and changes orders: Elastic Beanstalk, not reachable from
the internet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.cell import Cell
from components.architectures.ecommerce.data import Data
from components.architectures.shared.bucket_replicas import monitor_with_replica, replica_in
from components.architectures.shared.edge import Edge
from components.arns import account_of, partition_of
from components.packaging import backoffice_bundle
from components.settings.ecommerce import BackOfficeSettings, LoginSettings
from components.settings.model import Domain
from components.tags import named
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.edge.acm import Certificate
from components.tiers.edge.route53 import alarm_health_check
from components.tiers.network.vpc import ALL_IPV4
from components.tiers.servers.beanstalk import Beanstalk, BeanstalkArgs, OidcLogin

HTTP, HTTPS = 80, 443
OFFICE = "office"
"""First label of the back office's DNS name."""
RECORD_TTL = 60
"""TTL of the back office's DNS records, seconds."""


def back_office(
    cell: Cell,
    wanted: BackOfficeSettings,
    data: Data,
    *,
    other: Cell | None,
    certificate: Certificate | None,
    remote_cidrs: Sequence[str],
    domain: Domain | None,
) -> Beanstalk:
    """Component {code}-office, and {code}-bundles for its versions, replicated to the Region of ``other``.

    certificate: for the name of `office_name`. remote_cidrs: ranges behind private connections, allowed besides those
    in the settings; nobody else has access.
    """
    bundles = DataBucket(
        cell.name("bundles"),
        DataBucketArgs(
            kms_key_arn=cell.kms_key_arn,
            replica=replica_in(other, "office"),
            log_bucket=cell.log_bucket.bucket_name,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("office"),
            tags=cell.tier_tags("office"),
        ),
        cell.child,
    )
    monitor_with_replica(cell, other, bundles)
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
            environment={
                "TABLE_NAME": data.tables["orders"].table_name,
                **({"HOSTS": f"{OFFICE}.{domain.name}"} if domain else {}),
                **_signed_by(cell, wanted.login),
            },
            login=OidcLogin(**vars(wanted.login)) if wanted.login else None,
            statements=[iam.allow(orders, data.table_arn("orders", cell), sid="Orders")],
            minimum=len(cell.zones),
            maximum=2 * len(cell.zones),
            log_days=cell.log_days,
            alarms=cell.alarms_of("office"),
            tags=cell.tier_tags("office"),
            after=cell.network.private_routing,
        ),
        cell.child,
    )
    cell.allow_aws_apis("office", office.instance_security_group_id)
    cell.monitor(office)
    if wanted.login:
        aws.vpc.SecurityGroupEgressRule(
            cell.name("office-login-https"),
            security_group_id=office.balancer_security_group_id,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=ALL_IPV4,
            description="The load balancer asks the identity provider who somebody is",
            tags=cell.tier_tags("office"),
            opts=cell.child,
        )
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
    return office


def _signed_by(cell: Cell, login: LoginSettings | None) -> dict[str, pulumi.Input[str]]:
    """What the application compares with what the load balancer says of a user. Elastic Beanstalk makes the load
    balancer with the environment, so its name is not known before: any of this account and Region counts.
    """
    if login is None:
        return {}
    key, service = cell.kms_key_arn, ":elasticloadbalancing:"
    ours = pulumi.Output.concat("arn:", partition_of(key), service, cell.region, ":", account_of(key))
    return {
        "BACKOFFICE_LOGIN_ISSUER": login.issuer,
        "BACKOFFICE_LOGIN_CLIENT_ID": login.client_id,
        "BACKOFFICE_LOGIN_LOAD_BALANCER": pulumi.Output.concat(ours, ":loadbalancer/app/"),
    }


def office_name(edge: Edge, domain: Domain, cells: Mapping[str, Cell], offices: Mapping[str, Beanstalk]) -> str:
    """``office.<domain>``: leads to the primary Region while its environment is healthy, else to the standby. By role.

    The load balancers are internal, so health checkers cannot reach them: the health check uses the environment's
    alarm. With one Region the record is a PRIMARY too, since Route 53 rejects records with different policies for one
    name, and an update deletes last.
    """
    name = f"{OFFICE}.{domain.name}"
    first: list[aws.route53.Record] = []
    for role, office in offices.items():
        code = cells[role].code
        tags = named(edge.tier_tags("office"), f"edge-office-{code}")
        check = alarm_health_check(f"edge-office-{code}", office.alarms["health"], cells[role].region, tags, edge.child)
        record = aws.route53.Record(
            f"edge-office-{code}",
            zone_id=domain.zone_id,
            name=name,
            type="CNAME",
            ttl=RECORD_TTL,
            records=[office.url.apply(lambda url: url.rpartition("/")[2])],
            set_identifier=cells[role].region,
            failover_routing_policies=[
                aws.route53.RecordFailoverRoutingPolicyArgs(type="PRIMARY" if role == "primary" else "SECONDARY")
            ],
            health_check_id=check.id,
            # Create the primary first: a secondary alone would answer, and in stacks of earlier releases the primary
            # may have no policy yet.
            opts=pulumi.ResourceOptions(parent=edge, depends_on=first),
        )
        first = first or [record]
    return name
