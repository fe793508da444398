"""Connections to on-premises sites: Direct Connect at two or more locations, with a VPN over the internet as backup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Alarming, Metric, metric_alarm, widget
from components.arns import region_of
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.network.transit_gateway import associate, propagate

MIN_LOCATIONS = 2
"""Minimum number of Direct Connect locations for the resiliency level of its SLA (Direct Connect Resiliency Toolkit).
"""

JUMBO_MTU = 8500
"""MTU of a transit virtual interface, bytes (1500 or 8500)."""


@dataclass(frozen=True, kw_only=True)
class DirectConnectConnection:
    """A dedicated Direct Connect connection: a physical order that you pay for and complete with the location.

    location: code from DescribeLocations, such as ``EqDC2``. region: the one that the location belongs to, in which the
    connection is ordered; None: the provider's. Its Direct Connect gateway is global. vlan: 1-4094. router_asn: BGP ASN
    of the customer's router. router_address, amazon_address: /30 or /31 addresses of the BGP session, such as
    ``169.254.0.1/30``; None: AWS chooses them. bgp_key: Pulumi secret, 6-80 characters; None: AWS creates one. ready:
    whether the cross-connect is in place; the virtual interface cannot be created before.

    Raises ValueError if only one address is given.
    """

    location: str
    region: str | None = None
    bandwidth: str
    vlan: int
    router_asn: int
    router_address: str | None = None
    amazon_address: str | None = None
    bgp_key: pulumi.Input[str] | None = None
    ready: bool = False

    def __post_init__(self) -> None:
        if (self.router_address is None) != (self.amazon_address is None):
            raise ValueError("router_address: give both addresses of the BGP session or none")


@dataclass(frozen=True, kw_only=True)
class CustomerGateway:
    """A VPN device of the customer. address: public IPv4. asn: 1-2147483647 (EC2 CreateCustomerGateway BgpAsn).

    Raises ValueError if the address is not public.
    """

    address: str
    asn: int

    def __post_init__(self) -> None:
        if not IPv4Address(self.address).is_global:
            raise ValueError(f"address={self.address}: must be a public IPv4 address")


@dataclass(frozen=True, kw_only=True)
class OnPremisesArgs(StatefulTierArgs):
    """Inputs of `OnPremises`.

    transit_gateway_id, transit_asn, workload_route_table_id, edge_route_table_id: from `TransitGateway`. lines: Direct
    Connect connections; none, or at least two at different locations. routers: VPN devices, at least one, which are
    also the backup for Direct Connect. announced: IPv4 ranges of ours that are announced to the customer's routers.
    line_alarms: by Region, SNS topics for lines in other Regions than the provider's, since an alarm notifies topics of
    its own Region. gateway_asn: private ASN of the Direct Connect gateway, different from transit_asn. kms_key_arn:
    encrypts the tunnel logs (``KeyUse.LOGS``). retain_data: keep ordered connections on destroy.

    Raises ValueError if these contradict each other.
    """

    transit_gateway_id: pulumi.Input[str]
    transit_asn: int
    workload_route_table_id: pulumi.Input[str]
    edge_route_table_id: pulumi.Input[str]
    announced: Sequence[str]
    routers: Mapping[str, CustomerGateway]
    lines: Mapping[str, DirectConnectConnection] = field(default_factory=dict[str, DirectConnectConnection])
    line_alarms: Mapping[str, Alarming] = field(default_factory=dict[str, Alarming])
    gateway_asn: int = 64513
    log_days: int = 90

    def __post_init__(self) -> None:
        if self.gateway_asn == self.transit_asn:
            raise ValueError(f"gateway_asn={self.gateway_asn}: must differ from the transit gateway's")
        locations = {line.location for line in self.lines.values()}
        if self.lines and len(locations) < MIN_LOCATIONS:
            raise ValueError(f"lines={sorted(locations)}: one location is a single point of failure; give 2 or more")
        for label, asn in {
            **{label: router.asn for label, router in self.routers.items()},
            **{label: line.router_asn for label, line in self.lines.items()},
        }.items():
            if asn in (self.transit_asn, self.gateway_asn):
                raise ValueError(f"{label}: asn={asn} is a gateway's on AWS's side; BGP would take no route from it")
        if len({router.address for router in self.routers.values()}) < len(self.routers):
            raise ValueError(f"routers={sorted(self.routers)}: two have one address, of which EC2 makes one gateway")
        if not self.routers:
            raise ValueError("routers={}: nothing is left when the lines are cut; give at least one VPN device")
        if not self.announced:
            raise ValueError("announced=[]: the customer's routers would learn no route; give at least one range")


class OnPremises(pulumi.ComponentResource):
    """Direct Connect with a VPN as backup, both with BGP. A transit gateway prefers Direct Connect while it has routes
    from it.

    Children: {name}-dx-gateway, -dx-association, {name}-line-{label}, {name}-vif-{label}, {name}-router-{label},
    {name}-vpn-{label}, {name}-vpn-log, associations and propagations, alarms {name}-{label}-down,
    {name}-{label}-tunnel1-down, -tunnel2-down.
    """

    vpn_connection_ids: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: OnPremisesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:OnPremises", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
        plotted = self._direct_connect() if args.lines else []
        log = aws.cloudwatch.LogGroup(
            f"{name}-vpn-log",
            kms_key_id=args.kms_key_arn,
            retention_in_days=args.log_days,
            tags=dict(args.tags),
            opts=self._child,
        )
        tunnels = {label: self._vpn(label, router, log.arn) for label, router in args.routers.items()}
        self.vpn_connection_ids = {label: vpn.id for label, vpn in tunnels.items()}
        plotted += [metric for label, vpn in tunnels.items() for metric in self._tunnel_metrics(label, vpn)]
        self.widgets = [widget(f"{name}: lines and tunnels", region_of(args.kms_key_arn), plotted)]
        self.register_outputs({"vpnConnectionIds": self.vpn_connection_ids})

    def _route(self, label: str, attachment_id: pulumi.Input[str]) -> None:
        """Route both directions: incoming traffic uses the edge's route table, and the workload's route table learns
        the remote routes.
        """
        associate(f"{self._prefix}-{label}", attachment_id, self._args.edge_route_table_id, self._child)
        propagate(f"{self._prefix}-{label}", attachment_id, self._args.workload_route_table_id, self._child)

    def _direct_connect(self) -> list[Metric]:
        name, args = self._prefix, self._args
        gateway = aws.directconnect.Gateway(
            f"{name}-dx-gateway",
            name=f"{pulumi.get_stack()}-{name}"[:100],
            amazon_side_asn=str(args.gateway_asn),
            opts=self._child,
        )
        association = aws.directconnect.GatewayAssociation(
            f"{name}-dx-association",
            dx_gateway_id=gateway.id,
            associated_gateway_id=args.transit_gateway_id,
            allowed_prefixes=list(args.announced),
            opts=self._child,
        )
        self._route("dx", association.transit_gateway_attachment_id)
        plotted: list[Metric] = []
        for label, line in args.lines.items():
            connection = aws.directconnect.Connection(
                f"{name}-line-{label}",
                location=line.location,
                region=line.region,
                bandwidth=line.bandwidth,
                skip_destroy=args.retain_data,
                tags=named(args.tags, f"{name}-{label}"),
                opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
            )
            if not line.ready:
                continue  # nothing to route and nothing to alarm on yet
            aws.directconnect.TransitVirtualInterface(
                f"{name}-vif-{label}",
                region=line.region,
                connection_id=connection.id,
                dx_gateway_id=gateway.id,
                vlan=line.vlan,
                address_family="ipv4",
                bgp_asn=line.router_asn,
                bgp_auth_key=line.bgp_key,
                customer_address=line.router_address,
                amazon_address=line.amazon_address,
                mtu=JUMBO_MTU,
                tags=named(args.tags, f"{name}-{label}"),
                opts=self._child,
            )
            state = _state("AWS/DX", "ConnectionState", {"ConnectionId": connection.id})
            self._alarm_when_down(f"{label}-down", state, f"the line at {line.location} is down", line.region)
            if line.region is None:
                plotted.append(state)
        return plotted

    def _vpn(self, label: str, router: CustomerGateway, log_arn: pulumi.Output[str]) -> aws.ec2.VpnConnection:
        name, args = self._prefix, self._args
        device = aws.ec2.CustomerGateway(
            f"{name}-router-{label}",
            type="ipsec.1",
            ip_address=router.address,
            bgp_asn=str(router.asn),
            tags=named(args.tags, f"{name}-{label}"),
            opts=self._child,
        )
        vpn = aws.ec2.VpnConnection(
            f"{name}-vpn-{label}",
            type="ipsec.1",
            customer_gateway_id=device.id,
            transit_gateway_id=args.transit_gateway_id,
            static_routes_only=False,  # BGP, so that a failed tunnel withdraws its routes
            preshared_key_storage="SecretsManager",  # otherwise the keys would be in the Pulumi state
            tunnel1_ike_versions=["ikev2"],
            tunnel2_ike_versions=["ikev2"],
            tunnel1_startup_action="start",
            tunnel2_startup_action="start",
            tunnel1_dpd_timeout_action="restart",
            tunnel2_dpd_timeout_action="restart",
            tunnel1_log_options=aws.ec2.VpnConnectionTunnel1LogOptionsArgs(
                cloudwatch_log_options=aws.ec2.VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs(
                    log_enabled=True, log_group_arn=log_arn, log_output_format="json"
                )
            ),
            tunnel2_log_options=aws.ec2.VpnConnectionTunnel2LogOptionsArgs(
                cloudwatch_log_options=aws.ec2.VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs(
                    log_enabled=True, log_group_arn=log_arn, log_output_format="json"
                )
            ),
            tags=named(args.tags, f"{name}-{label}"),
            opts=self._child,
        )
        self._route(f"vpn-{label}", vpn.transit_gateway_attachment_id)
        return vpn

    def _tunnel_metrics(self, label: str, vpn: aws.ec2.VpnConnection) -> list[Metric]:
        plotted: list[Metric] = []
        for which, address in (("tunnel1", vpn.tunnel1_address), ("tunnel2", vpn.tunnel2_address)):
            state = _state("AWS/VPN", "TunnelState", {"TunnelIpAddress": address})
            self._alarm_when_down(f"{label}-{which}-down", state, f"{which} to {label} is down")
            plotted.append(state)
        return plotted

    def _alarm_when_down(self, what: str, state: Metric, text: str, region: str | None = None) -> None:
        """region: of the metric, if not the provider's. Such an alarm is not among `alarms`, since a composite alarm
        cannot name alarms of other Regions.
        """
        alarm = Alarm(
            metric=state,
            threshold=1,
            comparison="LessThanThreshold",
            missing="breaching",  # a connection that reports no metric is down
            description=f"{self._prefix}: {text}",
        )
        to = self._args.line_alarms.get(region, Alarming(tags=self._args.tags)) if region else self._args.alarms
        made = metric_alarm(f"{self._prefix}-{what}", alarm, to, self._child, region=region)
        if region is None:
            self.alarms[what] = made


def _state(namespace: str, name: str, dimensions: Mapping[str, pulumi.Input[str]]) -> Metric:
    """A metric that is 1 when up and 0 when down, reported at least every 5 minutes."""
    return Metric(namespace=namespace, name=name, dimensions=dimensions, statistic="Minimum", period=300)
