"""cfn-lint's data by Region, turned round: where each instance class, node type and engine version is to be had."""

import importlib.util
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from offline.aws.regional import ALL, split

FOLDERS = {
    "ec2": ("aws_ec2_instance/instancetype_enum", "InstanceType"),
    "rds": ("aws_rds_dbinstance/dbinstanceclass_enum", "DBInstanceClass"),
    "rds_cluster": ("aws_rds_dbcluster/dbclusterinstanceclass_enum", "DBClusterInstanceClass"),
    "elasticache": ("aws_elasticache_cachecluster/cachenodetype_enum", "CacheNodeType"),
    "docdb": ("aws_docdb_dbinstance/dbinstanceclass_enum", "DBInstanceClass"),
    "neptune": ("aws_neptune_dbinstance/dbinstanceclass_enum", "DBInstanceClass"),
    "opensearch": ("aws_opensearchservice_domain/clusterconfig_instancetype_enum", "InstanceType"),
    "dax": ("aws_dax_cluster/nodetype_enum", "NodeType"),
    "redshift": ("aws_redshift_cluster/nodetype_enum", "NodeType"),
    "mq": ("aws_amazonmq_broker/instancetype_enum", "InstanceType"),
}
"""(cfn-lint's extension schema, CloudFormation's property) by what is to be had."""
VERSIONS = {
    "rds": "aws_rds_dbinstance/engine_version",
    "rds_cluster": "aws_rds_dbcluster/engine_version",
    "elasticache": "aws_elasticache_cachecluster/engine_version",
}


def data() -> Path:
    """cfn-lint's data. LookupError: it is not installed (``make limits`` installs it)."""
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("cfn-lint is not installed: make limits installs it")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _schema(name: str) -> Any:
    return json.loads((data() / "schemas" / "extensions" / f"{name}.json").read_text(encoding="utf-8"))


def date() -> str:
    """The day that cfn-lint's data was taken from AWS."""
    return json.loads((data() / "schemas" / "version.json").read_text(encoding="utf-8"))["schema_date"][:10]


def offers(kind: str) -> dict[str, dict[str, set[str]]]:
    """Regions by class by engine (`ALL` where the engine makes no difference)."""
    name, member = FOLDERS[kind]
    found: dict[str, dict[str, set[str]]] = {}
    for region, schema in cast(dict[str, Any], _schema(name)).items():
        if "-" not in region:
            continue
        for engine, classes in _classes(schema, member):
            for one in classes:
                found.setdefault(engine, {}).setdefault(one, set()).add(region)
    return found


def _classes(schema: Mapping[str, Any], member: str) -> Iterable[tuple[str, list[str]]]:
    if "enum" in schema:
        yield ALL, schema["enum"]
    for branch in schema.get("allOf", []):
        engine = branch.get("if", {}).get("properties", {}).get("Engine", {})
        names = [engine["const"]] if "const" in engine else engine.get("enum", [])
        for name in names:
            yield name, branch["then"]["properties"][member]["enum"]


def versions(kind: str) -> dict[str, list[str]]:
    """Engine versions by engine."""
    found: dict[str, list[str]] = {}
    for branch in _schema(VERSIONS[kind])["allOf"]:
        engine, then = branch["if"]["properties"]["Engine"], branch["then"]["properties"]
        if "const" in engine and "EngineVersion" in then:
            found.setdefault(engine["const"], []).extend(map(str, then["EngineVersion"]["enum"]))
    return found


def blocked_runtimes() -> dict[str, str]:
    """The day since which Lambda creates no function of a runtime, if that was before the data was taken."""
    raw = json.loads((data() / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json").read_text(encoding="utf-8"))
    return {n: r["create-block"] for n, r in sorted(raw.items()) if r["create-block"] and r["create-block"] <= date()}


def text() -> str:
    """The file: sets of Regions once, then a line per engine's family."""
    kinds = {kind: offers(kind) for kind in FOLDERS}
    regions = sorted({r for k in kinds.values() for e in k.values() for s in e.values() for r in s})
    sets = sorted({tuple(sorted(s)) for k in kinds.values() for e in k.values() for s in e.values()})
    number = {s: i for i, s in enumerate(sets)}
    parts = [
        f' "date": {json.dumps(date())}',
        f' "regions": {json.dumps(regions)}',
        ' "sets": [\n' + ",\n".join(f"  {json.dumps([regions.index(r) for r in s])}" for s in sets) + "\n ]",
    ]
    lines: list[str] = []
    for kind, engines in kinds.items():
        inner = [
            f"  {json.dumps(engine)}: {{\n"
            + ",\n".join(f"   {json.dumps(f)}: {json.dumps(m)}" for f, m in _families(classes, number).items())
            + "\n  }"
            for engine, classes in sorted(engines.items())
        ]
        lines.append(f" {json.dumps(kind)}: {{\n" + ",\n".join(inner) + "\n }")
    parts.append(' "offers": {\n' + ",\n".join(lines) + "\n }")
    lines = [
        f" {json.dumps(kind)}: {{\n"
        + ",\n".join(f"  {json.dumps(e)}: {json.dumps(sorted(set(v)))}" for e, v in sorted(versions(kind).items()))
        + "\n }"
        for kind in VERSIONS
    ]
    parts.append(' "versions": {\n' + ",\n".join(lines) + "\n }")
    parts.append(f' "runtimes": {json.dumps(blocked_runtimes())}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _families(classes: Mapping[str, set[str]], number: Mapping[tuple[str, ...], int]) -> dict[str, dict[str, int]]:
    """Sizes by family (``db.r6g``), each with its set of Regions."""
    found: dict[str, dict[str, int]] = {}
    for name in sorted(classes):
        family, size = split(name)
        found.setdefault(family, {})[size] = number[tuple(sorted(classes[name]))]
    return found
