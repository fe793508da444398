# ruff: noqa: E501 (what AWS says is as long as it is)
"""CodeDeploy."""

from offline.aws.unique import unique

unique("aws:codedeploy/application:Application", "name", call="codedeploy CreateApplication", says="ApplicationAlreadyExistsException: Application {name} already exists")  # fmt: skip
unique("aws:codedeploy/deploymentGroup:DeploymentGroup", "appName deploymentGroupName", call="codedeploy CreateDeploymentGroup", says="DeploymentGroupAlreadyExistsException: Deployment group {deploymentGroupName} already exists in {appName}")  # fmt: skip
unique("aws:codedeploy/deploymentConfig:DeploymentConfig", "deploymentConfigName", call="codedeploy CreateDeploymentConfig", says="DeploymentConfigAlreadyExistsException: Deployment configuration {deploymentConfigName} already exists")  # fmt: skip
