"""A static site: a distribution in front of a bucket, by its website endpoint or directly, whatever the origin's id."""

from typing import Any

import pytest
from ha_policy.proof.proof import proof_of
from ha_policy.testing import Output, Resource, Stack


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
    check(stack, "cdn")


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
@pytest.mark.parametrize("separate", [False, True], ids=["website", "separate website"])
@pytest.mark.parametrize("named", [False, True], ids=["endpoint", "name"])
def test_a_bucket_that_is_a_website_is_an_entry_point_with_or_without_a_name(
    named: bool, separate: bool, deployed: bool
) -> None:
    stack = Stack(deployed=deployed)
    vpc = stack.add("ec2/vpc", "vpc")
    stack.add("ec2/subnet", "a", vpcId=vpc, availabilityZone="us-west-2a")
    own: dict[str, Any] = {} if separate else {"website": {"indexDocument": "index.html"}}
    bucket = stack.add("s3/bucket", "site", bucket="www.example.com", **own)
    site = stack.add("s3/bucketWebsiteConfiguration", "pages", bucket=bucket) if separate else bucket
    if named:
        domain = "s3-website-us-west-2.amazonaws.com" if deployed else site["websiteDomain"]
        alias = {"name": domain, "zoneId": bucket["hostedZoneId"], "evaluateTargetHealth": False}
        stack.add("route53/record", "www", zoneId="Z1", name="www.example.com", type="A", aliases=[alias])
    check(stack, "www.example.com" if named else "site")


def disabled(stack: Stack, *aliases: str) -> Resource:
    """A distribution in front of a bucket, switched off."""
    vpc = stack.add("ec2/vpc", "vpc")
    stack.add("ec2/subnet", "a", vpcId=vpc, availabilityZone="us-west-2a")
    bucket = stack.add("s3/bucket", "site")
    return stack.add(
        "cloudfront/distribution", "cdn", enabled=False, aliases=list(aliases),
        origins=[{"originId": "files", "domainName": bucket["bucketRegionalDomainName"]}],
        defaultCacheBehavior={"targetOriginId": "files", "allowedMethods": ["GET", "HEAD"]},
    )  # fmt: skip


def test_a_disabled_distribution_without_a_name_is_no_entry_point() -> None:
    stack = Stack()
    disabled(stack)
    assert proof_of(stack.graph()).entry_points == ()


@pytest.mark.parametrize("recorded", [False, True], ids=["alias of the distribution", "record in Route 53"])
def test_a_name_that_leads_to_a_disabled_distribution_never_serves(recorded: bool) -> None:
    stack = Stack()
    made = disabled(stack, *([] if recorded else ["www.example.com"]))
    if recorded:
        alias = {"name": made["domainName"], "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}
        stack.add("route53/record", "www", zoneId="Z1", name="www.example.com", type="A", aliases=[alias])
    proof = proof_of(stack.graph())
    (entry,) = proof.entry_points
    losses = proof.zone_and_region_losses
    verdicts = {f.name: losses.outcome(entry, i).verdict for i, f in enumerate(losses.failures)}
    assert verdicts == {"Availability Zone us-west-2a": "cannot tell", "Region us-west-2": "cannot tell"}


def test_a_disabled_accelerator_never_serves() -> None:
    stack = Stack()
    vpc = stack.add("ec2/vpc", "vpc")
    subnets = [stack.add("ec2/subnet", z, vpcId=vpc, availabilityZone=f"us-west-2{z}") for z in "ab"]
    made = stack.add("globalaccelerator/accelerator", "front", enabled=False)
    listener = stack.add("globalaccelerator/listener", "tcp", acceleratorArn=made["arn"])
    balancer = stack.add("lb/loadBalancer", "web", subnets=subnets)
    points = [{"endpointId": balancer["arn"]}]
    stack.add("globalaccelerator/endpointGroup", "west", listenerArn=listener["arn"], endpointConfigurations=points)
    losses = proof_of(stack.graph()).zone_and_region_losses
    (entry,) = [e for e in proof_of(stack.graph()).entry_points if e.name == "front"]
    assert {losses.outcome(entry, i).verdict for i in range(len(losses.failures))} == {"cannot tell"}


def test_a_bucket_without_a_website_is_no_entry_point() -> None:
    stack = Stack()
    stack.add("s3/bucket", "files")
    assert proof_of(stack.graph()).entry_points == ()


def check(stack: Stack, name: str) -> None:
    """One entry point with this name, which serves without a zone and is down without its Region."""
    proof = proof_of(stack.graph())
    (entry,) = proof.entry_points
    assert entry.name == name
    losses = proof.zone_and_region_losses
    verdicts = {f.name: losses.outcome(entry, i).verdict for i, f in enumerate(losses.failures)}
    assert verdicts == {"Availability Zone us-west-2a": "serves", "Region us-west-2": "down"}
