"""What a stack needs of AWS's service quotas is counted from its resources; what cannot be counted is never 0."""

import json
import re
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

import pytest
from ha_policy.graph import Graph
from ha_policy.proof.cli import build, main
from ha_policy.proof.report import render
from ha_policy.proof.report.requests import requests
from ha_policy.quotas.demand import KINDS
from ha_policy.quotas.needs import Need, needs
from ha_policy.quotas.prefix_lists import CLOUDFRONT_LISTS
from ha_policy.quotas.table import ACCOUNT, ONE_EACH, QUOTAS, REGION
from ha_policy.quotas.vcpus import family_of, vcpus
from ha_policy.rules import quotas as rule
from ha_policy.testing import UNKNOWN, Stack, Verdict

from tests.policy.proof.stacks import many

STANDARD, SPOT, FARGATE = "on-demand standard", "spot standard", "fargate"


def of(stack: Stack, key: str, region: str = "us-west-2") -> Need:
    (found,) = [n for n in needs(stack.graph()) if (n.key, n.region) == (key, region)]
    return found


def numbers(need: Need) -> tuple[float, float, float]:
    return need.floor, need.peak, need.rollout


def group(stack: Stack, name: str = "web", **props: Any) -> None:
    template = stack.add("ec2/launchTemplate", f"{name}-template", instanceType="m7g.large")
    props = {"minSize": 3, "maxSize": 10, "launchTemplate": {"id": template}, **props}
    stack.add("autoscaling/group", name, props)


# --- the tables


def test_every_quota_has_a_source_and_at_most_one_code() -> None:
    codes = [q.code for q in QUOTAS.values() if q.code]
    assert len(set(codes)) == len(codes)
    for quota in QUOTAS.values():
        assert quota.source
        assert re.fullmatch(r"(L-[0-9A-F]{8})?", quota.code)
        assert quota.default >= 0
        assert quota.per in (REGION, ACCOUNT) or quota.per[0].isupper() or " " in quota.per
    assert set(ONE_EACH.values()) <= set(QUOTAS)


def test_the_rule_checks_every_kind_that_is_counted() -> None:
    assert rule.KINDS == KINDS


@pytest.mark.parametrize(
    ("name", "size", "family"),
    [
        ("m7g.large", 2, "standard"), ("t4g.medium", 2, "standard"), ("m7g.medium", 1, "standard"),
        ("t2.micro", 1, "standard"), ("c4.8xlarge", 36, "standard"), ("r7g.16xlarge", 64, "standard"),
        ("m7i.metal-24xl", 96, "standard"), ("c6g.metal", 64, "standard"), ("im4gn.xlarge", 4, "standard"),
        ("g5.xlarge", 4, "g"), ("vt1.3xlarge", 12, "g"), ("p4d.24xlarge", 96, "p"), ("inf2.xlarge", 4, "inf"),
        ("trn1.2xlarge", 8, "trn"), ("x2gd.medium", 1, "x"), ("u7i-12tb.224xlarge", 896, "u"),
        ("hpc7a.96xlarge", 192, "hpc"), ("dl1.24xlarge", 96, "dl"), ("f1.2xlarge", 8, "f"),
        ("mac2.metal", None, None), ("m99.unheard", None, "standard"), ("q1.large", 2, None), ("", None, None),
    ],
)  # fmt: skip
def test_vcpus_and_family_of_an_instance_type(name: str, size: int | None, family: str | None) -> None:
    assert (vcpus(name), family_of(name)) == (size, family)


# --- servers


def test_a_group_counts_its_smallest_and_largest_size_and_what_a_refresh_adds() -> None:
    stack = Stack()
    group(stack, instanceMaintenancePolicy={"minHealthyPercentage": 100, "maxHealthyPercentage": 150})
    assert numbers(of(stack, STANDARD)) == (6, 20, 10)  # 3, 10 and 5 instances of 2 vCPUs


def test_instances_of_a_warm_pool_run_while_they_are_prepared() -> None:
    stack = Stack()
    group(stack, warmPool={"minSize": 2}, maxSize=4)
    assert numbers(of(stack, STANDARD)) == (10, 10, 10)


def test_a_mixed_group_counts_the_largest_type_and_splits_by_its_distribution() -> None:
    stack = Stack()
    mixed = {
        "instancesDistribution": {"onDemandBaseCapacity": 1, "onDemandPercentageAboveBaseCapacity": 50},
        "launchTemplate": {"overrides": [{"instanceType": "m7g.large"}, {"instanceType": "m6g.xlarge"}]},
    }
    group(stack, mixedInstancesPolicy=mixed, launchTemplate=None)
    assert numbers(of(stack, STANDARD)) == (8, 24, 8)  # 1 + 1 of 3 instances, 1 + 5 of 10, of 4 vCPUs each
    assert numbers(of(stack, SPOT)) == (4, 16, 4)


def test_weights_of_instance_types_are_capacity() -> None:
    stack = Stack()
    overrides = [{"instanceType": "m7g.xlarge", "weightedCapacity": "2"}, {"instanceType": "m7g.large"}]
    group(stack, mixedInstancesPolicy={"launchTemplate": {"overrides": overrides}}, launchTemplate=None)
    assert numbers(of(stack, STANDARD)) == (6, 20, 6)


def test_a_node_group_adds_two_nodes_per_zone_when_it_is_updated() -> None:
    stack = Stack()
    subnets = [stack.add("ec2/subnet", z, availabilityZone=f"us-west-2{z}") for z in "ab"]
    scaling = {"minSize": 2, "maxSize": 6, "desiredSize": 3}
    stack.add("eks/nodeGroup", "nodes", subnetIds=subnets, instanceTypes=["m7g.xlarge"], scalingConfig=scaling)
    assert numbers(of(stack, STANDARD)) == (12, 24, 28)


def test_an_immutable_update_of_elastic_beanstalk_starts_as_many_again() -> None:
    stack = Stack()
    rows = {
        ("aws:autoscaling:asg", "MinSize"): "2", ("aws:autoscaling:asg", "MaxSize"): "3",
        ("aws:ec2:instances", "InstanceTypes"): "t3.small,t3.medium",
        ("aws:elasticbeanstalk:command", "DeploymentPolicy"): "Immutable",
    }  # fmt: skip
    settings = [{"namespace": n, "name": k, "value": v} for (n, k), v in rows.items()]
    stack.add("elasticbeanstalk/environment", "office", settings=settings)
    assert numbers(of(stack, STANDARD)) == (4, 6, 8)


@pytest.mark.parametrize(
    ("kind", "props", "reason"),
    [
        ("ec2/instance", {"instanceType": UNKNOWN}, "instanceType"),
        ("ec2/instance", {"instanceType": "m99.unheard"}, "the vCPUs of m99.unheard"),
        ("autoscaling/group", {"minSize": UNKNOWN, "maxSize": 3}, "minSize"),
        ("autoscaling/group", {"minSize": 1, "maxSize": 3}, "the launch template"),
        ("ec2/fleet", {}, "how many instances"),
        ("emr/cluster", {}, "how many instances"),
    ],
)
def test_servers_that_cannot_be_counted_are_cannot_tell(kind: str, props: dict[str, Any], reason: str) -> None:
    stack = Stack()
    stack.add(kind, "x", props)
    need = of(stack, STANDARD)
    assert (need.exceeds(), need.possible) == ("cannot tell", inf)
    assert reason in need.unknown[0]
    (row,) = [n for n in _report(stack)["quotas"]["needs"] if n["quota"] == STANDARD]
    assert render.amount(row["floor"], row["unknown"]) == "cannot tell"


def test_requirements_instead_of_instance_types_are_cannot_tell() -> None:
    stack = Stack()
    overrides = [{"instanceRequirements": {"vcpuCount": {"min": 2}}}]
    group(stack, mixedInstancesPolicy={"launchTemplate": {"overrides": overrides}}, launchTemplate=None)
    assert of(stack, STANDARD).exceeds() == "cannot tell"


# --- containers


def service(stack: Stack, *, cpu: Any = "1024", **props: Any) -> None:
    task = stack.add("ecs/taskDefinition", "task", cpu=cpu)
    made = stack.add("ecs/service", "app", {"desiredCount": 2, "taskDefinition": task["arn"], **props})
    stack.add("appautoscaling/target", "app", resourceId=made, minCapacity=2, maxCapacity=10)


def test_a_fargate_service_counts_its_tasks_its_scaling_and_its_deployment() -> None:
    stack = Stack()
    service(stack, launchType="FARGATE", deploymentMaximumPercent=150, cpu=".5 vCPU")
    assert numbers(of(stack, FARGATE)) == (1, 5, 1.5)


def test_a_strategy_splits_tasks_between_fargate_and_spot() -> None:
    stack = Stack()
    strategies = [
        {"capacityProvider": "FARGATE", "base": 2, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]
    service(stack, capacityProviderStrategies=strategies)
    assert numbers(of(stack, FARGATE)) == (2, 4, 3)  # 2, and at most a quarter of the other 8, or 2
    assert numbers(of(stack, "fargate spot")) == (0, 6, 2)


def test_a_service_on_instances_needs_no_fargate() -> None:
    stack = Stack()
    service(stack, launchType="EC2")
    assert not [n for n in needs(stack.graph()) if n.key == FARGATE]


@pytest.mark.parametrize("props", [{"cpu": UNKNOWN}, {"cpu": "much"}, {"desiredCount": UNKNOWN}])
def test_tasks_that_cannot_be_counted_are_cannot_tell(props: dict[str, Any]) -> None:
    stack = Stack()
    service(stack, launchType="FARGATE", **props)
    assert of(stack, FARGATE).exceeds() == "cannot tell"


# --- two Regions


def two_regions(peak: int) -> Stack:
    stack = Stack()
    for region in ("us-west-2", "us-east-1"):
        provider = stack.region_provider(region)
        template = stack.add("ec2/launchTemplate", f"{region}-t", provider=provider, instanceType="m7g.large")
        props: Mapping[str, Any] = {"minSize": 3, "maxSize": peak, "launchTemplate": {"id": template}}
        stack.add("autoscaling/group", region, props, provider=provider)
    return stack


@pytest.mark.parametrize(("peak", "needed"), [(10, 12), (4, 8)])
def test_a_region_carries_the_others_floor_as_far_as_its_sizes_allow(peak: int, needed: int) -> None:
    assert [n.failover for n in needs(two_regions(peak).graph()) if n.key == STANDARD] == [needed, needed]


def test_one_region_has_no_failover() -> None:
    stack = Stack()
    group(stack)
    assert of(stack, STANDARD).failover is None


# --- other quotas


def test_reserved_concurrency_leaves_a_hundred_executions_unreserved() -> None:
    stack = Stack()
    stack.add("lambda/function", "a", reservedConcurrentExecutions=50)
    stack.add("lambda/function", "b")
    need = of(stack, "lambda concurrency")
    assert (need.floor, need.exceeds()) == (150, "no")
    assert need.notes == ("functions without a reservation share what is left: 1",)


def test_rules_are_counted_for_the_security_group_that_has_most() -> None:
    stack = Stack()
    for name, count in (("a", 2), ("b", 3)):
        made = stack.add("ec2/securityGroup", name)
        for number in range(count):
            stack.add("vpc/securityGroupIngressRule", f"{name}{number}", securityGroupId=made, ipProtocol="tcp")
        stack.add("vpc/securityGroupEgressRule", f"{name}-out", securityGroupId=made, ipProtocol="-1")
    need = of(stack, "security group rules")
    assert (need.floor, need.holder) == (3, "b ingress")


def test_a_prefix_list_counts_as_many_rules_as_it_may_have_entries() -> None:
    stack = Stack()
    made = stack.add("ec2/securityGroup", "a")
    entries = stack.add("ec2/managedPrefixList", "list", maxEntries=70)
    stack.add("vpc/securityGroupIngressRule", "r", securityGroupId=made, prefixListId=entries)
    need = of(stack, "security group rules")
    assert (need.floor, need.exceeds()) == (70, "yes")


FACING = "com.amazonaws.global.cloudfront.origin-facing"


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
@pytest.mark.parametrize(
    ("service", "rules"), [("s3", 1), ("dynamodb", 1), ("s3express", 6)]
)  # fmt: skip
def test_the_prefix_list_of_a_gateway_endpoint_counts_with_its_weight(service: str, rules: int, deployed: bool) -> None:
    stack = Stack(deployed=deployed)
    made = stack.add("ec2/securityGroup", "a")
    endpoint = stack.add("ec2/vpcEndpoint", "e", serviceName=f"com.amazonaws.us-west-2.{service}")
    stack.add("vpc/securityGroupEgressRule", "r", securityGroupId=made, prefixListId=endpoint["prefixListId"])
    stack.add("vpc/securityGroupEgressRule", "other", securityGroupId=made, cidrIpv4="10.0.0.0/8")
    need = of(stack, "security group rules")
    assert (need.floor, need.unknown) == (rules + 1, ())


def test_cloudfronts_prefix_list_counts_as_55_rules_and_two_of_them_exceed_the_quota() -> None:
    stack = Stack()
    made = stack.add("ec2/securityGroup", "a")
    stack.add("vpc/securityGroupIngressRule", "r", securityGroupId=made, prefixListId=CLOUDFRONT_LISTS["us-west-2"])
    assert (of(stack, "security group rules").floor, of(stack, "security group rules").exceeds()) == (55, "no")
    lists = [CLOUDFRONT_LISTS["us-west-2"]]
    stack.add("ec2/securityGroupRule", "s", type="ingress", securityGroupId=made, prefixListIds=lists)
    assert (of(stack, "security group rules").floor, of(stack, "security group rules").exceeds()) == (110, "yes")


def test_a_prefix_list_inside_a_security_group_counts_with_its_weight() -> None:
    stack = Stack()
    block = {"prefixListIds": [CLOUDFRONT_LISTS["us-west-2"]], "cidrBlocks": ["10.0.0.0/8", "10.1.0.0/16"]}
    stack.add("ec2/securityGroup", "a", ingress=[block])
    assert of(stack, "security group rules").floor == 57


def test_aws_own_prefix_lists_by_name_count_with_their_weight() -> None:
    stack = Stack()
    made = stack.add("ec2/securityGroup", "a")
    for name in (FACING, "com.amazonaws.us-west-2.ipv6.route53-healthchecks"):
        found = stack.add("ec2/managedPrefixList", name, name=name, maxEntries=0)
        stack.add("vpc/securityGroupIngressRule", name, securityGroupId=made, prefixListId=found)
    assert of(stack, "security group rules").floor == 55 + 25


def test_a_prefix_list_that_is_not_known_is_named_and_nothing_is_claimed() -> None:
    stack = Stack()
    made = stack.add("ec2/securityGroup", "a")
    stack.add("vpc/securityGroupIngressRule", "r", securityGroupId=made, prefixListId="pl-0123456789abcdef0")
    need = of(stack, "security group rules")
    assert need.exceeds() == "cannot tell"
    assert any("pl-0123456789abcdef0" in reason for reason in need.unknown)


def test_rules_of_a_group_that_is_not_known_matter_only_if_they_could_reach_the_quota() -> None:
    stack = Stack()
    for number in range(60):
        stack.add("vpc/securityGroupIngressRule", f"r{number}", securityGroupId=UNKNOWN)
    assert of(stack, "security group rules").exceeds() == "no"
    stack.add("vpc/securityGroupIngressRule", "one-more", securityGroupId=UNKNOWN)
    assert of(stack, "security group rules").exceeds() == "cannot tell"


def test_nat_gateways_are_counted_per_zone_and_cache_nodes_per_shard() -> None:
    stack = Stack()
    for letter in "aab":
        subnet = stack.add("ec2/subnet", f"s{len(stack.resources)}", availabilityZone=f"us-west-2{letter}")
        stack.add("ec2/natGateway", f"n{len(stack.resources)}", subnetId=subnet)
    assert (of(stack, "nat gateways").floor, of(stack, "nat gateways").holder) == (2, "us-west-2a")
    stack.add("elasticache/replicationGroup", "cache", numNodeGroups=3, replicasPerNodeGroup=2)
    assert of(stack, "cache nodes").floor == 9


@pytest.mark.parametrize(("zonal", "answer"), [(0, "no"), (4, "no"), (5, "cannot tell"), (6, "yes")])
def test_a_regional_nat_gateway_is_at_most_one_more_in_any_zone(zonal: int, answer: str) -> None:
    stack = Stack()
    subnet = stack.add("ec2/subnet", "a", availabilityZone="us-west-2a")
    for number in range(zonal):
        stack.add("ec2/natGateway", f"zonal-{number}", subnetId=subnet)
    stack.add("ec2/natGateway", "regional", availabilityMode="regional", vpcId=UNKNOWN)
    assert of(stack, "nat gateways").exceeds() == answer


def test_what_the_account_has_once_is_counted_over_all_regions() -> None:
    stack = two_regions(4)
    for region in ("us-west-2", "us-east-1"):
        stack.add("s3/bucket", f"{region}-b", region=region)
    assert of(stack, "buckets", ACCOUNT).floor == 2


def test_a_looked_up_resource_is_not_the_stack_s() -> None:
    stack = Stack()
    stack.add("ec2/vpc", "own")
    state = stack.state()
    (vpc,) = [r for r in state["deployment"]["resources"] if r["type"].endswith(":Vpc")]
    state["deployment"]["resources"].append({**vpc, "urn": f"{vpc['urn']}-other", "external": True})
    (need,) = [n for n in build(state)["quotas"]["needs"] if n["quota"] == "vpcs"]
    assert need["floor"] == 1


def test_the_work_grows_with_the_stack_and_not_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    follow = Graph.refs

    def counted(graph: Graph, *arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return follow(graph, *arguments)

    monkeypatch.setattr(Graph, "refs", counted)
    work: list[int] = []
    for size in (200, 800):
        graph, asked = many(size).graph, 0
        needs(graph)
        work.append(asked)
    assert 0 < work[1] < 4.5 * work[0]


# --- the rule, the report, the command


def test_a_granted_quota_is_taken_instead_of_the_default() -> None:
    stack = Stack()
    group(stack)
    assert stack.verdict("quota-default", "web") is Verdict.VIOLATION
    assert stack.verdict("quota-default", "web", granted=("L-1216C47A=20",)) is Verdict.PASS
    assert stack.verdict("quota-default", "web", granted=("L-1216C47A=19",)) is Verdict.VIOLATION
    verdict, notes = stack.verdicts("quota-default", granted=("L-1216C47A=lots",))["web"]
    assert verdict is Verdict.CANNOT_TELL
    assert "give CODE=VALUE" in notes[0]


def test_the_finding_names_quota_region_need_default_and_code() -> None:
    stack = Stack()
    group(stack)
    _, notes = stack.verdicts("quota-default")["web"]
    assert "in us-west-2: the stack needs up to 20, AWS's default is 5 (L-1216C47A)" in notes[0]


def _report(stack: Stack) -> dict[str, Any]:
    return build(stack.state())


def test_the_report_shows_what_is_above_the_default_in_every_form() -> None:
    stack = Stack()
    group(stack)
    made = _report(stack)
    assert "L-1216C47A" in render.html(made)
    assert "| us-west-2 | vCPUs of On-Demand instances" in render.markdown(made)
    text = "\n".join(requests(made))
    assert "--service-code ec2 --quota-code L-1216C47A --desired-value 20" in text
    assert "Auto Scaling groups" not in text
    assert "Auto Scaling groups" in "\n".join(requests(made, everything=True))


def test_a_stack_without_anything_to_count_says_so() -> None:
    made = build({"resources": []})
    assert list(requests(made)) == ["nothing to count was found"]
    assert "nothing to count was found" in render.html(made)


def test_a_stack_within_the_defaults_says_so() -> None:
    stack = Stack()
    stack.add("s3/bucket", "b")
    assert list(requests(_report(stack))) == ["no quota is needed beyond AWS's defaults"]


def test_the_command_reads_a_state_or_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stack = Stack()
    group(stack)
    (tmp_path / "state").write_text(json.dumps(stack.state()))
    (tmp_path / "report").write_text(json.dumps(_report(stack)))
    said: list[str] = []
    for name in ("state", "report"):
        assert main(["quotas", str(tmp_path / name)]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert said[0].startswith("us-west-2\n  vCPUs of On-Demand instances")
    old = {k: v for k, v in _report(stack).items() if k != "quotas"}
    (tmp_path / "old").write_text(json.dumps(old))
    assert main(["quotas", str(tmp_path / "old")]) == 2
    assert "write it again" in capsys.readouterr().err
