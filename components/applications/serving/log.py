"""Log entries: one JSON object per line on standard error, where ECS and EKS collect them."""

import json
import os
import sys
from typing import Any


def log(level: str, message: str, **fields: Any) -> None:
    """Write an entry. level: ``info``, ``warning`` or ``error``."""
    entry = {"level": level, "service": os.environ.get("SERVICE", "service"), "message": message, **fields}
    print(json.dumps(entry, default=str), file=sys.stderr, flush=True)
