"""The states of other stacks that the setting ``with`` names, as inputs to join with the stack that is judged."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from .config import ConfigError
from .config_files import find
from .graph.documents import InputError, document, parse
from .graph.joining import Given
from .graph.readers import nodes_of

SETTING: Final = "with"


def other_stacks(config: Mapping[str, Any] | None, folders: Iterable[Path]) -> list[Given]:
    """The resources in each file. folders: where a relative path may start, in order. Raises ConfigError."""
    given: Any = (config or {}).get(SETTING, ())
    if not isinstance(given, list | tuple) or not all(isinstance(f, str) and f for f in cast(list[Any], given)):
        raise ConfigError(f"{SETTING}={given!r}: must be a list of files, each a state from `pulumi stack export`")
    known = list(folders)
    return [_read(f, known) for f in cast(list[str], given)]


def _read(file: str, folders: list[Path]) -> Given:
    try:
        return Given(file, tuple(nodes_of(document(parse(find(file, folders, SETTING).read_bytes())))))
    except InputError as error:
        raise ConfigError(f"{SETTING}: {file}: {error}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{SETTING}: {file}: cannot be read ({error})") from None
