# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.apigateway`."""

from tests.offline.refusals import Case, CaseWithOthers

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
    ("api_is_legal", "aws:apigatewayv2/api:Api", {"protocolType": "HTTP"}, {"protocolType": "REST"}, "must be one of HTTP"),
    ("mutual_tls_is_regional", "aws:apigateway/domainName:DomainName", MUTUAL_TLS, {"endpointConfiguration": {"types": "EDGE"}, "regionalCertificateArn": None}, "REGIONAL domain names"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("domain_name_is_used_once_in_a_region", [("aws:apigateway/domainName:DomainName", "d", {"domainName": "pay.example.com"})], "aws:apigateway/domainName:DomainName", {"domainName": "health.example.com"}, {"domainName": "PAY.example.com"}, "already exists: pay.example.com (d, us-west-2)"),
]  # fmt: skip
