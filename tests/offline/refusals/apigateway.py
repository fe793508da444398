# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.apigateway`."""

from tests.offline.refusals import Case, Taken

MUTUAL_TLS = {
    "domainName": "a.example.com",
    "regionalCertificateArn": "arn:aws:acm:us-west-2:1:certificate/x",
    "endpointConfiguration": {"types": "REGIONAL"},
    "securityPolicy": "TLS_1_2",
    "mutualTlsAuthentication": {"truststoreUri": "s3://b/k"},
}

CASES: list[Case] = [
    ("stage_name_is_legal", "aws:apigateway/stage:Stage", {"restApi": "a", "deployment": "d", "stageName": "live"}, {"stageName": "li ve"}, "stage name"),
    ("domain_name_has_its_certificate", "aws:apigateway/domainName:DomainName", {"domainName": "a.example.com", "regionalCertificateArn": "arn:aws:acm:us-west-2:1:certificate/x", "endpointConfiguration": {"types": "REGIONAL"}}, {"regionalCertificateArn": "arn:aws:acm:us-east-1:1:certificate/x"}, "must be in us-west-2"),
    ("api_is_legal", "aws:apigatewayv2/api:Api", {"protocolType": "HTTP"}, {"protocolType": "WEBSOCKET"}, "needs a routeSelectionExpression"),
    ("mutual_tls_is_regional", "aws:apigateway/domainName:DomainName", MUTUAL_TLS, {"endpointConfiguration": {"types": "EDGE"}, "regionalCertificateArn": None}, "REGIONAL domain names"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:apigateway/domainName:DomainName", {"domainName": "pay.example.com"}, {"domainName": "health.example.com"}),
    ("aws:apigatewayv2/domainName:DomainName", {"domainName": "pay.example.com", "domainNameConfiguration": {"certificateArn": "arn:c", "endpointType": "REGIONAL", "securityPolicy": "TLS_1_2"}}, {"domainName": "health.example.com"}),
    ("aws:apigateway/basePathMapping:BasePathMapping", {"domainName": "pay.example.com", "restApi": "a"}, {"basePath": "v1"}),
    ("aws:apigateway/stage:Stage", {"restApi": "a", "deployment": "d", "stageName": "live"}, {"restApi": "b"}),
    ("aws:apigateway/usagePlanKey:UsagePlanKey", {"usagePlanId": "u", "keyId": "k", "keyType": "API_KEY"}, {"keyId": "l"}),
    ("aws:apigateway/account:Account", {"cloudwatchRoleArn": "arn:r", "region": "us-west-2"}, {"region": "us-east-1"}),
    ("aws:apigateway/methodSettings:MethodSettings", {"restApi": "a", "stageName": "live", "methodPath": "*/*", "settings": {"metricsEnabled": True}}, {"stageName": "next"}),
    ("aws:apigatewayv2/apiMapping:ApiMapping", {"apiId": "a", "domainName": "pay.example.com", "stage": "live"}, {"apiMappingKey": "v1"}),
    ("aws:apigatewayv2/route:Route", {"apiId": "a", "routeKey": "GET /"}, {"routeKey": "POST /"}),
    ("aws:apigatewayv2/stage:Stage", {"apiId": "a", "name": "live"}, {"name": "next"}),
]  # fmt: skip
