"""Writes docs/rules.md, the catalogue of all rules: ``python -m ha_policy.catalogue > docs/rules.md`` in policy/."""

import sys
from collections.abc import Iterator

from . import rules as families
from .config import DEFAULT_PRESET, STACKS
from .rule import PRESETS, RULES, Rule

HEAD = """# Rule catalogue

Generated from the rules themselves by `PYTHONPATH=policy python -m ha_policy.catalogue`; do not edit.

A rule says one of four things about a resource: *pass*, *violation*, *not applicable*, *cannot tell* (with what could
not be resolved; its level is the setting `cannotTell`). A rule that fails itself is reported at its own level, and the
others still run. Levels: **mandatory** stops the preview, **advisory** is shown, *disabled* is not asked.

A stack asks for a preset by the tag `ha:preset` = `baseline`, `production` or `regulated` on any of its resources (the
strictest counts). Without one it gets `{preset}`, and stacks named {stacks} get `baseline`.
`--policy-pack-config FILE` goes before both:

```json
{{
  "ha": {{
    "preset": "regulated",
    "cannotTell": "mandatory",
    "rules": {{"db-backup-retention": {{"minDays": 35}}, "asg-instance-types": "disabled"}},
    "exemptions": [
      {{"rule": "lb-min-targets", "resource": "intranet-*", "reason": "used twice a year", "until": "2027-06-30"}}
    ],
    "zones": {{"subnet-0a1b2c3d": "us-west-2a"}}
  }}
}}
```

One resource can also be exempted where it is defined, by a tag: `ha:exempt:<rule>` = `the reason until=2027-06-30`
(the last day it holds; optional). Exemptions in force are listed in the output, one that has ended is a violation, one
that covers no finding is reported. `zones` tells the pack the zones of subnets that are not part of the stack.

## How it knows

The rules are asked about the graph of the whole stack. A reference is resolved by known id, else by the dependency
that the engine keeps per property, else through the parent of a remote component, else the rule *cannot tell*: nothing
passes because it is not known. So the zone of each subnet behind a load balancer is known at the first preview, when
no id is. What the provider will only compute counts as not set. Known limits:

- a list that is unknown as a whole (made by `apply`) counts as all the resources that it depends on;
- outputs of a remote component depend on all that is inside. A list that is unknown as a whole and comes from
  `awsx.ec2.Vpc` counts as the whole of one of its lists (public, private, isolated subnets), and what holds for all of
  them holds; single subnets picked from it (`vpc.private_subnet_ids[0]`) and the outputs of other remote components
  *cannot be told* before the first update, but for a load balancer (one subnet of a zone at most);
- a part cut out of such a list (`ids[:1]`) cannot be told from the whole at the first preview; the update that creates
  it knows the ids and reports what the preview did not see;
- two values of one list that are not known yet count as two different resources;
- subnets that are looked up and not managed have no zone until `zones` gives it;
- a document that names another resource (`redrivePolicy`, queue and vault policies) is one unknown text before that
  resource exists: that it is there and what it refers to is checked at once, what else it says after deployment.

## Where it runs

`pulumi preview --policy-pack policy` and `pulumi up --policy-pack policy` on any stack with AWS resources,
`pulumi policy analyze --policy-pack policy --file state.json` on an exported state, and as an organization's pack
(`pulumi policy publish <organization>` in the folder `policy`: it is complete in itself). The pack needs `pulumi` and
`pulumi-policy` only, the availability report also `jinja2`.

## Testing rules

`ha_policy.kit` tests rules, these and your own, on the SDK's own proxies, with unknown values and dependencies and
without a CLI (its docstring shows how): `Stack().add("lb/loadBalancer", "web", subnets=[a, b])`, then
`stack.verdict("lb-distinct-az", "web")` or `stack.analyze([your_policy])`.
"""


def page() -> str:
    """The whole page."""
    stacks = ", ".join(f"`{s}`" for s in STACKS)
    count = f"\n## The rules\n\n{len(RULES)} rules in {len(families.FAMILIES)} families.\n"
    return "\n".join([HEAD.format(preset=DEFAULT_PRESET, stacks=stacks), count, *_families()]).rstrip() + "\n"


def _families() -> Iterator[str]:
    for module in families.FAMILIES:
        name = module.__name__.rpartition(".")[2]
        yield f"### {name}: {(module.__doc__ or '').strip().rstrip('.')}\n"
        for rule in (r for r in RULES.values() if r.family == name):
            yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"#### {rule.id}\n"
    yield f"{rule.title} ({rule.severity}).\n"
    yield f"- why: {rule.reason}"
    yield f"- fix: {rule.fix}"
    kinds = "every AWS resource" if rule.kinds == ("*",) else ", ".join(f"`{k}`" for k in rule.kinds)
    yield f"- asked about: {kinds}"
    yield f"- levels: {', '.join(f'{p} {rule.levels[p]}' for p in PRESETS)}"
    for name, param in rule.params.items():
        others = "".join(f", {p} {_shown(v)}" for p, v in param.presets.items())
        yield f"- parameter `{name}`: {param.description} ({_shown(param.default)}{others})"
    if rule.references:
        yield f"- see: {', '.join(rule.references)}"
    yield ""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(f"`{v}`" for v in value)  # pyright: ignore[reportUnknownVariableType] - texts
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(page())
