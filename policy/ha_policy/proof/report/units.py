"""Figures as text: shares, times, availabilities, amounts."""

from collections.abc import Sequence

_HOUR, _MINUTE = 3600, 60


def share(value: float) -> str:
    """A share of the capacity in percent, rounded down."""
    return f"{int(value * 100 + 1e-9)} %"


def time(seconds: float) -> str:
    """Seconds in the most readable unit."""
    for limit, unit, word in (
        (2 * 24 * _HOUR, 24 * _HOUR, "d"),
        (2 * _HOUR, _HOUR, "h"),
        (3 * _MINUTE, _MINUTE, "min"),
    ):
        if seconds >= limit:
            return f"{seconds / unit:.3g} {word}" if seconds / unit < 100 else f"{seconds / unit:.0f} {word}"
    return f"{seconds:.3g} s"


def percent(value: float) -> str:
    """A percentage with two digits after the nines."""
    digits, missing = 2, (1 - value) * 100
    while digits < 8 and missing > 0 and missing < 10 ** -(digits - 1):
        digits += 1
    return f"{value * 100:.{digits}f}"


def amount(value: float | None, unknown: Sequence[str] = ()) -> str:
    """A number of a quota; with something unknown it is what is certain."""
    if value is None:
        return "–"  # noqa: RUF001 (a dash in a cell)
    if not unknown:
        return f"{value:,g}" if value < 1_000_000 else f"{value:,.0f}"
    return f"≥ {value:,g}" if value else "cannot tell"
