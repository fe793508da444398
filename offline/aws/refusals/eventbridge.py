# ruff: noqa: E501 (what AWS says is as long as it is)
"""EventBridge rules, targets, buses, and EventBridge Scheduler."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from offline.aws.refusals import Case, Problem, not_both, refuses
from offline.aws.unique import unique

_RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)")


def schedule_problem(text: str, *, at: bool = False) -> str | None:
    """Why an EventBridge schedule expression is refused: rate(1 minute), rate(5 minutes), cron with six fields."""
    if text.startswith("rate("):
        return (
            None
            if _RATE.fullmatch(text)
            else f"schedule {text!r}: rate(1 minute|hour|day) or rate(n minutes|hours|days)"
        )
    if text.startswith("cron(") and text.endswith(")"):
        fields = text[5:-1].split()
        if len(fields) != 6:
            return f"schedule {text!r}: cron needs six fields: minutes hours day-of-month month day-of-week year"
        if fields[2] != "?" and fields[4] != "?":
            return f"schedule {text!r}: one of day-of-month and day-of-week must be ?"
        return None
    if at and re.fullmatch(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)", text):
        return None
    return f"schedule {text!r}: must be rate(…) or cron(…)"


@refuses("aws:cloudwatch/eventRule:EventRule")
def event_rule_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge PutRule: a pattern or a schedule; schedules on the default bus only."""
    if not case.given("eventPattern") and not case.given("scheduleExpression"):
        yield "eventPattern", "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."
    bus = case.text("eventBusName")
    if case.given("scheduleExpression") and bus not in (None, "default") and not (bus or "").endswith("/default"):
        yield (
            "scheduleExpression",
            "ValidationException: ScheduleExpression is supported only on the default event bus.",
        )
    schedule = case.text("scheduleExpression")
    problem = schedule_problem(schedule) if schedule else None
    if problem:
        yield "scheduleExpression", f"ValidationException: Parameter ScheduleExpression is not valid: {problem}"
    pattern = case.text("eventPattern")
    if pattern is not None:
        try:
            parsed: Any = json.loads(pattern)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict) or not parsed:
            yield (
                "eventPattern",
                "InvalidEventPatternException: Event pattern is not valid. Reason: Filter is not an object",
            )
        elif any(not isinstance(v, list | dict) for v in cast(dict[str, Any], parsed).values()):
            yield (
                "eventPattern",
                "InvalidEventPatternException: Event pattern is not valid. Reason: every value must be an object or an array",
            )
        elif len(pattern) > 4096:
            yield "eventPattern", "LimitExceededException: an event pattern has at most 4096 characters"


@refuses("aws:scheduler/schedule:Schedule")
def schedule_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge Scheduler CreateSchedule: expressions; flexible windows of 1-1440 minutes."""
    text = case.text("scheduleExpression")
    problem = schedule_problem(text, at=True) if text else None
    if problem:
        yield "scheduleExpression", f"ValidationException: Invalid Schedule Expression: {problem}"
    mode, window = case.text("flexibleTimeWindow.mode"), case.number("flexibleTimeWindow.maximumWindowInMinutes")
    if mode == "FLEXIBLE" and not case.given("flexibleTimeWindow.maximumWindowInMinutes"):
        yield "flexibleTimeWindow", "ValidationException: maximumWindowInMinutes must be given for FLEXIBLE"
    if mode == "OFF" and window:
        yield "flexibleTimeWindow", "ValidationException: maximumWindowInMinutes is for FLEXIBLE"
    if window is not None and not 1 <= window <= 1440:
        yield (
            "flexibleTimeWindow.maximumWindowInMinutes",
            f"maximumWindowInMinutes={window}: must be between 1 and 1440",
        )


@refuses("aws:cloudwatch/eventTarget:EventTarget")
def event_target_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge PutTargets: one kind of input."""
    yield from not_both(case, "input", "inputPath", "inputTransformer")


@refuses("aws:cloudwatch/eventBus:EventBus")
def event_bus_name_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge CreateEventBus: not ``default``, no slash, 1-256."""
    name = case.text("name")
    if (
        name is not None
        and (name == "default" or not re.fullmatch(r"[.\-_A-Za-z0-9]{1,256}", name))
        and not case.given("eventSourceName")
    ):
        yield "name", f"ValidationException: bus name {name!r}: 1 to 256 letters, digits and . - _, not 'default'"


unique("aws:cloudwatch/eventBus:EventBus", "name", call="events CreateEventBus", says="ResourceAlreadyExistsException: Event bus {name} already exists.")  # fmt: skip
unique("aws:cloudwatch/eventRule:EventRule", "eventBusName=default name", call="events PutRule", says="PutRule: one rule {name} of bus {eventBusName}:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/eventTarget:EventTarget", "eventBusName=default rule targetId", call="events PutTargets", says="PutTargets: one target {targetId} of rule {rule}:", overwrites=True)  # fmt: skip
unique("aws:scheduler/schedule:Schedule", "groupName=default name", call="scheduler CreateSchedule", says="ConflictException: Schedule {name} already exists.")  # fmt: skip
