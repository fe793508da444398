"""What the docstrings of `pulumi_aws` say about each property: its text and the example programs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CLASS = re.compile(r"^class (\w+)(?:\([\w.]*\))?:\n", re.M)
_TEXT = re.compile(r"^        :param [^:]+?\]? (\w+): (.*(?:\n(?:               .*)?)*)", re.M)
_EXAMPLE = re.compile(r"^( *)```python\n(.*?)^ *```", re.M | re.S)
_MEMBER = re.compile(r"^class (\w+)\(_builtins\.str, Enum\):\n(.*?)(?=^\S|\Z)", re.M | re.S)
_VALUE = re.compile(r'^    (\w+) = "(.*)"', re.M)


@dataclass
class Documented:
    """One service: the text of each property by class and argument, its example programs, its enumerations."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    programs: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    enums: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])


def read(folder: Path) -> Documented:
    """Every docstring of one service's folder. programs: by module, without repetition."""
    found = Documented()
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        if path.name == "_enums.py":
            found.enums = {m[1]: dict(_VALUE.findall(m[2])) for m in _MEMBER.finditer(source)}
            continue
        starts = list(_CLASS.finditer(source))
        for i, match in enumerate(starts):
            if match[1].endswith("Args"):
                body = source[match.start() : starts[i + 1].start() if i + 1 < len(starts) else len(source)]
                texts = found.texts.setdefault(match[1], {})
                for name, text in _TEXT.findall(body):
                    texts.setdefault(name, text)
        if "```python" in source:
            found.programs[path.stem] = list(dict.fromkeys(_dedented(source)))
    return found


_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_ALLOWS = re.compile(
    r"(?i)(valid|possible|allowed|supported|accepted|available|acceptable) (values?|options|types|choices)"
    r"|one of|can be|either|must be|values? (are|is)|defaults? (to|is|value)|set to|to `"
)
_QUOTED = re.compile(r'`"?([^`\s]+?)"?`')


def allowed(text: str) -> set[str]:
    """The words that a property's text may allow as values: quoted in a sentence that speaks of values. It is rather
    one too many: whatever the documentation allows is never refused.
    """
    return {
        word for sentence in _SENTENCE.split(text) if _ALLOWS.search(sentence) for word in _QUOTED.findall(sentence)
    }


def _dedented(source: str) -> Iterator[str]:
    for indent, program in _EXAMPLE.findall(source):
        yield "\n".join(line.removeprefix(indent) for line in program.splitlines()).replace('\\"', '"')


class Unread:
    """A value of an example that is not written out: a reference, a call."""

    def __repr__(self) -> str:
        return "…"


UNREAD = Unread()


def literal(node: ast.expr, enums: "Any" = None) -> Any:
    """The value of an expression as far as it is written out; `UNREAD` for the rest."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return [literal(e, enums) for e in elts]
        case ast.Dict(keys=keys, values=values):
            return {
                k.value: literal(v, enums)
                for k, v in zip(keys, values, strict=True)
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            }
        case ast.Attribute(
            value=ast.Attribute(value=ast.Attribute(value=ast.Name(id="aws"), attr=service), attr=name), attr=member
        ):
            return enums(service, name, member) if enums else UNREAD
        case _:
            return UNREAD


def resources(program: str, enums: Any = None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(service, class, arguments) of every resource that an example makes: ``aws.sqs.Queue("queue", …)``."""
    try:
        tree = ast.parse(program)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Attribute)
            and isinstance(node.func.value.value, ast.Name)
            and node.func.value.value.id == "aws"
        ):
            yield (
                node.func.value.attr,
                node.func.attr,
                {k.arg: literal(k.value, enums) for k in node.keywords if k.arg and k.arg != "opts"},
            )
