"""The report as an HTML page, Markdown and JSON."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_MARKS = {"serves": "✅ serves", "degrades": "🟡 degrades", "down": "🔴 down", "cannot tell": "🟣 cannot tell"}
_HOUR, _MINUTE = 3600, 60
FATAL = ("down", "cannot tell")
PLACES = ("zone", "region")


def write(made: dict[str, Any], folder: Path, name: str) -> list[Path]:
    """Write ``name``.html, .json and .md to ``folder``, each atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for ending, text in (("html", html(made)), ("json", as_json(made)), ("md", markdown(made))):
        path = folder / f"{name}.{ending}"
        draft = path.with_suffix(f".{ending}.part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
        paths.append(path)
    return paths


def as_json(made: dict[str, Any]) -> str:
    """The document, indented, in a stable order."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def html(made: dict[str, Any]) -> str:
    """One self-contained page."""
    env = _environment(escape=True)
    svg = Markup(env.get_template("drawing.svg.j2").render(d=made["drawing"]))  # noqa: S704 (escaped by the template)
    # In a script element only "</" and "<!--" can end it or change its meaning.
    data = json.dumps({k: made[k] for k in ("failures", "entry_points", "recoveries")}).replace("<", "\\u003c")
    page = env.get_template("report.html.j2")
    worse = [c for c in cells(made) if c[2]["verdict"] in FATAL or (c[2]["broken"] and c[0]["kind"] in PLACES)]
    return page.render(r=made, svg=svg, worse=worse, css=_text("report.css"), js=_text("report.js"), data=data)


def _text(name: str) -> str:
    return files("ha_policy.proof.report.templates").joinpath(name).read_text(encoding="utf-8")


def markdown(made: dict[str, Any]) -> str:
    """As Markdown for a comment on a pull request."""
    env = _environment(escape=False)
    by_kind = {k: [f for f in made["failures"] if f["kind"] == k] for k in ("zone", "region")}
    fatal = [
        c for c in cells(made) if c[2]["verdict"] in FATAL and c[0]["kind"] != "service" and c[1]["intact"] == "serves"
    ]
    template = env.get_template("comment.md.j2")
    return template.render(r=made, zones=by_kind["zone"], regions=by_kind["region"], fatal=fatal)


def cells(made: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """(failure, entry point, outcome) for every cell of the matrix."""
    return [(f, e, o) for f in made["failures"] for e, o in zip(made["entry_points"], f["outcomes"], strict=True)]


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
        "md": _md,
    }  # fmt: skip
    env.filters = {**env.filters, **filters}
    tests: Any = env.tests
    tests.update(calm=_calm, broken=_broken)
    return env


def _minutes(value: float) -> str:
    return time(value * _MINUTE)


def _slug(value: str) -> str:
    return value.replace(" ", "-")


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _md(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _calm(outcomes: list[dict[str, Any]]) -> bool:
    return all(o["verdict"] == "serves" for o in outcomes)


def _broken(outcomes: list[dict[str, Any]]) -> bool:
    return any(o["broken"] for o in outcomes)


def share(value: float) -> str:
    """A share of the capacity in percent, rounded down."""
    return f"{int(value * 100 + 1e-9)} %"


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
