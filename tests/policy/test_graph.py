"""The graph resolves what is unknown by its edges, and says so when it cannot."""

from typing import Any

import pytest
from ha_policy.graph import CannotTell, Graph, edges, from_preview, from_state, kind_of
from ha_policy.graph.values import SENTINELS, UNKNOWN, plain
from ha_policy.testing import SENTINEL, Stack
from ha_policy.testing import UNKNOWN as OPEN

from tests.support.some import some

SUBNET = "ec2/subnet"


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:prod::shop::{token}::{name}"


def exported(token: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A resource as `pulumi stack export` and `pulumi preview --json` write it."""
    return {"urn": urn(token, name), "type": token, "custom": True, "inputs": inputs, "outputs": inputs, **more}


SUBNETS = [
    exported("aws:ec2/subnet:Subnet", z, {"availabilityZone": f"us-west-2{z}"}, id=f"subnet-{z}") for z in ("a", "b")
]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aws:alb/loadBalancer:LoadBalancer", "lb/loadBalancer"),
        ("aws:elasticloadbalancingv2/targetGroup:TargetGroup", "lb/targetGroup"),
        ("aws:applicationloadbalancing/listener:Listener", "lb/listener"),
        ("aws:elasticloadbalancing/loadBalancer:LoadBalancer", "elb/loadBalancer"),
        ("aws:s3/bucketV2:BucketV2", "s3/bucket"),
        ("aws:s3/bucketVersioningV2:BucketVersioningV2", "s3/bucketVersioning"),
        ("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", "s3/bucketObjectLockConfiguration"),
        ("aws:elasticsearch/domain:Domain", "opensearch/domain"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "vpc/securityGroupIngressRule"),
        ("awsx:ec2:Vpc", "awsx:ec2:Vpc"),
        ("pulumi:providers:aws", "pulumi:providers:aws"),
    ],
)
def test_older_tokens_of_the_same_thing_are_one_kind(old: str, new: str) -> None:
    assert kind_of(old) == new


def test_unknown_markers_are_removed_and_whole_floats_become_integers() -> None:
    value = plain({"a": [1.0, 2.5, *SENTINELS], "b": {"c": True, "d": None}, "e": object()})
    assert value["a"][:2] == (1, 2.5)
    assert all(v is UNKNOWN for v in some(value["a"][2:]))
    assert value["b"] == {"c": True, "d": None}
    assert value["e"] is UNKNOWN


@pytest.mark.parametrize(
    "use",
    [bool, len, list, str, int, lambda u: u == 1, lambda u: u < 1, lambda u: u["x"], lambda u: "x" in ("y", u)],
)
def test_every_use_of_an_unknown_says_that_it_cannot_tell(use: Any) -> None:
    with pytest.raises(CannotTell):
        use(UNKNOWN)


def test_state_preview_and_policy_give_the_same_zones() -> None:
    inputs = {"subnets": ["subnet-a", "subnet-b"]}
    balancer = exported("aws:lb/loadBalancer:LoadBalancer", "web", inputs)
    state = from_state({"deployment": {"resources": [*SUBNETS, balancer]}})
    unknown = {**balancer, "inputs": {"subnets": [SENTINEL] * 2}, "outputs": {}}
    edge = {"subnets": [s["urn"] for s in SUBNETS]}
    steps = [{"op": "create", "newState": s} for s in (*SUBNETS, {**unknown, "propertyDependencies": edge})]
    preview = from_preview({"steps": steps})
    stack = Stack()
    a = stack.add(SUBNET, "a", availabilityZone="us-west-2a")
    b = stack.add(SUBNET, "b", availabilityZone="us-west-2b")
    stack.add("lb/loadBalancer", "web", subnets=[a, b])
    for graph in (state, preview, stack.graph()):
        assert graph.zones(graph.of("lb/loadBalancer")[0]).exactly() == {"us-west-2a", "us-west-2b"}


def test_a_resource_pending_deletion_is_not_part_of_the_graph() -> None:
    gone = {**SUBNETS[0], "delete": True}
    assert [n.name for n in from_state({"deployment": {"resources": [gone, SUBNETS[1]]}}).of(SUBNET)] == ["b"]
    steps = [{"op": "delete", "oldState": SUBNETS[0]}, {"op": "delete-replaced", "newState": SUBNETS[0]}]
    assert not from_preview({"steps": steps}).nodes


def balancer_on(graph: Graph) -> Any:
    return graph.zones(graph.of("lb/loadBalancer")[0])


def test_an_id_outside_the_stack_is_unresolved_until_its_zone_is_given() -> None:
    state = {"resources": [exported("aws:lb/loadBalancer:LoadBalancer", "web", {"subnets": ["subnet-x", "subnet-y"]})]}
    with pytest.raises(CannotTell, match="subnet-x"):
        balancer_on(from_state(state)).exactly()
    assert balancer_on(from_state(state)).at_least(2)  # a load balancer takes one subnet per zone
    known = from_state(state, {"subnet-x": "us-west-2a", "subnet-y": "us-west-2b"})
    assert balancer_on(known).exactly() == {"us-west-2a", "us-west-2b"}


@pytest.mark.parametrize("op", ["import", "import-replacement", "same", "update"])
def test_what_is_imported_is_referred_to_by_its_known_id(op: str) -> None:
    """An imported resource is read before the preview: what stands on it is new, and knows it by its id or its edge."""
    known = exported("aws:lb/loadBalancer:LoadBalancer", "old", {"subnets": ["subnet-a", "subnet-b"]})
    edges = {"subnets": [s["urn"] for s in SUBNETS]}
    fresh = exported("aws:lb/loadBalancer:LoadBalancer", "new", {"subnets": [SENTINEL] * 2}, propertyDependencies=edges)
    steps = [{"op": op, "newState": s} for s in SUBNETS] + [{"op": "create", "newState": s} for s in (known, fresh)]
    graph = from_preview({"steps": steps})
    for balancer in some(graph.of("lb/loadBalancer")):
        assert graph.zones(balancer).exactly() == {"us-west-2a", "us-west-2b"}


def test_dependencies_on_more_resources_than_list_items_are_cannot_tell() -> None:
    """Outputs of a remote Vpc component depend on each of its subnets, private ones included."""
    stack = Stack()
    vpc = stack.add("awsx:ec2:Vpc", "net")
    for kind in ("public", "private"):
        for zone in ("a", "b"):
            stack.add(SUBNET, f"{kind}-{zone}", parent=vpc, availabilityZone=f"us-west-2{zone}")
    stack.add("ecs/service", "app", networkConfiguration={"subnets": [vpc["privateSubnetIds"], OPEN]})
    zones = stack.graph().zones(stack.graph().of("ecs/service")[0])
    assert zones.names == frozenset()
    assert zones.possible == {"us-west-2a", "us-west-2b"}
    with pytest.raises(CannotTell, match="component"):
        zones.at_least(2)


@pytest.mark.parametrize(("subnets", "known"), [(3, True), (2, False), (1, False)])
def test_a_load_balancer_on_a_components_subnets_is_in_as_many_zones_as_it_has_subnets(
    subnets: int, known: bool
) -> None:
    """AWS refuses a second subnet of a zone, so that the number of subnets is the number of zones."""
    stack = Stack()
    vpc = stack.add("awsx:ec2:Vpc", "net")
    for kind in ("public", "private"):
        for zone in ("a", "b", "c"):
            stack.add(SUBNET, f"{kind}-{zone}", parent=vpc, availabilityZone=f"us-west-2{zone}")
    stack.add("lb/loadBalancer", "web", subnets=[vpc[f"publicSubnetIds-{n}"] for n in range(subnets)])
    zones = balancer_on(stack.graph())
    assert zones.known == known
    assert zones.at_least(2) == (subnets > 1)


def test_a_component_with_all_subnets_in_one_zone_is_in_that_zone() -> None:
    stack = Stack()
    vpc = stack.add("awsx:ec2:Vpc", "net")
    for name in ("p", "q", "r"):
        stack.add(SUBNET, name, parent=vpc, availabilityZone="us-west-2a")
    stack.add("ecs/service", "app", networkConfiguration={"subnets": [vpc["ids"], vpc["ids"]]})
    graph = stack.graph()
    assert not graph.zones(graph.of("ecs/service")[0]).at_least(2)


def test_a_component_with_as_many_subnets_as_are_asked_for_is_resolved() -> None:
    stack = Stack()
    vpc = stack.add("awsx:ec2:Vpc", "net")
    for zone in ("a", "b"):
        stack.add(SUBNET, zone, parent=vpc, availabilityZone=f"us-west-2{zone}")
    stack.add("ecs/service", "app", networkConfiguration={"subnets": [vpc["ids"], vpc["more"]]})
    graph = stack.graph()
    assert graph.zones(graph.of("ecs/service")[0]).exactly() == {"us-west-2a", "us-west-2b"}


def components_vpc(zones: dict[str, str]) -> Stack:
    """An `awsx.ec2.Vpc` with these zones (letters) per kind of subnet, and a service on one of its lists."""
    stack = Stack()
    vpc = stack.add("awsx:ec2:Vpc", "net")
    for kind, letters in zones.items():
        for letter in letters:
            place = {"availabilityZone": f"us-west-2{letter}", "tags": {"SubnetType": kind}}
            stack.add(SUBNET, f"{kind}-{letter}", place, parent=vpc)
    stack.add("ecs/service", "app", networkConfiguration={"subnets": vpc["privateSubnetIds"]})
    return stack


@pytest.mark.parametrize(
    ("zones", "names", "least", "known"),
    [
        ({"Public": "abc", "Private": "abc"}, "abc", 3, True),
        ({"Public": "a", "Private": "a", "Isolated": "a"}, "a", 1, True),
        ({"Public": "abc", "Private": "ab"}, "ab", 2, False),
        ({"Public": "ab", "Private": "bc"}, "b", 2, False),
        ({"Public": "a", "Private": "b"}, "", 1, False),
    ],
)
def test_a_whole_list_of_a_vpc_component_is_where_each_of_its_lists_is(
    zones: dict[str, str], names: str, least: int, known: bool
) -> None:
    graph = components_vpc(zones).graph()
    found = graph.zones(graph.of("ecs/service")[0])
    assert found.names == {f"us-west-2{n}" for n in names}
    assert found.known == known
    for count in range(1, 4):
        if known or count <= least:
            assert found.at_least(count) == (count <= least)
        else:
            with pytest.raises(CannotTell):
                found.at_least(count)


@pytest.mark.parametrize("change", ["untagged", "another component", "picked"])
def test_a_list_that_may_be_part_of_a_vpc_components_list_is_cannot_tell(change: str) -> None:
    stack = components_vpc({"Public": "ab", "Private": "ab"})
    (vpc,) = (r for r in stack.resources if r.token == "awsx:ec2:Vpc")
    if change == "untagged":
        stack.add(SUBNET, "own", parent=vpc, availabilityZone="us-west-2a")
    elif change == "another component":
        other = stack.add("awsx:ec2:Vpc", "other")
        mixed = {"subnets": vpc["ids"], "securityGroups": other["ids"]}
        stack.add("ecs/service", "app2", networkConfiguration=mixed)
    else:
        picked = [vpc["publicSubnetIds"], vpc["privateSubnetIds"]]
        stack.add("ecs/service", "app2", networkConfiguration={"subnets": picked})
    graph = stack.graph()
    with pytest.raises(CannotTell, match="component"):
        graph.zones(graph.of("ecs/service")[-1]).at_least(2)


def test_an_output_that_nobody_set_counts_as_unset_and_an_input_as_unknown() -> None:
    """A provider lists what it will compute as unknown; only inputs have an entry in the property dependencies."""
    stack = Stack()
    stack.add("ec2/vpc", "net")
    stack.add("rds/instance", "db", engine="postgres", multiAz=stack.resources[-1]["computed"])
    node = stack.graph().of("rds/instance")[0]
    assert node.raw("multiAz") is UNKNOWN
    computed = {"multiAz": SENTINEL, "engine": "postgres"}
    state = [exported("pulumi:pulumi:Stack", "s", {}), exported("aws:rds/instance:Instance", "db", computed)]
    assert from_state({"resources": state}).of("rds/instance")[0].raw("multiAz") is None


def test_region_is_the_resources_own_then_its_arns_then_its_providers() -> None:
    stack = Stack(region="us-west-2")
    east = stack.region_provider("us-east-1")
    stack.add("sqs/queue", "plain")
    stack.add("sqs/queue", "explicit", provider=east)
    stack.add("sqs/queue", "own", provider=east, region="eu-west-1")
    stack.add("route53/record", "name")
    stack.add("sqs/queue", "open", region=OPEN)
    graph = stack.graph()
    found = {n.name: n for n in graph.nodes}
    assert {n: graph.region(found[n]) for n in ("plain", "explicit", "own", "name")} == {
        "plain": "us-west-2", "explicit": "us-east-1", "own": "eu-west-1", "name": "global",
    }  # fmt: skip
    with pytest.raises(CannotTell):
        graph.region(found["open"])


def test_cycles_and_missing_parents_end() -> None:
    token = "aws:sqs/queue:Queue"
    one = exported(token, "one", {"redrivePolicy": SENTINEL}, parent=urn(token, "two"))
    two = exported(token, "two", {"redrivePolicy": SENTINEL}, parent=urn(token, "one"))
    for each, other in ((one, two), (two, one)):
        each["propertyDependencies"] = {"redrivePolicy": [other["urn"]]}
    orphan = exported(token, "orphan", {}, parent=urn(token, "nobody"))
    graph = from_state({"resources": [one, two, orphan]})
    assert {n.name for n in graph.descendants(one["urn"], ("sqs/queue",))} == {"two"}
    assert ("dead-letters-to", two["urn"]) in {(e.relation, e.target) for e in edges(graph)}


def test_zone_names_and_zone_ids_are_not_counted_as_different_zones() -> None:
    stack = Stack()
    a = stack.add(SUBNET, "a", availabilityZone="us-west-2a")
    b = stack.add(SUBNET, "b", availabilityZoneId="usw2-az1")
    stack.add("autoscaling/group", "web", vpcZoneIdentifiers=[a, b])
    graph = stack.graph()
    with pytest.raises(CannotTell, match="usw2-az1"):
        graph.zones(graph.of("autoscaling/group")[0]).at_least(2)


def test_secrets_are_read_only_where_they_are_given_in_plain() -> None:
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    assert plain({"p": {**mark, "ciphertext": "v1:abc"}})["p"] is UNKNOWN
    assert plain({"p": {**mark, "plaintext": '"open"'}})["p"] == "open"


@pytest.mark.parametrize("deployed", [False, True])
@pytest.mark.parametrize(
    ("kind", "output"),
    [
        ("elasticbeanstalk/environment", "cname"),
        ("globalaccelerator/accelerator", "dnsName"),
        ("globalaccelerator/accelerator", "dualStackDnsName"),
    ],
)
def test_a_record_refers_to_the_resource_with_its_host_name(kind: str, output: str, deployed: bool) -> None:
    stack = Stack(deployed=deployed)
    target = stack.add(kind, "front")
    stack.add("route53/record", "name", type="CNAME", records=[target[output]])
    graph = stack.graph()
    [record] = graph.of("route53/record")
    assert [n.name for n in graph.refs(record, "records", kind).nodes] == ["front"]


@pytest.mark.parametrize("output", ["arn", "streamArn"])
def test_a_replicas_own_name_means_its_global_table(output: str) -> None:
    stack = Stack()
    copy = {"regionName": "us-east-1", output: "arn:aws:dynamodb:us-east-1:1:table/carts/x"}
    table = stack.add("dynamodb/table", "carts", replicas=[copy])
    stack.add("lambda/eventSourceMapping", "reader", eventSourceArn=copy[output])
    graph = stack.graph()
    (reader,) = graph.of("lambda/eventSourceMapping")
    (found,) = graph.refs(reader, "eventSourceArn", "dynamodb/table").nodes
    assert found.urn == table.urn
