"""The account: which resources exist, whether the engine's state knows them or not.

The engine tells a provider what it creates, changes and deletes, and asks it to compare what is in the state with what
the program wants; it never tells which resources the update will delete, nor, after it was killed, what it was
creating. AWS knows both. So what the provider did is noted in a file beside the state, one for each stack: a line for
each resource that was created, changed or deleted, written when AWS takes the request. Where the state is not in a
folder the file is in PULUMI_HOME, and without that the account is known for the time of one run only.

Secrets are not written. A preview reads the file and writes nothing.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlparse

from offline.aws.inventory import Inventory
from offline.aws.refusals import Case, Problem, claims, compared, refusals_beside
from offline.aws.unique import Claim, Holders

FOLDER = "offline-aws"
Id = tuple[str, str]
"""Type and id of a resource."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A resource of the account. urn: the one it was created or last changed under. inputs: without secrets."""

    token: str
    id: str
    urn: str
    region: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.rsplit("::", 1)[-1]

    def case(self) -> Case:
        """Itself, to be judged."""
        return Case(self.token, self.urn, self.inputs, self.region, Inventory(), new=False)


def folder() -> Path | None:
    """Where the accounts of this backend are noted, None where nothing is kept."""
    backend = urlparse(os.environ.get("PULUMI_BACKEND_URL", ""))
    if backend.scheme == "file":
        return Path(unquote(backend.netloc + backend.path)).expanduser() / FOLDER
    home = os.environ.get("PULUMI_HOME")
    return Path(home, FOLDER) if home else None


def file_of(place: Path, urn: str) -> Path:
    """The file of the stack that a URN is of."""
    _, _, stack, project, *_ = urn.replace("::", ":").split(":")
    return place / project / f"{stack}.jsonl"


@dataclass(slots=True)
class Account:
    """What exists in the account of one stack."""

    place: Path | None = None
    resources: dict[Id, Existing] = field(default_factory=dict[Id, Existing])
    deleted: set[Id] = field(default_factory=set[Id])
    stated: set[Id] = field(default_factory=set[Id])
    """Those that the state is known to have."""
    held: Holders[Id] = field(default_factory=Holders[Id])
    _read: int = 0
    """Bytes of the file that have been read: the providers of a run's other Regions write into it, too."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def refresh(self, urn: str) -> None:
        """Takes in what has been noted since the last time."""
        if self.place is None:
            return
        with self._lock:
            try:
                with file_of(self.place, urn).open("rb") as file:
                    file.seek(self._read)
                    text = file.read()
            except FileNotFoundError:
                return
            whole = text[: text.rfind(b"\n") + 1]  # a kill may have torn the last line
            self._read += len(whole)
            for line in filter(None, whole.splitlines()):
                with contextlib.suppress(ValueError, TypeError, KeyError):  # a line that was torn
                    entry = cast(dict[str, Any], json.loads(line))
                    self._take(Existing(**entry) if "inputs" in entry else (entry["token"], entry["id"]))

    def _take(self, entry: Existing | Id) -> None:
        with self._lock:
            if isinstance(entry, Existing):
                self.resources[entry.token, entry.id] = entry
                self.deleted.discard((entry.token, entry.id))
                self.held.put((entry.token, entry.id), tuple(claim.key for claim in claims(entry.case())))
            else:
                self.resources.pop(entry, None)
                self.deleted.add(entry)
                self.held.drop(entry)

    def put(self, found: Existing, *, note: bool) -> None:
        """A resource exists with these inputs. note: is it to be known after this run, too?"""
        self._take(found)
        if note:
            self._note(found.urn, {name: getattr(found, name) for name in ("token", "id", "urn", "region", "inputs")})

    def remove(self, token: str, identifier: str, urn: str) -> None:
        """A resource was deleted."""
        self._take((token, identifier))
        self._note(urn, {"token": token, "id": identifier})

    def forget(self, token: str, identifier: str) -> None:
        """A resource is in nobody's way for the rest of this run."""
        with self._lock:
            self.resources.pop((token, identifier), None)
            self.held.drop((token, identifier))

    def _note(self, urn: str, entry: dict[str, Any]) -> None:
        if self.place is None:
            return
        file = file_of(self.place, urn)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab", buffering=0) as out:  # one write each, so that the lines of several processes stay whole
            out.write(b"\n" + json.dumps(entry, separators=(",", ":")).encode() + b"\n")

    def get(self, token: str, identifier: str) -> Existing | None:
        """The resource with this id, None where the account is not known to have it."""
        return self.resources.get((token, identifier))

    def imported(self, token: str, identifier: str) -> Existing | None:
        """The resource that is imported under this: its id, or what it is called where the id is another (RDS)."""
        named = (found for found in self.of_type(token) if identifier in (c.key[-1] for c in claims(found.case())))
        return self.get(token, identifier) or next(named, None)

    def of_type(self, token: str) -> Iterator[Existing]:
        """Every resource of a type."""
        return (found for (kind, _), found in list(self.resources.items()) if kind == token)

    def holders(self, claim: Claim) -> Iterator[Existing]:
        """The resources that hold a key."""
        with self._lock:
            return iter([self.resources[owner] for owner in self.held.of(claim.key)])

    def _called(self, found: Existing, case: Case) -> str:
        if found.urn != case.urn:
            return found.name
        replaced = (found.token, found.id) in self.stated
        return "the one that it replaces" if replaced else "one that an earlier update was creating when it was cut off"

    def conflicts(self, case: Case, own: str | None, *, preview: bool) -> Iterator[Problem]:
        """What AWS refuses about a resource because of what exists now. own: its id, None while it is created.

        A preview is not told what goes before a resource is replaced: there the old one is in nobody's way.
        """

        def counts(found: Existing) -> bool:
            return found.id != own and not (preview and found.urn == case.urn)

        for claim in claims(case):
            for found in filter(counts, self.holders(claim)):
                if not (claim.overwrites and found.urn == case.urn):
                    yield claim.prop, claim.said(self._called(found, case))
        if not compared(case.token):
            return
        there = {
            f"{found.urn} (being replaced)" if found.urn == case.urn else found.urn: found.inputs
            for found in filter(counts, self.of_type(case.token))
        }
        yield from refusals_beside(case, there)
