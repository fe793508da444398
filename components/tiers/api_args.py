"""What a REST API is made of, checked for contradictions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.alarms import Alarming
from components.tiers.api_document import Authorization, Integration, ToLoadBalancer, check, is_open, operations
from components.tiers.function import Function


@dataclass(frozen=True, kw_only=True)
class Domain:
    """Custom domain. certificate_arn: validated, of the API's own Region. truststore_uri: ``s3://bucket/key`` of the
    CA certificates clients must have one of: mutual TLS. truststore_version: of that object."""

    name: str
    certificate_arn: pulumi.Input[str]
    truststore_uri: pulumi.Input[str] | None = None
    truststore_version: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class UsagePlan:
    """Limits for clients with an API key. rate: requests a second; burst: requests; quota: requests a month.

    key_value: of the key, such as that of another Region's, so that one key opens both; AWS makes one when None.
    """

    rate: float = 100
    burst: int = 200
    quota: int = 10_000_000
    key_value: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class RestApiArgs:
    """Inputs of `RestApi`.

    document: OpenAPI 3.0; each operation has an operationId. integrations: by operationId. authorization: ``iam``
    (signed requests), ``jwt`` (bearer token checked by ``authorizer``) or ``none``; operations with ``security: []``
    are open to anybody. domain: with it the execute-api address is off. usage_plan: an API key is then required. rate,
    burst: of the whole stage, requests a second and requests. vpc_id, subnet_ids: for load balancers, every zone.
    account_logging: set the account's logging role, one for each account and Region, without which a stage cannot log;
    false when somebody else has set it.

    Raises ValueError when the arguments contradict each other.
    """

    document: Mapping[str, Any]
    integrations: Mapping[str, Integration]
    kms_key_arn: pulumi.Input[str]
    authorization: Authorization = "iam"
    authorizer: Function | None = None
    domain: Domain | None = None
    more_domains: Mapping[str, Domain] = field(default_factory=dict[str, Domain])
    """Further names by label, such as the Region's own beside one that Regions share."""
    usage_plan: UsagePlan | None = None
    rate: float = 1_000
    burst: int = 2_000
    vpc_id: pulumi.Input[str] | None = None
    subnet_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    account_logging: bool = True
    log_days: int = 365
    slow: int = 3_000
    """Milliseconds of the p99 latency before the alarm."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    alarms: Alarming = field(default_factory=Alarming)

    def __post_init__(self) -> None:
        check(self.document, self.integrations)
        if (self.authorization == "jwt") != (self.authorizer is not None):
            raise ValueError(f"authorization={self.authorization}: jwt needs an authorizer, and only jwt has one")
        mutual = self.domain is not None and self.domain.truststore_uri is not None
        closed = any(not is_open(operation) for _, _, operation in operations(self.document))
        if self.authorization == "none" and closed and not mutual and self.usage_plan is None:
            raise ValueError("authorization=none: anybody may call; give iam, jwt, mutual TLS or a usage plan")
        if self.private and (self.vpc_id is None or len(self.subnet_ids) < 2):
            raise ValueError(
                f"subnet_ids={sorted(self.subnet_ids)}: load balancers behind the API need vpc_id and at least 2 zones"
            )
        if self.rate <= 0 or self.burst <= 0:
            raise ValueError(f"rate={self.rate}, burst={self.burst}: must be above 0, or nobody is served")

    @property
    def private(self) -> bool:
        """Whether something behind the API is inside the VPC."""
        return any(isinstance(i, ToLoadBalancer) for i in self.integrations.values())
