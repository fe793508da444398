# ruff: noqa: E501 (what AWS says is as long as it is)
"""Lambda."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.refusals.sqs import QUEUE
from offline.aws.unique import unique

EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "aws:lambda/function:Function"
_RESERVED_VARIABLES = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip


def _function(case: Case) -> Mapping[str, Any]:
    """What is known of the function that is named, by name or by ARN."""
    name = case.text("functionName")
    if name is None:
        return {}
    if name.startswith("arn:"):
        name = (name.split(":") + [""] * 7)[6]
    return case.inventory.get(FUNCTION, name) or case.inventory.find(FUNCTION, "name", name) or {}


@refuses(EVENT_SOURCE_MAPPING)
def visibility_timeout_covers_the_function_timeout(case: Case) -> Iterator[Problem]:
    """Lambda CreateEventSourceMapping: "Queue visibility timeout: n seconds is less than Function timeout: m seconds"."""
    queue = case.inventory.find(QUEUE, "arn", case.text("eventSourceArn"))
    function = _function(case)
    if queue is None or not function:
        return
    hidden, timeout = queue.get("visibilityTimeoutSeconds", 30), function.get("timeout", 3)
    if isinstance(hidden, int) and isinstance(timeout, int) and hidden < timeout:
        yield (
            "eventSourceArn",
            f"InvalidParameterValueException: Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds",
        )


@refuses(EVENT_SOURCE_MAPPING)
def event_source_concurrency_fits_reserved_concurrency(case: Case) -> Iterator[Problem]:
    """Lambda Developer Guide, "Maximum concurrency for Amazon SQS": not above the function's reserved concurrency."""
    most, reserved = (
        case.number("scalingConfig.maximumConcurrency"),
        _function(case).get("reservedConcurrentExecutions"),
    )
    if most is not None and isinstance(reserved, int) and 0 <= reserved < most:
        yield (
            "scalingConfig.maximumConcurrency",
            f"InvalidParameterValueException: Maximum concurrency {most} is above the function's reserved concurrency of {reserved}",
        )


@refuses("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
def provisioned_fits_reserved_concurrency(case: Case) -> Iterator[Problem]:
    """Lambda PutProvisionedConcurrencyConfig: "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution"."""
    wanted, reserved = (
        case.number("provisionedConcurrentExecutions"),
        _function(case).get("reservedConcurrentExecutions"),
    )
    if wanted is not None and isinstance(reserved, int) and 0 <= reserved < wanted:
        yield (
            "provisionedConcurrentExecutions",
            f"InvalidParameterValueException: Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function ({wanted} > {reserved})",
        )


@refuses("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
def async_destination_is_not_fifo(case: Case) -> Iterator[Problem]:
    """Lambda PutFunctionEventInvokeConfig: FIFO queues and topics are no destinations; 0-2 retries, 60-21600 s."""
    for side in ("onFailure", "onSuccess"):
        arn = case.text(f"destinationConfig.{side}.destination")
        if arn is not None and arn.endswith(".fifo"):
            yield (
                f"destinationConfig.{side}.destination",
                f"InvalidParameterValueException: The destination ARN {arn} is invalid: FIFO queues and topics are not supported",
            )
    for name, low, high in (("maximumRetryAttempts", 0, 2), ("maximumEventAgeInSeconds", 60, 21600)):
        value = case.number(name)
        if value is not None and not low <= value <= high:
            yield name, f"{name}={value}: must be between {low} and {high}"


@refuses(FUNCTION)
def function_limits_hold(case: Case) -> Iterator[Problem]:
    """Lambda CreateFunction: memory 128-10240 MB, timeout 1-900 s, /tmp 512-10240 MB, name 1-64."""
    if not case.given("capacityProviderConfig"):  # on Lambda Managed Instances AWS's model of the API alone judges
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
    for path, logs in case.objects("loggingConfig"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(logs, "logFormat", "Text", "JSON"))
        for name in ("applicationLogLevel", "systemLogLevel"):
            if logs.given(name) and logs.text("logFormat") == "Text":
                yield f"{path}.{name}", f"InvalidParameterValueException: {name} needs the JSON log format"


@refuses("aws:lambda/alias:Alias")
def alias_is_legal(case: Case) -> Iterator[Problem]:
    """Lambda CreateAlias: no weights on $LATEST."""
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
    if kind in ("kinesis", "dynamodb"):
        yield from ranged(case, "batchSize", 1, 10000)
        if not case.given("startingPosition"):
            yield "startingPosition", "InvalidParameterValueException: startingPosition is needed for streams"
        if kind == "dynamodb" and case.text("startingPosition") == "AT_TIMESTAMP":
            yield (
                "startingPosition",
                "InvalidParameterValueException: Unsupported starting position for DynamoDB streams: AT_TIMESTAMP",
            )


unique("aws:lambda/function:Function", "name", call="lambda CreateFunction", says="ResourceConflictException: Function already exist: {name}")  # fmt: skip
unique("aws:lambda/alias:Alias", "functionName name", call="lambda CreateAlias", says="ResourceConflictException: Alias already exists: {functionName}:{name}")  # fmt: skip
unique("aws:lambda/permission:Permission", "function qualifier= statementId", call="lambda AddPermission", says="ResourceConflictException: The statement id ({statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.")  # fmt: skip
unique("aws:lambda/eventSourceMapping:EventSourceMapping", "functionName eventSourceArn", call="lambda CreateEventSourceMapping", says="ResourceConflictException: An event source mapping with arn ({eventSourceArn}) and function ({functionName}) already exists.")  # fmt: skip
unique("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "functionName qualifier=", call="lambda PutFunctionEventInvokeConfig", says="PutFunctionEventInvokeConfig: one setting of {functionName}:", overwrites=True)  # fmt: skip
unique("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", "functionName qualifier", call="lambda PutProvisionedConcurrencyConfig", says="PutProvisionedConcurrencyConfig: one setting of {functionName}:{qualifier}:", overwrites=True)  # fmt: skip
