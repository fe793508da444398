"""All settings, and how they are read from the stack's configuration."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import pulumi

from components.settings.cells import CellSettings, read_cells
from components.settings.connectivity import check_connectivity
from components.settings.databases import check_replicas
from components.settings.ecommerce import EcommerceSettings, check_login, read_ecommerce
from components.settings.financial import FinancialSettings, check_financial, read_financial
from components.settings.media import MediaSettings, check_media, read_media
from components.settings.section import EMAIL, Section, SettingsError, scrubbed
from components.settings.targets import read_targets
from components.settings.web import check_images, check_prefix_lists
from components.tags import OWN_TAGS

SCENARIOS = ("ecommerce", "financial", "media")
PROFILES = ("dev", "production")
NAT_MODES = ("zonal", "regional")

INTERFACE_SERVICES = (
    "autoscaling", "ec2", "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry",
    "elasticloadbalancing", "events", "execute-api", "kms", "lambda", "logs", "monitoring", "rds", "secretsmanager",
    "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "xray",
)  # fmt: skip
"""Services with an interface endpoint in every commercial Region (names as in ``com.amazonaws.<region>.<service>``)."""

SERVICE_TAGS = 3
"""Most tags that a service adds: Elastic Beanstalk three to the resources of an environment (Developer Guide, "Tagging
resources in your Elastic Beanstalk environments"), EKS Auto Mode one to a target group."""
MAX_USER_TAGS = 50 - len(OWN_TAGS) - SERVICE_TAGS
"""AWS allows 50 tags per resource."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"(?=.{{4,200}}$)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])"
_ZONE_ID = r"Z[A-Z0-9]{1,31}"
_TAG_TEXT = r"[\w\s+=.:/@-]"


@dataclass(frozen=True, kw_only=True)
class Domain:
    """name: the site's domain. zone_id: its public Route 53 hosted zone."""

    name: str
    zone_id: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a stack. The groups of the other scenarios are read too, and their mistakes are reported.

    standby: the second Region's cell, if there is one. alarm_email: empty for none. nat_mode: one NAT gateway per zone
    (zonal), or one regional NAT gateway that AWS spreads over the zones. protect_data: resources with data cannot be
    deleted. keep_data: data survives the deletion of its resource, as a final snapshot or because the resource is
    retained. targets: what entry points must keep when something is lost, as the policy pack reads it.
    """

    scenario: str
    profile: Literal["dev", "production"]
    protect_data: bool
    keep_data: bool
    primary: CellSettings
    standby: CellSettings | None
    domain: Domain | None
    alarm_email: str
    nat_mode: Literal["zonal", "regional"]
    ipv6: bool
    interface_endpoints: tuple[str, ...]
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    targets: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ecommerce: EcommerceSettings
    financial: FinancialSettings
    media: MediaSettings

    @property
    def production(self) -> bool:
        """Whether the stack has production's topology, sizes and retention; also the default of `protect_data`."""
        return self.profile == "production"

    @property
    def fargate(self) -> bool:
        """Whether the services run on Fargate; those of e-commerce may run on EKS instead."""
        return self.scenario != "ecommerce" or self.ecommerce.services.platform == "fargate"

    @property
    def cells(self) -> tuple[CellSettings, ...]:
        """The primary cell and, if there is one, the standby cell."""
        return (self.primary, self.standby) if self.standby else (self.primary,)


def load_settings(config: pulumi.Config | None = None) -> Settings:
    """The settings of the stack that is being deployed. Raises SettingsError with all mistakes."""
    namespace = (config or pulumi.Config()).name + ":"
    # All keys that are set, which `pulumi.Config` does not list: a misspelt one is an error, too.
    everything, secrets = pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env()
    values = {key.removeprefix(namespace): value for key, value in everything.items() if key.startswith(namespace)}
    secret = {key.removeprefix(namespace) for key in secrets if key in everything and key.startswith(namespace)}
    return parse_settings(values, secret_keys=secret)


def parse_settings(values: Mapping[str, Any], *, secret_keys: Collection[str] = ()) -> Settings:
    """Settings from raw values, keyed without the project's namespace. Raises SettingsError with all mistakes."""
    problems: list[str] = []
    root = Section(values, problems, secret_keys=frozenset(secret_keys))
    scenario = root.choice("scenario", SCENARIOS, None)
    profile = root.choice("profile", PROFILES, "dev")
    protect_data = root.flag("protectData", default=profile == "production")
    keep_data = root.flag("keepData", default=profile == "production" or protect_data)
    if protect_data and not keep_data:
        root.complain("keepData", "needs protectData false: protected data is never deleted")
    primary, standby = read_cells(root)
    shop, bank, studio = root.section("ecommerce"), root.section("financial"), root.section("media")
    settings = Settings(
        scenario=scenario,
        profile=cast(Literal["dev", "production"], profile),
        protect_data=protect_data,
        keep_data=keep_data,
        primary=primary,
        standby=standby,
        domain=_domain(root),
        alarm_email=root.text("alarmEmail", "", EMAIL, "must be an e-mail address such as ops@example.com"),
        nat_mode=cast(Literal["zonal", "regional"], root.choice("natMode", NAT_MODES, "zonal")),
        ipv6=root.flag("ipv6", default=False),
        interface_endpoints=_endpoints(root),
        tags=_tags(root),
        targets=read_targets(root),
        ecommerce=read_ecommerce(shop, profile),
        financial=read_financial(bank, profile),
        media=read_media(studio, profile),
    )
    check_financial(
        bank,
        settings.financial,
        settings.cells,
        domain_given=settings.domain is not None,
        production=scenario == "financial" and settings.production,
    )
    if not keep_data and settings.financial.audit.mode == "COMPLIANCE":
        root.complain(
            "keepData",
            "cannot be false with financial.audit.mode COMPLIANCE: nobody can delete locked objects; remove it",
        )
    check_login(shop, settings.ecommerce.back_office, domain_given=settings.domain is not None)
    check_images(shop, "web", settings.ecommerce.web.images, settings.cells)
    check_prefix_lists(
        shop, settings.ecommerce.web.prefix_lists, settings.cells, domain_given=settings.domain is not None
    )
    check_images(studio, "streaming", settings.media.streaming.images, settings.cells)
    check_replicas(shop, "database", settings.ecommerce.database, primary)
    check_replicas(studio, "catalog", settings.media.catalog, primary)
    check_connectivity(shop, settings.ecommerce.connectivity, settings.cells)
    check_connectivity(studio, settings.media.connectivity, settings.cells)
    check_media(studio, settings.media, settings.cells, production=scenario == "media" and settings.production)
    root.finish()
    if problems:
        raise SettingsError(scrubbed(problems, [values[key] for key in secret_keys if key in values]))
    return settings


def _domain(root: Section) -> Domain | None:
    name = root.text("domain", "", _DOMAIN, "must be a lower-case domain name such as shop.example.com")
    zone = root.text("hostedZoneId", "", _ZONE_ID, "must be a Route 53 hosted zone's id such as Z0123456789ABCDEFGHIJ")
    if root.given("domain") and not root.given("hostedZoneId"):
        root.complain("hostedZoneId", "missing; domain needs the id of its public hosted zone")
    if root.given("hostedZoneId") and not root.given("domain"):
        root.complain("hostedZoneId", "needs domain; set domain, or remove hostedZoneId")
    return Domain(name=name, zone_id=zone) if name and zone else None


def _endpoints(root: Section) -> tuple[str, ...]:
    services = root.words("interfaceEndpoints")
    for wrong in (s for s in services if s not in INTERFACE_SERVICES):
        root.complain("interfaceEndpoints", f"must be from this list: {', '.join(INTERFACE_SERVICES)}", value=wrong)
    return tuple(sorted(set(services)))


def _tags(root: Section) -> dict[str, str]:
    tags = root.table("tags")
    if len(tags) > MAX_USER_TAGS:
        root.complain(
            "tags",
            f"must be at most {MAX_USER_TAGS}; AWS allows 50, and the stack and services add theirs",
            value=len(tags),
        )
    for key, value in tags.items():
        if key in OWN_TAGS:
            root.complain("tags", f"{', '.join(OWN_TAGS)} are reserved: the stack sets them", value=key)
        elif key.lower().startswith("aws:"):
            root.complain("tags", "keys that start with aws: are reserved by AWS", value=key)
        elif not re.fullmatch(_TAG_TEXT + "{1,128}", key):
            root.complain("tags", "keys are 1-128 letters, digits, spaces and + - = . _ : / @", value=key)
        elif not re.fullmatch(_TAG_TEXT + "{0,256}", value):
            root.complain(
                "tags", "values are 0-256 letters, digits, spaces and + - = . _ : / @", value=f"{key}: {value}"
            )
    return tags
