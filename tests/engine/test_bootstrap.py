"""Set-up on machines where something is missing, old, closed or cut short: one sentence, and nothing half-made."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from offline.engine import build, engines, environment
from offline.engine.places import TREE, Places, places
from offline.engine.say import SetupError
from offline.engine.setup import Ready

LONG_SECONDS = 300
FAKE_GO = """#!/bin/sh
# A Go that needs no network: `build` makes a pulumi that answers its version.
case "$1" in
  env) echo '{"GOVERSION": "go1.99.0"}' ;;
  list) case "$2" in
      -deps) eval "$FAKE_LIST" ;;
      -m) echo "$FAKE_SDK" ;;
    esac ;;
  build)
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"; chmod +x "$2"
    touch "$FAKE_STARTED"
    eval "$FAKE_THEN" ;;
esac
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def pulumi(folder: Path, version: str, *, host: bool = True) -> Path:
    """A stand-in for an installed Pulumi."""
    if host:
        script(folder / "pulumi-language-python", "#!/bin/sh\n")
    return script(folder / "pulumi", f"#!/bin/sh\necho v{version}\n")


@pytest.fixture
def machine(ready: Ready, tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with its own empty cache, without Pulumi and Go; `ready` has made the .venv."""
    fake = tmp_path / "fake"
    sdk = tmp_path / "sdk"
    script(sdk / "python" / "cmd" / build.HOST_EXEC, "#!/usr/bin/env python\n")
    (sdk / "LICENSE").write_text("Apache-2.0")
    script(fake / "go", FAKE_GO)
    return {
        "PATH": f"{fake}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(tmp_path / "user"),
        "HA_AWS_CACHE": str(tmp_path / "cache"),
        "HA_AWS_ENGINE": "build",
        "FAKE_SDK": str(sdk),
        "FAKE_STARTED": str(tmp_path / "started"),
        "FAKE_LIST": "echo one; echo two",
        "FAKE_THEN": "true",
    }


def base_python() -> str:
    """The interpreter a user would start set-up with: not the virtual environment's."""
    return str(Path(sys.base_prefix) / "bin" / "python3")


def run(env: Mapping[str, str], *args: str, tree: Path = TREE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [base_python(), "-m", "offline.engine", *(args or ("setup",))],
        cwd=tree, env=dict(env), capture_output=True, text=True, timeout=LONG_SECONDS, check=False,
    )  # fmt: skip


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what went wrong."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: "), done.stderr
    return last


def engines_in(cache: str) -> list[str]:
    return sorted(p.name for p in (Path(cache) / "engine").glob("*"))


def test_engine_is_built_once_and_found_again(machine: dict[str, str]) -> None:
    first = run(machine)
    assert first.returncode == 0, first.stderr
    assert "building the Pulumi engine" in first.stderr
    assert len(engines_in(machine["HA_AWS_CACHE"])) == 1
    again = run(machine)
    assert (again.returncode, again.stderr) == (0, ""), "the second time does and says nothing"


def test_killed_build_leaves_nothing_and_the_next_starts_clean(machine: dict[str, str]) -> None:
    slow = {**machine, "FAKE_THEN": "exec sleep 60"}
    command = [base_python(), "-m", "offline.engine", "setup"]
    killed = subprocess.Popen(command, cwd=TREE, env=slow, stderr=subprocess.DEVNULL, start_new_session=True)
    started, until = Path(machine["FAKE_STARTED"]), time.monotonic() + LONG_SECONDS
    while not started.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert [name for name in engines_in(machine["HA_AWS_CACHE"]) if not name.startswith(".partial-")] == []
    done = run(machine)
    assert done.returncode == 0, done.stderr
    found = engines_in(machine["HA_AWS_CACHE"])
    assert [name.startswith("3.") for name in found] == [True], found


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_build_says_so_and_removes_its_part(machine: dict[str, str], sign: signal.Signals) -> None:
    slow = {**machine, "FAKE_THEN": "exec sleep 60"}
    command = [base_python(), "-m", "offline.engine", "setup"]
    running = subprocess.Popen(command, cwd=TREE, env=slow, stderr=subprocess.PIPE, text=True)
    started, until = Path(machine["FAKE_STARTED"]), time.monotonic() + LONG_SECONDS
    while not started.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    running.send_signal(sign)
    _, said = running.communicate(timeout=LONG_SECONDS)
    assert running.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert engines_in(machine["HA_AWS_CACHE"]) == []


def test_failed_build_names_what_failed_and_what_to_install(machine: dict[str, str]) -> None:
    told = sentence(run({**machine, "FAKE_THEN": "echo 'error: disk full' >&2; exit 2"}))
    assert "the engine cannot be built: `go build -v` failed (error: disk full)" in told
    assert "or install Pulumi 3.249.0 or newer" in told
    assert engines_in(machine["HA_AWS_CACHE"]) == []


def test_unreachable_registry_is_named_as_the_reason(machine: dict[str, str]) -> None:
    told = sentence(run({**machine, "FAKE_LIST": "echo 'dial tcp: lookup proxy.invalid: no such host' >&2; exit 1"}))
    assert "the package registry cannot be reached" in told
    assert "install Pulumi 3.249.0 or newer" in told
    assert engines_in(machine["HA_AWS_CACHE"]) == []


def test_offline_setting_forbids_downloads(machine: dict[str, str]) -> None:
    assert "HA_AWS_OFFLINE is set, and there is no engine in" in sentence(run({**machine, "HA_AWS_OFFLINE": "1"}))


@pytest.mark.parametrize("place", ["/dev/null/cache", "/proc/cache"])
def test_unwritable_cache_is_named_with_its_cure(machine: dict[str, str], place: str) -> None:
    told = sentence(run({**machine, "HA_AWS_CACHE": place}))
    assert f"HA_AWS_CACHE={place}: the cache cannot be written" in told
    assert "set HA_AWS_CACHE to a writable folder" in told


def test_old_pulumi_that_was_asked_for_is_refused(machine: dict[str, str], tmp_path: Path) -> None:
    old = pulumi(tmp_path / "old", "3.100.0")
    told = sentence(run({**machine, "HA_AWS_ENGINE": str(old)}))
    assert "Pulumi 3.100.0 is too old; 3.249.0 or newer is needed" in told
    on_path = {**machine, "HA_AWS_ENGINE": "path", "PATH": f"{old.parent}:{machine['PATH']}"}
    assert "install Pulumi 3.249.0 or newer" in sentence(run(on_path))


@pytest.mark.parametrize(
    ("version", "host", "used"),
    [("3.249.0", True, True), ("3.300.1", True, True), ("3.248.9", True, False), ("3.260.0", False, False)],
)
def test_pulumi_on_path_is_used_when_it_is_fit(
    machine: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, host: bool, used: bool
) -> None:
    there = pulumi(tmp_path / "there", version, host=host)
    for name, value in machine.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{there.parent}:/usr/bin:/bin")
    reason = engines.unfit(there)
    assert (reason == "") is used, reason
    monkeypatch.setenv("HA_AWS_ENGINE", "path")
    if used:
        assert engines.choose(places()) == engines.Engine(pulumi=there, version=version, host_exec=None)
    else:
        with pytest.raises(SetupError, match=r"3\.249\.0 or newer"):
            engines.choose(places())


def test_release_on_path_runs_a_stack_with_its_own_language_host(ready: Ready, tmp_path: Path) -> None:
    """The engine finds its host beside itself: ours, put where the release has its own, stands for it."""
    release, cache, project = tmp_path / "release", tmp_path / "cache", tmp_path / "project"
    for folder in (release, project):
        folder.mkdir()
    try:
        os.link(ready.engine.pulumi, release / "pulumi")
    except OSError:  # another file system
        shutil.copy(ready.engine.pulumi, release / "pulumi")
    hosts = list((ready.at.home / "plugins").glob("language-python-*/pulumi-language-python"))
    if not hosts:
        pytest.skip("the engine in use is a release already")
    shutil.copy(hosts[0], release / "pulumi-language-python")
    runtime = f"runtime: {{name: python, options: {{virtualenv: {ready.at.venv}}}}}"
    (project / "Pulumi.yaml").write_text(f"name: released\n{runtime}\n")
    (project / "__main__.py").write_text("import pulumi_aws as aws\naws.sqs.Queue('q', region='eu-west-1')\n")
    text = f"""
    set -e; export PATH={release}:/usr/bin:/bin HA_AWS_ENGINE=path HA_AWS_CACHE={cache} PYTHON={base_python()}
    source {TREE}/offline/activate
    command -v pulumi; ls $PULUMI_HOME/plugins
    export PULUMI_BACKEND_URL=file://{tmp_path}; cd {project}; pulumi stack init try; pulumi preview
    """
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, timeout=LONG_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{release}/pulumi\n")
    assert "language-python" not in done.stdout
    assert "2 to create" in done.stdout
    assert "warning" not in done.stdout + done.stderr


def test_old_go_is_not_used(machine: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", machine["PATH"])
    assert build.find_go() == str(tmp_path / "fake" / "go")
    script(tmp_path / "fake" / "go", FAKE_GO.replace("go1.99.0", "go1.20.3"))
    assert build.find_go() is None


def test_users_go_settings_cannot_change_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "GOFLAGS": "-mod=vendor",
        "GOOS": "plan9",
        "GOPROXY": "https://a.invalid",
        "GOWORK": "/w",
    }.items():
        monkeypatch.setenv(name, value)
    env = build.go_environ(tmp_path)
    assert env["GOPROXY"] == "https://a.invalid", "where modules come from stays the user's choice"
    assert (env["GOOS"], env["GOWORK"], env["GOTOOLCHAIN"]) == ("", "off", "local")
    assert "vendor" not in env["GOFLAGS"]
    assert env["GOMODCACHE"].startswith(str(tmp_path)), "a Go of ours leaves nothing in the user's caches"


def test_old_python_is_told_so() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 10, 4); runpy.run_module('offline.engine', run_name='__main__')"
    )
    done = subprocess.run([base_python(), "-c", pretend], cwd=TREE, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.10.4" in done.stderr
    assert "install 3.11 or newer" in done.stderr
    for file in ("offline/__init__.py", "offline/engine/__init__.py", "offline/engine/__main__.py"):
        ast.parse(
            (TREE / file).read_text(), feature_version=(3, 4)
        )  # an old Python must be able to read as far as that


@pytest.fixture
def bare(machine: dict[str, str], tmp_path: Path) -> Path:
    """A tree without a virtual environment: the files set-up reads."""
    tree = tmp_path / "tree"
    for part in ("offline/__init__.py", "offline/engine", "requirements"):
        source, target = TREE / part, tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns("__pycache__")
        ) if source.is_dir() else shutil.copy(source, target)
    return tree


def test_no_network_for_packages_is_one_sentence_and_the_next_run_starts_clean(
    machine: dict[str, str], bare: Path
) -> None:
    closed = {**machine, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    told = sentence(run(closed, tree=bare))
    assert ".venv cannot be created: the package registry cannot be reached" in told
    at = Places(tree=bare, cache=Path(machine["HA_AWS_CACHE"]))
    assert not environment.ready(at)
    assert environment.wanted(bare) != {}, "the next run makes it anew, for it has no stamp"
    assert not (bare / ".venv" / environment.STAMP).exists()


def test_environment_of_other_locks_or_another_python_is_not_ready(bare: Path, tmp_path: Path) -> None:
    at = Places(tree=bare, cache=tmp_path)
    script(at.python, "#!/bin/sh\n")
    environment.mark(at)
    assert environment.ready(at)
    with (bare / "requirements" / "dev.txt").open("a") as lock:
        lock.write("# changed\n")
    assert not environment.ready(at)
    environment.mark(at)
    at.python.unlink()
    assert not environment.ready(at), "a Python that was uninstalled"


def test_the_pack_of_the_tree_runs_in_its_environment(bare: Path, tmp_path: Path) -> None:
    at = Places(tree=bare, cache=tmp_path)
    script(at.python, "#!/bin/sh\n")
    environment.mark(at)
    assert (bare / "policy" / ".venv" / "bin" / "python").samefile(at.python)
    at.pack_venv.unlink()
    assert not environment.ready(at), "as after a clone: git has no link"


def test_an_environment_that_pulumi_install_made_for_the_pack_is_kept(bare: Path, tmp_path: Path) -> None:
    at = Places(tree=bare, cache=tmp_path)
    script(at.python, "#!/bin/sh\n")
    own = script(at.pack_venv / "bin" / "python", "#!/bin/sh\n")
    environment.mark(at)
    assert own.exists()
    assert environment.ready(at)


def test_python_without_ensurepip_names_the_package(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SetupError, match="python3-venv"):
        environment.install(Places(tree=bare, cache=tmp_path))


def test_two_set_ups_at_once_do_not_disturb_each_other(machine: dict[str, str]) -> None:
    slow = {**machine, "FAKE_THEN": "sleep 1"}
    command = [base_python(), "-m", "offline.engine", "setup"]
    both = [subprocess.Popen(command, cwd=TREE, env=slow, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=LONG_SECONDS)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("building the Pulumi engine" in text for text in said) == 1, said
    assert sum("another set-up is using this cache" in text for text in said) == 1, said


def test_used_packages_have_bytecode(ready: Ready) -> None:
    """Without it every start takes three times as long; uv does not make it by itself."""
    site = next((ready.at.venv / "lib").glob("python*/site-packages"))
    for package in ("pulumi", "pulumi_aws", "pulumi_policy", "grpc"):
        sources = [p for p in (site / package).rglob("*.py") if p.parent.name != "__pycache__"]
        compiled = {p.name.split(".")[0] for p in (site / package).rglob("__pycache__/*.pyc")}
        missing = [p for p in sources if p.stem not in compiled]
        assert sources
        assert not missing, f"{len(missing)} of {len(sources)} of {package}"
