"""Finds where source text goes beyond the public interfaces of Pulumi's packages, or replaces something of theirs.

Public is what a package lists in `__all__`, `pulumi.log` (https://www.pulumi.com/docs/iac/concepts/logging/), and in
`pulumi_aws` and `pulumi_awsx`, which list nothing, every name without an underscore.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pulumi

PACKAGES = ("pulumi", "pulumi_aws", "pulumi_awsx", "pulumi_policy")
LISTED = ("pulumi", "pulumi.runtime", "pulumi_policy")
"""Modules whose `__all__` says what is public. Submodules are public where their package lists them."""
ALSO_PUBLIC = {"pulumi.log"}
LISTED_BUT_INTERNAL = {"pulumi.runtime.rpc"}
PROTOCOL = "pulumi.runtime.proto"
BASES = (pulumi.Resource, pulumi.CustomResource, pulumi.ComponentResource, pulumi.ProviderResource, pulumi.Output)
SETTERS = {"setattr", "delattr", "object", "patch"}  # setattr(…), monkeypatch.setattr(…), patch.object(…), patch("…")
HOOKS = {"meta_path", "path_hooks"}  # of `sys`: what they hold decides how modules are loaded
PYTHONS = {"_exit", "_replace", "_asdict", "_fields"}  # documented by Python, of `os` and of named tuples


def private(name: str) -> bool:
    """Starts with an underscore, and is not one of Python's own such as ``__init__``."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


INHERITED = frozenset(
    name
    for base in BASES
    for cls in base.__mro__
    for name in (*vars(cls), *vars(cls).get("__annotations__", ()))
    if private(name)
)
"""Private members of resources and outputs: a class of ours that derives from them has them, too."""


@dataclass
class Own:
    """What our source defines. private: names with an underscore. resources: classes that derive from Pulumi's."""

    private: set[str] = field(default_factory=set[str])
    resources: set[str] = field(default_factory=set[str])


def own(trees: Iterable[ast.Module]) -> Own:
    """The definitions of all modules together."""
    found, bases = Own(), dict[str, set[str]]()
    for tree in trees:
        names = bindings(tree)
        for node in ast.walk(tree):
            match node:
                case ast.ClassDef():
                    bases.setdefault(node.name, set()).update(dotted(b, names) or _last(b) for b in node.bases)
                    found.private.add(node.name)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    found.private.add(node.name)
                case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                    found.private.add(name)
                case _:
                    pass
    found.private = {name for name in found.private if private(name)}
    while more := {c for c, of in bases.items() if c not in found.resources and _derives(of, found.resources)}:
        found.resources |= more
    return found


def _derives(bases: set[str], known: set[str]) -> bool:
    return any(base in known or base.split(".")[0] in PACKAGES for base in bases)


def _last(node: ast.expr) -> str:
    return ast.unparse(node).split("[")[0].rpartition(".")[2]


def bindings(tree: ast.Module) -> dict[str, str]:
    """Local name -> what of Pulumi's packages, or of `sys`, it stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                target = alias.name if alias.asname else alias.name.split(".")[0]
                names[alias.asname or target] = target
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {name: path for name, path in names.items() if path.split(".")[0] in (*PACKAGES, "sys")}


def dotted(node: ast.AST, names: Mapping[str, str]) -> str:
    """The path that an expression stands for, such as ``pulumi.Output.apply``; empty for everything else."""
    match node:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(value=value, attr=name):
            of = dotted(value, names)
            return f"{of}.{name}" if of else ""
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as name)):
            of = dotted(value, names)
            return name if of == "sys.modules" else f"{of}.{name}" if of else ""
        case ast.Subscript(value=value):
            return dotted(value, names)
        case ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str() as name), *_]):
            of = dotted(value, names)
            return f"{of}.{name}" if of else ""
        case ast.Call(func=ast.Name(id="vars" | "cast" | "type"), args=[*_, value]):
            return dotted(value, names)
        case ast.Call(func=function, args=[ast.Constant(value=str() as name), *_]) if _last(function) in (
            "import_module",
            "__import__",
            "resolve_name",
        ):
            return name.replace(":", ".") if name.split(".")[0] in PACKAGES else ""
        case _:
            return ""


def problems(source: str, ours: Own, *, protocol: bool = False) -> list[str]:
    """``line: what is wrong``, sorted. protocol: whether it may use the generated messages of the engine's protocol."""
    tree = ast.parse(source)
    names = bindings(tree)
    found = {(n, "says pyright may not report it") for n, line in _lines(source) if "ignore[reportPrivateUsage" in line}
    for node in ast.walk(tree):
        number = getattr(node, "lineno", 0)
        found |= {(number, text) for text in (*_used(node, names, protocol), *_replaced(node, names), *_reached(node))}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found |= set(_inherited(node, ours))
        elif isinstance(node, ast.Attribute) and private(node.attr) and _of_another(node, ours):
            found.add((node.lineno, f"reaches into {ast.unparse(node)}"))
    return [f"{number}: {text}" for number, text in sorted(found)]


def _lines(source: str) -> Iterator[tuple[int, str]]:
    return enumerate(source.splitlines(), 1)


def _used(node: ast.AST, names: Mapping[str, str], protocol: bool) -> Iterator[str]:
    paths: list[str] = []
    if isinstance(node, ast.Import):
        paths = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        paths = [f"{node.module}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.expr):
        paths = [dotted(node, names)]
    for path in paths:
        if path.split(".")[0] in PACKAGES and (why := hidden(path, protocol=protocol)):
            yield why


def hidden(path: str, *, protocol: bool = False) -> str:
    """Why a path is not public, empty where it is."""
    if protocol and f"{path}.".startswith(f"{PROTOCOL}."):
        return ""
    parts = path.split(".")
    if any(private(part) or part == "__dict__" for part in parts):
        return f"uses {path}, a private name"
    for length in range(1, len(parts)):
        module, name = ".".join(parts[:length]), parts[length]
        whole = f"{module}.{name}"
        listed = name == "*" or name.startswith("__") or name in getattr(importlib.import_module(module), "__all__", ())
        if whole in LISTED_BUT_INTERNAL or (module in LISTED and not listed and whole not in ALSO_PUBLIC):
            return f"uses {path}, which {module} does not offer to programs"
        if whole not in LISTED:
            return ""
    return ""


def _replaced(node: ast.AST, names: Mapping[str, str]) -> Iterator[str]:
    targets: list[ast.expr] = []
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            targets = [node]
        case ast.Call(func=ast.Attribute(value=value, attr="update" | "pop" | "setdefault" | "insert" | "append")):
            targets = [value] if _is_global(dotted(value, names)) else []
        case ast.Call(func=function, args=[first, *_]) if _last(function) in SETTERS:
            if isinstance(first, ast.Constant) and str(first.value).split(".")[0] in PACKAGES:
                yield f"replaces {first.value}"
            targets = [first]
        case _:
            pass
    for path in filter(None, (dotted(target, names) for target in targets)):
        if path.split(".")[0] in PACKAGES or _is_global(path):
            yield f"replaces {path}"


def _is_global(path: str) -> bool:
    """A table of `sys` that decides which modules there are."""
    return path == "sys.modules" or (path.startswith("sys.") and path.split(".")[1] in HOOKS)


def _reached(node: ast.AST) -> Iterator[str]:
    """Private names asked for by text."""
    match node:
        case ast.Call(
            func=ast.Name(id="getattr" | "setattr" | "hasattr"), args=[_, ast.Constant(value=str() as name), *_]
        ):
            if private(name):
                yield f"reaches into {name!r} by text"
        case ast.Attribute(value=ast.Name(id="sys"), attr=name) if name in HOOKS:
            yield f"uses sys.{name}, by which modules are changed while they are loaded"
        case _:
            pass


def _inherited(cls: ast.ClassDef, ours: Own) -> Iterator[tuple[int, str]]:
    if cls.name not in ours.resources:
        return
    for node in ast.walk(cls):
        if isinstance(node, ast.Attribute) and _is_own(node.value) and node.attr in INHERITED:
            yield node.lineno, f"{cls.name} uses {ast.unparse(node)}, a private member of the class it derives from"
        elif isinstance(node, ast.FunctionDef) and node.name in INHERITED:
            yield node.lineno, f"{cls.name} overrides {node.name}, a private member of the class it derives from"


def _is_own(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("self", "cls")) or ast.unparse(node) == "super()"


def _of_another(node: ast.Attribute, ours: Own) -> bool:
    if _is_own(node.value):
        return False  # of its own class; of a base class of Pulumi's: `_inherited`
    return node.attr in INHERITED or node.attr not in ours.private | PYTHONS
