"""The line of the user's own code that makes a resource."""

from typing import Any

import pytest
from ha_policy.graph.source import Place, place_of

SDK = "project:///../../.venv/lib/python3.11/site-packages/pulumi/runtime/stack.py#235"
COMPONENTS = "project:///node_modules/@acme/network/vpc.ts#12,4"


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        (["project:///__main__.py#30"], Place("__main__.py", 30)),
        (["project:///index.ts#30,7"], Place("index.ts", 30)),
        ([SDK, "project:///a%20b/app.py#2"], Place("a b/app.py", 2)),
        ([COMPONENTS, "project:///shop/network.ts#9,1"], Place("shop/network.ts", 9)),
        (["project:///../shared/vpc.py#5", "project:///app.py#7"], Place("app.py", 7)),
        (["project:///../shared/vpc.py#5", SDK], Place("../shared/vpc.py", 5)),
        ([SDK], None),
        ([], None),
        (["file:///etc/passwd#1", "project:///app.py", "project:///app.py#0", 7, None], None),
    ],
)
def test_the_innermost_frame_that_is_not_installed_code(positions: list[Any], expected: Place | None) -> None:
    first, *rest = [*positions, None]
    resource = {"sourcePosition": first, "stackTrace": [{"sourcePosition": p} if p else {} for p in rest]}
    assert place_of(resource) == expected
    assert place_of({"stackTrace": [{"sourcePosition": p} for p in positions]}) == expected


@pytest.mark.parametrize("stack", [None, "text", [None, 3, "x"], {}])
def test_a_stack_of_another_shape_has_no_place(stack: Any) -> None:
    assert place_of({"stackTrace": stack}) is None


@pytest.mark.parametrize(
    ("file", "folder", "expected"),
    [
        ("app.py", "", "app.py"),
        ("app.py", "infra/shop", "infra/shop/app.py"),
        ("../lib/vpc.py", "infra/shop", "infra/lib/vpc.py"),
        ("../lib/vpc.py", "", None),
        ("../../../etc/passwd", "infra", None),
    ],
)
def test_a_file_is_named_from_the_repositorys_root_or_not_at_all(file: str, folder: str, expected: str | None) -> None:
    assert Place(file, 3).below(folder) == (Place(expected, 3) if expected else None)
