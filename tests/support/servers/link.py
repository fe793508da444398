"""A TCP connection to a server that can be cut: closed, as when a process ends, or silent, as when a zone is lost."""

import contextlib
import socket
import ssl
import struct
import threading
from typing import Literal

State = Literal["open", "refusing", "silent"]
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""What a PostgreSQL client begins with (PostgreSQL documentation, "SSL Session Encryption")."""


class Link:
    """Listens on a port of its own and forwards to ``target`` (a port, or the path of a Unix socket). tls: adds TLS,
    ``postgresql`` in the way of that protocol: the server behind it has none. address: to listen on; by default a free
    port of 127.0.0.1.
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
        self._lock, self._sockets = threading.Lock(), list[socket.socket]()
        self._listener = socket.create_server(address, backlog=128)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, state: State) -> None:
        """``refusing``: open connections are reset, and new ones closed. ``silent``: nothing is forwarded any more."""
        with self._lock:
            self._state = state
            broken, self._sockets = (self._sockets, []) if state == "refusing" else ([], self._sockets)
        for one in broken:
            _close(one)

    def mend(self) -> None:
        """Forward new connections again; those of before are closed."""
        self.cut("refusing")
        self.cut("open")

    def close(self) -> None:
        """End everything."""
        _close(self._listener)
        self.cut("refusing")

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                state = self._state
                if state != "refusing":
                    self._sockets.append(client)
            if state == "refusing":
                _close(client)
            elif state == "open":
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            secured = self._secured(client)
            kind = socket.AF_INET if isinstance(self._target, int) else socket.AF_UNIX
            server = socket.socket(kind, socket.SOCK_STREAM)
            server.connect(("127.0.0.1", self._target) if isinstance(self._target, int) else self._target)
        except OSError:
            _close(client)
            return
        with self._lock:
            self._sockets += [secured, server]
        threading.Thread(target=self._pump, args=(server, secured), daemon=True).start()
        self._pump(secured, server)

    def _secured(self, client: socket.socket) -> socket.socket:
        if self._tls is None:
            return client
        if self._protocol == "postgresql":
            if client.recv(8) != SSL_REQUEST:
                raise OSError("no TLS")
            client.sendall(b"S")
        return self._tls.wrap_socket(client, server_side=True)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(65536):
                if self._state == "silent":
                    return  # both stay open, and nothing comes
                sink.sendall(data)
        if self._state != "silent":
            _close(source)
            _close(sink)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
