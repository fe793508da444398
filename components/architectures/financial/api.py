"""The API of the payment platform: REST API, web ACL, DNS names and authentication."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import yaml

from components.alarms import Metric
from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.financial.processing import METRICS, Processing
from components.architectures.financial.services import LINK_HEALTH, Services
from components.architectures.shared.edge import Edge
from components.packaging import function_archive, powertools_layer
from components.settings.financial import ApiSettings, TokenSettings
from components.tags import few_tags
from components.tiers.data.s3_private_bucket import PrivateBucketArgs, keep_versions, private_bucket
from components.tiers.edge.acm import Certificate
from components.tiers.edge.arc import RoutingControls, RoutingControlsArgs
from components.tiers.edge.route53 import DnsRecords, DnsRecordsArgs, HealthCheckTarget, RecordTarget
from components.tiers.edge.waf import WebAcl, WebAclArgs
from components.tiers.network.security_groups import allow_traffic
from components.tiers.serverless.api_gateway import CustomDomain, RestApi, RestApiArgs, UsagePlan
from components.tiers.serverless.lambda_ import Function, FunctionArgs, service_of
from components.tiers.serverless.openapi import (
    Authorization,
    FunctionIntegration,
    Integration,
    LoadBalancerIntegration,
    is_open,
    operations,
)

DOCUMENT = Path(__file__).parents[2] / "openapi" / "transactions.yaml"
OF_SERVICES = ("ledger", "risk", "link")
"""Tags of operations behind the VPC link; the transaction processor answers the others."""
HEALTH = "/health"
AUTHORIZER_SECONDS = 10
OLD_AUTHORITIES_DAYS = 90
QUOTA = 100_000_000
"""Requests per month and API key: a safety limit."""


def document() -> dict[str, Any]:
    """The API's OpenAPI document."""
    return cast(dict[str, Any], yaml.safe_load(DOCUMENT.read_text()))


def open_operations(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The operations in the document that anybody may call."""
    kept = {path for path, _, operation in operations(whole) if is_open(operation)}
    return {**whole, "paths": {path: item for path, item in whole["paths"].items() if path in kept}}


def host_of(cell: Cell, domain: str, what: str) -> str:
    """A cell's own DNS name, directly below the domain, so that the domain's certificate covers it."""
    return f"{what}-{cell.code}.{domain}"


class PaymentsApi:
    """The API of one cell. Components: {code}-api, {code}-firewall; depending on the settings {code}-health-api,
    {code}-authorizer, {code}-authorities. url: endpoint for clients of this Region; health_url: endpoint for canary and
    health checks; link_health_url: the same behind the VPC link.
    """

    def __init__(
        self,
        architecture: Architecture,
        cell: Cell,
        processing: Processing,
        services: Services,
        certificate: Certificate | None,
        key: pulumi.Input[str] | None,
    ) -> None:
        self._cell, self._api = cell, architecture.settings.financial.api
        self._processor = FunctionIntegration(invoke_arn=processing.transactions.invoke_arn)
        self._services, self._certificate = services, certificate
        self.balancer_arn = services.balancer.arn
        domain = architecture.settings.domain
        self._domain = domain.name if domain else ""
        mutual = self._api.authorization == "mutual-tls"
        kind: Authorization = "none" if mutual else cast(Authorization, self._api.authorization)
        # A separate name if only the health check is behind it: two APIs in a Region cannot have the same name, even
        # briefly.
        self.health_host = host_of(cell, domain.name, "health" if mutual else "api") if domain else ""
        own_name = {} if mutual or not domain else {"own": self._name(self.health_host)}
        self.api = self._rest_api(
            "api",
            document(),
            authorization=kind,
            authorizer=self._authorizer(self._api.token) if self._api.token else None,
            stage_logging=self._api.logging != "skip",
            account_logging=self._api.logging == "own",
            domain=self._shared_name(mutual=mutual) if domain else None,
            more_domains=own_name,
            usage_plan=UsagePlan(rate=self._api.rate, burst=self._api.burst, quota=QUOTA, key_value=key)
            if self._api.api_keys
            else None,
        )
        health = self.api
        if mutual and domain:
            # Health checkers have no client certificate, so they get a separate API with nothing else in it.
            health = self._rest_api(
                "health-api",
                open_operations(document()),
                authorization="none",
                domain=self._name(self.health_host),
                stage_logging=self._api.logging != "skip",
                account_logging=False,
                logging=self.api.logging,
                vpc_link_id=self.api.vpc_link_id,
            )
        for caller in {self.api, health}:
            processing.transactions.allow(
                f"from-{caller.pulumi_resource_name.removeprefix(f'{cell.code}-')}",
                "apigateway.amazonaws.com",
                pulumi.Output.concat(caller.execution_arn, "/*"),
            )
        assert self.api.link_security_group_id is not None, "the services are behind a VPC link"
        allow_traffic(
            cell.name("api-inner"),
            caller=self.api.link_security_group_id,
            called=services.balancer.security_group_id,
            ports=[services.balancer.port],
            tags=cell.tier_tags("api"),
            opts=cell.child,
        )
        firewall = WebAcl(
            cell.name("firewall"),
            WebAclArgs(
                scope="REGIONAL",
                kms_key_arn=cell.kms_key_arn,
                protects={a.pulumi_resource_name: a.stage_arn for a in dict.fromkeys([self.api, health])},
                requests_per_client=self._api.requests_per_client,
                log_days=cell.log_days,
                alarms=cell.alarms_of("firewall"),
                tags=cell.tier_tags("firewall"),
            ),
            cell.child,
        )
        cell.monitor(firewall)
        self.own_target = health.more_targets.get("own") or (health.domain_target, health.domain_zone_id)
        base = pulumi.Output.from_input(f"https://{self.health_host}") if domain else self.api.url
        self.health_url = pulumi.Output.concat(base, HEALTH)
        self.link_health_url = pulumi.Output.concat(base, LINK_HEALTH)

    def _rest_api(self, name: str, whole: Mapping[str, Any], **given: Any) -> RestApi:
        cell, made = self._cell, self._services
        to: dict[str, Integration] = {}
        for _, _, operation in operations(whole):
            inner = set(operation.get("tags", ())) & set(OF_SERVICES)
            to[operation["operationId"]] = (
                LoadBalancerIntegration(arn=made.balancer.arn, host=made.host, port=made.balancer.port)
                if inner
                else self._processor
            )
        api = RestApi(
            cell.name(name),
            RestApiArgs(
                document=whole,
                integrations=to,
                kms_key_arn=cell.kms_key_arn,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.private_subnet_ids,
                rate=self._api.rate,
                burst=self._api.burst,
                log_days=cell.log_days,
                alarms=cell.alarms_of(name),
                tags=cell.tier_tags(name),
                **given,
            ),
            cell.child,
        )
        cell.monitor(api)
        return api

    def _name(self, name: str) -> CustomDomain:
        assert self._certificate is not None
        return CustomDomain(name=name, certificate_arn=self._certificate.certificate_arn)

    def _shared_name(self, *, mutual: bool) -> CustomDomain:
        assert self._certificate is not None
        uri, version = self._truststore() if mutual else (None, None)
        return CustomDomain(
            name=self._domain,
            certificate_arn=self._certificate.certificate_arn,
            truststore_uri=uri,
            truststore_version=version,
        )

    def _truststore(self) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """The clients' CA certificates in a bucket in the API's Region, where API Gateway reads them. They are not
        secret.
        """
        cell = self._cell
        tags = cell.tier_tags("api")
        stored = private_bucket(
            cell.name("authorities"),
            PrivateBucketArgs(
                tags=tags,
                retain_data=cell.retain_data,
                rules=[keep_versions(OLD_AUTHORITIES_DAYS)],
                log_bucket=cell.log_bucket.bucket_name,
            ),
            cell,
        )
        listed = aws.s3.BucketObjectv2(
            cell.name("authorities-list"),
            bucket=stored.bucket.id,
            key="authorities.pem",
            content=self._api.authorities,
            content_type="application/x-pem-file",
            tags=few_tags(tags),
            opts=pulumi.ResourceOptions(parent=cell, depends_on=[stored.versioning]),
        )
        return pulumi.Output.concat("s3://", stored.bucket.id, "/", listed.key), listed.version_id

    def _authorizer(self, token: TokenSettings) -> Function:
        cell = self._cell
        name = cell.name("authorizer")
        made = Function(
            name,
            FunctionArgs(
                code=function_archive("authorizer"),
                handler="handler.handler",
                kms_key_arn=cell.kms_key_arn,
                environment={
                    "ISSUER": token.issuer,
                    "AUDIENCE": token.audience,
                    "KEYS_URL": token.keys_url,
                    "POWERTOOLS_METRICS_NAMESPACE": METRICS,
                },
                # Anybody can send an invalid token, and this must not make the site's alarm fire.
                failures=Metric(
                    namespace=METRICS,
                    name="AuthorizerFailures",
                    dimensions={"service": service_of(name)},
                    statistic="Sum",
                ),
                layers=[powertools_layer(cell.region)],
                timeout=AUTHORIZER_SECONDS,
                log_days=cell.log_days,
                alarms=cell.alarms_of("authorizer"),
                tags=cell.tier_tags("authorizer"),
            ),
            cell.child,
        )
        cell.monitor(made)
        return made


def dns_names(architecture: Architecture, edge: Edge, fronts: Mapping[str, PaymentsApi]) -> None:
    """The domain leads to a healthy Region, with routing controls if the settings ask for them; each cell also has its
    own name.

    Components: edge-names, edge-controls, {code}-own-name.
    """
    domain, api = architecture.settings.domain, architecture.settings.financial.api
    if domain is None:
        return
    controls = _controls(architecture, edge, api)
    targets: dict[str, RecordTarget] = {}
    for role, cell in architecture.cells.items():
        front = fronts[role]
        assert front.api.domain_target is not None
        assert front.api.domain_zone_id is not None
        name, zone = front.own_target
        assert name is not None
        assert zone is not None
        aws.route53.Record(
            cell.name("own-name"),
            zone_id=domain.zone_id,
            name=front.health_host,
            type="A",
            aliases=[aws.route53.RecordAliasArgs(name=name, zone_id=zone, evaluate_target_health=False)],
            opts=cell.child,
        )
        targets[cell.region] = RecordTarget(
            dns_name=front.api.domain_target,
            zone_id=front.api.domain_zone_id,
            endpoint=HealthCheckTarget(fqdn=front.health_host, path=HEALTH),
            routing_control_arn=controls.control_arns[cell.region] if controls else None,
            follow_target=False,  # the health check covers more than Route 53's target evaluation
        )
    made = DnsRecords(
        "edge-names",
        DnsRecordsArgs(
            domain=domain.name,
            zone_id=domain.zone_id,
            targets=targets,
            policy=api.routing,  # with one Region too, so that a second one can be added
            tags=edge.tier_tags("names"),
            alarms=edge.alarms_of("names"),
        ),
        edge.child,
    )
    edge.monitor(made)


def _controls(architecture: Architecture, edge: Edge, api: ApiSettings) -> RoutingControls | None:
    if not api.routing_controls:
        return None
    regions = [cell.region for cell in architecture.cells.values()]
    made = RoutingControls(
        "edge-controls", RoutingControlsArgs(regions=regions, tags=edge.tier_tags("names")), edge.child
    )
    architecture.outputs["routingControlClusterArn"] = made.cluster_arn
    return made
