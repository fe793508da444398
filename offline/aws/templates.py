"""Templates for ids and outputs, and their values: inputs, hashes of the id, and values derived from both."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from offline.aws import regions
from offline.aws.wire import UNKNOWN, Unknown

ACCOUNT = "123456789012"


LAST = "last-"
"""``{last-cluster}`` is the name at the end of the input ``cluster``, which may be an ARN; digits where it is empty."""


class UnknownPart(Exception):  # noqa: N818 (not an error: the value is not known yet)
    """A template needs an input that is not known yet."""


class _Digest:
    """``{hex:17}`` and the like inside a template; ``{hex:17.eni}`` gives another value than ``{hex:17}``."""

    def __init__(self, seed: str, make: Callable[[bytes, int], str]) -> None:
        self._seed, self._make = seed, make

    def __format__(self, spec: str) -> str:
        length, _, salt = spec.partition(".")
        return self._make(hashlib.sha256(f"{self._seed}|{salt}".encode()).digest(), int(length or 8))


def _hex(digest: bytes, length: int) -> str:
    return digest.hex()[:length].rjust(length, "0")


def _letters(alphabet: str) -> Callable[[bytes, int], str]:
    def make(digest: bytes, length: int) -> str:
        number, out = int.from_bytes(digest * 2, "big"), ""
        for _ in range(length):
            number, rest = divmod(number, len(alphabet))
            out += alphabet[rest]
        return out

    return make


def _uuid(digest: bytes, _length: int) -> str:
    return str(uuid.UUID(bytes=digest[:16], version=4))


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class TemplateValues(dict[str, Any]):
    """Values for templates: ``r`` Region, ``a`` account, ``p`` partition, ``dns`` suffix, ``id``, digests, inputs."""

    def __init__(self, seed: str, inputs: Mapping[str, Any], region: str) -> None:
        suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        super().__init__(
            r=region,
            a=ACCOUNT,
            p=regions.partition(region),
            dns=suffix,
            hex=_Digest(seed, _hex),
            up=_Digest(seed, _letters(_UPPER)),
            low=_Digest(seed, _letters(_UPPER.lower())),
            digits=_Digest(seed, _letters("0123456789")),
            uuid=_Digest(seed, _uuid),
        )
        self.inputs = inputs
        self.lazy: dict[str, Callable[[], str]] = {}

    def __missing__(self, key: str) -> Any:
        if key.startswith(LAST):
            return str(self[key.removeprefix(LAST)]).rsplit("/", 1)[-1].rsplit(":", 1)[-1] or f"{self['hex']:12}"
        value = self.lazy[key]() if key in self.lazy else self.inputs.get(key, "")
        if isinstance(value, Unknown):
            raise UnknownPart
        return value

    def fill(self, template: str) -> str | Unknown:
        """The filled-in template; unknown if one part is unknown."""
        try:
            return template.format_map(self)
        except UnknownPart:
            return UNKNOWN


def digest(*parts: str, length: int = 40) -> str:
    """Hexadecimal hash of strings, ``length`` digits, at most 64."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:length]


def canonical(value: Any) -> str:
    """Canonical JSON of a value: sorted keys, 1 and 1.0 equal."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=repr)


def kebab(kind: str) -> str:
    """``TargetGroup`` as ``target-group``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower()


def split(token: str) -> tuple[str, str]:
    """(service, kind) of a token: ``("ec2", "Vpc")``."""
    return token.split(":")[1].split("/")[0], token.rsplit(":", 1)[-1]


def add_values(values: TemplateValues, inputs: Mapping[str, Any]) -> None:
    """Derived values for the templates in `shapes`, besides inputs and hashes."""

    def text(name: str) -> str:
        value = inputs.get(name, "")
        if isinstance(value, Unknown):
            raise UnknownPart
        return str(value)

    def last(name: str, separator: str = "/") -> str:
        return text(name).rsplit(separator, 1)[-1]

    def load_balancer() -> str:
        arn = text("loadBalancerArn") or text("listenerArn")
        return arn.split(":", 5)[-1].split("/", 1)[-1] if "/" in arn else "app/unnamed/0000000000000000"

    def function() -> str:
        return last("functionName", ":") or last("name", ":")

    def function_arn() -> str:
        name = text("functionName")
        return name if name.startswith("arn:") else str(values.fill("arn:{p}:lambda:{r}:{a}:function:" + name))

    def record() -> str:
        return "_".join(x for x in (text("zoneId"), text("name").rstrip("."), text("type"), text("setIdentifier")) if x)

    def waf_place() -> str:
        edge = text("scope") == "CLOUDFRONT"
        return f"us-east-1:{ACCOUNT}:global" if edge else f"{values['r']}:{ACCOUNT}:regional"

    def kms_id() -> str:
        primary = text("primaryKeyArn")
        if primary:  # a replica has the id of its primary
            return primary.rsplit("/", 1)[-1]
        plain = values.fill("{uuid:36}")
        return "mrk-" + str(plain).replace("-", "") if inputs.get("multiRegion") is True else str(plain)

    def port() -> str:
        engine = text("engine")
        default = (
            5432 if "postgres" in engine else 1433 if "sqlserver" in engine else 1521 if "oracle" in engine else 3306
        )
        return str(inputs.get("port") or default)

    def region_code() -> str:
        return regions.zone_id(values["r"] + "a").split("-")[0]

    def load_balancer_kind() -> str:
        return {"network": "net", "gateway": "gwy"}.get(text("loadBalancerType"), "app")

    def bus() -> str:
        name = last("eventBusName")
        return f"{name}/" if name and name != "default" else ""

    def mrap() -> str:
        details = inputs.get("details")
        return str(cast(Mapping[str, Any], details).get("name", "")) if isinstance(details, Mapping) else ""

    values.lazy = {
        "lbsuffix": load_balancer, "fnshort": function, "functionarn": function_arn, "recordid": record,
        "rcode": region_code,
        "wafplace": waf_place, "kmsid": kms_id, "dbport": port, "lbkind": load_balancer_kind, "busname": bus,
        "mrapname": mrap,
        "clustername": lambda: last("cluster") or "default", "iampath": lambda: text("path") or "/",
        "fnversion": lambda: "1" if inputs.get("publish") is True else "$LATEST",
        "slashless": lambda: text("name").lstrip("/"),
        "acceleratorid": lambda: [*(text("acceleratorArn") or text("listenerArn")).split("/"), "", ""][1],
        "taskrevision": lambda: str(1 + int(digest(canonical(inputs), length=8), 16) % 999),
    }  # fmt: skip
