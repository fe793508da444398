"""One name per kind of resource, whatever type token the program uses."""

import re
from functools import lru_cache
from typing import Final

_MODULES: Final = {
    "alb": "lb",
    "applicationloadbalancing": "lb",
    "elasticloadbalancingv2": "lb",
    "elasticloadbalancing": "elb",
}
_RENAMED: Final = {
    "s3/bucketObjectv2": "s3/bucketObject",
    "s3/BucketObject": "s3/bucketObject",
    "ec2/transitGatewayPeeringAttachmentAccepter": "ec2transitgateway/peeringAttachmentAccepter",
    "elasticsearch/domain": "opensearch/domain",
    "ec2/securityGroupIngressRule": "vpc/securityGroupIngressRule",
    "ec2/securityGroupEgressRule": "vpc/securityGroupEgressRule",
}
_TOKEN: Final = re.compile(r"aws:([A-Za-z0-9]+)/([A-Za-z0-9]+):[A-Za-z0-9]+")
_S3_V2: Final = re.compile(r"^(s3/bucket\w*?)V2$")


@lru_cache(maxsize=4096)
def kind_of(token: str) -> str:
    """``aws:lb/loadBalancer:LoadBalancer`` -> ``lb/loadBalancer``; older tokens of the same resource give the same
    kind.

    Types of other providers keep their token (``awsx:ec2:Vpc``, ``pulumi:providers:aws``).
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        return token
    kind = f"{_MODULES.get(match[1], match[1])}/{match[2]}"
    kind = _S3_V2.sub(r"\1", kind)
    return _RENAMED.get(kind, kind)
