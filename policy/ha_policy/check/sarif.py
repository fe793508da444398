"""The findings as SARIF 2.1.0, which GitHub, GitLab and editors read."""

from __future__ import annotations

from typing import Any, Final

from ha_policy import __version__
from ha_policy.check.verdict import fingerprint, labelled
from ha_policy.rule import RULES
from ha_policy.terraform.language import said

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"mandatory": "error", "advisory": "warning"}


def sarif(made: dict[str, Any], project_file: str) -> dict[str, Any]:
    """One run. project_file: path of Pulumi.yaml, the place of findings whose line is not known: GitHub takes no result
    without a file.
    """
    used = sorted({f["rule"] for f in made["findings"]})
    index = {rule: i for i, rule in enumerate(used)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "resilience",
                        "semanticVersion": __version__,
                        "rules": [_rule(r, made["findings"]) for r in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(f, index[f["rule"]], project_file) for f in made["findings"]],
            }
        ],
    }


def _rule(name: str, findings: list[dict[str, Any]]) -> dict[str, Any]:
    rule, first = RULES[name], next(f for f in findings if f["rule"] == name)
    reason = rule.reason if "/" in first["kind"] else said(rule.reason)
    return {
        "id": name,
        "shortDescription": {"text": first["title"]},
        "fullDescription": {"text": f"{first['title']}: {reason}."},
        "help": {"text": f"Why: {reason}. Fix: {first['fix']}."},
        "properties": {"tags": ["availability", rule.family], "severity": str(rule.severity)},
    }


def _result(finding: dict[str, Any], rule: int, project_file: str) -> dict[str, Any]:
    unsure = finding["verdict"] == "cannot tell"
    level = "note" if finding["exemption"] or (unsure and finding["level"] == "advisory") else LEVELS[finding["level"]]
    said = f"cannot tell: {finding['message']}" if unsure else finding["message"]
    place = {
        "artifactLocation": {"uri": finding["file"] or project_file},
        "region": {"startLine": finding["line"] or 1},
    }
    made: dict[str, Any] = {
        "ruleId": finding["rule"],
        "ruleIndex": rule,
        "level": level,
        "message": {"text": f"{labelled(finding)}: {said}. Fix: {finding['fix']}."},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"haFinding/v1": fingerprint(finding)},
    }
    if finding["exemption"]:
        made["suppressions"] = [{"kind": "inSource", "justification": finding["exemption"]["reason"]}]
    return made
