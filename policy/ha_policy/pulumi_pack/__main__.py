"""The entry point that the engine starts. Everything else lives in `ha_policy`."""

from ha_policy.serve import serve

serve()
