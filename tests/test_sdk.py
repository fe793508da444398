"""The program, the policy pack and the offline AWS use public interfaces of Pulumi's packages only, and replace none.

An upgrade of the SDK may rename or change whatever is private. Tests may be closer to the SDK (tests/support).
"""

import ast
import functools
from pathlib import Path

import pytest

from tests.support.sdk import Own, own, problems

TREE = Path(__file__).resolve().parents[1]
CHECKED = ("__main__.py", "components", "policy", "offline", "bench", "bin")
PROTOCOL = {"policy/ha_policy/testing.py", "policy/ha_policy/pack_server.py"}
"""The test kit speaks to a policy pack as the engine does, in the generated messages of the engine's protocol, which
`pulumi.runtime` does not list. A wire format outlives releases, the pack itself does not load it, and the offline AWS
reads it through `offline.protocol`, which imports nothing of the SDK."""


@functools.cache
def sources() -> dict[str, str]:
    """Path in the tree -> text, of all that is checked."""
    paths = [TREE / part for part in CHECKED]
    files = [file for path in paths for file in ([path] if path.suffix == ".py" else sorted(path.rglob("*.py")))]
    return {str(file.relative_to(TREE)): file.read_text() for file in files if ".venv" not in file.parts}


@functools.cache
def ours() -> Own:
    return own(ast.parse(text) for text in sources().values())


def test_nothing_goes_beyond_the_public_interfaces() -> None:
    assert len(sources()) > 200, "the trees are there"
    found = {
        f"{path}:{line}"
        for path, text in sources().items()
        for line in problems(text, ours(), protocol=path in PROTOCOL)
    }
    assert not found, "\n".join(sorted(found))


def test_what_may_use_the_protocol_is_there_and_does() -> None:
    for path in PROTOCOL:
        assert problems(sources()[path], ours()), f"{path} needs no exception any more"


BAD = {
    "import of a private module": "import pulumi._types",
    "import of a private module of another package": "from pulumi_aws import _utilities",
    "import from a private module": "from pulumi._utils import is_empty_function",
    "import of a private name": "from pulumi.runtime.settings import _get_rpc_manager",
    "import of a private name of the policy SDK": "from pulumi_policy.policy import _PolicyAnalyzerServicer",
    "import under another name": "from pulumi.runtime import rpc as x",
    "import of a module for the SDK's own use": "from pulumi.runtime import settings",
    "import from a module for the SDK's own use": "from pulumi.runtime.rpc import serialize_property",
    "import of a module that the policy SDK does not list": "import pulumi_policy.proxy",
    "import inside a function": "def f():\n    from pulumi.runtime import rpc",
    "attribute that is private": "import pulumi\npulumi._types.unwrap_type(int)",
    "attribute of a module for the SDK's own use": "import pulumi\npulumi.runtime.rpc.serialize_property",
    "attribute of the configuration's module": "import pulumi\npulumi.runtime.config.CONFIG.get()",
    "attribute through another name": "import pulumi as p\np.output.Output",
    "attribute by text": "import pulumi\ngetattr(pulumi, '_types')",
    "attribute by text, of anything": "def f(made):\n    return getattr(made, '_data')",
    "attribute of what is cast": "from typing import Any, cast\nimport pulumi\ncast(Any, pulumi)._types",
    "module by text": "import importlib\nimportlib.import_module('pulumi._types')",
    "name by text": "import pkgutil\npkgutil.resolve_name('pulumi.runtime.rpc:serialize_property')",
    "module from the table of modules": "import sys\nsys.modules['pulumi']._types",
    "protocol, where it is not allowed": "from pulumi.runtime.proto import resource_pb2",
    "private member of an output": "def f(output):\n    return output._data",
    "private member of a resource": "def f(tier):\n    return tier._name",
    "private member that a component inherits": "import pulumi\nclass A(pulumi.ComponentResource):\n"
    "    def f(self):\n        return self._name",
    "private member that a component's component inherits": "import pulumi\nclass A(pulumi.ComponentResource): ...\n"
    "class B(A):\n    def __init__(self):\n        self._providers = {}",
    "private method overridden": "import pulumi\nclass A(pulumi.CustomResource):\n    def _get_providers(self): ...",
    "assignment to a module": "import pulumi\npulumi.log.debug = print",
    "assignment to a class": "from pulumi import Output\nOutput.apply = None",
    "assignment to a class of a provider": "import pulumi_aws as aws\naws.ec2.Vpc.get = None",
    "assignment with others": "import pulumi\na, pulumi.export = 1, 2",
    "assignment by text": "import pulumi\nsetattr(pulumi.Output, 'apply', None)",
    "deletion": "import pulumi\ndel pulumi.export",
    "assignment to the names of a module": "import pulumi\nvars(pulumi)['export'] = None",
    "update of the names of a class": "import pulumi\npulumi.Output.__dict__.update(apply=None)",
    "patch of an object": "from unittest.mock import patch\nimport pulumi\npatch.object(pulumi, 'export', None)",
    "patch by text": "from unittest.mock import patch\npatch('pulumi.export')",
    "patch of a test": "import pulumi\ndef test(monkeypatch):\n    monkeypatch.setattr(pulumi, 'export', None)",
    "module replaced": "import sys\nsys.modules['pulumi'] = None",
    "modules replaced": "import sys\nsys.modules.update({'pulumi': None})",
    "modules loaded in another way": "import sys\nsys.meta_path.insert(0, None)",
    "exception for the type checker": "x = 1  # pyright: ignore[reportPrivateUsage]",
}
GOOD = {
    "what the packages offer": "import pulumi\nimport pulumi_aws as aws\nfrom pulumi_policy import PolicyPack\n"
    "pulumi.log.warn('x')\npulumi.Output.all(1).apply(str)\npulumi.runtime.is_dry_run()\naws.ec2.Vpc('v')",
    "a component": "import pulumi\nclass A(pulumi.ComponentResource):\n    def __init__(self, name, args):\n"
    "        super().__init__('a:b:C', name, None)\n        self._args = args\n        self.done = self._args",
    "private names of our own": "class A:\n    def __init__(self):\n        self._name = 1\n"
    "def f(a):\n    return a._shape\nclass B:\n    _shape = 1",
    "words of Python's own": "import os\nos._exit(0)\nprint(f.__name__, t._replace(a=1))",
    "options of a resource": "import pulumi\nopts = pulumi.ResourceOptions()\nopts.parent = None",
}


@pytest.mark.parametrize("what", BAD)
def test_each_way_around_is_found(what: str) -> None:
    assert problems(BAD[what], own([ast.parse(BAD[what])]))


@pytest.mark.parametrize("what", GOOD)
def test_public_use_is_not_reported(what: str) -> None:
    assert problems(GOOD[what], own([ast.parse(GOOD[what])])) == []


@pytest.mark.parametrize("name", ["analyzer_pb2", "analyzer_pb2_grpc"])
def test_the_exception_for_the_protocol_covers_nothing_else(name: str) -> None:
    assert problems(f"from pulumi.runtime.proto import {name}", Own(), protocol=True) == []
    assert problems("from pulumi.runtime import rpc", Own(), protocol=True)
    assert problems("from pulumi.runtime.prototypes import x", Own(), protocol=True)
