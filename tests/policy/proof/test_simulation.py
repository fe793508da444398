"""Losing something has the consequences that AWS documents, and each broken variant changes exactly what it should."""

from typing import Any

import pytest
from ha_policy.proof.proof import Proof

from tests.policy.proof.stacks import UNKNOWN, Cell, Ref, Stack, rows
from tests.support.some import some

ZONES = ("a", "b", "c")


def shop(**options: object) -> Stack:
    stack = Stack()
    Cell(stack, "us-west-2", "usw2", **options)  # type: ignore[arg-type]
    return stack


def world(
    *, replica: str | None = "us-east-1", health: bool = True, secondary: str = "us-east-1", latency: bool = False
) -> Stack:
    """Two Regions behind one name; the second one's servers use the first one's table."""
    stack = Stack()
    first = Cell(stack, "us-west-2", "usw2")
    table = first.table("carts", replica)
    second = Cell(stack, secondary, "twin", servers=3)
    second.use(table, "twin-carts")
    for cell, role in ((first, "PRIMARY"), (second, "SECONDARY")):
        routing: Any = (
            {"latencyRoutingPolicies": [{"region": cell.region}]}
            if latency
            else {"failoverRoutingPolicies": [{"type": role}]}
        )
        stack.add(
            "aws:route53/record:Record", f"{cell.prefix}-name", name="shop.example.com", type="A", zoneId="Z1",
            setIdentifier=cell.prefix,
            aliases=[{"name": cell.lb, "zoneId": cell.lb, "evaluateTargetHealth": health}], **routing,
        )  # fmt: skip
    return stack


def verdicts(stack: Stack, kind: str = "zone") -> dict[str, tuple[str, float]]:
    proof = Proof(stack.graph)
    assert len(proof.entry_points) == 1, [e.name for e in proof.entry_points]
    return {
        r.failure.key.split()[-1]: (r.outcomes[0].verdict, round(r.outcomes[0].capacity, 2))
        for r in rows(proof)
        if r.failure.kind == kind
    }


def changed(before: Stack, after: Stack) -> dict[str, tuple[str, str]]:
    """Failures whose verdict differs; those that exist on one side only are left out."""
    one, two = Proof(before.graph), Proof(after.graph)
    old = {r.failure.key: r.outcomes[0].verdict for r in rows(one)}
    new = {r.failure.key: r.outcomes[0].verdict for r in rows(two)}
    return {k: (old[k], new[k]) for k in old if k in new and old[k] != new[k]}


def test_any_zone_of_a_sound_stack_costs_a_third_of_the_servers_and_nothing_else() -> None:
    assert verdicts(shop()) == {f"us-west-2{z}": ("degrades", 0.67) for z in ZONES}


def test_without_a_standby_the_region_takes_everything_along() -> None:
    assert verdicts(shop(), "region") == {"us-west-2": ("down", 0)}


def test_a_zone_loss_fails_the_database_and_the_cache_over() -> None:
    proof = Proof(shop().graph)
    (row,) = [r for r in rows(proof) if r.failure.key == "zone us-west-2a"]
    assert row.outcomes[0].seconds == 120
    assert {s.label for s in row.outcomes[0].recoveries} == {
        "failover of usw2-db", "failover of usw2-cache", "load balancer leaves lost members of usw2-web out",
    }  # fmt: skip
    assert row.outcomes[0].rpo == 1


def test_a_shared_nat_gateway_makes_its_zone_and_itself_fatal() -> None:
    assert changed(shop(), shop(shared_nat=True)) == {
        "zone us-west-2a": ("degrades", "down"),
        str(_urn("natGateway:NatGateway", "usw2-nat-a")): ("degrades", "down"),
    }


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::aws:ec2/{kind}::{name}"


def test_without_need_for_egress_a_shared_nat_gateway_is_harmless() -> None:
    proof = Proof(shop(shared_nat=True).graph, {"egress_needed": False})
    assert {r.outcomes[0].verdict for r in rows(proof) if r.failure.kind == "zone"} == {"degrades"}


def test_a_single_az_database_is_down_with_its_zone_whichever_that_is() -> None:
    after = shop(multi_az=False)
    assert {k for k, _ in verdicts(after).items() if verdicts(after)[k][0] == "cannot tell"} == {
        f"us-west-2{z}" for z in ZONES
    }
    after.find("usw2-db")["inputs"]["availabilityZone"] = "us-west-2b"
    assert changed(shop(), after) == {"zone us-west-2b": ("degrades", "down")}


def test_a_one_az_service_behind_a_three_az_load_balancer_is_down_with_that_zone_only() -> None:
    found = verdicts(shop(server_zones="a"))
    assert found == {"us-west-2a": ("down", 0), "us-west-2b": ("serves", 1), "us-west-2c": ("serves", 1)}


def test_a_cache_without_failover_is_down_with_its_primary() -> None:
    proof = Proof(shop(failover=False).graph)
    (row,) = [r for r in rows(proof) if r.failure.name == "primary of usw2-cache"]
    assert row.outcomes[0].verdict == "down"


@pytest.mark.parametrize(("latency", "left"), [(False, 0.5), (True, 0.33)])
def test_a_region_loss_leaves_the_standby_s_share(latency: bool, left: float) -> None:
    assert verdicts(world(latency=latency), "region")["us-west-2"] == ("degrades", left)


def test_a_table_without_replica_takes_the_standby_along_with_the_first_region() -> None:
    assert changed(world(), world(replica=None)).get("region us-west-2") == ("degrades", "down")
    assert changed(world(), world(replica=None)).get("region us-east-1") is None


def test_a_failover_record_to_the_same_region_is_down_with_it() -> None:
    assert verdicts(world(secondary="us-west-2"), "region") == {"us-west-2": ("down", 0)}


def test_records_without_a_health_check_do_not_fail_over() -> None:
    assert verdicts(world(health=False), "region")["us-west-2"] == ("down", 0)
    assert verdicts(world(health=False, latency=True), "region") == {"us-west-2": ("down", 0), "us-east-1": ("down", 0)}


def test_a_disabled_health_check_counts_as_none() -> None:
    stack = world(health=False)
    check = stack.add("aws:route53/healthCheck:HealthCheck", "check", disabled=True, type="HTTPS")
    for name in ("usw2-name", "twin-name"):
        record = stack.find(name)
        record["inputs"]["healthCheckId"], record["propertyDependencies"]["healthCheckId"] = UNKNOWN, [check.urn]
    assert verdicts(stack, "region")["us-west-2"] == ("down", 0)
    stack.find("check")["inputs"]["disabled"] = False
    assert verdicts(stack, "region")["us-west-2"] == ("degrades", 0.5)


def test_a_replica_database_waits_for_its_promotion_and_says_so() -> None:
    stack = world()
    replica = stack.find("twin-db")
    replica["inputs"]["replicateSourceDb"] = UNKNOWN
    replica["propertyDependencies"]["replicateSourceDb"] = ["urn:pulumi:dev::shop::aws:rds/instance:Instance::usw2-db"]
    proof = Proof(stack.graph)
    (row,) = [r for r in rows(proof) if r.failure.key == "region us-west-2"]
    assert row.outcomes[0].limits == ("writes wait for the promotion of twin-db",)
    assert row.outcomes[0].seconds == 1800
    assert row.outcomes[0].rpo == 60
    (spare,) = [r for r in rows(proof) if r.failure.key == "region us-east-1"]
    assert spare.outcomes[0].verdict == "serves"


def test_what_cannot_be_traced_is_never_a_pass() -> None:
    stack = shop()
    group = stack.find("usw2-web")
    group["propertyDependencies"]["vpcZoneIdentifiers"] = []
    assert {v for v, _ in verdicts(stack).values()} == {"cannot tell"}
    (record,) = [r for r in stack.resources if "listener:" in r["type"]]
    record["propertyDependencies"]["defaultActions"] = []
    proof = Proof(stack.graph)
    assert proof.matrix.intact(proof.entry_points[0])[0].verdict == "cannot tell"
    assert proof.numbers[0].estimate is None
    assert proof.numbers[0].unknown


def test_services_that_call_each_other_end_where_the_circle_closes() -> None:
    stack = Stack()
    cell = Cell(stack, "us-west-2", "usw2")
    cell.allow(cell.data_group, cell.web_group, "back")
    cell.allow(cell.web_group, cell.web_group, "self")
    assert {v for v, _ in verdicts(stack).values()} == {"degrades"}


def test_every_failure_is_listed_once_and_members_alike_stand_for_each_other() -> None:
    proof = Proof(shop().graph)
    names = [f.name for f in proof.single_failures]
    assert len(names) == len(set(names))
    assert [n for n in names if n.startswith("instance of")] == [f"instance of usw2-web in us-west-2{z}" for z in ZONES]
    assert len([n for n in names if "nat" in n]) == 3


def test_pairs_are_worse_than_either_alone() -> None:
    proof = Proof(shop().graph)
    found = {frozenset({p.first.key, p.second.key}): p.verdict for p in proof.pairs()}
    assert found[frozenset({"zone us-west-2a", "zone us-west-2b"})] == "down"  # database and cache have two members
    assert not any("region us-west-2" in pair for pair in found)
    for pair in some(proof.pairs()):
        assert pair.verdict in ("down", "cannot tell")


def test_declared_soft_dependencies_are_no_needs() -> None:
    stack = shop(failover=False)
    urns = {name: stack.find(name)["urn"] for name in ("usw2-lb", "usw2-web", "usw2-cache")}
    declared = {"entry": "shop", "path": list(urns.values()), "soft": [urns["usw2-cache"]]}
    stack.resources.append(
        {
            "urn": "urn:pulumi:dev::shop::ha:arch:Shop::shop",
            "type": "ha:arch:Shop",
            "outputs": {"requestPaths": [declared]},
        }
    )
    proof = Proof(stack.graph)
    assert not proof.contradictions
    assert not [r for r in rows(proof) if "cache" in r.failure.name]


def extra(stack: Stack, zone: str, *, soft: bool) -> None:
    """A second target group of the first Region's load balancer, with one service in this zone."""
    stack.region = "us-west-2"
    lb = Ref(stack.find("usw2-lb")["urn"])
    (private,) = [Ref(u) for r in stack.resources if (u := str(r["urn"])).endswith(f":Subnet::usw2-private-{zone}")]
    target = stack.add("aws:lb/targetGroup:TargetGroup", "usw2-extra", vpcId=Ref(stack.find("usw2-vpc")["urn"]))
    stack.add(
        "aws:lb/listener:Listener", "usw2-extra", loadBalancerArn=lb,
        defaultActions=[{"type": "forward", "targetGroupArn": target}],
    )  # fmt: skip
    service = stack.add(
        "aws:ecs/service:Service", "usw2-service", desiredCount=2, launchType="FARGATE",
        networkConfiguration={"subnets": [private]}, loadBalancers=[{"targetGroupArn": target}],
    )  # fmt: skip
    if soft:
        declared = {"entry": "shop", "path": [lb.urn, service.urn], "soft": [service.urn]}
        stack.resources.append(
            {"urn": "urn:pulumi:dev::shop::ha:arch:Shop::shop", "type": "ha:arch:Shop",
             "outputs": {"requestPaths": [declared]}}
        )  # fmt: skip


@pytest.mark.parametrize("latency", [False, True], ids=["failover", "latency"])
def test_an_alias_leaves_a_load_balancer_that_has_one_target_group_without_healthy_targets(latency: bool) -> None:
    """Also if requests are served without that target group (Route 53 API, AliasTarget, EvaluateTargetHealth)."""
    plain, judged, checked = (world(latency=latency) for _ in range(3))
    for stack in (judged, checked):
        extra(stack, "a", soft=True)
    check = checked.add("aws:route53/healthCheck:HealthCheck", "check", type="HTTPS")
    for record in ("usw2-name", "twin-name"):
        checked.find(record)["inputs"]["healthCheckId"] = UNKNOWN
        checked.find(record)["propertyDependencies"]["healthCheckId"] = [check.urn]
    before, after = verdicts(plain)["us-west-2a"], verdicts(judged)["us-west-2a"]
    assert before[1] > after[1], "the first Region's load balancer takes no requests any more"
    assert after == verdicts(judged, "region")["us-west-2"]
    assert verdicts(judged)["us-west-2b"] == verdicts(plain)["us-west-2b"]
    assert verdicts(checked)["us-west-2a"] == before, "a health check asks an address, not the target groups"


def test_a_load_balancer_alone_gets_all_requests_whatever_its_health_is() -> None:
    stack = shop()
    before = verdicts(stack)
    extra(stack, "a", soft=True)
    assert verdicts(stack) == before


def test_a_target_group_that_requests_need_takes_the_load_balancer_along() -> None:
    stack = shop()
    extra(stack, "a", soft=False)
    assert verdicts(stack)["us-west-2a"][0] == "down"


def test_a_declared_path_that_the_graph_contradicts_is_an_error() -> None:
    stack = shop()
    stack.drop("usw2-web-data")
    urns = [stack.find(name)["urn"] for name in ("usw2-lb", "usw2-web", "usw2-db")]
    stack.resources.append(
        {"urn": "urn:pulumi:dev::shop::ha:arch:Shop::shop", "type": "ha:arch:Shop",
         "outputs": {"requestPaths": [{"entry": "shop", "path": urns}, {"entry": "lost", "path": ["urn:x", "urn:y"]}]}}
    )  # fmt: skip
    wrong, broken = Proof(stack.graph).contradictions
    assert "names 'urn:x', which is no resource of this stack" in wrong
    assert "usw2-web -> rds/instance usw2-db: both have security groups and no rule" in broken


def test_consumers_with_a_twin_in_the_other_region_are_one_entry_point() -> None:
    stack = Stack()
    for region, prefix in (("us-west-2", "usw2"), ("us-east-1", "use1")):
        stack.region = region
        queue = stack.add("aws:sqs/queue:Queue", f"{prefix}-orders")
        worker = stack.add("aws:lambda/function:Function", f"{prefix}-worker", role="r")
        stack.add(
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            f"{prefix}-orders-worker",
            eventSourceArn=queue,
            functionName=worker,
        )
    proof = Proof(stack.graph)
    assert [(e.kind, e.name) for e in proof.entry_points] == [("consumer", "orders-worker")]
    (lost,) = [r.outcomes[0] for r in rows(proof) if r.failure.key == "region us-west-2"]
    assert lost.verdict == "degrades"
    assert "waits there until it returns" in lost.limits[0]


def test_direct_connect_survives_a_location_only_with_another() -> None:
    def links(*places: str, vpn: bool = False) -> dict[str, str]:
        stack = Stack()
        hub = stack.add("aws:ec2transitgateway/transitGateway:TransitGateway", "hub")
        world_ = stack.add("aws:directconnect/gateway:Gateway", "dx")
        stack.add(
            "aws:directconnect/gatewayAssociation:GatewayAssociation",
            "dx-hub",
            dxGatewayId=world_,
            associatedGatewayId=hub,
        )
        for i, place in enumerate(places):
            line = stack.add("aws:directconnect/connection:Connection", f"line-{i}", location=place)
            stack.add(
                "aws:directconnect/transitVirtualInterface:TransitVirtualInterface",
                f"vif-{i}",
                connectionId=line,
                dxGatewayId=world_,
            )
        if vpn:
            stack.add("aws:ec2/vpnConnection:VpnConnection", "vpn", transitGatewayId=hub)
        return {r.failure.name: r.outcomes[0].verdict for r in rows(Proof(stack.graph))}

    assert links("EqDC2", "EqDC2")["Direct Connect location EqDC2"] == "down"
    assert links("EqDC2", "EqDA2")["Direct Connect location EqDC2"] == "serves"
    assert links("EqDC2", vpn=True)["Direct Connect location EqDC2"] == "serves"


def test_the_test_stack_s_references_are_unknown() -> None:
    stack = Stack()
    assert isinstance(stack.add("aws:ec2/vpc:Vpc", "vpc"), Ref)


def test_names_of_each_region_are_twins_that_people_choose_from() -> None:
    stack = Stack()
    for region, prefix in (("us-west-2", "usw2"), ("us-east-1", "use1")):
        cell = Cell(stack, region, prefix)
        stack.add(
            "aws:route53/record:Record", f"{prefix}-name", name=f"office-{prefix}.example.com", type="A", zoneId="Z1",
            aliases=[{"name": cell.lb, "zoneId": cell.lb, "evaluateTargetHealth": True}],
        )  # fmt: skip
    assert verdicts(stack, "region") == {"us-west-2": ("degrades", 1), "us-east-1": ("degrades", 1)}
    assert set(verdicts(stack).values()) == {("degrades", 0.67)}
    proof = Proof(stack.graph)
    assert [e.name for e in proof.entry_points] == ["office.example.com"]
    (lost,) = [r.outcomes[0] for r in rows(proof) if r.failure.key == "region us-west-2"]
    assert lost.limits == ("who uses office-usw2.example.com must turn to office-use1.example.com by hand",)


def test_a_weakened_primary_keeps_serving_although_the_standby_has_more() -> None:
    stack = world()
    stack.find("twin-web")["inputs"]["minSize"] = 12
    assert verdicts(stack)["us-west-2a"] == ("degrades", 0.67)
    assert verdicts(stack, "region")["us-west-2"] == ("serves", 1)


def site(*, hidden: bool, replica: bool = True) -> Stack:
    """A distribution over a bucket and its replica, and over the load balancers behind one name."""
    stack = world(latency=True)
    one, two = (stack.find(n)["urn"] for n in ("usw2-name", "twin-name"))
    for name in ("usw2-name", "twin-name"):
        stack.find(name)["inputs"]["name"] = "origin.example.com"
    stack.region = "us-west-2"
    assets = stack.add("aws:s3/bucket:Bucket", "usw2-assets")
    stack.region = "us-east-1" if replica else "us-west-2"
    copy = stack.add("aws:s3/bucket:Bucket", "usw2-assets-replica")
    origins = [
        {"originId": "static", "domainName": assets},
        {"originId": "static-replica", "domainName": copy},
        {"originId": "dynamic", "domainName": Ref(one), "customOriginConfig": {"httpPort": 80}},
    ]
    site_ = stack.add(
        "aws:cloudfront/distribution:Distribution", "site", origins=origins,
        originGroups=[{"originId": "both", "members": [{"originId": "static"}, {"originId": "static-replica"}]}],
        defaultCacheBehavior={"targetOriginId": "both", "allowedMethods": ["GET", "HEAD"]},
        orderedCacheBehaviors=[
            {"pathPattern": "/cart", "targetOriginId": "dynamic", "allowedMethods": ["GET", "POST"]}
        ],
    )  # fmt: skip
    found = stack.find("site")
    assert found["urn"] == site_.urn
    found["propertyDependencies"]["origins"].append(two)
    if hidden:
        found["inputs"]["origins"] = "[secret]"
    return stack


@pytest.mark.parametrize("hidden", [False, True])
def test_a_distribution_finds_its_origins_even_when_they_are_hidden(hidden: bool) -> None:
    proof = Proof(site(hidden=hidden).graph)
    (entry,) = proof.entry_points
    assert (entry.kind, [p.label for p in entry.paths]) == ("distribution", ["*", "/cart"])
    assert proof.numbers[0].unknown == ()
    assert verdicts(site(hidden=hidden), "region") == {"us-west-2": ("degrades", 0.33), "us-east-1": ("degrades", 0.67)}


def test_an_origin_group_in_one_region_goes_down_with_it() -> None:
    assert verdicts(site(hidden=False, replica=False), "region")["us-west-2"] == ("down", 0)
