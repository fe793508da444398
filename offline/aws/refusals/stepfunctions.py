# ruff: noqa: E501 (what AWS says is as long as it is)
"""Step Functions."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique


@refuses("aws:sfn/stateMachine:StateMachine")
def state_machine_is_legal(case: Case) -> Iterator[Problem]:
    """Step Functions CreateStateMachine: InvalidDefinition; names of 1-80 without spaces and brackets."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
        yield "name", f"InvalidName: {name!r}: 1 to 80 letters, digits, hyphens and underscores"
    text = case.text("definition")
    if text is None:
        return
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        yield "definition", "InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION'"
        return
    machine = cast(dict[str, Any], parsed) if isinstance(parsed, dict) else {}
    states = cast(dict[str, Any], machine.get("States") or {})
    if machine.get("StartAt") not in states:
        yield (
            "definition",
            "InvalidDefinition: MISSING_TRANSITION_TARGET: Missing 'Next' target: StartAt names no state",
        )
    for name, state in states.items():
        step = cast(Mapping[str, Any], state)
        targets = [
            step.get("Next"),
            step.get("Default"),
            *(c.get("Next") for c in [*step.get("Choices", []), *step.get("Catch", [])]),
        ]
        for target in targets:
            if target is not None and target not in states:
                yield (
                    "definition",
                    f"InvalidDefinition: MISSING_TRANSITION_TARGET: state {name} goes on to {target!r}, which is not there",
                )


unique("aws:sfn/stateMachine:StateMachine", "name", call="stepfunctions CreateStateMachine", says="StateMachineAlreadyExists: State Machine Already Exists: '{name}'")  # fmt: skip
