"""``python -m serving shop.catalog``: serves the application of that module on PORT until SIGTERM."""

import importlib
import sys

from serving import server, tracing


def main() -> None:
    """Exits with an error unless the command line names one module."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m serving MODULE, such as shop.catalog")
    tracing.start()
    server.run(importlib.import_module(sys.argv[1]).application())


if __name__ == "__main__":
    main()
