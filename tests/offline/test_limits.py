# ruff: noqa: E501 (what AWS says is as long as it is)
"""What AWS's own models and what a Region offers: which values pass, which are refused and how that reads."""

import json
import re
import signal
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from offline.aws import limits, regional
from offline.aws.check import Checker
from offline.aws.schema import Schema, installed
from offline.aws.wire import UNKNOWN
from offline.limits import digest, documentation, exceptions, generate, mapping
from tests.support.some import some

ROOT = Path(__file__).parents[2]
REGION = "us-west-2"
ROLE = "arn:aws:iam::123456789012:role/r"
FUNCTION = {"role": ROLE, "s3Bucket": "code", "s3Key": "k", "handler": "index.handler", "runtime": "python3.13"}
AURORA = {"clusterIdentifier": "c", "engine": "aurora-postgresql", "instanceClass": "db.r6g.large"}
INSTANCE = {
    "allocatedStorage": 20, "engine": "postgres", "instanceClass": "db.t4g.micro", "username": "app",
    "manageMasterUserPassword": True,
}  # fmt: skip
ALARM = {
    "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3, "threshold": 1, "metricName": "m",
    "namespace": "n", "period": 60, "statistic": "Sum",
}  # fmt: skip

VALUES: list[tuple[str, str, dict[str, Any], str, Any, str]] = [
    (
        "enumeration", "aws:lambda/function:Function", FUNCTION, "runtime", "python3.99",
        "runtime: 1 validation error detected: Value 'python3.99' at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [",
    ),
    (
        "range", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {"functionName": "f"},
        "maximumRetryAttempts", 3,
        "maximumRetryAttempts: 1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2",
    ),
    (
        "length", "aws:cloudwatch/metricAlarm:MetricAlarm", ALARM, "alarmDescription", "x" * 1025,
        "Member must have length less than or equal to 1024",
    ),
    (
        "pattern", "aws:backup/vault:Vault", {"name": "vault"}, "name", "a vault",
        "name: 1 validation error detected: Value 'a vault' at 'backupVaultName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9\\-\\_]{2,50}$",
    ),
    (
        "list", "aws:efs/accessPoint:AccessPoint", {"fileSystemId": "fs-0123456789abcdef0"}, "posixUser",
        {"uid": 1, "gid": 1, "secondaryGids": list(range(17))},
        "posixUser.secondaryGids: 1 validation error detected: Value '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]' at 'posixUser.secondaryGids' failed to satisfy constraint: Member must have length less than or equal to 16",
    ),
    (
        "nested object", "aws:efs/accessPoint:AccessPoint", {"fileSystemId": "fs-0123456789abcdef0"}, "rootDirectory",
        {"path": "/x", "creationInfo": {"ownerUid": 1, "ownerGid": 1, "permissions": "rwx"}},
        "rootDirectory.creationInfo.permissions: 1 validation error detected: Value 'rwx' at 'rootDirectory.creationInfo.permissions' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-7]{3,4}$",
    ),
    (
        "object in a list", "aws:ecs/service:Service", {}, "capacityProviderStrategies",
        [{"capacityProvider": "FARGATE", "weight": 1001}],
        "capacityProviderStrategies[0].weight: 1 validation error detected: Value '1001' at 'capacityProviderStrategy.weight' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ),
    (
        "key of a map", "aws:lambda/function:Function", FUNCTION, "environment", {"variables": {"1st": "x"}},
        "environment.variables.1st: 1 validation error detected: Value '1st' at 'environment.variables' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+",
    ),
    (
        "nothing, where something must be", "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        {"functionName": "f", "qualifier": "live", "provisionedConcurrentExecutions": 1},
        "provisionedConcurrentExecutions", 0, "Member must have value greater than or equal to 1",
    ),
    (
        "size of an instance", "aws:ec2/instance:Instance", {"instanceType": "m5.large"}, "instanceType", "m5.huge",
        "instanceType: InvalidParameterValue: Invalid value 'm5.huge': m5 comes as 12xlarge, ",
    ),
    (
        "class of a database", "aws:rds/clusterInstance:ClusterInstance", AURORA, "instanceClass", "db.r6g.mega",
        "instanceClass: InvalidParameterValue: Invalid value 'db.r6g.mega': db.r6g comes as ",
    ),
    (
        "version between others", "aws:rds/instance:Instance", {**INSTANCE, "engineVersion": "16.4"}, "engineVersion",
        "9.2", "engineVersion: InvalidParameterCombination: Cannot find version 9.2 for postgres",
    ),
    (
        "runtime that Lambda gave up", "aws:lambda/function:Function", FUNCTION, "runtime", "python3.7",
        "runtime: InvalidParameterValueException: The runtime parameter of python3.7 is no longer supported",
    ),
]  # fmt: skip


def wrong(token: str, inputs: Mapping[str, Any], region: str = REGION) -> list[str]:
    """What is wrong with the inputs of a new resource."""
    urn = f"urn:pulumi:dev::shop::{token}::it"
    return [f"{f.property}: {f.reason}" for f in Checker(installed(), region).check(token, urn, inputs).failures]


@pytest.mark.parametrize(("what", "token", "good", "name", "bad", "says"), VALUES, ids=[v[0] for v in VALUES])
def test_a_value_against_the_model_is_refused_with_what_is_allowed(
    what: str, token: str, good: dict[str, Any], name: str, bad: Any, says: str
) -> None:
    assert wrong(token, good) == []
    refused = wrong(token, {**good, name: bad})
    assert any(w.startswith(says) or says in w for w in refused), refused
    assert wrong(token, {**good, name: UNKNOWN}) == []


@pytest.mark.parametrize(
    ("token", "path", "bad"),
    [
        ("aws:acm/certificate:Certificate", "domainName", "example"),
        ("aws:backup/plan:Plan", "rules", [{"ruleName": "a rule", "targetVaultName": "v"}]),
        ("aws:backup/selection:Selection", "name", "a selection"),
        ("aws:backup/vault:Vault", "name", "v"),
        ("aws:cloudwatch/eventBus:EventBus", "name", "a bus"),
        ("aws:cloudwatch/eventRule:EventRule", "name", "r" * 65),
        ("aws:cloudwatch/eventTarget:EventTarget", "targetId", "a target"),
        ("aws:cloudwatch/logGroup:LogGroup", "name", "a group"),
        ("aws:ec2transitgateway/transitGateway:TransitGateway", "vpnEcmpSupport", "on"),
        ("aws:ecr/repository:Repository", "name", "Shop"),
        ("aws:efs/fileSystem:FileSystem", "lifecyclePolicies", [{"transitionToIa": "AFTER_45_DAYS"}]),
        ("aws:eks/cluster:Cluster", "name", "-shop"),
        ("aws:iam/policy:Policy", "path", "team"),
        ("aws:iam/role:Role", "name", "r" * 65),
        ("aws:iam/user:User", "name", "a user"),
        ("aws:kinesis/stream:Stream", "name", "a stream"),
        ("aws:lambda/alias:Alias", "name", "1"),
        ("aws:lambda/permission:Permission", "action", "invoke"),
        ("aws:lb/listenerRule:ListenerRule", "priority", 60000),
        ("aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration", {"status": "On"}),
        ("aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint", "details", {"name": "Media"}),
        ("aws:synthetics/canary:Canary", "name", "Shop"),
        ("aws:wafv2/webAcl:WebAcl", "name", "a web ACL"),
    ],
)
def test_names_and_numbers_that_no_rule_checks_any_more_are_refused_by_the_models(
    token: str, path: str, bad: Any
) -> None:
    assert any(where.startswith(path) for where, _ in limits.problems(token, {path: bad}))


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("aws:lambda/function:Function", {**FUNCTION, "reservedConcurrentExecutions": -1, "description": ""}),
        ("aws:rds/instance:Instance", {**INSTANCE, "engineVersion": "16"}),
        ("aws:rds/instance:Instance", {**INSTANCE, "engineVersion": "16.99"}),
        ("aws:rds/instance:Instance", {**INSTANCE, "engineVersion": "99.1"}),
        ("aws:elasticache/replicationGroup:ReplicationGroup", {"description": "d", "nodeType": "cache.x99.large"}),
        ("aws:ec2/instance:Instance", {"instanceType": "m99.large"}),
    ],
)
def test_what_may_be_newer_than_the_data_or_is_left_out_passes(token: str, inputs: dict[str, Any]) -> None:
    assert wrong(token, inputs) == []


def test_a_class_is_refused_only_where_the_region_lacks_it() -> None:
    here = regional.class_problem("ec2", regional.ALL, "c5n.large", "ap-southeast-7")
    assert here is not None
    assert re.fullmatch(r"InvalidParameterValue: c5n.large is not offered in ap-southeast-7 \(as of [\d-]{10}\)", here)
    assert regional.class_problem("ec2", regional.ALL, "c5n.large", "us-east-1") is None
    assert regional.class_problem("ec2", regional.ALL, "c5n.large", "xx-unknown-1") is None


def test_what_is_as_it_was_has_been_accepted_once() -> None:
    token, inputs = "aws:lambda/function:Function", {**FUNCTION, "runtime": "python3.7", "description": "x" * 300}
    checker, urn = Checker(installed(), REGION), f"urn:pulumi:dev::shop::{token}::it"
    assert checker.check(token, urn, inputs, olds=inputs).failures == ()
    assert [
        f.property for f in checker.check(token, urn, inputs, olds={**inputs, "runtime": "python3.13"}).failures
    ] == ["runtime"]


@pytest.mark.parametrize(
    ("value", "known"),
    [("16.4", True), ("16", True), ("16.3", False), ("16.6", True), ("15.9", False), ("17", True), ("6.x", True)],
)
def test_a_version_is_known_begins_a_known_one_or_is_newer(value: str, known: bool) -> None:
    assert regional.is_version(value, ["16.2", "16.4", "16.5"]) is known


# ---------------------------------------------------------------------------------------------------------- the data
def test_the_data_is_of_the_pinned_models_and_of_this_generator() -> None:
    manifest = json.loads((limits.DATA / "manifest.json").read_text())
    pinned = (ROOT / "requirements/limits.txt").read_text().split("==")[1].split()[0]
    now = {"botocore": version("botocore"), "cfn-lint": pinned, "pulumi-aws": installed().version}
    assert manifest == {**now, "generator": digest()}, "make limits writes the data anew"


@pytest.mark.parametrize("name", ["efs", "lambda_", "sns", "xray"])
def test_a_service_written_anew_is_what_is_there(name: str) -> None:
    assert (limits.DATA / f"limits/{name}.json").read_text() == generate.text(generate.service(installed(), name))


def _all() -> Iterator[tuple[str, str, limits.Limit, Mapping[str, Any]]]:
    for path in sorted((limits.DATA / "limits").glob("*.json")):
        types, shapes = limits._service(path.stem)
        for token in types:
            for where, limit in limits.limits_of(token).items():
                yield token, where, limit, shapes[limit.shape]


def test_every_limit_is_of_a_property_that_exists_and_can_be_checked() -> None:
    schema, count = installed(), 0
    for token, where, _, shape in some(_all()):
        resource = schema.resource(token)
        assert resource, token
        assert re.split(r"[.\[{]", where)[0] in resource.inputs, (token, where)
        if "pattern" in shape:
            limits._compiled(shape["pattern"])
        count += 1
    assert count > 10_000


def _quickly(pattern: str, most: int) -> bool:
    """Are texts that nearly match, which take Python longest to turn down, done within a second of processor time?"""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1)
    try:
        for body in ("a", "0", "a0", "-", ".", "a.", "a-", "/", "a/", " ", "a,", ":"):
            limits._matches(pattern, (body * most)[: most - 1] + "\x01")
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return True


def test_no_pattern_takes_long_for_any_text_that_is_short_enough() -> None:
    longest = {(s["pattern"], min(s.get("max", limits.LONGEST), limits.LONGEST)) for *_, s in _all() if "pattern" in s}
    slow = [pattern for pattern, most in sorted(longest) if not _quickly(pattern, most)]
    assert slow == [], "add the shapes to exceptions.SLOW"


def test_every_exception_has_an_effect_and_a_reason() -> None:
    schema = installed()
    found = {token: _paths(schema, token) for token, _ in exceptions.MEMBERS}
    assert [k for k in exceptions.MEMBERS if not any(p == k[1] or p.startswith(k[1] + ".") for p in found[k[0]])] == []
    for token in exceptions.OPERATIONS:
        assert schema.resource(token), token
        assert mapping.operations(token), token
    assert all(schema.resource(token) or token == "*" for token, _ in exceptions.UNLIKE)
    assert all([*exceptions.UNLIKE.values(), *exceptions.SHAPES.values()])


def _paths(schema: Schema, token: str) -> set[str]:
    resource = schema.resource(token)
    assert resource, token
    return {re.sub(r"\[\]|\{.*\}", "", f.path) for f in mapping.Mapped(schema, resource, {}).found}


# --------------------------------------------------------------------------------------- programs that others wrote
PLACEHOLDERS = re.compile(
    r"ACCOUNT-ID|(?i:^(STACK NAME|STATUS OF .*|ARN OF .*)$)|REPLACE_WITH|^<|\$\$|…|\.\.\.|^some-role$"
)
JUDGED = {
    "aws:cloudfront/distribution:Distribution viewerMtlsConfig.mode": "documented as required or optional",
    "aws:elasticache/cluster:Cluster engineVersion": "Redis 3.2.10 is gone",
    "aws:rds/instance:Instance engineVersion": "MySQL 5.6 is gone",
    "aws:emrserverless/application:Application monitoringConfiguration.prometheusMonitoringConfiguration.remoteWriteUrl": "no Amazon Managed Prometheus address",
    "aws:imagebuilder/distributionConfiguration:DistributionConfiguration distributions.launchTemplateConfigurations.launchTemplateId": "an id of 16 digits instead of 17",
    "aws:lambda/eventSourceMapping:EventSourceMapping topics": "Lambda API: an array of exactly one topic",
    "aws:outposts/capacityTask:CapacityTask outpostIdentifier": "an id of 16 digits instead of 17",
    "aws:redshift/partner:Partner accountId": "an account of 10 digits instead of 12",
    "aws:securitylake/subscriber:Subscriber subscriberIdentity.principal": "an account of 10 digits instead of 12",
    "aws:ssoadmin/applicationAccessScope:ApplicationAccessScope authorizedTargets": "an id of 12 digits instead of 16",
    "aws:timestreaminfluxdb/dbCluster:DbCluster password": "InfluxDB's API takes letters and digits only",
    "aws:timestreaminfluxdb/dbInstance:DbInstance password": "InfluxDB's API takes letters and digits only",
    "aws:transfer/connector:Connector as2Config.encryptionAlgorithm": "AWS128_CBC for AES128_CBC",
    "aws:vpclattice/resourceConfiguration:ResourceConfiguration name": "a capital letter",
    "aws:vpclattice/resourceGateway:ResourceGateway name": "a capital letter",
    "aws:workspacesweb/sessionLogger:SessionLogger logConfiguration.s3.logFileFormat": "JsonLines for JSONLines",
}  # fmt: skip
"""What AWS would refuse of the documentation's own examples, and why."""


def _inputs(schema: Schema, token: str, fields: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    by_argument = {re.sub(r"[A-Z]", lambda m: f"_{m[0].lower()}", name): name for name in fields}
    return {
        by_argument[k]: _value(schema, token, fields[by_argument[k]].kind, v)
        for k, v in values.items()
        if k in by_argument
    }


def _value(schema: Schema, token: str, kind: str, value: Any) -> Any:
    if isinstance(value, documentation.Unread):
        return UNKNOWN
    for one in kind.split("|"):
        if isinstance(value, list) and one.startswith("["):
            return [_value(schema, token, one[1:], v) for v in value]
        if isinstance(value, dict) and one.startswith("{"):
            return {k: _value(schema, token, one[1:], v) for k, v in value.items()}
        if isinstance(value, dict) and one.startswith("@"):
            return _inputs(schema, token, schema.taken(token, one[1:]) or {}, value)
    return value


@pytest.mark.exhaustive
def test_no_example_of_the_documentation_is_refused_without_a_reason() -> None:
    """`pulumi_aws` carries some five thousand resources in example programs: what is written out of them is checked."""
    schema, seen, refused = installed(), 0, dict[str, str]()
    for name in schema.service_names():
        service = schema.service(name)
        kinds = {t.rsplit(":", 1)[-1]: t for t in service.resources.keys()} if service else {}  # noqa: SIM118
        for programs in documentation.read(schema.package / name).programs.values():
            for of, kind, arguments in (r for program in programs for r in documentation.resources(program)):
                token = kinds.get(kind, "") if of == name else ""
                resource = schema.resource(token) if token else None
                if not resource:
                    continue
                seen += 1
                inputs = _inputs(schema, token, resource.inputs, arguments)
                for where, reason in [
                    *limits.problems(token, inputs),
                    *regional.problems(token, inputs, inputs, "us-east-1"),
                ]:
                    value = re.search(r"[Vv]alue '(.*?)' at", reason)
                    if not (value and PLACEHOLDERS.search(value[1])):
                        plain = re.sub(r"\[\d+\]", "", where)
                        refused[f"{token} {plain}"] = reason
    assert seen > 4_000
    unjudged = "\n".join(f"{k}: {v}" for k, v in refused.items() if k not in JUDGED)
    assert unjudged == ""
