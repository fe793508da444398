"""Versions that AWS or others retire: which ones this release uses, until when they are supported, and the source.

`make check-versions` prints them and exits with 1 if support for one ends within 90 days, or if a date was
not reviewed for half a year. It makes no calls to AWS and imports only the standard library.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WARN_DAYS = 90
"""Number of days before the end of support at which the warnings start."""
REVIEW_DAYS = 180
"""Days after which a version without a published end of support must be reviewed again."""
REVIEWED = date(2026, 11, 29)
"""Day on which this table was last reviewed."""


@dataclass(frozen=True, kw_only=True)
class ManagedVersion:
    """name: of the product. version: what new resources start with. source: page that says when support ends. then:
    what happens then. ends: last day of standard support, None if none is published or known here. reviewed: when the
    entry was last looked at.
    """

    name: str
    version: str
    source: str
    then: str
    ends: date | None = None
    reviewed: date = REVIEWED

    def warning(self, today: date) -> str | None:
        """The warning about this version; None if there is none."""
        if self.ends is not None:
            left = (self.ends - today).days
            when = f"ends on {self.ends}" if left >= 0 else f"ended on {self.ends}"
            return f"{self.name} {self.version}: support {when}; then {self.then}" if left <= WARN_DAYS else None
        if today - self.reviewed > timedelta(days=REVIEW_DAYS):
            return f"{self.name} {self.version}: last looked up on {self.reviewed}; see {self.source}"
        return None


EKS = ManagedVersion(
    name="EKS, Kubernetes",
    version="1.35",
    ends=date(2027, 3, 27),
    source="EKS user guide, Amazon EKS Kubernetes release calendar",
    then="EKS upgrades clusters with the STANDARD upgrade policy to the next version",
)
MYSQL = ManagedVersion(
    name="RDS for MySQL",
    version="8.4",
    ends=date(2029, 7, 31),
    source="RDS user guide, MySQL on Amazon RDS versions",
    then="RDS charges for Extended Support",
)
POSTGRES = ManagedVersion(
    name="RDS for PostgreSQL",
    version="17",
    ends=date(2030, 2, 28),
    source="RDS for PostgreSQL release calendar",
    then="RDS charges for Extended Support",
)
AURORA_POSTGRES = ManagedVersion(
    name="Aurora PostgreSQL",
    version="17",
    ends=date(2030, 2, 28),
    source="Aurora PostgreSQL release calendar for major versions",
    then="Aurora charges for Extended Support",
)
VALKEY = ManagedVersion(
    name="ElastiCache for Valkey",
    version="8.1",
    source="ElastiCache user guide, Supported engines and versions",
    then="ElastiCache no longer patches it",
)
REDIS = ManagedVersion(
    name="ElastiCache for Redis OSS",
    version="7.1",
    source="ElastiCache user guide, Supported engines and versions",
    then="ElastiCache charges for Extended Support",
)
LAMBDA_PYTHON = ManagedVersion(
    name="Lambda runtime",
    version="python3.13",
    ends=date(2029, 6, 30),
    source="Lambda developer guide, Lambda runtimes",
    then="Lambda no longer patches it, and 30 and 60 days later rejects new functions and updates",
)
POWERTOOLS_LAYER = ManagedVersion(
    name="Powertools for AWS Lambda layer",
    version="25",
    source="Powertools for AWS Lambda (Python) documentation, Lambda Layer",
    then="it gets no fixes",
)
BEANSTALK_PYTHON = ManagedVersion(
    name="Elastic Beanstalk platform branch, Python on Amazon Linux 2023",
    version="3.13",
    # A branch is retired when the first of its components is: Amazon Linux 2023, before Python 3.13 (October 2029).
    ends=date(2029, 6, 30),
    source="Elastic Beanstalk developer guide, platform support policy; Amazon Linux 2023 user guide, release cadence",
    then="Elastic Beanstalk rejects new environments",
)
SYNTHETICS = ManagedVersion(
    name="CloudWatch Synthetics runtime",
    version="syn-nodejs-puppeteer-17.0",
    source="CloudWatch user guide, Synthetics runtime versions support policy (AWS writes 60 days before)",
    then="Synthetics rejects new canaries with it; running ones continue",
)
FARGATE = ManagedVersion(
    name="Fargate platform version",
    version="1.4.0",
    source="ECS developer guide, Fargate Linux platform version deprecation (no date for 1.4.0)",
    then="ECS retires its tasks",
)
PYTHON_IMAGE = ManagedVersion(
    name="Docker Official Image of Python, in Amazon ECR Public",
    version="3.13-alpine",
    ends=date(2029, 10, 31),
    source="PEP 719, Python 3.13 release schedule",
    then="it gets no security fixes",
)
AWS_CLI_IMAGE = ManagedVersion(
    name="AWS CLI image, in Amazon ECR Public",
    version="2.42.1",
    source="github.com/aws/aws-cli, branch v2, CHANGELOG.rst",
    then="it gets no fixes",
)
COLLECTOR_IMAGE = ManagedVersion(
    name="AWS Distro for OpenTelemetry collector",
    version="v0.50.0",
    source="github.com/aws-observability/aws-otel-collector, releases",
    then="it gets no fixes",
)
AWS_PROVIDER = ManagedVersion(
    name="Pulumi AWS provider",
    version="7.51.1",
    source="github.com/pulumi/pulumi-aws, releases",
    then="new arguments of AWS are unknown to it",
)

VERSIONS = (
    EKS,
    MYSQL,
    POSTGRES,
    AURORA_POSTGRES,
    VALKEY,
    REDIS,
    LAMBDA_PYTHON,
    POWERTOOLS_LAYER,
    BEANSTALK_PYTHON,
    SYNTHETICS,
    FARGATE,
    PYTHON_IMAGE,
    AWS_CLI_IMAGE,
    COLLECTOR_IMAGE,
    AWS_PROVIDER,
)


def warnings(today: date, versions: Sequence[ManagedVersion] = VERSIONS) -> list[str]:
    """The warnings about these versions."""
    return [said for version in versions if (said := version.warning(today)) is not None]


def main(arguments: Sequence[str], today: date) -> int:
    """Exit status: 1 if there is a warning. ``--brief``: print warnings only, on standard error, and exit with 0."""
    said = warnings(today)
    if "--brief" in arguments:
        for warning in said:
            print(f"version: {warning}", file=sys.stderr)
        return 0
    for version in VERSIONS:
        until = f"until {version.ends}" if version.ends else f"no end known (looked up {version.reviewed})"
        print(f"{version.name:64} {version.version:28} {until:40} {version.source}")
    for warning in said:
        print(f"warning: {warning}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], date.today()))
