"""Entry point of `python3 -m offline.engine`; old Pythons must be able to parse it, to report that they are too old."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an old interpreter reports its version here)
    sys.exit(
        "error: Python %s at %s is too old: install 3.11 or newer, or name it: make PYTHON=python3.12"  # noqa: UP031
        % (".".join(map(str, sys.version_info[:3])), sys.executable)
    )

from offline.engine.cli import main

sys.exit(main(sys.argv[1:]))
