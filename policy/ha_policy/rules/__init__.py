"""All rules, by family. Importing this package registers them."""

from ha_policy.proof import survival

from . import (
    alarms,
    backup,
    balancing,
    buckets,
    caches,
    compute,
    containers,
    dns,
    edge,
    messaging,
    network,
    paths,
    protection,
    rds,
    regions,
    serverless,
    stores,
    tables,
)

FAMILIES = (
    network,
    balancing,
    compute,
    containers,
    serverless,
    rds,
    tables,
    caches,
    buckets,
    stores,
    messaging,
    dns,
    edge,
    regions,
    backup,
    protection,
    alarms,
    paths,
    survival,
)

__all__ = ["FAMILIES"]
