"""CloudFront in front of an S3 bucket and its replica, and of load balancers for dynamic paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import TierArgs
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
"""Regions with Origin Shield (CloudFront developer guide, "Choosing the AWS Region for Origin Shield")."""

SECRET_HEADER = "X-Origin-Secret"  # noqa: S105 (a header's name)
"""Request header by which a load balancer recognises CloudFront."""

MAX_PATHS = 74
"""Number of cache behaviors besides the default one (CloudFront quota: 75 per distribution). The offline AWS refuses no
quota that an account can have raised."""


@dataclass(frozen=True, kw_only=True)
class BucketOrigin:
    """A private bucket whose policy this component sets (``DataBucket`` with ``policy=None``).

    region: Region of the bucket, if not the provider's. The bucket key's policy must let CloudFront decrypt
    (``KeyUse.CONTENT``).
    """

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    regional_domain_name: pulumi.Input[str]
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class LoadBalancerOrigin:
    """A load balancer that answers only CloudFront.

    domain_name: the name that CloudFront connects to; with TLS it must be in the load balancer's certificate. A name
    with latency records and health checks makes both Regions one origin, which is the only way in which writes fail
    over. secret: value of the request header ``X-Origin-Secret`` that the listener rule requires; a Pulumi secret.
    load_balancer_arn: ARN of an internal load balancer; CloudFront then reaches it through a VPC origin, not over the
    internet. tls: False only if the load balancer has no certificate.

    Raises ValueError if neither secret nor load_balancer_arn is given, since anybody could then bypass CloudFront.
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
    """A cache behavior. pattern: path pattern such as ``/api/*``. dynamic: served by the load balancer, otherwise by
    the bucket.

    writes: whether POST, PUT, PATCH and DELETE are allowed. signed: only with a signed URL or signed cookies.
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
"""Video on demand from the bucket: manifests of HLS and DASH, and their segments."""

LIVE_PATHS = (
    PathBehavior(pattern="/live/*.m3u8", caching=Caching.MANIFESTS, dynamic=True, signed=True),
    PathBehavior(pattern="/live/*", caching=Caching.SEGMENTS, dynamic=True, signed=True),
)
"""Live streams from the streaming servers. They come before `VIDEO_PATHS`, because CloudFront uses the first match."""


@dataclass(frozen=True, kw_only=True)
class CloudFrontDistributionArgs(TierArgs):
    """Inputs of `CloudFrontDistribution`.

    bucket, replica: static content and its copy in the standby Region. dynamic, dynamic_standby: load balancers; the
    second takes over only reads (CloudFront fails over GET, HEAD and OPTIONS). paths: in order of precedence, at most
    74 besides the default, which is the bucket. pages: which object a URL without a file name means.
    fail_over_on_missing: ask the replica also for objects that are missing. domains, certificate_arn: names of the
    site, and an issued certificate for them in us-east-1; without them CloudFront's own name and certificate.
    web_acl_arn: web ACL with scope CLOUDFRONT. log_bucket_arn: of a `LogBucket`. signing_keys: name -> RSA-2048 or
    ECDSA-256 public key in PEM; two while rotating. shield_region: Origin Shield, an extra cache in front of the
    origins; the Region nearest to the primary. detailed_metrics: cache hit rate, origin latency and rates per status,
    which CloudWatch charges for. alarms: SNS topics in us-east-1. price_class: PriceClass_100, _200 or _All. after:
    the load balancers' listener rules, which must accept a new secret before CloudFront sends it.

    Raises ValueError if these contradict each other.
    """

    bucket: BucketOrigin
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
    after: Sequence[pulumi.Resource] = ()

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


ORIGIN_DOWN = (500, 502, 503, 504)
"""Status codes of an origin after which CloudFront asks the second one; no response counts too."""

ORIGIN_MISSING = (403, 404)
"""Status codes of S3 for a missing object (403 for a reader who may not list the bucket)."""

CONNECTION_ATTEMPTS, CONNECTION_SECONDS = 2, 4
"""CloudFront gives up on an origin that does not accept connections after 8 s (1-3 attempts of 1-10 s;
default 30 s)."""

READ_SECONDS, KEEPALIVE_SECONDS = 30, 30
"""Seconds: timeout of a load balancer's response, and of an idle connection to it (CloudFront: 1-60 s)."""

VPC_ORIGIN_NAME_LIMIT = 64
"""Longest name of a VPC origin, characters (CloudFront CreateVpcOrigin)."""

STATIC, STATIC_REPLICA, STATIC_GROUP = "static", "static-replica", "static-group"
DYNAMIC, DYNAMIC_STANDBY, DYNAMIC_GROUP = "dynamic", "dynamic-standby", "dynamic-group"


def origins(
    name: str, args: CloudFrontDistributionArgs, child: pulumi.ResourceOptions
) -> list[aws.cloudfront.DistributionOriginArgs]:
    """The buckets with one origin access control, and the load balancers with a secret header or a VPC origin."""
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
    """Which origin takes over for which, and after which status codes."""

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
"""Region of CloudFront's certificates, web ACLs, log deliveries, metrics and alarms."""

MINIMUM_TLS = "TLSv1.2_2021"
"""Security policy for viewers if the site has its own certificate."""

READS = ["GET", "HEAD", "OPTIONS"]
WRITES = [*READS, "PUT", "POST", "PATCH", "DELETE"]

ERROR_SECONDS = 1
"""Seconds for which CloudFront repeats an origin's server error without asking again (default 10)."""

SERVER_ERROR_PERCENT = 1
"""Percent of requests with 5xx responses above which the alarm fires."""

SLOW_ORIGIN_MS = 5000
"""Milliseconds to the first byte from the origin, p99, above which the alarm fires."""


class CloudFrontDistribution(pulumi.ComponentResource):
    """A CloudFront distribution with HTTP/3, security headers, access logs and an origin group per replicated origin.

    Children: {name}-distribution, -access (origin access control), -cache-{kind}, -headers, -rewrite, -vpc-{origin},
    -key-{label}, -keys, -bucket-policy, -replica-policy, -log-source, -log-destination, -logs, -metrics and alarms.
    Creating and deleting it takes about a quarter of an hour each, because CloudFront deploys it to all edge locations.
    """

    distribution_id: pulumi.Output[str]
    distribution_arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on requests of customers that are answered with 5xx; a subset of alarms."""

    def __init__(self, name: str, args: CloudFrontDistributionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Delivery", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self._headers = security_headers(
            f"{name}-headers",
            content_security_policy=args.content_security_policy,
            cors_origins=args.cors_origins,
            cookies=bool(args.signing_keys),
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
            # Not retained on delete: a distribution left in AWS would keep its web ACL, certificate and names in use.
            retain_on_delete=False,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.distribution_id, self.distribution_arn = distribution.id, distribution.arn
        self.domain_name, self.hosted_zone_id = distribution.domain_name, distribution.hosted_zone_id
        self._bucket_policy(args.bucket, "bucket")
        if args.replica:
            self._bucket_policy(args.replica, "replica")
        if args.log_bucket_arn is not None:
            self._log_to(args.log_bucket_arn)
        self._monitor()
        self.failed_requests = [self.alarms["errors"]]
        self.register_outputs({"domainName": self.domain_name, "distributionId": self.distribution_id})

    def _signers(self) -> pulumi.Output[str] | None:
        """Id of the key group whose signatures the signed paths accept."""
        if not self._args.signing_keys:
            return None
        keys = [
            aws.cloudfront.PublicKey(
                f"{self._prefix}-key-{label}",
                encoded_key=pulumi.Output.from_input(pem).apply(lambda p: p.strip() + "\n"),  # as CloudFront stores it
                opts=self._child,
            ).id
            for label, pem in self._args.signing_keys.items()
        ]
        return aws.cloudfront.KeyGroup(f"{self._prefix}-keys", items=keys, opts=self._child).id

    def _static(self) -> str:
        return STATIC_GROUP if self._args.replica else STATIC

    def _default_behavior(self) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgs:
        args, functions = self._args, None
        if args.pages is not UrlRewrite.AS_ASKED:
            made = url_rewrite_function(f"{self._prefix}-rewrite", args.pages, args.tags, self._child)
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
        # CloudFront does not allow writes on an origin group, since it would not repeat them at the second origin.
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
            # A cached response must not depend on one viewer's cookies: only uncached requests forward them.
            origin_request_policy_id=MANAGED_ALL_VIEWER_EXCEPT_HOST if path.caching is Caching.NONE else None,
            response_headers_policy_id=self._headers,
            trusted_key_groups=[self._key_group] if path.signed and self._key_group is not None else None,
        )

    def _bucket_policy(self, bucket: BucketOrigin, role: str) -> None:
        """Bucket policy: this distribution may read objects, and all requests must use TLS."""
        objects = pulumi.Output.concat(bucket.arn, "/*")
        ours = {"StringEquals": {"AWS:SourceArn": self.distribution_arn}}
        read = iam.grant(
            {"Service": "cloudfront.amazonaws.com"}, "s3:GetObject", objects, sid="Viewers", conditions=ours
        )
        aws.s3.BucketPolicy(
            f"{self._prefix}-{role}-policy",
            bucket=bucket.name,
            policy=iam.document(read, tls_only(bucket.arn)),
            region=bucket.region,
            opts=self._child,
        )

    def _log_to(self, bucket_arn: pulumi.Input[str]) -> None:
        """Standard logs (v2), which need no ACL on the bucket and can be delivered to any Region."""
        tags = dict(self._args.tags)
        source = aws.cloudwatch.LogDeliverySource(
            f"{self._prefix}-log-source",
            log_type="ACCESS_LOGS",
            resource_arn=self.distribution_arn,
            region=EDGE_REGION,
            tags=tags,
            opts=self._child,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            f"{self._prefix}-log-destination",
            delivery_destination_configuration=aws.cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs(
                destination_resource_arn=bucket_arn
            ),
            output_format="json",
            region=EDGE_REGION,
            tags=tags,
            opts=self._child,
        )
        aws.cloudwatch.LogDelivery(
            f"{self._prefix}-logs",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            region=EDGE_REGION,
            tags=tags,
            opts=self._child,
        )

    def _monitor(self) -> None:
        def metric(what: str, statistic: str) -> Metric:
            where = {"DistributionId": self.distribution_id, "Region": "Global"}
            return Metric(namespace="AWS/CloudFront", name=what, dimensions=where, statistic=statistic)

        detailed = self._args.detailed_metrics
        if detailed:
            config = aws.cloudfront.MonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfigArgs(
                realtime_metrics_subscription_status="Enabled"
            )
            aws.cloudfront.MonitoringSubscription(
                f"{self._prefix}-metrics",
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
                f"{self._prefix}-{what}",
                Alarm(
                    metric=measured,
                    threshold=above,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",  # no requests, no errors
                    description=f"{self._prefix}: {text}",
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
            widget(f"{self._prefix} requests", EDGE_REGION, [metric("Requests", "Sum")]),
            widget(f"{self._prefix} errors", EDGE_REGION, [errors, metric("4xxErrorRate", "Average")]),
            *(
                [
                    widget(f"{self._prefix} origin latency", EDGE_REGION, [metric("OriginLatency", "p50"), latency]),
                    widget(f"{self._prefix} cache hits", EDGE_REGION, [metric("CacheHitRate", "Average")]),
                ]
                if detailed
                else []
            ),
        ]
