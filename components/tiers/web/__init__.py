"""The web tier: an Application Load Balancer before servers in every Availability Zone."""

from components.tiers.web.load_balancer import RequiredHeader
from components.tiers.web.media import MediaMount
from components.tiers.web.sizing import Sizing, per_zone
from components.tiers.web.tier import WebArgs, WebTier
from components.tiers.web.user_data import UserDataArgs, render_user_data

__all__ = [
    "MediaMount",
    "RequiredHeader",
    "Sizing",
    "UserDataArgs",
    "WebArgs",
    "WebTier",
    "per_zone",
    "render_user_data",
]
