"""A Regional REST API on API Gateway from an OpenAPI document: throttled, validated, logged and traced."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.alarms import Metric, alarms_above, widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.serverless.lambda_ import Function
from components.tiers.serverless.openapi import (
    Authorization,
    Integration,
    LoadBalancerIntegration,
    check,
    for_gateway,
    is_open,
    operations,
)
from components.tiers.serverless.vpc_link import vpc_link


@dataclass(frozen=True, kw_only=True)
class CustomDomain:
    """A custom domain. certificate_arn: validated certificate in the API's Region. truststore_uri: ``s3://bucket/key``
    of the CA certificates for mutual TLS. truststore_version: version of that object.
    """

    name: str
    certificate_arn: pulumi.Input[str]
    truststore_uri: pulumi.Input[str] | None = None
    truststore_version: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class UsagePlan:
    """Limits for clients with an API key. rate: requests per second; burst: requests; quota: requests per month.

    key_value: value of the key, for example that of another Region, so that one key is valid in both; None: AWS creates
    one.
    """

    rate: float = 100
    burst: int = 200
    quota: int = 10_000_000
    key_value: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class RestApiArgs(EncryptedTierArgs):
    """Inputs of `RestApi`.

    document: OpenAPI 3.0; each operation has an operationId. integrations: by operationId. authorization: ``iam``
    (signed requests), ``jwt`` (bearer token that ``authorizer`` checks) or ``none``; operations with ``security: []``
    are open to everybody. domain: custom domain; the execute-api endpoint is then disabled. usage_plan: clients then
    need an API key. rate, burst: limits of the whole stage, requests per second and requests. vpc_id, subnet_ids: for
    load balancers, a subnet in every zone. stage_logging: write access and execution logs. account_logging: set the
    account's CloudWatch role (one per account and Region), without which a stage cannot log; False if it is already
    set. logging: then the resources that set it, if they are in this program.

    Raises ValueError if the arguments contradict each other.
    """

    document: Mapping[str, Any]
    integrations: Mapping[str, Integration]
    authorization: Authorization = "iam"
    authorizer: Function | None = None
    domain: CustomDomain | None = None
    more_domains: Mapping[str, CustomDomain] = field(default_factory=dict[str, CustomDomain])
    """Further domain names by label, such as the Region's own name besides the one that both Regions share."""
    usage_plan: UsagePlan | None = None
    rate: float = 1_000
    burst: int = 2_000
    vpc_id: pulumi.Input[str] | None = None
    subnet_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    vpc_link_id: pulumi.Input[str] | None = None
    """VPC link of another API to use, instead of one of its own."""
    stage_logging: bool = True
    account_logging: bool = True
    logging: Sequence[pulumi.Resource] = ()
    log_days: int = 365
    slow: int = 3_000
    """p99 latency above which the alarm fires, milliseconds."""

    def __post_init__(self) -> None:
        check(self.document, self.integrations)
        if (self.authorization == "jwt") != (self.authorizer is not None):
            raise ValueError(f"authorization={self.authorization}: jwt needs an authorizer, and only jwt has one")
        mutual = self.domain is not None and self.domain.truststore_uri is not None
        closed = any(not is_open(operation) for _, _, operation in operations(self.document))
        if self.authorization == "none" and closed and not mutual and self.usage_plan is None:
            raise ValueError("authorization=none: anybody may call; give iam, jwt, mutual TLS or a usage plan")
        if self.private and self.vpc_link_id is None and (self.vpc_id is None or len(self.subnet_ids) < 2):
            raise ValueError(
                f"subnet_ids={sorted(self.subnet_ids)}: load balancers behind the API need vpc_id and at least 2 zones"
            )
        if self.rate <= 0 or self.burst <= 0:
            raise ValueError(f"rate={self.rate}, burst={self.burst}: must be above 0, or nobody is served")

    @property
    def private(self) -> bool:
        """Whether an integration of the API is inside the VPC."""
        return any(isinstance(i, LoadBalancerIntegration) for i in self.integrations.values())


STAGE = "live"
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "protocol": "$context.protocol",
    "responseLength": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "error": "$context.error.message",
    "validation": "$context.error.validationErrorString",
    "trace": "$context.xrayTraceId",
}
"""Fields of the access log (API Gateway guide, "$context Variables"): no headers, query strings or bodies."""


class RestApi(pulumi.ComponentResource):
    """A Regional REST API with one stage ``live``, redeployed when its document changes.

    Children: {name} (API), {name}-deployment, {name}-live (stage), {name}-settings, {name}-logs, and depending on the
    arguments {name}-link(-sg), {name}-domain, {name}-mapping, {name}-plan, {name}-key, {name}-account(-role); alarms.
    """

    id: pulumi.Output[str]
    stage_arn: pulumi.Output[str]
    """The ARN for a web ACL association."""
    execution_arn: pulumi.Output[str]
    url: pulumi.Output[str]
    domain_target: pulumi.Output[str] | None
    domain_zone_id: pulumi.Output[str] | None
    more_targets: dict[str, tuple[pulumi.Output[str], pulumi.Output[str]]]
    """For each label of more_domains: the name that DNS should point to, and its hosted zone."""
    api_name: pulumi.Output[str]
    """The dimension ApiName of its metrics."""
    vpc_link_id: pulumi.Input[str] | None
    link_security_group_id: pulumi.Output[str] | None
    """Security group of the API's own VPC link, which needs a rule to the load balancers'."""
    api_key_id: pulumi.Output[str] | None
    api_key_value: pulumi.Output[str] | None
    """A Pulumi secret."""
    logging: Sequence[pulumi.Resource]
    """What sets the account's CloudWatch role, for another API of the same account and Region."""
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on requests of customers that are answered with 5xx; a subset of alarms."""
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: RestApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:RestApi", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.vpc_link_id, self.link_security_group_id = args.vpc_link_id, None
        if args.private and args.vpc_link_id is None:
            link, group = vpc_link(
                name, vpc_id=args.vpc_id, subnet_ids=args.subnet_ids, tags=args.tags, opts=self._child
            )
            self.vpc_link_id, self.link_security_group_id = link.id, group.id
        body = pulumi.Output.json_dumps(
            for_gateway(
                args.document,
                args.integrations,
                authorization=args.authorization,
                authorizer_uri=args.authorizer.invoke_arn if args.authorizer else None,
                api_key=args.usage_plan is not None,
                vpc_link_id=self.vpc_link_id,
            ),
            sort_keys=True,
        )
        api = aws.apigateway.RestApi(
            name,
            description=str(args.document["info"]["title"]),
            body=body,
            endpoint_configuration={"types": "REGIONAL"},
            disable_execute_api_endpoint=args.domain is not None,
            minimum_compression_size="1024",
            tags=named(args.tags, name),
            opts=self._child,
        )
        deployment = aws.apigateway.Deployment(
            f"{name}-deployment",
            rest_api=api.id,
            triggers={
                "document": body.apply(lambda text: hashlib.sha256(text.encode()).hexdigest()),
                # The execute-api endpoint is disabled, or enabled, with the next change of the stage, not before (API
                # Gateway guide, "Disable the default endpoint for REST APIs").
                "execute-api": "off" if args.domain is not None else "on",
            },
            opts=self._child,
        )
        logs = self._log_group() if args.stage_logging else None
        # A stage cannot log before the account has the CloudWatch role.
        self.logging = self._account() if logs and args.account_logging else args.logging
        stage = aws.apigateway.Stage(
            f"{name}-{STAGE}",
            rest_api=api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            xray_tracing_enabled=True,
            access_log_settings={"destination_arn": logs.arn, "format": json.dumps(ACCESS_LOG)} if logs else None,
            tags=named(args.tags, f"{name}-{STAGE}"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(self.logging)),
        )
        aws.apigateway.MethodSettings(
            f"{name}-settings",
            rest_api=api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings={
                "metrics_enabled": True,
                "logging_level": "ERROR" if logs else "OFF",
                "data_trace_enabled": False,  # it would write request bodies to the log
                "throttling_rate_limit": args.rate,
                "throttling_burst_limit": args.burst,
            },
            opts=self._child,
        )
        self.id, self.stage_arn, self.execution_arn = api.id, stage.arn, api.execution_arn
        self.url, self.api_name = stage.invoke_url, api.name
        self.domain_target, self.domain_zone_id, self.api_key_id, self.api_key_value = None, None, None, None
        if args.authorizer:
            args.authorizer.allow(
                "authorizer", "apigateway.amazonaws.com", pulumi.Output.concat(api.execution_arn, "/authorizers/*")
            )
        if args.domain:
            custom = self._domain(name, args.domain, api, stage)
            self.domain_target, self.domain_zone_id = custom.regional_domain_name, custom.regional_zone_id
            self.url = pulumi.Output.from_input(f"https://{args.domain.name}")
        more = {label: self._domain(f"{name}-{label}", d, api, stage) for label, d in args.more_domains.items()}
        self.more_targets = {label: (d.regional_domain_name, d.regional_zone_id) for label, d in more.items()}
        if args.usage_plan:
            self._plan(args.usage_plan, api, stage)
        self._alarms(api)
        self.failed_requests = [self.alarms["5xx"]]
        self.register_outputs({"id": self.id, "stageArn": self.stage_arn, "url": self.url})

    def _log_group(self) -> aws.cloudwatch.LogGroup:
        name = f"{self._prefix}-logs"
        return aws.cloudwatch.LogGroup(
            name,
            retention_in_days=self._args.log_days,
            kms_key_id=self._args.kms_key_arn,
            tags=named(self._args.tags, name),
            opts=self._child,
        )

    def _account(self) -> list[pulumi.Resource]:
        name, child = self._prefix, self._child
        role = aws.iam.Role(
            f"{name}-account-role",
            assume_role_policy=iam.trust(
                "apigateway.amazonaws.com", conditions=iam.on_behalf_of(arns.account_of(self._args.kms_key_arn))
            ),
            description="API Gateway writes logs of all REST APIs of this account and Region",
            tags=named(self._args.tags, f"{name}-account-role"),
            opts=child,
        )
        # AWS's managed policy, since the role serves the whole account (API Gateway guide, "Set up CloudWatch
        # logging").
        policy = aws.iam.RolePolicyAttachment(
            f"{name}-account-logs",
            role=role.name,
            policy_arn=arns.managed_policy(role.arn, "service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
            opts=child,
        )
        account = aws.apigateway.Account(
            f"{name}-account",
            cloudwatch_role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        return [account]

    def _domain(
        self, name: str, domain: CustomDomain, api: aws.apigateway.RestApi, stage: aws.apigateway.Stage
    ) -> aws.apigateway.DomainName:
        mutual: aws.apigateway.DomainNameMutualTlsAuthenticationArgs | None = None
        if domain.truststore_uri is not None:
            mutual = aws.apigateway.DomainNameMutualTlsAuthenticationArgs(
                truststore_uri=domain.truststore_uri, truststore_version=domain.truststore_version
            )
        custom = aws.apigateway.DomainName(
            f"{name}-domain",
            domain_name=domain.name,
            regional_certificate_arn=domain.certificate_arn,
            endpoint_configuration={"types": "REGIONAL"},
            security_policy="TLS_1_2",
            mutual_tls_authentication=mutual,
            tags=named(self._args.tags, domain.name),
            # Client certificates are no longer asked for only once the stage has the authorization that replaces them.
            opts=self._child if mutual else pulumi.ResourceOptions(parent=self, depends_on=[stage]),
        )
        aws.apigateway.BasePathMapping(
            f"{name}-mapping",
            domain_name=custom.domain_name,
            rest_api=api.id,
            stage_name=stage.stage_name,
            opts=self._child,
        )
        return custom

    def _plan(self, plan: UsagePlan, api: aws.apigateway.RestApi, stage: aws.apigateway.Stage) -> None:
        name, tags = self._prefix, self._args.tags
        made = aws.apigateway.UsagePlan(
            f"{name}-plan",
            api_stages=[{"api_id": api.id, "stage": stage.stage_name}],
            throttle_settings={"rate_limit": plan.rate, "burst_limit": plan.burst},
            quota_settings={"limit": plan.quota, "period": "MONTH"},
            tags=named(tags, f"{name}-plan"),
            opts=self._child,
        )
        key = aws.apigateway.ApiKey(
            f"{name}-key", enabled=True, value=plan.key_value, tags=named(tags, f"{name}-key"), opts=self._child
        )
        aws.apigateway.UsagePlanKey(
            f"{name}-plan-key", usage_plan_id=made.id, key_id=key.id, key_type="API_KEY", opts=self._child
        )
        self.api_key_id, self.api_key_value = key.id, pulumi.Output.secret(key.value)

    def _alarms(self, api: aws.apigateway.RestApi) -> None:
        of_stage = {"ApiName": api.name, "Stage": pulumi.Output.from_input(STAGE)}

        def metric(what: str, statistic: str) -> Metric:
            return Metric(namespace="AWS/ApiGateway", name=what, dimensions=of_stage, statistic=statistic)

        table = {
            "5xx": (metric("5XXError", "Average"), 0.01, 3, "more than 1 % of the requests end in a server error"),
            "4xx": (metric("4XXError", "Average"), 0.3, 5, "more than 30 % of the requests are refused"),
            "slow": (metric("Latency", "p99"), self._args.slow, 5, f"p99 above {self._args.slow} ms"),
        }
        self.alarms = alarms_above(self._prefix, table, self._args.alarms, self._child)
        shown = [metric("Count", "Sum"), metric("5XXError", "Sum"), metric("4XXError", "Sum"), metric("Latency", "p99")]
        self.widgets = [widget(f"{self._prefix}: API", arns.region_of(api.arn), shown)]
