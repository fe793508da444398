"""All rules. Importing this package registers them."""

from . import balancing, compute, network, rds

FAMILIES = (network, balancing, compute, rds)

__all__ = ["FAMILIES"]
