"""The arithmetic gives the figures that AWS prints, and the ones worked out by hand."""

import pytest
from ha_policy.proof.estimate import maths


def percent(availability: float, digits: int) -> str:
    return f"{availability * 100:.{digits}f}"


def test_two_hard_dependencies_of_four_nines_leave_99_97() -> None:
    assert percent(maths.series([0.9999, 0.9999, 0.9999]), 2) == "99.97"


@pytest.mark.parametrize(("one", "both", "digits"), [(0.99, "99.99", 2), (0.999, "99.9999", 4)])
def test_two_redundant_members_square_the_unavailability(one: float, both: str, digits: int) -> None:
    assert percent(maths.parallel([one, one]), digits) == both


def test_a_dependency_without_a_published_goal_by_its_failure_and_repair_times() -> None:
    assert percent(maths.from_times(150 * 24, 1), 2) == "99.97"


@pytest.mark.parametrize(
    ("availability", "days", "hours", "minutes"),
    [(0.99, 3, 15, 36), (0.999, 0, 8, 45), (0.9995, 0, 4, 22), (0.9999, 0, 0, 52), (0.99999, 0, 0, 5)],
)
def test_downtime_table_of_the_reliability_pillar(availability: float, days: int, hours: int, minutes: int) -> None:
    whole = int(round(maths.minutes_per_year(availability), 6))
    assert (whole // 1440, whole % 1440 // 60, whole % 60) == (days, hours, minutes)


def test_a_month_is_a_twelfth_of_a_year() -> None:
    assert maths.minutes_per_month(0.999) == pytest.approx(43.8)


def test_three_zones_that_need_two_exactly_and_by_the_approximation() -> None:
    assert percent(maths.k_of_n(2, 3, 0.995), 6) == "99.992525"
    assert percent(maths.with_spares(3, 1, 0.995), 4) == "99.9925"


def test_the_approximation_is_never_better_than_the_exact_value() -> None:
    for n in range(1, 8):
        for spares in range(n):
            for a in (0.5, 0.9, 0.99, 0.999):
                assert maths.with_spares(n, spares, a) <= maths.k_of_n(n - spares, n, a) + 1e-12


@pytest.mark.parametrize(("zones", "each", "total"), [(2, 10, 20), (3, 5, 15)])
def test_ten_instances_through_the_loss_of_a_zone(zones: int, each: int, total: int) -> None:
    assert maths.per_zone(10, zones) == each
    assert maths.per_zone(10, zones) * zones == total


def test_invalid_claims_are_refused() -> None:
    with pytest.raises(ValueError, match="k=3, n=2"):
        maths.k_of_n(3, 2, 0.9)
    with pytest.raises(ValueError, match="spares=2"):
        maths.with_spares(2, 2, 0.9)
    with pytest.raises(ValueError, match="mtbf=0"):
        maths.from_times(0, 1)
    with pytest.raises(ValueError, match="zones=1"):
        maths.per_zone(4, 1)
