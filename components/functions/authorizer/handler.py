"""Authorizer of the payments API: identifies the client of a bearer token, and the operations that its scopes allow.

Lambda counts a rejected token as an error, which is how API Gateway expects a rejection; real failures are counted in
the metric AuthorizerFailures. Environment: ISSUER, AUDIENCE, KEYS_URL (the issuer's JSON Web Key Set, https),
POWERTOOLS_METRICS_NAMESPACE."""

import http.client
import json
import os
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from jwt import InvalidTokenError, verify

logger = Logger()
metrics = Metrics()

OPERATIONS = {
    "payments": ("POST/transactions", "GET/transactions/*"),
    "ledger": ("GET/ledger/*",),
    "risk": ("GET/risk/*", "PUT/risk/*"),
}
"""Scope -> methods and paths of the API."""
KEEP_KEYS, ASK_AGAIN = 3600, 30
"""Seconds. The key set is fetched again after the first; for an unknown key id, at most once per the second."""
TIMEOUT, MAX_KEYS = 3, 256 * 1024
"""Seconds; bytes of a key set."""


class Keys:
    """The issuer's public keys, cached between invocations, and used longer if the issuer does not answer."""

    def __init__(self) -> None:
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._asked = float("-inf")

    def get(self, kid: str) -> Mapping[str, Any] | None:
        """The key with this id. Raises OSError if the key set was never fetched."""
        age = time.monotonic() - self._asked
        if age > KEEP_KEYS or (kid not in self._keys and age > ASK_AGAIN):
            try:
                self._keys = _fetch(os.environ["KEYS_URL"])
            except (OSError, http.client.HTTPException, ValueError) as error:
                if not self._keys:
                    raise OSError("the issuer's keys cannot be had") from error
                logger.exception("the issuer's keys cannot be had; going on with the old ones")
            self._asked = time.monotonic()
        return self._keys.get(kid)


def _fetch(url: str) -> dict[str, Mapping[str, Any]]:
    """The issuer's key set. Raises ValueError if the answer has no keys, such as an error page with status 200."""
    if not url.startswith("https://"):
        raise ValueError("KEYS_URL: must be https")
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 (https alone)
        found = json.loads(answer.read(MAX_KEYS))
    listed = found.get("keys") if isinstance(found, dict) else None
    usable = [key for key in listed if isinstance(key, dict) and "kid" in key] if isinstance(listed, list) else []
    if not usable:
        raise ValueError("KEYS_URL: the answer has no keys")
    return {str(key["kid"]): key for key in usable}


keys = Keys()


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda entry point of a TOKEN authorizer. Raises ``Unauthorized``, which API Gateway answers with 401; any other
    exception gives a 500.
    """
    scheme, _, token = str(event.get("authorizationToken", "")).partition(" ")
    try:
        if scheme != "Bearer":
            raise InvalidTokenError("not a bearer token")
        claims = verify(token, keys.get, issuer=os.environ["ISSUER"], audience=os.environ["AUDIENCE"], now=time.time())
    except InvalidTokenError as error:
        logger.info("refused", extra={"reason": str(error)})
        raise Exception("Unauthorized") from None
    except Exception:
        metrics.add_metric(name="AuthorizerFailures", unit=MetricUnit.Count, value=1)
        raise
    return _policy(claims, event["methodArn"])


def _policy(claims: Mapping[str, Any], method_arn: str) -> dict[str, Any]:
    """A policy with everything that the token allows, because API Gateway caches it for other operations too."""
    stage = "/".join(method_arn.split("/")[:2])
    given = claims.get("scope", "")
    scopes = given.split() if isinstance(given, str) else [str(scope) for scope in given]
    allowed = [f"{stage}/{operation}" for scope in scopes for operation in OPERATIONS.get(scope, ())]
    effect, resources = ("Allow", allowed) if allowed else ("Deny", [f"{stage}/*"])
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resources}
    return {
        "principalId": claims["sub"],
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"scope": " ".join(scopes)},
    }
