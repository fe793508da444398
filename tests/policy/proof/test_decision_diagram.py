"""Exact availability agrees with enumeration, with Monte Carlo and with networkx, whatever components are shared."""

import itertools
import math
import random
from collections.abc import Mapping

import networkx as nx
import pytest
from ha_policy.proof.estimate.decision_diagram import (
    All,
    AtLeast,
    Atom,
    Diagram,
    Structure,
    any_of,
    holds,
    minimal_cuts,
    walk,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.some import some

SAMPLES = 1 << 15
CONFIDENCE = 1e-9
"""Chance that one exact value falls outside its interval; 200 of them in every run stay below one in a million."""


@st.composite
def structures(draw: st.DrawFn) -> tuple[Structure, dict[str, float]]:
    """A random layered graph with shared parts: each layer's nodes take parts from everything below."""
    keys = [f"c{i}" for i in range(draw(st.integers(1, 9)))]
    pool: list[Structure] = [Atom(k) for k in keys]
    for _ in range(draw(st.integers(1, 7))):
        parts = tuple(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4)))
        k = draw(st.integers(0, len(parts)))
        pool.append(All(parts) if k == 0 else AtLeast(k, parts))
    of = {k: draw(st.sampled_from([0.5, 0.8, 0.95, 0.999, 0.0, 1.0])) for k in keys}
    return pool[-1], of


def enumerated(s: Structure, of: Mapping[str, float]) -> float:
    keys = sorted({n.key for n in walk(s) if isinstance(n, Atom)})
    total = []
    for states in itertools.product((False, True), repeat=len(keys)):
        up = dict(zip(keys, states, strict=True))
        if holds(s, up.__getitem__):
            total.append(math.prod(of[k] if up[k] else 1 - of[k] for k in keys))
    return math.fsum(total)


def bernoulli(rng: random.Random, p: float, bits: int = 30) -> int:
    """SAMPLES independent bits, each 1 with probability p (to 2^-30), by the binary expansion of p."""
    if p >= 1:
        return (1 << SAMPLES) - 1
    scaled, result = round(p * 2**bits), 0
    for i in range(bits):
        fresh = rng.getrandbits(SAMPLES)
        result = result | fresh if scaled >> i & 1 else result & fresh
    return result


def monte_carlo(s: Structure, of: Mapping[str, float], rng: random.Random) -> int:
    """Number of the SAMPLES random states in which the structure works; all states at once, one bit each."""
    everything, drawn, done = (1 << SAMPLES) - 1, {k: bernoulli(rng, p) for k, p in of.items()}, dict[Structure, int]()
    for node in reversed(_topological(s)):
        match node:
            case Atom(key):
                done[node] = drawn[key]
            case All(parts):
                value = everything
                for p in parts:
                    value &= done[p]
                done[node] = value
            case AtLeast(k, parts):
                row = [everything] + [0] * k
                for p in parts:
                    for j in range(k, 0, -1):
                        row[j] |= row[j - 1] & done[p]
                done[node] = row[k]
    return done[s].bit_count()


def _topological(s: Structure) -> list[Structure]:
    graph: nx.DiGraph[Structure] = nx.DiGraph()
    for node in walk(s):
        graph.add_node(node)
        if not isinstance(node, Atom):
            graph.add_edges_from((node, p) for p in node.parts)
    return list(nx.topological_sort(graph))


def within_interval(successes: int, probability: float) -> bool:
    """Whether ``successes`` of SAMPLES is believable: the Chernoff bound with Kullback-Leibler divergence."""
    seen = successes / SAMPLES

    def term(x: float, y: float) -> float:
        return 0.0 if x == 0 else math.inf if y <= 0 else x * math.log(x / y)

    return SAMPLES * (term(seen, probability) + term(1 - seen, 1 - probability)) <= math.log(2 / CONFIDENCE)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(structures(), st.integers(0, 2**32))
def test_exact_equals_enumeration_and_monte_carlo_within_its_interval(
    case: tuple[Structure, dict[str, float]], seed: int
) -> None:
    s, of = case
    exact = Diagram(s).availability(of)
    assert exact == pytest.approx(enumerated(s, of), abs=1e-12)
    assert within_interval(monte_carlo(s, of, random.Random(seed)), exact)


def test_the_interval_rejects_a_wrong_figure() -> None:
    s, of = All((Atom("a"), Atom("b"))), {"a": 0.9, "b": 0.9}
    hits = monte_carlo(s, of, random.Random(1))
    assert within_interval(hits, 0.81)
    assert not within_interval(hits, 0.83)
    assert not within_interval(hits, 0.79)


def test_a_shared_component_counts_once() -> None:
    shared, a, b = Atom("nat"), Atom("a"), Atom("b")
    s = any_of([All((a, shared)), All((b, shared))])
    assert Diagram(s).availability({"nat": 0.9, "a": 0.9, "b": 0.9}) == pytest.approx(0.9 * 0.99)  # not 1 - 0.19^2


def test_importance_is_the_difference_between_perfect_and_dead() -> None:
    s = any_of([All((Atom("a"), Atom("n"))), All((Atom("b"), Atom("n"))), Atom("c")])
    of = {"a": 0.9, "b": 0.8, "n": 0.95, "c": 0.5}
    diagram = Diagram(s)
    for key, value in some(diagram.importance(of).items()):
        assert value == pytest.approx(diagram.availability({**of, key: 1}) - diagram.availability({**of, key: 0}))


def test_a_hundred_members_in_three_zones_stay_exact_and_small() -> None:
    groups = []
    for g in range(20):
        units = [All((Atom(f"az{i % 3}"), Atom(f"nat{i % 3}"), Atom(f"g{g}-{i}"))) for i in range(6)]
        groups.append(AtLeast(4, tuple(units)))
    s = All(tuple(groups))
    diagram = Diagram(s)
    assert len(diagram.nodes) < 10_000
    of = {k: 0.9999 if k.startswith(("az", "nat")) else 0.995 for k in diagram.order}
    p = lambda alive: sum(  # noqa: E731 (20 groups, independent once the zones are known)
        math.comb(2 * alive, i) * 0.995**i * 0.005 ** (2 * alive - i) for i in range(4, 2 * alive + 1)
    )
    zone = 0.9999**2
    by_hand = zone**3 * p(3) ** 20 + 3 * zone**2 * (1 - zone) * p(2) ** 20
    assert diagram.availability(of) == pytest.approx(by_hand, abs=1e-12)


@settings(max_examples=60, deadline=None, database=None)
@given(st.integers(4, 7), st.randoms(use_true_random=False))
def test_two_terminal_networks_agree_with_networkx(size: int, rng: random.Random) -> None:
    graph = nx.gnp_random_graph(size, 0.5, seed=rng.randrange(2**32))
    graph.remove_edges_from([(0, size - 1)])
    paths = list(nx.all_simple_paths(graph, 0, size - 1))
    if not paths:
        return
    s = any_of(All(tuple(Atom(f"n{v}") for v in path[1:-1])) for path in paths)
    cuts = minimal_cuts(s, size)
    assert len(cuts[0]) == nx.node_connectivity(graph, 0, size - 1)
    for cut in cuts:
        left = graph.copy()
        left.remove_nodes_from([int(key[1:]) for key in cut])
        assert not nx.has_path(left, 0, size - 1)
    of = {f"n{v}": 0.9 for v in range(1, size - 1)}
    expected = 0.0
    for states in itertools.product((False, True), repeat=size - 2):
        alive = [0, size - 1, *(v for v, up in enumerate(states, 1) if up)]
        if nx.has_path(graph.subgraph(alive), 0, size - 1):
            expected += math.prod(0.9 if up else 0.1 for up in states)
    assert Diagram(s).availability(of) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=100, deadline=None, database=None)
@given(structures())
def test_minimal_cuts_are_cuts_are_minimal_and_none_is_missing(case: tuple[Structure, dict[str, float]]) -> None:
    s, of = case
    keys = sorted({n.key for n in walk(s) if isinstance(n, Atom)})
    truth = {
        frozenset(c)
        for r in range(4)
        for c in itertools.combinations(keys, r)
        if not holds(s, lambda k, c=c: k not in c)
        and all(holds(s, lambda k, c=c, x=x: k not in set(c) - {x}) for x in c)
    }
    assert set(minimal_cuts(s, 3)) == truth
    assert of
