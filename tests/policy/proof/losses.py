"""Small stacks of other people, and what the simulation says of them."""

from ha_policy.graph import from_state
from ha_policy.proof.proof import Proof
from ha_policy.testing import Resource, Stack

ZONES = ("us-west-2a", "us-west-2b")


def network(stack: Stack, *zones: str) -> tuple[Resource, list[Resource]]:
    """A VPC, and a subnet in each zone."""
    vpc = stack.add("ec2/vpc", "vpc", cidrBlock="10.0.0.0/16")
    return vpc, [
        stack.add("ec2/subnet", z, vpcId=vpc, availabilityZone=z, cidrBlock=f"10.0.{n}.0/24")
        for n, z in enumerate(zones or ZONES)
    ]


def after_losing(stack: Stack, entry: str, lost: str) -> str:
    """The verdict of an entry point (by name) when something is lost: a part of the failure's key, or ``nothing``."""
    proof = Proof(from_state(stack.state()))
    (point,) = [e for e in proof.entry_points if e.name == entry]
    if lost == "nothing":
        return proof.matrix.intact(point)[0].verdict
    (index,) = [i for i, f in enumerate(proof.matrix.failures) if lost in f.key and f.kind in ("zone", "region")]
    return proof.matrix.outcome(point, index).verdict
