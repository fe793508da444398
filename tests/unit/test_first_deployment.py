"""The quantities in docs/first-deployment.md are those of the program's default settings."""

import re
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from ha_policy.quotas.demand import UNRESERVED
from ha_policy.quotas.needs import needs

from offline.aws import refusals
from offline.aws.case import Case
from offline.aws.inventory import Inventory
from offline.aws.unique import UNIQUE, one_in_a_region
from tests.support.findings import read
from tests.support.graph import Graph
from tests.unit.architectures import ecommerce, financial, media

PAGE = Path(__file__).parents[2] / "docs" / "first-deployment.md"
ROW = re.compile(r"^\| (\w+), (\w+) \| (.*) \|$", re.M)
VCPU = {"t4g.small": 2, "t3.small": 2, "m7g.large": 2, "c7g.xlarge": 4}
"""Of the preferred instance types (EC2, "Instance types")."""
STACKS = {"ecommerce": ecommerce, "financial": financial, "media": media}
PRIMARY = {"ecommerce": "usw2", "financial": "use1", "media": "usw2"}
GROUP, ENVIRONMENT = "aws:autoscaling/group:Group", "aws:elasticbeanstalk/environment:Environment"


def instances(graph: Graph) -> list[tuple[Any, int, float]]:
    """Per Auto Scaling group: its inputs, the vCPUs of an instance, the share that is on demand."""
    found: list[tuple[Any, int, float]] = []
    for group in graph.of(GROUP):
        mixed = group.inputs.get("mixedInstancesPolicy")
        [template] = [n for key in ("launchTemplate", "mixedInstancesPolicy") for n in graph.referred(group, key)]
        kind = mixed["launchTemplate"]["overrides"][0]["instanceType"] if mixed else template.inputs["instanceType"]
        share = mixed["instancesDistribution"]["onDemandPercentageAboveBaseCapacity"] / 100 if mixed else 1
        found.append((group.inputs, VCPU[kind], share))
    return found


def servers(graph: Graph) -> tuple[str, str]:
    """On-Demand and Spot vCPUs: ``start / most``. A warm pool's instances run while they are prepared."""
    start, most = [0, 0], [0, 0]
    for group, vcpu, share in instances(graph):
        rollout = ceil(group["minSize"] * group["instanceMaintenancePolicy"]["maxHealthyPercentage"] / 100)
        for total, count in ((start, group["minSize"]), (most, max(rollout, group["maxSize"]))):
            total[0] += vcpu * ceil(count * share)
            total[1] += vcpu * (count - ceil(count * share))
        start[0] += vcpu * int((group.get("warmPool") or {}).get("minSize", 0))
    for environment in graph.of(ENVIRONMENT):
        options = {s["name"]: s["value"] for s in environment.inputs["settings"]}
        vcpu, least = VCPU[options["InstanceTypes"].split(",")[0]], int(options["MinSize"])
        start[0] += vcpu * least
        most[0] += vcpu * max(2 * least, int(options["MaxSize"]))  # an immutable update starts as many again
    most[0] = max(most[0], start[0])
    return f"{start[0]:g} / {most[0]:g}", f"{start[1]:g} / {most[1]:g}"


def tasks(graph: Graph) -> str:
    """Fargate vCPUs: ``start / most``."""
    start = most = 0.0
    for service in graph.of("aws:ecs/service:Service"):
        [task] = [n for n in graph.referred(service, "taskDefinition") if n.type.endswith(":TaskDefinition")]
        [target] = [
            t for t in graph.of("aws:appautoscaling/target:Target") if service in graph.referred(t, "resourceId")
        ]
        vcpu, count = int(task.inputs["cpu"]) / 1024, service.inputs["desiredCount"]
        start += vcpu * count
        most += vcpu * max(target.inputs["maxCapacity"], count * service.inputs["deploymentMaximumPercent"] / 100)
    return f"{start:g} / {most:g}"


@pytest.mark.parametrize(("scenario", "profile", "cells"), ROW.findall(PAGE.read_text(encoding="utf-8")))
def test_the_page_states_what_a_stack_needs_in_each_region(scenario: str, profile: str, cells: str) -> None:
    whole = STACKS[scenario].full() if profile == "production" else STACKS[scenario].small()
    graph = replace(whole, nodes=tuple(n for n in whole.nodes if n.name.startswith(f"{PRIMARY[scenario]}-")))
    reserved = [f.inputs.get("reservedConcurrentExecutions") or 0 for f in graph.of("aws:lambda/function:Function")]
    addresses = len(graph.of("aws:ec2/eip:Eip"))
    assert [*servers(graph), tasks(graph), str(addresses), f"{sum(reserved):g}"] == cells.split(" | ")


@pytest.mark.parametrize(("scenario", "profile", "cells"), ROW.findall(PAGE.read_text(encoding="utf-8")))
def test_the_report_counts_what_the_page_states(scenario: str, profile: str, cells: str) -> None:
    """The page's numbers are computed above without the policy pack; the report's must be the same."""
    whole = STACKS[scenario].full() if profile == "production" else STACKS[scenario].small()
    region = "us-east-1" if PRIMARY[scenario] == "use1" else "us-west-2"
    found = {n.key: n for n in needs(read(whole)) if n.region == region}

    def told(key: str) -> str:
        need = found.get(key)
        return "0 / 0" if need is None else f"{need.floor:g} / {max(need.floor, need.peak, need.rollout):g}"

    reserved = found["lambda concurrency"].floor
    addresses = found["elastic ips"].floor
    running = [told(key) for key in ("on-demand standard", "spot standard", "fargate")]
    assert [*running, f"{addresses:g}", f"{max(reserved - UNRESERVED, 0):g}"] == cells.split(" | ")


def test_the_page_has_every_scenario_in_both_profiles() -> None:
    rows = {(scenario, profile) for scenario, profile, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert rows == {(scenario, profile) for scenario in STACKS for profile in ("dev", "production")}


NAMED = {
    "aws:apigateway/account:Account", "aws:cfg/recorder:Recorder", "aws:cfg/deliveryChannel:DeliveryChannel",
    "aws:cfg/retentionConfiguration:RetentionConfiguration",
}  # fmt: skip
"""What a stack may take of an account and Region, each with a setting that leaves it alone."""


@pytest.mark.parametrize("scenario", STACKS)
def test_a_stack_takes_no_setting_of_the_account_but_those_that_the_page_names(scenario: str) -> None:
    refusals.refusals(Case("", "", {}, "us-west-2", Inventory()))  # declares all constraints
    single = {token for token, rules in UNIQUE.items() if any(rule.keys is one_in_a_region for rule in rules)}
    assert single > NAMED
    for graph in (STACKS[scenario].full(), STACKS[scenario].small()):
        assert {n.type for n in graph.nodes} & single <= NAMED


QUOTES = [
    ("account", "EnableRegion", "takes a few minutes for most accounts, but it can take several hours"),
    ("route53", "DeleteHostedZone", "can require up to 48 hours to take effect"),
    ("route53", "ChangeResourceRecordSets", "within 60 seconds"),
    ("apigateway", "CreateVpcLink", "typically takes 2-4 minutes"),
    ("eks", "CreateCluster", "several minutes"),
    ("sns", "Subscribe", "onfirmation tokens are valid for two days"),
    ("acm", "CertificateDetail", "makes repeated attempts to validate a certificate for 72 hours and then times out"),
]


@pytest.mark.parametrize(("service", "name", "quote"), QUOTES)
def test_a_quoted_duration_is_in_awss_description(service: str, name: str, quote: str) -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert quote in page
    assert name in page
    model: Any = botocore.session.get_session().get_service_model(service)
    operation = model.operation_model(name) if name in model.operation_names else None
    shape = operation.input_shape if operation else model.shape_for(name)
    texts = [operation.documentation if operation else "", *(m.documentation for m in shape.members.values())]
    assert quote in " ".join(re.sub(r"<[^>]+>", "", " ".join(texts)).split())
