"""pulumi-resource-aws: the offline AWS as a plugin of the Pulumi engine. Started by the engine, not by hand."""

import gc
import sys

gc.disable()  # short-lived, and the collector costs more than it gives


def main() -> int:
    """Serve the provider; with ``--help`` say what it is and which faults it can inject."""
    from offline.aws import faults, serve

    if serve.helped(sys.argv[1:], f"{__doc__}\n\n{faults.__doc__}"):
        return 0
    from offline.aws.server import Aws, pb_grpc

    try:
        provider = Aws()
    except (LookupError, ValueError) as error:
        return serve.stop(str(error))
    return serve.serve(provider, pb_grpc.add_ResourceProviderServicer_to_server)


if __name__ == "__main__":
    raise SystemExit(main())
