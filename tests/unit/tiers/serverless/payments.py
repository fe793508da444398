"""A REST API that the tests run."""

import json
from typing import Any

import pulumi

from components.alarms import Alarming
from components.tiers.serverless.api_gateway import RestApi, RestApiArgs
from components.tiers.serverless.lambda_ import Function, FunctionArgs
from components.tiers.serverless.openapi import FunctionIntegration, LoadBalancerIntegration
from tests.support.graph import Graph, deploy

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"


BALANCER = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/inner/1"


DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Payments", "version": "1"},
    "servers": [{"url": "https://example.test"}],
    "paths": {
        "/transactions": {"post": {"operationId": "accept", "responses": {"201": {"description": "accepted"}}}},
        "/ledger/{id}": {
            "get": {
                "operationId": "ledger",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "found"}},
            }
        },
    },
}


INTEGRATIONS = {
    "accept": FunctionIntegration(invoke_arn="arn:aws:apigateway:us-west-2:lambda:path/functions/f:live/invocations"),
    "ledger": LoadBalancerIntegration(arn=BALANCER, host="inner.test"),
}


SUBNETS = {"us-west-2a": "subnet-a", "us-west-2b": "subnet-b"}


CODE = pulumi.AssetArchive({"handler.py": pulumi.StringAsset("")})


def payments(**changed: Any) -> Graph:
    def program() -> None:
        given: dict[str, Any] = {
            "document": DOCUMENT,
            "integrations": INTEGRATIONS,
            "kms_key_arn": KEY,
            "vpc_id": "vpc-1",
            "subnet_ids": SUBNETS,
            "tags": {"Project": "ha"},
            "alarms": Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"]),
            **changed,
        }
        if given.get("authorization") == "jwt":
            given["authorizer"] = Function("jwt", FunctionArgs(code=CODE, handler="h.h", kms_key_arn=KEY))
        RestApi("pay", RestApiArgs(**given))

    return deploy(program)


def body(graph: Graph) -> dict[str, Any]:
    return json.loads(graph.one("aws:apigateway/restApi:RestApi").inputs["body"])
