"""The look-ups that need no account's contents; nothing that asks what exists is answered."""

from collections.abc import Mapping
from typing import Any

from offline.aws import regions
from offline.aws.facts import ACCOUNT


def answer(token: str, args: Mapping[str, Any], region: str) -> dict[str, Any] | None:
    """The answer of AWS to an invoke, None for one that the offline AWS does not know."""
    asked = args.get("region")
    region = asked if isinstance(asked, str) else region
    partition = regions.partition(region)
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    match token.rsplit(":", 1)[-1]:
        case "getRegion":
            endpoint = f"ec2.{region}.{suffix}"
            return {"id": region, "name": region, "region": region, "description": region, "endpoint": endpoint}
        case "getCallerIdentity":
            arn = f"arn:{partition}:iam::{ACCOUNT}:user/offline"
            return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": arn, "userId": "AIDAOFFLINE0000000000"}
        case "getPartition":
            reverse = ".".join(reversed(suffix.split(".")))
            return {"id": partition, "partition": partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}
        case "getAvailabilityZones":
            names = regions.zones(region)
            ids = [regions.zone_id(z) for z in names]
            return {"id": region, "region": region, "names": names, "zoneIds": ids, "groupNames": [f"{region}-zg-1"]}
        case "getDefaultTags":
            return {"id": "default-tags", "tags": {}}
        case _:
            return None
