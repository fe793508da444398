"""Applies Kubernetes objects to an EKS cluster by server-side apply, from inside the VPC.

Event: ``cluster`` (name), ``endpoint``, ``certificate`` (base64), ``objects`` (in the order to apply them), ``wait``
(seconds for Deployments to be available); and ``tf`` with the action and the previous event, which the Invocation
resource adds. Objects that an update no longer contains are deleted; a delete removes all objects in reverse
order.
"""

# ruff: noqa: S310 (the address is the cluster's own, from its resource)
import base64
import json
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
from botocore.signers import RequestSigner

PLURALS = {
    "Namespace": "namespaces",
    "ServiceAccount": "serviceaccounts",
    "Service": "services",
    "Deployment": "deployments",
    "HorizontalPodAutoscaler": "horizontalpodautoscalers",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "TargetGroupBinding": "targetgroupbindings",
}
FIELD_MANAGER = "ha-deployer"
PAUSE = 5.0
"""Seconds between two checks of a rollout, and between attempts while new permissions propagate."""
ATTEMPTS = 12
"""Attempts while a new access entry or endpoint is not available yet, or the API server does not answer."""
IDENTITY = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
"""Environment variable that EKS Pod Identity gives the containers of a pod when the pod is created."""
Send = Callable[[str, str, dict[str, Any] | None], tuple[int, dict[str, Any]]]


def token(cluster: str, region: str) -> str:
    """A bearer token of this role for ``cluster``: a presigned GetCallerIdentity, as `aws eks get-token` makes it."""
    session: Any = boto3.Session()
    model = session.client("sts", region_name=region).meta.service_model.service_id
    signer = RequestSigner(model, region, "sts", "v4", session.get_credentials(), session.events)
    request = {
        "method": "GET",
        "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": cluster},
        "context": {},
    }
    url = signer.generate_presigned_url(request, region_name=region, expires_in=60, operation_name="")
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def path_of(thing: dict[str, Any]) -> str:
    """Address of an object in the API. Raises ValueError for an unknown kind."""
    kind, version, metadata = thing["kind"], thing["apiVersion"], thing["metadata"]
    if kind not in PLURALS:
        raise ValueError(f"kind={kind}: not known; give one of {', '.join(sorted(PLURALS))}")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    space = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
    return f"{root}{space}/{PLURALS[kind]}/{metadata['name']}"


def sender(event: dict[str, Any]) -> Send:
    """Sends requests to the cluster's API server; trusts only the cluster's certificate authority."""
    authority = base64.b64decode(event["certificate"]).decode()
    context = ssl.create_default_context(cadata=authority)
    region = os.environ["AWS_REGION"]

    def send(method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            event["endpoint"] + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {token(event['cluster'], region)}",
                "Content-Type": "application/apply-patch+yaml" if method == "PATCH" else "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=15, context=context) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            return error.code, {"message": error.read().decode(errors="replace")[:500]}

    return send


def _insist(
    send: Send, method: str, path: str, body: dict[str, Any], done: tuple[int, ...], again: tuple[int, ...]
) -> None:
    """Send a request until the answer is ``done``. Raises RuntimeError with the server's reason."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            status, answer = send(method, path, body)
        except OSError as error:  # no answer, or the endpoint's name is not known yet
            status, answer = 0, {"message": str(error)}
        if status in done:
            return
        if status not in again or attempt == ATTEMPTS:
            raise RuntimeError(f"{path}: {status} {answer.get('message')}")
        time.sleep(PAUSE)


def apply(thing: dict[str, Any], send: Send) -> None:
    """Create or change an object. Raises RuntimeError with the server's reason."""
    path = f"{path_of(thing)}?fieldManager={FIELD_MANAGER}&force=true"
    # New access entries, and resource kinds of a new cluster, take a while.
    _insist(send, "PATCH", path, thing, (200, 201), (0, 401, 403, 404, 429, 500, 503))


def delete(thing: dict[str, Any], send: Send) -> None:
    """Delete an object; a missing one is not an error. Raises RuntimeError with the server's reason."""
    _insist(send, "DELETE", path_of(thing), {"propagationPolicy": "Foreground"}, (200, 202, 404), (0, 429, 500, 503))


def available(thing: dict[str, Any], send: Send) -> bool:
    """Whether all replicas of a Deployment run its newest version; False while the server does not answer."""
    try:
        status, found = send("GET", path_of(thing), None)
    except OSError:
        return False
    if status != 200:
        return False
    state, wanted = found.get("status", {}), found.get("spec", {}).get("replicas", 1)
    current = state.get("observedGeneration", 0) >= found["metadata"].get("generation", 0)
    return bool(current and state.get("updatedReplicas", 0) >= wanted and state.get("availableReplicas", 0) >= wanted)


def replace_without_identity(thing: dict[str, Any], send: Send) -> None:
    """Delete pods of a Deployment that are not ready and have no IAM role; the Deployment creates others.

    "EKS Pod Identity associations are eventually consistent, and may take several seconds to be effective after the
    initial API call returns successfully" (EKS CreatePodIdentityAssociation). A pod that was created before never gets
    credentials, however often its containers are restarted.
    """
    pods = f"/api/v1/namespaces/{thing['metadata']['namespace']}/pods"
    labels = ",".join(f"{key}={value}" for key, value in sorted(thing["spec"]["selector"]["matchLabels"].items()))
    try:
        status, found = send("GET", f"{pods}?labelSelector={urllib.parse.quote(labels)}", None)
        for pod in found.get("items", []) if status == 200 else []:
            given = {variable["name"] for c in pod["spec"]["containers"] for variable in c.get("env", [])}
            conditions = pod.get("status", {}).get("conditions", [])
            ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
            if IDENTITY not in given and not ready and "deletionTimestamp" not in pod["metadata"]:
                send("DELETE", f"{pods}/{pod['metadata']['name']}", None)
    except OSError:  # no answer: with the next look at the rollout
        return


def run(event: dict[str, Any], send: Send) -> dict[str, Any]:
    """Do what the event says; returns what was done."""
    lifecycle = event.get("tf") or {}
    objects: list[dict[str, Any]] = event["objects"]
    if lifecycle.get("action") == "delete":
        for thing in reversed(objects):
            delete(thing, send)
        return {"deleted": [path_of(t) for t in reversed(objects)]}
    for thing in objects:
        apply(thing, send)
    kept = {path_of(t) for t in objects}
    before: list[dict[str, Any]] = (lifecycle.get("prev_input") or {}).get("objects", [])
    gone = [t for t in reversed(before) if path_of(t) not in kept]
    for thing in gone:
        delete(thing, send)
    waiting = [t for t in objects if t["kind"] == "Deployment"]
    end = time.monotonic() + float(event.get("wait", 0))
    while waiting := [t for t in waiting if not available(t, send)]:
        if time.monotonic() >= end:
            raise RuntimeError(f"not available in time: {[path_of(t) for t in waiting]}")
        for thing in waiting:
            replace_without_identity(thing, send)
        time.sleep(PAUSE)
    return {"applied": sorted(kept), "deleted": [path_of(t) for t in gone]}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Lambda entry point."""
    return run(event, sender(event))
