# ruff: noqa: E501 (what AWS says is as long as it is)
"""CloudWatch Synthetics canaries."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, ranged, refuses
from offline.aws.unique import unique

_DEPRECATED_RUNTIMES = re.compile(
    r"syn-1\.0|syn-nodejs-2\..*|syn-nodejs-puppeteer-[3-7]\..*|syn-python-selenium-[1-5]\..*"
)
"""CloudWatch User Guide, "Runtime versions support policy": the last of them since 3 February 2026."""


@refuses("aws:synthetics/canary:Canary")
def canary_is_legal(case: Case) -> Iterator[Problem]:
    """Synthetics CreateCanary: time-outs 3-840 s; memory in steps of 64 MB; results kept 1-455 days."""
    yield from ranged(case, "successRetentionPeriod", 1, 455, "days")
    yield from ranged(case, "failureRetentionPeriod", 1, 455, "days")
    memory = case.number("runConfig.memoryInMb")
    if memory is not None and (memory < 960 or memory % 64):
        yield "runConfig.memoryInMb", f"ValidationException: memoryInMb={memory}: at least 960, in steps of 64"
    place = case.text("artifactS3Location")
    if place is not None and not place.startswith("s3://"):
        yield "artifactS3Location", f"ValidationException: artifactS3Location {place!r}: must begin with s3://"


@refuses("aws:synthetics/canary:Canary")
def canary_has_one_code_and_a_runtime(case: Case) -> Iterator[Problem]:
    """Synthetics CreateCanary: code from a file or from S3; no new canary of a deprecated runtime."""
    if case.given("zipFile"):
        for name in ("s3Bucket", "s3Key", "s3Version"):
            if case.given(name):
                yield name, f"ValidationException: {name} cannot be given together with zipFile"
    elif not (case.given("s3Bucket") and case.given("s3Key")):
        yield "zipFile", "ValidationException: zipFile, or s3Bucket and s3Key, must be given"
    runtime = case.text("runtimeVersion")
    if case.new and runtime is not None and _DEPRECATED_RUNTIMES.fullmatch(runtime):
        yield "runtimeVersion", f"ValidationException: Deprecated runtime version specified: {runtime}"
    if runtime is not None and not runtime.startswith("syn-"):
        yield (
            "runtimeVersion",
            f"ValidationException: runtimeVersion {runtime!r}: must be the name of a Synthetics runtime (syn-…)",
        )


unique("aws:synthetics/canary:Canary", "name", call="synthetics CreateCanary", says="ConflictException: A canary with the name {name} already exists")  # fmt: skip
