"""The report as an HTML page, Markdown and JSON."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ha_policy.files import write_whole
from ha_policy.proof.report.plain_text import plain_text
from ha_policy.proof.report.units import amount, share, time
from ha_policy.proof.report.view import LINES, view

_MARKS = {"serves": "✅ serves", "degrades": "🟡 degrades", "down": "🔴 down", "cannot tell": "🟣 cannot tell"}
_MINUTE: Final = 60
LONGEST_NAME: Final = 100
"""Characters of a file's name, without its ending."""


def write(made: dict[str, Any], folder: Path, name: str) -> list[Path]:
    """Write ``name``.html, .json and .md to ``folder``, all or none; the name never leaves it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"html": html(made), "json": as_json(made), "md": markdown(made)}
    contents = {folder / f"{file_name(name)}.{ending}": text for ending, text in texts.items()}
    write_whole(contents)
    return list(contents)


def file_name(name: str) -> str:
    """A file's name from that of a stack, which anybody can choose: letters, digits and ``._-`` only."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:LONGEST_NAME].strip(".-") or "stack"


def as_json(made: dict[str, Any]) -> str:
    """The document, in a stable order; without indentation, which costs a large stack more than its simulation."""
    return json.dumps(made, ensure_ascii=False) + "\n"


def html(made: dict[str, Any]) -> str:
    """One self-contained page. Of a large stack it shows what matters most, and says how much is left out."""
    env = _environment(escape=True)
    svg = Markup(env.get_template("drawing.svg.j2").render(d=made["drawing"]))  # noqa: S704 (escaped by the template)
    shown = view(made)
    # In a script element only "</" and "<!--" can end it or change its meaning.
    data = json.dumps(shown.data()).replace("<", "\\u003c")
    return env.get_template("report.html.j2").render(
        r=made, v=shown, lines=LINES, svg=svg, css=_text("report.css"), js=_text("report.js"), data=data
    )


def _text(name: str) -> str:
    return files("ha_policy.proof.report.templates").joinpath(name).read_text(encoding="utf-8")


def markdown(made: dict[str, Any]) -> str:
    """As Markdown for a comment on a pull request."""
    env = _environment(escape=False)
    return env.get_template("comment.md.j2").render(r=made, v=view(made))


def _environment(*, escape: bool) -> Environment:
    """The template environment. escape: for HTML. Markdown has its own filter, used where a cell is written."""
    env = Environment(
        loader=PackageLoader("ha_policy.proof.report", "templates"),
        autoescape=escape,  # noqa: S701 (off for Markdown only)
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    filters: dict[str, Any] = {
        "share": share, "time": time, "minutes": _minutes, "slug": _slug, "clip": _clip, "mark": _MARKS.__getitem__,
        "md": plain_text, "amount": amount, "place": _place, "capitalize_first": _capitalized,
    }  # fmt: skip
    env.filters = {**env.filters, **filters}
    return env


def _minutes(value: float) -> str:
    return time(value * _MINUTE)


def _slug(value: str) -> str:
    return value.replace(" ", "-")


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _place(name: str) -> str:
    return name.removeprefix("Availability Zone ").removeprefix("Region ")


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
