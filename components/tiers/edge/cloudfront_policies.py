"""CloudFront cache policies, response headers, and the function that rewrites URLs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pulumi
import pulumi_aws as aws

MANAGED_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""Id of the AWS-managed cache policy CachingDisabled, the same in every account (CloudFront developer guide)."""

MANAGED_ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""Id of the AWS-managed origin request policy AllViewerExceptHostHeader, which sets Host to the origin's own name."""

SECOND, MINUTE, DAY, YEAR = 1, 60, 86_400, 31_536_000
"""Seconds."""

HSTS_SECONDS = 2 * YEAR
"""Seconds for which browsers use only TLS (two years, as hstspreload.org asks)."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; "
    "form-action 'self'; upgrade-insecure-requests"
)
"""What a page may load if it says nothing else: only what comes from the same site."""


class Caching(StrEnum):
    """How long CloudFront caches a response, and which parts of a request are in the cache key."""

    ASSETS = "assets"
    """Files of a site: a day unless the origin says otherwise, at most a year; the cache key is the URL path."""
    MANIFESTS = "manifests"
    """Playlists of a stream: 2 s unless the origin says otherwise, so that a live one advances; the cache key has HLS's
    own query parameters."""
    SEGMENTS = "segments"
    """Segments of a stream: they never change once written."""
    NONE = "none"
    """Responses that are not cached."""


@dataclass(frozen=True, kw_only=True)
class _Lifetime:
    least: int
    default: int
    most: int
    parameters: Sequence[str] = ()


_LIFETIMES = {
    Caching.ASSETS: _Lifetime(least=0, default=DAY, most=YEAR),
    Caching.MANIFESTS: _Lifetime(
        least=SECOND, default=2 * SECOND, most=MINUTE, parameters=("_HLS_msn", "_HLS_part", "_HLS_skip")
    ),
    Caching.SEGMENTS: _Lifetime(least=MINUTE, default=DAY, most=YEAR),
}


def cache_policy(name: str, caching: Caching, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Id of the cache policy for ``caching``: the AWS-managed one for `Caching.NONE`, else one that is created here."""
    if caching is Caching.NONE:
        return pulumi.Output.from_input(MANAGED_CACHING_DISABLED)
    lifetime = _LIFETIMES[caching]
    key = aws.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs(
        cookies_config=aws.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs(
            cookie_behavior="none"
        ),
        headers_config=aws.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs(
            header_behavior="none"
        ),
        query_strings_config=aws.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs(
            query_string_behavior="whitelist" if lifetime.parameters else "none",
            query_strings=aws.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigQueryStringsArgs(
                items=list(lifetime.parameters)
            )
            if lifetime.parameters
            else None,
        ),
        enable_accept_encoding_brotli=caching is not Caching.SEGMENTS,  # segments are already compressed
        enable_accept_encoding_gzip=caching is not Caching.SEGMENTS,
    )
    return aws.cloudfront.CachePolicy(
        name,
        min_ttl=lifetime.least,
        default_ttl=lifetime.default,
        max_ttl=lifetime.most,
        parameters_in_cache_key_and_forwarded_to_origin=key,
        opts=opts,
    ).id


PLAYER_HEADERS = ("Accept", "Origin", "Range")
"""Request headers of players on other sites. With cookies a browser takes ``*`` literally (Fetch standard)."""


def security_headers(
    name: str,
    *,
    content_security_policy: str,
    cors_origins: Sequence[str],
    cookies: bool,
    opts: pulumi.ResourceOptions,
) -> aws.cloudfront.ResponseHeadersPolicy:
    """Security headers on every response, whatever the origin says; CORS for the given origins, if any. cookies: those
    may send cookies, such as signed ones.
    """
    cors = aws.cloudfront.ResponseHeadersPolicyCorsConfigArgs(
        access_control_allow_credentials=cookies,
        access_control_allow_headers=aws.cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowHeadersArgs(
            items=list(PLAYER_HEADERS) if cookies else ["*"]
        ),
        access_control_allow_methods=aws.cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowMethodsArgs(
            items=["GET", "HEAD", "OPTIONS"]
        ),
        access_control_allow_origins=aws.cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowOriginsArgs(
            items=list(cors_origins)
        ),
        access_control_max_age_sec=DAY,
        origin_override=True,
    )
    return aws.cloudfront.ResponseHeadersPolicy(
        name,
        security_headers_config=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs(
            strict_transport_security=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
                access_control_max_age_sec=HSTS_SECONDS, include_subdomains=True, preload=False, override=True
            ),
            content_type_options=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(
                override=True
            ),
            frame_options=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
                frame_option="DENY", override=True
            ),
            referrer_policy=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs(
                referrer_policy="strict-origin-when-cross-origin", override=True
            ),
            # A page of the application may set its own Content-Security-Policy.
            content_security_policy=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
                content_security_policy=content_security_policy, override=False
            ),
        ),
        remove_headers_config=aws.cloudfront.ResponseHeadersPolicyRemoveHeadersConfigArgs(
            items=[aws.cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArgs(header="X-Powered-By")]
        ),
        cors_config=cors if cors_origins else None,
        opts=opts,
    )


class UrlRewrite(StrEnum):
    """Which object a URL without a file name means."""

    AS_ASKED = "as-asked"
    """The object with that name."""
    SINGLE_PAGE = "single-page"
    """The only page of a single-page application, which handles its URLs itself."""
    DIRECTORIES = "directories"
    """The index.html of that folder."""


_REWRITES: Mapping[UrlRewrite, str] = {
    UrlRewrite.SINGLE_PAGE: "request.uri = '/index.html';",
    UrlRewrite.DIRECTORIES: "request.uri = request.uri.replace(/\\/$/, '') + '/index.html';",
}


def url_rewrite_code(pages: UrlRewrite) -> str:
    """Viewer-request function (cloudfront-js-2.0) that rewrites a URL without a file name to an object.

    Custom error responses could do this as well, but they apply to the whole distribution: they would turn the 403 and
    404 of the application behind the same distribution into a page with status 200.
    """
    return f"""function handler(event) {{
  var request = event.request;
  var file = request.uri.substring(request.uri.lastIndexOf('/') + 1);
  if (file.indexOf('.') === -1) {{
    {_REWRITES[pages]}
  }}
  return request;
}}
"""


def url_rewrite_function(
    name: str, pages: UrlRewrite, tags: Mapping[str, str], opts: pulumi.ResourceOptions
) -> aws.cloudfront.Function:
    """The function of `url_rewrite_code`, published."""
    return aws.cloudfront.Function(
        name, runtime="cloudfront-js-2.0", code=url_rewrite_code(pages), publish=True, tags=dict(tags), opts=opts
    )
