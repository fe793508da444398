"""The streaming tier: HLS origins over all zones that share one file system, behind a load balancer."""

from components.tiers.streaming.tier import INGEST_USER, SharedFiles, StreamingArgs, StreamingTier
from components.tiers.streaming.user_data import (
    Origin,
    StreamingUserDataArgs,
    nginx_configuration,
    render_streaming_user_data,
)

__all__ = [
    "INGEST_USER",
    "Origin",
    "SharedFiles",
    "StreamingArgs",
    "StreamingTier",
    "StreamingUserDataArgs",
    "nginx_configuration",
    "render_streaming_user_data",
]
