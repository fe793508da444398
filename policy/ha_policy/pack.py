"""The two stack policies that contain all rules: a mandatory one and an advisory one.

There are two policies and not one per rule, because the SDK deserializes every resource again for every policy. The
first one evaluates all rules; the second reports the advisory findings that the first has kept, in the same call of the
engine.
"""

import threading
from collections.abc import Mapping
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from . import rules as _rules  # registers every rule
from .baseline import SETTING as BASELINE
from .baseline import Baseline, baseline_of
from .config import POLICIES, ConfigError, Settings, schema, zones_in
from .config_files import config_folders
from .evaluate import evaluate
from .exemptions import settings_of
from .graph import Graph
from .graph.documents import InputError
from .graph.joining import Given, join
from .graph.readers import from_policy
from .messages import Line, lines
from .other_stacks import SETTING, other_stacks
from .proof.report.at_preview import write_if_asked
from .rule import Level
from .supported import DISPLAY_NAMES, has

NAME: Final = "aws-high-availability"
GATE, ADVICE = POLICIES[:2]
FAMILIES: Final = _rules.FAMILIES

_left = threading.local()  # the engine runs all policies of a pack in one call, on one thread


def gate(args: StackValidationArgs, report: ReportViolation) -> None:
    """Evaluate all rules and report the mandatory findings; keep the advisory ones for `advice`."""
    config = args.get_config()
    graph = from_policy(args.resources, zones_in(config))
    own, problems = (graph.stacks[0] if graph.stacks else ""), list[str]()
    if config.get(SETTING):
        graph, problems = _joined(graph, config)
    settings = settings_of(graph, config, own)
    accepted, trouble = _baseline(config)
    problems += trouble
    answers = evaluate(graph, settings, stack=own if len(graph.stacks) > 1 else "", baseline=accepted)
    answers.problems = (*answers.problems, *problems, *_targets_of_nothing(graph, settings, own))
    found = list(lines(answers))
    if trouble := write_if_asked(graph, answers, settings, own if len(graph.stacks) > 1 else ""):
        found.append(Line(Level.ADVISORY, trouble, ""))
    _left.lines = [line for line in found if line.level is not Level.MANDATORY]
    _tell(report, [line for line in found if line.level is Level.MANDATORY])


def _joined(graph: Graph, config: Mapping[str, Any]) -> tuple[Graph, list[str]]:
    """The graph with the other stacks that the configuration names, and what is wrong with that."""
    try:
        own = Given("this stack", tuple(n for n in graph.nodes))
        return join([own, *other_stacks(config, config_folders())], graph.known_zones)
    except (ConfigError, InputError) as error:
        return graph, [str(error)]


def _targets_of_nothing(graph: Graph, settings: Settings, own: str) -> list[str]:
    """Targets that name no entry point of the stack."""
    if not settings.targets:
        return []
    from .proof.proof import proof_of
    from .proof.target_results import without_entry_point

    return without_entry_point(
        proof_of(graph, stack=own if len(graph.stacks) > 1 else "").entry_points, settings.targets
    )


def _baseline(config: Mapping[str, Any]) -> tuple[Baseline | None, list[str]]:
    """The findings that the configuration accepts, and what is wrong with them."""
    try:
        return baseline_of(config, config_folders() if config.get(BASELINE) else ()), []
    except ConfigError as error:
        return None, [str(error)]


def advice(args: StackValidationArgs, report: ReportViolation) -> None:
    """Report the advisory findings that `gate` has kept."""
    left: list[Line] | None = getattr(_left, "lines", None)
    _left.lines = None
    for key in args.get_config():
        report(f"configuration: {ADVICE}.{key}: no such setting; put it under {GATE}: {GATE}.{key}", None)
    if left is None:
        args.not_applicable(f"policy {GATE}, which evaluates the rules, is disabled")
    _tell(report, left or [])


def _tell(report: ReportViolation, found: list[Line]) -> None:
    for line in found:
        report(line.text, line.urn or None)


def _shown(name: str) -> dict[str, Any]:
    """What Pulumi Cloud shows of a policy, if the SDK can say it."""
    return {"display_name": name, "tags": ["availability", "resilience", "aws"]} if has(DISPLAY_NAMES) else {}


def policies() -> list[Policy]:
    """The policies of the pack."""
    return [
        StackValidationPolicy(
            name=GATE,
            # The CLI prints the description above every finding.
            description="This would lose availability or data:",
            validate=gate,
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=PolicyConfigSchema(properties=schema()),
            **_shown("High availability"),
        ),
        StackValidationPolicy(
            name=ADVICE,
            description="This makes a failure longer, or a mistake possible:",
            validate=advice,
            enforcement_level=EnforcementLevel.ADVISORY,
            **_shown("High availability: advisory"),
        ),
    ]
