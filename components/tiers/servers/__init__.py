"""Servers on EC2: a web tier, streaming servers, and Elastic Beanstalk."""

from components.tiers.servers.beanstalk import Beanstalk, BeanstalkArgs
from components.tiers.servers.efs_mount import EfsMount
from components.tiers.servers.sizing import Sizing
from components.tiers.servers.storefront import Storefront, StorefrontArgs
from components.tiers.servers.streaming import SharedFileSystem, StreamingServers, StreamingServersArgs

__all__ = [
    "Beanstalk",
    "BeanstalkArgs",
    "EfsMount",
    "SharedFileSystem",
    "Sizing",
    "Storefront",
    "StorefrontArgs",
    "StreamingServers",
    "StreamingServersArgs",
]
