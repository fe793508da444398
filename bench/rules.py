"""The rules on synthetic stacks of growing size: processor seconds and peak memory, each in a process of its own."""

from collections.abc import Callable
from typing import Any

from bench.measure import Figures, Limit, fresh, median

SIZES = (100, 1_000, 10_000)  # resources
ROUNDS = {100: 5, 1_000: 3, 10_000: 3}
GROWTH = 12.0  # 10,000 resources may cost this many times what 1,000 cost
LARGEST_SECONDS = 5.0  # processor seconds for the whole answer about 10,000 resources
LARGEST_MB = 300.0  # peak memory, the test kit's own stack and requests included

# The engine's own call, through the SDK's proxies, with the pack as it is deployed; then the rules alone.
CHILD = """
import gc, sys, time
if "gc.disable()" in open("policy/__main__.py").read():
    gc.disable()  # as the pack's entry point does
sys.path.insert(0, "policy")
from bench.synthetic import synthetic
from ha_policy.config import load
from ha_policy.evaluate import evaluate
from ha_policy.graph.readers import from_policy
from ha_policy.pack import policies
stack = synthetic(int(sys.argv[1]))
size = len(stack.resources)
servicer_policies = policies()
start = time.process_time()
told = stack.analyze(servicer_policies)
analyze = time.process_time() - start
start = time.process_time()
seen = stack.seen()
unpacking = time.process_time() - start
settings = load(None)
start = time.process_time()
report = evaluate(from_policy(seen, settings.zones), settings)
rules = time.process_time() - start
found = {"size": size, "analyze": analyze, "unpacking": unpacking, "rules": rules,
         "findings": len(report.findings), "told": len(told), "counts": {str(k): v for k, v in report.counts.items()}}
"""


def bench(tell: Callable[[str], None]) -> Figures:
    """Per size: seconds of a whole AnalyzeStack call, of the rules alone, and peak MB."""
    data: dict[str, Any] = {}
    rows: list[tuple[str, float, str]] = []
    for size in SIZES:
        runs: list[dict[str, Any]] = []
        for number in range(ROUNDS[size]):
            tell(f"{size} resources, round {number + 1} of {ROUNDS[size]}")
            runs.append(fresh(CHILD, str(size)))
        keys = ("analyze", "unpacking", "rules", "peak_mb")
        data[str(size)] = {k: median([r[k] for r in runs]) for k in keys} | {"counts": runs[0]["counts"]}
        one = data[str(size)]
        rows += [
            (f"{size} resources: the pack's whole answer", one["analyze"], "s"),
            (f"{size} resources: graph and rules alone", one["rules"], "s"),
            (f"{size} resources: peak memory (with the test kit's own)", round(one["peak_mb"], 1), "MB"),
        ]
    growth = {k: round(data["10000"][k] / data["1000"][k], 2) for k in ("analyze", "rules")}
    rows.append(("10,000 over 1,000 resources, whole answer", growth["analyze"], "x"))
    rows.append(("10,000 over 1,000 resources, rules", growth["rules"], "x"))
    limits = [Limit(what=f"growth of {name}", value=value, most=GROWTH) for name, value in growth.items()]
    largest = data["10000"]
    limits += [
        Limit(what="10000 resources, whole answer, seconds", value=largest["analyze"], most=LARGEST_SECONDS),
        Limit(what="10000 resources, peak MB", value=largest["peak_mb"], most=LARGEST_MB),
    ]
    return Figures(rows=rows, data={"sizes": data, "growth": growth}, limits=limits)
