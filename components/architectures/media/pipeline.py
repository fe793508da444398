"""The transcoding pipeline of a cell, from upload to video."""

from components.architectures.cell import Cell
from components.architectures.media.data import STATUS, Data
from components.packaging import function_archive, powertools_layer
from components.tiers.video.mediaconvert import Transcoding, TranscodingArgs


def pipeline(cell: Cell, data: Data, *, news_email: str, alarm_email: str) -> Transcoding:
    """Component {code}-transcoding. With a second Region each takes over what the other has not finished.

    news_email: is told the result of every upload; alarm_email: of failed and refused ones, with the reason.
    """
    made = Transcoding(
        cell.name("transcoding"),
        TranscodingArgs(
            uploads=data.place(data.uploads, cell),
            output=data.place(data.videos, cell),
            status_table=data.tables[STATUS].table_name,
            status_table_arn=data.table_arn(STATUS, cell),
            submit=function_archive("transcode"),
            status=function_archive("transcode_status"),
            layers=[powertools_layer(cell.region)],
            kms_key_arn=cell.kms_key_arn,
            region=cell.region,
            take_over=data.standby is not None,
            news_email=news_email,
            trouble_email=alarm_email,
            log_days=cell.log_days,
            alarms=cell.alarms_of("transcoding"),
            tags=cell.tier_tags("transcoding"),
        ),
        cell.child,
    )
    cell.monitor(made)
    return made
