# ruff: noqa: E501 (tables: one case per line)
"""What AWS answers about a resource, for every type of `pulumi_aws`: values of the declared kinds and of AWS's shapes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from offline.aws import names
from offline.aws.fields import Resource
from offline.aws.outputs import compute
from offline.aws.resource_outputs import ABSENT
from offline.aws.schema import installed
from offline.aws.wire import UNKNOWN
from tests.offline.provider import Provider, every_type

ARN = re.compile(r"arn:aws(-cn|-us-gov)?:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws|cloudfront|lambda)?:\S.*")
URI_LIKE = ("arn", "url", "uri", "uris", "endpoint", "endpoints", "dnsname", "domainname", "hostname", "fqdn")
ELB = {"loadBalancerArn": "loadbalancer/app/web/0123456789abcdef", "listenerArn": "listener/app/web/0123456789abcdef/1"}
EMPTY = {
    ("aws:cloudformation/stack:Stack", "outputs"): "they are what the stack's template says",
    ("aws:serverlessrepository/cloudFormationStack:CloudFormationStack", "outputs"): "the application's template says",
    ("aws:s3/bucket:Bucket", "websiteEndpoint"): "a bucket that is no website has none",
    ("aws:s3/bucketV2:BucketV2", "websiteEndpoint"): "a bucket that is no website has none",
    ("aws:dynamodb/table:Table", "streamArn"): "a table without a stream has none",
    ("aws:ec2/route:Route", "instanceId"): "a route to anything but an instance has none",
    ("aws:ec2/route:Route", "instanceOwnerId"): "a route to anything but an instance has none",
    ("aws:ec2/subnet:Subnet", "ipv6CidrBlockAssociationId"): "a subnet without IPv6 has none",
    ("aws:ec2/defaultSubnet:DefaultSubnet", "ipv6CidrBlockAssociationId"): "a subnet without IPv6 has none",
    ("aws:ec2/vpc:Vpc", "ipv6AssociationId"): "a VPC without IPv6 has none",
    ("aws:ec2/defaultVpc:DefaultVpc", "ipv6AssociationId"): "a VPC without IPv6 has none",
}
"""Outputs that AWS leaves empty unless something else was asked for, and why."""


def sample(resource: Resource) -> dict[str, Any]:
    """The required inputs of a type, each with some value of its kind, and the name that the provider makes up."""

    def value(kind: str, name: str) -> Any:
        match kind.split("|")[0][0]:
            case "s":
                if name in ELB:
                    return f"arn:aws:elasticloadbalancing:us-west-2:123456789012:{ELB[name]}"
                return f"arn:aws:iam::123456789012:role/{name}" if name.lower().endswith("arn") else f"{name.lower()}-1"
            case "i" | "n":
                return 1
            case "b":
                return True
            case "[":
                return [value(kind[1:], name)]
            case _:
                return {}

    inputs = {name: value(field.kind, name) for name, field in resource.inputs.items() if field.required}
    made = names.automatic(resource, inputs, "it", resource.token)
    return {**inputs, **({made[0]: made[1]} if made else {})}


def every_resource() -> Iterator[Resource]:
    schema = installed()
    for token in every_type():
        found = schema.resource(token)
        assert found
        yield found


def answered(resource: Resource, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return compute(installed(), resource.token, inputs, "us-west-2", urn=f"urn:pulumi:d::p::{resource.token}::it")


def leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every value inside an output, under the name of the property that holds it; empty maps too."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, name)
    else:
        yield name, value


def malformed(name: str, value: Any) -> bool:
    """Is it an ARN that is none, or nothing where an id or an address belongs?"""
    if isinstance(value, str) and value.startswith("arn:"):
        return not ARN.fullmatch(value)
    return value in ("", {}) and (name.lower().endswith(URI_LIKE) or name.endswith("Id"))


def test_every_type_keeps_what_it_was_given() -> None:
    changed = [
        (resource.token, name, outputs.get(name))
        for resource in every_resource()
        for inputs in [sample(resource)]
        for outputs in [answered(resource, inputs)[1]]
        for name, value in inputs.items()
        if name in resource.outputs and name in outputs and isinstance(value, str) and outputs[name] != value
    ]
    assert changed == []


def test_no_type_answers_a_malformed_arn_or_an_empty_id_or_address() -> None:
    wrong: list[tuple[str, str, Any]] = []
    used: set[tuple[str, str]] = set()
    types = 0
    for resource in every_resource():
        identifier, outputs = answered(resource, sample(resource))
        types += 1
        if not identifier:
            wrong.append((resource.token, "id", identifier))
        for name, output in outputs.items():
            if name in resource.inputs:
                continue
            for inner, value in leaves(output, name):
                if inner in ABSENT and value == "":
                    continue
                if (resource.token, inner) in EMPTY and value in ("", {}):
                    used.add((resource.token, inner))
                elif malformed(inner, value):
                    wrong.append((resource.token, inner, value))
    assert wrong == []
    assert types > 1700
    assert used == set(EMPTY), "an exception that is none"


@pytest.mark.parametrize(
    ("token", "inputs", "name", "shape"),
    [
        ("aws:appsync/graphQLApi:GraphQLApi", {"authenticationType": "API_KEY"}, "uris.GRAPHQL",
         r"https://[a-z0-9]{26}\.appsync-api\.us-west-2\.amazonaws\.com/graphql"),
        ("aws:appsync/graphQLApi:GraphQLApi", {"authenticationType": "API_KEY"}, "uris.REALTIME",
         r"wss://[a-z0-9]{26}\.appsync-realtime-api\.us-west-2\.amazonaws\.com/graphql"),
        ("aws:appsync/api:Api", {"eventConfig": {"authProviders": [], "connectionAuthModes": [], "defaultPublishAuthModes": [], "defaultSubscribeAuthModes": []}}, "dns.HTTP", r"[a-z0-9]{26}\.appsync-api\.us-west-2\.amazonaws\.com"),
        ("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", {"bucket": "site"}, "websiteEndpoint",
         r"site\.s3-website-us-west-2\.amazonaws\.com"),
        ("aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2", {"bucket": "site", "region": "eu-south-1"},
         "websiteEndpoint", r"site\.s3-website\.eu-south-1\.amazonaws\.com"),
        ("aws:s3/bucket:Bucket", {"bucket": "site", "website": {"indexDocument": "i"}}, "websiteEndpoint",
         r"site\.s3-website-us-west-2\.amazonaws\.com"),
        ("aws:s3/accessPoint:AccessPoint", {"bucket": "pictures", "name": "one"}, "endpoints.ipv4",
         r"s3-accesspoint\.us-west-2\.amazonaws\.com"),
        ("aws:alb/loadBalancer:LoadBalancer", {"name": "web", "subnets": ["subnet-1", "subnet-2"]}, "dnsName",
         r"web-\d{10}\.us-west-2\.elb\.amazonaws\.com"),
        ("aws:servicecatalog/appregistryApplication:AppregistryApplication", {"name": "shop"},
         "applicationTag.awsApplication", r"arn:aws:resource-groups:us-west-2:\d{12}:group/shop/[a-z0-9]{26}"),
    ],
)  # fmt: skip
def test_addresses_have_the_shapes_that_aws_documents(token: str, inputs: Any, name: str, shape: str) -> None:
    value: Any = Provider().create(token, "it", inputs)[1]
    for step in name.split("."):
        value = value[step]
    assert re.fullmatch(shape, value), value


def test_an_event_target_is_what_it_was_given_before_and_after_an_update() -> None:
    """`verdict-16`: rules about a target's function read its ARN."""
    arn = "arn:aws:lambda:us-west-2:123456789012:function:f"
    target = {"rule": "r", "arn": arn}
    token = "aws:cloudwatch/eventTarget:EventTarget"
    assert Provider().create(token, "it", target)[1]["arn"] == arn
    assert Provider().update(token, "it", target, {**target, "input": "{}"})["arn"] == arn


def test_a_default_that_another_resource_overrides_is_unknown_before_creation() -> None:
    token, inputs = "aws:ecs/service:Service", {"name": "web", "cluster": "c", "taskDefinition": "t"}
    before = Provider().create(token, "web", inputs, preview=True)[1]
    assert before["launchType"] is UNKNOWN, "the cluster's capacity providers may decide it"
