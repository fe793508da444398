"""`python -m ha_policy.proof`: the `resilience` command."""

import atexit
import gc
import sys

# As in the pack's entry point: a collection walks the whole graph and frees nothing.
gc.disable()
atexit.register(gc.freeze)

from ha_policy.proof.arguments import parser  # noqa: E402 (after the collector is off)

options = parser().parse_args()  # --help and mistakes are answered before the pack is imported

from ha_policy.proof.cli import run  # noqa: E402

sys.exit(run(options))
