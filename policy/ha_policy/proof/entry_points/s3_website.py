"""S3 static websites: buckets that answer requests at a website endpoint, by themselves or by a name in Route 53."""

from __future__ import annotations

import re
from typing import Final

from ha_policy.graph import Graph, Node

BUCKETS: Final = ("s3/bucket",)
WEBSITE: Final = "s3/bucketWebsiteConfiguration"
_ENDPOINT: Final = re.compile(r"s3-website[.-][a-z0-9-]+\.amazonaws\.com(\.cn)?\.?")
"""What an alias record gives as its target: the endpoint of the Region, the same for every bucket in it."""


def is_website(graph: Graph, bucket: Node) -> bool:
    """Whether the bucket has a website endpoint."""
    return bucket.has("website") or bool(graph.referrers(bucket, WEBSITE, "bucket", *BUCKETS).nodes)


def websites(graph: Graph) -> list[Node]:
    """The stack's buckets with a website endpoint."""
    return [b for b in graph.of(*BUCKETS) if not b.external and is_website(graph, b)]


def website_of_record(graph: Graph, record: Node) -> list[Node]:
    """The bucket that an alias to a website endpoint leads to: the one with the record's name, as S3 requires."""
    name = record.raw("name")
    if not isinstance(name, str):
        return []
    targets = [t for t in record.leaves("aliases.name") if isinstance(t, str) and _ENDPOINT.fullmatch(t)]
    return graph.named(name.rstrip("."), *BUCKETS) if targets else []
