"""A baseline accepts what was found on a day, and nothing else."""

import copy
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from ha_policy.baseline import Accepted, Baseline, Renamed, read, steady
from ha_policy.config import ConfigError
from ha_policy.graph.node import Node
from ha_policy.pack import policies
from ha_policy.proof.cli import main
from ha_policy.rule import Level
from ha_policy.testing import Stack

from tests.policy.check.stacks import checked, service

ONE = ("us-west-2a",)


def written(tmp_path: Path, given: list[str], capsys: pytest.CaptureFixture[str], *options: str) -> Path:
    capsys.readouterr()
    assert main(["baseline", *given, *options]) == 0
    path = tmp_path / "ha-baseline.json"
    path.write_text(capsys.readouterr().out)
    return path


def test_what_is_accepted_no_longer_fails_and_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = service(tmp_path, *ONE)
    baseline = written(tmp_path, given, capsys)
    status, made = checked(tmp_path, given, "--baseline", str(baseline), "--fail-on", "advisory")
    assert (status, made["findings"]) == (0, [])
    assert made["counts"]["accepted"] > 0
    assert made["stale_baseline"] == []
    assert made["verdicts"][0]["verdict"] == "down", "the simulation says what it finds, accepted or not"


def test_a_new_defect_on_the_same_resource_is_not_hidden(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = service(tmp_path, *ONE)
    baseline = written(tmp_path, given, capsys)
    worse = service(tmp_path, *ONE, rollback=False)
    status, made = checked(tmp_path, worse, "--baseline", str(baseline))
    assert status == 1
    assert {(f["rule"], f["name"]) for f in made["findings"]} == {("ecs-safe-deploy", "app/tasks")}


def test_a_renamed_resource_with_an_alias_keeps_all_its_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = service(tmp_path, *ONE)
    baseline = written(tmp_path, given, capsys, "--owner", "team-shop")
    app = Path(given[1])
    state: dict[str, Any] = json.loads(app.read_text().replace("::tasks", "::shop").replace("::front", "::entrance"))
    app.write_text(json.dumps(state))
    status, made = checked(tmp_path, given, "--baseline", str(baseline))
    assert status == 1, "without the alias it is another resource"
    assert made["stale_baseline"]
    for resource in state["deployment"]["resources"]:
        resource["aliases"] = [resource["urn"].replace("::shop", "::tasks").replace("::entrance", "::front")]
    app.write_text(json.dumps(state))
    status, made = checked(tmp_path, given, "--baseline", str(baseline), "--fail-on", "advisory")
    assert (status, made["findings"], made["stale_baseline"]) == (0, [], [])
    assert made["verdicts"][0]["entry_point"] == "app/entrance"
    again = written(tmp_path, given, capsys, "--former", str(baseline))
    owners = {e.get("owner") for e in json.loads(again.read_text())["findings"]}
    assert owners == {"team-shop"}, "writing it anew keeps what people have added"


def test_a_baseline_of_the_first_preview_fits_the_deployed_stack_after_renaming(tmp_path: Path) -> None:
    """Recorded from the engine: the first preview of examples/shared-nat, where no id is known, and the preview after
    the update in which the load balancer, the servers and the NAT gateway have new names with aliases.
    """
    inputs = Path(__file__).parents[1] / "inputs"
    given, baseline = inputs / "preview_after_renaming.json", inputs / "baseline_before_renaming.json"
    accepted = ("--baseline", str(baseline), "--fail-on", "advisory")
    status, made = checked(tmp_path, [str(given)], *accepted)
    assert (status, made["findings"], made["stale_baseline"]) == (0, [], [])
    assert made["counts"]["accepted"] == len(json.loads(baseline.read_text())["findings"]) > 5
    unaliased = tmp_path / "unaliased.json"
    unaliased.write_text(given.read_text().replace('"aliases"', '"formerly"'))
    status, made = checked(tmp_path, [str(unaliased)], *accepted)
    assert {f["rule"] for f in made["findings"]} >= {"survives-az-loss", "nat-own-az"}


def test_an_entry_accepts_one_finding_and_not_a_second_that_differs_in_an_id() -> None:
    def found(*notes: str) -> list[str | None]:
        entries = [Accepted("r", "urn::web", what, Level.MANDATORY) for what in ("via nat-0123456789abcdef0", "same")]
        matched = Baseline(entries).match("r", node, notes, Renamed([node]))
        return [e.what if e else None for e in matched]

    node = Node("urn::web", "lb/loadBalancer", "", "web", {})
    assert found("via nat-0fedcba9876543210") == ["via nat-0123456789abcdef0"]
    new, old = "via nat-0fedcba9876543210", "via nat-0123456789abcdef0"
    assert found(new, old, "same", "same") == [None, old, "same", None]


def test_the_same_path_with_other_numbers_of_members_is_the_same_finding() -> None:
    one = "web goes down: web -> 4 of 4: 2 × instance in a, 2 × instance in b -> nat-a"  # noqa: RUF001
    two = "web goes down: web -> web -> 6 of 6: 3 × instance in a, 3 × instance in b -> nat-a"  # noqa: RUF001
    assert steady(one) == steady(two) != steady(one.replace("nat-a", "nat-b"))


def test_notes_are_compared_without_ids_arns_and_generated_names() -> None:
    old = "subnet-0123456789abcdef0 of arn:aws:rds:us-west-2:123456789012:db:a and web-1a2b3c4 of 123456789012"
    new = "subnet-0fedcba9876543210 of arn:aws:rds:us-west-2:210987654321:db:b and web-4c3b2a1 of 210987654321"
    assert steady(old) == steady(new)
    assert steady("its subnets are in us-west-2a") == "its subnets are in us-west-2a"
    assert steady("2 of 3 zones") != steady("1 of 3 zones")


def test_an_entry_that_was_advice_does_not_accept_what_is_mandatory_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = service(tmp_path, *ONE)
    config = tmp_path / "config.json"
    config.write_text('{"rules": {"ecs-multi-az": "advisory"}}')
    baseline = written(tmp_path, given, capsys, "--policy-config", str(config))
    _, made = checked(tmp_path, given, "--baseline", str(baseline))
    assert {f["rule"] for f in made["findings"]} == {"ecs-multi-az"}


def test_an_entry_ends_on_its_day_and_then_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = service(tmp_path, *ONE)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    for days, expected in ((1, 0), (0, 0), (-2, 1)):
        until = str(today + datetime.timedelta(days=days))
        baseline = written(tmp_path, given, capsys, "--until", until, "--owner", "team-shop", "--reason", "ticket 7")
        status, made = checked(tmp_path, given, "--baseline", str(baseline))
        assert status == expected, until
    assert {f["verdict"] for f in made["findings"]} == {"expired exemption"}


def test_writing_again_keeps_reason_owner_and_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = service(tmp_path, *ONE)
    first = written(tmp_path, given, capsys, "--owner", "team-shop", "--reason", "ticket 7", "--until", "2099-01-01")
    kept = json.loads(first.read_text())
    again = written(tmp_path, given, capsys, "--former", str(first))
    assert json.loads(again.read_text()) == kept
    assert kept["findings"]
    assert all(e["owner"] == "team-shop" for e in kept["findings"])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "it is not a file that `resilience baseline` wrote"),
        ('{"version": 9, "findings": []}', "it is not a file that `resilience baseline` wrote"),
        ('{"version": 1, "findings": [3]}', "findings[0] must be an object"),
        ('{"version": 1, "findings": [{"rule": "x"}]}', "findings[0].resource: missing"),
        ('{"version": 1, "findings": [{"rule": 3}]}', "findings[0].rule must be a string"),
        ('{"version": 1, "findings": [{"color": "x"}]}', "findings[0].color: no such key"),
        (
            '{"version": 1, "findings": [{"rule": "a", "resource": "b", "what": "c", "level": "loud"}]}',
            "findings[0].level='loud': must be one of",
        ),
        (
            '{"version":1,"findings":[{"rule":"a","resource":"b","what":"c","level":"advisory","until":"x"}]}',
            "findings[0].until='x': must be a date",
        ),
    ],
)
def test_a_foreign_file_is_one_sentence(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(content)
    with pytest.raises(ConfigError) as wrong:
        read(path)
    assert complaint in str(wrong.value)
    assert str(path) in str(wrong.value)


def test_the_pack_reports_what_the_baseline_of_its_configuration_does_not_accept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stack(*, zones: int) -> Stack:
        made = Stack(deployed=True)
        ids = [made.add("ec2/subnet", z, availabilityZone=f"us-west-2{z}") for z in "ab"]
        made.add("lb/loadBalancer", "web", subnets=ids[:zones])
        made.add("lb/loadBalancer", "api", subnets=ids)
        return made

    state = tmp_path / "state.json"
    state.write_text(json.dumps(stack(zones=1).state()))
    written(tmp_path, [str(state)], capsys)
    monkeypatch.setenv("PWD", str(tmp_path))
    config = {"ha": {"baseline": "ha-baseline.json"}}
    assert stack(zones=1).analyze(policies(), config) == []
    told = stack(zones=2).analyze(policies(), config)
    assert any("entries of the baseline match no finding" in d.message for d in told)
    lost = stack(zones=1).analyze(policies(), {"ha": {"baseline": "elsewhere.json"}})
    assert any("baseline: elsewhere.json: there is no such file" in d.message for d in lost)
    assert copy.deepcopy(config) == config
