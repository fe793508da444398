"""The preview of a stack without a pack, with a pack of one empty policy, and with ours."""

from collections.abc import Callable
from pathlib import Path

from bench.measure import TREE, Figures, Limit, interleaved, median
from offline.engine.setup import setup
from offline.preview import engine
from offline.preview.engine import MANDATORY
from offline.preview.stacks import shadow

ROUNDS = 5
RULES_SHARE = 1.10  # the rules' preview over the empty pack's


def bench(tell: Callable[[str], None], stack: str = "dev") -> Figures:
    """Wall seconds of `pulumi preview`, interleaved, medians of ROUNDS."""
    ready = setup()
    env = ready.environ()
    source = shadow(TREE, ready.at.own, stack, env)
    packs: dict[str, Path | None] = {
        "no pack": None,
        "empty pack": TREE / "bench" / "noop",
        "our pack": TREE / "policy",
    }
    counted: dict[str, int] = {}
    verdicts: dict[str, int] = {}

    def preview(name: str) -> float:
        folder = TREE / "build" / "bench" / name.replace(" ", "-")
        done = engine.run(TREE, source, packs[name], env, folder, lambda _: None)
        violated = [v for v in done.violations if v.level == MANDATORY]
        if done.code and not violated:
            raise RuntimeError(f"the preview with {name} failed: {done.text.read_text()[-2000:]}")
        counted[name], verdicts[name] = sum(done.resources.values()), len(violated)
        return done.seconds

    times = interleaved(ROUNDS, {name: lambda name=name: preview(name) for name in packs}, tell)
    middle = {name: median(values) for name, values in times.items()}
    if len(set(counted.values())) != 1:
        raise RuntimeError(f"the previews differ in resources: {counted}")
    share = round(middle["our pack"] / middle["empty pack"], 3)
    rows = [(f"preview of {stack} ({counted[n]} resources), {n}", middle[n], "s") for n in packs]
    rows += [
        ("empty pack / no pack", round(middle["empty pack"] / middle["no pack"], 3), "x"),
        ("our pack / empty pack", share, "x"),
    ]
    data = {"stack": stack, "resources": counted["no pack"], "rounds": times, "median": middle, "ratio": share}
    return Figures(
        rows=rows,
        data={**data, "mandatory_violations": verdicts["our pack"]},
        limits=[Limit(what="our pack / empty pack", value=share, most=RULES_SHARE)],
    )
