"""What the account has besides what the state knows: keys still held, creations that were cut off, other processes."""

import json
from pathlib import Path
from typing import Any

import pytest

from offline.aws.account import FOLDER, Account, Existing, file_of, folder
from offline.aws.wire import decode, encode
from offline.plugin import pb
from tests.offline.provider import Provider, Refused, secret
from tests.offline.refusals.cloudfront import ALTERNATE_NAME, SITE
from tests.offline.refusals.elbv2 import RULE, TG
from tests.offline.refusals.inputs import NETWORK
from tests.offline.refusals.rds import AURORA

RECORD, DISTRIBUTION = "aws:route53/record:Record", "aws:cloudfront/distribution:Distribution"
CLUSTER, RULES, VPC = "aws:rds/cluster:Cluster", "aws:lb/listenerRule:ListenerRule", "aws:ec2/vpc:Vpc"
SUBNET, TARGETS = "aws:ec2/subnet:Subnet", "aws:lb/targetGroup:TargetGroup"
SIMPLE: dict[str, Any] = {
    "zoneId": "Z1", "name": "pay.example.com", "type": "A",
    "aliases": [{"name": "a.elb.amazonaws.com", "zoneId": "Z2", "evaluateTargetHealth": True}],
}  # fmt: skip
ELSEWHERE = {**SIMPLE, "name": "b.example.com"}


def near(identifier: str) -> dict[str, Any]:
    return {**SIMPLE, "setIdentifier": identifier, "latencyRoutingPolicies": [{"region": identifier}]}


def role(identifier: str, kind: str) -> dict[str, Any]:
    return {**SIMPLE, "setIdentifier": identifier, "failoverRoutingPolicies": [{"type": kind}]}


WEST, EAST = near("us-west-2"), near("us-east-1")
FIRST, SECOND = role("us-west-2", "PRIMARY"), role("us-east-1", "SECONDARY")
CASES = [
    (FIRST, SIMPLE, SECOND, "another routing policy (failoverRoutingPolicies)"),
    (WEST, FIRST, EAST, "another routing policy (latencyRoutingPolicies)"),
    (FIRST, role("us-west-2", "SECONDARY"), SECOND, "is SECONDARY already"),
    (ELSEWHERE, SECOND, SECOND, "but it already exists"),
    (SIMPLE, FIRST, ELSEWHERE, ""),  # another name
    (FIRST, {**FIRST, "healthCheckId": "h"}, SECOND, ""),
    (WEST, {**WEST, "healthCheckId": "h"}, EAST, ""),
]
"""(what was there, what it becomes, what is beside it and goes later, what AWS says)."""


def earlier(*resources: tuple[str, str, dict[str, Any]], account: Account | None = None) -> tuple[Account, list[str]]:
    """An account in which an earlier run created these; the ids."""
    account = account or Account()
    provider = Provider(account=account)
    return account, [provider.create(*resource)[0] for resource in resources]


@pytest.mark.parametrize(("before", "after", "beside", "says"), CASES)
def test_a_record_is_refused_beside_one_that_the_update_deletes_later(
    before: dict[str, Any], after: dict[str, Any], beside: dict[str, Any], says: str
) -> None:
    account, (it, other) = earlier((RECORD, "it", before), (RECORD, "other", beside))
    provider = Provider(account=account)
    if not says:
        return provider.changes(RECORD, "it", before, after, it)
    with pytest.raises(Refused) as refused:
        provider.changes(RECORD, "it", before, after, it)
    assert says in str(refused.value)
    provider.removes(RECORD, "other", beside, other)
    return provider.changes(RECORD, "it", before, after, it)


def test_a_name_passes_to_another_distribution_only_after_the_first_gave_it_up() -> None:
    named = {**SITE, **ALTERNATE_NAME}
    account, (old,) = earlier((DISTRIBUTION, "old", named))
    provider = Provider(account=account)
    with pytest.raises(Refused, match=r"CNAMEAlreadyExists.*\(old has it\)"):
        provider.create(DISTRIBUTION, "new", named)
    provider.changes(DISTRIBUTION, "old", named, {**named, "aliases": []}, old)
    provider.create(DISTRIBUTION, "new", named)


def test_two_rules_cannot_swap_their_priorities_in_one_update() -> None:
    first, second = {**RULE, "priority": 1}, {**RULE, "priority": 2}
    account, (a, _) = earlier((RULES, "a", first), (RULES, "b", second))
    provider = Provider(account=account)
    with pytest.raises(Refused, match=r"updating a: priority: PriorityInUse: Priority '2' is currently in use \(b has"):
        provider.changes(RULES, "a", first, second, a)
    provider.changes(RULES, "a", first, {**RULE, "priority": 3}, a)


def test_a_subnet_overlaps_the_one_that_it_replaces_unless_that_goes_first() -> None:
    account = Account()
    provider, (vpc, old) = Provider(account=account), NETWORK[:2]
    network = provider.create(*vpc)[0]
    given = {**old[2], "vpcId": network}
    identifier = provider.create(SUBNET, "it", given)[0]
    elsewhere = {**given, "availabilityZone": "us-west-2d"}
    later = Provider(account=account)
    with pytest.raises(Refused, match=r"InvalidSubnet.Conflict"):
        later.create(SUBNET, "it", elsewhere)
    later.removes(SUBNET, "it", given, identifier)
    later.create(SUBNET, "it", elsewhere)


def test_a_preview_does_not_hold_a_resource_against_its_own_replacement() -> None:
    account, _ = earlier((TARGETS, "it", TG))
    Provider(account=account).create(TARGETS, "it", TG, preview=True)


def test_a_resource_that_has_another_name_in_the_program_is_the_same_one() -> None:
    account, (it,) = earlier((RULES, "old", RULE))
    provider = Provider(account=account)
    provider.changes(RULES, "new", RULE, {**RULE, "conditions": [{"pathPattern": {"values": ["/a"]}}]}, it)
    assert account.resources[RULES, it].name == "new"


def test_what_is_cut_off_while_it_is_created_exists() -> None:
    named = {**AURORA, "clusterIdentifier": "orders"}
    account, _ = earlier((CLUSTER, "orders", named))
    with pytest.raises(Refused, match="DBClusterAlreadyExistsFault: DB Cluster already exists: orders"):
        Provider(account=account).create(CLUSTER, "orders", named)


def test_without_a_name_of_its_own_there_are_two_of_it() -> None:
    account, (first,) = earlier((VPC, "net", {"cidrBlock": "10.0.0.0/16"}))
    second = Provider(account=account).create(VPC, "net", {"cidrBlock": "10.0.0.0/16"})[0]
    assert first != second
    assert {found.id for found in account.of_type(VPC)} == {first, second}


def test_what_aws_failed_to_create_does_not_exist() -> None:
    account, provider = Account(), Provider(faults="fail:Cluster:1")
    provider.aws.account = account
    named = {**AURORA, "clusterIdentifier": "orders"}
    with pytest.raises(Refused, match="injected fault"):
        provider.create(CLUSTER, "orders", named)
    provider.create(CLUSTER, "orders", named)


def _read(provider: Provider, token: str, name: str, identifier: str, state: dict[str, Any] | None = None) -> Any:
    properties = encode(state) if state else None
    asked = pb.ReadRequest(id=identifier, urn=provider.urn(token, name), properties=properties)
    return provider.aws.Read(asked, provider.context)


def test_what_exists_is_imported_with_its_inputs_and_without_its_secrets() -> None:
    given = {k: v for k, v in AURORA.items() if k != "manageMasterUserPassword"}
    given |= {"clusterIdentifier": "orders", "masterPassword": secret("hunter2hunter2")}
    account, (it,) = earlier((CLUSTER, "orders", given))
    found = _read(Provider(account=account), CLUSTER, "orders", it)
    inputs, state = decode(found.inputs)[0], decode(found.properties)[0]
    assert (found.id, inputs["clusterIdentifier"], inputs["masterUsername"]) == (it, "orders", "app")
    assert state["arn"] == "arn:aws:rds:us-west-2:123456789012:cluster:orders"
    assert "hunter2" not in repr((inputs, state))


def test_what_was_deleted_is_gone_when_it_is_read() -> None:
    account, (it,) = earlier((VPC, "net", {"cidrBlock": "10.0.0.0/16"}))
    provider = Provider(account=account)
    assert _read(provider, VPC, "net", it, {"cidrBlock": "10.0.0.0/16"}).id == it
    provider.removes(VPC, "net", {"cidrBlock": "10.0.0.0/16"}, it)
    assert _read(provider, VPC, "net", it, {"cidrBlock": "10.0.0.0/16"}).id == ""


def test_what_the_state_has_from_elsewhere_counts_once_it_was_looked_at() -> None:
    provider, other = Provider(), {**TG, "vpcId": "vpc-2"}
    provider.create(TARGETS, "first", other)
    provider = Provider()
    provider.diff(TARGETS, "old", TG, TG)
    with pytest.raises(Refused, match="DuplicateTargetGroupName"):
        provider.create(TARGETS, "new", TG)


def test_what_goes_before_its_replacement_is_in_nobodys_way_in_a_preview() -> None:
    account, (it,) = earlier((RULES, "it", RULE))
    provider = Provider(account=account)
    provider.aws._deleted_first[provider.urn(RULES, "it")] = it
    provider.create(RULES, "it", {**RULE, "priority": 7}, preview=True)
    provider.create(RULES, "other", RULE, preview=True)


# ------------------------------------------------------------------------------------------------------- the file
URN = Provider.urn(VPC, "net")


def _on(place: Path) -> tuple[Account, Account]:
    """Two processes of one run, or two runs."""
    return Account(place), Account(place)


def test_each_process_knows_what_the_others_did(tmp_path: Path) -> None:
    west, east = _on(tmp_path)
    named = {"name": "shop", "zoneId": "Z1", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
    _, (it,) = earlier((RECORD, "west", named), account=west)
    with pytest.raises(Refused, match=r"already exists\] \(west has it\)"):
        Provider("us-east-1", account=east).create(RECORD, "east", named)
    Provider(account=west).removes(RECORD, "west", named, it)
    Provider("us-east-1", account=east).create(RECORD, "east", named)


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    Provider(account=Account(tmp_path)).create(VPC, "net", {"cidrBlock": "10.0.0.0/16"}, preview=True)
    assert list(tmp_path.iterdir()) == []


def test_secrets_and_files_are_not_written(tmp_path: Path) -> None:
    given = {k: v for k, v in AURORA.items() if k != "manageMasterUserPassword"}
    earlier((CLUSTER, "orders", {**given, "masterPassword": secret("hunter2hunter2")}), account=Account(tmp_path))
    text = file_of(tmp_path, Provider.urn(CLUSTER, "orders")).read_text()
    assert "hunter2" not in text
    assert json.loads(text.strip())["inputs"]["masterUsername"] == "app"


def test_a_line_that_was_torn_costs_no_other_line(tmp_path: Path) -> None:
    writer, reader = _on(tmp_path)
    writer.put(Existing(VPC, "vpc-1", URN, "us-west-2", {"cidrBlock": "10.0.0.0/16"}), note=True)
    with file_of(tmp_path, URN).open("ab") as file:
        file.write(b'{"token": "aws:ec2/vpc:Vp')
    writer.put(Existing(VPC, "vpc-2", URN, "us-west-2", {"cidrBlock": "10.1.0.0/16"}), note=True)
    reader.refresh(URN)
    assert {found.id for found in reader.of_type(VPC)} == {"vpc-1", "vpc-2"}


def test_the_account_is_beside_the_state_else_in_pulumis_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/with%20blank")
    assert folder() == tmp_path / "with blank" / FOLDER
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://bucket")
    assert folder() == tmp_path / "home" / FOLDER
    monkeypatch.delenv("PULUMI_HOME")
    assert folder() is None
    assert file_of(tmp_path, URN) == tmp_path / "shop" / "dev.jsonl"
