"""Where a program makes a resource: the file and line that the engine records in previews and states."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast
from urllib.parse import unquote

_POSITION: Final = re.compile(r"^project://(?P<path>/[^#]*)#(?P<line>\d+)(?:,\d+)?$")
"""The engine's form of a position: `project:///<path from Pulumi.yaml>#<line>[,<column>]`."""
_LIBRARY: Final = re.compile(
    r"(^|/)(site-packages|dist-packages|node_modules|\.venv|venv|pulumi-language-[a-z]+-exec|"
    r"lib/python\d[\d.]*|go/pkg/mod|\.nuget/packages|\.m2/repository)(/|$)"
)
"""Paths of code that is installed, not written: SDKs, component libraries, the language's own library."""


class Place(NamedTuple):
    """A line of a file. file: its path from the folder of Pulumi.yaml, with slashes. line: 1 or more."""

    file: str
    line: int

    def below(self, folder: str) -> "Place | None":
        """The same line, from the root of the repository in which ``folder`` is the program's; None if it is outside
        of it.
        """
        file = posixpath.normpath(posixpath.join(folder, self.file))
        return None if file.startswith(("../", "/")) else Place(file, self.line)


def place_of(resource: Mapping[str, Any]) -> Place | None:
    """The line of the user's own code that makes a resource of a preview or state, or None if it is not recorded.

    That is the innermost frame within the project; where no frame is, the innermost that is not installed code.
    """
    places = [p for p in _places(resource) if not _LIBRARY.search(p.file)]
    return next((p for p in places if not p.file.startswith("../")), places[0] if places else None)


def _places(resource: Mapping[str, Any]) -> Iterator[Place]:
    frames: Any = resource.get("stackTrace")
    stack = cast(list[Any], frames) if isinstance(frames, list) else []
    for frame in (resource, *stack):
        position: Any = cast(Mapping[str, Any], frame).get("sourcePosition") if isinstance(frame, Mapping) else None
        found = _POSITION.match(position) if isinstance(position, str) else None
        if found and int(found["line"]) > 0:
            yield Place(posixpath.normpath(unquote(found["path"]).lstrip("/")), int(found["line"]))
