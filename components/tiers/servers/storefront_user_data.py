"""User data of the storefront's servers, as a cloud-config document."""

from dataclasses import dataclass
from string import Template
from typing import Any

from components.tiers.servers.user_data import (
    SYSTEMD,
    cloud_config,
    cloudwatch_agent_configuration,
    cloudwatch_agent_files,
    file_entry,
    file_text,
)

HOME = "/opt/storefront"


@dataclass(frozen=True, kw_only=True)
class StorefrontUserDataArgs:
    """What the instances serve, and where they report to.

    title: heading of the page. port: TCP, 1024 or higher, since the server has no privileges. log_group: its name.
    namespace: of the agent's metrics. mount: EFS file system and mount options of the files under /media/.

    Raises ValueError when the port is out of range.
    """

    title: str
    region: str
    port: int
    log_group: str
    namespace: str
    mount: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if not 1024 <= self.port <= 65535:
            raise ValueError(f"port={self.port}: the server runs without privileges; give 1024-65535")


def storefront_user_data(args: StorefrontUserDataArgs) -> str:
    """The cloud-config document. Raises ValueError when it is larger than EC2 takes."""
    page = _template("index.html").substitute(title=_escaped(args.title), region=args.region)
    unit = _template("storefront.service").substitute(port=args.port)
    files = [
        file_entry(f"{HOME}/storefront.py", file_text("storefront", "storefront.py"), "0755"),
        file_entry(f"{HOME}/index.html", page),
        file_entry(f"{SYSTEMD}/storefront.service", unit),
        *cloudwatch_agent_files("storefront", storefront_agent_configuration(args)),
    ]
    commands = [
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "--now", "storefront.service"],
        ["systemctl", "enable", "--now", "--no-block", "watch.service"],
    ]
    if args.mount:
        script = _template("media.sh").substitute(file_system=args.mount[0], options=args.mount[1])
        files += [
            file_entry(f"{HOME}/media.sh", script, "0755"),
            file_entry(f"{SYSTEMD}/media.service", file_text("storefront", "media.service")),
        ]
        commands.append(["systemctl", "enable", "--now", "--no-block", "media.service"])
    return cloud_config(files, commands)


def storefront_agent_configuration(args: StorefrontUserDataArgs) -> dict[str, Any]:
    """The CloudWatch agent's configuration: memory, disk, and the logs of boot and server."""
    sources = {"cloud-init-output.log": "boot", "storefront/server.log": "server"}
    return cloudwatch_agent_configuration(args.region, args.log_group, args.namespace, sources)


def _template(name: str) -> Template:
    return Template(file_text("storefront", name))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
