"""The preview of a stack without a pack, with a pack of one empty policy, and with ours."""

import os
from collections.abc import Callable
from pathlib import Path

from bench.measure import TREE, Figures, Limit, interleaved, median
from offline.engine.setup import setup
from offline.preview import engine
from offline.preview.stacks import shadow

ROUNDS = 5
LARGEST = "financial"  # the stack with the most resources
RULES_SHARE = 1.10  # the rules' preview over the empty pack's


def _ratio(times: dict[str, list[float]], over: str, under: str) -> float:
    """The median of the rounds' own ratios: what slows a round slows both."""
    return median([a / b for a, b in zip(times[over], times[under], strict=True)])


def _processor() -> float:
    """Processor seconds of all ended children so far; the engine's plugins and programs are its children."""
    now = os.times()
    return now.children_user + now.children_system


def bench(tell: Callable[[str], None], stack: str = LARGEST) -> Figures:
    """Seconds of `pulumi preview`, wall and processor, interleaved, medians of ROUNDS."""
    ready = setup()
    env = ready.environ()
    source = shadow(TREE, ready.at.own, stack, env)
    packs: dict[str, Path | None] = {
        "no pack": None,
        "empty pack": TREE / "bench" / "noop",
        "our pack": TREE / "policy",
    }
    counted: dict[str, int] = {}
    violated: dict[str, int] = {}
    spent: dict[str, list[float]] = {name: [] for name in packs}

    def preview(name: str) -> float:
        folder = TREE / "build" / "bench" / name.replace(" ", "-")
        before = _processor()
        done = engine.run(TREE, source, packs[name], env, folder, lambda _: None)
        spent[name].append(_processor() - before)
        violated[name] = len(done.mandatory)
        if done.code and not done.mandatory:
            raise RuntimeError(f"the preview with {name} failed: {done.text.read_text()[-2000:]}")
        counted[name] = sum(done.resources.values())
        return done.seconds

    wall = interleaved(ROUNDS, {name: lambda name=name: preview(name) for name in packs}, tell)
    if len(set(counted.values())) != 1:
        raise RuntimeError(f"the previews differ in resources: {counted}")
    processor = {name: values[1:] for name, values in spent.items()}  # the first round warmed up
    rows: list[tuple[str, float, str]] = []
    for name in packs:
        rows.append((f"preview of {stack} ({counted[name]} resources), {name}", median(wall[name]), "s"))
        rows.append((f"  its processor time, {name}", median(processor[name]), "s"))
    pairs = {"empty pack / no pack": ("empty pack", "no pack"), "our pack / empty pack": ("our pack", "empty pack")}
    ratios = {label: _ratio(wall, *pair) for label, pair in pairs.items()}
    ratios |= {f"{label}, processor": _ratio(processor, *pair) for label, pair in pairs.items()}
    rows += [(label, value, "x") for label, value in ratios.items()]
    found = "our pack / empty pack"
    data = {"stack": stack, "resources": counted["no pack"], "wall": wall, "processor": processor, "ratios": ratios}
    return Figures(
        rows=rows,
        data={**data, "mandatory_violations": violated["our pack"]},
        limits=[Limit(what=found, value=ratios[found], most=RULES_SHARE)],
    )
