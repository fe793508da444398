"""`source offline/activate` and `deactivate_offline`, in the shells they are for."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from offline.engine.home import CREDENTIALS
from offline.engine.places import TREE
from offline.engine.setup import Ready

ACTIVATE = TREE / "offline" / "activate"
SHELLS = [
    pytest.param(shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed"))
    for shell in ("bash", "zsh")
]
BARE = {"bash": ["bash", "--norc", "--noprofile"], "zsh": ["zsh", "-f"]}
OWN_CHANGES = "_ RANDOM SECONDS LINENO BASH_ PIPESTATUS EPOCH FUNCNAME TTYIDLE ERRNO status ? ! 0 pipestatus"
NOISE = r"\|".join(OWN_CHANGES.split())  # what shells change by themselves


def shell(name: str, text: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    own = {"PYTHON": shutil.which("python3") or "python3"}
    return subprocess.run(
        [*BARE[name], "-c", text], cwd=cwd, env={**os.environ, **own, **(env or {})},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", SHELLS)
def test_activation_and_deactivation_are_a_round_trip(ready: Ready, tmp_path: Path, name: str) -> None:
    text = f"""
    set -u
    PS1='prompt> '
    unset PULUMI_ACCESS_TOKEN AWS_PROFILE
    export PULUMI_HOME='/my own/home' AWS_SECRET_ACCESS_KEY=abc PULUMI_CONFIG_PASSPHRASE=
    set | grep -v '^\\({NOISE}\\)' > before
    source {ACTIVATE} || exit 9
    echo "$PS1|$PULUMI_HOME|${{AWS_SECRET_ACCESS_KEY-unset}}|$PULUMI_CONFIG_PASSPHRASE|$(pulumi version)"
    deactivate_offline
    set | grep -v '^\\({NOISE}\\)' > after
    """
    done = shell(name, text, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"(offline) prompt> |{ready.at.home}|unset|offline|v{ready.engine.version}"
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
    assert "_ha_aws" not in (tmp_path / "after").read_text()


@pytest.mark.parametrize("name", SHELLS)
def test_activating_twice_is_undone_by_one_deactivation(tmp_path: Path, name: str) -> None:
    text = f'a=$PATH; source {ACTIVATE}; source {ACTIVATE}; deactivate_offline; [ "$PATH" = "$a" ]'
    done = shell(name, text, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SHELLS)
def test_no_credentials_reach_the_offline_shell(tmp_path: Path, name: str) -> None:
    done = shell(name, f"source {ACTIVATE}; env", tmp_path, dict.fromkeys(CREDENTIALS, "secret"))
    assert done.returncode == 0, done.stderr
    assert "PULUMI_BACKEND_URL=file://" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.endswith("=secret")] == []


@pytest.mark.parametrize("name", SHELLS)
def test_failed_activation_changes_nothing_and_keeps_the_shell(tmp_path: Path, name: str) -> None:
    text = f'a=$(env); source {ACTIVATE}; code=$?; [ "$a" = "$(env)" ] && type deactivate_offline; echo code $code'
    done = shell(name, text, tmp_path, {"HA_AWS_CACHE": "/dev/null/cache"})
    assert done.stdout.strip().splitlines()[-1] == "code 1"
    assert "the cache cannot be written" in done.stderr
    assert "function" not in done.stdout


@pytest.mark.parametrize("command", [["bash", str(ACTIVATE)], [str(ACTIVATE)]])
def test_executing_instead_of_sourcing_says_what_to_type(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"run: source {ACTIVATE}" in done.stderr


def test_other_shells_are_named(tmp_path: Path) -> None:
    done = subprocess.run(["sh", str(ACTIVATE)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "must be sourced" in done.stderr or "needs bash or zsh" in done.stderr


@pytest.mark.parametrize("name", SHELLS)
def test_plain_commands_work_in_the_activated_shell(tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    runtime = f"runtime: {{name: python, options: {{virtualenv: {TREE / '.venv'}}}}}"
    (project / "Pulumi.yaml").write_text(f"name: plain\n{runtime}\n")
    (project / "__main__.py").write_text(
        "import pulumi, pulumi_aws as aws\n"
        "b = aws.sqs.Queue('q', name=pulumi.Config().require('queue'), region='eu-west-1')\n"
        "pulumi.export('url', b.url)\n"
    )
    text = f"""
    set -e
    source {ACTIVATE}
    export PULUMI_BACKEND_URL="file://$PWD/state"; mkdir state; cd project
    pulumi stack init try
    pulumi config set queue jobs
    pulumi preview
    pulumi up --yes
    pulumi stack output url
    pulumi destroy --yes
    pulumi stack rm --yes try
    """
    done = shell(name, text, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "https://sqs.eu-west-1.amazonaws.com/" in done.stdout
    assert "warning" not in (done.stdout + done.stderr)
