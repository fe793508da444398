"""Outputs of a resource, from the declared types and names of its properties."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from offline.aws import regions
from offline.aws.fields import Field, Resource
from offline.aws.schema import Schema
from offline.aws.templates import TemplateValues, kebab, split
from offline.aws.wire import SIGNATURE, UNKNOWN, Unknown, has_unknown

MOMENT = "2025-01-01T00:00:00Z"
DEPTH = 6
"""Nested outputs are filled in to this depth; some types (WAF statements) contain themselves."""

_PREFIXES = {
    "vpcId": "vpc-", "subnetId": "subnet-", "networkInterfaceId": "eni-", "primaryNetworkInterfaceId": "eni-",
    "securityGroupId": "sg-", "groupId": "sg-", "securityGroupRuleId": "sgr-", "routeTableId": "rtb-",
    "allocationId": "eipalloc-",
    "associationId": "assoc-", "instanceId": "i-", "volumeId": "vol-", "snapshotId": "snap-",
    "rootSnapshotId": "snap-", "imageId": "ami-", "transitGatewayAttachmentId": "tgw-attach-", "networkAclId": "acl-",
    "transitGatewayId": "tgw-", "prefixListId": "pl-", "keyPairId": "key-", "fileSystemId": "fs-",
    "vpcEndpointId": "vpce-",
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
    "region",
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
ABSENT = {
    "coreNetworkAttachmentArn": "only a VPN connection to a core network has one",
    "outpostArn": "only what is on an Outpost has one",
    "outpostId": "only what is on an Outpost has one",
    "presharedKeyArn": "only a key that Secrets Manager keeps has one",
    "signingJobArn": "only signed code has one",
    "signingProfileVersionArn": "only signed code has one",
    "spotInstanceRequestId": "only a spot instance has one",
    "wafWebAclArn": "only what WAF protects has one",
    "webAclArn": "only what WAF protects has one",
}
"""Outputs that AWS leaves empty unless another resource exists, with the reason."""
_OTHERS = {
    "kmskeyarn": "kms:{r}:{a}:key/{uuid:36.#}", "targetkeyarn": "kms:{r}:{a}:key/{uuid:36.#}",
    "rolearn": "iam::{a}:role/aws-service-role-{hex:8.#}", "principalarn": "iam::{a}:role/{hex:12.#}",
    "secretarn": "secretsmanager:{r}:{a}:secret:{hex:12.#}-{up:6.#}", "bucketarn": "s3:::{hex:12.#}",
    "topicarn": "sns:{r}:{a}:{hex:12.#}",
    "corenetworkarn": "networkmanager::{a}:core-network/core-network-0{hex:16.#}",
    "ipamarn": "ec2::{a}:ipam/ipam-0{hex:16.#}", "functionarn": "lambda:{r}:{a}:function:{hex:12.#}",
    "autoscalinggrouparn": "autoscaling:{r}:{a}:autoScalingGroup:{uuid:36.#}:autoScalingGroupName/{hex:12.#}",
    "loadbalancerarn": "elasticloadbalancing:{r}:{a}:loadbalancer/net/{hex:12.#}/{hex:16.#}",
    "ecsclusterarn": "ecs:{r}:{a}:cluster/{hex:12.#}",
    "filesystemarn": "elasticfilesystem:{r}:{a}:file-system/fs-0{hex:16.#}",
    "identitycenterapplicationarn": "sso::{a}:application/ssoins-{hex:16.i}/apl-{hex:16.#}",
    "managedapplicationarn": "sso::{a}:application/ssoins-{hex:16.i}/apl-{hex:16.#}",
    "clustersnapshotarn": "rds:{r}:{a}:cluster-snapshot:{hex:12.#}", "snapshotarn": "rds:{r}:{a}:snapshot:{hex:12.#}",
    "invitationarn": "ram:{r}:{a}:resource-share-invitation/{uuid:36.#}",
    "distributionarn": "cloudfront::{a}:distribution/E{up:13.#}",
    "masteraccountarn": "organizations::{a}:account/o-{low:10.o}/{a}",
    "backupvaultarn": "backup:{r}:{a}:backup-vault:{last-backupVaultName}",
    "connectionarn": "codestar-connections:{r}:{a}:connection/{uuid:36.#}",
}  # fmt: skip
"""ARNs of other services' resources, by the end of the output's name; ``#`` becomes a distinguishing number."""
_NOTHING = {"ipAddressType": "ipv4", "networkType": "IPV4", "tenancy": "default", "instanceTenancy": "default"}


class ResourceOutputs:
    """Computes the outputs of one resource."""

    def __init__(
        self, schema: Schema, resource: Resource, region: str, identifier: str, inputs: Mapping[str, Any]
    ) -> None:
        self.schema, self.resource, self.region, self.id, self.inputs = schema, resource, region, identifier, inputs
        self.token = resource.token
        self.service, self.kind = split(self.token)
        self.values = TemplateValues(f"{self.token}|{identifier}", inputs, region)
        self.values["id"] = identifier
        self.arn = identifier

    # ------------------------------------------------------------------------------------------- by type and name
    def value(self, name: str, field: Field, path: str = "", depth: int = 0) -> Any:
        """A value of the field's type, in the format that its name suggests."""
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
        """A list of one item if the items are objects or the name says what they are; else an empty list."""
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
        """A string in the format that AWS uses for outputs with this name."""
        if doc and " " not in doc:
            return doc
        return self._fill(self._template(name, where))

    def _template(self, name: str, where: str) -> str:
        low, salt = name.lower(), where.strip(".")
        if name in ABSENT:
            return ""
        if low.endswith("arn"):
            return self._arn(name, salt)
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
        if low.endswith(("id", "token")):
            return "{hex:17." + salt + "}" if low != "uniqueid" else "AIDA{up:17." + salt + "}"
        if low.endswith("name"):
            return kebab(self.kind) + "-{hex:8." + salt + "}"
        return kebab(name) + "-{hex:8." + salt + "}"

    def _arn(self, name: str, salt: str) -> str:
        """The ARN of another resource, by the output's name."""
        low = name.lower()
        for end, template in _OTHERS.items():
            if low.endswith(end):
                return "arn:{p}:" + template.replace("#", salt or name)
        word = kebab(name[:-3]) or kebab(self.kind)
        return f"arn:{{p}}:{self._arn_service()}:{{r}}:{{a}}:{word}/{{hex:16.{salt}}}"

    def _host(self) -> str:
        return "{hex:12.host}." + self._arn_service() + ".{r}.{dns}"

    def _arn_service(self) -> str:
        return SERVICES.get(self.service, self.service)

    def _fill(self, template: str) -> str | Unknown:
        return self.values.fill(template)

    def decided(self, name: str, field: Field) -> Any:
        """AWS's value for an omitted argument: the documented default, else an empty value."""
        kind = field.kind.split("|")[0]
        if kind.startswith("["):
            return regions.zones(self.region)[:3] if name == "availabilityZones" else []
        if kind.startswith("@"):
            return None  # nothing: a group without a mixed-instances policy has none afterwards either
        if kind == "s" and not field.doc and name not in _CHOSEN and not name.endswith("Arn"):
            return _NOTHING.get(name, "")
        return self.value(name, field)

    def _has_default(self, name: str, field: Field) -> bool:
        """Whether an omitted argument is known before creation: it has a documented default that always applies."""
        return bool(field.doc) and name in self.resource.inputs and (self.resource.token, name) not in DEPENDS

    # ---------------------------------------------------------------------------------------------- what was given
    def echo(self, value: Any, kind: str, depth: int = 0) -> Any:
        """An input as AWS returns it: policy objects as text, computed fields of nested objects set."""
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
        """All outputs: the inputs, then the type's own values, then everything else in the schema.

        Before creation, what AWS decides is unknown; documented defaults of arguments are known.
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
            elif field.required and not created and not self._has_default(name, field):
                outputs[name] = UNKNOWN
            elif field.required:
                outputs[name] = self.decided(name, field) if name in self.resource.inputs else self.value(name, field)
        return {k: v for k, v in outputs.items() if v is not None}


DEPENDS = {("aws:ecs/service:Service", "launchType")}
"""Documented defaults that other resources override: the capacity providers of a service's cluster."""


def is_write_only(name: str, resource: Resource) -> bool:
    """Whether this is a write-only argument, which is never stored (``passwordWo`` beside ``passwordWoVersion``)."""
    return name.endswith("Wo") and f"{name}Version" in resource.inputs


SERVICES = {
    "lb": "elasticloadbalancing", "alb": "elasticloadbalancing", "elb": "elasticloadbalancing", "cfg": "config",
    "cloudwatch": "cloudwatch", "appautoscaling": "application-autoscaling", "efs": "elasticfilesystem", "vpc": "ec2",
    "opensearch": "es", "elasticsearch": "es", "msk": "kafka", "mskconnect": "kafkaconnect", "sfn": "states",
    "apigatewayv2": "apigateway", "ec2transitgateway": "ec2", "ec2clientvpn": "ec2",
    "route53recoverycontrol": "route53-recovery-control",
    "globalaccelerator": "globalaccelerator", "mediapackage": "mediapackage", "arczonalshift": "arc-zonal-shift",
    "arcregionswitch": "arc-region-switch", "elasticbeanstalk": "elasticbeanstalk", "ses": "ses", "sesv2": "ses",
    "scheduler": "scheduler", "codedeploy": "codedeploy", "amp": "aps", "amg": "grafana",
    "secretsmanager": "secretsmanager",
    "costexplorer": "ce", "docdb": "rds", "neptune": "rds", "directconnect": "directconnect", "dax": "dax",
}  # fmt: skip
"""The service's name in ARNs, if it is not the package's name."""
