"""Common parts of the servers' user data: cloud-config and the CloudWatch agent."""

import base64
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

MAX_BYTES = 16 * 1024
"""EC2 allows at most 16 KB of user data, before base64 encoding (EC2 RunInstances)."""

LOG_FOLDER = "/var/log"
METRIC_SECONDS = 60
SYSTEMD = "/etc/systemd/system"
AGENT_HOME = "/opt/storefront"
"""Folder that the agent's files name; replaced by the server's own folder."""


def cloud_config(files: Sequence[Mapping[str, str]], commands: Sequence[Sequence[str]]) -> str:
    """A cloud-config document that writes ``files`` and runs ``commands``. Raises ValueError if it is too large for
    EC2.
    """
    # JSON is valid YAML, so that preview needs no YAML library and nothing has to be quoted.
    document = "#cloud-config\n" + json.dumps({"write_files": files, "runcmd": commands}, separators=(",", ":")) + "\n"
    if len(document.encode()) > MAX_BYTES:
        raise ValueError(f"user data={len(document.encode())} bytes: EC2 takes at most {MAX_BYTES}")
    return document


def base64_user_data(user_data: str) -> str:
    """User data in the form that a launch template needs."""
    return base64.b64encode(user_data.encode()).decode()


def cloudwatch_agent_configuration(
    region: str, log_group: str, namespace: str, sources: Mapping[str, str]
) -> dict[str, Any]:
    """Configuration of the CloudWatch agent: memory, disk, and ``sources`` (log stream -> file under /var/log)."""
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


def cloudwatch_agent_files(server: str, configuration: Mapping[str, Any]) -> list[dict[str, str]]:
    """The files that install and configure the CloudWatch agent for ``server``, whose folder is /opt/{server}."""
    home = f"/opt/{server}"
    return [
        file_entry(f"{home}/watch.sh", file_text("agent", "watch.sh").replace(AGENT_HOME, home), "0755"),
        file_entry(f"{home}/agent.json", json.dumps(configuration, separators=(",", ":"))),
        file_entry(f"{SYSTEMD}/watch.service", file_text("agent", "watch.service").replace("storefront", server)),
    ]


def file_entry(path: str, content: str, permissions: str = "0644") -> dict[str, str]:
    """An entry of cloud-config's ``write_files``."""
    return {"path": path, "content": content, "permissions": permissions}


def file_text(server: str, name: str) -> str:
    """The content of the file ``name`` for ``server`` (a folder of files/)."""
    return resources.files("components.tiers.servers").joinpath("files", server, name).read_text("utf-8")
