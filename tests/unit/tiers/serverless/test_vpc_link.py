"""The VPC link: an API's way to internal load balancers, with an address in every zone."""

from tests.unit.tiers.serverless.payments import BALANCER, DOCUMENT, INTEGRATIONS, body, payments


def test_functions_are_called_by_proxy_and_services_through_a_link_in_every_zone() -> None:
    graph = payments()
    paths = body(graph)["paths"]
    function = paths["/transactions"]["post"]["x-amazon-apigateway-integration"]
    assert (function["type"], function["httpMethod"]) == ("aws_proxy", "POST")
    service = paths["/ledger/{id}"]["get"]["x-amazon-apigateway-integration"]
    assert service == {
        "type": "http_proxy",
        "httpMethod": "GET",
        "connectionType": "VPC_LINK",
        "connectionId": "pay-link-id",
        "integrationTarget": BALANCER,
        "uri": "http://inner.test:80/ledger/{id}",
        "timeoutInMillis": 29_000,
        "passthroughBehavior": "when_no_match",
        "requestParameters": {"integration.request.path.id": "method.request.path.id"},
    }
    link = graph.one("aws:apigatewayv2/vpcLink:VpcLink").inputs
    assert link["subnetIds"] == ["subnet-a", "subnet-b"]
    assert link["securityGroupIds"] == ["pay-link-sg-id"]


def test_without_private_integration_there_is_no_link() -> None:
    document = {**DOCUMENT, "paths": {"/transactions": DOCUMENT["paths"]["/transactions"]}}
    graph = payments(document=document, integrations={"accept": INTEGRATIONS["accept"]}, vpc_id=None, subnet_ids={})
    assert graph.of("aws:apigatewayv2/vpcLink:VpcLink") == []
    assert graph.of("aws:ec2/securityGroup:SecurityGroup") == []
