"""The failure simulation on synthetic stacks of 1,000 resources: every single failure, every pair, the figures."""

from collections.abc import Callable
from typing import Any

from bench.measure import Figures, Limit, fresh, median

ROUNDS = 3
SINGLES_SECONDS = 2.0
PAIRS_SECONDS = 60.0
# (resources, seconds for the whole report from the rules to the three files, MB of the page)
REPORTS = ((10_000, 5.0, 5.0), (50_000, 30.0, 5.0))

# Two shapes: services in one Region as `synthetic` has them, and shops of two Regions behind names.
CHILD = """
import gc, sys, time
gc.disable()
sys.path.insert(0, "policy")
from ha_policy.graph import from_policy
from ha_policy.proof.proof import Proof
if sys.argv[1] == "services":
    from bench.synthetic import synthetic
    graph = from_policy(synthetic(1000).seen(), {})
else:
    from tests.policy.proof.stacks import many
    graph = many(1000).graph
start = time.process_time()
proof = Proof(graph)
matrix = proof.matrix
broken = [matrix.explain(e, i) for e in proof.entry_points for i in matrix.affected(e)]
singles = time.process_time() - start
start = time.process_time()
found = proof.pairs()
pairs = time.process_time() - start
start = time.process_time()
proof.numbers
figures = time.process_time() - start
n = len(matrix.failures)
found = {"resources": len(graph.nodes), "failures": n, "entries": len(proof.entry_points),
         "pair_count": n * (n - 1) // 2,
         "fatal_pairs": len(found), "singles": singles, "pairs": pairs, "figures": figures}
"""

REPORT = """
import gc, sys, time
gc.disable()
sys.path.insert(0, "policy")
from bench.synthetic import synthetic
from ha_policy.graph import from_policy
from ha_policy.proof.judge import judge
from ha_policy.proof.report.document import document
from ha_policy.proof.report.render import as_json, html, markdown
graph = from_policy(synthetic(int(sys.argv[1])).seen(), {})
start = time.process_time()
judged = judge(graph)
made = document(judged.proof, rules=judged.answers)
page = html(made)
as_json(made), markdown(made)
found = {"resources": len(graph.nodes), "seconds": time.process_time() - start, "megabytes": len(page) / 1e6,
         "failures": len(made["failures"]), "entries": len(made["entry_points"])}
"""


def bench(tell: Callable[[str], None]) -> Figures:
    """Seconds of processor time per shape; all single failures with their explanations, all pairs, all figures."""
    data: dict[str, Any] = {}
    rows: list[tuple[str, float, str]] = []
    limits: list[Limit] = []
    for shape in ("services", "two Regions"):
        runs: list[dict[str, Any]] = []
        for number in range(ROUNDS):
            tell(f"{shape}, round {number + 1} of {ROUNDS}")
            runs.append(fresh(CHILD, shape))
        one = runs[0] | {k: median([r[k] for r in runs]) for k in ("singles", "pairs", "figures", "peak_mb")}
        data[shape] = one
        name = f"{one['resources']} resources, {shape}"
        rows += [
            (f"{name}: {one['failures']} failures x {one['entries']} entry points", one["singles"], "s"),
            (f"{name}: {one['pair_count']} pairs", one["pairs"], "s"),
            (f"{name}: floors, estimates, sensitivities", one["figures"], "s"),
            (f"{name}: peak memory", round(one["peak_mb"], 1), "MB"),
        ]
        limits += [
            Limit(what=f"single failures, {shape}", value=one["singles"], most=SINGLES_SECONDS),
            Limit(what=f"pairs, {shape}", value=one["pairs"], most=PAIRS_SECONDS),
        ]
    for size, seconds, megabytes in REPORTS:
        tell(f"report of {size} resources")
        one = fresh(REPORT, str(size))
        data[f"report {size}"] = one
        name = f"{one['resources']} resources, rules and report"
        rows += [
            (f"{name}: {one['failures']} failures x {one['entries']} entry points", one["seconds"], "s"),
            (f"{name}: page", round(one["megabytes"], 1), "MB"),
            (f"{name}: peak memory", round(one["peak_mb"], 1), "MB"),
        ]
        limits += [
            Limit(what=f"report of {size} resources", value=one["seconds"], most=seconds),
            Limit(what=f"page of {size} resources, MB", value=one["megabytes"], most=megabytes),
        ]
    return Figures(rows=rows, data=data, limits=limits)
