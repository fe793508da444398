"""The findings that a team accepts for now: a file written by `resilience baseline`, read by the pack and by the gate.

An entry accepts one finding: a rule, a resource, and what was wrong. Whatever else the rule finds on the resource, or
the same finding at a stricter level, is reported. A resource that was renamed with an alias keeps its entries, and so
does one whose finding names ids that have changed.
"""

import datetime
import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, cast

from .config import ConfigError
from .config_files import find
from .graph.node import Node, stack_of
from .rule import Level

SETTING: Final = "baseline"
VERSION: Final = 1
KEYS: Final = ("rule", "resource", "what", "level", "reason", "owner", "until")
_REQUIRED: Final = KEYS[:4]
_CHANGING: Final = re.compile(
    r"\barn:aws[\w-]*:[^\s,;()]+"  # ARNs
    r"|\b[a-z]+-[0-9a-f]{8}(?:[0-9a-f]{9})?\b"  # ids, such as subnet-0123456789abcdef0
    r"|(?<=-)[0-9a-f]{7}\b"  # the end that the engine gives to names
    r"|\b\d{12}\b"  # accounts
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An entry. resource: URN. what: one note of the finding. level: at which it was accepted. until: the last day."""

    rule: str
    resource: str
    what: str
    level: Level
    reason: str = ""
    owner: str = ""
    until: datetime.date | None = None

    @property
    def text(self) -> str:
        """How messages name it."""
        return f"[{self.rule}] {self.resource.rpartition('::')[2]}: {self.what}"

    @property
    def entry(self) -> dict[str, str]:
        """As it is in the file."""
        made = {k: str(getattr(self, k)) for k in (*_REQUIRED, "reason", "owner") if getattr(self, k)}
        return made | ({"until": self.until.isoformat()} if self.until else {})


class Baseline:
    """The entries of a file, and which of them a run has used. name: the file's, for messages."""

    def __init__(self, entries: Iterable[Accepted] = (), name: str = "") -> None:
        self.entries = tuple(entries)
        self.name = name
        self._used: set[int] = set()
        self._by_key: dict[tuple[str, str, str], Accepted] = {(e.rule, e.resource, steady(e.what)): e for e in entries}

    def find(self, rule: str, node: Node, note: str, level: Level) -> Accepted | None:
        """The entry that accepts this note of a finding at this level."""
        for urn in (node.urn, *node.aliases):
            entry = self._by_key.get((rule, urn, steady(note)))
            if entry is not None:
                self._used.add(id(entry))
                return None if level is Level.MANDATORY and entry.level is not Level.MANDATORY else entry
        return None

    def stale(self, stacks: Container[str]) -> list[Accepted]:
        """Entries of findings that are gone, of these stacks (`Node.stack`)."""
        return [e for e in self.entries if id(e) not in self._used and stack_of(e.resource) in stacks]


def steady(note: str) -> str:
    """A note without what changes from one deployment to the next: ids, ARNs, accounts, generated ends of names."""
    return _CHANGING.sub("*", note)


def baseline_of(config: Mapping[str, Any] | None, folders: Iterable[Path]) -> Baseline | None:
    """The baseline that the configuration names, or None. folders: where a relative path may start. Raises
    ConfigError.
    """
    given: Any = (config or {}).get(SETTING)
    if given is None:
        return None
    if not isinstance(given, str) or not given:
        raise ConfigError(f"{SETTING}={given!r}: must be the name of a file that `resilience baseline` wrote")
    return read(find(given, folders, SETTING))


def read(path: Path) -> Baseline:
    """The baseline in a file. Raises ConfigError, which names the file and what is wrong."""
    try:
        return Baseline(_entries(path.read_bytes()), str(path))
    except OSError as error:
        raise ConfigError(f"{SETTING} {path}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"{SETTING} {path}: {error}") from None


def _entries(data: bytes) -> list[Accepted]:
    try:
        content: Any = json.loads(data)
    except RecursionError:
        _wrong("its values are nested too deeply")
    except ValueError as error:
        _wrong(f"it is not JSON ({error})")
    held: Mapping[str, Any] = cast(Mapping[str, Any], content) if isinstance(content, Mapping) else {}
    found: Any = held.get("findings")
    if not isinstance(found, list) or held.get("version") != VERSION:
        _wrong("it is not a file that `resilience baseline` wrote")
    return [_entry(e, f"findings[{i}]") for i, e in enumerate(cast(list[Any], found))]


def _entry(given: Any, where: str) -> Accepted:
    if not isinstance(given, Mapping):
        _wrong(f"{where} must be an object")
    entry = cast(Mapping[str, Any], given)
    for key, value in entry.items():
        if key not in KEYS:
            _wrong(f"{where}.{key}: no such key; valid keys: {', '.join(KEYS)}")
        if not isinstance(value, str):
            _wrong(f"{where}.{key} must be a string")
    for key in _REQUIRED:
        if not entry.get(key):
            _wrong(f"{where}.{key}: missing")
    if entry["level"] not in tuple(Level):
        _wrong(f"{where}.level={entry['level']!r}: must be one of {', '.join(Level)}")
    until = None
    if "until" in entry:
        try:
            until = datetime.date.fromisoformat(entry["until"])
        except ValueError:
            _wrong(f"{where}.until={entry['until']!r}: must be a date, YYYY-MM-DD")
    rest = {k: entry.get(k, "") for k in ("rule", "resource", "what", "reason", "owner")}
    return Accepted(**rest, level=Level(entry["level"]), until=until)


def _wrong(what: str) -> NoReturn:
    raise ValueError(what)


def document(entries: Sequence[Accepted]) -> dict[str, Any]:
    """The content of a baseline's file."""
    return {"version": VERSION, "findings": [e.entry for e in entries]}


def kept(entries: Iterable[Accepted], former: Baseline) -> Iterator[Accepted]:
    """The entries, with reason, owner and last day as an earlier baseline has them."""
    known = {(e.rule, e.resource, steady(e.what)): e for e in former.entries}
    for entry in entries:
        old = known.get((entry.rule, entry.resource, steady(entry.what)))
        yield (
            entry
            if old is None
            else Accepted(entry.rule, entry.resource, entry.what, entry.level, old.reason, old.owner, old.until)
        )
