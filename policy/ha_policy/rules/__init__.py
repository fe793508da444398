"""All rules, by family. Importing this package registers them."""

from . import (
    alarms,
    backup,
    compute,
    containers,
    dynamodb,
    edge,
    elasticache,
    load_balancing,
    messaging,
    network,
    paths,
    protection,
    quotas,
    rds,
    regions,
    route53,
    s3,
    serverless,
    stores,
    survival,
)

FAMILIES = (
    network,
    load_balancing,
    compute,
    containers,
    serverless,
    rds,
    dynamodb,
    elasticache,
    s3,
    stores,
    messaging,
    route53,
    edge,
    regions,
    backup,
    protection,
    quotas,
    alarms,
    paths,
    survival,
)

__all__ = ["FAMILIES"]
