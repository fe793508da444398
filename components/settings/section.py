"""Read configuration values with their types; all mistakes are collected, one sentence each."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

REDACTED = "[secret]"
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
"""E-mail addresses that SNS accepts."""
_LONG_ENOUGH = 4
"""Characters: a secret at least this long is removed from messages even where it is part of a word."""
_T = TypeVar("_T")


class SettingsError(Exception):
    """The stack's configuration has mistakes. problems: one sentence each, with key and value."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lead = (
            "The stack's configuration has a mistake:"
            if len(problems) == 1
            else (f"The stack's configuration has {len(problems)} mistakes:")
        )
        super().__init__("\n".join([lead, *(f"  {problem}" for problem in problems)]))


def listed(words: Iterable[str]) -> str:
    """Words as a phrase: ``a, b or c``."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"


def suggestion(word: str, legal: Iterable[str]) -> str:
    """`` (did you mean x?)`` if a legal word is similar, else an empty string."""
    lowered = {option.lower(): option for option in legal}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.7)
    near = near or [option for option in lowered if word and option.startswith(word.lower())]
    return f" (did you mean {lowered[near[0]]}?)" if near else ""


class Section:
    """One mapping of settings, read key by key; ``finish`` reports keys that were not read.

    Every method returns a value of its type even after a mistake, so that all mistakes are found in one run. They are
    added to ``problems``, which all sections share. Values of secret keys never appear in a message.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        problems: list[str],
        *,
        path: str = "",
        secret_keys: frozenset[str] = frozenset(),
    ) -> None:
        self._values = values
        self._path = path
        self._secret_keys = secret_keys
        self._asked: list[str] = []
        self.problems = problems

    def complain(self, key: str, rule: str, *, value: object = None) -> None:
        """Record a mistake as ``key=value: rule``. value: by default the configured one."""
        name = f"{self._path}{key}"
        given = self._values.get(key) if value is None else value
        if given is None or given == "" or given == []:
            self.problems.append(f"{name}: {rule}")
        else:
            self.problems.append(f"{name}={self._shown(key, given)}: {rule}")

    def given(self, key: str) -> bool:
        """Whether the key is present and not empty (the schema's defaults of optional keys are empty)."""
        return self._values.get(key) not in (None, "", [], {})

    def text(self, key: str, default: str | None, pattern: str = ".+", rule: str = "must be text") -> str:
        """A string that fully matches ``pattern``; ``default`` if empty; required if ``default`` is None."""
        value = self._take(key)
        if value in (None, ""):
            return self._missing(key, default, rule, "")
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            self.complain(key, rule)
            return default or ""
        return value

    def secret(self, key: str, rule: str) -> str:
        """A required string that the stack's configuration keeps encrypted."""
        value = self.text(key, None, ".+", rule)
        if value and key not in self._secret_keys:
            name = f"{self._path}{key}"
            self.problems.append(
                f"{name}={REDACTED}: is in the configuration as plain text; take it back at its owner, "
                f"and set a new one with: pulumi config set --secret --path {name} …"
            )
        return value

    def choice(self, key: str, options: Sequence[str], default: str | None) -> str:
        """One of ``options``."""
        value = self._take(key)
        rule = f"must be {listed(options)}"
        if value in (None, ""):
            return self._missing(key, default, rule, options[0])
        if value not in options:
            hint = "" if key in self._secret_keys else suggestion(str(value), options)
            self.complain(key, rule + hint)
            return default if default is not None else options[0]
        return cast(str, value)

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._take(key)
        if value in (None, ""):
            return default
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        self.complain(key, "must be true or false")
        return default

    def number(self, key: str, default: int, low: int, high: int, unit: str = "") -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._take(key)
        if value in (None, ""):
            return default
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.complain(key, f"must be a whole number of {unit} from {low} to {high}".replace(" of  ", " "))
            return default
        return value

    def percent(self, key: str) -> float | None:
        """A percentage, more than 0 and at most 100; None if empty."""
        value = self._take(key)
        if value in (None, ""):
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{1,3}(\.\d{1,15})?", value):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            self.complain(key, "must be a percentage, more than 0 and at most 100")
            return None
        return value

    def words(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of strings; ``default`` if empty."""
        value = self._json(key)
        if value in (None, "", []):
            return tuple(default)
        items = cast(list[object], value) if isinstance(value, list) else [None]
        if not all(isinstance(item, str) and item for item in items):
            name = f"{self._path}{key}"
            self.complain(key, f"must be a list of strings; set each with: pulumi config set --path '{name}[0]' …")
            return tuple(default)
        return tuple(cast(list[str], items))

    def table(self, key: str) -> dict[str, str]:
        """A mapping of strings to strings; empty if absent. Numbers and booleans become strings."""
        value = self._mapping(key)
        wrong = [name for name, item in value.items() if not isinstance(item, str | int | float)]
        if wrong:
            self.complain(key, f"must map names to strings; {listed(wrong)} does not")
            return {}
        return {name: _plain(item) for name, item in value.items()}

    def section(self, key: str) -> "Section":
        """A nested section; an empty one if absent."""
        values = self._mapping(key)
        secrets = frozenset(values) if key in self._secret_keys else frozenset[str]()
        return Section(values, self.problems, path=f"{self._path}{key}.", secret_keys=secrets)

    def groups(self, key: str) -> "dict[str, Section]":
        """Nested sections by names that the user chooses, such as Direct Connect connections; none if absent."""
        outer = self.section(key)
        return {name: outer.section(name) for name in sorted(outer._values)}

    def finish(self) -> None:
        """Record a mistake for every key that was not read, with the valid keys."""
        legal = sorted(set(self._asked))
        for key in sorted(set(self._values) - set(legal)):
            hint = suggestion(key, legal)
            known = f"valid keys: {', '.join(legal)}" if legal else "there are no settings here"
            self.problems.append(f"{self._path}{key}: no such setting{hint}; {known}")

    def _take(self, key: str) -> Any:
        self._asked.append(key)
        return self._values.get(key)

    def _json(self, key: str) -> Any:
        """The engine passes top-level lists and objects as JSON text."""
        value = self._take(key)
        if isinstance(value, str) and value:
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self._json(key)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            self.complain(
                key, f"must be a group of settings; set each with: pulumi config set --path {self._path}{key}.…"
            )
            return {}
        return cast(dict[str, Any], value)

    def _missing(self, key: str, default: _T | None, rule: str, placeholder: _T) -> _T:
        if default is not None:
            return default
        name = f"{self._path}{key}"
        self.problems.append(f"{name}: missing; {rule}; set it with: pulumi config set {name} …")
        return placeholder

    def _shown(self, key: str, value: object) -> str:
        if key in self._secret_keys:
            return REDACTED
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 100 else f"{text[:97]}…"


def scrubbed(sentences: Iterable[str], secrets: Iterable[object]) -> list[str]:
    """``sentences`` with ``secrets`` redacted, in case one is part of a message about another key."""
    words = sorted({word for secret in secrets for word in _leaves(secret) if word}, key=len, reverse=True)
    if not words:
        return list(sentences)
    # Short secrets only as whole words: a secret "1" must not redact every number.
    parts = [re.escape(word) if len(word) >= _LONG_ENOUGH else rf"(?<!\w){re.escape(word)}(?!\w)" for word in words]
    pattern = re.compile("|".join(parts))
    return [pattern.sub(REDACTED, sentence) for sentence in sentences]


def _leaves(value: object) -> list[str]:
    if isinstance(value, str):
        try:
            inner = json.loads(value)
        except ValueError:
            return [value]
        return [value] if isinstance(inner, str | int | float | None) else [value, *_leaves(inner)]
    if isinstance(value, dict):
        return [leaf for item in cast(dict[str, object], value).values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in cast(list[object], value) for leaf in _leaves(item)]
    return [str(value)]


def _plain(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)
