"""Connections to on-premises networks: Direct Connect connections and VPN tunnels at transit and VPN gateways."""

from __future__ import annotations

from typing import Final

from ha_policy.graph import Node
from ha_policy.proof import model
from ha_policy.proof.entry_points.region_names import RegionNames
from ha_policy.proof.entry_points.twins import Found, merged
from ha_policy.proof.model import EntryPoint, Failover, Series, Unknown
from ha_policy.proof.request_paths.builder import PathBuilder

GATEWAYS: Final = {"ec2transitgateway/transitGateway": "transitGatewayId", "ec2/vpnGateway": "vpnGatewayId"}
"""Gateways at which connections end, and the property by which a VPN connection refers to them."""
UNREACHED: Final = "the lost Region's networks are not reached"


class OnPremises:
    """Builds connections. Connections in several Regions whose names differ only in the Region are one entry point."""

    def __init__(self, builder: PathBuilder) -> None:
        self.ctx, self.graph = builder.ctx, builder.graph
        self.regions = RegionNames(builder)

    def entry_points(self) -> list[EntryPoint]:
        """All gateways at which a Direct Connect connection or a VPN tunnel ends."""
        found: list[Found] = []
        for gateway in self.graph.of(*GATEWAYS):
            options = [*self._circuits(gateway), *self._tunnels(gateway, GATEWAYS[gateway.kind])]
            if options:
                transit = gateway.kind == "ec2transitgateway/transitGateway"
                hub = self.ctx.regional(gateway, "transit-gateway" if transit else None)
                steps = (self.ctx.step("detect", "BGP hold time runs out", "bgp-hold"),)
                recovery = self.ctx.recovery(f"{gateway.name} takes another way", steps)
                name = f"ways to {gateway.name}"
                ways = Failover(name, tuple(options), recovery, False, (), gateway.urn)
                whole = Series(gateway.name, (hub, *self._attachments(gateway), ways), gateway.urn)
                found.append(Found(self.regions.without_region(gateway.name), gateway, whole))
        return merged(self.ctx, "connection", UNREACHED, found)

    def _attachments(self, gateway: Node) -> list[model.Part]:
        """The attachments of this stack's VPCs to a transit gateway: a network interface in each of their zones.

        What runs in a VPC of somebody else's is on no path of this stack.
        """
        kind = "ec2transitgateway/vpcAttachment"
        attached = self.graph.referrers(gateway, kind, "transitGatewayId", gateway.kind).nodes
        found = [n for n in attached if self.graph.refs(n, "vpcId", "ec2/vpc").nodes]
        self.ctx.on_path |= {n.urn for n in found}
        return [self.ctx.node_per_zone(n, "endpoint", "network interface") for n in found]

    def _circuits(self, gateway: Node) -> list[model.Part]:
        """The Direct Connect connections as one group: their SLA is one figure for the whole topology."""
        lines = self._lines(gateway)
        if not lines:
            return []
        circuits = tuple(self._circuit(n) for n in lines)
        places = {str(n.raw("location") or n.raw("connectionsLocation")) for n in lines}
        steps = (self.ctx.step("detect", "BGP hold time runs out", "bgp-hold"),)
        sla = (
            "direct-connect-single" if len(places) < 2
            else "direct-connect-redundant" if len(lines) >= 4
            else "direct-connect-two-sites"
        )  # fmt: skip
        recovery = self.ctx.recovery(f"{gateway.name} takes another circuit", steps)
        name = f"Direct Connect to {gateway.name}"
        return [Failover(name, circuits, recovery, False, (), gateway.urn, self.ctx.service(sla, gateway))]

    def _lines(self, gateway: Node) -> list[Node]:
        found: dict[str, Node] = {}
        for link in self.graph.referrers(
            gateway, "directconnect/gatewayAssociation", "associatedGatewayId", gateway.kind
        ).nodes:
            for world in self.graph.refs(link, "dxGatewayId", "directconnect/gateway").nodes:
                for kind in ("transitVirtualInterface", "privateVirtualInterface"):
                    for face in self.graph.referrers(world, f"directconnect/{kind}", "dxGatewayId", world.kind).nodes:
                        for line in self.graph.refs(
                            face, "connectionId", "directconnect/connection", "directconnect/linkAggregationGroup"
                        ).nodes:
                            found[line.urn] = line
        return list(found.values())

    def _circuit(self, line: Node) -> model.Part:
        place = line.raw("location") or line.raw("connectionsLocation")
        self.ctx.on_path.add(line.urn)
        own = self.ctx.component(line.urn, line.name, "connection", line, region="")
        if not isinstance(place, str):
            return Series(line.name, (own, Unknown(f"location of {line.name}", "not known", line.urn)), line.urn)
        at = self.ctx.component(f"location {place}", f"Direct Connect location {place}", "location", region="")
        return Series(line.name, (own, at), line.urn)

    def _tunnels(self, gateway: Node, path: str) -> list[model.Part]:
        found: list[model.Part] = []
        for vpn in self.graph.referrers(gateway, "ec2/vpnConnection", path, gateway.kind).nodes:
            self.ctx.on_path.add(vpn.urn)
            ends = tuple(
                self.ctx.component(f"{vpn.urn}#{i}", f"tunnel {i} of {vpn.name}", "tunnel", vpn) for i in (1, 2)
            )
            found.append(Failover(vpn.name, ends, None, False, (), vpn.urn, model.Service("vpn", vpn.urn)))
        return found
