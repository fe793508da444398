"""Lambda functions, REST APIs, VPC links and CodeDeploy."""

from components.tiers.serverless.api_gateway import CustomDomain, RestApi, RestApiArgs, UsagePlan
from components.tiers.serverless.codedeploy import CodeDeployRelease, DeploymentStarter, DeploymentStarterArgs
from components.tiers.serverless.lambda_ import Function, FunctionArgs, SqsEventSource, StreamEventSource, VpcConfig
from components.tiers.serverless.openapi import FunctionIntegration, LoadBalancerIntegration

__all__ = [
    "CodeDeployRelease",
    "CustomDomain",
    "DeploymentStarter",
    "DeploymentStarterArgs",
    "Function",
    "FunctionArgs",
    "FunctionIntegration",
    "LoadBalancerIntegration",
    "RestApi",
    "RestApiArgs",
    "SqsEventSource",
    "StreamEventSource",
    "UsagePlan",
    "VpcConfig",
]
