"""Executes a component's plan with the engine's resource monitor, or a mock of it."""

import difflib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from offline import protocol
from offline.aws.schema import Schema, installed
from offline.aws.wire import OUTPUT, RESOURCE, SECRET, SIGNATURE, UNKNOWN, Unknown, encode, has_unknown
from offline.awsx.plan import COMPONENTS, SERVICE, TASK, VPC, plan
from offline.awsx.values import AskLookup, AskRegion, AskZones, PlanError, Reference, Register, Registered, Value
from offline.awsx.vpc import TAKES as VPC_TAKES

resource_pb2: Any = protocol.load("resource_pb2")
alias_pb2: Any = protocol.load("alias_pb2")

FORMER = {SERVICE: "awsx:x:ecs:FargateService", TASK: "awsx:x:ecs:FargateTaskDefinition"}
"""The types that the components had before, as aliases, so that old stacks are adopted."""


@lru_cache(maxsize=1)
def awsx_schema() -> Schema:
    """The arguments that the installed `pulumi_awsx` accepts."""
    import importlib.util

    spec = importlib.util.find_spec("pulumi_awsx")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("pulumi_awsx is not installed beside this Python: run the set-up first")
    return Schema(Path(next(iter(spec.submodule_search_locations))))


class Monitor:
    """The engine's side for one component: registers its children, reads resources that were passed in."""

    def __init__(self, monitor: Any, provider: str, region: str | None = None) -> None:
        """provider: reference of the children's `aws` provider, empty: the default one. region: if known."""
        self._monitor, self._provider, self._region = monitor, provider, region

    def values(self, struct: Any, dependencies: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a component, with the resources that each comes from."""
        args: dict[str, Any] = {}
        for name in struct.fields:
            value = self._value(struct.fields[name])
            if value is None:
                continue
            urns = frozenset(dependencies[name].urns) if name in dependencies else frozenset[str]()
            inner = _urns(value)
            args[name] = Value(value, urns=urns) if urns - inner and not inner else value
        return args

    def _value(self, value: Any) -> Any:
        kind = value.WhichOneof("kind")
        if kind == "list_value":
            return [self._value(v) for v in value.list_value.values]
        if kind != "struct_value":
            from offline.aws.wire import UNKNOWN_TEXT

            if kind == "string_value":
                return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
            if kind == "number_value":
                number = value.number_value
                return int(number) if number.is_integer() else number
            return value.bool_value if kind == "bool_value" else None
        fields = value.struct_value.fields
        mark = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
        if mark == SECRET:
            return Value(self._value(fields["value"]), secret=True)
        if mark == OUTPUT:
            urns = (
                frozenset(v.string_value for v in fields["dependencies"].list_value.values)
                if "dependencies" in fields
                else ()
            )
            known = self._value(fields["value"]) if "value" in fields else UNKNOWN
            return Value(known, "secret" in fields and fields["secret"].bool_value, frozenset(urns))
        if mark == RESOURCE:
            return self._reference(fields["urn"].string_value, self._value(fields["id"]) if "id" in fields else UNKNOWN)
        return {k: v for k, v in ((k, self._value(fields[k])) for k in fields) if v is not None}

    def _reference(self, urn: str, identifier: Any) -> Reference:
        """The outputs of a resource that was passed in, from the engine."""
        request = resource_pb2.ResourceInvokeRequest(tok="pulumi:pulumi:getResource", args=encode({"urn": urn}))
        answer = self._monitor.Invoke(request)
        state = getattr(answer, "return").fields["state"].struct_value
        outputs = {k: self._value(state.fields[k]) for k in state.fields}
        return Reference(urn, identifier or UNKNOWN, outputs)

    def register(self, request: Any) -> Registered:
        """Register a resource; returns its URN, id and outputs."""
        answer = self._monitor.RegisterResource(request)
        outputs, origin = dict[str, Value](), frozenset({answer.urn})
        for name in answer.object.fields:
            value = self._value(answer.object.fields[name])
            secret = isinstance(value, Value) and value.secret
            while isinstance(value, Value):
                value = value.value
            outputs[name] = Value(value, secret, origin)
        identifier = answer.id or UNKNOWN
        return Registered(answer.urn, Value(identifier, urns=origin), outputs)

    def child(self, step: Register) -> Registered:
        """Registers one child of the plan."""
        secret = {k for k, v in step.inputs.items() if v.secret}
        request = resource_pb2.RegisterResourceRequest(
            type=step.type,
            name=step.name,
            parent=step.parent,
            custom=not step.type.startswith("awsx:"),
            object=encode({k: v.value for k, v in step.inputs.items()}, secret),
            acceptSecrets=True,
            acceptResources=True,
            supportsPartialValues=True,
            dependencies=sorted(step.depends_on.union(*(v.urns for v in step.inputs.values()))),
        )
        for name, value in step.inputs.items():
            request.propertyDependencies[name].urns.extend(sorted(value.urns))
        if step.type.startswith("awsx:"):
            if self._provider:
                request.providers["aws"] = self._provider
        else:
            request.provider = self._provider
            request.version = installed().version  # else they get a default provider of their own
        if step.former:
            request.aliases.append(alias_pb2.Alias(spec=alias_pb2.Alias.Spec(type=step.former)))
        return self.register(request)

    def region(self) -> Value:
        """The Region of the provider that the children get."""
        if self._region is None:
            found = self._asked("aws:index/getRegion:getRegion")
            self._region = found["region"].string_value or found["name"].string_value
        return Value(self._region)

    def zones(self) -> list[str]:
        """The names of the zones of that Region."""
        found = self._asked("aws:index/getAvailabilityZones:getAvailabilityZones")
        return [v.string_value for v in found["names"].list_value.values]

    def look_up(self, token: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """The results of a look-up. Raises PlanError with the reason if it has no answer."""
        found = self._asked(token, args)
        return {k: self._value(found[k]) for k in found}

    def _asked(self, token: str, args: Mapping[str, Any] | None = None) -> Any:
        request = resource_pb2.ResourceInvokeRequest(tok=token, args=encode(dict(args or {})), provider=self._provider)
        answer = self._monitor.Invoke(request)
        if answer.failures:
            raise PlanError(answer.failures[0].reason)
        return getattr(answer, "return").fields

    def finish(self, urn: str) -> None:
        """Finish the component after all its children; like the real ones, it has no outputs in the state."""
        self._monitor.RegisterResourceOutputs(resource_pb2.RegisterResourceOutputsRequest(urn=urn, outputs=encode({})))

    def build(self, token: str, name: str, urn: str, args: Mapping[str, Any], stack: str) -> dict[str, Any]:
        """Register all children of a component; returns its outputs. Raises PlanError for invalid arguments."""
        problems = list(misspelt(token, args))
        if problems:
            raise PlanError("; ".join(problems))
        ecs = installed().resource("aws:ecs/service:Service")
        steps = plan(token, name, urn, args, stack, ecs.inputs if ecs else {})
        if steps is None:
            raise PlanError(f"{token} is not stood in for offline: only {', '.join(COMPONENTS)} are")
        answer: Any = None
        nested: list[str] = []
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as done:
                for inner in nested:
                    self.finish(inner)
                return cast(dict[str, Any], done.value)
            if isinstance(step, AskRegion):
                answer = self.region()
            elif isinstance(step, AskZones):
                answer = self.zones()
            elif isinstance(step, AskLookup):
                answer = self.look_up(step.token, step.args)
            else:
                answer = self.child(step)
                if step.type.startswith("awsx:"):
                    nested.append(answer.urn)


def _urns(value: Any) -> frozenset[str]:
    if isinstance(value, Value):
        return value.urns | _urns(value.value)
    if isinstance(value, Reference):
        return frozenset({value.urn})
    if isinstance(value, Mapping):
        return frozenset[str]().union(*(_urns(v) for v in cast(Mapping[str, Any], value).values()))
    return (
        frozenset[str]().union(*(_urns(v) for v in cast(list[Any], value))) if isinstance(value, list) else frozenset()
    )


def state(outputs: Mapping[str, Any], secret_free: bool = True) -> tuple[Any, dict[str, frozenset[str]]]:
    """(structure, URNs by output) of a component's outputs, its resources as references."""
    plain: dict[str, Any] = {}
    urns: dict[str, frozenset[str]] = {}
    for name, value in outputs.items():
        plain[name] = _plain(value)
        urns[name] = frozenset({value.urn}) if isinstance(value, Registered) else _urns(value)
    return encode(plain), urns


def _plain(value: Any) -> Any:
    if isinstance(value, Registered):
        known = value.identifier.value
        return {SIGNATURE: RESOURCE, "urn": value.urn, "id": "" if isinstance(known, Unknown) else known}
    if isinstance(value, Value):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        items = [_plain(v) for v in cast(list[Any], value)]
        return UNKNOWN if has_unknown(items) else items
    return value


# ---------------------------------------------------------------------------------------------------- what it takes
def misspelt(token: str, args: Mapping[str, Any]) -> Any:
    """One sentence for every argument that the component, or a container of it, does not have."""
    if token == VPC:
        yield from _unknown_names("Vpc", args, VPC_TAKES)
        return
    if token not in (SERVICE, TASK):
        return  # the SDK takes only the arguments that the component has
    service = awsx_schema().service("ecs")
    if service is None:
        return
    known = service.taken
    kind = token.rsplit(":", 1)[-1]
    task: Any = args.get("taskDefinitionArgs") if token == SERVICE else args
    while isinstance(task, Value):
        task = task.value
    if token == SERVICE:
        ecs = installed().resource("aws:ecs/service:Service")
        extra = {
            "assignPublicIp",
            "continueBeforeSteadyState",
            "taskDefinitionArgs",
            "useClusterDefaultCapacityProviderStrategy",
        }
        yield from _unknown_names(
            kind, args, {*(ecs.inputs if ecs else ()), *extra} - {"launchType", "waitForSteadyState"}
        )
    if not isinstance(task, Mapping):
        return
    given = cast(Mapping[str, Any], task)
    yield from _unknown_names(f"{kind} task definition", given, known.get("FargateServiceTaskDefinitionArgs") or {})
    containers: dict[str, Any] = {}
    if isinstance(given.get("containers"), Mapping):
        containers |= cast(Mapping[str, Any], given["containers"])
    if "container" in given:
        containers["container"] = given["container"]
    for name, container in containers.items():
        while isinstance(container, Value):
            container = container.value
        if not isinstance(container, Mapping):
            continue
        fields = known.get("TaskDefinitionContainerDefinitionArgs") or {}
        yield from _unknown_names(f"container {name!r}", cast(Mapping[str, Any], container), fields)
        if "image" not in container:
            yield f"container {name!r} needs 'image': a required property is missing"


def _unknown_names(owner: str, given: Mapping[str, Any], known: Any) -> Any:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), 1, 0.6)
            yield f"{owner} has no property {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
