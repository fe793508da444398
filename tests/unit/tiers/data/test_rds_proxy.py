"""RDS Proxy: over all zones, IAM and TLS only, between callers and database."""

import json

from tests.support.graph import REGION
from tests.unit.tiers.data.rds import KEY, database, primary


def test_the_proxy_spans_all_zones_asks_for_iam_and_tls_and_reads_only_its_secret() -> None:
    graph = database(replica_zones=("us-west-2c",))
    proxy = graph.one("aws:rds/proxy:Proxy")
    assert proxy.inputs["engineFamily"] == "MYSQL"
    assert proxy.inputs["requireTls"] is True
    assert proxy.inputs["vpcSubnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    assert [a["iamAuth"] for a in proxy.inputs["auths"]] == ["REQUIRED"]
    role = graph.one("aws:iam/rolePolicy:RolePolicy", "orders-proxy-role")
    assert role.urn in proxy.depends_on
    read, decrypt = json.loads(role.inputs["policy"])["Statement"]
    assert read["Action"] == "secretsmanager:GetSecretValue"
    assert read["Resource"].startswith("arn:aws:secretsmanager:")
    assert decrypt["Resource"] == KEY
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
    target = graph.one("aws:rds/proxyTarget:ProxyTarget")
    assert graph.referred(target, "dbInstanceIdentifier") == [primary(graph)]
    assert "dbClusterIdentifier" not in target.inputs


def test_callers_reach_the_proxy_and_only_the_proxy_reaches_the_database() -> None:
    graph = database()
    [rule] = graph.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [n.name for n in graph.referred(rule, "securityGroupId")] == ["orders-group"]
    assert [n.name for n in graph.referred(rule, "referencedSecurityGroupId")] == ["orders-proxy-group"]
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (3306, 3306)
    for group in graph.every("aws:ec2/securityGroup:SecurityGroup"):
        assert "ingress" not in group.inputs
        assert "egress" not in group.inputs
