"""Writes docs/rules.md, the list of all rules: run ``python -m ha_policy.catalogue > docs/rules.md`` in policy/."""

import sys
from collections.abc import Iterator

from . import rules as families
from .config import DEFAULT_PRESET, STACKS
from .rule import PRESETS, RULES, Rule

HEAD = """# Rules

Generated from the rules by `PYTHONPATH=policy python -m ha_policy.catalogue`; do not edit.

For each resource a rule gives one of four verdicts: *pass*, *violation*, *not applicable* or *cannot tell*. *Cannot
tell* names the value that could not be resolved; the setting `cannotTell` sets its level. A rule that fails with an
error is reported at that rule's level, and the other rules still run. There are three levels: **mandatory** stops the
preview or update, **advisory** is printed, *disabled* is not checked.

A finding is one line and one line for the cure. Resources of one kind with the same finding share a line:

```
[nat-own-az] ec2/subnet private-us-west-2b: it is in us-west-2b, but its default route goes to nat in us-west-2a
  fix: give each zone its own NAT gateway and route table, … (resilience explain nat-own-az)
```

`bin/resilience explain nat-own-az` says why the rule exists, its levels, parameters and references. With a resource
(`explain nat-own-az private-us-west-2b`) it says how to exempt it, with `--stack FILE` what was found about it.

## Presets and levels

The level of a rule follows from its severity:

| severity | what a finding costs | baseline | production | regulated |
|---|---|---|---|---|
| critical, high | availability or data | mandatory, or advisory | mandatory | mandatory |
| medium | hygiene: a failure takes longer, a mistake is possible | advisory, or disabled | advisory | mandatory |
| low | advice | disabled | advisory | advisory |

**A stack that says nothing gets `{preset}`**: it is stopped by what loses availability or data when a zone, a
component or a Region fails or when somebody makes a single mistake that nothing can undo, and by nothing else. A few
rules are disabled in all presets, because they suit some stacks only; `rules` turns them on.

## Configuration

A stack chooses a preset with the tag `ha:preset` = `baseline`, `production` or `regulated` on any of its resources;
if several are given, the strictest applies. Without the tag it gets `{preset}`, except that
stacks named {stacks} get `baseline`. `--policy-pack-config FILE` overrides both:

```json
{{
  "ha": {{
    "preset": "regulated",
    "cannotTell": "mandatory",
    "rules": {{"db-backup-retention": {{"minDays": 35}}, "asg-instance-types": "disabled"}},
    "exemptions": [
      {{"rule": "lb-min-targets", "resource": "intranet-*", "reason": "used twice a year", "until": "2027-06-30"}}
    ],
    "zones": {{"subnet-0a1b2c3d": "us-west-2a"}},
    "with": ["network.json"]
  }}
}}
```

You can also exempt a single resource where it is defined, with the tag `ha:exempt:<rule>` = `the reason
until=2027-06-30`. `until` is optional and is the last day on which the exemption applies. Every preview lists the
exemptions in force. An expired exemption is a violation, and an exemption that matches no finding is reported.
`zones` gives the Availability Zones of subnets that are not part of the stack. `resilience schema policy-config` prints
the file's JSON schema, for editors.

`with` names the exported states (`pulumi stack export --show-secrets`) of other stacks that this one refers to,
relative to the configuration file. The stacks are joined by ids, ARNs and host names, so a subnet of the network stack
has its zone, and a path may lead from one stack into another. Findings are then named `stack/resource`; only this
stack's resources are judged. The engine gives the pack the settings without the path of their file: on Linux the pack
reads it from the command line of `pulumi`; elsewhere relative paths start in the folder in which `pulumi` runs.

Resources that the pack does not read are said once and count as *cannot tell*: those of `aws-native` and `awscc`, of
CloudFormation templates, and Kubernetes objects that create load balancers or volumes.

## How references are resolved

The rules check the resource graph of the whole stack. The pack resolves a reference by its known id; otherwise by the
dependencies that the engine records for each property; otherwise through the parent of a remote component. If none of
these works, the rule *cannot tell*: an unresolved reference never counts as a pass. Because of the recorded
dependencies, the pack knows the zone of each subnet behind a load balancer at the first preview, before any id
exists. Properties that the provider will compute count as not set. Known limits:

- A list that is unknown as a whole (made with `apply`) counts as all resources that it depends on.
- Outputs of a remote component depend on everything inside the component. A whole list from `awsx.ec2.Vpc` is taken
  to be one of its lists (public, private or isolated subnets); a rule decides if the answer is the same for each of
  them. For single subnets picked from it (`vpc.private_subnet_ids[0]`) and for outputs of other remote components the
  rules *cannot tell* before the first update. The exception is a load balancer, which has at most one subnet per
  zone.
- A slice of such a list (`ids[:1]`) cannot be told from the whole list at the first preview. The update that creates
  it knows the ids and reports what the preview missed.
- Two unknown values in one list count as two different resources.
- A subnet that is looked up, not managed, has no known zone until `zones` or `with` gives it.
- A document that refers to another resource (`redrivePolicy`, queue and vault policies) is one unknown string until
  that resource exists. The pack checks at once that it is set and which resources it refers to, and the rest of its
  content after deployment.

## Where the pack runs

- `pulumi preview --policy-pack policy` and `pulumi up --policy-pack policy`, for any stack with AWS resources;
- `pulumi policy analyze --policy-pack policy --file state.json`, for an exported state;
- as a policy pack of your organization: run `pulumi policy publish <organization>` in the folder `policy`, which is
  complete in itself;
- from the Python package: `pulumi preview --policy-pack "$(resilience pack)"`.

The pack needs only `pulumi` and `pulumi-policy`; the availability report also needs `jinja2`.

## Rules of your own

[own-rules.md](own-rules.md) shows a policy pack with rules of your own beside these, and how to test them without the
CLI.
"""


def page() -> str:
    """The whole page."""
    stacks = ", ".join(f"`{s}`" for s in STACKS)
    count = f"\n## The rules\n\n{len(RULES)} rules in {len(families.FAMILIES)} families. A finding names its rule.\n"
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
    kinds = "all AWS resources" if rule.kinds == ("*",) else ", ".join(f"`{k}`" for k in rule.kinds)
    yield f"- checks: {kinds}"
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
