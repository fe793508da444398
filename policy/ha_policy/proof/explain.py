"""What `resilience explain` prints: why a rule exists, how to fix what it finds, and its verdict about one resource."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator

from ha_policy.exemptions import PREFIX
from ha_policy.messages import named
from ha_policy.proof.judge import Judged
from ha_policy.rule import PRESETS, RULES, Rule
from ha_policy.terraform.language import words


class NoSuchError(ValueError):
    """There is no such rule or resource. The text says what is similar."""


def explanation(name: str, resource: str = "", judged: Judged | None = None) -> str:
    """The text about a rule, or a line about each. resource: a name or URN; judged: the stack that has it. Raises
    NoSuchError.
    """
    if not name:
        return "\n".join(f"{rule.id}: {rule.title} ({rule.severity})" for _, rule in sorted(RULES.items()))
    rule = RULES.get(name)
    if rule is None:
        raise NoSuchError(f"{name}: no such rule{_similar(name, RULES)}; `resilience explain` lists them")
    found = list(_about(rule))
    if judged is not None:
        found = [words(judged.proof.graph)(line) for line in found]
        found += _verdicts(rule, resource, judged)
    if resource:
        found += _exempting(rule, resource)
    return "\n".join(found)


def _similar(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), 3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _about(rule: Rule) -> Iterator[str]:
    yield f"{rule.id}: {rule.title} ({rule.severity})"
    yield f"why: {rule.reason}"
    yield f"fix: {rule.fix}"
    yield f"checks: {'all AWS resources' if rule.kinds == ('*',) else ', '.join(rule.kinds)}"
    yield f"levels: {', '.join(f'{preset} {rule.levels[preset]}' for preset in PRESETS)}"
    for key, param in rule.params.items():
        values = ", ".join(f"{preset} {json.dumps(param.value(preset))}" for preset in PRESETS)
        yield f"parameter {key}: {param.description} ({values})"
    if rule.references:
        yield f"see: {', '.join(rule.references)}"


def _verdicts(rule: Rule, resource: str, judged: Judged) -> Iterator[str]:
    checked = judged.proof.graph.of(*rule.kinds)
    chosen = [n for n in checked if not resource or resource in (n.name, n.logical_name, n.urn)]
    if resource and not chosen:
        names = [n.name for n in checked]
        raise NoSuchError(f"{resource}: {rule.id} checks no such resource of the stack{_similar(resource, names)}")
    found = {f.node.urn: f for f in judged.answers.findings if f.rule is rule}
    yield ""
    for node in chosen:
        if finding := found.get(node.urn):
            why = f" ({finding.exemption.origin}: {finding.exemption.reason})" if finding.exemption else ""
            yield f"{node.label}: {finding.verdict}{why}, {finding.level}"
            yield from (f"  {note}" for note in finding.notes)
    if rest := [n for n in chosen if n.urn not in found]:
        yield f"{named(rest)}: nothing is found"


def _exempting(rule: Rule, resource: str) -> Iterator[str]:
    entry = {"rule": rule.id, "resource": resource, "reason": "why", "until": "2027-06-30"}
    yield ""
    yield f'to exempt it: its tag "{PREFIX}{rule.id}": "why until=2027-06-30", or in --policy-pack-config'
    yield f"  {json.dumps({'ha': {'exemptions': [entry]}})}"
