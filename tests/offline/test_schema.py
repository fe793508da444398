# ruff: noqa: E501 (tables: one case per line)
"""The schema is that of the installed classes, and is kept without harm."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pulumi_aws as aws
import pytest

from offline.aws.package_schema import package_schema
from offline.aws.schema import Schema, installed, write_atomically
from tests.offline.provider import every_type


def test_every_registered_type_is_known_with_its_arguments() -> None:
    schema = installed()
    registered = set(json.loads("[" + ",".join(_tokens(schema)) + "]"))
    found = {t for s in schema.service_names() for t in schema.service(s).resources}  # type: ignore[union-attr]
    assert found == registered
    bare = {t for t in found if not schema.resource(t).inputs}  # type: ignore[union-attr]
    assert bare <= {"aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation", "aws:ram/sharingWithOrganization:SharingWithOrganization"}  # fmt: skip


def _tokens(schema: Schema) -> list[str]:
    import re

    return re.findall(r'"aws:[\w/]+:\w+"(?=: ")', (schema.package / "__init__.py").read_text())


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("aws:ec2/vpc:Vpc", aws.ec2.Vpc),
        ("aws:rds/cluster:Cluster", aws.rds.Cluster),
        ("aws:s3/bucketVersioning:BucketVersioning", aws.s3.BucketVersioning),
        ("aws:wafv2/webAcl:WebAcl", aws.wafv2.WebAcl),
    ],
)
def test_arguments_are_those_of_the_class(token: str, kind: type) -> None:
    import inspect

    parameters = set(inspect.signature(kind._internal_init).parameters) - {
        "__self__",
        "resource_name",
        "opts",
        "__props__",
    }  # type: ignore[attr-defined]
    resource = installed().resource(token)
    assert resource
    assert len(resource.inputs) == len(parameters)


def test_kinds_are_read_as_they_are_declared() -> None:
    schema = installed()
    cluster = schema.resource("aws:rds/cluster:Cluster")
    assert cluster
    assert cluster.secrets == {"masterPassword", "masterPasswordWo"}
    assert (cluster.inputs["engine"].kind, cluster.inputs["engine"].required) == ("s", True)
    assert (cluster.inputs["port"].kind, cluster.inputs["vpcSecurityGroupIds"].kind) == ("i", "[s")
    assert schema.resource("aws:autoscaling/group:Group").inputs["enabledMetrics"].kind == "[s"  # type: ignore[union-attr]
    assert schema.resource("aws:lambda/function:Function").inputs["code"].kind == "a"  # type: ignore[union-attr]


def test_a_broken_or_unwritable_cache_is_ignored(tmp_path: Path) -> None:
    first = Schema(cache=tmp_path)
    first.service("sqs")
    (stored,) = tmp_path.glob("*/sqs.json")
    stored.write_text("{")
    assert Schema(cache=tmp_path).resource("aws:sqs/queue:Queue") is not None
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert Schema(cache=blocked).resource("aws:sqs/queue:Queue") is not None


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_atomically(tmp_path / "a.json", None)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["aws", "awsx"])
def test_the_plugin_says_its_port_works_from_a_link_and_goes_with_its_parent(name: str, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    link = tmp_path / f"pulumi-resource-{name}"
    link.symlink_to(root / "offline" / "bin" / f"pulumi-resource-{name}")
    environment = {**os.environ, "HA_AWS_PYTHON": sys.executable}
    # The plugin's parent is this inner Python, which leaves as soon as it has seen the port.
    code = f"import subprocess; p = subprocess.Popen([{str(link)!r}, 'engine'], stdout=subprocess.PIPE); print(p.stdout.readline().decode(), p.pid)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=20,
        check=True,
    )
    port, pid = done.stdout.split()
    assert 1024 < int(port) < 65536
    _wait_until_gone(int(pid))
    assert not Path(f"/proc/{pid}").exists() or (Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z")


def _wait_until_gone(pid: int) -> None:
    import select

    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([handle], [], [], 5)
    finally:
        os.close(handle)


@pytest.mark.parametrize("name", ["aws", "awsx"])
def test_help_says_what_the_plugin_is(name: str) -> None:
    plugin = Path(__file__).parents[2] / "offline" / "bin" / f"pulumi-resource-{name}"
    environment = {**os.environ, "HA_AWS_PYTHON": sys.executable}
    said = subprocess.run(
        [str(plugin), "--help"], capture_output=True, text=True, env=environment, timeout=20, check=True
    ).stdout
    assert f"pulumi-resource-{name}" in said
    assert ("HA_AWS_FAULTS" in said) == (name == "aws")


GENERATED = """\
class QueueArgs:
    def __init__(__self__, *,
                 delay_seconds: Optional[pulumi.Input[{0}int]] = None,
                 name: pulumi.Input[{0}str]):
        pass


class Queue(pulumi.CustomResource):
    def _internal_init(__self__):
        super(Queue, __self__).__init__(
            'aws:sqs/queue:Queue',
            resource_name)

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[{0}str]:
        pass

    @property
    @pulumi.getter(name="delaySeconds")
    def delay_seconds(self) -> pulumi.Output[Optional[{0}int]]:
        pass
"""
"""A resource as pulumi_aws has it; only the spelling of the built-in types has changed since version 4."""


def _generated(folder: Path, version: str, *, prefix: str = "", stated: bool = False) -> Schema:
    package = folder / version / "pulumi_aws"
    (package / "sqs").mkdir(parents=True)
    (package.parent / f"pulumi_aws-{version}.dist-info").mkdir()
    (package / "pulumi-plugin.json").write_text(json.dumps({"name": "aws"} | ({"version": version} if stated else {})))
    (package / "sqs" / "__init__.py").touch()
    (package / "sqs" / "queue.py").write_text(GENERATED.format(prefix))
    return Schema(package, cache=folder / "cache")


@pytest.mark.parametrize("prefix", ["", "builtins.", "_builtins."])
def test_packages_of_all_generations_are_read(prefix: str, tmp_path: Path) -> None:
    queue = _generated(tmp_path, "6.0.0", prefix=prefix).resource("aws:sqs/queue:Queue")
    assert queue
    assert {name: (field.kind, field.required) for name, field in queue.inputs.items()} == {
        "name": ("s", True),
        "delaySeconds": ("i", False),
    }
    assert {name: field.kind for name, field in queue.outputs.items()} == {"name": "s", "delaySeconds": "i"}


@pytest.mark.parametrize("stated", [True, False])
def test_versions_of_the_package_do_not_share_what_is_kept(stated: bool, tmp_path: Path) -> None:
    old, new = (_generated(tmp_path, version, stated=stated) for version in ("4.38.1", "5.43.0"))
    assert (old.version, new.version) == ("4.38.1", "5.43.0")
    assert old.resource("aws:sqs/queue:Queue")
    (new.package / "sqs" / "queue.py").write_text("")
    assert new.resource("aws:sqs/queue:Queue") is None, "it reads its own package, not what the other one kept"


def test_language_hosts_that_ask_the_provider_get_every_type_and_look_up() -> None:
    """Pulumi YAML finds out from it whether a type exists, and which properties it has."""
    given = package_schema(installed(), "aws")
    assert json.loads(json.dumps(given)) == given
    assert set(given["resources"]) == set(every_type())
    assert set(given["functions"]) == set(installed().lookups())
    vpc, looked_up = given["resources"]["aws:ec2/vpc:Vpc"], given["functions"]["aws:ec2/getVpc:getVpc"]
    assert {"cidrBlock", "tags"} <= set(vpc["inputProperties"]) < set(vpc["properties"]) >= {"arn", "mainRouteTableId"}
    assert "filters" in looked_up["inputs"]["properties"]
    assert "cidrBlock" in looked_up["outputs"]["properties"]
