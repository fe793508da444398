"""What a covering array lacks is found, by counting."""

from itertools import product

import pytest

from tests.support.covering import Rule, covering, missing

SWITCHES = dict.fromkeys("abcdefgh", (False, True))
RULES = (Rule(("a", "b"), lambda row: not (row["a"] and row["b"])),)


def test_a_table_gives_each_setting_the_value_in_its_place() -> None:
    settings = {"a": (False, True), "size": (1, 2, 3)}
    assert covering(settings, "02 11") == [{"a": False, "size": 3}, {"a": True, "size": 2}]
    with pytest.raises(ValueError, match="zip"):
        covering(settings, "02 1")


def test_a_gap_is_found() -> None:
    every = [dict(zip(SWITCHES, values, strict=True)) for values in product((False, True), repeat=len(SWITCHES))]
    gap = {"a": False, "d": True, "h": False}
    rows = [row for row in every if not gap.items() <= row.items()]
    assert missing(rows, SWITCHES, together=3) == [gap]
    assert missing(rows, SWITCHES, together=2) == []
    assert missing(rows, SWITCHES, (Rule(("a", "d"), lambda row: row["a"] or not row["d"]),), together=3) == []
