"""What an unknown value is made from, for documents that say it for each value and not only for each property."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """urns: the resources that the value refers to. exact: whether it refers to all of them, and to nothing else;
    otherwise it refers to some of them. complete: whether it can refer to nothing else. why: why it is not exact, as
    the end of a sentence.
    """

    urns: tuple[str, ...]
    exact: bool = False
    complete: bool = True
    why: str = ""


def is_list(location: str) -> bool:
    """Whether the property at a location is a list by its name, such as ``subnetIds``."""
    step = location.rpartition(".")[2]
    return step.endswith("s") and not step.endswith("ss")
