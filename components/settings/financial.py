"""Settings of the financial-services architecture: the ``financial`` group of the configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from components import versions
from components.settings.cells import COMMERCIAL_REGIONS, CellSettings
from components.settings.connectivity import ConnectivitySettings, check_connectivity, read_connectivity
from components.settings.section import Section

AUTHORIZATIONS = ("iam", "jwt", "mutual-tls")
LOGGING = ("own", "adopt", "skip")
STRONG_REGION_SETS = (
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
)
"""The same as in components/tiers/data/dynamodb.py, which settings must not import; a test compares the two."""

GLOBAL_READERS = 14
"""Most readers of the ledger's database in the primary Region of two (components/tiers/data/aurora.py)."""
LEAST_CAPACITY = {False: 2, True: 8}
"""Minimum ACU by whether it is production: Aurora's recommendations with Performance Insights, and for the primary
Region of a Global Database (Aurora user guide, "Choosing the minimum Aurora Serverless v2 capacity setting for a
cluster")."""
YEARS_7 = 2555
"""Retention of the audit objects in production, days: seven years (SEC rule 17a-4 requires six)."""
_CLASS = r"db\.[a-z0-9-]+\.[a-z0-9-]+"
_HTTPS = r"https://[A-Za-z0-9.-]+(:\d+)?(/\S*)?"
_IMAGE = r"[^\s@]+(:[\w.-]+|@sha256:[0-9a-f]{64})"
_PEM = r"\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+"


@dataclass(frozen=True, kw_only=True)
class TokenSettings:
    """JSON Web Tokens: issuer, audience, and the URL of the issuer's public keys (JSON Web Key Set)."""

    issuer: str
    audience: str
    keys_url: str


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """authorization: how clients authenticate; token is for jwt, authorities (PEM of the clients' CAs) for mutual-tls.

    api_keys: clients must also send an API key of a usage plan. rate, burst: of the whole API, requests per second and
    concurrent requests. requests_per_client: per IP address in 5 minutes; the web ACL blocks above. routing: Route 53
    policy between the Regions. routing_controls: an operator can move clients to the other Region with routing controls
    (Application Recovery Controller, which AWS bills by the hour). logging: the role with which API Gateway writes
    logs, one per account and Region: create it (own), use the existing one (adopt), or write no logs (skip).
    logging_given: whether the settings name one of them, as production must.
    """

    authorization: Literal["iam", "jwt", "mutual-tls"]
    token: TokenSettings | None
    authorities: str
    api_keys: bool
    rate: int
    burst: int
    requests_per_client: int
    routing: Literal["failover", "latency"]
    routing_controls: bool
    logging: Literal["own", "adopt", "skip"]
    logging_given: bool


@dataclass(frozen=True, kw_only=True)
class ProcessorSettings:
    """Concurrency of the transaction processor's Lambda function. reserved: None for the account's unreserved
    concurrency; provisioned: None for none; standby_provisioned: in the standby Region.
    """

    reserved: int | None
    provisioned: int | None
    standby_provisioned: int | None


@dataclass(frozen=True, kw_only=True)
class LedgerSettings:
    """Aurora PostgreSQL. engine_version: the major version. instance_class: empty for Serverless v2, least to most ACU.
    readers: besides the writer.
    """

    engine_version: str
    instance_class: str
    least: int
    most: int
    readers: int


@dataclass(frozen=True, kw_only=True)
class FinancialServices:
    """The services ledger and risk. tasks: of each that must still run after the loss of a zone; most: maximum. image:
    URI of your image, or empty for the sample service.
    """

    tasks: int
    most: int
    image: str


@dataclass(frozen=True, kw_only=True)
class AuditSettings:
    """S3 Object Lock of the audit objects. days: retention. mode: in GOVERNANCE, principals with a special permission
    can still delete them; in COMPLIANCE, nobody can.
    """

    days: int
    mode: Literal["GOVERNANCE", "COMPLIANCE"]


@dataclass(frozen=True, kw_only=True)
class FinancialSettings:
    """witness_region: third Region of DynamoDB tables with multi-Region strong consistency; empty for eventual
    consistency.

    configuration: AWS Config's recorder, one per account and Region: create it (own), use the existing one (adopt), or
    have none (skip).
    """

    api: ApiSettings
    processor: ProcessorSettings
    ledger: LedgerSettings
    services: FinancialServices
    audit: AuditSettings
    witness_region: str
    configuration: Literal["own", "adopt", "skip"]
    connectivity: ConnectivitySettings


def read_financial(section: Section, profile: str) -> FinancialSettings:
    """Read the group; defaults are the profile's sizes."""
    big = profile == "production"
    configuration = section.choice("configuration", ("own", "adopt", "skip"), "own" if big else "skip")
    settings = FinancialSettings(
        api=_api(section.section("api"), big),
        processor=_processor(section.section("processor"), big),
        ledger=_ledger(section.section("ledger"), big),
        services=_services(section.section("services"), big),
        audit=_audit(section.section("audit"), big),
        witness_region=section.text("witnessRegion", "", rule="must be an AWS Region such as us-east-2"),
        configuration=cast(Literal["own", "adopt", "skip"], configuration),
        connectivity=read_connectivity(section.section("connectivity")),
    )
    section.finish()
    return settings


def check_financial(
    section: Section, found: FinancialSettings, cells: Sequence[CellSettings], *, domain_given: bool, production: bool
) -> None:
    """Report mistakes that depend on the rest of the settings. production: whether it is a production stack of this
    architecture.
    """
    api, two = found.api, len(cells) > 1
    if production and not api.logging_given:
        section.complain(
            "api.logging",
            "missing: an account has one role per Region with which API Gateway writes logs. If `aws apigateway "
            "get-account --query cloudwatchRoleArn` prints a role, give adopt, otherwise own (as stacks that were made "
            "without this setting), or skip for no logs",
        )
    if api.authorization == "mutual-tls" and not domain_given:
        section.complain("api.authorization", "needs domain: clients connect to that name with TLS", value="mutual-tls")
    if api.routing_controls and not (two and domain_given):
        section.complain("api.routingControls", "needs domain and standbyRegion", value="true")
    if two and found.ledger.instance_class.startswith("db.t"):
        rule = "with standbyRegion must be a memory-optimized class (db.r7g.large), as Aurora Global Database requires"
        section.complain("ledger.instanceClass", rule, value=found.ledger.instance_class)
    if two and found.ledger.readers > GLOBAL_READERS:
        section.complain(
            "ledger.readers", f"must be at most {GLOBAL_READERS} with standbyRegion", value=found.ledger.readers
        )
    if found.witness_region:
        _check_witness(section, found.witness_region, cells)
    check_connectivity(section, found.connectivity, cells)


def _check_witness(section: Section, witness: str, cells: Sequence[CellSettings]) -> None:
    regions = {cell.region for cell in cells} | {witness}
    if witness not in COMMERCIAL_REGIONS:
        section.complain("witnessRegion", "must be an AWS Region such as us-east-2")
    elif len(cells) < 2 or len(regions) < 3:
        section.complain("witnessRegion", "must differ from region and standbyRegion")
    elif not any(regions <= together for together in STRONG_REGION_SETS):
        sets = "; ".join(", ".join(sorted(together)) for together in STRONG_REGION_SETS)
        section.complain(
            "witnessRegion", f"must be in one of these sets together with region and standbyRegion: {sets}"
        )


def _api(section: Section, big: bool) -> ApiSettings:
    authorization = section.choice("authorization", AUTHORIZATIONS, "iam")
    token = None
    tokens = section.section("token")
    if authorization == "jwt":
        issuer = tokens.text("issuer", None, _HTTPS, "must be the issuer's https address, as in its tokens")
        token = TokenSettings(
            issuer=issuer,
            audience=tokens.text("audience", None, rule="must be the audience (aud) in the tokens for this API"),
            keys_url=tokens.text(
                "keysUrl", f"{issuer.rstrip('/')}/.well-known/jwks.json", _HTTPS, "must be an https address"
            ),
        )
        tokens.finish()
    elif section.given("token"):
        section.complain("token", "is only for authorization jwt; remove it, or set authorization to jwt")
    authorities = section.text("clientAuthorities", "", _PEM, "must be the CA certificates of the clients as PEM text")
    if (authorization == "mutual-tls") != bool(authorities):
        section.complain(
            "clientAuthorities", "and authorization mutual-tls need each other: set both or neither", value=""
        )
    rate = section.number("requestsPerSecond", 1000, 1, 10_000, "requests")
    found = ApiSettings(
        authorization=cast(Literal["iam", "jwt", "mutual-tls"], authorization),
        token=token,
        authorities=authorities,
        api_keys=section.flag("apiKeys", default=True),
        rate=rate,
        burst=section.number("burst", min(2 * rate, 5000), 1, 5000, "requests"),
        requests_per_client=section.number("requestsPerClient", 2000, 10, 2_000_000_000, "requests in 5 minutes"),
        routing=cast(Literal["failover", "latency"], section.choice("routing", ("failover", "latency"), "failover")),
        logging=cast(Literal["own", "adopt", "skip"], section.choice("logging", LOGGING, "own" if big else "skip")),
        logging_given=section.given("logging"),
        routing_controls=section.flag("routingControls", default=False),
    )
    section.finish()
    return found


def _processor(section: Section, big: bool) -> ProcessorSettings:
    reserved = section.number("reservedConcurrency", 200 if big else 0, 0, 10_000, "executions")
    provisioned = section.number("provisionedConcurrency", 20 if big else 0, 0, 10_000, "executions")
    standby = section.number("standbyProvisionedConcurrency", 5 if big else 0, 0, 10_000, "executions")
    for key, value in (("provisionedConcurrency", provisioned), ("standbyProvisionedConcurrency", standby)):
        if reserved and value > reserved:
            section.complain(key, f"must be at most reservedConcurrency, {reserved}", value=value)
    section.finish()
    return ProcessorSettings(
        reserved=reserved or None, provisioned=provisioned or None, standby_provisioned=standby or None
    )


def _ledger(section: Section, big: bool) -> LedgerSettings:
    instance_class = section.text(
        "instanceClass", "", _CLASS, "must be an instance class (db.r7g.large), or empty for Serverless v2"
    )
    if instance_class and (section.given("minCapacity") or section.given("maxCapacity")):
        section.complain("instanceClass", "is only for provisioned instances; remove minCapacity and maxCapacity")
    most = section.number("maxCapacity", 0, 1, 256, "ACU")
    least = section.number("minCapacity", min(LEAST_CAPACITY[big], most or 256), 1, 256, "ACU")
    most = most or max(64 if big else 4, least)
    if least > most:
        section.complain("minCapacity", f"must be at most maxCapacity, {most}", value=least)
    version = versions.AURORA_POSTGRES.version
    found = LedgerSettings(
        engine_version=section.text("engineVersion", version, r"\d+", f"must be a major version such as {version}"),
        instance_class=instance_class,
        least=least,
        most=most,
        readers=section.number("readers", 2, 2, 15, "readers"),
    )
    section.finish()
    return found


def _services(section: Section, big: bool) -> FinancialServices:
    tasks = section.number("tasks", 2 if big else 1, 1, 500, "tasks")
    most = section.number("maxTasks", max(10, 10 * tasks) if big else 6 * tasks, 1, 5000, "tasks")
    if most < 2 * tasks:
        section.complain(
            "maxTasks", f"must be at least {2 * tasks}, twice tasks: with two zones, each zone runs them all"
        )
    image = section.text("image", "", _IMAGE, "must be an image URI with a tag or digest")
    section.finish()
    return FinancialServices(tasks=tasks, most=most, image=image)


def _audit(section: Section, big: bool) -> AuditSettings:
    mode = section.choice("mode", ("GOVERNANCE", "COMPLIANCE"), "GOVERNANCE")
    if mode == "COMPLIANCE" and not big:
        section.complain("mode", "cannot be removed by anybody, so a dev stack could not be destroyed; use GOVERNANCE")
    days = section.number("days", YEARS_7 if big else 1, 1, 36_500, "days")
    section.finish()
    return AuditSettings(days=days, mode=cast(Literal["GOVERNANCE", "COMPLIANCE"], mode))
