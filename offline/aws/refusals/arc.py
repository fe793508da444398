# ruff: noqa: E501 (what AWS says is as long as it is)
"""Application Recovery Controller: routing controls and zonal autoshift."""

from offline.aws.unique import unique

unique("aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration", "resourceArn", call="arc-zonal-shift CreatePracticeRunConfiguration", says="ConflictException: {resourceArn} has a practice run configuration already")  # fmt: skip
unique("aws:route53recoverycontrol/cluster:Cluster", "name", call="route53-recovery-control-config CreateCluster", says="ConflictException: {name} already exists", regional=False)  # fmt: skip
unique("aws:route53recoverycontrol/controlPanel:ControlPanel", "clusterArn name", call="route53-recovery-control-config CreateControlPanel", says="ConflictException: {name} already exists", regional=False)  # fmt: skip
unique("aws:route53recoverycontrol/routingControl:RoutingControl", "clusterArn controlPanelArn= name", call="route53-recovery-control-config CreateRoutingControl", says="ConflictException: {name} already exists", regional=False)  # fmt: skip
