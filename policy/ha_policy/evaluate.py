"""Run every rule on every resource. A rule that raises an exception becomes a finding and does not stop the others."""

import datetime
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .config import Exemption, Settings
from .exemptions import from_tags
from .graph.coverage import NO_AWS, unread
from .graph.model import Graph
from .graph.node import Node
from .graph.values import CannotTell
from .rule import RULES, Check, Level, NotApplicable, Rule


class Verdict(StrEnum):
    """The verdict of a rule about a resource. BROKEN: the rule failed with an error. EXPIRED: its exemption has
    expired.
    """

    PASS = "pass"  # noqa: S105 (a verdict)
    VIOLATION = "violation"
    NOT_APPLICABLE = "not applicable"
    CANNOT_TELL = "cannot tell"
    BROKEN = "broken rule"
    EXEMPT = "exempt"
    EXPIRED = "expired exemption"


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one rule for one resource. notes: one sentence per violation, or the values that could not be
    resolved.
    """

    rule: Rule
    node: Node
    verdict: Verdict
    level: Level
    notes: tuple[str, ...] = ()
    exemption: Exemption | None = None


@dataclass(slots=True)
class Report:
    """findings: all results except pass and not applicable. counts: results per verdict, passes included. unread: what
    the rules do not see, with the level at which that is reported. mandatory: ids of the rules at that level.
    """

    findings: list[Result] = field(default_factory=list[Result])
    counts: dict[Verdict, int] = field(default_factory=dict[Verdict, int])
    unused: list[Exemption] = field(default_factory=list[Exemption])
    faulty: list[Exemption] = field(default_factory=list[Exemption])
    problems: tuple[str, ...] = ()
    unread: list[tuple[Level, str]] = field(default_factory=list[tuple[Level, str]])
    mandatory: frozenset[str] = frozenset()

    def of(self, *verdicts: Verdict) -> list[Result]:
        """The findings with these verdicts."""
        return [f for f in self.findings if f.verdict in verdicts]


def judge(rule: Rule, node: Node, graph: Graph, params: Mapping[str, Any]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and notes of one rule for one resource, without exemptions."""
    notes: list[str] = []  # violations found before an unknown value must not be lost
    try:
        for note in rule.check(node, Check(graph, params)):
            notes.append(note)
    except NotApplicable as reason:
        return (Verdict.VIOLATION, tuple(notes)) if notes else (Verdict.NOT_APPLICABLE, (reason.why,))
    except CannotTell as unknown:
        return (Verdict.VIOLATION, tuple(notes)) if notes else (Verdict.CANNOT_TELL, (unknown.what,))
    except Exception as error:  # an error in one rule must not hide the findings of others
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Verdict.BROKEN, (f"{type(error).__name__}: {error} ({last.name}, line {last.lineno})",)
    return (Verdict.VIOLATION, tuple(notes)) if notes else (Verdict.PASS, ())


def evaluate(
    graph: Graph,
    settings: Settings,
    *,
    today: datetime.date | None = None,
    rules: Iterable[Rule] | None = None,
    stack: str = "",
) -> Report:
    """Run every enabled rule on every resource of its kinds; of several stacks, on those of one (`Node.stack`)."""
    day = today or datetime.datetime.now(tz=datetime.UTC).date()
    mine = {n.urn for n in graph.nodes if n.stack == stack} if stack else None
    book = _Exemptions([n for n in graph.nodes if mine is None or n.urn in mine], settings)
    report = Report(problems=settings.problems, counts=dict.fromkeys(Verdict, 0))
    report.mandatory = frozenset(r for r, level in settings.levels.items() if level is Level.MANDATORY)
    report.unread = [(Level.ADVISORY if u == NO_AWS else settings.cannot_tell, u) for u in unread(graph, mine)]
    for rule in RULES.values() if rules is None else rules:
        level = settings.levels[rule.id]
        if level is Level.DISABLED:
            continue
        for node in graph.of(*rule.kinds):
            if node.external or (mine is not None and node.urn not in mine):
                continue
            verdict, notes = judge(rule, node, graph, settings.params[rule.id])
            if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
                report.counts[verdict] += 1
                continue
            result = _result(rule, node, verdict, level, notes, settings, book, day)
            report.counts[result.verdict] += 1
            report.findings.append(result)
    report.faulty = book.faulty
    report.unused = [e for e in book.all if id(e) not in book.used]
    return report


def _result(
    rule: Rule,
    node: Node,
    verdict: Verdict,
    level: Level,
    notes: tuple[str, ...],
    settings: Settings,
    book: "_Exemptions",
    day: datetime.date,
) -> Result:
    exemption = None if verdict is Verdict.BROKEN else book.find(rule.id, node)
    if exemption is not None:
        if exemption.until is None or exemption.until >= day:
            return Result(rule, node, Verdict.EXEMPT, Level.ADVISORY, notes, exemption)
        return Result(rule, node, Verdict.EXPIRED, Level.MANDATORY, notes, exemption)
    if verdict is Verdict.CANNOT_TELL:
        lenient = Level.ADVISORY if level is Level.ADVISORY else settings.cannot_tell
        level = Level.DISABLED if settings.cannot_tell is Level.DISABLED else lenient
    return Result(rule, node, verdict, level, notes)


class _Exemptions:
    """All exemptions by rule, and which of them were used."""

    def __init__(self, nodes: Iterable[Node], settings: Settings) -> None:
        self.used: set[int] = set()
        tagged = [e for node in nodes if "tags" in node.props for e in from_tags(node)]
        self.faulty = [e for e in tagged if e.problem]
        self.all = [e for e in (*tagged, *settings.exemptions) if not e.problem]
        self._by_rule: dict[str, list[Exemption]] = {}
        for exemption in self.all:
            self._by_rule.setdefault(exemption.rule, []).append(exemption)

    def find(self, rule: str, node: Node) -> Exemption | None:
        matches = [e for e in self._by_rule.get(rule, ()) if e.covers(node.urn, node.logical_name)]
        self.used |= {id(e) for e in matches}
        # The exemption that ends last is used.
        return max(matches, key=lambda e: e.until or datetime.date.max, default=None)
