"""`resilience check`: verdict, exit status, formats, and what it says of input that cannot be used."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from ha_policy.check import text as terminal
from ha_policy.proof.arguments import FORMATS
from ha_policy.proof.cli import main

from tests.policy.check.stacks import LINE, checked, files, service
from tests.policy.proof.states import application, network

SCHEMA = json.loads(Path(terminal.__file__).with_name("check.schema.json").read_text(encoding="utf-8"))
SCHEMAS = Path(__file__).with_name("schemas")
GOOD, ONE = ("us-west-2a", "us-west-2b"), ("us-west-2a",)


def rules(made: dict[str, Any], level: str = "mandatory") -> set[str]:
    return {f["rule"] for f in made["findings"] if f["level"] == level}


def test_a_service_in_two_zones_passes_and_in_one_fails(tmp_path: Path) -> None:
    status, made = checked(tmp_path, service(tmp_path, *GOOD))
    assert (status, made["result"]["word"]) == (0, "passed")
    status, made = checked(tmp_path, service(tmp_path, *ONE))
    assert (status, made["result"]["word"]) == (1, "failed")
    assert {"survives-az-loss", "ecs-multi-az"} <= rules(made)
    (zone,) = [v for v in made["verdicts"] if v["loss"] == "zone"]
    assert (zone["verdict"], zone["lost"]) == ("down", "Availability Zone us-west-2a")


@pytest.mark.parametrize("zones", [GOOD, ONE])
def test_the_verdict_has_the_shape_that_its_schema_gives(tmp_path: Path, zones: tuple[str, ...]) -> None:
    targets = tmp_path / "targets.json"
    targets.write_text('{"*": {"zone": {"capacity": 66}, "availability": 99.999999}}')
    _, made = checked(tmp_path, service(tmp_path, *zones), "--targets", str(targets), "--fail-on", "cannot-tell")
    jsonschema.validate(made, SCHEMA)
    assert made["verdicts"]
    assert made["targets"]
    assert made["findings"]


def test_a_finding_names_the_line_of_the_program_from_the_repositorys_root(tmp_path: Path) -> None:
    _, made = checked(tmp_path, service(tmp_path, *ONE), "--project-dir", "infra/shop")
    found = next(f for f in made["findings"] if f["rule"] == "ecs-multi-az")
    assert (found["file"], found["line"]) == ("infra/shop/app/main.py", LINE + 5)
    assert found["resource"].endswith("::tasks")


def test_the_schemas_for_editors_are_of_what_the_commands_take(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(name: str) -> Any:
        assert main(["schema", name]) == 0
        return json.loads(capsys.readouterr().out)

    assert printed("check") == SCHEMA
    good: dict[str, Any] = {
        "ha": {"preset": "regulated", "targets": {"*": {"zone": {"capacity": 66}}}},
        "ha-advice": "disabled",
    }
    jsonschema.validate(good, printed("policy-config"))
    jsonschema.validate(good["ha"]["targets"], printed("targets"))
    page = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
    example = page.split("```json\n", 1)[1].split("```", 1)[0]
    jsonschema.validate(json.loads(example), printed("policy-config"))
    wrong = [{"ha": {"presett": "x"}}, {"ha": {"rules": {"no-such-rule": "advisory"}}}, {"hah": {}}]
    validator = jsonschema.Draft7Validator(printed("policy-config"))
    assert [w for w in wrong if validator.is_valid(w)] == []


def test_what_the_gate_fails_on_is_chosen(tmp_path: Path) -> None:
    given = service(tmp_path, *GOOD)
    status, made = checked(tmp_path, given)
    assert (status, rules(made, "advisory") != set()) == (0, True)
    assert checked(tmp_path, given, "--fail-on", "advisory")[0] == 1
    status, made = checked(tmp_path, given[1:])
    assert made["undecided"]
    assert checked(tmp_path, given[1:], "--fail-on", "cannot-tell")[0] == 2


def test_nothing_decided_is_never_good(tmp_path: Path) -> None:
    status, made = checked(tmp_path, files(tmp_path, network(*GOOD)))
    assert (status, made["result"]["word"]) == (2, "cannot tell")
    assert "no entry point was found" in made["result"]["reasons"][0]
    status, made = checked(tmp_path, service(tmp_path, *GOOD)[1:])
    assert (status, made["result"]["word"]) == (2, "cannot tell")
    assert made["result"]["reasons"] == ["of no entry point it is known what the loss of a zone does"]


def test_a_change_for_the_worse_fails_only_if_that_is_asked(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    three = service(before, "us-west-2a", "us-west-2b", "us-west-2c")
    assert checked(tmp_path, service(tmp_path, *GOOD), "--base", three[0], "--base", three[1])[0] == 0
    options = ("--fail-on", "worse", *(o for f in three for o in ("--base", f)))
    status, made = checked(tmp_path, service(tmp_path, *GOOD), *options)
    assert status == 1
    assert any("degrades 50 %" in w for w in made["worse"])
    same = ("--fail-on", "worse", *(o for f in service(before, *GOOD) for o in ("--base", f)))
    assert checked(tmp_path, service(tmp_path, *GOOD), *same)[0] == 0


def test_the_terminal_shows_entry_points_findings_with_lines_and_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *service(tmp_path, *ONE)]) == 1
    said = capsys.readouterr().out
    assert "load-balancer app/front" in said
    assert f"app/main.py:{LINE + 5}: mandatory [ecs-multi-az]" in said
    assert said.splitlines()[-1].startswith("failed: ")
    assert "\x1b" not in said


@pytest.mark.parametrize("color", [False, True])
def test_a_name_gives_the_terminal_no_orders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, color: bool
) -> None:
    monkeypatch.setattr(terminal, "is_colored", lambda *_: color)
    state = application([])
    state.add("aws:lb/loadBalancer:LoadBalancer", "evil\x1b]0;owned\x07", subnets=["subnet-1"])
    main(["check", *files(tmp_path, state)])
    said = capsys.readouterr().out
    assert "evil\N{REPLACEMENT CHARACTER}]0;owned" in said
    assert "\x1b]" not in said
    assert "\x07" not in said
    assert ("\x1b[" in said) == color


def test_colour_is_for_terminals_without_no_color() -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    stream: Any = Terminal()
    assert terminal.is_colored(stream, {"TERM": "xterm"})
    assert not terminal.is_colored(stream, {"TERM": "xterm", "NO_COLOR": "1"})
    assert not terminal.is_colored(stream, {"TERM": "dumb"})


def test_every_format_is_written_in_one_run(tmp_path: Path) -> None:
    wanted = [o for f in FORMATS for o in ("--format", f"{f}={tmp_path / f'out.{f}'}")]
    assert main(["check", *service(tmp_path, *ONE), *wanted]) == 1
    assert {p.name for p in tmp_path.glob("out.*")} == {f"out.{f}" for f in FORMATS}
    assert not list(tmp_path.glob("*.part"))


def test_junit_counts_what_fails_and_skips_what_cannot_be_told(tmp_path: Path) -> None:
    out = tmp_path / "ha.xml"
    main(["check", *service(tmp_path, *ONE), "--format", f"junit={out}"])
    root = ET.parse(out).getroot()
    cases = root.findall(".//testcase")
    assert int(root.get("tests", "0")) == len(cases) > 0
    assert int(root.get("failures", "0")) == len(root.findall(".//failure")) > 0
    names = {c.get("name") for c in cases if c.get("classname") == "rules"}
    assert "ecs-multi-az" in names
    assert "accelerator-dial" not in names, "no rule passes that applies to nothing"
    main(["check", service(tmp_path, *GOOD)[1], "--format", f"junit={out}"])
    assert ET.parse(out).getroot().findall(".//skipped")


def test_github_gets_one_command_per_finding_with_everything_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = application([])
    state.add("aws:lb/loadBalancer:LoadBalancer", "a%b,c:d\nx", subnets=["subnet-1"])
    main(["check", *files(tmp_path, state), "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(("::error file=Pulumi.yaml,", "::warning file=", "::notice file=")) for line in lines)
    assert any("a%25b%2Cc%3Ad%0Ax" in line for line in lines)


def test_gitlab_gets_issues_whose_fingerprints_survive_new_ids_and_lines(tmp_path: Path) -> None:
    out = tmp_path / "gl.json"

    def prints(*states: Any) -> set[str]:
        main(["check", *files(tmp_path, *states), "--format", f"gitlab={out}"])
        issues = json.loads(out.read_text())
        fields = {"description", "check_name", "fingerprint", "severity", "location"}
        assert [i for i in issues if set(i) != fields] == []
        assert {i["severity"] for i in issues} <= {"info", "minor", "major", "critical", "blocker"}
        found = [i["fingerprint"] for i in issues]
        assert len(set(found)) == len(found) > 0
        return set(found)

    one = application(["subnet-0123456789abcdef0"])
    two = application(["subnet-0fedcba987654321f"])
    for resource in two.resources:
        resource["sourcePosition"] = "project:///other.py#99"
    assert prints(one) == prints(two)


def test_markdown_has_no_link_image_or_mention_from_a_name(tmp_path: Path) -> None:
    state = application([])
    state.add("aws:lb/loadBalancer:LoadBalancer", "![x](http://evil) @all <b>", subnets=["subnet-1"])
    out = tmp_path / "ha.md"
    main(["check", *files(tmp_path, state), "--format", f"markdown={out}"])
    said = out.read_text()
    assert "evil" in said
    assert "![x]" not in said
    assert "<b>" not in said
    assert "@all" not in said


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--format", "xml"), "--format xml: must be one of text, json"),
        (("--format", "sarif="), "--format sarif=: name a file after the ="),
        (("--format", "json", "--format", "text"), "only one format can go to standard output"),
        (("--format", "json=/nowhere/at/all.json"), "cannot be written: No such file or directory"),
        (("--format", "sarif=a\0b"), "cannot be written"),
        (("--fail-on", "worse"), "--fail-on worse needs --base"),
        (("--baseline", "/nowhere.json"), "baseline /nowhere.json: No such file"),
        (("--targets", "/nowhere.json"), "/nowhere.json: No such file"),
        (("--baseline", "/"), "baseline /: Is a directory"),
        (("--targets", str(SCHEMAS / "README.md")), "README.md: it is not JSON"),
        (("--targets", str(SCHEMAS / "sarif-schema-2.1.0.json")), "sarif-schema-2.1.0.json: targets.$schema="),
        (("--policy-config", str(SCHEMAS / "sarif-schema-2.1.0.json")), "sarif-schema-2.1.0.json: $schema: no such"),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], complaint: str
) -> None:
    assert main(["check", *service(tmp_path, *GOOD), *options]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert len(said.splitlines()) == 1


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, folder = tmp_path / "ha.sarif", tmp_path / "ha.xml"
    kept.write_text("of yesterday")
    folder.mkdir()
    (folder / "other").touch()
    forms = [f"sarif={kept}", f"junit={tmp_path / 'none' / 'ha.xml'}"]
    for last in (forms[1], f"junit={folder}"):
        given = service(tmp_path, *GOOD)
        assert main(["check", *given, "--format", forms[0], "--format", last]) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n"), "cannot be written" in said.err) == ("", 1, True)
        assert kept.read_text() == "of yesterday"
        assert not list(tmp_path.rglob("*.part"))


def test_a_link_or_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(real)
    assert main(["check", *service(tmp_path, *GOOD), "--format", f"json={link}", "--format", "gitlab=/dev/null"]) == 0
    assert link.is_symlink()
    assert json.loads(real.read_text())["result"]["word"] == "passed"
    assert Path("/dev/null").is_char_device()


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out.split()[-1]
    root = Path(__file__).parents[3]
    assert f'version = "{said}"' in (root / "pyproject.toml").read_text()
    assert f"version: {said}\n" in (root / "policy" / "PulumiPolicy.yaml").read_text()


def test_help_imports_nothing_of_the_pack() -> None:
    code = (
        "import sys; sys.argv = ['resilience', '--help']; import runpy\n"
        "try: runpy.run_module('ha_policy.proof', run_name='__main__')\n"
        "except SystemExit: print([m for m in sys.modules if m.startswith('ha_policy.rules')])"
    )
    folder = Path(__file__).parents[3] / "policy"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert "COMMAND" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
