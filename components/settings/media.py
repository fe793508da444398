"""Settings of the media-streaming architecture: the ``media`` group of the configuration."""

from dataclasses import dataclass

from components.settings.core import Section


@dataclass(frozen=True, kw_only=True)
class MediaSettings:
    """The media architecture has no settings of its own so far."""


def read_media(section: Section, profile: str) -> MediaSettings:
    """The group's keys, with the profile's sizes as defaults."""
    section.finish()
    return MediaSettings()
