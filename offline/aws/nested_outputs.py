"""Fields that AWS adds to nested input objects: unknown before creation, set afterwards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from offline.aws.inventory import SUBNET, Inventory
from offline.aws.wire import UNKNOWN

if TYPE_CHECKING:
    from offline.aws.resource_outputs import ResourceOutputs

_ADDED: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "aws:autoscaling/group:Group": {"launchTemplate": {"id": "lt-0{hex:16.template}", "name": "template-{hex:8}"}},
    "aws:dynamodb/table:Table": {"replicas": {"arn": "", "streamArn": "", "streamLabel": ""}},
    "aws:efs/replicationConfiguration:ReplicationConfiguration": {
        "destination": {"fileSystemId": "fs-0{hex:16.copy}", "status": "ENABLED"}
    },
    "aws:eks/cluster:Cluster": {"vpcConfig": {"clusterSecurityGroupId": "sg-0{hex:16.cluster}", "vpcId": "{vpc}"}},
    "aws:lambda/function:Function": {"vpcConfig": {"vpcId": "{vpc}"}},
    "aws:opensearch/domain:Domain": {"vpcOptions": {"availabilityZones": "{zones}", "vpcId": "{vpc}"}},
    "aws:secretsmanager/secret:Secret": {"replicas": {"status": "InSync", "statusMessage": ""}},
}
"""Type -> property -> added fields with their templates; an empty template is filled in elsewhere."""


def add(answer: "ResourceOutputs", outputs: Mapping[str, Any], inventory: Inventory, created: bool) -> dict[str, Any]:
    """The given properties to which AWS adds fields, with these fields."""
    made: dict[str, Any] = {}
    for prop, added in _ADDED.get(answer.token, {}).items():
        value = outputs.get(prop)
        if isinstance(value, Mapping):
            made[prop] = _filled(answer, cast(Mapping[str, Any], value), added, inventory, created)
        elif isinstance(value, list):
            items = cast(list[Any], value)
            made[prop] = [
                _filled(answer, cast(Mapping[str, Any], i), added, inventory, created) if isinstance(i, Mapping) else i
                for i in items
            ]
    return made


def _filled(
    answer: "ResourceOutputs", given: Mapping[str, Any], added: Mapping[str, str], inventory: Inventory, created: bool
) -> dict[str, Any]:
    missing = {name: template for name, template in added.items() if name not in given}
    if not created:
        return {**given, **dict.fromkeys(missing, UNKNOWN)}
    listed = cast(list[Any], given.get("subnetIds") or []) if isinstance(given.get("subnetIds"), list) else []
    places = [p for s in listed if (p := inventory.get(SUBNET, s))]
    network = next((p.get("vpcId") for p in places if isinstance(p.get("vpcId"), str)), None)
    zones = sorted({p["availabilityZone"] for p in places if isinstance(p.get("availabilityZone"), str)})
    special: dict[str, Any] = {"{vpc}": network, "{zones}": zones}
    made = {n: special[t] if t in special else answer.values.fill(t) for n, t in missing.items() if t}
    return {**given, **{n: v for n, v in made.items() if v is not None}}
