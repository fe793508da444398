"""What AWS answers: the id and the outputs of a resource, computed from its type and inputs alone.

Everything is a pure function of what goes in, so the same program always gets the same ids and ARNs. An id follows from
the URN and from those inputs whose change means another resource; every other value follows from the id and the
inputs, so an update in place leaves it alone. Where `shapes` says nothing about a type, the value of an output follows
from its declared type and its name. Nothing of a wrong type ever leaves here: it would hang the program.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from offline.aws import particulars, regions, replacement, shapes
from offline.aws.schema import Field, Resource, Schema
from offline.aws.wire import SIGNATURE, UNKNOWN, Unknown, has_unknown

ACCOUNT = "123456789012"
MOMENT = "2025-01-01T00:00:00Z"
DEPTH = 6
"""Nested outputs are filled in to this depth; some types (WAF statements) contain themselves."""


class _UnknownPart(Exception):  # noqa: N818 (not an error: the value is not known yet)
    """A template names an input that is not known yet."""


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


class Facts(dict[str, Any]):
    """What templates may name: ``r`` Region, ``a`` account, ``p`` partition, ``dns`` suffix, ``id``, digests, inputs."""

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
        value = self.lazy[key]() if key in self.lazy else self.inputs.get(key, "")
        if isinstance(value, Unknown):
            raise _UnknownPart
        return value

    def fill(self, template: str) -> str | Unknown:
        """The template filled in, unknown as soon as one part is."""
        try:
            return template.format_map(self)
        except _UnknownPart:
            return UNKNOWN


def digest(*parts: str, length: int = 40) -> str:
    """Hexadecimal digest of texts, ``length`` digits of at most 64."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:length]


def canonical(value: Any) -> str:
    """A value as JSON that does not depend on the order of keys or on 1 against 1.0."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=repr)


def kebab(kind: str) -> str:
    """``TargetGroup`` as ``target-group``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower()


def split(token: str) -> tuple[str, str]:
    """(service, kind) of a token: ``("ec2", "Vpc")``."""
    return token.split(":")[1].split("/")[0], token.rsplit(":", 1)[-1]


_PREFIXES = {
    "vpcId": "vpc-", "subnetId": "subnet-", "networkInterfaceId": "eni-", "primaryNetworkInterfaceId": "eni-",
    "securityGroupId": "sg-", "groupId": "sg-", "securityGroupRuleId": "sgr-", "routeTableId": "rtb-",
    "allocationId": "eipalloc-", "associationId": "assoc-", "instanceId": "i-", "volumeId": "vol-", "snapshotId": "snap-",
    "rootSnapshotId": "snap-", "imageId": "ami-", "transitGatewayAttachmentId": "tgw-attach-", "networkAclId": "acl-",
    "transitGatewayId": "tgw-", "prefixListId": "pl-", "keyPairId": "key-", "fileSystemId": "fs-", "vpcEndpointId": "vpce-",
}  # fmt: skip
_ACCOUNTS = {
    "ownerId",
    "accountId",
    "awsAccountId",
    "registryId",
    "ownerAccountId",
    "owner",
    "resourceOwner",
    "accepterAccountId",
}
_MOMENTS = re.compile(
    r"(?:^created$|.*(?:At|Time|Date|Timestamp|Modified|Since|On|Until|Till)$|^(?:date|last|valid|not)[A-Z].*)"
)


_CHOSEN = {
    "availabilityZone",
    "availabilityZoneId",
    "cidrBlock",
    "engineVersion",
    "name",
    "networkInterfaceId",
    "privateIp",
    "subnetId",
    "vpcId",
}
_NOTHING = {"ipAddressType": "ipv4", "networkType": "IPV4", "tenancy": "default", "instanceTenancy": "default"}


class Answer:
    """Computes one resource's outputs."""

    def __init__(
        self, schema: Schema, resource: Resource, region: str, identifier: str, inputs: Mapping[str, Any]
    ) -> None:
        self.schema, self.resource, self.region, self.id, self.inputs = schema, resource, region, identifier, inputs
        self.token = resource.token
        self.service, self.kind = split(self.token)
        self.facts = Facts(f"{self.token}|{identifier}", inputs, region)
        self.facts["id"] = identifier
        self.arn = identifier

    # ------------------------------------------------------------------------------------------- by type and name
    def value(self, name: str, field: Field, path: str = "", depth: int = 0) -> Any:
        """A value of the field's declared type, of the shape its name suggests."""
        kind = field.kind.split("|")[0]
        where = f"{path}.{name}"
        if kind == "s":
            return self.text(name, field.doc, where)
        if kind == "b":
            return field.doc == "true"
        if kind in ("i", "n"):
            return self.number(name, field.doc)
        if kind.startswith("["):
            return self.items(name, Field(kind[1:], True), where, depth)
        if kind.startswith("{"):
            return {}
        if kind.startswith("@"):
            return self.nested(kind[1:], where, depth)
        return {}

    def items(self, name: str, item: Field, where: str, depth: int) -> list[Any]:
        """A list: of one, where each element is an object or the name tells what it holds; else empty."""
        if item.kind.startswith("@"):
            return [self.value(name, item, where, depth)] if depth < DEPTH else []
        if name in ("availabilityZones", "zoneNames"):
            return regions.zones(self.region)[:3]
        if name == "nameServers":
            return [
                self._fill(f"ns-{{digits:3.{n}}}.awsdns-{n}{{digits:1.{n}}}.{t}")
                for n, t in enumerate(("com", "net", "org", "co.uk"))
            ]
        if item.kind == "s" and name.endswith("Ids") and name[:-1] in _PREFIXES:
            return [self.text(name[:-1], "", where)]
        return []

    def nested(self, name: str, where: str, depth: int) -> dict[str, Any]:
        """An object with every field filled in."""
        fields = self.schema.given(self.token, name) if depth < DEPTH else None
        return {n: self.value(n, f, where, depth + 1) for n, f in (fields or {}).items()}

    def number(self, name: str, doc: str) -> int | float:
        """A number: the documented default, else what the name suggests."""
        if re.fullmatch(r"\d+(\.\d+)?", doc):
            return float(doc) if "." in doc else int(doc)
        low = name.lower()
        if "port" in low and "percent" not in low:
            return 443
        return 1 if any(w in low for w in ("version", "revision", "count", "size", "capacity", "storage")) else 0

    def text(self, name: str, doc: str, where: str) -> str | Unknown:
        """Text of the shape that AWS uses for outputs of this name."""
        if doc and " " not in doc:
            return doc
        return self._fill(self._template(name, where))

    def _template(self, name: str, where: str) -> str:
        low, salt = name.lower(), where.strip(".")
        if low.endswith("arn"):
            return (
                "arn:{p}:"
                + self._arn_service()
                + ":{r}:{a}:"
                + (kebab(name[:-3]) or kebab(self.kind))
                + "/{hex:16."
                + salt
                + "}"
            )
        if name in _PREFIXES:
            return _PREFIXES[name] + "{hex:17." + salt + "}"
        if name in _ACCOUNTS:
            return "{a}"
        if low.endswith("kmskeyid"):
            return "arn:{p}:kms:{r}:{a}:key/{uuid:36.default}"
        if low.endswith("hostedzoneid") or low == "zoneid":
            return "Z{up:19." + salt + "}"
        if low == "availabilityzone":
            return self.region + "a"
        if low == "availabilityzoneid":
            return regions.zone_id(self.region + "a")
        if low in ("region", "homeregion", "bucketregion"):
            return "{r}"
        if low in ("status", "state") or low.endswith(("status", "state")):
            return "available" if self.service in ("ec2", "rds", "elasticache", "efs") else "ACTIVE"
        if _MOMENTS.match(name):
            return MOMENT
        if low.endswith("cidrblock"):
            return "10.0.0.0/16" if "ipv6" not in low else "2600:1f14:{hex:4}:{hex:4.b}::/56"
        if low in ("publicip", "customeripaddress", "ipaddress") or low.endswith("publicip"):
            return "203.0.113.10"
        if low.endswith(("privateip", "ip", "ipaddress")):
            return "10.0.0.10"
        if low.endswith(("url", "uri")):
            return "https://" + self._host()
        if low.endswith(("endpoint", "dnsname", "domainname", "address", "fqdn", "hostname", "domain", "dns")):
            return self._host()
        if low.endswith(("etag", "fingerprint", "checksum", "md5")):
            return "{hex:32." + salt + "}"
        if low.endswith(("sha256", "hash")):
            return "{hex:64." + salt + "}"
        if low.endswith("version"):
            return "1"
        if low.endswith("id") or low.endswith("token"):
            return "{hex:17." + salt + "}" if low != "uniqueid" else "AIDA{up:17." + salt + "}"
        if low.endswith("name"):
            return kebab(self.kind) + "-{hex:8." + salt + "}"
        return kebab(name) + "-{hex:8." + salt + "}"

    def _host(self) -> str:
        return "{hex:12.host}." + self._arn_service() + ".{r}.{dns}"

    def _arn_service(self) -> str:
        return SERVICES.get(self.service, self.service)

    def _fill(self, template: str) -> str | Unknown:
        return self.facts.fill(template)

    def decided(self, name: str, field: Field) -> Any:
        """What AWS chose for an argument that was left out: the documented default, else what is nearest to nothing."""
        kind = field.kind.split("|")[0]
        if kind.startswith("["):
            return regions.zones(self.region)[:3] if name == "availabilityZones" else []
        if kind == "s" and not field.doc and name not in _CHOSEN and not name.endswith("Arn"):
            return _NOTHING.get(name, "")
        return self.value(name, field)

    # ---------------------------------------------------------------------------------------------- what was given
    def echo(self, value: Any, kind: str, depth: int = 0) -> Any:
        """A given value as AWS gives it back: policy objects as text, computed parts of nested objects filled in."""
        if isinstance(value, Unknown) or value is None:
            return value
        if isinstance(value, Mapping):
            given = cast(Mapping[str, Any], value)
            if SIGNATURE in given:
                return given
            if kind == "s":
                return UNKNOWN if has_unknown(given) else json.dumps(given, separators=(",", ":"))
            if kind.startswith("@") and depth < DEPTH:
                fields = self.schema.given(self.token, kind[1:]) or {}
                echoed = {k: self.echo(v, fields[k].kind, depth + 1) if k in fields else v for k, v in given.items()}
                for name, field in fields.items():
                    if field.required and name not in echoed:
                        echoed[name] = self._missing(name, field, kind, depth)
                return {k: v for k, v in echoed.items() if k != "__defaults"}
            if kind.startswith("{"):
                return {k: self.echo(v, kind[1:], depth + 1) for k, v in given.items()}
            return dict(given)
        if isinstance(value, list):
            inner = kind[1:] if kind.startswith("[") else "*"
            return [self.echo(v, inner, depth + 1) for v in cast(list[Any], value)]
        return value

    def _missing(self, name: str, field: Field, path: str, depth: int) -> Any:
        if field.kind.startswith("["):
            return []
        return self.value(name, field, path, depth + 1)

    def everything(self, special: Mapping[str, Any], created: bool) -> dict[str, Any]:
        """All outputs: given inputs, then what is special to the type, then what the schema promises.

        Before something is created, what AWS decides is unknown; a documented default of an argument is not.
        """
        outputs: dict[str, Any] = {}
        for name, field in self.resource.outputs.items():
            kind = field.kind.split("|")[0]
            if is_write_only(name, self.resource):
                continue  # AWS takes it and never gives it back
            if name in special:
                outputs[name] = special[name]
            elif name in self.inputs:
                outputs[name] = self.echo(self.inputs[name], kind)
            elif name == "tagsAll":
                outputs[name] = self.inputs.get("tags") or {}
            elif field.required and not created and not (field.doc and name in self.resource.inputs):
                outputs[name] = UNKNOWN
            elif field.required:
                outputs[name] = self.decided(name, field) if name in self.resource.inputs else self.value(name, field)
        return {k: v for k, v in outputs.items() if v is not None}


def is_write_only(name: str, resource: Resource) -> bool:
    """Is this an argument that AWS takes and that is never stored (``passwordWo`` beside ``passwordWoVersion``)?"""
    return name.endswith("Wo") and f"{name}Version" in resource.inputs


SERVICES = {
    "lb": "elasticloadbalancing", "alb": "elasticloadbalancing", "elb": "elasticloadbalancing", "cfg": "config",
    "cloudwatch": "cloudwatch", "appautoscaling": "application-autoscaling", "efs": "elasticfilesystem", "vpc": "ec2",
    "opensearch": "es", "elasticsearch": "es", "msk": "kafka", "mskconnect": "kafkaconnect", "sfn": "states",
    "apigatewayv2": "apigateway", "ec2transitgateway": "ec2", "ec2clientvpn": "ec2", "route53recoverycontrol": "route53-recovery-control",
    "globalaccelerator": "globalaccelerator", "mediapackage": "mediapackage", "arczonalshift": "arc-zonal-shift",
    "arcregionswitch": "arc-region-switch", "elasticbeanstalk": "elasticbeanstalk", "ses": "ses", "sesv2": "ses",
    "scheduler": "scheduler", "codedeploy": "codedeploy", "amp": "aps", "amg": "grafana", "secretsmanager": "secretsmanager",
    "costexplorer": "ce", "docdb": "rds", "neptune": "rds", "directconnect": "directconnect", "dax": "dax",
}  # fmt: skip
"""The service's name in ARNs, where it is not that of the package."""


def _special_facts(facts: Facts, inputs: Mapping[str, Any]) -> None:
    """What templates of `shapes` name beyond inputs and digests; each follows from the inputs."""

    def text(name: str) -> str:
        value = inputs.get(name, "")
        if isinstance(value, Unknown):
            raise _UnknownPart
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
        return name if name.startswith("arn:") else str(facts.fill("arn:{p}:lambda:{r}:{a}:function:" + name))

    def record() -> str:
        return "_".join(x for x in (text("zoneId"), text("name").rstrip("."), text("type"), text("setIdentifier")) if x)

    def waf_place() -> str:
        edge = text("scope") == "CLOUDFRONT"
        return f"us-east-1:{ACCOUNT}:global" if edge else f"{facts['r']}:{ACCOUNT}:regional"

    def kms_id() -> str:
        primary = text("primaryKeyArn")
        if primary:  # a replica has the id of its primary
            return primary.rsplit("/", 1)[-1]
        plain = facts.fill("{uuid:36}")
        return "mrk-" + str(plain).replace("-", "") if inputs.get("multiRegion") is True else str(plain)

    def port() -> str:
        engine = text("engine")
        default = (
            5432 if "postgres" in engine else 1433 if "sqlserver" in engine else 1521 if "oracle" in engine else 3306
        )
        return str(inputs.get("port") or default)

    def region_code() -> str:
        return regions.zone_id(facts["r"] + "a").split("-")[0]

    def load_balancer_kind() -> str:
        return {"network": "net", "gateway": "gwy"}.get(text("loadBalancerType"), "app")

    def bus() -> str:
        name = last("eventBusName")
        return f"{name}/" if name and name != "default" else ""

    def mrap() -> str:
        details = inputs.get("details")
        return str(cast(Mapping[str, Any], details).get("name", "")) if isinstance(details, Mapping) else ""

    facts.lazy = {
        "lbsuffix": load_balancer, "fnshort": function, "functionarn": function_arn, "recordid": record, "rcode": region_code,
        "wafplace": waf_place, "kmsid": kms_id, "dbport": port, "lbkind": load_balancer_kind, "busname": bus, "mrapname": mrap,
        "clustername": lambda: last("cluster") or "default", "iampath": lambda: text("path") or "/",
        "fnversion": lambda: "1" if inputs.get("publish") is True else "$LATEST", "slashless": lambda: text("name").lstrip("/"),
        "acceleratorid": lambda: ((text("acceleratorArn") or text("listenerArn")).split("/") + ["", ""])[1],
        "taskrevision": lambda: str(1 + int(digest(canonical(inputs), length=8), 16) % 999),
    }  # fmt: skip


def _generated_names(resource: Resource, inputs: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Names that AWS's provider makes up on creation, from a prefix or not (``clusterIdentifier``: ``tf-…``)."""
    made: dict[str, Any] = {}
    for name in resource.inputs:
        if f"{name}Prefix" in resource.inputs and name not in inputs:
            prefix = inputs.get(f"{name}Prefix", "tf-")
            made[name] = UNKNOWN if isinstance(prefix, Unknown) else facts.fill(f"{prefix}{{digits:26}}")
    return made


def compute(
    schema: Schema,
    token: str,
    inputs: Mapping[str, Any],
    region: str,
    *,
    urn: str,
    identifier: str | None = None,
    preview: bool = False,
) -> tuple[str, dict[str, Any]]:
    """(id, outputs) of a resource that is created, or, with an ``identifier``, of one that exists.

    With ``preview`` and no identifier what AWS decides is unknown and the id empty. LookupError for an unknown type.
    """
    resource = schema.resource(token)
    if resource is None:
        raise LookupError(f"{token} is not a resource of pulumi_aws {schema.version}")
    given = inputs.get("region")
    region = given if isinstance(given, str) else region
    created = identifier is not None or not preview
    shape_id, shape_arn, shape_out = shapes.SHAPES.get(token, (None, None, {}))
    kind = split(token)[1]
    seed = digest(urn, canonical(replacement.identity(resource, inputs)))
    facts = Facts(seed, inputs, region)
    names = _generated_names(resource, inputs, facts)
    effective = {**inputs, **names} if created else {**inputs, **dict.fromkeys(names, UNKNOWN)}
    if not created:
        special = {k: v for k, v in effective.items() if k in names}
        return "", Answer(schema, resource, region, "", inputs).everything(special, created=False)
    facts.inputs = effective
    _special_facts(facts, effective)
    if identifier is None:
        found = facts.fill(shape_id if shape_id is not None else _default_id(resource, effective, kind))
        identifier = found if isinstance(found, str) and found else seed[:20]
    answer = Answer(schema, resource, region, identifier, effective)
    _special_facts(answer.facts, effective)
    special = dict(names)
    if shape_arn is not None and "arn" in resource.outputs:
        arn = identifier if identifier.startswith("arn:") else answer.facts.fill("arn:{p}:" + shape_arn)
        special["arn"] = arn
        answer.arn = str(arn)
    for name, template in shape_out.items():
        if name in resource.outputs and (name not in effective or name not in resource.inputs):
            special[name] = _filled(template, answer, identifier)
    special |= particulars.of(token, answer)
    return identifier, answer.everything(special, created=True)


def _default_id(resource: Resource, inputs: Mapping[str, Any], kind: str) -> str:
    """Of a type that `shapes` does not list: its name where it has one, else letters and digits."""
    name = inputs.get("name")
    if "name" in resource.inputs and isinstance(name, str) and "{" not in name:
        return "{name}"
    service = split(resource.token)[0]
    return f"{kebab(kind)}-0{{hex:16}}" if service in ("ec2", "vpc", "ec2transitgateway") else "{uuid:36}"


def _filled(template: Any, answer: Answer, identifier: str) -> Any:
    if isinstance(template, str):
        return answer.facts.fill(template)
    return template(answer.inputs, identifier) if callable(template) else template
