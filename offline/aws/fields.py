"""Inputs and outputs of resources and look-ups, as data. Types are written in short form.

``s`` string, ``i`` integer, ``n`` number, ``b`` boolean, ``a`` asset or archive, ``*`` anything, ``[T`` list, ``{T``
map, ``@Name`` nested object, ``T|U`` either."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """A property. kind: short form of its type (see the module). required: must be given (input), always present
    (output).

    doc: documented default, if any. replaces: the documentation says that a change replaces the resource.
    """

    kind: str
    required: bool = False
    doc: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource type or look-up: inputs, outputs, and the outputs that `pulumi_aws` marks as secret."""

    token: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]
    secrets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Service:
    """A package of `pulumi_aws`: resources, look-ups, and their nested input and output objects."""

    resources: dict[str, Resource] = field(default_factory=dict[str, Resource])
    lookups: dict[str, Resource] = field(default_factory=dict[str, Resource])
    taken: dict[str, dict[str, Field]] = field(default_factory=dict[str, dict[str, Field]])
    given: dict[str, dict[str, Field]] = field(default_factory=dict[str, dict[str, Field]])
