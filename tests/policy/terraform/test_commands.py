"""Every command takes plans and states of Terraform: alone, several, and beside Pulumi's as one system."""

import copy
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from ha_policy.graph import Graph
from ha_policy.inputs import read
from ha_policy.proof.cli import main
from ha_policy.proof.inputs import Input, Mistake, joined

from tests.support.some import some
from tests.support.terraform_plans import PLANS

TWINS = PLANS / "twins"
PLAN = TWINS / "plan.json"
DATABASE = "module.east.aws_db_instance.db"
AWS = "registry.terraform.io/hashicorp/aws"


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main(["check", *arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def about(made: dict[str, Any], rule: str, name: str) -> list[str]:
    return [f["verdict"] for f in made["findings"] if (f["rule"], f["name"]) == (rule, name)]


def changed(**values: Any) -> dict[str, Any]:
    """The plan with other values of the database in the eastern Region."""
    content = json.loads(PLAN.read_text(encoding="utf-8"))
    (change,) = [c["change"] for c in content["resource_changes"] if c["address"] == DATABASE]
    change["after_unknown"] = {k: v for k, v in change["after_unknown"].items() if k not in values}
    todo = [content["planned_values"]["root_module"]]
    while todo:
        module = todo.pop()
        todo += module.get("child_modules", [])
        for resource in module.get("resources", []):
            if resource["address"] == DATABASE:
                resource["values"] |= values
    return content


def test_a_finding_has_its_address_its_type_and_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    made = checked(capsys, str(PLAN))
    (found,) = [f for f in made["findings"] if (f["rule"], f["name"]) == ("rds-multi-az", DATABASE)]
    assert (found["kind"], found["message"], found["fix"]) == ("aws_db_instance", "multi_az is off", "set multi_az")
    lines = (TWINS / "cell" / "main.tf").read_text(encoding="utf-8").splitlines()
    assert found["file"].endswith("twins/cell/main.tf")
    assert lines[found["line"] - 1] == 'resource "aws_db_instance" "db" {'


def test_formats_have_the_address_and_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sarif, junit = tmp_path / "ha.sarif", tmp_path / "ha.xml"
    main(["check", str(PLAN), "--format", f"sarif={sarif}", "--format", f"junit={junit}", "--format", "github"])
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    texts = [r["message"]["text"] for r in results if r["ruleId"] == "rds-multi-az"]
    assert texts == [f"{DATABASE}: multi_az is off. Fix: set multi_az."]
    places = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rpartition("twins/")[2] for r in results}
    assert places == {"cell/main.tf"}
    assert f"{DATABASE}: violation: multi_az is off" in "".join(ET.parse(junit).getroot().itertext())
    assert f"title=[rds-multi-az] {DATABASE}::multi_az is off" in capsys.readouterr().out


def test_without_the_configuration_a_finding_is_at_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_bytes(PLAN.read_bytes())
    main(["check", str(tmp_path / "plan.json"), "--format", "github"])
    assert "file=" + (tmp_path / "plan.json").as_posix() in capsys.readouterr().out


def test_what_only_the_configuration_has_is_not_told_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.json").write_bytes(PLAN.read_bytes())
    alone = checked(capsys, str(tmp_path / "plan.json"))
    assert about(alone, "stateful-protected", DATABASE) == ["cannot tell"]
    with_source = checked(capsys, str(tmp_path / "plan.json"), "--source", str(TWINS))
    assert about(with_source, "stateful-protected", DATABASE) == ["violation"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "nowhere"], "--source nowhere: there are no *.tf files"),
        (
            ["--source", str(TWINS), "--source", str(TWINS)],
            "there are 1 plans or states of Terraform, and more folders",
        ),
    ],
)
def test_a_folder_that_is_of_no_use_is_an_error(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(PLAN), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_exemptions_work_by_tag_and_by_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tagged = tmp_path / "plan.json"
    tagged.write_text(json.dumps(changed(tags={"ha:exempt:rds-multi-az": "a cache"})))
    assert about(checked(capsys, str(tagged)), "rds-multi-az", DATABASE) == ["exempt"]
    by_default = tmp_path / "default.json"
    by_default.write_text(json.dumps(changed(tags=None, tags_all={"ha:exempt:rds-multi-az": "a cache"})))
    assert about(checked(capsys, str(by_default)), "rds-multi-az", DATABASE) == ["exempt"]
    config = tmp_path / "config.json"
    entry = {"rule": "rds-multi-az", "resource": DATABASE, "reason": "a cache"}
    config.write_text(json.dumps({"ha": {"exemptions": [entry]}}))
    assert about(checked(capsys, str(PLAN), "--policy-config", str(config)), "rds-multi-az", DATABASE) == ["exempt"]


def test_a_baseline_accepts_what_is_there_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", str(PLAN)]) == 0
    accepted = tmp_path / "baseline.json"
    accepted.write_text(capsys.readouterr().out)
    made = checked(capsys, str(PLAN), "--baseline", str(accepted))
    assert [f for f in made["findings"] if f["level"] == "mandatory" and f["rule"] == "rds-multi-az"] == []
    assert made["counts"]["accepted"] > 0


def test_diff_compares_two_plans(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(PLAN), str(PLAN), "--source", str(TWINS), "--json", "--fail-on-worse"]) == 0
    assert json.loads(capsys.readouterr().out)["worse"] is False


def test_lose_and_explain_take_addresses_and_zones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lose", str(PLAN), "us-east-1a"]) == 0
    assert "name www.shop.example: degrades" in capsys.readouterr().out
    assert main(["explain", "rds-multi-az", DATABASE, "--stack", str(PLAN)]) == 0
    said = capsys.readouterr().out
    assert f"{DATABASE}: violation, mandatory\n  multi_az is off" in said
    assert "fix: set multi_az\n" in said


def test_report_writes_a_page_about_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(PLAN), "--out", str(tmp_path)]) == 0
    made = json.loads(next(tmp_path.glob("*.json")).read_text())
    assert made["stack"]["source"] == "plan"
    assert {"notes": ["multi_az is off"], "resource": DATABASE}.items() <= next(
        f for f in made["rules"]["findings"] if (f["rule"], f["resource"]) == ("rds-multi-az", DATABASE)
    ).items()
    assert "multiAz" not in next(tmp_path.glob("*.html")).read_text()


def resource(address: str, **values: Any) -> dict[str, Any]:
    kind, name = address.split(".")
    return {
        "address": address, "mode": "managed", "type": kind, "name": name, "provider_name": AWS, "values": values
    }  # fmt: skip


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"format_version": "1.0", "values": {"root_module": {"resources": list(resources)}}}


NETWORK = state(
    *(
        resource(
            f"aws_subnet.{z}", id=f"subnet-{z}", availability_zone=f"us-west-2{z}", arn=f"arn:aws:ec2:us-west-2::{z}"
        )
        for z in "ab"
    )
)
BALANCER = resource("aws_lb.web", id="arn:web", subnets=["subnet-a", "subnet-b"], load_balancer_type="application")


def test_a_state_is_joined_by_its_ids() -> None:
    content = copy.deepcopy(NETWORK)
    content["values"]["root_module"]["resources"].append(BALANCER)
    graph = Graph(read(content).nodes)
    (balancer,) = graph.of("lb/loadBalancer")
    assert sorted(graph.zones(balancer).names) == ["us-west-2a", "us-west-2b"]
    assert {graph.region(s) for s in some(graph.of("ec2/subnet"))} == {"us-west-2"}


def test_two_states_and_a_stack_of_pulumi_are_one_system() -> None:
    urn = "urn:pulumi:dev::shop::aws:lb/loadBalancer:LoadBalancer::public"
    pulumi = {
        "deployment": {
            "resources": [
                {
                    "urn": urn,
                    "type": "aws:lb/loadBalancer:LoadBalancer",
                    "custom": True,
                    "id": "arn:public",
                    "inputs": {"subnets": ["subnet-b"]},
                    "outputs": {"subnets": ["subnet-b"]},
                }
            ]
        }
    }
    inputs = [Input("network.json", NETWORK), Input("app.json", state(BALANCER)), Input("shop.json", pulumi)]
    graph, notes, _ = joined(inputs, None)
    found = {n.name: sorted(graph.zones(n).names) for n in graph.of("lb/loadBalancer")}
    assert found == {"app/aws_lb.web": ["us-west-2a", "us-west-2b"], "dev/public": ["us-west-2b"]}
    assert notes == []


def test_the_same_plan_twice_is_an_error() -> None:
    with pytest.raises(Mistake, match="give it once"):
        joined([Input("network.json", NETWORK), Input("network.json", NETWORK)], None)
