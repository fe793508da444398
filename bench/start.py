"""What it costs to start: imports of the program and the pack in fresh processes, the pack as the engine starts it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from bench.measure import TREE, Figures, Limit, clean_environ, fresh, median

ROUNDS = 5
PACK_SECONDS = 0.8  # processor seconds until the pack says that it listens
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


def started() -> tuple[float, float]:
    """(wall, processor) seconds from the start of the pack's process until it names the port on which it listens."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(TREE / "policy")]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=TREE, env=clean_environ(), stdout=subprocess.PIPE, text=True)
    port = process.stdout.readline() if process.stdout else ""
    wall = time.perf_counter() - start
    process.kill()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0  # it has been waited for
    if process.stdout:
        process.stdout.close()
    if not port.strip().isdigit():
        raise RuntimeError(f"the pack did not start: {port!r}")
    return wall, used.ru_utime + used.ru_stime


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
    name = "the pack as the engine starts it, until it listens"
    tell(name)
    started()  # to warm up
    times = [started() for _ in range(ROUNDS)]
    data[name] = {"s": median([w for w, _ in times]), "processor_s": median([p for _, p in times])}
    rows += [(name, data[name]["s"], "s"), ("  its processor time", data[name]["processor_s"], "s")]
    limit = Limit(what="start of the pack, processor seconds", value=data[name]["processor_s"], most=PACK_SECONDS)
    return Figures(rows=rows, data=data, limits=[limit])
