"""Answers from the user's file, for what only a real account can tell.

``offline-lookups.json`` beside Pulumi.yaml, or the file that HA_AWS_LOOKUPS names, holds lists of answers by look-up::

    {
      "aws:ssoadmin/getInstances:getInstances": [
        {"answer": {"arns": ["arn:aws:sso:::instance/ssoins-1"], "identityStoreIds": ["d-1"]}}
      ],
      "aws:ec2/getVpc:getVpc": [
        {"args": {"tags": {"Name": "shared"}}, "answer": {"id": "vpc-0a1b2c3d4e5f60718", "cidrBlock": "10.8.0.0/16"}}
      ]
    }

The first entry whose ``args`` are all among the arguments applies; one without ``args`` always applies. Results that
the entry does not give are the look-up's arguments, or are made up. Use Pulumi's names (``cidrBlock``).
"""

import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from offline.aws.lookups.asked import NoAnswer

VARIABLE = "HA_AWS_LOOKUPS"
FILE = "offline-lookups.json"
_PROJECTS = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
_SHOWN = 3
"""Number of results that the message about a missing answer shows."""


def file() -> Path | None:
    """The file of answers: HA_AWS_LOOKUPS, else the one beside the project's Pulumi.yaml, if it exists."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    here = Path.cwd()  # the engine starts its plugins in the folder of the program
    for folder in (here, *here.parents):
        if any((folder / project).is_file() for project in _PROJECTS):
            return folder / FILE if (folder / FILE).is_file() else None
    return None


def told(token: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The answer in the file; None if it has none. Raises NoAnswer if the file cannot be read."""
    path = file()
    if path is None:
        return None
    for entry in _read(path).get(token, ()):
        if _within(entry.get("args", {}), args):
            return cast(Mapping[str, Any], entry["answer"])
    return None


@lru_cache(maxsize=1)
def _read(path: Path) -> dict[str, list[dict[str, Any]]]:
    where = f"{VARIABLE}={path}" if os.environ.get(VARIABLE) else str(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NoAnswer(f"{where}: cannot be read ({error.strerror}); name a file that can") from None
    except ValueError as error:
        raise NoAnswer(f"{where}: is no JSON ({error}); mend that") from None
    wanted = 'must be {"look-up": [{"args": {…}, "answer": {…}}]}'
    if not isinstance(content, dict):
        raise NoAnswer(f"{where}: {wanted}")
    answers = cast(dict[str, Any], content)
    for token, entries in answers.items():
        if not isinstance(entries, list) or not all(_is_entry(e) for e in cast(list[Any], entries)):
            raise NoAnswer(f"{where}: {token}: {wanted}")
    return answers


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    found = cast(dict[str, Any], entry)
    return set(found) <= {"args", "answer"} and all(isinstance(v, dict) for v in found.values()) and "answer" in found


def _within(part: Any, whole: Any) -> bool:
    """Whether everything in the first is also in the second."""
    if isinstance(part, Mapping) and isinstance(whole, Mapping):
        had = cast(Mapping[str, Any], whole)
        return all(k in had and _within(v, had[k]) for k, v in cast(Mapping[str, Any], part).items())
    return part == whole


def how_to_tell(token: str, args: Mapping[str, Any], results: Sequence[str], who: str = "a real account") -> str:
    """One sentence: only ``who`` can tell, and how to give the answer. results: what the look-up answers."""
    entry = {"args": dict(args), "answer": dict.fromkeys(results[:_SHOWN], "…")}
    example = json.dumps({token: [entry]}, ensure_ascii=False, default=str)
    return (
        f"only {who} can tell {token}; give its answer in {FILE} beside Pulumi.yaml, or in a file that "
        f"{VARIABLE} names: {example}"
    )
