"""Processes and files of set-up: commands whose failure is a sentence, one set-up at a time, all-or-nothing files."""

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
    """Standard output of a command. Raises CommandError with the last lines it said."""
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
    """A command that ended badly: what ran, and what it said."""

    def __init__(self, args: Sequence[str], output: str) -> None:
        super().__init__(output)
        self.command = " ".join(Path(a).name if a.startswith("/") else a for a in args[:3])
        self.output = output.strip()

    @property
    def last_line(self) -> str:
        """The line that most likely says why."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        telling = [line for line in lines if "error" in line.lower() or self._offline(line)]
        return (telling or lines or ["it said nothing"])[-1][:300]

    @property
    def no_network(self) -> bool:
        """Whether the reason is that a download could not be reached."""
        return self._offline(self.output)

    @staticmethod
    def _offline(text: str) -> bool:
        return any(sign in text.lower() for sign in NO_NETWORK)

    def sentence(self, what: str, cure: str) -> SetupError:
        """The failure as one sentence with its cure."""
        if self.no_network:
            reason = f"the package registry cannot be reached ({self.last_line}); connect to it"
        else:
            reason = f"`{self.command}` failed ({self.last_line}); mend that"
        return SetupError(f"{what}: {reason}, {cure}")


@contextmanager
def exclusive(cache: Path) -> Generator[None]:
    """One set-up at a time per cache; a second one waits for the first and says so. The system frees a dead lock."""
    with (cache / "setup.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another set-up is at work on this cache; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that a reader, or the next run after a crash, sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text)
    part.chmod(mode)
    part.replace(path)
