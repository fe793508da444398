"""All rules. Importing this package registers them."""

from ha_policy.proof import survival

from . import balancing, compute, network, rds

FAMILIES = (network, balancing, compute, rds, survival)

__all__ = ["FAMILIES"]
