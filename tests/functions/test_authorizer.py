"""The authorizer: real RS256 signatures pass, everything else is refused, and scopes decide what is allowed."""

import base64
import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

FOLDER = Path(__file__).parents[2] / "components" / "functions" / "authorizer"
MODULES = ("handler", "jwt")
ISSUER, AUDIENCE = "https://login.example.com", "payments"
METHOD = "arn:aws:execute-api:us-east-1:123456789012:abc/live/POST/transactions"
PRIVATE = rsa.generate_private_key(65537, 2048)
CONTEXT = SimpleNamespace(
    function_name="authorizer",
    memory_limit_in_mb=256,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:authorizer:live",
    aws_request_id="request-1",
)


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def public(key: rsa.RSAPrivateKey = PRIVATE, kid: str = "one") -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    whole = {
        name: encoded(n.to_bytes((n.bit_length() + 7) // 8, "big")) for name, n in (("n", numbers.n), ("e", numbers.e))
    }
    return {"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", **whole}


def token(
    *, key: rsa.RSAPrivateKey = PRIVATE, header: dict[str, Any] | None = None, without: str = "", **changed: Any
) -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "client-7",
        "scope": "payments",
        "exp": time.time() + 60,
        **changed,
    }
    claims.pop(without, None)
    top = {"alg": "RS256", "kid": "one", **(header or {})}
    content = f"{encoded(json.dumps(top).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{content}.{encoded(key.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture
def authorizer(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "KEYS_URL": f"{ISSUER}/keys",
        "POWERTOOLS_SERVICE_NAME": "authorizer",
        "POWERTOOLS_METRICS_NAMESPACE": "Payments",
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    import handler  # pyright: ignore[reportMissingImports]  # the deployment package's root

    asked: list[str] = []

    def answer(url: str, timeout: float) -> io.BytesIO:
        assert timeout <= 5, "API Gateway does not wait"
        asked.append(url)
        return io.BytesIO(json.dumps({"keys": [public()]}).encode())

    monkeypatch.setattr(handler.urllib.request, "urlopen", answer)
    handler.asked = asked
    yield handler
    for name in MODULES:
        sys.modules.pop(name, None)


def ask(authorizer: ModuleType, bearer: str) -> dict[str, Any]:
    return authorizer.handler({"authorizationToken": bearer, "methodArn": METHOD}, CONTEXT)


def test_a_signed_token_names_its_client_and_allows_what_its_scopes_do_and_no_more(authorizer: ModuleType) -> None:
    answer = ask(authorizer, f"Bearer {token()}")
    assert answer["principalId"] == "client-7"
    (statement,) = answer["policyDocument"]["Statement"]
    stage = "arn:aws:execute-api:us-east-1:123456789012:abc/live"
    assert statement == {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": [f"{stage}/POST/transactions", f"{stage}/GET/transactions/*"],
    }


def test_a_token_without_a_scope_of_ours_is_denied_everything(authorizer: ModuleType) -> None:
    (statement,) = ask(authorizer, f"Bearer {token(scope='mail')}")["policyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Resource"] == ["arn:aws:execute-api:us-east-1:123456789012:abc/live/*"]


def flipped(whole: str, part: int) -> str:
    parts = whole.split(".")
    raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=="))
    raw[len(raw) // 2] ^= 1
    parts[part] = encoded(bytes(raw))
    return ".".join(parts)


def refused() -> dict[str, str]:
    other = rsa.generate_private_key(65537, 2048)
    good = token()
    head, claims, _ = good.split(".")
    return {
        "another key": token(key=other),
        "unknown key id": token(header={"kid": "two"}),
        "no algorithm": f"{encoded(json.dumps({'alg': 'none'}).encode())}.{claims}.",
        "hmac": token(header={"alg": "HS256"}),
        "critical extension": token(header={"crit": ["b64"]}),
        "empty signature": f"{head}.{claims}.",
        "changed claims": flipped(good, 1),
        "changed signature": flipped(good, 2),
        "another issuer": token(iss="https://evil.example.com"),
        "another audience": token(aud=["mail"]),
        "over": token(exp=time.time() - 60),
        "never over": token(without="exp"),
        "over at no time": token(exp=float("nan")),
        "over in infinity": token(exp=float("inf")),
        "valid from no time": token(nbf=float("nan")),
        "not yet": token(nbf=time.time() + 600),
        "nobody": token(without="sub"),
        "two parts": f"{head}.{claims}",
        "not base64": "a.b.c",
        "too long": token(extra="x" * 9000),
    }


@pytest.mark.parametrize("case", sorted(refused()))
def test_a_request_without_a_valid_token_is_unauthorized(authorizer: ModuleType, case: str) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(authorizer, f"Bearer {refused()[case]}")


def test_only_bearer_tokens_count(authorizer: ModuleType) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(authorizer, f"Basic {token()}")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_malformed_token_is_accepted_or_crashes_the_authorizer(text: str) -> None:
    sys.path.insert(0, str(FOLDER))
    try:
        sys.modules.pop("jwt", None)
        import jwt  # pyright: ignore[reportMissingImports]

        with pytest.raises(jwt.InvalidTokenError):
            jwt.verify(text, lambda _: public(), issuer=ISSUER, audience=AUDIENCE, now=0)  # pyright: ignore[reportAttributeAccessIssue]  # PyJWT has the same name
    finally:
        sys.path.remove(str(FOLDER))
        sys.modules.pop("jwt", None)


def test_signing_keys_are_cached_and_fetched_again_only_after_a_pause(
    authorizer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ask(authorizer, f"Bearer {token()}")
        with pytest.raises(Exception, match="Unauthorized"):
            ask(authorizer, f"Bearer {token(header={'kid': 'two'})}")
    assert len(authorizer.asked) == 1, "made-up key ids must not make us ask the issuer"
    later = time.monotonic() + authorizer.KEEP_KEYS + 1
    monkeypatch.setattr(authorizer.time, "monotonic", lambda: later)

    def down(url: str, timeout: float) -> io.BytesIO:
        raise OSError("down")

    monkeypatch.setattr(authorizer.urllib.request, "urlopen", down)
    assert ask(authorizer, f"Bearer {token()}")["principalId"] == "client-7", "the old keys still open old locks"


@pytest.mark.parametrize(
    "body", ['{"error": "maintenance"}', '{"keys": []}', '{"keys": 1}', '{"keys": [1]}', "[]", "null", "<html>"]
)
def test_an_answer_without_keys_leaves_the_old_ones_in_use(
    authorizer: ModuleType, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    ask(authorizer, f"Bearer {token()}")
    later = time.monotonic() + authorizer.KEEP_KEYS + 1
    monkeypatch.setattr(authorizer.time, "monotonic", lambda: later)
    monkeypatch.setattr(authorizer.urllib.request, "urlopen", lambda *_, **__: io.BytesIO(body.encode()))
    assert ask(authorizer, f"Bearer {token()}")["principalId"] == "client-7"


def test_an_answer_that_is_no_http_leaves_the_old_keys_in_use(
    authorizer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(authorizer, f"Bearer {token()}")
    later = time.monotonic() + authorizer.KEEP_KEYS + 1
    monkeypatch.setattr(authorizer.time, "monotonic", lambda: later)

    def garbled(*_: Any, **__: Any) -> io.BytesIO:
        raise authorizer.http.client.BadStatusLine("SSH-2.0")

    monkeypatch.setattr(authorizer.urllib.request, "urlopen", garbled)
    assert ask(authorizer, f"Bearer {token()}")["principalId"] == "client-7"


def test_failures_are_counted_and_refusals_are_not(
    authorizer: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(authorizer, f"Bearer {token(exp=time.time() - 60)}")
    assert "AuthorizerFailures" not in capsys.readouterr().out, "else anybody could set off the alarm"

    def down(url: str, timeout: float) -> io.BytesIO:
        raise OSError("down")

    monkeypatch.setattr(authorizer.urllib.request, "urlopen", down)
    monkeypatch.setattr(authorizer, "keys", authorizer.Keys())
    with pytest.raises(OSError, match="cannot be had"):
        ask(authorizer, f"Bearer {token()}")
    (emitted,) = [json.loads(x) for x in capsys.readouterr().out.splitlines() if "AuthorizerFailures" in x]
    assert (emitted["AuthorizerFailures"], emitted["service"]) == ([1.0], "authorizer")
