# ruff: noqa: E501 (tables)
"""Names, ids and outputs of the stand-ins' resources, always the same for the same program."""

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from offline.aws.fields import Field, Resource
from offline.aws.resource_outputs import ResourceOutputs
from offline.aws.schema import Schema
from offline.aws.templates import canonical
from offline.aws.wire import UNKNOWN, has_unknown

Outputs = dict[str, Any]
Inputs = Mapping[str, Any]
_MOMENT: Final = "2025-01-01T00:00:00Z"
_REGION: Final = "us-east-1"
"""Value of outputs with a Region; stand-ins have none."""


class Source:
    """Deterministic bytes from a seed, in place of the real provider's random ones."""

    def __init__(self, seed: str) -> None:
        self._seed, self._count, self._left = seed, 0, b""

    def take(self, count: int) -> bytes:
        """The next bytes."""
        while len(self._left) < count:
            self._left += hashlib.sha256(f"{self._seed}|{self._count}".encode()).digest()
            self._count += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def below(self, limit: int) -> int:
        """A number from 0, below a limit."""
        return int.from_bytes(self.take(8), "big") % limit

    def pick(self, options: Sequence[Any]) -> Any:
        """One of several."""
        return options[self.below(len(options))]


def _shuffled(source: Source, items: Sequence[Any]) -> list[Any]:
    left, out = list(items), list[Any]()
    while left:
        out.append(left.pop(source.below(len(left))))
    return out


# -------------------------------------------------------------------------------------------------------------- random
_LOWER, _DIGITS, _SPECIAL = "abcdefghijklmnopqrstuvwxyz", "0123456789", "!@#$%&*()-_=+[]{}<>:?"
_ADJECTIVES = ("able", "bold", "brave", "bright", "calm", "clever", "eager", "fair", "gentle", "happy", "keen", "loyal")
_ANIMALS = ("badger", "cat", "crane", "dove", "falcon", "fox", "gecko", "hare", "heron", "lynx", "otter", "wren")


def _characters(source: Source, inputs: Inputs) -> str:
    """The value of a RandomString or RandomPassword, with its length, alphabet and minimum of each kind."""
    special = str(inputs.get("overrideSpecial") or _SPECIAL)
    digits = inputs.get("numeric", inputs.get("number", True))
    kinds = {
        "Upper": _LOWER.upper() if inputs.get("upper", True) else "", "Lower": _LOWER if inputs.get("lower", True) else "",
        "Numeric": _DIGITS if digits else "", "Special": special if inputs.get("special", True) else "",
    }  # fmt: skip
    chosen = [
        source.pick(chars) for kind, chars in kinds.items() for _ in range(int(inputs.get(f"min{kind}") or 0)) if chars
    ]
    alphabet = "".join(kinds.values()) or _LOWER
    chosen += [source.pick(alphabet) for _ in range(int(inputs.get("length") or 0) - len(chosen))]
    return "".join(_shuffled(source, chosen))


def _random_string(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    text = _characters(source, inputs)
    return text, {"result": text}


def _random_password(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    text = _characters(source, inputs)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest() * 2).decode().replace("+", ".").replace("=", "")
    return "none", {"result": text, "bcryptHash": f"$2a$10${digest[:53]}"}


def _random_id(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    raw, prefix = source.take(int(inputs.get("byteLength") or 0)), str(inputs.get("prefix") or "")
    url, standard = base64.urlsafe_b64encode(raw).decode().rstrip("="), base64.b64encode(raw).decode()
    values = {"b64Url": url, "b64Std": standard, "hex": raw.hex(), "dec": str(int.from_bytes(raw, "big"))}
    return url, {name: prefix + value for name, value in values.items()}


def _random_pet(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    length, separator = int(inputs.get("length") or 2), str(inputs.get("separator") or "-")
    words = [source.pick(_ADJECTIVES) for _ in range(length - 1)] + [source.pick(_ANIMALS)]
    prefix = [str(inputs["prefix"])] if inputs.get("prefix") else []
    return separator.join([*prefix, *words]), {}


def _random_integer(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    low, high = int(inputs.get("min") or 0), int(inputs.get("max") or 0)
    number = low + source.below(max(high - low, 0) + 1)
    return str(number), {"result": number}


def _random_uuid(source: Source, _inputs: Inputs) -> tuple[str, Outputs]:
    text = str(uuid.UUID(bytes=source.take(16), version=4))
    return text, {"result": text}


def _random_shuffle(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    items = cast(list[Any], inputs.get("inputs") or [])
    count = int(inputs.get("resultCount") or len(items))
    out: list[Any] = []
    while items and len(out) < count:
        out += _shuffled(source, items)
    return "-", {"results": out[:count]}


def _random_bytes(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    raw = source.take(int(inputs.get("length") or 0))
    text = base64.b64encode(raw).decode()
    return text, {"base64": text, "hex": raw.hex()}


# ----------------------------------------------------------------------------------------------------------------- tls
def _pem(source: Source, kind: str, size: int) -> str:
    """A PEM block whose content is not a real key or certificate."""
    text = base64.b64encode(source.take(size)).decode()
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


def _field(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def _private_key(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    """A key pair in OpenSSH and PEM format (RFC 4253, 6.6) that cannot sign anything."""
    algorithm = str(inputs.get("algorithm") or "RSA")
    name = {"ECDSA": b"ecdsa-sha2-nistp256", "ED25519": b"ssh-ed25519"}.get(algorithm, b"ssh-rsa")
    size = int(inputs.get("rsaBits") or 2048) // 8
    number = {"ECDSA": _field(b"nistp256") + _field(b"\x04" + source.take(64)), "ED25519": _field(source.take(32))}
    wire = _field(name) + number.get(algorithm, _field(b"\x01\x00\x01") + _field(b"\x00\x80" + source.take(size - 1)))
    digest, identifier = hashlib.md5(wire, usedforsecurity=False).hexdigest(), hashlib.sha256(wire).hexdigest()
    kind = {"ECDSA": "EC PRIVATE KEY", "ED25519": "PRIVATE KEY"}.get(algorithm, "RSA PRIVATE KEY")
    return identifier[:40], {
        "publicKeyOpenssh": f"{name.decode()} {base64.b64encode(wire).decode()}\n",
        "publicKeyPem": _pem(source, "PUBLIC KEY", size),
        "publicKeyFingerprintMd5": ":".join(digest[i : i + 2] for i in range(0, 32, 2)),
        "publicKeyFingerprintSha256": "SHA256:" + base64.b64encode(hashlib.sha256(wire).digest()).decode().rstrip("="),
        "privateKeyPem": _pem(source, kind, size * 4), "privateKeyPemPkcs8": _pem(source, "PRIVATE KEY", size * 4),
        "privateKeyOpenssh": _pem(source, "OPENSSH PRIVATE KEY", size * 4),
    }  # fmt: skip


def _certificate(source: Source, _inputs: Inputs) -> tuple[str, Outputs]:
    return str(source.below(10**38)), {
        "certPem": _pem(source, "CERTIFICATE", 800), "keyAlgorithm": "RSA", "readyForRenewal": False,
        "validityStartTime": _MOMENT, "validityEndTime": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def _request(source: Source, _inputs: Inputs) -> tuple[str, Outputs]:
    return source.take(20).hex(), {"certRequestPem": _pem(source, "CERTIFICATE REQUEST", 600), "keyAlgorithm": "RSA"}


# -------------------------------------------------------------------------------------------- commands, images, times
def _command(source: Source, _inputs: Inputs) -> tuple[str, Outputs]:
    """A command that is not run: it prints nothing and succeeds."""
    return f"command{source.take(4).hex()}", {"stdout": "", "stderr": ""}


def _docker_image(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    """An image that is not built or pushed: the digest is a hash of the inputs."""
    name, digest = str(inputs.get("imageName") or ""), f"sha256:{source.take(32).hex()}"
    repository = name.rsplit(":", 1)[0] if ":" in name.rsplit("/", 1)[-1] else name
    return name, {"imageName": name, "baseImageName": name, "repoDigest": f"{repository}@{digest}",
                  "registryServer": name.split("/", 1)[0] if "/" in name else ""}  # fmt: skip


def _built_image(source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    tags, digest = cast(list[Any], inputs.get("tags") or []), f"sha256:{source.take(32).hex()}"
    reference = f"{tags[0]}@{digest}" if tags else digest
    return source.take(12).hex(), {"digest": digest, "ref": reference, "contextHash": source.take(32).hex()}


def _time(_source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    stamp = str(inputs.get("rfc3339") or inputs.get("baseRfc3339") or _MOMENT)
    return stamp, {"rfc3339": stamp, "baseRfc3339": stamp, "rotationRfc3339": stamp, "unix": 1735689600, "year": 2025,
                   "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}  # fmt: skip


_MADE: Final[Mapping[str, Callable[[Source, Inputs], tuple[str, Outputs]]]] = {
    "command:local:Command": _command,
    "command:remote:Command": _command,
    "docker-build:index:Image": _built_image,
    "docker:index/image:Image": _docker_image,
    "random:index/randomBytes:RandomBytes": _random_bytes,
    "random:index/randomId:RandomId": _random_id,
    "random:index/randomInteger:RandomInteger": _random_integer,
    "random:index/randomPassword:RandomPassword": _random_password,
    "random:index/randomPet:RandomPet": _random_pet,
    "random:index/randomShuffle:RandomShuffle": _random_shuffle,
    "random:index/randomString:RandomString": _random_string,
    "random:index/randomUuid:RandomUuid": _random_uuid,
    "random:index/randomUuid4:RandomUuid4": _random_uuid,
    "random:index/randomUuid7:RandomUuid7": _random_uuid,
    "time:index/offset:Offset": _time,
    "time:index/rotating:Rotating": _time,
    "time:index/static:Static": _time,
    "tls:index/certRequest:CertRequest": _request,
    "tls:index/locallySignedCert:LocallySignedCert": _certificate,
    "tls:index/privateKey:PrivateKey": _private_key,
    "tls:index/selfSignedCert:SelfSignedCert": _certificate,
}
SECRETS: Final[Mapping[str, frozenset[str]]] = {
    "random:index/randomPassword:RandomPassword": frozenset({"result", "bcryptHash"}),
    "tls:index/privateKey:PrivateKey": frozenset({"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"}),
}
"""Outputs that the real provider keeps secret."""


# ----------------------------------------------------------------------------------------------------------- every type
def replaces(token: str, _name: str) -> bool:
    """Whether a change of any input replaces the resource, as for random values and keys."""
    return token.startswith(("random:", "tls:"))


def defaulted(token: str, urn: str, inputs: Inputs) -> Outputs:
    """The inputs with the real provider's defaults: names of Kubernetes objects."""
    if not token.startswith("kubernetes:") or "/" not in token:
        return dict(inputs)
    name = urn.rsplit("::", 1)[-1]
    metadata = cast(Inputs, inputs.get("metadata") or {})
    if has_unknown(inputs.get("metadata")) or "name" in metadata or "generateName" in metadata:
        return dict(inputs)
    tail = hashlib.sha256(urn.encode()).hexdigest()[:8]
    return {**inputs, "metadata": {**metadata, "name": f"{name.rsplit('/', 1)[-1]}-{tail}"}}


def _kubernetes(token: str, source: Source, inputs: Inputs) -> tuple[str, Outputs]:
    metadata = cast(Inputs, inputs.get("metadata") or {})
    name, namespace = str(metadata.get("name") or "object"), str(metadata.get("namespace") or "default")
    kind = token.rsplit(":", 1)[-1]
    found = {"namespace": namespace, "uid": str(uuid.UUID(bytes=source.take(16), version=4)), "resourceVersion": "1",
             "creationTimestamp": _MOMENT, "generation": 1, **metadata, "name": name}  # fmt: skip
    out: Outputs = {"metadata": found, "kind": kind}
    spec = cast(Inputs, inputs.get("spec") or {})
    if kind == "Service" and spec.get("type") == "LoadBalancer":
        host = f"{source.take(16).hex()}-{source.below(10**10):010d}.{_REGION}.elb.amazonaws.com"
        out["status"] = {"loadBalancer": {"ingress": [{"hostname": host}]}}
    return f"{namespace}/{name}", out


def outputs(
    schema: Schema | None,
    resource: Resource | None,
    token: str,
    urn: str,
    inputs: Inputs,
    identifier: str,
    preview: bool,
) -> tuple[str, Outputs]:
    """(id, outputs). identifier: of an existing resource. preview: what the provider decides is unknown."""
    source = Source(f"{urn}|{canonical(dict(inputs))}")
    unknown = has_unknown(dict(inputs))
    if preview or unknown:
        declared: Mapping[str, Field] = resource.outputs if resource else {}
        return identifier, {**dict.fromkeys((n for n, f in declared.items() if f.required), UNKNOWN), **inputs}
    make = _MADE.get(token)
    if make:
        found, special = make(source, inputs)
    elif token.startswith("kubernetes:") and "/" in token:
        found, special = _kubernetes(token, source, inputs)
    else:
        found, special = str(uuid.UUID(bytes=source.take(16), version=4)), {}
    found = identifier or found
    if resource is None or schema is None:
        return found, {**inputs, **special}
    answer = ResourceOutputs(schema, resource, _REGION, found, inputs)
    return found, {**answer.everything({k: v for k, v in special.items() if k in resource.outputs}, created=True)}


def looked_up(token: str, args: Inputs) -> Outputs | None:
    """The answer to a look-up of another provider; None if only the real one knows it."""
    source = Source(f"{token}|{canonical(dict(args))}")
    match token:
        case "tls:index/getCertificate:getCertificate":
            one = {"sha1Fingerprint": source.take(20).hex(), "certPem": _pem(source, "CERTIFICATE", 800), "isCa": True,
                   "issuer": "CN=Amazon Root CA 1,O=Amazon,C=US", "subject": "CN=Amazon Root CA 1,O=Amazon,C=US",
                   "notBefore": _MOMENT, "notAfter": "2038-01-17T00:00:00Z", "publicKeyAlgorithm": "RSA",
                   "serialNumber": str(source.below(10**30)), "signatureAlgorithm": "SHA256-RSA", "version": 3,
                   "maxPathLength": -1}  # fmt: skip
            return {"id": source.take(20).hex(), "certificates": [one], **args}
        case "tls:index/getPublicKey:getPublicKey":
            found, keys = _private_key(source, {})
            return {"id": found, "algorithm": "RSA", **{k: v for k, v in keys.items() if k.startswith("public")}}
        case "archive:index/getFile:getFile":
            digest = source.take(32)
            return {"id": digest.hex(), "outputSize": 1024, "outputMd5": digest[:16].hex(), "outputSha": digest[:20].hex(),
                    "outputSha256": digest.hex(), "outputBase64sha256": base64.b64encode(digest).decode(), **args}  # fmt: skip
        case _:
            return None
