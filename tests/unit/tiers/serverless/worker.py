"""A function that the tests run."""

import json
from typing import Any

import pulumi

from components.alarms import Alarming
from components.tiers.serverless.codedeploy import CodeDeployRelease, DeploymentStarter, DeploymentStarterArgs
from components.tiers.serverless.lambda_ import Function, FunctionArgs
from tests.support.graph import Graph, deploy

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"


POLICY = "aws:iam/rolePolicy:RolePolicy"


CODE = pulumi.AssetArchive({"handler.py": pulumi.StringAsset("def handler(event, context): ...")})


def worker(*, released: bool = False, **changed: Any) -> Graph:
    def program() -> None:
        given: dict[str, Any] = {
            "code": CODE,
            "handler": "handler.handler",
            "kms_key_arn": KEY,
            "tags": {"Project": "ha"},
            "alarms": Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"]),
            **changed,
        }
        if released:
            releaser = DeploymentStarter("releaser", DeploymentStarterArgs(code=CODE, kms_key_arn=KEY))
            given["release"] = CodeDeployRelease(releaser=releaser)
        Function("worker", FunctionArgs(**given))

    return deploy(program)


def statements(graph: Graph, name: str) -> dict[str, Any]:
    found = json.loads(graph.one(POLICY, name).inputs["policy"])["Statement"]
    return {s.get("Sid", str(i)): s for i, s in enumerate(found)}
