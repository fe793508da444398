"""An EFS file system that every server mounts: mount options and permissions."""

from dataclasses import dataclass

import pulumi

from components import iam


@dataclass(frozen=True, kw_only=True)
class EfsMount:
    """The files under ``/media/``: an access point of a `FileSystem`. read_only: nothing can be written through it.

    The architecture allows traffic from the servers' security group to the file system's.
    """

    file_system_id: pulumi.Input[str]
    file_system_arn: pulumi.Input[str]
    access_point_id: pulumi.Input[str]
    access_point_arn: pulumi.Input[str]
    read_only: bool = False

    def statement(self) -> iam.Statement:
        """Permission to mount through this access point only (EFS guide, "Using IAM to control file system data
        access").
        """
        actions = ["elasticfilesystem:ClientMount"] + ([] if self.read_only else ["elasticfilesystem:ClientWrite"])
        through = {"StringEquals": {"elasticfilesystem:AccessPointArn": self.access_point_arn}}
        return iam.allow(actions, self.file_system_arn, sid="SharedFiles", conditions=through)

    def options(self) -> pulumi.Output[tuple[str, str]]:
        """File system and mount options for ``mount -t efs``."""
        mode = ",ro" if self.read_only else ""
        return pulumi.Output.all(self.file_system_id, self.access_point_id).apply(
            lambda ids: (str(ids[0]), f"tls,iam,accesspoint={ids[1]}{mode}")
        )
