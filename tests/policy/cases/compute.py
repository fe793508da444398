"""Cases of the compute, container and function rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

ZONES: dict[str, Any] = {"vpcZoneIdentifiers": ["@a", "@b"]}
TWO: dict[str, Any] = {"networkConfiguration": {"subnets": ["@a", "@b"]}}
ENVIRONMENT = "aws:elasticbeanstalk:environment"


def settings(**chosen: Any) -> list[dict[str, Any]]:
    """Elastic Beanstalk settings."""
    spaces = {"MinSize": "aws:autoscaling:asg", "SystemType": "aws:elasticbeanstalk:healthreporting:system"}
    return [{"namespace": spaces.get(k, ENVIRONMENT), "name": k, "value": w} for k, w in chosen.items()]


LATER = {"namespace": "aws:elasticbeanstalk:application:environment", "name": "TABLE_NAME", "value": U}
"""A setting that decides nothing, not known yet, as most environments have some."""
STREAM: Extra = ("kinesis/stream", "stream", {"retentionPeriod": 48})
QUEUE: Extra = ("sqs/queue", "queue", {"visibilityTimeoutSeconds": 60})
RULE: Extra = ("cloudwatch/eventTarget", "target", {"arn": "@x.arn", "rule": "r"})
NODES: Extra = (
    "eks/nodeGroup",
    "nodes",
    {"clusterName": "@x.name", "subnetIds": ["@a", "@b"], "scalingConfig": {"minSize": 2}},
)
MIXED = "mixedInstancesPolicy"

CASES = {
    "asg-multi-az": Case(
        "autoscaling/group",
        ok=v(vpcZoneIdentifiers=["@a", "@b"]),
        bad=v(vpcZoneIdentifiers=["@a", "@a2"]),
        unknown=v(vpcZoneIdentifiers=["@a", U]),
    ),
    "asg-elb-health-check": Case(
        "autoscaling/group",
        ok=v(("lb/targetGroup", "tg", {}), targetGroupArns=["@tg.arn"], healthCheckType="ELB"),
        bad=v(("lb/targetGroup", "tg", {}), ("autoscaling/attachment", "at", {"autoscalingGroupName": "@x.name", "lbTargetGroupArn": "@tg.arn"})),
        unknown=v(("lb/targetGroup", "tg", {}), targetGroupArns=["@tg.arn"], healthCheckType=U),
        na=v(**ZONES),
    ),
    "asg-min-size": Case(
        "autoscaling/group",
        ok=v(minSize=3, vpcZoneIdentifiers=["@a", "@b", "@c"]),
        bad=v(minSize=1, vpcZoneIdentifiers=["@a", "@b", "@c"]),
        unknown=v(minSize=U, **ZONES),
    ),
    "asg-processes": Case(
        "autoscaling/group",
        ok=v(suspendedProcesses=["ScheduledActions"]),
        bad=v(suspendedProcesses=["AZRebalance"]),
        unknown=v(suspendedProcesses=U),
    ),
    "asg-static-stability": Case(
        "autoscaling/group",
        ok=v(minSize=4, tags=[{"key": "ha:needed-capacity", "value": "2"}], **ZONES),
        bad=v(minSize=3, tags=[{"key": "ha:needed-capacity", "value": "2"}], **ZONES),
        unknown=v(minSize=3, tags=[{"key": "ha:needed-capacity", "value": U}], **ZONES),
        na=v(minSize=3, **ZONES),
    ),
    "asg-instance-types": Case(
        "autoscaling/group",
        ok=v(mixedInstancesPolicy={"launchTemplate": {"overrides": [{"instanceType": "m7g.large"}, {"instanceType": "m6g.large"}]}}),
        bad=v(launchTemplate={"id": "lt-1"}),
        unknown=v(mixedInstancesPolicy={"launchTemplate": {"overrides": U}}),
    ),
    "asg-capacity-rebalance": Case(
        "autoscaling/group",
        ok=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 50}}, capacityRebalance=True),
        bad=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 50}}),
        unknown=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 50}}, capacityRebalance=U),
        na=v(**ZONES),
    ),
    "asg-launch-template": Case(
        "autoscaling/group",
        ok=v(launchTemplate={"id": "lt-1"}),
        bad=v(launchConfiguration="lc-1"),
        unknown=v(launchConfiguration=U),
    ),
    "asg-instance-refresh": Case(
        "autoscaling/group",
        ok=v(instanceRefresh={"strategy": "Rolling", "preferences": {"autoRollback": True}}),
        bad=v(instanceRefresh={"strategy": "Rolling"}),
        unknown=v(instanceRefresh={"preferences": {"autoRollback": U}}),
    ),
    "asg-notifications": Case(
        "autoscaling/group",
        ok=v(("autoscaling/notification", "n", {"groupNames": ["@x.name"], "notifications": [
            f"autoscaling:EC2_INSTANCE_{e}" for e in ("LAUNCH", "LAUNCH_ERROR", "TERMINATE", "TERMINATE_ERROR")]})),
        bad=v(("autoscaling/notification", "n", {"groupNames": ["@x.name"], "notifications": ["autoscaling:EC2_INSTANCE_LAUNCH"]})),
        unknown=v(("autoscaling/notification", "n", {"groupNames": ["@x.name"], "notifications": U})),
    ),
    "ec2-termination-protection": Case(
        "ec2/instance", ok=v(disableApiTermination=True), bad=v(), unknown=v(disableApiTermination=U)
    ),
    "no-single-instance-tier": Case(
        "ec2/eip",
        ok=v(("ec2/instance", "i", {"subnetId": "@a"}), ("ec2/instance", "j", {"subnetId": "@b"}), kind="route53/record", records=["@i.publicIp", "@j.publicIp"]),
        bad=v(("ec2/instance", "i", {"subnetId": "@a"}), instance="@i"),
        unknown=v(instance=U),
        na=v(domain="vpc"),
    ),
    "eks-multi-az": Case(
        "eks/cluster",
        ok=v(NODES, vpcConfig={"subnetIds": ["@a", "@b"]}),
        bad=v(("eks/nodeGroup", "n", {"clusterName": "@x.name", "subnetIds": ["@a"]}), vpcConfig={"subnetIds": ["@a", "@b"]}),
        unknown=v(vpcConfig={"subnetIds": U}),
    ),
    "eks-min-nodes": Case(
        "eks/cluster",
        ok=v(NODES),
        bad=v(("eks/nodeGroup", "n", {"clusterName": "@x.name", "scalingConfig": {"minSize": 1}})),
        unknown=v(("eks/nodeGroup", "n", {"clusterName": "@x.name", "scalingConfig": {"minSize": U}})),
        na=v(),
    ),
    "eks-deletion-protection": Case("eks/cluster", ok=v(deletionProtection=True), bad=v(), unknown=v(deletionProtection=U)),
    "beanstalk-load-balanced": Case(
        "elasticbeanstalk/environment",
        ok=v(settings=[*settings(EnvironmentType="LoadBalanced", MinSize="2"), LATER]),
        bad=v(settings=settings(EnvironmentType="SingleInstance", MinSize="1")),
        unknown=v(settings=settings(EnvironmentType=U)),
    ),
    "beanstalk-enhanced-health": Case(
        "elasticbeanstalk/environment",
        ok=v(settings=[*settings(SystemType="enhanced"), LATER]),
        bad=v(settings=settings(SystemType="basic")),
        unknown=v(settings=U),
    ),
    "ecs-multi-az": Case(
        "ecs/service",
        ok=v(**TWO),
        bad=v(networkConfiguration={"subnets": ["@a", "@a2"]}),
        unknown=v(networkConfiguration={"subnets": U}),
    ),
    "ecs-min-tasks": Case(
        "ecs/service", ok=v(desiredCount=2), bad=v(), unknown=v(desiredCount=U), na=v(schedulingStrategy="DAEMON")
    ),
    "ecs-az-spread": Case(
        "ecs/service",
        ok=v(launchType="EC2", orderedPlacementStrategies=[{"type": "spread", "field": "attribute:ecs.availability-zone"}]),
        bad=v(launchType="EC2", orderedPlacementStrategies=[{"type": "binpack", "field": "memory"}]),
        unknown=v(launchType="EC2", orderedPlacementStrategies=U),
        na=v(launchType="FARGATE"),
    ),
    "ecs-az-rebalancing": Case(
        "ecs/service",
        ok=v(launchType="FARGATE"),
        bad=v(availabilityZoneRebalancing="DISABLED"),
        unknown=v(availabilityZoneRebalancing=U),
        na=v(schedulingStrategy="DAEMON"),
    ),
    "ecs-safe-deploy": Case(
        "ecs/service",
        ok=v(deploymentCircuitBreaker={"enable": True, "rollback": True}),
        bad=v(deploymentCircuitBreaker={"enable": True, "rollback": False}),
        unknown=v(deploymentCircuitBreaker={"enable": True, "rollback": U}),
        na=v(deploymentController={"type": "CODE_DEPLOY"}),
    ),
    "codedeploy-rollback": Case(
        "codedeploy/deploymentGroup",
        ok=v(autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}),
        bad=v(autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM"]}),
        unknown=v(autoRollbackConfiguration={"enabled": U}),
    ),
    "ecs-min-healthy": Case(
        "ecs/service",
        ok=v(desiredCount=2),
        bad=v(desiredCount=2, deploymentMinimumHealthyPercent=0),
        unknown=v(desiredCount=2, deploymentMinimumHealthyPercent=U),
        na=v(schedulingStrategy="DAEMON"),
    ),
    "ecs-grace-period": Case(
        "ecs/service",
        ok=v(loadBalancers=[{"containerPort": 80}], healthCheckGracePeriodSeconds=60),
        bad=v(loadBalancers=[{"containerPort": 80}]),
        unknown=v(loadBalancers=[{"containerPort": 80}], healthCheckGracePeriodSeconds=U),
        na=v(**TWO),
    ),
    "scaling-floor": Case(
        "appautoscaling/target",
        ok=v(scalableDimension="ecs:service:DesiredCount", minCapacity=2),
        bad=v(scalableDimension="ecs:service:DesiredCount", minCapacity=1),
        unknown=v(scalableDimension="ecs:service:DesiredCount", minCapacity=U),
        na=v(scalableDimension="dynamodb:table:ReadCapacityUnits", minCapacity=1),
    ),
    "scaling-policy-attached": Case(
        "appautoscaling/target",
        ok=v(("appautoscaling/policy", "p", {"resourceId": "@x.resourceId", "scalableDimension": "d"}), resourceId="service/c/s", scalableDimension="d"),
        bad=v(("appautoscaling/policy", "p", {"resourceId": "service/c/t"}), resourceId="service/c/s", scalableDimension="d"),
        unknown=v(("appautoscaling/policy", "p", {"resourceId": U}), resourceId="service/c/s", scalableDimension="d"),
    ),
    "lambda-vpc-multi-az": Case(
        "lambda/function",
        ok=v(vpcConfig={"subnetIds": ["@a", "@b"]}),
        bad=v(vpcConfig={"subnetIds": ["@a", "@a2"]}),
        unknown=v(vpcConfig={"subnetIds": ["@a", U]}),
        na=v(),
    ),
    "lambda-dlq": Case(
        "lambda/function",
        ok=v(RULE, ("sqs/queue", "dlq", {}), deadLetterConfig={"targetArn": "@dlq.arn"}),
        bad=v(RULE),
        unknown=v(RULE, ("lambda/functionEventInvokeConfig", "c", {"functionName": U, "destinationConfig": {"onFailure": {"destination": "q"}}})),
        na=v(),
    ),
    "lambda-concurrency": Case(
        "lambda/function", ok=v(reservedConcurrentExecutions=10), bad=v(), unknown=v(reservedConcurrentExecutions=U)
    ),
    "lambda-no-zero-concurrency": Case(
        "lambda/function", ok=v(), bad=v(reservedConcurrentExecutions=0), unknown=v(reservedConcurrentExecutions=U)
    ),
    "esm-failure-destination": Case(
        "lambda/eventSourceMapping",
        ok=v(STREAM, eventSourceArn="@stream.arn", destinationConfig={"onFailure": {"destinationArn": "arn:q"}}),
        bad=v(STREAM, eventSourceArn="@stream.arn"),
        unknown=v(eventSourceArn=U),
        na=v(QUEUE, eventSourceArn="@queue.arn"),
    ),
    "stream-consumer-bounded": Case(
        "lambda/eventSourceMapping",
        ok=v(STREAM, eventSourceArn="@stream.arn", bisectBatchOnFunctionError=True, maximumRetryAttempts=3),
        bad=v(STREAM, eventSourceArn="@stream.arn", bisectBatchOnFunctionError=True),
        unknown=v(STREAM, eventSourceArn="@stream.arn", bisectBatchOnFunctionError=U),
        na=v(QUEUE, eventSourceArn="@queue.arn"),
    ),
    "lambda-mapping-enabled": Case(
        "lambda/eventSourceMapping", ok=v(batchSize=1), bad=v(enabled=False), unknown=v(enabled=U)
    ),
    "ecs-not-spot-only": Case(
        "ecs/service",
        ok=v(capacityProviderStrategies=[{"capacityProvider": "FARGATE", "base": 2}, {"capacityProvider": "FARGATE_SPOT", "weight": 1}]),
        bad=v(capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]),
        unknown=v(capacityProviderStrategies=[{"capacityProvider": U, "weight": 1}]),
        na=v(launchType="FARGATE"),
    ),
    "asg-not-spot-only": Case(
        "autoscaling/group",
        ok=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandBaseCapacity": 2, "onDemandPercentageAboveBaseCapacity": 0}}),
        bad=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0}}),
        unknown=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": U}}),
        na=v(**ZONES),
    ),
}  # fmt: skip
