"""Code from a bundle: downloaded with the service's role, unpacked before it starts, read-only for it."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.tiers.containers import application_bundle as bundles
from components.tiers.containers.application_bundle import ApplicationBundle
from components.tiers.containers.ecs_task import Workload, task_definition
from tests.unit.tiers.containers import test_eks_service as eks
from tests.unit.tiers.containers.ecs import WORKLOAD, cart, policy

OBJECT = "arn:aws:s3:::code/services.zip"
BUNDLE = ApplicationBundle(
    bucket="code",
    key="services.zip",
    version="3sL4kqtJlcpXroDTDmJ",
    object_arn=OBJECT,
    kms_key_arn="arn:aws:kms:us-west-2:123456789012:key/k",
)
FETCHING = ["s3api", "get-object", "--bucket", "code", "--key", "services.zip", "--version-id", "3sL4kqtJlcpXroDTDmJ"]


def task(**changed: Any) -> dict[str, Any]:
    graph = cart(workload=replace(WORKLOAD, bundle=BUNDLE, **changed))
    return graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs


def containers(**changed: Any) -> dict[str, dict[str, Any]]:
    return {c["name"]: c for c in json.loads(task(**changed)["containerDefinitions"])}


def test_the_service_starts_after_its_code_was_downloaded_and_unpacked() -> None:
    found = containers()
    assert list(found) == ["cart", "fetch", "unpack"]
    assert found["cart"]["dependsOn"] == [{"containerName": "unpack", "condition": "SUCCESS"}]
    assert found["unpack"]["dependsOn"] == [{"containerName": "fetch", "condition": "SUCCESS"}]
    assert "dependsOn" not in found["fetch"]
    assert found["fetch"]["command"] == [*FETCHING, "/application/bundle.zip"]
    assert found["fetch"]["image"].startswith("public.ecr.aws/aws-cli/aws-cli:2.")
    assert found["unpack"]["image"] == found["cart"]["image"], "no third image to pull"
    assert found["cart"]["workingDirectory"] == "/application/code"
    assert [found[name]["essential"] for name in ("fetch", "unpack")] == [False, False], "they end before the service"


def test_the_service_can_only_read_its_code_and_is_not_root() -> None:
    found = containers()
    assert [v["name"] for v in task()["volumes"]] == ["application"]
    read_only = {
        name: [(m["sourceVolume"], m["containerPath"], m["readOnly"]) for m in one["mountPoints"]]
        for name, one in found.items()
    }
    mounted = {True: [("application", "/application", True)], False: [("application", "/application", False)]}
    assert read_only == {"cart": mounted[True], "fetch": mounted[False], "unpack": mounted[False]}
    assert {name: one["readonlyRootFilesystem"] for name, one in found.items()} == dict.fromkeys(found, True)
    users = {name: one["user"] for name, one in found.items()}
    assert users == {"cart": "65534:65534", "fetch": "0:0", "unpack": "0:0"}, "only root can write to the volume"
    dropped = [found[name]["linuxParameters"]["capabilities"] for name in ("fetch", "unpack")]
    assert dropped == [{"drop": ["ALL"]}] * 2


def test_each_container_logs_to_a_stream_of_its_own_without_blocking() -> None:
    logged = {name: one["logConfiguration"]["options"] for name, one in containers().items()}
    assert {name: options["awslogs-stream-prefix"] for name, options in logged.items()} == {n: n for n in logged}
    assert {options["mode"] for options in logged.values()} == {"non-blocking"}


def test_the_role_may_read_every_version_of_this_one_object_and_nothing_else() -> None:
    """ECS rolls back to a revision that names an earlier version, with the same role."""
    found = policy(cart(workload=replace(WORKLOAD, bundle=BUNDLE)), "shop-cart-task-permissions")
    assert sorted(found) == ["Carts", "DecryptBundle", "FetchBundle"]
    assert (found["FetchBundle"]["Action"], found["FetchBundle"]["Resource"]) == ("s3:GetObjectVersion", OBJECT)
    assert found["DecryptBundle"]["Resource"] == BUNDLE.kms_key_arn
    assert found["DecryptBundle"]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}


def test_without_a_bundle_nothing_is_downloaded() -> None:
    graph = cart()
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    (container,) = json.loads(definition["containerDefinitions"])
    assert not {"dependsOn", "mountPoints", "workingDirectory"} & set(container)
    assert not definition.get("volumes")


@pytest.mark.parametrize("name", ["fetch", "unpack"])
def test_a_service_with_the_name_of_a_container_beside_it_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"service={name}: the container beside it has this name"):
        task_definition(
            "shop",
            replace(WORKLOAD, bundle=BUNDLE),
            service=name,
            cluster_arn="arn:aws:ecs:us-west-2:123456789012:cluster/c",
            kms_key_arn="k",
            execute_command=False,
            log_days=30,
            tags={},
            opts=None,  # pyright: ignore[reportArgumentType]  # refused before it is used
        )


def test_liveness_is_checked_apart_from_readiness() -> None:
    checked = containers(live_path="/health/live")["cart"]["healthCheck"]["command"][-1]
    assert "127.0.0.1:8080/health/live'" in checked
    pod = eks.objects_of(eks.cart(replace(eks.WORKLOAD, live_path="/health/live")))["Deployment"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"] == {"path": "/health/live", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/health", "port": "http"}
    with pytest.raises(ValueError, match="live_path=alive: must start with /"):
        Workload(image="i", live_path="alive")


def test_pods_unpack_the_same_bundle_and_none_of_their_containers_is_root() -> None:
    graph = eks.cart(replace(eks.WORKLOAD, bundle=BUNDLE))
    pod = eks.objects_of(graph)["Deployment"]["spec"]["template"]["spec"]
    fetch, unpack = pod["initContainers"]
    assert (fetch["name"], fetch["args"]) == ("fetch", [*FETCHING, "/application/bundle.zip"])
    assert (unpack["name"], unpack["command"]) == ("unpack", list(bundles.UNPACKING))
    (container,) = pod["containers"]
    assert container["volumeMounts"] == [{"name": "application", "mountPath": "/application", "readOnly": True}]
    assert container["workingDir"] == "/application/code"
    assert pod["volumes"] == [{"name": "application", "emptyDir": {"sizeLimit": "256Mi"}}]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert fetch["securityContext"] == unpack["securityContext"] == container["securityContext"]
    permissions = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy", "shop-cart-permissions").inputs["policy"])
    allowed = {statement["Sid"] for statement in permissions["Statement"]}
    assert allowed == {"Carts", "FetchBundle", "DecryptBundle"}


def test_the_unpacking_command_unpacks(tmp_path: Path) -> None:
    """As it is in the container, with the places of this test."""
    archive, code = tmp_path / "bundle.zip", tmp_path / "code"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("service.py", "print('here')")
        file.writestr("package/__init__.py", "")
    places = {bundles.ARCHIVE: str(archive), bundles.CODE: str(code), "python": sys.executable}
    subprocess.run([places.get(word, word) for word in bundles.UNPACKING], check=True)
    assert sorted(path.name for path in code.iterdir()) == ["package", "service.py"]
