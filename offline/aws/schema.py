"""What every resource of the installed `pulumi_aws` takes and gives, compact and quick to load.

The generated classes of `pulumi_aws` are 270 MB of very regular Python. Importing them costs seconds and hundreds of
megabytes, so they are read as text, one service at a time, and the result is kept as JSON per package version
(``python -m offline.aws.schema`` reads them all; otherwise a service is read when it is first used).

Types are written in a few characters: ``s`` text, ``i`` integer, ``n`` number, ``b`` boolean, ``a`` asset or archive,
``*`` anything, ``[T`` list, ``{T`` map, ``@Name`` nested object, ``T|U`` either.
"""

import contextlib
import importlib.util
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

FORMAT = 6
"""Raise when what is stored, or how it is read, changes: older caches are then left alone."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property. kind: as in the module's docstring. required: must be given (input), is always there (output).

    doc: default in the documentation, if it names one. replaces: the documentation says that a change makes a new one.
    """

    kind: str
    required: bool = False
    doc: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource type: what it takes, what it gives, which outputs `pulumi_aws` itself keeps secret."""

    token: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]
    secrets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Service:
    """One package of `pulumi_aws`: its resources, and the nested objects that they take and give."""

    resources: dict[str, Resource] = field(default_factory=dict[str, Resource])
    taken: dict[str, dict[str, Field]] = field(default_factory=dict[str, dict[str, Field]])
    given: dict[str, dict[str, Field]] = field(default_factory=dict[str, dict[str, Field]])


# ---------------------------------------------------------------------------------------------------------- reading
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
    """The short form of a part; a name that is neither arguments nor outputs is an enumeration of texts."""
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
    "str": _kind("s"),
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
_GETTER = re.compile(r'    @pulumi\.getter(?:\(name="(\w+)"\))?\n    def (\w+)\(self\) -> (.+):\n')
_CLASS = re.compile(r"^class (\w+)(?:\([\w.]*\))?:\n", re.M)
_TOKEN = re.compile(r"        super\(\w+, __self__\)\.__init__\(\n +'([^']+)',\n")
_SECRET = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_DOC = re.compile(r"^        :param [^:]+?\]? (\w+): (.*(?:\n               .*)*)", re.M)
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


def _fields(body: str) -> dict[str, Field]:
    """The parameters of a class's constructor, under the names that go over the wire."""
    signature = _SIGNATURE.search(body)
    if not signature:
        return {}
    wire = {m[2]: m[1] or m[2] for m in _GETTER.finditer(body)}
    docs = {m[1]: m[2] for m in _DOC.finditer(body)}
    fields: dict[str, Field] = {}
    for name, expression, default in _PARAMETER.findall(signature[1] + ","):
        doc = docs.get(name, "")
        stated = _DEFAULT.search(doc)
        fields[wire.get(name, _camel(name))] = Field(
            _parse(expression)[0], not default, stated[1] if stated else "", bool(_REPLACES.search(doc))
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


def _read_service(folder: Path) -> Service:
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
    return service


# ---------------------------------------------------------------------------------------------------------- storing
def _pack(fields: Mapping[str, Field]) -> dict[str, list[Any]]:
    return {n: [f.kind, int(f.required), f.doc, int(f.replaces)] for n, f in fields.items()}


def _unpack(fields: Mapping[str, list[Any]]) -> dict[str, Field]:
    return {n: Field(sys.intern(k), bool(r), d, bool(c)) for n, (k, r, d, c) in fields.items()}


def _dump(service: Service) -> str:
    return json.dumps(
        {
            "resources": {
                t: [_pack(r.inputs), _pack(r.outputs), sorted(r.secrets)] for t, r in service.resources.items()
            },
            "taken": {n: _pack(f) for n, f in service.taken.items()},
            "given": {n: _pack(f) for n, f in service.given.items()},
        },
        separators=(",", ":"),
    )


def _load(text: str) -> Service:
    """The service; resources and nested objects are unpacked when they are first asked for."""
    raw = json.loads(text)
    service = Service()
    service.resources = _Lazy(raw["resources"], _unpack_resource)
    service.taken = _Lazy(raw["taken"], _unpack_fields)
    service.given = _Lazy(raw["given"], _unpack_fields)
    return service


def _unpack_resource(token: str, packed: Any) -> Resource:
    return Resource(token, _unpack(packed[0]), _unpack(packed[1]), frozenset(packed[2]))


def _unpack_fields(_name: str, packed: Any) -> dict[str, Field]:
    return _unpack(packed)


class _Lazy(dict[str, Any]):
    """A dictionary that builds a value from its packed form on first use."""

    def __init__(self, packed: Mapping[str, Any], build: Any) -> None:
        super().__init__()
        self._packed, self._build = packed, build

    def __missing__(self, key: str) -> Any:
        self[key] = made = self._build(key, self._packed[key])
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def keys(self) -> Any:
        return self._packed.keys()

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._packed else default


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader, or an interruption, never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def cache_folder() -> Path:
    """Where generated files are kept: HA_AWS_CACHE, else ha-aws in XDG_CACHE_HOME, else in ~/.cache."""
    if given := os.environ.get("HA_AWS_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ha-aws"


# ----------------------------------------------------------------------------------------------------------- asking
class Schema:
    """The installed `pulumi_aws`, service by service."""

    def __init__(self, package: Path | None = None, cache: Path | None = None) -> None:
        if package is None:
            spec = importlib.util.find_spec("pulumi_aws")
            if spec is None or not spec.submodule_search_locations:
                raise LookupError("pulumi_aws is not installed beside this Python: run the set-up first")
            package = Path(next(iter(spec.submodule_search_locations)))
        self.package = package
        self.version: str = json.loads((package / "pulumi-plugin.json").read_text(encoding="utf-8"))["version"]
        self._cache = (cache or cache_folder()) / f"{package.name}-{self.version}-{FORMAT}"
        self._services: dict[str, Service | None] = {}

    def service_names(self) -> list[str]:
        """Every package of `pulumi_aws` that has resources."""
        return sorted(p.parent.name for p in self.package.glob("*/__init__.py") if p.parent.name != "config")

    def service(self, name: str) -> Service | None:
        """The service in the package folder of this name (``lambda_``), None where there is none."""
        if name not in self._services:
            folder, stored = self.package / name, self._cache / f"{name}.json"
            if not (folder / "__init__.py").is_file():
                self._services[name] = None
            else:
                self._services[name] = self._stored(stored) or self._made(folder, stored)
        return self._services[name]

    def _stored(self, path: Path) -> Service | None:
        try:
            return _load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError):
            return None

    def _made(self, folder: Path, path: Path) -> Service:
        service = _read_service(folder)
        with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
            write_atomically(path, _dump(service))
        return service

    def resource(self, token: str) -> Resource | None:
        """The resource of a type token such as ``aws:ec2/vpc:Vpc``, None for one that does not exist."""
        service = self._of(token)
        return service.resources.get(token) if service else None

    def _of(self, token: str) -> Service | None:
        module = token.split(":")[1].split("/")[0] if token.count(":") == 2 else ""
        return self.service(module + "_" if module in ("lambda",) else module) if module.isidentifier() else None

    def taken(self, token: str, name: str) -> Mapping[str, Field] | None:
        """The fields of a nested input object (``FooArgs``) of a type's service."""
        service = self._of(token)
        return service.taken.get(name.removeprefix("_")) if service else None

    def given(self, token: str, name: str) -> Mapping[str, Field] | None:
        """The fields of a nested output object of a type's service."""
        service = self._of(token)
        return service.given.get(name.removeprefix("outputs.")) if service else None

    def similar(self, token: str) -> str | None:
        """A resource type with a name close to the token's, for a hint."""
        import difflib

        service = self._of(token)
        names = list(service.resources) if service else []
        kinds = {t.rsplit(":", 1)[-1]: t for t in names}
        near = difflib.get_close_matches(token.rsplit(":", 1)[-1], kinds, 1, 0.6)
        return kinds[near[0]] if near else None


@lru_cache(maxsize=1)
def installed() -> Schema:
    """The schema of the installed package, shared by everything in this process."""
    return Schema()


def main() -> int:
    """Read every service into the cache; what is there already is left."""
    schema = installed()
    names = schema.service_names()
    for i, name in enumerate(names, 1):
        schema.service(name)
        if sys.stderr.isatty():
            print(f"\rpulumi_aws {schema.version}: {i} of {len(names)} services", end="", file=sys.stderr)
    print(f"\rpulumi_aws {schema.version}: {len(names)} services ready", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
