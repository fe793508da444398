# ruff: noqa: E501 (what AWS says is as long as it is)
"""CloudWatch Logs."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_RETENTION = (
    0,
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


@refuses(LOG_GROUP)
def log_group_is_legal(case: Case) -> Iterator[Problem]:
    """CloudWatch Logs CreateLogGroup, PutRetentionPolicy: certain numbers of days; names that do not begin with aws/."""
    days = case.number("retentionInDays")
    if days is not None and days not in _RETENTION:
        yield "retentionInDays", f"retentionInDays={days}: must be one of {', '.join(map(str, _RETENTION))}"
    name = case.text("name")
    if name is not None and name.startswith("aws/"):
        yield "name", f"InvalidParameterException: log group name {name!r}: must not begin with aws/"


unique("aws:cloudwatch/logGroup:LogGroup", "name", call="logs CreateLogGroup", says="ResourceAlreadyExistsException: The specified log group already exists: {name}")  # fmt: skip
unique("aws:cloudwatch/logMetricFilter:LogMetricFilter", "logGroupName name", call="logs PutMetricFilter", says="PutMetricFilter: one filter {name} of log group {logGroupName}:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "logGroup name", call="logs PutSubscriptionFilter", says="PutSubscriptionFilter: one filter {name} of log group {logGroup}:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/logDelivery:LogDelivery", "deliverySourceName deliveryDestinationArn", call="logs CreateDelivery", says="ConflictException: There is already a delivery of {deliverySourceName} to {deliveryDestinationArn}")  # fmt: skip
unique("aws:cloudwatch/logDeliverySource:LogDeliverySource", "name", call="logs PutDeliverySource", says="PutDeliverySource: one delivery source {name}:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "name", call="logs PutDeliveryDestination", says="PutDeliveryDestination: one delivery destination {name}:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "policyName", call="logs PutResourcePolicy", says="PutResourcePolicy: one policy {policyName}:", overwrites=True)  # fmt: skip
