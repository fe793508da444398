"""Run every rule on every resource. A rule that raises an exception becomes a finding and does not stop the others."""

import datetime
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from .baseline import Accepted, Baseline, Renamed
from .config import Exemption, Settings
from .exemptions import from_tags
from .graph.coverage import NO_AWS, unread
from .graph.model import Graph
from .graph.node import Node
from .graph.values import CannotTell
from .rule import RULES, Check, Level, NotApplicable, Rule
from .targets import Target
from .terraform.language import in_terraform, type_of


class Verdict(StrEnum):
    """The verdict of a rule about a resource. BROKEN: the rule failed with an error. EXPIRED: its exemption, or its
    entry in the baseline, has expired. ACCEPTED: it is in the baseline.
    """

    PASS = "pass"  # noqa: S105 (a verdict)
    VIOLATION = "violation"
    NOT_APPLICABLE = "not applicable"
    CANNOT_TELL = "cannot tell"
    BROKEN = "broken rule"
    EXEMPT = "exempt"
    EXPIRED = "expired exemption"
    ACCEPTED = "accepted"


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

    @property
    def kind(self) -> str:
        """The resource's type, as messages name it."""
        return type_of(self.node)

    @property
    def label(self) -> str:
        """The resource in messages: its type and name; of Terraform's, the address."""
        return self.node.label

    @property
    def title(self) -> str:
        """The rule's title, in the words of what manages the resource."""
        return in_terraform(self.node, self.rule.title, self.rule.kinds)

    @property
    def fix(self) -> str:
        """How to fix it, in the words of what manages the resource."""
        return in_terraform(self.node, self.rule.fix, self.rule.kinds)


@dataclass(slots=True)
class Report:
    """findings: all results except pass and not applicable. counts: results per verdict, passes included. unread: what
    the rules do not see, with the level at which that is reported. mandatory: ids of the rules at that level.
    stale: entries of the baseline whose finding is gone. passes: how many resources pass each rule.
    """

    findings: list[Result] = field(default_factory=list[Result])
    counts: dict[Verdict, int] = field(default_factory=dict[Verdict, int])
    unused: list[Exemption] = field(default_factory=list[Exemption])
    faulty: list[Exemption] = field(default_factory=list[Exemption])
    problems: tuple[str, ...] = ()
    unread: list[tuple[Level, str]] = field(default_factory=list[tuple[Level, str]])
    mandatory: frozenset[str] = frozenset()
    stale: list[Accepted] = field(default_factory=list[Accepted])
    passes: dict[str, int] = field(default_factory=dict[str, int])

    def of(self, *verdicts: Verdict) -> list[Result]:
        """The findings with these verdicts."""
        return [f for f in self.findings if f.verdict in verdicts]


def judge(
    rule: Rule, node: Node, graph: Graph, params: Mapping[str, Any], targets: tuple[Target, ...] = ()
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and notes of one rule for one resource, without exemptions."""
    notes: list[str] = []  # violations found before an unknown value must not be lost
    try:
        for note in rule.check(node, Check(graph, params, targets)):
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
    baseline: Baseline | None = None,
) -> Report:
    """Run every enabled rule on every resource of its kinds; of several stacks, on those of one (`Node.stack`)."""
    day = today or datetime.datetime.now(tz=datetime.UTC).date()
    mine = {n.urn for n in graph.nodes if n.stack == stack} if stack else None
    book = _Exemptions([n for n in graph.nodes if mine is None or n.urn in mine], settings)
    report = Report(problems=settings.problems, counts=dict.fromkeys(Verdict, 0))
    report.mandatory = frozenset(r for r, level in settings.levels.items() if level is Level.MANDATORY)
    report.unread = [(Level.ADVISORY if u == NO_AWS else settings.cannot_tell, u) for u in unread(graph, mine)]
    renamed = Renamed(graph.nodes)
    for rule in RULES.values() if rules is None else rules:
        level = settings.levels[rule.id]
        if level is Level.DISABLED:
            continue
        for node in graph.of(*rule.kinds):
            if node.external or (mine is not None and node.urn not in mine):
                continue
            verdict, notes = judge(rule, node, graph, settings.params[rule.id], settings.targets)
            notes = tuple(in_terraform(node, note, rule.kinds) for note in notes) if node.is_terraform else notes
            if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
                report.counts[verdict] += 1
                if verdict is Verdict.PASS:
                    report.passes[rule.id] = report.passes.get(rule.id, 0) + 1
                continue
            result = _result(rule, node, verdict, level, notes, settings, book, day)
            for part in _compared(result, baseline, renamed, day) if baseline is not None else (result,):
                report.counts[part.verdict] += 1
                report.findings.append(part)
    report.faulty = book.faulty
    report.stale = baseline.stale({stack} if stack else set(graph.stacks)) if baseline is not None else []
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


def _compared(result: Result, baseline: Baseline, renamed: Renamed, day: datetime.date) -> list[Result]:
    """A finding as what the baseline accepts of it, what it accepted until a day that is past, and what is new."""
    if result.verdict not in (Verdict.VIOLATION, Verdict.CANNOT_TELL):
        return [result]
    new: list[str] = []
    accepted: list[str] = []
    made: list[Result] = []
    notes = [accepted_as(result, note) for note in result.notes]
    entries = baseline.match(result.rule.id, result.node, notes, renamed)
    for note, entry in zip(result.notes, entries, strict=True):
        if entry is None or (result.level is Level.MANDATORY and entry.level is not Level.MANDATORY):
            new.append(note)
        elif entry.until is not None and entry.until < day:
            reason = entry.reason or "accepted by the baseline"
            ended = Exemption(entry.rule, entry.resource, reason, entry.until, f"baseline {baseline.name}")
            made.append(replace(result, verdict=Verdict.EXPIRED, level=Level.MANDATORY, notes=(note,), exemption=ended))
        else:
            accepted.append(note)
    if accepted:
        made.append(replace(result, verdict=Verdict.ACCEPTED, level=Level.DISABLED, notes=tuple(accepted)))
    return [*([replace(result, notes=tuple(new))] if new else []), *made]


def accepted_as(result: Result, note: str) -> str:
    """How a baseline writes a note: one that could not be decided never accepts a violation of the same words."""
    return f"{result.verdict}: {note}" if result.verdict is Verdict.CANNOT_TELL else note


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
