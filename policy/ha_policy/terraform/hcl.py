"""Files of a configuration, parsed by `python-hcl2`: blocks with their lines, and expressions in a simple form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

EXTRA: Final = "install the pack with its extra: `pip install 'ha-policy[terraform]'`"
_PUNCTUATION: Final = frozenset(
    {
        "LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE", "COMMA", "DOT", "EQ", "COLON", "QMARK", "DBLQUOTE",
        "FOR", "IN", "IF", "FOR_OBJECT_ARROW", "INTERP_START", "ATTR_SPLAT", "FULL_SPLAT_START",
    }
)  # fmt: skip
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LITERALS: Final = {"TRUE": True, "FALSE": False, "NULL": None}


class NotReadableError(Exception):
    """A file or an expression that is not read. The text says why."""


class Expression(NamedTuple):
    """An expression. kind: which of HCL's; parts: expressions, names and constants, as the kind has them (`_of`)."""

    kind: str
    parts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """attributes and blocks of a block, or of a file."""

    attributes: dict[str, Expression]
    blocks: tuple[Block, ...]

    def of(self, kind: str) -> Iterator[Block]:
        """The blocks of a type."""
        return (b for b in self.blocks if b.kind == kind)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A block. kind: its type, labels: what follows it, such as ``aws_lb``, ``web``. file: its path; line: from 1."""

    kind: str
    labels: tuple[str, ...]
    body: Body
    file: Path
    line: int


def parse(file: Path) -> Body:
    """The blocks of a file. Raises NotReadableError."""
    try:
        hcl2: Any = import_module("hcl2")  # an extra of the package
    except ImportError:
        raise NotReadableError(f"the configuration is not read: {EXTRA}") from None
    try:
        tree = hcl2.parses_to_tree(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotReadableError(f"{file.name} cannot be read: {error}") from None
    except Exception as error:  # the parser's own errors, of whatever version
        raise NotReadableError(f"{file.name} is not HCL as far as it is known: {_first_line(error)}") from None
    return _body(tree.children[0], file)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _body(tree: Any, file: Path) -> Body:
    attributes: dict[str, Expression] = {}
    blocks: list[Block] = []
    for child in _children(tree):
        if child.data == "attribute":
            name, value = _children(child)
            attributes[_name(name)] = _of(value)
        else:
            kind, *labels, body = _children(child)
            texts = tuple(_label(label) for label in labels)
            blocks.append(Block(_name(kind), texts, _body(body, file), file, int(child.meta.line)))
    return Body(attributes, tuple(blocks))


def _label(tree: Any) -> str:
    return _name(tree) if tree.data != "string" else "".join(str(t) for p in _children(tree) for t in p.children)


def _children(tree: Any) -> list[Any]:
    """The parts of a node that have a meaning: no spaces, comments and punctuation."""
    return [
        c
        for c in tree.children
        if c is not None and (c.data != "new_line_or_comment" if _is_tree(c) else c.type not in _PUNCTUATION)
    ]


def _is_tree(node: Any) -> bool:
    return hasattr(node, "children")


def _is_token(_: Any) -> bool:
    return True


def _name(tree: Any) -> str:
    return str(tree.children[0])


def _of(tree: Any) -> Expression:
    """The expression of a node of the parser's tree. Kinds and their parts:

    constant (value), name (text), get (of, name), index (of, by), splat (of, steps), template (parts), tuple (items),
    object (pairs), call (name, arguments, whether the last is expanded), conditional (if, then, else), unary and binary
    (operator, operands), list_for (names, in, value, condition), map_for (names, in, key, value, grouped, condition),
    unread (why).
    """
    children, kind = _children(tree), str(tree.data)
    match kind:
        case "expr_term" | "interpolation" | "object_elem_key":
            return _of(children[0])
        case "identifier" | "keyword":
            return Expression("name", (_name(tree),))
        case "literal_value":
            return Expression("constant", (_LITERALS[children[0].type],))
        case "int_lit":
            return Expression("constant", (int(str(children[0])),))
        case "float_lit":
            return Expression("constant", (float(str(children[0])),))
        case "string":
            return _template(children)
        case "tuple":
            return Expression("tuple", tuple(map(_of, children)))
        case "object":
            return Expression("object", tuple((_key(c), _of(_children(c)[1])) for c in children))
        case "get_attr_expr_term":
            return Expression("get", (_of(children[0]), _name(_children(children[1])[0])))
        case "index_expr_term":
            return Expression("index", (_of(children[0]), _by(children[1])))
        case "attr_splat_expr_term" | "full_splat_expr_term":
            return Expression("splat", (_of(children[0]), tuple(map(_step, _children(children[1])))))
        case "conditional":
            return Expression("conditional", tuple(map(_of, children)))
        case "unary_op":
            return Expression("unary", (str(children[0]), _of(children[1])))
        case "binary_op":
            operator, right = _children(children[1])
            return Expression("binary", (str(operator.children[0]), _of(children[0]), _of(right)))
        case "function_call":
            return _call(children)
        case "for_tuple_expr":
            names, over = _intro(children[0])
            return Expression("list_for", (names, over, _of(children[1]), _condition(children[2:])))
        case "for_object_expr":
            names, over = _intro(children[0])
            grouped = any(not _is_tree(c) for c in children)
            trees = [c for c in children if _is_tree(c)]
            return Expression("map_for", (names, over, _of(trees[1]), _of(trees[2]), grouped, _condition(trees[3:])))
        case _:
            return Expression("unread", (kind,))


def _template(parts: list[Any]) -> Expression:
    found: list[Expression] = []
    for part in parts:
        inner = part.children[0]
        if _is_tree(inner):
            found.append(_of(inner))
        elif inner.type == "STRING_CHARS":
            found.append(Expression("constant", (re.sub(r"\\(.)", _unescaped, str(inner)),)))
        else:
            found.append(Expression("constant", (str(inner)[1:],)))
    return found[0] if len(found) == 1 and found[0].kind == "constant" else Expression("template", tuple(found))


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[0])


def _key(element: Any) -> Expression:
    """The key of an object: a bare name is a text, one in parentheses a reference."""
    tree = _children(element)[0]
    key = _of(tree)
    bare = key.kind == "name" and not any(t.type == "LPAR" for t in tree.scan_values(_is_token))
    return Expression("constant", key.parts) if bare else key


def _by(tree: Any) -> Expression:
    child = _children(tree)[0]
    return _of(child) if _is_tree(child) else Expression("constant", (int(str(child)),))


def _step(tree: Any) -> Any:
    """A step after a splat: the name of an attribute, or an index."""
    return _name(_children(tree)[0]) if tree.data == "get_attr" else _by(tree)


def _call(children: list[Any]) -> Expression:
    arguments = _children(children[-1]) if children[-1].data == "arguments" else []
    expanded = bool(arguments) and not _is_tree(arguments[-1])
    names = [c for c in children if c.data == "identifier"]
    return Expression("call", (_name(names[-1]), tuple(_of(a) for a in arguments if _is_tree(a)), expanded))


def _intro(tree: Any) -> tuple[tuple[str, ...], Expression]:
    *names, over = _children(tree)
    return tuple(map(_name, names)), _of(over)


def _condition(trees: list[Any]) -> Expression | None:
    return _of(_children(trees[0])[0]) if trees else None
