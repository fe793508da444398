"""Cases of the quotas rule."""

from tests.policy.cases.kind import Case, U, v

CASES = {
    "quota-default": Case(
        "ec2/instance",
        ok=v(instanceType="m7g.xlarge"),
        bad=v(instanceType="m7g.2xlarge"),
        unknown=v(instanceType=U),
        na=v(("ec2/instance", "larger", {"instanceType": "m7g.xlarge"}), instanceType="t4g.nano"),
    )
}
