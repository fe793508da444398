# ruff: noqa: E501 (tables: one entry per line)
"""Look-ups of public AWS data: service accounts, managed policies, prefix lists, IP address ranges."""

from collections.abc import Mapping
from typing import Final

from offline.aws import regions
from offline.aws.lookups.asked import Asked, NoAnswer, Values, account_arn, answers
from offline.aws.lookups.pure import suffix

_ELB_ACCOUNTS: Final = {
    "af-south-1": "098369216593", "ap-east-1": "754344448648", "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887", "ap-northeast-3": "383597477331", "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450", "ap-southeast-2": "783225319266", "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251", "cn-north-1": "638102146993", "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928", "eu-north-1": "897822967062", "eu-south-1": "635631232127",
    "eu-west-1": "156460612806", "eu-west-2": "652711504416", "eu-west-3": "009996457667",
    "me-south-1": "076674570225", "sa-east-1": "507241528517", "us-east-1": "127311923021", "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635", "us-gov-west-1": "048591011584", "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}  # fmt: skip
"""Accounts that write load balancers' access logs (Elastic Load Balancing, "Enable access logs", legacy policy)."""

_CACHE_POLICIES: Final = {
    "Managed-CachingOptimized": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    "Managed-CachingDisabled": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "Managed-CachingOptimizedForUncompressedObjects": "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    "Managed-Elemental-MediaPackage": "08627262-05a9-4f76-9ded-b50ca2e3a84f",
    "Managed-Amplify": "2e54312d-136d-493c-8eb9-b001f22f67d2",
    "UseOriginCacheControlHeaders": "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    "UseOriginCacheControlHeaders-QueryStrings": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
}
"""CloudFront Developer Guide, "Use managed cache policies"."""
_ORIGIN_REQUEST_POLICIES: Final = {
    "Managed-UserAgentRefererHeaders": "acba4595-bd28-49b8-b9fe-13317c0390fa",
    "Managed-CORS-S3Origin": "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    "Managed-CORS-CustomOrigin": "59781a5b-3903-41f3-afcb-af62929ccde1",
    "Managed-AllViewer": "216adef6-5c7f-47e4-b989-5492eafa07d3",
    "Managed-Elemental-MediaTailor-PersonalizedManifests": "775133bc-15f2-49f9-abea-afb2e0bf67d2",
    "Managed-AllViewerAndCloudFrontHeaders-2022-06": "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    "Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
}
"""CloudFront Developer Guide, "Use managed origin request policies"."""
_RESPONSE_HEADERS_POLICIES: Final = {
    "Managed-SimpleCORS": "60669652-455b-4ae9-85a4-c4c02393f86c",
    "Managed-CORS-With-Preflight": "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
    "Managed-SecurityHeadersPolicy": "67f7725c-6f97-4210-82d7-5512b31e9d03",
    "Managed-CORS-and-SecurityHeadersPolicy": "e61eb60c-9c35-4d20-a928-2b84e02af89c",
    "Managed-CORS-with-preflight-and-SecurityHeadersPolicy": "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
}
"""CloudFront Developer Guide, "Use managed response headers policies"."""

_ORIGIN_FACING: Final = {
    "us-east-1": "pl-3b927c52", "us-east-2": "pl-b6a144df", "us-west-1": "pl-4ea04527", "us-west-2": "pl-82a045eb",
    "eu-west-1": "pl-4fa04526", "eu-west-2": "pl-93a247fa", "eu-west-3": "pl-75b1541c", "eu-central-1": "pl-a3a144ca",
    "eu-north-1": "pl-fab65393", "ap-south-1": "pl-9aa247f3", "ap-northeast-1": "pl-58a04531",
    "ap-northeast-2": "pl-22a6434b", "ap-southeast-1": "pl-31a34658", "ap-southeast-2": "pl-b8a742d1",
    "ca-central-1": "pl-38a64351", "sa-east-1": "pl-5da64334",
}  # fmt: skip
"""Ids of ``com.amazonaws.global.cloudfront.origin-facing``, as DescribeManagedPrefixLists answers in each Region."""
_GATEWAYS: Final = {
    "us-east-1": {"s3": "pl-63a5400a", "dynamodb": "pl-02cd2c6b"}, "us-east-2": {"s3": "pl-7ba54012", "dynamodb": "pl-4ca54025"},
    "us-west-2": {"s3": "pl-68a54001", "dynamodb": "pl-00a54069"}, "eu-west-1": {"s3": "pl-6da54004", "dynamodb": "pl-6fa54006"},
    "us-west-1": {"s3": "pl-6ba54002"}, "eu-central-1": {"s3": "pl-6ea54007", "dynamodb": "pl-66a5400f"},
    "ap-southeast-1": {"s3": "pl-6fa54006"}, "ap-southeast-2": {"s3": "pl-6ca54005"}, "ap-northeast-1": {"s3": "pl-61a54008"},
}  # fmt: skip
"""Ids of ``com.amazonaws.<Region>.s3`` and ``.dynamodb``, likewise."""
_RANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudfront": (
        "13.32.0.0/15", "13.35.0.0/16", "13.224.0.0/14", "13.249.0.0/16", "18.64.0.0/14", "18.154.0.0/15", "18.160.0.0/15",
        "18.164.0.0/15", "18.172.0.0/15", "18.238.0.0/15", "18.244.0.0/15", "52.46.0.0/18", "52.84.0.0/15", "52.222.128.0/17",
        "54.182.0.0/16", "54.192.0.0/16", "54.230.0.0/17", "54.239.128.0/18", "65.8.0.0/16", "65.9.0.0/17", "70.132.0.0/18",
        "99.84.0.0/16", "99.86.0.0/16", "108.138.0.0/15", "108.156.0.0/14", "130.176.0.0/17", "143.204.0.0/16",
        "204.246.164.0/22", "205.251.192.0/19", "216.137.32.0/19",
    ),
    "route53_healthchecks": (
        "15.177.0.0/18", "54.183.255.128/26", "54.228.16.0/26", "54.232.40.64/26", "54.241.32.64/26", "54.243.31.192/26",
        "54.244.52.192/26", "54.245.168.0/26", "54.248.220.0/26", "54.250.253.192/26", "54.251.31.128/26",
        "54.252.79.128/26", "54.252.254.192/26", "54.255.254.192/26", "107.23.255.0/26", "176.34.159.192/26",
        "177.71.207.128/26",
    ),
    "s3": ("3.5.76.0/22", "18.34.48.0/20", "35.80.36.208/28", "52.92.128.0/17", "52.218.128.0/17"),
    "dynamodb": ("3.218.180.0/22", "35.71.96.0/24", "52.94.0.0/22", "52.119.252.0/22"),
    "amazon": ("3.5.0.0/19", "15.230.56.104/31", "52.94.76.0/22", "54.240.192.0/22", "176.32.125.0/25"),
}  # fmt: skip
"""A sample of ip-ranges.json, the same for every Region."""
_PUBLISHED: Final = ("2025-01-01-00-00-00", 1735689600)


@answers("aws:elb/getServiceAccount:getServiceAccount")
def _elb_account(asked: Asked) -> Values:
    account = _ELB_ACCOUNTS.get(asked.region)
    if account is None:
        raise NoAnswer(
            f"unsupported AWS Region: {asked.region}; its load balancers write as logdelivery.elasticloadbalancing.amazonaws.com"
        )
    return {"id": account, "arn": f"arn:{regions.partition(asked.region)}:iam::{account}:root"}


@answers("aws:elb/getHostedZoneId:getHostedZoneId", "aws:lb/getHostedZoneId:getHostedZoneId")
def _load_balancer_zone(asked: Asked) -> Values:
    network = asked.text("loadBalancerType") == "network"
    zones = regions.NETWORK_LOAD_BALANCER_ZONES if network else regions.LOAD_BALANCER_ZONES
    return {"id": zones.get(asked.region) or asked.fill("Z{up:13}", asked.token, str(network))}


@answers("aws:elasticbeanstalk/getHostedZone:getHostedZone")
def _beanstalk_zone(asked: Asked) -> Values:
    known = {
        "us-east-1": "Z117KPS5GTRQ2G",
        "us-east-2": "Z14LCN19Q5QHIC",
        "us-west-1": "Z1LQECGX5PH1X",
        "us-west-2": "Z38NKT9BP95V3O",
        "eu-west-1": "Z2NYPWQ7DFZAZH",
        "eu-central-1": "Z1FRNW7UH4DEZJ",
        "ap-southeast-2": "Z2PCDNR3VC2G1N",
    }
    return {
        "id": known.get(asked.region) or asked.fill("Z{up:13}", asked.token)
    }  # General Reference, Beanstalk endpoints


@answers("aws:cloudfront/getLogDeliveryCanonicalUserId:getLogDeliveryCanonicalUserId")
def _log_delivery(_asked: Asked) -> Values:
    return {
        "id": "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
    }  # CloudFront, "Standard logs (legacy)"


def _managed(asked: Asked, kind: str, known: Mapping[str, str]) -> Values | None:
    """A managed policy by name or id; None for the account's own policies."""
    name, identifier = asked.text("name"), asked.text("id")
    for its_name, its_id in known.items():
        if (name and name.lower() == its_name.lower()) or identifier == its_id:
            return {"id": its_id, "name": its_name, "arn": f"arn:aws:cloudfront::aws:{kind}/{its_id}"}
    if name and name.startswith("Managed-"):
        raise NoAnswer(f"no matching CloudFront {kind.replace('-', ' ')}: {name}; AWS's are {', '.join(known)}")
    found = identifier or asked.fill("{uuid:36}", asked.token, str(name))
    return {
        "id": found,
        "name": name or f"{kind}-{found[:8]}",
        "arn": account_arn(asked, f"cloudfront::{{a}}:{kind}/{found}"),
    }


@answers("aws:cloudfront/getCachePolicy:getCachePolicy")
def _cache_policy(asked: Asked) -> Values | None:
    return _managed(asked, "cache-policy", _CACHE_POLICIES)


@answers("aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy")
def _origin_request_policy(asked: Asked) -> Values | None:
    return _managed(asked, "origin-request-policy", _ORIGIN_REQUEST_POLICIES)


@answers("aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy")
def _response_headers_policy(asked: Asked) -> Values | None:
    return _managed(asked, "response-headers-policy", _RESPONSE_HEADERS_POLICIES)


def _lists(region: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """AWS's prefix lists of a Region: name to id and ranges."""
    gateways = _GATEWAYS.get(region, {})
    found = {f"com.amazonaws.{region}.{s}": (gateways.get(s, ""), _RANGES[s]) for s in ("s3", "dynamodb")}
    return {
        **found,
        "com.amazonaws.global.cloudfront.origin-facing": (_ORIGIN_FACING.get(region, ""), _RANGES["cloudfront"]),
    }


@answers("aws:ec2/getManagedPrefixList:getManagedPrefixList", "aws:ec2/getPrefixList:getPrefixList")
def _prefix_list(asked: Asked) -> Values:
    """A prefix list by name: AWS's, the stack's, or one of the simulated account."""
    filters = asked.filters()
    name = asked.text("name") or next(iter(filters.get("prefix-list-name", [])), None)
    identifier = asked.text("id") or asked.text("prefixListId") or next(iter(filters.get("prefix-list-id", [])), None)
    own = asked.of_the_stack("aws:ec2/managedPrefixList:ManagedPrefixList")
    if found := next((o for o in own if identifier == o["id"] or (name and name == o.get("name"))), None):
        return found
    for its_name, (its_id, ranges) in _lists(asked.region).items():
        its_id = its_id or asked.fill("pl-{hex:8}", its_name)
        if name == its_name or identifier == its_id:
            entries = [{"cidr": r, "description": ""} for r in ranges]
            return {
                "id": its_id, "name": its_name, "ownerId": "AWS", "addressFamily": "IPv4", "version": 0, "maxEntries": 0,
                "arn": f"arn:{regions.partition(asked.region)}:ec2:{asked.region}:aws:prefix-list/{its_id}",
                "entries": entries, "cidrBlocks": list(ranges), "tags": {},
            }  # fmt: skip
    if name and name.startswith("com.amazonaws."):
        raise NoAnswer(
            f"no matching EC2 Managed Prefix List: {name}; AWS's in {asked.region} are {', '.join(_lists(asked.region))}"
        )
    found_id = identifier or asked.fill("pl-0{hex:16}")
    return {
        "id": found_id, "name": name or "prefix-list", "ownerId": asked.fill("{a}"), "addressFamily": "IPv4", "version": 1,
        "maxEntries": 10, "arn": account_arn(asked, f"ec2:{{r}}:{{a}}:prefix-list/{found_id}"),
        "entries": [{"cidr": "10.0.0.0/8", "description": ""}], "cidrBlocks": ["10.0.0.0/8"], "tags": asked.tags(),
    }  # fmt: skip


@answers("aws:ec2/getManagedPrefixLists:getManagedPrefixLists")
def _prefix_lists(asked: Asked) -> Values:
    wanted = asked.filters().get("prefix-list-name")
    found = {n: i or asked.fill("pl-{hex:8}", n) for n, (i, _) in _lists(asked.region).items()}
    return {"ids": [i for n, i in found.items() if wanted is None or n in wanted]}


@answers("aws:index/getIpRanges:getIpRanges")
def _ip_ranges(asked: Asked) -> Values:
    blocks = sorted({r for s in asked.texts("services") for r in _RANGES.get(s.lower(), ())})
    if not blocks:
        raise NoAnswer(
            f"no IP range of services {', '.join(asked.texts('services'))} is kept offline; those of {', '.join(_RANGES)} are"
        )
    return {
        "id": str(_PUBLISHED[1]),
        "cidrBlocks": blocks,
        "ipv6CidrBlocks": ["2600:9000::/28"],
        "createDate": _PUBLISHED[0],
        "syncToken": _PUBLISHED[1],
    }


@answers("aws:ec2/getVpcEndpointService:getVpcEndpointService")
def _endpoint_service(asked: Asked) -> Values:
    """A service by its short name (``s3``) or whole (``com.amazonaws.us-west-2.s3``)."""
    short = asked.text("service") or (asked.text("serviceName") or "").rsplit(".", 1)[-1]
    kind = asked.text("serviceType") or ("Gateway" if short in ("s3", "dynamodb") else "Interface")
    name = asked.text("serviceName") or f"com.amazonaws.{asked.region}.{short}"
    identifier = asked.fill("vpce-svc-0{hex:16}", name)
    return {
        "id": identifier, "serviceId": identifier, "serviceName": name, "serviceType": kind, "owner": "amazon",
        "acceptanceRequired": False, "availabilityZones": regions.zones(asked.region), "vpcEndpointPolicySupported": True,
        "arn": account_arn(asked, f"ec2:{{r}}:{{a}}:vpc-endpoint-service/{identifier}"), "managesVpcEndpoints": False,
        "baseEndpointDnsNames": [f"{short}.{asked.region}.vpce.{suffix(asked.region)}"], "tags": {},
        "privateDnsName": "" if kind == "Gateway" else f"{short}.{asked.region}.{suffix(asked.region)}",
        "supportedIpAddressTypes": ["ipv4"],
    }  # fmt: skip
