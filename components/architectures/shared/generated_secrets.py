"""Random secrets that the program generates once, such as the header by which load balancers recognise CloudFront."""

from __future__ import annotations

import secrets

import pulumi
import pulumi_aws as aws

from components.architectures.shared.edge import Edge
from components.tags import named
from components.tiers.data.rds_shared import SECRET_RECOVERY_DAYS

RANDOM_BYTES = 32


def origin_secret(edge: Edge, kms_key_arn: pulumi.Input[str], generation: int = 1) -> pulumi.Output[str]:
    """The secret header by which a load balancer recognises CloudFront.

    Resources: edge-origin-secret, edge-origin-secret-value. Another ``generation`` generates another value; requests
    fail for the minutes until CloudFront and the load balancers have the same one.
    """
    return generated_secret(
        edge, "edge-origin-secret", "Sent by CloudFront to the load balancers", kms_key_arn, generation
    )[0]


def generated_secret(
    edge: Edge, name: str, description: str, kms_key_arn: pulumi.Input[str], generation: int = 1
) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    """A value of 43 letters, digits, hyphens and underscores as a Pulumi secret, and the ARN of its secret in Secrets
    Manager, encrypted with ``kms_key_arn``. It is generated once: later runs generate another, which is ignored.

    Resources: {name}, {name}-value, with the generation from the second on.
    """
    secret = aws.secretsmanager.Secret(
        name,
        description=description,
        kms_key_id=kms_key_arn,
        recovery_window_in_days=SECRET_RECOVERY_DAYS[edge.settings.keep_data],
        tags=named(edge.tier_tags("edge"), name),
        opts=edge.child,
    )
    drawn_now = secrets.token_urlsafe(RANDOM_BYTES)
    version = aws.secretsmanager.SecretVersion(
        f"{name}-value" if generation == 1 else f"{name}-value-{generation}",
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(drawn_now),
        opts=pulumi.ResourceOptions(parent=edge, ignore_changes=["secretString"]),
    )
    return pulumi.Output.secret(version.secret_string.apply(lambda value: value or drawn_now)), secret.arn
