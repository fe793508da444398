"""The data type of a rule, and the registry to which every rule adds itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NoReturn

from .graph.model import Graph
from .graph.node import Node
from .targets import Target

PRESETS: Final = ("baseline", "production", "regulated")


class Level(StrEnum):
    """How a finding is enforced. MANDATORY stops the preview, ADVISORY is printed, DISABLED is not checked."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    DISABLED = "disabled"


class Severity(StrEnum):
    """What the finding may cost: CRITICAL the data or the whole service, HIGH an outage or some data.

    MEDIUM is hygiene: it makes a failure longer, or a mistake possible. LOW is advice.
    """

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class NotApplicable(Exception):  # noqa: N818 (a verdict, not an error)
    """The rule does not apply to this resource. why: the reason, for the reader."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def skip(why: str) -> NoReturn:
    """End a check: the rule does not apply to this resource, for the reason ``why``."""
    raise NotApplicable(why)


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a rule. default: its value; presets: other values by preset; minimum and maximum: limits for
    numbers.
    """

    description: str
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    presets: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def value(self, preset: str) -> Any:
        """The default value with a preset."""
        return self.presets.get(preset, self.default)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the parameter."""
        if isinstance(self.default, bool):
            shape: dict[str, Any] = {"type": "boolean"}
        elif isinstance(self.default, int | float):
            shape = {"type": "integer" if isinstance(self.default, int) else "number"}
            shape |= {k: v for k, v in (("minimum", self.minimum), ("maximum", self.maximum)) if v is not None}
        elif isinstance(self.default, tuple):
            shape = {"type": "array", "items": {"type": "string"}}
        else:
            shape = {"type": "string"}
        return {**shape, "description": self.description}


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule's function gets besides the resource: the graph, the rule's parameters, the owner's targets."""

    graph: Graph
    params: Mapping[str, Any]
    targets: tuple[Target, ...] = ()

    def number(self, name: str) -> int:
        """A whole-number parameter."""
        return int(self.params[name])

    def flag(self, name: str) -> bool:
        """A yes-or-no parameter."""
        return bool(self.params[name])

    def texts(self, name: str) -> tuple[str, ...]:
        """A list-of-strings parameter."""
        return tuple(self.params[name])


Function = Callable[[Node, Check], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. check: yields one sentence per violation; raises NotApplicable (`skip`) or CannotTell; otherwise it
    passes.

    kinds: the resources it checks. levels: enforcement by preset. references: ids in AWS documentation and other
    sources.
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    severity: Severity
    levels: Mapping[str, Level]
    reason: str
    fix: str
    references: tuple[str, ...]
    params: Mapping[str, Param]
    family: str
    check: Function


RULES: Final[dict[str, Rule]] = {}

M, A, D = Level.MANDATORY, Level.ADVISORY, Level.DISABLED
# Levels by preset (baseline, production, regulated). They agree with the severity: in production what is high or
# critical is mandatory (it loses availability or data), in regulated what is medium too (hygiene), and low never.
CORE: Final = (M, M, M)
PRODUCTION: Final = (A, M, M)
HYGIENE: Final = (A, A, M)
REGULATED: Final = (D, A, M)
STRICT: Final = (D, D, M)
HINT: Final = (D, A, A)
OPTIONAL: Final = (D, D, D)


def rule(
    id: str,
    title: str,
    *kinds: str,
    severity: Severity,
    levels: tuple[Level, Level, Level],
    reason: str,
    fix: str,
    refs: tuple[str, ...] = (),
    params: Mapping[str, Param] | None = None,
) -> Callable[[Function], Function]:
    """Register the decorated function as a rule that checks resources of ``kinds``."""

    def register(check: Function) -> Function:
        if id in RULES:
            raise ValueError(f"rule {id} is registered twice")
        RULES[id] = Rule(
            id=id,
            title=title,
            kinds=kinds,
            severity=severity,
            levels=dict(zip(PRESETS, levels, strict=True)),
            reason=reason,
            fix=fix,
            references=refs,
            params=params or {},
            family=check.__module__.rpartition(".")[2],
            check=check,
        )
        return check

    return register
