"""The simulation is never milder than the rules: what a placement rule says is in one zone, is lost with that zone.

Stacks are generated: what answers, what serves and what holds the data, each in one zone or in several.
"""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.proof.model import Component, EntryPoint, postorder
from ha_policy.proof.proof import Proof, proof_of
from ha_policy.rule import RULES
from ha_policy.rules import FAMILIES
from ha_policy.testing import Resource, Stack

REGISTERED = FAMILIES  # importing them registers the rules
# The rules that say how many zones something is in.
PLACEMENT = (
    "lb-distinct-az", "clb-multi-az", "target-group-spans-az", "asg-multi-az", "ecs-multi-az", "lambda-vpc-multi-az",
    "vpclink-multi-az", "rds-multi-az", "cluster-two-members", "cache-topology", "redis-failover", "efs-mount-targets",
    "rds-proxy-multi-az", "memorydb-multi-az", "no-single-instance-tier",
)  # fmt: skip
OPEN = [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}]


class Generated:
    """A random stack: an entry point, compute behind it, and what the compute calls."""

    def __init__(self, seed: int, *, deployed: bool) -> None:
        self.dice, self.stack = random.Random(seed), Stack(deployed=deployed)
        self.vpc = self.stack.add("ec2/vpc", "vpc", cidrBlock="10.0.0.0/16")
        self.subnets = [
            self.stack.add("ec2/subnet", z, vpcId=self.vpc, availabilityZone=f"us-west-2{z}") for z in "abc"
        ]
        self.tiers = {
            n: self.stack.add("ec2/securityGroup", f"sg-{n}", vpcId=self.vpc) for n in ("app", "data", "inner")
        }
        self.allow("app", "data")
        self.allow("app", "inner")
        self.data()
        self.answer()

    def allow(self, caller: str, called: str) -> None:
        self.stack.add("vpc/securityGroupIngressRule", f"{caller}-{called}", securityGroupId=self.tiers[called],
                       referencedSecurityGroupId=self.tiers[caller])  # fmt: skip

    def places(self) -> list[Resource]:
        """One zone, or several."""
        return self.dice.sample(self.subnets, self.dice.choice((1, 2, 3)))

    def answer(self) -> None:
        add, group = self.stack.add, self.stack.add("lb/targetGroup", "group", vpcId=self.vpc, port=80)
        match self.dice.choice(("balancer", "http-api", "classic", "instance")):
            case "balancer":
                self.serve(group, add("lb/loadBalancer", "front", subnets=self.places()))
            case "http-api":
                inner = add("lb/loadBalancer", "front", subnets=self.places(), internal=True)
                listener = self.serve(group, inner)
                link = add("apigatewayv2/vpcLink", "link", subnetIds=self.places())
                api = add("apigatewayv2/api", "api", protocolType="HTTP")
                add("apigatewayv2/integration", "all", apiId=api, integrationUri=listener["arn"], connectionId=link,
                    connectionType="VPC_LINK", integrationType="HTTP_PROXY")  # fmt: skip
            case "classic":
                classic = add("elb/loadBalancer", "classic", subnets=self.places())
                add(
                    "autoscaling/group",
                    "servers",
                    vpcZoneIdentifiers=self.places(),
                    minSize=3,
                    loadBalancers=[classic["name"]],
                )
            case _:
                public = add("ec2/securityGroup", "open", vpcId=self.vpc, ingress=OPEN)
                add("ec2/instance", "alone", subnetId=self.dice.choice(self.subnets), associatePublicIpAddress=True,
                    vpcSecurityGroupIds=[public, self.tiers["app"]])  # fmt: skip

    def serve(self, group: Resource, front: Resource) -> Resource:
        add, sub = self.stack.add, self.places()
        listener = add("lb/listener", "listener", loadBalancerArn=front["arn"],
                       defaultActions=[{"type": "forward", "targetGroupArn": group["arn"]}])  # fmt: skip
        where: dict[str, Any] = {"subnets": sub, "securityGroups": [self.tiers["app"]]}
        match self.dice.choice(("tasks", "servers", "addresses", "calls")):
            case "tasks":
                add(
                    "ecs/service",
                    "tasks",
                    networkConfiguration=where,
                    desiredCount=3,
                    loadBalancers=[{"targetGroupArn": group["arn"]}],
                )
            case "servers":
                add("autoscaling/group", "servers", vpcZoneIdentifiers=sub, minSize=3, targetGroupArns=[group["arn"]])
            case "addresses":
                for index, _ in enumerate(sub):
                    zone = sub[index].inputs["availabilityZone"]
                    add(
                        "lb/targetGroupAttachment",
                        f"ip{index}",
                        targetGroupArn=group["arn"],
                        targetId=f"172.16.0.{index}",
                        availabilityZone=zone,
                    )
            case _:
                called = add("lb/loadBalancer", "called", subnets=self.places(), internal=True)
                behind = add("lb/targetGroup", "behind", vpcId=self.vpc, port=80)
                add(
                    "lb/listener",
                    "inside",
                    loadBalancerArn=called["arn"],
                    defaultActions=[{"type": "forward", "targetGroupArn": behind["arn"]}],
                )
                add(
                    "ecs/service",
                    "other",
                    networkConfiguration={"subnets": self.places()},
                    desiredCount=3,
                    loadBalancers=[{"targetGroupArn": behind["arn"]}],
                )
                task = add("ecs/taskDefinition", "task", containerDefinitions=called["dnsName"])
                add(
                    "ecs/service",
                    "tasks",
                    networkConfiguration=where,
                    desiredCount=3,
                    taskDefinition=task["arn"],
                    loadBalancers=[{"targetGroupArn": group["arn"]}],
                )
        return listener

    def data(self) -> None:
        add, sub, guard = self.stack.add, self.places(), [self.tiers["data"]]
        match self.dice.choice(("instance", "cluster", "cache", "none")):
            case "instance":
                several = self.dice.random() < 0.5
                own: dict[str, Any] = (
                    {"multiAz": True} if several else {"availabilityZone": sub[0].inputs["availabilityZone"]}
                )
                group = add("rds/subnetGroup", "dbs", subnetIds=self.subnets)
                add(
                    "rds/instance",
                    "db",
                    engine="postgres",
                    dbSubnetGroupName=group["name"],
                    vpcSecurityGroupIds=guard,
                    **own,
                )
            case "cluster":
                group = add("rds/subnetGroup", "dbs", subnetIds=self.places())
                cluster = add(
                    "rds/cluster",
                    "db",
                    engine="aurora-postgresql",
                    dbSubnetGroupName=group["name"],
                    vpcSecurityGroupIds=guard,
                )
                named = self.dice.random() < 0.5
                for index in range(self.dice.choice((1, 2, 3))):
                    zone = {"availabilityZone": sub[index % len(sub)].inputs["availabilityZone"]} if named else {}
                    add("rds/clusterInstance", f"db{index}", clusterIdentifier=cluster, **zone)
            case "cache":
                group = add("elasticache/subnetGroup", "caches", subnetIds=sub)
                both = self.dice.random() < 0.5
                add("elasticache/replicationGroup", "cache", numCacheClusters=2, subnetGroupName=group["name"],
                    securityGroupIds=guard, automaticFailoverEnabled=both, multiAzEnabled=both)  # fmt: skip
            case _:
                pass


def needs(entry: EntryPoint, urn: str) -> bool:
    """Whether a resource is on a path of the entry point."""
    return any(isinstance(n, Component) and n.resource == urn for p in entry.paths for n in postorder(p.root))


def compared(proof: Proof) -> Iterator[tuple[str, str, str, str]]:
    """Rule, resource, zone and the simulation's verdict, for each resource on a path that is said to be in one zone."""
    settings = load({"preset": "regulated"})
    found = evaluate(proof.graph, settings, rules=[RULES[r] for r in PLACEMENT]).of(Verdict.VIOLATION)
    losses = proof.zone_and_region_losses
    for finding in found:
        zones = proof.graph.zones(finding.node)
        if not zones.known or len(zones.names) != 1:
            continue
        for entry in (e for e in proof.entry_points if needs(e, finding.node.urn)):
            for index, failure in enumerate(losses.failures):
                if failure.zones == zones.names:
                    verdict = losses.outcome(entry, index).verdict
                    yield finding.rule.id, finding.node.name, failure.name, verdict


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_what_is_in_one_zone_is_lost_with_it(deployed: bool) -> None:
    rules: set[str] = set()
    for seed in range(120):
        found = list(compared(proof_of(Generated(seed, deployed=deployed).stack.graph())))
        assert [f for f in found if f[3] not in ("down", "cannot tell")] == [], f"seed {seed}"
        rules |= {f[0] for f in found}
    assert rules >= {
        "lb-distinct-az", "clb-multi-az", "asg-multi-az", "ecs-multi-az", "vpclink-multi-az", "rds-multi-az",
        "cluster-two-members", "cache-topology", "no-single-instance-tier",
    }, "the stacks give occasion to compare"  # fmt: skip
