"""What it costs to start: imports of the program and of the pack, in fresh processes."""

from collections.abc import Callable

from bench.measure import Figures, fresh, median

ROUNDS = 5
TIMED = """
import sys, time
sys.path.insert(0, "policy")
start = time.perf_counter()
{code}
found = {{"s": time.perf_counter() - start}}
"""
IMPORTS = {
    "import pulumi": "import pulumi",
    "import pulumi_aws": "import pulumi_aws",
    "import pulumi_policy": "import pulumi_policy",
    "the pack's modules (pulumi_policy and all rules)": "import ha_policy.pack; ha_policy.pack.policies()",
    "the program's modules (architectures, AWS classes)": "import components.architectures.ecommerce",
}


def bench(tell: Callable[[str], None]) -> Figures:
    """Medians of ROUNDS: seconds and peak MB."""
    rows: list[tuple[str, float, str]] = []
    data: dict[str, dict[str, float]] = {}
    for name, code in IMPORTS.items():
        tell(name)
        runs = [fresh(TIMED.format(code=code)) for _ in range(ROUNDS)]
        data[name] = {"s": median([r["s"] for r in runs]), "peak_mb": median([r["peak_mb"] for r in runs])}
        rows.append((name, data[name]["s"], "s"))
        rows.append((f"{name}, peak", round(data[name]["peak_mb"]), "MB"))
    return Figures(rows=rows, data=data)
