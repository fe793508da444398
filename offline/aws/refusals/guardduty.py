# ruff: noqa: E501 (what AWS says is as long as it is)
"""GuardDuty."""

from offline.aws.unique import one_in_a_region, unique

unique("aws:guardduty/detector:Detector", "enable", call="guardduty CreateDetector", says="BadRequestException: The request is rejected because a detector already exists for the current account.", keys=one_in_a_region)  # fmt: skip
