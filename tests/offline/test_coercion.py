# ruff: noqa: E501 (tables: one case per line)
"""What the real provider's bridge takes and translates before anything else sees the inputs."""

from typing import Any

import pytest

from offline.aws.coercion import DOCUMENTS
from offline.aws.schema import installed
from offline.aws.wire import UNKNOWN, decode
from tests.offline.provider import Provider, Refused, every_type, secret

VPC, GROUP, TEMPLATE = "aws:ec2/vpc:Vpc", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/launchTemplate:LaunchTemplate"
QUEUE, RULE, ASG = (
    "aws:sqs/queue:Queue",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:autoscaling/group:Group",
)
LB, TG, PARAMETERS = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/parameterGroup:ParameterGroup",
)
DISK = [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeSize": 8}}]


def checked(token: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return decode(Provider().check(token, "it", inputs))[0]


@pytest.mark.parametrize(
    ("token", "given", "read"),
    [
        (GROUP, {"egress": [{"protocol": -1, "fromPort": 0, "toPort": 0}]}, {"egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0}]}),
        (TEMPLATE, {"blockDeviceMappings": [{"ebs": {"encrypted": True}}]}, {"blockDeviceMappings": [{"ebs": {"encrypted": "true"}}]}),
        (TEMPLATE, {"blockDeviceMappings": [{"ebs": {"encrypted": False}}]}, {"blockDeviceMappings": [{"ebs": {"encrypted": "false"}}]}),
        (QUEUE, {"visibilityTimeoutSeconds": "60", "fifoQueue": "false"}, {"visibilityTimeoutSeconds": 60, "fifoQueue": False}),
        (VPC, {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": "true", "tags": {"Stage": 1, "Paid": True}}, {"enableDnsHostnames": True, "tags": {"Stage": "1", "Paid": "true"}}),
        (PARAMETERS, {"family": "postgres16", "parameters": [{"name": "max_connections", "value": 1000}]}, {"parameters": [{"name": "max_connections", "value": "1000"}]}),
        (PARAMETERS, {"family": "postgres16", "parameters": [{"name": "random_page_cost", "value": 1.5}]}, {"parameters": [{"name": "random_page_cost", "value": "1.5"}]}),
        (TG, {"port": "80", "protocol": "HTTP", "vpcId": "vpc-1", "healthCheck": {"matcher": 200}}, {"port": 80, "healthCheck": {"matcher": "200"}}),
        (RULE, {"securityGroupId": "sg-1", "ipProtocol": -1, "cidrIpv4": "10.0.0.0/8"}, {"ipProtocol": "-1"}),
        (ASG, {"minSize": "1", "maxSize": 2.0, "vpcZoneIdentifiers": "subnet-1", "launchTemplate": {"id": "lt-1", "version": 3}}, {"minSize": 1, "maxSize": 2, "vpcZoneIdentifiers": ["subnet-1"], "launchTemplate": {"id": "lt-1", "version": "3"}}),
    ],
    ids=["number", "true", "false", "text", "tags", "value", "fraction", "port", "framework", "one"],
)  # fmt: skip
def test_numbers_texts_and_booleans_stand_for_one_another(token: str, given: Any, read: Any) -> None:
    found = checked(token, given)
    assert {name: found[name] for name in read} == read


@pytest.mark.parametrize(
    ("token", "given", "says"),
    [
        (QUEUE, {"visibilityTimeoutSeconds": "a minute"}, "visibilityTimeoutSeconds: expected an integer, got the string 'a minute'"),
        (QUEUE, {"fifoQueue": "yes"}, "fifoQueue: expected a boolean, got the string 'yes'"),
        (QUEUE, {"fifoQueue": 1}, "fifoQueue: expected a boolean, got the number 1"),
        (VPC, {"cidrBlock": {"a": "b"}}, "cidrBlock: expected a string, got an object"),
        (QUEUE, {"visibilityTimeoutSeconds": "50000"}, "between 0 and 43200 seconds"),
        (TG, {"port": 80, "protocol": "HTTP", "vpcId": "vpc-1", "healthCheck": [{"port": "80"}, {"port": "81"}]}, "healthCheck: expected an object, got a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_translated_is_refused(token: str, given: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        checked(token, given)


@pytest.mark.parametrize(
    ("token", "given", "read"),
    [
        (VPC, {"cidr_block": "10.0.0.0/16", "enable_dns_hostnames": True}, {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}),
        (GROUP, {"ingress": [{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/8"]}]}, {"ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["10.0.0.0/8"]}]}),
        (TEMPLATE, {"block_device_mapping": [{"device_name": "/dev/xvda", "ebs": {"volume_size": 8, "encrypted": True}}]}, {"blockDeviceMappings": DISK}),
        (LB, {"subnets": ["s-1", "s-2"], "access_logs": {"bucket": "b"}}, {"accessLogs": {"bucket": "b"}}),
        (PARAMETERS, {"family": "postgres16", "parameter": [{"name": "a", "value": "b", "apply_method": "immediate"}]}, {"parameters": [{"name": "a", "value": "b", "applyMethod": "immediate"}]}),
        (VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"snake_case": "stays"}}, {"tags": {"snake_case": "stays"}}),
    ],
    ids=["top", "nested", "singular", "one", "attribute", "keys"],
)  # fmt: skip
def test_terraforms_spellings_are_read_as_pulumis(token: str, given: Any, read: Any) -> None:
    found = checked(token, given)
    assert {name: found[name] for name in read} == read


def test_a_list_of_one_and_its_item_stand_for_one_another() -> None:
    assert checked(LB, {"subnets": ["s-1", "s-2"], "accessLogs": [{"bucket": "b"}]})["accessLogs"] == {"bucket": "b"}
    assert "accessLogs" not in checked(LB, {"subnets": ["s-1", "s-2"], "accessLogs": []})
    rule = {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": "10.0.0.0/8"}
    assert checked(GROUP, {"ingress": rule})["ingress"] == [{**rule, "cidrBlocks": ["10.0.0.0/8"]}]


def test_unknown_values_stay_unknown_and_secrets_stay_secret() -> None:
    assert checked(QUEUE, {"visibility_timeout_seconds": UNKNOWN})["visibilityTimeoutSeconds"] is UNKNOWN
    wire = Provider().check(VPC, "it", {"cidr_block": secret("10.0.0.0/16")})
    assert decode(wire)[1] == {("cidrBlock",)}


def test_every_property_of_every_type_is_read_under_terraforms_spelling() -> None:
    from offline.aws.coercion import spelling

    schema, unread, properties = installed(), [], 0
    for token in every_type():
        resource = schema.resource(token)
        assert resource
        for name in resource.inputs:
            properties += 1
            snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
            if spelling(resource.inputs, snake) != name:
                unread.append((token, name, snake))
    assert unread == []
    assert properties > 10_000


ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
TEXT = '{"Statement":[{"Action":"sqs:*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}'


def test_a_policy_document_may_be_an_object_and_becomes_its_json() -> None:
    policy = {"role": "it", "policy": ALLOW}
    assert checked("aws:iam/rolePolicy:RolePolicy", policy)["policy"] == TEXT
    assert checked("aws:iam/rolePolicy:RolePolicy", {**policy, "policy": TEXT})["policy"] == TEXT
    part = {**ALLOW, "Statement": [{**ALLOW["Statement"][0], "Resource": UNKNOWN}]}  # type: ignore[dict-item]
    assert checked("aws:iam/rolePolicy:RolePolicy", {**policy, "policy": part})["policy"] is UNKNOWN


def test_the_properties_that_take_an_object_for_json_are_those_that_the_package_declares() -> None:
    schema = installed()
    tokens = [t for name in schema.service_names() for t in schema.service(name).resources]  # type: ignore[union-attr]
    found = {t: p for t in tokens for p, f in schema.resource(t).inputs.items() if "PolicyDocumentArgs" in f.kind}  # type: ignore[union-attr]
    assert found == DOCUMENTS
