"""Previews and states as Pulumi writes them: which of the two a JSON document is, whether it is whole, its resources.

What cannot be judged is refused here, in one sentence that says what to do instead.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, cast

GONE: Final = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
"""Operations of a preview's steps after which the resource is not there."""
DECLARED: Final = ("requestPaths", "availability")
"""Properties by which a component tells the pack what the graph does not show (`proof.declarations`)."""
STAYS: Final = frozenset({"same", "update"})
"""Operations of a preview's steps that leave the resource its id. The CLI writes id and outputs of such a resource in
the step's oldState only.
"""
UNDECLARED: Final = (
    "a preview as JSON shows no outputs of components: request paths and availability that are declared as outputs "
    "only are not known here; declare them as inputs too, or let the policy pack write the report (HA_AWS_REPORT)"
)
STDERR: Final = "info#err"
"""Severity of what a program writes to its standard error."""
FAILED: Final = "Error: "
"""How Pulumi YAML starts an error, which it only writes to its standard error."""
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_ZIP: Final = b"PK\x03\x04"
_HCL: Final = re.compile(
    r"""^\s*(?:(?:terraform|locals)\s*\{|(?:provider|module|variable|output)\s+"[^"\n]+"\s*\{|"""
    r"""(?:resource|data)\s+"[^"\n]+"\s+"[^"\n]+"\s*\{)""",
    re.MULTILINE,
)
TERRAFORM: Final = (
    "give the output of `terraform show -json tfplan > plan.json` after `terraform plan -out=tfplan` (or of `tofu`)"
)
"""How to make what is read of Terraform and OpenTofu."""
WHAT_TO_GIVE: Final = "give the output of `pulumi preview --json --show-sames` or `pulumi stack export --show-secrets`"


class InputError(ValueError):
    """A document that cannot be judged. The text says why, and what to give instead."""


@dataclass(frozen=True, slots=True)
class Document:
    """kind: what it is. resources: as Pulumi writes them, checked, without those that go away.

    notes: what the document leaves out, and how to get it; one sentence each.
    """

    kind: Literal["preview", "state"]
    resources: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()


def parse(data: bytes | str, give: str = WHAT_TO_GIVE) -> Mapping[str, Any]:
    """A JSON object from text, or from bytes in UTF-8, UTF-16 or UTF-32. give: what to do about something else. Raises
    InputError.
    """
    if isinstance(data, bytes) and data.startswith(_ZIP):
        raise InputError(f"it is a plan as `terraform plan -out` stores it; {TERRAFORM}")
    try:
        value: Any = json.loads(data)
    except RecursionError:
        raise InputError("its values are nested too deeply") from None
    except UnicodeDecodeError:
        raise InputError("it is not text") from None
    except ValueError as error:
        text = data if isinstance(data, str) else data.decode("utf-8", "replace")
        raise InputError(f"it is not JSON ({error}){_hint(text)}") from None
    if not isinstance(value, dict):
        raise InputError(f"it must hold a JSON object; {give}" if give else "it must hold a JSON object")
    return cast(dict[str, Any], value)


def _hint(text: str) -> str:
    if not text.strip():
        return ": it is empty; did the command before it fail?"
    if _HCL.search(text):
        return f": it is a configuration of Terraform, not a plan; {TERRAFORM}"
    if '"@level"' in text.partition("\n")[0]:
        return f": it is the log of `terraform plan -json`; {TERRAFORM}"
    if '"sequence"' in text.partition("\n")[0]:
        return ": it is a stream of engine events; unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
    return f"; {WHAT_TO_GIVE}"


OTHERS: Final = {
    "AWSTemplateFormatVersion": "a CloudFormation template",
    "Resources": "a CloudFormation template",
    "apiVersion": "a Kubernetes manifest",
    "backend": "the output of `pulumi about`",
}
"""Files of other tools, by a key that they have."""


def document(given: Mapping[str, Any]) -> Document:
    """What a JSON object is. Raises InputError for anything but a whole preview or a state."""
    if "terraform_version" in given or "format_version" in given:
        raise InputError(f"it is Terraform's, where only Pulumi's is read; {WHAT_TO_GIVE}")
    if "steps" in given:
        return _preview(given)
    if "resources" in given and ("summary" in given or "result" in given):
        raise InputError(
            "it is the output of `pulumi preview --output json`, which has no properties; "
            "give that of `pulumi preview --json --show-sames`"
        )
    if "deployment" in given:
        return _state(_mapping(given["deployment"], "deployment"))
    if isinstance(given.get("checkpoint"), Mapping):  # the file in a backend's .pulumi/stacks
        checkpoint = _mapping(given["checkpoint"], "checkpoint")
        return _state(_mapping(checkpoint.get("latest") or {}, "checkpoint.latest"))
    if "resources" in given:
        return _state(given)
    for key, what in OTHERS.items():
        if key in given:
            raise InputError(f"it is {what}, which is not read; {WHAT_TO_GIVE}")
    raise InputError(
        "it is neither the output of `pulumi preview --json` nor of `pulumi stack export`"
        if given
        else f"it is an empty object; {WHAT_TO_GIVE}"
    )


# --- previews ----------------------------------------------------------------------------------------------------


def _preview(given: Mapping[str, Any]) -> Document:
    for line in _failures(given.get("diagnostics")):
        raise InputError(f"the preview failed: {line}")
    steps = [_mapping(s, f"step {i}") for i, s in enumerate(_list(given["steps"], "steps"), 1)]
    done = Counter(_text(s.get("op"), f"op of step {i}") for i, s in enumerate(steps, 1))
    left_out = _left_out(given.get("changeSummary"), done)
    if left_out["same"]:
        raise InputError(
            f"this preview leaves out {left_out['same']} unchanged resources; "
            "preview again with `pulumi preview --json --show-sames`"
        )
    notes = [
        f"this preview leaves out {left_out['read']} resources that the program reads; add --show-reads"
    ] if left_out["read"] else []  # fmt: skip
    found: dict[str, Mapping[str, Any]] = {}
    components: list[Mapping[str, Any]] = []
    for index, step in enumerate(steps, 1):
        if step["op"] in GONE:
            continue
        state = step.get("newState")
        if state is None:
            raise InputError(f"step {index} ({step['op']}) has no newState")
        resource = _resource(state, f"newState of step {index}")
        if step["op"] in STAYS and step.get("oldState") is not None:
            resource = _staying(resource, _resource(step["oldState"], f"oldState of step {index}"))
        found[resource["urn"]] = resource  # the last step of a replacement wins
        if not resource.get("custom", True) and not resource["type"].startswith("pulumi:"):
            components.append(resource.get("inputs") or {})
    declared = any(name in inputs for inputs in components for name in DECLARED)
    notes += [UNDECLARED] if components and not declared else []
    return Document("preview", tuple(found.values()), tuple(notes))


def _staying(new: Mapping[str, Any], old: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource that stays, with its id and its outputs. Outputs of inputs that change are not known."""
    inputs: Mapping[str, Any] = new.get("inputs") or {}
    before: Mapping[str, Any] = old.get("inputs") or {}
    before_outputs: Mapping[str, Any] = old.get("outputs") or {}
    changed = {key for key in (*inputs, *before) if inputs.get(key) != before.get(key)}
    outputs = {k: v for k, v in before_outputs.items() if k not in changed}
    return {**new, "id": new.get("id") or old.get("id"), "outputs": {**outputs, **(new.get("outputs") or {})}}


def _left_out(summary: Any, done: Counter[str]) -> Counter[str]:
    """Operations that the summary counts and no step shows."""
    counts = _mapping(summary or {}, "changeSummary")
    numbers = {k: v for k, v in counts.items() if isinstance(v, int) and not isinstance(v, bool)}
    return Counter({k: v - done[k] for k, v in numbers.items() if v > done[k]})


def _failures(diagnostics: Any) -> Iterator[str]:
    for entry in _list(diagnostics or [], "diagnostics"):
        told = _mapping(entry, "a diagnostic")
        text = _COLOUR.sub("", str(told.get("message") or ""))
        if told.get("severity") == "error" or (told.get("severity") == STDERR and text.startswith(FAILED)):
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            first, last = (lines[0], lines[-1]) if lines else ("no reason is given", "")
            yield first.removeprefix("error: ").removeprefix(FAILED) + (f" {last}" if len(lines) > 1 else "")


# --- states ------------------------------------------------------------------------------------------------------


def _state(deployment: Mapping[str, Any]) -> Document:
    resources = _list(deployment.get("resources") or [], "resources")
    checked = [_resource(r, f"resource {i}") for i, r in enumerate(resources, 1)]
    pending = _list(deployment.get("pending_operations") or [], "pending_operations")
    notes = [
        f"{len(pending)} operations of the last update are pending; run `pulumi refresh`, then export again"
    ] if pending else []  # fmt: skip
    present = {r["urn"]: r for r in checked if not r.get("delete")}
    return Document("state", tuple(present.values()), tuple(notes))


# --- shapes ------------------------------------------------------------------------------------------------------


def _resource(value: Any, what: str) -> Mapping[str, Any]:
    resource = _mapping(value, what)
    for key in ("urn", "type"):
        if not _text(resource.get(key), f"{key} of {what}"):
            _wrong(f"{key} of {what}", "a text")
    for key in ("id", "parent", "provider"):
        if resource.get(key) is not None:
            _text(resource[key], f"{key} of {what}")
    for key in ("inputs", "outputs"):
        _mapping(resource.get(key) or {}, f"{key} of {what}")
    for key in ("dependencies", "ignoreChanges", "aliases"):
        for entry in _list(resource.get(key) or [], f"{key} of {what}"):
            _text(entry, f"{key} of {what}")
    for key, urns in _mapping(resource.get("propertyDependencies") or {}, f"propertyDependencies of {what}").items():
        for urn in _list(urns or [], f"propertyDependencies.{key} of {what}"):
            _text(urn, f"propertyDependencies.{key} of {what}")
    return resource


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else _wrong(what, "an object")


def _list(value: Any, what: str) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else _wrong(what, "a list")


def _text(value: Any, what: str) -> str:
    return value if isinstance(value, str) else _wrong(what, "a text")


def _wrong(what: str, wanted: str) -> NoReturn:
    raise InputError(f"{what} is not {wanted}: it is no preview or state that Pulumi wrote")
