# ruff: noqa: E501 (what AWS says is as long as it is)
"""Elastic Beanstalk environments and their option settings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.refusals import Case, Problem, not_both, one_of, refuses
from offline.aws.unique import unique

_RETENTION_DAYS = "1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1827|3653"
_FLAG = "true|false"
OPTION_VALUES: Mapping[tuple[str, str], str] = {
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
    ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays"): _RETENTION_DAYS,
    ("aws:elasticbeanstalk:cloudwatch:logs:health", "HealthStreamingEnabled"): _FLAG,
    ("aws:elasticbeanstalk:cloudwatch:logs:health", "RetentionInDays"): _RETENTION_DAYS,
    ("aws:elasticbeanstalk:environment:process:default", "Protocol"): "HTTP|HTTPS|TCP",
    ("aws:elbv2:listener:default", "ListenerEnabled"): _FLAG,
}  # fmt: skip
"""What the value of an option must match (Developer Guide, "General options for all environments")."""
OPTION_RANGES: Mapping[tuple[str, str], tuple[int, int]] = {
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
OPTION_ORDER = (
    (("aws:autoscaling:asg", "MinSize"), ("aws:autoscaling:asg", "MaxSize"), 0),
    (("aws:autoscaling:updatepolicy:rollingupdate", "MinInstancesInService"), ("aws:autoscaling:asg", "MaxSize"), 1),
)
"""The first is less than the second by so much at least."""


@refuses("aws:elasticbeanstalk/environment:Environment")
def environment_is_legal(case: Case) -> Iterator[Problem]:
    """Elastic Beanstalk CreateEnvironment: name 4-40 letters, digits, hyphens, none at the ends; one platform."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"(?!-)[A-Za-z0-9-]{4,40}(?<!-)", name):
        yield (
            "name",
            f"InvalidParameterValue: environment name {name!r}: 4 to 40 letters, digits and hyphens, none at the ends",
        )
    platforms: list[Any] = [n for n in ("solutionStackName", "platformArn", "templateName") if case.given(n)]
    if not platforms:
        yield (
            "solutionStackName",
            "InvalidParameterValue: one of solutionStackName, platformArn and templateName is needed",
        )
    yield from not_both(case, "solutionStackName", "platformArn")
    yield from one_of(case, "tier", "WebServer", "Worker")


@refuses("aws:elasticbeanstalk/environment:Environment")
def managed_updates_have_what_they_need(case: Case) -> Iterator[Problem]:
    """Elastic Beanstalk CreateEnvironment: names of solution stacks; managed updates need enhanced health and a service role."""
    stack = case.text("solutionStackName")
    if stack is not None and not re.fullmatch(r"(64|32)bit .+ v\d+\.\d+\.\d+ running .+", stack):
        yield "solutionStackName", f"InvalidParameterValue: No Solution Stack named '{stack}' found."
    if case.unknown("settings"):
        return
    settings = {(s.text("namespace"), s.text("name")): s.text("value") for _, s in case.objects("settings")}
    managed = settings.get(("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")) == "true"
    needs = (
        ("aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced"),
        ("aws:elasticbeanstalk:environment", "ServiceRole", None),
    )
    for namespace, name, value in needs:
        given = settings.get((namespace, name))
        if managed and (given is None or (value is not None and given != value)):
            yield (
                "settings",
                f"ConfigurationValidationException: Invalid option specification (Namespace: 'aws:elasticbeanstalk:managedactions', OptionName: 'ManagedActionsEnabled'): it needs {namespace} {name}{f'={value}' if value else ''}",
            )


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
        if (pattern := OPTION_VALUES.get(key)) and not re.fullmatch(pattern, value):
            wrong = f"it must match {pattern}"
        elif (limits := OPTION_RANGES.get(key)) and not (value.isdigit() and limits[0] <= int(value) <= limits[1]):
            wrong = f"it must be {limits[0]} to {limits[1]}"
        if wrong:
            yield (
                f"{path}.value",
                f"ConfigurationValidationException: Invalid option value: '{value}' (Namespace: '{namespace}', OptionName: '{name}'): {wrong}",
            )
    for less, more, by in OPTION_ORDER:
        low, high = found.get(less, ""), found.get(more, "")
        if low.isdigit() and high.isdigit() and int(low) + by > int(high):
            yield (
                "settings",
                f"ConfigurationValidationException: {less[0]} {less[1]}={low} must be {'less than' if by else 'at most'} {more[1]}={high}",
            )


unique("aws:elasticbeanstalk/application:Application", "name", call="elasticbeanstalk CreateApplication", says="InvalidParameterValue: Application {name} already exists.")  # fmt: skip
unique("aws:elasticbeanstalk/applicationVersion:ApplicationVersion", "application name", call="elasticbeanstalk CreateApplicationVersion", says="InvalidParameterValue: Application Version {name} already exists.")  # fmt: skip
unique("aws:elasticbeanstalk/environment:Environment", "name", call="elasticbeanstalk CreateEnvironment", says="InvalidParameterValue: Environment {name} already exists.")  # fmt: skip
