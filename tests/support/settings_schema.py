"""`python -m tests.support.settings_schema` writes the JSON schema of `Pulumi.<stack>.yaml` for editors anew.

Types, ranges, values and patterns are those with which the program reads each setting; descriptions are those of
docs/settings.md.
"""

import json
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import yaml

from components.settings import SettingsError
from components.settings.cells import COMMERCIAL_REGIONS, MAX_ZONES, MIN_ZONES
from components.settings.media import INSTANCE_TYPES as STREAMING_TYPES
from components.settings.model import INTERFACE_SERVICES, SCENARIOS, parse_settings
from components.settings.section import Section
from components.settings.web import INSTANCE_TYPES as WEB_TYPES

ROOT = Path(__file__).parents[2]
FILE = ROOT / "components" / "settings" / "stack.schema.json"
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
GROUP = re.compile(r"^Group `([\w.]+)`", re.M)
ANY_NAME = "*"
"""Stands for a name that the user chooses, such as that of a router."""
CONNECTIVITY = {
    "sharedVpc": {"vpcId": "vpc-00000000"},
    "onPremises": {"cidrs": ["192.168.0.0/16"], "routers": {ANY_NAME: {}}, "lines": {ANY_NAME: {}}},
}
EVERYTHING: dict[str, Any] = {
    "region": "us-west-2",
    "targets": {ANY_NAME: {}},
    "standbyRegion": "us-east-1",
    "ecommerce": {"connectivity": CONNECTIVITY, "backOffice": {"login": {"issuer": ANY_NAME}}},
    "financial": {"connectivity": CONNECTIVITY, "api": {"authorization": "jwt", "token": {}}},
    "media": {"connectivity": CONNECTIVITY},
}
"""With these values the program asks for every setting that it knows."""
REQUIRED = ("scenario", "region", "availabilityZones")
REGION = {"type": "string", "enum": sorted(COMMERCIAL_REGIONS)}
ZONES = {
    "type": "array",
    "items": {"type": "string", "pattern": r"^[a-z]{2}(-[a-z]+)+-\d[a-h]$"},
    "minItems": MIN_ZONES,
    "maxItems": MAX_ZONES,
    "uniqueItems": True,
}
BESIDES: dict[str, dict[str, Any]] = {
    "region": REGION,
    "standbyRegion": REGION,
    "financial.witnessRegion": REGION,
    "availabilityZones": ZONES,
    "standbyAvailabilityZones": ZONES,
    "interfaceEndpoints": {"type": "array", "items": {"type": "string", "enum": sorted(INTERFACE_SERVICES)}},
    "ecommerce.web.instanceTypes": {"type": "array", "items": {"type": "string", "enum": sorted(WEB_TYPES)}},
    "media.streaming.instanceTypes": {"type": "array", "items": {"type": "string", "enum": sorted(STREAMING_TYPES)}},
}
"""What the program checks after it has read the value."""
SECRET = {
    "type": "object",
    "required": ["secure"],
    "properties": {"secure": {"type": "string"}},
    "additionalProperties": False,
    "description": "a value set with `pulumi config set --secret`",
}


def schema() -> dict[str, Any]:
    """The schema of a stack's file."""
    with _recorded() as found, suppress(SettingsError):  # the values are there to be asked for, not to be right
        parse_settings(EVERYTHING)
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
    tree = _tree(found)
    settings = {f"{project}:{key}": value for key, value in tree["properties"].items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of a stack (Pulumi.<stack>.yaml)",
        "description": "Written by `python -m tests.support.settings_schema`; docs/settings.md has each setting.",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "required": [f"{project}:{key}" for key in REQUIRED],
                "properties": settings,
                "patternProperties": {f"^(?!{project}:)[^:]+:.": {"description": "a setting of a provider"}},
                "additionalProperties": False,
            },
            "environment": {"description": "Pulumi ESC environments"},
            "secretsprovider": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "encryptionsalt": {"type": "string"},
        },
        "additionalProperties": False,
        "definitions": {"secret": SECRET},
    }


@contextmanager
def _recorded() -> Generator[dict[str, dict[str, Any]]]:
    """Full name of every setting that is read meanwhile, and the schema of what its reader accepts."""
    found: dict[str, dict[str, Any]] = {}

    def watched(method: str, made: Callable[..., dict[str, Any]]) -> Any:
        original = getattr(Section, method)

        def read(self: Section, key: str, *args: Any, **options: Any) -> Any:
            found.setdefault(f"{self._path}{key}", made(*args, **options))
            return original(self, key, *args, **options)

        return mock.patch.object(Section, method, read)

    readers: dict[str, Callable[..., dict[str, Any]]] = {
        "text": _text, "choice": _choice, "flag": _flag, "number": _number, "words": _words, "percent": _percent,
        "table": _table, "section": _section, "groups": _section, "secret": _secret,
    }  # fmt: skip
    patches = [watched(method, made) for method, made in readers.items()]
    for patch in patches:
        patch.start()
    try:
        yield found
    finally:
        for patch in patches:
            patch.stop()


def _text(default: Any, pattern: str = ".+", rule: str = "") -> dict[str, Any]:
    del rule
    optional = "" if default is None else "?"  # an empty text is the default
    return {"type": "string", **({} if pattern == ".+" else {"pattern": f"^(?:{pattern}){optional}$"})}


def _choice(options: Sequence[str], default: Any) -> dict[str, Any]:
    del default
    return {"type": "string", "enum": list(options)}


def _flag(default: bool) -> dict[str, Any]:
    del default
    return {"enum": [True, False, "true", "false"]}


def _number(default: int, low: int, high: int, unit: str = "") -> dict[str, Any]:
    del default, unit
    number = {"type": "integer", "minimum": low, "maximum": high}
    return {"anyOf": [number, {"type": "string", "pattern": r"^-?\d{1,18}$", "description": "the same as text"}]}


def _percent() -> dict[str, Any]:
    number = {"type": "number", "exclusiveMinimum": 0, "maximum": 100}
    return {"anyOf": [number, {"type": "string", "pattern": r"^\d{1,3}(\.\d{1,15})?$"}]}


def _words(default: Sequence[str] = ()) -> dict[str, Any]:
    del default
    return {"type": "array", "items": {"type": "string", "minLength": 1}}


def _table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}


def _secret(rule: str) -> dict[str, Any]:
    del rule
    return {"$ref": "#/definitions/secret"}


def _section() -> dict[str, Any]:
    return {"type": "object"}


def _tree(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The settings as nested objects. Every one may be a secret, or empty where the program has a default."""
    meanings = descriptions()
    root: dict[str, Any] = {"properties": {}}
    for name in sorted(found):
        made = {**found[name], **BESIDES.get(name, {})}
        if name in meanings:
            made = {"description": meanings[name], **made}
        parent = root
        *groups, key = name.split(".")
        for group in groups:
            parent = parent["properties"][group] if group != ANY_NAME else parent["additionalProperties"]
        if key == ANY_NAME:
            parent["additionalProperties"] = {**made, "properties": {}, "additionalProperties": False}
        elif found[name] == _section():
            parent["properties"][key] = {**made, "properties": {}, "additionalProperties": False}
        else:
            parent["properties"][key] = _or_secret(made)
    return root


def _or_secret(made: dict[str, Any]) -> dict[str, Any]:
    described = {k: v for k, v in made.items() if k == "description"}
    rest = {k: v for k, v in made.items() if k != "description"}
    choices = rest["anyOf"] if set(rest) == {"anyOf"} else [rest]
    secret = _secret("")
    return {**described, "anyOf": [*(choice for choice in choices if choice != secret), secret]}


def descriptions() -> dict[str, str]:
    """Full name of each setting in the tables of docs/settings.md, and its meaning as plain text."""
    found: dict[str, str] = {}
    for row in rows(part("Keys")):
        found[row[0].strip("`")] = _plain(row[3], row[2])
    for group in SCENARIOS:
        text = part(group)
        heads = list(GROUP.finditer(text))
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            for row in rows(text[head.end() : following.start() if following else None]):
                names = re.findall(r"`([\w.]+)`", row[0])
                first = names[0].rpartition(".")[0]
                for name in names:
                    full = f"{head[1]}.{first}{name}" if name[0] == "." else f"{head[1]}.{name}"
                    found[full] = _plain(row[3], row[2])
    return found


def part(heading: str) -> str:
    """What docs/settings.md has under a heading."""
    return SETTINGS.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a part, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def _plain(meaning: str, default: str) -> str:
    text = re.sub(r"\s*\(\[[^\]]*\]\([^)]*\)\)", "", meaning)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").replace("\\|", "|")
    told = default.replace("`", "")
    return f"{text} ({told})" if told == "required" else f"{text} (default: {told})" if told else text


if __name__ == "__main__":
    FILE.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
