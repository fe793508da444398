"""The API tier: the document that API Gateway gets, and the stage around it."""

import json
from typing import Any

import pytest

from components.tiers.serverless.api_gateway import CustomDomain, RestApiArgs, UsagePlan
from tests.unit.tiers.serverless.payments import DOCUMENT, INTEGRATIONS, KEY, SUBNETS, body, payments


def test_api_is_regional_validated_and_says_nothing_of_other_servers() -> None:
    graph = payments()
    api = graph.one("aws:apigateway/restApi:RestApi").inputs
    assert api["endpointConfiguration"] == {"types": "REGIONAL"}
    assert api["disableExecuteApiEndpoint"] is False
    document = body(graph)
    assert "servers" not in document
    assert document["x-amazon-apigateway-request-validator"] == "all"
    assert document["x-amazon-apigateway-request-validators"]["all"] == {
        "validateRequestBody": True,
        "validateRequestParameters": True,
    }
    assert "servers" in DOCUMENT, "the given document is left as it is"


def test_a_changed_document_is_deployed_and_the_same_is_not() -> None:
    first, again = payments(), payments()
    changed = payments(document={**DOCUMENT, "info": {"title": "Payments", "version": "2"}})
    kind = "aws:apigateway/deployment:Deployment"
    triggers = [g.one(kind).inputs["triggers"]["document"] for g in (first, again, changed)]
    assert triggers[0] == triggers[1] != triggers[2]
    named = payments(
        domain=CustomDomain(name="pay.example.com", certificate_arn="arn:aws:acm:us-west-2:1:certificate/c")
    )
    assert named.one(kind).inputs["triggers"] != first.one(kind).inputs["triggers"], "the old address stays until then"
    stage = first.one("aws:apigateway/stage:Stage")
    assert [n.type for n in first.referred(stage, "deployment")] == [kind]


def test_stage_logs_without_bodies_traces_and_throttles() -> None:
    graph = payments(rate=50, burst=100)
    stage = graph.one("aws:apigateway/stage:Stage")
    assert stage.inputs["xrayTracingEnabled"] is True
    assert json.loads(stage.inputs["accessLogSettings"]["format"])["status"] == "$context.status"
    assert graph.one("aws:apigateway/account:Account").urn in stage.depends_on
    settings = graph.one("aws:apigateway/methodSettings:MethodSettings").inputs
    assert settings["methodPath"] == "*/*"
    assert settings["settings"] == {
        "metricsEnabled": True,
        "loggingLevel": "ERROR",
        "dataTraceEnabled": False,
        "throttlingRateLimit": 50,
        "throttlingBurstLimit": 100,
    }
    logs = graph.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (logs["kmsKeyId"], logs["retentionInDays"]) == (KEY, 365)


def test_the_accounts_logging_role_can_be_somebody_elses() -> None:
    graph = payments(account_logging=False)
    assert graph.of("aws:apigateway/account:Account") == []
    assert graph.of("aws:iam/role:Role") == []


def test_an_api_without_logs_needs_no_role() -> None:
    graph = payments(stage_logging=False)
    assert graph.of("aws:cloudwatch/logGroup:LogGroup") == []
    assert graph.of("aws:apigateway/account:Account") == []
    assert "accessLogSettings" not in graph.one("aws:apigateway/stage:Stage").inputs
    assert graph.one("aws:apigateway/methodSettings:MethodSettings").inputs["settings"]["loggingLevel"] == "OFF"


def test_requests_are_signed_by_default() -> None:
    document = body(payments())
    assert document["components"]["securitySchemes"]["sigv4"]["x-amazon-apigateway-authtype"] == "awsSigv4"
    assert document["paths"]["/transactions"]["post"]["security"] == [{"sigv4": []}]


def test_tokens_are_checked_by_the_authorizer_which_the_api_may_call() -> None:
    graph = payments(authorization="jwt")
    scheme = body(graph)["components"]["securitySchemes"]["jwt"]
    assert scheme["x-amazon-apigateway-authorizer"]["type"] == "token"
    permission = graph.one("aws:lambda/permission:Permission", "jwt-authorizer").inputs
    assert permission["principal"] == "apigateway.amazonaws.com"
    assert permission["qualifier"] == "live"


def test_domain_is_regional_with_mutual_tls_and_closes_the_back_door() -> None:
    graph = payments(
        authorization="none",
        domain=CustomDomain(
            name="api.example.test",
            certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/1",
            truststore_uri="s3://trust/ca.pem",
        ),
    )
    assert graph.one("aws:apigateway/restApi:RestApi").inputs["disableExecuteApiEndpoint"] is True
    domain = graph.one("aws:apigateway/domainName:DomainName").inputs
    assert domain["endpointConfiguration"] == {"types": "REGIONAL"}
    assert domain["securityPolicy"] == "TLS_1_2"
    assert domain["mutualTlsAuthentication"] == {"truststoreUri": "s3://trust/ca.pem"}
    assert "certificateArn" not in domain, "AWS refuses it beside regionalCertificateArn"
    mapping = graph.one("aws:apigateway/basePathMapping:BasePathMapping").inputs
    assert mapping["stageName"] == "live"


def test_domain_stops_asking_for_client_certificates_after_the_stage_checks_requests() -> None:
    """Whichever of the two goes later in an update protects the API until then."""
    graph = payments(
        domain=CustomDomain(name="api.example.test", certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/1")
    )
    stage = graph.one("aws:apigateway/stage:Stage")
    assert stage.urn in graph.one("aws:apigateway/domainName:DomainName").depends_on


def test_usage_plan_limits_clients_by_key() -> None:
    graph = payments(authorization="none", usage_plan=UsagePlan(rate=5, burst=10, quota=1000))
    plan = graph.one("aws:apigateway/usagePlan:UsagePlan").inputs
    assert plan["throttleSettings"] == {"rateLimit": 5, "burstLimit": 10}
    assert plan["quotaSettings"] == {"limit": 1000, "period": "MONTH"}
    assert body(graph)["paths"]["/transactions"]["post"]["security"] == [{"api_key": []}]
    assert "value" not in graph.one("aws:apigateway/apiKey:ApiKey").inputs, "AWS makes the key"


def test_alarms_watch_errors_and_latency_of_the_stage() -> None:
    found = {n.name: n.inputs for n in payments().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert sorted(found) == ["pay-4xx", "pay-5xx", "pay-slow"]
    assert found["pay-5xx"]["dimensions"] == {"ApiName": "pay", "Stage": "live"}
    assert found["pay-slow"]["extendedStatistic"] == "p99"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"document": {**DOCUMENT, "openapi": "3.1.0"}}, "give 3.0.x"),
        ({"document": {**DOCUMENT, "paths": {}}}, "no operation"),
        ({"integrations": {"accept": INTEGRATIONS["accept"]}}, r"missing for \['ledger'\], unknown \[\]"),
        ({"integrations": {**INTEGRATIONS, "other": INTEGRATIONS["accept"]}}, r"unknown \['other'\]"),
        ({"authorization": "jwt"}, "jwt needs an authorizer"),
        ({"authorization": "none"}, "anybody may call"),
        ({"subnet_ids": {"us-west-2a": "s"}}, "at least 2 zones"),
        ({"rate": 0}, "rate=0"),
        ({"burst": 0}, "burst=0"),
    ],
)
def test_contradicting_arguments_are_refused(changed: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"document": DOCUMENT, "integrations": INTEGRATIONS, "kms_key_arn": KEY}
    given |= {"vpc_id": "v", "subnet_ids": SUBNETS, **changed}
    with pytest.raises(ValueError, match=message):
        RestApiArgs(**given)


def test_further_names_lead_to_the_same_stage() -> None:
    graph = payments(
        domain=CustomDomain(name="pay.example.com", certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/c"),
        more_domains={
            "own": CustomDomain(
                name="usw2.example.com", certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/c"
            )
        },
    )
    names = {n.name: n.inputs["domainName"] for n in graph.of("aws:apigateway/domainName:DomainName")}
    assert names == {"pay-domain": "pay.example.com", "pay-own-domain": "usw2.example.com"}
    for mapping in graph.every("aws:apigateway/basePathMapping:BasePathMapping"):
        assert [n.name for n in graph.referred(mapping, "stageName")] == ["pay-live"]
