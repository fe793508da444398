"""VPC flow logs: all traffic, encrypted, by a role that writes to its own group only."""

import json

from tests.unit.tiers.network.vpc import KEY, network


def test_flow_logs_of_all_traffic_are_encrypted_and_kept_as_long_as_asked() -> None:
    graph = network(flow_log_days=365)
    flow = graph.one("aws:ec2/flowLog:FlowLog")
    assert (flow.inputs["trafficType"], flow.inputs["logDestinationType"]) == ("ALL", "cloud-watch-logs")
    [group] = graph.referred(flow, "logDestination")
    assert (group.inputs["kmsKeyId"], group.inputs["retentionInDays"]) == (KEY, 365)
    assert graph.one("aws:iam/rolePolicy:RolePolicy", "net-flows-policy").urn in flow.depends_on


def test_the_flow_logs_role_writes_to_its_own_group_only_and_only_for_this_account() -> None:
    graph = network()
    policy = graph.one("aws:iam/rolePolicy:RolePolicy", "net-flows-policy").inputs["policy"]
    anywhere = [s["Action"] for s in json.loads(policy)["Statement"] if s["Resource"] == "*"]
    assert anywhere == ["logs:DescribeLogGroups"], "it lists the groups of the account"
    assert "logs:CreateLogGroup" not in policy
    trust = graph.one("aws:iam/role:Role", "net-flows-role").inputs["assumeRolePolicy"]
    assert '"aws:SourceAccount": "123456789012"' in trust
    assert '"aws:SourceArn": "arn:aws:ec2:us-west-2:123456789012:vpc-flow-log/*"' in trust
