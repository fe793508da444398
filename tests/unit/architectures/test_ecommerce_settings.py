"""Settings of the shop's private connections and back office: every mistake is one sentence, before AWS is asked."""

from typing import Any

import pytest

from components.architectures.shared.private_connectivity import GATEWAY_ASN, TRANSIT_ASN
from components.settings.connectivity import AMAZON_ASNS
from components.settings.model import parse_settings
from components.settings.section import SettingsError
from tests.unit.architectures.ecommerce import ADMIN, ATTACHED, DOMAIN, SHARED, SITES, STANDBY, ZONES

ROUTERS = {"hq": {"address": "8.8.8.8", "asn": 65010}}


def parse(connectivity: dict[str, Any], **more: Any) -> Any:
    values = {"scenario": "ecommerce", "region": "us-west-2", "availabilityZones": ZONES}
    return parse_settings({**values, "ecommerce": {"connectivity": connectivity, **more}})


def shared(**changes: Any) -> dict[str, Any]:
    return {"sharedVpc": {**SHARED, **changes}}


def company(**changes: Any) -> dict[str, Any]:
    return {"onPremises": {**SITES, **changes}}


@pytest.mark.parametrize(
    ("connectivity", "sentence"),
    [
        (shared(vpcId="net"), "sharedVpc.vpcId=net: must be the id of a VPC"),
        (shared(cidr="8.8.8.0/24"), "sharedVpc.cidr=8.8.8.0/24: must be a private IPv4 network"),
        (shared(cidr="10.50.0.1/16"), "sharedVpc.cidr=10.50.0.1/16: must be an IPv4 network"),
        (shared(cidr="10.0.0.0/8"), "connectivity=10.0.0.0/8: overlaps 10.0.0.0/16, the VPC of us-west-2"),
        (shared(mode="transit"), "sharedVpc.subnets: must name a subnet of the shared VPC in at least two zones"),
        ({"sharedVpc": {**ATTACHED, "region": "us-east-2"}}, "sharedVpc.mode=transit: a transit gateway created here"),
        (shared(subnets={"us-west-2a": "subnet-1"}), "subnets={\"us-west-2a\": \"subnet-1\"}: only with mode transit"),
        (shared(accountId="12"), "sharedVpc.accountId=12: must be an account's 12 digits"),
        (company(cidrs=[]), "onPremises.cidrs: missing; give the IPv4 ranges of the sites"),
        (company(routers={}), "onPremises.routers={}: missing; give at least one VPN device"),
        (company(routers={"hq": {"address": "10.1.1.1", "asn": 1}}), "hq.address=10.1.1.1: must be the router"),
        (company(routers=dict.fromkeys("ab", ROUTERS["hq"])), "routers=[\"a\", \"b\"]: must each have a different"),
        (company(routers={"hq": {**ROUTERS["hq"], "asn": 0}}), "hq.asn=0: must be a whole number from 1 to"),
        (company(routers={"hq": {**ROUTERS["hq"], "asn": 64512}}), "hq.asn=64512: is the ASN of a gateway on the AWS"),
        (
            company(lines={"a": {"location": "EqDC2"}, "b": {"location": "EqSV5", "routerAsn": 64513}}),
            "b.routerAsn=64513: is the ASN of a gateway",
        ),
        (company(cidrs=[f"10.{n}.0.0/16" for n in range(1, 15)]), "connectivity=14: has too many ranges: 13 fit"),
        (company(lines={"a": {"location": "EqDC2"}}), "lines=[\"a\"]: must be none, or at least two at different"),
        (
            company(lines={"a": {"location": "EqDC2"}, "b": {"location": "EqDC2"}}),
            "lines=[\"a\", \"b\"]: must be none, or at least two at different",
        ),
        (company(lines={"a": {"location": "EqDC2", "mtu": 1}, "b": {"location": "EqSV5"}}), "a.mtu: no such setting"),
        ({"peering": {}}, "connectivity.peering: no such setting; valid keys: onPremises, sharedVpc"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence(connectivity: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(connectivity)
    assert len(caught.value.problems) == 1, caught.value.problems
    assert sentence in caught.value.problems[0]


def test_connectivity_is_off_by_default_and_read_if_configured() -> None:
    nothing = parse({}).ecommerce.connectivity
    assert (nothing.shared, nothing.on_premises, nothing.remote_cidrs) == (None, None, ())
    found = parse({**shared(), **company()}).ecommerce.connectivity
    assert found.remote_cidrs == ("10.50.0.0/16", "10.60.0.0/16")
    assert found.on_premises.lines["a"].ready
    assert not found.on_premises.lines["b"].ready


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "8.8.8.8/32", "everybody"])
def test_the_back_office_is_opened_to_private_ranges_alone(cidr: str) -> None:
    with pytest.raises(SettingsError, match=r"ecommerce\.backOffice\.allowedCidrs"):
        parse({}, backOffice={"allowedCidrs": [cidr]})


@pytest.mark.parametrize(
    ("services", "sentence"),
    [
        ({"platform": "kubernetes", "adminArns": ["admin"]}, "adminArns=admin: must be ARNs of IAM roles or users"),
        ({"platform": "kubernetes", "adminArns": [ADMIN, ADMIN]}, "names an ARN twice"),
        ({"adminArns": [ADMIN]}, "is only for kubernetes; remove it"),
    ],
)
def test_administrators_are_of_clusters_and_known_to_iam(services: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse({}, services=services)
    [problem] = caught.value.problems
    assert problem.startswith("ecommerce.services.adminArns=")
    assert sentence in problem


def test_a_plain_client_secret_is_refused_and_shown_nowhere() -> None:
    urls = dict.fromkeys(
        ("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"), "https://id.example.com"
    )
    values: dict[str, Any] = {
        "scenario": "ecommerce",
        "region": "us-west-2",
        "availabilityZones": ZONES,
        **DOMAIN,
        "ecommerce": {"backOffice": {"login": {**urls, "clientId": "office", "clientSecret": "hunter2hunter2"}}},
    }
    with pytest.raises(SettingsError) as caught:
        parse_settings(values)
    [problem] = caught.value.problems
    assert problem.startswith("ecommerce.backOffice.login.clientSecret=[secret]: is in the configuration as plain text")
    assert "pulumi config set --secret --path ecommerce.backOffice.login.clientSecret" in problem
    assert "hunter2" not in str(caught.value)
    assert parse_settings(values, secret_keys=["ecommerce"]).ecommerce.back_office.login is not None


def test_a_second_region_takes_the_room_of_one_range() -> None:
    values = {"scenario": "ecommerce", "region": "us-west-2", "availabilityZones": ZONES, **STANDBY}
    sites = [f"10.{n}.0.0/16" for n in range(2, 15)]
    for kept, count in ((12, 0), (13, 1)):
        ways = {"connectivity": company(cidrs=sites[:kept])}
        try:
            parse_settings({**values, "ecommerce": ways})
            found: tuple[str, ...] = ()
        except SettingsError as error:
            found = error.problems
        assert len(found) == count, found
        assert all("12 fit into the network ACLs" in problem for problem in found)


def test_settings_know_the_numbers_that_the_gateways_on_awss_side_have() -> None:
    assert set(AMAZON_ASNS) == {*TRANSIT_ASN.values(), GATEWAY_ASN}
