"""What the owner of a stack wants of its entry points when something is lost: the setting ``targets``.

::

    {"shop.*": {"zone": {"capacity": 66, "recovery": "2m"},
                "region": {"recovery": "15m", "data": "1m"},
                "availability": 99.95}}

The key is the name of an entry point, or a pattern with ``*`` and ``?``. ``capacity`` is the least that is left, in
percent; ``recovery`` the longest recovery time and ``data`` the longest time whose writes are lost, in seconds or as
``90s``, ``15m``, ``4h``, ``1d``; ``availability`` the lowest structural estimate, in percent.
"""

import fnmatch
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from .graph.node import Node
from .graph.values import UNKNOWN

SETTING: Final = "targets"
DECLARED: Final = "availabilityTargets"
"""Input and output in which a component of the stack states them."""
LOSSES: Final = ("zone", "region", "component")
MEASURES: Final = ("capacity", "recovery", "data")
AVAILABILITY: Final = "availability"
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Target:
    """One limit. pattern: of the entry points' names. loss: one of LOSSES, or empty for AVAILABILITY. measure: one of
    MEASURES or AVAILABILITY. limit: percent or seconds. text: the limit as it was written.
    """

    pattern: str
    loss: str
    measure: str
    limit: float
    text: str

    def covers(self, name: str) -> bool:
        """Whether it is about the entry point with this name."""
        return fnmatch.fnmatchcase(name, self.pattern)

    @property
    def name(self) -> str:
        """What it is a limit of, such as ``zone capacity``."""
        return f"{self.loss} {self.measure}".strip()


def targets_of(given: Any, problems: list[str], where: str = SETTING) -> tuple[Target, ...]:
    """The targets in the configuration; what is wrong is added to ``problems``, a sentence each. where: their place."""
    if given is None:
        return ()
    return tuple(_targets(given, where, problems))


def declared_targets(nodes: Iterable[Node], problems: list[str]) -> tuple[Target, ...]:
    """The targets that components of a stack state for its entry points."""
    found: list[Target] = []
    for node in nodes:
        given = node.props.get(DECLARED)
        if given is UNKNOWN:
            problems.append(f"{DECLARED} of {node.name} is not known before deployment: targets are plain values")
        elif given is not None and "/" not in node.kind:
            stack = node.name.removesuffix(node.logical_name)  # before names of entry points if several are joined
            own = targets_of(given, problems, f"{DECLARED} of {node.name}")
            found += [replace(target, pattern=f"{stack}{target.pattern}") for target in own]
    return tuple(found)


def schema() -> dict[str, Any]:
    """The JSON schema of the setting."""
    percent = {"type": "number", "exclusiveMinimum": 0, "maximum": _FULL}
    duration = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"^{_DURATION.pattern}$"}]}
    loss = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "capacity": {**percent, "description": "least capacity that is left, percent"},
            "recovery": {**duration, "description": "longest recovery time: seconds, or 90s, 15m, 4h, 1d"},
            "data": {**duration, "description": "longest time whose writes are lost: seconds, or 90s, 15m, 4h, 1d"},
        },
    }
    return {
        "type": "object",
        "description": "what entry points must keep when something is lost; the key is a name or pattern",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(LOSSES, loss),
                AVAILABILITY: {**percent, "description": "lowest structural estimate, percent"},
            },
        },
    }


def _targets(given: Any, whole: str, problems: list[str]) -> Iterator[Target]:
    for pattern, wanted in _object(given, whole, problems).items():
        where = f"{whole}.{pattern}"
        for key, value in _object(wanted, where, problems).items():
            if key == AVAILABILITY:
                yield from _target(pattern, "", key, value, f"{where}.{key}", problems)
            elif key not in LOSSES:
                problems.append(f"{where}.{key}: no such target; valid: {', '.join((*LOSSES, AVAILABILITY))}")
            else:
                for measure, limit in _object(value, f"{where}.{key}", problems).items():
                    if measure in MEASURES:
                        yield from _target(pattern, key, measure, limit, f"{where}.{key}.{measure}", problems)
                    else:
                        problems.append(f"{where}.{key}.{measure}: no such target; valid: {', '.join(MEASURES)}")


def _target(pattern: str, loss: str, measure: str, value: Any, where: str, problems: list[str]) -> Iterator[Target]:
    if measure in ("capacity", AVAILABILITY):
        if _is_number(value) and 0 < value <= _FULL:
            yield Target(pattern, loss, measure, value, f"{value:g} %")
        else:
            problems.append(f"{where}={value!r}: must be a percentage, more than 0 and at most 100")
    else:
        seconds = _seconds(value)
        if seconds is None:
            problems.append(f"{where}={value!r}: must be a time: seconds, or a text such as 90s, 15m, 4h, 1d")
        else:
            yield Target(pattern, loss, measure, seconds, value if isinstance(value, str) else f"{value:g} s")


def _seconds(value: Any) -> float | None:
    if isinstance(value, str):
        found = _DURATION.fullmatch(value)
        return float(found[1]) * _SECONDS[found[2]] if found else None
    return value if _is_number(value) and value >= 0 else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _object(value: Any, where: str, problems: list[str]) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return cast(Mapping[str, Any], value)
    problems.append(f"{where}={value!r}: must be an object")
    return {}
