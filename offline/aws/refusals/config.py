# ruff: noqa: E501 (what AWS says is as long as it is)
"""AWS Config."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_in_a_region, others, refuses

DELIVERY_CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
RECORDER = "aws:cfg/recorder:Recorder"
RECORDER_STATUS = "aws:cfg/recorderStatus:RecorderStatus"
_REASONS = {
    RECORDER: ("roleArn", "MaxNumberOfConfigurationRecordersExceededException: Failed to put configuration recorder because the maximum number of configuration recorders: 1 is reached"),
    DELIVERY_CHANNEL: ("s3BucketName", "MaxNumberOfDeliveryChannelsExceededException: Failed to put delivery channel because the maximum number of delivery channels: 1 is reached"),
}  # fmt: skip


@refuses(*_REASONS)
def recorder_and_channel_are_one_in_a_region(case: Case) -> Iterator[Problem]:
    """AWS Config PutConfigurationRecorder, PutDeliveryChannel: one per Region of an account."""
    yield from one_in_a_region(case, *_REASONS[case.token])


@refuses(RECORDER_STATUS)
def recorder_delivers_somewhere(case: Case) -> Iterator[Problem]:
    """AWS Config StartConfigurationRecorder: NoAvailableDeliveryChannelException, for a recorder of this run (order by dependsOn)."""
    mine = [r for _, r in others(case, RECORDER) if r.region == case.region and r.new]
    channels = [c for _, c in others(case, DELIVERY_CHANNEL) if c.region == case.region]
    if case.new and case.get("isEnabled") is True and mine and not channels:
        yield (
            "isEnabled",
            "NoAvailableDeliveryChannelException: Delivery channel is not available to start configuration recorder: depend on it",
        )
