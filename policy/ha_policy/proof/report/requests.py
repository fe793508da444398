"""What a stack needs of service quotas, as text for a terminal, with the commands that look at and request each."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from ha_policy.proof.report.units import amount

NOTHING = "no quota is needed beyond AWS's defaults"
EMPTY = "nothing to count was found"
PARTS = ("floor", "peak", "rollout", "failover")


def requests(report: dict[str, Any], *, everything: bool = False) -> Iterator[str]:
    """The lines, by Region. everything: also what every account has enough of by AWS's defaults."""
    needs = report["quotas"]["needs"]
    table = report["quotas"]["table"]
    shown = [
        n for n in needs if everything or n["exceeds_default"] != "no" or (table[n["quota"]]["less"] and n["peak"])
    ]
    if not shown:
        yield NOTHING if needs else EMPTY
    region = None
    for need in shown:
        if need["region"] != region:
            region = need["region"]
            yield region if region != "account" else "account (all Regions together)"
        yield from _need(need, table[need["quota"]])


def _need(need: dict[str, Any], quota: dict[str, Any]) -> Iterator[str]:
    numbers = ", ".join(f"{p} {amount(need[p], need['unknown'])}" for p in PARTS if need[p] is not None)
    answer = {"yes": "more than", "no": "within", "cannot tell": "cannot tell whether within"}[need["exceeds_default"]]
    yield f"  {need['name']}: {numbers}; {answer} AWS's default of {amount(quota['default'])}"
    for text in need["unknown"]:
        yield f"    not known: {text}"
    for text in (*need["notes"], *([quota["less"]] if quota["less"] else [])):
        yield f"    {text}"
    if need["exceeds_default"] == "no" and not quota["less"]:
        return
    if not quota["adjustable"]:
        yield f"    AWS does not raise it ({quota['source']})"
    elif not quota["code"]:
        yield f"    request it from AWS Support, or in the console of {quota['service']} ({quota['source']})"
    else:
        which = f"--service-code {quota['service']} --quota-code {quota['code']}"
        where = f"--region {need['region']} " if need["region"] != "account" else "--region us-east-1 "
        yield f"    aws service-quotas get-service-quota {where}{which}"
        most = ceil(max(need[p] or 0 for p in PARTS))
        if most > quota["default"]:
            yield f"    aws service-quotas request-service-quota-increase {where}{which} --desired-value {most}"
