"""The Region of each configured provider: what its configuration says, else what its resources show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ha_policy.graph.region import arn_region
from ha_policy.graph.values import UNKNOWN

from .addresses import module_of, steps_of
from .expressions import Expressions
from .plan import Instance, Plan, names_of
from .references import References
from .shapes import elements, mapping

PASSED: Final = (1, 0)
"""Format version from which on a module's resources name the provider that the module is given."""
_ZONE: Final = re.compile(r"^([a-z]{2,}(?:-[a-z]+)+-\d)[a-z]$")


class Providers:
    """The providers of a plan or state. expressions: of the source, if that is there."""

    def __init__(self, plan: Plan, references: References, expressions: Expressions | None = None) -> None:
        self.expressions = expressions
        self.plan = plan
        self.references = references
        self._configured = mapping(plan.configuration.get("provider_config"))
        self._regions: dict[str, Any] = {}
        self._shown: dict[str, set[str]] | None = None

    def region(self, instance: Instance) -> Any:
        """The Region of the provider of an instance, or UNKNOWN."""
        key = self._key(instance)
        if not key:
            return UNKNOWN
        if key not in self._regions:
            self._regions[key] = self._of(key)
        return self._regions[key]

    def _key(self, instance: Instance) -> str:
        """The name of its provider in the configuration: ``aws``, ``aws.east``, ``module.edge:aws``. A state does not
        have it: there the provider stands for all of its configurations.
        """
        if self.plan.kind == "state":
            return instance.provider
        configured = self.references.configured(instance.address)
        return str((configured or {}).get("provider_config_key") or "")

    def _of(self, key: str) -> Any:
        given = self._configuration(key)
        module = names_of(module_of(str(given.get("module_address") or "")))
        value = self._value(mapping(mapping(given.get("expressions")).get("region")), module)
        if value is None and self.expressions:
            value = self.expressions.region(module, str(given.get("name") or "aws"), str(given.get("alias") or ""))
        return value if value is not None else self._shown_by(key)

    def _configuration(self, key: str) -> Mapping[str, Any]:
        """The configuration of a provider: of the module that has it, else of the one that calls it."""
        given = mapping(self._configured.get(key))
        module, _, name = key.rpartition(":")
        while module and "expressions" not in given and self.plan.format >= PASSED:
            module = module.rpartition(".module.")[0]
            given = mapping(self._configured.get(f"{module}:{name}" if module else name))
        return given

    def _value(self, expression: Mapping[str, Any], module: tuple[str, ...]) -> str | None:
        """The value of an expression that is a constant or one variable; None if it is anything else."""
        constant = expression.get("constant_value")
        if isinstance(constant, str) and constant:
            return constant
        texts = elements(expression.get("references"))
        steps = steps_of(str(texts[0])) if len(texts) == 1 else ()
        if len(steps) != 2 or steps[0] != "var":
            return None
        if not module:
            value: Any = self.plan.variables.get(str(steps[1]))
            return value if isinstance(value, str) and value else None
        parent = self.references.modules.get(module[:-1])
        call = mapping(parent.calls.get(module[-1]) if parent else None)
        given = mapping(call.get("expressions")).get(str(steps[1]))
        if given is not None:
            return self._value(mapping(given), module[:-1])
        own = mapping(mapping(mapping(call.get("module")).get("variables")).get(str(steps[1]))).get("default")
        return own if isinstance(own, str) and own else None

    def _shown_by(self, key: str) -> Any:
        """The Region that the provider's resources and look-ups show, if they agree."""
        if self._shown is None:
            self._shown = {}
            for instance in self.plan.instances.values():
                self._shown.setdefault(self._key(instance), set()).update(_regions_of(instance))
        found = self._shown.get(key, set())
        return next(iter(found)) if len(found) == 1 else UNKNOWN


def _regions_of(instance: Instance) -> Iterator[str]:
    values = instance.values
    if instance.type == "aws_region" and isinstance(values.get("name"), str):
        yield values["name"]
    zones = values.get("names") if instance.type == "aws_availability_zones" else None
    for zone in (values.get("availability_zone"), *elements(zones)):
        if isinstance(zone, str) and (match := _ZONE.match(zone)):
            yield match[1]
    arn = values.get("arn")
    if isinstance(arn, str) and not instance.type.startswith(("aws_cloudfront", "aws_iam")) and arn_region(arn):
        yield arn_region(arn)
