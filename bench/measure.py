"""How things are measured: fresh processes, interleaved rounds, medians."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A figure that must not be exceeded. what: named as in the table; most: the limit, in the figure's unit."""

    what: str
    value: float
    most: float

    @property
    def kept(self) -> bool:
        """Whether it holds."""
        return self.value <= self.most


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a benchmark found. rows: (name, value, unit) to print; data: the same and more, for JSON."""

    rows: list[tuple[str, float, str]]
    data: dict[str, Any]
    limits: list[Limit] = field(default_factory=list[Limit])


def clean_environ(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of measured processes: bytecode is used, nothing else is changed."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    return {**env, **(more or {})}


def wall(args: Sequence[str], *, cwd: Path = TREE, env: Mapping[str, str] | None = None) -> float:
    """Seconds a command takes. Raises when it fails: a failed run measures nothing."""
    start = time.perf_counter()
    done = subprocess.run(args, cwd=cwd, env=env or clean_environ(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(args[:6])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def fresh(code: str, *args: str) -> dict[str, Any]:
    """Run Python in a new process; it prints one JSON object. Adds its own peak_mb."""
    text = f"{code}\nfrom bench.measure import report\nreport(found)\n"
    done = subprocess.run(
        [sys.executable, "-c", text, *args], cwd=TREE, env=clean_environ(), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def report(found: Mapping[str, Any]) -> None:
    """The child's side of `fresh`."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss is in bytes there, in KiB elsewhere
    print(json.dumps({**found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}))


def interleaved(
    rounds: int, runs: Mapping[str, Callable[[], float]], tell: Callable[[str], None]
) -> dict[str, list[float]]:
    """Each run once per round, in turn, so that a slow moment of the machine hits all. The first is to warm up."""
    kept: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            tell(f"{name}, round {number} of {rounds}")
            took = run()
            if number:
                kept[name].append(took)
    return kept


def median(values: Sequence[float]) -> float:
    """Rounded to what can be told apart."""
    return round(statistics.median(values), 4)
