"""pulumi-resource-aws: the offline AWS as a plugin of the Pulumi engine. Started by the engine, not by hand."""

import gc
import sys

gc.disable()  # short-lived, and the collector costs more than it gives


def main() -> int:
    """Serve the provider; ``--help`` explains what it is, which faults it can inject and how to answer look-ups."""
    from offline.aws import serve

    if serve.asked_for_help(sys.argv[1:]):
        from offline.aws import faults
        from offline.aws.lookups import given

        print(__doc__, faults.__doc__, given.__doc__, sep="\n\n")
        return 0
    from offline.aws.server import Aws
    from offline.plugin import pb_grpc

    try:
        provider = Aws()
    except (LookupError, ValueError) as error:
        return serve.stop(str(error))
    return serve.serve(provider, pb_grpc.add_ResourceProviderServicer_to_server)


if __name__ == "__main__":
    raise SystemExit(main())
