"""What the commands are given: files, joined to one graph, and the configuration by which they are judged."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, cast

from ha_policy.baseline import SETTING as BASELINE
from ha_policy.config import ConfigError, configuration, zones_in
from ha_policy.graph import Given, Graph, InputError, join
from ha_policy.graph.documents import WHAT_TO_GIVE, parse
from ha_policy.inputs import ROOT, read, terraform_stacks
from ha_policy.other_stacks import SETTING, other_stacks
from ha_policy.terraform.hcl import EXTRA
from ha_policy.terraform.plan import is_terraform
from ha_policy.terraform.source import configuration_files


class Mistake(Exception):  # noqa: N818 (the user's, said in one sentence)
    """The input cannot be used."""


class Input(NamedTuple):
    """A document, and how messages name it."""

    name: str
    content: Mapping[str, Any]


def joined(
    inputs: Sequence[Input], config: Mapping[str, Any] | None, sources: Sequence[str] = ()
) -> tuple[Graph, list[str], str]:
    """The graph of all inputs and of the stacks that the configuration adds, notes, and the kind of the inputs.

    sources: the folders of the Terraform configurations, in the order of their plans.
    """
    given: list[Given] = []
    notes: list[str] = []
    kinds: list[str] = []
    plans = [name for name, content in inputs if is_terraform(content)]
    stacks = dict(zip(plans, terraform_stacks(plans), strict=True))
    folders = _folders(plans, sources)
    for name, content in inputs:
        try:
            found = read(content, stacks.get(name, ROOT), folders.get(name))
        except InputError as error:
            raise Mistake(f"{name}: {error}") from None
        before = f"{name}: " if len(inputs) > 1 else ""
        notes += [f"{before}{n}" for n in found.notes]
        given.append(Given(name, found.nodes))
        kinds.append(found.kind)
    try:
        graph, more = join([*given, *other_stacks(config, [Path()])], zones_in(config))
    except InputError as error:
        raise Mistake(str(error)) from None
    return graph, [*notes, *more], kinds[0] if len(set(kinds)) == 1 else ""


def _folders(plans: Sequence[str], given: Sequence[str]) -> dict[str, Path]:
    """The folder of the configuration of each plan: as given, else the plan's own if it has one. Raises Mistake."""
    if given and find_spec("hcl2") is None:
        raise Mistake(f"--source {given[0]}: Terraform's configuration is not read: {EXTRA}")
    if len(given) > len(plans):
        raise Mistake(f"--source {given[-1]}: there are {len(plans)} plans or states of Terraform, and more folders")
    for folder in given:
        if not configuration_files(Path(folder)):
            raise Mistake(f"--source {folder}: there are no *.tf files")
    own = {p: Path() if p == "-" else Path(p).parent for p in plans}
    return {p: f for p, f in own.items() if configuration_files(f)} | dict(zip(plans, map(Path, given), strict=False))


def chosen(graph: Graph, name: str) -> str:
    """The stack that ``--only`` names: ``project/stack``, or one of the two."""
    found = [s for s in graph.stacks if name and name in (s, *s.split("/"))]
    if name and len(found) != 1:
        raise Mistake(f"--only {name}: give one of {', '.join(graph.stacks) or 'no stack'}")
    return found[0] if found else ""


def read_json(path: str, give: str = WHAT_TO_GIVE) -> Mapping[str, Any]:
    """A JSON object from a file, or from standard input for ``-``. give: what to do about something else. Raises
    Mistake.
    """
    try:
        return parse(sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes(), give)
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror}") from None
    except InputError as error:
        raise Mistake(f"{path}: {error}") from None
    except ValueError:
        raise Mistake(f"{path!r}: is no file's name") from None


def load_rules(file: str) -> None:
    """Import a Python file with rules, as a policy pack does. Raises Mistake."""
    from ha_policy import rules as _rules  # first: a rule of the file with the name of another is refused

    path = Path(file)
    if path.suffix != ".py" or not path.is_file():
        raise Mistake(f"--rules {file}: there is no such Python file")
    sys.path.insert(0, str(path.parent))
    try:
        module = import_module(path.stem)
    except Exception as error:
        raise Mistake(f"--rules {file}: {type(error).__name__}: {error}") from None
    if not path.samefile(module.__file__ or _rules.__path__[0]):
        raise Mistake(f"--rules {file}: the name is that of another Python module; rename the file")


def assumptions_of(options: argparse.Namespace) -> dict[str, Any] | None:
    return dict(read_json(options.assumptions, "")) if options.assumptions else None


def config_of(options: argparse.Namespace) -> Mapping[str, Any] | None:
    if not options.policy_config:
        return None
    file = options.policy_config
    try:
        found = configuration(read_json(file, ""))
    except ConfigError as error:
        raise Mistake(f"{file}: {error}") from None
    here = Path(file).parent  # what the file names is relative to it
    others: Any = found.get(SETTING)
    if isinstance(others, list):
        found = {**found, SETTING: [str(here / o) if isinstance(o, str) and o else o for o in cast(list[Any], others)]}
    accepted: Any = found.get(BASELINE)
    if isinstance(accepted, str) and accepted:
        found = {**found, BASELINE: str(here / accepted)}
    return found
