"""Cases of `offline.aws.refusals.ecr`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("repository_name_is_legal", "aws:ecr/repository:Repository", {"name": "shop/web"}, {"name": "Shop"}, "lower-case"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ecr/repository:Repository", {"name": "shop"}, {"name": "web"}),
]  # fmt: skip
