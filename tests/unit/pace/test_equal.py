"""The quick SDK registers, answers and fails as the SDK does."""

import importlib.metadata
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import resource

from components import pace
from components.pace import frames
from components.pace.properties import Property
from tests.unit.pace.programs import Part, Silent, run


def program(seen: dict[str, Any]) -> None:
    """What architectures do: nested arguments, outputs in outputs, secrets, dependencies, components, options."""
    key = aws.kms.Key("key", description="a key", tags={"a": "b"})
    outer = Part("outer")
    inner = Part("inner", parent=outer)
    table = aws.dynamodb.Table(
        "table",
        billing_mode="PAY_PER_REQUEST",
        hash_key="id",
        attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S"), {"name": "other", "type": "N"}],
        server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key.arn),
        tags=key.key_id.apply(lambda found: {"key": found}),
        opts=pulumi.ResourceOptions(parent=inner, depends_on=[key], protect=True),
    )
    topic = aws.sns.Topic("topic", kms_master_key_id=key.id, opts=pulumi.ResourceOptions(parent=outer))
    queue = aws.sqs.Queue(
        "queue",
        visibility_timeout_seconds=30,
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": topic.arn, "maxReceiveCount": 5}),
        policy=pulumi.Output.secret("hidden"),
        opts=pulumi.ResourceOptions(ignore_changes=["policy"], aliases=[pulumi.Alias(name="old")]),
    )
    aws.sqs.QueuePolicy("policy", queue_url=queue.url, policy=queue.arn.apply(str))
    late = pulumi.Output.all(table.name, queue.name, topic.arn).apply(lambda found: list(found))
    for name, value in {
        "description": key.description,
        "computed": key.arn,
        "attributes": table.attributes,
        "encryption": table.server_side_encryption,
        "secret": queue.policy,
        "never given": queue.delay_seconds,
        "lifted": table.attributes[0].name,
        "late": late,
        "id": queue.id,
        "urn": queue.urn,
        "twice": key.description,
    }.items():
        value.apply(lambda found, name=name: seen.__setitem__(name, _shown(found)), run_with_unknowns=True)
    queue.policy.apply(lambda _: None)


def _shown(value: Any) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x", repr(value))


def outcome(preview: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    seen: dict[str, Any] = {}
    return run(lambda: program(seen), preview=preview), seen


@pytest.mark.parametrize("preview", [True, False])
def test_the_same_is_registered_and_the_same_comes_back(preview: bool) -> None:
    theirs, theirs_seen = outcome(preview)
    pace.quicken()
    ours, ours_seen = outcome(preview)
    assert set(ours) == {
        "pace-dev",
        "key",
        "outer",
        "outer-kept",
        "inner",
        "inner-kept",
        "table",
        "topic",
        "queue",
        "policy",
    }
    for name, fields in theirs.items():
        without_place = {k: v for k, v in fields.items() if k not in ("sourcePosition", "stackTrace")}
        assert {k: v for k, v in ours[name].items() if k in fields and k in without_place} == without_place, name
        assert set(ours[name]) == set(fields), name
    assert ours_seen == theirs_seen
    assert {"description", "attributes", "encryption", "late", "lifted"} <= set(ours_seen)


def test_an_output_that_nobody_looks_at_is_never_made() -> None:
    pace.quicken()
    made: list[aws.sqs.Queue] = []

    def one() -> None:
        made.append(aws.sqs.Queue("queue", delay_seconds=1))
        made[0].delay_seconds.apply(lambda _: None)

    run(one)
    outputs = {name: value for name, value in vars(made[0]).items() if isinstance(value, Property)}
    assert len(outputs) > 20
    assert [name for name, value in outputs.items() if "_future_data" in vars(value)] == ["delay_seconds"]


def _message(program: Callable[[], Any]) -> str:
    with pytest.raises(Exception, match=r".") as failure:
        run(program, answers=Silent(frozenset({"queue"})))
    return _shown(f"{failure.type.__name__}: {failure.value}")


def test_a_resource_that_cannot_be_made_fails_the_program_in_the_same_words() -> None:
    def needs_it() -> None:
        queue = aws.sqs.Queue("queue")
        aws.sqs.QueuePolicy("policy", queue_url=queue.url, policy=queue.arn.apply(str))

    theirs = _message(needs_it)
    pace.quicken()
    assert _message(needs_it) == theirs
    assert "queue cannot be made" in theirs


def test_an_input_of_the_wrong_kind_fails_in_the_same_words() -> None:
    def wrong() -> None:
        aws.sqs.Queue("queue", tags={"a": object()})  # type: ignore[dict-item]

    theirs = _message(wrong)
    pace.quicken()
    assert _message(wrong) == theirs
    assert "unexpected input of type object" in theirs


def test_positions_in_the_program_are_those_that_the_sdk_finds() -> None:
    theirs = resource._get_stack_trace
    compared: list[int] = []

    def both() -> Any:
        found = theirs()
        assert frames.stack_trace() == found
        compared.append(len(found.frames))
        return found

    with patch.object(resource, "_get_stack_trace", both):
        run(lambda: Part("inner", parent=Part("outer")) and None)
        run(lambda: Part("inner", parent=Part("outer")) and None)
    assert len(compared) == 10, "the stack, two components, two children; and again, from what was kept"
    assert max(compared) > 3, "frames of the program were compared"


def _in_place() -> list[Any]:
    return [vars(it.where)[it.name] for it in pace.REPLACED]


def test_the_sdk_is_left_alone_where_somebody_wants_to_see_its_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pace.DEBUG, "1")
    pace.quicken()
    assert _in_place() == [it.theirs for it in pace.REPLACED]
    monkeypatch.delenv(pace.DEBUG)
    pace.quicken()
    assert _in_place() == [it.ours for it in pace.REPLACED]


def test_another_sdk_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "3.260.0")
    pace.quicken()
    assert _in_place() == [it.theirs for it in pace.REPLACED]


def test_what_it_was_made_for_is_what_is_installed() -> None:
    """Another version: read what changed in the functions of `pace.REPLACED`, then say so."""
    assert importlib.metadata.version("pulumi") == pace.MADE_FOR
