"""The faults of `python -m tests.seeded_faults` can still be made. That tests notice them is seen when it is run."""

import pytest

from tests.seeded_faults import FAULTS, TREE, Fault


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.what) for fault in FAULTS])
def test_the_place_of_a_fault_is_there_once(fault: Fault) -> None:
    assert (TREE / fault.file).read_text().count(fault.right) == 1
