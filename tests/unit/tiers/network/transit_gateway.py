"""Values that the tests of peering and transit gateways share."""

ROUTE = "aws:ec2/route:Route"


TABLES = {"private-us-west-2a": "rtb-0a", "private-us-west-2b": "rtb-0b"}
