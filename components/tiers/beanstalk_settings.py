"""Option settings of a load-balanced Elastic Beanstalk environment, in its own namespaces (Developer Guide,
"General options for all environments")."""

from collections.abc import Mapping, Sequence

import pulumi

Settings = Mapping[str, Mapping[str, pulumi.Input[str]]]
"""Value by namespace and name."""


def settings(
    *,
    vpc_id: pulumi.Input[str],
    instance_subnets: Sequence[pulumi.Input[str]],
    balancer_subnets: Sequence[pulumi.Input[str]],
    public: bool,
    instance_group: pulumi.Input[str],
    balancer_group: pulumi.Input[str],
    instance_profile: pulumi.Input[str],
    service_role: pulumi.Input[str],
    instance_types: Sequence[str],
    minimum: int,
    maximum: int,
    certificate_arn: pulumi.Input[str] | None,
    access_logs_bucket: pulumi.Input[str] | None,
    log_days: int,
    update_window: str,
    topic_arn: pulumi.Input[str] | None,
    environment: Mapping[str, pulumi.Input[str]],
    zones: int,
) -> Settings:
    """Settings that keep serving while a zone, an instance or a deployment fails."""
    secure = certificate_arn is not None
    batch = str(-(-minimum // zones))
    found: dict[str, dict[str, pulumi.Input[str]]] = {
        "aws:elasticbeanstalk:environment": {
            "EnvironmentType": "LoadBalanced",
            "LoadBalancerType": "application",
            "ServiceRole": service_role,
        },
        "aws:ec2:vpc": {
            "VPCId": vpc_id,
            "Subnets": _joined(instance_subnets),
            "ELBSubnets": _joined(balancer_subnets),
            "ELBScheme": "public" if public else "internal",
            "AssociatePublicIpAddress": "false",
        },
        "aws:autoscaling:asg": {
            "MinSize": str(minimum),
            "MaxSize": str(maximum),
            "Availability Zones": f"Any {min(zones, 3)}",
        },
        "aws:autoscaling:launchconfiguration": {
            "IamInstanceProfile": instance_profile,
            "SecurityGroups": instance_group,
            "DisableIMDSv1": "true",
            "RootVolumeType": "gp3",
            "RootVolumeSize": "16",
        },
        "aws:ec2:instances": {"InstanceTypes": ",".join(instance_types)},
        "aws:autoscaling:trigger": {
            "MeasureName": "CPUUtilization",
            "Statistic": "Average",
            "Unit": "Percent",
            "UpperThreshold": "60",
            "LowerThreshold": "20",
            "Period": "1",
            "EvaluationPeriods": "3",
            "BreachDuration": "3",
        },
        # A changed configuration replaces instances a zone's worth at a time, and waits for their health.
        "aws:autoscaling:updatepolicy:rollingupdate": {
            "RollingUpdateEnabled": "true",
            "RollingUpdateType": "Health",
            "MaxBatchSize": batch,
            "MinInstancesInService": str(max(1, minimum - int(batch))),
            "Timeout": "PT30M",
        },
        # A new version comes up on new instances beside the old ones, which stay until it is healthy.
        "aws:elasticbeanstalk:command": {"DeploymentPolicy": "Immutable", "Timeout": "1800"},
        "aws:elasticbeanstalk:managedactions": {
            "ManagedActionsEnabled": "true",
            "PreferredStartTime": update_window,
            "ServiceRoleForManagedUpdates": service_role,
        },
        "aws:elasticbeanstalk:managedactions:platformupdate": {
            "UpdateLevel": "minor",
            "InstanceRefreshEnabled": "true",
        },
        "aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced", "EnhancedHealthAuthEnabled": "true"},
        "aws:elasticbeanstalk:environment:process:default": {
            "Port": "80",
            "Protocol": "HTTP",
            "HealthCheckPath": "/health",
            "HealthCheckInterval": "10",
            "HealthCheckTimeout": "5",
            "HealthyThresholdCount": "2",
            "UnhealthyThresholdCount": "3",
            "MatcherHTTPCode": "200",
            "DeregistrationDelay": "30",
        },
        "aws:elasticbeanstalk:container:python": {
            "WSGIPath": "application:application",
            "NumProcesses": "3",
            "NumThreads": "8",
        },
        "aws:elasticbeanstalk:cloudwatch:logs": {
            "StreamLogs": "true",
            "DeleteOnTerminate": "false",
            "RetentionInDays": str(log_days),
        },
        "aws:elasticbeanstalk:cloudwatch:logs:health": {
            "HealthStreamingEnabled": "true",
            "DeleteOnTerminate": "false",
            "RetentionInDays": str(log_days),
        },
        "aws:elasticbeanstalk:xray": {"XRayEnabled": "true"},
        "aws:elbv2:loadbalancer": {
            "SecurityGroups": balancer_group,
            "ManagedSecurityGroup": balancer_group,
            "IdleTimeout": "60",
        },
        "aws:elbv2:listener:default": {"ListenerEnabled": "false" if secure else "true"},
        "aws:elasticbeanstalk:application:environment": dict(environment),
    }
    if certificate_arn is not None:
        found["aws:elbv2:listener:443"] = {
            "Protocol": "HTTPS",
            "SSLCertificateArns": certificate_arn,
            "SSLPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            "DefaultProcess": "default",
        }
    if access_logs_bucket is not None:
        found["aws:elbv2:loadbalancer"] |= {
            "AccessLogsS3Enabled": "true",
            "AccessLogsS3Bucket": access_logs_bucket,
            "AccessLogsS3Prefix": "backoffice",
        }
    if topic_arn is not None:
        found["aws:elasticbeanstalk:sns:topics"] = {"Notification Topic ARN": topic_arn}
    return found


def _joined(ids: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
    return pulumi.Output.all(*ids).apply(lambda found: ",".join(str(i) for i in found))
