"""Names without the Region in them, to recognise the same thing in two Regions."""

from __future__ import annotations

import re
from typing import Final

from ha_policy.proof.request_paths.builder import PathBuilder

REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
DIRECTIONS: Final = {"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}


class RegionNames:
    """The Regions of a stack, and how its names contain them: in full or as a short code."""

    def __init__(self, builder: PathBuilder) -> None:
        found = {str(builder.ctx.region(n)[0]) for n in builder.graph.nodes if builder.ctx.region(n)[0]}
        self._regions = sorted((r for r in found if REGION.fullmatch(r)), key=len, reverse=True)
        self._codes = {code(r) for r in self._regions}

    def without_region(self, name: str) -> str:
        """A name without its Region: usw2-worker -> worker, office-us-west-2.shop.com -> office.shop.com."""
        for region in self._regions:
            name = name.replace(region, "")
        pieces = re.split(r"([-_.])", name)
        kept = ["" if piece in self._codes else piece for piece in pieces]
        text = re.sub(r"([-_.])[-_]+|[-_]+(?=\.)", r"\1", "".join(kept))
        return text.strip("-_.") or name


def code(region: str) -> str:
    """The short code of a Region that names usually contain: us-west-2 -> usw2, ap-southeast-1 -> apse1."""
    area, *middle, number = region.split("-")
    return area + "".join(DIRECTIONS.get(w, w[:1]) for w in middle) + number
