# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.codedeploy`."""

from tests.offline.refusals import Taken

TAKEN: list[Taken] = [
    ("aws:codedeploy/application:Application", {"name": "a"}, {"name": "b"}),
    ("aws:codedeploy/deploymentGroup:DeploymentGroup", {"appName": "a", "deploymentGroupName": "g", "serviceRoleArn": "arn:r"}, {"deploymentGroupName": "h"}),
    ("aws:codedeploy/deploymentConfig:DeploymentConfig", {"deploymentConfigName": "c", "computePlatform": "Lambda"}, {"deploymentConfigName": "d"}),
]  # fmt: skip
