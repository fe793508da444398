"""Cases of the network rules."""

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v


def table(name: str, subnet: str, nat: str, **route: Any) -> tuple[Extra, ...]:
    """A route table of a subnet, with a default route to a NAT gateway."""
    return (
        ("ec2/routeTable", name, {"vpcId": "@vpc"}),
        ("ec2/routeTableAssociation", f"{name}-{subnet}", {"routeTableId": f"@{name}", "subnetId": f"@{subnet}"}),
        ("ec2/route", f"{name}-out", {
            "routeTableId": f"@{name}", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": f"@{nat}", **route}),
    )  # fmt: skip


def nat(name: str, subnet: str) -> Extra:
    """A zonal NAT gateway."""
    return ("ec2/natGateway", name, {"subnetId": f"@{subnet}"})


REGIONAL: Extra = ("ec2/natGateway", "nat", {"availabilityMode": "regional", "vpcId": "@vpc"})
SERVICE: Extra = ("ecs/service", "svc", {"networkConfiguration": {"subnets": ["@a", "@b"]}})
PRIVATE = {"vpcId": "@x", "availabilityZone": "us-west-2a"}


def inspected(subnet: str) -> tuple[Extra, ...]:
    """The way out of x through the endpoint of a Gateway Load Balancer in a subnet."""
    endpoint = {"vpcId": "@vpc", "vpcEndpointType": "GatewayLoadBalancer", "subnetIds": [subnet]}
    return (
        ("ec2/vpcEndpoint", "endpoint", endpoint),
        ("ec2/routeTable", "table", {"vpcId": "@vpc"}),
        (
            "ec2/route",
            "out",
            {"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "vpcEndpointId": "@endpoint"},
        ),
        ("ec2/routeTableAssociation", "link", {"routeTableId": "@table", "subnetId": "@x"}),
    )


def acl_entry(number: int, action: Any, **more: Any) -> dict[str, Any]:
    """An entry of a network ACL for all traffic."""
    whole = {"ruleNo": number, "action": action, "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0"}
    return {**whole, **more}


OPEN = [acl_entry(100, "allow")]

CASES = {
    "nacl-lets-traffic-through": Case(
        "ec2/networkAcl",
        ok=v(subnetIds=["@a"], ingress=OPEN, egress=OPEN),
        bad=v(subnetIds=["@a"], ingress=[acl_entry(90, "deny"), *OPEN], egress=OPEN),
        unknown=v(subnetIds=["@a"], ingress=[acl_entry(90, U), *OPEN], egress=OPEN),
        na=v(ingress=[], egress=[]),
    ),
    "inspection-own-az": Case(
        "ec2/subnet",
        ok=v(*inspected("@b"), availabilityZone="us-west-2b", vpcId="@vpc"),
        bad=v(*inspected("@a"), availabilityZone="us-west-2b", vpcId="@vpc"),
        unknown=v(*inspected("@a"), availabilityZone=U, vpcId="@vpc"),
        na=v(availabilityZone="us-west-2b", vpcId="@vpc"),
    ),
    "subnets-multi-az": Case(
        "batch/computeEnvironment",
        ok=v(computeResources={"type": "FARGATE", "subnets": ["@a", "@b"]}),
        bad=v(computeResources={"type": "FARGATE", "subnets": ["@a", "@a2"]}),
        unknown=v(computeResources={"type": "FARGATE", "subnets": ["@a", U]}),
        na=v(kind="transfer/server", endpointType="PUBLIC"),
    ),
    "vpc-subnets-multi-az": Case(
        "ec2/vpc",
        ok=v(("ec2/subnet", "p", {**PRIVATE}), ("ec2/subnet", "q", {"vpcId": "@x", "availabilityZone": "us-west-2b"})),
        bad=v(("ec2/subnet", "p", {**PRIVATE}), ("ec2/subnet", "q", {**PRIVATE})),
        unknown=v(("ec2/subnet", "p", {**PRIVATE}), ("ec2/subnet", "q", {"vpcId": "@x", "availabilityZone": U})),
        na=v(cidrBlock="10.1.0.0/16"),
    ),
    "nat-own-az": Case(
        "ec2/subnet",
        ok=v(nat("nat", "a"), *table("t", "x", "nat"), availabilityZone="us-west-2a"),
        bad=v(nat("nat", "b"), *table("t", "x", "nat"), availabilityZone="us-west-2a"),
        unknown=v(nat("nat", "b"), *table("t", "x", "nat"), availabilityZone=U),
        na=v(REGIONAL, availabilityZone="us-west-2a"),
    ),
    "nat-route-table-not-shared": Case(
        "ec2/routeTable",
        ok=v(nat("nat", "a"), *table("x", "a", "nat")[1:], vpcId="@vpc"),
        bad=v(
            nat("nat", "a"), *table("x", "a", "nat")[1:],
            ("ec2/routeTableAssociation", "more", {"routeTableId": "@x", "subnetId": "@b"}), vpcId="@vpc",
        ),
        unknown=v(
            nat("nat", "a"), *table("x", "a", "nat")[1:],
            ("ec2/routeTableAssociation", "more", {"routeTableId": "@x", "subnetId": U}), vpcId="@vpc",
        ),
        na=v(REGIONAL, *table("x", "a", "nat")[1:], vpcId="@vpc"),
    ),
    "nat-count": Case(
        "ec2/vpc",
        ok=v(
            ("ec2/subnet", "p", {**PRIVATE}), ("ec2/subnet", "q", {"vpcId": "@x", "availabilityZone": "us-west-2b"}),
            nat("n1", "a"), nat("n2", "b"), *table("t1", "p", "n1"), *table("t2", "q", "n2"),
        ),
        bad=v(
            ("ec2/subnet", "p", {**PRIVATE}), ("ec2/subnet", "q", {"vpcId": "@x", "availabilityZone": "us-west-2b"}),
            nat("n1", "a"), *table("t1", "p", "n1"), *table("t2", "q", "n1"),
        ),
        unknown=v(
            ("ec2/subnet", "p", {**PRIVATE}), ("ec2/subnet", "q", {"vpcId": "@x", "availabilityZone": U}),
            nat("n1", "a"), *table("t1", "p", "n1"), *table("t2", "q", "n1"),
        ),
        na=v(("ec2/subnet", "p", {**PRIVATE})),
    ),
    "nat-not-instance": Case(
        "ec2/routeTable",
        ok=v(nat("nat", "a"), *table("x", "a", "nat")[1:]),
        bad=v(
            ("ec2/instance", "box", {"subnetId": "@a"}),
            ("ec2/route", "r", {
                "routeTableId": "@x", "destinationCidrBlock": "0.0.0.0/0",
                "networkInterfaceId": "@box.primaryNetworkInterfaceId"}),
        ),
        unknown=v(routes=U),
        na=v(vpcId="@vpc"),
    ),
    "vpce-multi-az": Case(
        "ec2/vpcEndpoint",
        ok=v(vpcEndpointType="Interface", subnetIds=["@a", "@b"]),
        bad=v(vpcEndpointType="Interface", subnetIds=["@a"]),
        unknown=v(vpcEndpointType="Interface", subnetIds=U),
        na=v(vpcEndpointType="Gateway"),
    ),
    "vpce-in-every-workload-az": Case(
        "ec2/vpcEndpoint",
        ok=v(SERVICE, vpcEndpointType="Interface", vpcId="@vpc", subnetIds=["@a", "@b"]),
        bad=v(SERVICE, vpcEndpointType="Interface", vpcId="@vpc", subnetIds=["@a", "@c"]),
        unknown=v(SERVICE, vpcEndpointType="Interface", vpcId="@vpc", subnetIds=["@a", U]),
        na=v(vpcEndpointType="Interface", vpcId="@vpc", subnetIds=["@a"]),
    ),
    "tgw-attachment-every-az": Case(
        "ec2transitgateway/vpcAttachment",
        ok=v(SERVICE, vpcId="@vpc", subnetIds=["@a", "@b"]),
        bad=v(SERVICE, vpcId="@vpc", subnetIds=["@a"]),
        unknown=v(SERVICE, vpcId="@vpc", subnetIds=["@a", U]),
        na=v(vpcId="@vpc", subnetIds=["@a"]),
    ),
    "lambda-egress-per-az": Case(
        "lambda/function",
        ok=v(
            nat("n1", "a"), nat("n2", "b"), *table("t1", "a", "n1"), *table("t2", "b", "n2"),
            vpcConfig={"subnetIds": ["@a", "@b"]},
        ),
        bad=v(
            nat("n1", "a"), *table("t1", "a", "n1"), *table("t2", "b", "n1"), vpcConfig={"subnetIds": ["@a", "@b"]}
        ),
        unknown=v(vpcConfig={"subnetIds": ["@a", U]}),
        na=v(runtime="python3.13"),
    ),
    "netfw-multi-az": Case(
        "networkfirewall/firewall",
        ok=v(subnetMappings=[{"subnetId": "@a"}, {"subnetId": "@b"}]),
        bad=v(subnetMappings=[{"subnetId": "@a"}]),
        unknown=v(subnetMappings=[{"subnetId": "@a"}, {"subnetId": U}]),
    ),
    "netfw-protection": Case(
        "networkfirewall/firewall",
        ok=v(deleteProtection=True, subnetChangeProtection=True),
        bad=v(deleteProtection=True),
        unknown=v(deleteProtection=True, subnetChangeProtection=U),
    ),
    "resolver-multi-az": Case(
        "route53/resolverEndpoint",
        ok=v(ipAddresses=[{"subnetId": "@a"}, {"subnetId": "@b"}]),
        bad=v(ipAddresses=[{"subnetId": "@a"}, {"subnetId": "@a2"}]),
        unknown=v(ipAddresses=U),
    ),
    "dx-redundancy": Case(
        "directconnect/connection",
        ok=v(("directconnect/connection", "y", {"location": "EqSe2"}), location="EqDC2"),
        bad=v(("directconnect/connection", "y", {"location": "EqDC2"}), location="EqDC2"),
        unknown=v(location=U),
    ),
    "dx-vpn-backup": Case(
        "directconnect/gateway", ok=v(("ec2/vpnConnection", "vpn", {"type": "ipsec.1"})), bad=v(), unknown=None
    ),
    "egress-every-zone": Case(
        "ecs/service",
        ok=v(
            nat("n", "a"), *table("t1", "a", "n"), *table("t2", "b", "n"),
            networkConfiguration={"subnets": ["@a", "@b"]},
        ),
        bad=v(nat("n", "a"), *table("t1", "a", "n"), networkConfiguration={"subnets": ["@a", "@b"]}),
        unknown=v(nat("n1", "a"), *table("t1", "a", "n1"), networkConfiguration={"subnets": ["@a", U]}),
        na=v(launchType="EC2"),
    ),
    "vpn-two-devices": Case(
        "ec2/vpnConnection",
        ok=v(
            ("ec2/customerGateway", "one", {"type": "ipsec.1"}), ("ec2/customerGateway", "two", {"type": "ipsec.1"}),
            ("ec2/vpnConnection", "y", {"customerGatewayId": "@two"}), customerGatewayId="@one",
        ),
        bad=v(("ec2/customerGateway", "one", {"type": "ipsec.1"}), customerGatewayId="@one"),
        unknown=v(customerGatewayId=U),
    ),
}  # fmt: skip
