"""`resilience check`, the gate for pipelines, and `resilience baseline`, which writes what a gate accepts for now."""

from __future__ import annotations

import argparse
import datetime
import posixpath
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ha_policy.baseline import Accepted, Baseline, Renamed, document
from ha_policy.baseline import read as read_baseline
from ha_policy.config import ConfigError
from ha_policy.files import WriteError, write_whole
from ha_policy.proof.arguments import FORMATS
from ha_policy.proof.inputs import Input, Mistake, assumptions_of, chosen, config_of, joined, read_json
from ha_policy.targets import targets_of
from ha_policy.terminal import as_json, printable, printable_in, put, say
from ha_policy.terraform.language import is_terraform

if TYPE_CHECKING:
    from ha_policy.proof.judge import Judged


def _judged(
    files: Sequence[str],
    options: argparse.Namespace,
    config: Mapping[str, Any] | None,
    accepted: Baseline | None,
    sources: Sequence[str] = (),
) -> tuple[Judged, list[str], str]:
    from ha_policy.proof.judge import judge

    graph, notes, kind = joined([Input(f, read_json(f)) for f in files], config, sources)
    return judge(graph, config, assumptions_of(options), chosen(graph, options.only), accepted), notes, kind


def check(options: argparse.Namespace) -> int:
    from ha_policy.check.verdict import Asked, verdict

    wanted = _wanted(options.format or ["text"])
    if "worse" in options.fail_on and not options.base:
        raise Mistake("--fail-on worse needs --base with the preview or state before the change")
    config = _with_targets(config_of(options), options.targets)
    accepted = _read_baseline(options.baseline)
    judged, notes, kind = _judged(options.file, options, config, accepted, options.source)
    worse = _worse(options, config, judged, notes, kind) if options.base else ()
    folder = posixpath.normpath(options.project_dir.replace("\\", "/")) if options.project_dir else ""
    made = verdict(judged, notes, Asked(frozenset(options.fail_on or ["mandatory"]), tuple(worse), folder))
    project_file = posixpath.normpath(posixpath.join(folder, _project_file(judged, options.file)))
    contents = [(name, file, _formatted(name, made, project_file, file)) for name, file in wanted]
    try:
        write_whole({Path(file): content for _, file, content in contents if file})
    except WriteError as error:
        raise Mistake(str(error)) from None
    for name, file, content in contents:
        if not file:
            put(content if name == "text" else printable(content))
    return made["result"]["status"]


def _project_file(judged: Judged, files: Sequence[str]) -> str:
    """Where a finding is whose line is not known: the file of the Pulumi project, or the plan of Terraform."""
    if not is_terraform(judged.proof.graph):
        return "Pulumi.yaml"
    return "plan.json" if files[0] == "-" else files[0].replace("\\", "/")


def _wanted(given: Sequence[str]) -> list[tuple[str, str]]:
    """Formats with their file; an empty one is standard output."""
    found: list[tuple[str, str]] = []
    for text in given:
        name, equals, file = text.partition("=")
        if name not in FORMATS:
            raise Mistake(f"--format {name}: must be one of {', '.join(FORMATS)}")
        if equals and not file:
            raise Mistake(f"--format {text}: name a file after the =")
        found.append((name, file))
    if sum(not file for _, file in found) > 1:
        raise Mistake(
            "--format: only one format can go to standard output; give the others a file: --format sarif=FILE"
        )
    return found


def _formatted(name: str, made: dict[str, Any], project_file: str, file: str) -> str:
    match name:
        case "json":
            return as_json(made)
        case "sarif":
            from ha_policy.check.sarif import sarif

            return as_json(sarif(made, project_file))
        case "junit":
            from ha_policy.check.junit import junit

            return junit(made)
        case "github":
            from ha_policy.check.annotations import github

            return github(made, project_file)
        case "gitlab":
            from ha_policy.check.annotations import gitlab

            return as_json(gitlab(made, project_file))
        case "markdown":
            from ha_policy.check.markdown import markdown

            return markdown(made)
        case _:
            from ha_policy.check.text import is_colored, text

            return text(printable_in(made), color=not file and is_colored(sys.stdout))


def _with_targets(config: Mapping[str, Any] | None, file: str) -> Mapping[str, Any] | None:
    """The configuration with the targets of a file, instead of its own."""
    if not file:
        return config
    given = read_json(file, "")
    found = given.get("targets", given)
    problems: list[str] = []
    targets_of(found, problems)
    if problems:
        raise Mistake(f"{file}: {'; '.join(problems)}")
    return {**(config or {}), "targets": found}


def hub_policy(options: argparse.Namespace) -> int:
    from ha_policy.exemptions import settings_of
    from ha_policy.proof import hub_policy as hub

    if options.name and not hub.NAME.fullmatch(options.name):
        raise Mistake(f"--name {options.name!r}: give 2 to 60 letters, digits, _ and -, a letter or digit first")
    config = _with_targets(config_of(options), options.targets)
    graph, _, _ = joined([Input(f, read_json(f)) for f in options.file], config, options.source)
    settings = [settings_of(graph, config, stack) for stack in graph.stacks or ("",)]
    if problems := list(dict.fromkeys(p for s in settings for p in s.problems)):
        raise Mistake("; ".join(problems))
    try:
        made = hub.hub_policy(
            options.name or hub.policy_name(graph.stacks), options.tier, [t for s in settings for t in s.targets]
        )
    except hub.IncompleteError as error:
        raise Mistake(str(error)) from None
    say(as_json(made), end="")
    return 0


def _read_baseline(file: str) -> Baseline | None:
    if not file:
        return None
    try:
        return read_baseline(Path(file))
    except ConfigError as error:
        raise Mistake(str(error)) from None


def _worse(
    options: argparse.Namespace, config: Mapping[str, Any] | None, judged: Judged, notes: Sequence[str], kind: str
) -> list[str]:
    """What got worse since the base, a sentence each."""
    from ha_policy.proof.report.comparison import compare, worse
    from ha_policy.proof.report.document import document as report_of

    without: dict[str, Any] = {**{k: v for k, v in (config or {}).items() if k != "baseline"}, "targets": {}}
    before, more, source = _judged(options.base, options, without, Baseline())
    old = report_of(before.proof, source=source, rules=before.answers, notes=more)
    new = report_of(judged.proof, source=kind, rules=judged.answers, notes=notes)
    return list(worse(compare(old, new)))


def baseline(options: argparse.Namespace) -> int:
    from ha_policy.evaluate import Verdict, accepted_as
    from ha_policy.rule import Level

    until = None
    if options.until:
        try:
            until = datetime.date.fromisoformat(options.until)
        except ValueError:
            raise Mistake(f"--until {options.until}: must be a date, YYYY-MM-DD") from None
    former = _read_baseline(options.former) or Baseline()
    judged, notes, _ = _judged(options.file, options, config_of(options), Baseline(), options.source)
    renamed = Renamed(judged.proof.graph.nodes)
    entries: list[Accepted] = []
    for r in judged.answers.of(Verdict.VIOLATION, Verdict.CANNOT_TELL):
        if r.level is Level.DISABLED:
            continue
        found = [accepted_as(r, note) for note in r.notes]
        for what, old in zip(found, former.match(r.rule.id, r.node, found, renamed), strict=True):
            why = (old.reason, old.owner, old.until) if old else (options.reason, options.owner, until)
            entries.append(Accepted(r.rule.id, r.node.urn, what, r.level, *why))
    entries.sort(key=lambda e: (e.rule, e.resource, e.what))
    say(as_json(document(entries)), end="")
    for line in (*notes, f"{len(entries)} findings accepted"):
        say(f"resilience: {line}", sys.stderr)
    return 0
