"""The findings as GitHub's workflow commands, which become annotations of a pull request's lines, and as GitLab's Code
Quality report.
"""

from __future__ import annotations

from typing import Any, Final

from ha_policy.check.verdict import fingerprint

_SEVERITIES: Final = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor"}
_TEXT: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final = {**_TEXT, ":": "%3A", ",": "%2C"}


def github(made: dict[str, Any], project_file: str) -> str:
    """One workflow command per finding that is not exempt. project_file: the place of those whose line is not known."""
    lines: list[str] = []
    for f in made["findings"]:
        if f["exemption"]:
            continue
        unsure = f["verdict"] == "cannot tell"
        command = "notice" if unsure else "error" if f["level"] == "mandatory" else "warning"
        properties = {
            "file": f["file"] or project_file,
            "line": str(f["line"] or 1),
            "title": f"[{f['rule']}] {f['name']}",
        }
        given = ",".join(f"{k}={_escaped(v, _PROPERTY)}" for k, v in properties.items())
        said = f"cannot tell: {f['message']}" if unsure else f"{f['message']}\nfix: {f['fix']}"
        lines.append(f"::{command} {given}::{_escaped(said, _TEXT)}\n")
    return "".join(lines)


def gitlab(made: dict[str, Any], project_file: str) -> list[dict[str, Any]]:
    """Code Quality: a list of issues."""
    return [
        {
            "description": f"{f['name']}: {f['message']}",
            "check_name": f["rule"],
            "fingerprint": fingerprint(f),
            "severity": "info" if f["verdict"] == "cannot tell" else _SEVERITIES[f["severity"]],
            "location": {"path": f["file"] or project_file, "lines": {"begin": f["line"] or 1}},
        }
        for f in made["findings"]
        if not f["exemption"]
    ]


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(c, c) for c in text)
