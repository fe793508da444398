"""Plans and states as `terraform show -json` and `tofu show -json` write them: whether one is whole, what it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NoReturn, cast

from ha_policy.graph.documents import TERRAFORM, InputError

from .addresses import Address, ModulePath, address_of
from .shapes import mapping

OLDEST: Final = (0, 2)
"""Format version of Terraform 1.0."""
MAJOR: Final = 1
"""The newest major format version that is known; minor ones only add to it."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource, or a look-up (`data`), after the plan.

    provider: address of its provider, such as ``registry.terraform.io/hashicorp/aws``. values: what is known. unknown:
    of the same shape, true for what is known after apply only. sensitive: likewise, true for what is a secret.
    """

    address: Address
    type: str
    provider: str
    values: Mapping[str, Any]
    unknown: Mapping[str, Any] = field(default_factory=dict[str, Any])
    sensitive: Mapping[str, Any] = field(default_factory=dict[str, Any])
    depends_on: tuple[str, ...] = ()

    @property
    def is_data(self) -> bool:
        """Whether it is only looked up."""
        return self.address.config.startswith("data.")


@dataclass(frozen=True, slots=True)
class Plan:
    """kind: what the document is. instances: by address. configuration: of a plan, else empty. variables: the root
    module's, by name. format: its version. notes: what the document leaves out, a sentence each.
    """

    kind: Literal["plan", "state"]
    instances: Mapping[Address, Instance]
    configuration: Mapping[str, Any]
    variables: Mapping[str, Any]
    format: tuple[int, int] = (1, 0)
    notes: tuple[str, ...] = ()


def is_terraform(given: Mapping[str, Any]) -> bool:
    """Whether a JSON object is Terraform's or OpenTofu's, of whatever kind."""
    return "terraform_version" in given or "format_version" in given or "@level" in given


def plan_of(given: Mapping[str, Any]) -> Plan:
    """The plan or state in a JSON object. Raises InputError for anything that cannot be judged."""
    if "format_version" not in given:
        if "@level" in given:
            raise InputError(f"it is the log of `terraform plan -json`, not a plan; {TERRAFORM}")
        raise InputError(
            "it is a state as Terraform stores it; give the output of `terraform show -json > state.json`, run in the "
            "folder of the configuration (or of `tofu`)"
        )
    version = _version(given["format_version"])
    if "planned_values" in given:
        return _planned(given, version)
    if "provider_schemas" in given:
        raise InputError(f"it is the output of `terraform providers schema`, not a plan; {TERRAFORM}")
    if "values" in given:
        instances = dict(_instances(_mapping(given["values"], "values"), {}))
        return Plan("state", instances, {}, {})
    if "diagnostics" in given:
        raise InputError(f"it is the output of `terraform validate -json`, not a plan; {TERRAFORM}")
    raise InputError(f"it has neither a plan nor a state: is the state empty? Otherwise {TERRAFORM}")


def _version(version: Any) -> tuple[int, int]:
    parts = str(version).split(".")
    try:
        number = (int(parts[0]), int(parts[1]) if len(parts) > 1 else 0)
    except ValueError:
        raise InputError(f"its format_version is {version!r}, which is none of Terraform's") from None
    if number < OLDEST:
        raise InputError(
            f"its format version {version} is that of Terraform before 1.0, which is not read; "
            f"plan with a newer one, then {TERRAFORM}"
        )
    if number[0] > MAJOR:
        raise InputError(
            f"its format version {version} is newer than {MAJOR}, the newest that is known; update this tool, or plan "
            "with a Terraform that writes the older format"
        )
    return number


def _planned(given: Mapping[str, Any], version: tuple[int, int]) -> Plan:
    if given.get("errored"):
        raise InputError(f"the plan ended with an error and is not whole; mend the error, plan again, then {TERRAFORM}")
    if given.get("complete") is False:
        raise InputError(
            "the plan is partial: it was made with -target or -exclude, or some of it was deferred; "
            f"plan everything, then {TERRAFORM}"
        )
    changes = {c["address"]: c for c in _changes(given.get("resource_changes"))}
    instances = dict(_instances(_mapping(given["planned_values"], "planned_values"), changes))
    prior = _mapping(given.get("prior_state") or {}, "prior_state")
    for address, instance in _instances(_mapping(prior.get("values") or {}, "values of prior_state"), {}):
        if instance.is_data:
            instances.setdefault(address, instance)
    for change in changes.values():
        if change.get("mode") == "data" and (address := address_of(change["address"])) not in instances:
            instances[address] = _instance(change, _mapping(change["change"].get("after") or {}, "after"), change)
    given_variables = _mapping(given.get("variables") or {}, "variables")
    variables = {name: mapping(value).get("value") for name, value in given_variables.items()}
    return Plan("plan", instances, _mapping(given.get("configuration") or {}, "configuration"), variables, version)


def _changes(given: Any) -> Iterator[dict[str, Any]]:
    """What happens to each instance; instances that a former apply left behind (`deposed`) do not count."""
    for change in _list(given or [], "resource_changes"):
        entry = dict(_mapping(change, "an entry of resource_changes"))
        _text(entry.get("address"), "address in resource_changes")
        entry["change"] = _mapping(entry.get("change"), f"change of {entry['address']}")
        if "deposed" not in entry:
            yield entry


def _instances(
    values: Mapping[str, Any], changes: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Address, Instance]]:
    """All instances of a module and of those that it calls."""
    todo: list[Any] = [values.get("root_module") or {}]
    while todo:
        module = _mapping(todo.pop(), "a module")
        for entry in _list(module.get("resources") or [], "resources of a module"):
            resource = _mapping(entry, "a resource")
            made = _instance(
                resource, _mapping(resource.get("values") or {}, "values"), changes.get(str(resource.get("address")))
            )
            yield made.address, made
        todo += _list(module.get("child_modules") or [], "child_modules")


def _instance(resource: Mapping[str, Any], values: Mapping[str, Any], change: Mapping[str, Any] | None) -> Instance:
    where = _text(resource.get("address"), "address of a resource")
    done: Mapping[str, Any] = change["change"] if change else {}
    try:
        address = address_of(where)
    except ValueError as error:
        raise InputError(str(error)) from None
    return Instance(
        address,
        _text(resource.get("type"), f"type of {where}"),
        str(resource.get("provider_name") or ""),
        values,
        mapping(done.get("after_unknown")),
        mapping(done.get("after_sensitive") if change else resource.get("sensitive_values")),
        tuple(str(d) for d in _list(resource.get("depends_on") or [], f"depends_on of {where}")),
    )


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else _wrong(what, "an object")


def _list(value: Any, what: str) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else _wrong(what, "a list")


def _text(value: Any, what: str) -> str:
    return value if isinstance(value, str) and value else _wrong(what, "a text")


def _wrong(what: str, wanted: str) -> NoReturn:
    raise InputError(f"{what} is not {wanted}: it is no plan or state that Terraform wrote")


# --- configuration -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the configuration, as a plan has it. names: the calls down to it."""

    names: tuple[str, ...]
    resources: Mapping[str, Mapping[str, Any]]
    calls: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Mapping[str, Any]]


def modules_of(configuration: Mapping[str, Any]) -> dict[tuple[str, ...], Module]:
    """All modules of a plan's configuration, by the names of the calls down to them."""
    found: dict[tuple[str, ...], Module] = {}
    todo: list[tuple[tuple[str, ...], Any]] = [((), configuration.get("root_module") or {})]
    while todo:
        names, given = todo.pop()
        module = _mapping(given, "a module of the configuration")
        calls = _mapping(module.get("module_calls") or {}, "module_calls")
        found[names] = Module(
            names,
            {
                str(mapping(r).get("address")): mapping(r)
                for r in _list(module.get("resources") or [], "resources of the configuration")
            },
            {name: mapping(call) for name, call in calls.items()},
            {name: mapping(o) for name, o in _mapping(module.get("outputs") or {}, "outputs").items()},
        )
        todo += [((*names, name), mapping(call).get("module") or {}) for name, call in calls.items()]
    return found


def names_of(path: ModulePath) -> tuple[str, ...]:
    """The names of the calls down to a module, without the keys of their instances."""
    return tuple(name for name, _ in path)
