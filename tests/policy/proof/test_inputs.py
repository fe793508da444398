"""What people give to the command: whole inputs are judged, others are refused in one sentence, and nothing is green
that was not decided.
"""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import evaluate
from ha_policy.exemptions import settings_of
from ha_policy.graph import from_preview, from_state
from ha_policy.proof.cli import Mistake, build, main
from ha_policy.proof.report.render import html, markdown
from ha_policy.testing import SENTINEL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy.proof.states import State, application, network
from tests.policy.proof.test_simulation import shop

INPUTS = Path(__file__).parent.parent / "inputs"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "AAABAA=="}


def read(name: str) -> dict[str, Any]:
    return json.loads((INPUTS / f"{name}.json").read_text())


def run(tmp_path: Path, content: Any, *options: str) -> int:
    file = tmp_path / "input.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return main(["report", str(file), "--strict", "--out", str(tmp_path / "out"), *options])


def worst(report: dict[str, Any], kind: str = "zone") -> str:
    return report["summary"][kind]["worst"]


@pytest.mark.parametrize("name", ["preview", "state"])
def test_a_whole_preview_and_the_state_give_the_same_verdict(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, read(name)) == 1
    made = build(read(name))
    assert made["result"] == {
        "word": "failed",
        "reasons": ["load-balancer lb goes down: loss of Availability Zone us-west-2a"],
    }


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("preview_without_unchanged", "this preview leaves out 12 unchanged resources; preview again with"),
        ("preview_with_one_change", "this preview leaves out 11 unchanged resources; preview again with"),
        ("preview_failed", "the preview failed: Program failed with an unhandled exception: Exception: boom"),
        ("preview_failed_at_once", "the preview failed: "),
        ("preview_output_json", "give that of `pulumi preview --json --show-sames`"),
        ("terraform_state", "it is a state as Terraform stores it"),
        ("wrong_dependencies", "is no preview or state that Pulumi wrote"),
        ("wrong_resource", "resource 1 is not an object"),
        ("wrong_urn", "urn of resource 1 is not a text"),
        ("wrong_step", "step 1 is not an object"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, complaint: str
) -> None:
    assert run(tmp_path, read(name)) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}, "it is a CloudFormation template"),
        ({"apiVersion": "v1", "kind": "List", "items": []}, "it is a Kubernetes manifest"),
        ({"backend": {}, "currentStack": {}, "host": {}}, "it is the output of `pulumi about`"),
        ([{"kind": "update", "resourceChanges": {"same": 3}}], "it must hold a JSON object"),
        ({"url": "https://www.example.com"}, "it is neither the output of `pulumi preview --json`"),
    ],
)
def test_files_of_other_tools_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any, complaint: str
) -> None:
    assert run(tmp_path, content) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "\0", "[" * 100_000, '{"a":' * 100_000, "NaN", '{"deployment": 1}', '{"steps": [], "diagnostics": 3}'],
)
def test_garbage_is_refused_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert run(tmp_path, text) == 2
    said = capsys.readouterr().err
    assert said.startswith("resilience: ")
    assert said.count("\n") == 1
    assert "error of its own" not in said


def _empty() -> dict[str, Any]:
    return read("state_empty")


def _of(package: str, kind: str) -> dict[str, Any]:
    state = State("other")
    state.add(f"{package}:{kind}", "x")
    return state.document


NOTHING = {
    "empty": (_empty(), "no resource of the provider aws"),
    "no entry point": (read("state_no_entry_point"), "no entry point was found"),
    "aws-native": (read("state_aws_native"), "of aws-native are not read"),
    "cloud control of terraform": (_of("awscc", "rds/dbInstance:DbInstance"), "1 resource of awscc is not read"),
    "kubernetes": (_of("kubernetes", "core/v1:Service"), "1 resource of kubernetes is not read"),
    "azure": (_of("azure-native", "storage:StorageAccount"), "no resource of the provider aws"),
    "cloudformation": (
        _of("aws", "cloudformation/stack:Stack"), "1 resource of cloudformation is not read (their templates",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_where_nothing_is_decided_nothing_says_serves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content, why = NOTHING[name]
    assert run(tmp_path, content) == 2
    assert why in capsys.readouterr().err
    made = build(content)
    assert made["result"]["word"] == "cannot tell"
    assert any(why in line for line in (*made["result"]["reasons"], *made["notes"]))
    for kind in ("zone", "region", "component", "service"):
        assert (worst(made, kind), made["summary"][kind]["least_capacity"]) == ("cannot tell", None)
        assert made["summary"][kind]["why"]
    text = markdown(made)
    assert "serves" not in text.replace("keeps serving", "")
    assert "100 %" not in text
    page = html(made).partition('<section id="architecture"')[0]
    assert 'class="tile serves"><div class="what">Any' not in page
    assert "everything serves" not in page


def test_resources_of_another_provider_beside_aws_leave_the_result_open() -> None:
    state = read("state_aws_native")["deployment"]["resources"]
    native = [r for r in state if r["type"].startswith("aws-native:")]
    mixed = application(["subnet-0-id", "subnet-1-id"])
    mixed.resources += native
    made = build(mixed.document, network("us-west-2a", "us-west-2b").document)
    assert worst(made) == "degrades"
    assert made["result"]["word"] == "cannot tell"


def test_one_task_in_a_looked_up_subnet_goes_down_with_its_zone_and_two_cannot_be_told() -> None:
    one = build(read("state_looked_up_subnets"))
    assert one["result"]["word"] == "failed"
    (finding,) = [f for f in one["rules"]["findings"] if f["rule"] == "survives-az-loss"]
    assert finding["verdict"] == "violation"
    assert "goes down when the Availability Zone of task of web" in finding["notes"][0]
    two = build(application(["subnet-x", "subnet-y"]).document)
    assert (two["result"]["word"], worst(two)) == ("cannot tell", "cannot tell")
    (finding,) = [f for f in two["rules"]["findings"] if f["rule"] == "survives-az-loss"]
    assert finding["verdict"] == "cannot tell"


def test_a_member_that_may_be_in_either_zone_is_down_with_the_one_it_is_in() -> None:
    """Both zones are *cannot tell*; the zone that it is in, whichever, takes it down."""
    state = application(["subnet-0-id", "subnet-1-id"], tasks=1)
    made = build(state.document, network("us-west-2a", "us-west-2b").document)
    verdicts = {f["name"]: f["outcomes"][0]["verdict"] for f in made["failures"] if f["kind"] == "zone"}
    assert verdicts == {
        "Availability Zone us-west-2a": "cannot tell",
        "Availability Zone us-west-2b": "cannot tell",
        "an Availability Zone of us-west-2 that is not known": "down",
    }


def test_what_is_in_one_subnet_without_a_zone_is_in_one_zone() -> None:
    stack = shop()
    subnets = [r for r in stack.resources if r["type"] == "aws:ec2/subnet:Subnet"]
    for subnet in subnets:
        subnet["inputs"].pop("availabilityZone")
    group = stack.find("usw2-web")
    group["inputs"]["vpcZoneIdentifiers"] = [SENTINEL]
    group["propertyDependencies"]["vpcZoneIdentifiers"] = [subnets[0]["urn"]]
    made = build({"resources": stack.resources})
    assert made["result"]["word"] == "failed"


def test_encrypted_values_are_counted_and_contradict_nothing() -> None:
    stack = State("shop")
    target = stack.add("aws:lb/targetGroup:TargetGroup", "web")
    stack.add("aws:lb/loadBalancer:LoadBalancer", "lb", subnets=["subnet-0-id", "subnet-1-id"])
    stack.add("aws:lb/listener:Listener", "http", loadBalancerArn="lb-id", defaultActions=SECRET)
    stack.add("aws:ecs/service:Service", "web", desiredCount=2, loadBalancers=[{"targetGroupArn": target}])
    claim = {"lb": {"zoneLoss": {"verdict": "degrades", "capacity": 0.5}}}
    shop_ = {"urn": "urn:pulumi:prod::shop::ha:arch:Shop::shop", "type": "ha:arch:Shop"}
    stack.resources.append({**shop_, "outputs": {"availability": claim}})
    made = build(stack.document)
    assert (
        "1 values are encrypted and not known here; export with `pulumi stack export --show-secrets`" in made["notes"]
    )
    assert made["result"]["word"] == "cannot tell"
    assert made["declared"]["contradictions"] == []
    assert any("zoneLoss is degrades" in u for u in made["declared"]["unknown"])
    assert not any("before deployment" in u for e in made["entry_points"] for u in e["numbers"]["unknown"])


def test_an_entry_point_without_a_path_cannot_be_told() -> None:
    state = State("site")
    state.add("aws:cloudfront/distribution:Distribution", "cdn")
    made = build(state.document)
    assert made["result"]["word"] == "cannot tell"
    assert [e["intact"] for e in made["entry_points"]] == ["cannot tell"]
    assert "broken rule" not in {f["verdict"] for f in made["rules"]["findings"]}


def test_a_preview_that_leaves_out_what_components_declare_says_so() -> None:
    made = read("preview")
    assert build(made)["notes"] == []
    shop_: dict[str, Any] = {"urn": "urn:pulumi:t1::x::ha:arch:Shop::shop", "type": "ha:arch:Shop", "custom": False}
    made["steps"].append({"op": "create", "newState": shop_})
    made["changeSummary"] = {}
    (note,) = build(made)["notes"]
    assert note.startswith("a preview as JSON shows no outputs of components")
    shop_["inputs"] = {"requestPaths": []}
    assert build(made)["notes"] == [], "what is declared as an input is there"


# --- the same settings everywhere ----------------------------------------------------------------------------------


@pytest.mark.parametrize("stack", ["prod", "dev", "dev-7"])
@pytest.mark.parametrize("config", [{}, {"preset": "regulated"}, {"rules": {"asg-multi-az": "disabled"}}])
def test_the_command_and_the_pack_judge_by_the_same_settings(stack: str, config: dict[str, Any]) -> None:
    text = json.dumps(read("state")).replace("urn:pulumi:t1::", f"urn:pulumi:{stack}::")
    graph = from_state(json.loads(text))
    found = evaluate(graph, load(config, stack)).findings
    made = build(json.loads(text), config=config)["rules"]
    assert [(f["rule"], f["resource"], f["level"]) for f in made["findings"]] == [
        (f.rule.id, f.node.name, str(f.level)) for f in found
    ]


def test_the_preset_comes_from_a_tag_too() -> None:
    state = read("state")
    for resource in state["deployment"]["resources"]:
        if resource["type"] == "aws:ec2/vpc:Vpc":
            resource["inputs"]["tags"] = resource["outputs"]["tags"] = {"ha:preset": "regulated"}
    assert settings_of(from_state(state)).preset == "regulated"
    assert {f["level"] for f in build(state)["rules"]["findings"]} >= {"mandatory"}


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"ha": {"preset": "prodution"}}, "preset='prodution': must be one of baseline, production, regulated"),
        ({"ha": {"rules": {"lb-distinct-azz": "disabled"}}}, "rules.lb-distinct-azz: no such rule"),
        (
            {"ha": {"exemptions": [{"rule": "nat-count", "resource": "x", "reason": ""}]}},
            "exemptions[0].reason: missing",
        ),
        ({"hha": {}}, "hha: no such policy; settings go under ha"),
        ({"ha": []}, "ha=[]: must be an object"),
        ({"ha": "disabled"}, "must be an object"),
        ({"ha": {"zones": []}}, "zones=[]: must be an object"),
        ({"ha": {"with": "x"}}, "with='x': must be a list of files"),
    ],
)
def test_a_mistake_in_the_configuration_is_a_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: Any, complaint: str
) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))
    assert run(tmp_path, read("state"), "--policy-config", str(file)) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


def test_a_configuration_counts_with_and_without_the_name_of_the_policy(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    rule = {"rules": {"survives-az-loss": "disabled"}}
    for config in (rule, {"ha": rule}):
        file.write_text(json.dumps(config))
        assert run(tmp_path, read("state"), "--policy-config", str(file)) == 0


def test_losing_nothing_by_name_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(read("state")))
    assert main(["lose", str(file), ""]) == 2
    assert "no zone, Region or component" in capsys.readouterr().err


def test_a_false_report_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(build(read("state"))))
    for false in ({"failures": 1, "entry_points": []}, {"version": 2, "failures": [1], "entry_points": [{}]}):
        bad.write_text(json.dumps(false))
        assert main(["diff", str(good), str(bad), "--fail-on-worse"]) == 2
        assert capsys.readouterr().err.count("\n") == 1


# --- whatever the input ---------------------------------------------------------------------------------------------

SEEDS = [read(n) for n in ("state_looked_up_subnets", "state_aws_native", "preview_without_unchanged")]
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text("a:/\0<|", max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def _garbled(draw: st.DrawFn) -> Any:
    """An input with a few of its values replaced by something else, somewhere."""
    made = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        place: Any = made
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 4)) == 0:
                place[key] = draw(JUNK)
                break
            place = inner
    return made


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(_garbled())
def test_garbled_inputs_are_judged_or_refused(made: Any) -> None:
    try:
        report = build(made)
    except Mistake:
        return
    markdown(report)
    json.dumps(report)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_truncated_inputs_are_refused(data: st.DataObject) -> None:
    from ha_policy.graph.documents import InputError, parse

    text = json.dumps(data.draw(st.sampled_from(SEEDS)))
    with pytest.raises(InputError):
        parse(text[: data.draw(st.integers(0, len(text) - 1))].encode())


def test_what_an_update_changes_is_judged_as_it_will_be_and_the_rest_as_it_is() -> None:
    def database(**inputs: Any) -> dict[str, Any]:
        urn = "urn:pulumi:t1::x::aws:rds/instance:Instance::orders"
        return {"urn": urn, "type": "aws:rds/instance:Instance", "custom": True, "inputs": inputs}

    arn = "arn:aws:rds:us-west-2:123456789012:db:orders-1"
    before = {"multiAz": True, "backupRetentionPeriod": 7}
    old = {**database(**before), "id": "orders-1", "outputs": {**before, "id": "orders-1", "arn": arn}}
    made = read("preview")
    for new, several in ((database(backupRetentionPeriod=7), False), (database(multiAz=True), True)):
        steps = [*made["steps"], {"op": "update", "oldState": old, "newState": new}]
        (node,) = from_preview({"steps": steps}).of("rds/instance")
        assert (node.id, node.text("arn")) == ("orders-1", arn)
        assert node.flag("multiAz") is several
        assert node.raw("backupRetentionPeriod") == new["inputs"].get("backupRetentionPeriod")


def test_an_error_that_pulumi_yaml_writes_to_standard_error_is_a_failed_preview(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = read("preview")
    said = {"severity": "info#err", "message": "  on Pulumi.yaml line 59:\n\n"}
    made["diagnostics"] = [said]
    assert run(tmp_path, made) != 2, "programs write many things to standard error"
    why = '\x1b[31mError\x1b[0m: error resolving type of resource image: unable to find resource type "docker:Image"\n'
    made["diagnostics"] = [{"severity": "info#err", "message": why}, said]
    capsys.readouterr()
    assert run(tmp_path, made) == 2
    assert "the preview failed: error resolving type of resource image" in capsys.readouterr().err


HUGE_SECONDS = 5  # processor time; they take a tenth of it
LONGEST_SENTENCE = 500  # characters
HUGE = 50_000_000
"""Bytes of an input that nobody meant to give: a disk image, a log, a dump."""
HUGE_INPUTS: dict[str, Callable[[], bytes]] = {
    "text": lambda: b"no JSON " * (HUGE // 8),
    "brackets": lambda: b"[" * HUGE,
    "one text": lambda: b'{"resources": "' + b"x" * HUGE + b'"}',
    "many texts": lambda: b'{"resources": [' + b",".join([b'"' + b"x" * 1000 + b'"'] * (HUGE // 1003)) + b"]}",
    "a cut document": lambda: (
        b'{"deployment": {"resources": [' + (b'{"urn": "' + b"u" * 1000 + b'"},') * (HUGE // 1012)
    ),
}


@pytest.mark.parametrize("name", HUGE_INPUTS)
def test_fifty_megabytes_of_garbage_are_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = tmp_path / "input.json"
    file.write_bytes(HUGE_INPUTS[name]())
    start = time.process_time()
    assert main(["check", str(file)]) == 2
    assert time.process_time() - start < HUGE_SECONDS
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert len(err) < LONGEST_SENTENCE
    file.unlink()


def test_deep_values_end(tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = {"a": [deep]}
    state = application(["subnet-0-id"])
    state.resources[2]["inputs"] |= {"tags": deep, "subnets": deep}
    assert run(tmp_path, state.document) in (1, 2)
