# ruff: noqa: E501 (what AWS says is as long as it is)
"""Security groups and network ACLs (EC2 API)."""

from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.refusals.network import network

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULES = (
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
ACL_RULES = 19
"""Rules that a network ACL can have in each direction, of IPv4 and of IPv6 each, besides the last one, which AWS makes (VPC User Guide, "Amazon VPC quotas": 20 with that; raised on request to 40)."""


def _ports(case: Case, protocol: str, low: str, high: str) -> Iterator[Problem]:
    kind, first, last = case.text(protocol), case.number(low), case.number(high)
    if kind in ("-1", "all"):
        if (first not in (None, 0, -1)) or (last not in (None, 0, -1)):
            yield low, f"{low} and {high} must both be 0 to use protocol -1"
        return
    icmp = kind in ("icmp", "icmpv6", "1", "58")
    for name, value in ((low, first), (high, last)):
        if value is not None and not (-1 if icmp else 0) <= value <= (255 if icmp else 65535):
            yield (
                name,
                f"InvalidParameterValue: {name}={value}: must be between {-1 if icmp else 0} and {255 if icmp else 65535}",
            )
    if not icmp and first is not None and last is not None and first > last:
        yield low, f"InvalidParameterValue: Invalid TCP/UDP port range ({first} is larger than {last})"


def _group_rule(case: Case, prefix: str) -> Iterator[Problem]:
    for path, text in (
        (f"{prefix}{n}[{i}]", t) for n in ("cidrBlocks", "ipv6CidrBlocks") for i, t in enumerate(case.list(n))
    ):
        if isinstance(text, str) and network(text) is None:
            yield path, f"InvalidParameterValue: CIDR block {text} is malformed"
    for name, reason in _ports(case, "protocol", "fromPort", "toPort"):
        yield prefix + name, reason


@refuses(GROUP, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def inline_rules_have_legal_ports(case: Case) -> Iterator[Problem]:
    """EC2 AuthorizeSecurityGroupIngress/Egress, IpPermission."""
    for side in ("ingress", "egress"):
        for path, rule in case.objects(side):
            yield from _group_rule(rule, f"{path}.")


@refuses("aws:ec2/securityGroupRule:SecurityGroupRule")
def rules_have_legal_ports_and_a_source(case: Case) -> Iterator[Problem]:
    """EC2 AuthorizeSecurityGroupIngress/Egress, IpPermission."""
    yield from _group_rule(case, "")
    yield from one_of(case, "type", "ingress", "egress")
    sources = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId", "self")
    if not any(case.given(s) for s in sources):
        yield "cidrBlocks", f"one of {', '.join(sources)} must be given"


@refuses(*RULES)
def rule_has_one_other_side(case: Case) -> Iterator[Problem]:
    """EC2 AuthorizeSecurityGroupIngress/Egress: one source or destination per rule, ports within range."""
    for name, reason in _ports(case, "ipProtocol", "fromPort", "toPort"):
        yield name, reason
    if case.text("ipProtocol") == "-1" and (case.given("fromPort") or case.given("toPort")):
        yield "fromPort", "InvalidParameterCombination: You may not specify all protocols and specific ports."
    if case.text("ipProtocol") in ("tcp", "udp", "6", "17"):
        for name in ("fromPort", "toPort"):
            if not case.given(name):
                yield name, f"MissingParameter: {name} is needed for protocol {case.text('ipProtocol')}"
    sides = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    given = [s for s in sides if case.given(s)]
    if len(given) != 1:
        yield given[1] if given else sides[0], f"a rule needs exactly one of {', '.join(sides)}, got {len(given)}"
    for name, version in (("cidrIpv4", 4), ("cidrIpv6", 6)):
        text = case.text(name)
        block = network(text)
        if text is not None and (block is None or block.version != version):
            yield name, f"InvalidParameterValue: CIDR block {text} is malformed"


@refuses(GROUP)
def group_name_and_description_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateSecurityGroup: names to 255 characters, not sg-…; both only a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*."""
    for name in ("name", "description"):
        text = case.text(name)
        if text is None:
            continue
        if len(text) > 255:
            yield name, f"InvalidParameterValue: {name} must have at most 255 characters, has {len(text)}"
        bad = sorted({c for c in text if not (c.isascii() and (c.isalnum() or c in " ._-:/()#,@[]+=&;{}!$*"))})
        if bad:
            yield (
                name,
                f"InvalidParameterValue: Value ({text}) for parameter {name} is invalid: {' '.join(bad)} not allowed",
            )
    if (case.text("name") or "").startswith("sg-"):
        yield "name", "InvalidParameterValue: Group names may not be in the format sg-*."


def _acl_rule(case: Case, number: str, action: str, prefix: str) -> Iterator[Problem]:
    yield from ((prefix + p, r) for p, r in ranged(case, number, 1, 32766))
    yield from ((prefix + p, r) for p, r in one_of(case, action, "allow", "deny"))
    if case.text("protocol") not in ("icmp", "1", "icmpv6", "58"):
        yield from ((prefix + p, r) for p, r in _ports(case, "protocol", "fromPort", "toPort"))


@refuses("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
def acl_entries_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateNetworkAclEntry: rule numbers 1 to 32766, each once per direction."""
    for side in ("ingress", "egress"):
        numbers: dict[Any, str] = {}
        for path, rule in case.objects(side):
            yield from _acl_rule(rule, "ruleNo", "action", f"{path}.")
            number = rule.number("ruleNo")
            if number is not None and number in numbers:
                yield f"{path}.ruleNo", f"NetworkAclEntryAlreadyExists: rule {number} is also {numbers[number]}"
            numbers[number] = path


@refuses("aws:ec2/networkAclRule:NetworkAclRule")
def acl_rule_is_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateNetworkAclEntry: rule numbers 1 to 32766, each once per direction of an ACL."""
    yield from _acl_rule(case, "ruleNumber", "ruleAction", "")
    if not case.given("cidrBlock") and not case.given("ipv6CidrBlock"):
        yield "cidrBlock", "MissingParameter: one of cidrBlock and ipv6CidrBlock"
    acl, number = case.text("networkAclId"), case.number("ruleNumber")
    for urn, other in case.seen.all(case.token):
        same = other.get("networkAclId") == acl and bool(other.get("egress")) == bool(case.get("egress"))
        if acl and number is not None and urn != case.urn and same and other.get("ruleNumber") == number:
            name = urn.rsplit("::", 1)[-1]
            yield "ruleNumber", f"NetworkAclEntryAlreadyExists: rule {number} of this network ACL is also {name}"


@refuses("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
def acl_is_short(case: Case) -> Iterator[Problem]:
    """EC2 CreateNetworkAclEntry: NetworkAclEntryLimitExceeded."""
    for side in ("ingress", "egress"):
        rules = [rule for _, rule in case.objects(side)]
        for family, block in (("IPv4", "cidrBlock"), ("IPv6", "ipv6CidrBlock")):
            count = sum(rule.given(block) for rule in rules)
            if count > ACL_RULES:
                yield (
                    side,
                    f"NetworkAclEntryLimitExceeded: {count} rules of {family}: at most {ACL_RULES} besides AWS's own",
                )
