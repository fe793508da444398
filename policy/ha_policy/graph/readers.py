"""Build the graph from a stack policy's resources, from an exported state or from `pulumi preview --json`."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from .documents import Document, document
from .kinds import kind_of
from .model import Graph
from .node import Node
from .source import place_of
from .values import UNKNOWN, entry, holds_secret, plain


def from_policy(resources: Iterable[Any], zones: Mapping[str, str] | None = None) -> Graph:
    """The graph of ``StackValidationArgs.resources``. Each proxy is read once, inside a try block, and not
    used again.
    """
    regions: dict[str, Any] = {}
    seen = list(resources)
    engine = any(str(r.resource_type).startswith("pulumi:") for r in seen)
    return Graph([_from_policy(r, regions, engine=engine) for r in seen], zones)


def _from_policy(resource: Any, regions: dict[str, Any], *, engine: bool) -> Node:
    edges = {
        str(k): tuple(str(d.urn) for d in v)
        for k, v in cast(Mapping[str, Sequence[Any]], resource.property_dependencies or {}).items()
    }
    provider, opts = resource.provider, resource.opts
    if provider is not None and provider.urn not in regions:
        regions[provider.urn] = _own_region(entry(provider.props, "region"))
    token = str(resource.resource_type)
    props = _map(plain(resource.props))
    if engine and _open(props, edges):
        props = _without_computed(props, edges)
    return Node(
        urn=str(resource.urn),
        kind=kind_of(token),
        token=token,
        name=str(resource.name),
        props=props,
        id=_text(entry(resource.props, "id")),
        parent=str(resource.parent.urn) if resource.parent is not None else "",
        provider="" if provider is None else str(provider.urn),
        provider_region=UNKNOWN if provider is None else regions[provider.urn],
        dependencies=tuple(str(d.urn) for d in resource.dependencies or ()),
        property_dependencies=edges,
        protect=bool(getattr(opts, "protect", False)),
        ignore_changes=tuple(str(p) for p in getattr(opts, "ignore_changes", None) or ()),
        delete_before_replace=bool(getattr(opts, "delete_before_replace", False)),
        aliases=tuple(str(a) for a in getattr(opts, "aliases", None) or ()),
    )


def from_state(state: Mapping[str, Any], zones: Mapping[str, str] | None = None) -> Graph:
    """The graph of `pulumi stack export` (or its ``deployment`` alone). Resources being deleted are left out.

    Raises InputError (`documents`).
    """
    return from_document(document(state), zones)


def from_preview(preview: Mapping[str, Any], zones: Mapping[str, str] | None = None) -> Graph:
    """The graph after the steps of `pulumi preview --json`. Resources that go away are left out. Raises InputError."""
    return from_document(document(preview), zones)


def from_document(read: Document, zones: Mapping[str, str] | None = None) -> Graph:
    """The graph of a checked document."""
    return Graph(nodes_of(read), zones)


def nodes_of(read: Document) -> list[Node]:
    """The resources of a checked document, to join with those of others (`joining`)."""
    return _from_json(read.resources)


def _from_json(resources: Iterable[Mapping[str, Any]]) -> list[Node]:
    by_urn = {str(r["urn"]): r for r in resources}
    regions: dict[str, Any] = {}

    def provider_region(reference: str) -> Any:
        urn = reference.rpartition("::")[0]
        if urn not in regions:
            provider = by_urn.get(urn, {})
            regions[urn] = _own_region({**_map(provider.get("inputs")), **_map(provider.get("outputs"))}.get("region"))
        return regions[urn]

    return _settled([_from_state(r, provider_region) for r in by_urn.values()])


def _from_state(resource: Mapping[str, Any], provider_region: Callable[[str], Any]) -> Node:
    edges = {
        str(k): tuple(str(u) for u in cast(list[Any], v or []))
        for k, v in cast(dict[str, Any], resource.get("propertyDependencies") or {}).items()
    }
    urn, token = str(resource["urn"]), str(resource["type"])
    reference = str(resource.get("provider") or "")
    props = {**_map(resource.get("inputs")), **_map(resource.get("outputs"))}
    return Node(
        urn=urn,
        kind=kind_of(token),
        token=token,
        name=urn.rpartition("::")[2],
        props=_map(plain(props)),
        secrets=frozenset(k for k, v in props.items() if holds_secret(v)),
        id=_text(plain(resource.get("id"))),
        parent=str(resource.get("parent") or ""),
        provider=reference.rpartition("::")[0],
        provider_region=provider_region(reference) if reference else UNKNOWN,
        dependencies=tuple(str(d) for d in cast(list[Any], resource.get("dependencies") or [])),
        property_dependencies=edges,
        protect=bool(resource.get("protect")),
        ignore_changes=tuple(str(p) for p in cast(list[Any], resource.get("ignoreChanges") or [])),
        delete_before_replace=bool(resource.get("deleteBeforeReplace")),
        external=bool(resource.get("external")),
        aliases=tuple(str(a) for a in cast(list[Any], resource.get("aliases") or [])),
        place=place_of(resource),
    )


def _settled(nodes: list[Node]) -> list[Node]:
    """Remove properties that no program set and that the provider will compute.

    The engine lists, per property, the resources that an input depends on, and an input that is unknown at preview
    depends on some resource (also on one that is only looked up, whose URN is then not in the list). So an unknown
    value of a property without an entry is not an input: the property is not set. A secret that the document does not
    show is an input all the same. This holds only for requests of the engine (they contain the stack or a provider);
    elsewhere an unknown value stays unknown.
    """
    if not any(n.kind.startswith("pulumi:") for n in nodes):
        return nodes
    return [
        replace(n, props=_without_computed(n.props, {*n.property_dependencies, *n.secrets}))
        if _open(n.props, {*n.property_dependencies, *n.secrets})
        else n
        for n in nodes
    ]


def _open(props: Mapping[str, Any], inputs: Container[str]) -> bool:
    return any(k not in inputs and _has_unknown(v) for k, v in props.items())


def _without_computed(props: Mapping[str, Any], inputs: Container[str]) -> Mapping[str, Any]:
    return {k: v if k in inputs else _pruned(v) for k, v in props.items() if v is not UNKNOWN or k in inputs}


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(v) for v in cast(dict[str, Any], value).values())
    if isinstance(value, tuple):
        return any(_has_unknown(v) for v in cast(tuple[Any, ...], value))
    return value is UNKNOWN


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _pruned(v) for k, v in cast(dict[str, Any], value).items() if v is not UNKNOWN}
    if isinstance(value, tuple):
        return tuple(_pruned(v) for v in cast(tuple[Any, ...], value) if v is not UNKNOWN)
    return value


def _map(value: Any) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _own_region(value: Any) -> Any:
    value = plain(value)
    return value if isinstance(value, str) and value else UNKNOWN
