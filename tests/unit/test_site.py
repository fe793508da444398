"""The site of docs/: every page is reached, no link is dead, the search finds every rule, and nothing is loaded from
elsewhere.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ha_policy import rules as _rules  # registers every rule
from ha_policy.rule import RULES

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"']?((?:https?:)?//[^\"'\s>]+)")
assert _rules


def built(tree: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """`make docs` without its set-up."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
        cwd=tree, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = built(ROOT, out)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_the_site_is_built_without_a_dead_link_or_a_page_that_nothing_leads_to(site: Path) -> None:
    pages = {p.relative_to(site).as_posix() for p in site.rglob("*.html")}
    known = {p.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for p in (ROOT / "docs").rglob("*.md")}
    assert pages >= known | {"index.html", "changelog.html", "contributing.html", "security.html", "package.html"}
    assert (site / "source" / "Pulumi.ecommerce.yaml").read_bytes() == (ROOT / "Pulumi.ecommerce.yaml").read_bytes()


def test_the_search_finds_every_rule(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    titles = {entry["title"] for entry in index["docs"] if entry["location"].startswith("rules.html#")}
    assert set(RULES) - titles == set()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    assert {page.name: LOADED.findall(page.read_text(encoding="utf-8")) for page in pages} == {
        p.name: [] for p in pages
    }
    styles = [text for p in site.rglob("*.css") for text in re.findall(r"url\((?:https?:)?//[^)]*\)", p.read_text())]
    assert styles == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[good](b.md#second), [page](../README.md), [folder](../policy)", ""),
        ("[gone](gone.md)", "'gone.md'"),
        ("[nowhere](b.md#nowhere)", "'b.md#nowhere'"),
        ("[lost](../policy/none.py)", "'source/policy/none.py'"),
    ],
)
def test_a_dead_link_stops_the_build(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "policy").mkdir()
    shutil.copy(ROOT / "docs" / "site_links.py", tmp_path / "docs")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[0]
    (tmp_path / "mkdocs.yml").write_text(f"{settings}\nnav: [index.md, a.md, b.md, changelog.md, contributing.md, "
                                         "security.md, package.md]\n")  # fmt: skip
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "policy/README.md"):
        (tmp_path / name).write_text("# A page\n")
    (tmp_path / "docs" / "a.md").write_text(f"# First\n\n{text}\n")
    (tmp_path / "docs" / "b.md").write_text("# Second\n")
    done = built(tmp_path, tmp_path / "out")
    assert (done.returncode == 0) == (complaint == ""), done.stderr
    assert complaint in done.stderr
