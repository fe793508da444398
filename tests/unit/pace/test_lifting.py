"""A document with outputs in it becomes the output that the SDK makes of it."""

import asyncio
from typing import Any

import pulumi
import pulumi_aws as aws
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.output import Unknown, _OutputData

from components.pace import lifting


class Thing:
    """Stands for a resource."""


THINGS: list[Any] = [Thing() for _ in range(3)]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3))


def _later(value: Any, known: bool, secret: bool, needs: list[int]) -> Any:
    async def data() -> Any:
        await asyncio.sleep(0)
        return _OutputData(resources={THINGS[n] for n in needs}, value=value, is_known=known, is_secret=secret)

    return lambda: pulumi.Output._from_data(data())


def _outputs(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(_later, inner, st.booleans(), st.booleans(), st.lists(st.integers(0, 2), max_size=2))


PLAIN = st.recursive(
    SCALARS | st.builds(Unknown),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=1), inner, max_size=2),
)
DOCUMENTS = st.recursive(
    SCALARS | _outputs(PLAIN),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=1), inner, max_size=3) | st.tuples(inner, inner)
    ),
)


def _made(document: Any) -> Any:
    """Outputs belong to a loop: they are made in it."""
    if callable(document):
        return document()
    if isinstance(document, dict):
        return {key: _made(value) for key, value in document.items()}
    return type(document)(map(_made, document)) if isinstance(document, list | tuple) else document


def _seen(value: Any) -> Any:
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, dict):
        return {key: _seen(item) for key, item in value.items()}
    return [_seen(item) for item in value] if isinstance(value, list | tuple) else value


async def _data(output: pulumi.Output[Any]) -> tuple[Any, ...]:
    data = await output._data
    return _seen(data.value), type(data.value), data.is_known, data.is_secret, frozenset(data.resources)


def _run(coroutine: Any) -> Any:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(coroutine)


@settings(deadline=None)
@given(DOCUMENTS)
def test_it_is_the_same_output(document: Any) -> None:
    async def compared() -> None:
        assert await _data(lifting.from_input(_made(document))) == await _data(
            pulumi.Output.from_input(_made(document))
        )

    _run(compared())


def test_other_things_are_left_to_the_sdk() -> None:
    arguments = aws.sqs.QueueArgs(name=None, tags={"a": "b"}, visibility_timeout_seconds=3)

    async def compared() -> None:
        for value in ({"a": [arguments]}, {"a": THINGS[0]}, [{}, [], ()], {}, []):
            ours = (await lifting.from_input(value)._data).value
            assert ours == (await pulumi.Output.from_input(value)._data).value, value
        assert (await lifting.from_input({"a": asyncio.sleep(0, "awaited")})._data).value == {"a": "awaited"}

    _run(compared())


def test_a_document_that_is_changed_afterwards_stays_as_it_was() -> None:
    async def kept() -> Any:
        document: dict[str, Any] = {"a": [pulumi.Output.from_input(1)], "b": {"c": 2}}
        plain: dict[str, Any] = {"b": {"c": 2}}
        lifted, known = lifting.from_input(document), lifting.from_input(plain)
        document["b"]["c"] = plain["b"]["c"] = 3
        return (await lifted._data).value, (await known._data).value

    assert _run(kept()) == ({"a": [1], "b": {"c": 2}}, {"b": {"c": 2}})
