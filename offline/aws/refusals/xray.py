# ruff: noqa: E501 (what AWS says is as long as it is)
"""X-Ray."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, ranged, refuses
from offline.aws.unique import unique


@refuses("aws:xray/samplingRule:SamplingRule")
def sampling_rule_is_legal(case: Case) -> Iterator[Problem]:
    """X-Ray CreateSamplingRule: rate 0-1, priority 1-9999, names to 32."""
    yield from ranged(case, "fixedRate", 0, 1)


@refuses("aws:xray/group:Group")
def xray_group_name_is_legal(case: Case) -> Iterator[Problem]:
    """X-Ray CreateGroup: a name that is not ``default``."""
    if (case.text("groupName") or "").lower() == "default":
        yield "groupName", "InvalidRequestException: the group Default is there already"


unique("aws:xray/group:Group", "groupName", call="xray CreateGroup", says="InvalidRequestException: Group {groupName} already exists")  # fmt: skip
unique("aws:xray/samplingRule:SamplingRule", "ruleName", call="xray CreateSamplingRule", says="InvalidRequestException: Sampling rule {ruleName} already exists")  # fmt: skip
