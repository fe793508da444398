"""GuardDuty."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_in_a_region, refuses

EXISTS = "BadRequestException: The request is rejected because a detector already exists for the current account"


@refuses("aws:guardduty/detector:Detector")
def detector_is_one_in_a_region(case: Case) -> Iterator[Problem]:
    """GuardDuty CreateDetector: one detector per account and Region."""
    yield from one_in_a_region(case, "enable", EXISTS)
