"""A stack that protects its data does not change its scenario: that would delete one architecture to build another."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.architectures.protection import LIFT
from components.settings import Settings

RECORD = "scenario"
"""Logical name of the record, the same in every scenario, so that it is found whatever the stack ran before."""


def region_if_allowed(settings: Settings) -> pulumi.Output[str]:
    """The primary Region, once it is certain that the stack may run ``settings.scenario``.

    Scenario, profile and whether data is protected are kept in the stack's state by a ``pulumi.Stash``; a hook before
    its update, in previews too, compares them with the settings and stops the update. Every provider waits for this
    Region and every resource for its provider: when the hook refuses, nothing has been created, changed or deleted.
    """
    now = {"scenario": settings.scenario, "profile": settings.profile, "protectData": settings.protect_data}

    def hold(change: pulumi.ResourceHookArgs) -> None:
        if problem := refusal((change.old_inputs or {}).get("input", {}), now):
            raise pulumi.RunError(problem)

    hook = pulumi.ResourceHook("hold-scenario", hold, pulumi.ResourceHookOptions(on_dry_run=True))
    record = pulumi.Stash(
        RECORD,
        input=now,
        opts=pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_update=[hook])),
    )
    return record.output.apply(lambda _: settings.primary.region)


def refusal(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why a stack that is deployed as ``was`` may not become ``now``, and what to do instead; None when it may.

    What counts is what is deployed: protection is lifted by an update that changes nothing else, since AWS would refuse
    half-way to delete what it still protects.
    """
    protected = was.get("protectData", was.get("profile") == "production")  # older records have the profile alone
    if not protected:
        return None
    running, wanted = was.get("scenario"), now["scenario"]
    if running != wanted:
        return (
            f"scenario={wanted}: this stack runs {running} and protects its data, which switching would delete; "
            f"nothing in AWS changed. Give {wanted} a stack of its own (pulumi stack init), or set scenario back to "
            f"{running}. To give up the {running} platform, {LIFT}, then switch, or run pulumi destroy."
        )
    if was.get("profile") == "production" != now["profile"]:
        return (
            f"profile={now['profile']}: this stack protects its data, and the profile deletes what only production "
            f"has; nothing in AWS changed. Set profile back to production, or {LIFT}, before you change it."
        )
    return None
