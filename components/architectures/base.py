"""What the architectures share: the guard against switching, the cells, and what the stack hands out."""

from collections.abc import Sequence

import pulumi

from components.architectures.cell import Cell, CellArgs
from components.architectures.guard import region_if_allowed
from components.settings import CellSettings, Settings
from components.tags import stack_tags
from components.tiers.encryption import KeyUse

PRESET_TAG = "ha:preset"
PRESETS = {False: "baseline", True: "production"}
"""What a stack asks of the policy pack, by whether its data is to be kept: whatever the stack is called."""


class Architecture(pulumi.ComponentResource):
    """A scenario in one Region or two. Children: a provider and a cell per Region, and what spans them.

    primary: the cell of ``region``. standby: the cell of ``standbyRegion``, or None. outputs: the stack's outputs.
    """

    primary: Cell
    standby: Cell | None
    outputs: dict[str, pulumi.Input[object]]

    def __init__(
        self,
        kind: str,
        settings: Settings,
        *,
        key_uses: frozenset[KeyUse] = frozenset(),
        peer_cidrs: Sequence[str] = (),
    ) -> None:
        """key_uses: services that use the cells' keys besides the usual. peer_cidrs: IPv4 ranges behind private ways
        out of the VPCs, let through the network ACLs.
        """
        super().__init__(f"ha:arch:{kind}", settings.scenario, None, None)
        self.settings = settings
        self.child = pulumi.ResourceOptions(parent=self)
        self.tags = stack_tags(
            project=pulumi.get_project(),
            scenario=settings.scenario,
            stack=pulumi.get_stack(),
            extra={**settings.tags, PRESET_TAG: PRESETS[settings.production]},
        )
        self._key_uses, self._peer_cidrs = key_uses, peer_cidrs
        allowed = region_if_allowed(settings)
        self.primary = self._cell(settings.primary, allowed)
        self.standby = None
        if settings.standby is not None:
            second = settings.standby
            self.standby = self._cell(second, allowed.apply(lambda _: second.region))
        self.outputs = {}
        for role, cell in self.cells.items():
            self.outputs |= {
                f"{role}Region": cell.region,
                f"{role}VpcId": cell.network.vpc_id,
                f"{role}AlarmTopicArn": cell.topic_arn,
            }

    @property
    def cells(self) -> dict[str, Cell]:
        """The cells by role: ``primary`` and, where there is one, ``standby``."""
        return {"primary": self.primary, **({"standby": self.standby} if self.standby else {})}

    def _cell(self, where: CellSettings, region: pulumi.Output[str]) -> Cell:
        settings = self.settings
        return Cell(
            CellArgs(
                scenario=settings.scenario,
                settings=where,
                region=region,
                tags=self.tags,
                retain_data=settings.production,
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
