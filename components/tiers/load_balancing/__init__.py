"""Application Load Balancers: public ones and internal ones."""

from components.tiers.load_balancing.internal import InternalLoadBalancer, InternalLoadBalancerArgs, ServiceRoute
from components.tiers.load_balancing.public import (
    PublicListener,
    PublicLoadBalancer,
    PublicLoadBalancerArgs,
    RequiredHeader,
    public_load_balancer,
)

__all__ = [
    "InternalLoadBalancer",
    "InternalLoadBalancerArgs",
    "PublicListener",
    "PublicLoadBalancer",
    "PublicLoadBalancerArgs",
    "RequiredHeader",
    "ServiceRoute",
    "public_load_balancer",
]
