"""The engine's gRPC protocol: the classes that the Pulumi SDK generates from it, loaded without the rest of the SDK.

The SDK keeps them in `pulumi.runtime.proto`. Importing that runs the whole SDK, which takes more than half of the time
a plugin or language host needs to start, and the engine waits for each. This package reads the same files: they are
generated, import each other relatively and are the wire format, which an engine keeps for years. Nothing of the SDK is
imported, changed or replaced, so both can be loaded in one process. Only `offline/` uses it: the program and the policy
pack keep to the SDK's public interfaces (tests/test_sdk.py).
"""

import importlib
import importlib.util
from typing import Any

_sdk = importlib.util.find_spec("pulumi")
if _sdk is None or not _sdk.submodule_search_locations:
    raise ImportError("the pulumi package is not installed beside this Python: run `make setup` first")
__path__ = [f"{folder}/runtime/proto" for folder in _sdk.submodule_search_locations]


def load(name: str) -> Any:
    """The generated module of a name such as ``provider_pb2``. Raises ModuleNotFoundError when there is none."""
    return importlib.import_module(f"{__name__}.{name}")
