"""Rules of our own."""

from collections.abc import Iterator

from ha_policy.kit import PRODUCTION, Check, Node, Param, Severity, rule, skip


@rule(
    "acme-three-zones",
    "An Auto Scaling group runs in at least three Availability Zones",
    "autoscaling/group",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="the loss of one zone halves what runs in two; of three, two thirds are left",
    fix="give vpcZoneIdentifiers subnets in three zones",
    params={"minZones": Param("least number of Availability Zones", 3, minimum=2, maximum=6)},
)
def three_zones(group: Node, check: Check) -> Iterator[str]:
    if group.number("maxSize") <= 1:
        skip("it never runs more than one instance")
    zones = check.graph.zones(group)
    if not zones.at_least(check.number("minZones")):
        yield f"it runs in {zones} only"
