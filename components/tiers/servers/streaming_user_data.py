"""User data of the streaming servers: boot steps and the configuration of nginx."""

from dataclasses import dataclass
from string import Template

from components.tiers.servers.user_data import (
    SYSTEMD,
    cloud_config,
    cloudwatch_agent_configuration,
    cloudwatch_agent_files,
    file_entry,
    file_text,
)

HOME = "/opt/streaming"
STREAMS = "/srv/streams"
"""Mount point of the shared file system. Two files name it too (origin.service, sweep.service)."""

MANIFEST_SECONDS = 1
"""Seconds that a playlist may be cached; the shortest segments that players handle well are two seconds long."""
SEGMENT_SECONDS = 31_536_000
"""Seconds that a segment may be cached: one year, the longest that caches honour. A segment name is used only once."""
MAX_MEGABYTES = 64
"""Megabytes of the largest segment: 10 seconds at 50 Mbit/s. nginx rejects larger ones with 413."""


@dataclass(frozen=True, kw_only=True)
class NginxOrigin:
    """Inputs of `nginx_configuration`. port, ingest_port: TCP, 1024-65535, for players and for encoders. root: folder
    with ``live/`` and ``incoming/``. run, logs: folders that nginx may write to.

    Raises ValueError if the ports are equal or out of range.
    """

    port: int
    ingest_port: int
    root: str = STREAMS
    run: str = "/run/streaming"
    logs: str = "/var/log/streaming"

    def __post_init__(self) -> None:
        for key, port in {"port": self.port, "ingest_port": self.ingest_port}.items():
            if not 1024 <= port <= 65535:
                raise ValueError(f"{key}={port}: the server runs without privileges; give 1024-65535")
        if self.port == self.ingest_port:
            raise ValueError(f"ingest_port={self.port}: players could write; give another one than port")


@dataclass(frozen=True, kw_only=True)
class StreamingUserDataArgs:
    """Inputs of `streaming_user_data`.

    file_system, access_point: ids. hook: name of the lifecycle hook that waits for the server. keep_minutes: age, in
    minutes, at which files that an encoder did not delete are deleted. log_group, namespace: of the CloudWatch agent.
    """

    region: str
    origin: NginxOrigin
    file_system: str
    access_point: str
    hook: str
    keep_minutes: int
    log_group: str
    namespace: str


class _At(Template):
    delimiter = "@"  # nginx uses dollar signs itself


def nginx_configuration(origin: NginxOrigin) -> str:
    """The configuration file of nginx."""
    return _At(file_text("streaming", "nginx.conf")).substitute(
        port=origin.port,
        ingest_port=origin.ingest_port,
        root=origin.root,
        run=origin.run,
        logs=origin.logs,
        manifest_seconds=MANIFEST_SECONDS,
        segment_seconds=SEGMENT_SECONDS,
        max_megabytes=MAX_MEGABYTES,
    )


def streaming_user_data(args: StreamingUserDataArgs) -> str:
    """The cloud-config document. Raises ValueError if it is larger than EC2 allows."""
    settings = {
        "REGION": args.region,
        "ROOT": args.origin.root,
        "PORT": args.origin.port,
        "FILE_SYSTEM": args.file_system,
        "ACCESS_POINT": args.access_point,
        "HOOK": args.hook,
    }
    sources = {"cloud-init-output.log": "boot", "streaming/error.log": "origin"}
    sweep = Template(file_text("streaming", "sweep.service")).substitute(keep_minutes=args.keep_minutes)
    files = [
        file_entry(f"{HOME}/nginx.conf", nginx_configuration(args.origin)),
        file_entry(f"{HOME}/settings", "".join(f"{key}='{value}'\n" for key, value in settings.items())),
        file_entry(f"{HOME}/start.sh", file_text("streaming", "start.sh"), "0755"),
        file_entry(f"{SYSTEMD}/start.service", file_text("streaming", "start.service")),
        file_entry(f"{SYSTEMD}/origin.service", file_text("streaming", "origin.service")),
        file_entry(f"{SYSTEMD}/sweep.service", sweep),
        file_entry(f"{SYSTEMD}/sweep.timer", file_text("streaming", "sweep.timer")),
        *cloudwatch_agent_files(
            "streaming", cloudwatch_agent_configuration(args.region, args.log_group, args.namespace, sources)
        ),
    ]
    commands = [
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "--now", "--no-block", "start.service"],
        ["systemctl", "enable", "--now", "--no-block", "watch.service"],
    ]
    return cloud_config(files, commands)
