"""What is refused of Terraform's files, and with which sentence; what a plan hides is not known."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from ha_policy.graph import UNKNOWN, CannotTell, InputError
from ha_policy.graph.documents import parse
from ha_policy.inputs import read, terraform_stacks
from ha_policy.proof import inputs
from ha_policy.proof.cli import main
from ha_policy.terraform import hcl

from tests.policy.terraform.test_references import FOLDER, plan

SHOW = "terraform show -json"


def complaint(content: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        read(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"complete": False}, "the plan is partial: it was made with -target or -exclude"),
        ({"errored": True}, "the plan ended with an error and is not whole"),
        ({"format_version": "0.1"}, "its format version 0.1 is that of Terraform before 1.0"),
        ({"format_version": "2.0"}, "its format version 2.0 is newer than 1"),
        ({"format_version": "new"}, "none of Terraform's"),
        ({"planned_values": []}, "planned_values is not an object"),
        ({"resource_changes": [{}]}, "address in resource_changes is not a text"),
    ],
)
def test_a_plan_that_is_not_whole_is_refused(change: dict[str, Any], said: str) -> None:
    assert said in complaint({**plan(), **change})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"version": 4, "terraform_version": "1.11.4", "resources": []}, "terraform show -json > state.json"),
        ({"format_version": "1.0"}, "is the state empty?"),
        ({"format_version": "1.0", "valid": True, "diagnostics": []}, "terraform validate"),
        ({"format_version": "1.0", "provider_schemas": {}}, "terraform providers schema"),
        ({"@level": "info", "@message": "Plan: 1 to add", "terraform": "1.11.4"}, "the log of `terraform plan -json`"),
    ],
)
def test_other_output_of_terraform_is_named_and_what_to_give_instead(content: dict[str, Any], said: str) -> None:
    found = complaint(content)
    assert said in found
    assert SHOW in found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\x14\x00\x08\x00", "it is a plan as `terraform plan -out` stores it"),
        ((FOLDER / "main.tf").read_bytes(), "it is a configuration of Terraform, not a plan"),
        (b'{"@level":"info"}\n{"@level":"info"}\n', "it is the log of `terraform plan -json`"),
    ],
)
def test_files_that_are_no_json_are_named_and_what_to_give_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, said: str
) -> None:
    with pytest.raises(InputError, match=SHOW):
        parse(data)
    (tmp_path / "file").write_bytes(data)
    assert main(["check", str(tmp_path / "file")]) == 2
    assert said in capsys.readouterr().err


def test_a_plan_without_resources_of_aws_decides_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    resource = {
        "address": "random_id.a",
        "mode": "managed",
        "type": "random_id",
        "name": "a",
        "provider_name": "registry.terraform.io/hashicorp/random",
        "values": {"byte_length": 4},
    }
    content = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    (tmp_path / "plan.json").write_text(json.dumps(content))
    assert main(["check", str(tmp_path / "plan.json")]) == 2
    assert "there is no resource of the provider aws" in capsys.readouterr().out


def test_a_sensitive_value_is_not_read_and_not_printed() -> None:
    content = copy.deepcopy(plan())
    for change in content["resource_changes"]:
        if change["address"] == "aws_lb.by_list":
            change["change"]["after_sensitive"] = {"idle_timeout": True}
    node = next(n for n in read(content).nodes if n.name == "aws_lb.by_list")
    assert node.raw("idleTimeout") is UNKNOWN
    with pytest.raises(CannotTell, match=r"idleTimeout of aws_lb\.by_list is sensitive in Terraform and not read"):
        node.number("idleTimeout")


def test_what_a_former_apply_left_behind_does_not_count() -> None:
    content = copy.deepcopy(plan())
    left = {**content["resource_changes"][0], "deposed": "0a1b2c3d", "change": {"actions": ["delete"], "after": None}}
    content["resource_changes"].append(left)
    assert [n.props for n in read(content).nodes] == [n.props for n in read(plan()).nodes]


def test_several_plans_are_named_by_their_files() -> None:
    assert terraform_stacks(["plan.json"]) == ["terraform/root"]
    assert terraform_stacks(["network.json", "app.json"]) == ["terraform/network", "terraform/app"]
    assert terraform_stacks(["network/plan.json", "app/plan.json"]) == ["network/plan", "app/plan"]


def small(provider: str, *types: str) -> dict[str, Any]:
    """A state with a resource of each type in a Region that only the first one shows."""
    resources: list[dict[str, Any]] = [
        {"address": f"{t}.a", "mode": "managed", "type": t, "name": "a", "provider_name": provider, "values": {"id": t}}
        for t in types
    ]
    resources[0]["values"] |= {"arn": "arn:aws:sqs:eu-west-1:123456789012:a"}
    return {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}


def test_a_state_of_opentofu_is_read_and_its_region_is_that_which_it_shows() -> None:
    found = read(small("registry.opentofu.org/hashicorp/aws", "aws_sqs_queue", "aws_db_instance"))
    assert [(n.kind, n.provider_region) for n in found.nodes] == [
        ("sqs/queue", "eu-west-1"),
        ("rds/instance", "eu-west-1"),
    ]


def test_a_type_that_is_not_known_is_said() -> None:
    found = read(small("registry.terraform.io/hashicorp/aws", "aws_sqs_queue", "aws_thing_of_tomorrow"))
    assert found.notes == ("1 resources are of types that are not known here: aws_thing_of_tomorrow",)


def test_a_folder_with_overrides_is_not_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes((FOLDER / "main.tf").read_bytes())
    (tmp_path / "override.tf").write_text("")
    assert (
        "override.tf overrides other files, so that none of its folder is read" in read(plan(), source=tmp_path).notes
    )


def test_a_file_of_opentofu_counts_instead_of_that_of_terraform(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    (tmp_path / "main.tofu").write_bytes((FOLDER / "main.tf").read_bytes())
    node = next(n for n in read(plan(), source=tmp_path).nodes if n.name == "aws_lb.by_slice")
    assert node.place is not None
    assert node.place.file.endswith("main.tofu")


def test_a_file_that_is_no_hcl_is_said(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("resource {{{")
    (said,) = read(plan(), source=tmp_path).notes
    assert said.startswith("main.tf is not HCL as far as it is known: ")


def test_without_the_parser_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(hcl, "import_module", missing)
    assert read(plan(), source=FOLDER).notes == (f"the configuration is not read: {hcl.EXTRA}",)
    monkeypatch.setattr(inputs, "find_spec", lambda name: None)  # pyright: ignore[reportUnknownLambdaType]
    assert main(["check", str(FOLDER / "plan.json"), "--source", str(FOLDER)]) == 2
    assert hcl.EXTRA in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_with_anything_in_it_is_read_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    content = copy.deepcopy(plan())
    for _ in range(8):
        holder: Any = content[rng.choice(["planned_values", "resource_changes", "configuration"])]
        while isinstance(holder, dict | list) and holder:
            key = rng.choice(sorted(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
            if rng.random() < 0.05 or not isinstance(holder[key], dict | list):
                holder[key] = rng.choice([None, 7, "text", [], {}, [None], {"references": 3}, True])
                break
            holder = holder[key]
    try:
        outcome = f"{len(read(content, source=FOLDER).nodes)} resources"
    except InputError as error:
        outcome = str(error)
    assert outcome
