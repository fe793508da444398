# ruff: noqa: E501 (what AWS says is as long as it is)
"""Option settings of Elastic Beanstalk environments, which are text in the API and have their own rules behind it."""

import re
from collections.abc import Iterator, Mapping

from offline.aws.refusals import Case, Problem, refuses

_DAYS = "1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1827|3653"
_FLAG = "true|false"
LEGAL: Mapping[tuple[str, str], str] = {
    ("aws:elasticbeanstalk:environment", "EnvironmentType"): "SingleInstance|LoadBalanced",
    ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "classic|application|network",
    ("aws:elasticbeanstalk:environment", "LoadBalancerIsShared"): _FLAG,
    ("aws:ec2:vpc", "ELBScheme"): "public|internal|external",
    ("aws:ec2:vpc", "AssociatePublicIpAddress"): _FLAG,
    ("aws:autoscaling:asg", "Availability Zones"): "Any( [1-3])?",
    ("aws:autoscaling:launchconfiguration", "DisableIMDSv1"): _FLAG,
    ("aws:autoscaling:launchconfiguration", "RootVolumeType"): "standard|gp2|gp3|io1|io2",
    ("aws:autoscaling:trigger", "Statistic"): "Minimum|Maximum|Sum|Average",
    ("aws:autoscaling:updatepolicy:rollingupdate", "RollingUpdateEnabled"): _FLAG,
    ("aws:autoscaling:updatepolicy:rollingupdate", "RollingUpdateType"): "Time|Health|Immutable",
    ("aws:autoscaling:updatepolicy:rollingupdate", "Timeout"): r"PT[\dHMS]+",
    ("aws:elasticbeanstalk:command", "DeploymentPolicy"): (
        "AllAtOnce|Rolling|RollingWithAdditionalBatch|TrafficSplitting|Immutable"
    ),
    ("aws:elasticbeanstalk:command", "BatchSizeType"): "Percentage|Fixed",
    ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"): _FLAG,
    ("aws:elasticbeanstalk:managedactions", "PreferredStartTime"): "(Sun|Mon|Tue|Wed|Thu|Fri|Sat):([01][0-9]|2[0-3]):[0-5][0-9]",
    ("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel"): "patch|minor",
    ("aws:elasticbeanstalk:managedactions:platformupdate", "InstanceRefreshEnabled"): _FLAG,
    ("aws:elasticbeanstalk:healthreporting:system", "SystemType"): "basic|enhanced",
    ("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs"): _FLAG,
    ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays"): _DAYS,
    ("aws:elasticbeanstalk:cloudwatch:logs:health", "HealthStreamingEnabled"): _FLAG,
    ("aws:elasticbeanstalk:cloudwatch:logs:health", "RetentionInDays"): _DAYS,
    ("aws:elasticbeanstalk:environment:process:default", "Protocol"): "HTTP|HTTPS|TCP",
    ("aws:elbv2:listener:default", "ListenerEnabled"): _FLAG,
}  # fmt: skip
"""What the value of an option must match (Developer Guide, "General options for all environments")."""
RANGES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("aws:autoscaling:asg", "MinSize"): (1, 10_000),
    ("aws:autoscaling:asg", "MaxSize"): (1, 10_000),
    ("aws:autoscaling:updatepolicy:rollingupdate", "MaxBatchSize"): (1, 10_000),
    ("aws:autoscaling:updatepolicy:rollingupdate", "MinInstancesInService"): (0, 9_999),
    ("aws:elasticbeanstalk:command", "Timeout"): (1, 3_600),
    ("aws:elasticbeanstalk:environment:process:default", "HealthCheckInterval"): (5, 300),
    ("aws:elasticbeanstalk:environment:process:default", "HealthCheckTimeout"): (1, 60),
    ("aws:elasticbeanstalk:environment:process:default", "HealthyThresholdCount"): (1, 10),
    ("aws:elasticbeanstalk:environment:process:default", "UnhealthyThresholdCount"): (1, 10),
    ("aws:elasticbeanstalk:environment:process:default", "DeregistrationDelay"): (0, 3_600),
}
"""Whole numbers from the first to the second."""
FEWER = (
    (("aws:autoscaling:asg", "MinSize"), ("aws:autoscaling:asg", "MaxSize"), 0),
    (("aws:autoscaling:updatepolicy:rollingupdate", "MinInstancesInService"), ("aws:autoscaling:asg", "MaxSize"), 1),
)
"""The first is less than the second by so much at least."""


@refuses("aws:elasticbeanstalk/environment:Environment")
def options_are_legal(case: Case) -> Iterator[Problem]:
    """Elastic Beanstalk CreateEnvironment: ConfigurationValidationException "Invalid option value"."""
    found: dict[tuple[str, str], str] = {}
    for path, option in case.objects("settings"):
        namespace, name, value = (option.text(key) for key in ("namespace", "name", "value"))
        if namespace is None or name is None or value is None or option.given("resource"):
            continue
        key = (namespace, name)
        found[key] = value
        wrong = ""
        if (pattern := LEGAL.get(key)) and not re.fullmatch(pattern, value):
            wrong = f"it must match {pattern}"
        elif (limits := RANGES.get(key)) and not (value.isdigit() and limits[0] <= int(value) <= limits[1]):
            wrong = f"it must be {limits[0]} to {limits[1]}"
        if wrong:
            yield (
                f"{path}.value",
                f"ConfigurationValidationException: Invalid option value: '{value}' (Namespace: '{namespace}', OptionName: '{name}'): {wrong}",
            )
    for less, more, by in FEWER:
        low, high = found.get(less, ""), found.get(more, "")
        if low.isdigit() and high.isdigit() and int(low) + by > int(high):
            yield (
                "settings",
                f"ConfigurationValidationException: {less[0]} {less[1]}={low} must be {'less than' if by else 'at most'} {more[1]}={high}",
            )
