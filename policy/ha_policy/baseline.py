"""The findings that a team accepts for now: a file written by `resilience baseline`, read by the pack and by the gate.

An entry accepts one finding: a rule, a resource, and what was wrong. Whatever else the rule finds on the resource, or
the same finding at a stricter level, is reported. A finding keeps its entry when a resource that it names is renamed
with an alias, and when ids in its text change.
"""

import datetime
import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
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
_MEMBERS: Final = re.compile(r"\b\d+ (?:of \d+: |\N{MULTIPLICATION SIGN} )")
"""How a path says how many members fail, such as ``4 of 4:``."""
_STEP: Final = " -> "
"""Between the steps of a path, which leaves out a step that has the name of the one before."""


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
        self._by_resource: dict[tuple[str, str], list[Accepted]] = {}
        for entry in self.entries:
            self._by_resource.setdefault((entry.rule, entry.resource), []).append(entry)

    def match(self, rule: str, node: Node, notes: Sequence[str], renamed: "Renamed") -> list[Accepted | None]:
        """The entry of each note of a finding, whatever its level. An entry is used once: first by the note that it
        quotes, then by one that differs only in ids and in names that have changed.
        """
        entries = [e for urn in (node.urn, *node.aliases) for e in self._by_resource.get((rule, urn), ())]
        found = [self._take(entries, lambda e, note=note: e.what == note) for note in notes] if entries else []
        for index, entry in enumerate(found):
            if entry is None:
                known = {steady(text) for text in renamed.variants(notes[index])}
                found[index] = self._take(entries, lambda e, known=known: steady(e.what) in known)
        return found or [None] * len(notes)

    def _take(self, entries: Iterable[Accepted], fits: Callable[[Accepted], bool]) -> Accepted | None:
        entry = next((e for e in entries if id(e) not in self._used and fits(e)), None)
        if entry is not None:
            self._used.add(id(entry))
        return entry

    def stale(self, stacks: Container[str]) -> list[Accepted]:
        """Entries of findings that are gone, of these stacks (`Node.stack`)."""
        return [e for e in self.entries if id(e) not in self._used and stack_of(e.resource) in stacks]


def steady(note: str) -> str:
    """A note without what changes from one deployment to the next (ids, ARNs, accounts, generated ends of names), and
    without how many members are on the path that breaks.
    """
    steps = _MEMBERS.sub("", _CHANGING.sub("*", note)).split(_STEP)
    kept = [s for before, s in zip(["", *steps], steps, strict=False) if before != s and not before.endswith(f" {s}")]
    return _STEP.join(kept)


class Renamed:
    """The names that resources had before, by their aliases."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._former: dict[str, list[str]] = {}
        for node in nodes:
            former = [urn.rpartition("::")[2] for urn in node.aliases]
            if changed := [name for name in former if name != node.logical_name]:
                self._former.setdefault(node.logical_name, changed)
        names = "|".join(map(re.escape, sorted(self._former, key=len, reverse=True)))
        self._names = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])") if names else None

    def variants(self, note: str) -> Iterator[str]:
        """The note, and how it read when the resources had their former names."""
        yield note
        if self._names is not None:
            for place in range(max(map(len, self._former.values()))):
                yield self._names.sub(lambda found, place=place: self._name(found[0], place), note)

    def _name(self, name: str, place: int) -> str:
        former = self._former[name]
        return former[min(place, len(former) - 1)]


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
