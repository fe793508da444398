"""The types of properties are those that the SDK finds, whatever the classes were compiled to."""

import json
import os
import subprocess
import sys
from typing import Any

import pulumi_aws as aws
import pytest
from pulumi import _types, _utils

from components.pace import hints
from offline.engine.places import TREE

PACKAGES = ("ec2", "wafv2", "s3", "dynamodb", "ecs")


def _classes() -> list[type]:
    found = [aws.sqs.Queue, aws.s3.Bucket, aws.wafv2.WebAcl, aws.Provider]
    return [*found, *(v for v in vars(aws.dynamodb).values() if isinstance(v, type))]


def test_each_is_what_the_sdk_finds() -> None:
    for cls in _classes():
        theirs: dict[str, Any] = _types._types_from_py_properties(cls)
        ours = hints.Hints(cls)
        assert dict(ours) == theirs, cls
        assert len(ours) == len(theirs)
        assert ours.get("no such property", "default") == "default"
        with pytest.raises(KeyError):
            ours["no such property"]
        if _types.is_input_type(cls) or _types.is_output_type(cls):
            continue
        assert dict(hints.resource_types(cls)) == _types.resource_types(cls), cls


def test_a_function_without_a_body_is_what_the_sdk_finds() -> None:
    def empty() -> None: ...

    def documented() -> None:
        """Documented."""

    def not_empty() -> int:
        return 1

    def nearly() -> tuple[None, str]:
        return None, "another constant"

    for function in (empty, documented, not_empty, nearly, lambda: None, lambda: 1, lambda self: None):
        assert hints.is_empty_function(function) == _utils.is_empty_function(function)
    assert hints.is_empty_function(documented)


def test_a_hint_is_unwrapped_once() -> None:
    asked: list[Any] = []
    unwrap = hints.once(lambda hint: asked.append(hint) or hint)
    one: Any = list[int]
    assert unwrap(one) is unwrap(one)
    unwrap(list[int])
    assert len(asked) == 2, "by identity"


PROBE = """
import gc, json, sys
gc.disable()
from components.pace import imports
if sys.argv[1] == "lean":
    imports.import_lean()
import pulumi_aws
from pulumi import _types, _utils
found = {}
for package in sys.argv[2:]:
    module = getattr(pulumi_aws, package)
    getattr(module, "__all__", None)  # it is loaded at its first use
    for name, cls in vars(module).items():
        if isinstance(cls, type) and cls.__module__.startswith("pulumi_aws"):
            found[f"{package}.{name}"] = sorted((k, str(v)) for k, v in _types._types_from_py_properties(cls).items())
text = pulumi_aws.ec2.Vpc.cidr_block.fget.__annotations__["return"]
print(json.dumps({"as text": isinstance(text, str), "types": found}))
"""


def test_classes_that_were_imported_lean_have_the_same_types() -> None:
    """Over all classes of pulumi_aws 7.51 it was the same, when it was tried."""

    def probed(how: str) -> dict[str, Any]:
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        args = [sys.executable, "-c", PROBE, how, *PACKAGES]
        done = subprocess.run(args, cwd=TREE, env=env, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    plain, lean = probed("plain"), probed("lean")
    assert lean["as text"]
    assert len(plain["types"]) > 1000
    assert lean["types"] == plain["types"]
