"""The completion files of `resilience`: of today's command line, and what the shells make of them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from ha_policy.proof.arguments import EXAMPLES, SHELLS, parser
from ha_policy.proof.cli import COMMANDS, main

from tests.support.completions import FOLDER, completion

BASH = """
source "$1"; shift
COMP_WORDS=(resilience "$@"); COMP_CWORD=$#
_shtab_resilience
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize("shell", SHELLS)
def test_the_file_is_that_of_todays_command_line(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept = (FOLDER / f"resilience.{shell}").read_text(encoding="utf-8")
    assert kept == completion(shell), "write them anew: make generate"
    assert main(["completion", shell]) == 0
    assert capsys.readouterr().out == kept


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ch"], ["check"]),
        (["check", "--fail-on", ""], ["mandatory", "advisory", "cannot-tell", "worse"]),
        (["check", "--format", "s"], ["sarif"]),
        (["check", "--base"], ["--base", "--baseline"]),
        (["check", "prev"], ["preview.json"]),
        (["check", "preview.json", "--baseline", "ha"], ["ha-baseline.json"]),
        (["report", "preview.json", "--out", "re"], ["reports"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes_commands_options_values_and_files(
    tmp_path: Path, words: list[str], expected: list[str]
) -> None:
    for name in ("preview.json", "ha-baseline.json"):
        (tmp_path / name).touch()
    (tmp_path / "reports").mkdir()
    command = ["bash", "-c", BASH, "bash", str(FOLDER / "resilience.bash"), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (expected, "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_can_read_its_file() -> None:
    subprocess.run(["zsh", "-n", FOLDER / "resilience.zsh"], check=True)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_commands_and_values() -> None:
    def offered(line: str) -> list[str]:
        code = f"source {FOLDER / 'resilience.fish'}; complete -C '{line}'"
        done = subprocess.run(["fish", "-N", "-c", code], capture_output=True, text=True, check=True)
        return [found.split("\t")[0] for found in done.stdout.splitlines()]

    assert offered("resilience ch") == ["check"]
    assert offered("resilience check --fail-on ma") == ["mandatory"]


def test_every_command_has_examples_that_its_command_line_takes() -> None:
    assert set(EXAMPLES) == {"", *COMMANDS}
    lines = [line for text in EXAMPLES.values() for line in text.splitlines() if "resilience " in line]
    assert len(lines) > len(COMMANDS)
    for line in lines:
        command = line.split("resilience ", 1)[1]
        if not command.startswith("COMMAND"):
            words = command.split(" > ")[0].split(";")[0].split("  #")[0].rstrip(')"').split()
            assert parser().parse_args(words).command in COMMANDS, line
