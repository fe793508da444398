"""The language host: a program's errors, output, configuration and environment reach their place."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from offline.engine.environment import STAMP
from offline.engine.places import TREE
from offline.language.programs import NoInterpreterError, installation, interpreter, plugins, semantic
from tests.engine.workspace import Workspace


def program(workspace: Workspace, text: str) -> None:
    (workspace.folder / "__main__.py").write_text(text)


def test_exception_is_shown_once_with_the_users_line(workspace: Workspace) -> None:
    program(workspace, "def sizes():\n    raise KeyError('no such size')\nsizes()\n")
    said = workspace.preview().failed().text
    assert said.count("KeyError: 'no such size'") == 1
    assert '__main__.py", line 2, in sizes' in said
    assert "exit code" not in said, "what was shown is not reported a second time"


def test_exit_code_of_a_program_that_says_nothing_is_reported(workspace: Workspace) -> None:
    program(workspace, "import os\nos._exit(3)\n")
    assert "the program ended with exit code 3" in workspace.preview().failed().text


def test_killed_program_is_reported_as_killed(workspace: Workspace) -> None:
    program(workspace, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    assert "the program was ended by signal 9" in workspace.preview().failed().text


def test_children_end_when_the_host_is_killed() -> None:
    """Also one that asks the engine for nothing, and so does not notice that the host is gone."""
    start = "Children().start(['sleep', '600'], cwd='.', env=os.environ, piped=False)"
    script = f"import os; from offline.language.programs import Children; print({start}.pid, flush=True); input()"
    host = subprocess.Popen([sys.executable, "-c", script], cwd=TREE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert host.stdout
    assert host.stdout.readline()
    host.kill()
    host.communicate(timeout=60)  # until nobody holds its standard output, which the child has as well


def test_children_leave_no_watcher() -> None:
    """Neither when they end nor when they are ended."""
    script = """
import os, subprocess
from offline.language.programs import Children
children = Children()
children.wait(children.start(["true"], cwd=".", env=os.environ, piped=False))
children.start(["sleep", "600"], cwd=".", env=os.environ, piped=False)
children.stop()
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none left")
"""
    said = subprocess.run([sys.executable, "-c", script], cwd=TREE, capture_output=True, text=True, check=True)
    assert said.stdout == "none left\n"


def test_configuration_secrets_and_printed_lines_arrive(workspace: Workspace) -> None:
    program(
        workspace,
        "import os, sys, pulumi\n"
        "c = pulumi.Config()\n"
        "print('said', c.require_int('number'), pulumi.get_stack(), pulumi.get_project(), pulumi.get_organization())\n"
        "print('env', os.path.dirname(sys.executable) == os.environ['VIRTUAL_ENV'] + '/bin')\n"
        "pulumi.export('token', c.require_secret('token'))\n",
    )
    workspace.config("number", "7")
    workspace.pulumi("config", "set", "--secret", "token", "canary-value", "--non-interactive").ok()
    said = workspace.up().ok().text
    assert "said 7 test engine-test organization" in said
    assert "env True" in said
    assert "[secret]" in said
    state = json.dumps(workspace.deployment())
    assert "canary-value" not in said + state + (workspace.folder / "Pulumi.test.yaml").read_text()


def test_missing_virtual_environment_is_named(workspace: Workspace) -> None:
    project = json.loads((workspace.folder / "Pulumi.yaml").read_text())
    project["runtime"]["options"]["virtualenv"] = "nowhere"
    (workspace.folder / "Pulumi.yaml").write_text(json.dumps(project))
    said = workspace.preview().failed().text
    assert "virtualenv: nowhere" in said
    assert "make setup" in said


def test_dependencies_and_interpreter_are_told(workspace: Workspace) -> None:
    about = json.loads(workspace.pulumi("about", "--json").ok().text)
    assert about["runtime"]["language"] == "python"
    assert "pulumi_aws" in {d["name"].replace("-", "_") for d in about["dependencies"]}


def test_interpreter_is_the_one_the_options_name(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert interpreter(str(tmp_path), {"virtualenv": ".venv"}) == python
    assert interpreter(str(tmp_path), {"toolchain": "uv"}) == python
    with pytest.raises(NoInterpreterError, match="toolchain: poetry"):
        interpreter(str(tmp_path), {"toolchain": "poetry"})


def test_without_the_option_it_is_the_virtual_environment_that_is_activated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert interpreter(str(tmp_path), {}) == Path(sys.executable)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    assert interpreter(str(tmp_path), {}) == tmp_path / "bin" / "python"


def test_pulumi_install_makes_the_environment_and_installs_the_requirements(tmp_path: Path) -> None:
    options, python = {"virtualenv": ".venv"}, tmp_path / ".venv" / "bin" / "python"
    (tmp_path / ".venv").symlink_to(tmp_path / "nowhere")
    make = [[sys.executable, "-m", "venv", str(tmp_path / ".venv")]]
    assert installation(str(tmp_path), options) == make
    assert not (tmp_path / ".venv").is_symlink()
    (tmp_path / "requirements.txt").touch()
    pip = [[str(python), "-m", "pip", "install", "--disable-pip-version-check", "-r", "requirements.txt"]]
    assert installation(str(tmp_path), options) == make + pip
    python.parent.mkdir(parents=True)
    python.touch()
    assert installation(str(tmp_path), options) == pip
    assert installation(str(tmp_path), {}) == [], "the activated environment is the user's"
    (tmp_path / ".venv" / STAMP).touch()
    assert installation(str(tmp_path), options) == [], "make setup has made it"


def test_required_plugins_are_those_that_packages_declare(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    for package, declared in {
        "pulumi_one": {"resource": True, "name": "one", "version": "1.2.3", "server": "https://s.invalid"},
        "pulumi_two": {"resource": True},
        "pulumi_none": {"resource": False, "name": "none"},
    }.items():
        (site / package).mkdir(parents=True)
        (site / package / "pulumi-plugin.json").write_text(json.dumps(declared))
    (site / "pulumi_two-0.4.0.dist-info").mkdir()
    (site / "pulumi_torn").mkdir()
    (site / "pulumi_torn" / "pulumi-plugin.json").write_text("{")
    found = plugins(tmp_path / "bin" / "python")
    assert [(p.name, p.version, p.server) for p in found] == [
        ("one", "1.2.3", "https://s.invalid"),
        ("two", "0.4.0", ""),
    ]
    assert [p.package for p in found] == [site / "pulumi_one", site / "pulumi_two"]


@pytest.mark.parametrize(
    ("python", "engine"),
    [
        ("7.51.1", "7.51.1"),
        ("v7.51.1", "7.51.1"),
        ("2.25.0a1696283760", "2.25.0-alpha.1696283760"),
        ("1.0.0rc2", "1.0.0-rc.2"),
        ("1.0.0b3.dev4", "1.0.0-beta.3.dev.4"),
        ("4.0", "4.0.0"),
        ("1.2.3-alpha.4", "1.2.3-alpha.4"),
        ("1!2.3", ""),
    ],
)
def test_versions_of_packages_are_versions_to_the_engine(python: str, engine: str) -> None:
    assert semantic(python) == engine
