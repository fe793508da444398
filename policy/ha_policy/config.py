"""The pack's configuration: preset, enforcement and parameters per rule, exemptions, zones outside the stack."""

import datetime
import fnmatch
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from .rule import PRESETS, RULES, Level, Param, Rule
from .targets import Target, targets_of
from .targets import schema as targets_schema

DEFAULT_PRESET: Final = "production"
# Preset of a stack by its name, if the configuration gives none; other stacks get DEFAULT_PRESET.
STACKS: Final[Mapping[str, str]] = {"dev": "baseline", "dev-*": "baseline", "*-dev": "baseline"}
POLICIES: Final = ("ha", "ha-advice", "all")
"""The policies that a configuration file may name: all rules, their advisory findings, and every policy of a pack."""
LEVELS: Final = tuple(level.value for level in Level)
# Level of findings that could not be decided, by preset.
CANNOT_TELL: Final = {"baseline": Level.ADVISORY, "production": Level.ADVISORY, "regulated": Level.MANDATORY}


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption of one resource from one rule. rule: its id. resource: a name, URN or pattern with * and ?. reason:
    why.

    until: the last day on which it applies, or None. origin: the tag or configuration entry that it comes from.
    problem: why it is invalid, or empty.
    """

    rule: str
    resource: str
    reason: str
    until: datetime.date | None
    origin: str
    problem: str = ""

    def covers(self, urn: str, name: str) -> bool:
        """Whether it applies to this resource."""
        if self.resource in (urn, name):
            return True
        return fnmatch.fnmatchcase(name, self.resource) or fnmatch.fnmatchcase(urn, self.resource)


@dataclass(frozen=True, slots=True)
class Settings:
    """The complete configuration: every registered rule has a level and values for its parameters."""

    preset: str
    cannot_tell: Level
    levels: Mapping[str, Level]
    params: Mapping[str, Mapping[str, Any]]
    exemptions: tuple[Exemption, ...] = ()
    zones: Mapping[str, str] = field(default_factory=dict[str, str])
    targets: tuple[Target, ...] = ()
    problems: tuple[str, ...] = ()

    def with_params(self, rules: Iterable[str], values: Mapping[str, Any]) -> "Settings":
        """The same settings with other parameters for some rules."""
        changed = {r: {**self.params[r], **values} for r in rules}
        return replace(self, params={**self.params, **changed})


class ConfigError(ValueError):
    """A mistake in the configuration. The text names it and what is valid."""


def configuration(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The pack's settings in a file for ``--policy-pack-config``: ``{"ha": {...}}``, or what is in the inner braces.

    Raises ConfigError.
    """
    if given and set(given) <= set(schema()):
        return given
    for key in given:
        if key not in POLICIES:
            raise ConfigError(f"{key}: no such policy; settings go under {POLICIES[0]}")
    settings = given.get(POLICIES[0], {})
    if settings in LEVELS:
        raise ConfigError(f"{POLICIES[0]}={settings!r}: must be an object; the level of single rules goes under rules")
    if not isinstance(settings, Mapping):
        raise ConfigError(f"{POLICIES[0]}={settings!r}: must be an object")
    return cast(Mapping[str, Any], settings)


def zones_in(config: Mapping[str, Any] | None) -> dict[str, str]:
    """The zones that the configuration gives by id, before the graph is built."""
    given: Any = (config or {}).get("zones")
    return {k: v for k, v in cast(Mapping[str, Any], given).items() if isinstance(v, str)} if isinstance(
        given, Mapping
    ) else {}  # fmt: skip


def schema() -> dict[str, dict[str, Any]]:
    """JSON schema of each top-level setting, for `PolicyConfigSchema`."""
    level = {"type": "string", "enum": list(LEVELS)}
    rules = {
        r.id: {
            "description": r.title,
            "anyOf": [
                level,
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"enforcement": level, **{k: p.schema() for k, p in r.params.items()}},
                },
            ],
        }
        for r in RULES.values()
    }
    exemption = {
        "type": "object",
        "additionalProperties": False,
        "required": ["rule", "resource", "reason"],
        "properties": {
            "rule": {"type": "string", "enum": sorted(RULES)},
            "resource": {"type": "string", "minLength": 1, "description": "name, URN or pattern with * and ?"},
            "reason": {"type": "string", "minLength": 1},
            "until": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "last day, YYYY-MM-DD"},
        },
    }
    return {
        "preset": {
            "type": "string",
            "enum": list(PRESETS),
            "description": "default: tag ha:preset, else baseline for stacks dev, dev-* and *-dev, else production",
        },
        "cannotTell": {**level, "description": "level of findings that cannot be decided at preview"},
        "rules": {"type": "object", "additionalProperties": False, "properties": rules},
        "exemptions": {"type": "array", "items": exemption},
        "zones": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Availability Zone by id, for subnets that are not part of the stack",
        },
        "baseline": {
            "type": "string",
            "minLength": 1,
            "description": "file with accepted findings, written by `resilience baseline`, relative to this file",
        },
        "targets": targets_schema(),
        "with": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "files with exported states of other stacks that this one refers to, relative to this file",
        },
    }


def file_schema() -> dict[str, Any]:
    """JSON schema of a file for ``--policy-pack-config``. Rules must be registered."""
    settings = {"type": "object", "additionalProperties": False, "properties": schema()}
    level = {"anyOf": [{"enum": list(LEVELS)}, {"type": "object"}]}
    return {
        "title": "Configuration of the policy pack aws-high-availability",
        "type": "object",
        "additionalProperties": False,
        "properties": {POLICIES[0]: settings, **dict.fromkeys(POLICIES[1:], level)},
    }


def preset_of(stack: str) -> str:
    """The preset of a stack with this name, if the configuration gives none."""
    return next((p for pattern, p in STACKS.items() if fnmatch.fnmatchcase(stack, pattern)), DEFAULT_PRESET)


def load(given: Mapping[str, Any] | None = None, stack: str = "", tagged: str = "") -> Settings:
    """Settings of a stack from the engine's configuration. Never raises: mistakes are listed in ``problems``.

    tagged: the preset in the tags of the stack's resources. The configuration overrides it; it overrides the stack's
    name.
    """
    config = dict(given or {})
    problems = [f"{k}: no such setting; valid settings: {', '.join(schema())}" for k in config if k not in schema()]
    preset = config.get("preset", tagged or preset_of(stack))
    if preset not in PRESETS:
        problems.append(f"preset={preset!r}: must be one of {', '.join(PRESETS)}")
        preset = preset_of(stack)
    cannot_tell = _level(config.get("cannotTell", CANNOT_TELL[preset]), "cannotTell", problems) or CANNOT_TELL[preset]
    rules = _mapping(config.get("rules"), "rules", problems)
    problems += [f"rules.{k}: no such rule; `resilience explain` lists them" for k in rules if k not in RULES]
    levels: dict[str, Level] = {}
    params: dict[str, Mapping[str, Any]] = {}
    for r in RULES.values():
        levels[r.id], params[r.id] = _rule(r, rules.get(r.id), preset, problems)
    return Settings(
        preset=preset,
        cannot_tell=cannot_tell,
        levels=levels,
        params=params,
        exemptions=_exemptions(config.get("exemptions"), problems),
        targets=targets_of(config.get("targets"), problems),
        zones={k: str(v) for k, v in _mapping(config.get("zones"), "zones", problems).items()},
        problems=tuple(problems),
    )


def _rule(r: Rule, given: Any, preset: str, problems: list[str]) -> tuple[Level, dict[str, Any]]:
    values = {k: p.value(preset) for k, p in r.params.items()}
    level = r.levels[preset]
    where = f"rules.{r.id}"
    if isinstance(given, str):
        return _level(given, where, problems) or level, values
    for key, value in _mapping(given, where, problems).items():
        if key == "enforcement":
            level = _level(value, f"{where}.{key}", problems) or level
        elif key not in r.params:
            allowed = ", ".join(("enforcement", *r.params))
            problems.append(f"{where}.{key}: no such parameter; valid parameters: {allowed}")
        elif (wrong := _wrong(r.params[key], value)) is not None:
            problems.append(f"{where}.{key}={value!r}: {wrong}")
        else:
            values[key] = tuple(cast(list[str], value)) if isinstance(value, list) else value
    return level, values


def _wrong(param: Param, value: Any) -> str | None:
    default = param.default
    if isinstance(default, bool):
        return None if isinstance(value, bool) else "must be true or false"
    if isinstance(default, int | float):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return "must be a number"
        low, high = param.minimum, param.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return f"must be {low if low is not None else 'any number'} to {high if high is not None else 'any number'}"
        return None
    if isinstance(default, tuple):
        texts = isinstance(value, list | tuple) and all(isinstance(v, str) for v in cast(list[Any], value))
        return None if texts else "must be a list of strings"
    return None if isinstance(value, str) else "must be a string"


def _level(value: Any, where: str, problems: list[str]) -> Level | None:
    if value in LEVELS:
        return Level(value)
    problems.append(f"{where}={value!r}: must be one of {', '.join(LEVELS)}")
    return None


def _mapping(value: Any, where: str, problems: list[str]) -> Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return cast(Mapping[str, Any], value)
    problems.append(f"{where}={value!r}: must be an object")
    return {}


def _exemptions(given: Any, problems: list[str]) -> tuple[Exemption, ...]:
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        problems.append(f"exemptions={given!r}: must be a list")
        return ()
    found: list[Exemption] = []
    for index, entry in enumerate(cast(list[Any], given)):
        where = f"exemptions[{index}]"
        values = _mapping(entry, where, problems)
        unknown = [k for k in values if k not in ("rule", "resource", "reason", "until")]
        problems += [f"{where}.{k}: no such key; valid keys: rule, resource, reason, until" for k in unknown]
        missing = [k for k in ("rule", "resource", "reason") if not isinstance(values.get(k), str) or not values[k]]
        problems += [f"{where}.{k}: missing" for k in missing]
        if missing:
            continue
        if values["rule"] not in RULES:
            problems.append(f"{where}.rule={values['rule']!r}: no such rule; `resilience explain` lists them")
            continue
        until = _date(values["until"]) if "until" in values else None
        if "until" in values and until is None:
            problems.append(f"{where}.until={values['until']!r}: must be a date, YYYY-MM-DD")
            continue
        found.append(Exemption(values["rule"], values["resource"], values["reason"], until, f"configuration {where}"))
    return tuple(found)


def _date(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None
