"""The shop's entry point: CloudFront with a web ACL, and DNS names that lead to a healthy Region."""

from collections.abc import Mapping, Sequence

import pulumi

from components.architectures.base import Architecture
from components.architectures.ecommerce.services import PATHS
from components.architectures.shared.edge import Edge
from components.tiers.data.s3 import DataBucket
from components.tiers.edge.cloudfront import (
    BucketOrigin,
    CloudFrontDistribution,
    CloudFrontDistributionArgs,
    LoadBalancerOrigin,
    PathBehavior,
)
from components.tiers.edge.cloudfront_policies import Caching
from components.tiers.edge.route53 import DnsRecords, DnsRecordsArgs, HealthCheckTarget, RecordTarget
from components.tiers.edge.waf import ManagedRuleGroup, WebAcl, WebAclArgs
from components.tiers.servers.storefront import Storefront

ORIGIN = "origin"
"""First label of the name with which CloudFront finds the load balancers of both Regions."""
HEALTH = "/health"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'none'; form-action 'self'; upgrade-insecure-requests"
)
"""The storefront's page contains its own styles."""
PATTERNS = (
    PathBehavior(pattern="/", caching=Caching.NONE, dynamic=True),
    PathBehavior(pattern=HEALTH, caching=Caching.NONE, dynamic=True),
    PathBehavior(pattern="/media/*", caching=Caching.ASSETS, dynamic=True),
    *(
        PathBehavior(pattern=f"/{service}{rest}", caching=Caching.NONE, dynamic=True, writes=service != "catalog")
        for service in PATHS
        for rest in ("", "/*")
    ),
)
"""Paths that the load balancers serve; everything else is a file in the assets bucket."""


class Site:
    """Components edge-shop-firewall, edge-shop, and with a domain edge-origin and edge-site.

    url: address of the shop.
    """

    def __init__(
        self,
        architecture: Architecture,
        edge: Edge,
        *,
        assets: DataBucket,
        web: Mapping[str, Storefront],
        secret: pulumi.Output[str],
        rules: Sequence[pulumi.Resource],
        certificate_arn: pulumi.Output[str] | None,
    ) -> None:
        self._architecture, self._edge, self._web, self._secret = architecture, edge, web, secret
        settings = architecture.settings
        self._domain = settings.domain
        firewall = WebAcl(
            "edge-shop-firewall",  # its log group's name is fixed, so it contains the scenario
            WebAclArgs(
                scope="CLOUDFRONT",
                kms_key_arn=edge.kms_key_arn,
                requests_per_client=settings.ecommerce.requests_per_client,
                # This rule blocks bodies above 8 KB, and long orders are larger; the services have their own limit.
                count_only={ManagedRuleGroup.CORE: ["SizeRestrictions_BODY"]},
                log_days=architecture.primary.log_days,
                alarms=edge.alarms_of("firewall"),
                tags=edge.tier_tags("firewall"),
            ),
            edge.child,
        )
        edge.monitor(firewall)
        origin = self._origin_records()
        standby = architecture.standby
        delivery = CloudFrontDistribution(
            "edge-shop",
            CloudFrontDistributionArgs(
                bucket=BucketOrigin(
                    name=assets.bucket_name, arn=assets.bucket_arn, regional_domain_name=assets.regional_domain_name
                ),
                replica=_replica(assets, standby.region) if standby else None,
                dynamic=self._balancers(origin),
                dynamic_standby=self._standby_balancer() if standby and origin is None else None,
                paths=PATTERNS,
                default_root_object=None,  # the servers serve the page
                content_security_policy=CONTENT_SECURITY_POLICY,
                domains=[self._domain.name] if self._domain else [],
                certificate_arn=certificate_arn,
                web_acl_arn=firewall.web_acl_arn,
                log_bucket_arn=architecture.primary.log_bucket.bucket_arn,
                alarms=edge.alarms_of("site"),
                after=rules,
                tags=edge.tier_tags("site"),
            ),
            edge.child,
        )
        edge.monitor(delivery)
        self.url: pulumi.Input[str] = pulumi.Output.concat("https://", delivery.domain_name)
        if self._domain is not None and origin is not None:
            self._site_records(delivery, origin)
            self.url = f"https://{self._domain.name}"

    def _origin_name(self) -> str:
        assert self._domain is not None, "names need a domain"
        return f"{ORIGIN}.{self._domain.name}"

    def _balancers(self, origin: DnsRecords | None) -> LoadBalancerOrigin:
        """The load balancer of the nearest healthy Region; without a domain the primary's, by its own name
        over HTTP.
        """
        if origin is None:
            return LoadBalancerOrigin(
                domain_name=self._web["primary"].load_balancer_dns_name, secret=self._secret, tls=False
            )
        return LoadBalancerOrigin(domain_name=self._origin_name(), secret=self._secret)

    def _standby_balancer(self) -> LoadBalancerOrigin:
        return LoadBalancerOrigin(
            domain_name=self._web["standby"].load_balancer_dns_name, secret=self._secret, tls=False
        )

    def _origin_records(self) -> DnsRecords | None:
        if self._domain is None:
            return None
        settings, cells = self._architecture.settings, self._architecture.cells
        database = settings.ecommerce.database
        moved = self._architecture.standby is not None and database.standby == "replica" and database.promoted
        made = DnsRecords(
            "edge-origin",
            DnsRecordsArgs(
                domain=self._origin_name(),
                zone_id=self._domain.zone_id,
                targets={
                    cells[role].region: RecordTarget(
                        dns_name=web.load_balancer_dns_name,
                        zone_id=web.load_balancer_zone_id,
                        endpoint=HealthCheckTarget(fqdn=web.load_balancer_dns_name, path=HEALTH),
                        # Its services would write to the old database (docs/ecommerce.md, "Promoting the database").
                        kept_out=moved and role == "primary",
                    )
                    for role, web in self._web.items()
                },
                policy="latency",
                ipv6=settings.ipv6,
                alarms=self._edge.alarms_of("names"),
                tags=self._edge.tier_tags("names"),
            ),
            self._edge.child,
        )
        self._edge.monitor(made)
        return made

    def _site_records(self, delivery: CloudFrontDistribution, origin: DnsRecords) -> None:
        """DNS records of the site: CloudFront, or if it fails the load balancers, which ask visitors to come back
        later.
        """
        assert self._domain is not None, "names need a domain"
        made = DnsRecords(
            "edge-site",
            DnsRecordsArgs(
                domain=self._domain.name,
                zone_id=self._domain.zone_id,
                targets={
                    "cdn": RecordTarget(
                        dns_name=delivery.domain_name,
                        zone_id=delivery.hosted_zone_id,
                        endpoint=HealthCheckTarget(fqdn=delivery.domain_name, path=HEALTH),
                        follow_target=False,
                    ),
                    "origins": RecordTarget(
                        dns_name=self._origin_name(), zone_id=self._domain.zone_id, endpoint=None, after=origin.records
                    ),
                },
                policy="failover",
                ipv6=self._architecture.settings.ipv6,
                alarms=self._edge.alarms_of("names"),
                tags=self._edge.tier_tags("names"),
            ),
            self._edge.child,
        )
        self._edge.monitor(made)


def _replica(assets: DataBucket, region: str) -> BucketOrigin:
    assert assets.replica_name is not None, "made with a replica"
    assert assets.replica_arn is not None
    assert assets.replica_regional_domain_name is not None
    return BucketOrigin(
        name=assets.replica_name,
        arn=assets.replica_arn,
        regional_domain_name=assets.replica_regional_domain_name,
        region=region,
    )
