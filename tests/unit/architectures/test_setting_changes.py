"""Every optional setting can be set and taken back on a running stack, or is refused before AWS changes anything."""

from dataclasses import replace
from typing import Any

import pytest

from components.architectures.transition_guard import recorded_settings, refused_transition, transition_warning
from components.settings.model import parse_settings
from tests.support.graph import Graph
from tests.support.transitions import collisions
from tests.unit.architectures import ecommerce, financial, media
from tests.unit.test_settings_docs import documented, rows

Settings = dict[str, Any]
SCENARIOS = {"ecommerce": ecommerce, "financial": financial, "media": media}
CERTIFICATES = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
OTHER_CERTIFICATES = CERTIFICATES.replace("MIIB", "MIIC")
ISSUER = {"issuer": "https://id.example.com", "audience": "pay"}
TOKEN: Settings = {"authorization": "jwt", "token": ISSUER}
MUTUAL = {"authorization": "mutual-tls", "clientAuthorities": CERTIFICATES}
ROUTER = {"hq": {"address": "8.8.8.8", "asn": 65010}}
PEERED, ATTACHED, SITES = (
    {"sharedVpc": ecommerce.SHARED},
    {"sharedVpc": ecommerce.ATTACHED},
    {"onPremises": ecommerce.SITES},
)
IMAGE = "123456789012.dkr.ecr.us-west-2.amazonaws.com/own:1"
LOGIN = {
    **{key: f"https://id.example.com/{key}" for key in ("authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint")},
    "issuer": "https://id.example.com",
    "clientId": "office",
    "clientSecret": "hidden",
}
SIGNED = media.KEYS["signingKeys"]


def _company(*cidrs: str) -> Settings:
    return {"onPremises": {"cidrs": list(cidrs), "routers": ROUTER}}


CONNECTIONS: list[tuple[Settings, Settings]] = [
    ({}, PEERED),
    ({}, ATTACHED),
    (PEERED, ATTACHED),
    (PEERED, {"sharedVpc": {**ecommerce.SHARED, "accountId": "210987654321"}}),
    (PEERED, {"sharedVpc": {**ecommerce.SHARED, "vpcId": "vpc-0fedcba9876543210", "cidr": "10.51.0.0/16"}}),
    (ATTACHED, {"sharedVpc": {**ecommerce.ATTACHED, "inspected": True}}),
    ({}, SITES),
    (_company("10.60.0.0/16", "10.61.0.0/16"), _company("10.61.0.0/16")),
    (_company("10.60.0.0/16", "10.61.0.0/16"), _company("10.61.0.0/16", "10.60.0.0/16")),
    (_company("10.60.0.0/16"), {**_company("10.60.0.0/16"), **ATTACHED}),
]
"""Values of ``connectivity``, before and after."""


REGION = {"ecommerce": "us-west-2", "financial": "us-east-1", "media": "us-west-2"}
STANDBY = {"ecommerce": ecommerce.STANDBY, "financial": financial.STANDBY, "media": media.STANDBY}
DOMAIN = {"ecommerce": ecommerce.DOMAIN, "financial": financial.DOMAIN, "media": media.DOMAIN}
TWO: dict[str, Settings] = {scenario: {**STANDBY[scenario], **DOMAIN[scenario]} for scenario in SCENARIOS}
ELSEWHERE = {"standbyRegion": "eu-west-1", "standbyAvailabilityZones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]}
PRODUCTION: Settings = {"profile": "production", "media": {"publicVideos": True}}

IMAGES = {"imageId": "ami-0123456789abcdef0", "standbyImageId": "ami-0123456789abcdef1"}
PREFIX_LISTS = {
    "prefixListIds": ["pl-82a045eb", "pl-0123456789abcdef0"],
    "standbyPrefixListIds": ["pl-3b927c52", "pl-0123456789abcdef1"],
}

OWN: dict[str, dict[str, tuple[Settings, Settings]]] = {
    "ecommerce": {
        "sizes": (
            {},
            {
                "ecommerce": {
                    "web": {
                        "instances": 2,
                        "peakInstances": 6,
                        "instanceTypes": ["t4g.medium", "t4g.large"],
                        "imageId": "ami-0123456789abcdef0",
                    },
                    "requestsPerClient": 100,
                    "originSecret": 2,
                    "services": {"tasks": 2, "maxTasks": 20, "spotWeight": 3, "image": IMAGE},
                    "database": {
                        "instanceClass": "db.t4g.large",
                        "storageGib": 30,
                        "maxStorageGib": 90,
                        "readReplicas": 1,
                    },
                    "cache": {"nodeType": "cache.t4g.medium"},
                }
            },
        ),
        "platform": ({}, {"ecommerce": {"services": {"platform": "kubernetes", "adminArns": [ecommerce.ADMIN]}}}),
        "cache engine": ({}, {"ecommerce": {"cache": {"engine": "redis"}}}),
        "back office": (
            {},
            {
                "ecommerce": {
                    "backOffice": {
                        "enabled": True,
                        "platform": "64bit Amazon Linux 2023 v4.7.0 running Python 3.13",
                        "allowedCidrs": ["10.70.0.0/16"],
                    }
                }
            },
        ),
        "back office log-in": (
            {**ecommerce.DOMAIN, "ecommerce": {"backOffice": {"enabled": True}}},
            {**ecommerce.DOMAIN, "ecommerce": {"backOffice": {"enabled": True, "login": LOGIN}}},
        ),
        "images": (TWO["ecommerce"], {**TWO["ecommerce"], "ecommerce": {"web": IMAGES}}),
        "prefix lists": (TWO["ecommerce"], {**TWO["ecommerce"], "ecommerce": {"web": PREFIX_LISTS}}),
        "prefix lists in another order": (
            {**TWO["ecommerce"], "ecommerce": {"web": PREFIX_LISTS}},
            {**TWO["ecommerce"], "ecommerce": {"web": {k: ids[::-1] for k, ids in PREFIX_LISTS.items()}}},
        ),
        "database version": ({}, {"ecommerce": {"database": {"engineVersion": "9.7"}}}),
        "database standby": (TWO["ecommerce"], {**TWO["ecommerce"], "ecommerce": {"database": {"standby": "backups"}}}),
    },
    "financial": {
        "sizes": (
            {},
            {
                "financial": {
                    "api": {"requestsPerSecond": 10, "burst": 20, "requestsPerClient": 100},
                    "processor": {
                        "reservedConcurrency": 20,
                        "provisionedConcurrency": 2,
                        "standbyProvisionedConcurrency": 1,
                    },
                    "ledger": {"minCapacity": 4, "maxCapacity": 8, "readers": 3},
                    "services": {"tasks": 2, "maxTasks": 20, "image": IMAGE},
                    "audit": {"days": 2},
                }
            },
        ),
        "ledger version": ({}, {"financial": {"ledger": {"engineVersion": "18"}}}),
        "ledger class": ({}, {"financial": {"ledger": {"instanceClass": "db.r7g.large"}}}),
        "tokens": ({}, {"financial": {"api": TOKEN}}),
        "other tokens": (
            {"financial": {"api": TOKEN}},
            {
                "financial": {
                    "api": {
                        **TOKEN,
                        "token": {**ISSUER, "audience": "x", "keysUrl": "https://id.example.com/keys"},
                    }
                }
            },
        ),
        "certificates": (DOMAIN["financial"], {**DOMAIN["financial"], "financial": {"api": MUTUAL}}),
        "other certificates": (
            {**DOMAIN["financial"], "financial": {"api": MUTUAL}},
            {**DOMAIN["financial"], "financial": {"api": {**MUTUAL, "clientAuthorities": OTHER_CERTIFICATES}}},
        ),
        "tokens to certificates": (
            {**DOMAIN["financial"], "financial": {"api": TOKEN}},
            {**DOMAIN["financial"], "financial": {"api": MUTUAL}},
        ),
        "own logging role": ({}, {"financial": {"api": {"logging": "own"}}}),
        "adopted logging role": (
            {"financial": {"api": {"logging": "own"}}},
            {"financial": {"api": {"logging": "adopt"}}},
        ),
        "API keys": ({}, {"financial": {"api": {"apiKeys": False}}}),
        "routing": (TWO["financial"], {**TWO["financial"], "financial": {"api": {"routing": "latency"}}}),
        "routing controls": (TWO["financial"], {**TWO["financial"], "financial": {"api": {"routingControls": True}}}),
        "own recorder": ({}, {"financial": {"configuration": "own"}}),
        "adopted recorder": ({"financial": {"configuration": "own"}}, {"financial": {"configuration": "adopt"}}),
        "audit mode": (PRODUCTION, {**PRODUCTION, "financial": {"audit": {"mode": "COMPLIANCE"}}}),
        "witness": (TWO["financial"], {**TWO["financial"], "financial": {"witnessRegion": "us-east-2"}}),
    },
    "media": {
        "sizes": (
            {},
            {
                "media": {
                    "publicVideos": True,
                    "playerOrigins": ["https://player.example.com"],
                    "requestsPerClient": 100,
                    "originSecret": 2,
                    "newsEmail": "studio@example.com",
                    "ingestPassword": 2,
                    "streaming": {
                        "servers": 2,
                        "peakServers": 6,
                        "spotServers": 4,
                        "warmServers": 2,
                        "instanceTypes": ["t4g.medium", "t4g.large"],
                        "imageId": "ami-0123456789abcdef0",
                        "megabitsPerServer": 200,
                        "keepMinutes": 60,
                    },
                    "services": {"tasks": 2, "maxTasks": 20, "spotWeight": 3, "image": IMAGE},
                    "catalog": {
                        "instanceClass": "db.t4g.large",
                        "storageGib": 30,
                        "maxStorageGib": 90,
                        "readReplicas": 1,
                    },
                    "cache": {"nodeType": "cache.t4g.medium"},
                }
            },
        ),
        "no Spot": ({}, {"media": {"streaming": {"spotServers": 0, "warmServers": 1}}}),
        "signing": ({}, {"media": {"signingKeys": SIGNED}}),
        "dials": (TWO["media"], {**TWO["media"], "media": {"trafficDials": {"primary": 50, "standby": 0}}}),
        "topology": ({}, {"media": {"catalog": {"topology": "cluster"}}}),
        "images": (TWO["media"], {**TWO["media"], "media": {"streaming": IMAGES}}),
        "catalog version": ({}, {"media": {"catalog": {"engineVersion": "18"}}}),
        "catalog standby": (TWO["media"], {**TWO["media"], "media": {"catalog": {"standby": "backups"}}}),
        "cache engine": ({}, {"media": {"cache": {"engine": "redis"}}}),
    },
}
"""Settings before and after, besides those of a dev stack in one Region. Sizes are changed together."""


def _common(scenario: str) -> dict[str, tuple[Settings, Settings]]:
    """Changes of the settings that all architectures have."""
    region = REGION[scenario]
    domain, standby, two = DOMAIN[scenario], STANDBY[scenario], TWO[scenario]
    return {
        "profile": ({}, PRODUCTION),
        "protection": (PRODUCTION, {**PRODUCTION, "protectData": False, "keepData": False}),
        "fewer zones": ({}, {"availabilityZones": [f"{region}a", f"{region}b"]}),
        "other zones": (
            {"availabilityZones": [f"{region}a", f"{region}b"]},
            {"availabilityZones": [f"{region}b", f"{region}c"]},
        ),
        "addresses": ({}, {"vpcCidr": "10.9.0.0/16"}),
        "standby": (domain, two),
        "other standby": (two, {**two, **ELSEWHERE}),
        "standby without domain": ({}, standby),
        "standby addresses": (two, {**two, "standbyVpcCidr": "10.9.0.0/16"}),
        "domain": ({}, domain),
        "other domain": (domain, {**domain, "domain": "other.example.com"}),
        "NAT": ({}, {"natMode": "regional"}),
        "IPv6": ({}, {"ipv6": True}),
        "endpoints and tags": (
            {},
            {"interfaceEndpoints": ["ecr.api", "sqs"], "tags": {"team": "shop"}, "alarmEmail": "x@example.com"},
        ),
        "targets": ({}, {"targets": {"*": {"zone": {"capacity": 50}}}}),
    }


def _connections(scenario: str) -> dict[str, tuple[Settings, Settings]]:
    return {
        f"connection {place}": ({scenario: {"connectivity": a}}, {scenario: {"connectivity": b}})
        for place, (a, b) in enumerate(CONNECTIONS)
    }


CHANGES = {
    f"{scenario}: {name}": (scenario, *pair)
    for scenario in SCENARIOS
    for name, pair in {**OWN[scenario], **_common(scenario), **_connections(scenario)}.items()
}
OFTEN = {"ecommerce: platform", "financial: connection 2", "financial: connection 7"}
"""Those that `make test` tries, too."""
ELSEWHERE_TESTED = {"ecommerce.database.promoted", "media.catalog.promoted"}
"""Settings that follow what AWS did: tests/engine/test_failover.py."""
NEVER = {"scenario", "region"}
"""Settings that are never changed on a running stack: docs/settings.md."""


def _given(scenario: str, changes: Settings) -> Settings:
    return {
        "profile": "dev",
        **{key: value for key, value in changes.items() if key not in SCENARIOS or key == scenario},
    }


def _refused(scenario: str, before: Settings, after: Settings) -> str | None:
    """What the guard says, before AWS changes anything."""
    whole = SCENARIOS[scenario].settings
    was, now = (recorded_settings(parse_settings(whole(given), secret_keys=SCENARIOS)) for given in (before, after))
    return refused_transition(was, now) or transition_warning(was, now)


@pytest.mark.parametrize(
    ("scenario", "one", "other"),
    [
        pytest.param(*change, id=name, marks=[pytest.mark.whole] if name in OFTEN else [pytest.mark.exhaustive])
        for name, change in CHANGES.items()
    ],
)
def test_no_unique_key_is_held_twice_while_a_setting_changes(scenario: str, one: Settings, other: Settings) -> None:
    before, after = _given(scenario, one), _given(scenario, other)
    graphs: tuple[Graph, Graph] = (SCENARIOS[scenario].recorded(**before), SCENARIOS[scenario].recorded(**after))
    if not _refused(scenario, before, after):
        assert collisions(*graphs) == []
    if not _refused(scenario, after, before):
        assert collisions(*reversed(graphs)) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_tables_have_the_same_stream_with_and_without_a_standby_region(scenario: str) -> None:
    """DynamoDB does not let the stream of a global table be disabled or changed, and the provider changes it before it
    removes the replicas (hashicorp/terraform-provider-aws#34450).
    """
    table, keys = "aws:dynamodb/table:Table", ("streamEnabled", "streamViewType")
    one, two = (
        {n.name: [n.inputs[key] for key in keys] for n in graph().of(table)}
        for graph in (SCENARIOS[scenario].small, SCENARIOS[scenario].full)
    )
    assert one
    assert one == two


def test_a_key_that_passes_to_another_resource_is_found() -> None:
    graph = ecommerce.small()
    [rule, *_] = graph.of("aws:lb/listenerRule:ListenerRule")
    other = replace(rule, name="other", urn=f"{rule.urn}-other")
    passed = replace(graph, nodes=(*(n for n in graph.nodes if n is not rule), other))
    assert [problem.split(":")[0:2] for problem in collisions(graph, passed)] == [["other", " priority"]]
    assert collisions(graph, replace(passed, nodes=(*passed.nodes[:-1], replace(other, former_urns=(rule.urn,))))) == []


def _names(settings: Any, path: str) -> set[str]:
    if not isinstance(settings, dict) or path.endswith((".connectivity", ".signingKeys", "tags", "targets")):
        return {path}
    return {name for key, value in settings.items() for name in _names(value, f"{path}.{key}" if path else key)}


def test_every_setting_is_changed() -> None:
    changed = {
        name
        for scenario, one, other in CHANGES.values()
        for name in _names(_given(scenario, one), "") | _names(_given(scenario, other), "")
    }
    keys = {row[0].strip("`") for row in rows("Keys")} - set(SCENARIOS) | {"ecommerce.connectivity"}
    page = keys.union(*(documented(scenario) for scenario in SCENARIOS))
    assert page - changed == ELSEWHERE_TESTED | NEVER
