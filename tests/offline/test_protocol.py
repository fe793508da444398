"""The engine's protocol loads without the SDK, and beside it: the same messages, and nothing of the SDK changed."""

import subprocess
import sys

import pytest

from offline.engine.places import TREE

ALONE = """
import sys
import {module}
loaded = [name for name in sys.modules if name.split(".")[0] == "pulumi"]
assert not loaded, loaded
"""
TOGETHER = """
import sys
{first}
before = {{name: module for name, module in sys.modules.items() if name.split(".")[0] == "pulumi"}}
{second}
from pulumi.runtime.proto import provider_pb2 as theirs
ours = protocol.load("provider_pb2")
assert all(sys.modules[name] is module for name, module in before.items())
message = ours.CheckRequest(urn="urn:pulumi:dev::p::aws:sqs/queue:Queue::q")
assert theirs.CheckRequest.FromString(message.SerializeToString()) == message
assert theirs.CheckRequest.DESCRIPTOR is ours.CheckRequest.DESCRIPTOR
assert pulumi.Output.from_input(1) is not None
"""
SDK, OURS = "import pulumi", "from offline import protocol; protocol.load('provider_pb2')"


def _run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=TREE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["offline.aws.server", "offline.awsx.server", "offline.language.host"])
def test_plugins_and_language_host_start_without_the_sdk(module: str) -> None:
    _run(ALONE.format(module=module))


@pytest.mark.parametrize(("first", "second"), [(SDK, OURS), (OURS, SDK)], ids=["SDK first", "protocol first"])
def test_the_sdk_and_the_protocol_load_in_one_process(first: str, second: str) -> None:
    _run(TOGETHER.format(first=first, second=second))
