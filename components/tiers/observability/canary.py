"""CloudWatch Synthetics canary: probes the public URL and raises an alarm if it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam, versions
from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.arns import account_of, partition_of, region_of
from components.names import physical_name
from components.tags import few_tags, named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.s3_private_bucket import PrivateBucketArgs, expire, keep_versions, private_bucket

RUNTIME = versions.SYNTHETICS.version
"""Synthetics runtime. AWS removes old runtimes for new canaries ("Runtime versions support policy"),
not for running ones. The script needs only Node.js 18 or later."""

NAME_LIMIT = 21
"""Longest name of a canary that every runtime supports, characters."""

EVERY_MINUTES = 5
TIMEOUT_SECONDS = 60
MEMORY_MB = 960
"""Memory of the canary, MB: the minimum (CanaryRunConfig MemoryInMB)."""

OVERWRITTEN_DAYS = 31
SCRIPT_PREFIX, RUNS_PREFIX = "script/", "runs"

SCRIPT = """'use strict';
// Asks every address of TARGETS in turn and fails on the first answer that is not as promised.
exports.handler = async () => {
  for (const target of JSON.parse(process.env.TARGETS)) {
    const started = Date.now();
    const answer = await fetch(target.url, {
      method: target.method,
      redirect: 'manual',
      headers: { 'user-agent': 'synthetics-canary', 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(target.withinMs),
    });
    const body = await answer.text();
    const took = Date.now() - started;
    const what = `${target.method} ${target.url}: `;
    if (answer.status !== target.status) {
      throw new Error(`${what}status ${answer.status} instead of ${target.status}`);
    }
    if (took > target.withinMs) {
      throw new Error(`${what}${took} ms instead of ${target.withinMs} ms at most`);
    }
    if (target.contains && !body.includes(target.contains)) {
      throw new Error(`${what}the answer lacks "${target.contains}"`);
    }
    console.log(`${what}${answer.status} in ${took} ms`);
  }
};
"""


@dataclass(frozen=True, kw_only=True)
class CanaryRequest:
    """A request of the canary. url: http or https. within_ms: time limit for the whole response. contains: text that
    the response must contain.
    """

    url: pulumi.Input[str]
    method: str = "GET"
    status: int = 200
    within_ms: int = 3000
    contains: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.within_ms < TIMEOUT_SECONDS * 1000:
            raise ValueError(f"within_ms={self.within_ms}: must be 1-{TIMEOUT_SECONDS * 1000 - 1} ms")


@dataclass(frozen=True, kw_only=True)
class CanaryArgs(StatefulTierArgs):
    """Inputs of `Canary`.

    questions: requests, sent in this order every 5 minutes. kms_key_arn: a key in the Region. runtime: a Synthetics
    runtime with Node.js 18 or later. kept_days: retention of screenshots and logs of runs, 1-455. log_bucket: name of a
    bucket in the Region for server access logs.

    Raises ValueError if there is no request.
    """

    questions: Sequence[CanaryRequest]
    runtime: str = RUNTIME
    kept_days: int = 31
    log_bucket: pulumi.Input[str] | None = None

    def __post_init__(self) -> None:
        if not self.questions:
            raise ValueError("questions=[]: a canary that asks nothing always sings; give at least one")


class Canary(pulumi.ComponentResource):
    """A canary, its script and its results. Children: {name}-bucket and its settings, -script, -role, -canary,
    -failing.

    Lambda creates the canary's log group itself, with unlimited retention; it stays when the canary is deleted.
    """

    canary_name: pulumi.Output[str]

    def __init__(self, name: str, args: CanaryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Canary", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        called = physical_name(pulumi.get_stack(), name, limit=NAME_LIMIT).lower()
        stored = private_bucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                tags=args.tags,
                retain_data=args.retain_data,
                rules=[_expire_runs(args.kept_days), keep_versions(OVERWRITTEN_DAYS)],
                kms_key_arn=args.kms_key_arn,
                log_bucket=args.log_bucket,
            ),
            self,
        )
        # Runtimes look for the script at the root of the archive; older ones where Node.js layers have it.
        code = pulumi.StringAsset(SCRIPT)
        script = aws.s3.BucketObjectv2(
            f"{name}-script",
            bucket=stored.bucket.id,
            # A new runtime gets a new key: "Code must be provided when updating to a different runtime" (UpdateCanary),
            # and the provider sends the code only when it changes (terraform-provider-aws issue 46792).
            key=f"{SCRIPT_PREFIX}{name}-{args.runtime}.zip",
            source=pulumi.AssetArchive({"canary.js": code, "nodejs/node_modules/canary.js": code}),
            tags=few_tags(args.tags),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[stored.versioning]
            ),  # the canary uses a version of the object
        )
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=iam.trust("lambda.amazonaws.com"),
            tags=named(args.tags, name),
            opts=child,
        )
        may = aws.iam.RolePolicy(
            f"{name}-role-run",
            role=role.id,
            policy=_run_policy(args.kms_key_arn, stored.bucket.arn, called),
            opts=child,
        )
        targets = pulumi.Output.json_dumps(
            [
                {"url": q.url, "method": q.method, "status": q.status, "withinMs": q.within_ms, "contains": q.contains}
                for q in args.questions
            ]
        )
        canary = aws.synthetics.Canary(
            f"{name}-canary",
            name=called,
            runtime_version=args.runtime,
            handler="canary.handler",
            s3_bucket=stored.bucket.id,
            s3_key=script.key,
            s3_version=script.version_id,
            execution_role_arn=role.arn,
            artifact_s3_location=pulumi.Output.concat("s3://", stored.bucket.id, "/", RUNS_PREFIX),
            artifact_config=aws.synthetics.CanaryArtifactConfigArgs(
                s3_encryption=aws.synthetics.CanaryArtifactConfigS3EncryptionArgs(
                    encryption_mode="SSE_KMS", kms_key_arn=args.kms_key_arn
                )
            ),
            kms_key_arn=args.kms_key_arn,
            schedule=aws.synthetics.CanaryScheduleArgs(
                expression=f"rate({EVERY_MINUTES} minutes)",
                retry_config=aws.synthetics.CanaryScheduleRetryConfigArgs(max_retries=1),
            ),
            run_config=aws.synthetics.CanaryRunConfigArgs(
                timeout_in_seconds=TIMEOUT_SECONDS,
                memory_in_mb=MEMORY_MB,
                active_tracing=True,
                environment_variables={"TARGETS": targets},
            ),
            start_canary=True,
            delete_lambda=True,
            success_retention_period=args.kept_days,
            failure_retention_period=args.kept_days,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[may]),
        )
        success, duration = (
            Metric(
                namespace="CloudWatchSynthetics",
                name=what,
                dimensions={"CanaryName": canary.name},
                period=EVERY_MINUTES * MINUTE,
            )
            for what in ("SuccessPercent", "Duration")
        )
        self.alarms = {
            "failing": metric_alarm(
                f"{name}-failing",
                Alarm(
                    metric=success,
                    threshold=100,
                    comparison="LessThanThreshold",
                    missing="breaching",  # a canary without data does not run
                    description=f"{name}: a customer would not be served",
                    periods=3,
                    datapoints=2,
                ),
                args.alarms,
                child,
            )
        }
        self.canary_name = canary.name
        self.widgets = [widget(f"{name} canary", region_of(args.kms_key_arn), [success, duration])]
        self.register_outputs({"canaryName": self.canary_name})


def _expire_runs(days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """As `expire`, but keep the script."""
    rule = expire(days)
    rule.filter = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=f"{RUNS_PREFIX}/")
    return rule


def _run_policy(key: pulumi.Input[str], bucket_arn: pulumi.Output[str], called: str) -> pulumi.Output[str]:
    """Permissions of the canary's function (CloudWatch Synthetics, "Required roles and permissions for canaries")."""
    partition, region, account = partition_of(key), region_of(key), account_of(key)
    logs = pulumi.Output.concat(
        "arn:", partition, ":logs:", region, ":", account, f":log-group:/aws/lambda/cwsyn-{called}-*"
    )
    only_canaries = {"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}}
    return iam.document(
        iam.allow("s3:PutObject", pulumi.Output.concat(bucket_arn, f"/{RUNS_PREFIX}/*")),
        iam.allow(["s3:GetObject", "s3:GetObjectVersion"], pulumi.Output.concat(bucket_arn, f"/{SCRIPT_PREFIX}*")),
        iam.allow("s3:GetBucketLocation", bucket_arn),
        iam.allow("s3:ListAllMyBuckets", "*"),  # S3 has no resource-level permissions for this action
        iam.allow(["kms:GenerateDataKey", "kms:Decrypt"], key),
        iam.allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], logs),
        iam.allow("cloudwatch:PutMetricData", "*", conditions=only_canaries),
        iam.allow("xray:PutTraceSegments", "*"),  # nor has X-Ray
    )
