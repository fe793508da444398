"""The back office's log-in: which tokens of ``x-amzn-oidc-data`` are accepted."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from backoffice.login import HEADER, Login
from serving.problems import ProblemError, UnavailableError
from tests.support.some import some

KEY, OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
LATER = 86_400
"""Seconds until tokens expire: they are made when the tests are collected, long before the last one runs."""
BALANCER = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/office/50dc6c495c0c9188"
KEY_ID = "f9ef5be2-4cf5-4a2f-9c3a-1f1d2c3b4a59"


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def part(value: Any) -> str:
    """Base64url with padding, as the load balancer writes it and no JWT library does."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def token(header: dict[str, Any], claims: Any, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    text = f"{part(header)}.{part(claims)}"
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64.urlsafe_b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    return f"{text}.{signature}"


def header(**changed: Any) -> dict[str, Any]:
    given = {"typ": "JWT", "kid": KEY_ID, "alg": "ES256", "iss": "https://id.example.com", "client": "office"}
    return {**given, "signer": BALANCER, "exp": int(time.time()) + LATER, **changed}


CLAIMS = {"sub": "1234", "name": "Anna", "email": "anna@example.com", "exp": int(time.time()) + LATER}


def user(given: str, keys: dict[str, str] | None = None) -> str:
    known = {KEY_ID: pem(KEY)} if keys is None else keys
    return Login("https://id.example.com", "office", BALANCER, known.__getitem__).user({HEADER: given})


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        (CLAIMS, "anna@example.com"),
        ({"sub": "1", "preferred_username": "anna"}, "anna"),
        ({"sub": "1", "email": ""}, "1"),
        ({"sub": "x" * 500}, "x" * 128),
        ({"sub": "1", "email": ["a"]}, "1"),
    ],
)
def test_the_load_balancers_token_names_the_user(claims: dict[str, Any], name: str) -> None:
    assert user(token(header(), claims)) == name


GOOD = token(header(), CLAIMS)
HEAD, BODY, SIGNATURE = GOOD.split(".")
FORGED = {
    "nothing": "",
    "no token": "x",
    "two parts": f"{HEAD}.{BODY}",
    "no signature": f"{HEAD}.{BODY}.",
    "another key": token(header(), CLAIMS, OTHER),
    "another body": f"{HEAD}.{part({'sub': 'admin'})}.{SIGNATURE}",
    "alg none": f"{part(header(alg='none'))}.{BODY}.",
    "alg HS256": token(header(alg="HS256"), CLAIMS),
    "alg ES384": token(header(alg="ES384"), CLAIMS),
    "another issuer": token(header(iss="https://evil.example.com"), CLAIMS),
    "another client": token(header(client="other"), CLAIMS),
    "another load balancer": token(header(signer=BALANCER.replace("1234", "9999")), CLAIMS),
    "no signer": token({k: v for k, v in header().items() if k != "signer"}, CLAIMS),
    "expired": token(header(exp=int(time.time()) - 100), CLAIMS),
    "no expiry": token({k: v for k, v in header().items() if k != "exp"}, CLAIMS),
    "exp NaN": token(header(exp=float("nan")), CLAIMS),
    "exp Infinity": token(header(exp=float("inf")), CLAIMS),
    "exp 1e999": token(header(exp="1e999"), CLAIMS),
    "exp text": token(header(exp="x"), CLAIMS),
    "no name": token(header(), {}),
    "claims a list": token(header(), []),
    "kid a path": token(header(kid="../other"), CLAIMS),
    "kid unknown": token(header(kid="unknown"), CLAIMS),
    "short signature": f"{HEAD}.{BODY}.{base64.urlsafe_b64encode(b'x' * 10).decode()}",
    "zero signature": f"{HEAD}.{BODY}.{base64.urlsafe_b64encode(bytes(64)).decode()}",
    "deep": f"{base64.urlsafe_b64encode(b'[' * 100_000).decode()}.{BODY}.{SIGNATURE}",
    "not base64": f"{HEAD}.{BODY}.\u00e9",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_no_other_token_is_accepted(forged: str) -> None:
    with pytest.raises(ProblemError) as refused:
        user(forged)
    assert refused.value.status == 401
    assert refused.value.detail == "log in at the load balancer", "why not is not told"


def test_a_key_of_another_curve_signs_nothing() -> None:
    large = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(ProblemError):
        user(GOOD, {KEY_ID: pem(large)})


def test_while_keys_cannot_be_fetched_nobody_is_refused_for_good() -> None:
    def fail(_: str) -> str:
        raise UnavailableError("no answer")

    with pytest.raises(UnavailableError):
        Login("https://id.example.com", "office", BALANCER, fail).user({HEADER: GOOD})


def test_every_load_balancer_of_the_account_and_region_counts_where_only_they_are_named() -> None:
    prefix = BALANCER.rpartition("app/")[0] + "app/"
    known = {KEY_ID: pem(KEY)}
    login = Login("https://id.example.com", "office", prefix, known.__getitem__)
    assert login.user({HEADER: GOOD}) == "anna@example.com"
    for other in some((BALANCER.replace("us-west-2", "us-east-1"), BALANCER.replace("123456789012", "210987654321"))):
        with pytest.raises(ProblemError):
            login.user({HEADER: token(header(signer=other), CLAIMS)})


@pytest.mark.parametrize("signer", ["", "arn:", "arn:aws:elasticloadbalancing:us-west-2:123456789012:"])
def test_a_log_in_that_any_load_balancer_could_sign_is_refused(signer: str) -> None:
    with pytest.raises(ValueError, match="signer="):
        Login("https://id.example.com", "office", signer, str)
