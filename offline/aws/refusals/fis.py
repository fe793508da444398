# ruff: noqa: E501 (what AWS says is as long as it is)
"""Fault Injection Service."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses


@refuses("aws:fis/experimentTemplate:ExperimentTemplate")
def experiment_is_legal(case: Case) -> Iterator[Problem]:
    """FIS CreateExperimentTemplate: actions name targets that are there; what follows is an action; one way to select."""
    targets = {t.text("name") for _, t in case.objects("targets")}
    actions = {a.text("name") for _, a in case.objects("actions")}
    if None in targets or None in actions or not (case.list("targets") and case.list("actions")):
        return
    for path, action in case.objects("actions"):
        for _, target in action.objects("target"):
            wanted = target.text("value")
            if wanted is not None and wanted not in targets:
                yield (
                    f"{path}.target",
                    f"ValidationException: action {action.text('name')} names the target {wanted!r}, which is not there",
                )
        for after in action.list("startAfters"):
            if isinstance(after, str) and after not in actions:
                yield f"{path}.startAfters", f"ValidationException: {after!r} is no action of the template"
    for path, target in case.objects("targets"):
        mode = target.text("selectionMode")
        if mode is not None and not re.fullmatch(r"ALL|COUNT\(\d+\)|PERCENT\(\d+\)", mode):
            yield f"{path}.selectionMode", f"ValidationException: selectionMode {mode!r}: ALL, COUNT(n) or PERCENT(n)"
        if target.given("resourceArns") == target.given("resourceTags") and not target.unknown("resourceArns"):
            yield path, "ValidationException: a target has either resourceArns or resourceTags"
    for path, stop in case.objects("stopConditions"):
        if stop.text("source") == "aws:cloudwatch:alarm" and not stop.given("value"):
            yield f"{path}.value", "ValidationException: the ARN of the alarm must be given"
