"""Reading a plan takes time in proportion to its resources, however many modules they are in."""

import cProfile
import pstats
from typing import Any

from ha_policy.inputs import read

AWS = "registry.terraform.io/hashicorp/aws"
CONFIGURED = {
    "aws_subnet.s": {"count_expression": {"references": ["local.zones"]}, "expressions": {}},
    "aws_lb.web": {"expressions": {"subnets": {"references": ["local.subnets"]}}},
    "aws_instance.i": {
        "count_expression": {"constant_value": 3},
        "expressions": {"subnet_id": {"references": ["aws_subnet.s", "count.index"]}},
    },
}


def plan(modules: int) -> dict[str, Any]:
    """A plan with as many modules, each with three subnets, three instances and a load balancer."""
    changes: list[dict[str, Any]] = []
    children: list[dict[str, Any]] = []
    for number in range(modules):
        inside: list[dict[str, Any]] = []
        for config in CONFIGURED:
            for index in range(3) if "count_expression" in CONFIGURED[config] else (None,):
                kind, name = config.split(".")
                address = f"module.all.module.cell[{number}].{config}{'' if index is None else f'[{index}]'}"
                inside.append({"address": address, "type": kind, "name": name, "provider_name": AWS, "values": {}})
                unknown = {"id": True, **dict.fromkeys(CONFIGURED[config]["expressions"], True)}
                changes.append({"address": address, "change": {"after_unknown": unknown}})
        children.append({"address": f"module.all.module.cell[{number}]", "resources": inside})
    resources = [{"address": address, **given} for address, given in CONFIGURED.items()]
    cell = {"module": {"resources": resources}, "count_expression": {"references": ["var.cells"]}}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"address": "module.all", "child_modules": children}]}},
        "resource_changes": changes,
        "configuration": {"root_module": {"module_calls": {"all": {"module": {"module_calls": {"cell": cell}}}}}},
    }


def calls(modules: int) -> int:
    """Calls of functions while a plan is read: a measure of work that does not depend on the machine."""
    content = plan(modules)
    profile = cProfile.Profile()
    nodes = profile.runcall(read, content).nodes
    assert len(nodes) == 7 * modules
    return int(getattr(pstats.Stats(profile), "total_calls"))  # noqa: B009 (typeshed does not have it)


def test_four_times_the_modules_take_four_times_the_work() -> None:
    calls(2)  # the table of types is read once
    assert calls(160) / calls(40) < 4.5
