"""Text for a terminal that may hold names of a foreign stack: without control characters, which a terminal obeys."""

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO, cast


def printable(text: str) -> str:
    """The text with every character but a line feed that cannot be printed replaced."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def printable_in(value: Any) -> Any:
    """The same for every text in JSON-like data."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {k: printable_in(v) for k, v in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        return [printable_in(v) for v in cast(list[Any], value)]
    return value


def say(text: str, file: TextIO | None = None, end: str = "\n") -> None:
    """Print `printable` text."""
    put(printable(text) + end, file)


def put(text: str, file: TextIO | None = None) -> None:
    """Print text as it is, as far as the stream can encode it."""
    stream = file or sys.stdout
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, end="")


def as_json(value: Any) -> str:
    """Indented JSON; in ASCII if standard output is not in UTF-8, as on Windows: who reads the output expects UTF-8."""
    encoding = (sys.stdout.encoding or "utf-8").lower().replace("_", "-")
    return json.dumps(value, indent=1, ensure_ascii=encoding not in ("utf-8", "utf8")) + "\n"
