"""pulumi-resource-awsx: the Fargate components and the Vpc of awsx, offline. Started by the engine, not by hand."""

import gc
import sys

gc.disable()  # short-lived, and the collector costs more than it gives


def main() -> int:
    """Serve the components."""
    from offline.aws import serve

    if serve.asked_for_help(sys.argv[1:]):
        print(__doc__)
        return 0
    from offline.awsx.server import Awsx, awsx_schema
    from offline.plugin import pb_grpc

    try:
        awsx_schema()
    except LookupError as error:
        return serve.stop(str(error))
    return serve.serve(Awsx(), pb_grpc.add_ResourceProviderServicer_to_server)


if __name__ == "__main__":
    raise SystemExit(main())
