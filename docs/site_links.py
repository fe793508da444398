"""MkDocs hooks: the pages outside of docs/ become pages of the site, and links to the repository's files work in it.

The pages' links are those that work in the repository. A file that is linked to is copied into the site; a link to a
folder becomes text.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
DOCS = "docs/"
COPIES = "source/"
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "policy/README.md": "package.md",
}
"""Path in the repository -> page of the site."""
LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<path>(?!\w+:|#|/)[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages outside of docs/, and the files that pages link to."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for file in [f for f in files if f.is_documentation_page()]:
        for path in _linked(_source(file.src_uri), file.content_string):
            if path not in PAGES and not path.startswith(DOCS) and (ROOT / path).is_file():
                files.remove(known) if (known := files.get_file_from_path(COPIES + path)) else None
                files.append(File.generated(config, COPIES + path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point the links at the pages and files of the site."""
    source, here = _source(page.file.src_uri), posixpath.dirname(page.file.src_uri)

    def inside(link: re.Match[str]) -> str:
        path = _path(source, link["path"])
        if path in PAGES:
            target = PAGES[path]
        elif (ROOT / path).is_dir():
            return link["text"]
        else:
            target = path.removeprefix(DOCS) if path.startswith(DOCS) else COPIES + path
        return f"[{link['text']}]({posixpath.relpath(target, here or '.')}{link['anchor'] or ''})"

    return _outside_code(markdown, lambda text: LINK.sub(inside, text))


def _outside_code(markdown: str, changed: Callable[[str], str]) -> str:
    """The text with what is outside of fenced code changed."""
    parts = re.split(r"(^ *```.*?^ *```$)", markdown, flags=re.M | re.S)
    return "".join(part if number % 2 else changed(part) for number, part in enumerate(parts))


def _linked(source: str, markdown: str) -> Iterator[str]:
    yield from (_path(source, link["path"]) for link in LINK.finditer(markdown))


def _path(source: str, link: str) -> str:
    """The path in the repository of a link on the page with this path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), link))


def _source(page: str) -> str:
    """The path in the repository of a page of the site."""
    return next((path for path, name in PAGES.items() if name == page), DOCS + page)
