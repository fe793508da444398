"""Content delivery: CloudFront in front of a bucket and its replica, and of the load balancer for dynamic paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarm, Alarming, Metric, metric_alarm, widget
from components.names import physical_name
from components.tags import named
from components.tiers.data.s3_private_bucket import tls_only
from components.tiers.edge.cloudfront_policies import (
    CONTENT_SECURITY_POLICY,
    MANAGED_ALL_VIEWER_EXCEPT_HOST,
    Caching,
    UrlRewrite,
    cache_policy,
    security_headers,
    url_rewrite_function,
)

SHIELD_REGIONS = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-2", "sa-east-1"),
        *("eu-central-1", "eu-west-1", "eu-west-2", "me-central-1"),
        *("ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"),
    }
)
"""Regions that have Origin Shield (CloudFront developer guide, "Choosing the AWS Region for Origin Shield")."""

SECRET_HEADER = "X-Origin-Secret"  # noqa: S105 (a header's name)
"""Request header by which a load balancer knows CloudFront."""

MAX_PATHS = 74
"""Cache behaviours beside the default one (CloudFront quota: 75 per distribution)."""


@dataclass(frozen=True, kw_only=True)
class BucketOrigin:
    """A private bucket whose policy is left to this tier (``DataBucket`` with ``policy=None``).

    region: the bucket's, when not the provider's. Its key's policy must let CloudFront decrypt (``KeyUse.CONTENT``).
    """

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    regional_domain_name: pulumi.Input[str]
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class LoadBalancerOrigin:
    """A load balancer that answers CloudFront only.

    domain_name: what CloudFront connects to. Over TLS it must be in the load balancer's certificate. A name with
    latency records and health checks makes both Regions one origin, the only form in which writes fail over.
    secret: value of the request header ``X-Origin-Secret`` that the listener's rule insists on; a Pulumi secret.
    load_balancer_arn: of an internal load balancer, which CloudFront then reaches by a VPC origin, off the internet.
    tls: False only where the load balancer has no certificate.

    Raises ValueError when neither secret nor load_balancer_arn is given: anybody could then go around CloudFront.
    """

    domain_name: pulumi.Input[str]
    secret: pulumi.Input[str] | None = None
    load_balancer_arn: pulumi.Input[str] | None = None
    tls: bool = True

    def __post_init__(self) -> None:
        if self.secret is None and self.load_balancer_arn is None:
            raise ValueError("secret=None: the load balancer would answer everybody; give secret or load_balancer_arn")


@dataclass(frozen=True, kw_only=True)
class PathBehavior:
    """A cache behaviour. pattern: such as ``/api/*``. dynamic: from the load balancer, else from the bucket.

    writes: whether POST, PUT, PATCH and DELETE are let through. signed: only with a signed URL or signed cookies.
    """

    pattern: str
    caching: Caching
    dynamic: bool = False
    writes: bool = False
    signed: bool = False


VIDEO_PATHS = (
    PathBehavior(pattern="*.m3u8", caching=Caching.MANIFESTS, signed=True),
    PathBehavior(pattern="*.mpd", caching=Caching.MANIFESTS, signed=True),
    PathBehavior(pattern="*.ts", caching=Caching.SEGMENTS, signed=True),
    PathBehavior(pattern="*.m4s", caching=Caching.SEGMENTS, signed=True),
    PathBehavior(pattern="*.mp4", caching=Caching.SEGMENTS, signed=True),
)
"""Video on demand out of the bucket: HLS and DASH manifests, their segments."""

LIVE_PATHS = (
    PathBehavior(pattern="/live/*.m3u8", caching=Caching.MANIFESTS, dynamic=True, signed=True),
    PathBehavior(pattern="/live/*", caching=Caching.SEGMENTS, dynamic=True, signed=True),
)
"""Live streams from the streaming servers; they come before `VIDEO_PATHS`, as CloudFront takes the first that fits."""


@dataclass(frozen=True, kw_only=True)
class CloudFrontDistributionArgs:
    """Inputs of `CloudFrontDistribution`.

    bucket, replica: static content and its copy in the standby Region. dynamic, dynamic_standby: load balancers; the
    second takes over reads only (CloudFront fails over GET, HEAD and OPTIONS). paths: in the order of precedence, at
    most 74 beside the default, which is the bucket's. pages: what addresses of the bucket without a file name mean.
    fail_over_on_missing: ask the replica as well for objects that are not there. domains, certificate_arn: names of the
    site and an issued certificate of us-east-1 for them; CloudFront's own name and certificate without. web_acl_arn: of
    a web ACL of scope CLOUDFRONT. log_bucket_arn: of a `LogBucket`. signing_keys: name -> RSA-2048 or ECDSA-256 public
    key in PEM; two at a time while rotating. shield_region: extra cache in front of the origins, nearest the primary.
    detailed_metrics: cache hit rate, origin latency and rates per status, for which CloudWatch charges. alarms: topics
    of us-east-1. price_class: PriceClass_100, _200 or _All.

    Raises ValueError when these do not fit together.
    """

    bucket: BucketOrigin
    tags: Mapping[str, str]
    replica: BucketOrigin | None = None
    dynamic: LoadBalancerOrigin | None = None
    dynamic_standby: LoadBalancerOrigin | None = None
    paths: Sequence[PathBehavior] = ()
    pages: UrlRewrite = UrlRewrite.AS_ASKED
    default_root_object: str | None = "index.html"
    fail_over_on_missing: bool = False
    domains: Sequence[str] = ()
    certificate_arn: pulumi.Input[str] | None = None
    web_acl_arn: pulumi.Input[str] | None = None
    log_bucket_arn: pulumi.Input[str] | None = None
    signing_keys: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    shield_region: str | None = None
    content_security_policy: str = CONTENT_SECURITY_POLICY
    cors_origins: Sequence[str] = ()
    detailed_metrics: bool = True
    price_class: str = "PriceClass_All"
    alarms: Alarming = field(default_factory=Alarming)

    def __post_init__(self) -> None:
        if bool(self.domains) != (self.certificate_arn is not None):
            raise ValueError(f"domains={list(self.domains)}: a domain needs a certificate and a certificate a domain")
        if self.dynamic is None and (self.dynamic_standby or any(p.dynamic for p in self.paths)):
            raise ValueError("dynamic=None: paths or a standby origin ask for it; give the load balancer")
        if not self.signing_keys and any(p.signed for p in self.paths):
            raise ValueError("signing_keys={}: signed paths could serve nobody; give a public key")
        if any(p.writes and not p.dynamic for p in self.paths):
            raise ValueError("paths: the bucket takes no writes; set dynamic on paths with writes")
        if any(p.caching is Caching.NONE and not p.dynamic for p in self.paths):
            raise ValueError("paths: Caching.NONE sends the viewer's headers on, which S3 refuses; set dynamic")
        if any(p.writes and p.caching is not Caching.NONE for p in self.paths):
            raise ValueError("paths: answers on a path with writes are one viewer's own; use Caching.NONE")
        if len(self.paths) > MAX_PATHS:
            raise ValueError(f"paths: {len(self.paths)} are more than the {MAX_PATHS} that a distribution takes")
        patterns = [p.pattern for p in self.paths]
        if len(set(patterns)) != len(patterns):
            raise ValueError(f"paths={patterns}: each pattern can have one behaviour")
        if self.shield_region is not None and self.shield_region not in SHIELD_REGIONS:
            raise ValueError(
                f"shield_region={self.shield_region}: no Origin Shield; give one of {sorted(SHIELD_REGIONS)}"
            )


ORIGIN_DOWN = (500, 502, 503, 504)
"""Answers of an origin after which CloudFront asks the second one, beside no answer at all."""

ORIGIN_MISSING = (403, 404)
"""What S3 answers for an object that is not there (403 to a reader who may not list)."""

CONNECTION_ATTEMPTS, CONNECTION_SECONDS = 2, 4
"""An origin that does not take connections is given up after 8 s (CloudFront: 1-3 attempts of 1-10 s; default 30 s)."""

READ_SECONDS, KEEPALIVE_SECONDS = 30, 30
"""Time-outs of a load balancer's answer and of an idle connection to it (CloudFront: 1-60 s)."""

VPC_ORIGIN_NAME_LIMIT = 64
"""Characters in the name of a VPC origin (CloudFront CreateVpcOrigin)."""

STATIC, STATIC_REPLICA, STATIC_GROUP = "static", "static-replica", "static-group"
DYNAMIC, DYNAMIC_STANDBY, DYNAMIC_GROUP = "dynamic", "dynamic-standby", "dynamic-group"


def origins(
    name: str, args: CloudFrontDistributionArgs, child: pulumi.ResourceOptions
) -> list[aws.cloudfront.DistributionOriginArgs]:
    """The buckets behind one origin access control, the load balancers by secret header or VPC origin."""
    access = aws.cloudfront.OriginAccessControl(
        f"{name}-access",
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=child,
    )
    buckets = [(STATIC, args.bucket), *([(STATIC_REPLICA, args.replica)] if args.replica else [])]
    balancers = [
        *([(DYNAMIC, args.dynamic)] if args.dynamic else []),
        *([(DYNAMIC_STANDBY, args.dynamic_standby)] if args.dynamic_standby else []),
    ]
    shield = (
        aws.cloudfront.DistributionOriginOriginShieldArgs(enabled=True, origin_shield_region=args.shield_region)
        if args.shield_region
        else None
    )
    return [
        *(
            aws.cloudfront.DistributionOriginArgs(
                origin_id=origin_id,
                domain_name=bucket.regional_domain_name,
                origin_access_control_id=access.id,
                connection_attempts=CONNECTION_ATTEMPTS,
                connection_timeout=CONNECTION_SECONDS,
                origin_shield=shield,
            )
            for origin_id, bucket in buckets
        ),
        *(_balancer(name, origin_id, balancer, args, shield, child) for origin_id, balancer in balancers),
    ]


def _balancer(
    name: str,
    origin_id: str,
    origin: LoadBalancerOrigin,
    args: CloudFrontDistributionArgs,
    shield: aws.cloudfront.DistributionOriginOriginShieldArgs | None,
    child: pulumi.ResourceOptions,
) -> aws.cloudfront.DistributionOriginArgs:
    protocol = "https-only" if origin.tls else "http-only"
    by_vpc = None
    if origin.load_balancer_arn is not None:
        endpoint = aws.cloudfront.VpcOriginVpcOriginEndpointConfigArgs(
            name=physical_name(pulumi.get_stack(), name, origin_id, limit=VPC_ORIGIN_NAME_LIMIT),
            arn=origin.load_balancer_arn,
            http_port=80,
            https_port=443,
            origin_protocol_policy=protocol,
            origin_ssl_protocols=aws.cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs(
                items=["TLSv1.2"], quantity=1
            ),
        )
        by_vpc = aws.cloudfront.VpcOrigin(
            f"{name}-vpc-{origin_id}",
            vpc_origin_endpoint_config=endpoint,
            tags=named(args.tags, f"{name}-{origin_id}"),
            opts=child,
        )
    return aws.cloudfront.DistributionOriginArgs(
        origin_id=origin_id,
        domain_name=origin.domain_name,
        connection_attempts=CONNECTION_ATTEMPTS,
        connection_timeout=CONNECTION_SECONDS,
        origin_shield=shield,
        custom_headers=[aws.cloudfront.DistributionOriginCustomHeaderArgs(name=SECRET_HEADER, value=origin.secret)]
        if origin.secret is not None
        else None,
        vpc_origin_config=aws.cloudfront.DistributionOriginVpcOriginConfigArgs(
            vpc_origin_id=by_vpc.id, origin_read_timeout=READ_SECONDS, origin_keepalive_timeout=KEEPALIVE_SECONDS
        )
        if by_vpc
        else None,
        custom_origin_config=None
        if by_vpc
        else aws.cloudfront.DistributionOriginCustomOriginConfigArgs(
            http_port=80,
            https_port=443,
            origin_protocol_policy=protocol,
            origin_ssl_protocols=["TLSv1.2"],
            origin_read_timeout=READ_SECONDS,
            origin_keepalive_timeout=KEEPALIVE_SECONDS,
        ),
    )


def origin_groups(args: CloudFrontDistributionArgs) -> list[aws.cloudfront.DistributionOriginGroupArgs]:
    """Which origin stands in for which, and after which answers."""

    def group(
        origin_id: str, members: Sequence[str], codes: Sequence[int]
    ) -> aws.cloudfront.DistributionOriginGroupArgs:
        return aws.cloudfront.DistributionOriginGroupArgs(
            origin_id=origin_id,
            failover_criteria=aws.cloudfront.DistributionOriginGroupFailoverCriteriaArgs(status_codes=list(codes)),
            members=[aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id=m) for m in members],
        )

    missing = ORIGIN_MISSING if args.fail_over_on_missing else ()
    return [
        *([group(STATIC_GROUP, (STATIC, STATIC_REPLICA), (*missing, *ORIGIN_DOWN))] if args.replica else []),
        *([group(DYNAMIC_GROUP, (DYNAMIC, DYNAMIC_STANDBY), ORIGIN_DOWN)] if args.dynamic_standby else []),
    ]


EDGE_REGION = "us-east-1"
"""Where CloudFront's certificates, web ACLs, log deliveries, metrics and alarms live."""

MINIMUM_TLS = "TLSv1.2_2021"
"""Security policy towards viewers when the site has a certificate of its own."""

READS = ["GET", "HEAD", "OPTIONS"]
WRITES = [*READS, "PUT", "POST", "PATCH", "DELETE"]

ERROR_SECONDS = 1
"""How long CloudFront repeats an origin's server error without asking again (default 10 s)."""

SERVER_ERROR_PERCENT = 1
"""Share of 5xx answers above which viewers notice, percent of requests."""

SLOW_ORIGIN_MS = 5000
"""Time to the origin's first byte that 99 of 100 requests stay below, milliseconds."""


class CloudFrontDistribution(pulumi.ComponentResource):
    """A CloudFront distribution with HTTP/3, security headers, access logs and an origin group per replicated origin.

    Children: {name}-distribution, -access (origin access control), -cache-{kind}, -headers, -rewrite, -vpc-{origin},
    -key-{label}, -keys, -bucket-policy, -replica-policy, -log-source, -log-destination, -logs, -metrics and alarms.
    Creation and deletion take about a quarter of an hour: CloudFront must have it everywhere before it goes nowhere.
    """

    distribution_id: pulumi.Output[str]
    distribution_arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: CloudFrontDistributionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Delivery", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self._headers = security_headers(
            f"{name}-headers",
            content_security_policy=args.content_security_policy,
            cors_origins=args.cors_origins,
            opts=self._child,
        ).id
        kinds = sorted({Caching.ASSETS, *(p.caching for p in args.paths)})
        self._caches = {kind: cache_policy(f"{name}-cache-{kind}", kind, self._child) for kind in kinds}
        self._key_group = self._signers()
        distribution = aws.cloudfront.Distribution(
            f"{name}-distribution",
            enabled=True,
            comment=name,
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=args.price_class,
            aliases=list(args.domains),
            default_root_object=args.default_root_object,
            origins=origins(name, args, self._child),
            origin_groups=origin_groups(args),
            default_cache_behavior=self._default_behavior(),
            ordered_cache_behaviors=[self._behavior(path) for path in args.paths],
            custom_error_responses=[
                aws.cloudfront.DistributionCustomErrorResponseArgs(error_code=code, error_caching_min_ttl=ERROR_SECONDS)
                for code in ORIGIN_DOWN
            ],
            restrictions=aws.cloudfront.DistributionRestrictionsArgs(
                geo_restriction=aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(restriction_type="none")
            ),
            viewer_certificate=aws.cloudfront.DistributionViewerCertificateArgs(
                acm_certificate_arn=args.certificate_arn,
                ssl_support_method="sni-only",
                minimum_protocol_version=MINIMUM_TLS,
            )
            if args.certificate_arn is not None
            else aws.cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True),
            web_acl_id=args.web_acl_arn,
            # Not retained on delete: a distribution left behind would keep its web ACL, certificate and names in use.
            retain_on_delete=False,
            tags=named(args.tags, name),
            opts=self._child,
        )
        self.distribution_id, self.distribution_arn = distribution.id, distribution.arn
        self.domain_name, self.hosted_zone_id = distribution.domain_name, distribution.hosted_zone_id
        self._admit(args.bucket, "bucket")
        if args.replica:
            self._admit(args.replica, "replica")
        if args.log_bucket_arn is not None:
            self._log_to(args.log_bucket_arn)
        self._watch()
        self.register_outputs({"domainName": self.domain_name, "distributionId": self.distribution_id})

    def _signers(self) -> pulumi.Output[str] | None:
        """Id of the group of keys whose signatures open the signed paths."""
        if not self._args.signing_keys:
            return None
        keys = [
            aws.cloudfront.PublicKey(
                f"{self._name}-key-{label}",
                encoded_key=pulumi.Output.from_input(pem).apply(lambda p: p.strip() + "\n"),  # as CloudFront stores it
                opts=self._child,
            ).id
            for label, pem in self._args.signing_keys.items()
        ]
        return aws.cloudfront.KeyGroup(f"{self._name}-keys", items=keys, opts=self._child).id

    def _static(self) -> str:
        return STATIC_GROUP if self._args.replica else STATIC

    def _default_behavior(self) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgs:
        args, functions = self._args, None
        if args.pages is not UrlRewrite.AS_ASKED:
            made = url_rewrite_function(f"{self._name}-rewrite", args.pages, args.tags, self._child)
            functions = [
                aws.cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArgs(
                    event_type="viewer-request", function_arn=made.arn
                )
            ]
        return aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
            target_origin_id=self._static(),
            viewer_protocol_policy="redirect-to-https",
            allowed_methods=READS,
            cached_methods=READS,
            compress=True,
            cache_policy_id=self._caches[Caching.ASSETS],
            response_headers_policy_id=self._headers,
            function_associations=functions,
        )

    def _behavior(self, path: PathBehavior) -> aws.cloudfront.DistributionOrderedCacheBehaviorArgs:
        # CloudFront refuses writes on an origin group, as it would not repeat them on the second origin.
        grouped = self._args.dynamic_standby is not None and not path.writes
        dynamic = DYNAMIC_GROUP if grouped else DYNAMIC
        return aws.cloudfront.DistributionOrderedCacheBehaviorArgs(
            path_pattern=path.pattern,
            target_origin_id=dynamic if path.dynamic else self._static(),
            viewer_protocol_policy="https-only" if path.writes else "redirect-to-https",
            allowed_methods=WRITES if path.writes else READS,
            cached_methods=READS,
            compress=True,
            cache_policy_id=self._caches[path.caching],
            # What is cached for everybody must not be made of one viewer's cookies: only uncached answers see them.
            origin_request_policy_id=MANAGED_ALL_VIEWER_EXCEPT_HOST if path.caching is Caching.NONE else None,
            response_headers_policy_id=self._headers,
            trusted_key_groups=[self._key_group] if path.signed and self._key_group is not None else None,
        )

    def _admit(self, bucket: BucketOrigin, role: str) -> None:
        """Bucket policy: this distribution reads the objects, nobody without TLS does anything."""
        objects = pulumi.Output.concat(bucket.arn, "/*")
        ours = {"StringEquals": {"AWS:SourceArn": self.distribution_arn}}
        read = iam.grant(
            {"Service": "cloudfront.amazonaws.com"}, "s3:GetObject", objects, sid="Viewers", conditions=ours
        )
        aws.s3.BucketPolicy(
            f"{self._name}-{role}-policy",
            bucket=bucket.name,
            policy=iam.document(read, tls_only(bucket.arn)),
            region=bucket.region,
            opts=self._child,
        )

    def _log_to(self, bucket_arn: pulumi.Input[str]) -> None:
        """Standard logs (v2), which need no ACL on the bucket and may go to any Region."""
        tags = dict(self._args.tags)
        source = aws.cloudwatch.LogDeliverySource(
            f"{self._name}-log-source",
            log_type="ACCESS_LOGS",
            resource_arn=self.distribution_arn,
            region=EDGE_REGION,
            tags=tags,
            opts=self._child,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            f"{self._name}-log-destination",
            delivery_destination_configuration=aws.cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs(
                destination_resource_arn=bucket_arn
            ),
            output_format="json",
            region=EDGE_REGION,
            tags=tags,
            opts=self._child,
        )
        aws.cloudwatch.LogDelivery(
            f"{self._name}-logs",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            region=EDGE_REGION,
            tags=tags,
            opts=self._child,
        )

    def _watch(self) -> None:
        def metric(what: str, statistic: str) -> Metric:
            where = {"DistributionId": self.distribution_id, "Region": "Global"}
            return Metric(namespace="AWS/CloudFront", name=what, dimensions=where, statistic=statistic)

        detailed = self._args.detailed_metrics
        if detailed:
            config = aws.cloudfront.MonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfigArgs(
                realtime_metrics_subscription_status="Enabled"
            )
            aws.cloudfront.MonitoringSubscription(
                f"{self._name}-metrics",
                distribution_id=self.distribution_id,
                monitoring_subscription=aws.cloudfront.MonitoringSubscriptionMonitoringSubscriptionArgs(
                    realtime_metrics_subscription_config=config
                ),
                opts=self._child,
            )
        errors, latency = metric("5xxErrorRate", "Average"), metric("OriginLatency", "p99")
        watched = {"errors": (errors, SERVER_ERROR_PERCENT, "viewers get server errors")}
        if detailed:
            watched["latency"] = (latency, SLOW_ORIGIN_MS, "the origin is slow to answer")
        self.alarms = {
            what: metric_alarm(
                f"{self._name}-{what}",
                Alarm(
                    metric=measured,
                    threshold=above,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",  # no requests, no errors
                    description=f"{self._name}: {text}",
                    periods=5,
                    datapoints=3,
                ),
                self._args.alarms,
                self._child,
                region=EDGE_REGION,
            )
            for what, (measured, above, text) in watched.items()
        }
        self.widgets = [
            widget(f"{self._name} requests", EDGE_REGION, [metric("Requests", "Sum")]),
            widget(f"{self._name} errors", EDGE_REGION, [errors, metric("4xxErrorRate", "Average")]),
            *(
                [
                    widget(f"{self._name} origin latency", EDGE_REGION, [metric("OriginLatency", "p50"), latency]),
                    widget(f"{self._name} cache hits", EDGE_REGION, [metric("CacheHitRate", "Average")]),
                ]
                if detailed
                else []
            ),
        ]
