"""`python -m ha_policy.proof`: the `resilience` command."""

import atexit
import gc
import sys

# As in the pack's entry point: a collection walks the whole graph and frees nothing.
gc.disable()
atexit.register(gc.freeze)

from ha_policy.proof.cli import main  # noqa: E402 (after the collector is off)

sys.exit(main())
