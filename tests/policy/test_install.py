"""The pack as a Python package: what the wheel holds, and an afternoon with it in an empty folder (docs/adopt.md).

The stack is Pulumi's template container-aws-python (pulumi/templates 65db26b), previewed with `--json --show-sames`; a
change adds an RDS instance to it, another runs four tasks.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass, field
from email.parser import Parser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ha_policy import __version__

from offline.engine.setup import Ready
from tests.engine.conftest import ready as _ready
from tests.support.installed import POLICY, environment, install, needed, wheel
from tests.support.some import some

ready = _ready
HERE = Path(__file__).parent
INPUTS = HERE / "inputs"
PAGE = (POLICY.parent / "docs" / "adopt.md").read_text(encoding="utf-8")
REQUIRED = tomllib.loads((POLICY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
FILES = sorted(
    str(f.relative_to(POLICY))
    for part in POLICY.iterdir()
    if part.name != ".venv"
    for f in (part.rglob("*") if part.is_dir() else [part])
    if f.is_symlink() or (f.is_file() and f.suffix != ".pyc")
)
"""Of the folder; its environment is made where it is used."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment in which the wheel is installed, and nothing that it does not require."""
    made = environment(tmp_path_factory.mktemp("user") / "env", needed(REQUIRED))
    install(made, package)
    return made


def _clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}


@dataclass
class Folder:
    """An empty folder outside of this tree, and the command in it."""

    path: Path
    python: Path
    said: str = field(default="", init=False)

    def resilience(self, *arguments: str) -> int:
        """Run the installed command; its exit status."""
        done = subprocess.run(
            [str(self.python.with_name("resilience")), *arguments],
            cwd=self.path, env=_clean(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.said = done.stdout + done.stderr
        return done.returncode

    def write(self, name: str, content: Any) -> None:
        (self.path / name).write_text(json.dumps(content), encoding="utf-8")

    def bash(self, command: str) -> tuple[int, str]:
        """A command as its user types it, in the activated environment: exit status and output."""
        path = f"{self.python.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.path, env={**_clean(), "PATH": path},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def read(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))


@pytest.fixture
def folder(python: Path, tmp_path: Path) -> Folder:
    made = Folder(tmp_path, python)
    preview = json.loads((INPUTS / "template_container.json").read_text(encoding="utf-8"))
    made.write("preview.json", preview)
    change = json.loads((INPUTS / "template_container_change.json").read_text(encoding="utf-8"))
    changed = {**preview, "steps": [*preview["steps"], *change]}
    made.write("changed.json", changed)
    (service,) = [s["newState"] for s in changed["steps"] if s["newState"]["type"] == "aws:ecs/service:Service"]
    service["inputs"]["desiredCount"] = 4
    made.write("scaled.json", changed)
    return made


def test_the_wheel_holds_every_file_of_the_package_and_requires_only_what_it_uses(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        names = set(archive.namelist())
        info = f"ha_policy-{__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        scripts = archive.read(f"{info}/entry_points.txt").decode()
    assert {n for n in names if not n.startswith(info)} == {f for f in FILES if f.startswith("ha_policy/")}
    assert "ha_policy/py.typed" in names
    assert metadata["Version"] == __version__
    required = [r for r in metadata.get_all("Requires-Dist") or [] if "extra ==" not in r]
    assert [r.split(">")[0] for r in required] == ["pulumi-policy", "jinja2"]
    assert "resilience=ha_policy.proof.__main__:main" in scripts


def commands(page: str) -> list[tuple[str, list[str]]]:
    """Each command of the console blocks of a page, and the output that it shows."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", page, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def shows(expected: list[str], said: list[str]) -> bool:
    """Whether an output is what a page shows of it, in which ``...`` stands for any lines."""
    pattern = "".join("(?:.*\n)*" if line == "..." else f"{re.escape(line)}\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in said)) is not None


def test_what_the_page_shows_of_an_afternoon_is_what_the_commands_say(folder: Folder) -> None:
    for name, text in some(re.findall(r"^`([\w.-]+)`:\n\n```json\n(.*?)^```", PAGE, re.M | re.S)):
        folder.write(name, json.loads(text))
    status = 0
    for command, expected in some(commands(PAGE)):
        if command == "echo $?":
            assert [str(status)] == expected
            continue
        status, said = folder.bash(command)
        assert shows(expected, said.splitlines()), f"{command}\n{said}"

    found = {f["rule"]: f for f in folder.read("ha.json")["findings"] if not f["exemption"]}
    assert (found["rds-multi-az"]["file"], found["rds-multi-az"]["line"]) == ("__main__.py", 50)
    assert "ecs-min-tasks" not in found, "it was there before"
    sarif = json.loads((HERE / "check" / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(folder.read("ha.sarif"), sarif)
    (run,) = folder.read("ha.sarif")["runs"]
    place = next(r for r in run["results"] if r["ruleId"] == "rds-multi-az")["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("__main__.py", 50)
    assert [t["status"] for t in folder.read("met.json")["targets"]] == ["met", "met"]
    schema = json.loads((POLICY / "ha_policy" / "check" / "check.schema.json").read_text(encoding="utf-8"))
    for name in ("ha.json", "met.json"):
        jsonschema.validate(folder.read(name), schema)


@pytest.mark.parametrize(
    ("expected", "said", "same"),
    [
        (["a", "...", "c"], ["a", "b", "b", "c"], True),
        (["a", "...", "c"], ["a", "c"], True),
        (["a", "c"], ["a", "b", "c"], False),
        (["a"], ["a", "b"], False),
        (["..."], [], True),
        ([], ["a"], False),
    ],
)
def test_output_that_differs_from_the_page_is_found(expected: list[str], said: list[str], same: bool) -> None:
    assert shows(expected, said) is same


def test_every_command_finds_the_files_that_it_needs(folder: Folder) -> None:
    assert folder.resilience("--version") == 0
    assert folder.said == f"resilience {__version__}\n"
    assert folder.resilience("report", "preview.json", "--out", "out", "--name", "shop") == 0, folder.said
    assert sorted(f.name for f in (folder.path / "out").iterdir()) == ["shop.html", "shop.json", "shop.md"]
    assert folder.resilience("diff", "out/shop.json", "changed.json") == 0, folder.said
    assert folder.resilience("quotas", "out/shop.json") == 0, folder.said
    assert folder.resilience("assumptions", "--schema") == 0
    assert folder.resilience("explain", "rds-multi-az") == 0


def test_json_that_is_redirected_can_be_read_again_where_output_is_not_in_utf_8(folder: Folder) -> None:
    """As on Windows. The engine's texts and the owner's reason hold characters beyond ASCII."""
    command = (
        "PYTHONUTF8=0 PYTHONIOENCODING=cp1252 resilience baseline preview.json --reason 'für später' > accepted.json"
    )
    assert folder.bash(command)[0] == 0
    assert {e["reason"] for e in folder.read("accepted.json")["findings"]} == {"für später"}
    assert folder.resilience("check", "preview.json", "--baseline", "accepted.json") == 0, folder.said


@pytest.mark.engine
def test_pulumi_runs_the_pack_of_the_package(folder: Folder, ready: Ready) -> None:
    assert folder.resilience("pack") == 0
    pack = folder.said.strip()
    assert Path(pack).is_relative_to(folder.python.parents[1])
    env = {**ready.environ(), "VIRTUAL_ENV": str(folder.python.parents[1])}
    done = subprocess.run(
        ["pulumi", "policy", "analyze", "--policy-pack", pack, "--file", str(INPUTS / "state.json")],
        cwd=folder.path, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert f"aws-high-availability@v{__version__}" in done.stdout, done.stdout + done.stderr
    assert "[zonal-shift-ready] lb/loadBalancer lb" in done.stdout


# --- on Windows, where no test of this project runs ------------------------------------------------------------------

POSIX_ONLY = {"curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
WITHOUT_ENCODING = {"read_text": 0, "write_text": 1, "open": 1}
"""Methods of a path, and the number of their arguments without an encoding."""


def sources() -> dict[str, ast.Module]:
    return {f: ast.parse((POLICY / f).read_text(encoding="utf-8")) for f in FILES if f.endswith(".py")}


def imported(tree: ast.Module) -> set[str]:
    nodes = list(ast.walk(tree))
    plain = {a.name.partition(".")[0] for n in nodes if isinstance(n, ast.Import) for a in n.names}
    return plain | {(n.module or "").partition(".")[0] for n in nodes if isinstance(n, ast.ImportFrom) and not n.level}


def without_encoding(tree: ast.Module) -> list[int]:
    """Lines that read or write text in the encoding of the platform: not UTF-8 on Windows."""
    return [
        n.lineno
        for n in ast.walk(tree)
        if isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr in WITHOUT_ENCODING
        and len(n.args) <= WITHOUT_ENCODING[n.func.attr]
        and not {k.arg for k in n.keywords} & {"encoding"}
    ]


def test_the_folder_has_no_link_and_no_name_that_windows_refuses() -> None:
    assert "ha_policy/py.typed" in FILES
    assert [f for f in FILES if (POLICY / f).is_symlink()] == []
    assert [f for f in FILES if set(f) & set('<>:"\\|?*')] == []


def test_the_package_imports_only_itself_what_it_requires_and_what_every_platform_has() -> None:
    required = {
        "pulumi_policy",
        "pulumi",
        "grpc",
        "google",
        "jinja2",
        "markupsafe",
    }  # pulumi-policy and jinja2 bring them
    known = required | {"ha_policy"} | (sys.stdlib_module_names - POSIX_ONLY)
    for file, tree in some(sources().items()):
        assert imported(tree) <= known, file


def test_text_is_read_and_written_as_utf_8() -> None:
    for file, tree in some(sources().items()):
        assert without_encoding(tree) == [], file


def test_a_missing_encoding_is_found() -> None:
    assert without_encoding(ast.parse("p.read_text()\np.write_text(x)\np.read_text(encoding='utf-8')")) == [1, 2]
