"""Arguments that tiers have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.alarms import Alarming


@dataclass(frozen=True, kw_only=True)
class TierArgs:
    """tags: of every resource that can have some. alarms: where the tier's alarms go, by default nowhere."""

    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    alarms: Alarming = field(default_factory=Alarming)


@dataclass(frozen=True, kw_only=True)
class EncryptedTierArgs(TierArgs):
    """kms_key_arn: a key in the tier's Region that encrypts its data and logs; with ``KeyUse.LOGS``."""

    kms_key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class StatefulTierArgs(EncryptedTierArgs):
    """retain_data: Pulumi's ``protect``, the API's deletion protection, and a final snapshot of what is deleted.

    Without it, the stack can be destroyed and leaves nothing behind.
    """

    retain_data: bool
