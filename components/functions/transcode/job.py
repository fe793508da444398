"""The transcoding job: supported files, the job's token, and its settings from ``ladder.json``."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CONTAINERS = frozenset({"mp4", "m4v", "mov", "mkv", "webm", "mxf", "ts", "mpg"})
"""File name extensions of containers that MediaConvert reads ("Supported input formats")."""
VIDEO_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
FOLDERS = re.compile(r"(?:[A-Za-z0-9_-]+/)*")
"""Characters allowed unencoded in an input's path, so that S3 and MediaConvert agree about it."""


class UnsupportedError(ValueError):
    """The file cannot be transcoded; the uploader has to provide another."""


@dataclass(frozen=True)
class Upload:
    """A version of an object in the upload bucket. size: bytes."""

    bucket: str
    key: str
    version: str
    size: int

    @property
    def source(self) -> str:
        """Id of the version, the same for the object and its replica in the other Region."""
        return f"{self.key}#{self.version}"

    @property
    def token(self) -> str:
        """MediaConvert's ClientRequestToken. For a minute a second CreateJob with it returns the first job; later it is
        how the job is found.
        """
        return hashlib.sha256(self.source.encode()).hexdigest()


def parse(body: str) -> Upload:
    """The upload in an ``Object Created`` event of EventBridge. Raises KeyError or ValueError if it is invalid."""
    event = json.loads(body)
    if event["source"] != "aws.s3" or event["detail-type"] != "Object Created":
        raise ValueError(f"detail-type={event['detail-type']}: no Object Created event of aws.s3")
    thing = event["detail"]["object"]
    return Upload(event["detail"]["bucket"]["name"], thing["key"], thing["version-id"], int(thing["size"]))


def video_id(upload: Upload) -> str:
    """Name of the video: the file's, without folder and extension. Raises UnsupportedError with the reason."""
    folders, slash, name = upload.key.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    if not dot or extension.lower() not in CONTAINERS:
        raise UnsupportedError(f"key={upload.key}: must end in one of {', '.join(sorted(CONTAINERS))}")
    if not VIDEO_ID.fullmatch(stem):
        raise UnsupportedError(f"key={upload.key}: the name must be 1-128 letters, digits, _ or -")
    if not FOLDERS.fullmatch(folders + slash):
        raise UnsupportedError(f"key={upload.key}: folders must be letters, digits, _ or -")
    if not upload.size:
        raise UnsupportedError("size=0: the file is empty")
    return stem


@cache
def ladder() -> dict[str, Any]:
    """The ladder of renditions."""
    return json.loads((Path(__file__).parent / "ladder.json").read_text())


def settings(upload: Upload, output_bucket: str, kms_key_arn: str) -> dict[str, Any]:
    """MediaConvert job settings: ``s3://output_bucket/vod/{video}/{version}/``, encrypted with the key.

    The folder holds the version, so that a new upload never changes what players are reading. MediaConvert reads the
    newest version of its input: give every upload a different name.
    """
    folder = f"s3://{output_bucket}/vod/{video_id(upload)}/{_folder(upload.version)}/"
    encryption = {"Encryption": {"EncryptionType": "SERVER_SIDE_ENCRYPTION_KMS", "KmsKeyArn": kms_key_arn}}
    destination = {"S3Settings": encryption}
    rungs = ladder()
    return {
        "TimecodeConfig": {"Source": "ZEROBASED"},
        "Inputs": [
            {
                "FileInput": f"s3://{upload.bucket}/{upload.key}",
                "AudioSelectors": {"Audio Selector 1": {"DefaultSelection": "DEFAULT"}},
                "VideoSelector": {"Rotate": "AUTO"},
                "TimecodeSource": "ZEROBASED",
            }
        ],
        "OutputGroups": [
            {
                "Name": "Stream",
                "OutputGroupSettings": {
                    "Type": "CMAF_GROUP_SETTINGS",
                    "CmafGroupSettings": {
                        "Destination": folder,
                        "DestinationSettings": destination,
                        "SegmentLength": rungs["SegmentSeconds"],
                        "FragmentLength": rungs["KeyFrameSeconds"],
                        "SegmentControl": "SEGMENTED_FILES",
                        "WriteHlsManifest": "ENABLED",
                        "WriteDashManifest": "ENABLED",
                    },
                },
                "Outputs": [*map(_rendition, rungs["Renditions"]), _audio()],
            },
            {
                "Name": "Thumbnails",
                "OutputGroupSettings": {
                    "Type": "FILE_GROUP_SETTINGS",
                    "FileGroupSettings": {"Destination": f"{folder}thumbnails/", "DestinationSettings": destination},
                },
                "Outputs": [_thumbnails()],
            },
        ],
    }


def _folder(version: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "-", version)


def _rendition(rung: dict[str, Any]) -> dict[str, Any]:
    return {
        "NameModifier": f"_{rung['Name']}",
        "ContainerSettings": {"Container": "CMFC"},
        "VideoDescription": {
            "Width": rung["Width"],
            "Height": rung["Height"],
            "ScalingBehavior": "FIT",
            "CodecSettings": {
                "Codec": "H_264",
                "H264Settings": {
                    "RateControlMode": "QVBR",
                    "QvbrSettings": {"QvbrQualityLevel": rung["Quality"]},
                    "MaxBitrate": rung["MaxBitrate"],
                    "GopSize": ladder()["KeyFrameSeconds"],
                    "GopSizeUnits": "SECONDS",
                    "SceneChangeDetect": "TRANSITION_DETECTION",
                    "QualityTuningLevel": "SINGLE_PASS_HQ",
                },
            },
        },
    }


def _audio() -> dict[str, Any]:
    audio = ladder()["Audio"]
    aac = {"Bitrate": audio["Bitrate"], "SampleRate": audio["SampleRate"], "CodingMode": "CODING_MODE_2_0"}
    return {
        "NameModifier": "_audio",
        "ContainerSettings": {"Container": "CMFC"},
        "AudioDescriptions": [
            {"AudioSourceName": "Audio Selector 1", "CodecSettings": {"Codec": "AAC", "AacSettings": aac}}
        ],
    }


def _thumbnails() -> dict[str, Any]:
    wanted = ladder()["Thumbnails"]
    return {
        "ContainerSettings": {"Container": "RAW"},
        "VideoDescription": {
            "Width": wanted["Width"],
            "Height": wanted["Height"],
            "CodecSettings": {
                "Codec": "FRAME_CAPTURE",
                "FrameCaptureSettings": {
                    "FramerateNumerator": 1,
                    "FramerateDenominator": wanted["EverySeconds"],
                    "MaxCaptures": wanted["Most"],
                    "Quality": 80,
                },
            },
        },
    }
