"""``make limits``: writes `offline/aws/data` anew from the pinned models, and counts what could be mapped."""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from offline.aws.limits import DATA
from offline.aws.schema import Schema, installed, write_atomically
from offline.limits import digest, generate, regional

UNMAPPED = "unmapped.txt"


def manifest(schema: Schema) -> dict[str, str]:
    """What the data was made from."""
    return {
        "botocore": version("botocore"),
        "cfn-lint": version("cfn-lint"),
        "pulumi-aws": schema.version,
        "generator": digest(),
    }


def main() -> int:
    """Write everything; files of services that are gone are removed."""
    schema, made, unmapped, counts = installed(), dict[Path, str](), list[str](), Counter[str]()
    for name, written in generate.services(schema):
        counts["types"] += written.resources
        counts["types with an operation of AWS"] += written.resources - len(written.without_operation)
        counts["properties"] += written.properties
        counts["properties with a counterpart in AWS's API"] += written.mapped
        counts["values with a limit, nested ones included"] += sum(map(len, written.types.values()))
        unmapped += [f"{token}: no operation" for token in written.without_operation]
        unmapped += [f"{token}: {' '.join(names)}" for token, names in written.unmapped.items()]
        if written.types:
            made[DATA / "limits" / f"{name}.json"] = generate.text(written)
    made[DATA / UNMAPPED] = "\n".join(sorted(unmapped)) + "\n"
    made[DATA / "regional.json"] = regional.text()
    made[DATA / "manifest.json"] = json.dumps(manifest(schema), indent=1) + "\n"
    for old in set((DATA / "limits").glob("*.json")) - set(made):
        old.unlink()
    for path, text in made.items():
        write_atomically(path, text)
    for what, count in counts.items():
        print(f"{count:6d} {what}")
    print(f"what could not be mapped, type by type: {DATA / UNMAPPED}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
