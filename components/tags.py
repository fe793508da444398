"""Tags: created in one place and passed explicitly to every taggable resource.

Default tags of the provider and stack transformations are not used, since mocks, previews and policies cannot see them.
"""

from collections.abc import Mapping

MAX_TAG_VALUE = 256
"""Characters in a tag value (AWS Tagging: 256)."""
OWN_TAGS = ("Project", "Scenario", "Stack", "ManagedBy", "Tier", "Name", "ha:preset")
"""Keys of the tags that the program sets; the others are the user's."""
FEW_TAGS = 10
"""Tags of an S3 object ("You can associate up to 10 tags with an object", S3 user guide, "Categorizing your objects
using tags") and of a Route 53 health check ("You can add a maximum of 10 tags to a health check or a hosted zone",
ChangeTagsForResource). Other resources take 50."""


def stack_tags(*, project: str, scenario: str, stack: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Tags of every resource of a stack: Project, Scenario, Stack, ManagedBy, and the user's ``extra``."""
    return {**(extra or {}), "Project": project, "Scenario": scenario, "Stack": stack, "ManagedBy": "pulumi"}


def tier_tags(tags: Mapping[str, str], tier: str) -> dict[str, str]:
    """``tags`` and the resource's tier, such as ``web`` or ``orders-db``."""
    return {**tags, "Tier": tier}


def named(tags: Mapping[str, str], name: str) -> dict[str, str]:
    """``tags`` and a Name, which the AWS console shows in its lists."""
    return {**tags, "Name": name[:MAX_TAG_VALUE]}


def few_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """``tags`` for a resource that takes only `FEW_TAGS`: the program's own, and the first of the user's by key."""
    chosen = sorted(tags, key=lambda key: (key not in OWN_TAGS, key))[:FEW_TAGS]
    return {key: tags[key] for key in chosen}
