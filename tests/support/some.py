"""For loops that assert something of each item: there is at least one."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def some(found: Iterable[T]) -> list[T]:
    """The items of ``found``. AssertionError if there are none, because a loop over nothing asserts nothing."""
    listed = list(found)
    assert listed, "nothing to assert anything of"
    return listed
