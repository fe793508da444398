"""The `resilience` command: what each of the commands in `arguments` does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ha_policy.check.command import baseline, check, hub_policy
from ha_policy.config import ConfigError
from ha_policy.proof.arguments import parser
from ha_policy.proof.estimate.assumptions import DATA, AssumptionsError, load
from ha_policy.proof.inputs import Input, Mistake, assumptions_of, chosen, config_of, joined, load_rules, read_json
from ha_policy.proof.judge import judge
from ha_policy.proof.report.document import VERSION
from ha_policy.proof.simulation.failures import Failure
from ha_policy.proof.simulation.simulation import Simulation
from ha_policy.terminal import as_json, printable_in, put, say

WORSE, MISTAKE = 1, 2
COMPLETIONS: Final = Path(__file__).parents[1] / "completions"
"""Written by `python -m tests.support.completions`, a file for each shell."""
MOST: Final = 6
"""Reasons printed; all are in the report."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Exit status: 0; 1 if what a gate asks for (``--strict``, ``--fail-on-worse``) is known not to
    hold; 2 if the input cannot be used or nothing can be decided.
    """
    return run(parser().parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Run the command that was parsed; see `main`."""
    try:
        for file in getattr(options, "rules", ()):
            load_rules(file)
        return COMMANDS[options.command](options)
    except (Mistake, AssumptionsError, ConfigError) as mistake:
        say(f"resilience: {mistake}", sys.stderr)
    except BrokenPipeError:  # the reader of the output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("HA_AWS_DEBUG"):
            raise
        say(f"resilience: error of its own: {type(error).__name__}: {error}; please report it", sys.stderr)
    return MISTAKE


def build(
    *sources: Mapping[str, Any],
    assumptions: Mapping[str, Any] | None = None,
    config: Mapping[str, Any] | None = None,
    pairs: bool = False,
    only: str = "",
) -> dict[str, Any]:
    """The report of stacks, each given by its ``pulumi preview --json`` or ``pulumi stack export``.

    config: configuration of the policy pack. only: the stack to report on. Raises Mistake, ConfigError and
    AssumptionsError.
    """
    inputs = [Input(f"input {i}", s) for i, s in enumerate(sources, 1)]
    return _built(inputs, assumptions=assumptions, config=config, pairs=pairs, only=only)


def _built(
    inputs: Sequence[Input],
    *,
    assumptions: Mapping[str, Any] | None,
    config: Mapping[str, Any] | None,
    pairs: bool = False,
    only: str = "",
    sources: Sequence[str] = (),
) -> dict[str, Any]:
    from ha_policy.proof.report.document import document as report_of

    graph, notes, kind = joined(inputs, config, sources)
    judged = judge(graph, config, assumptions, chosen(graph, only))
    return report_of(judged.proof, source=kind, rules=judged.answers, targets=judged.targets, pairs=pairs, notes=notes)


def _from_file(path: str, options: argparse.Namespace, sources: Sequence[str]) -> dict[str, Any]:
    return _built(
        [Input(path, read_json(path))],
        assumptions=assumptions_of(options),
        config=config_of(options),
        only=options.only,
        sources=sources,
    )


def _report(options: argparse.Namespace) -> int:
    from ha_policy.check.text import is_colored, text
    from ha_policy.check.verdict import Asked, verdict
    from ha_policy.proof.report.document import document as report_of
    from ha_policy.proof.report.render import file_name, write
    from ha_policy.proof.report.result import STATUS

    if options.name and options.name != file_name(options.name):
        raise Mistake(f"--name {options.name!r}: give letters, digits and ._- only")
    config = config_of(options)
    graph, notes, kind = joined([Input(p, read_json(p)) for p in options.file], config, options.source)
    judged = judge(graph, config, assumptions_of(options), chosen(graph, options.only))
    made = report_of(
        judged.proof, source=kind, rules=judged.answers, targets=judged.targets, pairs=options.pairs, notes=notes
    )
    try:
        paths = write(made, Path(options.out), options.name or made["stack"]["name"])
    except OSError as error:
        raise Mistake(f"{options.out}: {error.strerror}" if error.strerror else str(error)) from None
    put(text(printable_in(verdict(judged, notes, Asked())), color=is_colored(sys.stdout)))
    say("\n".join(str(p) for p in paths))
    if not options.strict:
        return 0
    word, reasons = made["result"]["word"], made["result"]["reasons"]
    say(f"resilience: --strict: {word}{': ' if reasons else ''}{'; '.join(reasons[:MOST])}", sys.stderr)
    return STATUS[word]


def _either(path: str, options: argparse.Namespace, sources: Sequence[str]) -> dict[str, Any]:
    """A report, read from a file or built from a preview or state."""
    made = read_json(path)
    if "failures" not in made or "entry_points" not in made:
        return _from_file(path, options, sources)
    if made.get("version") != VERSION:
        raise Mistake(f"{path}: it is a report of another version; write it again from the preview or state")
    return dict(made)


def _quotas(options: argparse.Namespace) -> int:
    from ha_policy.proof.report.requests import requests

    made = _either(options.file, options, options.source)
    if "quotas" not in made:
        raise Mistake(f"{options.file}: it is a report of an earlier release; write it again from the preview or state")
    say("\n".join(requests(made, everything=options.all)))
    return 0


def _diff(options: argparse.Namespace) -> int:
    from ha_policy.proof.report.comparison import compare, markdown

    old = _either(options.old, options, options.source[:1])
    new = _either(options.new, options, options.source[-1:])
    try:
        made = compare(old, new)
        text = as_json(made) if options.json else markdown(made)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise Mistake("one of the two is no report that `resilience report` wrote") from None
    say(text, end="")
    if not options.fail_on_worse or not made["worse"]:
        return 0 if new["entry_points"] or not options.fail_on_worse else MISTAKE
    return WORSE


def _lose(options: argparse.Namespace) -> int:
    from ha_policy.proof.report.units import share, time

    config = config_of(options)
    graph, notes, _ = joined([Input(options.file, read_json(options.file))], config, options.source)
    proof = judge(graph, config, assumptions_of(options), chosen(graph, options.only)).proof
    for note in notes:
        say(f"resilience: {note}", sys.stderr)
    lost: list[Failure] = []
    for name in options.what:
        found = [
            f
            for f in proof.single_failures
            if name and name in (f.key, f.name, f.key.partition(" ")[2], f.resource.rpartition("::")[2])
        ]
        if not found:
            known = ", ".join(f.key.partition(" ")[2] for f in proof.single_failures if f.kind in ("zone", "region"))
            raise Mistake(
                f"{name or repr(name)}: no zone, Region or component on a request path; "
                f"zones and Regions are {known or 'none'}"
            )
        lost += found
    together = lost[0]
    for failure in lost[1:]:
        together |= failure
    run = Simulation(proof.entry_points, [together], proof.zones)
    say(f"Lost: {together.name}")
    for entry in proof.entry_points:
        outcome = run.outcome(entry, 0)
        text = f"{outcome.verdict} {share(outcome.capacity)}" if outcome.verdict == "degrades" else outcome.verdict
        after = f", recovery {time(outcome.seconds)}" if outcome.seconds and outcome.verdict != "down" else ""
        say(f"  {entry.kind} {entry.name}: {text}{after}")
        if broken := run.explain(entry, 0):
            say(f"    {' -> '.join(broken)}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    from ha_policy.proof.explain import NoSuchError, explanation

    judged = None
    if options.stack:
        config = config_of(options)
        graph, _, _ = joined([Input(options.stack, read_json(options.stack))], config, options.source)
        judged = judge(graph, config, assumptions_of(options))
    try:
        say(explanation(options.rule, options.resource, judged))
    except NoSuchError as error:
        raise Mistake(str(error)) from None
    return 0


def _assumptions(options: argparse.Namespace) -> int:
    if options.schema:
        print(DATA.joinpath("assumptions.schema.json").read_text(encoding="utf-8"))
    else:
        print(as_json(load().document()), end="")
    return 0


def _pack(options: argparse.Namespace) -> int:
    print(Path(__file__).parents[1] / "pulumi_pack")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from ha_policy.config import file_schema
    from ha_policy.targets import schema as targets_schema

    if options.of == "check":
        print(COMPLETIONS.with_name("check").joinpath("check.schema.json").read_text(encoding="utf-8"), end="")
        return 0
    made = file_schema() if options.of == "policy-config" else targets_schema()
    print(as_json({"$schema": "http://json-schema.org/draft-07/schema#", **made}), end="")
    return 0


def _completion(options: argparse.Namespace) -> int:
    print(COMPLETIONS.joinpath(f"resilience.{options.shell}").read_text(encoding="utf-8"), end="")
    return 0


COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "report": _report,
    "quotas": _quotas,
    "diff": _diff,
    "lose": _lose,
    "explain": _explain,
    "assumptions": _assumptions,
    "check": check,
    "baseline": baseline,
    "hub-policy": hub_policy,
    "pack": _pack,
    "completion": _completion,
    "schema": _schema,
}
