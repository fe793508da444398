"""The account: which resources exist, including those that are not in the engine's state.

The engine tells a provider what to create, change and delete. It does not say which resources the update will delete
later, nor, after it was killed, what was being created. AWS knows both. So the provider records what it did in a file
beside the state, one file per stack: one line per resource that was created, changed or deleted, written when AWS
accepts the request. If the state is not in a folder, the file is in PULUMI_HOME; without PULUMI_HOME, the account is
known for one run only.

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

from offline.aws.holders import Holders
from offline.aws.inventory import Inventory
from offline.aws.refusals import Case, Problem, claims, compared, refusals_beside
from offline.aws.unique import Claim

FOLDER = "offline-aws"
Id = tuple[str, str]
"""Type and id of a resource."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A resource of the account. urn: of its creation or last change. inputs: without secrets."""

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
        """This entry."""
        return Case(self.token, self.urn, self.inputs, self.region, Inventory(), new=False)


def folder() -> Path | None:
    """Folder of the account files of this backend; None if nothing is recorded."""
    backend = urlparse(os.environ.get("PULUMI_BACKEND_URL", ""))
    if backend.scheme == "file":
        return Path(unquote(backend.netloc + backend.path)).expanduser() / FOLDER
    home = os.environ.get("PULUMI_HOME")
    return Path(home, FOLDER) if home else None


def file_of(place: Path, urn: str) -> Path:
    """The file for the stack of a URN."""
    _, _, stack, project, *_ = urn.replace("::", ":").split(":")
    return place / project / f"{stack}.jsonl"


@dataclass(slots=True)
class Account:
    """The resources of one stack's account."""

    place: Path | None = None
    resources: dict[Id, Existing] = field(default_factory=dict[Id, Existing])
    deleted: set[Id] = field(default_factory=set[Id])
    stated: set[Id] = field(default_factory=set[Id])
    """Resources that are known to be in the state."""
    held: Holders[Id] = field(default_factory=Holders[Id])
    _read: int = 0
    """Bytes of the file read so far; the providers of the run's other Regions write to the same file."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def refresh(self, urn: str) -> None:
        """Read what was recorded since the last time."""
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
        """Add or update a resource. note: also record it in the file."""
        self._take(found)
        if note:
            self._note(found.urn, {name: getattr(found, name) for name in ("token", "id", "urn", "region", "inputs")})

    def remove(self, token: str, identifier: str, urn: str) -> None:
        """Remove a deleted resource."""
        self._take((token, identifier))
        self._note(urn, {"token": token, "id": identifier})

    def forget(self, token: str, identifier: str) -> None:
        """Ignore a resource in comparisons for the rest of this run."""
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
        """The resource with this id; None if the account does not have it."""
        return self.resources.get((token, identifier))

    def imported(self, token: str, identifier: str) -> Existing | None:
        """The resource for an import id: its id, or its name if the id is different (RDS)."""
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
        """The uniqueness constraint that a resource violates, given what exists now. own: its id; None during creation.

        A preview does not say when a replaced resource is deleted, so it does not compare with the old one.
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
