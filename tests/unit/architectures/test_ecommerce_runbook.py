"""The shop's runbooks name what the stack has: names, settings and numbers in their commands are the program's own."""

import fnmatch
import re
from pathlib import Path
from typing import Any

import pytest
from ha_policy.evaluate import Verdict

from components.settings.model import parse_settings
from tests.support.findings import judged
from tests.support.offline import OfflineAws
from tests.support.some import some
from tests.unit.architectures.ecommerce import DOMAIN, STANDBY, ZONES, full, run

PAGE = (Path(__file__).parents[3] / "docs" / "ecommerce.md").read_text(encoding="utf-8")
RUNBOOK = PAGE[PAGE.index("## Promoting the database") : PAGE.index("## Other runbooks")]
INSTANCE, CHECK = "aws:rds/instance:Instance", "aws:route53/healthCheck:HealthCheck"
STACK = ("ecommerce", "dev")
"""The stack that the page is about, and what the tests' graph is called."""


def given(flag: str) -> set[str]:
    """Every value of a command's option."""
    return {value.strip("'\"") for value in re.findall(rf"--{flag} (\S+)", RUNBOOK)}


def identifiers() -> dict[str, dict[str, Any]]:
    """Inputs of the databases by the identifier that they have in the stack of the page."""
    return {n.inputs["identifier"].replace(f"-{STACK[1]}-", f"-{STACK[0]}-", 1): n.inputs for n in full().of(INSTANCE)}


def test_databases_in_the_commands_are_those_of_the_stack_in_their_regions() -> None:
    known, own = set(identifiers()), {"shop-restored"}
    assert given("db-instance-identifier") - own <= known
    assert set(re.findall(r"Name=DBInstanceIdentifier,Value=(\S+)", RUNBOOK)) <= known
    promoted = {"ha-aws-ecommerce-use1-shop-db"}
    assert given("db-instance-identifier") - own - promoted == {"ha-aws-ecommerce-usw2-shop-db"}, (
        "whose copies there are"
    )
    assert given("region") == {str(STANDBY["standbyRegion"])}, "what is lost answers nothing"


def test_a_promotion_keeps_the_replicas_backups_and_its_availability() -> None:
    replica = identifiers()["ha-aws-ecommerce-use1-shop-db"]
    assert given("backup-retention-period") == {str(int(replica["backupRetentionPeriod"]))}
    assert replica["multiAz"] is True


def test_the_health_check_that_keeps_customers_out_is_the_regions_and_asks_for_more_than_it_has() -> None:
    [name] = re.findall(r"Key=Name,Values=(\S+)", RUNBOOK)
    check = full().one(CHECK, name).inputs
    assert (check["type"], check["tags"]["Name"]) == ("CALCULATED", name)
    [out] = re.findall(r"--health-threshold (\d+)", RUNBOOK)
    assert int(out) > len(check["childHealthchecks"]) == check["childHealthThreshold"]
    assert full().one("aws:route53/record:Record", f"{name}-a").property_dependencies["healthCheckId"]


def test_only_the_replica_is_refreshed() -> None:
    for pattern in some(given("target")):
        assert [n.name for n in full().nodes if fnmatch.fnmatchcase(n.urn, pattern)] == ["use1-shop-db-replica"]
    assert len(re.findall(r"pulumi refresh --target", RUNBOOK)) == len(re.findall(r"pulumi refresh", RUNBOOK)) == 2


def test_settings_in_the_commands_are_known_to_the_program() -> None:
    for path, value in some(re.findall(r"pulumi config set --path (\S+) (\S+)", RUNBOOK)):
        assert path.split(".") == ["ecommerce", "database", "promoted"]
        values = {"scenario": "ecommerce", "region": "us-west-2", "availabilityZones": ZONES, **STANDBY, **DOMAIN}
        settings = parse_settings({**values, "ecommerce": {"database": {"promoted": value == "true"}}})
        assert settings.ecommerce.database.promoted is (value == "true")


def test_subnets_for_a_restored_database_are_the_isolated_ones_of_every_zone() -> None:
    [pattern] = re.findall(r"Name=tag:Name,Values=([^']+)'", RUNBOOK)
    found = [n for n in full().of("aws:ec2/subnet:Subnet") if fnmatch.fnmatchcase(n.inputs["tags"]["Name"], pattern)]
    assert {n.inputs["availabilityZone"] for n in found} == set(STANDBY["standbyAvailabilityZones"])


def test_alarms_on_the_page_exist() -> None:
    alarms = {n.name for n in full().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    [dead] = re.findall(r"alarm `…-([a-z-]+)…`", PAGE)
    assert {f"{code}-{dead}" for code in ("usw2", "use1")} <= alarms
    [stopped] = re.findall(r"alarm `([a-z0-9-]+)-…`", PAGE)
    assert stopped in alarms


@pytest.mark.whole
def test_the_policy_pack_reports_about_a_promoted_database_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # To the mocks everything is new, and a new database is not made of what a promoted replica is given.
    monkeypatch.setattr(OfflineAws, "accept", lambda *_: None)
    office = {"allowedCidrs": ["10.200.0.0/16"]}
    graph = run(
        profile="production", **STANDBY, **DOMAIN, ecommerce={"database": {"promoted": True}, "backOffice": office}
    )
    assert "replicateSourceDb" not in graph.one(INSTANCE, "use1-shop-db-replica").inputs
    thresholds = {region: graph.one(CHECK, f"edge-origin-{region}") for region in ("us-west-2", "us-east-1")}
    asked = {r: (c.inputs["childHealthThreshold"], len(c.inputs["childHealthchecks"])) for r, c in thresholds.items()}
    assert asked == {"us-west-2": (2, 1), "us-east-1": (1, 1)}, "the program keeps customers out, as the runbook did"
    found = judged(graph, "regulated").of(Verdict.VIOLATION, Verdict.CANNOT_TELL, Verdict.BROKEN, Verdict.EXPIRED)
    said = {result.rule.id for result in found}
    assert said == set(re.findall(r"\(`([a-z-]+)`\)", RUNBOOK))
