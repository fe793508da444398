"""Cases of the regions rules."""

from tests.policy.cases.kind import Case, Extra, U, v
from tests.policy.cases.route53 import FAR, NEAR

TWO_REGIONS: tuple[Extra, ...] = (NEAR, FAR)

CASES = {
    "replica-other-region": Case(
        "dynamodb/table",
        ok=v(replicas=[{"regionName": "us-east-1"}]),
        bad=v(replicas=[{"regionName": "us-west-2"}]),
        unknown=v(replicas=[{"regionName": U}]),
        na=v(),
    ),
    "standby-has-data": Case(
        "dynamodb/table",
        ok=v(*TWO_REGIONS, replicas=[{"regionName": "us-east-1"}]),
        bad=v(*TWO_REGIONS),
        unknown=v(*TWO_REGIONS, ("dynamodb/tableReplica", "r", {"globalTableArn": U})),
        na=v(NEAR),
    ),
}  # fmt: skip
