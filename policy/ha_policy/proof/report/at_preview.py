"""The report as a by-product of a preview: the policy pack has the graph and the rules' answers already."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ha_policy.evaluate import Report
    from ha_policy.graph import Graph

FOLDER: Final = "HA_AWS_REPORT"
"""Environment variable: the folder to write <stack>.html, .json and .md into; not set: no report."""


def write_if_asked(graph: Graph, found: Report) -> str:
    """Write the report where `FOLDER` says. Returns what went wrong, as a sentence, or nothing: a report that cannot be
    made never changes what the rules say.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        return ""
    try:
        from ha_policy.proof.proof import proof_of
        from ha_policy.proof.report.document import document
        from ha_policy.proof.report.render import write

        made = document(proof_of(graph), source="preview", rules=found)
        write(made, Path(folder), made["stack"]["name"] or "stack")
    except Exception as error:  # whatever it is, the preview goes on
        return f"the availability report could not be written: {type(error).__name__}: {error}"
    return ""
