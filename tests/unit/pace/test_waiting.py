"""When the program waits for the engine, and for how long."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from unittest.mock import patch

import pulumi
import pytest
from pulumi.runtime import settings

from components import pace
from components.pace import waiting
from tests.unit.pace.programs import Part, run

SETTINGS: Any = settings.SETTINGS


def _loop_run(coroutine: Coroutine[Any, Any, bool]) -> bool:
    """On a loop of its own: `asyncio.run` would leave the tests that follow without one."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("quick", "preview", "early"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_registrations_go_out_while_a_preview_builds_and_only_then(quick: bool, preview: bool, early: bool) -> None:
    """An update begins with nothing before the program is known to be sound."""
    seen: list[bool] = []

    def program() -> None:
        part = Part("first")
        pace.send(after=part.kept.output)
        seen.append(part.kept.id._data.done())

    if quick:
        pace.quicken()
    run(program, preview=preview)
    assert seen == [early]


def test_what_is_known_never_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.01)
    reached: list[bool] = []

    def program() -> None:
        never: asyncio.Future[Any] = asyncio.get_event_loop().create_future()
        pending = pulumi.Output.from_input(never)
        pace.send(after=pending)
        reached.append(True)
        never.set_result(1)

    pace.quicken()
    run(program)
    assert reached == [True]


def test_outputs_are_waited_for_all_at_once_also_those_that_come_of_others() -> None:
    waits: list[int] = []
    true_wait = asyncio.wait

    async def counted(tasks: Any, **how: Any) -> Any:
        tasks = list(tasks)
        waits.append(len(tasks))
        return await true_wait(tasks, **how)

    async def later(number: int) -> int:
        await asyncio.sleep(0.001 * (number % 7))
        return number

    def program() -> None:
        outputs = [
            pulumi.Output.from_input(later(n)).apply(lambda n: pulumi.Output.from_input(later(n))) for n in range(300)
        ]
        found.append(pulumi.Output.all(*outputs))

    found: list[pulumi.Output[Any]] = []

    async def settled() -> bool:
        program()
        with patch.object(asyncio, "wait", counted):
            await pace.settle()
        return found[0]._data.done()

    SETTINGS.outputs.clear()
    assert _loop_run(settled())
    assert waits[0] >= 300
    assert len(waits) < 10, "not once for each output"


def test_a_failure_is_left_to_the_sdk_at_once() -> None:
    async def fails() -> int:
        raise ValueError("no such thing")

    async def settled() -> bool:
        never: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        pending, broken = pulumi.Output.from_input(never), pulumi.Output.from_input(fails())
        await pace.settle()
        left = broken._data in SETTINGS.outputs and not pending._data.done()
        never.set_result(1)
        await pending._data
        with pytest.raises(ValueError, match="no such thing"):
            await broken._data
        return left

    SETTINGS.outputs.clear()
    assert _loop_run(settled())
    SETTINGS.outputs.clear()
