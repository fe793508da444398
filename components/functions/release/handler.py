"""Moves an alias to a new version with CodeDeploy, which rolls back on alarms.

The deployment invokes it once per published version. It starts the traffic shift and does not wait for its end.
"""

import hashlib
import json
import time
from typing import Any

import boto3
from botocore.exceptions import ClientError

ATTEMPTS = 8
"""Attempts while new IAM permissions propagate (IAM guide, "Eventual consistency")."""
PAUSE = 5.0
"""Seconds between two attempts."""
NOT_YET = {"AccessDeniedException", "AccessDenied"}


def app_spec(function: str, alias: str, current: str, target: str) -> str:
    """The AppSpec content of a Lambda deployment, as JSON."""
    properties = {"Name": function, "Alias": alias, "CurrentVersion": current, "TargetVersion": target}
    resource = {"function": {"Type": "AWS::Lambda::Function", "Properties": properties}}
    return json.dumps({"version": 0.0, "Resources": [resource]}, sort_keys=True)


def release(event: dict[str, str], lambda_: Any, codedeploy: Any) -> dict[str, Any]:
    """Start the deployment in ``event``, unless the alias already has the version."""
    function, alias, target = event["function"], event["alias"], event["version"]
    current = lambda_.get_alias(FunctionName=function, Name=alias)["FunctionVersion"]
    if current == target:
        return {"deployment": None, "from": current, "to": target}
    content = app_spec(function, alias, current, target)
    started = codedeploy.create_deployment(
        applicationName=event["application"],
        deploymentGroupName=event["group"],
        description=f"{function}: version {current} to {target}",
        revision={
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": content, "sha256": hashlib.sha256(content.encode()).hexdigest()},
        },
    )
    return {"deployment": started["deploymentId"], "from": current, "to": target}


def handler(event: dict[str, str], context: object) -> dict[str, Any]:
    """Lambda entry point: ``application``, ``group``, ``function``, ``alias``, ``version``."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return release(event, boto3.client("lambda"), boto3.client("codedeploy"))
        except ClientError as error:
            if error.response["Error"]["Code"] not in NOT_YET or attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE)
    raise AssertionError("unreachable: the last attempt returns or raises")
