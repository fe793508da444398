"""What would keep an entry point serving when something is lost, as findings and missed targets say it."""

from __future__ import annotations

from typing import Final

from ha_policy.proof.model import Component, EntryPoint, postorder
from ha_policy.proof.simulation.matrix import FailureMatrix

FIXES: Final = {
    "instance": "spread the group over at least two zones, with enough instances that the others carry the load",
    "lone-instance": "put it in an Auto Scaling group with subnets in at least two zones",
    "task": "give the service subnets in at least two zones and at least one task in each",
    "function": "give the function subnets in at least two zones",
    "nat": "give each zone its own NAT gateway and its private subnets a route to it, or use a regional NAT gateway",
    "load-balancer": "give the load balancer a subnet in at least two zones",
    "endpoint": "give it a subnet in at least two zones",
    "lone-database": "set multiAz, or use a cluster with instances in at least two zones",
    "database": "spread the cluster's instances over at least two zones",
    "cache": "set automaticFailoverEnabled and multiAzEnabled and have at least one replica in another zone",
    "file-target": "add a mount target in every zone that has clients",
    "location": "add a connection at another Direct Connect location, or a VPN",
    "connection": "add a connection at another Direct Connect location, or a VPN",
    "service": "replicate it to the standby Region and let that Region's callers use their own replica",
}
REGION_FIX: Final = (
    "add another Region: a failover, latency or weighted record with a health check, an endpoint group, "
    "or a second origin"
)


def fix_of(losses: FailureMatrix, entry: EntryPoint, index: int) -> str:
    """What would keep the entry point serving when the failure at this index of the matrix happens."""
    culprit = losses.root_cause(entry, index)
    if culprit is not None and not isinstance(culprit, Component):
        return "make the values that it depends on known before deployment"
    if losses.failures[index].kind == "region":
        beyond = culprit is not None and culprit.kind == "service" and len(_regions(entry)) > 1
        return FIXES["service"] if beyond else REGION_FIX
    return FIXES.get(culprit.kind if culprit else "", "spread it over at least two zones")


def _regions(entry: EntryPoint) -> set[str]:
    return {n.region for p in entry.paths for n in postorder(p.root) if isinstance(n, Component) and n.region}
