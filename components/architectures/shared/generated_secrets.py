"""Random secrets that the program generates once, such as the header by which load balancers recognise CloudFront."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.architectures.shared.edge import Edge
from components.tags import named
from components.tiers.data.rds_shared import SECRET_RECOVERY_DAYS

RANDOM_BYTES = 32


@dataclass(frozen=True)
class GeneratedSecret:
    """A secret that two sides share. value: what the sender sends. previous: the value before it, which the receiver
    accepts as well, since the two sides do not change at the same moment. arn: of the secret in Secrets Manager.
    """

    value: pulumi.Output[str]
    previous: Sequence[pulumi.Output[str]]
    arn: pulumi.Output[str]


def origin_secret(edge: Edge, kms_key_arn: pulumi.Input[str], generation: int = 1) -> GeneratedSecret:
    """The secret header by which a load balancer recognises CloudFront.

    Resources: edge-origin-secret, edge-origin-secret-value. Another ``generation`` generates another value.
    """
    return generated_secret(
        edge, "edge-origin-secret", "Sent by CloudFront to the load balancers", kms_key_arn, generation
    )


def generated_secret(
    edge: Edge, name: str, description: str, kms_key_arn: pulumi.Input[str], generation: int = 1
) -> GeneratedSecret:
    """Values of 43 letters, digits, hyphens and underscores as Pulumi secrets, in a secret of Secrets Manager that is
    encrypted with ``kms_key_arn``. Each is generated once: later runs generate another, which is ignored.

    Resources: {name}, {name}-value and, from the second generation on, {name}-value-{generation} for it and the one
    before.
    """
    secret = aws.secretsmanager.Secret(
        name,
        description=description,
        kms_key_id=kms_key_arn,
        recovery_window_in_days=SECRET_RECOVERY_DAYS[edge.settings.keep_data],
        tags=named(edge.tier_tags("edge"), name),
        opts=edge.child,
    )
    values: list[pulumi.Output[str]] = []
    before: list[pulumi.Resource] = []
    for number in range(max(1, generation - 1), generation + 1):
        drawn_now = secrets.token_urlsafe(RANDOM_BYTES)
        version = aws.secretsmanager.SecretVersion(
            f"{name}-value" if number == 1 else f"{name}-value-{number}",
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(drawn_now),
            # The newest comes last, since Secrets Manager takes the last one as the current value.
            opts=pulumi.ResourceOptions(parent=edge, ignore_changes=["secretString"], depends_on=before),
        )
        before = [version]
        values.append(pulumi.Output.secret(version.secret_string.apply(lambda value, drawn=drawn_now: value or drawn)))
    return GeneratedSecret(value=values[-1], previous=values[:-1], arn=secret.arn)
