"""Who is logged in, as the load balancer says in ``x-amzn-oidc-data``: a JWT signed with ES256 (Elastic Load Balancing
guide, "Authenticate users using an Application Load Balancer", section "User claims encoding and signature
verification").

Environment: BACKOFFICE_LOGIN_ISSUER and BACKOFFICE_LOGIN_CLIENT_ID as on the listener, BACKOFFICE_LOGIN_LOAD_BALANCER
(ARN of the load balancer whose signature counts, or the beginning of the ARNs of those that count), AWS_REGION.
Without the issuer there is no log-in.

PyJWT alone checks ES256 with a compiled library, which would have to be built for the instances. The package ecdsa is
pure Python. It warns of timing attacks on private keys; here are only public ones.
"""

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ecdsa
import jwt
import urllib3
from ecdsa.util import sigdecode_string
from jwt.algorithms import Algorithm

from serving.problems import ProblemError, UnavailableError

HEADER = "HTTP_X_AMZN_OIDC_DATA"
"""As WSGI names it."""
KEY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
KEPT_KEYS = 16
NAMES = ("email", "preferred_username", "name", "sub")
"""Claims that name a person, the best first (OpenID Connect Core, section 5.1)."""
MAX_NAME = 128
LEEWAY_SECONDS = 60


class _Es256(Algorithm):
    """ES256 (RFC 7518, section 3.4) for PyJWT, verification only."""

    def prepare_key(self, key: Any) -> Any:
        """Raises jwt.InvalidKeyError for what is no P-256 public key in PEM."""
        try:
            made: Any = ecdsa.VerifyingKey.from_pem(key, hashlib.sha256)
        except Exception as error:  # ecdsa raises errors of several modules
            raise jwt.InvalidKeyError(str(error)) from None
        if made.curve is not ecdsa.NIST256p:
            raise jwt.InvalidKeyError("not on the curve P-256")
        return made

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        """Whether the signature is right."""
        try:
            return bool(key.verify(sig, msg, sigdecode=sigdecode_string))
        except ecdsa.BadSignatureError:
            return False

    def sign(self, msg: bytes, key: Any) -> bytes:
        """Nothing is signed here."""
        raise NotImplementedError

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        """Not needed."""
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        """Not needed."""
        raise NotImplementedError


def _verifier() -> jwt.PyJWS:
    made = jwt.PyJWS(algorithms=[])
    for name in made.get_algorithms():  # those of cryptography, where it is installed
        made.unregister_algorithm(name)
    made.register_algorithm("ES256", _Es256())
    return made


@dataclass(frozen=True)
class Login:
    """issuer, client_id: what a token must have; signer: what its signer's ARN must begin with. fetch: PEM of a public
    key by its id; raises UnavailableError.
    """

    issuer: str
    client_id: str
    signer: str
    fetch: Callable[[str], str]

    def __post_init__(self) -> None:
        if not self.signer.startswith("arn:") or ":loadbalancer/app/" not in self.signer:
            raise ValueError(f"signer={self.signer}: must begin as the ARN of an Application Load Balancer does")

    def user(self, environ: dict[str, Any]) -> str:
        """The name of whoever is logged in. Raises ProblemError 401, without the reason, if nobody is; UnavailableError
        if the key cannot be fetched.
        """
        token = str(environ.get(HEADER, ""))
        try:
            header = jwt.get_unverified_header(token)
            wanted = (header.get("iss"), header.get("client"))
            signed = str(header.get("signer")).startswith(self.signer) and header.get("alg") == "ES256"
            if wanted != (self.issuer, self.client_id) or not signed:
                raise jwt.InvalidTokenError("made for somebody else")
            key_id = str(header.get("kid"))
            if not KEY_ID.fullmatch(key_id):
                raise jwt.InvalidTokenError("kid")
            text = _VERIFIER.decode(token, self.fetch(key_id), algorithms=["ES256"])
            claims: Any = json.loads(text)
            until = max(float(header["exp"]), 0.0)
            if not time.time() < until + LEEWAY_SECONDS < float("inf"):
                raise jwt.ExpiredSignatureError("exp")
            names = [claims[name] for name in NAMES if isinstance(claims.get(name), str) and claims[name]]
            return names[0][:MAX_NAME]
        except UnavailableError:
            raise
        except Exception as error:  # whatever a forged token makes the parsers do
            raise ProblemError(401, "log in at the load balancer") from error


_VERIFIER = _verifier()


class Keys:
    """Public keys of the Region's load balancers, each fetched once."""

    def __init__(self, url: str) -> None:
        self._url, self._lock, self._known = url, threading.Lock(), dict[str, str]()
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=2), retries=False)

    def get(self, key_id: str) -> str:
        """PEM of a key. Raises UnavailableError if the endpoint does not answer, ProblemError 401 if it has no such
        key.
        """
        with self._lock:
            if key_id in self._known:
                return self._known[key_id]
        try:
            answer = self._pool.request("GET", f"{self._url}/{key_id}", redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise UnavailableError("the load balancer's public key cannot be fetched") from error
        if answer.status >= 500:
            raise UnavailableError("the load balancer's public key cannot be fetched")
        if answer.status != 200:
            raise ProblemError(401, "log in at the load balancer")
        with self._lock:
            while len(self._known) >= KEPT_KEYS:
                self._known.pop(next(iter(self._known)))
            self._known[key_id] = answer.data.decode()
            return self._known[key_id]


def from_environment() -> Login | None:
    """None without a log-in. Raises KeyError if only a part of the settings is there."""
    issuer = os.environ.get("BACKOFFICE_LOGIN_ISSUER")
    if not issuer:
        return None
    keys = Keys(f"https://public-keys.auth.elb.{os.environ['AWS_REGION']}.amazonaws.com")
    return Login(
        issuer, os.environ["BACKOFFICE_LOGIN_CLIENT_ID"], os.environ["BACKOFFICE_LOGIN_LOAD_BALANCER"], keys.get
    )
