"""What the repository promises about itself: one version, links that lead somewhere, a workflow that is pinned."""

import re
import tomllib
from pathlib import Path
from typing import Any

import ha_policy
import pytest
import yaml

from tests.support.some import some

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
        *(ROOT / "policy").glob("*.md"),
    ]
)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.M | re.S)


def test_the_version_of_pyproject_is_that_of_the_pack_and_the_newest_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for pack in (ROOT / "policy", ROOT / "policy" / "ha_policy" / "pulumi_pack"):
        assert yaml.safe_load((pack / "PulumiPolicy.yaml").read_text())["version"] == version
    assert ha_policy.__version__ == version
    entries = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert entries[0] == version
    assert entries == sorted(entries, key=lambda v: [int(n) for n in v.split(".")], reverse=True)


def anchor(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {anchor(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", h)) for h in re.findall(r"^#+ (.*)$", text, re.M)}


def broken(page: Path) -> list[str]:
    """The relative links of a page that lead to no file, or to no heading of one."""
    found: list[str] = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (heading and heading not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_every_relative_link_leads_to_a_file_and_heading_that_exist(page: Path) -> None:
    assert broken(page) == []


def test_a_link_to_a_missing_file_or_heading_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading, *so*\n[good](#a-heading-so) [file](none.md) [heading](page.md#none)\n```\n[x](y)\n```\n"
    )
    assert broken(page) == ["none.md", "page.md#none"]


def steps(workflow: Path) -> list[dict[str, Any]]:
    jobs: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=[w.name for w in WORKFLOWS])
def test_a_workflow_pins_its_actions_by_commit_and_has_least_permissions(workflow: Path) -> None:
    text, content = workflow.read_text(), yaml.safe_load(workflow.read_text())
    assert content["permissions"] == {}
    for name, job in some(content["jobs"].items()):
        assert job["permissions"] == {"contents": "read"}, name
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert len(used) == sum("uses" in step for step in steps(workflow))
    assert [u for u in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", "".join(u))] == []
    for step in some(steps(workflow)):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    assert "pull_request_target" not in text
    assert "secrets." not in text


def test_ci_runs_what_the_readme_gives_as_the_test_command() -> None:
    assert WORKFLOWS
    assert any(step.get("run") == "make test" for step in steps(ROOT / ".github" / "workflows" / "ci.yml"))
    assert "make test " in (ROOT / "README.md").read_text(encoding="utf-8")


def test_pre_commit_runs_make_check_and_fetches_nothing() -> None:
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert [hook["entry"] for hook in repos[0]["hooks"]] == ["make check"]


FOLDERS = "components|policy|offline|tests|bench|examples|docs|requirements|bin"
CODE_PATH = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w.*-][\w./*-]*(?<![.])")
"""A path of the tree in a sentence or a command; not one inside of another, such as path/to/policy or ../policy."""


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_every_path_of_the_tree_that_a_page_names_exists(page: Path) -> None:
    text = LINK.sub("", page.read_text(encoding="utf-8"))  # links are from the page's own folder
    assert [path for path in CODE_PATH.findall(text) if not any(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("page", ["ecommerce", "financial", "media"])
def test_every_module_that_an_architectures_page_names_exists(page: str) -> None:
    names = set(re.findall(r"`(\w+\.py)`", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")))
    assert names, "the page has a table of modules"
    folders = (ROOT / "components" / "architectures" / page, ROOT / "components" / "functions")
    assert [name for name in sorted(names) if not any(m for f in folders for m in f.rglob(name))] == []


RULE_ROW = re.compile(r"^\|[^|]*\|[^|]*\|([^|]*) in `(policy/ha_policy/rules/\w+\.py)` \|([^|]*)\|$", re.M)


def test_contributing_names_for_each_rule_the_modules_that_define_and_test_it() -> None:
    rows = RULE_ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(rows) >= 10
    for rules, module, tests in rows:
        defined = (ROOT / module).read_text(encoding="utf-8")
        tested = "".join((ROOT / t).read_text(encoding="utf-8") for t in re.findall(r"`(tests/[^`]+)`", tests))
        for rule in some(re.findall(r"`([a-z0-9-]+)`", rules)):
            assert f'"{rule}"' in defined, f"{module} does not define {rule}"
            assert rule in tested, f"no test of the row mentions {rule}"
