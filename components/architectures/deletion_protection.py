"""Whether a stack can be taken down: the hold on one that protects its data, and lifting the protection of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pulumi
import pulumi_aws as aws

from components.settings.model import Settings

GUARD = "protectData"
"""Logical name of the hold. Pulumi's refusal names the resource, and so the setting that lifts it."""
HOW_TO_UNPROTECT = "set protectData to false with nothing else and run pulumi up"
"""How protection is lifted. It is the hook's name as well, which is all that Pulumi says without --run-program."""

PROTECTION_INPUTS = ("deletion_protection", "deletion_protection_enabled", "enable_deletion_protection")
"""Inputs by which AWS refuses to delete: databases, clusters of EKS, load balancers, tables and their replicas."""

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
"""What leaves its data behind by staying in AWS: it has no final snapshot, or snapshots cannot be read without it."""


def remove_protection(made: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """Take the protection off a resource of a stack that keeps its data, so that its deletion is neither refused nor
    loses anything: final snapshots are the tiers', what is in `STAYS` is left in AWS. Nothing else changes.
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
    """What an architecture transforms its resources with: `lift`, where data is kept but no longer protected."""
    return [remove_protection] if settings.keep_data and not settings.protect_data else []


def refuse_deletion(settings: Settings, architecture: pulumi.Resource, made: Sequence[pulumi.Resource]) -> None:
    """Let `pulumi destroy` be refused before it deletes anything, as long as the stack protects its data.

    Pulumi's own protection comes too late with --skip-preview: it refuses a protected resource when its turn comes and
    goes on with the others, so databases would survive a platform that is gone. A resource with a hook before its
    deletion makes Pulumi refuse at once without --run-program. With it the hook refuses, on what is deleted first: the
    hold is made when everything in ``made``, all of the architecture, is there, and is deleted with it. (With every
    resource among its dependencies the engine walks all paths to all of them when the hold fails: minutes.)

    Production has the hold always, so that lifting the protection neither makes nor deletes anything.
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
"""Said in every preview and update, by whether data is kept."""
