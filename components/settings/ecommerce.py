"""Settings of the e-commerce architecture: the ``ecommerce`` group of the configuration."""

from dataclasses import dataclass

from components.settings.core import Section
from components.settings.web import WebSettings, read_web


@dataclass(frozen=True, kw_only=True)
class EcommerceSettings:
    """web: the storefront's servers."""

    web: WebSettings


def read_ecommerce(section: Section, profile: str) -> EcommerceSettings:
    """The group's keys, with the profile's sizes as defaults."""
    settings = EcommerceSettings(web=read_web(section.section("web"), profile))
    section.finish()
    return settings
