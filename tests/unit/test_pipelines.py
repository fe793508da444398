"""The pipelines to copy (examples/pipelines): their own steps run, with Pulumi and the services' tools replaced.

`pulumi preview` gives what is recorded in the checkout; `gh` and `curl` keep what they are asked.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.engine.setup import Ready
from tests.engine.conftest import ready as _ready
from tests.support.some import some

ready = _ready
TREE = Path(__file__).parents[2]
PIPELINES = TREE / "examples" / "pipelines"
GITHUB = ("github-aws", "github-offline")
NUMBER = "7"
MARK = "<!-- resilience -->"
INPUTS = TREE / "tests" / "policy" / "inputs"

PULUMI = """#!/bin/sh
echo "pulumi $*" >> "$CALLS"
[ "$1" != preview ] || cat preview.json
"""
PYTHON = """#!/bin/sh
[ "$1 $2" = "-m venv" ] || exec {python} "$@"
mkdir -p "$3/bin" && printf '#!/bin/sh\\n' > "$3/bin/pip" && chmod +x "$3/bin/pip"
printf '#!/bin/sh\\nexec {tree}/bin/resilience "$@"\\n' > "$3/bin/resilience" && chmod +x "$3/bin/resilience"
"""
GH = """#!/bin/sh
case "$*" in *--jq*) cat "$COMMENTS" ;; *) echo "gh $*" >> "$CALLS"; cat "${{6#body=@}}" > "$POSTED" ;; esac
""".replace("{{", "{").replace("}}", "}")
CURL = """#!/bin/sh
case "$*" in
  *--request*) echo "curl $3 $8" >> "$CALLS"; cat "${7#body@}" > "$POSTED" ;;
  *) cat "$COMMENTS" ;;
esac
"""
PIPX = f"""#!/bin/sh
printf '#!/bin/sh\\nexec {TREE}/bin/resilience "$@"\\n' > "${{0%/*}}/resilience" && chmod +x "${{0%/*}}/resilience"
"""
NOTHING = """#!/bin/sh
echo "${0##*/} $*" >> "$CALLS"
"""


def loaded(name: str) -> dict[str, Any]:
    return yaml.safe_load((PIPELINES / f"{name}.yml").read_text(encoding="utf-8"))


@dataclass
class Run:
    """A machine of the service, with the checkouts of a pull request. said: the output of each step."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict[str, str])
    outcomes: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for name in ("bin", "temp", "work"):
            (self.folder / name).mkdir()
        python = PYTHON.format(python=sys.executable, tree=TREE)
        tools = {"pulumi": PULUMI, "pipx": PIPX, "make": NOTHING, "gh": GH, "curl": CURL, "python3": python}
        for name, text in tools.items():
            tool = self.folder / "bin" / name
            tool.write_text(text)
            tool.chmod(0o755)
        self.file("calls").touch()
        self.file("comments").touch()

    def file(self, name: str) -> Path:
        return self.folder / name

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def environ(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(self.file("calls")),
            "COMMENTS": str(self.file("comments")),
            "POSTED": str(self.file("posted")),
        }
        return {**os.environ, **own, **more}

    def bash(self, script: str, env: Mapping[str, str]) -> tuple[int, str]:
        """As both services run a script: it ends with the first command that fails."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.work, env=self.environ(env), capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def checkout(self, name: str, preview: dict[str, Any]) -> None:
        """A checkout whose preview is this one."""
        (self.work / name).mkdir(exist_ok=True)
        (self.work / name / "preview.json").write_text(json.dumps(preview))

    def local(self, name: str, *, real: bool = False) -> None:
        """What is there instead of a checkout of this project: its command, and its offline AWS if that is real."""
        if name == "github-offline":
            own = self.work / "ha-aws"
            if real:
                own.symlink_to(TREE)
                (self.folder / "bin" / "pulumi").unlink()
                (self.folder / "bin" / "python3").unlink()
                return
            (own / "offline").mkdir(parents=True)
            (own / "offline" / "activate").touch()
            self.command(own / "bin")

    def command(self, folder: Path) -> None:
        """The command of this project, in a folder."""
        folder.mkdir()
        (folder / "resilience").write_text(f'#!/bin/sh\nexec {TREE}/bin/resilience "$@"\n')
        (folder / "resilience").chmod(0o755)

    def repository(self, folder: Path) -> None:
        """Commit what is in a folder; a tag v0.2.0."""
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
        for command in (
            ["init", "-q"],
            ["add", "-A"],
            ["commit", "-q", "--allow-empty", "-m", "x"],
            ["tag", "-f", "v0.2.0"],
        ):
            subprocess.run([*git, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def calls(self) -> str:
        return self.file("calls").read_text()

    def posted(self) -> str:
        return self.file("posted").read_text()

    # --- GitHub -------------------------------------------------------------------------------------------------------

    def github(self, name: str, *, fork: bool = False, env: Mapping[str, str] | None = None) -> bool:
        """Run the job's steps; whether it succeeds."""
        workflow = loaded(name)
        (job,) = workflow["jobs"].values()
        paths = self.file("github_path")
        paths.touch()
        general = {
            **{k: str(v) for k, v in workflow["env"].items()},
            "GITHUB_WORKSPACE": str(self.work),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_STEP_SUMMARY": str(self.file("summary")),
            "GITHUB_PATH": str(paths),
            "RUNNER_TEMP": str(self.folder / "temp"),
            **(env or {}),
        }
        failed = False
        for step in job["steps"]:
            title = step["uses"].partition("@")[0] if "uses" in step else step["name"]
            if not self._wanted(step.get("if", ""), failed=failed, fork=fork):
                self.outcomes[title] = self.outcomes[step.get("id", title)] = "skipped"
                continue
            code, self.said[title] = 0, ""
            if "run" in step:
                own = {k: self._value(v) for k, v in step.get("env", {}).items()}
                tools = [self.folder / "bin", *reversed(paths.read_text().split())]
                path = {"PATH": ":".join(map(str, [*tools, os.environ["PATH"]]))}
                code, self.said[title] = self.bash(step["run"], {**general, **path, **own})
            self.outcomes[title] = self.outcomes[step.get("id", title)] = "failure" if code else "success"
            failed |= code != 0 and not step.get("continue-on-error")
        return not failed

    def _wanted(self, condition: str, *, failed: bool, fork: bool) -> bool:
        if not condition:
            return not failed
        known = {"!cancelled()": True, "github.event.pull_request.head.repo.full_name == github.repository": not fork}
        parts = condition.removeprefix("${{").removesuffix("}}").strip().split(" && ")
        found = {f"steps.{step} == 'success'": self.outcomes.get(step.partition(".")[0]) == "success" for step in
                 re.findall(r"steps\.(\w+\.outcome)", condition)}  # fmt: skip
        return all({**known, **found}[part] for part in parts)

    def _value(self, text: str) -> str:
        """An `env` of a step with its expressions replaced."""
        known = {
            "secrets.PULUMI_CONFIG_PASSPHRASE": "",
            "github.token": "t",
            "github.event.pull_request.number": NUMBER,
        }
        outcomes = {f"steps.{step}.outcome": outcome for step, outcome in self.outcomes.items()}
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda m: {**known, **outcomes}[m[1]], text)

    # --- GitLab -------------------------------------------------------------------------------------------------------

    def gitlab(self, name: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run the job's script, on the change in a repository whose history has the base."""
        (job,) = loaded(name).values()
        (self.work / "base").rename(self.folder / "old")
        (self.work / "change").rename(self.folder / "new")
        for part in ("old", "new"):
            for file in self.file(part).iterdir():
                file.rename(self.work / file.name)
            self.repository(self.work)
        base = subprocess.run(
            ["git", "rev-parse", "HEAD~1"], cwd=self.work, check=True, capture_output=True, text=True
        ).stdout.strip()
        own = self.file("ha-aws")
        (own / "offline" / "engine").mkdir(parents=True)
        for name in ("activate", "__init__.py", "engine/__init__.py", "engine/__main__.py"):
            (own / "offline" / name).touch()
        self.command(own / "bin")
        self.repository(own)
        given = {
            "CI_PROJECT_DIR": str(self.work),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            "CI_MERGE_REQUEST_IID": NUMBER,
            "CI_PROJECT_ID": "1",
            "CI_API_V4_URL": "https://gitlab.example/api/v4",
            "AWS_TOKEN": "token",
            "GITLAB_TOKEN": "secret",
        }
        variables = {k: str(v).replace("$CI_PROJECT_DIR", str(self.work)) for k, v in job["variables"].items()}
        if not self.file("comments").read_text():
            self.file("comments").write_text("[]")
        more = {"HA_AWS": f"file://{own}"} | dict(env or {})
        return self.bash("\n".join(job["script"]), {**given, **variables, **more})


@pytest.fixture(scope="module")
def previews() -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a stack, and of the same with a database in one zone."""
    base = json.loads((INPUTS / "template_container.json").read_text(encoding="utf-8"))
    added = json.loads((INPUTS / "template_container_change.json").read_text(encoding="utf-8"))
    return base, {**base, "steps": [*base["steps"], *added]}


@pytest.fixture
def run(tmp_path: Path, previews: tuple[dict[str, Any], dict[str, Any]]) -> Run:
    """A pull request that adds the database; the findings that were there before are accepted."""
    made = Run(tmp_path)
    made.checkout("base", previews[0])
    made.checkout("change", previews[1])
    out = subprocess.run(
        [str(TREE / "bin" / "resilience"), "baseline", str(made.work / "base" / "preview.json")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (made.work / "change" / "ha-baseline.json").write_text(out.stdout)
    return made


@pytest.mark.parametrize("name", GITHUB)
def test_github_fails_on_a_new_defect_and_shows_it_on_its_line_and_in_a_comment(run: Run, name: str) -> None:
    run.local(name)
    assert not run.github(name)
    assert {k for k, v in run.outcomes.items() if v == "failure"} == {"Judge the change"}
    assert "::error file=__main__.py,line=50,title=[rds-multi-az] orders::" in run.said["Judge the change"]
    assert "[ecs-min-tasks]" not in run.said["Judge the change"], "accepted"
    assert run.posted().startswith(f"{MARK}\n## What changes for availability")
    assert "rds-multi-az" in run.posted()
    assert f"gh api --method POST repos/acme/shop/issues/{NUMBER}/comments" in run.calls()
    assert run.file("summary").read_text() == run.posted()
    assert run.outcomes["github/codeql-action/upload-sarif"] == "success"
    kept = {f.name for f in (run.folder / "temp" / "report").iterdir()}
    assert kept >= {
        "check.sarif",
        "check.txt",
        "check.md",
        "comment.md",
        "prod.html" if name == "github-aws" else "ci.html",
    }


def test_github_passes_without_a_new_finding_and_keeps_its_one_comment_up_to_date(
    run: Run, previews: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    run.checkout("change", previews[0])
    run.file("comments").write_text("11\n12\n")
    assert run.github("github-aws"), run.said
    assert "gh api --method PATCH repos/acme/shop/issues/comments/11" in run.calls()
    assert "Nothing." in run.posted()


def test_github_judges_a_new_project_without_a_base(run: Run) -> None:
    (run.work / "base" / "preview.json").unlink()
    assert not run.github("github-aws")
    assert run.outcomes["base"] == "failure"
    assert "What changes" not in run.posted()
    assert "rds-multi-az" in run.posted()


@pytest.mark.parametrize("name", GITHUB)
def test_github_writes_nothing_for_a_preview_that_fails(run: Run, name: str) -> None:
    run.local(name)
    (run.work / "change" / "preview.json").unlink()
    assert not run.github(name)
    assert run.outcomes["change"] == "failure"
    assert run.calls().count("gh ") == 0
    assert run.outcomes["github/codeql-action/upload-sarif"] == "skipped"


def test_a_fork_is_judged_without_anything_that_needs_a_right_to_write(run: Run) -> None:
    run.local("github-offline")
    assert not run.github("github-offline", fork=True)
    assert run.outcomes["Judge the change"] == "failure"
    assert "rds-multi-az" in run.file("summary").read_text()
    assert run.outcomes["actions/upload-artifact"] == "success"
    assert run.outcomes["github/codeql-action/upload-sarif"] == "skipped"
    assert run.calls().count("gh ") == 0


def test_gitlab_fails_on_a_new_defect_and_writes_what_gitlab_reads(run: Run) -> None:
    status, said = run.gitlab("gitlab-aws")
    assert status == 1, said
    assert "__main__.py:50: mandatory [rds-multi-az] rds/instance orders" in said
    quality = json.loads((run.work / "report" / "codequality.json").read_text())
    assert "__main__.py" in {q["location"]["path"] for q in quality}
    assert "<testsuite" in (run.work / "report" / "junit.xml").read_text()
    assert run.posted().startswith(f"{MARK}\n## What changes for availability")
    assert "curl POST https://gitlab.example/api/v4/projects/1/merge_requests/7/notes\n" in run.calls()


def test_gitlab_passes_without_a_new_finding_and_keeps_its_one_comment_up_to_date(
    run: Run, previews: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    run.checkout("change", previews[0])
    run.file("comments").write_text(json.dumps([{"id": 3, "body": "hello"}, {"id": 5, "body": f"{MARK}\nold"}]))
    status, said = run.gitlab("gitlab-offline")
    assert status == 0, said
    assert "curl PUT https://gitlab.example/api/v4/projects/1/merge_requests/7/notes/5\n" in run.calls()


def test_gitlab_needs_no_token_to_judge(run: Run) -> None:
    status, said = run.gitlab("gitlab-offline", env={"GITLAB_TOKEN": ""})
    assert status == 1, said
    assert "curl" not in run.calls()


@pytest.mark.parametrize("name", GITHUB)
def test_a_workflow_pins_its_actions_by_commit_and_has_the_rights_that_it_uses(name: str) -> None:
    text, workflow = (PIPELINES / f"{name}.yml").read_text(encoding="utf-8"), loaded(name)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in text
    (job,) = workflow["jobs"].values()
    expected = {"contents": "read", "pull-requests": "write", "security-events": "write"}
    assert job["permissions"] == (expected | {"id-token": "write"} if name == "github-aws" else expected)
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert [u for u in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", "".join(u))] == []
    for step in some(s for s in job["steps"] if s.get("uses", "").startswith("actions/checkout@")):
        assert step["with"]["persist-credentials"] is False
    for step in some(s for s in job["steps"] if "run" in s):
        assert "${{" not in step["run"], "a title of a pull request could be a command"


@pytest.mark.parametrize("name", ["gitlab-aws", "gitlab-offline"])
def test_the_script_of_gitlab_has_no_fault_that_shellcheck_knows(name: str) -> None:
    """actionlint checks those of GitHub in CI."""
    (job,) = loaded(name).values()
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run(
        [str(shellcheck), "--shell", "bash", "--exclude", "SC1091", "-"],  # activate is in another repository
        input="\n".join(job["script"]), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_hook_runs_a_command_of_the_package_that_it_installs() -> None:
    (hook,) = yaml.safe_load((TREE / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["language"], hook["additional_dependencies"]) == ("python", ["./policy"])
    scripts = tomllib.loads((TREE / "policy" / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    command, subcommand = hook["entry"].split()
    assert command in scripts
    assert subcommand == "check"
    root = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))
    assert root["tool"]["setuptools"]["packages"] == [], "pre-commit installs the root too"
    for name in ("preview.json", "infra/state.json", "preview-network.json"):
        assert re.search(hook["files"], name), name
    assert not re.search(hook["files"], "my-preview.json")


def test_the_container_is_pinned_and_runs_without_rights() -> None:
    lines = (PIPELINES / "Containerfile").read_text(encoding="utf-8").splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:3\.13-slim@sha256:[0-9a-f]{64}", images[0])
    assert [line for line in lines if line.startswith("USER")] == ["USER 65532:65532"]


@pytest.mark.parametrize("name", ["github-offline", "gitlab-offline"])
def test_the_offline_pipelines_use_no_secret_and_no_credentials(name: str) -> None:
    text = (PIPELINES / f"{name}.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "id-token" not in text
    assert "id_tokens" not in text
    assert "AWS_ROLE" not in text


@pytest.mark.engine
@pytest.mark.exhaustive
def test_github_offline_finds_with_the_real_engine_that_a_change_takes_a_nat_gateway_away(
    run: Run, ready: Ready
) -> None:
    run.local("github-offline", real=True)
    for name, per_zone in (("base", "true"), ("change", "false")):
        folder = run.work / name
        for old in folder.iterdir():
            old.unlink()
        (folder / "__main__.py").write_text((TREE / "examples" / "shared-nat" / "__main__.py").read_text())
        project = (TREE / "examples" / "shared-nat" / "Pulumi.yaml").read_text()
        (folder / "Pulumi.yaml").write_text(project.replace("../../.venv", str(ready.at.venv)))
        config = {"aws:region": "us-west-2", "shared-nat:natPerZone": per_zone}
        (folder / "Pulumi.ci.yaml").write_text(json.dumps({"config": config}))
    assert not run.github("github-offline", env={"PULUMI_BACKEND_URL": ""})
    assert (run.outcomes["base"], run.outcomes["change"]) == ("success", "success"), run.said
    assert "title=[nat-count] web::" in run.said["Judge the change"]
    assert re.search(r"\| Availability Zone us-west-2a \| .*degrades 50 %.* \| .*down", run.posted()), run.posted()
