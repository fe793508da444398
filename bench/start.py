"""What it costs to start: imports of the program and the pack in fresh processes, the pack as the engine starts it, the
command `resilience`.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import TREE, Figures, Limit, clean_environ, fresh, median

ROUNDS = 5
PACK_SECONDS = 0.5  # processor seconds until the pack says that it listens
HELP_SECONDS = 0.3  # of `resilience --help`
CHECK_SECONDS = 2.0  # of `resilience check` on CHECKED resources
CHECKED = 250
"""Resources of the stack that is checked: shops in two Regions."""
TIMED = """
import sys, time
sys.path.insert(0, "policy")
start = time.perf_counter()
{code}
found = {{"s": time.perf_counter() - start}}
"""
MAKE = """
import json, pathlib, sys
sys.path.insert(0, "policy")
from tests.policy.proof.stacks import many
resources = many(int(sys.argv[1])).resources
pathlib.Path(sys.argv[2]).write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
found = {"resources": len(resources)}
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


def command(*arguments: str) -> tuple[float, float]:
    """(wall, processor) seconds of a command line of `resilience`."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(TREE / "bin" / "resilience"), *arguments], env=clean_environ(), stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == 2:
        raise RuntimeError(f"resilience {' '.join(arguments)} failed")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


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
    limits: list[Limit] = []
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder) / "state.json")
        fresh(MAKE, str(CHECKED), state)
        measured: dict[str, tuple[Callable[[], tuple[float, float]], float]] = {
            "the pack as the engine starts it, until it listens": (started, PACK_SECONDS),
            "resilience --help": (lambda: command("--help"), HELP_SECONDS),
            f"resilience check, {CHECKED} resources in two Regions": (lambda: command("check", state), CHECK_SECONDS),
        }
        for name, (run, most) in measured.items():
            tell(name)
            run()  # to warm up
            times = [run() for _ in range(ROUNDS)]
            data[name] = {"s": median([w for w, _ in times]), "processor_s": median([p for _, p in times])}
            rows += [(name, data[name]["s"], "s"), ("  its processor time", data[name]["processor_s"], "s")]
            limits.append(Limit(what=f"{name}, processor seconds", value=data[name]["processor_s"], most=most))
    return Figures(rows=rows, data=data, limits=limits)
