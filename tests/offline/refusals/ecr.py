"""Cases of `offline.aws.refusals.ecr`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ecr/repository:Repository", {"name": "shop"}, {"name": "web"}),
]  # fmt: skip
