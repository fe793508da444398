# ruff: noqa: E501 (a table)
"""Look-ups that depend only on their arguments; the answers are those of the real provider."""

import re

from offline.aws import regions
from offline.aws.lookups.asked import Asked, NoAnswer, Values, answers

_ARN_PARTS = 6
_NAMES = {
    "us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)", "us-west-1": "US West (N. California)",
    "us-west-2": "US West (Oregon)", "ca-central-1": "Canada (Central)", "eu-central-1": "Europe (Frankfurt)",
    "eu-west-1": "Europe (Ireland)", "eu-west-2": "Europe (London)", "eu-west-3": "Europe (Paris)",
    "eu-north-1": "Europe (Stockholm)", "eu-south-1": "Europe (Milan)", "eu-south-2": "Europe (Spain)",
    "eu-central-2": "Europe (Zurich)", "ap-northeast-1": "Asia Pacific (Tokyo)", "ap-northeast-2": "Asia Pacific (Seoul)",
    "ap-northeast-3": "Asia Pacific (Osaka)", "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)", "ap-south-1": "Asia Pacific (Mumbai)", "sa-east-1": "South America (Sao Paulo)",
    "af-south-1": "Africa (Cape Town)", "me-south-1": "Middle East (Bahrain)", "me-central-1": "Middle East (UAE)",
}  # fmt: skip
"""Names of Regions in `getRegion` (Systems Manager's public parameters, global-infrastructure)."""
_OPT_IN = {
    "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
    "me-central-1", "me-south-1", "mx-central-1",
}  # fmt: skip
"""Regions that an account must enable first (Account Management Guide, "Enable or disable AWS Regions")."""
_CHINA = {"codedeploy", "ec2", "elasticmapreduce", "logs"}
"""Services whose principal has China's suffix there (terraform-provider-aws, names.ServicePrincipalSuffixForPartition).
"""


def suffix(region: str) -> str:
    """The DNS suffix of a Region's partition."""
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def _reversed(dns: str) -> str:
    return ".".join(reversed(dns.split(".")))


def parts(arn: str) -> dict[str, str]:
    """The parts of an ARN. Raises NoAnswer for an invalid one."""
    found = arn.split(":", _ARN_PARTS - 1)
    if len(found) != _ARN_PARTS or found[0] != "arn":
        raise NoAnswer(f"parsing ARN ({arn}): arn: {'invalid prefix' if found[0] != 'arn' else 'not enough sections'}")
    return dict(zip(("arn", "partition", "service", "region", "account", "resource"), found, strict=True))


@answers("aws:index/getRegion:getRegion")
def _region(asked: Asked) -> Values:
    region, endpoint = asked.text("name") or asked.region, asked.text("endpoint")
    if endpoint:
        region = next((r for r in regions.ZONES if endpoint == f"ec2.{r}.{suffix(r)}"), "")
    if region not in regions.ZONES:
        raise NoAnswer(f"no matching EC2 Region: {asked.text('name') or endpoint}")
    names = dict.fromkeys(("id", "name", "region"), region)
    return {**names, "description": _NAMES.get(region, region), "endpoint": f"ec2.{region}.{suffix(region)}"}


@answers("aws:index/getRegions:getRegions")
def _regions(asked: Asked) -> Values:
    mine = regions.partition(asked.region)
    every = asked.args.get("allRegions") is True
    wanted = asked.filters()
    names = [r for r in regions.ZONES if regions.partition(r) == mine and (every or r not in _OPT_IN)]
    if "opt-in-status" in wanted:
        status = {r: "not-opted-in" if r in _OPT_IN else "opt-in-not-required" for r in names}
        names = [r for r in names if status[r] in wanted["opt-in-status"]]
    if "region-name" in wanted:
        names = [r for r in names if r in wanted["region-name"]]
    return {"id": mine, "names": sorted(names)}


@answers("aws:index/getPartition:getPartition")
def _partition(asked: Asked) -> Values:
    dns, name = suffix(asked.region), regions.partition(asked.region)
    return {"id": name, "partition": name, "dnsSuffix": dns, "reverseDnsPrefix": _reversed(dns)}


@answers("aws:index/getArn:getArn")
def _arn(asked: Asked) -> Values:
    arn = asked.needed("arn")
    return {**parts(arn), "arn": arn, "id": arn}


@answers("aws:index/arnParse:arnParse")
def _arn_parse(asked: Asked) -> Values:
    found = parts(str(asked.args.get("arn", "")))
    return {**found, "accountId": found["account"]}


@answers("aws:index/arnBuild:arnBuild")
def _arn_build(asked: Asked) -> Values:
    names = ("partition", "service", "region", "accountId", "resource")
    return {"result": ":".join(("arn", *(str(asked.args.get(n, "")) for n in names)))}


@answers("aws:index/trimIamRolePath:trimIamRolePath")
def _trimmed(asked: Asked) -> Values:
    arn = str(asked.args.get("arn", ""))
    found = parts(arn)
    if found["service"] != "iam" or not found["resource"].startswith("role/"):
        raise NoAnswer(f"{arn}: is no ARN of an IAM role")
    return {"result": f"{arn.split('role/', 1)[0]}role/{arn.rsplit('/', 1)[-1]}"}


@answers("aws:index/userAgent:userAgent")
def _user_agent(asked: Asked) -> Values:
    product, version, comment = (asked.text(n) or "" for n in ("productName", "productVersion", "comment"))
    return {"result": product + (f"/{version}" if version else "") + (f" ({comment})" if comment else "")}


@answers("aws:index/getService:getService")
def _service(asked: Asked) -> Values:
    """By id and Region, by DNS name, or by reverse DNS name; of Terraform's meta data source ``aws_service``."""
    region, service = asked.region, asked.text("serviceId")
    dns, reverse = asked.text("dnsName"), asked.text("reverseDnsName")
    if reverse:
        dns = _reversed(reverse)
    if dns:
        found = re.fullmatch(r"([\w.-]+?)\.([a-z]{2}(?:-[a-z]+)+-\d)\.(amazonaws\.com(?:\.cn)?)", dns)
        if not found:
            raise NoAnswer(f"{dns}: is no DNS name of a service, such as s3.us-west-2.amazonaws.com")
        service, region = found[1], found[2]
    if not service:
        raise NoAnswer("service_id, reverse_dns_name or dns_name: one of them must be given")
    tail = suffix(region)
    prefix = asked.text("reverseDnsPrefix") or _reversed(tail)
    return {
        "id": f"{prefix}.{region}.{service}", "region": region, "serviceId": service,
        "dnsName": f"{service}.{region}.{tail}", "partition": regions.partition(region),
        "reverseDnsName": f"{prefix}.{region}.{service}", "reverseDnsPrefix": prefix, "supported": True,
    }  # fmt: skip


@answers("aws:index/getServicePrincipal:getServicePrincipal")
def _service_principal(asked: Asked) -> Values:
    service = asked.needed("serviceName")
    tail = suffix(asked.region) if service in _CHINA else "amazonaws.com"
    return {"id": f"{service}.{asked.region}.{tail}", "name": f"{service}.{tail}", "serviceName": service,
            "suffix": tail, "region": asked.region}  # fmt: skip


@answers("aws:index/getBillingServiceAccount:getBillingServiceAccount")
def _billing(asked: Asked) -> Values:
    account = "386209384616"  # Billing User Guide, "Setting up an Amazon S3 bucket for Cost and Usage Reports"
    return {"id": account, "arn": f"arn:{regions.partition(asked.region)}:iam::{account}:root"}


@answers("aws:index/getDefaultTags:getDefaultTags")
def _default_tags(_asked: Asked) -> Values:
    return {"id": regions.partition(_asked.region), "tags": {}}
