# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.arc`."""

from tests.offline.refusals import Taken

TAKEN: list[Taken] = [
    ("aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration", {"resourceArn": "arn:a", "zonalAutoshiftStatus": "ENABLED", "outcomeAlarms": [{"alarmIdentifier": "arn:x", "type": "CLOUDWATCH"}]}, {"resourceArn": "arn:b"}),
    ("aws:route53recoverycontrol/cluster:Cluster", {"name": "c"}, {"name": "d"}),
    ("aws:route53recoverycontrol/controlPanel:ControlPanel", {"clusterArn": "arn:c", "name": "p"}, {"name": "q"}),
    ("aws:route53recoverycontrol/routingControl:RoutingControl", {"clusterArn": "arn:c", "name": "r"}, {"controlPanelArn": "arn:p"}),
]  # fmt: skip
