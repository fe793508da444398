"""Cases of the edge rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v
from tests.policy.cases.route53 import FAR, NEAR


def distribution(first: Any, second: Any, codes: Any = (500, 502, 503, 504), target: Any = "group") -> dict[str, Any]:
    """A distribution with an origin group."""
    return {
        "origins": [{"originId": "one", "domainName": first}, {"originId": "two", "domainName": second}],
        "originGroups": [{
            "originId": "group", "members": [{"originId": "one"}, {"originId": "two"}],
            "failoverCriteria": {"statusCodes": codes if codes is U else list(codes)},
        }],
        "defaultCacheBehavior": {"targetOriginId": target},
    }  # fmt: skip


def endpoints(name: str, region: Any, *targets: str) -> Extra:
    """An endpoint group of the listener x."""
    found = [{"endpointId": f"@{t}.arn"} for t in targets]
    return ("globalaccelerator/endpointGroup", name, {
        "listenerArn": "@x.arn", "endpointGroupRegion": region, "endpointConfigurations": found})  # fmt: skip


CASES = {
    "cloudfront-origin-failover": Case(
        "cloudfront/distribution",
        ok=v(**distribution("a.example.com", "b.example.com")),
        bad=v(origins=[{"originId": "one"}]),
        unknown=v(originGroups=U),
    ),
    "cloudfront-failover-real": Case(
        "cloudfront/distribution",
        ok=v(**distribution("a.example.com", "b.example.com")),
        bad=v(**distribution("a.example.com", "b.example.com", codes=(500, 502))),
        unknown=v(**distribution("a.example.com", "b.example.com", codes=U)),
        na=v(origins=[{"originId": "one"}]),
    ),
    "cloudfront-uses-failover": Case(
        "cloudfront/distribution",
        ok=v(**distribution("a.example.com", "b.example.com")),
        bad=v(**distribution("a.example.com", "b.example.com", target="one")),
        unknown=v(**distribution("a.example.com", "b.example.com", target=U)),
        na=v(origins=[{"originId": "one"}]),
    ),
    "cloudfront-enabled": Case(
        "cloudfront/distribution",
        ok=v(enabled=True, aliases=["www.example.com"]),
        bad=v(enabled=False, aliases=["www.example.com"]),
        unknown=v(enabled=U, aliases=["www.example.com"]),
        na=v(enabled=False),
    ),
    "accelerator-multi-region": Case(
        "globalaccelerator/listener",
        ok=v(NEAR, FAR, endpoints("g1", "us-west-2", "near"), endpoints("g2", "us-east-1", "far")),
        bad=v(NEAR, endpoints("g1", "us-west-2", "near")),
        unknown=v(NEAR, endpoints("g1", U, "near")),
    ),
    "accelerator-dial": Case(
        "globalaccelerator/endpointGroup",
        ok=v(trafficDialPercentage=100),
        bad=v(trafficDialPercentage=0),
        unknown=v(trafficDialPercentage=U),
    ),
    "medialive-standard": Case(
        "medialive/channel", ok=v(channelClass="STANDARD"), bad=v(channelClass="SINGLE_PIPELINE"), unknown=v(channelClass=U)
    ),
}  # fmt: skip
