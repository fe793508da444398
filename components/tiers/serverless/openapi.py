"""Prepare an OpenAPI document for API Gateway: add integrations, validation, authorization and error responses."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
Authorization = Literal["none", "iam", "jwt"]
TIMEOUT = 29_000
"""Milliseconds: the longest integration timeout without a quota increase (API Gateway quotas)."""
PROBLEM = (
    '{"type":"about:blank","title":$context.error.messageString,"status":%s,'
    '"detail":"$context.error.validationErrorString","instance":"$context.requestId"}'
)
"""Body of errors that API Gateway itself returns, in the format of RFC 9457."""


@dataclass(frozen=True, kw_only=True)
class FunctionIntegration:
    """Lambda proxy integration. invoke_arn: invoke ARN of the alias."""

    invoke_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class LoadBalancerIntegration:
    """Private integration through a VPC link (version 2) to an internal load balancer's listener on ``port``."""

    arn: pulumi.Input[str]
    host: pulumi.Input[str]
    port: int = 80


Integration = FunctionIntegration | LoadBalancerIntegration


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of each operation of ``document``."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def is_open(operation: Mapping[str, Any]) -> bool:
    """Whether the operation has ``security: []``, so that anybody may call it."""
    return operation.get("security") == []


def check(document: Mapping[str, Any], integrations: Mapping[str, Integration]) -> None:
    """Raises ValueError unless each operation of ``document`` has an operationId with an integration, and no others
    exist.
    """
    if not str(document.get("openapi", "")).startswith("3.0"):
        raise ValueError(f"document.openapi={document.get('openapi')}: REST APIs import OpenAPI 3.0; give 3.0.x")
    found = [operation.get("operationId") for _, _, operation in operations(document)]
    if not found:
        raise ValueError("document.paths: no operation; give at least one")
    missing = sorted(str(name) for name in found if name not in integrations)
    unknown = sorted(name for name in integrations if name not in found)
    if missing or unknown:
        raise ValueError(f"integrations: missing for {missing}, unknown {unknown}; give one for each operationId")


def for_gateway(
    document: Mapping[str, Any],
    integrations: Mapping[str, Integration],
    *,
    authorization: Authorization,
    authorizer_uri: pulumi.Input[str] | None,
    api_key: bool,
    vpc_link_id: pulumi.Input[str] | None,
) -> dict[str, Any]:
    """``document`` with API Gateway's extensions; the original is not changed."""
    body: dict[str, Any] = copy.deepcopy(dict(document))
    # API Gateway sets host and base path itself.
    body.pop("servers", None)
    body["x-amazon-apigateway-request-validators"] = {
        "all": {"validateRequestBody": True, "validateRequestParameters": True}
    }
    body["x-amazon-apigateway-request-validator"] = "all"
    body["x-amazon-apigateway-gateway-responses"] = {
        kind: {"statusCode": status, "responseTemplates": {"application/json": PROBLEM % status}}
        for kind, status in (
            ("BAD_REQUEST_BODY", "400"),
            ("BAD_REQUEST_PARAMETERS", "400"),
            ("UNAUTHORIZED", "401"),
            ("ACCESS_DENIED", "403"),
            ("THROTTLED", "429"),
            ("QUOTA_EXCEEDED", "429"),
            ("INTEGRATION_FAILURE", "504"),
            ("INTEGRATION_TIMEOUT", "504"),
        )
    }
    schemes = _schemes(authorization, authorizer_uri, api_key)
    if schemes:
        body.setdefault("components", {}).setdefault("securitySchemes", {}).update(schemes)
    for path, method, operation in operations(body):
        # Operations that the document leaves open (``security: []``), such as a health check, stay open.
        closed = schemes and not is_open(operation)
        operation["security"] = [{name: [] for name in schemes}] if closed else []
        operation["x-amazon-apigateway-integration"] = _integration(
            path, method, operation, integrations[operation["operationId"]], vpc_link_id
        )
    return body


def _schemes(
    authorization: Authorization, authorizer_uri: pulumi.Input[str] | None, api_key: bool
) -> dict[str, dict[str, Any]]:
    schemes: dict[str, dict[str, Any]] = {}
    header = {"type": "apiKey", "name": "Authorization", "in": "header"}
    if authorization == "iam":
        schemes["sigv4"] = {**header, "x-amazon-apigateway-authtype": "awsSigv4"}
    elif authorization == "jwt":
        schemes["jwt"] = {
            **header,
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": authorizer_uri,
                "authorizerResultTtlInSeconds": 300,
                "identityValidationExpression": "^Bearer [-0-9a-zA-Z._]+$",
            },
        }
    if api_key:
        schemes["api_key"] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    return schemes


def _integration(
    path: str, method: str, operation: dict[str, Any], to: Integration, vpc_link_id: pulumi.Input[str] | None
) -> dict[str, Any]:
    if isinstance(to, FunctionIntegration):
        return {
            "type": "aws_proxy",
            "httpMethod": "POST",  # Lambda is invoked with POST, whatever the operation's method
            "uri": to.invoke_arn,
            "timeoutInMillis": TIMEOUT,
            "passthroughBehavior": "when_no_match",
        }
    scheme = "https" if to.port == 443 else "http"
    in_path = [p["name"] for p in operation.get("parameters", []) if p.get("in") == "path"]
    return {
        "type": "http_proxy",
        "httpMethod": method.upper(),
        "connectionType": "VPC_LINK",
        "connectionId": vpc_link_id,
        "integrationTarget": to.arn,
        "uri": pulumi.Output.concat(f"{scheme}://", to.host, f":{to.port}", path),
        "timeoutInMillis": TIMEOUT,
        "passthroughBehavior": "when_no_match",
        **(
            {"requestParameters": {f"integration.request.path.{n}": f"method.request.path.{n}" for n in in_path}}
            if in_path
            else {}
        ),
    }
