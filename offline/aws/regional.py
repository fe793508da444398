"""What AWS offers in which Region: instance classes, node types, engine versions, Lambda runtimes.

The data in `data/regional.json` is generated from cfn-lint's (``make limits``) and is of the day that it names. AWS
adds to it every week, so only what is certain is refused: an unknown size of a known family, a known class that the
Region lacks, a version between or below the known ones. A new family or a newer version passes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from offline.aws.limits import DATA
from offline.aws.wire import Unknown

ALL = "*"
"""In place of an engine: whatever the engine."""
_CLASSES: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "aws:autoscaling/group:Group": [("mixedInstancesPolicy.launchTemplate.overrides.instanceType", "ec2", "")],
    "aws:dax/cluster:Cluster": [("nodeType", "dax", "")],
    "aws:docdb/clusterInstance:ClusterInstance": [("instanceClass", "docdb", "")],
    "aws:ec2/fleet:Fleet": [("launchTemplateConfig.overrides.instanceType", "ec2", "")],
    "aws:ec2/instance:Instance": [("instanceType", "ec2", "")],
    "aws:ec2/launchConfiguration:LaunchConfiguration": [("instanceType", "ec2", "")],
    "aws:ec2/launchTemplate:LaunchTemplate": [("instanceType", "ec2", "")],
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": [("instanceType", "ec2", "")],
    "aws:eks/nodeGroup:NodeGroup": [("instanceTypes", "ec2", "")],
    "aws:elasticache/cluster:Cluster": [("nodeType", "elasticache", "")],
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": [("cacheNodeType", "elasticache", "")],
    "aws:elasticache/replicationGroup:ReplicationGroup": [("nodeType", "elasticache", "")],
    "aws:mq/broker:Broker": [("hostInstanceType", "mq", "")],
    "aws:neptune/clusterInstance:ClusterInstance": [("instanceClass", "neptune", "")],
    "aws:opensearch/domain:Domain": [("clusterConfig.instanceType", "opensearch", "")],
    "aws:rds/cluster:Cluster": [("dbClusterInstanceClass", "rds_cluster", "engine")],
    "aws:rds/clusterInstance:ClusterInstance": [("instanceClass", "rds", "engine")],
    "aws:rds/instance:Instance": [("instanceClass", "rds", "engine")],
    "aws:redshift/cluster:Cluster": [("nodeType", "redshift", "")],
}
"""(property, what is offered, the property with the engine) by type."""
_VERSIONS = {
    "aws:elasticache/cluster:Cluster": "elasticache",
    "aws:elasticache/replicationGroup:ReplicationGroup": "elasticache",
    "aws:rds/cluster:Cluster": "rds_cluster",
    "aws:rds/clusterInstance:ClusterInstance": "rds",
    "aws:rds/globalCluster:GlobalCluster": "rds_cluster",
    "aws:rds/instance:Instance": "rds",
}
FUNCTION = "aws:lambda/function:Function"
_PREFIXES = {
    "rds": "db",
    "rds_cluster": "db",
    "docdb": "db",
    "neptune": "db",
    "elasticache": "cache",
    "dax": "dax",
    "mq": "mq",
}
"""How the names of all classes begin, by what is to be had; those of EC2, OpenSearch and Redshift with the family."""
_SERVERLESS = "db.serverless"


@cache
def _data() -> Mapping[str, Any]:
    return json.loads((DATA / "regional.json").read_text(encoding="utf-8"))


def problems(
    token: str, inputs: Mapping[str, Any], changed: Mapping[str, Any], region: str
) -> Iterator[tuple[str, str]]:
    """(property, reason) of what the Region does not offer. changed: the inputs to judge, of a new resource all."""
    for path, kind, by in _CLASSES.get(token, ()):
        engine = inputs.get(by) if by else ALL
        for where, value in _at(changed, path.split("."), ""):
            if isinstance(engine, str) and (reason := class_problem(kind, engine, value, region)):
                yield where, reason
    engine, version = inputs.get("engine"), changed.get("engineVersion")
    if token in _VERSIONS and isinstance(engine, str) and isinstance(version, str):
        known = cast("Sequence[str]", _data()["versions"][_VERSIONS[token]].get(engine, []))
        if known and not is_version(version, known):
            line = sorted((k for k in known if k.split(".")[0] == version.split(".")[0]), key=_natural)
            hint = f" (the newest of this line: {', '.join(line[-3:])})" if line else ""
            yield "engineVersion", f"InvalidParameterCombination: Cannot find version {version} for {engine}{hint}"
    runtime = changed.get("runtime") if token == FUNCTION else None
    if isinstance(runtime, str) and (since := _data()["runtimes"].get(runtime)):
        reason = f"The runtime parameter of {runtime} is no longer supported for creating AWS Lambda functions"
        yield "runtime", f"InvalidParameterValueException: {reason} (since {since})"


def class_problem(kind: str, engine: str, value: str, region: str) -> str | None:
    """Why a class or type cannot be had for an engine in a Region, None where it can or where that is not certain."""
    prefix = f"{_PREFIXES[kind]}." if kind in _PREFIXES else ""
    if value != _SERVERLESS and not re.fullmatch(rf"{prefix}[a-z0-9-]+(\.[a-z0-9-]+)+", value, re.IGNORECASE):
        return f"InvalidParameterValue: Invalid value {value!r}: must be {prefix}<family>.<size>"
    offers = cast("Mapping[str, Any]", _data()["offers"][kind])
    families = cast("Mapping[str, Mapping[str, int]]", offers.get(engine) or {})
    family, size = split(value)
    sizes = families.get(family, {})
    if not sizes or region not in _data()["regions"]:
        return None
    if size not in sizes:
        if any(size in other.get(family, {}) for other in offers.values()):
            return None  # for another engine: the newest classes come to one engine after the other
        return f"InvalidParameterValue: Invalid value {value!r}: {family} comes as {', '.join(sizes)}"
    index = _data()["regions"].index(region)
    if index in _data()["sets"][sizes[size]]:
        return None
    return f"InvalidParameterValue: {value} is not offered in {region} (as of {_data()['date']})"


def is_version(version: str, known: Sequence[str]) -> bool:
    """Can there be such a version? Known, the beginning of a known one, or newer than the known ones of its line.

    Every version of these engines begins with a digit.
    """
    if not version[:1].isdigit():
        return False
    if version in known or version.endswith(".x"):
        return True
    wanted = _natural(version)
    lines = [_natural(k) for k in known]
    if any(line[: len(wanted)] == wanted for line in lines):
        return True
    depth = max(_shared(wanted, line) for line in lines)
    siblings = [line[depth] for line in lines if line[:depth] == wanted[:depth] and len(line) > depth]
    return not siblings or wanted[depth] > max(siblings)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A version's parts in an order in which 10 comes after 9, and words after numbers."""
    return tuple((int(p), "") if p.isdigit() else (10**9, p) for p in re.findall(r"\d+|[a-zA-Z_]+", text))


def _shared(one: Sequence[Any], other: Sequence[Any]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def split(name: str) -> tuple[str, str]:
    """(family, size): (``db.r6g``, ``large``), (``m5``, ``large``), (``r6g``, ``large.search``)."""
    parts = name.split(".")
    if parts[0] in ("db", "cache", "dax", "mq") and len(parts) > 2:
        return ".".join(parts[:2]), ".".join(parts[2:])
    return parts[0], ".".join(parts[1:])


def _at(value: Any, steps: Sequence[str], where: str) -> Iterator[tuple[str, str]]:
    """(where, text) of every known text at a path, through lists."""
    if isinstance(value, Unknown):
        return
    if isinstance(value, list):
        for i, item in enumerate(cast("list[Any]", value)):
            yield from _at(item, steps, f"{where}[{i}]")
    elif not steps:
        if isinstance(value, str) and value:
            yield where, value
    elif isinstance(value, Mapping):
        inner = cast("Mapping[str, Any]", value).get(steps[0])
        yield from _at(inner, steps[1:], f"{where}.{steps[0]}" if where else steps[0])
