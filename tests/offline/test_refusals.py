"""Every rule of the offline AWS: what it lets pass, what it refuses and in which words. No unknown is refused."""

from typing import Any

import botocore.session
import pytest

from offline.aws import limits, refusals
from offline.aws.account import Account
from offline.aws.check import Checker
from offline.aws.inventory import Inventory
from offline.aws.refusals import Case, Rule
from offline.aws.schema import installed
from offline.aws.unique import UNIQUE
from offline.aws.wire import UNKNOWN, encode
from offline.plugin import pb
from tests.offline.provider import Provider, Refused
from tests.offline.refusals import Resource, table
from tests.support.some import some

REGION = "us-west-2"
CASES, WITH_OTHERS, TAKEN = table("CASES"), table("WITH_OTHERS"), table("TAKEN")


def checked(token: str, inputs: dict[str, Any]) -> list[str]:
    """What is wrong with the inputs of a resource of this type."""
    urn = f"urn:pulumi:dev::shop::{token}::it"
    return [f"{f.property}: {f.reason}" for f in Checker(installed(), REGION).check(token, urn, inputs).failures]


@pytest.mark.parametrize(("rule", "token", "good", "change", "says"), CASES.values(), ids=CASES)
def test_valid_arguments_pass_and_invalid_ones_are_refused_with_the_reason(
    rule: str, token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    assert checked(token, good) == []
    bad = {k: v for k, v in {**good, **change}.items() if v is not None}
    wrong = checked(token, bad)
    assert any(says in w for w in wrong), wrong


@pytest.mark.parametrize(("rule", "token", "good", "change", "says"), CASES.values(), ids=CASES)
def test_no_rule_is_written_by_hand_for_what_awss_models_refuse(
    rule: str, token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    bad = {k: v for k, v in {**good, **change}.items() if v is not None}
    assert list(limits.problems(token, bad)) == [], f"{rule} refuses what the models refuse without it"


@pytest.mark.parametrize(("rule", "token", "good", "change", "says"), CASES.values(), ids=CASES)
def test_an_unknown_value_is_never_refused(
    rule: str, token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    assert checked(token, dict.fromkeys(good, UNKNOWN)) == []
    for name in some(good):
        assert [w for w in checked(token, {**good, name: UNKNOWN}) if not w.startswith(f"{name}:")] == []


def _resolved(value: Any, made: dict[str, dict[str, Any]]) -> Any:
    """A value in which ``$a.id`` is that output of the resource a."""
    if isinstance(value, str) and value.startswith("$"):
        name, prop = value[1:].split(".")
        return made[name][prop]
    if isinstance(value, dict):
        return {k: _resolved(v, made) for k, v in value.items()}
    return [_resolved(v, made) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("rule", "others", "token", "good", "change", "says"), WITH_OTHERS.values(), ids=WITH_OTHERS)
def test_arguments_are_checked_against_the_other_resources_of_the_stack(
    rule: str, others: list[Resource], token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    provider, made = Provider(), dict[str, dict[str, Any]]()
    for kind, name, inputs in others:
        given = {k: v for k, v in _resolved(inputs, made).items() if v is not None}
        made[name] = provider.create(kind, name, given)[1]

    def check(inputs: dict[str, Any]) -> None:
        provider.check(token, "it", {k: v for k, v in inputs.items() if v is not None})

    check(_resolved(good, made))
    bad = _resolved({**good, **change}, made)
    with pytest.raises(Refused) as refused:
        check(bad)
    assert says in str(refused.value)
    check(dict.fromkeys(good, UNKNOWN))
    for name in change:
        check({**bad, name: UNKNOWN})


def _codes(token: str, inputs: dict[str, Any]) -> set[str]:
    """How what AWS says begins, of everything that a resource with these inputs holds."""
    case = Case(token, "", inputs, REGION, Inventory())
    return {claim.reason.partition(":")[0] for claim in refusals.claims(case)}


@pytest.mark.parametrize(("token", "inputs", "change"), TAKEN.values(), ids=TAKEN)
def test_a_unique_name_is_refused_to_a_second_resource_of_the_program(
    token: str, inputs: dict[str, Any], change: dict[str, Any]
) -> None:
    provider = Provider()
    provider.check(token, "a", inputs)
    with pytest.raises(Refused) as refused:
        provider.check(token, "b", inputs)
    assert any(code in str(refused.value) for code in _codes(token, inputs))
    assert "None" not in str(refused.value), "it names what is taken"
    if change:
        provider.check(token, "b", {**inputs, **dict.fromkeys(change, UNKNOWN)})
        provider.check(token, "b", {**inputs, **change})
    provider.check(token, "a", inputs, inputs)


@pytest.mark.parametrize(("token", "inputs", "change"), TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("preview", [False, True])
def test_a_unique_name_from_an_earlier_update_is_refused_until_it_is_free(
    token: str, inputs: dict[str, Any], change: dict[str, Any], preview: bool
) -> None:
    account = Account()
    identifier, state = Provider(account=account).create(token, "a", inputs)
    provider = Provider(account=account)
    with pytest.raises(Refused) as refused:
        provider.create(token, "b", inputs, preview)
    assert any(code in str(refused.value) for code in _codes(token, inputs))
    if change:
        provider.create(token, "c", {**inputs, **change}, preview)
    deleting = pb.DeleteRequest(id=identifier, urn=provider.urn(token, "a"), properties=encode(_unprotected(state)))
    provider.aws.Delete(deleting, provider.context)
    provider.create(token, "b", inputs, preview)


def _unprotected(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, "skipFinalSnapshot": True, "deletionProtection": False}


def _rules() -> dict[str, tuple[Rule, list[str]]]:
    """Every rule as ``service.rule``, with the types that it is about; none for a rule about all of them."""
    refusals.refusals(Case("", "", {}, REGION, Inventory()))
    found: dict[str, tuple[Rule, list[str]]] = {}
    for token, rules in (("", refusals._ANY), *refusals._RULES.items()):
        for rule in rules:
            name = f"{rule.__module__.rsplit('.', 1)[1]}.{rule.__name__}"
            found.setdefault(name, (rule, []))[1].extend([token] if token else [])
    return found


def test_every_rule_has_a_good_a_bad_and_an_unknown_case() -> None:
    tried = {name.rsplit("-", 1)[0] for name in (*CASES, *WITH_OTHERS)}
    assert set(_rules()) == tried


def test_every_rule_is_about_types_that_exist_and_names_its_source() -> None:
    schema = installed()
    assert [t for _, tokens in _rules().values() for t in tokens if schema.resource(t) is None] == []
    assert [name for name, (rule, _) in _rules().items() if not rule.__doc__] == []


def test_every_uniqueness_constraint_has_a_case() -> None:
    tried = {
        claim.key[0]
        for token, inputs, _ in TAKEN.values()
        for claim in refusals.claims(Case(token, "", inputs, REGION, Inventory()))
    }
    assert [rule.name for rules in UNIQUE.values() for rule in rules if rule not in tried] == []
    schema = installed()
    assert [token for token in UNIQUE if schema.resource(token) is None] == []


def test_the_error_for_a_taken_name_is_one_that_the_operation_declares() -> None:
    """Of the operations whose model declares such an error; those of EC2 and some others declare none."""
    models: Any = botocore.session.get_session()
    wrong: list[str] = []
    for rule in {rule for rules in UNIQUE.values() for rule in rules if not rule.overwrites}:
        service, operation = rule.call.split()
        model = models.get_service_model(service).operation_model(operation)
        declared = {str(shape.metadata.get("error", {}).get("code") or shape.name) for shape in model.error_shapes}
        code = rule.says.partition(":")[0]
        if (
            any(word in error for error in declared for word in ("Exist", "Duplicate", "InUse"))
            and code not in declared
        ):
            wrong.append(f"{rule.call}: {code} is none of {sorted(declared)}")
    assert wrong == []


def test_every_overwriting_operation_exists_in_the_api() -> None:
    models: Any = botocore.session.get_session()
    for rule in some({rule for rules in UNIQUE.values() for rule in rules}):
        service, operation = rule.call.split()
        assert operation in models.get_service_model(service).operation_names, rule.call
