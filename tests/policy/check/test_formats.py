"""The formats of `resilience check` against what their readers publish: OASIS, Jenkins and GitLab."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from ha_policy.proof.cli import main

from tests.policy.check.stacks import LINE, files, service
from tests.policy.proof.states import application

SCHEMAS = Path(__file__).with_name("schemas")
GITLAB: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}
"""https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; a path must not start with ./."""


STACKS = ("one zone", "two zones", "undecided", "strange", "exempt")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What is written, by stack and format: of stacks with findings, exemptions, what cannot be told, strange names."""
    folder = tmp_path_factory.mktemp("formats")
    targets = folder / "targets.json"
    targets.write_text('{"*": {"zone": {"capacity": 66}, "availability": 99.999999}}')
    found: dict[str, dict[str, str]] = {}
    for name in STACKS:
        (place := folder / name).mkdir()
        forms = ("sarif", "junit", "gitlab")
        options = [o for form in forms for o in ("--format", f"{form}={place / form}.out")]
        main(["check", *_stack(place, name), "--targets", str(targets), *options])
        found[name] = {form: (place / f"{form}.out").read_text(encoding="utf-8") for form in forms}
    return found


def _stack(folder: Path, name: str) -> list[str]:
    match name:
        case "one zone":
            return service(folder, "us-west-2a")
        case "two zones":
            return service(folder, "us-west-2a", "us-west-2b")
        case "undecided":
            return files(folder, application(["subnet-0123456789abcdef0"]))
        case "strange":
            strange = application([])
            strange.add("aws:lb/loadBalancer:LoadBalancer", "a<b>&\x01\"'é\u2028", subnets=["subnet-1"])
            return files(folder, strange)
        case _:
            given = service(folder, "us-west-2a")
            app = Path(given[-1])
            state: Any = json.loads(app.read_text())
            state["deployment"]["resources"][-1]["inputs"]["tags"] = {"ha:exempt:ecs-multi-az": "ticket 7"}
            app.write_text(json.dumps(state))
            return given


def _sarif(text: str) -> dict[str, Any]:
    """A log that the OASIS schema accepts."""
    log: dict[str, Any] = json.loads(text)
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    return log


@pytest.mark.parametrize("stack", STACKS)
def test_sarif_is_valid_and_has_a_file_and_line_for_each_result(written: dict[str, dict[str, str]], stack: str) -> None:
    (run,) = _sarif(written[stack]["sarif"])["runs"]
    places = [place["physicalLocation"] for r in run["results"] for place in r["locations"]]
    assert len(places) == len(run["results"]) > 0, "GitHub rejects a result without a physical location"
    assert [p for p in places if p["region"]["startLine"] < 1 or p["artifactLocation"]["uri"].startswith("/")] == []
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [r for r in run["results"] if ids[r["ruleIndex"]] != r["ruleId"]] == []


def test_sarif_names_the_line_of_the_users_program(written: dict[str, dict[str, str]]) -> None:
    results = _sarif(written["one zone"]["sarif"])["runs"][0]["results"]
    (found,) = [r for r in results if r["ruleId"] == "ecs-multi-az"]
    place = found["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "app/main.py"}, "region": {"startLine": LINE + 5}}


def test_sarif_suppresses_what_is_exempt(written: dict[str, dict[str, str]]) -> None:
    results = _sarif(written["exempt"]["sarif"])["runs"][0]["results"]
    reasons = [r["suppressions"][0]["justification"] for r in results if "suppressions" in r]
    assert reasons == ["ticket 7"]


def test_a_sarif_log_with_a_level_of_ours_would_be_refused(written: dict[str, dict[str, str]]) -> None:
    changed = written["one zone"]["sarif"].replace('"level": "error"', '"level": "mandatory"', 1)
    with pytest.raises(jsonschema.ValidationError, match="'mandatory' is not one of"):
        _sarif(changed)


@pytest.mark.parametrize("stack", STACKS)
def test_junit_is_what_jenkins_takes(written: dict[str, dict[str, str]], stack: str) -> None:
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(written[stack]["junit"])


@pytest.mark.parametrize("stack", STACKS)
def test_gitlab_gets_a_code_quality_report(written: dict[str, dict[str, str]], stack: str) -> None:
    issues = json.loads(written[stack]["gitlab"])
    jsonschema.validate(issues, GITLAB)
    assert issues
