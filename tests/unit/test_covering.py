"""Covering arrays cover: checked by counting, not by who makes them."""

from itertools import product

from tests.support.covering import Rule, covering, missing

SWITCHES = dict.fromkeys("abcdefgh", (False, True))
RULES = (Rule(("a", "b"), lambda row: not (row["a"] and row["b"])),)


def test_every_three_values_meet_and_what_is_refused_is_left_out() -> None:
    settings = {**SWITCHES, "size": (1, 2, 3)}
    rows = covering(settings, RULES)
    assert missing(rows, settings, RULES) == []
    assert not [row for row in rows if row["a"] and row["b"]]
    assert 12 <= len(rows) < 40, "a product would have 576"
    assert rows == covering(settings, RULES), "tests keep their names"


def test_a_gap_is_found() -> None:
    every = [dict(zip(SWITCHES, values, strict=True)) for values in product((False, True), repeat=len(SWITCHES))]
    gap = {"a": False, "d": True, "h": False}
    rows = [row for row in every if not gap.items() <= row.items()]
    assert missing(rows, SWITCHES) == [gap]
    assert missing(rows, SWITCHES, (Rule(("a", "d"), lambda row: row["a"] or not row["d"]),)) == []
