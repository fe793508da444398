# ruff: noqa: E501 (what AWS says is as long as it is)
"""AWS Config."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, others, refuses
from offline.aws.unique import one_in_a_region, unique

DELIVERY_CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
RECORDER = "aws:cfg/recorder:Recorder"
RECORDER_STATUS = "aws:cfg/recorderStatus:RecorderStatus"


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


unique("aws:cfg/recorder:Recorder", "roleArn", call="config PutConfigurationRecorder", says="MaxNumberOfConfigurationRecordersExceededException: Failed to put configuration recorder because the maximum number of configuration recorders: 1 is reached", keys=one_in_a_region)  # fmt: skip
unique("aws:cfg/deliveryChannel:DeliveryChannel", "s3BucketName", call="config PutDeliveryChannel", says="MaxNumberOfDeliveryChannelsExceededException: Failed to put delivery channel because the maximum number of delivery channels: 1 is reached", keys=one_in_a_region)  # fmt: skip
unique("aws:cfg/rule:Rule", "name", call="config PutConfigRule", says="PutConfigRule: one rule {name}:", overwrites=True)  # fmt: skip
unique("aws:cfg/recorderStatus:RecorderStatus", "name", call="config StartConfigurationRecorder", says="StartConfigurationRecorder: one status of recorder {name}:", overwrites=True)  # fmt: skip
unique("aws:cfg/retentionConfiguration:RetentionConfiguration", "retentionPeriodInDays", call="config PutRetentionConfiguration", says="MaxNumberOfRetentionConfigurationsExceededException: Failed to add the retention configuration because a retention configuration with that name already exists", keys=one_in_a_region)  # fmt: skip
