import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.alarms import Alarming
from components.tiers.data.efs import AccessPoint, FileReplication, FileReplicationArgs, FileSystem, FileSystemArgs
from tests.support.graph import ACCOUNT, REGION, Graph, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/main"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
FILES = "aws:efs/fileSystem:FileSystem"
TARGET = "aws:efs/mountTarget:MountTarget"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def arguments(**changes: Any) -> FileSystemArgs:
    given: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "subnet_ids": {zone: f"subnet-{zone[-1]}" for zone in ZONES},
        "kms_key_arn": KEY,
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags={"Stack": "dev"}),
        "tags": {"Stack": "dev"},
    }
    return FileSystemArgs(**(given | changes))


def files(**changes: Any) -> Graph:
    return deploy(lambda: FileSystem("media", arguments(**changes)))


def test_the_file_system_is_regional_encrypted_elastic_and_kept() -> None:
    node = files().one(FILES, "media-files")
    assert node.protect
    assert node.inputs == {
        "encrypted": True,
        "kmsKeyId": KEY,
        "performanceMode": "generalPurpose",
        "throughputMode": "elastic",
        "lifecyclePolicies": [
            {"transitionToIa": "AFTER_30_DAYS"},
            {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
        ],
        "protection": {"replicationOverwrite": "ENABLED"},
        "tags": {"Stack": "dev", "Name": "media-files"},
    }
    assert "availabilityZoneName" not in node.inputs, "a One Zone file system is lost with its zone"
    assert not files(retain_data=False).one(FILES).protect


def test_tags_of_the_file_system_alone_are_on_nothing_else() -> None:
    graph = files(file_tags={"ha:exempt:efs-backup": "Scratch"}, access_points={"one": AccessPoint(path="/one")})
    tagged = [n.name for n in graph.nodes if "ha:exempt:efs-backup" in (n.inputs.get("tags") or {})]
    assert tagged == ["media-files"]


def test_every_zone_has_a_mount_target_in_the_tiers_group() -> None:
    graph = files()
    targets = {n.name: n for n in graph.of(TARGET)}
    assert {name: n.inputs["subnetId"] for name, n in targets.items()} == {
        f"media-{zone}": f"subnet-{zone[-1]}" for zone in ZONES
    }
    for target in targets.values():
        [group] = graph.referred(target, "securityGroups")
        assert group.name == "media-group"
        assert "ingress" not in group.inputs


def test_only_tls_is_let_in_and_nobody_anonymous() -> None:
    [statement] = json.loads(files().one("aws:efs/fileSystemPolicy:FileSystemPolicy").inputs["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "*")


def test_a_client_that_takes_the_id_waits_for_policy_and_mount_targets() -> None:
    def program() -> None:
        made = FileSystem("media", arguments())
        aws.ssm.Parameter("client", type="String", value=made.file_system_id)

    graph = deploy(program)
    waited = {n.name for n in graph.referred(graph.one("aws:ssm/parameter:Parameter"), "value")}
    assert waited == {"media-files", "media-policy", *(f"media-{zone}" for zone in ZONES)}


def test_an_access_point_pins_directory_and_user() -> None:
    graph = files(access_points={"uploads": AccessPoint(path="/uploads", uid=48, gid=48)})
    point = graph.one("aws:efs/accessPoint:AccessPoint", "media-uploads")
    assert point.inputs["posixUser"] == {"uid": 48, "gid": 48}
    assert point.inputs["rootDirectory"] == {
        "path": "/uploads",
        "creationInfo": {"ownerUid": 48, "ownerGid": 48, "permissions": "0750"},
    }


def test_backups_are_automatic_unless_another_plan_does_them() -> None:
    kind = "aws:efs/backupPolicy:BackupPolicy"
    assert files().one(kind).inputs["backupPolicy"] == {"status": "ENABLED"}
    assert files(automatic_backups=False).of(kind) == []


def test_a_copy_is_served_like_any_file_system_but_not_made_again() -> None:
    graph = files(replica_id="fs-copy", access_points={"uploads": AccessPoint(path="/uploads")})
    assert graph.of(FILES) == []
    assert {n.inputs["fileSystemId"] for n in graph.of(TARGET)} == {"fs-copy"}
    assert len(graph.of(TARGET)) == 3
    assert graph.one("aws:efs/accessPoint:AccessPoint").inputs["fileSystemId"] == "fs-copy"
    [statement] = json.loads(graph.one("aws:efs/fileSystemPolicy:FileSystemPolicy").inputs["policy"])["Statement"]
    assert statement["Resource"] == [f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-copy"]
    assert graph.of("aws:efs/backupPolicy:BackupPolicy") == []


def test_replication_makes_an_encrypted_copy_in_the_other_region_and_is_watched() -> None:
    east = f"arn:aws:kms:us-east-2:{ACCOUNT}:key/east"
    graph = deploy(
        lambda: FileReplication(
            "media-copy",
            FileReplicationArgs(
                source_id="fs-1", target_region="us-east-2", kms_key_arn=east, alarms=Alarming(topic_arns=[TOPIC])
            ),
        )
    )
    node = graph.one("aws:efs/replicationConfiguration:ReplicationConfiguration", "media-copy-replication")
    assert node.inputs == {"sourceFileSystemId": "fs-1", "destination": {"region": "us-east-2", "kmsKeyId": east}}
    assert node.deleted_first, "EFS refuses a second replication of a file system"
    alarm = graph.one(ALARM, "media-copy-behind")
    assert alarm.inputs["threshold"] == 900
    assert alarm.inputs["treatMissingData"] == "missing", "quiet until the first copy is complete"
    assert alarm.inputs["insufficientDataActions"] == alarm.inputs["alarmActions"] != [], "and loud when data stop"
    assert alarm.inputs["dimensions"]["FileSystemId"] == "fs-1"
    assert graph.referred(alarm, "dimensions") == [node]


def test_the_limit_on_operations_is_watched() -> None:
    alarm = files().one(ALARM, "media-io-limit").inputs
    assert (alarm["metricName"], alarm["threshold"], alarm["alarmActions"]) == ("PercentIOLimit", 90, [TOPIC])


@pytest.mark.parametrize(("days", "word"), [(1, "AFTER_1_DAY"), (365, "AFTER_365_DAYS")])
def test_days_are_spelled_as_efs_does(days: int, word: str) -> None:
    assert files(infrequent_days=days).one(FILES).inputs["lifecyclePolicies"][0] == {"transitionToIa": word}
    assert "lifecyclePolicies" not in files(infrequent_days=None).one(FILES).inputs


def test_one_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="2 Availability Zones are needed"):
        arguments(subnet_ids={"us-west-2a": "s"})


def test_an_access_point_for_root_is_refused() -> None:
    with pytest.raises(ValueError, match="uid=0: must be at least 1; 0 is root"):
        AccessPoint(path="/a", uid=0)
    with pytest.raises(ValueError, match="gid=0: must be at least 1; 0 is root"):
        AccessPoint(path="/a", gid=0)
