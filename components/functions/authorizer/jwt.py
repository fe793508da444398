"""JSON Web Tokens signed with RS256 (RFC 7519, RFC 7518 section 3.3), checked with the standard library only.

Verification needs no secret: the signature is decrypted with the public key and compared, as a whole, with the only
valid encoding for this content (RFC 8017, section 8.2.2).
"""

import base64
import binascii
import hashlib
import hmac
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 before the digest (RFC 8017, section 9.2, note 1)."""
LEEWAY = 30
"""Allowed clock difference, seconds."""
MIN_KEY_BITS = 2048
MAX_TOKEN = 8192
"""Characters; API Gateway accepts no longer header."""


class InvalidTokenError(ValueError):
    """The token is invalid."""


def verify(
    token: str, key_of: Callable[[str], Mapping[str, Any] | None], *, issuer: str, audience: str, now: float
) -> dict[str, Any]:
    """The claims of ``token``. key_of: key id -> JSON Web Key. now: epoch seconds. Raises InvalidTokenError."""
    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3:
        raise InvalidTokenError("not a signed token")
    header = _json(parts[0])
    # We choose the algorithm, not the token: "none" and HMAC with the public key are known attacks.
    if header.get("alg") != "RS256" or "crit" in header:
        raise InvalidTokenError("alg: must be RS256")
    key = key_of(str(header.get("kid", "")))
    if key is None:
        raise InvalidTokenError("kid: no such key")
    if not _signed(f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]), key):
        raise InvalidTokenError("signature: wrong")
    claims = _json(parts[1])
    audiences = claims.get("aud")
    if claims.get("iss") != issuer:
        raise InvalidTokenError("iss: not ours")
    if audience not in (audiences if isinstance(audiences, list) else [audiences]):
        raise InvalidTokenError("aud: not us")
    if not _number(claims.get("exp")) or claims["exp"] <= now - LEEWAY:
        raise InvalidTokenError("exp: over")
    if "nbf" in claims and (not _number(claims["nbf"]) or claims["nbf"] > now + LEEWAY):
        raise InvalidTokenError("nbf: not yet")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise InvalidTokenError("sub: missing")
    return claims


def _signed(content: bytes, signature: bytes, key: Mapping[str, Any]) -> bool:
    if key.get("kty") != "RSA" or key.get("use", "sig") != "sig" or key.get("alg", "RS256") != "RS256":
        return False
    modulus, exponent = (int.from_bytes(_bytes(str(key.get(part, ""))), "big") for part in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    opened = int.from_bytes(signature, "big")
    if modulus.bit_length() < MIN_KEY_BITS or exponent < 3 or len(signature) != size or opened >= modulus:
        return False
    end = b"\x00" + SHA256_INFO + hashlib.sha256(content).digest()
    expected = b"\x00\x01" + b"\xff" * (size - 2 - len(end)) + end
    return hmac.compare_digest(pow(opened, exponent, modulus).to_bytes(size, "big"), expected)


def _number(value: Any) -> bool:
    """Whether a claim is a NumericDate; NaN, which Python's JSON accepts, is before and after nothing."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidTokenError("not base64url") from error


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(text))
    except (ValueError, RecursionError) as error:
        raise InvalidTokenError("not JSON") from error
    if not isinstance(found, dict):
        raise InvalidTokenError("not an object")
    return {**found}
