# ruff: noqa: E501 (what AWS says is as long as it is)
"""EFS."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.refusals.vpc import SUBNET
from offline.aws.unique import unique

FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"


@refuses(FILE_SYSTEM)
def lifecycle_policies_have_one_transition_each(case: Case) -> Iterator[Problem]:
    """EFS PutLifecycleConfiguration: "each object can have only a single transition"."""
    settings = ("transitionToIa", "transitionToArchive", "transitionToPrimaryStorageClass")
    for path, policy in case.objects("lifecyclePolicies"):
        given = [s for s in settings if policy.given(s)]
        if len(given) > 1:
            yield (
                f"{path}.{given[1]}",
                f"BadRequest: One LifecyclePolicy can have only one transition, this has {' and '.join(given)}",
            )


@refuses("aws:efs/replicationConfiguration:ReplicationConfiguration")
def replication_destination_can_be_overwritten(case: Case) -> Iterator[Problem]:
    """EFS CreateReplicationConfiguration: a destination that exists has replication overwrite protection DISABLED."""
    found = case.inventory.get(FILE_SYSTEM, case.text("destination.fileSystemId"))
    if found is None:
        return
    target = Case(FILE_SYSTEM, case.urn, found, case.region, case.inventory)
    if target.text("protection.replicationOverwrite") not in ("DISABLED", "REPLICATING"):
        yield (
            "destination.fileSystemId",
            "BadRequest: Replication overwrite protection of the destination file system must be disabled",
        )


@refuses("aws:efs/fileSystem:FileSystem")
def file_system_is_legal(case: Case) -> Iterator[Problem]:
    """EFS CreateFileSystem: throughput by mode; elastic and provisioned need general purpose where EFS says so."""
    mode, performance = case.text("throughputMode"), case.text("performanceMode")
    if mode == "provisioned" and not case.given("provisionedThroughputInMibps"):
        yield (
            "provisionedThroughputInMibps",
            "BadRequest: provisionedThroughputInMibps must be given for throughput mode provisioned",
        )
    if (
        mode != "provisioned"
        and (case.number("provisionedThroughputInMibps") or 0) > 0
        and not case.unknown("throughputMode")
    ):
        yield (
            "provisionedThroughputInMibps",
            "BadRequest: provisionedThroughputInMibps is for throughput mode provisioned",
        )
    if mode == "elastic" and performance == "maxIO":
        yield "performanceMode", "BadRequest: Elastic throughput is not supported for maxIO"
    if case.given("kmsKeyId") and case.get("encrypted") is not True and not case.unknown("encrypted"):
        yield "kmsKeyId", "BadRequest: KmsKeyId must not be specified unless the file system is encrypted"


@refuses("aws:efs/mountTarget:MountTarget", existing=True)
def one_mount_target_per_zone(case: Case) -> Iterator[Problem]:
    """EFS CreateMountTarget: MountTargetConflict; one per zone of a file system."""
    system, subnet = case.text("fileSystemId"), case.text("subnetId")
    mine = case.inventory.get(SUBNET, subnet)
    if system is None or mine is None:
        return
    for urn, other in case.inventory.of_type(case.token):
        if urn == case.urn or other.get("fileSystemId") != system:
            continue
        theirs = case.inventory.get(SUBNET, other.get("subnetId"))
        if (
            theirs
            and isinstance(mine.get("availabilityZone"), str)
            and theirs.get("availabilityZone") == mine.get("availabilityZone")
        ):
            name = urn.rsplit("::", 1)[-1]
            yield (
                "subnetId",
                f"MountTargetConflict: mount target already exists in this AZ ({mine['availabilityZone']}: {name})",
            )


unique("aws:efs/fileSystem:FileSystem", "creationToken", call="efs CreateFileSystem", says="FileSystemAlreadyExists: File system already exists with creation token '{creationToken}'")  # fmt: skip
unique("aws:efs/replicationConfiguration:ReplicationConfiguration", "sourceFileSystemId", call="efs CreateReplicationConfiguration", says="ConflictException: File system {sourceFileSystemId} already has a replication configuration")  # fmt: skip
unique("aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId", call="efs PutFileSystemPolicy", says="PutFileSystemPolicy: one policy of file system {fileSystemId}:", overwrites=True)  # fmt: skip
unique("aws:efs/backupPolicy:BackupPolicy", "fileSystemId", call="efs PutBackupPolicy", says="PutBackupPolicy: one backup policy of file system {fileSystemId}:", overwrites=True)  # fmt: skip
