"""The ledger and risk services, which operators and clients read, behind an internal load balancer."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.cell import Cell
from components.architectures.financial.data import SESSION_KEY, TRANSACTION_KEY, Data
from components.architectures.shared.services import Applications, RunningService, ServiceSpec, run_services
from components.settings.financial import FinancialServices
from components.tiers.containers.ecs_task import Workload
from components.tiers.data.dynamodb import Table
from components.tiers.load_balancing.internal import InternalLoadBalancer, InternalLoadBalancerArgs, ServiceRoute
from components.tiers.serverless.api_gateway import STAGE

READ_AND_KEEP = {"ledger": ["dynamodb:GetItem"], "risk": ["dynamodb:GetItem", "dynamodb:PutItem"]}
"""Permissions of a service on its table: the ledger service reads entries, and never writes them."""
STANDBY_TASKS = 1
LINK_HEALTH = "/health/link"
LINK_PRIORITY = 5
"""Before the services' rules."""


def tasks_of(wanted: FinancialServices, role: str) -> int:
    """Tasks of each service that must still run in a Region when a zone is gone."""
    return wanted.tasks if role == "primary" else min(wanted.tasks, STANDBY_TASKS)


class Services:
    """Components of a cell: {code}-inner (load balancer), {code}-inner-health (its answer), {code}-services (cluster),
    {code}-ledger, {code}-risk.

    host: the name in the load balancer's certificate, or its own name without a certificate.
    """

    def __init__(
        self,
        role: str,
        cell: Cell,
        data: Data,
        wanted: FinancialServices,
        *,
        certificate_arn: pulumi.Input[str] | None,
        host: str | None,
    ) -> None:
        self.balancer = InternalLoadBalancer(
            cell.name("inner"),
            InternalLoadBalancerArgs(
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.private_subnet_ids,
                certificate_arn=certificate_arn,
                access_logs_bucket=cell.log_bucket.bucket_name,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("inner"),
                tags=cell.tier_tags("inner"),
            ),
            cell.child,
        )
        cell.monitor(self.balancer)
        self.host: pulumi.Input[str] = host or self.balancer.dns_name
        kept: dict[str, tuple[Table, str]] = {
            "ledger": (data.transactions, TRANSACTION_KEY),
            "risk": (data.sessions, SESSION_KEY),
        }
        # The load balancer answers by itself, so that the VPC link has requests when no client reads.
        aws.lb.ListenerRule(
            cell.name("inner-health"),
            listener_arn=self.balancer.listener_arn,
            priority=LINK_PRIORITY,
            conditions=[{"path_pattern": {"values": [LINK_HEALTH, f"/{STAGE}{LINK_HEALTH}"]}}],
            actions=[
                {
                    "type": "fixed-response",
                    "fixed_response": {
                        "content_type": "application/json",
                        "message_body": '{"status": "ok"}',
                        "status_code": "200",
                    },
                }
            ],
            tags=cell.tier_tags("inner"),
            opts=cell.child,
        )
        applications = Applications(cell, wanted.image)
        self.services: dict[str, RunningService] = run_services(
            cell,
            {
                name: ServiceSpec(
                    workload=_workload(applications, cell, name, table, key),
                    route=ServiceRoute(
                        load_balancer=self.balancer,
                        paths=(f"/{name}", f"/{name}/*"),
                        priority=10 * place,
                        strip=f"/{STAGE}",
                    ),
                    capacity=tasks_of(wanted, role),
                    ceiling=wanted.most,
                )
                for place, (name, (table, key)) in enumerate(kept.items(), start=1)
            },
        )


def _workload(applications: Applications, cell: Cell, name: str, table: Table, key: str) -> Workload:
    through = {"StringEquals": {"kms:ViaService": f"dynamodb.{cell.region}.amazonaws.com"}}
    return applications.workload(
        f"payments.{name}",
        {"TABLE_NAME": table.table_name, "KEY_NAME": key},
        [
            iam.allow(READ_AND_KEEP[name], table.policy_arns_in(cell.region)[0], sid="Table"),
            iam.allow("kms:Decrypt", cell.kms_key_arn, sid="TableKey", conditions=through),
        ],
        cpu=256,
        memory=512,
    )
