"""Content delivery: CloudFront in front of a bucket and its replica, and of the load balancer for dynamic paths."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.tags import named
from components.tiers.delivery_args import BucketOrigin, DeliveryArgs, Path
from components.tiers.delivery_origins import (
    DYNAMIC,
    DYNAMIC_GROUP,
    ORIGIN_DOWN,
    STATIC,
    STATIC_GROUP,
    origin_groups,
    origins,
)
from components.tiers.delivery_policies import (
    MANAGED_ALL_VIEWER_EXCEPT_HOST,
    Caching,
    Pages,
    cache_policy,
    rewrite,
    security_headers,
)
from components.tiers.private_bucket import tls_only

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


class Delivery(pulumi.ComponentResource):
    """A CloudFront distribution with HTTP/3, security headers, access logs and an origin group per replicated origin.

    Children: {name}-distribution, -access (origin access control), -cache-{kind}, -headers, -rewrite, -vpc-{origin},
    -key-{label}, -keys, -bucket-policy, -replica-policy, -log-source, -log-destination, -logs, -metrics and alarms.
    Creation and deletion take about a quarter of an hour: CloudFront must have it everywhere before it goes nowhere.
    """

    distribution_id: pulumi.Output[str]
    distribution_arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
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
        if args.pages is not Pages.AS_ASKED:
            made = rewrite(f"{self._name}-rewrite", args.pages, args.tags, self._child)
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

    def _behavior(self, path: Path) -> aws.cloudfront.DistributionOrderedCacheBehaviorArgs:
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
