"""For every rule: a compliant, a violating, an unknown and a not-applicable stack, as data.

The cases of the rules in ``ha_policy.rules.<family>`` are in the module with the same name here.
"""

from importlib import import_module

from ha_policy.rules import FAMILIES

from tests.policy.cases.kind import Case

CASES: dict[str, Case] = {
    rule: case
    for family in FAMILIES
    for rule, case in import_module(f"{__name__}.{family.__name__.rpartition('.')[2]}").CASES.items()
}
