"""Serves the pack to the Pulumi engine, as the entry point of a policy pack's folder does."""

import atexit
import gc
import sys


def serve(name: str = "") -> None:
    """Serve all rules that are registered until the engine ends the process. It does not return.

    name: of the pack, if it is not aws-high-availability. Exits with one sentence when `pulumi-policy` is too old.
    """
    # A collection walks the whole graph and frees nothing, so its cost grows faster than the stack: without it 10,000
    # resources cost about 10 times what 1,000 cost. Frozen at exit, where one more would run.
    gc.disable()
    atexit.register(gc.freeze)

    from .supported import too_old

    if problem := too_old():
        sys.exit(problem)

    from pulumi_policy import PolicyPack

    from .pack import NAME, policies

    PolicyPack(name=name or NAME, policies=policies())
