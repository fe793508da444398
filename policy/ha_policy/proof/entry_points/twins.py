"""Merge copies of the same thing in several Regions to one entry point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ha_policy.graph import Node
from ha_policy.proof import model
from ha_policy.proof.model import EntryPoint, Path, Pool, Recovery, Series
from ha_policy.proof.request_paths.context import Context


class Found(NamedTuple):
    """An entry point in one Region. name: without the Region. root: what it needs."""

    name: str
    node: Node
    root: model.Part


def merged(ctx: Context, kind: str, limit: str, found: Iterable[Found]) -> list[EntryPoint]:
    """One entry point per name. limit: what is not served while one of several Regions is lost."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(one.name, []).append(one)
    return [_entry_point(ctx, kind, limit, name, twins) for name, twins in groups.items()]


def _entry_point(ctx: Context, kind: str, limit: str, name: str, twins: list[Found]) -> EntryPoint:
    node, root = twins[0].node, twins[0].root
    roots = tuple(twin.root for twin in twins)
    if len(twins) > 1 and len({ctx.region(twin.node)[0] for twin in twins}) == len(twins):
        recovery = Recovery(f"{name} goes on in the other Region", (), None, "", "automatic", limit)
        pool = Pool(name, roots, 1, (), recovery, node.urn)
        return EntryPoint(f"{kind} {name}", name, kind, (Path("", pool),), node.urn)
    if len(twins) > 1:  # the same name twice in one Region: both are needed
        root = Series(name, roots, node.urn)
    return EntryPoint(node.urn, node.name, kind, (Path("", root),), node.urn)
