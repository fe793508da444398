# ruff: noqa: E501 (what AWS says is as long as it is)
"""AWS Cloud Map."""

from offline.aws.unique import unique

unique("aws:servicediscovery/httpNamespace:HttpNamespace", "name", call="servicediscovery CreateHttpNamespace", says="NamespaceAlreadyExists: Namespace {name} already exists.")  # fmt: skip
