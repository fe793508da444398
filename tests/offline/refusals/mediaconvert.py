"""Cases of `offline.aws.refusals.mediaconvert`."""

from tests.offline.refusals import Taken

TAKEN: list[Taken] = [
    ("aws:mediaconvert/queue:Queue", {"name": "q"}, {"name": "r"}),
]  # fmt: skip
