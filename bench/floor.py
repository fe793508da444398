"""The production shop's preview over its floor: importing the AWS classes it uses, and previewing nothing."""

from collections.abc import Callable
from pathlib import Path

import yaml

from bench.measure import TREE, Figures, Limit, fresh, interleaved, median, wall
from offline.engine.run import command, write_whole
from offline.engine.setup import Ready, setup
from offline.preview import engine
from offline.preview.stacks import shadow

STACK = "ecommerce"
PREVIEW = ["pulumi", "preview", "--non-interactive", "--suppress-progress"]
ROUNDS = 5
AIM = 1.6
"""Times its floor that the preview should take; 1.5 to 1.6 where it was measured: docs/adr/0009-preview-speed.md."""
SHARE = 1.8
"""Times its floor that it may take before something has gone wrong: machines are noisy."""
IMPORTS = """
import gc, sys, time
gc.disable()  # as the program does
start = time.perf_counter()
import pulumi, pulumi_aws
for package in sys.argv[1:]:
    getattr(getattr(pulumi_aws, package), "__all__", None)  # packages load at the first use
found = {"s": time.perf_counter() - start}
gc.freeze()
"""


def empty_project(folder: Path, ready: Ready) -> list[str]:
    """The command that previews a program of no resources."""
    runtime = {"name": "python", "options": {"virtualenv": str(ready.at.venv)}}
    write_whole(folder / "Pulumi.yaml", yaml.safe_dump({"name": "empty", "runtime": runtime}))
    write_whole(folder / "__main__.py", "import pulumi\n")
    (folder / "state").mkdir(exist_ok=True)
    if not list((folder / "state").rglob("empty.json")):
        command(
            ["pulumi", "-C", str(folder), "stack", "init", "empty", "--non-interactive"], env=_environ(folder, ready)
        )
    return [*PREVIEW, "-C", str(folder), "--stack", "empty"]


def _environ(folder: Path, ready: Ready) -> dict[str, str]:
    return {**ready.environ(), "PULUMI_BACKEND_URL": f"file://{folder / 'state'}"}


def bench(tell: Callable[[str], None]) -> Figures:
    """Wall seconds, interleaved, medians of ROUNDS; the ratio is the median of the rounds' own."""
    ready = setup()
    folder = TREE / "build" / "bench"
    source = shadow(TREE, ready.at.own, STACK, ready.environ())
    nothing = empty_project(folder / "empty", ready)
    used = folder / "modules.txt"
    something = [*PREVIEW, "-C", str(TREE), "--stack", STACK, "--config-file", str(source.config)]
    environ = {**ready.environ(), "PULUMI_BACKEND_URL": source.backend}

    tell("which modules the program uses")
    probed = {**ready.environ(), "PYTHONPATH": str(TREE / "bench" / "probe"), "HA_AWS_BENCH_MODULES": str(used)}
    first = engine.run(TREE, source, None, probed, folder / STACK, lambda _: None)
    if first.code:
        raise RuntimeError(f"the preview of {STACK} failed: {first.text.read_text()[-2000:]}")
    packages, resources = used.read_text().split(), sum(first.resources.values())
    runs: dict[str, Callable[[], float]] = {
        "imports": lambda: float(fresh(IMPORTS, *packages)["s"]),
        "empty": lambda: wall(nothing, env=_environ(folder / "empty", ready)),
        "preview": lambda: wall(something, env=environ),
    }
    times = interleaved(ROUNDS, runs, tell)
    floors = [a + b for a, b in zip(times["imports"], times["empty"], strict=True)]
    share = median([took / floor for took, floor in zip(times["preview"], floors, strict=True)])
    rows = [
        (
            f"importing the {len(packages)} packages of pulumi_aws that {STACK} uses, plainly",
            median(times["imports"]),
            "s",
        ),
        ("preview of an empty program", median(times["empty"]), "s"),
        (f"preview of {STACK} ({resources} resources), no pack", median(times["preview"]), "s"),
        ("preview / (imports + empty preview)", share, "x"),
        ("  what it should be", AIM, "x"),
    ]
    data = {"stack": STACK, "resources": resources, "packages": packages, "wall": times, "ratio": share}
    return Figures(rows=rows, data=data, limits=[Limit(what="preview over its floor", value=share, most=SHARE)])
