"""What keeps the Pulumi SDK quick with hundreds of resources. Nothing here changes what is registered."""

import asyncio
import functools
import inspect
import os
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.runtime import resource, settings, sync_await
from pulumi.runtime.proto import source_pb2

DEBUG = "HA_AWS_DEBUG"
"""Environment variable: set, the SDK's own debug messages are sent to the engine (`pulumi up --debug` shows them)."""


def quicken() -> None:
    """Before the first resource: read positions in the program cheaply, and send no debug messages.

    A message is a call to the engine while the program stands still, and the SDK sends several for each resource.
    """
    _quickened.append(True)
    resource._get_stack_trace = stack_trace  # pyright: ignore[reportPrivateUsage]
    if not os.environ.get(DEBUG):
        pulumi.log.debug = _say_nothing


def _say_nothing(*_args: object, **_kwargs: object) -> None:
    pass


def send(after: "pulumi.Output[Any] | None" = None) -> None:
    """Let what has been asked for so far go out to the engine, which works on it while the program builds on.

    Otherwise every registration waits until the whole architecture has been built, and the engine's plugins, which take
    seconds to start, with it. Only in a preview: an update begins with nothing before the program is known to be sound.
    after: what has to be known first. Nothing happens before `quicken`, as in tests.
    """
    if _quickened and pulumi.runtime.is_dry_run():
        sync_await._sync_await(_turns(after))  # pyright: ignore[reportPrivateUsage]


_quickened: list[bool] = []
TURNS = 12
"""Of the event loop: enough for a registration that waits for nothing to reach the engine."""
PATIENCE = 2.0
"""Seconds at most for what has to be known first: building on without it is slower, not wrong."""


async def _turns(after: "pulumi.Output[Any] | None") -> None:
    if after is not None:
        known = asyncio.ensure_future(after.future())
        await asyncio.wait([known], timeout=PATIENCE)
        known.add_done_callback(_failed)  # which takes note of a failure; the SDK tells of it
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def settle() -> None:
    """Wait for everything the program has begun, all at once; for `pulumi.run`.

    The SDK waits for one output after another, each time anew for all that are left: with thousands of them that grows
    with their square. What fails is left to the SDK, which tells of it.
    """
    kept = cast(Any, settings.SETTINGS)  # behind a context variable, which hides its type
    while True:
        with kept.lock:
            outputs: list[asyncio.Future[Any]] = list(kept.outputs)
        waiting = [output for output in outputs if not output.done()]
        if not waiting or any(map(_failed, outputs)):
            return
        await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)


def _failed(output: "asyncio.Future[Any]") -> bool:
    return output.done() and (output.cancelled() or output.exception() is not None)


CONSTRUCTORS = 3
"""Between the SDK and who asks for a resource: those of `Resource`, of `CustomResource`, of the resource's class."""


def stack_trace() -> source_pb2.StackTrace:
    """What the SDK's own tells of where a resource is asked for, without its search for the text of every line."""
    frame, constructors = inspect.currentframe(), 0
    while frame is not None and constructors < CONSTRUCTORS:
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    frames: list[source_pb2.StackFrame] = []
    while frame is not None:
        uri = _uri(frame.f_code.co_filename)
        position = source_pb2.SourcePosition(uri=uri, line=frame.f_lineno) if uri else None
        frames.append(source_pb2.StackFrame(pc=position))
        frame = frame.f_back
    return source_pb2.StackTrace(frames=frames)


@functools.cache
def _uri(filename: str) -> str:
    path = Path(filename)
    return path.as_uri() if path.is_absolute() else ""
