"""`python -m tests.support.terraform_types SCHEMA` writes `policy/ha_policy/terraform/types.json` anew.

For the tests it also writes the names of what the pack may read (`READ`), and the properties that no attribute of the
provider's version has (`LATER`): version 6 has them.

SCHEMA is the output of ``terraform providers schema -json`` in a folder that requires the provider ``hashicorp/aws``;
it is not kept. A type of Terraform is the class of `pulumi_aws` with the same name or, where names differ, the one with
the most attributes in common; `EXCEPTIONS` are the few for which that is wrong.
"""

import difflib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ha_policy.graph.kinds import kind_of

from offline.aws.fields import Field
from offline.aws.schema import Schema, installed
from tests.support.terraform_reads import kinds, names

TREE = Path(__file__).parents[2]
TABLE = TREE / "policy" / "ha_policy" / "terraform" / "types.json"
READ = TREE / "tests" / "policy" / "terraform" / "read.json"
LATER = TREE / "tests" / "policy" / "terraform" / "later.json"
PROVIDER = "registry.terraform.io/hashicorp/aws"

TYPES: dict[str, str | None] = {
    # Both names are of one resource; pulumi_aws has them in the modules lb and alb.
    "aws_lb": "aws:lb/loadBalancer:LoadBalancer",
    "aws_lb_trust_store": "aws:lb/trustStore:TrustStore",
    # Few attributes, and the name in pulumi_aws has another prefix (cfg).
    "aws_config_aggregate_authorization": "aws:cfg/aggregateAuthorization:AggregateAuthorization",
    # pulumi_aws 7 has no class for these any more.
    "aws_simpledb_domain": None,
}
"""Types whose counterpart neither name nor attributes show."""
TYPES_WITHOUT = ("aws_opsworks_", "aws_worklink_")
"""Beginnings of types that `pulumi_aws` 7 has no longer."""

ATTRIBUTES: dict[str, dict[str, str]] = {
    "aws_api_gateway_base_path_mapping": {"api_id": "restApi"},
    "aws_api_gateway_deployment": {"rest_api_id": "restApi"},
    "aws_api_gateway_integration": {"rest_api_id": "restApi"},
    "aws_api_gateway_integration_response": {"rest_api_id": "restApi"},
    "aws_api_gateway_method": {"rest_api_id": "restApi"},
    "aws_api_gateway_method_response": {"rest_api_id": "restApi"},
    "aws_api_gateway_method_settings": {"rest_api_id": "restApi"},
    "aws_api_gateway_resource": {"rest_api_id": "restApi"},
    "aws_api_gateway_stage": {"rest_api_id": "restApi", "deployment_id": "deployment"},
    "aws_batch_compute_environment": {
        "compute_environment_name": "name",
        "compute_environment_name_prefix": "namePrefix",
    },
    "aws_cloudwatch_log_subscription_filter": {"log_group_name": "logGroup"},
    "aws_cloudwatch_metric_alarm": {"alarm_name": "name"},
    "aws_elastic_beanstalk_environment": {"version_label": "version"},
    "aws_lambda_function": {"function_name": "name", "filename": "code"},
    "aws_lambda_permission": {"function_name": "function"},
    "aws_sns_topic_subscription": {"topic_arn": "topic"},
}
"""Attributes that Pulumi names after what they refer to, or in another way, by type of Terraform and path."""
GONE: dict[str, dict[str, str]] = {
    "aws_api_gateway_deployment": dict.fromkeys(
        ("execution_arn", "invoke_url", "stage_description", "stage_name", "canary_settings"),
        "version 6 of the provider",
    ),
    "aws_dx_gateway_association": {"vpn_gateway_id": "is the gateway that is associated (associatedGatewayId) by now"},
    "aws_ecs_task_definition": {"inference_accelerator": "Elastic Inference has ended"},
    "aws_eip": {"vpc": "version 6 of the provider: domain"},
    "aws_flow_log": {"log_group_name": "version 6 of the provider: log_destination"},
    "aws_instance": dict.fromkeys(("cpu_core_count", "cpu_threads_per_core"), "version 6 of the provider: cpu_options"),
    "aws_launch_template": dict.fromkeys(
        ("elastic_gpu_specifications", "elastic_inference_accelerator"), "Elastic Inference and Graphics have ended"
    ),
    "aws_opensearch_domain": {"kibana_endpoint": "version 6 of the provider: dashboard_endpoint"},
    "aws_redshift_cluster": dict.fromkeys(("logging", "snapshot_copy"), "version 6: resources of their own"),
    "aws_spot_instance_request": dict.fromkeys(
        ("block_duration_minutes", "cpu_core_count", "cpu_threads_per_core"), "version 6 of the provider"
    ),
}
"""Attributes of version 5 of the provider that `pulumi_aws` 7 has no property for, and why. They keep their name."""


def snake(name: str) -> str:
    """``dbSubnetGroupName`` -> ``db_subnet_group_name``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def camel(name: str) -> str:
    """``db_subnet_group_name`` -> ``dbSubnetGroupName``."""
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


# --------------------------------------------------------------------------------------------------------------- types
IN_MOST = frozenset({"id", "tags", "tags_all", "arn", "region", "timeouts", "name"})
"""Attributes that nearly all types have."""
SAME_NAME = 0.3
"""Share of common attributes from which two types with the same name are the same; other services' have under 0.2."""
ALIKE = 0.5


def _plain(names: Iterable[str]) -> frozenset[str]:
    """Names without the ending of a plural, which the two sides use differently."""
    return frozenset(n.rstrip("s") for n in names if n not in IN_MOST)


def _attributes(block: Mapping[str, Any]) -> Iterator[str]:
    yield from block.get("attributes", {})
    yield from block.get("block_types", {})


def match_types(terraform: Mapping[str, Any], schema: Schema) -> dict[str, str]:
    """The token of every type of Terraform that has a counterpart."""
    services = filter(None, map(schema.service, schema.service_names()))
    ours = {token: service.resources[token] for service in services for token in service.resources}
    attributes = {t: _plain(map(snake, {*r.inputs, *r.outputs})) for t, r in ours.items()}
    names: dict[str, set[str]] = {}
    for token in ours:
        module, kind = token.split(":")[1].split("/")[0].lower(), token.split(":")[2].lower()
        names.setdefault(module + kind, set()).add(token)
        names.setdefault(kind, set()).add(token)
    matched: dict[str, str] = {}
    for tf_type, entry in sorted(terraform.items()):
        if tf_type in TYPES or tf_type.startswith(TYPES_WITHOUT):
            if token := TYPES.get(tf_type):
                matched[tf_type] = token
            continue
        here, name = _plain(_attributes(entry["block"])), tf_type.removeprefix("aws_").replace("_", "")

        def alike(token: str, here: frozenset[str] = here) -> float:
            union = here | attributes[token]
            return len(here & attributes[token]) / len(union) if union else ALIKE

        def near(token: str, name: str = name) -> float:
            module, kind = token.split(":")[1].split("/")[0], token.split(":")[2]
            ratios = (difflib.SequenceMatcher(None, name, n.lower()).ratio() for n in (module + kind, kind))
            return alike(token) + max(ratios) / 2

        same = [t for t in names.get(name, ()) if alike(t) >= SAME_NAME]
        others = [t for t in ours if alike(t) >= ALIKE]
        if candidates := same or others:
            matched[tf_type] = max(sorted(candidates), key=near)
        else:
            raise LookupError(f"{tf_type}: no class of pulumi_aws is like it; add it to TYPES")
    twice = {t for t in matched.values() if len({a for a, b in matched.items() if b == t}) > 1}
    if twice:
        raise LookupError(f"several types of Terraform are {sorted(twice)}: add all but one to TYPES")
    return matched


# ---------------------------------------------------------------------------------------------------------- attributes
class Shapes:
    """Objects' attributes, each different one once. unmatched: paths that `pulumi_aws` has no property for."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._index: dict[str, int] = {}
        self.found: list[dict[str, Any]] = []
        self.unmatched: list[str] = []
        self.paths: dict[str, dict[str, str]] = {}
        self.later: dict[str, list[str]] = {}

    def of_type(self, tf_type: str, block: Mapping[str, Any], token: str) -> int:
        """The shape of a resource."""
        resource = self._schema.resource(token)
        assert resource
        fields = {**resource.outputs, **resource.inputs}
        made = self._of(block, fields, token, tf_type, "")
        without = fields.keys() - {"id", "urn", "region"} - set(self.paths.get(tf_type, {}).values())
        if without:
            self.later[tf_type] = sorted(without)
        return made

    def _of(self, block: Mapping[str, Any], fields: Mapping[str, Field], token: str, path: str, ours: str) -> int:
        """path: of the block, its type first. ours: the same in Pulumi's names, without the type."""
        shape: dict[str, Any] = {}
        used: set[str] = set()
        blocks = block.get("block_types", {})
        for attribute, inner, many in _members(block):
            if attribute == "timeouts":
                continue
            name = self._property(attribute, fields, path)
            used.add(name)
            tf_type, _, inside = f"{path}.{attribute}".partition(".")
            self.paths.setdefault(tf_type, {})[inside] = ours + name
            field = fields.get(name)
            if field is None and fields and attribute != "id" and attribute not in GONE.get(path, {}):
                self.unmatched.append(f"{path}.{attribute}")
            nested = None
            if inner is not None:
                nested = self._of(inner, self._nested(field, token), token, f"{path}.{attribute}", f"{ours}{name}.")
            single = many and field is not None and not field.kind.lstrip("(").startswith("[")
            spelled = "" if name == camel(attribute) else name
            if nested is not None:
                shape[attribute] = [spelled, int(single), nested, *([1] if attribute in blocks else [])]
            elif single:
                shape[attribute] = [spelled, 1]
            elif spelled:
                shape[attribute] = spelled
        for name in sorted(set(fields) - used - {"urn", "id"}):
            shape |= self._newer(name, fields[name], token, f"{path}.{snake(name)}", ())
        return self._number(shape)

    def _newer(self, name: str, field: Field, token: str, path: str, above: tuple[str, ...]) -> dict[str, Any]:
        """A property of a later version of the provider; the attribute has its name in Terraform's spelling.

        Only objects need an entry. A block's name is in the singular in Terraform.
        """
        kind, several = field.kind.removeprefix("["), field.kind.startswith("[")
        if not kind.startswith("@") or kind in above:
            return {}
        inner: dict[str, Any] = {}
        for below, each in sorted(self._nested(field, token).items()):
            inner |= self._newer(below, each, token, f"{path}.{snake(below)}", (*above, kind))
        shape = self._number(inner)
        attributes = sorted({snake(name), snake(_singular(name))} if several else {snake(name)})
        return {a: ["" if camel(a) == name else name, int(not several), shape] for a in attributes}

    def _number(self, shape: dict[str, Any]) -> int:
        key = json.dumps(shape, sort_keys=True)
        if key not in self._index:
            self._index[key] = len(self.found)
            self.found.append(shape)
        return self._index[key]

    def _property(self, attribute: str, fields: Mapping[str, Field], path: str) -> str:
        tf_type, _, inside = path.partition(".")
        where = f"{inside}.{attribute}".lstrip(".")
        if exception := ATTRIBUTES.get(tf_type, {}).get(where):
            return exception
        known = _by_letters(tuple(fields))
        letters = attribute.replace("_", "").lower()
        for candidate in _numbers(letters):
            if candidate in known:
                return known[candidate]
        return camel(attribute)

    def _nested(self, field: Field | None, token: str) -> Mapping[str, Field]:
        if field is None:
            return {}
        found: dict[str, Field] = {}
        for name in re.findall(r"@([\w.]+)", field.kind):
            found |= self._schema.given(token, name) or {}
            found |= self._schema.taken(token, name) or {}
            if not name.endswith("Args"):
                found |= self._schema.taken(token, name.removeprefix("outputs.") + "Args") or {}
        return found


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name.removesuffix("ies") + "y"
    return name.removesuffix("es") if name.endswith(("sses", "ches", "xes")) else name.removesuffix("s")


@cache
def _by_letters(names: tuple[str, ...]) -> Mapping[str, str]:
    return {n.lower(): n for n in names}


def _numbers(word: str) -> Iterator[str]:
    """The word, its plurals and its singulars."""
    yield word
    yield word + "s"
    yield word + "es"
    if word.endswith("y"):
        yield word[:-1] + "ies"
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]


def _members(block: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any] | None, bool]]:
    """Attributes and blocks: name, what is in its objects, whether there can be several."""
    for name, attribute in block.get("attributes", {}).items():
        if nested := attribute.get("nested_type"):
            yield name, {"attributes": nested["attributes"]}, nested["nesting_mode"] in ("list", "set")
        else:
            yield (
                name,
                _object_of(attribute["type"]),
                isinstance(attribute["type"], list) and attribute["type"][0] in ("list", "set"),
            )
    for name, inner in block.get("block_types", {}).items():
        yield name, inner["block"], inner["nesting_mode"] in ("list", "set")


def _object_of(type_: Any) -> Mapping[str, Any] | None:
    """What is in an attribute's objects, as a block; None if it has none."""
    if isinstance(type_, str):
        return None
    if type_[0] == "object":
        return {"attributes": {n: {"type": t} for n, t in type_[1].items()}}
    return None if type_[0] == "map" else _object_of(type_[1])


# --------------------------------------------------------------------------------------------------------------- table
def table(provider: Mapping[str, Any], schema: Schema) -> tuple[dict[str, Any], Shapes]:
    """The table, and what of it is worth a look."""
    terraform = provider["resource_schemas"]
    tokens = match_types(terraform, schema)
    shapes = Shapes(schema)
    types = {t: [token, shapes.of_type(t, terraform[t]["block"], token)] for t, token in sorted(tokens.items())}
    return {"types": types, "shapes": shapes.found}, shapes


def read_by_the_pack(types: Mapping[str, Any], shapes: Shapes) -> dict[str, dict[str, str]]:
    """Paths of attributes that a rule or the simulation may read, with the property of each, by type of Terraform."""
    wanted, words = frozenset(kinds()), names()
    return {
        tf_type: {a: p for a, p in sorted(shapes.paths[tf_type].items()) if words.issuperset(p.split("."))}
        for tf_type, (token, _) in types.items()
        if kind_of(token) in wanted
    }


def _lines(entries: Mapping[str, Any]) -> str:
    return ",\n".join(f"{json.dumps(k)}:{json.dumps(e, separators=(',', ':'))}" for k, e in entries.items())


def main(arguments: list[str]) -> int:
    """Write the table."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    provider = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))["provider_schemas"][PROVIDER]
    made, shapes = table(provider, installed())
    listed = ",\n".join(json.dumps(s, separators=(",", ":")) for s in made["shapes"])
    text = f'{{"types":{{\n{_lines(made["types"])}\n}},"shapes":[\n{listed}\n]}}\n'
    TABLE.write_text(text, encoding="utf-8")
    LATER.write_text(f"{{\n{_lines(shapes.later)}\n}}\n", encoding="utf-8")
    READ.write_text(f"{{\n{_lines(read_by_the_pack(made['types'], shapes))}\n}}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
