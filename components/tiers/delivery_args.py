"""Inputs of the delivery tier: origins, paths, what they may ask of each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.alarms import Alarming
from components.tiers.delivery_policies import CONTENT_SECURITY_POLICY, Caching, Pages

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
class DynamicOrigin:
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
class Path:
    """A cache behaviour. pattern: such as ``/api/*``. dynamic: from the load balancer, else from the bucket.

    writes: whether POST, PUT, PATCH and DELETE are let through. signed: only with a signed URL or signed cookies.
    """

    pattern: str
    caching: Caching
    dynamic: bool = False
    writes: bool = False
    signed: bool = False


VIDEO_PATHS = (
    Path(pattern="*.m3u8", caching=Caching.MANIFESTS, signed=True),
    Path(pattern="*.mpd", caching=Caching.MANIFESTS, signed=True),
    Path(pattern="*.ts", caching=Caching.SEGMENTS, signed=True),
    Path(pattern="*.m4s", caching=Caching.SEGMENTS, signed=True),
    Path(pattern="*.mp4", caching=Caching.SEGMENTS, signed=True),
)
"""Video on demand out of the bucket: HLS and DASH manifests, their segments."""

LIVE_PATHS = (
    Path(pattern="/live/*.m3u8", caching=Caching.MANIFESTS, dynamic=True, signed=True),
    Path(pattern="/live/*", caching=Caching.SEGMENTS, dynamic=True, signed=True),
)
"""Live streams from the streaming servers; they come before `VIDEO_PATHS`, as CloudFront takes the first that fits."""


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """Inputs of `Delivery`.

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
    dynamic: DynamicOrigin | None = None
    dynamic_standby: DynamicOrigin | None = None
    paths: Sequence[Path] = ()
    pages: Pages = Pages.AS_ASKED
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
