"""Two ways to lose something give the same answer: sets of failures in bits, and one state at a time by definition."""

from dataclasses import dataclass
from fractions import Fraction

from ha_policy.proof.estimate.decision_diagram import holds
from ha_policy.proof.estimate.numbers import structural
from ha_policy.proof.model import (
    Component,
    EntryPoint,
    Failover,
    Part,
    Path,
    Pool,
    Series,
    Unknown,
    children,
    postorder,
)
from ha_policy.proof.simulation.failures import Failure
from ha_policy.proof.simulation.matrix import FailureMatrix
from ha_policy.proof.simulation.simulation import SEVERITY, Simulation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.some import some

ZONES = (("a", "r1"), ("b", "r1"), ("c", "r1"), ("d", "r2"), ("e", "r2"))


@st.composite
def models(draw: st.DrawFn, *, unknown: bool = False) -> Part:
    """A layered model over two Regions with shared parts."""
    pool: list[Part] = []
    for i in range(draw(st.integers(1, 8))):
        zone, region = draw(st.sampled_from([*ZONES, (None, "r1"), (None, "r2"), (None, None)]))
        known = not unknown or draw(st.booleans())
        place = "" if known or not zone else draw(st.sampled_from(["p", "q"]))
        pool.append(Component(f"k{i}", f"k{i}", "service", "", region, zone if known else None, place))
    if unknown:
        pool.append(Unknown("x", "nobody knows"))
    for i in range(draw(st.integers(1, 6))):
        parts = tuple(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4)))
        weights = tuple(draw(st.lists(st.integers(1, 5), min_size=len(parts), max_size=len(parts))))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            pool.append(Series(f"s{i}", parts))
        elif kind == 1:
            pool.append(Pool(f"g{i}", parts, 1, weights))
        else:
            pool.append(Failover(f"f{i}", parts, None, kind == 2, weights if kind == 2 else ()))
    return pool[-1]


@dataclass(frozen=True)
class Lost:
    """What one failure takes, asked leaf by leaf."""

    failure: Failure

    def capacity(self, node: Part, *, worst: bool) -> Fraction:
        """By definition, one node after the other."""
        below = [self.capacity(c, worst=worst) for c in children(node)]
        match node:
            case Component():
                return Fraction(not self.gone(node, worst=worst))
            case Unknown():
                return Fraction(not worst)
            case Series():
                return min(below)
            case Pool():
                weights = node.weights or (1,) * len(below)
                return sum((b * w for b, w in zip(below, weights, strict=True)), Fraction(0)) / sum(weights)
            case Failover():
                if not node.ordered:
                    return max(below)
                weights = node.weights or (1,) * len(below)
                scaled = (min(Fraction(1), b * w / weights[0]) for b, w in zip(below, weights, strict=True))
                return next((b for b in scaled if b), Fraction(0))

    def gone(self, leaf: Component, *, worst: bool) -> bool:
        f = self.failure
        certain = leaf.key in f.components or leaf.zone in f.zones or leaf.region in f.regions
        possible = not leaf.zone_known and any(r == leaf.region for z, r in ZONES if z in f.zones)
        return certain or (worst and possible)


FAILURES = st.lists(
    st.builds(
        Failure,
        key=st.text("xyz", min_size=1),
        kind=st.just("pair"),
        name=st.just("some"),
        zones=st.frozensets(st.sampled_from([z for z, _ in ZONES]), max_size=3),
        regions=st.frozensets(st.sampled_from(["r1", "r2"]), max_size=2),
        components=st.frozensets(st.sampled_from([f"k{i}" for i in range(8)]), max_size=3),
    ),
    min_size=1,
    max_size=12,
)


def entry(root: Part) -> EntryPoint:
    return EntryPoint("e", "e", "name", (Path("", root),))


@settings(max_examples=80, deadline=None, database=None)
@given(models(unknown=True), FAILURES)
def test_what_certainly_and_possibly_remains_bounds_the_definition(root: Part, lost: list[Failure]) -> None:
    run = Simulation([entry(root)], lost, ZONES)
    for index, failure in enumerate(some(lost)):
        worst, best = (Lost(failure).capacity(root, worst=w) for w in (True, False))
        low, high = run.capacity(root, index)
        # A standby may have more than what is left of the first option: losing more can leave more. Bounds, then.
        assert low <= min(worst, best) <= max(worst, best) <= high
        outcome = run.outcome(entry(root), index)
        assert (outcome.verdict == "down") == (best == 0)
        assert (outcome.verdict == "cannot tell") == (worst == 0 < best)
        chain = run.explain(entry(root), index)
        assert bool(chain) == (outcome.verdict != "serves")


@settings(max_examples=80, deadline=None, database=None)
@given(models(), FAILURES)
def test_bits_and_definition_agree_where_everything_is_known(root: Part, lost: list[Failure]) -> None:
    run = Simulation([entry(root)], lost, ZONES)
    for index, failure in enumerate(some(lost)):
        expected = Lost(failure).capacity(root, worst=True)
        assert run.capacity(root, index) == (expected, expected)


@settings(max_examples=80, deadline=None, database=None)
@given(models(unknown=True), FAILURES)
def test_what_a_failure_does_not_touch_is_as_with_nothing_lost(root: Part, lost: list[Failure]) -> None:
    """The matrix skips the failures that touch nothing of an entry point; simulating all of them gives the same."""
    matrix, run = FailureMatrix([entry(root)], lost, ZONES), Simulation([entry(root)], lost, ZONES)
    (one,) = matrix.entry_points
    for index in range(len(lost)):
        assert matrix.outcome(one, index) == run.outcome(one, index)
        assert matrix.explain(one, index) == run.explain(one, index)
    for kind in some(sorted({failure.kind for failure in lost})):
        every = {run.outcome(one, i) for i, failure in enumerate(lost) if failure.kind == kind}
        assert {run.outcome(one, i) for i in matrix.telling(one, kind)} == every


@settings(max_examples=80, deadline=None, database=None)
@given(models(unknown=True), st.sampled_from(["r1", "r2"]))
def test_an_unknown_zone_is_never_milder_than_any_of_its_places(root: Part, region: str) -> None:
    components = [n for n in postorder(root) if isinstance(n, Component)]
    lost = Failure("zone unknown", "zone", "some zone", unknown_zone_of=region)
    matrix = FailureMatrix([entry(root)], [lost], ZONES)
    (one,) = matrix.entry_points
    found = matrix.outcome(one, 0)
    for place in ("p", "q"):
        there = frozenset(c.key for c in components if c.place == place and c.region == region)
        run = Simulation([one], [Failure("x", "zone", "x", components=there)], ZONES)
        assert SEVERITY[run.outcome(one, 0).verdict] <= SEVERITY[found.verdict]


@settings(max_examples=80, deadline=None, database=None)
@given(models(), FAILURES)
def test_the_estimate_s_structure_is_down_when_the_simulation_is(root: Part, lost: list[Failure]) -> None:
    structure, _ = structural(root)
    run = Simulation([entry(root)], lost, ZONES)
    for index, failure in enumerate(some(lost)):
        gone = failure.components | {f"zone {z}" for z in failure.zones} | {f"region {r}" for r in failure.regions}
        works = holds(structure, lambda key, gone=gone: key not in gone)
        assert works == (run.outcome(entry(root), index).verdict != "down")


@settings(max_examples=100, deadline=None, database=None)
@given(models(unknown=True), FAILURES, st.sampled_from([z for z, _ in ZONES]))
def test_losing_more_never_brings_anything_back(root: Part, lost: list[Failure], zone: str) -> None:
    more = [f | Failure("more", "zone", "more", zones=frozenset({zone})) for f in lost]
    before, after = (Simulation([entry(root)], fs, ZONES) for fs in (lost, more))
    for index in range(len(lost)):
        pairs = zip(before.capacity(root, index), after.capacity(root, index), strict=True)
        assert all(a > 0 or b == 0 for a, b in some(pairs))


def test_groups_of_groups_with_weights_take_no_longer_than_their_failures_ask_for() -> None:
    """Each group has a capacity per sum of its members': 1,000 in the fourth layer, if none were left out."""
    node: Part = Pool("0", tuple(Component(f"k{i}", f"k{i}", "service", "", "r1") for i in range(4)), 1, (1, 2, 3, 4))
    for layer in range(1, 12):
        members, weights = (node,) * 4, (1, 2, 3, 4)
        share = Pool(f"{layer}", members, 1, weights)
        node = share if layer % 2 else Failover(f"{layer}", members, None, True, weights)
    lost = [Failure("x", "pair", "some", components=frozenset({f"k{i}"})) for i in range(4)]
    run = Simulation([entry(node)], lost, ZONES)
    for index in range(4):
        assert run.capacity(node, index)[0] == Fraction(9 - index, 10)
        assert run.explain(entry(node), index)[-1] == f"k{index}"


def test_every_node_comes_after_its_parts() -> None:
    leaf = Component("k", "k", "service")
    root = Series("s", (Pool("g", (leaf, leaf)), leaf))
    assert [n.name for n in postorder(root)] == ["k", "g", "s"]
