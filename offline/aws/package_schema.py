"""A schema of the provider for language hosts that ask for one, such as Pulumi YAML: its types, their properties and
its look-ups. Properties may have any type; what is wrong with a value is for `check` to say.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.fields import Field
from offline.aws.schema import ROOT, Schema, Service


def package_schema(schema: Schema, name: str) -> dict[str, Any]:
    """The schema in the form of Pulumi's package schema. name: the provider's."""
    services = list(_services(schema))
    return {
        "name": name,
        "version": schema.version,
        "resources": {
            token: {
                "inputProperties": _properties(resource.inputs),
                "properties": _properties({**resource.inputs, **resource.outputs}),
            }
            for service in services
            for token in service.resources
            for resource in (service.resources[token],)
        },
        "functions": {
            token: {
                "inputs": {"properties": _properties(lookup.inputs)},
                "outputs": {"properties": _properties(lookup.outputs)},
            }
            for service in services
            for token in service.lookups
            for lookup in (service.lookups[token],)
        },
    }


def _services(schema: Schema) -> Iterator[Service]:
    found = (schema.service(name) for name in (ROOT, *schema.service_names()))
    return (service for service in found if service is not None)


def _properties(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: {"$ref": "pulumi.json#/Any"} for name in fields}
