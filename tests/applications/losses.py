"""What callers of the sample services get while one of their dependencies is lost: the one table behind the tests and
the documentation.
"""

from dataclasses import dataclass
from typing import Literal

Effect = Literal["serves", "degrades", "down"]
"""serves: the same answers. degrades: answers that are older or have less in them. down: 503."""


@dataclass(frozen=True)
class Loss:
    """service: which requests. lost: what does not answer. effect: see above. callers: what they get, in one sentence.
    soft: the failure simulation counts the dependency as one that the service can do without.
    """

    service: str
    lost: str
    effect: Effect
    callers: str
    soft: bool


SHOP = (
    Loss("catalog", "cache", "serves", "Every request is read from MySQL.", soft=True),
    Loss("catalog", "primary node of the cache", "serves", "The cache's replicas are read.", soft=True),
    Loss("catalog", "writer of MySQL", "serves", "The reader is read.", soft=True),
    Loss(
        "catalog",
        "MySQL, all of it",
        "degrades",
        "Products that are in the cache are served, up to a day old; others get 503.",
        soft=False,
    ),
    Loss("catalog", "MySQL and the cache", "down", "503, and the tasks stay in service.", soft=False),
    Loss("catalog", "DynamoDB", "degrades", "`stock` is null.", soft=True),
    Loss("cart", "DynamoDB", "down", "503; a cart that could not be written is as it was.", soft=False),
    Loss("checkout", "catalog", "down", "503; nothing is published, and the cart stays.", soft=False),
    Loss("checkout", "cart", "down", "503; nothing is published.", soft=False),
    Loss("checkout", "SNS", "down", "503; nothing is published, and the cart stays.", soft=False),
)
MEDIA = (
    Loss("recommendations", "cache", "serves", "Every request is read from PostgreSQL.", soft=True),
    Loss(
        "recommendations",
        "PostgreSQL, all of it",
        "degrades",
        "Titles from the cache, up to a day old; 503 if it has none.",
        soft=False,
    ),
    Loss("recommendations", "auth", "degrades", "The most popular titles, for everybody the same.", soft=True),
    Loss("recommendations", "DynamoDB", "degrades", "The most popular titles, for everybody the same.", soft=True),
    Loss("auth", "DynamoDB", "down", "503; a profile that could not be written is as it was.", soft=False),
)


def table(losses: tuple[Loss, ...]) -> str:
    """The table in the documentation."""
    rows = "".join(f"| {loss.service} | {loss.lost} | {loss.effect} | {loss.callers} |\n" for loss in losses)
    return "| service | lost | it | callers get |\n|---|---|---|---|\n" + rows
