"""Cases of `offline.aws.refusals.cloudmap`."""

from tests.offline.refusals import Taken

TAKEN: list[Taken] = [
    ("aws:servicediscovery/httpNamespace:HttpNamespace", {"name": "n"}, {"name": "o"}),
]  # fmt: skip
