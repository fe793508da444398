"""Common parts of RDS and Aurora: identifiers, credentials, monitoring role, logs, events and alarms."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Alarming, Metric, metric_alarm
from components.arns import account_of, managed_policy, partition_of, region_of
from components.iam import trust
from components.names import physical_name
from components.tags import named

IDENTIFIER_LIMIT = 44
"""Longest identifier, characters. RDS allows 63 (CreateDBInstance), and cluster members append a hyphen, a zone (15
characters, such as ap-northeast-1a), another hyphen and a number of at most two digits."""
MONITORING_SECONDS = 60
"""Seconds between data points of Enhanced Monitoring (MonitoringInterval: 0, 1, 5, 10, 15, 30, 60)."""
LOG_DAYS = 90
"""Retention of exported database logs, days (CloudWatch Logs PutRetentionPolicy)."""
MASTER_USERNAME = "dbadmin"
"""Name of the master user; PostgreSQL reserves ``admin``, and RDS ``rdsadmin``."""
PASSWORD_BYTES = 24
"""Random bytes of a master password: 32 URL-safe characters. MySQL allows at most 41; RDS rejects / @ " and spaces."""
ADVANCED_INSIGHTS_DAYS = 465
"""Days of history that the advanced mode of Database Insights requires (RDS ModifyDBInstance)."""
STANDARD_INSIGHTS_DAYS = 7
"""Days of history that are free (RDS PerformanceInsightsRetentionPeriod)."""
CA = "rds-ca-rsa2048-g1"
"""The certificate authority that signs server certificates; expires 2061 (RDS user guide, SSL/TLS)."""
SECRET_RECOVERY_DAYS = {False: 7, True: 30}
"""Days in which a deleted secret can be restored, by whether data is kept (Secrets Manager RecoveryWindowInDays: 7-30,
or 0). They are free, and a new stack does not wait for them, since its secret has another name."""
GIB = 1024**3
LOW_STORAGE = 0.05
"""Free share of the storage below which the alarm fires. RDS increases the storage at 10 %, so at 5 % that has failed
or the limit is reached."""
HIGH_CPU = 80
"""Percent of CPU above which the alarm fires."""
HIGH_LAG = 60
"""Seconds of replica lag above which the alarm fires."""
BACKUP_WINDOW = "03:00-04:00"
"""Daily window for RDS's own backups, UTC (RDS PreferredBackupWindow)."""
MAINTENANCE, STANDBY_MAINTENANCE = "sun:07:30-sun:08:30", "thu:07:30-thu:08:30"
"""Weekly windows, UTC (RDS PreferredMaintenanceWindow). The standby Region's window is days before the primary's, so
that both are never under maintenance at once, and a replica gets a new version before its source (Aurora user guide,
"Upgrading an Amazon Aurora global database": secondary clusters first). Neither is near AWS Backup's jobs, which fail
within an hour before or during a database's windows (AWS Backup developer guide, "Create a backup plan")."""
DYNAMIC = "immediate"
"""How parameters are applied: at once, without a reboot (RDS ModifyDBParameterGroup ApplyMethod). All parameters that
the program sets are dynamic; a static one would take effect only when an operator reboots the instances."""
PORTS = {"mysql": 3306, "postgres": 5432}
MIN_BACKUP_DAYS = 7
"""Days that automated backups are kept at least; RDS allows 1-35 (BackupRetentionPeriod)."""


def check_zones(field: str, zones: Sequence[str], least: int) -> None:
    """Raises ValueError if there are fewer than ``least`` Availability Zones."""
    if len(zones) < least:
        raise ValueError(
            f"{field}={sorted(zones)}: {least} Availability Zones are needed; add a subnet in another zone"
        )


def identifier(name: str) -> str:
    """The RDS identifier of the database ``name`` in this stack. It is fixed, so that its log groups can be created
    first.

    A change that would replace the database fails because the identifier is in use, so it cannot leave an empty
    database behind.
    """
    whole = physical_name(pulumi.get_project(), pulumi.get_stack(), name, limit=IDENTIFIER_LIMIT)
    clean = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9-]", "-", whole.lower())).strip("-")
    return clean if clean[0].isalpha() else f"db-{clean}"[:IDENTIFIER_LIMIT].rstrip("-")


def final_snapshot(database: str, group: aws.ec2.SecurityGroup) -> pulumi.Output[str]:
    """Name of a final snapshot: different each time the stack is created, and constant while it exists."""
    return pulumi.Output.concat(database, "-final-", group.id.apply(lambda i: re.sub(r"[^A-Za-z0-9]", "", i)[-17:]))


@dataclass(frozen=True)
class Credentials:
    """A master user that the program creates, if RDS cannot manage the password. password: a Pulumi secret."""

    secret_arn: pulumi.Output[str]
    password: pulumi.Output[str]


def credentials(
    name: str,
    *,
    kms_key_arn: pulumi.Input[str],
    replicas: Mapping[str, pulumi.Input[str]],
    retain_data: bool,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> Credentials:
    """A random master password in Secrets Manager. ``replicas``: other Regions that get the secret, each with its key.

    The value is generated once: later runs generate another, which is ignored. It is in the state as an encrypted
    secret.
    """
    secret = aws.secretsmanager.Secret(
        f"{name}-secret",
        description=f"Master user of {name}",
        kms_key_id=kms_key_arn,
        recovery_window_in_days=SECRET_RECOVERY_DAYS[retain_data],
        replicas=[
            aws.secretsmanager.SecretReplicaArgs(region=region, kms_key_id=key)
            for region, key in sorted(replicas.items())
        ]
        or None,
        tags=named(tags, f"{name}-secret"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    drawn = json.dumps({"username": MASTER_USERNAME, "password": secrets.token_urlsafe(PASSWORD_BYTES)})
    version = aws.secretsmanager.SecretVersion(
        f"{name}-secret-value",
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(drawn),
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=["secretString"]),
    )
    # Read the password from the stored version, not from this run, so that an interrupted first update continues with
    # the same one.
    stored = version.secret_string.apply(lambda value: str(json.loads(value or drawn)["password"]))
    arn = pulumi.Output.all(secret.arn, version.id).apply(lambda both: str(both[0]))
    return Credentials(secret_arn=arn, password=pulumi.Output.secret(stored))


def arn_in(region: str, arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """``arn`` with another Region: the ARN of a replica of a secret or table."""
    return pulumi.Output.from_input(arn).apply(
        lambda whole: ":".join([*whole.split(":")[:3], region, *whole.split(":")[4:]])
    )


def connect_arn(kms_key_arn: pulumi.Input[str], resource_id: pulumi.Input[str], user: str) -> pulumi.Output[str]:
    """Resource for ``rds-db:connect`` as ``user``. resource_id: of a DB instance, a cluster or a proxy.

    kms_key_arn: any ARN of its account and Region.
    """
    partition, region = partition_of(kms_key_arn), region_of(kms_key_arn)
    account = account_of(kms_key_arn)
    return pulumi.Output.concat("arn:", partition, ":rds-db:", region, ":", account, ":dbuser:", resource_id, "/", user)


def monitoring_role(
    name: str, kms_key_arn: pulumi.Input[str], tags: Mapping[str, str], parent: pulumi.Resource
) -> tuple[pulumi.Output[str], pulumi.Resource]:
    """The role for Enhanced Monitoring: its ARN, and the resource an instance must wait for. The account is taken from
    the key's ARN.
    """
    account = account_of(kms_key_arn)
    role = aws.iam.Role(
        f"{name}-monitoring",
        assume_role_policy=trust(
            "monitoring.rds.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": account}}
        ),
        tags=named(tags, f"{name}-monitoring"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    attachment = aws.iam.RolePolicyAttachment(
        f"{name}-monitoring",
        role=role.name,
        policy_arn=managed_policy(kms_key_arn, "service-role/AmazonRDSEnhancedMonitoringRole"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return role.arn, attachment


def database_network(
    name: str,
    vpc_id: pulumi.Input[str],
    subnet_ids: Mapping[str, pulumi.Input[str]],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> tuple[aws.ec2.SecurityGroup, aws.rds.SubnetGroup]:
    """Security group without rules, and subnet group, of the database ``name``. subnet_ids: zone -> subnet."""
    group = aws.ec2.SecurityGroup(
        f"{name}-group",
        vpc_id=vpc_id,
        description=f"Database {name}",
        tags=named(tags, f"{name}-group"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return group, subnet_group(name, "subnets", subnet_ids, tags, parent)


def subnet_group(
    name: str, role: str, subnet_ids: Mapping[str, pulumi.Input[str]], tags: Mapping[str, str], parent: pulumi.Resource
) -> aws.rds.SubnetGroup:
    """``{name}-{role}``: a subnet group over these zones."""
    zones = sorted(subnet_ids)
    return aws.rds.SubnetGroup(
        f"{name}-{role}",
        description=f"{name} in {', '.join(zones)}",
        subnet_ids=[subnet_ids[zone] for zone in zones],
        tags=named(tags, f"{name}-{role}"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def log_paths(database: str, logs: Sequence[str]) -> dict[str, str]:
    """Log -> name of the log group to which RDS exports it. database: ``cluster/`` or ``instance/`` and identifier."""
    return {log: f"/aws/rds/{database}/{log}" for log in logs}


def log_groups(
    name: str,
    paths: Mapping[str, str],
    kms_key_arn: pulumi.Input[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> list[aws.cloudwatch.LogGroup]:
    """Create the log groups before RDS creates them without key and retention. ``paths``: log type -> group name."""
    return [
        aws.cloudwatch.LogGroup(
            f"{name}-{log}-log",
            name=path,
            retention_in_days=LOG_DAYS,
            kms_key_id=kms_key_arn,
            tags=named(tags, f"{name}-{log}-log"),
            opts=pulumi.ResourceOptions(parent=parent),
        )
        for log, path in paths.items()
    ]


def events(
    name: str,
    source_type: str,
    sources: Sequence[pulumi.Input[str]],
    categories: Sequence[str],
    to: Alarming,
    parent: pulumi.Resource,
) -> None:
    """Notify every topic of ``to`` of failovers, failures and similar events of ``sources`` (RDS
    CreateEventSubscription).
    """
    for index, topic in enumerate(to.topic_arns):
        aws.rds.EventSubscription(
            f"{name}-events" if index == 0 else f"{name}-events-{index + 1}",
            sns_topic=topic,
            source_type=source_type,
            source_ids=list(sources),
            event_categories=list(categories),
            tags=named(to.tags, f"{name}-events"),
            opts=pulumi.ResourceOptions(parent=parent),
        )


@dataclass(frozen=True)
class InstanceLimits:
    """Thresholds of an instance's alarms. storage_gib: allocated storage, None if unlimited. lags: whether it is a
    replica.

    follows: a read replica, whose lag is -1 while it does not replicate (RDS user guide, "Monitoring read
    replication"); an alarm on a high lag would not detect that.
    """

    connections: int
    storage_gib: int | None = None
    lags: bool = False
    follows: bool = False


def alarm(
    name: str,
    metric: str,
    dimensions: Mapping[str, pulumi.Input[str]],
    what: tuple[str, float, str],
    to: Alarming,
    parent: pulumi.Resource,
    *,
    statistic: str = "Average",
    periods: int = 5,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on an AWS/RDS metric, per minute. what: ``>`` or ``<``, threshold in the metric's unit, description."""
    sign, threshold, description = what
    watched = Metric(namespace="AWS/RDS", name=metric, dimensions=dimensions, statistic=statistic)
    spec = Alarm(
        metric=watched,
        threshold=threshold,
        comparison="GreaterThanThreshold" if sign == ">" else "LessThanThreshold",
        missing="missing",  # no data during creation and maintenance; RDS events report that it is down
        description=description,
        periods=periods,
    )
    return metric_alarm(name, spec, to, pulumi.ResourceOptions(parent=parent))


def instance_alarms(
    name: str,
    member: str,
    instance: pulumi.Input[str],
    limits: InstanceLimits,
    to: Alarming,
    parent: pulumi.Resource,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms on CPU, storage, connections and replication of the instance called ``member`` (empty for the
    only one).
    """
    tail, of = f"-{member}" if member else "", {"DBInstanceIdentifier": instance}
    rules: dict[str, tuple[str, tuple[str, float, str]]] = {
        f"cpu{tail}": ("CPUUtilization", (">", HIGH_CPU, f"{name}{tail}: CPU above {HIGH_CPU} % for 5 minutes")),
        f"connections{tail}": (
            "DatabaseConnections",
            (">", limits.connections, f"{name}{tail}: more than {limits.connections} connections"),
        ),
    }
    if limits.storage_gib is not None:
        few = round(limits.storage_gib * GIB * LOW_STORAGE)
        rules[f"storage{tail}"] = (
            "FreeStorageSpace",
            ("<", few, f"{name}{tail}: less than 5 % of the storage is free"),
        )
    if limits.lags:
        late = f"{name}{tail}: more than {HIGH_LAG} s behind its source"
        rules[f"lag{tail}"] = ("ReplicaLag", (">", HIGH_LAG, late))
    if limits.follows:
        rules[f"stopped{tail}"] = ("ReplicaLag", ("<", 0, f"{name}{tail}: does not replicate from its source"))
    return {key: alarm(f"{name}-{key}", metric, of, what, to, parent) for key, (metric, what) in rules.items()}
