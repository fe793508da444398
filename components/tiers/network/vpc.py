"""The network of a Region: a VPC in two or three Availability Zones, none of which depends on another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components.alarms import widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.network.acls import NetworkAclArgs, network_acls
from components.tiers.network.address_plan import ipv6_subnet, plan_zones
from components.tiers.network.endpoints import gateway_endpoints, interface_endpoints
from components.tiers.network.flow_logs import flow_logs
from components.tiers.network.nat import NatMode, nat_gateways, nat_metric

Kind = Literal["public", "private", "isolated"]
KINDS: tuple[Kind, ...] = ("public", "private", "isolated")
ALL_IPV4, ALL_IPV6 = "0.0.0.0/0", "::/0"
MIN_ZONES, MAX_ZONES = 2, 3
CLIENT_PORTS = (80, 443)
"""HTTP and HTTPS."""


@dataclass(frozen=True, kw_only=True)
class VpcArgs(EncryptedTierArgs):
    """Inputs of `Vpc`.

    region: the provider's Region. vpc_cidr: private IPv4 range, /16 to /20. zones: names of 2 or 3 zones. nat_mode:
    ``zonal`` creates a NAT gateway in every zone, ``regional`` one gateway that AWS spreads over the zones (EC2
    CreateNatGateway AvailabilityMode). ipv6: add an Amazon-provided IPv6 block. endpoint_services: service names as in
    ``com.amazonaws.<region>.<service>``. trusted_cidrs: IPv4 ranges of peers that the network ACLs allow. client_ports:
    TCP ports open to the internet. flow_log_days: retention of the flow logs, days (values of CloudWatch Logs
    PutRetentionPolicy).

    Raises ValueError if there are not 2 or 3 distinct zones, or if the range does not fit the address plan.
    """

    region: str
    vpc_cidr: str
    zones: tuple[str, ...]
    nat_mode: NatMode = "zonal"
    ipv6: bool = False
    endpoint_services: Sequence[str] = ()
    trusted_cidrs: Sequence[str] = ()
    client_ports: Sequence[int] = CLIENT_PORTS
    flow_log_days: int = 30

    def __post_init__(self) -> None:
        if len(set(self.zones)) != len(self.zones) or not MIN_ZONES <= len(self.zones) <= MAX_ZONES:
            raise ValueError(f"zones={self.zones}: one zone is a single point of failure; give 2 or 3 distinct zones")
        plan_zones(self.vpc_cidr, self.zones)


class Vpc(pulumi.ComponentResource):
    """A VPC with subnets, internet and NAT gateways, route tables, network ACLs, flow logs and VPC endpoints.

    Children: {name}-vpc, {name}-{kind}-{zone} subnets and route tables (one public table for all), {name}-nat-{zone}.

    *_subnet_ids: by zone. Public subnets are for load balancers and NAT gateways. Private subnets reach the internet
    through their own zone's NAT gateway. Isolated subnets have no route out of the VPC, not even to gateway endpoints.
    public_routing, private_routing: resources that must exist before something in these subnets can be reached or can
    reach the internet; use them in ``depends_on``. endpoints_security_group_id: security group of the interface
    endpoints, if any; it must allow port 443 from each caller.
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: dict[str, pulumi.Output[str]]
    private_subnet_ids: dict[str, pulumi.Output[str]]
    isolated_subnet_ids: dict[str, pulumi.Output[str]]
    route_table_ids: dict[Kind, dict[str, pulumi.Output[str]]]
    endpoints_security_group_id: pulumi.Output[str] | None
    public_routing: tuple[pulumi.Resource, ...]
    private_routing: tuple[pulumi.Resource, ...]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: VpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Network", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.zones, self.vpc_cidr, self.ipv6 = args.zones, args.vpc_cidr, args.ipv6
        self.vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.vpc_cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,  # private DNS of interface endpoints needs both
            assign_generated_ipv6_cidr_block=True if args.ipv6 else None,
            tags=named(args.tags, name),
            opts=self._child,
        )
        self.vpc_id = self.vpc.id
        # Manages the default security group that AWS creates with the VPC, without any rule: a resource without a
        # security group of its own gets no traffic.
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default", vpc_id=self.vpc.id, tags=named(args.tags, f"{name}-default-unused"), opts=self._child
        )
        ids: dict[Kind, dict[str, pulumi.Output[str]]] = {
            kind: {zone: self._subnet(kind, zone).id for zone in args.zones} for kind in KINDS
        }
        self.public_subnet_ids, self.private_subnet_ids = ids["public"], ids["private"]
        self.isolated_subnet_ids = ids["isolated"]
        self.route_table_ids = {}

        gateway = aws.ec2.InternetGateway(
            f"{name}-igw", vpc_id=self.vpc.id, tags=named(args.tags, name), opts=self._child
        )
        self.public_routing = (gateway, *self._public_routes(gateway))
        nats, self.alarms = nat_gateways(
            name,
            mode=args.nat_mode,
            vpc_id=self.vpc.id,
            public_subnet_ids=self.public_subnet_ids,
            internet_gateway=gateway,
            tags=args.tags,
            alarms=args.alarms,
            parent=self,
        )
        self.private_routing = self._private_routes(nats)
        self._isolated_routes()

        own_ipv6 = self.vpc.ipv6_cidr_block if args.ipv6 else None
        acls = NetworkAclArgs(
            vpc_id=self.vpc.id,
            own=[args.vpc_cidr, *args.trusted_cidrs],
            own_ipv6=own_ipv6,
            client_ports=args.client_ports,
            tags=args.tags,
        )
        network_acls(name, acls, {kind: list(ids[kind].values()) for kind in KINDS}, self._child)
        flow_logs(
            name,
            self.vpc,
            kms_key_arn=args.kms_key_arn,
            retention_days=args.flow_log_days,
            tags=args.tags,
            opts=self._child,
        )
        gateway_endpoints(
            name, self.vpc, args.region, list(self.route_table_ids["private"].values()), args.tags, self._child
        )
        endpoints = interface_endpoints(
            name, self.vpc, args.region, args.endpoint_services, ids["private"], args.tags, self._child
        )
        self.endpoints_security_group_id = endpoints.id if endpoints else None
        gateways = list(dict.fromkeys(nats.values()))
        plotted = [nat_metric(nat.id, m) for nat in gateways for m in ("BytesOutToDestination", "ErrorPortAllocation")]
        self.widgets = [widget(f"{name} NAT gateways", args.region, plotted)]
        self.register_outputs({"vpcId": self.vpc_id, **{f"{kind}SubnetIds": ids[kind] for kind in KINDS}})

    def _subnet(self, kind: Kind, zone: str) -> aws.ec2.Subnet:
        plan = plan_zones(self._args.vpc_cidr, self._args.zones)[zone]
        block = self.vpc.ipv6_cidr_block.apply(lambda b: ipv6_subnet(b, zone, kind)) if self.ipv6 else None
        return aws.ec2.Subnet(
            f"{self._prefix}-{kind}-{zone}",
            vpc_id=self.vpc.id,
            availability_zone=zone,
            cidr_block=getattr(plan, kind),
            ipv6_cidr_block=block,
            assign_ipv6_address_on_creation=True if self.ipv6 else None,
            map_public_ip_on_launch=False,
            tags={**named(self._args.tags, f"{self._prefix}-{kind}-{zone}"), "Subnet": kind},
            opts=self._child,
        )

    def _table(self, kind: Kind, zone: str | None) -> aws.ec2.RouteTable:
        name = f"{self._prefix}-{kind}-{zone}" if zone else f"{self._prefix}-{kind}"
        return aws.ec2.RouteTable(name, vpc_id=self.vpc.id, tags=named(self._args.tags, name), opts=self._child)

    def _associate(self, kind: Kind, tables: Mapping[str, aws.ec2.RouteTable]) -> list[pulumi.Resource]:
        self.route_table_ids[kind] = {zone: table.id for zone, table in tables.items()}
        subnets = getattr(self, f"{kind}_subnet_ids")
        return [
            aws.ec2.RouteTableAssociation(
                f"{self._prefix}-{kind}-{zone}", subnet_id=subnets[zone], route_table_id=table.id, opts=self._child
            )
            for zone, table in tables.items()
        ]

    def _public_routes(self, gateway: aws.ec2.InternetGateway) -> list[pulumi.Resource]:
        table = self._table("public", None)
        routes: list[pulumi.Resource] = [
            aws.ec2.Route(
                f"{self._prefix}-public-out",
                route_table_id=table.id,
                destination_cidr_block=ALL_IPV4,
                gateway_id=gateway.id,
                opts=self._child,
            )
        ]
        if self.ipv6:
            routes.append(
                aws.ec2.Route(
                    f"{self._prefix}-public-out6",
                    route_table_id=table.id,
                    destination_ipv6_cidr_block=ALL_IPV6,
                    gateway_id=gateway.id,
                    opts=self._child,
                )
            )
        return [*routes, *self._associate("public", dict.fromkeys(self.zones, table))]

    def _private_routes(self, nats: Mapping[str, aws.ec2.NatGateway]) -> tuple[pulumi.Resource, ...]:
        egress = None
        if self.ipv6:
            egress = aws.ec2.EgressOnlyInternetGateway(
                f"{self._prefix}-egress6",
                vpc_id=self.vpc.id,
                tags=named(self._args.tags, self._prefix),
                opts=self._child,
            )
        tables = {zone: self._table("private", zone) for zone in self.zones}
        routes: list[pulumi.Resource] = []
        for zone, table in tables.items():
            routes.append(
                aws.ec2.Route(
                    f"{self._prefix}-private-out-{zone}",
                    route_table_id=table.id,
                    destination_cidr_block=ALL_IPV4,
                    nat_gateway_id=nats[zone].id,
                    opts=self._child,
                )
            )
            if egress:
                routes.append(
                    aws.ec2.Route(
                        f"{self._prefix}-private-out6-{zone}",
                        route_table_id=table.id,
                        destination_ipv6_cidr_block=ALL_IPV6,
                        egress_only_gateway_id=egress.id,
                        opts=self._child,
                    )
                )
        return (*routes, *self._associate("private", tables))

    def _isolated_routes(self) -> None:
        self._associate("isolated", {zone: self._table("isolated", zone) for zone in self.zones})
