"""PULUMI_HOME of the offline shell: its plugins, and the variables with which `pulumi` needs no account."""

import os
import shlex
import shutil
from pathlib import Path

from offline.engine.engines import Engine
from offline.engine.places import Places, pinned
from offline.engine.run import write_whole

PASSPHRASE = "offline"  # noqa: S105 (documented: it protects a throw-away state without real secrets)
PROVIDERS = {"aws": "pulumi-aws", "awsx": "pulumi-awsx"}  # plugin: the Python package whose version it has
CREDENTIALS = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_ENDPOINT_URL",
)  # fmt: skip
"""Variables from which the AWS SDKs take credentials or endpoints; all are removed in an offline run."""


NO_LOGS = """This file is in the place of the engine's log folder: compressing and encrypting that log takes two fifths
of the engine's processor time, so it is off in an offline run. To see messages, use -v=9 --logtostderr.
"""


def _launcher(*args: str | Path) -> str:
    return "#!/bin/sh\nexec " + " ".join(shlex.quote(str(a)) for a in args) + ' "$@"\n'


def _is_launcher(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(9) == b"#!/bin/sh"


def plugins(at: Places, engine: Engine) -> dict[Path, str]:
    """Launch scripts of all plugins by path: plugins/<kind>-<name>-v<version>/pulumi-<kind>-<name>."""
    found: dict[Path, str] = {}
    for name, package in PROVIDERS.items():
        target = at.home / "plugins" / f"resource-{name}-v{pinned(package, at.tree)}" / f"pulumi-resource-{name}"
        found[target] = _launcher("/bin/sh", at.tree / "offline" / "bin" / target.name)
    if engine.host_exec:
        target = at.home / "plugins" / f"language-python-v{engine.version}" / "pulumi-language-python"
        start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from offline.language.main import main; main()"
        found[target] = _launcher(at.python, "-c", start, at.tree, "--exec", engine.host_exec)
    return found


def ready(at: Places, engine: Engine) -> bool:
    """Whether PULUMI_HOME has the right launch scripts, and no logs."""
    expected = plugins(at, engine)
    try:
        right = all(p.read_text() == text for p, text in expected.items())
        return right and (at.home / "logs").is_file()
    except OSError:
        return False


def install(at: Places, engine: Engine) -> None:
    """Write the launch scripts; remove those that programs needed before, which may be of an older tree.

    A plugin that its user installed stays.
    """
    if ready(at, engine):
        return
    expected = plugins(at, engine)
    folders = {p.parent for p in expected}
    for old in (at.home / "plugins").glob("*/pulumi-*"):
        if old.parent not in folders and _is_launcher(old):
            shutil.rmtree(old.parent)
    for path, text in expected.items():
        write_whole(path, text, 0o755)
    if (at.home / "logs").is_dir():  # from an earlier version
        shutil.rmtree(at.home / "logs")
    write_whole(at.home / "logs", NO_LOGS)
    at.state.mkdir(parents=True, exist_ok=True)


def variables(at: Places, engine: Engine) -> dict[str, str | None]:
    """The environment variables that an offline run changes; None removes one. PATH gets a prefix."""
    no_proxy = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), "127.0.0.1,localhost")))
    return {
        "PATH": os.pathsep.join((str(engine.pulumi.parent), os.environ.get("PATH", os.defpath))),
        "PULUMI_HOME": str(at.home),
        "PULUMI_BACKEND_URL": f"file://{at.state}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_CONFIG_PASSPHRASE_FILE": None,
        "PULUMI_ACCESS_TOKEN": None,
        "PULUMI_STACK": None,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",  # a real AWS plugin on PATH must not be used
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DEBUG_PROVIDERS": None,
        "NO_PROXY": no_proxy,  # the engine and its plugins talk over 127.0.0.1
        "no_proxy": no_proxy,
        "PYTHONDONTWRITEBYTECODE": None,
        "AWS_EC2_METADATA_DISABLED": "true",
        **dict.fromkeys(CREDENTIALS),
    }


def environ(at: Places, engine: Engine) -> dict[str, str]:
    """The caller's environment with the offline variables applied."""
    changed = variables(at, engine)
    kept = {k: v for k, v in os.environ.items() if k not in changed}
    return kept | {k: v for k, v in changed.items() if v is not None}
