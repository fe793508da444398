# ruff: noqa: E501 (what AWS says is as long as it is)
"""Where logs go: buckets that can take them, groups with the right names, trails, canaries' code."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, length, not_both, others, refuses

ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer")
_RETIRED = re.compile(r"syn-1\.0|syn-nodejs-2\..*|syn-nodejs-puppeteer-[3-6]\..*|syn-python-selenium-1\..*")
CHILDREN = 100
"""Alarms that a composite alarm's rule can name (CloudWatch User Guide, "CloudWatch service quotas")."""


def _encrypted_with_a_key(case: Case, bucket: str) -> bool:
    """Does this run encrypt the bucket with KMS?"""
    for _, settings in others(case, ENCRYPTION):
        if settings.text("bucket") == bucket:
            for _, rule in settings.objects("rules"):
                if (rule.text("applyServerSideEncryptionByDefault.sseAlgorithm") or "").startswith("aws:kms"):
                    return True
    return False


@refuses(*BALANCERS)
def balancer_logs_go_to_a_bucket_without_kms(case: Case) -> Iterator[Problem]:
    """ELBv2 User Guide, "Access logs": the only server-side encryption is SSE-S3; InvalidConfigurationRequest "Access Denied for bucket"."""
    for name in ("accessLogs", "connectionLogs"):
        for path, logs in case.objects(name):
            bucket = logs.text("bucket")
            if bucket and logs.get("enabled") is not False and _encrypted_with_a_key(case, bucket):
                yield (
                    f"{path}.bucket",
                    f"InvalidConfigurationRequest: Access Denied for bucket: {bucket}: logs of load balancers can only be encrypted with SSE-S3",
                )


@refuses("aws:s3/bucketLogging:BucketLogging")
def server_logs_go_to_a_bucket_without_kms(case: Case) -> Iterator[Problem]:
    """S3 User Guide, "Enabling server access logging": default encryption with KMS is not supported for the destination."""
    bucket = case.text("targetBucket")
    if bucket and _encrypted_with_a_key(case, bucket):
        yield (
            "targetBucket",
            f"InvalidTargetBucketForLogging: {bucket} is encrypted with SSE-KMS: only SSE-S3 can take server access logs",
        )


@refuses("aws:cloudfront/distribution:Distribution")
def legacy_logs_need_access_lists(case: Case) -> Iterator[Problem]:
    """CloudFront CreateDistribution: "The S3 bucket that you specified for CloudFront logs does not enable ACL access"."""
    host = case.text("loggingConfig.bucket")
    if host is None:
        return
    if ".s3" not in host:
        yield (
            "loggingConfig.bucket",
            f"InvalidArgument: The parameter Logging Bucket does not refer to a valid S3 bucket: {host}",
        )
    bucket = host.split(".s3")[0]
    for _, controls in others(case, OWNERSHIP):
        if controls.text("bucket") == bucket and controls.text("rule.objectOwnership") == "BucketOwnerEnforced":
            yield (
                "loggingConfig.bucket",
                f"InvalidArgument: The S3 bucket that you specified for CloudFront logs does not enable ACL access: {host}",
            )


@refuses("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
def web_acl_logs_are_named_for_waf(case: Case) -> Iterator[Problem]:
    """WAFv2 PutLoggingConfiguration: names of log groups, streams and buckets begin with aws-waf-logs-; exactly one."""
    places = case.list("logDestinationConfigs")
    if len(places) > 1:
        yield "logDestinationConfigs", f"WAFInvalidParameterException: one logging destination, got {len(places)}"
    for i, arn in enumerate(places):
        if not isinstance(arn, str) or arn.count(":") < 5:
            continue
        service, rest = arn.split(":")[2], arn.split(":", 5)[5]
        name = {
            "logs": rest.removeprefix("log-group:"),
            "s3": rest,
            "firehose": rest.removeprefix("deliverystream/"),
        }.get(service)
        if name is not None and not name.startswith("aws-waf-logs-"):
            yield (
                f"logDestinationConfigs[{i}]",
                f"WAFInvalidParameterException: The ARN isn't valid, field: LOG_DESTINATION, parameter: {arn}: its name must begin with aws-waf-logs-",
            )


@refuses("aws:cloudtrail/trail:Trail")
def trail_is_legal(case: Case) -> Iterator[Problem]:
    """CloudTrail CreateTrail, PutEventSelectors: one kind of selectors; a log group's ARN ends in :*, and comes with a role; names of 3-128."""
    yield from not_both(case, "eventSelectors", "advancedEventSelectors")
    group = case.text("cloudWatchLogsGroupArn")
    if group is not None and group.startswith("arn:") and not group.endswith(":*"):
        yield (
            "cloudWatchLogsGroupArn",
            f"InvalidCloudWatchLogsLogGroupArnException: {group}: must end with :*",
        )
    if case.given("cloudWatchLogsGroupArn") != case.given("cloudWatchLogsRoleArn"):
        yield (
            "cloudWatchLogsRoleArn",
            "InvalidCloudWatchLogsRoleArnException: cloudWatchLogsGroupArn and cloudWatchLogsRoleArn are needed together",
        )
    name = case.text("name")
    if name is not None and not re.fullmatch(r"(?!.*[._-]{2})[a-zA-Z0-9][a-zA-Z0-9._-]{1,126}[a-zA-Z0-9]", name):
        yield (
            "name",
            f"InvalidTrailNameException: trail name {name!r}: 3 to 128 letters, digits and . _ -, a letter or digit at both ends",
        )


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
    if case.new and runtime is not None and _RETIRED.fullmatch(runtime):
        yield "runtimeVersion", f"ValidationException: Deprecated runtime version specified: {runtime}"
    if runtime is not None and not runtime.startswith("syn-"):
        yield (
            "runtimeVersion",
            f"ValidationException: runtimeVersion {runtime!r}: must be the name of a Synthetics runtime (syn-…)",
        )


@refuses("aws:cloudwatch/compositeAlarm:CompositeAlarm")
def composite_rule_has_few_children(case: Case) -> Iterator[Problem]:
    """CloudWatch User Guide, "Create a composite alarm": an alarm rule names at most 100 alarms; names to 255."""
    named = set(re.findall(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*([^)]*?)\s*\)", case.text("alarmRule") or ""))
    if len(named) > CHILDREN:
        yield "alarmRule", f"ValidationError: an alarm rule names at most {CHILDREN} alarms, this names {len(named)}"
    yield from length(case, "alarmName", 1, 255)


@refuses("aws:xray/group:Group")
def tracing_group_name_is_short(case: Case) -> Iterator[Problem]:
    """X-Ray CreateGroup: names of 1-32, not ``default``."""
    yield from length(case, "groupName", 1, 32)
    if (case.text("groupName") or "").lower() == "default":
        yield "groupName", "InvalidRequestException: the group Default is there already"
