"""What an instance does at its first boot, as a cloud-config document."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import Any

MAX_BYTES = 16 * 1024
"""EC2 takes at most 16 KB of user data, before it is base64-encoded (EC2 RunInstances)."""

LOG_FOLDER = "/var/log"
METRIC_SECONDS = 60
_HOME = "/opt/storefront"


@dataclass(frozen=True, kw_only=True)
class UserDataArgs:
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


def render_user_data(args: UserDataArgs) -> str:
    """The cloud-config document. Raises ValueError when it is larger than EC2 takes."""
    page = _template("index.html").substitute(title=_escaped(args.title), region=args.region)
    unit = _template("storefront.service").substitute(port=args.port)
    files = [
        _file("storefront.py", _text("storefront.py"), "0755"),
        _file("index.html", page, "0644"),
        _file("storefront.service", unit, "0644", "/etc/systemd/system"),
        *watching("storefront", agent_configuration(args)),
    ]
    commands = [
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "--now", "storefront.service"],
        ["systemctl", "enable", "--now", "--no-block", "watch.service"],
    ]
    if args.mount:
        script = _template("media.sh").substitute(file_system=args.mount[0], options=args.mount[1])
        files += [
            _file("media.sh", script, "0755"),
            _file("media.service", _text("media.service"), "0644", "/etc/systemd/system"),
        ]
        commands.append(["systemctl", "enable", "--now", "--no-block", "media.service"])
    return cloud_config(files, commands)


def cloud_config(files: Sequence[Mapping[str, str]], commands: Sequence[Sequence[str]]) -> str:
    """A cloud-config document that writes ``files`` and runs ``commands``. Raises ValueError when EC2 refuses it."""
    # JSON is YAML: no YAML library is needed at preview, and nothing has to be quoted by hand.
    document = "#cloud-config\n" + json.dumps({"write_files": files, "runcmd": commands}, separators=(",", ":")) + "\n"
    if len(document.encode()) > MAX_BYTES:
        raise ValueError(f"user data={len(document.encode())} bytes: EC2 takes at most {MAX_BYTES}")
    return document


def encoded(user_data: str) -> str:
    """As a launch template wants it."""
    return base64.b64encode(user_data.encode()).decode()


def agent_configuration(args: UserDataArgs) -> dict[str, Any]:
    """The CloudWatch agent's configuration: memory, disk, and the logs of boot and server."""
    sources = {"cloud-init-output.log": "boot", "storefront/server.log": "server"}
    return agent(args.region, args.log_group, args.namespace, sources)


def agent(region: str, log_group: str, namespace: str, sources: Mapping[str, str]) -> dict[str, Any]:
    """A CloudWatch agent's configuration: memory, disk, and ``sources``, files of /var/log by stream."""
    return {
        "agent": {"metrics_collection_interval": METRIC_SECONDS, "region": region},
        "metrics": {
            "namespace": namespace,
            "append_dimensions": {"AutoScalingGroupName": "${aws:AutoScalingGroupName}"},
            "aggregation_dimensions": [["AutoScalingGroupName"]],
            "metrics_collected": {
                "mem": {"measurement": ["mem_used_percent"]},
                "disk": {"measurement": ["used_percent"], "resources": ["/"]},
            },
        },
        "logs": {
            "logs_collected": {
                "files": {
                    "collect_list": [
                        {
                            "file_path": f"{LOG_FOLDER}/{path}",
                            "log_group_name": log_group,
                            "log_stream_name": f"{{instance_id}}/{stream}",
                        }
                        for path, stream in sources.items()
                    ]
                }
            }
        },
    }


def watching(server: str, configuration: Mapping[str, Any]) -> list[dict[str, str]]:
    """The files that install and configure the CloudWatch agent beside ``server``, whose home is /opt/{server}."""
    home = f"/opt/{server}"
    return [
        _file("watch.sh", _text("watch.sh").replace(_HOME, home), "0755", home),
        _file("agent.json", json.dumps(configuration, separators=(",", ":")), "0644", home),
        _file("watch.service", _text("watch.service").replace("storefront", server), "0644", "/etc/systemd/system"),
    ]


def _file(name: str, content: str, permissions: str, folder: str = _HOME) -> dict[str, str]:
    return {"path": f"{folder}/{name}", "content": content, "permissions": permissions}


def _text(name: str) -> str:
    return resources.files("components.tiers.web").joinpath("files", name).read_text("utf-8")


def _template(name: str) -> Template:
    return Template(_text(name))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
