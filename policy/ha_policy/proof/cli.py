"""The `resilience` command: report, diff, lose, assumptions."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from ha_policy.graph import Graph, from_preview, from_state
from ha_policy.proof.estimate.assumptions import DATA, AssumptionsError, load
from ha_policy.proof.simulation.failures import Failure
from ha_policy.proof.simulation.simulation import Simulation

WORSE, MISTAKE = 1, 2


class Mistake(Exception):  # noqa: N818 (the user's, said in one sentence)
    """The input cannot be used."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Exit code: 0, 1 if a requested check fails, 2 if the input cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (Mistake, AssumptionsError) as mistake:
        print(f"resilience: {mistake}", file=sys.stderr)
        return MISTAKE


def build(
    source: dict[str, Any],
    *,
    assumptions: dict[str, Any] | None = None,
    config: dict[str, Any] | None = None,
    pairs: bool = False,
) -> dict[str, Any]:
    """The report of ``pulumi preview --json`` or ``pulumi stack export``. config: configuration of the policy pack."""
    import_module("ha_policy.rules")  # registers every rule
    from ha_policy.config import load as settings_of
    from ha_policy.evaluate import evaluate
    from ha_policy.proof.proof import Proof
    from ha_policy.proof.report.document import document

    settings = settings_of(config)
    graph = graph_of(source, dict(settings.zones))
    found = evaluate(graph, settings)
    return document(Proof(graph, assumptions), source=kind_of_source(source), rules=found, pairs=pairs)


def kind_of_source(source: dict[str, Any]) -> str:
    """``preview`` or ``state``. Raises Mistake for anything else."""
    if isinstance(source.get("steps"), list):
        return "preview"
    inner = source.get("deployment", source)
    if isinstance(inner, dict) and isinstance(cast(dict[str, Any], inner).get("resources"), list):
        return "state"
    raise Mistake("this is neither the output of `pulumi preview --json` nor of `pulumi stack export`")


def graph_of(source: dict[str, Any], zones: dict[str, str] | None = None) -> Graph:
    """The resource graph of a preview or a state."""
    return from_preview(source, zones) if kind_of_source(source) == "preview" else from_state(source, zones)


def read(path: str) -> dict[str, Any]:
    """A JSON object from a file, or from standard input for ``-``. Raises Mistake."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"{path}: {error.strerror if isinstance(error, OSError) else 'is not text'}") from None
    try:
        made = json.loads(text)
    except ValueError as error:
        raise Mistake(f"{path}: is not JSON ({error})") from None
    if not isinstance(made, dict):
        raise Mistake(f"{path}: must hold a JSON object")
    return cast(dict[str, Any], made)


def _report(options: argparse.Namespace) -> int:
    from ha_policy.proof.report.render import write

    made = build(
        read(options.file),
        assumptions=read(options.assumptions) if options.assumptions else None,
        config=read(options.policy_config) if options.policy_config else None,
        pairs=options.pairs,
    )
    try:
        paths = write(made, Path(options.out), options.name or made["stack"]["name"] or "stack")
    except OSError as error:
        raise Mistake(f"{options.out}: {error.strerror}") from None
    print("\n".join(str(p) for p in paths))
    fatal = [f for f in made["failures"] if f["kind"] == "zone" and any(o["verdict"] == "down" for o in f["outcomes"])]
    if options.strict and (fatal or made["declared"]["contradictions"]):
        names = ", ".join(f["name"] for f in fatal) or "a contradicted declaration"
        print(f"resilience: an entry point goes down: {names}", file=sys.stderr)
        return WORSE
    return 0


def _either(path: str) -> dict[str, Any]:
    """A report, read from a file or built from a preview or state."""
    made = read(path)
    return made if "failures" in made and "entry_points" in made else build(made)


def _diff(options: argparse.Namespace) -> int:
    from ha_policy.proof.report.comparison import compare, markdown

    made = compare(_either(options.old), _either(options.new))
    print(json.dumps(made, indent=1, ensure_ascii=False) if options.json else markdown(made), end="")
    return WORSE if options.fail_on_worse and made["worse"] else 0


def _lose(options: argparse.Namespace) -> int:
    from ha_policy.proof.proof import Proof
    from ha_policy.proof.report.render import share, time

    proof = Proof(graph_of(read(options.file)))
    lost: list[Failure] = []
    for name in options.what:
        found = [
            f
            for f in proof.single_failures
            if name in (f.key, f.name, f.key.partition(" ")[2], f.resource.rpartition("::")[2])
        ]
        if not found:
            known = ", ".join(f.key.partition(" ")[2] for f in proof.single_failures if f.kind in ("zone", "region"))
            raise Mistake(
                f"{name}: no zone, Region or component on a request path; zones and Regions are {known or 'none'}"
            )
        lost += found
    together = lost[0]
    for failure in lost[1:]:
        together |= failure
    run = Simulation(proof.entry_points, [together], proof.zones)
    print(f"Lost: {together.name}")
    for entry in proof.entry_points:
        outcome = run.outcome(entry, 0)
        text = f"{outcome.verdict} {share(outcome.capacity)}" if outcome.verdict == "degrades" else outcome.verdict
        after = f", recovery {time(outcome.seconds)}" if outcome.seconds and outcome.verdict != "down" else ""
        print(f"  {entry.kind} {entry.name}: {text}{after}")
        if broken := run.explain(entry, 0):
            print(f"    {' -> '.join(broken)}")
    return 0


def _assumptions(options: argparse.Namespace) -> int:
    if options.schema:
        print(DATA.joinpath("assumptions.schema.json").read_text(encoding="utf-8"))
    else:
        print(json.dumps(load().document(), indent=1, ensure_ascii=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="resilience",
        description="Say what the loss of a zone, a Region or a component does to a Pulumi AWS stack.",
        epilog="Example: pulumi preview --json | resilience report -",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("report", help="write the availability report of a stack as HTML, JSON and Markdown")
    one.add_argument("file", help="output of `pulumi preview --json` or `pulumi stack export`; - for standard input")
    one.add_argument("--out", default="build/report", metavar="DIR", help="where to write (default: build/report)")
    one.add_argument("--name", default="", help="name of the files (default: the stack's)")
    one.add_argument("--assumptions", default="", metavar="FILE", help="JSON with the assumptions to replace")
    one.add_argument("--policy-config", default="", metavar="FILE", help="JSON configuration of the policy pack")
    one.add_argument("--pairs", action="store_true", help="list the pairs of failures that are fatal only together")
    one.add_argument(
        "--strict", action="store_true", help="exit 1 when the loss of one zone brings an entry point down"
    )
    one.set_defaults(run=_report)
    two = commands.add_parser("diff", help="say what a change does to availability")
    two.add_argument("old", help="a report's JSON, a preview or a state")
    two.add_argument("new", help="a report's JSON, a preview or a state")
    two.add_argument("--json", action="store_true", help="as JSON instead of Markdown")
    two.add_argument("--fail-on-worse", action="store_true", help="exit 1 when a verdict gets worse")
    two.set_defaults(run=_diff)
    three = commands.add_parser("lose", help="lose several things at once")
    three.add_argument("file", help="a preview or a state; - for standard input")
    three.add_argument("what", nargs="+", help="zones, Regions, names of resources")
    three.set_defaults(run=_lose)
    four = commands.add_parser("assumptions", help="print the default assumptions")
    four.add_argument("--schema", action="store_true", help="print their JSON schema instead")
    four.set_defaults(run=_assumptions)
    return parser
