"""A production stack does not change its scenario: that would delete one architecture to build another."""

import pulumi

from components.settings import Settings

RECORD = "scenario"
"""Logical name of the record, the same in every scenario, so that it is found whatever the stack ran before."""


def region_if_allowed(settings: Settings) -> pulumi.Output[str]:
    """The primary Region, once it is certain that the stack may run ``settings.scenario``.

    The scenario is kept in the stack's state by a ``pulumi.Stash``, whose output stays what it was first given; in the
    dev profile it is replaced, and so follows the setting. Every provider waits for this Region and every resource for
    its provider: when the scenario differs, nothing has been created, changed or deleted.

    Raises RunError, in the update itself, when a production stack holds another scenario.
    """
    follow = pulumi.ResourceOptions(replace_on_changes=["input"])
    hold = pulumi.ResourceOptions(protect=True)
    record = pulumi.Stash(RECORD, input=settings.scenario, opts=hold if settings.production else follow)

    def check(was: str) -> str:
        if was != settings.scenario:
            raise pulumi.RunError(refusal(was, settings.scenario))
        return settings.primary.region

    return record.output.apply(check)


def refusal(was: str, wanted: str) -> str:
    """What to do instead of switching."""
    return (
        f"scenario={wanted}: this production stack runs {was}, which switching would delete; nothing in AWS changed. "
        f"Give {wanted} a stack of its own (pulumi stack init), or set scenario back to {was}. "
        f"To give up the {was} platform and its data, set profile to dev and run pulumi up before switching."
    )
