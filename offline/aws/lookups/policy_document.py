"""``aws.iam.getPolicyDocument``: exactly the text that the real provider writes.

Source: terraform-provider-aws, internal/service/iam/policy_document_data_source.go and policy_model.go. Lists are sets
there: an item twice is one, and the order is that of the provider.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.lookups.asked import Asked, NoAnswer, Values, answers

Statement = dict[str, Any]
_LATEST, _OLD = "2012-10-17", "2008-10-17"
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that Go escapes in JSON (encoding/json, HTMLEscape)."""
_ORDER = (
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition",
)  # fmt: skip


@answers("aws:iam/getPolicyDocument:getPolicyDocument")
def _policy_document(asked: Asked) -> Values:
    for name in ("overrideJson", "sourceJson"):
        if asked.text(name):
            raise NoAnswer(f"{name}: is not used any more; use {name.removesuffix('Json')}PolicyDocuments")
    version = asked.text("version") or _LATEST
    if version not in (_LATEST, _OLD):
        raise NoAnswer(f"version={version!r}: must be {_OLD} or {_LATEST}")
    merged: dict[str, Any] = {"Version": "", "Id": "", "Statement": []}
    sids: set[str] = set()
    for i, text in enumerate(asked.texts("sourcePolicyDocuments")):
        source = _read(text, f"merging source document {i}")
        for j, statement in enumerate(source["Statement"]):
            _unique(
                statement.get("Sid", ""),
                sids,
                f"merging source document {i}: ",
                f" in source_policy_documents (statement {j})",
            )
        _merge(merged, source)
    own: set[str] = set()
    statements = [_statement(s, version, own) for s in cast(list[Any], asked.args.get("statements") or [])]
    _merge(merged, {"Version": version, "Id": asked.text("policyId") or "", "Statement": statements})
    for i, text in enumerate(asked.texts("overridePolicyDocuments")):
        _merge(merged, _read(text, f"merging override document {i}"))
    document = {k: v for k, v in (
        ("Version", merged["Version"]), ("Id", merged["Id"]), ("Statement", [_written(s) for s in merged["Statement"]]),
    ) if v}  # fmt: skip
    written = _json(document, indent=2)
    return {
        "id": str(zlib.crc32(written.encode())), "json": written, "minifiedJson": _json(document), "version": version,
    }  # fmt: skip


def _refuse(why: str) -> NoAnswer:
    return NoAnswer(f"writing IAM Policy Document: {why}")


def _unique(sid: str, sids: set[str], where: str, of: str) -> None:
    if sid and sid in sids:
        raise _refuse(
            f"{where}duplicate Sid ({sid}){of}. Remove the Sid or ensure {'Sids are' if of else 'the Sid is'} unique."
        )
    sids.add(sid)


def _merge(into: dict[str, Any], document: Mapping[str, Any]) -> None:
    """Merge two documents: a statement replaces an earlier one with the same Sid."""
    into["Id"] = document["Id"] or into["Id"]
    into["Version"] = max(into["Version"], document["Version"])
    for statement in cast(list[Statement], document["Statement"]):
        sid = statement.get("Sid")
        same = next((i for i, s in enumerate(into["Statement"]) if sid and s.get("Sid") == sid), None)
        if same is None:
            into["Statement"].append(statement)
        else:
            into["Statement"][same] = statement


# ------------------------------------------------------------------------------------------------ of the arguments
def _statement(given: Any, version: str, sids: set[str]) -> Statement:
    """A statement from the arguments: sets sorted as in the provider, lists of one as their item."""
    asked = cast(Mapping[str, Any], given)
    sid, effect = str(asked.get("sid") or ""), str(asked.get("effect") or "Allow")
    if not re.fullmatch(r"[a-zA-Z0-9]*", sid):
        raise _refuse(f"sid={sid!r}: must only include alphanumeric characters")
    if effect not in ("Allow", "Deny"):
        raise _refuse(f"effect={effect!r}: must be Allow or Deny")
    _unique(sid, sids, "", "")
    made: Statement = {"Sid": sid, "Effect": effect}
    for name, key in (("actions", "Action"), ("notActions", "NotAction")):
        made[key] = _sorted(asked.get(name))
    for name, key in (("resources", "Resource"), ("notResources", "NotResource")):
        made[key] = _variables(_sorted(asked.get(name)), version)
    for name, key in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        entries = [
            (str(p.get("type")), _variables(_sorted(p.get("identifiers")), version))
            for p in _in_order(asked.get(name), _principal_text)
        ]
        made[key] = _principals(entries)
    conditions = [
        (str(c.get("test")), str(c.get("variable")), _variables([str(v) for v in _items(c.get("values"))], version))
        for c in _in_order(asked.get("conditions"), _condition_text)
    ]
    made["Condition"] = _conditions(conditions)
    return {k: v for k, v in made.items() if v}


def _items(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []


def _sorted(values: Any) -> Any:
    """Strings of a set as the provider writes them: a single one as itself, several in reverse order."""
    texts = sorted({str(v) for v in cast(list[Any], values or [])}, reverse=True)
    return texts[0] if len(texts) == 1 else texts


def _variables(value: Any, version: str) -> Any:
    """``&{aws:username}`` as the policy variable ``${aws:username}``."""
    if isinstance(value, list):
        return [_variables(v, version) for v in cast(list[Any], value)]
    text = str(value)
    if version == _OLD and "&{" in text:
        raise _refuse(f"found &{{ sequence in ({text}), which is not supported in document version {_OLD}")
    return text.replace("&{", "${")


def _hash(text: str) -> str:
    return str(zlib.crc32(text.encode()))


def _in_order(blocks: Any, text: Any) -> Iterator[Mapping[str, Any]]:
    """Blocks of a set in Terraform's order: by a checksum's text (terraform-plugin-sdk, helper/schema/serialize.go)."""
    found = {_hash(text(b)): b for b in cast(list[Mapping[str, Any]], blocks or [])}
    return (found[key] for key in sorted(found))


def _principal_text(block: Mapping[str, Any]) -> str:
    items = sorted({str(v) for v in cast(list[Any], block.get("identifiers") or [])}, key=lambda v: _hash(f"{v};"))
    return f"identifiers:{{{''.join(f'{v};' for v in items)}}};type:{block.get('type')};"


def _condition_text(block: Mapping[str, Any]) -> str:
    values = "".join(f"{v};" for v in cast(list[Any], block.get("values") or []))
    return f"test:{block.get('test')};values:({values});variable:{block.get('variable')};"


def _principals(entries: list[tuple[str, Any]]) -> Any:
    """``"*"`` for the one principal ``*``, else identifiers by type."""
    if len(entries) == 1 and entries[0][0] == "*" and entries[0][1] in ("*", ["*"]):
        return "*"
    made: dict[str, Any] = {}
    for kind, identifiers in entries:
        before = made.get(kind)
        if isinstance(identifiers, list):
            items = sorted(cast(list[str], identifiers), reverse=True)
            made[kind] = [*([before] if isinstance(before, str) else before or []), *items]
        elif before is None:
            made[kind] = identifiers
        else:
            made[kind] = [*([before] if isinstance(before, str) else before), identifiers]
    return made


def _conditions(entries: list[tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
    """Values by test and variable, in the order given; one value as itself."""
    made: dict[str, dict[str, list[str]]] = {}
    for test, variable, values in entries:
        items = cast(list[str], values) if isinstance(values, list) else [str(values)]
        made.setdefault(test, {}).setdefault(variable, []).extend(items)
    return {t: {v: i[0] if len(i) == 1 else i for v, i in by.items()} for t, by in made.items()}


# ------------------------------------------------------------------------------------------------ of other documents
def _read(text: str, where: str) -> dict[str, Any]:
    """A document that was given as JSON."""
    try:
        document: Any = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise _refuse(f"{where}: {error}") from None
    found = cast(dict[str, Any], document) if isinstance(document, dict) else {"Statement": document}
    statements: Any = found.get("Statement") or []
    if not isinstance(statements, list) or not all(isinstance(s, dict) for s in cast(list[Any], statements)):
        raise _refuse(f"{where}: Statement must be a list of statements")
    return {
        "Version": str(found.get("Version") or ""),
        "Id": str(found.get("Id") or ""),
        "Statement": [_normal(s, where) for s in cast(list[Statement], statements)],
    }


def _normal(statement: Statement, where: str) -> Statement:
    made = {k: v for k, v in statement.items() if k in _ORDER and v}
    for key in ("Principal", "NotPrincipal"):
        if key in made:
            made[key] = _principals(list(_principal_entries(made[key], where)))
    if "Condition" in made:
        made["Condition"] = _conditions(list(_condition_entries(made["Condition"])))
    return made


def _principal_entries(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str):
        yield "*", ["*"]
    elif isinstance(value, Mapping):
        yield from cast(Mapping[str, Any], value).items()
    else:
        raise _refuse(f"{where}: Unsupported data type for Principal")


def _condition_entries(value: Any) -> Iterator[tuple[str, str, Any]]:
    for test, by in cast(Mapping[str, Mapping[str, Any]], value).items():
        for variable, values in by.items():
            yield test, variable, str(values).lower() if isinstance(values, bool) else values


def _written(statement: Statement) -> Statement:
    """A statement's elements in the provider's order, maps sorted by key."""

    def ordered(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: ordered(v) for k, v in sorted(cast(Mapping[str, Any], value).items())}
        return value

    return {k: ordered(statement[k]) for k in _ORDER if statement.get(k)}


def _json(document: Any, indent: int | None = None) -> str:
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(document, indent=indent, separators=separators, ensure_ascii=False)
    return "".join(_ESCAPED.get(c, c) for c in text)
