"""The text of findings: one line for each, `[rule] resource: what is wrong`, and one line for the cure.

The findings of one rule are one diagnostic, so that a stack with hundreds of them can be read. The reason and the
references are left to `resilience explain RULE`.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from .evaluate import Report, Result, Verdict
from .graph.node import Node
from .rule import Level

NAMES: Final = 5
"""Resources with the same finding that a line names; the report names all."""
LINES: Final = 10
"""Lines of one rule's findings; the report has all."""


class Line(NamedTuple):
    """One diagnostic. level: MANDATORY or ADVISORY. urn: the resource, or empty for several or the whole stack."""

    level: Level
    text: str
    urn: str


def lines(report: Report) -> Iterator[Line]:
    """All diagnostics of a report."""
    for problem in report.problems:
        yield Line(Level.MANDATORY, f"configuration: {problem}", "")
    for level, what in report.unread:
        if level is not Level.DISABLED:
            yield Line(level, f"cannot tell: {what}", "")
    groups: dict[tuple[str, Level, Verdict], list[Result]] = {}
    for finding in report.findings:
        if finding.level is not Level.DISABLED:
            groups.setdefault((finding.rule.id, finding.level, finding.verdict), []).append(finding)
    for (_, level, _), findings in groups.items():
        yield Line(level, text(findings), findings[0].node.urn if len(findings) == 1 else "")
    for exemption in report.faulty:
        yield Line(Level.MANDATORY, f"invalid exemption: {exemption.origin}: {exemption.problem}", "")
    for exemption in report.unused:
        note = f"unused exemption: {exemption.origin} ({exemption.rule}) matches no finding; remove it"
        yield Line(Level.ADVISORY, note, "")
    if report.stale:
        some = "; ".join(e.text for e in report.stale[:NAMES])
        more = f" and {len(report.stale) - NAMES} more" if len(report.stale) > NAMES else ""
        note = f"{len(report.stale)} entries of the baseline match no finding; write it again: {some}{more}"
        yield Line(Level.ADVISORY, note, "")


def text(findings: list[Result]) -> str:
    """The text of the findings of one rule with one verdict. What is found alike of resources of a kind is one line."""
    alike: dict[tuple[str, str], list[Node]] = {}
    for finding in findings:
        kind = "" if finding.node.is_terraform else f"{finding.kind} "
        alike.setdefault((kind, _what(finding)), []).append(finding.node)
    rule = findings[0].rule
    shown = [f"[{rule.id}] {kind}{named(nodes)}: {what}" for (kind, what), nodes in list(alike.items())[:LINES]]
    if len(alike) > LINES:
        hidden = [node for nodes in list(alike.values())[LINES:] for node in nodes]
        shown.append(f"[{rule.id}] and {len(hidden)} more: {named(hidden)}")
    return "\n".join([*shown, *cure(findings[0])])


def _what(finding: Result) -> str:
    what = "; ".join(finding.notes)
    match finding.verdict:
        case Verdict.CANNOT_TELL:
            return f"cannot tell: {what}"
        case Verdict.BROKEN:
            return f"the rule failed with an error and gave no verdict: {what}; report it, or disable the rule"
        case Verdict.EXEMPT if finding.exemption:
            until = f" until {finding.exemption.until}" if finding.exemption.until else ""
            return f"exempt{until} by {finding.exemption.origin}: {finding.exemption.reason} (found: {what})"
        case Verdict.EXPIRED if finding.exemption:
            return f"{what}; its exemption ({finding.exemption.reason}) ended on {finding.exemption.until}"
        case _:
            return what


def named(nodes: Iterable[Node]) -> str:
    """Names of resources, the first few of them."""
    names = [node.name for node in nodes]
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return f"{', '.join(names[:NAMES])}{more}"


def cure(finding: Result) -> list[str]:
    """The line that says how to fix it, where there is something to fix."""
    if finding.verdict in (Verdict.BROKEN, Verdict.EXEMPT):
        return []
    if finding.verdict is Verdict.CANNOT_TELL:
        return [f"  the rule: {finding.title} (resilience explain {finding.rule.id})"]
    return [f"  fix: {finding.fix} (resilience explain {finding.rule.id})"]
