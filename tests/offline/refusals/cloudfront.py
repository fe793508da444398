# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.cloudfront`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken

BEHAVIOR = {
    "targetOriginId": "o",
    "cachePolicyId": "c",
    "viewerProtocolPolicy": "https-only",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
}
SITE = {
    "enabled": True, "origins": [{"originId": "o", "domainName": "o.example.com"}], "defaultCacheBehavior": BEHAVIOR,
    "restrictions": {"geoRestriction": {"restrictionType": "none"}}, "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}  # fmt: skip
ALTERNATE_NAME = {
    "aliases": ["a.example.com"],
    "viewerCertificate": {
        "acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c",
        "sslSupportMethod": "sni-only",
    },
}

CASES: list[Case] = [
    ("distribution_origins_exist", "aws:cloudfront/distribution:Distribution", SITE, {"defaultCacheBehavior": {**BEHAVIOR, "targetOriginId": "x"}}, "NoSuchOrigin"),
    ("distribution_certificate_is_in_us_east_1", "aws:cloudfront/distribution:Distribution", {**SITE, "viewerCertificate": {"acmCertificateArn": "arn:aws:acm:us-east-1:1:certificate/x", "sslSupportMethod": "sni-only"}}, {"viewerCertificate": {"acmCertificateArn": "arn:aws:acm:us-west-2:1:certificate/x", "sslSupportMethod": "sni-only"}}, "must be in us-east-1"),
    ("distribution_settings_are_legal", "aws:cloudfront/distribution:Distribution", SITE, {"webAclId": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b"}, "must have the scope CLOUDFRONT"),
    ("legacy_logs_need_access_lists", "aws:cloudfront/distribution:Distribution", {**SITE, "loggingConfig": {"bucket": "b.s3.amazonaws.com"}}, {"loggingConfig": {"bucket": "b"}}, "does not refer to a valid S3 bucket"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("legacy_logs_need_access_lists", [("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "o", {"bucket": "strict", "rule": {"objectOwnership": "BucketOwnerEnforced"}})], "aws:cloudfront/distribution:Distribution", {**SITE, "loggingConfig": {"bucket": "plain.s3.amazonaws.com"}}, {"loggingConfig": {"bucket": "strict.s3.amazonaws.com"}}, "does not enable ACL access"),
]  # fmt: skip

VPC_ORIGIN = {
    "name": "a", "arn": "arn:lb", "httpPort": 80, "httpsPort": 443, "originProtocolPolicy": "https-only",
    "originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1},
}  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:cloudfront/cachePolicy:CachePolicy", {"name": "a", "parametersInCacheKeyAndForwardedToOrigin": {"cookiesConfig": {"cookieBehavior": "none"}, "headersConfig": {"headerBehavior": "none"}, "queryStringsConfig": {"queryStringBehavior": "none"}}}, {"name": "b"}),
    ("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", {"name": "a", "cookiesConfig": {"cookieBehavior": "none"}, "headersConfig": {"headerBehavior": "none"}, "queryStringsConfig": {"queryStringBehavior": "none"}}, {"name": "b"}),
    ("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", {"name": "a", "comment": "c"}, {"name": "b"}),
    ("aws:cloudfront/function:Function", {"name": "a", "code": "x", "runtime": "cloudfront-js-2.0"}, {"name": "b"}),
    ("aws:cloudfront/originAccessControl:OriginAccessControl", {"name": "a", "originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4"}, {"name": "b"}),
    ("aws:cloudfront/keyGroup:KeyGroup", {"name": "a", "items": ["k"]}, {"name": "b"}),
    ("aws:cloudfront/publicKey:PublicKey", {"name": "a", "encodedKey": "x"}, {"name": "b"}),
    ("aws:cloudfront/vpcOrigin:VpcOrigin", {"vpcOriginEndpointConfig": VPC_ORIGIN}, {"vpcOriginEndpointConfig": {**VPC_ORIGIN, "name": "b"}}),
    ("aws:cloudfront/monitoringSubscription:MonitoringSubscription", {"distributionId": "E1", "monitoringSubscription": {"realtimeMetricsSubscriptionConfig": {"realtimeMetricsSubscriptionStatus": "Enabled"}}}, {"distributionId": "E2"}),
    ("aws:cloudfront/distribution:Distribution", {**SITE, **ALTERNATE_NAME}, {"aliases": ["b.example.com"]}),
]  # fmt: skip
