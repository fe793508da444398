# ruff: noqa: E501 (tables: one case per line)
"""Look-ups: which are answered, and with what."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offline.aws import lookups
from offline.aws.inventory import Inventory
from offline.aws.lookups import given
from offline.aws.schema import installed
from offline.aws.wire import decode, encode
from tests.offline.provider import Provider, Refused


def token(lookup: str) -> str:
    module, function = lookup.split("/") if "/" in lookup else ("index", lookup)
    return f"aws:{module}/{function}:{function}"


def ask(lookup: str, in_region: str = "us-west-2", /, **args: Any) -> dict[str, Any]:
    return lookups.answer(installed(), token(lookup), args, in_region)


def named(**filters: Any) -> list[dict[str, Any]]:
    return [{"name": n.replace("__", "-"), "values": v if isinstance(v, list) else [v]} for n, v in filters.items()]


COMMON: dict[str, dict[str, Any]] = {
    "ec2/getAmi": {"mostRecent": True, "owners": ["amazon"], "filters": named(name="al2023-ami-*")},
    "ec2/getVpc": {"default": True},
    "ec2/getSubnets": {"filters": named(vpc__id="vpc-00000000000000001")},
    "iam/getPolicyDocument": {
        "statements": [
            {
                "actions": ["sts:AssumeRole"],
                "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
            }
        ]
    },
    "ssm/getParameter": {"name": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"},
    "route53/getZone": {"name": "example.com"},
    "elb/getServiceAccount": {},
    "ec2/getInstanceTypeOfferings": {"filters": named(instance__type="m6i.large"), "locationType": "availability-zone"},
    "getAvailabilityZone": {"name": "us-west-2a"},
    "getRegions": {},
    "getArn": {"arn": "arn:aws:s3:::a"},
    "ec2/getManagedPrefixList": {"name": "com.amazonaws.global.cloudfront.origin-facing"},
    "cloudfront/getCachePolicy": {"name": "Managed-CachingOptimized"},
    "s3/getCanonicalUserId": {},
    "rds/getEngineVersion": {"engine": "aurora-postgresql", "version": "16.4"},
    "rds/getOrderableDbInstance": {"engine": "postgres", "preferredInstanceClasses": ["db.m6g.large"]},
    "ecr/getAuthorizationToken": {},
    "ecr/getCredentials": {"registryId": "123456789012"},
    "eks/getClusterAuth": {"name": "c"},
    "iam/getPolicy": {"name": "AdministratorAccess"},
    "getIpRanges": {"services": ["cloudfront"], "regions": ["global"]},
    "getRegion": {},
    "getCallerIdentity": {},
    "getPartition": {},
    "getAvailabilityZones": {"state": "available"},
    "getService": {"serviceId": "s3"},
    "getDefaultTags": {},
}
"""The look-ups that public programs begin with (`verdict-09`)."""


@pytest.mark.parametrize("name", COMMON)
def test_common_lookups_are_answered_with_everything_that_they_declare(name: str) -> None:
    lookup = installed().lookup(token(name))
    assert lookup
    answer = ask(name, **COMMON[name])
    assert answer == ask(name, **COMMON[name]), "another answer the second time"
    assert {n for n, f in lookup.outputs.items() if f.required} - set(answer) == set()


NAMES = (
    "arn",
    "name",
    "Name",
    "keyId",
    "Id",
    "id",
    "Identifier",
    "taskDefinition",
    "publicIp",
    "creationToken",
    "bucket",
    "domain",
    "url",
)
"""How arguments end that say what is looked up."""


def test_every_lookup_that_is_answered_exists_and_its_results_are_of_the_declared_kinds() -> None:
    from offline.aws.check import _is
    from offline.aws.lookups import asked

    schema, wrong, answered = installed(), [], 0
    ask("getRegion")  # registers all
    for name in asked._FUNCTIONS:
        lookup = schema.lookup(name)
        assert lookup, f"{name} is no look-up of pulumi_aws"
        common = COMMON.get(name.removeprefix("aws:").removeprefix("index/").rsplit(":", 1)[0].removeprefix("index/"))
        key = next((n for n in lookup.inputs if n.endswith(NAMES)), None)
        args = common or ({key: "arn:aws:iam::123456789012:role/it" if key == "arn" else "it-1"} if key else {})
        try:
            answer = lookups.answer(schema, name, args, "us-west-2")
        except lookups.NoAnswer:
            continue  # AWS has nothing of that name either
        answered += 1
        for output, field in lookup.outputs.items():
            kind, value = field.kind.split("|")[0], answer.get(output)
            shaped = (
                isinstance(value, list)
                if kind[0] == "["
                else isinstance(value, dict)
                if kind[0] in "{@a"
                else _is(kind, value)
            )
            if not shaped and not (value is None and (not field.required or kind[0] == "@")):
                wrong.append((name, output, kind, value))
    assert wrong == []
    assert answered > 150


# ------------------------------------------------------------------------------------------------- policy documents
STATEMENT = {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/*"]}


def written(**args: Any) -> Any:
    return json.loads(ask("iam/getPolicyDocument", **args)["json"])


def test_a_policy_document_is_written_as_the_provider_writes_it() -> None:
    answer = ask(
        "iam/getPolicyDocument",
        statements=[{**STATEMENT, "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]}],
    )
    assert answer["json"] == (
        '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Sid": "Read",\n      "Effect": "Allow",\n'
        '      "Action": "s3:GetObject",\n      "Resource": "arn:aws:s3:::b/*",\n      "Principal": {\n'
        '        "Service": "lambda.amazonaws.com"\n      }\n    }\n  ]\n}'
    )
    assert answer["minifiedJson"] == json.dumps(json.loads(answer["json"]), separators=(",", ":"))
    assert ask("iam/getPolicyDocument")["json"] == '{\n  "Version": "2012-10-17"\n}'


@pytest.mark.parametrize(
    ("statement", "element", "value"),
    [
        ({"actions": ["a:B", "a:C", "a:A"]}, "Action", ["a:C", "a:B", "a:A"]),
        ({"actions": ["a:B", "a:B"]}, "Action", "a:B"),
        ({"notActions": ["iam:*"]}, "NotAction", "iam:*"),
        ({"notResources": ["arn:aws:s3:::b"]}, "NotResource", "arn:aws:s3:::b"),
        ({"resources": ["arn:aws:s3:::home/&{aws:username}/*"]}, "Resource", "arn:aws:s3:::home/${aws:username}/*"),
        ({"effect": "Deny"}, "Effect", "Deny"),
        ({"principals": [{"type": "*", "identifiers": ["*"]}]}, "Principal", "*"),
        ({"principals": [{"type": "AWS", "identifiers": ["*"]}]}, "Principal", {"AWS": "*"}),
        ({"principals": [{"type": "AWS", "identifiers": ["1", "2"]}, {"type": "Service", "identifiers": ["s"]}]}, "Principal", {"AWS": ["2", "1"], "Service": "s"}),
        ({"notPrincipals": [{"type": "AWS", "identifiers": ["1"]}]}, "NotPrincipal", {"AWS": "1"}),
        ({"conditions": [{"test": "StringEquals", "variable": "aws:x", "values": ["b", "a"]}]}, "Condition", {"StringEquals": {"aws:x": ["b", "a"]}}),
        ({"conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}]}, "Condition", {"Bool": {"aws:SecureTransport": "false"}}),
    ],
)  # fmt: skip
def test_elements_of_a_statement(statement: Any, element: str, value: Any) -> None:
    assert written(statements=[statement])["Statement"][0][element] == value


def test_blocks_of_one_type_are_put_together_in_terraforms_order() -> None:
    """The order is that of terraform-plugin-sdk's sets: by the checksum of a block's text."""
    principals = [{"type": "AWS", "identifiers": [i]} for i in ("b", "a")]
    found = written(statements=[{"principals": principals}])["Statement"][0]["Principal"]["AWS"]
    assert found == written(statements=[{"principals": principals[::-1]}])["Statement"][0]["Principal"]["AWS"]
    assert sorted(found) == ["a", "b"]


def test_characters_that_go_escapes_in_json_are_escaped() -> None:
    assert r"\u003ca\u003e \u0026 b" in ask("iam/getPolicyDocument", statements=[{"resources": ["<a> & b"]}])["json"]


def test_source_documents_come_first_and_override_documents_replace_statements_of_the_same_sid() -> None:
    source = json.dumps(
        {
            "Version": "2008-10-17",
            "Id": "from-source",
            "Statement": [
                {"Sid": "Read", "Effect": "Deny", "Action": ["x:Y"], "Principal": "*"},
                {"Effect": "Allow", "Action": "z:Z"},
            ],
        }
    )
    override = json.dumps({"Statement": [{"Sid": "Read", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]})
    merged = written(sourcePolicyDocuments=[source], statements=[STATEMENT], policyId="mine")
    assert (merged["Version"], merged["Id"]) == ("2012-10-17", "mine")
    assert [s.get("Sid") for s in merged["Statement"]] == ["Read", None]
    assert merged["Statement"][0]["Action"] == "s3:GetObject", "the program's own statement replaces the source's"
    overridden = written(sourcePolicyDocuments=[source], statements=[STATEMENT], overridePolicyDocuments=[override])
    assert overridden["Statement"][0] == {"Sid": "Read", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    assert overridden["Id"] == "from-source"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"statements": [STATEMENT, STATEMENT]}, r"duplicate Sid \(Read\). Remove the Sid or ensure the Sid is unique"),
        ({"sourcePolicyDocuments": [json.dumps({"Statement": [{"Sid": "A"}]})] * 2}, r"merging source document 1: duplicate Sid \(A\) in source_policy_documents \(statement 0\)"),
        ({"sourcePolicyDocuments": ["{"]}, "merging source document 0"),
        ({"statements": [{"sid": "with-hyphen"}]}, "must only include alphanumeric characters"),
        ({"version": "2008-10-17", "statements": [{"resources": ["&{aws:username}"]}]}, "not supported in document version 2008-10-17"),
        ({"version": "2020-01-01"}, "must be 2008-10-17 or 2012-10-17"),
    ],
)  # fmt: skip
def test_documents_that_the_provider_refuses(args: Any, says: str) -> None:
    with pytest.raises(lookups.NoAnswer, match=says):
        ask("iam/getPolicyDocument", **args)


# ------------------------------------------------------------------------------------------------------ pure, public
@pytest.mark.parametrize(
    ("name", "args", "region", "expected"),
    [
        ("getRegion", {}, "eu-west-1", {"name": "eu-west-1", "description": "Europe (Ireland)", "endpoint": "ec2.eu-west-1.amazonaws.com"}),
        ("getRegion", {"endpoint": "ec2.us-east-2.amazonaws.com"}, "eu-west-1", {"region": "us-east-2"}),
        ("getPartition", {}, "cn-north-1", {"partition": "aws-cn", "dnsSuffix": "amazonaws.com.cn", "reverseDnsPrefix": "cn.com.amazonaws"}),
        ("getPartition", {}, "us-gov-west-1", {"partition": "aws-us-gov", "dnsSuffix": "amazonaws.com"}),
        ("getArn", {"arn": "arn:aws:rds:eu-west-1:123456789012:db:mysql-db"}, "us-west-2", {"service": "rds", "region": "eu-west-1", "account": "123456789012", "resource": "db:mysql-db"}),
        ("getServicePrincipal", {"serviceName": "s3"}, "us-west-2", {"name": "s3.amazonaws.com", "suffix": "amazonaws.com", "id": "s3.us-west-2.amazonaws.com"}),
        ("getService", {"serviceId": "ec2"}, "us-west-2", {"dnsName": "ec2.us-west-2.amazonaws.com", "reverseDnsName": "com.amazonaws.us-west-2.ec2"}),
        ("getService", {"reverseDnsName": "com.amazonaws.us-east-1.s3"}, "us-west-2", {"serviceId": "s3", "region": "us-east-1"}),
        ("arnParse", {"arn": "arn:aws:iam::444455556666:role/example"}, "us-west-2", {"accountId": "444455556666", "resource": "role/example"}),
        ("arnBuild", {"partition": "aws", "service": "iam", "region": "", "accountId": "4", "resource": "user/a"}, "us-west-2", {"result": "arn:aws:iam::4:user/a"}),
        ("trimIamRolePath", {"arn": "arn:aws:iam::444455556666:role/with/path/example"}, "us-west-2", {"result": "arn:aws:iam::444455556666:role/example"}),
        ("elb/getServiceAccount", {}, "us-east-1", {"arn": "arn:aws:iam::127311923021:root"}),
        ("cloudfront/getCachePolicy", {"name": "Managed-CachingDisabled"}, "us-west-2", {"id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}),
        ("cloudfront/getOriginRequestPolicy", {"name": "Managed-AllViewerExceptHostHeader"}, "us-west-2", {"id": "b689b0a8-53d0-40ab-baf2-68738e2966ac"}),
        ("cloudfront/getResponseHeadersPolicy", {"name": "Managed-SecurityHeadersPolicy"}, "us-west-2", {"id": "67f7725c-6f97-4210-82d7-5512b31e9d03"}),
        ("ec2/getManagedPrefixList", {"filters": named(prefix__list__name="com.amazonaws.global.cloudfront.origin-facing")}, "us-west-2", {"id": "pl-82a045eb", "ownerId": "AWS"}),
        ("ec2/getPrefixList", {"name": "com.amazonaws.us-west-2.s3"}, "us-west-2", {"id": "pl-68a54001"}),
        ("iam/getPolicy", {"name": "AdministratorAccess"}, "us-west-2", {"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("iam/getPolicy", {"name": "AWSLambdaBasicExecutionRole"}, "us-west-2", {"arn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}),
        ("iam/getPolicy", {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "us-west-2", {"name": "ReadOnlyAccess"}),
        ("iam/getRole", {"name": "deployer"}, "us-west-2", {"arn": "arn:aws:iam::123456789012:role/deployer", "id": "deployer"}),
        ("s3/getBucket", {"bucket": "logs"}, "eu-west-1", {"arn": "arn:aws:s3:::logs", "bucketRegionalDomainName": "logs.s3.eu-west-1.amazonaws.com", "bucketRegion": "eu-west-1"}),
        ("ecr/getRepository", {"name": "web"}, "us-west-2", {"repositoryUrl": "123456789012.dkr.ecr.us-west-2.amazonaws.com/web"}),
        ("lambda/getFunction", {"functionName": "it"}, "us-west-2", {"arn": "arn:aws:lambda:us-west-2:123456789012:function:it"}),
        ("ec2/getInstanceType", {"instanceType": "m6g.2xlarge"}, "us-west-2", {"defaultVcpus": 8, "memorySize": 32768, "supportedArchitectures": ["arm64"]}),
        ("ec2/getInstanceType", {"instanceType": "t3.micro"}, "us-west-2", {"defaultVcpus": 2, "memorySize": 1024}),
        ("rds/getEngineVersion", {"engine": "postgres", "version": "16"}, "us-west-2", {"version": "16.9", "parameterGroupFamily": "postgres16"}),
        ("rds/getEngineVersion", {"engine": "aurora-mysql"}, "us-west-2", {"parameterGroupFamily": "aurora-mysql8.0"}),
        ("rds/getOrderableDbInstance", {"engine": "postgres", "preferredInstanceClasses": ["db.m6g.large", "db.m5.large"]}, "us-west-2", {"instanceClass": "db.m6g.large"}),
        ("elasticbeanstalk/getSolutionStack", {"nameRegex": "^64bit .* running Python 3\\.13$", "mostRecent": True}, "us-west-2", {"name": "64bit Amazon Linux 2023 v4.6.1 running Python 3.13"}),
        ("kms/getKey", {"keyId": "alias/aws/s3"}, "us-west-2", {"keyManager": "AWS", "keyState": "Enabled"}),
        ("iam/getSessionContext", {"arn": "arn:aws:sts::123456789012:assumed-role/Audien-Heaven/MatyNoyes"}, "us-west-2", {"issuerArn": "arn:aws:iam::123456789012:role/Audien-Heaven", "sessionName": "MatyNoyes"}),
    ],
)  # fmt: skip
def test_answers_are_those_of_aws(name: str, args: Any, region: str, expected: Any) -> None:
    answer = ask(name, region, **args)
    assert {n: answer[n] for n in expected} == expected


@pytest.mark.parametrize(
    ("name", "args", "says"),
    [
        ("getRegion", {"name": "us-west-9"}, "no matching EC2 Region"),
        ("getAvailabilityZone", {"name": "us-west-2z"}, "no matching EC2 Availability Zone"),
        ("cloudfront/getCachePolicy", {"name": "Managed-Nonsense"}, "no matching CloudFront cache policy: Managed-Nonsense"),
        ("ec2/getManagedPrefixList", {"name": "com.amazonaws.us-west-2.nonsense"}, "no matching EC2 Managed Prefix List"),
        ("ssm/getParameter", {"name": "/aws/service/nonsense"}, "ParameterNotFound"),
        ("ec2/getInstanceType", {"instanceType": "huge"}, "instance types do not exist"),
        ("getArn", {"arn": "nonsense"}, "invalid prefix"),
        ("getArn", {}, "needs 'arn': a required argument is missing"),
        ("elasticbeanstalk/getSolutionStack", {"nameRegex": "Python 2"}, "no Elastic Beanstalk solution stack"),
        ("elasticbeanstalk/getSolutionStack", {"nameRegex": "Python 3.13"}, "more than one result"),
    ],
)  # fmt: skip
def test_a_lookup_that_aws_would_not_find_fails_with_its_message(name: str, args: Any, says: str) -> None:
    with pytest.raises(lookups.NoAnswer, match=says):
        ask(name, **args)


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ({}, ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"]),
        ({"excludeNames": ["us-east-1e"], "excludeZoneIds": ["use1-az6"]}, ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]),
        ({"filters": named(zone__name=["us-east-1a", "us-east-1b"])}, ["us-east-1a", "us-east-1b"]),
        ({"filters": named(opt__in__status="opt-in-not-required", zone__id="use1-az3")}, ["us-east-1c"]),
        ({"filters": named(zone__type="local-zone")}, []),
        ({"state": "impaired"}, []),
    ],
)  # fmt: skip
def test_availability_zones_are_filtered(args: Any, names: list[str]) -> None:
    answer = ask("getAvailabilityZones", "us-east-1", **args)
    assert answer["names"] == names
    assert len(answer["zoneIds"]) == len(names)


@pytest.mark.parametrize(
    ("args", "name", "architecture"),
    [
        ({"owners": ["amazon"], "filters": named(name="al2023-ami-*-x86_64")}, r"al2023-ami-2023\..*-x86_64", "x86_64"),
        ({"owners": ["amazon"], "filters": named(name="al2023-ami-*", architecture="arm64")}, r"al2023-ami-.*-arm64", "arm64"),
        ({"owners": ["137112412989"], "filters": named(name="amzn2-ami-hvm-*-x86_64-gp2")}, r"amzn2-ami-hvm-2\.0\.\d+\.0-x86_64-gp2", "x86_64"),
        ({"owners": ["099720109477"], "filters": named(name="ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*")}, r"ubuntu/images/hvm-ssd/ubuntu-jammy-22\.04-amd64-server-\d{8}", "x86_64"),
        ({"owners": ["self"], "filters": named(name="golden-*")}, r"golden-\d{8}", "x86_64"),
        ({"owners": ["amazon"], "nameRegex": r"^amzn2-ami-ecs-hvm.*arm64"}, r"amzn2-ami-ecs-hvm-.*-arm64-ebs", "arm64"),
    ],
)  # fmt: skip
def test_images_are_found_by_their_names(args: Any, name: str, architecture: str) -> None:
    answer = ask("ec2/getAmi", mostRecent=True, **args)
    assert re.fullmatch(name, answer["name"]), answer["name"]
    assert (answer["architecture"], bool(re.fullmatch(r"ami-0[0-9a-f]{16}", answer["id"]))) == (architecture, True)
    assert answer["id"] != ask("ec2/getAmi", "us-east-1", mostRecent=True, **args)["id"], (
        "an image of one Region in another"
    )


def test_parameters_of_aws_hold_images_and_descriptions() -> None:
    linux = ask("ssm/getParameter", name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
    assert re.fullmatch(r"ami-0[0-9a-f]{16}", linux["value"])
    assert (
        linux["arn"]
        == "arn:aws:ssm:us-west-2::parameter/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    )
    ecs = json.loads(
        ask("ssm/getParameter", name="/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended")["value"]
    )
    assert (
        ecs["image_id"]
        == ask("ssm/getParameter", name="/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id")[
            "value"
        ]
    )


# ----------------------------------------------------------------------------------------------------------- network
def test_the_default_vpc_has_a_subnet_in_every_zone() -> None:
    vpc = ask("ec2/getVpc", default=True)
    assert (vpc["cidrBlock"], vpc["default"]) == ("172.31.0.0/16", True)
    assert ask("ec2/getVpc", default=True, region="us-east-1")["id"] != vpc["id"]
    ids = ask("ec2/getSubnets", filters=named(vpc__id=vpc["id"]))["ids"]
    subnets = [ask("ec2/getSubnet", id=i) for i in ids]
    assert [s["availabilityZone"] for s in subnets] == ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"]
    assert len({s["cidrBlock"] for s in subnets}) == 4
    assert {(s["vpcId"], s["defaultForAz"], s["mapPublicIpOnLaunch"]) for s in subnets} == {(vpc["id"], True, True)}
    group = ask("ec2/getSecurityGroup", name="default", vpcId=vpc["id"])
    assert (group["vpcId"], group["name"]) == (vpc["id"], "default")
    assert ask("ec2/getRouteTable", vpcId=vpc["id"])["id"] == vpc["mainRouteTableId"]
    assert ask("ec2/getVpcs")["ids"] == [vpc["id"]]
    one = ask("ec2/getSubnets", filters=named(vpc__id=vpc["id"], availability__zone="us-west-2b"))["ids"]
    assert one == [ids[1]]


def test_a_vpc_of_somebody_else_has_subnets_of_the_kinds_that_are_asked_for() -> None:
    provider = Provider()

    def of(lookup: str, /, **args: Any) -> dict[str, Any]:
        from offline.plugin import pb

        answer = provider.aws.Invoke(pb.InvokeRequest(tok=token(lookup), args=encode(args)), provider.context)
        return decode(getattr(answer, "return"))[0]

    vpc = of("ec2/getVpc", tags={"Name": "shared"})
    assert (vpc["tags"], vpc["default"]) == ({"Name": "shared"}, False)
    kinds = {
        tier: of("ec2/getSubnets", filters=named(vpc__id=vpc["id"]), tags={"Tier": tier})["ids"]
        for tier in ("private", "public")
    }
    assert len({*kinds["private"], *kinds["public"]}) == 6, "the private subnets are not the public ones"
    subnets = [of("ec2/getSubnet", id=i) for i in kinds["private"]]
    assert [s["availabilityZone"] for s in subnets] == ["us-west-2a", "us-west-2b", "us-west-2c"]
    assert {s["vpcId"] for s in subnets} == {vpc["id"]}
    zones = {ask("ec2/getSubnet", id=i)["availabilityZone"] for i in kinds["private"]}
    assert zones == {"us-west-2a", "us-west-2b", "us-west-2c"}, "the zone is told by the id, in another run too"


def test_a_lookup_of_a_resource_of_the_stack_answers_its_outputs() -> None:
    inventory = Inventory()
    vpc = {
        "cidrBlock": "10.9.0.0/16",
        "region": "us-west-2",
        "arn": "arn:aws:ec2:us-west-2:123456789012:vpc/vpc-1",
        "tagsAll": {"Name": "mine"},
    }
    inventory.created("aws:ec2/vpc:Vpc", "vpc", "vpc-1", vpc)
    for zone in "ab":
        place = {
            "vpcId": "vpc-1",
            "availabilityZone": f"us-west-2{zone}",
            "region": "us-west-2",
            "tagsAll": {"Tier": "private"},
        }
        inventory.created("aws:ec2/subnet:Subnet", zone, f"subnet-{zone}", place)
    inventory.created(
        "aws:iam/role:Role",
        "role",
        "deployer",
        {"name": "deployer", "arn": "arn:aws:iam::123456789012:role/team/deployer"},
    )
    inventory.created(
        "aws:amplify/app:App", "app", "d1", {"name": "site", "arn": "arn:aws:amplify:us-west-2:123456789012:apps/d1"}
    )

    def of(lookup: str, /, **args: Any) -> dict[str, Any]:
        return lookups.answer(installed(), token(lookup), args, "us-west-2", inventory=inventory)

    assert of("ec2/getVpc", id="vpc-1")["cidrBlock"] == "10.9.0.0/16"
    assert of("ec2/getVpc", tags={"Name": "mine"})["id"] == "vpc-1"
    assert of("ec2/getSubnets", filters=named(vpc__id="vpc-1"))["ids"] == ["subnet-a", "subnet-b"]
    assert of("ec2/getSubnets", filters=named(vpc__id="vpc-1"), tags={"Tier": "public"})["ids"] == []
    assert of("ec2/getSubnet", vpcId="vpc-1", availabilityZone="us-west-2b")["id"] == "subnet-b"
    assert of("iam/getRole", name="deployer")["arn"] == "arn:aws:iam::123456789012:role/team/deployer"


# ------------------------------------------------------------------------------------------------- what nobody knows
UNKNOWN = "ssoadmin/getInstances"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder that the provider runs in."""
    (tmp_path / "Pulumi.yaml").write_text("name: it\nruntime: python\n")
    (tmp_path / "program").mkdir()
    monkeypatch.chdir(tmp_path / "program")
    monkeypatch.delenv(given.VARIABLE, raising=False)
    given._read.cache_clear()
    return tmp_path


def test_a_lookup_that_only_an_account_can_answer_fails_with_the_entry_to_add(project: Path) -> None:
    with pytest.raises(lookups.NoAnswer) as refused:
        ask(UNKNOWN)
    said = str(refused.value)
    assert said.startswith(
        "only a real account can tell aws:ssoadmin/getInstances:getInstances; give its answer in offline-lookups.json"
    )
    (project / given.FILE).write_text(said.split(": ", 1)[1])
    assert ask(UNKNOWN)["arns"] == "…", "the sentence's own example is a file that is read"


def test_the_first_entry_whose_arguments_are_all_there_is_taken(project: Path) -> None:
    entries = [
        {"args": {"tags": {"Name": "shared"}}, "answer": {"id": "vpc-0a1b2c3d4e5f60718", "cidrBlock": "10.8.0.0/16"}},
        {"answer": {"id": "vpc-0ffffffffffffffff"}},
    ]
    (project / given.FILE).write_text(json.dumps({token("ec2/getVpc"): entries}))
    shared = ask("ec2/getVpc", tags={"Name": "shared", "Stage": "prod"})
    assert (shared["id"], shared["cidrBlock"]) == ("vpc-0a1b2c3d4e5f60718", "10.8.0.0/16")
    assert ask("ec2/getVpc", default=True)["id"] == "vpc-0ffffffffffffffff"


def test_a_file_that_is_named_comes_before_that_beside_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / given.FILE).write_text("{}")
    other = project / "other.json"
    other.write_text(json.dumps({token(UNKNOWN): [{"answer": {"arns": ["arn:aws:sso:::instance/ssoins-1"]}}]}))
    monkeypatch.setenv(given.VARIABLE, str(other))
    assert ask(UNKNOWN)["arns"] == ["arn:aws:sso:::instance/ssoins-1"]


@pytest.mark.parametrize(
    ("content", "says"),
    [("{", "is no JSON"), ("[]", "must be"), ('{"aws:ec2/getVpc:getVpc": {}}', "must be"), ('{"aws:ec2/getVpc:getVpc": [{"args": {}}]}', "must be"), (None, "cannot be read")],
)  # fmt: skip
def test_a_file_that_is_wrong_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, says: str
) -> None:
    path = project / "wrong.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(given.VARIABLE, str(path))
    with pytest.raises(lookups.NoAnswer, match=says):
        ask("getRegion")


def test_a_lookup_that_does_not_exist_is_named() -> None:
    with pytest.raises(lookups.NoAnswer, match="aws:ec2/getNothing:getNothing is no look-up of pulumi_aws"):
        ask("ec2/getNothing")
    provider = Provider()
    from offline.plugin import pb

    with pytest.raises(Refused, match="is no look-up"):
        provider.aws.Invoke(pb.InvokeRequest(tok="aws:ec2/getNothing:getNothing"), provider.context)
