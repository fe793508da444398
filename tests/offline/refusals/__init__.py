"""For every refusal of `offline.aws.refusals` what AWS takes and what it does not, in modules of the same names.

A module has three tables, any of which may be missing:

* CASES: (rule, type, good inputs, changes that make them bad, what is said)
* WITH_OTHERS: (rule, what is there: (type, name, inputs) …; type, good inputs, changes, what is said), where ``$a.id``
  in inputs is that output of the resource ``a`` that is there. What is there is created in this order.
* TAKEN: (type, inputs, changes), where AWS has one of something that resources with these inputs have, and with the
  changes one has not; no changes if an account has only one

A change of None leaves an input out. The unknown cases follow from these: inputs made unknown, each alone and all.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

Case = tuple[str, str, dict[str, Any], dict[str, Any], str]
Resource = tuple[str, str, dict[str, Any]]
Taken = tuple[str, dict[str, Any], dict[str, Any]]
CaseWithOthers = tuple[str, list[Resource], str, dict[str, Any], dict[str, Any], str]


def table(name: str) -> dict[str, tuple[Any, ...]]:
    """The rows of all services' tables of this name, each under the name of its test."""
    rows: dict[str, tuple[Any, ...]] = {}
    for module in iter_modules(__path__, f"{__name__}."):
        service = module.name.rsplit(".", 1)[1]
        for row in getattr(import_module(module.name), name, []):
            what = row[0].rsplit(":", 1)[-1]
            rows[f"{service}.{what}-{sum(r.startswith(f'{service}.{what}-') for r in rows)}"] = row
    return rows
