# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.s3`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.iam import ALLOW
from tests.offline.refusals.inputs import KMS_ENCRYPTION, document

S3RULE = {
    "status": "Enabled",
    "destination": {"bucket": "arn:aws:s3:::b"},
    "filter": {"prefix": ""},
    "deleteMarkerReplication": {"status": "Enabled"},
}
DESTINATION = {"bucket": "arn:aws:s3:::b", "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}}}
TIMED_DESTINATION = {**DESTINATION, "replicationTime": {"status": "Enabled", "time": {"minutes": 15}}}

CASES: list[Case] = [
    ("bucket_name_is_legal", "aws:s3/bucket:Bucket", {"bucket": "my-bucket"}, {"bucket": "My_Bucket"}, "InvalidBucketName"),
    ("bucket_name_is_legal", "aws:s3/bucket:Bucket", {"bucket": "my-bucket"}, {"bucket": "192.168.5.4"}, "IP address"),
    ("replication_is_legal", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", {"bucket": "b", "role": "arn:aws:iam::123456789012:role/r", "rules": [S3RULE]}, {"rules": [{**S3RULE, "destination": {"bucket": "arn:aws:s3:::b", "replicationTime": {"status": "Enabled", "time": {"minutes": 15}}}}]}, "needs metrics"),
    ("lifecycle_is_legal", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}]}]}, {"rules": [{"id": "a", "status": "Enabled", "transitions": [{"days": 7, "storageClass": "STANDARD_IA"}]}]}, "greater than or equal to 30"),
    ("access_point_is_legal", "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint", {"details": {"name": "media", "regions": [{"bucket": "media"}]}}, {"details": {"name": "media", "regions": [{"bucket": f"media-{n}"} for n in range(18)]}}, "at most 17"),
    ("encryption_is_legal", "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"}}]}, {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256", "kmsMasterKeyId": "k"}}]}, "cannot be given with AES256"),
    ("object_lock_is_legal", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"bucket": "b", "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}}, {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1, "years": 1}}}, "only one of them"),
    ("replication_rules_are_of_one_version", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", {"bucket": "b", "role": "arn:aws:iam::123456789012:role/r", "rules": [{**S3RULE, "destination": TIMED_DESTINATION}]}, {"rules": [{**S3RULE, "destination": DESTINATION}]}, "cannot contain an event threshold"),
    ("replication_rules_are_of_one_version", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", {"bucket": "b", "role": "arn:aws:iam::123456789012:role/r", "rules": [S3RULE]}, {"rules": [{k: v for k, v in S3RULE.items() if k != "filter"}]}, "it needs a filter"),
    ("lifecycle_is_legal", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "expiration": {"days": 30}}]}, {"rules": [{"id": "a", "status": "Enabled", "expiration": {"days": 30, "expiredObjectDeleteMarker": True}}]}, "cannot be specified with Days"),
    ("lifecycle_is_legal", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "noncurrentVersionTransitions": [{"noncurrentDays": 30, "storageClass": "STANDARD_IA"}]}]}, {"rules": [{"id": "a", "status": "Enabled", "noncurrentVersionTransitions": [{"noncurrentDays": 7, "storageClass": "STANDARD_IA"}]}]}, "greater than or equal to 30"),
    ("object_has_few_tags", "aws:s3/bucketObjectv2:BucketObjectv2", {"bucket": "b", "key": "k", "tags": {f"t{i}": "v" for i in range(10)}}, {"tags": {f"t{i}": "v" for i in range(11)}}, "cannot be greater than 10"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("replicated_buckets_are_versioned", [("aws:s3/bucket:Bucket", "a", {}), ("aws:s3/bucket:Bucket", "b", {}), ("aws:s3/bucketVersioning:BucketVersioning", "v", {"bucket": "$a.id", "versioningConfiguration": {"status": "Enabled"}})], "aws:s3/bucketReplicationConfig:BucketReplicationConfig", {"bucket": "$a.id", "role": "arn:aws:iam::123456789012:role/r", "rules": [S3RULE]}, {"bucket": "$b.id"}, "Versioning must be 'Enabled'"),
    ("server_logs_go_to_a_bucket_without_kms", [("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "e", {**KMS_ENCRYPTION, "bucket": "keyed"})], "aws:s3/bucketLogging:BucketLogging", {"bucket": "b", "targetBucket": "plain", "targetPrefix": "p"}, {"targetBucket": "keyed"}, "InvalidTargetBucketForLogging"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:s3/bucket:Bucket", {"bucket": "data"}, {"bucket": "data-2"}),
    ("aws:s3/bucketObjectv2:BucketObjectv2", {"bucket": "b", "key": "k"}, {"key": "l"}),
    ("aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration", {"bucket": "b", "status": "Enabled"}, {"bucket": "c"}),
    ("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", {"bucket": "b", "corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}]}, {"bucket": "c"}),
    ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "expiration": {"days": 30}}]}, {"bucket": "c"}),
    ("aws:s3/bucketLogging:BucketLogging", {"bucket": "b", "targetBucket": "logs", "targetPrefix": "p/"}, {"bucket": "c"}),
    ("aws:s3/bucketNotification:BucketNotification", {"bucket": "b", "eventbridge": True}, {"bucket": "c"}),
    ("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"bucket": "b", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}}, {"bucket": "c"}),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {"bucket": "b", "rule": {"objectOwnership": "BucketOwnerEnforced"}}, {"bucket": "c"}),
    ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "b", "policy": document({**ALLOW, "Principal": "*"})}, {"bucket": "c"}),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {"bucket": "b", "blockPublicAcls": True}, {"bucket": "c"}),
    ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", {"bucket": "b", "role": "arn:r", "rules": [S3RULE]}, {"bucket": "c"}),
    ("aws:s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration", {"bucket": "b", "payer": "Requester"}, {"bucket": "c"}),
    ("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {"bucket": "b", **KMS_ENCRYPTION}, {"bucket": "c"}),
    ("aws:s3/bucketVersioning:BucketVersioning", {"bucket": "b", "versioningConfiguration": {"status": "Enabled"}}, {"bucket": "c"}),
    ("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", {"bucket": "b", "indexDocument": {"suffix": "index.html"}}, {"bucket": "c"}),
]  # fmt: skip
