"""Writes the data: one file per service of `pulumi_aws`, and a manifest that says what it was made from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from offline.aws.fields import Resource
from offline.aws.schema import Schema
from offline.limits import exceptions
from offline.limits.documentation import allowed, read
from offline.limits.mapping import Found, Mapped, Texts
from offline.limits.patterns import translated

LARGEST = 2**31 - 1
"""A number or a length up to here is no limit."""


@dataclass
class Written:
    """What came out for one service. types: limits by property by type; shapes: what they are; the rest is counted."""

    types: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    shapes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    without_operation: list[str] = field(default_factory=list[str])
    unmapped: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    resources: int = 0
    properties: int = 0
    mapped: int = 0


@cache
def _pattern(text: str) -> str | None:
    return translated(text)


def limit(found: Found) -> dict[str, Any]:
    """What a member's shape allows, empty where it says nothing that could be refused."""
    raw = found.service.shapes[found.shape]
    made: dict[str, Any] = {}
    name = f"{found.service.name}.{found.shape}"
    if name in exceptions.SHAPES:
        return made
    if raw["type"] == "string":
        if raw.get("enum"):
            made["enum"] = sorted(raw["enum"])
            if found.service.protocol in ("ec2", "query"):
                made["anycase"] = True  # EC2 and the query services read their enumerations in any case
        elif name not in exceptions.SLOW and (pattern := _pattern(raw.get("pattern", ""))):
            made["pattern"] = pattern
    if not made.get("enum"):
        if raw.get("min", 0) not in (0, -LARGEST - 1):
            made["min"] = raw["min"]
        if raw.get("max", LARGEST) < LARGEST:
            made["max"] = raw["max"]
    return {"kind": raw["type"], **made} if made else {}


def _entry(found: Found, name: str, made: Mapping[str, Any]) -> str:
    """``member shape [required] [also value …]``: also are values of the documentation that the model lacks."""
    words = [found.member, name, *(["required"] if found.required else [])]
    if extra := sorted(w for w in allowed(found.text) if w not in made["enum"]) if "enum" in made else []:
        words += ["also", *extra]
    return " ".join(words)


def _service(schema: Schema, tokens: list[str], resources: Mapping[str, Resource], texts: Texts) -> Written:
    written = Written()
    for token in sorted(tokens):
        mapped = Mapped(schema, resources[token], texts)
        written.resources += 1
        written.properties += mapped.properties
        if not mapped.operations:
            written.without_operation.append(token)
            continue
        if mapped.unmapped:
            written.unmapped[token] = mapped.unmapped
        written.mapped += mapped.properties - len(mapped.unmapped)
        limits: dict[str, str] = {}
        for found in mapped.found:
            if made := limit(found):
                name = f"{found.service.name}.{found.shape}"
                written.shapes[name] = made
                limits.setdefault(found.path, _entry(found, name, made))
        if limits:
            written.types[token] = dict(sorted(limits.items()))
    written.shapes = dict(sorted(written.shapes.items()))
    return written


def service(schema: Schema, name: str) -> Written:
    """One package of `pulumi_aws` with what AWS's models say about its types."""
    known = schema.service(name)
    if known is None:
        raise LookupError(f"pulumi_aws has no package {name}")
    return _service(schema, list(known.resources.keys()), known.resources, read(schema.package / name).texts)


def services(schema: Schema) -> Iterator[tuple[str, Written]]:
    """Every package of `pulumi_aws`."""
    for name in schema.service_names():
        yield name, service(schema, name)


def text(written: Written) -> str:
    """One service's file: a line per property and per shape, so that a change of a model is a change of a line."""
    lines: list[str] = []
    for token, limits in written.types.items():
        inner = ",\n".join(f"  {json.dumps(p)}: {json.dumps(m)}" for p, m in limits.items())
        lines.append(f" {json.dumps(token)}: {{\n{inner}\n }}")
    shapes = ",\n".join(f" {json.dumps(n)}: {json.dumps(s, ensure_ascii=True)}" for n, s in written.shapes.items())
    return '{"types": {\n' + ",\n".join(lines) + '\n}, "shapes": {\n' + shapes + "\n}}\n"
