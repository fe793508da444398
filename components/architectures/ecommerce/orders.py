"""Orders of a cell: SNS topic, SQS queue, dead-letter queue and Lambda worker, which writes each order once."""

from components import iam
from components.architectures.cell import Cell
from components.architectures.ecommerce.data import Data
from components.packaging import function_archive, powertools_layer
from components.tiers.messaging.sns import Consumer, SnsFanout, SnsFanoutArgs
from components.tiers.serverless.lambda_ import Function, FunctionArgs, SqsEventSource

TIMEOUT = 30
"""Seconds that the worker may take for a batch of ten; each order is one write of a few milliseconds."""
WORKER = "worker"
CONCURRENCY = 10
"""Concurrent batches: 100 orders at once."""


class Orders:
    """topic_arn: the topic to which the checkout publishes."""

    def __init__(self, cell: Cell, data: Data) -> None:
        messaging = SnsFanout(
            cell.name("orders-events"),
            SnsFanoutArgs(
                consumers={WORKER: Consumer(timeout=TIMEOUT)},
                kms_key_arn=cell.kms_key_arn,
                alarms=cell.alarms_of("orders"),
                tags=cell.tier_tags("orders"),
            ),
            cell.child,
        )
        worker = Function(
            cell.name("order-worker"),
            FunctionArgs(
                code=function_archive("order_worker"),
                handler="handler.handler",
                layers=[powertools_layer(cell.region)],
                kms_key_arn=cell.kms_key_arn,
                statements=[iam.allow("dynamodb:PutItem", data.table_arn("orders", cell), sid="WriteOrders")],
                environment={
                    "TABLE_NAME": data.tables["orders"].table_name,
                    "POWERTOOLS_METRICS_NAMESPACE": "Shop",
                },
                timeout=TIMEOUT,
                queues={"orders": SqsEventSource(arn=messaging.queue_arns[WORKER], concurrency=CONCURRENCY)},
                log_days=cell.log_days,
                alarms=cell.alarms_of("orders"),
                tags=cell.tier_tags("orders"),
            ),
            cell.child,
        )
        cell.monitor(messaging)
        cell.monitor(worker)
        self.topic_arn = messaging.topic_arn
