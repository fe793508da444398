# ruff: noqa: E501 (what AWS says is as long as it is)
"""MediaConvert."""

from offline.aws.unique import unique

unique("aws:mediaconvert/queue:Queue", "name", call="mediaconvert CreateQueue", says="ConflictException: Queue {name} already exists")  # fmt: skip
