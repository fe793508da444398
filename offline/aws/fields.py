"""What a resource takes and gives, as data. Kinds are written in a few characters.

``s`` text, ``i`` integer, ``n`` number, ``b`` boolean, ``a`` asset or archive, ``*`` anything, ``[T`` list, ``{T`` map,
``@Name`` nested object, ``T|U`` either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """One property. kind: as in the module's docstring. required: must be given (input), is always there (output).

    doc: default in the documentation, if it names one. replaces: the documentation says that a change makes a new one.
    """

    kind: str
    required: bool = False
    doc: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource type or look-up: what it takes, what it gives, which outputs `pulumi_aws` itself keeps secret."""

    token: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]
    secrets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Service:
    """One package of `pulumi_aws`: its resources, its look-ups, and the nested objects that they take and give."""

    resources: dict[str, Resource] = field(default_factory=dict[str, Resource])
    lookups: dict[str, Resource] = field(default_factory=dict[str, Resource])
    taken: dict[str, dict[str, Field]] = field(default_factory=dict[str, dict[str, Field]])
    given: dict[str, dict[str, Field]] = field(default_factory=dict[str, dict[str, Field]])
