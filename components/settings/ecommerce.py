"""Settings of the e-commerce architecture: the ``ecommerce`` group of the configuration."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from components import versions
from components.settings.connectivity import ConnectivitySettings, private_cidr, read_connectivity
from components.settings.databases import CacheSettings, RdsSettings, read_cache, read_rds
from components.settings.section import Section
from components.settings.services import ServiceSettings, read_services
from components.settings.web import WebSettings, read_web

_PRINCIPAL = r"arn:aws:iam::\d{12}:(role|user)/[\w+=,.@/-]+"
_PLATFORM = r"latest|64bit Amazon Linux 2023 v4\.\d+\.\d+ running Python 3\.\d+"
EXAMPLE = f"64bit Amazon Linux 2023 v4.6.1 running Python {versions.BEANSTALK_PYTHON.version}"
NEWEST = "latest"
"""The newest platform version, which is the only one that every account may create an environment with."""


@dataclass(frozen=True, kw_only=True)
class ServicesSettings(ServiceSettings):
    """platform: where catalog, cart and checkout run. admin_arns: IAM roles and users that administer the EKS clusters,
    besides the function that deploys to them.
    """

    platform: Literal["fargate", "kubernetes"]
    admin_arns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LoginSettings:
    """The back office as an application of an OpenID Connect provider. The endpoints are https URLs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, kw_only=True)
class BackOfficeSettings:
    """platform: Elastic Beanstalk platform version by its full name, or ``latest``, which is looked up in AWS at
    preview.

    allowed_cidrs: private ranges from which it can be opened, besides those of connectivity. login: whom its load
    balancer lets in; None lets in everybody from there.
    """

    enabled: bool
    platform: str
    allowed_cidrs: tuple[str, ...]
    login: LoginSettings | None


@dataclass(frozen=True, kw_only=True)
class EcommerceSettings:
    """web: the storefront's servers. requests_per_client: per IP address in 5 minutes; the web ACL blocks above.

    origin_secret: version of the header value that CloudFront sends to the load balancers; a new number rotates it.
    """

    web: WebSettings
    services: ServicesSettings
    database: RdsSettings
    cache: CacheSettings
    back_office: BackOfficeSettings
    connectivity: ConnectivitySettings
    requests_per_client: int
    origin_secret: int


def read_ecommerce(section: Section, profile: str) -> EcommerceSettings:
    """Read the group; defaults are the profile's sizes."""
    big = profile == "production"
    settings = EcommerceSettings(
        web=read_web(section.section("web"), profile),
        services=_services(section.section("services"), big),
        database=read_rds(section.section("database"), big, engine="mysql", clusters=False),
        cache=read_cache(section.section("cache"), big),
        back_office=_back_office(section.section("backOffice"), big),
        connectivity=read_connectivity(section.section("connectivity")),
        requests_per_client=section.number("requestsPerClient", 2000, 10, 2_000_000_000, "requests in 5 minutes"),
        origin_secret=section.number("originSecret", 1, 1, 1_000_000),
    )
    section.finish()
    return settings


def _services(section: Section, big: bool) -> ServicesSettings:
    shared = read_services(section, big)
    platform = section.choice("platform", ("fargate", "kubernetes"), "fargate")
    if shared.spot_weight and platform == "kubernetes":
        section.complain("spotWeight", "is only for fargate; remove it", value=shared.spot_weight)
    admins = section.words("adminArns")
    for admin in admins:
        if not re.fullmatch(_PRINCIPAL, admin):
            section.complain("adminArns", "must be ARNs of IAM roles or users", value=admin)
    if len(set(admins)) < len(admins):
        section.complain("adminArns", "names an ARN twice")
    if admins and platform == "fargate":
        section.complain("adminArns", "is only for kubernetes; remove it")
    section.finish()
    return ServicesSettings(
        platform=cast(Literal["fargate", "kubernetes"], platform), admin_arns=admins, **vars(shared)
    )


def _login(office: Section) -> LoginSettings | None:
    section = office.section("login")
    if not office.given("login"):
        return None

    def url(key: str) -> str:
        return section.text(key, None, r"https://[^\s/?#]+[^\s#]*", "must be an https URL")

    found = LoginSettings(
        issuer=url("issuer"),
        authorization_endpoint=url("authorizationEndpoint"),
        token_endpoint=url("tokenEndpoint"),
        user_info_endpoint=url("userInfoEndpoint"),
        client_id=section.text("clientId", None, ".+", "must be the id that the identity provider gave"),
        client_secret=section.secret("clientSecret", "must be the secret that the identity provider gave"),
    )
    section.finish()
    return found


def check_login(section: Section, found: BackOfficeSettings, *, domain_given: bool) -> None:
    """Report a log-in that no HTTPS listener could ask for. section: the architecture's."""
    if found.login is not None and not domain_given:
        section.complain(
            "backOffice.login", "needs domain: a load balancer asks for a log-in with HTTPS only", value=""
        )


def _back_office(section: Section, big: bool) -> BackOfficeSettings:
    cidrs = tuple(private_cidr(section, "allowedCidrs", cidr) for cidr in section.words("allowedCidrs"))
    found = BackOfficeSettings(
        enabled=section.flag("enabled", default=big),
        platform=section.text(
            "platform",
            NEWEST,
            _PLATFORM,
            f"must be latest, or a platform version such as {EXAMPLE}",
        ),
        allowed_cidrs=cidrs,
        login=_login(section),
    )
    section.finish()
    return found
