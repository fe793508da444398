"""The entry point that the engine starts. `PolicyPack` never returns: everything else lives in `ha_policy`."""

from ha_policy.pack import NAME, policies
from pulumi_policy import PolicyPack

PolicyPack(name=NAME, policies=policies())
