"""The id and outputs of a resource, computed from its type and inputs.

All values are deterministic, so the same program always gets the same ids and ARNs. An id is a hash of the URN and the
inputs whose change replaces the resource; every other value follows from the id and the inputs, so an update in place
does not change it. For types that `shapes` does not list, the value of an output follows from its declared type and its
name. Values always have the declared type: a wrong one would make the program hang.
"""

from collections.abc import Mapping
from typing import Any

from offline.aws import arns, availability_zones, computed_outputs, nested_outputs, replacement, shapes
from offline.aws.fields import Resource
from offline.aws.inventory import Inventory
from offline.aws.resource_outputs import ResourceOutputs
from offline.aws.schema import Schema
from offline.aws.templates import LAST, TemplateValues, add_values, canonical, digest, kebab, split
from offline.aws.wire import UNKNOWN, Unknown

_NO_SHAPE: tuple[str | None, str | None, dict[str, Any]] = (None, None, {})


def _generated_names(resource: Resource, inputs: Mapping[str, Any], values: TemplateValues) -> dict[str, Any]:
    """Names that the AWS provider generates on creation, with or without a prefix (``clusterIdentifier``: ``tf-…``)."""
    made: dict[str, Any] = {}
    for name in resource.inputs:
        if f"{name}Prefix" in resource.inputs and name not in inputs:
            prefix = inputs.get(f"{name}Prefix", "tf-")
            made[name] = UNKNOWN if isinstance(prefix, Unknown) else values.fill(f"{prefix}{{digits:26}}")
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
    inventory: Inventory | None = None,
    olds: Mapping[str, Any] | None = None,
    attempt: int = 0,
) -> tuple[str, dict[str, Any]]:
    """(id, outputs) of a new resource or, with an ``identifier``, of an existing one.

    inventory: the other resources of this run, for subnets and zones. olds: outputs before an update. With ``preview``
    and no identifier, the id is empty and what AWS decides is unknown. attempt: number of ids that were already taken.
    Raises LookupError for an unknown type.
    """
    resource = schema.resource(token)
    if resource is None:
        raise LookupError(f"{token} is not a resource of pulumi_aws {schema.version}")
    given = inputs.get("region")
    region = given if isinstance(given, str) else region
    created = identifier is not None or not preview
    shape_id, shape_arn, shape_out = shapes.SHAPES.get(shapes.SAME.get(token, token), _NO_SHAPE)
    kind = split(token)[1]
    seed = digest(urn, canonical(replacement.identity(resource, inputs)), *([str(attempt)] if attempt else []))
    values = TemplateValues(seed, inputs, region)
    names = _generated_names(resource, inputs, values)
    effective = {**inputs, **names} if created else {**inputs, **dict.fromkeys(names, UNKNOWN)}
    if not created:
        special = {k: v for k, v in effective.items() if k in names}
        answer = ResourceOutputs(schema, resource, region, "", inputs)
        made = answer.everything(special, created=False)
        return "", made | nested_outputs.add(answer, made, inventory or Inventory(), created=False)
    values.inputs = effective
    add_values(values, effective)
    if identifier is None:
        found = values.fill(shape_id if shape_id is not None else _default_id(resource, effective, kind))
        identifier = found if isinstance(found, str) and found else seed[:20]
    answer = ResourceOutputs(schema, resource, region, identifier, effective)
    add_values(answer.values, effective)
    special = dict(names)
    for name, written in ({"arn": shape_arn} if shape_arn else arns.templates(token)).items():
        if name in resource.outputs and name not in effective:
            arn = identifier if identifier.startswith("arn:") else answer.values.fill("arn:{p}:" + written)
            special[name] = arn
            answer.arn = str(arn)
    for name, template in shape_out.items():
        if name in resource.outputs and (name not in effective or name not in resource.inputs):
            special[name] = _filled(template, answer, identifier)
    special |= computed_outputs.of(shapes.SAME.get(token, token), answer)
    placed = availability_zones.of(token, effective, region, identifier, inventory or Inventory(), olds)
    special |= {k: v for k, v in placed.items() if k in resource.outputs}
    made = answer.everything(special, created=True)
    return identifier, made | nested_outputs.add(answer, made, inventory or Inventory(), created=True)


def _default_id(resource: Resource, inputs: Mapping[str, Any], kind: str) -> str:
    """Id of a type that `shapes` does not list: its name if names identify it, else letters and digits."""
    service, name = split(resource.token)[0], inputs.get("name")
    if prefix := shapes.ID_PREFIXES.get(kind) if service in shapes.EC2 else None:
        return prefix + "-0{hex:16}"
    by_id = any(f"{{{LAST}id}}" in written for written in arns.templates(resource.token).values())
    if "name" in resource.inputs and isinstance(name, str) and "{" not in name and not by_id:
        return "{name}"
    return f"{kebab(kind)}-0{{hex:16}}" if service in shapes.EC2 else "{uuid:36}"


def _filled(template: Any, answer: ResourceOutputs, identifier: str) -> Any:
    if isinstance(template, str):
        return answer.values.fill(template)
    return template(answer.inputs, identifier) if callable(template) else template
