"""The verdict as JUnit XML, which every CI system shows: what must hold is a test case."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

from ha_policy.check.verdict import BAD, labelled


def junit(made: dict[str, Any]) -> str:
    """One suite for the losses, one for the rules, one for the targets. What cannot be told is skipped."""
    suites = {"losses": _losses(made), "rules": _rules(made), "targets": _targets(made)}
    root = ET.Element("testsuites", name=_clean(" and ".join(made["stacks"]) or "no stack"))
    for name, cases in suites.items():
        if cases:
            suite = ET.SubElement(root, "testsuite", {"name": name, **_counts(cases)})
            suite.extend(cases)
    for key, value in _counts([c for cases in suites.values() for c in cases]).items():
        if key != "skipped":  # which Jenkins' schema allows in a testsuite only
            root.set(key, value)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(cases: list[ET.Element]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(c.find("failure") is not None for c in cases)),
        "errors": "0",
        "skipped": str(sum(c.find("skipped") is not None for c in cases)),
    }


def _case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=_clean(classname), name=_clean(name), time="0")


def _losses(made: dict[str, Any]) -> list[ET.Element]:
    cases: list[ET.Element] = []
    for v in made["verdicts"]:
        case = _case(f"{v['kind']} {v['entry_point']}", f"loss of a {v['loss']}")
        path = _clean(f"{v['lost']}: {' -> '.join(v['path'])}")
        if v["verdict"] == "cannot tell":
            ET.SubElement(case, "skipped", message=f"cannot tell: {path}")
        elif v["verdict"] == "down" and v["loss"] == "zone":
            ET.SubElement(case, "failure", message="down", type="down").text = path
        elif v["path"]:
            ET.SubElement(case, "system-out").text = f"{v['verdict']}: {path}"
        cases.append(case)
    return cases


def _rules(made: dict[str, Any]) -> list[ET.Element]:
    found: dict[str, list[dict[str, Any]]] = {r: [] for r in made["passed_rules"]}
    for f in made["findings"]:
        found.setdefault(f["rule"], []).append(f)
    cases: list[ET.Element] = []
    for rule, findings in sorted(found.items()):
        case = _case("rules", rule)
        bad = [f for f in findings if f["level"] == "mandatory" and f["verdict"] in map(str, BAD)]
        other = [f for f in findings if f not in bad]
        unsure = any(f["verdict"] == "cannot tell" for f in other)
        if bad:
            failure = ET.SubElement(case, "failure", message=_clean(bad[0]["title"]), type=rule)
            failure.text = "\n".join([*map(_line, bad), f"fix: {bad[0]['fix']}"])
        elif unsure:
            ET.SubElement(case, "skipped", message=_clean("; ".join(map(_line, other))))
        if other and (bad or not unsure):
            ET.SubElement(case, "system-out").text = "\n".join(map(_line, other))
        cases.append(case)
    return cases


def _targets(made: dict[str, Any]) -> list[ET.Element]:
    cases: list[ET.Element] = []
    for t in made["targets"]:
        case = _case(f"target {t['entry_point']}", f"{t['target']} {t['limit']}")
        said = _clean(f"{t['found']}: {t['why']}" if t["why"] else t["found"])
        if t["status"] == "missed":
            ET.SubElement(case, "failure", message=said, type="missed").text = said
        elif t["status"] == "cannot tell":
            ET.SubElement(case, "skipped", message=said)
        cases.append(case)
    return cases


def _line(finding: dict[str, Any]) -> str:
    where = f"{finding['file']}:{finding['line']}: " if finding["file"] else ""
    return _clean(f"{where}{labelled(finding)}: {finding['verdict']}: {finding['message']}")


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow (its production Char)."""


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
