"""A transit gateway with a route table per role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.arns import region_of
from components.tags import named
from components.tiers.arguments import TierArgs
from components.tiers.network.address_plan import check_no_overlap
from components.tiers.network.peering import RouteAlias

MIN_ZONES = 2
DROPPED_PACKETS = 100
"""Packets without a route in 5 minutes; a change of routes drops fewer."""


@dataclass(frozen=True, kw_only=True)
class TransitGatewayVpc:
    """A VPC on the transit gateway.

    subnet_ids: zone -> subnet, one for every zone that sends traffic: the gateway serves only zones in which it is
    attached. appliance_mode: keep both directions of a flow in one zone, for a VPC with stateful inspection.

    Raises ValueError if there are fewer than two zones.
    """

    vpc_id: pulumi.Input[str]
    cidr: str
    subnet_ids: Mapping[str, pulumi.Input[str]]
    appliance_mode: bool = False

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < MIN_ZONES:
            raise ValueError(
                f"subnet_ids={list(self.subnet_ids)}: one zone is a single point of failure; give 2 or more"
            )


@dataclass(frozen=True, kw_only=True)
class TransitGatewayArgs(TierArgs):
    """Inputs of `TransitGateway`.

    workload: the VPC of this architecture. shared: label -> VPCs with shared services; they reach the workload but not
    each other. route_table_ids: label -> the workload's route tables. remote_cidrs: label -> other ranges behind the
    gateway, such as on-premises ranges. route_aliases: label of shared or remote_cidrs -> routes that those to it take
    over. asn: private BGP ASN of the AWS side; different from the Direct Connect gateway's.

    Raises ValueError if ranges overlap or nothing is behind the gateway.
    """

    workload: TransitGatewayVpc
    route_table_ids: Mapping[str, pulumi.Input[str]]
    shared: Mapping[str, TransitGatewayVpc] = field(default_factory=dict[str, TransitGatewayVpc])
    remote_cidrs: Mapping[str, str] = field(default_factory=dict[str, str])
    route_aliases: Mapping[str, RouteAlias] = field(default_factory=dict[str, RouteAlias])
    asn: int = 64512

    def __post_init__(self) -> None:
        behind = {**{label: spoke.cidr for label, spoke in self.shared.items()}, **self.remote_cidrs}
        if not behind:
            raise ValueError("shared={}: nothing is behind the gateway; give shared VPCs or remote_cidrs")
        if len(behind) != len(self.shared) + len(self.remote_cidrs):
            raise ValueError("remote_cidrs: a label of shared is used again; name them apart")
        check_no_overlap({"workload": self.workload.cidr, **behind})


TYPE = "ha:tier:Transit"


def _route_name(gateway: str, what: str, label: str) -> str:
    return f"{gateway}-to-{what}-{label}"


def gateway_route(name: str, what: str, parent: pulumi.Resource | None = None) -> RouteAlias:
    """The routes to ``what`` of the `TransitGateway` called ``name`` in ``parent``, for a connection that takes its
    place; without a parent, for other routes of the same gateway.
    """
    if parent is None:
        return lambda label: pulumi.Alias(name=_route_name(name, what, label))
    gateway = pulumi.create_urn(name, TYPE, parent)
    return lambda label: pulumi.Alias(name=_route_name(name, what, label), parent=gateway)


class TransitGateway(pulumi.ComponentResource):
    """A transit gateway with an attachment in every zone and one route table per role: workload, shared, edge.

    On-premises networks reach the workload but not the shared services, and shared VPCs do not reach each other,
    because the route tables have no such routes. Children: {name}-gateway, {name}-attach-{vpc}, {name}-routes-{role},
    associations and propagations, {name}-to-{what}-{route table}.
    """

    transit_gateway_id: pulumi.Output[str]
    workload_route_table_id: pulumi.Output[str]
    edge_route_table_id: pulumi.Output[str]

    def __init__(self, name: str, args: TransitGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TYPE, name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        gateway = aws.ec2transitgateway.TransitGateway(
            f"{name}-gateway",
            description=name,
            amazon_side_asn=args.asn,
            auto_accept_shared_attachments="disable",
            default_route_table_association="disable",
            default_route_table_propagation="disable",
            dns_support="enable",
            vpn_ecmp_support="enable",
            security_group_referencing_support="enable",
            tags=named(args.tags, name),
            opts=self._child,
        )
        tables = {
            role: aws.ec2transitgateway.RouteTable(
                f"{name}-routes-{role}",
                transit_gateway_id=gateway.id,
                tags=named(args.tags, f"{name}-{role}"),
                opts=self._child,
            )
            for role in ("workload", "shared", "edge")
        }
        workload = self._attach("workload", args.workload, gateway)
        associate(f"{name}-workload", workload.id, tables["workload"].id, self._child)
        for role in ("shared", "edge"):
            propagate(f"{name}-workload-{role}", workload.id, tables[role].id, self._child)
        for label, spoke in args.shared.items():
            attachment = self._attach(label, spoke, gateway)
            associate(f"{name}-{label}", attachment.id, tables["shared"].id, self._child)
            propagate(f"{name}-{label}-workload", attachment.id, tables["workload"].id, self._child)
        behind = {**{label: spoke.cidr for label, spoke in args.shared.items()}, **args.remote_cidrs}
        for what, cidr in behind.items():
            for label, table in args.route_table_ids.items():
                alias = args.route_aliases.get(what)
                aws.ec2.Route(
                    _route_name(name, what, label),
                    route_table_id=table,
                    destination_cidr_block=cidr,
                    transit_gateway_id=gateway.id,
                    # A VPC's route table can point to the gateway only once the VPC is attached.
                    opts=pulumi.ResourceOptions(
                        parent=self, depends_on=[workload], aliases=[alias(label)] if alias else None
                    ),
                )
        self.transit_gateway_id = gateway.id
        self.workload_route_table_id, self.edge_route_table_id = tables["workload"].id, tables["edge"].id
        where: dict[str, pulumi.Input[str]] = {"TransitGateway": gateway.id}
        lost = Metric(
            namespace="AWS/TransitGateway",
            name="PacketDropCountNoRoute",
            dimensions=where,
            statistic="Sum",
            period=5 * MINUTE,
        )
        alarm = Alarm(
            metric=lost,
            threshold=DROPPED_PACKETS,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # nothing dropped, or nothing sent
            description=f"{name}: packets are dropped for want of a route",
            periods=3,
        )
        self.alarms = {"no-route": metric_alarm(f"{name}-no-route", alarm, args.alarms, self._child)}
        passed = [
            Metric(namespace="AWS/TransitGateway", name=which, dimensions=where, statistic="Sum", period=5 * MINUTE)
            for which in ("BytesIn", "BytesOut")
        ]
        self.widgets = [widget(f"{name} traffic", region_of(gateway.arn), [*passed, lost])]
        self.register_outputs({"transitGatewayId": self.transit_gateway_id})

    def _attach(
        self, label: str, spoke: TransitGatewayVpc, gateway: aws.ec2transitgateway.TransitGateway
    ) -> aws.ec2transitgateway.VpcAttachment:
        return aws.ec2transitgateway.VpcAttachment(
            f"{self._prefix}-attach-{label}",
            transit_gateway_id=gateway.id,
            vpc_id=spoke.vpc_id,
            subnet_ids=list(spoke.subnet_ids.values()),
            appliance_mode_support="enable" if spoke.appliance_mode else "disable",
            dns_support="enable",
            security_group_referencing_support="enable",
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            tags=named(self._args.tags, f"{self._prefix}-{label}"),
            opts=self._child,
        )


def associate(
    name: str, attachment_id: pulumi.Input[str], table_id: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> aws.ec2transitgateway.RouteTableAssociation:
    """Associate an attachment with the route table that routes its incoming traffic. Resource: {name}-association."""
    return aws.ec2transitgateway.RouteTableAssociation(
        f"{name}-association",
        transit_gateway_attachment_id=attachment_id,
        transit_gateway_route_table_id=table_id,
        opts=opts,
    )


def propagate(
    name: str, attachment_id: pulumi.Input[str], table_id: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> aws.ec2transitgateway.RouteTablePropagation:
    """Let the route table learn the routes behind an attachment. Resource: {name}-propagation."""
    return aws.ec2transitgateway.RouteTablePropagation(
        f"{name}-propagation",
        transit_gateway_attachment_id=attachment_id,
        transit_gateway_route_table_id=table_id,
        opts=opts,
    )
