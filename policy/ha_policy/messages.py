"""The text of a finding: rule, resource, what was found, why it matters, how to fix it."""

from collections.abc import Iterator
from typing import NamedTuple

from .evaluate import Report, Result, Verdict
from .rule import Level


class Line(NamedTuple):
    """One diagnostic. level: MANDATORY or ADVISORY. urn: the resource, or empty for the whole stack."""

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
    for finding in report.findings:
        if finding.level is not Level.DISABLED:
            yield Line(finding.level, text(finding), finding.node.urn)
    for exemption in report.faulty:
        yield Line(Level.MANDATORY, f"invalid exemption: {exemption.origin}: {exemption.problem}", "")
    for exemption in report.unused:
        note = f"unused exemption: {exemption.origin} ({exemption.rule}) matches no finding; remove it"
        yield Line(Level.ADVISORY, note, "")


def text(finding: Result) -> str:
    """The text of one finding."""
    rule, node = finding.rule, finding.node
    head = f"[{rule.id}] {node.label}: "
    what = "; ".join(finding.notes)
    tail = f"\n  why: {rule.reason}\n  fix: {rule.fix}"
    if rule.references:
        tail += f"\n  see: {', '.join(rule.references)}"
    match finding.verdict:
        case Verdict.CANNOT_TELL:
            return f"{head}cannot tell ({rule.title}): {what}{tail}"
        case Verdict.BROKEN:
            return f"{head}the rule failed with an error and gave no verdict: {what}; report it, or disable the rule"
        case Verdict.EXEMPT if finding.exemption:
            until = f" until {finding.exemption.until}" if finding.exemption.until else ""
            return f"{head}exempt{until} by {finding.exemption.origin}: {finding.exemption.reason} (found: {what})"
        case Verdict.EXPIRED if finding.exemption:
            return f"{head}{what}; its exemption ({finding.exemption.reason}) ended on {finding.exemption.until}{tail}"
        case _:
            return f"{head}({rule.severity}) {what}{tail}"
