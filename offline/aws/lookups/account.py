"""Look-ups about the simulated account: caller identity, zones, account settings."""

from offline.aws import regions
from offline.aws.lookups.asked import ACCOUNT, Asked, NoAnswer, Values, account_arn, answers, matches
from offline.aws.lookups.pure import parts

CANONICAL_USER = "f2c1a0d3b4e596877869a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
"""The canonical user id of the account: 64 hexadecimal digits (S3 User Guide, "Canonical user IDs")."""
_USER = "AIDAOFFLINE0000000000"


@answers("aws:index/getCallerIdentity:getCallerIdentity")
def _caller(asked: Asked) -> Values:
    return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": account_arn(asked, "iam::{a}:user/offline"), "userId": _USER}


@answers("aws:s3/getCanonicalUserId:getCanonicalUserId")
def _canonical_user(_asked: Asked) -> Values:
    return {"id": CANONICAL_USER, "displayName": "offline"}


@answers("aws:iam/getAccountAlias:getAccountAlias")
def _account_alias(_asked: Asked) -> Values:
    return {"id": "offline", "accountAlias": "offline"}


@answers("aws:iam/getSessionContext:getSessionContext")
def _session_context(asked: Asked) -> Values:
    """The ARN of an assumed role contains role and session; another ARN is its own issuer (provider's docs)."""
    arn = asked.needed("arn")
    found = parts(arn)
    if found["service"] != "sts" or not found["resource"].startswith("assumed-role/"):
        return {"id": arn, "arn": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
    _, role, session = found["resource"].split("/", 2)
    issuer = f"arn:{found['partition']}:iam::{found['account']}:role/{role}"
    return {
        "id": arn, "arn": arn, "issuerArn": issuer, "issuerName": role, "sessionName": session,
        "issuerId": asked.fill("AROA{up:17}", role),
    }  # fmt: skip


@answers("aws:ebs/getEncryptionByDefault:getEncryptionByDefault")
def _encryption_by_default(asked: Asked) -> Values:
    return {"id": asked.region, "enabled": False}


@answers("aws:ebs/getDefaultKmsKey:getDefaultKmsKey")
def _default_key(asked: Asked) -> Values:
    arn = account_arn(asked, "kms:{r}:{a}:alias/aws/ebs")
    return {"id": asked.region, "keyArn": arn}


def group(zone: str) -> str:
    """The zone group of an Availability Zone (EC2, DescribeAvailabilityZones): ``us-west-2-zg-1``."""
    return f"{zone[:-1]}-zg-1"


def _zone_matches(zone: str, filters: dict[str, list[str]]) -> bool:
    """Whether a zone passes all filters of DescribeAvailabilityZones; every zone is an available Availability Zone."""
    has = {
        "zone-name": zone, "zone-id": regions.zone_id(zone), "group-name": group(zone), "region-name": zone[:-1],
        "opt-in-status": "opt-in-not-required", "state": "available", "zone-type": "availability-zone",
        "network-border-group": zone[:-1],
    }  # fmt: skip
    return all(name not in has or matches(has[name], values) for name, values in filters.items())


@answers("aws:index/getAvailabilityZones:getAvailabilityZones")
def _zones(asked: Asked) -> Values:
    state = asked.text("state") or "available"
    out = set(asked.texts("excludeNames")) | set(asked.texts("excludeZoneIds"))
    names = [
        zone
        for zone in regions.zones(asked.region)
        if state == "available" and not out & {zone, regions.zone_id(zone)} and _zone_matches(zone, asked.filters())
    ]
    return {
        "id": asked.region, "names": names, "zoneIds": [regions.zone_id(z) for z in names],
        "groupNames": sorted({group(z) for z in names}),
    }  # fmt: skip


@answers("aws:index/getAvailabilityZone:getAvailabilityZone")
def _zone(asked: Asked) -> Values:
    name, identifier = asked.text("name"), asked.text("zoneId")
    found = [
        zone
        for zone in regions.zones(asked.region)
        if name in (None, zone) and identifier in (None, regions.zone_id(zone)) and _zone_matches(zone, asked.filters())
    ]
    if len(found) != 1:
        many = "multiple EC2 Availability Zones matched; use additional constraints to reduce matches to a single one"
        raise NoAnswer(many if found else "no matching EC2 Availability Zone found")
    zone = found[0]
    return {
        "id": zone, "name": zone, "zoneId": regions.zone_id(zone), "nameSuffix": zone[-1], "region": asked.region,
        "groupName": group(zone), "groupLongName": f"{asked.region} 1", "networkBorderGroup": asked.region,
        "optInStatus": "opt-in-not-required", "state": "available", "zoneType": "availability-zone",
        "parentZoneId": "", "parentZoneName": "",
    }  # fmt: skip
