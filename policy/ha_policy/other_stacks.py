"""The states of other stacks that the setting ``with`` names, as inputs to join with the stack that is judged."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from .config import ConfigError
from .graph.documents import InputError, document, parse
from .graph.joining import Given
from .graph.readers import nodes_of

SETTING: Final = "with"
OPTION: Final = "--policy-pack-config"


def other_stacks(config: Mapping[str, Any] | None, folders: Iterable[Path]) -> list[Given]:
    """The resources in each file. folders: where a relative path may start, in order. Raises ConfigError."""
    given: Any = (config or {}).get(SETTING, ())
    if not isinstance(given, list | tuple) or not all(isinstance(f, str) and f for f in cast(list[Any], given)):
        raise ConfigError(f"{SETTING}={given!r}: must be a list of files, each a state from `pulumi stack export`")
    known = list(folders)
    return [_read(f, known) for f in cast(list[str], given)]


def _read(file: str, folders: list[Path]) -> Given:
    try:
        path = next((p for f in folders if (p := f / file).is_file()), None)
        if path is None:
            where = " or ".join(map(str, folders)) or "any folder"
            raise ConfigError(f"{SETTING}: {file}: there is no such file in {where}")
        return Given(file, tuple(nodes_of(document(parse(path.read_bytes())))))
    except InputError as error:
        raise ConfigError(f"{SETTING}: {file}: {error}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{SETTING}: {file}: cannot be read ({error})") from None


def config_folders() -> Iterator[Path]:
    """The folder of the configuration file that this policy pack was started with, and where `pulumi` runs.

    The engine passes the settings to a pack, but not the file's path. On Linux it is in the command line of the
    `pulumi` process above this one; elsewhere paths start where `pulumi` runs.
    """
    process = os.getpid()
    while process > 1:
        try:
            arguments = Path(f"/proc/{process}/cmdline").read_text().split("\0")
            folder = Path(f"/proc/{process}/cwd").readlink()
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            break
        for number, argument in enumerate(arguments):
            name, found, value = argument.partition("=")
            if name == OPTION and (value or arguments[number + 1 : number + 2]):
                yield (folder / (value if found else arguments[number + 1])).parent
                yield folder
    yield Path(os.environ.get("PWD") or ".")
