# ruff: noqa: E501 (what AWS says is as long as it is)
"""API Gateway: REST APIs, HTTP APIs, custom domain names."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, refuses
from offline.aws.unique import one_in_a_region, unique

DOMAIN_NAME = "aws:apigateway/domainName:DomainName"


@refuses("aws:apigateway/stage:Stage")
def stage_name_is_legal(case: Case) -> Iterator[Problem]:
    """API Gateway CreateStage: letters, digits, hyphens, underscores, at most 128."""
    name = case.text("stageName")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", name):
        yield (
            "stageName",
            f"BadRequestException: stage name {name!r}: 1 to 128 letters, digits, hyphens and underscores",
        )


@refuses("aws:apigateway/domainName:DomainName")
def domain_name_has_its_certificate(case: Case) -> Iterator[Problem]:
    """API Gateway CreateDomainName: a regional name has a regional certificate, an edge-optimised one a certificate in us-east-1."""
    yield from not_both(case, "certificateArn", "regionalCertificateArn")
    types = case.text("endpointConfiguration.types")
    if types == "REGIONAL" and case.given("certificateArn"):
        yield "certificateArn", "BadRequestException: a REGIONAL domain name takes regionalCertificateArn"
    edge, regional = case.text("certificateArn"), case.text("regionalCertificateArn")
    if edge is not None and edge.count(":") >= 5 and edge.split(":")[3] != "us-east-1":
        yield (
            "certificateArn",
            f"BadRequestException: certificates for edge-optimised domain names must be in us-east-1, not {edge.split(':')[3]}",
        )
    if regional is not None and regional.count(":") >= 5 and regional.split(":")[3] != case.region:
        yield (
            "regionalCertificateArn",
            f"BadRequestException: the certificate must be in {case.region}, not {regional.split(':')[3]}",
        )


@refuses("aws:apigatewayv2/api:Api")
def api_is_legal(case: Case) -> Iterator[Problem]:
    """API Gateway v2 CreateApi: a route selection for WebSocket APIs, CORS for the others."""
    if case.text("protocolType") == "WEBSOCKET":
        if case.given("corsConfiguration"):
            yield "corsConfiguration", "BadRequestException: CORS is for HTTP APIs"
        if not case.given("routeSelectionExpression"):
            yield "routeSelectionExpression", "BadRequestException: a WebSocket API needs a routeSelectionExpression"


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


def _domain_key(case: Case) -> Iterator[tuple[str]]:
    name = case.text("domainName")
    if name is not None:
        yield (name.lower(),)


unique({"aws:apigateway/domainName:DomainName": "domainName", "aws:apigatewayv2/domainName:DomainName": "domainName"}, call="apigateway CreateDomainName", says="ConflictException: The domain name you provided already exists: {domainName}", keys=_domain_key)  # fmt: skip
unique("aws:apigateway/basePathMapping:BasePathMapping", "domainName basePath=", call="apigateway CreateBasePathMapping", says="ConflictException: Base path already exists for this domain name: {domainName}/{basePath}")  # fmt: skip
unique("aws:apigateway/stage:Stage", "restApi stageName", call="apigateway CreateStage", says="ConflictException: Stage already exists: {stageName}")  # fmt: skip
unique("aws:apigateway/usagePlanKey:UsagePlanKey", "usagePlanId keyId", call="apigateway CreateUsagePlanKey", says="ConflictException: the API key {keyId} is in usage plan {usagePlanId} already")  # fmt: skip
unique("aws:apigateway/account:Account", "region", call="apigateway UpdateAccount", says="UpdateAccount: one setting of an account and Region:", overwrites=True, keys=one_in_a_region)  # fmt: skip
unique("aws:apigateway/methodSettings:MethodSettings", "restApi stageName methodPath", call="apigateway UpdateStage", says="UpdateStage: one setting of {methodPath} of stage {stageName}:", overwrites=True)  # fmt: skip
unique("aws:apigatewayv2/apiMapping:ApiMapping", "domainName apiMappingKey=", call="apigatewayv2 CreateApiMapping", says="ConflictException: ApiMapping key already exists for this domain name: {domainName}/{apiMappingKey}")  # fmt: skip
unique("aws:apigatewayv2/route:Route", "apiId routeKey", call="apigatewayv2 CreateRoute", says="ConflictException: Route with key {routeKey} already exists for this API")  # fmt: skip
unique("aws:apigatewayv2/stage:Stage", "apiId name", call="apigatewayv2 CreateStage", says="ConflictException: Stage already exists: {name}")  # fmt: skip
