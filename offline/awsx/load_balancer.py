"""What the load balancers of `awsx.lb` register, and the default VPC that awsx looks up."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from offline.aws.wire import UNKNOWN
from offline.awsx.values import (
    AskLookup,
    Plan,
    PlanError,
    Reference,
    Register,
    Registered,
    Value,
    applied,
    as_items,
    as_object,
    is_true,
    together,
)

BALANCERS: Final = {"awsx:lb:ApplicationLoadBalancer": "application", "awsx:lb:NetworkLoadBalancer": "network"}
"""The components by the type of the load balancer that they create."""
OPEN: Final[Mapping[str, Any]] = {
    "ingress": [
        {
            "fromPort": 0,
            "toPort": 0,
            "protocol": "-1",
            "cidrBlocks": ["0.0.0.0/0"],
            "ipv6CidrBlocks": ["::/0"],
        }
    ],
    "egress": [
        {
            "fromPort": 0,
            "toPort": 65535,
            "protocol": "tcp",
            "cidrBlocks": ["0.0.0.0/0"],
            "ipv6CidrBlocks": ["::/0"],
        }
    ],
}
"""The rules of the security groups that awsx creates when none is given."""
_OWN: Final = (
    "subnetIds", "subnets", "defaultTargetGroup", "defaultTargetGroupPort", "defaultSecurityGroup", "listener",
    "listeners",
)  # fmt: skip
_HTTP_PORT, _HTTPS_PORT = 80, 443


@dataclass(frozen=True, slots=True)
class DefaultVpc:
    """The default VPC of the account: its id and its subnets' ids."""

    identifier: Any
    public: list[Any]
    private: list[Any]


def default_vpc() -> Generator[AskLookup, Any, DefaultVpc]:
    """Look up the default VPC and its subnets, as awsx does where no network is given."""
    found = yield AskLookup("aws:ec2/getVpc:getVpc", {"default": True})
    inside = {"filters": [{"name": "vpc-id", "values": [found["id"]]}]}
    subnets = (yield AskLookup("aws:ec2/getSubnets:getSubnets", inside))["ids"]
    public: list[Any] = []
    private: list[Any] = []
    for identifier in subnets:
        subnet = yield AskLookup("aws:ec2/getSubnet:getSubnet", {"id": identifier})
        (public if subnet.get("mapPublicIpOnLaunch") else private).append(identifier)
    return DefaultVpc(found["id"], public, private)


def load_balancer(kind: str, name: str, urn: str, args: Mapping[str, Any]) -> Plan:
    """One of `BALANCERS` with this URN. kind: application or network."""
    if "listener" in args and "listeners" in args:
        raise PlanError("Only one of [listener] and [listeners] can be specified")
    if "defaultTargetGroup" in args and "defaultTargetGroupPort" in args:
        raise PlanError("Only one of `defaultTargetGroup` or `defaultTargetGroupPort` can be provided.")
    inputs: dict[str, Any] = {k: v for k, v in args.items() if k not in _OWN}
    vpc = yield from _network(args, inputs)
    outputs: dict[str, Any] = {"vpcId": vpc}
    if kind == "application":
        yield from _security_group(name, urn, args, inputs, vpc, outputs)
    else:
        inputs |= {"enableHttp2": False, "idleTimeout": 0}
    inputs["loadBalancerType"] = kind
    balancer: Registered = yield _child("aws:lb/loadBalancer:LoadBalancer", name, urn, inputs)
    listener, listeners = args.get("listener"), as_items(args.get("listeners"))
    port = args.get("defaultTargetGroupPort")
    if kind == "application":
        shared = _default_protocol(listener, listeners, port)
        group: Mapping[str, Any] = {"vpcId": vpc, "targetType": "ip", **shared}
    else:
        shared = {"protocol": "TCP", "port": _HTTP_PORT}
        group = {"vpcId": vpc, **shared, **({} if port is None else {"port": port})}
    target: Registered = yield _child(
        "aws:lb/targetGroup:TargetGroup", name, urn, {**group, **as_object(args.get("defaultTargetGroup"))}
    )
    made: list[Registered] = []
    for i, item in enumerate(listeners if listeners is not None else [listener]):
        own = _protocol(item, None) if kind == "application" and listeners is not None else shared
        actions = {"defaultActions": [{"type": "forward", "targetGroupArn": target.output("arn")}]}
        given = {**actions, **own, **as_object(item), "loadBalancerArn": balancer.output("arn")}
        made.append((yield _child("aws:lb/listener:Listener", f"{name}-{i}", urn, given)))
    return {**outputs, "loadBalancer": balancer, "defaultTargetGroup": target, "listeners": made}


def _child(kind: str, name: str, urn: str, inputs: Mapping[str, Any]) -> Register:
    return Register(kind, name, urn, {k: together(v) for k, v in inputs.items()})


def _network(args: Mapping[str, Any], inputs: dict[str, Any]) -> Generator[Any, Any, Any]:
    """The VPC's id; puts the subnets among the inputs of the load balancer."""
    if sum(k in args for k in ("subnetIds", "subnets", "subnetMappings")) > 1:
        raise PlanError("Only one of [subnets], [subnetIds] or [subnetMappings] can be specified")
    if "subnets" in args:
        inputs["subnets"] = args["subnets"]
        first = next(iter(as_items(args["subnets"]) or ()), None)
        while isinstance(first, Value):
            first = first.value
        if isinstance(first, Reference):
            return Value(first.outputs.get("vpcId", UNKNOWN), urns=frozenset({first.urn}))
        return applied(lambda _: UNKNOWN, args["subnets"])
    if "subnetIds" in args:
        inputs["subnets"] = args["subnetIds"]
        first = applied(lambda ids: ids[0], args["subnetIds"])
    elif "subnetMappings" in args:
        first = applied(lambda mappings: mappings[0]["subnetId"], args["subnetMappings"])
    else:
        vpc = yield from default_vpc()
        inputs["subnets"] = vpc.public
        return vpc.identifier
    if first.value is UNKNOWN:
        return first
    subnet = yield AskLookup("aws:ec2/getSubnet:getSubnet", {"id": first.value})
    return Value(subnet["vpcId"], first.secret, first.urns)


def _security_group(
    name: str, urn: str, args: Mapping[str, Any], inputs: dict[str, Any], vpc: Any, outputs: dict[str, Any]
) -> Generator[Any, Any, None]:
    given = as_object(args.get("defaultSecurityGroup"))
    if "securityGroups" in inputs or is_true(given.get("skip")):
        return
    if "args" in given and "securityGroupId" in given:
        raise PlanError("Only one of [defaultSecurityGroup] [args] or [securityGroupId] can be specified")
    if "securityGroupId" in given:
        inputs["securityGroups"] = [given["securityGroupId"]]
        return
    rules = as_object(given["args"]) if "args" in given else {"vpcId": vpc, **OPEN}
    group: Registered = yield _child("aws:ec2/securityGroup:SecurityGroup", name, urn, rules)
    outputs["defaultSecurityGroup"], inputs["securityGroups"] = group, [group.identifier]


def _default_protocol(listener: Any, listeners: list[Any] | None, port: Any) -> dict[str, Any]:
    """Port and protocol of the target group; with one of several listeners awsx leaves them out."""
    if listeners:
        return {} if len(listeners) == 1 else _protocol(listeners[0], port)
    return _protocol(listener, port)


def _protocol(listener: Any, port: Any) -> dict[str, Any]:
    """Port and protocol of a listener, each worked out from the other where it is missing."""
    given = as_object(listener)
    if "port" in given:
        worked = applied(lambda p: "HTTPS" if p == _HTTPS_PORT else "HTTP", given["port"])
        return {"port": given["port"], "protocol": given.get("protocol", worked)}
    if "protocol" in given:
        worked = applied(lambda p: _HTTPS_PORT if p == "HTTPS" else _HTTP_PORT, given["protocol"])
        return {"port": worked, "protocol": given["protocol"]}
    return {"port": _HTTP_PORT if port is None else port, "protocol": "HTTP"}
