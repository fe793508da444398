"""Tags: created in one place and passed explicitly to every taggable resource.

Default tags of the provider and stack transformations are not used, since mocks, previews and policies cannot see them.
"""

from collections.abc import Mapping

MAX_TAG_VALUE = 256
"""Characters in a tag value (AWS Tagging: 256)."""


def stack_tags(*, project: str, scenario: str, stack: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Tags of every resource of a stack: Project, Scenario, Stack, ManagedBy, and the user's ``extra``."""
    return {**(extra or {}), "Project": project, "Scenario": scenario, "Stack": stack, "ManagedBy": "pulumi"}


def tier_tags(tags: Mapping[str, str], tier: str) -> dict[str, str]:
    """``tags`` and the resource's tier, such as ``web`` or ``orders-db``."""
    return {**tags, "Tier": tier}


def named(tags: Mapping[str, str], name: str) -> dict[str, str]:
    """``tags`` and a Name, which the AWS console shows in its lists."""
    return {**tags, "Name": name[:MAX_TAG_VALUE]}
