"""Terraform's resource types and attributes of AWS, in Pulumi's names: the rules know these alone.

Pulumi's classes are made from the same provider, so that values have the same meaning; only names differ, and blocks of
which there can be one are objects. The table beside this module is made by ``python -m tests.support.terraform_types``.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from ha_policy.graph.kinds import kind_of

TABLE: Final = Path(__file__).with_name("types.json")
_NO_PROPERTIES: Final = frozenset({"timeouts"})
"""Blocks that are options of the resource in Pulumi; they are left out."""
_FILLED_IN: Final = frozenset(
    {
        "aws_alb.subnet_mapping",
        "aws_alb_target_group.health_check",
        "aws_autoscaling_group.launch_template",
        "aws_autoscaling_group.mixed_instances_policy",
        "aws_autoscaling_group.traffic_source",
        "aws_backup_selection.condition",
        "aws_dynamodb_table.point_in_time_recovery",
        "aws_dynamodb_table.ttl",
        "aws_ecs_cluster.setting",
        "aws_elasticsearch_domain.cluster_config",
        "aws_elb.health_check",
        "aws_iam_role.inline_policy",
        "aws_instance.instance_market_options",
        "aws_instance.launch_template",
        "aws_instance.network_interface",
        "aws_lambda_event_source_mapping.amazon_managed_kafka_event_source_config",
        "aws_lambda_function.logging_config",
        "aws_lb.subnet_mapping",
        "aws_lb_target_group.health_check",
        "aws_opensearch_domain.cluster_config",
        "aws_s3_bucket.lifecycle_rule",
        "aws_s3_bucket.replication_configuration",
        "aws_s3_bucket.versioning",
        "aws_s3_bucket.website",
        "aws_spot_instance_request.launch_template",
        "aws_spot_instance_request.network_interface",
        "aws_vpc_endpoint.subnet_configuration",
    }
)
"""Blocks that the rules read and that the provider fills in where the configuration has none (seen in plans; not in the
provider's schema).
"""
DEFAULTS: Final[Mapping[str, frozenset[str]]] = {
    "aws_cloudwatch_metric_alarm": frozenset({"treat_missing_data"}),
}
"""Attributes with a default of the provider that a rule tells from the same value in the configuration."""
_STEP: Final = re.compile(r"[^.\[\]]+|\[[^\]]*\]")


class _Attribute(NamedTuple):
    """How Pulumi has an attribute. single: a list of one is its element there. shape: of the objects in it, if any.
    block: whether it is a block in the configuration.
    """

    name: str
    single: bool = False
    shape: int | None = None
    block: bool = False


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return cast(Mapping[str, Any], json.loads(TABLE.read_text(encoding="utf-8")))


@lru_cache(maxsize=4096)
def _shape(index: int) -> Mapping[str, _Attribute]:
    """The attributes of one kind of object that are not read by the default rule (`_camel`, value as it is)."""
    return {
        attribute: _Attribute(entry)
        if isinstance(entry, str)
        else _Attribute(entry[0] or _camel(attribute), *entry[1:])
        for attribute, entry in _table()["shapes"][index].items()
    }


@lru_cache(maxsize=4096)
def _camel(attribute: str) -> str:
    """``db_subnet_group_name`` -> ``dbSubnetGroupName``."""
    head, *rest = attribute.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def token_of(tf_type: str) -> str | None:
    """The type token in Pulumi of a resource type in Terraform; None if Pulumi has none, or it is not of AWS."""
    entry = _table()["types"].get(tf_type)
    return None if entry is None else entry[0]


def translate(tf_type: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Type token and properties in Pulumi's names, or None for a type that has no counterpart.

    values: attributes as in ``terraform show -json``: blocks are lists of objects. What is null or a list without
    blocks is left out. Whatever is neither a mapping nor a list or tuple (such as a marker for an unknown value) is
    passed on as it is, also inside lists.
    """
    entry = _table()["types"].get(tf_type)
    return None if entry is None else (entry[0], _object(values, _shape(entry[1])))


def only_configured(tf_type: str, *path: str) -> bool:
    """Whether an attribute is a block that only the configuration gives. If it is unknown in a plan, and the plan's
    configuration does not have it, it is a dynamic block; any other attribute is then computed by the provider.
    """
    entry = _table()["types"].get(tf_type)
    shape: int | None = None if entry is None else entry[1]
    known: _Attribute | None = None
    for step in path:
        known = None if shape is None else _shape(shape).get(step)
        shape = known.shape if known else None
    return known is not None and known.block and ".".join((tf_type, *path)) not in _FILLED_IN


def _object(values: Mapping[str, Any], shape: Mapping[str, _Attribute]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute, value in values.items():
        if value is None or attribute in _NO_PROPERTIES:
            continue
        known = shape.get(attribute)
        if known is None:
            found[_camel(attribute)] = value
            continue
        if known.shape is not None:
            value = _objects(value, _shape(known.shape))
        if isinstance(value, list | tuple):
            elements = cast("list[Any] | tuple[Any, ...]", value)
            if not elements and (known.single or known.shape is not None):
                continue
            if known.single and len(elements) == 1:
                value = elements[0]
        found[known.name] = value
    return found


def _objects(value: Any, shape: Mapping[str, _Attribute]) -> Any:
    """The objects of a block, or what stands for one that is not known."""
    if isinstance(value, list | tuple):
        elements = [_objects(element, shape) for element in cast("list[Any] | tuple[Any, ...]", value)]
        return elements if isinstance(value, list) else tuple(elements)
    return _object(cast(Mapping[str, Any], value), shape) if isinstance(value, Mapping) else value


@lru_cache(maxsize=1)
def _terraform_types() -> Mapping[str, tuple[str, int]]:
    """Type in Terraform and shape by kind (`kind_of`); of several names of the same, today's, which is the shortest."""
    found: dict[str, tuple[str, int]] = {}
    for tf_type, (token, shape) in sorted(_table()["types"].items(), key=lambda entry: len(entry[0])):
        found.setdefault(kind_of(token), (tf_type, shape))
    return found


def terraform_type(pulumi_type: str) -> str | None:
    """The resource type in Terraform of a type token or kind (``lb/loadBalancer`` -> ``aws_lb``), None without one."""
    known = _terraform_types().get(kind_of(pulumi_type))
    return known and known[0]


def terraform_name(pulumi_type: str, property_path: str) -> str:
    """A property's path in Terraform's names: ``networkConfiguration.assignPublicIp`` of an ECS service ->
    ``network_configuration.assign_public_ip``. pulumi_type: token or kind. Names that are not known are turned into
    Terraform's spelling.
    """
    known = _terraform_types().get(kind_of(pulumi_type))
    shape = None if known is None else known[1]
    path = ""
    for step in _STEP.findall(property_path):
        if step.startswith("["):
            path += step
            continue
        attribute, shape = _attribute(shape, step)
        path += f".{attribute}" if path else attribute
    return path


@lru_cache(maxsize=4096)
def _attribute(shape: int | None, name: str) -> tuple[str, int | None]:
    known: Mapping[str, _Attribute] = {} if shape is None else _shape(shape)
    return next(((attribute, how.shape) for attribute, how in known.items() if how.name == name), (_snake(name), None))
