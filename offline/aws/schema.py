"""Inputs and outputs of every resource of the installed `pulumi_aws`, compact and quick to load.

The generated classes of `pulumi_aws` are 270 MB of very regular Python. Importing them costs seconds and hundreds of
megabytes, so they are read as text, one service at a time, and the result is kept as JSON per package version
(``python -m offline.aws.schema`` reads them all; otherwise a service is read when it is first used).
"""

import contextlib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from offline.aws.fields import Field, Resource, Service

FORMAT = 7
"""Increase this number when the stored data or its format changes; older caches are then ignored."""


# ---------------------------------------------------------------------------------------------------------- storing
def _pack(fields: Mapping[str, Field]) -> dict[str, list[Any]]:
    return {n: [f.kind, int(f.required), f.doc, int(f.replaces)] for n, f in fields.items()}


def _unpack(fields: Mapping[str, list[Any]]) -> dict[str, Field]:
    return {n: Field(sys.intern(k), bool(r), d, bool(c)) for n, (k, r, d, c) in fields.items()}


def _dump(service: Service) -> str:
    return json.dumps(
        {
            **{
                kind: {t: [_pack(r.inputs), _pack(r.outputs), sorted(r.secrets)] for t, r in found.items()}
                for kind, found in (("resources", service.resources), ("lookups", service.lookups))
            },
            "taken": {n: _pack(f) for n, f in service.taken.items()},
            "given": {n: _pack(f) for n, f in service.given.items()},
        },
        separators=(",", ":"),
    )


def _load(text: str) -> Service:
    """Unpack a service; its resources and nested objects are unpacked on first use."""
    raw = json.loads(text)
    service = Service()
    service.resources = _Lazy(raw["resources"], _unpack_resource)
    service.lookups = _Lazy(raw["lookups"], _unpack_resource)
    service.taken = _Lazy(raw["taken"], _unpack_fields)
    service.given = _Lazy(raw["given"], _unpack_fields)
    return service


def _unpack_resource(token: str, packed: Any) -> Resource:
    return Resource(token, _unpack(packed[0]), _unpack(packed[1]), frozenset(packed[2]))


def _unpack_fields(_name: str, packed: Any) -> dict[str, Field]:
    return _unpack(packed)


class _Lazy(dict[str, Any]):
    """A dictionary that builds a value from its packed form on first use."""

    def __init__(self, packed: Mapping[str, Any], build: Any) -> None:
        super().__init__()
        self._packed, self._build = packed, build

    def __missing__(self, key: str) -> Any:
        self[key] = made = self._build(key, self._packed[key])
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def keys(self) -> Any:
        return self._packed.keys()

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._packed else default


ROOT = "index"
"""Name of the package itself in tokens: ``aws:index/getRegion:getRegion``."""


def write_atomically(path: Path, text: str) -> None:
    """Write a file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def cache_folder() -> Path:
    """Folder for generated files: HA_AWS_CACHE, else ha-aws in XDG_CACHE_HOME, else in ~/.cache."""
    if given := os.environ.get("HA_AWS_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ha-aws"


def _version(package: Path) -> str:
    """The version in the package's pulumi-plugin.json; before pulumi_aws 6 it is only in the distribution's name."""
    with contextlib.suppress(OSError, ValueError):
        if declared := json.loads((package / "pulumi-plugin.json").read_text(encoding="utf-8")).get("version"):
            return str(declared)
    found = sorted(package.parent.glob(f"{package.name}-*.dist-info"))
    return found[0].stem.removeprefix(f"{package.name}-") if found else "0"


# ----------------------------------------------------------------------------------------------------------- asking
class Schema:
    """The installed `pulumi_aws`, service by service."""

    def __init__(self, package: Path | None = None, cache: Path | None = None) -> None:
        if package is None:
            spec = importlib.util.find_spec("pulumi_aws")
            if spec is None or not spec.submodule_search_locations:
                raise LookupError("pulumi_aws is not installed beside this Python: run the set-up first")
            package = Path(next(iter(spec.submodule_search_locations)))
        self.package = package
        self.version = _version(package)
        self._cache = (cache or cache_folder()) / f"{package.name}-{self.version}-{FORMAT}"
        self._services: dict[str, Service | None] = {}

    def service_names(self) -> list[str]:
        """Every package of `pulumi_aws` that has resources."""
        return sorted(p.parent.name for p in self.package.glob("*/__init__.py") if p.parent.name != "config")

    def service(self, name: str) -> Service | None:
        """The service in the package folder of this name (``lambda_``; `ROOT`), None where there is none."""
        if name not in self._services:
            folder = self.package if name == ROOT else self.package / name
            stored = self._cache / f"{name}.json"
            if not (folder / "__init__.py").is_file():
                self._services[name] = None
            else:
                self._services[name] = self._stored(stored) or self._made(folder, stored)
        return self._services[name]

    def _stored(self, path: Path) -> Service | None:
        try:
            return _load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError):
            return None

    def _made(self, folder: Path, path: Path) -> Service:
        from offline.aws.sdk_reader import read_service  # only where nothing is stored yet

        service = read_service(folder)
        with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
            write_atomically(path, _dump(service))
        return service

    def resource(self, token: str) -> Resource | None:
        """The resource of a type token such as ``aws:ec2/vpc:Vpc``, None for one that does not exist."""
        service = self._of(token)
        return service.resources.get(token) if service else None

    def lookup(self, token: str) -> Resource | None:
        """The look-up (data source) of a token such as ``aws:ec2/getVpc:getVpc``, None for one that does not exist."""
        service = self._of(token)
        return service.lookups.get(token) if service else None

    def lookups(self) -> Iterator[str]:
        """The tokens of all look-ups."""
        for name in (ROOT, *self.service_names()):
            if service := self.service(name):
                yield from service.lookups

    def _of(self, token: str) -> Service | None:
        module = token.split(":")[1].split("/")[0] if token.count(":") == 2 else ""
        return self.service(module + "_" if module in ("lambda",) else module) if module.isidentifier() else None

    def taken(self, token: str, name: str) -> Mapping[str, Field] | None:
        """The fields of a nested input object (``FooArgs``) of a type's service."""
        service = self._of(token)
        return service.taken.get(name.removeprefix("_")) if service else None

    def given(self, token: str, name: str) -> Mapping[str, Field] | None:
        """The fields of a nested output object of a type's service."""
        service = self._of(token)
        return service.given.get(name.removeprefix("outputs.")) if service else None

    def similar(self, token: str) -> str | None:
        """A resource type with a name close to the token's, for a hint."""
        import difflib

        service = self._of(token)
        names = list(service.resources) if service else []
        kinds = {t.rsplit(":", 1)[-1]: t for t in names}
        near = difflib.get_close_matches(token.rsplit(":", 1)[-1], kinds, 1, 0.6)
        return kinds[near[0]] if near else None


@lru_cache(maxsize=1)
def installed() -> Schema:
    """The schema of the program's package (HA_AWS_PACKAGE), else of the installed one; shared in this process."""
    named = os.environ.get("HA_AWS_PACKAGE")
    return Schema(Path(named)) if named else Schema()


def main() -> int:
    """Read every service that is not in the cache yet into it."""
    schema = installed()
    names = [ROOT, *schema.service_names()]
    for i, name in enumerate(names, 1):
        schema.service(name)
        if sys.stderr.isatty():
            print(f"\rpulumi_aws {schema.version}: {i} of {len(names)} services", end="", file=sys.stderr)
    print(f"\rpulumi_aws {schema.version}: {len(names)} services ready", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
