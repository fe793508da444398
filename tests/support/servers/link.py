"""A TCP connection to a server that can be cut: closed, as when a process ends, or silent, as when a zone is lost."""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Coroutine
from typing import Any, Literal

State = Literal["open", "refusing", "silent"]
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""What a PostgreSQL client begins with (PostgreSQL documentation, "SSL Session Encryption")."""


class Link:
    """Listens on a port of its own and forwards to ``target`` (a port, or the path of a Unix socket). tls: adds TLS,
    ``postgresql`` in the way of that protocol: the server behind it has none. address: to listen on; by default a free
    port of 127.0.0.1.

    One thread has all sockets: what two threads close may be somebody else's file by then.
    """

    def __init__(
        self,
        target: int | str,
        tls: ssl.SSLContext | None = None,
        protocol: Literal["", "postgresql"] = "",
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self._target, self._tls, self._protocol = target, tls, protocol
        self._state: State = "open"
        self._writers = set[asyncio.StreamWriter]()
        self._tasks = set[asyncio.Task[Any]]()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.port: int = self._do(self._listen(address))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def cut(self, state: State) -> None:
        """``refusing``: open connections are reset, and new ones closed. ``silent``: nothing is forwarded any more."""
        self._do(self._cut(state))

    def mend(self) -> None:
        """Forward new connections again; those of before are closed."""
        self.cut("refusing")
        self.cut("open")

    def close(self) -> None:
        """End everything."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _listen(self, address: tuple[str, int]) -> int:
        tls = None if self._protocol else self._tls
        self._server = await asyncio.start_server(self._serve, *address, ssl=tls, backlog=128)
        return int(self._server.sockets[0].getsockname()[1])

    async def _cut(self, state: State) -> None:
        self._state = state
        if state == "refusing":
            for task in self._tasks:
                task.cancel()
            for writer in self._writers:
                writer.transport.abort()
            self._writers.clear()
            self._tasks.clear()

    async def _end(self) -> None:
        self._server.close()
        await self._cut("refusing")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state == "refusing":
            writer.transport.abort()
            return
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._waited()
            if self._protocol == "postgresql" and self._tls is not None:
                if await reader.readexactly(8) != SSL_REQUEST:
                    raise OSError("no TLS")
                writer.write(b"S")
                await writer.start_tls(self._tls)
            if isinstance(self._target, int):
                back, to = await asyncio.open_connection("127.0.0.1", self._target)
            else:
                back, to = await asyncio.open_unix_connection(self._target)
            self._writers.add(to)
            await asyncio.gather(self._pump(reader, to), self._pump(back, writer))
        writer.transport.abort()
        self._writers.discard(writer)
        self._tasks.discard(task)

    async def _waited(self) -> None:
        """Returns unless nothing is forwarded: then never."""
        if self._state == "silent":
            await asyncio.Event().wait()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._waited()
                sink.write(data)
                await sink.drain()
        finally:
            sink.close()
            self._writers.discard(sink)


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
