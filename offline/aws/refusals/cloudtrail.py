# ruff: noqa: E501 (what AWS says is as long as it is)
"""CloudTrail."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, refuses
from offline.aws.unique import unique


@refuses("aws:cloudtrail/trail:Trail")
def trail_is_legal(case: Case) -> Iterator[Problem]:
    """CloudTrail CreateTrail, PutEventSelectors: one kind of selectors; a log group's ARN ends in :*, and comes with a role; names of 3-128."""
    yield from not_both(case, "eventSelectors", "advancedEventSelectors")
    group = case.text("cloudWatchLogsGroupArn")
    if group is not None and group.startswith("arn:") and not group.endswith(":*"):
        yield (
            "cloudWatchLogsGroupArn",
            f"InvalidCloudWatchLogsLogGroupArnException: {group}: must end with :*",
        )
    if case.given("cloudWatchLogsGroupArn") != case.given("cloudWatchLogsRoleArn"):
        yield (
            "cloudWatchLogsRoleArn",
            "InvalidCloudWatchLogsRoleArnException: cloudWatchLogsGroupArn and cloudWatchLogsRoleArn are needed together",
        )
    name = case.text("name")
    if name is not None and not re.fullmatch(r"(?!.*[._-]{2})[a-zA-Z0-9][a-zA-Z0-9._-]{1,126}[a-zA-Z0-9]", name):
        yield (
            "name",
            f"InvalidTrailNameException: trail name {name!r}: 3 to 128 letters, digits and . _ -, a letter or digit at both ends",
        )


unique("aws:cloudtrail/trail:Trail", "name", call="cloudtrail CreateTrail", says="TrailAlreadyExistsException: Trail {name} already exists for this account and Region")  # fmt: skip
