"""Cases of the backup, protection, alarm and path rules."""

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

VAULT: Extra = ("backup/vault", "vault", {"name": "vault"})
FAR: Extra = ("backup/vault", "far", {"name": "far", "region": "us-east-1"})


def backup(**more: Any) -> list[dict[str, Any]]:
    """The rules of a plan."""
    return [{"ruleName": "daily", "schedule": "cron(0 3 * * ? *)", "lifecycle": {"deleteAfter": 35}, **more}]


SELECTION: Extra = (
    "backup/selection",
    "sel",
    {"planId": "plan", "selectionTags": [{"key": "Backup", "value": "daily"}]},
)
TOPIC: tuple[Extra, ...] = (
    ("sns/topic", "topic", {}),
    ("sns/topicSubscription", "mail", {"topic": "@topic.arn", "protocol": "email"}),
)


def alarm(**more: Any) -> Extra:
    """An alarm about x, with an action."""
    values: dict[str, Any] = {"alarmActions": ["@topic.arn"], "dimensions": {"Name": "@x.name"}, **more}
    return ("cloudwatch/metricAlarm", "alarm", values)


SENDS: Extra = ("cloudwatch/metricAlarm", "sends", {"alarmActions": ["@x.arn"]})
SAFE: dict[str, Any] = {"backupRetentionPeriod": 14, "deletionProtection": True}
SENDER: Extra = ("cloudwatch/eventTarget", "t", {"deadLetterConfig": {"arn": "@x.arn"}})
VISIBLE = "ApproximateNumberOfMessagesVisible"


def tiers(*subnets: object) -> tuple[Extra, ...]:
    """A service behind the load balancer x, and a database that it may call."""
    places = [f"@{s}" if isinstance(s, str) else s for s in subnets]
    return (
        ("lb/targetGroup", "tg", {"port": 80}),
        ("lb/listener", "l", {"loadBalancerArn": "@x.arn", "defaultActions": [{"targetGroupArn": "@tg.arn"}]}),
        ("ec2/securityGroup", "sg-app", {}),
        ("ec2/securityGroup", "sg-db", {}),
        ("ecs/service", "app", {
            "networkConfiguration": {"subnets": ["@a", "@b"], "securityGroups": ["@sg-app"]},
            "loadBalancers": [{"targetGroupArn": "@tg.arn"}]}),
        ("vpc/securityGroupIngressRule", "in", {"securityGroupId": "@sg-db", "referencedSecurityGroupId": "@sg-app"}),
        ("elasticache/subnetGroup", "group", {"subnetIds": places}),
        ("elasticache/replicationGroup", "cache", {
            "subnetGroupName": "@group.name", "securityGroupIds": ["@sg-db"], "numCacheClusters": 2}),
    )  # fmt: skip


CASES = {
    "backup-coverage": Case(
        "dynamodb/table",
        ok=v(SELECTION, tags={"Backup": "daily"}),
        bad=v(SELECTION, tags={"Backup": "never"}),
        unknown=v(SELECTION, tags={"Backup": U}),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "backup-copy-elsewhere": Case(
        "backup/plan",
        ok=v(FAR, rules=backup(copyActions=[{"destinationVaultArn": "@far.arn", "lifecycle": {"deleteAfter": 35}}])),
        bad=v(VAULT, rules=backup(copyActions=[{"destinationVaultArn": "@vault.arn"}])),
        unknown=v(VAULT, rules=backup(copyActions=[{"destinationVaultArn": U}])),
    ),
    "backup-plan-minimum": Case(
        "backup/plan",
        ok=v(rules=backup()),
        bad=v(rules=backup(lifecycle={"deleteAfter": 2})),
        unknown=v(rules=backup(lifecycle={"deleteAfter": U})),
    ),
    "backup-plan-selects": Case(
        "backup/plan",
        ok=v(("backup/selection", "s", {"planId": "@x"})),
        bad=v(rules=backup()),
        unknown=v(("backup/selection", "s", {"planId": U})),
    ),
    "backup-vault-locked": Case(
        "backup/vault",
        ok=v(("backup/vaultLockConfiguration", "lock", {"backupVaultName": "@x.name"})),
        bad=v(),
        unknown=v(("backup/vaultLockConfiguration", "lock", {"backupVaultName": U})),
    ),
    "backup-vault-lock-days": Case(
        "backup/vaultLockConfiguration", ok=v(minRetentionDays=7), bad=v(), unknown=v(minRetentionDays=U)
    ),
    "backup-vault-access": Case(
        "backup/vaultPolicy",
        ok=v(policy='{"Statement": [{"Effect": "Deny", "Action": "backup:DeleteRecoveryPoint"}]}'),
        bad=v(policy='{"Statement": {"Effect": "Allow", "Action": ["backup:*"]}}'),
        unknown=v(policy=U),
        na=v(VAULT, policy="@vault.arn"),
    ),
    "restore-tested": Case("backup/plan", ok=v(("backup/restoreTestingPlan", "t", {})), bad=v(), unknown=None),
    "no-ignored-ha-props": Case(
        "rds/instance",
        ok=v(options={"ignore_changes": ["engineVersion"]}),
        bad=v(options={"ignore_changes": ["multiAz"]}),
        unknown=None,
        na=v(),
    ),
    "replace-before-delete": Case(
        "rds/instance", ok=v(), bad=v(options={"delete_before_replace": True}), unknown=None
    ),
    "stateful-protected": Case("rds/cluster", ok=v(options={"protect": True}), bad=v(), unknown=None),
    "data-retained": Case(
        "rds/cluster",
        ok=v(options={"protect": True}, **SAFE),
        bad=v(**SAFE),
        unknown=v(backupRetentionPeriod=U),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "kms-deletion-window": Case(
        "kms/key", ok=v(deletionWindowInDays=30), bad=v(isEnabled=False), unknown=v(deletionWindowInDays=U)
    ),
    "secret-recovery-window": Case(
        "secretsmanager/secret", ok=v(), bad=v(recoveryWindowInDays=0), unknown=v(recoveryWindowInDays=U)
    ),
    "user-pool-protected": Case(
        "cognito/userPool", ok=v(deletionProtection="ACTIVE"), bad=v(), unknown=v(deletionProtection=U)
    ),
    "experiment-stops": Case(
        "fis/experimentTemplate",
        ok=v(stopConditions=[{"source": "aws:cloudwatch:alarm", "value": "arn:a"}]),
        bad=v(stopConditions=[{"source": "none"}]),
        unknown=v(stopConditions=U),
    ),
    "alarm-actions": Case(
        "cloudwatch/metricAlarm",
        ok=v(*TOPIC, alarmActions=["@topic.arn"]),
        bad=v(*TOPIC, alarmActions=["@topic.arn"], actionsEnabled=False),
        unknown=v(*TOPIC, alarmActions=["@topic.arn"], actionsEnabled=U),
    ),
    "trail-every-region": Case(
        "cloudtrail/trail", ok=v(isMultiRegionTrail=True), bad=v(), unknown=v(isMultiRegionTrail=U)
    ),
    "alarm-missing-data": Case(
        "cloudwatch/metricAlarm", ok=v(treatMissingData="breaching"), bad=v(), unknown=v(treatMissingData=U)
    ),
    "alarm-reaches-someone": Case(
        "sns/topic",
        ok=v(SENDS, ("sns/topicSubscription", "mail", {"topic": "@x.arn", "protocol": "email"})),
        bad=v(SENDS),
        unknown=v(SENDS, ("sns/topicSubscription", "mail", {"topic": U, "protocol": "email"})),
        na=v(),
    ),
    "alarms-per-tier": Case(
        "dynamodb/table",
        ok=v(*TOPIC, alarm()),
        bad=v(*TOPIC, alarm(dimensions={"Name": "other"})),
        unknown=v(*TOPIC, alarm(actionsEnabled=U)),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "dlq-alarmed": Case(
        "sqs/queue",
        ok=v(SENDER, *TOPIC, alarm(metricName=VISIBLE)),
        bad=v(SENDER, *TOPIC, alarm(metricName="NumberOfMessagesReceived")),
        unknown=v(SENDER, *TOPIC, alarm(metricName=U)),
        na=v(*TOPIC, alarm(metricName=VISIBLE)),
    ),
    "spof-path": Case(
        "lb/loadBalancer",
        ok=v(*tiers("a", "b"), subnets=["@a", "@b"]),
        bad=v(*tiers("a", "a2"), subnets=["@a", "@b"]),
        unknown=v(*tiers("a", "b"), subnets=["@a", "@b"], internal=U),
        na=v(internal=True),
    ),
}  # fmt: skip
