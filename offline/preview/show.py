"""What `make preview` prints: Pulumi's output about each stack, then one table."""

import json
import re
from collections.abc import Sequence
from typing import Any

from offline.preview.engine import Preview, plain

VERDICT = re.compile(r"^(Policies|Diagnostics|Outputs|Resources):", re.M)


def pulumi_text(preview: Preview, *, full: bool, colour: bool) -> str:
    """Pulumi's output; the rows of the resources only if full."""
    text = preview.text.read_text(errors="replace")
    bare = plain(text)
    if not full:
        lines, start = text.splitlines(), VERDICT.search(bare)
        if start:
            text = "\n".join(lines[bare[: start.start()].count("\n") :])
    return (text if colour else plain(text)).strip()


def policy_result(preview: Preview, *, asked: bool) -> str:
    """The result of the policy pack: passed, the number of findings, or that it did not run."""
    if not asked:
        return "not run"
    counts = {level: sum(v.level == level for v in preview.violations) for level in ("mandatory", "advisory")}
    found = ", ".join(f"{count} {level}" for level, count in counts.items() if count)
    return found or ("passed" if preview.packs and preview.code == 0 else "did not finish")


def table(previews: Sequence[Preview], *, policy: bool, setup_seconds: float) -> str:
    """One row per stack: resources, policy result, seconds of each phase."""
    names = list(dict.fromkeys(name for p in previews for name in p.phases))
    head = ["stack", "result", "resources", "policy", *names, "seconds"]
    rows = [
        [
            p.stack, "ok" if p.passed else "FAILED", str(sum(p.resources.values())), policy_result(p, asked=policy),
            *(f"{p.phases[n]:.1f}" if n in p.phases else "-" for n in names), f"{p.seconds:.1f}",
        ]
        for p in previews
    ]  # fmt: skip
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]
    ]
    total = setup_seconds + sum(p.seconds for p in previews)
    lines.append(
        f"set-up {setup_seconds:.1f} s, total {total:.1f} s; engine and pack: starting; program: registering resources"
    )
    lines += [f"availability report of {p.stack}: {r}" for p in previews for r in p.reports if r.suffix == ".html"]
    return "\n".join(lines)


def as_json(previews: Sequence[Preview], *, policy: bool, setup_seconds: float) -> str:
    """The same as JSON."""

    def one(p: Preview) -> dict[str, Any]:
        return {
            "stack": p.stack,
            "passed": p.passed,
            "exit_code": p.code,
            "resources": p.resources,
            "policy": policy_result(p, asked=policy),
            "packs": p.packs,
            "violations": [vars(v) for v in p.violations],
            "errors": p.errors,
            "phases_seconds": {k: round(v, 3) for k, v in p.phases.items()},
            "seconds": round(p.seconds, 3),
            "text": str(p.text),
            "events": str(p.events),
            "reports": [str(r) for r in p.reports],
        }

    return json.dumps({"setup_seconds": setup_seconds, "stacks": [one(p) for p in previews]}, indent=2)
