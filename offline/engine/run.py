"""Helpers of set-up: run commands, turn failures into messages, lock the cache, write files atomically."""

import fcntl
import os
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from offline.engine.say import SetupError, say

NO_NETWORK = (
    "no such host", "dns error", "connection refused", "network is unreachable", "temporary failure in name resolution",
    "failed to establish a new connection", "i/o timeout", "could not connect", "proxyconnect", "connection reset",
    "error sending request", "client error (connect)", "tls handshake", "timed out", "connection error",
    "failed to fetch", "no matching distribution found", "dial tcp",
)  # fmt: skip


def command(
    args: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float | None = None
) -> str:
    """Standard output of a command. Raises CommandError with its output."""
    try:
        done = subprocess.run(args, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, check=False)
    except OSError as error:
        raise CommandError(args, f"{error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise CommandError(args, f"timed out after {timeout:.0f} s") from None
    if done.returncode:
        raise CommandError(args, done.stderr or done.stdout)
    return done.stdout


class CommandError(Exception):
    """A command that failed: the command and its output."""

    def __init__(self, args: Sequence[str], output: str) -> None:
        super().__init__(output)
        self.command = " ".join(Path(a).name if a.startswith("/") else a for a in args[:3])
        self.output = output.strip()

    @property
    def last_line(self) -> str:
        """The line that most likely gives the reason."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        telling = [line for line in lines if "error" in line.lower() or self._offline(line)]
        return (telling or lines or ["no output"])[-1][:300]

    @property
    def no_network(self) -> bool:
        """Whether it failed because the network cannot be reached."""
        return self._offline(self.output)

    @staticmethod
    def _offline(text: str) -> bool:
        return any(sign in text.lower() for sign in NO_NETWORK)

    def sentence(self, what: str, cure: str) -> SetupError:
        """The failure as one message with what to do. cure: the end of the sentence."""
        if self.no_network:
            reason = f"the package registry cannot be reached ({self.last_line}); check the network"
        else:
            reason = f"`{self.command}` failed ({self.last_line}); fix that"
        return SetupError(f"{what}: {reason}, {cure}")


@contextmanager
def exclusive(cache: Path) -> Generator[None]:
    """Lock the cache: a second set-up waits for the first. The system releases the lock of a killed process."""
    with (cache / "setup.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another set-up is using this cache; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file atomically, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text)
    part.chmod(mode)
    part.replace(path)
