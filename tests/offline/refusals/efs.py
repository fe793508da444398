# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.efs`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import NETWORK, document

CASES: list[Case] = [
    ("file_system_is_legal", "aws:efs/fileSystem:FileSystem", {"throughputMode": "elastic", "encrypted": True, "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}, {"encrypted": None}, "unless the file system is encrypted"),
    ("lifecycle_policies_have_one_transition_each", "aws:efs/fileSystem:FileSystem", {"lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}, {"transitionToArchive": "AFTER_1_DAY"}]}, {"lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS", "transitionToArchive": "AFTER_90_DAYS"}]}, "only one transition"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("replication_destination_can_be_overwritten", [("aws:efs/fileSystem:FileSystem", "a", {"protection": {"replicationOverwrite": "DISABLED"}}), ("aws:efs/fileSystem:FileSystem", "b", {})], "aws:efs/replicationConfiguration:ReplicationConfiguration", {"sourceFileSystemId": "fs-0123456789abcdef0", "destination": {"fileSystemId": "$a.id"}}, {"destination": {"fileSystemId": "$b.id"}}, "must be disabled"),
    ("one_mount_target_per_zone", [*NETWORK, ("aws:efs/mountTarget:MountTarget", "m", {"fileSystemId": "fs-0123456789abcdef0", "subnetId": "$a0.id"})], "aws:efs/mountTarget:MountTarget", {"fileSystemId": "fs-0123456789abcdef0", "subnetId": "$b2.id"}, {"subnetId": "$a1.id"}, "MountTargetConflict"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:efs/fileSystem:FileSystem", {"creationToken": "t"}, {"creationToken": "u"}),
    ("aws:efs/replicationConfiguration:ReplicationConfiguration", {"sourceFileSystemId": "fs-00000001", "destination": {"region": "us-east-2"}}, {"sourceFileSystemId": "fs-00000002"}),
    ("aws:efs/fileSystemPolicy:FileSystemPolicy", {"fileSystemId": "fs-00000001", "policy": document({"Effect": "Allow", "Principal": "*", "Action": "elasticfilesystem:ClientMount"})}, {"fileSystemId": "fs-00000002"}),
    ("aws:efs/backupPolicy:BackupPolicy", {"fileSystemId": "fs-00000001", "backupPolicy": {"status": "ENABLED"}}, {"fileSystemId": "fs-00000002"}),
]  # fmt: skip
