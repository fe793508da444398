"""The offline AWS as the mocks use it: the same checks and the same outputs as its plugin, with readable ids.

A resource's id is its logical name and ``-id``; everything else follows from that as in the plugin.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2

from offline.aws import lookups, outputs
from offline.aws.check import Checker
from offline.aws.inventory import Inventory
from offline.aws.schema import installed
from offline.aws.wire import RESOURCE, SECRET, SIGNATURE, decode
from offline.awsx.construct import Monitor, state
from offline.awsx.plan import SERVICE, TASK, VPC
from tests.support.remote import Callbacks

REGION = "us-west-2"
COMPONENTS = {SERVICE, TASK, VPC}


def plain(value: Any) -> Any:
    """A value without its mark as a secret, a resource as its id."""
    if isinstance(value, Mapping):
        given = cast(Mapping[str, Any], value)
        if given.get(SIGNATURE) == SECRET:
            return plain(given["value"])
        return given["id"] if given.get(SIGNATURE) == RESOURCE else {k: plain(v) for k, v in given.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def _readable(value: str) -> bool:
    """Is it an id of this module's or a short one of a test, or an ARN with one? Its shape is then not AWS's."""
    return value.endswith("-id") or value.startswith(("arn:", "subnet-", "sg-", "vpc-", "fs-"))


class OfflineAws:
    """Checks and answers for one program under test."""

    def __init__(self) -> None:
        self._checkers: dict[str, Checker] = {}
        self._schema, self._inventory = installed(), Inventory()

    def accept(self, request: Any, urn: str, region: str) -> None:
        """ValueError, naming the resource and the property, for what the schema or AWS refuses."""
        checker = self._checkers.setdefault(region, Checker(self._schema, region))
        checker.stand_in = _readable
        inputs, secrets = decode(request.object)
        checked = checker.check(request.type, urn, inputs, None, secrets)
        if checked.failures:
            wrong = "; ".join(f"{f.property}: {f.reason}" if f.property else f.reason for f in checked.failures)
            raise ValueError(f"{request.type} {request.name!r} is refused: {wrong}")
        checker.inventory.checked(request.type, urn, checked.inputs, checked.keys)
        checker.inventory.created(request.type, urn, f"{request.name}-id", checked.inputs)

    def answer(self, token: str, name: str, inputs: Mapping[str, Any], region: str) -> dict[str, Any]:
        """The outputs of a resource."""
        given = {k: plain(v) for k, v in inputs.items()}
        resource = self._schema.resource(token)
        if resource is not None and "name" in resource.inputs and "namePrefix" not in given:
            fifo = given.get("fifoQueue") is True or given.get("fifoTopic") is True
            given.setdefault("name", name + ".fifo" if fifo else name)
        identifier = f"{name}-id"
        made = outputs.compute(
            self._schema, token, given, region, urn=token, identifier=identifier, inventory=self._inventory
        )[1]
        self._inventory.created(token, f"{token}::{name}", identifier, {**made, **given})
        return made


class _Children:
    """What a component's plan talks to: registers children after the component's transforms, answers its look-ups."""

    def __init__(
        self, owner: mocks.MockMonitor, callbacks: Callbacks, request: Any, register: Callable[[Any], Any]
    ) -> None:
        self._owner, self._callbacks, self._register = owner, callbacks, register
        self._tokens = [t.token for t in request.transforms]

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
        if self._tokens and request.custom:
            given = rpc.deserialize_properties(request.object)
            props, ignored = self._callbacks.apply(self._tokens, request.type, request.name, given)
            request.object.CopyFrom(asyncio.run(rpc.serialize_properties(props, {})))
            request.ignoreChanges.extend(ignored)
        return self._register(request)

    def RegisterResourceOutputs(self, _request: Any) -> None:  # noqa: N802 (gRPC method name)
        return None

    def Invoke(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
        return self._owner.Invoke(request)


def construct(
    owner: mocks.MockMonitor, callbacks: Callbacks, request: Any, region: str, register: Callable[[Any], Any]
) -> Any:
    """What the engine answers when `awsx` has built a component: its resources as references."""
    urn = owner.make_urn(request.parent, request.type, request.name)
    monitor = Monitor(_Children(owner, callbacks, request, register), request.providers.get("aws", ""), region)
    args = monitor.values(request.object, request.propertyDependencies)
    found, urns = state(monitor.build(request.type, request.name, urn, args, "dev"))
    answer = resource_pb2.RegisterResourceResponse(urn=urn, object=found)
    for name, origin in urns.items():
        answer.propertyDependencies[name].urns.extend(sorted(origin))
    return answer


def invoke(token: str, args: Mapping[str, Any], region: str) -> dict[str, Any] | None:
    """The answer to a look-up, None where nobody can tell it."""
    try:
        return lookups.answer(installed(), token, args, region)
    except lookups.NoAnswer:
        return None
