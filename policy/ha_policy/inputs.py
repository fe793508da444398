"""What a document is, and its resources: a preview or state of Pulumi, a plan or state of Terraform or OpenTofu."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Final, NamedTuple

from .graph.coverage import encrypted
from .graph.documents import document
from .graph.node import Node
from .graph.readers import nodes_of
from .terraform.plan import is_terraform, plan_of
from .terraform.reading import Reader

ROOT: Final = "terraform/root"
"""The stack of Terraform's only document: plans and states do not say the name of their configuration."""


class Read(NamedTuple):
    """The resources of a document. kind: preview, plan or state. notes: what it leaves out, a sentence each."""

    kind: str
    nodes: tuple[Node, ...]
    notes: tuple[str, ...]


def read(content: Mapping[str, Any], stack: str = ROOT, source: Path | None = None) -> Read:
    """The resources of a document. stack: the name of Terraform's, ``project/stack``; source: the folder of its
    configuration. Raises InputError.
    """
    if is_terraform(content):
        plan = plan_of(content)
        reader = Reader(plan, stack, source)
        nodes = tuple(reader.nodes())
        return Read(plan.kind, nodes, (*plan.notes, *reader.notes))
    found = document(content)
    nodes = nodes_of(found)
    return Read(found.kind, tuple(nodes), (*found.notes, *encrypted(nodes, found.kind)))


def terraform_stacks(files: Sequence[str]) -> list[str]:
    """A name for each of Terraform's documents: by the file, and by its folder too where files have the same name."""
    if len(files) == 1:
        return [ROOT]
    stems = [PurePath(f).stem if f != "-" else "stdin" for f in files]
    alike = {s for s in stems if stems.count(s) > 1}
    parents = ["-".join(p for p in PurePath(f).parent.parts if p not in ("/", "..")) or "here" for f in files]
    return [f"{p}/{s}" if s in alike else f"terraform/{s}" for p, s in zip(parents, stems, strict=True)]
