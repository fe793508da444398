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
    """What the servers serve, and where they send logs and metrics.

    title: heading of the page. port: TCP, at least 1024, since the server runs without privileges. log_group: name of
    the log group. namespace: CloudWatch namespace of the agent's metrics. mount: EFS file system and mount options of
    the files under /media/.

    Raises ValueError if the port is out of range.
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
    """The cloud-config document. Raises ValueError if it is larger than EC2 allows."""
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
    """Configuration of the CloudWatch agent: memory, disk, and the logs of boot and server."""
    sources = {"cloud-init-output.log": "boot", "storefront/server.log": "server"}
    return cloudwatch_agent_configuration(args.region, args.log_group, args.namespace, sources)


def _template(name: str) -> Template:
    return Template(file_text("storefront", name))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
