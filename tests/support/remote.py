"""What awsx's components register, under mocks: remote components have no children there of their own."""

from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import callback_pb2, resource_pb2
from pulumi.runtime.sync_await import _sync_await

FARGATE_SERVICE, SERVICE = "awsx:ecs:FargateService", "aws:ecs/service:Service"
_NOT_OF_THE_SERVICE = {"taskDefinitionArgs", "continueBeforeSteadyState", "useClusterDefaultCapacityProviderStrategy"}
_REFERENCE = {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e"}
"""Signature of a resource reference on the wire."""


class Callbacks:
    """Takes transforms, which mocks have no server for, and applies them to the children below."""

    def __init__(self) -> None:
        self.known: dict[str, pulumi.ResourceTransform] = {}

    def register_transform(self, transform: pulumi.ResourceTransform) -> callback_pb2.Callback:
        """Keep a transform, as the engine's callback server does."""
        token = f"transform-{len(self.known)}"
        self.known[token] = transform
        return callback_pb2.Callback(token=token, target="mocks")

    def apply(
        self, tokens: list[str], type_: str, name: str, props: dict[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Inputs and ignored properties of a child after its component's transforms."""
        opts = pulumi.ResourceOptions()
        for token in tokens:
            given = pulumi.ResourceTransformArgs(custom=True, type_=type_, name=name, props=props, opts=opts)
            done: Any = self.known[token](given)
            if done is not None:
                props, opts = dict(done.props), done.opts
        return props, list(opts.ignore_changes or []) if isinstance(opts.ignore_changes, list) else []


def register_fargate_service(
    monitor: mocks.MockMonitor, callbacks: Callbacks, request: Any, register: Callable[[Any], Any]
) -> Any:
    """The ECS service that `awsx.ecs.FargateService` makes of its arguments (its fargateService.ts), and the answer."""
    urn = monitor.make_urn(request.parent, request.type, request.name)
    props = {k: v for k, v in rpc.deserialize_properties(request.object).items() if k not in _NOT_OF_THE_SERVICE}
    props = {"desiredCount": 1, "waitForSteadyState": True, **props}
    if not props.get("capacityProviderStrategies"):
        props["launchType"] = "FARGATE"
    props, ignored = callbacks.apply([t.token for t in request.transforms], SERVICE, request.name, props)
    child = resource_pb2.RegisterResourceRequest(
        type=SERVICE,
        name=request.name,
        parent=urn,
        custom=True,
        object=_sync_await(rpc.serialize_properties(props, {})),
        ignoreChanges=ignored,
        dependencies=[urn_ for deps in request.propertyDependencies.values() for urn_ in deps.urns],
        propertyDependencies={k: v for k, v in request.propertyDependencies.items() if k in props},
    )
    made = register(child)
    answer = resource_pb2.RegisterResourceResponse(
        urn=urn,
        object=_sync_await(rpc.serialize_properties({"service": {**_REFERENCE, "urn": made.urn, "id": made.id}}, {})),
    )
    answer.propertyDependencies["service"].urns.append(made.urn)
    return answer
