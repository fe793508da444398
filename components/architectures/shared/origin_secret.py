"""What a load balancer knows CloudFront by: a random value that CloudFront sends and everybody else lacks."""

import secrets

import pulumi
import pulumi_aws as aws

from components.architectures.shared.edge import Edge
from components.tags import named
from components.tiers.databases import SECRET_RECOVERY_DAYS

RANDOM_BYTES = 32


def origin_secret(edge: Edge, kms_key_arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """The value, as a Pulumi secret; drawn once and kept in Secrets Manager, where ``kms_key_arn`` encrypts it.

    Later runs draw another, which is ignored. Resources: edge-origin-secret, edge-origin-secret-value. To change it,
    replace the value: ``pulumi up --target-replace`` of edge-origin-secret-value; requests fail while CloudFront and
    the load balancers differ, some minutes.
    """
    name = "edge-origin-secret"
    secret = aws.secretsmanager.Secret(
        name,
        description="Sent by CloudFront to the load balancers",
        kms_key_id=kms_key_arn,
        recovery_window_in_days=SECRET_RECOVERY_DAYS if edge.settings.production else 0,
        tags=named(edge.tier_tags("edge"), name),
        opts=edge.child,
    )
    drawn = secrets.token_urlsafe(RANDOM_BYTES)
    version = aws.secretsmanager.SecretVersion(
        f"{name}-value",
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(drawn),
        opts=pulumi.ResourceOptions(parent=edge, ignore_changes=["secretString"]),
    )
    return pulumi.Output.secret(version.secret_string.apply(lambda value: value or drawn))
