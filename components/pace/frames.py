"""Where in the program a resource is asked for."""

import functools
import inspect
from pathlib import Path
from types import CodeType

from pulumi.runtime.proto import source_pb2

CONSTRUCTORS = 3
"""Between the SDK and who asks for a resource: those of `Resource`, of `CustomResource`, of the resource's class."""


def stack_trace() -> source_pb2.StackTrace:
    """What the SDK's own tells, without its search for the text of every line.

    Most frames are those of the resource before: each is encoded once, and a message is its parts one after another.
    """
    frame, constructors = inspect.currentframe(), 0
    while frame is not None and constructors < CONSTRUCTORS:
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    parts: list[bytes] = []
    while frame is not None:
        where = frame.f_code, frame.f_lasti
        part = _encoded.get(where)
        if part is None:  # the line is only looked up here, in a table that is walked from its start
            part = _encoded[where] = _encode(frame.f_code.co_filename, frame.f_lineno)
        parts.append(part)
        frame = frame.f_back
    return source_pb2.StackTrace.FromString(b"".join(parts))


_encoded: dict[tuple[CodeType, int], bytes] = {}


def _encode(filename: str, line: int) -> bytes:
    uri = _uri(filename)
    position = source_pb2.SourcePosition(uri=uri, line=line) if uri else None
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)]).SerializeToString()


@functools.cache
def _uri(filename: str) -> str:
    path = Path(filename)
    return path.as_uri() if path.is_absolute() else ""
