"""A test kit for stack policies: uses the SDK's own proxies, unknown values and dependencies, without CLI, engine or
provider.

Describe a stack, then ask for the verdict of a policy:

    stack = Stack(region="us-west-2")
    vpc = stack.add("ec2/vpc", "main", cidrBlock="10.0.0.0/16")
    a = stack.add("ec2/subnet", "a", vpcId=vpc, availabilityZone="us-west-2a")
    b = stack.add("ec2/subnet", "b", vpcId=vpc, availabilityZone="us-west-2a")
    stack.add("lb/loadBalancer", "web", subnets=[a, b])
    assert stack.verdict("lb-distinct-az", "web") == Verdict.VIOLATION

A resource used as a value means its id, ``resource["arn"]`` one of its outputs. In a preview (the default) these are
unknown and leave a dependency, as in the engine; after deployment (``Stack(deployed=True)``) they are known. `UNKNOWN`
is an input that is unknown and depends on nothing in the stack, `Json` a document that contains such values.
`Stack.analyze` runs any policies, your own too.

The SDK runs the policies: `PolicyPack` serves them on a thread of this process (`pack_server`).
"""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    Policy,
    PolicyResource,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from . import rules as _rules  # registers every rule
from .config import Settings, load
from .evaluate import Report, Verdict, evaluate, judge
from .graph.kinds import kind_of
from .graph.model import Graph
from .graph.readers import from_policy
from .pack_server import analyzer
from .rule import RULES
from .targets import targets_of

SENTINEL: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's marker for an unknown value
ELSEWHERE: Final = "urn:pulumi:prod::kit::pulumi:pulumi:StackReference::elsewhere"  # the policy never gets it
ACCOUNT: Final = "123456789012"


class _Unknown:
    """An input that is not known before deployment."""


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True, eq=False)
class Output:
    """A value that is known only after deployment: an output of a resource."""

    of: "Resource"
    name: str


@dataclass(frozen=True, eq=False)
class Json:
    """A JSON document with outputs in it, as from ``Output.json_dumps``: unknown until all of them are known."""

    value: Any


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource of the stack. Used as a value it means its id."""

    token: str
    name: str
    urn: str
    inputs: Mapping[str, Any]
    parent: str
    provider: "Resource | None"
    protect: bool
    ignore_changes: tuple[str, ...]
    delete_before_replace: bool | None
    depends_on: tuple["Resource", ...]

    def __getitem__(self, output: str) -> Output:
        return Output(self, output)


@dataclass
class Stack:
    """A stack to test policies on. region: of the default provider. deployed: whether ids and outputs are known.
    targets: what its owner wants (`ha_policy.targets`).
    """

    region: str = "us-west-2"
    deployed: bool = False
    targets: Any = None
    resources: list[Resource] = field(default_factory=list[Resource])
    _used: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def __post_init__(self) -> None:
        root = "urn:pulumi:prod::kit::pulumi:pulumi:Stack::kit-prod"
        self.root = Resource("pulumi:pulumi:Stack", "kit-prod", root, {}, "", None, False, (), None, ())
        self.resources.append(self.root)
        self.provider = self.add("pulumi:providers:aws", "default", region=self.region)

    def add(
        self,
        type: str,
        name: str,
        props: Mapping[str, Any] | None = None,
        /,
        *,
        parent: Resource | None = None,
        provider: Resource | None = None,
        protect: bool = False,
        ignore_changes: Iterable[str] = (),
        delete_before_replace: bool | None = None,
        depends_on: Iterable[Resource] = (),
        **inputs: Any,
    ) -> Resource:
        """Add a resource. type: a token, or its short form ``ec2/subnet``. props and inputs: camelCase."""
        token = token_of(type)
        custom = token.startswith("aws:")
        resource = Resource(
            token=token,
            name=name,
            urn=f"urn:pulumi:prod::kit::{token}::{name}",
            inputs={**(props or {}), **inputs},
            parent=parent.urn if parent is not None else self.root.urn,
            provider=(provider or self.provider) if custom else None,
            protect=protect,
            ignore_changes=tuple(ignore_changes),
            delete_before_replace=delete_before_replace,
            depends_on=tuple(depends_on),
        )
        self.resources.append(resource)
        return resource

    def region_provider(self, region: str) -> Resource:
        """An explicit provider for another Region, to pass as ``provider``."""
        return self.add("pulumi:providers:aws", region, region=region)

    def later(self, type: str, name: str) -> Resource:
        """A resource that is added later, so that it can be referred to before."""
        token = token_of(type)
        urn = f"urn:pulumi:prod::kit::{token}::{name}"
        return Resource(token, name, urn, {}, self.root.urn, None, False, (), None, ())

    # --- what the engine would send --------------------------------------------------------------------------

    def request(self) -> Any:
        """The engine's AnalyzeStackRequest."""
        self._used.clear()
        for output in (o for r in self.resources for v in r.inputs.values() for o in _outputs_in(v)):
            self._used.setdefault(output.of.urn, set()).add(output.name)
        return analyzer_pb2.AnalyzeStackRequest(resources=[self._message(r) for r in self.resources])

    def _message(self, resource: Resource) -> Any:
        edges = {k: urns for k, v in resource.inputs.items() if (urns := set(_urns(v)))}
        every = {u for urns in edges.values() for u in urns} | {r.urn for r in resource.depends_on}
        message = analyzer_pb2.AnalyzerResource(
            type=resource.token,
            name=resource.name,
            urn=resource.urn,
            parent=resource.parent,
            properties=json_format.ParseDict(self._outputs(resource), struct_pb2.Struct()),
            options=analyzer_pb2.AnalyzerResourceOptions(
                protect=resource.protect,
                ignoreChanges=list(resource.ignore_changes),
                deleteBeforeReplace=bool(resource.delete_before_replace),
                deleteBeforeReplaceDefined=resource.delete_before_replace is not None,
            ),
            dependencies=sorted(every),
            propertyDependencies={
                k: analyzer_pb2.AnalyzerPropertyDependencies(urns=sorted(v)) for k, v in edges.items()
            },
        )
        if resource.provider is not None:
            provider = resource.provider
            message.provider.type, message.provider.urn = provider.token, provider.urn
            message.provider.name = provider.name
            message.provider.properties.CopyFrom(json_format.ParseDict(self._outputs(provider), struct_pb2.Struct()))
        return message

    def _outputs(self, resource: Resource) -> dict[str, Any]:
        names = {"arn"} if resource.token.startswith("aws:") else set[str]()
        computed = {n: self._value(resource[n]) for n in sorted(names | self._used.get(resource.urn, set()))}
        if self.deployed and resource.token.startswith("aws:"):
            computed["id"] = self._value(resource)
        return {**computed, **{k: self._value(v) for k, v in resource.inputs.items()}}

    def _value(self, value: Any) -> Any:
        if isinstance(value, _Unknown):
            return SENTINEL
        if isinstance(value, Resource):
            return f"{value.name}-id" if self.deployed else SENTINEL
        if isinstance(value, Output):
            return self._output(value) if self.deployed else SENTINEL
        if isinstance(value, Json):
            return json.dumps(self._value(value.value)) if self.deployed or not set(_urns(value)) else SENTINEL
        if isinstance(value, Mapping):
            return {k: self._value(v) for k, v in cast(Mapping[str, Any], value).items()}
        if isinstance(value, list | tuple):
            return [self._value(v) for v in cast(list[Any], value)]
        return value

    def _output(self, output: Output) -> Any:
        resource = next((r for r in self.resources if r.urn == output.of.urn), output.of)
        if output.name in resource.inputs:
            return self._value(resource.inputs[output.name])
        home = resource.provider.inputs.get("region") if resource.provider is not None else None
        service, region = resource.token.split(":")[1].split("/")[0], resource.inputs.get("region", home or self.region)
        match output.name:
            case "arn":
                return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource.name}"
            case "repositoryUrl":
                return f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{resource.name}"
            case _:
                return f"{resource.name}-{output.name}"

    def state(self) -> dict[str, Any]:
        """The stack in the format of `pulumi stack export` (for a preview: with the engine's markers for unknown
        values).
        """
        return {"version": 3, "deployment": {"resources": [self._exported(m) for m in self.request().resources]}}

    def _exported(self, message: Any) -> dict[str, Any]:
        outputs: dict[str, Any] = json_format.MessageToDict(message.properties)
        found: dict[str, Any] = {
            "urn": message.urn,
            "type": message.type,
            "custom": not message.type.startswith(("pulumi:pulumi:", "awsx:", "ha:")),
            "outputs": outputs,
            "parent": message.parent,
            "protect": message.options.protect,
            "ignoreChanges": list(message.options.ignoreChanges),
            "dependencies": list(message.dependencies),
            "propertyDependencies": {k: list(v.urns) for k, v in message.propertyDependencies.items()},
            "provider": f"{message.provider.urn}::id" if message.HasField("provider") else "",
        }
        if found["custom"]:
            found["id"] = outputs.get("id", message.name if self.deployed else "")
        return {k: v for k, v in found.items() if v != ""}

    # --- what a policy sees ----------------------------------------------------------------------------------

    def analyze(self, policies: list[Policy], config: Mapping[str, Mapping[str, Any]] | None = None) -> list[Any]:
        """The diagnostics of policies; config: by policy name, with ``enforcementLevel`` if wanted."""
        pack = analyzer(*policies)
        with _ONE_AT_A_TIME:
            pack.Configure(_configuration(config or {}))
            return list(pack.AnalyzeStack(self.request()).diagnostics)

    def seen(self) -> list[PolicyResource]:
        """The resources that a stack policy gets: the SDK's proxies."""
        with _ONE_AT_A_TIME:
            self.analyze([_TAKE])
            return _taken.pop()

    def graph(self, zones: Mapping[str, str] | None = None) -> Graph:
        """The graph that the pack builds from the stack."""
        return from_policy(self.seen(), zones)

    def report(self, config: Mapping[str, Any] | None = None) -> Report:
        """The results of all rules, with exemptions."""
        settings: Settings = load(config)
        return evaluate(self.graph(settings.zones), settings)

    def verdicts(self, rule: str, **params: Any) -> dict[str, tuple[Verdict, tuple[str, ...]]]:
        """The verdict of one rule for each resource that it checks, by resource name."""
        chosen, graph = RULES[rule], self.graph()
        values = {**{k: p.value("production") for k, p in chosen.params.items()}, **params}
        wanted = targets_of(self.targets, [])
        return {n.name: judge(chosen, n, graph, values, wanted) for n in graph.of(*chosen.kinds)}

    def verdict(self, rule: str, name: str, **params: Any) -> Verdict:
        """The verdict of one rule for one resource."""
        return self.verdicts(rule, **params)[name][0]


_ONE_AT_A_TIME = threading.RLock()  # a pack keeps the configuration of one caller
_taken: list[list[PolicyResource]] = []


def _take(args: StackValidationArgs, report: ReportViolation) -> None:
    _taken.append(args.resources)


_TAKE: Final = StackValidationPolicy("take", "takes the resources", _take)


def token_of(type: str) -> str:
    """The full token of a short form: ``ec2/subnet`` -> ``aws:ec2/subnet:Subnet``."""
    if ":" in type:
        return type
    name = type.split("/")[1]
    return f"aws:{type}:{name[0].upper()}{name[1:]}"


def _urns(value: Any) -> Iterator[str]:
    if isinstance(value, _Unknown):
        yield ELSEWHERE
    elif isinstance(value, Resource):
        yield value.urn
    elif isinstance(value, Output):
        yield value.of.urn
    elif isinstance(value, Json):
        yield from _urns(value.value)
    elif isinstance(value, Mapping):
        for entry in cast(Mapping[str, Any], value).values():
            yield from _urns(entry)
    elif isinstance(value, list | tuple):
        for entry in cast(list[Any], value):
            yield from _urns(entry)


def _outputs_in(value: Any) -> Iterator[Output]:
    """The resource outputs that a value consists of."""
    if isinstance(value, Output):
        yield value
    elif isinstance(value, Json):
        yield from _outputs_in(value.value)
    elif isinstance(value, Mapping):
        for entry in cast(Mapping[str, Any], value).values():
            yield from _outputs_in(entry)
    elif isinstance(value, list | tuple):
        for entry in cast(list[Any], value):
            yield from _outputs_in(entry)


def _configuration(config: Mapping[str, Mapping[str, Any]]) -> Any:
    levels = {"advisory": 0, "mandatory": 1, "disabled": 2, "remediate": 3}
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for name, values in config.items():
        entry = request.policyConfig[name]
        level = values.get("enforcementLevel", "mandatory")
        cast(Any, entry).enforcementLevel = levels[level]
        properties = {k: v for k, v in values.items() if k != "enforcementLevel"}
        entry.properties.CopyFrom(json_format.ParseDict(properties, struct_pb2.Struct()))
    return request


FAMILIES: Final = _rules.FAMILIES
__all__ = ["UNKNOWN", "Json", "Output", "Resource", "Stack", "Verdict", "kind_of", "token_of"]
