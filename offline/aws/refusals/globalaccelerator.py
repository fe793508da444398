# ruff: noqa: E501 (what AWS says is as long as it is)
"""Global Accelerator."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.unique import unique


@refuses("aws:globalaccelerator/accelerator:Accelerator")
def accelerator_is_legal(case: Case) -> Iterator[Problem]:
    """Global Accelerator CreateAccelerator: names to 64 letters, digits, hyphens, periods; logs to a bucket."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"(?![-.])[A-Za-z0-9.-]{1,64}(?<![-.])", name):
        yield (
            "name",
            f"InvalidArgumentException: accelerator name {name!r}: 1 to 64 letters, digits, periods and hyphens, none at the ends",
        )
    if case.get("attributes.flowLogsEnabled") is True and not case.given("attributes.flowLogsS3Bucket"):
        yield "attributes.flowLogsS3Bucket", "InvalidArgumentException: flow logs need flowLogsS3Bucket"


@refuses("aws:globalaccelerator/endpointGroup:EndpointGroup")
def endpoint_group_is_legal(case: Case) -> Iterator[Problem]:
    """Global Accelerator CreateEndpointGroup: intervals 10 or 30 s, thresholds 1-10, dial 0-100, weights 0-255."""
    yield from one_of(case, "healthCheckIntervalSeconds", 10, 30)
    yield from ranged(case, "trafficDialPercentage", 0, 100, "%")
    for path, endpoint in case.objects("endpointConfigurations"):
        yield from ((f"{path}.{p}", r) for p, r in ranged(endpoint, "weight", 0, 255))


@refuses("aws:globalaccelerator/listener:Listener")
def accelerator_listener_is_legal(case: Case) -> Iterator[Problem]:
    """Global Accelerator CreateListener: TCP or UDP, ports 1-65535 in order, at most 10 ranges."""
    for path, ports in case.objects("portRanges"):
        low, high = ports.number("fromPort"), ports.number("toPort")
        for name in ("fromPort", "toPort"):
            yield from ((f"{path}.{p}", r) for p, r in ranged(ports, name, 1, 65535))
        if low is not None and high is not None and low > high:
            yield path, f"InvalidPortRangeException: {low} is above {high}"


unique("aws:globalaccelerator/endpointGroup:EndpointGroup", "listenerArn endpointGroupRegion", call="globalaccelerator CreateEndpointGroup", says="EndpointGroupAlreadyExistsException: the listener {listenerArn} has an endpoint group in {endpointGroupRegion}", regional=False)  # fmt: skip
