"""Entry points for viewers and encoders: CloudFront with a web ACL, Global Accelerator, and DNS names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi

from components.architectures.base import Architecture
from components.architectures.media.data import Data
from components.architectures.media.services import PATHS
from components.architectures.shared.edge import Edge
from components.tiers.edge.cloudfront import (
    LIVE_PATHS,
    SHIELD_REGIONS,
    VIDEO_PATHS,
    CloudFrontDistribution,
    CloudFrontDistributionArgs,
    LoadBalancerOrigin,
    PathBehavior,
)
from components.tiers.edge.cloudfront_policies import Caching
from components.tiers.edge.global_accelerator import (
    HTTP_PORT,
    HTTPS_PORT,
    AcceleratorEndpoint,
    GlobalAccelerator,
    GlobalAcceleratorArgs,
)
from components.tiers.edge.route53 import DnsRecords, DnsRecordsArgs, RecordTarget
from components.tiers.edge.waf import WebAcl, WebAclArgs
from components.tiers.servers.streaming import StreamingServers

ORIGIN, INGEST = "origin", "ingest"
"""First labels: of the name with which CloudFront finds the accelerator, and of the names to which encoders write."""
HEALTH = "/health"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; img-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; frame-ancestors 'none'; form-action 'self'; upgrade-insecure-requests"
)
"""A page of the site may run a player, which passes segments to the browser as blobs."""
SIGNED_PATHS = (
    # Cached like live HLS playlists: cached for a minute, like segments, it would be far behind the stream.
    PathBehavior(pattern="/live/*.mpd", caching=Caching.MANIFESTS, dynamic=True, signed=True),
    *LIVE_PATHS,
    *VIDEO_PATHS[:2],
    PathBehavior(pattern="/vod/*", caching=Caching.SEGMENTS, signed=True),
)
"""Live streams, playlists, and everything else that transcoding writes: segments of every kind, thumbnails."""


class Site:
    """Components edge-media-firewall, edge-media, with two Regions edge-media-accelerator, and with a domain
    edge-origin, edge-site and edge-ingest-{code}.

    url: address of the platform. ingest_urls: where encoders write, by role of the cell. accelerator: None with one
    Region, since it could not move clients anywhere.
    """

    def __init__(
        self,
        architecture: Architecture,
        edge: Edge,
        accelerators: Edge | None,
        *,
        data: Data,
        live: Mapping[str, StreamingServers],
        secret: pulumi.Output[str],
        rules: Sequence[pulumi.Resource],
        certificate_arn: pulumi.Output[str] | None,
    ) -> None:
        self._architecture, self._edge, self._live = architecture, edge, live
        self._domain, self._settings = architecture.settings.domain, architecture.settings.media
        self.accelerator = self._accelerate(accelerators) if accelerators else None
        standby, tags = architecture.standby, edge.tier_tags("site")
        origin = self._origin_name()
        delivery = CloudFrontDistribution(
            "edge-media",
            CloudFrontDistributionArgs(
                bucket=data.origin(architecture.primary),
                replica=data.origin(standby) if standby else None,
                # The other Region's pipeline writes to its own bucket, which is not replicated back.
                fail_over_on_missing=standby is not None,
                dynamic=self._balancer("primary", secret)
                if origin is None
                else LoadBalancerOrigin(domain_name=origin, secret=secret),
                dynamic_standby=self._balancer("standby", secret) if standby and origin is None else None,
                paths=self._paths(),
                domains=[self._domain.name] if self._domain else [],
                certificate_arn=certificate_arn,
                web_acl_arn=self._firewall().web_acl_arn,
                log_bucket_arn=architecture.primary.log_bucket.bucket_arn,
                signing_keys=self._settings.signing_keys,
                shield_region=architecture.primary.region if architecture.primary.region in SHIELD_REGIONS else None,
                content_security_policy=CONTENT_SECURITY_POLICY,
                cors_origins=self._settings.player_origins,
                alarms=edge.alarms_of("site"),
                after=rules,
                tags=tags,
            ),
            edge.child,
        )
        edge.monitor(delivery)
        self.distribution_id = delivery.distribution_id
        self.url: pulumi.Input[str] = pulumi.Output.concat("https://", delivery.domain_name)
        self.ingest_urls: dict[str, pulumi.Input[str]] = {
            role: pulumi.Output.concat("http://", tier.load_balancer_dns_name, "/live/") for role, tier in live.items()
        }
        if self._domain is not None:
            self._site_names(delivery)
            self.url = f"https://{self._domain.name}"
            self.ingest_urls = {role: f"https://{self._ingest_name(role)}/live/" for role in live}

    def _paths(self) -> tuple[PathBehavior, ...]:
        signed = bool(self._settings.signing_keys)
        services = (
            PathBehavior(pattern=f"/{service}{rest}", caching=Caching.NONE, dynamic=True, writes=True)
            for service in PATHS
            for rest in ("", "/*")
        )
        health = PathBehavior(pattern=HEALTH, caching=Caching.NONE, dynamic=True)
        return (*(replace(path, signed=signed) for path in SIGNED_PATHS), *services, health)

    def _firewall(self) -> WebAcl:
        edge = self._edge
        firewall = WebAcl(
            "edge-media-firewall",  # its log group's name is fixed, so it contains the scenario
            WebAclArgs(
                scope="CLOUDFRONT",
                kms_key_arn=edge.kms_key_arn,
                requests_per_client=self._settings.requests_per_client,
                log_days=self._architecture.primary.log_days,
                alarms=edge.alarms_of("firewall"),
                tags=edge.tier_tags("firewall"),
            ),
            edge.child,
        )
        edge.monitor(firewall)
        return firewall

    def _accelerate(self, edge: Edge) -> GlobalAccelerator:
        """Two addresses for both Regions' load balancers; alarms are in the Region of its metrics."""
        settings, cells = self._architecture.settings, self._architecture.cells
        made = GlobalAccelerator(
            "edge-media-accelerator",
            GlobalAcceleratorArgs(
                endpoints={
                    cells[role].region: AcceleratorEndpoint(
                        load_balancer_arn=tier.load_balancer_arn, traffic_dial=self._settings.traffic_dials[role]
                    )
                    for role, tier in self._live.items()
                },
                log_bucket=self._architecture.primary.log_bucket.bucket_name,
                ports=(HTTP_PORT, HTTPS_PORT) if self._domain else (HTTP_PORT,),
                dual_stack=settings.ipv6,
                retain_data=settings.keep_data,
                alarms=edge.alarms_of("accelerator"),
                tags=edge.tier_tags("accelerator"),
            ),
            edge.child,
        )
        edge.monitor(made)
        return made

    def _balancer(self, role: str, secret: pulumi.Output[str]) -> LoadBalancerOrigin:
        """A load balancer by its own name, over HTTP: without a domain there is no certificate."""
        return LoadBalancerOrigin(domain_name=self._live[role].load_balancer_dns_name, secret=secret, tls=False)

    def _origin_name(self) -> str | None:
        return f"{ORIGIN}.{self._domain.name}" if self._domain else None

    def _ingest_name(self, role: str) -> str:
        assert self._domain is not None, "names need a domain"
        return f"{INGEST}-{self._architecture.cells[role].code}.{self._domain.name}"

    def _site_names(self, delivery: CloudFrontDistribution) -> None:
        """DNS names of the site; of the accelerator or load balancer, for CloudFront; of each load balancer, for
        encoders.
        """
        site = RecordTarget(
            dns_name=delivery.domain_name, zone_id=delivery.hosted_zone_id, endpoint=None, follow_target=False
        )
        assert self._domain is not None, "names need a domain"
        self._name("edge-site", self._domain.name, "cdn", site)
        if self.accelerator is not None:
            made = self.accelerator
            target = RecordTarget(dns_name=made.dns_name, zone_id=made.hosted_zone_id, endpoint=None)
        else:
            target = self._balancer_target("primary")
        # One label for both: when a second Region is added, the record is changed, not created beside the old one.
        self._name("edge-origin", f"{ORIGIN}.{self._domain.name}", "live", target)
        for role in self._live:
            cell = self._architecture.cells[role]
            self._name(f"edge-ingest-{cell.code}", self._ingest_name(role), cell.region, self._balancer_target(role))

    def _balancer_target(self, role: str) -> RecordTarget:
        tier = self._live[role]
        return RecordTarget(dns_name=tier.load_balancer_dns_name, zone_id=tier.load_balancer_zone_id, endpoint=None)

    def _name(self, name: str, domain: str, label: str, target: RecordTarget) -> None:
        assert self._domain is not None, "names need a domain"
        edge = self._edge
        made = DnsRecords(
            name,
            DnsRecordsArgs(
                domain=domain,
                zone_id=self._domain.zone_id,
                targets={label: target},
                policy="simple",
                ipv6=self._architecture.settings.ipv6,
                alarms=edge.alarms_of("names"),
                tags=edge.tier_tags("names"),
            ),
            edge.child,
        )
        edge.monitor(made)
