"""Several stacks are judged as one system: joined by ids, with names that say which stack a resource is of."""

import json
from pathlib import Path
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.graph import Given, Graph, InputError, from_state, join, nodes_of
from ha_policy.graph.documents import document
from ha_policy.proof.cli import build, main
from ha_policy.rule import RULES

from tests.policy.proof.states import State, application, network

IDS = ["subnet-0-id", "subnet-1-id"]
TWO = ("us-west-2a", "us-west-2b")


def joined(*states: State) -> tuple[Graph, list[str]]:
    return join([Given(s.project, tuple(nodes_of(document(s.document)))) for s in states])


def zone_losses(report: dict[str, Any]) -> set[str]:
    return {o["verdict"] for f in report["failures"] if f["kind"] == "zone" for o in f["outcomes"]}


def test_zones_of_subnets_of_another_stack_are_known_once_it_is_given() -> None:
    app = application(IDS)
    alone = build(app.document)
    assert alone["result"]["word"] == "cannot tell"
    both = build(app.document, network(*TWO).document)
    assert both["result"]["word"] == "passed"
    assert zone_losses(both) == {"degrades"}
    assert both["stack"]["joined"] == ["app/prod", "network/prod"]
    assert [e["name"] for e in both["entry_points"]] == ["app/front"]


def test_a_loss_that_crosses_stacks_names_them() -> None:
    made = build(application(IDS[:1], balancer=IDS).document, network(*TWO).document)
    assert made["result"]["word"] == "failed"
    (reason,) = made["result"]["reasons"]
    assert "app/front" in reason
    assert "us-west-2a" in reason


def test_the_order_of_the_inputs_changes_no_verdict() -> None:
    app, net = application(IDS[:1], balancer=IDS).document, network(*TWO).document
    one, two = build(app, net), build(net, app)
    assert one["result"] == two["result"]
    assert one["failures"] == two["failures"]


def test_a_rule_sees_the_other_stack_and_judges_its_own_only() -> None:
    graph, _ = joined(application(IDS[:1], balancer=IDS), network(*TWO))
    report = evaluate(graph, load({}), stack="app/prod", rules=[RULES["ecs-multi-az"], RULES["vpc-subnets-multi-az"]])
    (found,) = report.findings
    assert (found.rule.id, found.verdict, found.node.name) == ("ecs-multi-az", Verdict.VIOLATION, "app/tasks")


def test_an_exemption_names_the_resource_as_its_program_does() -> None:
    excused = {"exemptions": [{"rule": "survives-az-loss", "resource": "front", "reason": "a demonstration"}]}
    app, net = application(IDS[:1], balancer=IDS).document, network(*TWO).document
    assert build(app, net, config=excused)["result"]["word"] == "passed"


def test_only_one_stack_is_reported_on_if_asked() -> None:
    app, net = application(IDS).document, network(*TWO).document
    made = build(app, net, only="network")
    assert made["entry_points"] == []
    assert {f["resource"].partition("/")[0] for f in made["rules"]["findings"]} <= {"network"}
    assert [e["name"] for e in build(app, net, only="app/prod")["entry_points"]] == ["app/front"]


def test_a_resource_that_one_stack_looks_up_is_the_one_that_another_manages() -> None:
    app = application(["subnet-0-id"])
    looked_up = app.add("aws:ec2/subnet:Subnet", "found", id="subnet-0-id", external=True, vpcId="vpc-id")
    graph, notes = joined(app, network(*TWO))
    assert [n.name for n in graph.named(looked_up)] == ["network/subnet-0"]
    assert notes == []


def test_what_does_not_fit_together_is_said() -> None:
    app = application(IDS)
    app.reference("acme/network/prod", subnetIds=["subnet-old"])
    _, notes = joined(app, network(*TWO))
    (older,) = notes
    assert "app/prod has read other values of subnetIds than network/prod gives" in older
    _, notes = joined(app)
    assert notes == [
        "app/prod reads outputs of the stack acme/network/prod, which is not given; give its preview or state too"
    ]
    other = State("other")
    other.add("aws:ec2/subnet:Subnet", "mine", id="subnet-0-id")
    _, notes = joined(other, network(*TWO))
    assert notes == ["other/prod and network/prod both manage ec2/subnet subnet-0-id; one of them should let it go"]
    with pytest.raises(InputError, match="are both of the stack network/prod; give it once"):
        joined(network(*TWO), network(*TWO))


def again(state: State) -> dict[str, Any]:
    """The preview of a stack that is deployed and stays as it is: ids and outputs are in the old states only."""
    new = [{k: v for k, v in r.items() if k not in ("id", "outputs")} for r in state.resources]
    return {
        "steps": [
            {"op": "same", "oldState": old, "newState": made} for old, made in zip(state.resources, new, strict=True)
        ]
    }


def referring(*balancer: str) -> State:
    app = application(IDS, balancer=[*balancer] or None)
    app.reference("acme/network/prod", subnetIds=IDS)
    return app


@pytest.mark.parametrize(("balancer", "word"), [(IDS, "passed"), (IDS[:1], "failed")])
def test_previews_and_states_with_known_ids_are_judged_as_states_are(balancer: list[str], word: str) -> None:
    app, net = referring(*balancer), network(*TWO)
    every = [
        build(mine, others)
        for mine in (app.document, app.preview(), again(app))
        for others in (net.document, again(net))
    ]
    for made in every:
        assert made["notes"] == []
        assert made["result"] == every[0]["result"]
        assert made["result"]["word"] == word


@pytest.mark.parametrize("zones", [TWO, TWO[:1] * 2], ids=["two zones", "one zone"])
def test_previews_of_stacks_that_are_not_deployed_cannot_be_joined_and_say_what_to_do(zones: tuple[str, ...]) -> None:
    app = application(IDS)
    app.reference("acme/network/prod")
    made = build(app.preview(*IDS), network(*zones).preview())
    assert made["result"]["word"] == "cannot tell"
    (note,) = made["notes"]
    assert note.startswith("app/prod has read no outputs of network/prod, so the two cannot be joined")
    assert note.endswith("deploy network/prod, then preview app/prod again")
    assert {f["resource"] for f in made["rules"]["findings"] if f["rule"] == "ecs-multi-az"} == {"app/tasks"}
    assert {f["verdict"] for f in made["rules"]["findings"] if f["rule"] == "ecs-multi-az"} == {"cannot tell"}


def test_ids_that_a_new_stack_will_replace_are_not_taken_for_its_own() -> None:
    made = build(referring().document, network(*TWO).preview())
    assert made["result"]["word"] == "cannot tell"


def test_what_a_reference_will_give_may_be_any_resource_of_the_stacks_that_are_joined() -> None:
    app = State("app")
    app.reference("acme/network/prod")
    app.add("aws:ec2/subnet:Subnet", "more", vpcId="vpc-id", cidrBlock="10.0.9.0/24", availabilityZone=TWO[1])
    net = network(TWO[0])
    alone, both = build(net.preview()), build(app.preview("vpc-id"), net.preview())
    verdicts = [
        [f["verdict"] for f in made["rules"]["findings"] if f["rule"] == "vpc-subnets-multi-az"]
        for made in (alone, both)
    ]
    assert verdicts == [["violation"], ["cannot tell"]], "the other stack may put a subnet into this VPC"


def test_a_missing_stack_is_named_where_its_output_is_used() -> None:
    app = application(IDS)
    app.reference("acme/network/prod", subnetIds=IDS)
    graph = from_state(app.document)
    (balancer,) = graph.of("lb/loadBalancer")
    (first, _) = graph.zones(balancer).unresolved
    assert "it is an output of the stack acme/network/prod: give its state by ha.with" in first


def test_the_command_takes_any_number_of_stacks_and_those_of_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "states").mkdir()
    app, net = tmp_path / "app.json", tmp_path / "states" / "network.json"
    app.write_text(json.dumps(application(IDS).document))
    net.write_text(json.dumps(network(*TWO).document))
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"ha": {"with": ["states/network.json"]}}))
    out = ["--strict", "--out", str(tmp_path / "out")]
    assert main(["report", str(app), *out]) == 2
    assert main(["report", str(app), str(net), *out]) == 0
    assert main(["report", str(app), "--policy-config", str(config), *out]) == 0
    capsys.readouterr()
    assert main(["lose", str(app), "us-west-2a", "--policy-config", str(config)]) == 0
    assert "app/front: degrades 50 %" in capsys.readouterr().out
    assert main(["report", str(app), str(app), *out]) == 2
    assert "give it once" in capsys.readouterr().err
    assert main(["report", str(app), str(net), "--only", "data", *out]) == 2
    assert "--only data: give one of app/prod, network/prod" in capsys.readouterr().err
    config.write_text(json.dumps({"ha": {"with": ["states/none.json"]}}))
    assert main(["report", str(app), "--policy-config", str(config), *out]) == 2
    assert "there is no such file" in capsys.readouterr().err
