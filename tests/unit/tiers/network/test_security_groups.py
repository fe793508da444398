"""Rules that let one security group call another."""

import pulumi
import pulumi_aws as aws
import pytest

from components.tiers.network.security_groups import allow_traffic
from tests.support.graph import Graph, deploy

OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def allowed(*ports: int) -> Graph:
    def program() -> None:
        caller, called = (
            aws.ec2.SecurityGroup(name, vpc_id="vpc-0123456789abcdef0", description=name) for name in ("web", "db")
        )
        allow_traffic("web-db", caller=caller.id, called=called.id, ports=ports, tags={}, opts=pulumi.ResourceOptions())

    return deploy(program)


def test_the_caller_may_call_the_called_and_not_the_other_way_round() -> None:
    graph = allowed(5432, 6379)
    for port in (5432, 6379):
        out, into = graph.one(OUT, f"web-db-{port}-out"), graph.one(IN, f"web-db-{port}-in")
        assert [g.name for g in graph.referred(out, "securityGroupId")] == ["web"]
        assert [g.name for g in graph.referred(out, "referencedSecurityGroupId")] == ["db"]
        assert [g.name for g in graph.referred(into, "securityGroupId")] == ["db"]
        assert [g.name for g in graph.referred(into, "referencedSecurityGroupId")] == ["web"]
        for rule in (out, into):
            assert (rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("tcp", port, port)
    assert len(graph.of(OUT)) == len(graph.of(IN)) == 2


@pytest.mark.parametrize("port", [1, 65535])
def test_the_first_and_the_last_port_are_ports(port: int) -> None:
    assert allowed(port).one(IN).inputs["fromPort"] == port


def test_a_port_on_which_nothing_listens_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing listens on TCP port 0"):
        allow_traffic("a-b", caller="sg-1", called="sg-2", ports=[0], tags={}, opts=pulumi.ResourceOptions())
