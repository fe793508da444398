"""For every rule: a compliant, a violating, an unknown and a not-applicable stack, as data."""

from tests.policy.cases import compute, data, edge, load_balancing, messaging, network, safety, survival
from tests.policy.cases.kind import Case

CASES: dict[str, Case] = {
    **network.CASES,
    **load_balancing.CASES,
    **compute.CASES,
    **data.CASES,
    **messaging.CASES,
    **edge.CASES,
    **safety.CASES,
    **survival.CASES,
}
