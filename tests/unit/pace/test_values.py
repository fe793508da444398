"""The short ways come to where the SDK's own come."""

import asyncio
from typing import Any

import pulumi
from hypothesis import given
from hypothesis import strategies as st
from pulumi.output import Unknown
from pulumi.runtime import resource, resource_cycle_breaker, rpc

from components.pace import values

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.builds(Unknown))
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4)
)


@given(TREES)
def test_unknowns_are_found_wherever_they_are(value: Any) -> None:
    assert values.contains_unknowns(value) == rpc.contains_unknowns(value)


def test_unknowns_are_found_in_what_contains_itself_and_where_properties_hide_methods() -> None:
    class Output(dict[str, Any]):
        values = keys = "properties of these names"  # type: ignore[assignment]

    circle: list[Any] = [1]
    circle.append({"again": circle})
    for value in (circle, [*circle, Unknown()], Output(a=1), Output(a=[Unknown()]), (Unknown(),)):
        assert values.contains_unknowns(value) == rpc.contains_unknowns(value), value


class Thing:
    """Stands for a resource: the SDK only hangs an attribute on it."""


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30))
def test_circles_are_found_as_the_sdk_finds_them(edges: list[tuple[int, int]]) -> None:
    ours: list[Any] = [Thing() for _ in range(7)]
    theirs: list[Any] = [Thing() for _ in range(7)]
    for start, end in edges:
        found = values.declare_dependency(ours[start], ours[end])
        assert found == resource_cycle_breaker.declare_dependency(theirs[start], theirs[end]), (start, end)


def _known(output: pulumi.Output[Any]) -> Any:
    return asyncio.get_event_loop().run_until_complete(output.future())


def test_a_urn_is_the_sdks() -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())
    parent = "urn:pulumi:dev::shop::ha:arch:Ecommerce$ha:arch:Cell::usw2"
    for arguments in (("queue", "aws:sqs/queue:Queue", parent), ("a", "b:c:D", ""), ("a::b", "b:c:D", "x::y")):
        assert _known(values.create_urn(*arguments)) == _known(resource.create_urn(*arguments))
    late = pulumi.Output.from_input("queue")
    assert _known(values.create_urn(late, "b:c:D", parent)) == _known(resource.create_urn(late, "b:c:D", parent))
