"""The public interface of the policy pack: `python -m tests.policy.interface > tests/policy/interface.json` at a
release.
"""

import argparse
import enum
import inspect
import json
from typing import Any, cast

from ha_policy import __version__, kit, testing
from ha_policy.config import schema
from ha_policy.proof.arguments import parser
from ha_policy.rule import RULES


def _parameters(value: Any) -> list[str]:
    """Names of the parameters with which a function is called, or an object of a class is made; none of a constant."""
    if not callable(value) or _is_enumeration(value):
        return []
    try:
        return [n for n in inspect.signature(value).parameters if not n.startswith("_")]
    except ValueError:
        return []


def _is_enumeration(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, enum.Enum)


def _members(value: Any) -> list[str]:
    """Public methods and attributes of a class, values of an enumeration."""
    if _is_enumeration(value):
        return sorted(value.__members__)
    return [n for n in dir(value) if not n.startswith("_")] if inspect.isclass(value) else []


def _options(given: argparse.ArgumentParser) -> list[str]:
    return [option for action in given._actions for option in action.option_strings if option.startswith("--")]


def current() -> dict[str, Any]:
    """What other people's rules, configurations and pipelines name."""
    (commands,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    own = {n: r for n, r in RULES.items() if n in _OWN}
    return {
        "version": __version__,
        "rules": {name: sorted(own[name].params) for name in sorted(own)},
        "settings": sorted(schema()),
        "commands": {name: sorted(_options(command)) for name, command in sorted(commands.choices.items())},
        **{
            module.__name__: {
                name: {
                    "parameters": _parameters(getattr(module, name)),
                    "members": _members(getattr(module, name)),
                }
                for name in sorted(module.__all__)
            }
            for module in (kit, testing)
        },
    }


_OWN = frozenset(RULES)
"""Tests register rules of their own later."""


def missing(promised: Any, now: Any, where: str = "") -> list[str]:
    """What a list promises and another lacks, by its path."""
    if isinstance(promised, dict):
        if not isinstance(now, dict):
            return [where]
        there, promises = cast(dict[str, Any], now), cast(dict[str, Any], promised)
        return [
            lost
            for key, value in promises.items()
            for lost in (missing(value, there[key], f"{where}/{key}") if key in there else [f"{where}/{key}"])
        ]
    if isinstance(promised, list):
        return [f"{where}/{item}" for item in cast(list[str], promised) if item not in now]
    return []


if __name__ == "__main__":
    print(json.dumps(current(), indent=1))
