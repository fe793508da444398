# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.arc`."""

from tests.offline.refusals import Taken

TAKEN: list[Taken] = [
    ("aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration", {"resourceArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/a/1", "zonalAutoshiftStatus": "ENABLED", "outcomeAlarms": [{"alarmIdentifier": "arn:aws:cloudwatch:us-west-2:123456789012:alarm:x", "type": "CLOUDWATCH"}]}, {"resourceArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/b/1"}),
    ("aws:route53recoverycontrol/cluster:Cluster", {"name": "c"}, {"name": "d"}),
    ("aws:route53recoverycontrol/controlPanel:ControlPanel", {"clusterArn": "arn:c", "name": "p"}, {"name": "q"}),
    ("aws:route53recoverycontrol/routingControl:RoutingControl", {"clusterArn": "arn:c", "name": "r"}, {"controlPanelArn": "arn:p"}),
]  # fmt: skip
