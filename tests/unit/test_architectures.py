"""The architectures: cells in their Regions, everything tagged, encrypted and named apart, in every combination."""

import inspect
import pkgutil
import re
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.architectures import SCENARIOS
from components.names import region_code
from components.settings import SCENARIOS as KNOWN
from components.settings.model import MAX_USER_TAGS, SERVICE_TAGS
from components.tags import FEW_TAGS
from tests.support.graph import Graph, Node
from tests.support.program import recorded, run
from tests.support.some import some
from tests.unit.architectures import ecommerce, financial, media

ROOT = Path(__file__).parents[2]
ZONES = {2: ["us-west-2a", "us-west-2b"], 3: ["us-west-2a", "us-west-2b", "us-west-2c"]}
STANDBY = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1b"]}
DOMAIN = {"domain": "shop.example.com", "hostedZoneId": "Z0123456789"}
REQUIRED_TAGS = {"Project", "Scenario", "Stack", "ManagedBy", "Tier"}
TAKE_FEW_TAGS = ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:route53/healthCheck:HealthCheck")
ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment"
PROVIDER = "pulumi:providers:aws"
SERVING = ("aws:ec2/subnet:", "aws:ec2/route", "aws:ec2/natGateway:", "aws:vpc/", "aws:lb/", "aws:autoscaling/")
"""What carries requests: it must be there without the other Region. Data, keys and certificates have a copy there, by
whose names servers and tasks know them."""


def settings(**changes: Any) -> dict[str, Any]:
    """A dev stack of the shop, unless something else is asked for."""
    return {
        "scenario": "ecommerce",
        "region": "us-west-2",
        "availabilityZones": ZONES[3],
        "tags": {"team": "shop"},
        "media": {"publicVideos": True},  # production wants it said, or a key to sign with
        "financial": {"api": {"logging": "own"}},  # production wants it said
        **changes,
    }


@cache
def full() -> Graph:
    """Production in two Regions with everything that the foundation can have, and as many tags as are allowed."""
    more: dict[str, Any] = {
        "ipv6": True,
        "interfaceEndpoints": ["ecr.api", "ecr.dkr", "secretsmanager"],
        "tags": {"team": "shop", **{f"x{n}": "own" for n in range(MAX_USER_TAGS - 1)}},
    }
    return recorded(**settings(profile="production", **more, **STANDBY, **DOMAIN))


@cache
def small() -> Graph:
    """A dev stack in one Region, without a domain."""
    return recorded(**settings())


CHOICES: tuple[tuple[Any, Any], ...] = (("dev", "production"), (2, 3), ("zonal", "regional"), (False, True))
COMBINATIONS = [(scenario, *chosen) for scenario in sorted(SCENARIOS) for chosen in product(*CHOICES)]


@pytest.mark.exhaustive  # tests/unit/architectures/test_*_combinations.py take every two of these choices together
@pytest.mark.parametrize(("scenario", "profile", "zones", "nat", "everything"), COMBINATIONS)
def test_every_combination_of_settings_runs_over_all_its_zones(
    scenario: str, profile: str, zones: int, nat: str, everything: bool
) -> None:
    more: dict[str, Any] = {"ipv6": True, "interfaceEndpoints": ["kms"], **STANDBY, **DOMAIN} if everything else {}
    graph = recorded(
        **settings(scenario=scenario, profile=profile, availabilityZones=ZONES[zones], natMode=nat, **more)
    )
    used = {s.inputs["availabilityZone"] for s in graph.of("aws:ec2/subnet:Subnet")}
    assert used == set(ZONES[zones]) | set(STANDBY["standbyAvailabilityZones"] if everything else ())
    assert len(graph.of(PROVIDER)) == (2 if everything else 1), "a provider is a process: one per Region"
    assert not graph.of("pulumi:providers:aws")[0].inputs.get("accessKey")


@pytest.mark.parametrize("stack", [ecommerce, financial, media], ids=lambda m: m.__name__.rpartition(".")[2])
def test_providers_are_those_of_stacks_of_earlier_releases(stack: ModuleType) -> None:
    """Which had them below the architecture: as others they would be made anew."""
    graph, scenario = stack.full(), stack.__name__.rpartition(".")[2]
    kind = next(n.type for n in graph.nodes if n.type.startswith("ha:arch:") and n.name == scenario)
    assert {n.aliases for n in graph.of(PROVIDER)} == {(f"urn:pulumi:dev::ha-aws::{kind}::{scenario}",)}
    assert len(graph.of(PROVIDER)) == 2


def cell_of(graph: Graph, node: Node) -> str:
    """Name of the cell that a node is in; empty for what spans cells."""
    by_urn = {n.urn: n for n in graph.nodes}
    while node.type != "ha:arch:Cell":
        if node.parent not in by_urn:
            return ""
        node = by_urn[node.parent]
    return node.name


def test_each_region_is_a_cell_of_its_own_named_after_it() -> None:
    graph = full()
    assert {n.name for n in graph.of("ha:arch:Cell")} == {"usw2", "use1"}
    assert {n.name: n.inputs["region"] for n in graph.of(PROVIDER)} == {"usw2": "us-west-2", "use1": "us-east-1"}
    for node in some(graph.nodes):
        if cell := cell_of(graph, node):
            assert node.name.startswith(cell), f"{node.type} {node.name} is in {cell}"


def test_no_subnet_route_or_load_balancer_of_a_cell_refers_to_another_cell() -> None:
    graph = full()
    by_urn = {n.urn: n for n in graph.nodes}
    serving = [n for n in graph.nodes if n.type.startswith(SERVING)]
    assert {cell_of(graph, n) for n in serving} >= {"usw2", "use1"}
    for node in serving:
        own = cell_of(graph, node)
        others = {cell_of(graph, by_urn[urn]) for urn in node.depends_on if urn in by_urn} - {own, ""}
        assert not others, f"{node.type} {node.name} needs {others}"


def test_the_second_certificate_is_proven_by_the_record_of_the_first() -> None:
    graph = full()
    record = graph.one("aws:route53/record:Record", "usw2-certificate-record")
    assert record.inputs["zoneId"] == "Z0123456789"
    assert record.inputs["allowOverwrite"] is True, "another stack of the domain may have made the same record"
    validations = graph.of("aws:acm/certificateValidation:CertificateValidation")
    assert len(validations) == 2
    assert all(graph.referred(v, "validationRecordFqdns") == [record] for v in validations)
    assert {c.inputs["region"] for c in graph.of("aws:acm/certificate:Certificate")} == {"us-west-2", "us-east-1"}
    assert len([n for n in graph.of("aws:lb/listener:Listener") if "-web-" in n.name]) == 4


def test_without_a_domain_there_is_neither_certificate_nor_record() -> None:
    graph = small()
    assert not graph.of("aws:acm/certificate:Certificate")
    assert not graph.of("aws:route53/record:Record")
    assert [x.inputs["protocol"] for x in graph.of("aws:lb/listener:Listener")] == ["HTTP"]


def test_the_stack_hands_out_what_its_users_need() -> None:
    always = {"primaryRegion", "primaryVpcId", "primaryAlarmTopicArn", "primaryDashboard", "primarySiteAlarmArn"}
    assert always <= set(small().exports)
    both = full().exports
    assert {k.removeprefix("standby") for k in both if k.startswith("standby")} == {
        k.removeprefix("primary") for k in both if k.startswith("primary")
    }
    assert both["standbyRegion"] == "us-east-1"


def taggable(node: Node) -> str | None:
    """The tags argument of a resource's constructor (``tags`` or ``tags_all`` of old), by its signature."""
    match = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", node.type)
    if not match:
        return None
    module = {"lambda": "lambda_"}.get(match[1], match[1])
    made = getattr(getattr(aws, module), match[2])
    return "tags" if "tags" in inspect.signature(made._internal_init).parameters else None


def test_every_resource_that_can_be_tagged_is() -> None:
    graph = full()
    checked = 0
    for node in some(graph.nodes):
        if not taggable(node):
            continue
        checked += 1
        tags = node.inputs.get("tags")
        assert tags, f"{node.type} {node.name} has no tags although its constructor takes them"
        have = {t["key"]: t["value"] for t in tags} if isinstance(tags, list) else tags
        assert REQUIRED_TAGS | {"team"} <= set(have), f"{node.type} {node.name}: {sorted(have)}"
        assert (have["Stack"], have["Scenario"], have["team"]) == ("dev", "ecommerce", "shop")
        most = FEW_TAGS if node.type in TAKE_FEW_TAGS else 50 - SERVICE_TAGS * (node.type == ENVIRONMENT)
        assert len(have) <= most, f"{node.type} {node.name}: AWS takes at most {most} tags"
    assert checked > 50
    assert all(graph.of(kind) for kind in (*TAKE_FEW_TAGS, ENVIRONMENT)), "with the most tags that a stack can have"


def test_what_keeps_data_is_protected_in_production_and_not_on_dev() -> None:
    kept = {"aws:kms/key:Key", "aws:s3/bucket:Bucket"}
    for graph, expected in ((full(), True), (small(), False)):
        found = [n for n in graph.nodes if n.type in kept]
        assert {n.type for n in found} == kept
        assert {n.protect for n in found} == {expected}
        balancers = graph.of("aws:lb/loadBalancer:LoadBalancer")
        assert {b.inputs["enableDeletionProtection"] for b in balancers} == {expected}


def test_every_log_group_is_encrypted_and_has_retention() -> None:
    groups = full().of("aws:cloudwatch/logGroup:LogGroup")
    assert len(groups) > 20
    for group in groups:
        assert group.inputs["kmsKeyId"], group.name
        assert 30 <= group.inputs["retentionInDays"] <= 365, group.name


def test_access_logs_go_to_the_bucket_of_the_same_region_once_it_admits_them() -> None:
    graph = full()
    for balancer in graph.every("aws:lb/loadBalancer:LoadBalancer"):
        cell = cell_of(graph, balancer)
        sources = {n.name for n in graph.referred(balancer, "accessLogs")}
        assert f"{cell}-logs-bucket" in sources
        assert f"{cell}-logs-bucket-policy" in sources


def test_every_alarm_tells_somebody_in_its_own_region() -> None:
    graph = full()
    alarms = graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarms
    for alarm in alarms:
        topics = {cell_of(graph, n) for n in graph.referred(alarm, "alarmActions")} - {""}
        region = alarm.inputs.get("region")  # of the metric, where that is not the cell's
        own = region_code(region) if region else cell_of(graph, alarm)
        assert topics == {own}, alarm.name


def test_servers_reach_aws_by_their_gateway_and_the_endpoints_that_took_its_names() -> None:
    graph = full()
    out = [r for r in graph.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") if "usw2-web-aws" in r.name]
    assert {r.name for r in out} == {"usw2-web-aws-https", "usw2-web-aws-https6", "usw2-web-aws-443-out"}
    [into] = [
        r
        for r in graph.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if r.name == "usw2-web-aws-443-in"
    ]
    assert [g.name for g in graph.referred(into, "securityGroupId")] == ["usw2-network-endpoints"]
    assert [g.name for g in graph.referred(into, "referencedSecurityGroupId")] == ["usw2-web-servers"]


def test_every_scenario_that_the_settings_know_can_be_built() -> None:
    assert set(SCENARIOS) == set(KNOWN)
    for where in SCENARIOS.values():
        assert issubclass(pkgutil.resolve_name(where), pulumi.ComponentResource)


def test_mistakes_in_the_configuration_are_sentences_and_nothing_is_registered() -> None:
    with pytest.raises(pulumi.RunError) as caught:
        run(**settings(region="", alarmEmail="x"))
    assert str(caught.value).startswith("The stack's configuration has 2 mistakes:\n  region: missing;")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_program_is_at_most_a_page_long() -> None:
    assert len((ROOT / "__main__.py").read_text().splitlines()) <= 40
