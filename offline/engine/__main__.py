"""Entry point of `python3 -m offline.engine`; its syntax must be readable by every Python, to refuse the old ones."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this is where an old interpreter is told so)
    sys.exit(
        "error: Python %s at %s is too old: 3.11 or newer is needed; install it, or name it: make PYTHON=python3.12"  # noqa: UP031
        % (".".join(map(str, sys.version_info[:3])), sys.executable)
    )

from offline.engine.cli import main

sys.exit(main(sys.argv[1:]))
