"""The report as an HTML page, Markdown and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ha_policy.proof.report.view import LINES, view

_MARKS = {"serves": "✅ serves", "degrades": "🟡 degrades", "down": "🔴 down", "cannot tell": "🟣 cannot tell"}
_HOUR, _MINUTE = 3600, 60
LONGEST_NAME: Final = 100
"""Characters of a file's name, without its ending."""


def write(made: dict[str, Any], folder: Path, name: str) -> list[Path]:
    """Write ``name``.html, .json and .md to ``folder``, each atomically. The name never leaves the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for ending, text in (("html", html(made)), ("json", as_json(made)), ("md", markdown(made))):
        path = folder / f"{file_name(name)}.{ending}"
        draft = path.with_suffix(f".{ending}.part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
        paths.append(path)
    return paths


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


_BREAK: Final = "\u200b"
"""Zero-width space: after it GitHub sees no mention, reference or address."""
_MARKDOWN: Final = str.maketrans(
    {c: f"\\{c}" for c in "\\`*_[]|~$"}
    | {"&": "&amp;", "<": "&lt;", "@": f"@{_BREAK}", "#": f"#{_BREAK}"}
    | dict.fromkeys("\r\n\t\v\f\x00\x85\u2028\u2029", " ")
)


def plain_text(text: str) -> str:
    """Text for Markdown that stays text: no link, image, mention, HTML or cell comes from a name."""
    return text.translate(_MARKDOWN).replace("://", f":{_BREAK}//").replace("www.", f"www{_BREAK}.")


def share(value: float) -> str:
    """A share of the capacity in percent, rounded down."""
    return f"{int(value * 100 + 1e-9)} %"


def amount(value: float | None, unknown: Sequence[str] = ()) -> str:
    """A number of a quota; with something unknown it is what is certain."""
    if value is None:
        return "–"  # noqa: RUF001 (a dash in a cell)
    if not unknown:
        return f"{value:,g}" if value < 1_000_000 else f"{value:,.0f}"
    return f"≥ {value:,g}" if value else "cannot tell"


def time(seconds: float) -> str:
    """Seconds in the most readable unit."""
    for limit, unit, word in (
        (2 * 24 * _HOUR, 24 * _HOUR, "d"),
        (2 * _HOUR, _HOUR, "h"),
        (3 * _MINUTE, _MINUTE, "min"),
    ):
        if seconds >= limit:
            return f"{seconds / unit:.3g} {word}" if seconds / unit < 100 else f"{seconds / unit:.0f} {word}"
    return f"{seconds:.3g} s"
