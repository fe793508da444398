# ruff: noqa: E501 (what AWS says is as long as it is)
"""Lambda, Step Functions, API Gateway."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses

FUNCTION = "aws:lambda/function:Function"
_RESERVED_VARIABLES = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip


@refuses(FUNCTION)
def function_limits_hold(case: Case) -> Iterator[Problem]:
    """Lambda CreateFunction: memory 128-10240 MB, timeout 1-900 s, /tmp 512-10240 MB, name 1-64."""
    yield from ranged(case, "memorySize", 128, 10240, "MB")
    yield from ranged(case, "timeout", 1, 900, "seconds")
    yield from ranged(case, "ephemeralStorage.size", 512, 10240, "MB")
    yield from ranged(case, "reservedConcurrentExecutions", -1, 1000000)
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        yield (
            "name",
            f"InvalidParameterValueException: function name {name!r}: 1 to 64 letters, digits, hyphens and underscores",
        )
    if len(case.list("architectures")) > 1:
        yield "architectures", "InvalidParameterValueException: exactly one architecture"
    if len(case.list("layers")) > 5:
        yield "layers", "InvalidParameterValueException: at most 5 layers"


@refuses(FUNCTION)
def function_has_code(case: Case) -> Iterator[Problem]:
    """Lambda CreateFunction: one source of code; handler and runtime for a zip, neither for an image."""
    sources = [n for n in ("code", "s3Bucket", "imageUri") if case.given(n)]
    if len(sources) != 1:
        yield sources[1] if sources else "code", "exactly one of code, s3Bucket, imageUri must be given"
    if case.text("packageType") == "Image":
        for name in ("handler", "runtime", "layers"):
            if case.given(name):
                yield name, f"InvalidParameterValueException: {name} cannot be given for container images"
    elif not case.unknown("packageType"):
        for name in ("handler", "runtime"):
            if not case.given(name):
                yield name, f"InvalidParameterValueException: {name} must be set when package type is Zip"


@refuses(FUNCTION)
def function_settings_agree(case: Case) -> Iterator[Problem]:
    """Lambda Environment (4 KB, reserved names), SnapStart, DeadLetterConfig, VpcConfig, LoggingConfig."""
    variables = case.inputs.get("environment")
    given = cast(Mapping[str, Any], variables).get("variables") if isinstance(variables, Mapping) else None
    if isinstance(given, Mapping):
        texts = cast(Mapping[str, Any], given)
        for name in texts:
            if name in _RESERVED_VARIABLES:
                yield f"environment.variables.{name}", f"InvalidParameterValueException: {name} is reserved by Lambda"
            elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", name):
                yield (
                    f"environment.variables.{name}",
                    f"InvalidParameterValueException: variable name {name!r}: a letter, then letters, digits, _",
                )
        size = sum(len(k) + len(v) for k, v in texts.items() if isinstance(v, str))
        if size > 4096:
            yield (
                "environment.variables",
                f"InvalidParameterValueException: environment variables are limited to 4 KB, have {size} bytes",
            )
    if case.text("snapStart.applyOn") == "PublishedVersions" and case.text("packageType") == "Image":
        yield "snapStart", "InvalidParameterValueException: SnapStart is not for container images"
    for path, network in case.objects("vpcConfig"):
        if (
            bool(network.list("subnetIds")) != bool(network.list("securityGroupIds"))
            and not network.unknown("subnetIds")
            and not network.unknown("securityGroupIds")
        ):
            yield path, "InvalidParameterValueException: subnetIds and securityGroupIds are needed together"
    yield from one_of(case, "tracingConfig.mode", "Active", "PassThrough")
    for path, logs in case.objects("loggingConfig"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(logs, "logFormat", "Text", "JSON"))
        for name in ("applicationLogLevel", "systemLogLevel"):
            if logs.given(name) and logs.text("logFormat") == "Text":
                yield f"{path}.{name}", f"InvalidParameterValueException: {name} needs the JSON log format"


@refuses("aws:lambda/alias:Alias")
def alias_is_legal(case: Case) -> Iterator[Problem]:
    """Lambda CreateAlias: names that are no numbers; no weights on $LATEST."""
    name = case.text("name")
    if name is not None and (name.isdigit() or not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", name)):
        yield (
            "name",
            f"ValidationException: alias name {name!r}: letters, digits, hyphens and underscores, not a number",
        )
    if case.text("functionVersion") == "$LATEST" and case.given("routingConfig"):
        yield (
            "routingConfig",
            "InvalidParameterValueException: $LATEST is not supported for an alias pointing to more than 1 version",
        )


@refuses("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
def provisioned_concurrency_has_a_version(case: Case) -> Iterator[Problem]:
    """Lambda PutProvisionedConcurrencyConfig: a version or an alias, never $LATEST; at least 1."""
    if case.text("qualifier") == "$LATEST":
        yield (
            "qualifier",
            "InvalidParameterValueException: Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )
    yield from ranged(case, "provisionedConcurrentExecutions", 1, 1000000)


@refuses("aws:lambda/eventSourceMapping:EventSourceMapping")
def event_source_is_legal(case: Case) -> Iterator[Problem]:
    """Lambda CreateEventSourceMapping: batch sizes by source, windows, starting positions of streams."""
    source = case.text("eventSourceArn") or ""
    kind = source.split(":")[2] if source.count(":") >= 5 else ""
    batch, window = case.number("batchSize"), case.number("maximumBatchingWindowInSeconds")
    yield from ranged(case, "maximumBatchingWindowInSeconds", 0, 300, "seconds")
    yield from ranged(case, "parallelizationFactor", 1, 10)
    yield from ranged(case, "maximumRetryAttempts", -1, 10000)
    if kind == "sqs":
        fifo = source.endswith(".fifo")
        yield from ranged(case, "batchSize", 1, 10 if fifo else 10000)
        if (
            batch is not None
            and batch > 10
            and not window
            and not fifo
            and not case.unknown("maximumBatchingWindowInSeconds")
        ):
            yield (
                "batchSize",
                f"InvalidParameterValueException: batchSize={batch}: over 10 needs maximumBatchingWindowInSeconds of at least 1",
            )
        if fifo and window:
            yield (
                "maximumBatchingWindowInSeconds",
                "InvalidParameterValueException: Batching window is not supported for FIFO queues",
            )
        if case.given("startingPosition"):
            yield "startingPosition", "InvalidParameterValueException: startingPosition is not valid for SQS"
        yield from ranged(case, "scalingConfig.maximumConcurrency", 2, 1000)
    if kind in ("kinesis", "dynamodb"):
        yield from ranged(case, "batchSize", 1, 10000)
        if not case.given("startingPosition"):
            yield "startingPosition", "InvalidParameterValueException: startingPosition is needed for streams"
        if kind == "dynamodb" and case.text("startingPosition") == "AT_TIMESTAMP":
            yield (
                "startingPosition",
                "InvalidParameterValueException: Unsupported starting position for DynamoDB streams: AT_TIMESTAMP",
            )


@refuses("aws:lambda/permission:Permission")
def permission_names_who(case: Case) -> Iterator[Problem]:
    """Lambda AddPermission: action lambda:…, a service or an account."""
    action = case.text("action")
    if action is not None and not re.fullmatch(r"lambda:[*]|lambda:[a-zA-Z]+|[*]", action):
        yield "action", f"ValidationException: action {action!r}: must be lambda: and an action's name"


@refuses("aws:sfn/stateMachine:StateMachine")
def state_machine_is_legal(case: Case) -> Iterator[Problem]:
    """Step Functions CreateStateMachine: InvalidDefinition; names of 1-80 without spaces and brackets."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
        yield "name", f"InvalidName: {name!r}: 1 to 80 letters, digits, hyphens and underscores"
    yield from one_of(case, "type", "STANDARD", "EXPRESS")
    text = case.text("definition")
    if text is None:
        return
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        yield "definition", "InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION'"
        return
    machine = cast(dict[str, Any], parsed) if isinstance(parsed, dict) else {}
    states = cast(dict[str, Any], machine.get("States") or {})
    if machine.get("StartAt") not in states:
        yield (
            "definition",
            "InvalidDefinition: MISSING_TRANSITION_TARGET: Missing 'Next' target: StartAt names no state",
        )
    for name, state in states.items():
        step = cast(Mapping[str, Any], state)
        targets = [
            step.get("Next"),
            step.get("Default"),
            *(c.get("Next") for c in [*step.get("Choices", []), *step.get("Catch", [])]),
        ]
        for target in targets:
            if target is not None and target not in states:
                yield (
                    "definition",
                    f"InvalidDefinition: MISSING_TRANSITION_TARGET: state {name} goes on to {target!r}, which is not there",
                )


@refuses("aws:apigateway/deployment:Deployment", "aws:apigateway/stage:Stage")
def stage_name_is_legal(case: Case) -> Iterator[Problem]:
    """API Gateway CreateStage: letters, digits, hyphens, underscores, at most 128."""
    name = case.text("stageName")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", name):
        yield (
            "stageName",
            f"BadRequestException: stage name {name!r}: 1 to 128 letters, digits, hyphens and underscores",
        )
    if case.get("cacheClusterEnabled") is True:
        yield from one_of(case, "cacheClusterSize", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")


@refuses("aws:apigateway/domainName:DomainName")
def domain_name_has_its_certificate(case: Case) -> Iterator[Problem]:
    """API Gateway CreateDomainName: a regional name has a regional certificate, an edge-optimised one a certificate in us-east-1."""
    yield from not_both(case, "certificateArn", "regionalCertificateArn")
    types = case.text("endpointConfiguration.types")
    if types == "REGIONAL" and case.given("certificateArn"):
        yield "certificateArn", "BadRequestException: a REGIONAL domain name takes regionalCertificateArn"
    edge, regional = case.text("certificateArn"), case.text("regionalCertificateArn")
    if edge is not None and edge.count(":") >= 5 and edge.split(":")[3] != "us-east-1":
        yield (
            "certificateArn",
            f"BadRequestException: certificates for edge-optimised domain names must be in us-east-1, not {edge.split(':')[3]}",
        )
    if regional is not None and regional.count(":") >= 5 and regional.split(":")[3] != case.region:
        yield (
            "regionalCertificateArn",
            f"BadRequestException: the certificate must be in {case.region}, not {regional.split(':')[3]}",
        )


@refuses("aws:apigatewayv2/api:Api")
def api_is_legal(case: Case) -> Iterator[Problem]:
    """API Gateway v2 CreateApi: HTTP or WEBSOCKET; a route selection for WebSocket."""
    yield from one_of(case, "protocolType", "HTTP", "WEBSOCKET")
    if case.text("protocolType") == "WEBSOCKET":
        if case.given("corsConfiguration"):
            yield "corsConfiguration", "BadRequestException: CORS is for HTTP APIs"
        if not case.given("routeSelectionExpression"):
            yield "routeSelectionExpression", "BadRequestException: a WebSocket API needs a routeSelectionExpression"
