# ruff: noqa: E501 (what AWS says is as long as it is)
"""What leads traffic somewhere: aliases, health checks on alarms, peerings, Direct Connect, rolling instances, topics."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws import regions
from offline.aws.facts import ACCOUNT
from offline.aws.refusals import Case, Problem, refuses
from offline.aws.refusals.compute import GROUP, TEMPLATE

ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
DX, TRANSIT = "aws:directconnect/gateway:Gateway", "aws:ec2transitgateway/transitGateway:TransitGateway"
TRANSIT_ASN = 64512
"""The number that a transit gateway has unless one is given (EC2 CreateTransitGateway, AmazonSideAsn)."""


@refuses("aws:route53/record:Record")
def distribution_has_no_health_to_evaluate(case: Case) -> Iterator[Problem]:
    """Route 53 AliasTarget: EvaluateTargetHealth cannot be true for a CloudFront distribution."""
    for path, alias in case.objects("aliases"):
        if alias.text("zoneId") == regions.CLOUDFRONT_ZONE and alias.get("evaluateTargetHealth") is True:
            yield (
                f"{path}.evaluateTargetHealth",
                "InvalidChangeBatch: EvaluateTargetHealth cannot be set to true for an alias to a CloudFront distribution",
            )


@refuses("aws:route53/healthCheck:HealthCheck")
def health_check_can_follow_its_alarm(case: Case) -> Iterator[Problem]:
    """Route 53 Developer Guide, "Monitoring a CloudWatch alarm": standard statistics of one metric; no percentile, metric maths, composite or M of N."""
    name = case.text("cloudwatchAlarmName")
    if name is None or case.text("cloudwatchAlarmRegion") != case.region:
        return
    alarm = case.seen.having(ALARM, "name", name)
    why = ""
    if case.seen.having(COMPOSITE, "alarmName", name):
        why = "composite alarms"
    elif alarm and alarm.get("metricQueries"):
        why = "alarms on metric maths"
    elif alarm and alarm.get("extendedStatistic"):
        why = "alarms on percentiles"
    elif alarm and alarm.get("datapointsToAlarm") not in (None, 0, alarm.get("evaluationPeriods")):
        why = "alarms on M out of N datapoints"
    if why:
        yield "cloudwatchAlarmName", f"InvalidInput: Route 53 health checks do not support {why} ({name})"


@refuses("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
def peering_elsewhere_is_accepted_there(case: Case) -> Iterator[Problem]:
    """EC2 AcceptVpcPeeringConnection: by the owner of the other VPC, in its Region; `autoAccept` only within both."""
    if case.get("autoAccept") is not True:
        return
    region, owner = case.text("peerRegion"), case.text("peerOwnerId")
    if region is not None:
        yield (
            "autoAccept",
            "OperationNotPermitted: autoAccept and peerRegion: the other Region accepts (VpcPeeringConnectionAccepter)",
        )
    if owner is not None and owner != ACCOUNT:
        yield (
            "autoAccept",
            f"OperationNotPermitted: Incorrect state: {owner} must accept the peering (VpcPeeringConnectionAccepter)",
        )


@refuses("aws:directconnect/gatewayAssociation:GatewayAssociation")
def gateways_have_numbers_of_their_own(case: Case) -> Iterator[Problem]:
    """Direct Connect User Guide, "Transit gateway associations": the two autonomous system numbers differ."""
    mine, theirs = case.seen.of(DX, case.text("dxGatewayId")), case.seen.of(TRANSIT, case.text("associatedGatewayId"))
    if mine and theirs and str(mine.get("amazonSideAsn")) == str(theirs.get("amazonSideAsn") or TRANSIT_ASN):
        yield (
            "associatedGatewayId",
            f"DirectConnectClientException: the Direct Connect gateway and the transit gateway have the same ASN {mine.get('amazonSideAsn')}",
        )


@refuses(GROUP)
def rollback_needs_an_image_of_its_own(case: Case) -> Iterator[Problem]:
    """Auto Scaling StartInstanceRefresh: no auto rollback for a template whose image is a Systems Manager parameter."""
    if not any(
        p.get("autoRollback") is True for _, r in case.objects("instanceRefresh") for _, p in r.objects("preferences")
    ):
        return
    paths = ("launchTemplate", "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification")
    for path in paths:
        found = (
            case.seen.of(TEMPLATE, case.text(f"{path}.id") or case.text(f"{path}.launchTemplateId"))
            or case.seen.having(TEMPLATE, "name", case.text(f"{path}.name") or case.text(f"{path}.launchTemplateName"))
            or {}
        )
        image = found.get("imageId")
        if isinstance(image, str) and image.startswith("resolve:ssm:"):
            yield (
                "instanceRefresh.preferences.autoRollback",
                f"ValidationError: auto rollback is not supported: the launch template's image {image} is a Systems Manager parameter",
            )


@refuses("aws:lb/loadBalancer:LoadBalancer")
def inner_balancer_needs_no_public_address(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateLoadBalancer: dualstack-without-public-ipv4 is for internet-facing Application Load Balancers."""
    if case.text("ipAddressType") != "dualstack-without-public-ipv4":
        return
    if case.get("internal") is True or case.text("loadBalancerType") not in (None, "application"):
        yield (
            "ipAddressType",
            "InvalidConfigurationRequest: dualstack-without-public-ipv4 is for internet-facing Application Load Balancers",
        )


_TOPIC_ACTIONS = {
    "addpermission", "deletetopic", "getdataprotectionpolicy", "gettopicattributes",
    "listsubscriptionsbytopic", "publish", "putdataprotectionpolicy", "receive", "removepermission", "settopicattributes",
    "subscribe", "listtagsforresource", "tagresource", "untagresource",
}  # fmt: skip


@refuses("aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic")
def topic_policy_is_about_topics(case: Case) -> Iterator[Problem]:
    """SNS SetTopicAttributes: "Policy statement action out of service scope!"."""
    try:
        parsed: Any = json.loads(case.text("policy") or "{}")
    except ValueError:
        return
    statements: Any = cast(dict[str, Any], parsed).get("Statement") if isinstance(parsed, dict) else None
    for statement in cast(list[Any], statements) if isinstance(statements, list) else [statements]:
        if not isinstance(statement, Mapping):
            continue
        actions: Any = cast(Mapping[str, Any], statement).get("Action") or []
        for action in [actions] if isinstance(actions, str) else cast(list[Any], actions):
            service, _, verb = str(action).lower().partition(":")
            if service != "sns" or ("*" not in verb and "?" not in verb and verb not in _TOPIC_ACTIONS):
                yield "policy", f"InvalidParameter: Policy statement action out of service scope! ({action})"


@refuses("aws:apigateway/domainName:DomainName")
def mutual_tls_is_regional(case: Case) -> Iterator[Problem]:
    """API Gateway Developer Guide, "How to turn on mutual TLS": REGIONAL names with TLS 1.2; the trust store in S3."""
    if not case.given("mutualTlsAuthentication"):
        return
    if case.text("endpointConfiguration.types") not in (None, "REGIONAL") or not case.given("endpointConfiguration"):
        yield "endpointConfiguration", "BadRequestException: mutual TLS is for REGIONAL domain names"
    policy = case.text("securityPolicy")
    if policy == "TLS_1_0":
        yield "securityPolicy", "BadRequestException: mutual TLS needs the security policy TLS_1_2"
    store = case.text("mutualTlsAuthentication.truststoreUri")
    if store is not None and not store.startswith("s3://"):
        yield (
            "mutualTlsAuthentication.truststoreUri",
            f"BadRequestException: truststoreUri {store!r}: must begin with s3://",
        )
