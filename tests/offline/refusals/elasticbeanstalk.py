# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.elasticbeanstalk`."""

from tests.offline.refusals import Case, Taken

STACK = "64bit Amazon Linux 2023 v4.5.0 running Python 3.13"
UPDATES = [
    {"namespace": "aws:elasticbeanstalk:managedactions", "name": "ManagedActionsEnabled", "value": "true"},
    {"namespace": "aws:elasticbeanstalk:healthreporting:system", "name": "SystemType", "value": "enhanced"},
    {"namespace": "aws:elasticbeanstalk:environment", "name": "ServiceRole", "value": "r"},
]
MANAGED_ENVIRONMENT = {"application": "a", "name": "shop", "solutionStackName": STACK, "settings": UPDATES}


def options(*given: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"namespace": namespace, "name": name, "value": value} for namespace, name, value in given]


ENVIRONMENT = {
    "application": "a",
    "name": "shop",
    "solutionStackName": STACK,
    "settings": options(
        ("aws:autoscaling:asg", "MinSize", "2"),
        ("aws:autoscaling:asg", "MaxSize", "4"),
        ("aws:autoscaling:asg", "Availability Zones", "Any 3"),
        ("aws:autoscaling:updatepolicy:rollingupdate", "MinInstancesInService", "1"),
        ("aws:elasticbeanstalk:command", "DeploymentPolicy", "Immutable"),
        ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays", "365"),
        ("aws:elasticbeanstalk:managedactions", "PreferredStartTime", "Sun:03:00"),
        ("aws:elasticbeanstalk:application:environment", "ANY", "thing"),
    ),
}

CASES: list[Case] = [
    ("environment_is_legal", "aws:elasticbeanstalk/environment:Environment", {"application": "a", "name": "shop", "solutionStackName": STACK}, {"name": "-abc"}, "4 to 40"),
    ("managed_updates_have_what_they_need", "aws:elasticbeanstalk/environment:Environment", MANAGED_ENVIRONMENT, {"solutionStackName": "Python 3.13"}, "No Solution Stack named 'Python 3.13' found."),
    ("managed_updates_have_what_they_need", "aws:elasticbeanstalk/environment:Environment", MANAGED_ENVIRONMENT, {"settings": UPDATES[:2]}, "ServiceRole"),
    ("options_are_legal", "aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"settings": options(("aws:elasticbeanstalk:command", "DeploymentPolicy", "BlueGreen"))}, "Invalid option value: 'BlueGreen'"),
    ("options_are_legal", "aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"settings": options(("aws:autoscaling:asg", "Availability Zones", "3"))}, "must match Any( [1-3])?"),
    ("options_are_legal", "aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"settings": options(("aws:autoscaling:asg", "MinSize", "5"), ("aws:autoscaling:asg", "MaxSize", "4"))}, "MinSize=5 must be at most MaxSize=4"),
    ("options_are_legal", "aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"settings": options(("aws:autoscaling:asg", "MaxSize", "4"), ("aws:autoscaling:updatepolicy:rollingupdate", "MinInstancesInService", "4"))}, "MinInstancesInService=4 must be less than"),
    ("options_are_legal", "aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"settings": options(("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays", "42"))}, "Invalid option value: '42'"),
    ("options_are_legal", "aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"settings": options(("aws:elasticbeanstalk:command", "Timeout", "7200"))}, "it must be 1 to 3600"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:elasticbeanstalk/application:Application", {"name": "a"}, {"name": "b"}),
    ("aws:elasticbeanstalk/applicationVersion:ApplicationVersion", {"application": "a", "name": "v1", "bucket": "b", "key": "k"}, {"name": "v2"}),
    ("aws:elasticbeanstalk/environment:Environment", ENVIRONMENT, {"name": "shop-2"}),
]  # fmt: skip
