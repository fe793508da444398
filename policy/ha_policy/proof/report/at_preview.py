"""Write the report during a preview, when the policy pack already has the graph and the findings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ha_policy.config import Settings
    from ha_policy.evaluate import Report
    from ha_policy.graph import Graph

FOLDER: Final = "HA_AWS_REPORT"
"""Environment variable: the folder for <stack>.html, .json and .md; without it no report is written."""


def write_if_asked(graph: Graph, found: Report, settings: Settings, stack: str = "") -> str:
    """Write the report to the folder in `FOLDER`. Returns the problem as a sentence, or nothing; a report that cannot
    be written never changes the findings.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        return ""
    try:
        from ha_policy.proof.proof import proof_of
        from ha_policy.proof.report.document import document
        from ha_policy.proof.report.render import write
        from ha_policy.rules.survival import EGRESS, LOSSES

        proof = proof_of(graph, settings.params[LOSSES[0]][EGRESS], stack)
        made = document(proof, source="preview", rules=found, targets=settings.targets)
        write(made, Path(folder), made["stack"]["name"])
    except Exception as error:  # whatever the error is, the preview continues
        return f"the availability report could not be written: {type(error).__name__}: {error}"
    return ""
