# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.globalaccelerator`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("accelerator_is_legal", "aws:globalaccelerator/accelerator:Accelerator", {"name": "shop"}, {"name": "-shop"}, "none at the ends"),
    ("endpoint_group_is_legal", "aws:globalaccelerator/endpointGroup:EndpointGroup", {"listenerArn": "arn:l", "healthCheckIntervalSeconds": 10}, {"trafficDialPercentage": -5}, "between 0 and 100"),
    ("accelerator_listener_is_legal", "aws:globalaccelerator/listener:Listener", {"acceleratorArn": "arn:a", "protocol": "TCP", "portRanges": [{"fromPort": 443, "toPort": 443}]}, {"portRanges": [{"fromPort": 444, "toPort": 443}]}, "444 is above 443"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:globalaccelerator/endpointGroup:EndpointGroup", {"listenerArn": "arn:l", "endpointGroupRegion": "us-west-2"}, {"endpointGroupRegion": "us-east-1"}),
]  # fmt: skip
