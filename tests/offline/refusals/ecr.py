"""Cases of `offline.aws.refusals.ecr`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("repository_name_is_legal", "aws:ecr/repository:Repository", {"name": "shop/web"}, {"name": "Shop"}, "lower-case"),
]  # fmt: skip
