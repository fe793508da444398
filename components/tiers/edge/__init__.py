"""CloudFront, WAF, Route 53, ACM, Global Accelerator and Application Recovery Controller."""

from components.tiers.edge.acm import Certificate, CertificateArgs
from components.tiers.edge.arc import RoutingControls, RoutingControlsArgs
from components.tiers.edge.cloudfront import (
    BucketOrigin,
    CloudFrontDistribution,
    CloudFrontDistributionArgs,
    LoadBalancerOrigin,
    PathBehavior,
)
from components.tiers.edge.cloudfront_policies import Caching, UrlRewrite
from components.tiers.edge.global_accelerator import AcceleratorEndpoint, GlobalAccelerator, GlobalAcceleratorArgs
from components.tiers.edge.route53 import DnsRecords, DnsRecordsArgs, HealthCheckTarget, RecordTarget
from components.tiers.edge.waf import ManagedRuleGroup, WebAcl, WebAclArgs

__all__ = [
    "AcceleratorEndpoint",
    "BucketOrigin",
    "Caching",
    "Certificate",
    "CertificateArgs",
    "CloudFrontDistribution",
    "CloudFrontDistributionArgs",
    "DnsRecords",
    "DnsRecordsArgs",
    "GlobalAccelerator",
    "GlobalAcceleratorArgs",
    "HealthCheckTarget",
    "LoadBalancerOrigin",
    "ManagedRuleGroup",
    "PathBehavior",
    "RecordTarget",
    "RoutingControls",
    "RoutingControlsArgs",
    "UrlRewrite",
    "WebAcl",
    "WebAclArgs",
]
