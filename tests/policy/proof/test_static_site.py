"""A static site: a distribution in front of a bucket, by its website endpoint or directly, whatever the origin's id."""

from typing import Any

import pytest
from ha_policy.proof.proof import proof_of
from ha_policy.testing import Output, Stack


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
@pytest.mark.parametrize("how", ["website", "separate website", "bucket"])
def test_serves_whichever_zone_is_lost_and_goes_down_with_the_buckets_region(how: str, deployed: bool) -> None:
    stack = Stack(deployed=deployed)
    vpc = stack.add("ec2/vpc", "vpc")
    stack.add("ec2/subnet", "a", vpcId=vpc, availabilityZone="us-west-2a")
    website: dict[str, Any] = {"website": {"indexDocument": "index.html"}} if how == "website" else {}
    bucket = stack.add("s3/bucket", "site", **website)
    host: Output = bucket["bucketRegionalDomainName"]
    origin: dict[str, Any] = {}
    if how != "bucket":
        origin = {"customOriginConfig": {"originProtocolPolicy": "http-only"}}
        host = bucket["websiteEndpoint"]
    if how == "separate website":
        site = stack.add("s3/bucketWebsiteConfiguration", "pages", bucket=bucket)
        host = site["websiteEndpoint"]
    stack.add(
        "cloudfront/distribution", "cdn",
        origins=[{"originId": bucket["arn"], "domainName": host, **origin}],
        defaultCacheBehavior={"targetOriginId": bucket["arn"], "allowedMethods": ["GET", "HEAD"]},
    )  # fmt: skip
    proof = proof_of(stack.graph())
    (entry,) = proof.entry_points
    losses = proof.zone_and_region_losses
    verdicts = {f.name: losses.outcome(entry, i).verdict for i, f in enumerate(losses.failures)}
    assert verdicts == {"Availability Zone us-west-2a": "serves", "Region us-west-2": "down"}
