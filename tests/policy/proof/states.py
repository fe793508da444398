"""Exported states made by hand: ids are known, and so is what a `StackReference` has read."""

from dataclasses import dataclass, field
from typing import Any, cast

from tests.policy.proof.stacks import UNKNOWN

REFERENCE = "pulumi:pulumi:StackReference"


@dataclass
class State:
    """One stack. Used as a value, a resource is its id: what `add` returns."""

    project: str
    name: str = "prod"
    region: str = "us-west-2"
    resources: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def __post_init__(self) -> None:
        self._put("pulumi:pulumi:Stack", f"{self.project}-{self.name}", {}, custom=False)
        self.provider = self._put("pulumi:providers:aws", "default", {"region": self.region}, id="p-1")["urn"]

    def add(self, token: str, name: str, /, *, external: bool = False, **inputs: Any) -> str:
        """A resource of AWS; its id."""
        made = self._put(token, name, inputs, id=inputs.pop("id", f"{name}-id"))
        made |= {"provider": f"{self.provider}::p-1", "external": external}
        return made["id"]

    def reference(self, stack: str, **outputs: Any) -> None:
        """A reference to another stack, with the outputs that it has read."""
        made = self._put(REFERENCE, stack, {"name": stack}, id=stack)
        made["outputs"] |= {"outputs": outputs}
        made["external"] = True

    def export(self, **outputs: Any) -> None:
        """The stack's own outputs."""
        self.resources[0]["outputs"] |= outputs

    def _put(self, token: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
        urn = f"urn:pulumi:{self.name}::{self.project}::{token}::{name}"
        made = {"urn": urn, "type": token, "custom": True, "inputs": inputs, "outputs": {**inputs}, **more}
        self.resources.append(made)
        return made

    def preview(self, *unknown: str) -> dict[str, Any]:
        """As `pulumi preview --json --show-reads` gives the stack before its first deployment: without ids of its own.

        unknown: values of another stack that its reference does not know yet.
        """
        given = {r["id"]: r["urn"] for r in self.resources if r["type"].startswith("aws:") and not r["external"]}
        given |= {v: r["urn"] for v in unknown for r in self.resources if r["type"] == REFERENCE}
        return {
            "steps": [
                {"op": "read" if r.get("external") else "create", "newState": _before(r, given)} for r in self.resources
            ]
        }

    @property
    def document(self) -> dict[str, Any]:
        """As `pulumi stack export` gives it."""
        return {"version": 3, "deployment": {"manifest": {}, "resources": self.resources}}


def _before(resource: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """A resource as a preview shows it. given: where each value that is not known comes from."""
    found: dict[str, list[str]] = {}
    inputs = {k: _plain(v, given, found.setdefault(k, [])) for k, v in resource["inputs"].items()}
    if resource["type"] == REFERENCE:
        return {**resource, "propertyDependencies": found}
    kept = {k: v for k, v in resource.items() if k not in ("id", "outputs")}
    return {**kept, "inputs": inputs, "propertyDependencies": found}


def _plain(value: Any, given: dict[str, str], found: list[str]) -> Any:
    if isinstance(value, str) and value in given:
        found.append(given[value])
        return UNKNOWN
    if isinstance(value, list):
        return [_plain(v, given, found) for v in cast(list[Any], value)]
    if isinstance(value, dict):
        return {k: _plain(v, given, found) for k, v in cast(dict[str, Any], value).items()}
    return value


def network(*zones: str) -> State:
    """A VPC with a subnet in each zone, exported as subnetIds."""
    state = State("network")
    vpc = state.add("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
    ids = [
        state.add("aws:ec2/subnet:Subnet", f"subnet-{i}", vpcId=vpc, cidrBlock=f"10.0.{i}.0/24", availabilityZone=z)
        for i, z in enumerate(zones)
    ]
    state.export(subnetIds=ids)
    return state


def application(subnets: list[str], *, tasks: int = 4, balancer: list[str] | None = None) -> State:
    """A public load balancer and a service behind it, in subnets of another stack."""
    state = State("app")
    lb = state.add(
        "aws:lb/loadBalancer:LoadBalancer", "front", subnets=balancer or subnets, loadBalancerType="application"
    )
    group = state.add("aws:lb/targetGroup:TargetGroup", "web", port=80, protocol="HTTP", targetType="ip")
    state.add(
        "aws:lb/listener:Listener", "http", loadBalancerArn=lb, port=80,
        defaultActions=[{"type": "forward", "targetGroupArn": group}],
    )  # fmt: skip
    state.add(
        "aws:ecs/service:Service", "tasks", desiredCount=tasks, launchType="FARGATE",
        networkConfiguration={"subnets": subnets},
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
    )  # fmt: skip
    return state
