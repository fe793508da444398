"""Reads the generated classes of a package as text, because importing them takes seconds and hundreds of megabytes."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from offline.aws.fields import Field, Resource, Service


class _Kind(str):
    """A type expression's short form; remembers that it was Optional."""

    __slots__ = ("optional",)
    optional: bool


def _kind(text: str, optional: bool = False) -> _Kind:
    made = _Kind(text)
    made.optional = optional
    return made


class _Identity:
    def __getitem__(self, item: Any) -> _Kind:
        return item if isinstance(item, _Kind) else _kind(_name(item))


class _OptionalOf:
    def __getitem__(self, item: Any) -> _Kind:
        return _kind(_name(item), optional=True)


class _ListOf:
    def __getitem__(self, item: Any) -> _Kind:
        return _kind("[" + _name(item))


class _MapOf:
    def __getitem__(self, item: Any) -> _Kind:
        return _kind("{" + _name(item[1]))


class _UnionOf:
    def __getitem__(self, item: Any) -> _Kind:
        kinds: list[str] = []
        for name in map(_name, item):
            if name not in kinds and not name.endswith("ArgsDict"):
                kinds.append(name)
        nested = [k for k in kinds if k.endswith("Args")]
        return _kind("|".join(k for k in kinds if not (nested and k.startswith("@outputs."))))


def _name(item: Any) -> str:
    """The short form of a part; a name that is neither an input nor an output class is an enumeration of strings."""
    if isinstance(item, _Kind):
        return item
    name = str(item)
    return "@" + name if name.endswith(("Args", "ArgsDict")) or name.startswith("outputs.") else "s"


class _Pulumi:
    Input = _Identity()
    Output = _Identity()
    InputType = _Identity()
    Archive = Asset = _kind("a")


class _Builtins:
    str, int, float, bool = _kind("s"), _kind("i"), _kind("n"), _kind("b")


_NAMES: dict[str, Any] = {
    "pulumi": _Pulumi,
    "_builtins": _Builtins,
    "builtins": _Builtins,  # pulumi_aws 6.75 to 6.83
    "str": _kind("s"),  # packages that were generated before 2025 have no _builtins
    "int": _kind("i"),
    "float": _kind("n"),
    "bool": _kind("b"),
    "Any": _kind("*"),
    "Optional": _OptionalOf(),
    "Union": _UnionOf(),
    "Sequence": _ListOf(),
    "Mapping": _MapOf(),
    "__builtins__": {},
}


@lru_cache(maxsize=20_000)
def _parse(expression: str) -> tuple[str, bool]:
    """(short form, optional) of a type expression of a generated signature."""
    # The text is the installed package's own annotation, evaluated with the handful of names above and no builtins.
    kind = _name(eval(expression, _NAMES))  # noqa: S307
    inner = eval(expression, _NAMES)  # noqa: S307
    return kind, bool(getattr(inner, "optional", False))


_SIGNATURE = re.compile(r"    def __init__\(__self__, \*,\n(.*?)\):\n", re.S)
_PARAMETER = re.compile(r"^ {17}(\w+): (.+?)( = None)?,?$", re.M)
_GETTER = re.compile(
    r'    @pulumi\.getter(?:\(name="(\w+)"\))?\n'
    r'(?:    @_utilities\.deprecated\("""(?:(?!""").)*"""\)\n)?'
    r"    def (\w+)\(self\) -> ([^\n]+):\n",
    re.S,
)

_CLASS = re.compile(r"^class (\w+)(?:\([\w.]*\))?:\n", re.M)
_TOKEN = re.compile(r"        super\(\w+, __self__\)\.__init__\(\n +'([^']+)',\n")
_SECRET = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_DOC = re.compile(r"^        :param [^:]+?\]? (\w+): (.*(?:\n               .*)*)", re.M)
_RESULT_DOC = re.compile(r"^    :param [^:]+?\]? (\w+): (.*(?:\n           .*)*)", re.M)
_REPLACES = re.compile(
    r"forces? (?:a |the )?(?:new resource|replacement|re-?creation|creation of a new)"
    r"|creates? a new resource|(?:will|to) (?:force|trigger) (?:a )?(?:new resource|replacement|recreation)"
    r"|will re-?create|cannot be (?:changed|modified|updated) after",
    re.I,
)
_DEFAULT = re.compile(r"[Dd]efaults? (?:value )?(?:is|to|of)(?: the)?:? `\"?([\w.\-:/ ]*)\"?`")


def _classes(source: str) -> Iterator[tuple[str, str]]:
    found = list(_CLASS.finditer(source))
    for i, match in enumerate(found):
        yield match[1], source[match.start() : found[i + 1].start() if i + 1 < len(found) else len(source)]


def _camel(name: str) -> str:
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def _stated(doc: str) -> str:
    """The documented default of a property; empty if there is none."""
    stated = _DEFAULT.search(doc)
    return stated[1] if stated else ""


def _fields(body: str) -> dict[str, Field]:
    """The parameters of a class's constructor, with the names that the engine uses."""
    signature = _SIGNATURE.search(body)
    if not signature:
        return {}
    wire = {m[2]: m[1] or m[2] for m in _GETTER.finditer(body)}
    docs = {m[1]: m[2] for m in _DOC.finditer(body)}
    fields: dict[str, Field] = {}
    for name, expression, default in _PARAMETER.findall(signature[1] + ","):
        doc = docs.get(name, "")
        fields[wire.get(name, _camel(name))] = Field(
            _parse(expression)[0], not default, _stated(doc), bool(_REPLACES.search(doc))
        )
    return fields


def _resource(args: Mapping[str, dict[str, Field]], name: str, body: str) -> Resource | None:
    token = _TOKEN.search(body)
    if not token:
        return None
    inputs = args.get(f"{name}InitArgs") or args.get(f"{name}Args", {})  # Init where a nested object has the name
    outputs: dict[str, Field] = {}
    for wire, attribute, expression in _GETTER.findall(body):
        kind, optional = _parse(expression)
        known = inputs.get(wire or attribute)
        outputs[wire or attribute] = Field(kind, not optional, known.doc if known else "")
    secret = _SECRET.search(body)
    secrets = frozenset(re.findall(r'"(\w+)"', secret[1])) if secret else frozenset[str]()
    return Resource(token[1], inputs, outputs, secrets)


_INVOKED = re.compile(r"pulumi\.runtime\.invoke(?:_single)?\('([^']+)', __args__, opts=opts(?:, typ=(\w+))?\)")
_FUNCTION = re.compile(r"^def (\w+)\((.*?)\) -> (?!pulumi\.Output).+:\n", re.M | re.S)
_ARGUMENT = re.compile(r"^ *(\w+): (.+?)( = None)?,?$", re.M)
_SENT = re.compile(r"^    __args__\['(\w+)'\] = (\w+)$", re.M)


def _lookup(source: str) -> Resource | None:
    """The look-up of a module: its arguments, with the names that the engine uses, and its results."""
    function, invoked = _FUNCTION.search(source), _INVOKED.search(source)
    if not function or not invoked:
        return None
    wire = {name: sent for sent, name in _SENT.findall(source)}
    docs = {m[1]: m[2] for m in _RESULT_DOC.finditer(source)}
    inputs = {
        wire[name]: Field(_parse(kind)[0], not default, _stated(docs.get(name, "")))
        for name, kind, default in _ARGUMENT.findall(function[2])
        if name in wire
    }
    body = next((b for n, b in _classes(source) if n == invoked[2]), "")
    outputs = {w or n: Field(_parse(kind)[0], not _parse(kind)[1]) for w, n, kind in _GETTER.findall(body)}
    return Resource(invoked[1], inputs, outputs)


def read_service(folder: Path) -> Service:
    """Every resource and look-up in a package's folder, and their nested input and output objects."""
    service = Service()
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        if path.name in ("_inputs.py", "outputs.py"):
            into = service.taken if path.name == "_inputs.py" else service.given
            into |= {n: _fields(b) for n, b in _classes(source) if not n.endswith("ArgsDict")}
        elif "(pulumi.CustomResource):" in source:
            bodies = dict(_classes(source))
            args = {n: _fields(b) for n, b in bodies.items() if n.endswith("Args")}
            for name, body in bodies.items():
                if made := _resource(args, name, body):
                    service.resources[made.token] = made
        elif found := _lookup(source):
            service.lookups[found.token] = found
    return service
