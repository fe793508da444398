"""The entry point that the engine starts. `PolicyPack` never returns: everything else lives in `ha_policy`."""

import atexit
import gc
import sys

# A collection walks the whole graph and frees nothing, so its cost grows faster than the stack:
# without it 10,000 resources cost about 10 times what 1,000 cost. Frozen at exit, where one more would run.
gc.disable()
atexit.register(gc.freeze)

from ha_policy.supported import too_old  # noqa: E402 (after the collector is off)

if problem := too_old():
    sys.exit(problem)

from ha_policy.pack import NAME, policies  # noqa: E402
from pulumi_policy import PolicyPack  # noqa: E402

PolicyPack(name=NAME, policies=policies())
