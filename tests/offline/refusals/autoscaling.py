# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.autoscaling`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import TWO

ASG = {"minSize": 2, "maxSize": 4, "vpcZoneIdentifiers": TWO, "launchTemplate": {"id": "lt-1", "version": "1"}}
MIXES = {"launchTemplate": {"launchTemplateSpecification": {"launchTemplateId": "lt-1", "version": "1"}}}
MIXED = {"minSize": 2, "maxSize": 4, "vpcZoneIdentifiers": TWO, "warmPool": {"minSize": 1}}
ROLLING_GROUP = {
    "minSize": 2,
    "maxSize": 4,
    "vpcZoneIdentifiers": ["s"],
    "instanceRefresh": {"strategy": "Rolling", "preferences": {"autoRollback": True}},
}

CASES: list[Case] = [
    ("group_sizes_agree", "aws:autoscaling/group:Group", ASG, {"minSize": 5}, "greater than or equal to min bound"),
    ("group_with_a_warm_pool_is_on_demand", "aws:autoscaling/group:Group", {**MIXED, "mixedInstancesPolicy": {**MIXES, "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 100}}}, {"mixedInstancesPolicy": {**MIXES, "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 25}}}, "requests Spot Instances"),
    ("group_has_one_template_and_a_place", "aws:autoscaling/group:Group", ASG, {"launchTemplate": None}, "exactly one of"),
    ("group_settings_are_legal", "aws:autoscaling/group:Group", {**ASG, "maxInstanceLifetime": 86400}, {"maxInstanceLifetime": 3600}, "86400"),
    ("group_settings_are_legal", "aws:autoscaling/group:Group", {**ASG, "instanceRefresh": {"strategy": "Rolling", "preferences": {"autoRollback": True}}}, {"launchTemplate": {"id": "lt-1", "version": "$Latest"}}, "numbered version"),
    ("scaling_policy_is_complete", "aws:autoscaling/policy:Policy", {"autoscalingGroupName": "g", "policyType": "TargetTrackingScaling", "targetTrackingConfiguration": {"targetValue": 50}}, {"targetTrackingConfiguration": None}, "is needed for TargetTrackingScaling"),
    ("lifecycle_hook_is_legal", "aws:autoscaling/lifecycleHook:LifecycleHook", {"autoscalingGroupName": "g", "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "heartbeatTimeout": 60}, {"heartbeatTimeout": 10}, "between 30 and 7200"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("auto_rollback_needs_a_fixed_image", [("aws:ec2/launchTemplate:LaunchTemplate", "a", {"imageId": "ami-0123456789abcdef0"}), ("aws:ec2/launchTemplate:LaunchTemplate", "b", {"imageId": "resolve:ssm:/x"})], "aws:autoscaling/group:Group", {**ROLLING_GROUP, "launchTemplate": {"id": "$a.id", "version": "1"}}, {"launchTemplate": {"id": "$b.id", "version": "1"}}, "auto rollback is not supported"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:autoscaling/group:Group", {**ASG, "name": "web"}, {"name": "app"}),
    ("aws:autoscaling/schedule:Schedule", {"autoscalingGroupName": "web", "scheduledActionName": "night", "minSize": 1}, {"scheduledActionName": "day"}),
    ("aws:autoscaling/policy:Policy", {"autoscalingGroupName": "web", "name": "p", "policyType": "TargetTrackingScaling", "targetTrackingConfiguration": {"targetValue": 50}}, {"name": "q"}),
    ("aws:autoscaling/lifecycleHook:LifecycleHook", {"autoscalingGroupName": "web", "name": "h", "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}, {"name": "i"}),
]  # fmt: skip
