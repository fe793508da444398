"""Least privilege of the shop: each role may do what its code needs, and nothing out of a list of temptations."""

import pytest

from tests.support.policies import Role, roles
from tests.support.some import some
from tests.unit.architectures.ecommerce import ADMIN, full, on_kubernetes

ACCOUNT = "123456789012"
REGIONS = {"usw2": "us-west-2", "use1": "us-east-1"}


def table(code: str, name: str) -> str:
    return f"arn:aws:dynamodb:{REGIONS[code]}:{ACCOUNT}:table/usw2-{name}-table"


def topic(code: str) -> str:
    return f"arn:aws:sns:{REGIONS[code]}:{ACCOUNT}:topic/{code}-orders-events-topic"


def bundle(code: str) -> tuple[str, str]:
    """The download of the applications' code, in the role's own Region."""
    return (
        "s3:GetObjectVersion",
        f"arn:aws:s3:{REGIONS[code]}:{ACCOUNT}:bucket/{code}-services-code-bucket/services.zip",
    )


def needs(code: str) -> dict[str, list[tuple[str, str]]]:
    """Role -> what its code calls, on what."""
    carts, sessions = table(code, "carts"), table(code, "sessions")
    return {
        "catalog-task": [("dynamodb:GetItem", table(code, "products")), bundle(code)],
        "cart-task": [
            *((f"dynamodb:{a}Item", t) for t in (carts, sessions) for a in ("Get", "Put", "Delete")),
            bundle(code),
        ],
        "checkout-task": [("sns:Publish", topic(code)), bundle(code)],
        "order-worker-role": [("dynamodb:PutItem", table(code, "orders"))],
        "office-instance-role": [
            ("dynamodb:GetItem", table(code, "orders")),
            ("dynamodb:Scan", table(code, "orders")),
            ("dynamodb:UpdateItem", table(code, "orders")),
        ],
        "web-servers": [],
    }


def temptations(code: str) -> list[tuple[str, str]]:
    """What code that was taken over would like to do."""
    tables = [table(code, name) for name in ("carts", "sessions", "orders", "products")]
    return [
        *(("dynamodb:DeleteTable", name) for name in tables),
        *(("dynamodb:UpdateTable", name) for name in tables),
        ("dynamodb:PutItem", table(code, "another")),
        ("s3:GetObject", "arn:aws:s3:::another/file"),
        ("s3:GetObjectVersion", f"{bundle(code)[1]}.sig"),
        ("s3:PutObject", bundle(code)[1]),
        ("s3:DeleteObject", f"arn:aws:s3:::{code}-assets-bucket/index.html"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-west-2:{ACCOUNT}:secret/edge-origin-secret"),
        ("rds-db:connect", f"arn:aws:rds-db:{REGIONS[code]}:{ACCOUNT}:dbuser:prx-other/dbadmin"),
        ("kms:ScheduleKeyDeletion", f"arn:aws:kms:{REGIONS[code]}:{ACCOUNT}:key/{code}-ecommerce-key-key"),
        ("kms:Decrypt", f"arn:aws:kms:{REGIONS[code]}:{ACCOUNT}:key/another"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("ec2:RunInstances", "*"),
    ]


CASES = [(code, name) for code in REGIONS for name in needs("usw2")]


def role(code: str, name: str) -> Role:
    return roles(full())[f"{code}-{name}"]


@pytest.mark.parametrize(("code", "name"), CASES)
def test_a_role_allows_the_calls_of_its_code_and_no_dangerous_ones(code: str, name: str) -> None:
    mine = role(code, name)
    refused = [need for need in needs(code)[name] if not mine.may(*need)]  # a role may need nothing
    assert refused == [], mine.name
    for action, resource in some(temptations(code)):
        assert not mine.may(action, resource), f"{mine.name} could {action} {resource}"


@pytest.mark.parametrize(("code", "name"), CASES)
def test_no_role_allows_what_only_other_roles_need(code: str, name: str) -> None:
    mine, own = role(code, name), set(needs(code)[name])
    for action, resource in some({need for other in needs(code).values() for need in other} - own):
        assert not mine.may(action, resource), f"{mine.name} could {action} {resource}"


def test_only_the_catalog_logs_in_to_the_database_and_only_the_schema_as_the_master_user() -> None:
    """Everywhere with IAM: through the proxy in the primary Region, at the read replica in the standby Region."""
    may: dict[str, list[str]] = {}
    for name, found in roles(full()).items():
        for statement in found.statements:
            if "rds-db:connect" in statement["Action"]:
                listed = statement["Resource"]
                may[name] = [arn.rpartition("/")[2] for arn in ([listed] if isinstance(listed, str) else listed)]
    assert may == {
        "usw2-catalog-task": ["catalog", "catalog"],  # the proxy, the read replica
        "use1-catalog-task": ["catalog"],
        "usw2-shop-db-proxy-role": ["catalog"],
        "usw2-shop-schema-role": ["dbadmin"],
    }
    readers = [role(code, "catalog-task") for code in REGIONS]
    passwords = [s["Sid"] for reader in readers for s in reader.statements if "secretsmanager" in str(s["Action"])]
    assert passwords == [], "no service reads a password"


STARRED = {
    *("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
    *("ec2:DescribeTags", "ec2:DescribeVolumes", "ec2:InjectApiError", "cloudwatch:PutMetricData"),
    *("dynamodb:InjectError", "logs:DescribeLogGroups"),
    *(f"ssmmessages:{way}{kind}Channel" for way in ("Create", "Open") for kind in ("Control", "Data")),
}
"""Actions without resource-level permissions (Service Authorization Reference)."""
GAME_DAY = {
    *("arc-zonal-shift:ListManagedResources", "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeTags"),
    *(f"ec2:Describe{what}" for what in ("Instances", "ManagedPrefixLists", "NetworkAcls", "Subnets", "Volumes")),
    *("ec2:DescribeVpcs", "ecs:ListTasks", "s3:ListAllMyBuckets", "tag:GetResources", "logs:CreateLogDelivery"),
    *("logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "cloudwatch:DescribeAlarms"),
}
"""The same, with which AWS FIS finds its targets, reads its stop conditions and writes its log. ecs:ListTasks is about
container instances; DescribeAlarms returns composite alarms only with scope ``*``."""
INTERFACES = {f"ec2:{verb}NetworkInterface" for verb in ("Create", "Delete")} | {
    *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
    *("ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
}
"""What Lambda itself asks for, on ``*``, to put a function into a VPC (Lambda guide, "Execution role and VPC"): those
that apply Kubernetes objects and the database's schema; their code is denied them."""
SPECIAL = {"deployer-apply-role": INTERFACES, "shop-schema-role": INTERFACES, "ecommerce-gameday-role": GAME_DAY}


@pytest.mark.parametrize("platform", ["fargate", "kubernetes"])
def test_no_role_is_allowed_everything_where_aws_knows_resources(platform: str) -> None:
    graph = full() if platform == "fargate" else on_kubernetes()
    for name, found in some(roles(graph).items()):
        special = SPECIAL.get(name[5:], set[str]())
        for statement in found.statements:
            actions = {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
            assert not [a for a in actions if "*" in a], f"{name}: {actions}"
            resources = statement["Resource"]
            if statement["Effect"] == "Allow" and "*" in ([resources] if isinstance(resources, str) else resources):
                assert actions <= STARRED | special, f"{name}: {actions}"
        assert not {"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"} & set(found.attached), name


def test_who_administers_the_cluster_is_named_in_access_entries() -> None:
    graph = on_kubernetes()
    cluster = graph.one("aws:eks/cluster:Cluster", "usw2-shop-services").inputs
    assert cluster["accessConfig"] == {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
    assert (cluster["zonalShiftConfig"], cluster["vpcConfig"]["endpointPublicAccess"]) == ({"enabled": True}, False)
    assert cluster["encryptionConfig"]["resources"] == ["secrets"]
    entries = {n.name: n.inputs for n in graph.of("aws:eks/accessEntry:AccessEntry")}
    person, function = "usw2-shop-services-admin-123456789012-role-platform-admin", "usw2-shop-services-deployer"
    assert set(entries) == {person, function}
    assert entries[person]["principalArn"] == ADMIN
