# ruff: noqa: E501 (tables: one case per line)
"""The provider's protocol: names, ids, previews, replacement, secrets, protection, faults."""

import re
from typing import Any

import pytest

from offline.aws.faults import Faults
from offline.aws.schema import installed
from offline.aws.wire import UNKNOWN, decode, encode
from offline.plugin import pb
from tests.offline.provider import Provider, Refused, every_type, secret
from tests.offline.refusals.dynamodb import TABLE
from tests.offline.refusals.elbv2 import TG
from tests.offline.refusals.iam import ALLOW
from tests.offline.refusals.inputs import document
from tests.offline.refusals.rds import AURORA, DB

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
BUCKET, QUEUE, ROLE = "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue", "aws:iam/role:Role"
STREAM = {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}
REPLICA: dict[str, Any] = {"regionName": "us-east-1", "deletionProtectionEnabled": True}
TEMPLATE, GROUP = "aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/securityGroup:SecurityGroup"


@pytest.mark.parametrize(
    ("token", "inputs", "identifier", "arn"),
    [
        (VPC, {"cidrBlock": "10.0.0.0/16"}, r"vpc-[0-9a-f]{17}", r"arn:aws:ec2:us-west-2:123456789012:vpc/vpc-[0-9a-f]{17}"),
        (QUEUE, {}, r"https://sqs\.us-west-2\.amazonaws\.com/123456789012/it-[0-9a-f]{7}", r"arn:aws:sqs:us-west-2:\d{12}:it-[0-9a-f]{7}"),
        ("aws:kms/key:Key", {}, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"arn:aws:kms:us-west-2:\d{12}:key/[0-9a-f-]{36}"),
        ("aws:kms/key:Key", {"multiRegion": True}, r"mrk-[0-9a-f]{32}", r"arn:aws:kms:us-west-2:\d{12}:key/mrk-[0-9a-f]{32}"),
        ("aws:lb/targetGroup:TargetGroup", TG, r"arn:.*:targetgroup/web/[0-9a-f]{16}", r"arn:aws:elasticloadbalancing:us-west-2:\d{12}:targetgroup/web/[0-9a-f]{16}"),
        ("aws:dynamodb/table:Table", TABLE, r"it-[0-9a-f]{7}", r"arn:aws:dynamodb:us-west-2:\d{12}:table/it-[0-9a-f]{7}"),
        ("aws:iam/policy:Policy", {"policy": document(ALLOW)}, r"arn:aws:iam::\d{12}:policy/it-[0-9a-f]{7}", r"arn:aws:iam::\d{12}:policy/it-[0-9a-f]{7}"),
        (BUCKET, {}, r"it-[0-9a-f]{7}", r"arn:aws:s3:::it-[0-9a-f]{7}"),
        ("aws:sns/topic:Topic", {"fifoTopic": True}, r"arn:.*:it-[0-9a-f]{7}\.fifo", r"arn:aws:sns:us-west-2:\d{12}:it-[0-9a-f]{7}\.fifo"),
    ],
)  # fmt: skip
def test_ids_and_arns_have_awss_shape_and_are_the_same_again(
    token: str, inputs: Any, identifier: str, arn: str
) -> None:
    first, second = Provider().create(token, "it", inputs), Provider().create(token, "it", inputs)
    assert first == second
    assert re.fullmatch(identifier, first[0]), first[0]
    assert re.fullmatch(arn, first[1]["arn"]), first[1]["arn"]


def test_the_region_is_the_resources_else_the_providers() -> None:
    assert Provider("eu-west-1").create(VPC, "it", {"cidrBlock": "10.0.0.0/16"})[1]["region"] == "eu-west-1"
    made = Provider("eu-west-1").create(VPC, "it", {"cidrBlock": "10.0.0.0/16", "region": "us-east-1"})[1]
    assert (made["region"], made["arn"].split(":")[3]) == ("us-east-1", "us-east-1")
    with pytest.raises(Refused, match="invalid AWS Region: eu-west-9; did you mean 'eu-west-"):
        Provider("eu-west-9")


@pytest.mark.parametrize(
    ("token", "inputs", "prop", "name"),
    [
        (ROLE, {"assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"})}, "name", r"It-[0-9a-f]{7}"),
        (BUCKET, {}, "bucket", r"it-[0-9a-f]{7}"),
        (QUEUE, {"fifoQueue": True}, "name", r"It-[0-9a-f]{7}\.fifo"),
        ("aws:rds/instance:Instance", {**DB, "identifier": "it"}, "identifier", "it"),
        ("aws:kms/alias:Alias", {"targetKeyId": "k"}, "name", r"alias/It-[0-9a-f]{7}"),
        ("aws:cloudwatch/eventTarget:EventTarget", {"rule": "r", "arn": "arn:x"}, "targetId", r"It-[0-9a-f]{7}"),
    ],
)  # fmt: skip
def test_names_are_made_as_the_real_provider_makes_them(token: str, inputs: Any, prop: str, name: str) -> None:
    checked = decode(Provider().check(token, "It", inputs))[0]
    assert re.fullmatch(name, checked[prop]), checked[prop]
    assert (prop in checked["__defaults"]) == (prop not in inputs)


def test_a_database_identifier_is_made_without_a_hyphen() -> None:
    checked = decode(Provider().check("aws:rds/instance:Instance", "db", DB))[0]
    assert re.fullmatch(r"db[0-9a-f]{7}", checked["identifier"])


def test_a_logical_name_without_room_for_the_digits_is_refused() -> None:
    with pytest.raises(Refused, match="plus 7 random chars is longer than maximum length 32"):
        Provider().create("aws:lb/loadBalancer:LoadBalancer", "a" * 25, {"subnets": ["a", "b"]})


def test_a_prefix_leaves_the_name_to_aws() -> None:
    assert "name" not in decode(Provider().check(QUEUE, "it", {"namePrefix": "in-"}))[0]
    assert Provider().create(QUEUE, "it", {"namePrefix": "in-"}, preview=True)[1]["name"] is UNKNOWN
    assert re.fullmatch(r"in-\d{26}", Provider().create(QUEUE, "it", {"namePrefix": "in-"})[1]["name"])


def test_a_preview_knows_the_inputs_and_not_what_aws_decides() -> None:
    identifier, outputs = Provider().create(
        SUBNET, "it", {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/24", "tags": {"a": "b"}}, preview=True
    )
    assert identifier == ""
    assert (outputs["cidrBlock"], outputs["tagsAll"], outputs["vpcId"]) == ("10.0.0.0/24", {"a": "b"}, UNKNOWN)
    assert (outputs["arn"], outputs["availabilityZoneId"]) == (UNKNOWN, UNKNOWN)


def test_every_type_answers_every_declared_output_with_a_value_of_its_kind() -> None:
    from offline.aws.check import _is
    from offline.aws.outputs import compute

    schema, wrong, types = installed(), [], 0
    for token in every_type():
        resource = schema.resource(token)
        assert resource
        _, outputs = compute(schema, token, {}, "us-west-2", urn=f"urn:pulumi:d::p::{token}::x")
        types += 1
        for name, field in resource.outputs.items():
            kind = field.kind.split("|")[0]
            value = outputs.get(name)
            shaped = (
                isinstance(value, list)
                if kind[0] == "["
                else isinstance(value, dict)
                if kind[0] in "{@a"
                else _is(kind, value)
            )
            written_only = name.endswith("Wo")
            left_out = kind[0] == "@" and name in resource.inputs  # no block where none was given
            if value is None and (not field.required or written_only or left_out):
                continue
            if not shaped:
                wrong.append((token, name, kind, value))
    assert wrong == []
    assert types > 1700


@pytest.mark.parametrize(
    ("token", "old", "new", "replaced", "first"),
    [
        (VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}, ["cidrBlock"], False),
        (SUBNET, {"vpcId": "v", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2a"}, {"vpcId": "v", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2b"}, ["availabilityZone"], False),
        (VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}}, [], False),
        (VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/16", "region": "us-east-1"}, ["region"], False),
        (GROUP, {"vpcId": "v"}, {"vpcId": "w"}, ["vpcId"], False),
        (GROUP, {"vpcId": "v", "name": "web"}, {"vpcId": "w", "name": "web"}, ["vpcId"], True),
        ("aws:rds/cluster:Cluster", {**AURORA, "kmsKeyId": "arn:a", "storageEncrypted": True}, {**AURORA, "kmsKeyId": "arn:b", "storageEncrypted": True}, ["kmsKeyId"], False),
        ("aws:rds/cluster:Cluster", AURORA, {**AURORA, "engineVersion": "16.6"}, [], False),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "r", "policyArn": "arn:aws:iam::aws:policy/A"}, {"role": "r", "policyArn": "arn:aws:iam::aws:policy/B"}, ["policyArn"], True),
        ("aws:docdb/cluster:Cluster", {"kmsKeyId": "arn:a"}, {"kmsKeyId": "arn:b"}, ["kmsKeyId"], False),
    ],
)  # fmt: skip
def test_what_aws_cannot_change_is_replaced(token: str, old: Any, new: Any, replaced: list[str], first: bool) -> None:
    answer = Provider().diff(token, "it", old, new)
    assert answer.changes == pb.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == replaced
    assert answer.deleteBeforeReplace is first


def test_equal_inputs_give_no_diff_and_ignored_changes_are_ignored() -> None:
    inputs = {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b", "c": "d"}, "enableDnsSupport": True}
    again = {"tags": {"c": "d", "a": "b"}, "enableDnsSupport": True, "cidrBlock": "10.0.0.0/16"}
    assert Provider().diff(VPC, "it", inputs, again).changes == pb.DiffResponse.DIFF_NONE
    changed = {**inputs, "tags": {"a": "x"}}
    assert Provider().diff(VPC, "it", inputs, changed, ["tags"]).changes == pb.DiffResponse.DIFF_NONE


def test_a_replacement_has_another_name_and_id() -> None:
    provider = Provider()
    old = decode(provider.check(GROUP, "it", {"vpcId": "v"}))[0]
    assert decode(provider.check(GROUP, "it", {"vpcId": "w"}, old))[0]["name"] == old["name"]
    new = decode(provider.check(GROUP, "it", {"vpcId": "w"}))[0]  # as the engine does for the replacement
    assert new["name"] != old["name"]
    assert (
        Provider().create(VPC, "it", {"cidrBlock": "10.0.0.0/16"})[0]
        != Provider().create(VPC, "it", {"cidrBlock": "10.1.0.0/16"})[0]
    )


def test_an_update_keeps_ids_and_raises_versions() -> None:
    old, new = {"imageId": "ami-0123456789abcdef0"}, {"imageId": "ami-0123456789abcdef1", "updateDefaultVersion": True}
    after = Provider().update(TEMPLATE, "it", old, new)
    assert (after["latestVersion"], after["defaultVersion"]) == (2, 2)
    assert after["arn"] == Provider().create(TEMPLATE, "it", old)[1]["arn"]
    assert Provider().update(TEMPLATE, "it", old, new, preview=True)["latestVersion"] is UNKNOWN


def test_an_object_with_other_content_has_another_version() -> None:
    token = "aws:s3/bucketObjectv2:BucketObjectv2"
    old = {"bucket": "b", "key": "services.zip", "content": "1"}
    before = Provider().create(token, "it", old)[1]["versionId"]
    assert isinstance(before, str)
    tagged = Provider().update(token, "it", old, {**old, "tags": {"Name": "code"}})
    assert tagged["versionId"] == before
    assert Provider().update(token, "it", old, {**old, "content": "2"})["versionId"] not in (before, "")
    assert Provider().update(token, "it", old, {**old, "content": "2"}, preview=True)["versionId"] is UNKNOWN


def test_secrets_stay_secret_and_never_appear_in_a_reason() -> None:
    inputs = {**AURORA, "manageMasterUserPassword": None, "masterPassword": secret("hunter2hunter2")}
    assert "masterPassword" in Provider().secrets("aws:rds/cluster:Cluster", "it", inputs)
    with pytest.raises(Refused) as refused:
        Provider().create(VPC, "it", {"cidrBlock": secret("hunter2-is-no-block")})
    assert "hunter2" not in str(refused.value)
    assert "[secret]" in str(refused.value)


def test_write_only_arguments_are_not_returned() -> None:
    inputs = {
        **AURORA,
        "manageMasterUserPassword": None,
        "masterPasswordWo": secret("hunter2hunter2"),
        "masterPasswordWoVersion": 1,
    }
    outputs = Provider().create("aws:rds/cluster:Cluster", "it", inputs)[1]
    assert "hunter2" not in repr(outputs)
    assert outputs["masterPasswordWoVersion"] == 1


def test_a_write_only_argument_is_sent_again_when_its_version_changes_and_only_then() -> None:
    before = {
        **AURORA,
        "manageMasterUserPassword": None,
        "masterPasswordWo": "first-password",
        "masterPasswordWoVersion": 1,
    }
    other = {**before, "masterPasswordWo": "other-password"}
    token = "aws:rds/cluster:Cluster"
    assert Provider().diff(token, "it", before, other).changes == pb.DiffResponse.DIFF_NONE
    assert list(Provider().diff(token, "it", before, {**other, "masterPasswordWoVersion": 2}).diffs) == [
        "masterPasswordWoVersion"
    ]


@pytest.mark.parametrize(
    ("token", "inputs", "says"),
    [
        ("aws:lb/loadBalancer:LoadBalancer", {"subnets": ["a", "b"], "enableDeletionProtection": True}, "deletion protection is enabled"),
        ("aws:rds/cluster:Cluster", {**AURORA, "deletionProtection": True}, "Cannot delete protected Cluster"),
        ("aws:rds/cluster:Cluster", AURORA, "final_snapshot_identifier is required"),
        ("aws:dynamodb/table:Table", {**TABLE, "deletionProtectionEnabled": True}, "protected against deletion"),
        ("aws:dynamodb/table:Table", {**TABLE, **STREAM, "replicas": [REPLICA]}, r"protected against deletion.*\(replica in us-east-1\)"),
        ("aws:cloudwatch/logGroup:LogGroup", {"deletionProtectionEnabled": True}, "while deletionProtectionEnabled is on"),
        ("aws:docdb/globalCluster:GlobalCluster", {"globalClusterIdentifier": "all", "deletionProtection": True}, "cannot be deleted while"),
    ],
)  # fmt: skip
def test_what_is_protected_is_not_deleted(token: str, inputs: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        Provider().delete(token, "it", inputs)


def test_what_is_not_protected_is_deleted() -> None:
    Provider().delete("aws:rds/cluster:Cluster", "it", {**AURORA, "skipFinalSnapshot": True})
    Provider().delete("aws:rds/cluster:Cluster", "it", {**AURORA, "finalSnapshotIdentifier": "last"})
    Provider().delete(BUCKET, "it", {})
    Provider().delete("aws:dynamodb/table:Table", "it", {**TABLE, **STREAM, "replicas": [{"regionName": "us-east-1"}]})
    Provider().delete("aws:cloudwatch/logGroup:LogGroup", "it", {"deletionProtectionEnabled": False})


@pytest.mark.parametrize(
    ("token", "inputs", "says"),
    [
        ("aws:ec2/vpc:Vcp", {}, "'aws:ec2/vpc:Vcp' is not a resource type of pulumi_aws .*; did you mean 'aws:ec2/vpc:Vpc'"),
        (VPC, {"cidr_bloc": "10.0.0.0/16"}, "has no property 'cidr_bloc'; did you mean 'cidrBlock'"),
        (VPC, {"cidr_block": "10.0.0.0/16", "cidrBlock": "10.0.0.0/16"}, "has no property 'cidr_block'; did you mean 'cidrBlock'"),
        (ROLE, {}, "assumeRolePolicy: aws:iam/role:Role needs 'assumeRolePolicy'"),
        (VPC, {"cidrBlock": ["10.0.0.0/16"]}, "cidrBlock: expected a string, got a list"),
        (VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": {}}}, "tags.a: expected a string, got an object"),
        (GROUP, {"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlock": ["10.0.0.0/8"]}]}, r"ingress\[0\].cidrBlock: .* did you mean 'cidrBlocks'"),
        (GROUP, {"ingress": [{"fromPort": 1, "toPort": 1}]}, r"ingress\[0\].protocol: .*required"),
        ("aws:lambda/function:Function", {"role": "r", "code": "dir"}, "expected an asset or archive"),
    ],
)  # fmt: skip
def test_what_the_package_does_not_declare_is_named(token: str, inputs: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        Provider().create(token, "it", inputs)


def test_faults_are_counted_and_named() -> None:
    provider = Provider(faults="fail:Vpc:2; throttle:aws:sqs/queue:Queue:1; delete:Bucket")
    block = {"cidrBlock": "10.0.0.0/16"}
    provider.create(VPC, "a", block)
    with pytest.raises(Refused, match=r"creating b .*injected fault"):
        provider.create(VPC, "b", block)
    provider.create(VPC, "b", block)
    with pytest.raises(Refused, match="ThrottlingException"):
        provider.create(QUEUE, "q", {})
    with pytest.raises(Refused, match="deleting b"):
        provider.delete(BUCKET, "b", {})


def test_a_lost_resource_is_not_read() -> None:
    provider = Provider(faults="lose:Vpc")
    request = pb.ReadRequest(id="vpc-1", urn=provider.urn(VPC, "it"), properties=encode({"a": "b"}))
    assert provider.aws.Read(request, provider.context).id == ""
    kept = Provider().aws.Read(request, provider.context)
    assert (kept.id, decode(kept.properties)[0]) == ("vpc-1", {"a": "b"})


@pytest.mark.parametrize("text", ["explode:Vpc", "fail", "delay:*", "throttle:Vpc"])
def test_an_invalid_fault_rule_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="must be action:type"):
        Faults.parse(text)


def test_a_route_by_a_gateway_goes_to_no_network_interface_or_instance() -> None:
    given = {"routeTableId": "rtb-0123456789abcdef0", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-0"}
    made = Provider().create("aws:ec2/route:Route", "it", given)[1]
    assert (made["networkInterfaceId"], made["instanceId"]) == ("", "")


def test_a_replication_group_has_its_replicas_by_either_argument() -> None:
    given = {"replicationGroupId": "shop", "description": "x", "engine": "valkey", "nodeType": "cache.t4g.small",
             "numCacheClusters": 3, "automaticFailoverEnabled": True}  # fmt: skip
    made = Provider().create("aws:elasticache/replicationGroup:ReplicationGroup", "it", given)[1]
    assert (made["numNodeGroups"], made["replicasPerNodeGroup"]) == (1, 2)
