"""The financial-services architecture: a payment platform."""

from typing import Any

from components.architectures.base import Architecture
from components.architectures.financial.api import PaymentsApi, dns_names, host_of
from components.architectures.financial.connectivity import private_network
from components.architectures.financial.data import Data
from components.architectures.financial.operations import operate
from components.architectures.financial.processing import Processing
from components.architectures.financial.queues import settlement_queue
from components.architectures.financial.services import Services, tasks_of
from components.architectures.regions import Providers
from components.architectures.shared.availability import StatedAvailability, declare_availability
from components.architectures.shared.certificates import certificates
from components.architectures.shared.edge import Edge
from components.architectures.shared.operations import OPERATIONS_KEY_USES
from components.architectures.shared.services import code_paths
from components.settings.model import Settings
from components.tiers.governance.kms import KeyUse

SLA_FLOOR, SLA_FLOOR_OF_TWO_REGIONS = 99.81, 99.998
"""Percent; docs/availability.md says how they come about."""


class Financial(Architecture):
    """A payment platform in one Region or two: payments are accepted once and never lost.

    Each cell can handle a payment completely: API, processor, relay, settlement, services; the standby's is smaller.
    Data stores span both: global tables, a Global Database, replicated audit objects.
    """

    def __init__(self, settings: Settings, providers: Providers) -> None:
        wanted = settings.financial
        super().__init__(
            "Financial",
            settings,
            providers,
            key_uses=OPERATIONS_KEY_USES | {KeyUse.CONFIG},
            peer_cidrs=wanted.connectivity.remote_cidrs,
        )
        edge = Edge(self) if settings.domain else None
        certified = certificates(self)
        data = Data(self)
        queues = {role: (cell, settlement_queue(cell)) for role, cell in self.cells.items()}
        self.fronts: dict[str, PaymentsApi] = {}
        paths: list[dict[str, Any]] = []
        for role, cell in self.cells.items():
            processing = Processing(role, cell, data, wanted, queues)
            paths += processing.paths()
            certificate = certified.get(role)
            services = Services(
                role,
                cell,
                data,
                wanted.services,
                certificate_arn=certificate.certificate_arn if certificate else None,
                host=host_of(cell, settings.domain.name, "inner") if settings.domain else None,
            )
            paths += code_paths(role, services.services)
            # One API key is valid in both Regions, so that a client that fails over can use its own.
            first = self.fronts.get("primary")
            front = PaymentsApi(
                self, cell, processing, services, certificate, first.api.api_key_value if first else None
            )
            self.fronts[role] = front
            self.outputs |= {f"{role}ApiUrl": front.api.url, f"{role}HealthUrl": front.health_url}
        if edge:
            dns_names(self, edge, self.fronts)
        private_network(self, wanted.connectivity)
        operate(self, data, self.fronts, edge)
        primary = self.fronts["primary"]
        if primary.api.api_key_id is not None:
            self.outputs["apiKeyId"] = primary.api.api_key_id
        self.outputs |= {
            "transactionsTable": data.transactions.table_name,
            "auditBucket": data.audit.bucket_name,
            "ledgerEndpoint": data.ledger.endpoint,
        }
        if data.ledger.global_cluster_id is not None:
            self.outputs["ledgerGlobalCluster"] = data.ledger.global_cluster_id
        stated = StatedAvailability(
            alone=SLA_FLOOR,
            together=SLA_FLOOR_OF_TWO_REGIONS,
            load=[tasks_of(wanted.services, "primary")],
            standby_load=[tasks_of(wanted.services, "standby")],
            active_active=wanted.api.routing == "latency",
        )
        declare_availability(self, self.primary.name("api"), stated, paths)
        self.register_outputs(self.outputs)
