"""The stack's providers: one per Region, registered before the architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

from components.architectures.transition_guard import region_if_allowed
from components.names import region_code
from components.settings.model import Settings


@dataclass(frozen=True, kw_only=True)
class Providers:
    """aws: by Region. awsx: for services on Fargate; None if there are none."""

    aws: Mapping[str, aws.Provider]
    awsx: awsx.Provider | None


def open_regions(settings: Settings) -> Providers:
    """One provider per Region, created only after the transition guard has allowed the update.

    Their parent is the stack, not the architecture.
    """
    allowed = region_if_allowed(settings)
    # In earlier releases the providers were children of the architecture; the aliases keep them the same.
    below = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::ha:arch:{settings.scenario.capitalize()}::"
    same = pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=below + settings.scenario)])
    return Providers(
        aws={
            cell.region: aws.Provider(
                region_code(cell.region), region=allowed.apply(lambda _, cell=cell: cell.region), opts=same
            )
            for cell in settings.cells
        },
        awsx=awsx.Provider("awsx") if settings.fargate else None,
    )
