"""The `resilience` command: the console script of the package, or `python -m ha_policy.proof`."""

import atexit
import gc
import sys


def main() -> int:
    """Run the command line; returns the exit status."""
    # As in the pack: a collection walks the whole graph and frees nothing.
    gc.disable()
    atexit.register(gc.freeze)

    from ha_policy.proof.arguments import parser

    options = parser().parse_args()  # --help and mistakes are answered before the pack is imported

    from ha_policy.proof.cli import run

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
