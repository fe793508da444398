"""When the program waits for the engine: in previews on the way, at the end for everything at once."""

import asyncio
from typing import Any, cast

import pulumi
from pulumi.runtime import settings, sync_await

quickened: list[bool] = []
TURNS = 12
"""Of the event loop: enough for a registration that waits for nothing to reach the engine."""
PATIENCE = 2.0
"""Seconds at most for what has to be known first: building on without it is slower, not wrong."""


def send(after: "pulumi.Output[Any] | None" = None) -> None:
    """Let what has been asked for so far go out to the engine, which works on it while the program builds on.

    Otherwise every registration waits until the whole architecture has been built, and the engine's plugins, which take
    seconds to start, with it. Only in a preview: an update begins with nothing before the program is known to be sound.
    after: what has to be known first. Nothing happens before `quicken`, as in tests.
    """
    if quickened and pulumi.runtime.is_dry_run():
        sync_await._sync_await(_turns(after))  # pyright: ignore[reportPrivateUsage]


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
