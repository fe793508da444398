"""The configuration behind a plan, from its files: what a plan does not have is read there."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from ha_policy.graph.source import Place

from .hcl import Block, Expression, NotReadableError, parse
from .shapes import elements, mapping


@dataclass(slots=True)
class SourceModule:
    """A module's blocks by the names of what they declare: resources and look-ups as in `Address.config`."""

    resources: dict[str, Block] = field(default_factory=dict[str, Block])
    calls: dict[str, Block] = field(default_factory=dict[str, Block])
    locals: dict[str, Expression] = field(default_factory=dict[str, Expression])
    outputs: dict[str, Expression] = field(default_factory=dict[str, Expression])
    variables: dict[str, Block] = field(default_factory=dict[str, Block])
    providers: dict[tuple[str, str], Block] = field(default_factory=dict[tuple[str, str], Block])


class Source:
    """The modules of a configuration. folder: of the root module. notes: what is not read, a sentence each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self._installed = _installed(folder)
        self._folders: dict[tuple[str, ...], Path | None] = {(): folder}
        self._read: dict[Path, SourceModule | None] = {}

    def module(self, names: tuple[str, ...]) -> SourceModule | None:
        """A module by the names of the calls down to it; None if its files are not there, or cannot be read."""
        folder = self._folder(names)
        if folder is None:
            return None
        if folder not in self._read:
            self._read[folder] = self._module(folder)
        return self._read[folder]

    def place(self, names: tuple[str, ...], block: Block) -> Place | None:
        """Where a resource is written; if its module is installed, where that is called."""
        if ".terraform" not in block.file.parts:
            return Place(_shown(block.file), block.line)
        parent = self.module(names[:-1]) if names else None
        call = parent.calls.get(names[-1]) if parent else None
        return self.place(names[:-1], call) if call else None

    def _folder(self, names: tuple[str, ...]) -> Path | None:
        if names not in self._folders:
            self._folders[names] = self._find(names)
        return self._folders[names]

    def _find(self, names: tuple[str, ...]) -> Path | None:
        above, parent = self.module(names[:-1]), self._folder(names[:-1])
        call = above.calls.get(names[-1]) if above else None
        source = call.body.attributes.get("source") if call else None
        if parent and source and source.kind == "constant" and str(source.parts[0]).startswith(("./", "../")):
            return Path(os.path.normpath(parent / str(source.parts[0])))
        installed = self._installed.get(".".join(names))
        return self.folder / installed if installed else None

    def _module(self, folder: Path) -> SourceModule | None:
        files = configuration_files(folder)
        if overriding := [f.name for f in files if f.stem == "override" or f.stem.endswith("_override")]:
            self.notes.append(f"{', '.join(overriding)} overrides other files, so that none of its folder is read")
            return None
        if not files:
            return None
        found = SourceModule()
        try:
            for file in files:
                _add(found, parse(file).blocks)
        except NotReadableError as error:
            self.notes.append(str(error))
            return None
        return found


def configuration_files(folder: Path) -> list[Path]:
    """The files of a module. OpenTofu takes ``main.tofu`` instead of ``main.tf``."""
    if not folder.is_dir():
        return []
    return sorted({f.stem: f for kind in ("*.tf", "*.tofu") for f in folder.glob(kind)}.values())


def _shown(file: Path) -> str:
    """The path of a file from where the command runs, with slashes."""
    try:
        return PurePath(os.path.relpath(file)).as_posix()
    except ValueError:  # on another drive
        return file.as_posix()


def lifecycle(block: Block) -> tuple[bool, tuple[str, ...]]:
    """Whether a resource has `prevent_destroy`, and the attributes that its `ignore_changes` lists; ``*`` for all."""
    prevented, ignored = False, list[str]()
    for inner in block.body.of("lifecycle"):
        own = inner.body.attributes
        prevented = prevented or own.get("prevent_destroy") == Expression("constant", (True,))
        listed = own.get("ignore_changes")
        if listed is not None:
            ignored += map(_attribute, listed.parts if listed.kind == "tuple" else (listed,))
    return prevented, tuple(ignored)


def _attribute(expression: Expression) -> str:
    """The attribute of the resource that an expression names: ``tags["a"]`` -> ``tags``."""
    while expression.kind in ("get", "index", "splat"):
        expression = expression.parts[0]
    name = str(expression.parts[0]) if expression.parts else ""
    return "*" if name == "all" else name


def _add(module: SourceModule, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        match block.kind, block.labels:
            case "resource", (kind, name):
                module.resources[f"{kind}.{name}"] = block
            case "data", (kind, name):
                module.resources[f"data.{kind}.{name}"] = block
            case "module", (name,):
                module.calls[name] = block
            case "locals", ():
                module.locals.update(block.body.attributes)
            case "output", (name,) if "value" in block.body.attributes:
                module.outputs[name] = block.body.attributes["value"]
            case "provider", (name,):
                alias = block.body.attributes.get("alias")
                module.providers[name, str(alias.parts[0]) if alias and alias.kind == "constant" else ""] = block
            case "variable", (name,):
                module.variables[name] = block
            case _:
                pass


def _installed(folder: Path) -> dict[str, str]:
    """The folders of the modules that `terraform init` has installed, by the calls down to them."""
    try:
        found: Any = json.loads((folder / ".terraform" / "modules" / "modules.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = [mapping(m) for m in elements(mapping(found).get("Modules"))]
    return {str(m.get("Key")): str(m.get("Dir")) for m in entries if m.get("Key")}
