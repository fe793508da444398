"""The deployer function against a small API server: applies in order, deletes what is no longer named, waits."""

import base64
import importlib.util
import json
import urllib.parse
from types import ModuleType
from typing import Any

import pytest

from components.packaging import FUNCTIONS, SERVICE_IMAGE
from components.tiers.containers.ecs_task import Workload
from components.tiers.containers.kubernetes_manifests import namespace, service_objects


@pytest.fixture(scope="module")
def deployer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manifests_handler", FUNCTIONS / "manifests" / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Server:
    """Keeps objects by path; answers a number of requests with other codes first."""

    def __init__(self, *first: int) -> None:
        self.kept: dict[str, Any] = {}
        self.log: list[tuple[str, str]] = []
        self.first = list(first)
        self.available = 0
        self.pods: list[dict[str, Any]] = []

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        path, _, query = path.partition("?")
        self.log.append((method, path.rsplit("/", 2)[1] + "/" + path.rsplit("/", 1)[1]))
        if self.first:
            return self.first.pop(0), {"message": "not now"}
        if method == "PATCH":
            assert query == "fieldManager=ha-deployer&force=true"
            self.kept[path] = body
            return 201, {}
        if path.endswith("/pods"):
            assert query == "labelSelector=app.kubernetes.io/name%3Dcart"
            return 200, {"items": self.pods}
        if method == "DELETE":
            return (200, {}) if self.kept.pop(path, None) else (404, {})
        self.available += 1
        status = {"observedGeneration": 2, "updatedReplicas": 3, "availableReplicas": self.available}
        return 200, {"metadata": {"generation": 2}, "spec": {"replicas": 3}, "status": status}


def objects(routed: bool = True) -> list[dict[str, Any]]:
    return service_objects(
        "cart",
        Workload(image=SERVICE_IMAGE, architecture="X86_64"),
        space="services",
        region="us-west-2",
        capacity=2,
        floor=3,
        ceiling=9,
        target_group_arn="arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/cart/1" if routed else None,
    )


def event(*things: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"cluster": "shop", "objects": list(things), "wait": 60, **more}


@pytest.fixture
def pauses(deployer: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seen: list[float] = []
    monkeypatch.setattr(deployer.time, "sleep", seen.append)
    return seen


def test_objects_are_applied_in_order_and_the_rollout_is_waited_for(deployer: ModuleType, pauses: list[float]) -> None:
    server = Server()
    deployer.run(event(*objects()), server.send)
    assert [name for method, name in server.log if method == "PATCH"] == [
        "serviceaccounts/cart",
        "deployments/cart",
        "poddisruptionbudgets/cart",
        "horizontalpodautoscalers/cart",
        "services/cart",
        "targetgroupbindings/cart",
    ]
    assert server.available == 3
    assert pauses == [5.0, 5.0], "looked again until all three were available"
    assert "/apis/eks.amazonaws.com/v1/namespaces/services/targetgroupbindings/cart" in server.kept


def pod(name: str, *variables: str, ready: str = "False", **metadata: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, **metadata},
        "spec": {"containers": [{"env": [{"name": variable} for variable in variables]}, {}]},
        "status": {"conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": ready}]},
    }


def test_pods_that_were_created_before_their_role_was_known_are_replaced(
    deployer: ModuleType, pauses: list[float]
) -> None:
    server, known = Server(), deployer.IDENTITY
    server.pods = [
        pod("early", "PORT"),
        pod("going", "PORT", deletionTimestamp="2026-11-29T00:00:00Z"),
        pod("serving", "PORT", ready="True"),
        pod("starting", "PORT", known),
    ]
    server.kept = {f"/api/v1/namespaces/services/pods/{one['metadata']['name']}": one for one in server.pods}
    deployer.run(event(*objects()), server.send)
    deleted = {name for method, name in server.log if method == "DELETE"}
    assert deleted == {"pods/early"}
    assert len(pauses) == 2, "one look at the pods for each look at the rollout"


def test_what_an_update_no_longer_names_is_deleted(deployer: ModuleType, pauses: list[float]) -> None:
    server = Server()
    deployer.run(event(*objects()), server.send)
    lifecycle = {"action": "update", "prev_input": event(*objects())}
    done = deployer.run(event(*objects(routed=False), tf=lifecycle), server.send)
    assert done["deleted"] == ["/apis/eks.amazonaws.com/v1/namespaces/services/targetgroupbindings/cart"]
    assert len(server.kept) == 5


def test_a_delete_removes_objects_in_reverse_order_and_ignores_missing_ones(deployer: ModuleType) -> None:
    server = Server()
    server.kept = {deployer.path_of(o): o for o in objects()[1:]}
    deployer.run(event(*objects(), tf={"action": "delete"}), server.send)
    assert server.kept == {}
    assert next(name for _, name in server.log) == "targetgroupbindings/cart"


def test_a_new_cluster_is_waited_for_and_a_refusal_is_not(deployer: ModuleType, pauses: list[float]) -> None:
    server = Server(401, 404, 503)
    deployer.run(event(namespace("services")), server.send)
    assert list(server.kept) == ["/api/v1/namespaces/services"]
    assert len(pauses) == 3
    with pytest.raises(RuntimeError, match="422 not now"):
        deployer.run(event(namespace("services")), Server(422).send)


def test_an_api_server_that_drops_connections_is_asked_again(deployer: ModuleType, pauses: list[float]) -> None:
    server, dropped = Server(), {"PATCH": 1, "GET": 2, "DELETE": 1}

    def send(method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        if dropped[method]:
            dropped[method] -= 1
            raise TimeoutError("timed out")
        return server.send(method, path, body)

    deployer.run(event(*objects(routed=False), tf={"action": "update", "prev_input": event(*objects())}), send)
    assert len(server.kept) == 5
    assert sum(dropped.values()) == 0
    deployer.run(event(*objects(), tf={"action": "delete"}), Server(429, 503).send)
    with pytest.raises(RuntimeError, match="403 not now"):
        deployer.run(event(*objects(), tf={"action": "delete"}), Server(403).send)


def test_a_rollout_that_does_not_come_up_fails_the_update(deployer: ModuleType, pauses: list[float]) -> None:
    with pytest.raises(RuntimeError, match=r"not available in time.*deployments/cart"):
        deployer.run({**event(*objects()), "wait": 0}, Server().send)


def test_unknown_kinds_are_refused(deployer: ModuleType) -> None:
    with pytest.raises(ValueError, match="kind=Secret"):
        deployer.path_of({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "a"}})


def test_the_token_is_a_presigned_call_for_this_cluster(deployer: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    found = deployer.token("shop", "us-west-2")
    assert found.startswith("k8s-aws-v1.")
    encoded = found.removeprefix("k8s-aws-v1.")
    url = urllib.parse.urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    query = urllib.parse.parse_qs(url.query)
    assert url.netloc == "sts.us-west-2.amazonaws.com"
    assert query["Action"] == ["GetCallerIdentity"]
    assert query["X-Amz-Expires"] == ["60"]
    assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"][0]


def test_an_event_of_a_service_fits_what_lambda_takes() -> None:
    assert len(json.dumps(event(*objects()))) < 262_144, "bytes of an invocation's payload that is kept small"
