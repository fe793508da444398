# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.cloudfront`."""

from tests.offline.refusals import Case, CaseWithOthers

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
    ("distribution_settings_are_legal", "aws:cloudfront/distribution:Distribution", SITE, {"priceClass": "PriceClass_1"}, "must be one of PriceClass_100"),
    ("legacy_logs_need_access_lists", "aws:cloudfront/distribution:Distribution", {**SITE, "loggingConfig": {"bucket": "b.s3.amazonaws.com"}}, {"loggingConfig": {"bucket": "b"}}, "does not refer to a valid S3 bucket"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("legacy_logs_need_access_lists", [("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "o", {"bucket": "strict", "rule": {"objectOwnership": "BucketOwnerEnforced"}})], "aws:cloudfront/distribution:Distribution", {**SITE, "loggingConfig": {"bucket": "plain.s3.amazonaws.com"}}, {"loggingConfig": {"bucket": "strict.s3.amazonaws.com"}}, "does not enable ACL access"),
    ("alternate_domain_name_is_used_once", [("aws:cloudfront/distribution:Distribution", "d", {**SITE, **ALTERNATE_NAME})], "aws:cloudfront/distribution:Distribution", {**SITE, **ALTERNATE_NAME, "aliases": ["b.example.com"]}, {"aliases": ["A.example.com"]}, "CNAMEAlreadyExists"),
]  # fmt: skip
