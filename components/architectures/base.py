"""The base class of the architectures: cells, tags and stack outputs."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.architectures.cell import PRESET_TAG, Cell, CellArgs
from components.architectures.deletion_protection import protection_transformations
from components.architectures.regions import Providers
from components.settings.cells import CellSettings
from components.settings.model import Settings
from components.tags import stack_tags
from components.tiers.governance.kms import KeyUse


def preset_of(settings: Settings) -> str:
    """The policy pack's preset for a stack: the strictest that it passes.

    Pods join target groups by manifests, which the pack does not see, and ``regulated`` takes what cannot be told for a
    violation.
    """
    if not settings.production:
        return "baseline"
    return "regulated" if settings.fargate else "production"


class Architecture(pulumi.ComponentResource):
    """An architecture in one Region or two. Children: a cell per Region, and resources that span Regions.

    primary: the cell of ``region``. standby: the cell of ``standbyRegion``, or None. outputs: the stack's outputs.
    resources: itself and everything below it, as it is created.
    """

    primary: Cell
    standby: Cell | None
    outputs: dict[str, pulumi.Input[object]]
    resources: list[pulumi.Resource]

    def __init__(
        self,
        kind: str,
        settings: Settings,
        providers: Providers,
        *,
        key_uses: frozenset[KeyUse] = frozenset(),
        peer_cidrs: Sequence[str] = (),
    ) -> None:
        """providers: of the Regions. key_uses: services that use the cells' keys, besides the usual ones. peer_cidrs:
        IPv4 ranges behind private connections, which the network ACLs allow.
        """
        self.resources = []
        each = pulumi.ResourceOptions(transformations=[*protection_transformations(settings), self._note])
        super().__init__(f"ha:arch:{kind}", settings.scenario, None, each)
        self.settings = settings
        self.child = pulumi.ResourceOptions(parent=self)
        self.tags = stack_tags(
            project=pulumi.get_project(),
            scenario=settings.scenario,
            stack=pulumi.get_stack(),
            extra={**settings.tags, PRESET_TAG: preset_of(settings)},
        )
        self._key_uses, self._peer_cidrs = key_uses, peer_cidrs
        self.primary = self._cell(settings.primary, providers)
        self.standby = self._cell(settings.standby, providers) if settings.standby else None
        self.outputs = {}
        for role, cell in self.cells.items():
            self.outputs |= {
                f"{role}Region": cell.region,
                f"{role}VpcId": cell.network.vpc_id,
                f"{role}AlarmTopicArn": cell.topic_arn,
            }

    def _note(self, made: pulumi.ResourceTransformationArgs) -> None:
        self.resources.append(made.resource)

    @property
    def cells(self) -> dict[str, Cell]:
        """The cells by role: ``primary`` and, if there is one, ``standby``."""
        return {"primary": self.primary, **({"standby": self.standby} if self.standby else {})}

    def _cell(self, where: CellSettings, providers: Providers) -> Cell:
        settings = self.settings
        return Cell(
            CellArgs(
                scenario=settings.scenario,
                settings=where,
                provider=providers.aws[where.region],
                awsx_provider=providers.awsx,
                tags=self.tags,
                production=settings.production,
                preset=preset_of(settings),
                retain_data=settings.keep_data,
                nat_mode=settings.nat_mode,
                ipv6=settings.ipv6,
                interface_endpoints=settings.interface_endpoints,
                alarm_email=settings.alarm_email,
                peer_cidrs=[*(cell.vpc_cidr for cell in settings.cells if cell is not where), *self._peer_cidrs],
                key_uses=self._key_uses,
                primary_key_arn=self.primary.kms_key_arn if where is settings.standby else None,
            ),
            self.child,
        )
