"""The releaser starts one CodeDeploy deployment per new version; the stubs check every call against AWS's models."""

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

SOURCE = Path(__file__).parents[2] / "components" / "functions" / "release" / "handler.py"
EVENT = {"application": "app", "group": "group", "function": "worker", "alias": "live", "version": "8"}


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release_handler", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Stubber, Any, Stubber]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    made = [boto3.client(service, region_name="us-west-2") for service in ("lambda", "codedeploy")]
    stubs = [Stubber(client) for client in made]
    for stub in stubs:
        stub.activate()
    return made[0], stubs[0], made[1], stubs[1]


def test_a_new_version_starts_a_deployment_from_the_aliass_version(clients: Any) -> None:
    lambda_, on_lambda, codedeploy, on_codedeploy = clients
    module = load()
    content = module.app_spec("worker", "live", "7", "8")
    on_lambda.add_response("get_alias", {"FunctionVersion": "7"}, {"FunctionName": "worker", "Name": "live"})
    on_codedeploy.add_response(
        "create_deployment",
        {"deploymentId": "d-1"},
        {
            "applicationName": "app",
            "deploymentGroupName": "group",
            "description": "worker: version 7 to 8",
            "revision": {
                "revisionType": "AppSpecContent",
                "appSpecContent": {"content": content, "sha256": hashlib.sha256(content.encode()).hexdigest()},
            },
        },
    )
    assert module.release(EVENT, lambda_, codedeploy) == {"deployment": "d-1", "from": "7", "to": "8"}
    on_codedeploy.assert_no_pending_responses()
    (resource,) = json.loads(content)["Resources"]
    assert resource["function"]["Properties"] == {
        "Name": "worker",
        "Alias": "live",
        "CurrentVersion": "7",
        "TargetVersion": "8",
    }


def test_an_alias_that_is_there_already_starts_nothing(clients: Any) -> None:
    lambda_, on_lambda, codedeploy, _ = clients
    on_lambda.add_response("get_alias", {"FunctionVersion": "8"})
    assert load().release(EVENT, lambda_, codedeploy)["deployment"] is None


def test_permissions_that_still_spread_are_waited_for_and_other_errors_are_not(
    clients: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lambda_, on_lambda, codedeploy, _ = clients
    module = load()
    pauses: list[float] = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    monkeypatch.setattr(module.boto3, "client", lambda service: {"lambda": lambda_, "codedeploy": codedeploy}[service])
    on_lambda.add_client_error("get_alias", "AccessDeniedException")
    on_lambda.add_response("get_alias", {"FunctionVersion": "8"})
    assert module.handler(EVENT, None)["deployment"] is None
    assert pauses == [5.0]
    on_lambda.add_client_error("get_alias", "ResourceNotFoundException")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        module.handler(EVENT, None)
    assert pauses == [5.0]
