"""KMS keys, AWS Backup, CloudTrail and AWS Config."""

from components.tiers.governance.backup import Backup, BackupArgs, ProtectedResource, VaultCopy
from components.tiers.governance.cloudtrail import Trail, TrailArgs
from components.tiers.governance.config import ConfigRecorder, ConfigRecorderArgs
from components.tiers.governance.kms import KeyUse, KmsKey, KmsKeyArgs, KmsReplicaKey, KmsReplicaKeyArgs

__all__ = [
    "Backup",
    "BackupArgs",
    "ConfigRecorder",
    "ConfigRecorderArgs",
    "KeyUse",
    "KmsKey",
    "KmsKeyArgs",
    "KmsReplicaKey",
    "KmsReplicaKeyArgs",
    "ProtectedResource",
    "Trail",
    "TrailArgs",
    "VaultCopy",
]
