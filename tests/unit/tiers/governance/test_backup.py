import json
import re
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.data.rds_shared import BACKUP_WINDOW, MAINTENANCE
from components.tiers.governance.backup import START_MINUTES, Backup, BackupArgs, ProtectedResource, VaultCopy
from tests.support.graph import ACCOUNT, REGION, Graph, Node, deploy

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/main"
EAST = f"arn:aws:kms:us-east-2:{ACCOUNT}:key/east"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
ORDERS = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
LEDGER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:ledger"
CARTS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/carts"
ASSETS = "arn:aws:s3:::assets"
VAULT, LOCK, PLAN = (
    "aws:backup/vault:Vault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:backup/plan:Plan",
)
SELECTION = "aws:backup/selection:Selection"
TEST, TESTED = (
    "aws:backup/restoreTestingPlan:RestoreTestingPlan",
    "aws:backup/restoreTestingSelection:RestoreTestingSelection",
)
COPY = VaultCopy(region="us-east-2", kms_key_arn=EAST, days=35)


def arguments(**changes: Any) -> BackupArgs:
    given: dict[str, Any] = {
        "resources": {
            "orders": ProtectedResource(kind="RDS", arn=ORDERS, restore={"dbSubnetGroupName": "orders"}),
            "carts": ProtectedResource(kind="DynamoDB", arn=CARTS),
            "assets": ProtectedResource(kind="S3", arn=ASSETS),
        },
        "kms_key_arn": KEY,
        "days": 60,
        "copy": COPY,
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags={"Stack": "dev"}),
        "tags": {"Stack": "dev"},
    }
    return BackupArgs(**(given | changes))


def backup(**changes: Any) -> Graph:
    return deploy(lambda: Backup("backup", arguments(**changes)))


def test_names_are_what_aws_backup_takes_whatever_the_stack_is_called() -> None:
    graph = deploy(lambda: Backup("backup", arguments()), stack="shop.eu")
    names = [n.inputs["name"] for n in graph.nodes if n.type.startswith("aws:backup/") and "name" in n.inputs]
    assert names
    assert [n for n in names if not re.fullmatch(r"[A-Za-z0-9_-]{2,50}", n)] == []


def rule(graph: Graph, plan: str) -> dict[str, Any]:
    [only] = graph.one(PLAN, plan).inputs["rules"]
    return only


def selected(graph: Graph) -> dict[str, list[str]]:
    return {n.name: n.inputs["resources"] for n in graph.of(SELECTION)}


def locked(graph: Graph, lock: str) -> Node:
    [vault] = graph.referred(graph.one(LOCK, lock), "backupVaultName")
    return vault


def test_both_vaults_have_the_key_of_their_region_and_are_locked_so_that_it_can_be_lifted() -> None:
    graph = backup()
    own, copy = graph.one(VAULT, "backup-vault"), graph.one(VAULT, "backup-copy-vault")
    assert own.protect
    assert copy.protect
    assert (own.inputs["name"], own.inputs["kmsKeyArn"]) == ("ha-aws-dev-backup-vault", KEY)
    assert (copy.inputs["region"], copy.inputs["kmsKeyArn"]) == ("us-east-2", EAST)
    assert "region" not in own.inputs
    assert own.inputs["forceDestroy"] is copy.inputs["forceDestroy"] is False
    assert locked(graph, "backup-lock") == own
    assert locked(graph, "backup-copy-lock") == copy
    for lock in graph.every(LOCK):
        assert "changeableForDays" not in lock.inputs, "compliance mode can never be undone"
        assert lock.inputs["minRetentionDays"] == 7
    assert graph.one(LOCK, "backup-lock").inputs["maxRetentionDays"] == 60
    assert graph.one(LOCK, "backup-copy-lock").inputs["region"] == "us-east-2"
    assert graph.one(LOCK, "backup-copy-lock").inputs["maxRetentionDays"] == 35


def test_in_development_the_vaults_go_with_what_is_in_them() -> None:
    for vault in backup(retain_data=False).every(VAULT):
        assert not vault.protect
        assert vault.inputs["forceDestroy"] is True


def test_every_resource_is_selected_once_by_its_arn() -> None:
    graph = backup()
    assert selected(graph) == {"backup-daily-selection": [CARTS, ORDERS], "backup-buckets-selection": [ASSETS]}
    role = graph.one("aws:iam/role:Role", "backup-role")
    for selection in graph.every(SELECTION):
        assert graph.referred(selection, "iamRoleArn") == [role]
        policies = {
            n.urn for n in graph.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment") if "backup-role-" in n.name
        }
        assert len(policies) == 2
        assert policies <= selection.depends_on, "without its policies the first jobs would fail"


def test_daily_backups_are_copied_to_the_standby_region() -> None:
    graph = backup()
    daily = rule(graph, "backup-daily")
    assert daily["schedule"] == "cron(0 5 ? * * *)"
    assert daily["lifecycle"] == {"deleteAfter": 60}
    assert daily["enableContinuousBackup"] is False, "RDS has its own point-in-time recovery"
    assert daily["completionWindow"] >= daily["startWindow"] + 60 >= 120
    assert [c["lifecycle"] for c in daily["copyActions"]] == [{"deleteAfter": 35}]
    assert {n.name for n in graph.referred(graph.one(PLAN, "backup-daily"), "rules")} == {
        "backup-vault",
        "backup-copy-vault",
    }


def test_buckets_are_backed_up_continuously_for_as_long_as_aws_allows() -> None:
    buckets = rule(backup(), "backup-buckets")
    assert buckets["enableContinuousBackup"] is True
    assert buckets["lifecycle"] == {"deleteAfter": 35}
    assert len(buckets["copyActions"]) == 1


def test_what_cannot_be_copied_has_a_plan_without_copies() -> None:
    graph = backup(resources={"ledger": ProtectedResource(kind="RDS", arn=LEDGER, copied=False)})
    assert selected(graph) == {"backup-local-selection": [LEDGER]}
    assert "copyActions" not in rule(graph, "backup-local")


def test_without_a_standby_region_nothing_points_to_one() -> None:
    graph = backup(copy=None)
    assert [n.name for n in graph.of(VAULT)] == ["backup-vault"]
    assert "copyActions" not in rule(graph, "backup-daily")


def test_every_resource_is_restored_weekly_from_the_vault() -> None:
    graph = backup()
    plan = graph.one(TEST)
    assert plan.inputs["name"] == "ha_aws_dev_backup_test", "hyphens are refused"
    assert plan.inputs["scheduleExpression"] == "cron(0 9 ? * SUN *)"
    chosen = plan.inputs["recoveryPointSelection"]
    assert chosen["algorithm"] == "LATEST_WITHIN_WINDOW"
    assert graph.referred(plan, "recoveryPointSelection") == [graph.one(VAULT, "backup-vault")]
    tests = {n.name: n.inputs for n in graph.of(TESTED)}
    assert {name: (t["protectedResourceType"], t["protectedResourceArns"]) for name, t in tests.items()} == {
        "backup-test-orders": ("RDS", [ORDERS]),
        "backup-test-carts": ("DynamoDB", [CARTS]),
        "backup-test-assets": ("S3", [ASSETS]),
    }
    assert tests["backup-test-orders"]["restoreMetadataOverrides"] == {"dbSubnetGroupName": "orders"}
    assert tests["backup-test-orders"]["name"] == "orders_rds"
    assert "restoreMetadataOverrides" not in tests["backup-test-carts"]
    role = graph.one("aws:iam/role:Role", "backup-restore-role")
    assert all(graph.referred(n, "iamRoleArn") == [role] for n in graph.every(TESTED))


def test_a_replaced_database_is_what_the_restore_test_restores() -> None:
    for node in backup().every(TESTED):
        assert node.replace_on_changes == ("protectedResourceArns",), "the provider ignores a change in place"


def test_backing_up_and_restoring_are_two_roles_and_bucket_rights_come_with_buckets() -> None:
    def policies(graph: Graph) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for n in graph.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
            [role] = graph.referred(n, "role")
            found.setdefault(role.name, set()).add(n.inputs["policyArn"].removeprefix("arn:aws:iam::aws:policy/"))
        return found

    assert policies(backup()) == {
        "backup-role": {"service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"},
        "backup-restore-role": {
            "service-role/AWSBackupServiceRolePolicyForRestores",
            "AWSBackupServiceRolePolicyForS3Restore",
        },
    }
    assert policies(backup(resources={"carts": ProtectedResource(kind="DynamoDB", arn=CARTS, tested=False)})) == {
        "backup-role": {"service-role/AWSBackupServiceRolePolicyForBackup"}
    }


def test_failures_are_told_and_so_is_a_day_without_a_backup() -> None:
    graph = backup()
    alarms = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert set(alarms) == {"backup-failed", "backup-expired", "backup-none", "backup-untold"}
    none = alarms["backup-none"]
    assert (none["period"], none["threshold"], none["comparisonOperator"]) == (86400, 1, "LessThanThreshold")
    assert none["treatMissingData"] == "missing", "quiet until the first backup"
    assert none["insufficientDataActions"] == none["alarmActions"] != [], "and loud when no more follow"
    notified = graph.one("aws:backup/vaultNotifications:VaultNotifications")
    assert notified.inputs["snsTopicArn"] == TOPIC
    assert "BACKUP_JOB_FAILED" not in notified.inputs["backupVaultEvents"], "deprecated, never sent"
    pattern = json.loads(graph.one("aws:cloudwatch/eventRule:EventRule").inputs["eventPattern"])
    assert pattern["detail-type"] == ["Restore Job State Change"]
    target, queue = graph.one("aws:cloudwatch/eventTarget:EventTarget"), graph.one("aws:sqs/queue:Queue")
    assert target.inputs["arn"] == TOPIC
    assert graph.referred(target, "deadLetterConfig") == [queue]
    assert queue.inputs["kmsMasterKeyId"] == KEY
    sender, plain = json.loads(graph.one("aws:sqs/queuePolicy:QueuePolicy").inputs["policy"])["Statement"]
    assert sender["Principal"] == {"Service": "events.amazonaws.com"}
    assert sender["Condition"]["ArnEquals"]["aws:SourceArn"].startswith("arn:aws:")
    assert plain["Effect"] == "Deny"


def test_without_a_topic_there_is_no_dangling_notification() -> None:
    graph = backup(alarms=Alarming())
    assert graph.of("aws:backup/vaultNotifications:VaultNotifications") == []
    assert graph.of("aws:cloudwatch/eventTarget:EventTarget") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resources": {}}, "nothing to back up"),
        ({"resources": {"a b": ProtectedResource(kind="RDS", arn=ORDERS)}}, "a name is 1-30 letters"),
        ({"least_days": 61}, "least_days=61: must be 1-60"),
        ({"least_days": 40}, "continuous backups of buckets end after 35"),
        ({"copy": VaultCopy(region="us-east-2", kms_key_arn=EAST, days=3)}, "copy.days=3: the lock"),
    ],
)
def test_days_and_names_that_contradict_each_other_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(**changes)


def test_jobs_start_when_no_window_of_a_database_is_near() -> None:
    """AWS Backup developer guide: none within an hour before, or in, the windows of backup and maintenance."""
    minute, hour = arguments().schedule.removeprefix("cron(").split()[:2]
    opens = int(hour) * 60 + int(minute)
    for window in (BACKUP_WINDOW, MAINTENANCE[4:9] + "-" + MAINTENANCE[14:]):
        first, last = (minutes(part) for part in window.split("-"))
        assert opens + START_MINUTES <= first - 60 or opens >= last, window


def minutes(moment: str) -> int:
    hour, minute = moment.split(":")
    return int(hour) * 60 + int(minute)
