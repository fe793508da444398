"""The states of other stacks that the setting ``with`` names, as inputs to join with the stack that is judged."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from .config import ConfigError
from .config_files import find
from .graph.documents import InputError, parse
from .graph.joining import Given
from .inputs import read, terraform_stacks

SETTING: Final = "with"


def other_stacks(config: Mapping[str, Any] | None, folders: Iterable[Path]) -> list[Given]:
    """The resources in each file. folders: where a relative path may start, in order. Raises ConfigError."""
    given: Any = (config or {}).get(SETTING, ())
    if not isinstance(given, list | tuple) or not all(isinstance(f, str) and f for f in cast(list[Any], given)):
        raise ConfigError(f"{SETTING}={given!r}: must be a list of files, each a state from `pulumi stack export`")
    known, files = list(folders), cast(list[str], given)
    return [_read(f, known, f"with/{s.partition('/')[2]}") for f, s in zip(files, terraform_stacks(files), strict=True)]


def _read(file: str, folders: list[Path], stack: str) -> Given:
    try:
        return Given(file, read(parse(find(file, folders, SETTING).read_bytes()), stack).nodes)
    except InputError as error:
        raise ConfigError(f"{SETTING}: {file}: {error}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{SETTING}: {file}: cannot be read ({error})") from None
