"""What a stack does not become in one update: it would lose data that it protects, or stop at a name still in use."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.architectures.deletion_protection import HOW_TO_UNPROTECT
from components.settings.model import Settings

RECORD = "scenario"
"""Logical name of the record, the same in every scenario, so that it is found whatever the stack ran before."""

FAILOVER = "failover"
ROUTING_DOCS = "docs/financial.md, Changing the routing"


def region_if_allowed(settings: Settings) -> pulumi.Output[str]:
    """The primary Region, once it is certain that the stack may become what ``settings`` say.

    What counts of them is kept in the stack's state by a ``pulumi.Stash``; a hook before its update, in previews too,
    compares it with the settings and stops the update. Every provider waits for this Region and every resource for its
    provider: when the hook refuses, nothing has been created, changed or deleted.
    """
    now = recorded_settings(settings)

    def hold(change: pulumi.ResourceHookArgs) -> None:
        was = (change.old_inputs or {}).get("input", {})
        if problem := refused_transition(was, now):
            raise pulumi.RunError(problem)
        if advice := transition_warning(was, now):
            pulumi.log.warn(advice)

    hook = pulumi.ResourceHook("hold-scenario", hold, pulumi.ResourceHookOptions(on_dry_run=True))
    record = pulumi.Stash(
        RECORD,
        input=now,
        opts=pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_update=[hook])),
    )
    return record.output.apply(lambda _: settings.primary.region)


def recorded_settings(settings: Settings) -> dict[str, Any]:
    """What the record holds. Records of earlier releases lack some of it: what is not known is not refused.

    domain, standbyRegion: empty for none. routing: how a name that leads to both Regions chooses, empty without one.
    """
    routing = {
        "financial": settings.financial.api.routing,
        "ecommerce": FAILOVER if settings.ecommerce.back_office.enabled else "latency",
    }
    return {
        "scenario": settings.scenario,
        "profile": settings.profile,
        "protectData": settings.protect_data,
        "region": settings.primary.region,
        "standbyRegion": settings.standby.region if settings.standby else "",
        "domain": settings.domain.name if settings.domain else "",
        "routing": routing.get(settings.scenario, ""),
    }


def refused_transition(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why a stack that is deployed as ``was`` may not become ``now``, and what to do instead; None when it may.

    What counts is what is deployed: protection is lifted by an update that changes nothing else, since AWS would refuse
    half-way to delete what it still protects.
    """
    protected = was.get("protectData", was.get("profile") == "production")  # older records have the profile alone
    return (_data_loss(was, now) if protected else None) or _name_in_use(was, now)


def _data_loss(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Of data, which the stack protects."""
    running, wanted = was.get("scenario"), now["scenario"]
    if running != wanted:
        return (
            f"scenario={wanted}: this stack runs {running} and protects its data, which switching would delete; "
            f"nothing in AWS changed. Give {wanted} a stack of its own (pulumi stack init), or set scenario back to "
            f"{running}. To give up the {running} platform, {HOW_TO_UNPROTECT}, then switch, or run pulumi destroy."
        )
    if was.get("profile") == "production" != now["profile"]:
        return (
            f"profile={now['profile']}: this stack protects its data, and the profile deletes what only production "
            f"has; nothing in AWS changed. Set profile back to production, or {HOW_TO_UNPROTECT}, before you change it."
        )
    for key in ("region", "standbyRegion"):
        if was.get(key) and was[key] != now[key]:
            return (
                f"{key}={now[key] or 'none'}: this stack protects its data, and what it has of it in {was[key]} would "
                f"be deleted; nothing in AWS changed. Set {key} back to {was[key]}, or {HOW_TO_UNPROTECT}, before you "
                "change it."
            )
    return None


def _name_in_use(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """By what this update would delete: it does that last, and the name has to be free before."""
    domain = now["domain"]
    if not domain or was.get("domain") != domain:
        return None
    running, wanted = was.get("scenario"), now["scenario"]
    if running != wanted:
        return (
            f"scenario={wanted}: this stack runs {running} as {domain}, and {wanted} is built before {running} is "
            "deleted: AWS takes no second distribution (CNAMEAlreadyExists) and no second record (InvalidChangeBatch) "
            "of a name; nothing in AWS changed. Remove domain and hostedZoneId, switch, and set them again afterwards; "
            f"or run pulumi destroy first; or set scenario back to {running}."
        )
    if was.get("region") and was["region"] != now["region"]:
        return (
            f"region={now['region']}: {domain} leads to this stack in {was['region']}, which is deleted after the "
            "other is built: AWS takes no second record of a name (InvalidChangeBatch); nothing in AWS changed. Run "
            f"pulumi destroy before you move, or set region back to {was['region']}."
        )
    before, after = was.get("standbyRegion"), now["standbyRegion"]
    if before and after and before != after and was.get("routing") == now["routing"] == FAILOVER:
        return (
            f"standbyRegion={after}: {before} is second in the failover of names of {domain} until it is deleted, "
            "after the other is built: Route 53 takes no second one (InvalidChangeBatch); nothing in AWS changed. "
            "Remove standbyRegion and its zones and run pulumi up before you set them to others, or set standbyRegion "
            f"back to {before}."
        )
    return None


def transition_warning(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """What to do before the update of a stack that is deployed as ``was`` to ``now``, which AWS refuses otherwise.

    Refused here it could never be done: both Regions' records are changed at once by hand alone.
    """
    keys = ("scenario", "domain", "region", "standbyRegion")
    same = all(now[key] and was.get(key) == now[key] for key in keys)
    if not same or now["scenario"] != "financial" or was.get("routing") in (None, now["routing"]):
        return None
    return (
        f"financial.api.routing={now['routing']}: Route 53 takes the new routing of both Regions' records of "
        f"{now['domain']} in one batch alone, and Pulumi changes one after the other. Change them by hand first "
        f"({ROUTING_DOCS}), then run pulumi up; else it stops at the first of them, and names stay as they are."
    )
