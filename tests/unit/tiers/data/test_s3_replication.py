"""Replication of a bucket to another Region."""

import json

from components.tiers.data.s3_private_bucket import ObjectLock
from tests.unit.tiers.data.s3 import KEY, REPLICA_KEY, REPLICATION, replicated


def test_the_replica_and_all_its_settings_are_in_the_standby_region() -> None:
    graph = replicated()
    settings = [n for n in graph.nodes if n.name.split("-")[1:2] == ["replica"] and n.type.startswith("aws:s3/")]
    assert {n.name for n in settings} == {
        "media-replica",
        "media-replica-public-access",
        "media-replica-ownership",
        "media-replica-versioning",
        "media-replica-encryption",
        "media-replica-lifecycle",
        "media-replica-access-log",
        "media-replica-policy",
    }
    assert {n.inputs["region"] for n in settings} == {"us-east-1"}
    assert [n.name for n in graph.nodes if n.inputs.get("region") and n not in settings] == ["media-lag"]
    encryption = graph.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "media-replica-encryption",
    )
    assert encryption.inputs["rules"][0]["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == REPLICA_KEY
    targets = {n.name: n.inputs["targetBucket"] for n in graph.of("aws:s3/bucketLogging:BucketLogging")}
    assert targets == {"media-bucket-access-log": "logs-west", "media-replica-access-log": "logs-east"}
    assert graph.one("aws:s3/bucket:Bucket", "media-replica").protect


def test_replication_waits_for_versions_on_both_sides_and_for_the_role() -> None:
    graph = replicated()
    config = graph.one(REPLICATION, "media-replication")
    waits = {n.name for n in graph.nodes if n.urn in config.depends_on}
    assert {"media-bucket-versioning", "media-replica-versioning", "media-replication-policy"} <= waits
    assert config.inputs["bucket"] == "media-bucket-id"
    assert [n.name for n in graph.referred(config, "role")] == ["media-replication-role"]
    assert {n.name for n in graph.referred(config, "rules")} == {"media-replica"}
    rule = config.inputs["rules"][0]
    assert rule["deleteMarkerReplication"] == {"status": "Enabled"}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert rule["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": REPLICA_KEY}
    assert rule["destination"]["metrics"] == {"status": "Enabled"}
    assert "replicationTime" not in rule["destination"]


def test_time_control_brings_the_metrics_it_requires() -> None:
    destination = replicated(time_control=True).one(REPLICATION).inputs["rules"][0]["destination"]
    assert destination["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert destination["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


def test_the_replication_role_copies_and_does_nothing_else() -> None:
    graph = replicated(object_lock=ObjectLock(days=30))
    trust = json.loads(graph.one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "s3.amazonaws.com"}
    allowed = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    assert {a for s in allowed for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])} == {
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "kms:Decrypt",
        "kms:Encrypt",
    }
    assert "*" not in {s["Resource"] for s in allowed}
    keys = {s["Action"]: (s["Resource"], s["Condition"]) for s in allowed if "Condition" in s}
    assert keys == {
        "kms:Decrypt": (KEY, {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}),
        "kms:Encrypt": (REPLICA_KEY, {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
    }
