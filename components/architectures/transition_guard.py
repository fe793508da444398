"""Refuse updates that would delete protected data or stop half-way at a name that is still in use."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.architectures.deletion_protection import HOW_TO_UNPROTECT
from components.settings.model import Settings

RECORD = "scenario"
"""Logical name of the record, the same in every scenario, so that it is found whatever the stack was before."""

FAILOVER = "failover"
MUTUAL_TLS = "mutual-tls"
VALKEY = "valkey"
ROUTING_DOCS = "docs/financial.md, Changing the routing"


def region_if_allowed(settings: Settings) -> pulumi.Output[str]:
    """The primary Region, known only after the change from the deployed settings to ``settings`` is allowed.

    A ``pulumi.Stash`` keeps the relevant settings in the stack's state. A hook before its update, in previews too,
    compares them with the new ones and stops the update. Every provider waits for this Region and every resource for
    its provider, so a refused update has not created, changed or deleted anything.
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
    """The settings that the record keeps. Records of earlier releases lack some; a missing value is not a reason to
    refuse.

    domain, standbyRegion: empty for none. routing: routing policy of a name that leads to both Regions, empty without
    one. authorization: of the payments API, empty without one. cacheEngine: empty without a cache.
    """
    engines = {"ecommerce": settings.ecommerce.cache.engine, "media": settings.media.cache.engine}
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
        "authorization": settings.financial.api.authorization if settings.scenario == "financial" else "",
        "cacheEngine": engines.get(settings.scenario, ""),
    }


def refused_transition(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why a stack deployed with ``was`` cannot become ``now``, and what to do instead; None if it can.

    The deployed protection counts: it is removed by an update that changes nothing else, since AWS would otherwise
    refuse half-way to delete what is still protected.
    """
    protected = was.get("protectData", was.get("profile") == "production")  # older records have only the profile
    lost = _data_loss(was, now) if protected else None
    return lost or _name_in_use(was, now) or _unprotected(was, now) or _cache_in_use(was, now)


def _data_loss(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why the change would delete protected data."""
    running, wanted = was.get("scenario"), now["scenario"]
    if running != wanted:
        return (
            f"scenario={wanted}: this stack runs {running} and protects its data, which switching would delete; "
            f"nothing in AWS changed. Create a separate stack for {wanted} (pulumi stack init), or set scenario back "
            f"to {running}. To give up the {running} platform, {HOW_TO_UNPROTECT}, then switch, or run pulumi destroy."
        )
    if was.get("profile") == "production" != now["profile"]:
        return (
            f"profile={now['profile']}: this stack protects its data, and the profile deletes what only production "
            f"has; nothing in AWS changed. Set profile back to production, or {HOW_TO_UNPROTECT}, before you change it."
        )
    for key in ("region", "standbyRegion"):
        if was.get(key) and was[key] != now[key]:
            return (
                f"{key}={now[key] or 'none'}: this stack protects its data, and its data in {was[key]} would be "
                f"deleted; nothing in AWS changed. Set {key} back to {was[key]}, or {HOW_TO_UNPROTECT}, before you "
                "change it."
            )
    return None


def _name_in_use(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why a name would still be in use: this update deletes it last, but the new resource needs it before."""
    domain = now["domain"]
    if not domain or was.get("domain") != domain:
        return None
    running, wanted = was.get("scenario"), now["scenario"]
    if running != wanted:
        return (
            f"scenario={wanted}: this stack runs {running} as {domain}, and {wanted} is created before {running} is "
            "deleted: AWS accepts no second distribution (CNAMEAlreadyExists) and no second record "
            "(InvalidChangeBatch) with the same name; nothing in AWS changed. Remove domain and hostedZoneId, switch, "
            f"and set them again afterwards; or run pulumi destroy first; or set scenario back to {running}."
        )
    if was.get("region") and was["region"] != now["region"]:
        return (
            f"region={now['region']}: {domain} leads to this stack in {was['region']}, which is deleted after the new "
            "Region's resources are created: Route 53 accepts no second record with the same name "
            "(InvalidChangeBatch); nothing in AWS changed. Run pulumi destroy before you move, or set region back to "
            f"{was['region']}."
        )
    before, after = was.get("standbyRegion"), now["standbyRegion"]
    if before and after and before != after and was.get("routing") == now["routing"] == FAILOVER:
        return (
            f"standbyRegion={after}: names of {domain} fail over to {before} until it is deleted, which happens after "
            f"{after} is created: Route 53 accepts one SECONDARY record per name (InvalidChangeBatch); nothing in AWS "
            "changed. Remove standbyRegion and its zones and run pulumi up before you set them to others, or set "
            f"standbyRegion back to {before}."
        )
    return None


def _unprotected(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why the payments API would be open to everybody for a while."""
    before, after = was.get("authorization"), now["authorization"]
    if not before or not was.get("domain") or before == after or after != MUTUAL_TLS:
        return None
    return (
        f"financial.api.authorization={after}: the names below {was['domain']} lead to the API until the end of the "
        f"update, and it stops checking requests ({before}) before they all ask for client certificates; nothing in "
        "AWS changed. Remove domain and hostedZoneId and run pulumi up, then set them again together with "
        f"{after}; or set financial.api.authorization back to {before}."
    )


def _cache_in_use(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why the cache cannot get the other engine: ElastiCache upgrades Redis OSS to Valkey only (ElastiCache user guide,
    "How to upgrade from Redis OSS to Valkey"), and the provider replaces it for every other change of the engine. The
    id of the old one is in use until it is deleted.
    """
    scenario, wanted = now["scenario"], now["cacheEngine"]
    if was.get("scenario") != scenario or was.get("cacheEngine") != VALKEY or wanted in ("", VALKEY):
        return None
    return (
        f"{scenario}.cache.engine={wanted}: ElastiCache does not change Valkey to another engine. The cache would be "
        "replaced, and ElastiCache accepts no second one with its id (ReplicationGroupAlreadyExists); nothing in AWS "
        f"changed. Set {scenario}.cache.engine back to {VALKEY}, or create a separate stack (pulumi stack init)."
    )


def transition_warning(was: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """What to do before changing a stack deployed with ``was`` to ``now``, because AWS would reject the update
    otherwise.

    It is a warning, not a refusal: the records of both Regions can be changed at once only by hand.
    """
    keys = ("scenario", "domain", "region", "standbyRegion")
    same = all(now[key] and was.get(key) == now[key] for key in keys)
    if not same or now["scenario"] != "financial" or was.get("routing") in (None, now["routing"]):
        return None
    return (
        f"financial.api.routing={now['routing']}: Route 53 accepts the new routing of both Regions' records of "
        f"{now['domain']} only in one batch, but Pulumi changes one record at a time. Change them by hand first "
        f"({ROUTING_DOCS}), then run pulumi up; otherwise it stops at the first record and the names stay as they are."
    )
