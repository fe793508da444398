"""Video transcoding with MediaConvert."""

from components.tiers.video.mediaconvert import BucketLocation, Transcoding, TranscodingArgs

__all__ = [
    "BucketLocation",
    "Transcoding",
    "TranscodingArgs",
]
