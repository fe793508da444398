"""Look-ups (Terraform's data sources), answered without an account as far as possible.

Answers come from the first of these sources that has one:

1. the user's file (`given`), for what only a real account can tell;
2. the stack itself, if the look-up names a resource that this run has created or knows;
3. the arguments (`pure`, `policy_document`): exact;
4. what AWS publishes (`public`, `images`, `databases`): plausible and always the same;
5. a simulated account (`network`, `account`, `existing`): a default VPC in every Region, and everything that is looked
   up by name or id; it contains nothing else.

All other look-ups fail with a sentence that says how to give the answer.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from offline.aws.inventory import Inventory, Memory
from offline.aws.lookups import given
from offline.aws.lookups.asked import Asked, NoAnswer, registered
from offline.aws.schema import Schema

SECRETS = frozenset({"authorizationToken", "password", "randomPassword", "secretBinary", "secretString", "token"})
"""Results that the provider marks as secrets."""

_MODULES = ("pure", "policy_document", "account", "public", "images", "databases", "network", "existing")


def answer(
    schema: Schema, token: str, args: Mapping[str, Any], region: str, *, inventory: Inventory | None = None,
    memory: Memory | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The answer to a look-up. inventory: resources of this run. memory: answers of earlier look-ups.

    Raises NoAnswer with one sentence: the look-up does not exist, AWS would refuse it, or only a real account can tell.
    """
    lookup = schema.lookup(token)
    if lookup is None:
        raise NoAnswer(f"{token} is no look-up of pulumi_aws {schema.version}")
    asked = Asked(schema, lookup, args, region, inventory or Inventory(), memory or Memory())
    if (told := given.told(token, asked.args)) is not None:
        return asked.result(told)
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    function = registered(token)
    found = function(asked) if function else asked.of_this_stack()
    if found is None:
        results = [n for n, f in lookup.outputs.items() if f.required and n not in asked.args and n != "region"]
        raise NoAnswer(given.how_to_tell(token, asked.criteria(), results))
    return asked.result(found) if lookup.outputs else dict(found)
