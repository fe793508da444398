"""Files that the pack's configuration names: where a relative path starts."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from .config import ConfigError

OPTION: Final = "--policy-pack-config"


def find(file: str, folders: Iterable[Path], setting: str) -> Path:
    """The file, in the first folder that has it. Raises ConfigError."""
    known = list(folders)
    path = next((p for f in known if (p := f / file).is_file()), None)
    if path is None:
        where = " or ".join(map(str, known)) or "any folder"
        raise ConfigError(f"{setting}: {file}: there is no such file in {where}")
    return path


def config_folders() -> Iterator[Path]:
    """The folder of the configuration file that this policy pack was started with, and where `pulumi` runs.

    The engine passes the settings to a pack, but not the file's path. On Linux it is in the command line of the
    `pulumi` process above this one; elsewhere paths start where `pulumi` runs.
    """
    process = os.getpid()
    while process > 1:
        try:
            arguments = Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")
            folder = Path(f"/proc/{process}/cwd").readlink()
            process = int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            break
        for number, argument in enumerate(arguments):
            name, found, value = argument.partition("=")
            if name == OPTION and (value or arguments[number + 1 : number + 2]):
                yield (folder / (value if found else arguments[number + 1])).parent
                yield folder
    yield Path(os.environ.get("PWD") or ".")
