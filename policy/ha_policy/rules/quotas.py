"""AWS service quotas: what the stack needs is within AWS's defaults, or those that the account has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import TYPE_CHECKING, Final

from ha_policy.graph.node import Node
from ha_policy.graph.values import CannotTell
from ha_policy.rule import HINT, Check, Param, Severity, rule, skip

if TYPE_CHECKING:  # imported only when the rule needs it: the pack's start delays every preview
    from ha_policy.quotas.needs import Need

GRANTED: Final = "granted"
KINDS: Final = (
    "apigateway/vpcLink", "apigatewayv2/vpcLink", "appautoscaling/target", "autoscaling/group",
    "batch/computeEnvironment", "cloudfront/cachePolicy", "cloudfront/distribution", "cloudfront/originRequestPolicy",
    "cloudfront/responseHeadersPolicy", "cloudtrail/trail", "cloudwatch/compositeAlarm", "cloudwatch/eventRule",
    "cloudwatch/logResourcePolicy", "cloudwatch/metricAlarm", "docdb/cluster", "docdb/clusterInstance",
    "dynamodb/table", "ec2/defaultSubnet", "ec2/eip", "ec2/fleet", "ec2/instance", "ec2/internetGateway",
    "ec2/launchTemplate", "ec2/natGateway", "ec2/routeTable", "ec2/securityGroup", "ec2/securityGroupRule",
    "ec2/spotFleetRequest", "ec2/spotInstanceRequest", "ec2/subnet", "ec2/vpc", "ec2/vpcEndpoint",
    "ec2transitgateway/transitGateway", "ecs/service", "efs/fileSystem", "efs/mountTarget", "eks/cluster",
    "eks/fargateProfile", "eks/nodeGroup", "elasticache/cluster", "elasticache/replicationGroup",
    "elasticbeanstalk/environment", "elb/loadBalancer", "emr/cluster", "globalaccelerator/accelerator", "iam/policy",
    "iam/role", "lambda/function", "lambda/provisionedConcurrencyConfig", "lb/listener", "lb/listenerRule",
    "lb/loadBalancer", "lb/targetGroup", "neptune/cluster", "neptune/clusterInstance", "rds/cluster",
    "rds/clusterInstance", "rds/clusterParameterGroup", "rds/eventSubscription", "rds/instance", "rds/parameterGroup",
    "rds/proxy", "rds/subnetGroup", "route53/healthCheck", "route53/zone", "s3/bucket",
    "vpc/securityGroupEgressRule", "vpc/securityGroupIngressRule", "wafv2/webAcl",
)  # fmt: skip
"""`quotas.demand.KINDS`, written out so that the pack starts without that module; a test compares them."""


@rule(
    "quota-default",
    "What the stack needs of a service quota is within AWS's default, or within what AWS has granted",
    *KINDS,
    severity=Severity.LOW,
    levels=HINT,
    reason="a first deployment, a scaling peak, a rollout or a failover stops where the account's quota ends",
    fix="request the quota before you deploy (aws service-quotas request-service-quota-increase), and name the granted "
    "value in the rule's parameter granted",
    refs=("REL01-BP02", "REL01-BP06"),
    params={
        GRANTED: Param("quotas that AWS has raised for this account, each as CODE=VALUE (L-1216C47A=64)", ()),
    },
)
def within_quotas(node: Node, check: Check) -> Iterator[str]:
    """One sentence per quota and Region, at the resource that needs most of it."""
    from ha_policy.quotas.needs import needs

    mine = [need for need in needs(check.graph, node.stack) if need.largest is node]
    if not mine:
        skip("of each quota another resource needs more, or as much")
    granted = _granted(check.texts(GRANTED))
    unknown: list[str] = []
    for need in mine:
        limit = max(need.quota.default, granted.get(need.quota.code, 0))
        match need.exceeds(limit):
            case "yes":
                yield _sentence(need, limit)
            case "cannot tell":
                unknown += need.unknown
            case "no":
                pass
    if unknown:
        raise CannotTell("; ".join(dict.fromkeys(unknown)))


def _granted(texts: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        code, _, value = text.partition("=")
        try:
            found[code] = float(value)
        except ValueError:
            raise CannotTell(f"what {GRANTED}={text!r} means: give CODE=VALUE, such as L-1216C47A=64") from None
    return found


def _sentence(need: Need, limit: float) -> str:
    from ha_policy.quotas.needs import shown

    where = "" if need.region == "account" else f" in {need.region}"
    code = f" ({need.quota.code})" if need.quota.code else ""
    has = "AWS's default is" if limit == need.quota.default else "the granted quota is"
    fixed = "" if need.quota.adjustable else "; AWS does not raise it"
    return f"{shown(need)}{where}: the stack needs up to {ceil(need.most)}, {has} {limit:g}{code}{fixed}"
