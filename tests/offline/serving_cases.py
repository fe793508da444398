# ruff: noqa: E501 (a table: one case per line)
"""More of `cases`: what load balancers, Elastic Beanstalk and EKS serve by. Same columns."""

from typing import Any

from tests.offline.cases import LISTENER, RULE, STACK, TWO, Case

RULES, LISTENERS = "aws:lb/listenerRule:ListenerRule", "aws:lb/listener:Listener"
BEANSTALK, EKS = "aws:elasticbeanstalk/environment:Environment", "aws:eks/cluster:Cluster"
ASG, ROLLING = "aws:autoscaling:asg", "aws:autoscaling:updatepolicy:rollingupdate"


def paths(*values: str) -> dict[str, Any]:
    return {"pathPattern": {"values": list(values)}}


def header(name: str, *values: str) -> dict[str, Any]:
    return {"httpHeader": {"httpHeaderName": name, "values": list(values)}}


def fixed(status: str, kind: str = "text/plain") -> dict[str, Any]:
    return {"type": "fixed-response", "fixedResponse": {"statusCode": status, "contentType": kind}}


def options(*given: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"namespace": namespace, "name": name, "value": value} for namespace, name, value in given]


ENVIRONMENT = {
    "application": "a",
    "name": "shop",
    "solutionStackName": STACK,
    "settings": options(
        (ASG, "MinSize", "2"),
        (ASG, "MaxSize", "4"),
        (ASG, "Availability Zones", "Any 3"),
        (ROLLING, "MinInstancesInService", "1"),
        ("aws:elasticbeanstalk:command", "DeploymentPolicy", "Immutable"),
        ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays", "365"),
        ("aws:elasticbeanstalk:managedactions", "PreferredStartTime", "Sun:03:00"),
        ("aws:elasticbeanstalk:application:environment", "ANY", "thing"),
    ),
}
CLUSTER: dict[str, Any] = {
    "name": "c",
    "roleArn": "arn:r",
    "vpcConfig": {"subnetIds": TWO, "endpointPrivateAccess": True, "endpointPublicAccess": False},
    "version": "1.35",
    "bootstrapSelfManagedAddons": False,
    "accessConfig": {"authenticationMode": "API"},
    "upgradePolicy": {"supportType": "STANDARD"},
    "computeConfig": {"enabled": True, "nodePools": ["general-purpose", "system"], "nodeRoleArn": "arn:n"},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
    "storageConfig": {"blockStorage": {"enabled": True}},
}
CLOSED = {"subnetIds": TWO, "endpointPrivateAccess": False, "endpointPublicAccess": False}

SERVING: list[Case] = [
    ("rule_conditions_are_legal", RULES, {**RULE, "conditions": [paths("/a", "/a/*", "/live/a", "/live/a/*"), header("X-Origin", "s")]}, {"conditions": [paths("/a", "/b", "/c", "/d", "/e"), header("X-Origin", "s")]}, "can only have '5' condition values (6 are given)"),
    ("rule_conditions_are_legal", RULES, {**RULE, "conditions": [paths("/a"), header("X-A", "s"), header("X-B", "s")]}, {"conditions": [paths("/a"), paths("/b")]}, "only have one pathPattern condition"),
    ("rule_conditions_are_legal", RULES, {**RULE, "conditions": [header("X-Origin", "s" * 128)]}, {"conditions": [header("X-Origin", "s" * 129)]}, "at most 128 characters"),
    ("rule_conditions_are_legal", RULES, {**RULE, "conditions": [header("X-Origin", "s")]}, {"conditions": [header("X Origin", "s")]}, "header name 'X Origin'"),
    ("rule_conditions_are_legal", RULES, {**RULE, "conditions": [{"hostHeader": {"values": ["a.example.com"]}}]}, {"conditions": [header("Host", "a.example.com")]}, "use a host-header condition"),
    ("rule_conditions_are_legal", RULES, {**RULE, "conditions": [paths("/a"), header("X-A", "s")]}, {"conditions": [{**paths("/a"), **header("X-A", "s")}]}, "only one of"),
    ("fixed_responses_are_legal", RULES, {**RULE, "actions": [fixed("503", "text/html")]}, {"actions": [fixed("302", "text/html")]}, "must be 2XX, 4XX or 5XX"),
    ("fixed_responses_are_legal", LISTENERS, {**LISTENER, "defaultActions": [fixed("403")]}, {"defaultActions": [fixed("403", "text/xml")]}, "must be one of text/plain"),
    ("options_are_legal", BEANSTALK, ENVIRONMENT, {"settings": options(("aws:elasticbeanstalk:command", "DeploymentPolicy", "BlueGreen"))}, "Invalid option value: 'BlueGreen'"),
    ("options_are_legal", BEANSTALK, ENVIRONMENT, {"settings": options((ASG, "Availability Zones", "3"))}, "must match Any( [1-3])?"),
    ("options_are_legal", BEANSTALK, ENVIRONMENT, {"settings": options((ASG, "MinSize", "5"), (ASG, "MaxSize", "4"))}, "MinSize=5 must be at most MaxSize=4"),
    ("options_are_legal", BEANSTALK, ENVIRONMENT, {"settings": options((ASG, "MaxSize", "4"), (ROLLING, "MinInstancesInService", "4"))}, "MinInstancesInService=4 must be less than"),
    ("options_are_legal", BEANSTALK, ENVIRONMENT, {"settings": options(("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays", "42"))}, "Invalid option value: '42'"),
    ("options_are_legal", BEANSTALK, ENVIRONMENT, {"settings": options(("aws:elasticbeanstalk:command", "Timeout", "7200"))}, "it must be 1 to 3600"),
    ("cluster_can_be_reached", EKS, CLUSTER, {"vpcConfig": CLOSED}, "Private and public endpoint access cannot be false"),
    ("cluster_can_be_reached", EKS, CLUSTER, {"version": "v1.35"}, "unsupported Kubernetes version"),
    ("cluster_can_be_reached", EKS, CLUSTER, {"upgradePolicy": {"supportType": "LONG"}}, "must be one of STANDARD, EXTENDED"),
    ("auto_mode_has_a_node_role_and_access_entries", EKS, CLUSTER, {"computeConfig": {"enabled": True, "nodePools": ["system"]}}, "must be given together"),
    ("auto_mode_has_a_node_role_and_access_entries", EKS, CLUSTER, {"computeConfig": {"enabled": True, "nodePools": ["gpu"], "nodeRoleArn": "arn:n"}}, "node pool 'gpu'"),
    ("auto_mode_has_a_node_role_and_access_entries", EKS, CLUSTER, {"accessConfig": {"authenticationMode": "CONFIG_MAP"}}, "needs authenticationMode API"),
]  # fmt: skip
