"""Cases of the compute rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

ZONES: dict[str, Any] = {"vpcZoneIdentifiers": ["@a", "@b"]}
ENVIRONMENT = "aws:elasticbeanstalk:environment"


def settings(**chosen: Any) -> list[dict[str, Any]]:
    """Elastic Beanstalk settings."""
    spaces = {"MinSize": "aws:autoscaling:asg", "SystemType": "aws:elasticbeanstalk:healthreporting:system"}
    return [{"namespace": spaces.get(k, ENVIRONMENT), "name": k, "value": w} for k, w in chosen.items()]


LATER = {"namespace": "aws:elasticbeanstalk:application:environment", "name": "TABLE_NAME", "value": U}
NODES: Extra = (
    "eks/nodeGroup",
    "nodes",
    {"clusterName": "@x.name", "subnetIds": ["@a", "@b"], "scalingConfig": {"minSize": 2}},
)

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
    "asg-grace-period": Case(
        "autoscaling/group",
        ok=v(healthCheckGracePeriod=600, **ZONES),
        bad=v(healthCheckGracePeriod=7200, **ZONES),
        unknown=v(healthCheckGracePeriod=U, **ZONES),
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
    "asg-not-spot-only": Case(
        "autoscaling/group",
        ok=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandBaseCapacity": 2, "onDemandPercentageAboveBaseCapacity": 0}}),
        bad=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0}}),
        unknown=v(mixedInstancesPolicy={"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": U}}),
        na=v(**ZONES),
    ),
}  # fmt: skip
