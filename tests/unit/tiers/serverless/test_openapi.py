"""The OpenAPI document as API Gateway wants it."""

import json

from tests.unit.tiers.serverless.payments import DOCUMENT, INTEGRATIONS, body, payments


def test_errors_of_the_gateway_are_problem_documents() -> None:
    answers = body(payments())["x-amazon-apigateway-gateway-responses"]
    for kind, answer in answers.items():
        text = answer["responseTemplates"]["application/json"].replace("$context.error.messageString", '"m"')
        assert json.loads(text)["status"] == int(answer["statusCode"]), kind
    assert answers["BAD_REQUEST_BODY"]["statusCode"] == "400"


def test_what_the_document_leaves_open_stays_open_and_alone_needs_no_authorisation() -> None:
    health = {"get": {"operationId": "health", "security": [], "responses": {"200": {"description": "fine"}}}}
    opened = {**DOCUMENT, "paths": {**DOCUMENT["paths"], "/health": health}}
    graph = payments(document=opened, integrations={**INTEGRATIONS, "health": INTEGRATIONS["accept"]})
    paths = body(graph)["paths"]
    assert paths["/health"]["get"]["security"] == []
    assert paths["/transactions"]["post"]["security"] == [{"sigv4": []}]
    alone = {**DOCUMENT, "paths": {"/health": health}}
    payments(document=alone, integrations={"health": INTEGRATIONS["accept"]}, authorization="none")
