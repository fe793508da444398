"""On the path of a measured program: leaves behind which packages of pulumi_aws the program loaded."""

import atexit
import os
import sys
from pathlib import Path

if (found := os.environ.get("HA_AWS_BENCH_MODULES")) and any("--dry_run" in a for a in sys.orig_argv):

    def leave(path: str = found) -> None:
        loaded = {name.split(".")[1] for name in sys.modules if name.startswith("pulumi_aws.") and name.count(".") > 1}
        Path(path).write_text("\n".join(sorted(loaded)))

    atexit.register(leave)
