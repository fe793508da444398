"""What the transcoding tier is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.alarms import Alarming

SUBMIT_TIMEOUT, STATUS_TIMEOUT = 60, 30
"""Seconds for a batch of ten: three calls of AWS per message, each retried."""
MAX_AGE = 900
"""Seconds after which an upload or the news of a job should have been handled."""
CONCURRENCY = 4
"""Batches at once: MediaConvert takes a few CreateJob requests per second."""
OPEN_INDEX = "open"
"""The status table's index of what is not done (components/functions/transcode)."""
METRICS_NAMESPACE = "HA/Transcoding"
STATES = ("PROGRESSING", "COMPLETE", "ERROR", "CANCELED")
"""States that are kept (MediaConvert Job State Change; the others are progress within a job)."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A bucket by name and ARN."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class TranscodingArgs:
    """Inputs of `Transcoding`.

    uploads: versioned bucket of this Region whose events go to EventBridge. output: bucket of this Region; jobs write
    under ``vod/``. status_table, status_table_arn: name, and ARN in this Region, of a table with key ``source`` and
    index `OPEN_INDEX`; global where two Regions transcode. submit, status: deployment packages of the functions
    transcode and transcode_status. layers: with AWS Lambda Powertools. kms_key_arn: of the Region, with
    ``KeyUse.EVENTS``; encrypts everything, input and output too. take_over: every hour look for uploads that the other
    Region has left undone for six. news_email: is told of every end of an upload, trouble_email: of the bad ones; empty
    for nobody. region: name.

    Raises ValueError when there is no layer.
    """

    uploads: Place
    output: Place
    status_table: pulumi.Input[str]
    status_table_arn: pulumi.Input[str]
    submit: pulumi.Archive
    status: pulumi.Archive
    layers: Sequence[pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str]
    region: str
    take_over: bool = False
    news_email: str = ""
    trouble_email: str = ""
    log_days: int = 365
    alarms: Alarming = field(default_factory=Alarming)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("layers=(): the functions import AWS Lambda Powertools; give its layer")
