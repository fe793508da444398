"""gRPC without its asynchronous half, for processes that are all threads: importing that half is half of their start.

The engine starts its plugins one after another and waits for each.
"""

import sys
import types
from typing import Any

_ASYNCHRONOUS = ("asyncio", "grpc.aio")


class _Absent(types.ModuleType):
    """A module whose every name is a class that nobody uses."""

    def __getattr__(self, name: str) -> Any:
        return type(name, (Exception,), {})


def import_grpc() -> None:
    """Import ``grpc``; nothing is done where its other half is there already. Whoever wants `asyncio` later gets it."""
    absent = [name for name in _ASYNCHRONOUS if name not in sys.modules]
    if "grpc" in sys.modules or len(absent) < len(_ASYNCHRONOUS):
        return
    sys.modules.update({name: _Absent(name) for name in absent})
    try:
        import grpc  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        for name in absent:
            del sys.modules[name]
