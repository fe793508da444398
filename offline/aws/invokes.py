"""The look-ups that need no account's contents; nothing that asks what exists in one is answered."""

import re
from collections.abc import Mapping
from typing import Any

from offline.aws import regions
from offline.aws.templates import ACCOUNT

SOLUTION_STACKS = tuple(
    f"64bit Amazon Linux 2023 v4.{minor} running {language}"
    for minor in ("6.0", "6.1")
    for language in ("Python 3.11", "Python 3.12", "Python 3.13", "Docker", "Corretto 21")
)
"""Some of Elastic Beanstalk's platform versions, oldest first."""


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
        case "getSolutionStack":
            pattern = str(args.get("nameRegex"))
            found = [stack for stack in SOLUTION_STACKS if re.search(pattern, stack)]
            if not found or (len(found) > 1 and not args.get("mostRecent")):  # AWS's provider wants exactly one
                return None
            return {"id": found[-1], "name": found[-1], "region": region, **args}
        case "getDefaultTags":
            return {"id": "default-tags", "tags": {}}
        case _:
            return None
