"""What AWS refuses: one small function per rule, under the type tokens that it is about.

A rule yields ``(property, reason)`` for everything it finds wrong, with AWS's own reason, and names its source in its
docstring. It sees the resource's own inputs, any of which may still be unknown, and the other resources of this run
(`Inventory`). A rule refuses only what it is sure of: what is unknown is not refused. Each AWS service has one module
in this package, found by listing it; what several services share is here.
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from offline.aws.case import Case
from offline.aws.unique import UNIQUE, Claim

__all__ = ["Case", "Problem", "Rule", "claims", "refusals", "refuses"]

Problem = tuple[str, str]
Rule = Callable[[Case], Iterator[Problem]]
_RULES: dict[str, list[Rule]] = {}
_ANY: list[Rule] = []
_EXISTING: dict[str, list[Rule]] = {}


def refuses(*tokens: str, existing: bool = False) -> Callable[[Rule], Rule]:
    """Registers a rule for these types; for all of them without any.

    existing: AWS compares with what is in the account when it creates or changes the resource, so that what the update
    deletes later counts, too.
    """

    def register(rule: Rule) -> Rule:
        if not tokens:
            _ANY.append(rule)
        for token in tokens:
            _RULES.setdefault(token, []).append(rule)
            if existing:
                _EXISTING.setdefault(token, []).append(rule)
        return rule

    return register


def _load() -> None:
    if not _ANY:
        for module in pkgutil.iter_modules(__path__, f"{__name__}."):
            import_module(module.name)


def claims(case: Case) -> list[Claim]:
    """Every key of which AWS has one that a resource holds."""
    _load()
    return [claim for rule in UNIQUE.get(case.token, ()) for claim in rule.claims(case)]


def refusals(case: Case) -> list[Problem]:
    """Everything that AWS would refuse about a resource, as far as this run knows."""
    _load()
    found = [problem for rule in (*_ANY, *_RULES.get(case.token, ())) for problem in rule(case)]
    for claim in claims(case):
        for urn in case.inventory.held.of(claim.key):
            if urn != case.urn:
                found.append((claim.prop, claim.said(urn.rsplit("::", 1)[-1])))
    return found


def compared(token: str) -> bool:
    """Are there rules that compare a resource of this type with what is in the account?"""
    _load()
    return token in _EXISTING


def refusals_beside(case: Case, existing: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """What AWS would refuse about a resource beside others of its type that exist: inputs by URN.

    Of the rules that AWS applies to what is in the account when it takes the request.
    """
    alone = replace(case, inventory=replace(case.inventory, inputs={}))
    there = {urn: (case.token, inputs) for urn, inputs in existing.items()}
    beside = replace(case, inventory=replace(case.inventory, inputs=there))
    return [problem for rule in _EXISTING.get(case.token, ()) for problem in set(rule(beside)) - set(rule(alone))]


def others(case: Case, token: str) -> Iterator[tuple[str, Case]]:
    """(name, case) of every other resource of a type that this run has checked."""
    for urn, inputs in case.inventory.of_type(token):
        if urn != case.urn:
            region = inputs.get("region")
            yield (
                urn.rsplit("::", 1)[-1],
                Case(token, urn, inputs, region if isinstance(region, str) else "", case.inventory),
            )


def ranged(case: Case, path: str, low: float, high: float, unit: str = "") -> Iterator[Problem]:
    """Refuses a number outside its range."""
    value = case.number(path)
    if value is not None and not low <= value <= high:
        yield path, f"{path}={value}: must be between {low} and {high}{' ' + unit if unit else ''}"


def one_of(case: Case, path: str, *allowed: Any) -> Iterator[Problem]:
    """Refuses a value that is not one of those AWS knows."""
    value = case.get(path)
    if value is not None and value not in allowed:
        yield path, f"{path}={value!r}: must be one of {', '.join(map(str, allowed))}"


def length(case: Case, path: str, low: int, high: int) -> Iterator[Problem]:
    """Refuses text that is too short or too long."""
    value = case.text(path)
    if value is not None and not low <= len(value) <= high:
        yield path, f"{path}={value!r}: must have {low} to {high} characters, has {len(value)}"


def only_with(case: Case, path: str, other: str) -> Iterator[Problem]:
    """Refuses an argument that needs another one."""
    if case.given(path) and not case.given(other):
        yield path, f"{path}: can only be given together with {other}"


def not_both(case: Case, *paths: str) -> Iterator[Problem]:
    """Refuses arguments that exclude one another."""
    given = [p for p in paths if case.given(p)]
    if len(given) > 1:
        yield given[1], f"{' and '.join(given)}: only one of them can be given"
