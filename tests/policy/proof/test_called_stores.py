"""What a function calls inside the VPC counts: a store in one zone is lost with it, one in two zones is not."""

from collections.abc import Callable
from typing import Any

import pytest
from ha_policy.graph.edges import REFERENCES
from ha_policy.proof.request_paths.dependencies import NEEDS, SECURITY_GROUPS
from ha_policy.rules.paths import GUARDED
from ha_policy.testing import Resource, Stack

from tests.policy.proof.losses import ZONES, after_losing, network

Make = Callable[[Stack, list[Resource], Resource], Any]
A, B = ZONES


def calling(deployed: bool, make: Make, zones: int, **rule: Any) -> Stack:
    """A function with a URL in two zones that may call what ``make`` makes in the first subnets."""
    stack = Stack(deployed=deployed)
    vpc, subnets = network(stack)
    code, data = (stack.add("ec2/securityGroup", name, vpcId=vpc) for name in ("code", "data"))
    port = rule or {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    stack.add("vpc/securityGroupIngressRule", "in", port, securityGroupId=data, referencedSecurityGroupId=code)
    make(stack, subnets[:zones], data)
    inside = {"subnetIds": subnets, "securityGroupIds": [code]}
    function = stack.add("lambda/function", "code", vpcConfig=inside)
    stack.add("lambda/functionUrl", "url", functionName=function["name"], authorizationType="NONE")
    return stack


def places(stack: Stack, kind: str, subnets: list[Resource]) -> Any:
    return stack.add(kind, "places", subnetIds=subnets)["name"]


def search(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    nodes = {"instanceCount": len(subnets), "zoneAwarenessEnabled": len(subnets) > 1}
    inside = {"subnetIds": subnets, "securityGroupIds": [group]}
    stack.add("opensearch/domain", "store", clusterConfig=nodes, vpcOptions=inside)


def broker(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    mode = "ACTIVE_STANDBY_MULTI_AZ" if len(subnets) > 1 else "SINGLE_INSTANCE"
    stack.add("mq/broker", "store", deploymentMode=mode, subnetIds=subnets, securityGroups=[group])


def kafka(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    inside = {"clientSubnets": subnets, "securityGroups": [group]}
    stack.add("msk/cluster", "store", numberOfBrokerNodes=2, brokerNodeGroupInfo=inside)


def neptune(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    cluster = stack.add("neptune/cluster", "store", vpcSecurityGroupIds=[group])
    for n, _ in enumerate(subnets):
        stack.add("neptune/clusterInstance", f"m{n}", clusterIdentifier=cluster, availabilityZone=ZONES[n])


def redshift(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    several = len(subnets) > 1
    name = places(stack, "redshift/subnetGroup", subnets)
    stack.add("redshift/cluster", "store", clusterSubnetGroupName=name, numberOfNodes=2, multiAz=several,
              vpcSecurityGroupIds=[group])  # fmt: skip


def files(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    mode = "MULTI_AZ_1" if len(subnets) > 1 else "SINGLE_AZ_1"
    stack.add("fsx/ontapFileSystem", "store", deploymentType=mode, subnetIds=subnets, securityGroupIds=[group])


def series(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    mode = "WITH_MULTIAZ_STANDBY" if len(subnets) > 1 else "SINGLE_AZ"
    stack.add(
        "timestreaminfluxdb/dbInstance", "store", deploymentType=mode, vpcSubnetIds=subnets,
        vpcSecurityGroupIds=[group],
    )  # fmt: skip


def memcached(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    several = len(subnets) > 1
    stack.add("elasticache/cluster", "store", engine="memcached", numCacheNodes=2, securityGroupIds=[group],
              azMode="cross-az" if several else "single-az",
              subnetGroupName=places(stack, "elasticache/subnetGroup", subnets))  # fmt: skip


def memorydb(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    replicas: dict[str, Any] = {} if len(subnets) > 1 else {"numReplicasPerShard": 0}  # one replica by default
    name = places(stack, "memorydb/subnetGroup", subnets)
    stack.add("memorydb/cluster", "store", replicas, subnetGroupName=name, securityGroupIds=[group])


def database_of_a_text(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    """Booleans as texts, which the provider takes."""
    several = str(len(subnets) > 1).lower()
    stack.add("rds/instance", "store", multiAz=several, engine="mysql", vpcSecurityGroupIds=[group],
              dbSubnetGroupName=places(stack, "rds/subnetGroup", subnets))  # fmt: skip


def instances(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    for n, subnet in enumerate(subnets):
        stack.add("ec2/instance", f"server-{n}", subnetId=subnet, vpcSecurityGroupIds=[group])


def group_of_servers(stack: Stack, subnets: list[Resource], group: Resource) -> None:
    launch = stack.add("ec2/launchTemplate", "launch", vpcSecurityGroupIds=[group])
    stack.add("autoscaling/group", "servers", minSize=2, vpcZoneIdentifiers=subnets, launchTemplate={"id": launch})


STORES: list[Make] = [
    search, broker, kafka, neptune, redshift, files, series, memcached, memorydb, database_of_a_text, instances,
    group_of_servers,
]  # fmt: skip


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
@pytest.mark.parametrize("make", STORES)
def test_a_store_in_one_zone_is_lost_with_it_and_one_in_two_zones_is_not(make: Make, deployed: bool) -> None:
    assert after_losing(calling(deployed, make, 1), "url", A) == "down"
    assert after_losing(calling(deployed, make, 2), "url", A) in ("serves", "degrades")


def test_a_single_node_of_redis_is_lost_with_its_zone() -> None:
    def redis(stack: Stack, subnets: list[Resource], group: Resource) -> None:
        stack.add("elasticache/cluster", "store", engine="redis", availabilityZone=A, securityGroupIds=[group])

    assert after_losing(calling(True, redis, 2), "url", A) == "down"
    assert after_losing(calling(True, redis, 2), "url", B) in ("serves", "degrades")


def test_replicas_count_under_every_name_that_the_rules_know() -> None:
    """The simulation and `cache-topology` count the same replicas."""
    old = {"clusterMode": {"numNodeGroups": 2, "replicasPerNodeGroup": 1}}
    for props in (old, {"numberCacheClusters": 2}, {"numCacheClusters": 2}, {"numCacheClusters": 1}):

        def cache(stack: Stack, subnets: list[Resource], group: Resource, props: dict[str, Any] = props) -> None:
            name = places(stack, "elasticache/subnetGroup", subnets)
            auto = {"automaticFailoverEnabled": "true", "multiAzEnabled": True, "subnetGroupName": name, **props}
            made = stack.add("elasticache/replicationGroup", "store", auto, securityGroupIds=[group])
            if props.get("numCacheClusters") == 1:
                stack.add("elasticache/cluster", "replica", replicationGroupId=made)

        assert after_losing(calling(True, cache, 2), "url", A) in ("serves", "degrades"), props


@pytest.mark.parametrize("kind", ["rds/instance", "rds/cluster"])
def test_the_service_puts_members_into_different_zones_of_a_subnet_group_of_another_stack(kind: str) -> None:
    def database(stack: Stack, subnets: list[Resource], group: Resource) -> None:
        several: dict[str, Any] = (
            {"multiAz": True} if kind == "rds/instance" else {"dbClusterInstanceClass": "db.m6gd.large"}
        )
        stack.add(kind, "store", several, engine="mysql", dbSubnetGroupName="shared", vpcSecurityGroupIds=[group])

    assert after_losing(calling(True, database, 2), "url", A) in ("serves", "degrades")


LONE: dict[str, Any] = {"engine": "mysql", "availabilityZone": A}


def admitting(addresses: str, *, known_caller: bool = False, **database: Any) -> Stack:
    """A service in two zones, and a database that lets in addresses and not a security group."""
    stack = Stack(deployed=True)
    vpc, subnets = network(stack)
    rule = {"protocol": "tcp", "fromPort": 3306, "toPort": 3306, "cidrBlocks": [addresses]}
    code = stack.add("ec2/securityGroup", "code", vpcId=vpc)
    data = stack.add("ec2/securityGroup", "data", vpcId=vpc, ingress=[rule])
    store = stack.add("rds/instance", "store", {**LONE, **database}, vpcSecurityGroupIds=[data])
    inside = {"subnetIds": subnets, "securityGroupIds": [code]}
    function = stack.add("lambda/function", "code", vpcConfig=inside)
    stack.add("lambda/functionUrl", "url", functionName=function["name"], authorizationType="NONE")
    if known_caller:
        stack.add("lambda/function", "batch", environment={"variables": {"HOST": store["address"]}})
    return stack


def test_a_store_that_lets_in_the_addresses_of_the_network_may_be_needed() -> None:
    assert after_losing(admitting("10.0.0.0/16"), "url", A) == "cannot tell"
    assert after_losing(admitting("10.0.0.0/16"), "url", "nothing") == "serves"


def test_it_does_not_matter_where_it_survives_or_does_not_let_them_in() -> None:
    assert after_losing(admitting("10.0.0.0/16", multiAz=True), "url", A) in ("serves", "degrades")
    assert after_losing(admitting("192.168.0.0/16"), "url", A) in ("serves", "degrades")


def test_a_store_with_a_caller_is_that_callers() -> None:
    assert after_losing(admitting("10.0.0.0/16", known_caller=True), "url", A) in ("serves", "degrades")


@pytest.mark.parametrize(("minimum", "verdict"), [(0, "down"), (1, "serves")])
def test_a_reader_that_aurora_adds_takes_over(minimum: int, verdict: str) -> None:
    def aurora(stack: Stack, subnets: list[Resource], group: Resource) -> None:
        name = places(stack, "rds/subnetGroup", subnets)
        named = {"clusterIdentifier": "store", "dbSubnetGroupName": name}
        cluster = stack.add("rds/cluster", "store", named, vpcSecurityGroupIds=[group])
        stack.add("rds/clusterInstance", "writer", clusterIdentifier=cluster, availabilityZone=A)
        stack.add("appautoscaling/target", "readers", resourceId="cluster:store", minCapacity=minimum, maxCapacity=3,
                  scalableDimension="rds:cluster:ReadReplicaCount")  # fmt: skip

    assert after_losing(calling(True, aurora, 2), "url", A) in {verdict, "degrades" if minimum else verdict}


def test_an_http_api_by_quick_create_calls_its_target() -> None:
    stack = Stack()
    function = stack.add("lambda/function", "code")
    stack.add("apigatewayv2/api", "api", protocolType="HTTP", target=function["arn"])
    assert after_losing(stack, "api", "region") == "down"
    assert after_losing(stack, "api", "nothing") == "serves"


def test_a_broker_whose_zones_the_service_chooses_keeps_serving() -> None:
    def cluster(stack: Stack, subnets: list[Resource], group: Resource) -> None:
        stack.add("mq/broker", "store", deploymentMode="CLUSTER_MULTI_AZ", securityGroups=[group])

    assert after_losing(calling(True, cluster, 2), "url", A) in ("serves", "degrades")


def test_a_rule_for_administrators_is_no_request_path() -> None:
    ssh = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}
    assert after_losing(calling(True, instances, 1, **ssh), "url", A) in ("serves", "degrades")


def test_servers_of_one_security_group_do_not_need_each_other() -> None:
    stack = Stack(deployed=True)
    vpc, subnets = network(stack)
    world = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}
    group = stack.add("ec2/securityGroup", "all", vpcId=vpc, ingress=[world])
    stack.add("vpc/securityGroupIngressRule", "in", securityGroupId=group, referencedSecurityGroupId=group)
    for n, subnet in enumerate(subnets):
        stack.add(
            "ec2/instance", f"server-{n}", subnetId=subnet, associatePublicIpAddress=True, vpcSecurityGroupIds=[group]
        )
    assert after_losing(stack, "server-0", A) == "down"
    assert after_losing(stack, "server-0", B) == "serves"


def test_whatever_stands_behind_security_groups_on_a_path_is_simulated() -> None:
    """The rule about paths and the simulation know the same resources."""
    simulated = {kind for kind, _, _ in (*SECURITY_GROUPS, *REFERENCES["guarded-by"])}
    assert {kind for kind, _ in GUARDED} <= simulated
    assert {"opensearch/domain", "mq/broker", "msk/cluster", "neptune/cluster", "elasticache/cluster"} <= NEEDS
