"""Who reads a bucket of an architecture is logged."""

from collections.abc import Callable

import pytest

from tests.support.graph import Graph
from tests.unit.architectures import ecommerce, financial, media


@pytest.mark.parametrize("full", [ecommerce.full, financial.full, media.full], ids=["shop", "payments", "video"])
def test_every_bucket_but_those_for_logs_has_access_logs_in_its_region(full: Callable[[], Graph]) -> None:
    graph = full()
    logged: set[str] = set()
    for made in graph.every("aws:s3/bucketLogging:BucketLogging"):
        (bucket,) = graph.referred(made, "bucket")
        (logs,) = {n.name for n in graph.referred(made, "targetBucket") if n.type == "aws:s3/bucket:Bucket"}
        assert logs.endswith("-logs-bucket")
        logged.add(bucket.name)
    buckets = {n.name for n in graph.of("aws:s3/bucket:Bucket")}
    assert buckets - logged == {name for name in buckets if name.endswith("-logs-bucket")}
