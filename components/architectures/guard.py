"""A production stack does not change its scenario: that would delete one architecture to build another."""

import pulumi

from components.settings import Settings

RECORD = "scenario"
"""Logical name of the record, the same in every scenario, so that it is found whatever the stack ran before."""


def region_if_allowed(settings: Settings) -> pulumi.Output[str]:
    """The primary Region, once it is certain that the stack may run ``settings.scenario``.

    Scenario and profile are kept in the stack's state by a ``pulumi.Stash``; a hook before its update, in previews too,
    compares them with the settings and stops the update. Every provider waits for this Region and every resource for
    its provider: when the hook refuses, nothing has been created, changed or deleted.
    """

    def hold(change: pulumi.ResourceHookArgs) -> None:
        was = (change.old_inputs or {}).get("input", {})
        if was.get("profile") == "production" and was.get("scenario") != settings.scenario:
            raise pulumi.RunError(refusal(str(was.get("scenario")), settings.scenario))

    hook = pulumi.ResourceHook("hold-scenario", hold, pulumi.ResourceHookOptions(on_dry_run=True))
    record = pulumi.Stash(
        RECORD,
        input={"scenario": settings.scenario, "profile": settings.profile},
        opts=pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_update=[hook])),
    )
    return record.output.apply(lambda _: settings.primary.region)


def refusal(was: str, wanted: str) -> str:
    """What to do instead of switching."""
    return (
        f"scenario={wanted}: this production stack runs {was}, which switching would delete; nothing in AWS changed. "
        f"Give {wanted} a stack of its own (pulumi stack init), or set scenario back to {was}. "
        f"To give up the {was} platform and its data, set profile to dev and run pulumi up before switching."
    )
