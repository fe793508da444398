"""Inputs of the estimate and of recovery times: defaults with their sources; a user can replace each one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from ha_policy.proof.estimate import maths

DATA = files("ha_policy.proof.estimate.data")
_MINUTES_PER_HOUR = 60


class AssumptionsError(ValueError):
    """A value that the schema does not allow; the text says which one and what is allowed."""


@dataclass(frozen=True, slots=True)
class Failing:
    """How often a kind of component fails (hours) and how long it stays down (minutes)."""

    mtbf_hours: float
    mttr_minutes: float
    why: str

    @property
    def availability(self) -> float:
        return maths.from_times(self.mtbf_hours, self.mttr_minutes / _MINUTES_PER_HOUR)

    @property
    def per_minute(self) -> float:
        """Failures per minute."""
        return 1 / (self.mtbf_hours * _MINUTES_PER_HOUR + self.mttr_minutes)


@dataclass(frozen=True, slots=True)
class Timed:
    """A figure in seconds (or a count, if its source says so) and its source."""

    seconds: float
    source: str


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All assumptions. changed: keys that the user replaced, with dots."""

    kinds: Mapping[str, Failing]
    timings: Mapping[str, Timed]
    recovery_points: Mapping[str, Timed]
    egress_needed: bool
    changed: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON, in the format of the file."""
        return {
            "kinds": {
                k: {"mtbf_hours": v.mtbf_hours, "mttr_minutes": v.mttr_minutes, "why": v.why}
                for k, v in self.kinds.items()
            },
            "timings": {k: {"seconds": v.seconds, "source": v.source} for k, v in self.timings.items()},
            "recovery_points": {k: {"seconds": v.seconds, "source": v.source} for k, v in self.recovery_points.items()},
            "egress_needed": self.egress_needed,
        }


def load(own: Mapping[str, Any] | None = None) -> Assumptions:
    """The defaults with ``own`` on top. Raises AssumptionsError with the key, the value and what is allowed."""
    document = _read("assumptions.json")
    changed: list[str] = []
    for key, value in (own or {}).items():
        if key not in document:
            raise AssumptionsError(f"{key}: no such assumption; there are {', '.join(document)}")
        if key == "egress_needed":
            if not isinstance(value, bool):
                raise AssumptionsError(f"{key}={value!r}: must be true or false")
            changed += [key] if document[key] != value else []
            document[key] = value
            continue
        changed += _merge(document[key], value, key)
    return Assumptions(
        {k: Failing(**v) for k, v in document["kinds"].items()},
        {k: Timed(**v) for k, v in document["timings"].items()},
        {k: Timed(**v) for k, v in document["recovery_points"].items()},
        document["egress_needed"],
        tuple(changed),
    )


def _merge(into: dict[str, dict[str, Any]], own: Any, at: str) -> list[str]:
    if not isinstance(own, Mapping):
        raise AssumptionsError(f"{at}={own!r}: must be an object")
    changed: list[str] = []
    for name, fields in cast(Mapping[str, Any], own).items():
        if name not in into:
            raise AssumptionsError(f"{at}.{name}: unknown; there are {', '.join(into)}")
        if not isinstance(fields, Mapping):
            raise AssumptionsError(f"{at}.{name}={fields!r}: must be an object")
        for field, value in cast(Mapping[str, Any], fields).items():
            if field not in into[name]:
                raise AssumptionsError(f"{at}.{name}.{field}: unknown; there are {', '.join(into[name])}")
            _check(f"{at}.{name}.{field}", field, value)
            changed += [f"{at}.{name}.{field}"] if into[name][field] != value else []
            into[name][field] = value
    return changed


def _check(at: str, field: str, value: Any) -> None:
    if field in ("why", "source"):
        if not isinstance(value, str):
            raise AssumptionsError(f"{at}={value!r}: must be a text")
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AssumptionsError(f"{at}={value!r}: must be a number")
    if value < 0 or (field == "mtbf_hours" and value == 0):
        raise AssumptionsError(f"{at}={value!r}: must be {'above 0' if field == 'mtbf_hours' else 'at least 0'}")


@dataclass(frozen=True, slots=True)
class Sla:
    """A published SLA: monthly uptime in percent. scope: region, resource or global."""

    key: str
    percent: float
    covers: str
    scope: str
    grade: str
    source: str
    date: str


@cache
def slas() -> Mapping[str, Sla]:
    """The SLA table by key."""
    return {k: Sla(key=k, **v) for k, v in _read("sla.json")["services"].items()}


def grades() -> Mapping[str, str]:
    """What the letters of an SLA's grade mean."""
    return _read("sla.json")["grades"]


def _read(name: str) -> dict[str, Any]:
    return json.loads(DATA.joinpath(name).read_text(encoding="utf-8"))
