"""VPC endpoints: gateway endpoints on every private table, interface endpoints in every zone."""

from tests.unit.tiers.network.vpc import ZONES, network


def test_gateway_endpoints_are_on_every_private_table() -> None:
    graph = network()
    endpoints = graph.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert [e.inputs["serviceName"] for e in endpoints] == [
        "com.amazonaws.us-west-2.dynamodb",
        "com.amazonaws.us-west-2.s3",
    ]
    for endpoint in endpoints:
        assert endpoint.inputs["vpcEndpointType"] == "Gateway"
        assert {t.name for t in graph.referred(endpoint, "routeTableIds")} == {f"net-private-{z}" for z in ZONES}


def test_interface_endpoints_stand_in_every_zone_behind_a_group_that_lets_nobody_in_by_itself() -> None:
    graph = network(endpoint_services=["ecr.api", "kms"])
    for service in ("ecr.api", "kms"):
        endpoint = graph.one("aws:ec2/vpcEndpoint:VpcEndpoint", f"net-{service}")
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert {s.inputs["availabilityZone"] for s in graph.referred(endpoint, "subnetIds")} == set(ZONES)
        assert [g.name for g in graph.referred(endpoint, "securityGroupIds")] == ["net-endpoints"]
    assert "ingress" not in graph.one("aws:ec2/securityGroup:SecurityGroup", "net-endpoints").inputs
    assert not graph.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")


def test_without_interface_endpoints_there_is_no_group_for_them() -> None:
    assert network().of("aws:ec2/securityGroup:SecurityGroup") == []
