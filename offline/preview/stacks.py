"""The stacks of the tree, and a copy of each for the preview, so that a preview writes nothing into the tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from offline.engine.run import CommandError, command, write_whole
from offline.engine.say import SetupError

STAND_IN = "offline"  # replaces a secret that only its owner can decrypt
KEYS = ("encryptionsalt", "encryptedkey", "secretsprovider")  # keys of a stack file about its encryption


@dataclass(frozen=True, kw_only=True)
class Shadow:
    """The copy of one stack that `pulumi preview` uses.

    config: stack configuration with the offline passphrase. backend: URL of its own state.
    replaced: configuration keys whose secret value cannot be decrypted offline and is replaced by "offline".
    """

    stack: str
    config: Path
    backend: str
    replaced: tuple[str, ...]


def _mapping(file: Path) -> dict[str, Any]:
    try:
        text = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise SetupError(f"{file.name}: cannot be read ({str(error).splitlines()[0]}); fix it") from None
    if text is None:
        return {}
    if not isinstance(text, dict):
        raise SetupError(f"{file.name}: must be a mapping of keys; fix it")
    return cast("dict[str, Any]", text)


def named(tree: Path) -> list[str]:
    """Names of the stacks with a Pulumi.<stack>.yaml: dev first, then by name."""
    found = sorted(p.name.removeprefix("Pulumi.").removesuffix(".yaml") for p in tree.glob("Pulumi.?*.yaml"))
    return sorted(found, key=lambda name: (name != "dev", name))


def chosen(tree: Path, wanted: Sequence[str]) -> list[str]:
    """The requested stacks, or all. Raises SetupError for one that does not exist."""
    there = named(tree)
    for name in wanted:
        if name not in there:
            raise SetupError(f"{name}: there is no Pulumi.{name}.yaml; existing stacks: {', '.join(there) or 'none'}")
    if not there:
        raise SetupError(f"{tree}: has no Pulumi.<stack>.yaml to preview; restore one from git")
    return list(dict.fromkeys(wanted)) or there


def shadow(tree: Path, own: Path, stack: str, env: Mapping[str, str]) -> Shadow:
    """Create an empty stack with that name outside the tree, with the tree's configuration."""
    project = str(_mapping(tree / "Pulumi.yaml").get("name") or "")
    home = own / "preview" / project / stack
    made = home / f"Pulumi.{stack}.yaml"
    backend = f"file://{home / 'state'}"
    if not (made.exists() and any((home / "state" / ".pulumi").rglob(f"{stack}.json"))):
        (home / "state").mkdir(parents=True, exist_ok=True)
        write_whole(home / "Pulumi.yaml", yaml.safe_dump({"name": project, "runtime": "python"}))
        made.unlink(missing_ok=True)
        try:
            init = ["pulumi", "-C", str(home), "stack", "init", stack, "--non-interactive"]
            command(init, env={**env, "PULUMI_BACKEND_URL": backend})
        except CommandError as error:
            raise SetupError(
                f"{stack}: the offline stack cannot be created ({error.last_line}); run make clean, then try again"
            ) from None
    settings = {k: v for k, v in _mapping(tree / f"Pulumi.{stack}.yaml").items() if k not in KEYS}
    config, replaced = _readable(settings.get("config") or {}, "")
    config_file = home / "config.yaml"
    write_whole(config_file, yaml.safe_dump({**settings, **_salt(made), "config": config}, sort_keys=False))
    return Shadow(stack=stack, config=config_file, backend=backend, replaced=tuple(replaced))


def _salt(made: Path) -> dict[str, str]:
    return {k: str(v) for k, v in _mapping(made).items() if k in KEYS}


def _readable(value: Any, path: str) -> tuple[Any, list[str]]:
    """The value with each `secure:` leaf replaced, and the keys of these leaves."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        if set(entries) == {"secure"}:
            return STAND_IN, [path]
        pairs = {k: _readable(v, f"{path}.{k}" if path else str(k)) for k, v in entries.items()}
        return {k: v for k, (v, _) in pairs.items()}, [p for _, found in pairs.values() for p in found]
    if isinstance(value, list):
        items = [_readable(v, f"{path}[{i}]") for i, v in enumerate(cast("list[Any]", value))]
        return [v for v, _ in items], [p for _, found in items for p in found]
    return value, []
