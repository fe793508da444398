"""Cases of the s3 rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

VERSIONS: Extra = (
    "s3/bucketVersioning",
    "versions",
    {"bucket": "@x", "versioningConfiguration": {"status": "Enabled"}},
)
ELSEWHERE: tuple[Extra, ...] = (
    ("s3/bucket", "far", {"region": "us-east-1"}),
    ("s3/bucketVersioning", "far-versions", {"bucket": "@far", "versioningConfiguration": {"status": "Enabled"}}),
)
NEAR: tuple[Extra, ...] = (
    ("s3/bucket", "near", {}),
    ("s3/bucketVersioning", "near-versions", {"bucket": "@near", "versioningConfiguration": {"status": "Enabled"}}),
)


def replicate(to: str, status: Any = "Enabled") -> list[dict[str, Any]]:
    """Replication rules."""
    return [
        {"id": "all", "status": status, "destination": {"bucket": to}, "deleteMarkerReplication": {"status": "Enabled"}}
    ]


LOG: Extra = ("lb/loadBalancer", "lb", {"accessLogs": {"bucket": "@x.bucket"}})

CASES = {
    "s3-versioning": Case(
        "s3/bucket",
        ok=v(VERSIONS),
        bad=v(),
        unknown=v(("s3/bucketVersioning", "versions", {"bucket": "@x", "versioningConfiguration": {"status": U}})),
        na=v(LOG),
    ),
    "s3-not-one-zone": Case(
        "s3/bucketLifecycleConfiguration",
        ok=v(rules=[{"status": "Enabled", "transitions": [{"storageClass": "STANDARD_IA"}]}, {"status": "Disabled", "transitions": [{"storageClass": "ONEZONE_IA"}]}]),
        bad=v(rules=[{"status": "Enabled", "noncurrentVersionTransitions": [{"storageClass": "ONEZONE_IA"}]}]),
        unknown=v(rules=[{"status": "Enabled", "transitions": [{"storageClass": U}]}]),
    ),
    "s3-no-force-destroy": Case("s3/bucket", ok=v(), bad=v(forceDestroy=True), unknown=v(forceDestroy=U)),
    "s3-replication": Case(
        "s3/bucket",
        ok=v(*ELSEWHERE, ("s3/bucketReplicationConfig", "rep", {"bucket": "@x", "rules": replicate("@far.arn")})),
        bad=v(),
        unknown=v(*ELSEWHERE, ("s3/bucketReplicationConfig", "rep", {"bucket": "@x", "rules": replicate("@far.arn", U)})),
        na=v(LOG),
    ),
    "s3-replication-complete": Case(
        "s3/bucketReplicationConfig",
        ok=v(*NEAR, *ELSEWHERE, bucket="@near", rules=replicate("@far.arn")),
        bad=v(*NEAR, ELSEWHERE[0], bucket="@near", rules=replicate("@far.arn")),
        unknown=v(*NEAR, *ELSEWHERE, bucket="@near", rules=replicate("@far.arn", U)),
    ),
    "s3-object-lock": Case("s3/bucket", ok=v(objectLockEnabled=True), bad=v(), unknown=v(objectLockEnabled=U)),
    "mrap-two-regions": Case(
        "s3control/multiRegionAccessPoint",
        ok=v(*NEAR, *ELSEWHERE, details={"regions": [{"bucket": "@near"}, {"bucket": "@far"}]}),
        bad=v(*NEAR, details={"regions": [{"bucket": "@near"}]}),
        unknown=v(*NEAR, details={"regions": [{"bucket": "@near"}, {"bucket": U}]}),
    ),
}  # fmt: skip
