"""Deletion protection: refuse `pulumi destroy` while a stack protects its data, and remove the protection
when asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pulumi
import pulumi_aws as aws

from components.settings.model import Settings

GUARD = "protectData"
"""Logical name of the resource that blocks `pulumi destroy`. Pulumi's error names it, and so the setting that unblocks
it."""
HOW_TO_UNPROTECT = "set protectData to false with nothing else and run pulumi up"
"""How to remove the protection. It is also the name of the hook, which is all that Pulumi prints without
--run-program."""

PROTECTION_INPUTS = ("deletion_protection", "deletion_protection_enabled", "enable_deletion_protection")
"""Inputs with which AWS refuses deletion: databases, EKS clusters, load balancers, tables and their replicas."""

RETAINED_TYPES = frozenset(
    {
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:backup/vault:Vault",
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        "aws:dynamodb/table:Table",
        "aws:efs/fileSystem:FileSystem",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    }
)
"""Types that are retained in AWS: they have no final snapshot, or snapshots cannot be read without them."""


def remove_protection(made: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """Remove the protection from a resource of a stack that keeps its data, so that deleting it neither fails nor loses
    data: tiers take final snapshots, and types in `RETAINED_TYPES` are retained. Nothing else changes.
    """
    props, opts = dict(made.props), pulumi.ResourceOptions.merge(made.opts, None)
    opts.protect = False if opts.protect else opts.protect
    if made.type_ in RETAINED_TYPES:
        opts.retain_on_delete = True
    for switch in PROTECTION_INPUTS:
        if props.get(switch) is True:
            props[switch] = False
    if made.type_ == "aws:dynamodb/table:Table":
        for replica in cast(list[aws.dynamodb.TableReplicaArgs], props.get("replicas") or []):
            replica.deletion_protection_enabled = False
    return pulumi.ResourceTransformationResult(props, opts)


def protection_transformations(settings: Settings) -> list[pulumi.ResourceTransformation]:
    """Transformations of an architecture: `remove_protection`, if data is kept but no longer protected."""
    return [remove_protection] if settings.keep_data and not settings.protect_data else []


def refuse_deletion(settings: Settings, architecture: pulumi.Resource, made: Sequence[pulumi.Resource]) -> None:
    """Make `pulumi destroy` fail before it deletes anything, while the stack protects its data.

    Pulumi's own ``protect`` is too late with --skip-preview: Pulumi refuses each protected resource when its turn comes
    and deletes the others, so databases would remain without their network. If a resource has a hook before its
    deletion, Pulumi refuses immediately without --run-program. With it, the hook itself refuses, on the resource that
    is deleted first: this one, since it is created after everything in ``made``, all of the architecture. (If it
    depended on every resource, the engine would walk all paths to all of them before the refusal, which takes minutes.)

    Production stacks always have this resource, so that removing the protection neither creates nor deletes anything.
    """
    if not (settings.production or settings.protect_data):
        return

    def refuse(_: pulumi.ResourceHookArgs) -> None:
        raise pulumi.RunError(
            f"This stack protects its data: nothing was deleted. To take it down, {HOW_TO_UNPROTECT} first."
        )

    async def last() -> bool:
        for resource in made:
            await resource.urn.future()
        return settings.protect_data

    hooks = None
    if settings.protect_data:
        hook = pulumi.ResourceHook(HOW_TO_UNPROTECT, refuse, pulumi.ResourceHookOptions(on_dry_run=True))
        hooks = pulumi.ResourceHookBinding(before_delete=[hook])
    else:
        pulumi.log.warn(WARNINGS[settings.keep_data])
    pulumi.Stash(
        GUARD,
        input=pulumi.Output.from_input(last()),
        opts=pulumi.ResourceOptions(deleted_with=architecture, hooks=hooks),
    )


WARNINGS = {
    True: "protectData=false: this production stack can be deleted; databases and caches leave a final snapshot, "
    "buckets, tables, file systems, backup vaults and keys stay in AWS.",
    False: "protectData=false, keepData=false: this production stack can be deleted, and its data and backups with it.",
}
"""Warning in every preview and update, by whether data is kept."""
