"""Record every registration of the stacks on mocks, and compare two records.

    python -m tests.registrations record FILE [STACK…]      # of the tree that the module is in
    python -m tests.registrations compare OLD NEW [STACK…]  # prints each difference; exits 1 when there is one

For changes that AWS must not notice: record before and after, compare. A registration is everything that the program
sends to the engine: type, name, inputs, parent, dependencies of the resource and of each property, and every resource
option that is set; for components and the stack their outputs as well.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import runpy
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import yaml
from google.protobuf.json_format import MessageToDict

from tests.support import graph

ROOT = Path(__file__).parents[1]
STACKS = ("dev", "ecommerce", "financial", "media")
PROFILES = ("dev", "production")
STANDBY = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1b", "us-east-1c"]}
"""Second Region of a stack whose file names none."""
TWO_REGIONS_ONLY = {"financial": {"witnessRegion"}}
"""Settings of an architecture that are refused in one Region."""
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
SITES = {
    "cidrs": ["10.60.0.0/16"],
    "routers": {"hq": {"address": "8.8.8.8", "asn": 65010}},
    "lines": {"a": {"location": "EqDC2", "ready": True}, "b": {"location": "EqSV5"}},
}
PEERED = {"vpcId": "vpc-0123456789abcdef0", "cidr": "10.50.0.0/16"}
KUBERNETES = {"platform": "kubernetes", "adminArns": ["arn:aws:iam::123456789012:role/platform/admin"]}
VARIATIONS: Mapping[str, tuple[str, str, int, dict[str, Any]]] = {
    "kubernetes": ("ecommerce", "production", 2, {"ecommerce": {"services": KUBERNETES}}),
    "ecommerce-connected": (
        "ecommerce",
        "production",
        2,
        {
            "natMode": "regional",
            "ipv6": True,
            "interfaceEndpoints": ["kms", "sqs"],
            "ecommerce": {"connectivity": {"sharedVpc": PEERED, "onPremises": SITES}, "services": {"spotWeight": 3}},
        },
    ),
    "ecommerce-backups": (
        "ecommerce",
        "production",
        2,
        {"ecommerce": {"database": {"standby": "backups"}, "cache": {"engine": "redis"}}},
    ),
    "ecommerce-unprotected": (
        "ecommerce",
        "production",
        2,
        {"protectData": "false", "keepData": "false"},
    ),
    "financial-tokens": (
        "financial",
        "production",
        2,
        {
            "financial": {
                "api": {
                    "authorization": "jwt",
                    "token": {"issuer": "https://id.example.com", "audience": "pay"},
                    "routing": "latency",
                    "routingControls": True,
                    "logging": "own",
                },
                "configuration": "adopt",
                "ledger": {"instanceClass": "db.r7g.large", "readers": 3},
            }
        },
    ),
    "financial-certificates": (
        "financial",
        "production",
        2,
        {"financial": {"api": {"authorization": "mutual-tls", "clientAuthorities": CERTIFICATE, "logging": "own"}}},
    ),
    "financial-connected": (
        "financial",
        "production",
        2,
        {
            "financial": {
                "connectivity": {
                    "sharedVpc": {
                        **PEERED,
                        "mode": "transit",
                        "subnets": {
                            "us-east-1a": "subnet-0123456789abcdef0",
                            "us-east-1b": "subnet-0123456789abcdef1",
                        },
                    },
                    "onPremises": SITES,
                }
            }
        },
    ),
    "media-cluster": ("media", "production", 1, {"media": {"catalog": {"topology": "cluster"}}}),
    "media-connected": (
        "media",
        "production",
        2,
        {
            "media": {
                "connectivity": {"sharedVpc": PEERED, "onPremises": SITES},
                "catalog": {"standby": "backups"},
                "playerOrigins": ["https://player.example.com"],
                "newsEmail": "studio@example.com",
            }
        },
    ),
}
"""Stacks with settings that bring more resources: name -> stack, profile, Regions, settings on top."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
UNRECORDED = {
    "acceptResources",
    "acceptSecrets",
    "acceptsByteString",
    "parentStackTraceHandle",
    "sourcePosition",
    "stackTrace",
    "supportsPartialValues",
    "supportsResultReporting",
}
"""What a request says of the SDK and of the line of the program, not of the resource."""
SHOWN = 240
"""Characters of a value that a difference shows."""

Record = dict[str, dict[str, dict[str, Any]]]
"""Stack -> URN -> field -> value; an input is the field ``inputs.<property>``."""


def configurations() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name, stack and configuration of every stack that is recorded."""
    for stack in STACKS:
        for profile in PROFILES:
            for regions in (1, 2):
                yield f"{stack}-{profile}-{regions}", stack, _configuration(stack, profile, regions, {})
    for name, (stack, profile, regions, more) in VARIATIONS.items():
        yield name, stack, _configuration(stack, profile, regions, more)


def _configuration(stack: str, profile: str, regions: int, more: Mapping[str, Any]) -> dict[str, str]:
    file = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    values: dict[str, Any] = {key.removeprefix("ha-aws:"): value for key, value in file.items()}
    values["profile"] = profile
    if regions == 1:
        values = {key: value for key, value in values.items() if not key.startswith("standby")}
        for group, keys in TWO_REGIONS_ONLY.items():
            if group in values:
                values[group] = {key: value for key, value in values[group].items() if key not in keys}
    elif "standbyRegion" not in values:
        values |= STANDBY
    for key, value in more.items():
        values[key] = {**values.get(key, {}), **value} if isinstance(value, dict) else value
    return {f"ha-aws:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}


def record(only: Collection[str] = ()) -> Record:
    """Every registration of every stack, or of those named. KeyError for a name that there is not."""
    known = {name: (stack, config) for name, stack, config in configurations()}
    return {name: registrations(*known[name]) for name in only or known}


def registrations(stack: str, config: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Every registration of one stack, by URN. AssertionError when a URN is registered twice."""
    found: dict[str, dict[str, Any]] = {}

    class Recorder(graph._Recorder):
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
            response = super().RegisterResource(request)
            assert response.urn not in found, f"registered twice: {response.urn}"
            found[response.urn] = _fields(request)
            return response

        def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
            outputs = _plain(MessageToDict(request.outputs))
            found.setdefault(request.urn, {}).update({f"outputs.{k}": v for k, v in outputs.items()})
            return super().RegisterResourceOutputs(request)

    def drawn(size: int = 32) -> str:
        return f"drawn from {size} bytes"

    with patch.object(graph, "_Recorder", Recorder), patch("secrets.token_urlsafe", drawn):
        graph.deploy(lambda: runpy.run_path(str(ROOT / "__main__.py")), stack=stack, config=config)
    return dict(sorted(found.items()))


def _fields(request: Any) -> dict[str, Any]:
    fields = MessageToDict(request)
    inputs = _plain(fields.pop("object", {}))
    depends = fields.pop("propertyDependencies", {})
    found = {k: v for k, v in fields.items() if k not in UNRECORDED}
    if "dependencies" in found:
        found["dependencies"] = sorted(found["dependencies"])
    if "transforms" in found:  # numbered as they come, which differs from run to run
        found["transforms"] = len(found["transforms"])
    found |= {f"inputs.{k}": v for k, v in inputs.items()}
    found |= {f"from.{k}": sorted(v["urns"]) for k, v in depends.items() if v.get("urns")}
    return dict(sorted(found.items()))


def _plain(value: Any) -> Any:
    """A value with the contents of files in place of their paths."""
    if isinstance(value, dict):
        given = cast(dict[str, Any], value)
        if given.get(SIGNATURE) == ASSET and "path" in given:
            return {"sha256": hashlib.sha256(Path(given["path"]).read_bytes()).hexdigest()}
        return {k: _plain(v) for k, v in given.items()}
    return [_plain(v) for v in cast(list[Any], value)] if isinstance(value, list) else value


def differences(old: Record, new: Record) -> dict[str, list[str]]:
    """What differs, each with where: a sentence -> the registrations it is true of."""
    found: dict[str, list[str]] = defaultdict(list)
    for stack in sorted(set(old) | set(new)):
        before, after = old.get(stack), new.get(stack)
        if before is None or after is None:
            found["stack only in the " + ("new" if before is None else "old")].append(stack)
            continue
        for urn in sorted(set(before) | set(after)):
            where = f"{stack}: {urn}"
            if urn not in after or urn not in before:
                found["registration only in the " + ("old" if urn in before else "new")].append(where)
                continue
            for key in sorted(set(before[urn]) | set(after[urn])):
                was, now = before[urn].get(key), after[urn].get(key)
                if was != now:
                    found[f"{key}:\n    old {_shown(was, now)}\n    new {_shown(now, was)}"].append(where)
    return dict(found)


def _shown(value: Any, other: Any) -> str:
    """A value's text from a little before the first character in which it differs from the other's."""
    text, against = json.dumps(value, sort_keys=True), json.dumps(other, sort_keys=True)
    same = next(
        (i for i, (a, b) in enumerate(zip(text, against, strict=False)) if a != b), min(len(text), len(against))
    )
    start = max(0, same - SHOWN // 4)
    return ("…" if start else "") + text[start : start + SHOWN] + ("…" if len(text) > start + SHOWN else "")


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 for recorded or equal, 1 for different."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.registrations", description="Record and compare what stacks register."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="record this tree's stacks")
    recording.add_argument("file", type=Path)
    comparing = commands.add_parser("compare", help="print the differences of two records")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    for command in (recording, comparing):
        command.add_argument("stacks", nargs="*", metavar="STACK", help="only these, such as media-dev-1; default: all")
    args = parser.parse_args(argv)
    if args.command == "record":
        made = record(args.stacks)
        args.file.write_text(json.dumps(made, sort_keys=True, indent=0))
        print(f"{sum(map(len, made.values()))} registrations of {len(made)} stacks in {args.file}")
        return 0
    old, new = (
        {name: found for name, found in json.loads(file.read_text()).items() if not args.stacks or name in args.stacks}
        for file in (args.old, args.new)
    )
    found = differences(old, new)
    for what, where in found.items():
        print(f"{what}\n  in {len(where)}: {where[0]}" + "".join(f"\n    {more}" for more in where[1:]))
    print(
        f"{sum(map(len, old.values()))} registrations of {len(old)} stacks before, "
        f"{sum(map(len, new.values()))} of {len(new)} after: {f'{len(found)} differences' if found else 'equal'}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    gc.disable()
    sys.exit(main())
