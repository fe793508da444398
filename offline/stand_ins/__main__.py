"""pulumi-stand-in NAME VERSION PACKAGE: stands in for a provider plugin. Started by the engine, not by hand.

PACKAGE is the folder of the program's own Python package (pulumi_random, …): it declares the outputs of each resource.
"""

import gc
import sys
from pathlib import Path

gc.disable()  # short-lived, and the collector costs more than it gives


def main() -> int:
    """Serve the stand-in."""
    from offline.aws import serve

    if serve.asked_for_help(sys.argv[1:]) or len(sys.argv) < 4:
        print(__doc__)
        return 0
    from offline.plugin import pb_grpc
    from offline.stand_ins.server import StandIn

    name, version, package = sys.argv[1:4]
    return serve.serve(StandIn(name, version, Path(package)), pb_grpc.add_ResourceProviderServicer_to_server)


if __name__ == "__main__":
    raise SystemExit(main())
