# ruff: noqa: E501 (what AWS says is as long as it is)
"""CloudFront."""

from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, not_both, one_of, others, ranged, refuses
from offline.aws.refusals.s3 import BUCKET_OWNERSHIP
from offline.aws.unique import unique

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
SHIELD_REGIONS = frozenset(["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2", "me-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-2"])  # fmt: skip
"""Regions with Origin Shield (CloudFront Developer Guide, "Choosing the AWS Region for your Origin Shield")."""


def _region_of(arn: str | None) -> str | None:
    return arn.split(":")[3] if arn is not None and arn.count(":") >= 5 else None


@refuses(DISTRIBUTION)
def distribution_origins_exist(case: Case) -> Iterator[Problem]:
    """CloudFront CreateDistribution: NoSuchOrigin, DuplicateOriginName; an origin group has two members of the origins."""
    origins: list[Any] = [o.inputs.get("originId") for _, o in case.objects("origins")]
    groups: list[Any] = [g.inputs.get("originId") for _, g in case.objects("originGroups")]
    ids = [*origins, *groups]
    if not all(isinstance(i, str) for i in ids) or case.unknown("origins.originId"):
        return
    if len(set(ids)) < len(ids):
        yield "origins", "InvalidArgument: Two or more origins or origin groups have the same ID."
    for path, group in case.objects("originGroups"):
        members = [m.text("originId") for _, m in group.objects("members")]
        if len(members) != 2:
            yield f"{path}.members", f"InvalidArgument: an origin group has exactly 2 members, got {len(members)}"
        for member in members:
            if member is not None and member not in origins:
                yield (
                    f"{path}.members",
                    f"NoSuchOrigin: origin group member {member!r} is no origin of the distribution",
                )
    for path, behavior in (*case.objects("defaultCacheBehavior"), *case.objects("orderedCacheBehaviors")):
        target = behavior.text("targetOriginId")
        if target is not None and target not in ids:
            yield (
                f"{path}.targetOriginId",
                f"NoSuchOrigin: One or more of your origins or origin groups do not exist: {target}",
            )
        if target in groups:
            writes = {"POST", "PUT", "PATCH", "DELETE"} & {
                m for m in behavior.list("allowedMethods") if isinstance(m, str)
            }
            if writes:
                yield (
                    f"{path}.allowedMethods",
                    "InvalidArgument: The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group.",
                )


@refuses(DISTRIBUTION)
def distribution_certificate_is_in_us_east_1(case: Case) -> Iterator[Problem]:
    """CloudFront ViewerCertificate: ACM certificates of us-east-1; aliases need a certificate; SNI and TLS versions."""
    for path, viewer in case.objects("viewerCertificate"):
        region = _region_of(viewer.text("acmCertificateArn"))
        if region not in (None, "us-east-1"):
            yield (
                f"{path}.acmCertificateArn",
                f"InvalidViewerCertificate: The specified SSL certificate must be in us-east-1, not {region}",
            )
        chosen = ("acmCertificateArn", "iamCertificateId", "cloudfrontDefaultCertificate")
        yield from ((f"{path}.{p}", r) for p, r in not_both(viewer, "acmCertificateArn", "iamCertificateId"))
        if not any(viewer.given(c) for c in chosen):
            yield path, f"InvalidViewerCertificate: one of {', '.join(chosen)} is needed"
        if viewer.get("cloudfrontDefaultCertificate") is True and case.list("aliases"):
            yield (
                f"{path}.cloudfrontDefaultCertificate",
                "InvalidViewerCertificate: To add an alternate domain name (CNAME) you must attach a trusted certificate",
            )
        if viewer.given("acmCertificateArn") and not viewer.given("sslSupportMethod"):
            yield (
                f"{path}.sslSupportMethod",
                "InvalidViewerCertificate: sslSupportMethod must be given with a certificate",
            )


@refuses(DISTRIBUTION)
def distribution_settings_are_legal(case: Case) -> Iterator[Problem]:
    """CloudFront DistributionConfig: price classes, caching by policy or by forwarded values, origin time-outs, Regions of Origin Shield, web ACL by ARN."""
    for path, behavior in (*case.objects("defaultCacheBehavior"), *case.objects("orderedCacheBehaviors")):
        yield from ((f"{path}.{p}", r) for p, r in not_both(behavior, "cachePolicyId", "forwardedValues"))
        if not behavior.given("cachePolicyId") and not behavior.given("forwardedValues"):
            yield (
                f"{path}.cachePolicyId",
                "InvalidArgument: The parameter ForwardedValues or a cache policy is required.",
            )
        yield from (
            (f"{path}.{p}", r)
            for p, r in one_of(behavior, "viewerProtocolPolicy", "allow-all", "https-only", "redirect-to-https")
        )
        methods = {m for m in behavior.list("allowedMethods") if isinstance(m, str)}
        if not behavior.unknown("allowedMethods") and methods not in (
            {"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}, {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, set[str](),
        ):  # fmt: skip
            yield (
                f"{path}.allowedMethods",
                "InvalidArgument: The parameter AllowedMethods is GET and HEAD; these and OPTIONS; or all seven",
            )
    for path, origin in case.objects("origins"):
        found = [*ranged(origin, "connectionAttempts", 1, 3), *ranged(origin, "connectionTimeout", 1, 10, "seconds"),
                 *not_both(origin, "customOriginConfig", "s3OriginConfig", "vpcOriginConfig")]  # fmt: skip
        yield from ((f"{path}.{p}", r) for p, r in found)
        for inner, custom in origin.objects("customOriginConfig"):
            yield from ((f"{path}.{inner}.{p}", r) for p, r in ranged(custom, "originReadTimeout", 1, 120, "seconds"))
            yield from (
                (f"{path}.{inner}.{p}", r) for p, r in ranged(custom, "originKeepaliveTimeout", 1, 120, "seconds")
            )
        yield from (
            (f"{path}.{p}", r) for p, r in one_of(origin, "originShield.originShieldRegion", *sorted(SHIELD_REGIONS))
        )
    acl = case.text("webAclId")
    if acl is not None and acl.startswith("arn:") and ":global/webacl/" not in acl and ":wafv2:" in acl:
        yield "webAclId", "InvalidWebACLId: the web ACL must have the scope CLOUDFRONT"


@refuses("aws:cloudfront/distribution:Distribution")
def legacy_logs_need_access_lists(case: Case) -> Iterator[Problem]:
    """CloudFront CreateDistribution: "The S3 bucket that you specified for CloudFront logs does not enable ACL access"."""
    host = case.text("loggingConfig.bucket")
    if host is None:
        return
    if ".s3" not in host:
        yield (
            "loggingConfig.bucket",
            f"InvalidArgument: The parameter Logging Bucket does not refer to a valid S3 bucket: {host}",
        )
    bucket = host.split(".s3")[0]
    for _, controls in others(case, BUCKET_OWNERSHIP):
        if controls.text("bucket") == bucket and controls.text("rule.objectOwnership") == "BucketOwnerEnforced":
            yield (
                "loggingConfig.bucket",
                f"InvalidArgument: The S3 bucket that you specified for CloudFront logs does not enable ACL access: {host}",
            )


def _alias_keys(case: Case) -> Iterator[tuple[str]]:
    return ((alias.lower(),) for alias in case.list("aliases") if isinstance(alias, str))


unique("aws:cloudfront/cachePolicy:CachePolicy", "name", call="cloudfront CreateCachePolicy", says="CachePolicyAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", "name", call="cloudfront CreateOriginRequestPolicy", says="OriginRequestPolicyAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "name", call="cloudfront CreateResponseHeadersPolicy", says="ResponseHeadersPolicyAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/function:Function", "name", call="cloudfront CreateFunction", says="FunctionAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/originAccessControl:OriginAccessControl", "name", call="cloudfront CreateOriginAccessControl", says="OriginAccessControlAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/keyGroup:KeyGroup", "name", call="cloudfront CreateKeyGroup", says="KeyGroupAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/publicKey:PublicKey", "name", call="cloudfront CreatePublicKey", says="PublicKeyAlreadyExists: {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/vpcOrigin:VpcOrigin", "vpcOriginEndpointConfig.name", call="cloudfront CreateVpcOrigin", says="EntityAlreadyExists: a VPC origin {name} already exists", regional=False)  # fmt: skip
unique("aws:cloudfront/monitoringSubscription:MonitoringSubscription", "distributionId", call="cloudfront CreateMonitoringSubscription", says="MonitoringSubscriptionAlreadyExists: distribution {distributionId} has a monitoring subscription", regional=False)  # fmt: skip
unique("aws:cloudfront/distribution:Distribution", "aliases", call="cloudfront CreateDistribution", says="CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated with a different resource: {aliases}", regional=False, keys=_alias_keys)  # fmt: skip
