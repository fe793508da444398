"""Code that a service's containers download: a zip file in S3, which containers of stock images fetch and unpack.

So nothing is built on the deploying machine. Before the service starts, one container downloads the file with the AWS
CLI and the service's own role, and one unpacks it into a volume of the task or pod, which the service mounts read-only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components import iam, versions

FETCH_IMAGE = f"public.ecr.aws/aws-cli/aws-cli:{versions.AWS_CLI_IMAGE.version}"
"""For both architectures. Its entry point is the AWS CLI."""
FETCH, UNPACK = "fetch", "unpack"
"""Names of the two containers, and first parts of their log streams."""
VOLUME = "application"
MOUNT = "/application"
"""Where all three containers mount the volume."""
CODE = f"{MOUNT}/code"
"""Where the unpacked code is: working directory and import root of the service."""
ARCHIVE = f"{MOUNT}/bundle.zip"
VOLUME_LIMIT = "256Mi"
"""Size at which Kubernetes evicts a pod: several times the zip file and what is in it."""
FETCH_ATTEMPTS = 5
"""Attempts of the AWS CLI for one request, with growing pauses."""


@dataclass(frozen=True, kw_only=True)
class ApplicationBundle:
    """A version of a zip file in a bucket of the service's Region. The file is Python code, for an image with Python.

    version: S3 version id. A new upload has the same key and another version: it is a new revision of the task
    definition, while tasks of an earlier revision still find their version. object_arn: without version. kms_key_arn:
    encrypts the object. store: the bucket, for declaring that tasks which run do not need it.
    """

    bucket: pulumi.Input[str]
    key: str
    version: pulumi.Input[str]
    object_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str]
    store: pulumi.Resource | None = None

    def statements(self, region: pulumi.Input[str]) -> list[iam.Statement]:
        """Permission to download any version of the file: a revision to which ECS rolls back needs an earlier one."""
        via = {"StringEquals": {"kms:ViaService": pulumi.Output.concat("s3.", region, ".amazonaws.com")}}
        return [
            iam.allow("s3:GetObjectVersion", self.object_arn, sid="FetchBundle"),
            iam.allow("kms:Decrypt", self.kms_key_arn, sid="DecryptBundle", conditions=via),
        ]

    @property
    def fetch(self) -> list[pulumi.Input[str]]:
        """Arguments of the AWS CLI that download the file."""
        object_version: list[pulumi.Input[str]] = ["--key", self.key, "--version-id", self.version]
        return ["s3api", "get-object", "--bucket", self.bucket, *object_version, ARCHIVE]


UNPACKING = ("python", "-m", "zipfile", "-e", ARCHIVE, CODE)


def fetch_environment(region: pulumi.Input[str]) -> dict[str, pulumi.Input[str]]:
    """Environment of the container with the AWS CLI."""
    return {"AWS_REGION": region, "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": str(FETCH_ATTEMPTS)}


def ecs_containers(
    bundle: ApplicationBundle, image: str, region: pulumi.Input[str], logging: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Container definitions on ECS that put the code into the volume. image: of the service.

    They run as root, without any Linux capability and with a read-only root file system, because only root can write to
    the volume: "By default, the volume permissions are set to 0755 and the owner as root" (ECS developer guide, "Use
    bind mounts with Amazon ECS"), and Fargate has no other empty volumes. The service itself is not root.
    """

    def container(name: str, of: str, command: Sequence[pulumi.Input[str]], **more: Any) -> dict[str, Any]:
        options = {**logging["options"], "awslogs-stream-prefix": name}
        return {
            "name": name,
            "image": of,
            "command": list(command),
            "essential": False,
            "readonlyRootFilesystem": True,
            "user": "0:0",
            "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
            "mountPoints": [{"sourceVolume": VOLUME, "containerPath": MOUNT, "readOnly": False}],
            "logConfiguration": {**logging, "options": options},
            **more,
        }

    environment = fetch_environment(region)
    return [
        container(
            FETCH,
            FETCH_IMAGE,
            bundle.fetch,
            environment=[{"name": key, "value": environment[key]} for key in sorted(environment)],
        ),
        container(UNPACK, image, UNPACKING, dependsOn=[{"containerName": FETCH, "condition": "SUCCESS"}]),
    ]


ECS_MOUNTED: Mapping[str, Any] = {
    "dependsOn": [{"containerName": UNPACK, "condition": "SUCCESS"}],
    "mountPoints": [{"sourceVolume": VOLUME, "containerPath": MOUNT, "readOnly": True}],
    "workingDirectory": CODE,
}
"""What the service's container definition on ECS has besides."""


def init_containers(
    bundle: ApplicationBundle, image: str, region: pulumi.Input[str], security: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Init containers of a pod that put the code into the volume. image, security: of the service's container.

    An empty volume of a pod can be written by every user (Kubernetes, "Volumes", emptyDir), so they are not root.
    """
    mounts = [{"name": VOLUME, "mountPath": MOUNT}]
    sizes = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}}
    environment = fetch_environment(region)
    return [
        {
            "name": FETCH,
            "image": FETCH_IMAGE,
            "args": bundle.fetch,
            "env": [{"name": key, "value": environment[key]} for key in sorted(environment)],
            "resources": sizes,
            "securityContext": dict(security),
            "volumeMounts": mounts,
        },
        {
            "name": UNPACK,
            "image": image,
            "command": list(UNPACKING),
            "resources": sizes,
            "securityContext": dict(security),
            "volumeMounts": mounts,
        },
    ]


POD_VOLUMES = [{"name": VOLUME, "emptyDir": {"sizeLimit": VOLUME_LIMIT}}]
POD_MOUNTED: Mapping[str, Any] = {
    "volumeMounts": [{"name": VOLUME, "mountPath": MOUNT, "readOnly": True}],
    "workingDir": CODE,
}
"""What the service's container in a pod has besides."""
