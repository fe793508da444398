"""Cases of the stores rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, U, v

AWARE: dict[str, Any] = {
    "instanceCount": 4,
    "zoneAwarenessEnabled": True,
    "zoneAwarenessConfig": {"availabilityZoneCount": 2},
}

CASES = {
    "influxdb-multi-az": Case(
        "timestreaminfluxdb/dbInstance", ok=v(deploymentType="WITH_MULTIAZ_STANDBY"), bad=v(), unknown=v(deploymentType=U)
    ),
    "opensearch-data-nodes": Case(
        "opensearch/domain",
        ok=v(clusterConfig=AWARE, vpcOptions={"subnetIds": ["@a", "@b"]}),
        bad=v(clusterConfig={**AWARE, "instanceCount": 3}, vpcOptions={"subnetIds": ["@a", "@b"]}),
        unknown=v(clusterConfig=AWARE, vpcOptions={"subnetIds": ["@a", U]}),
    ),
    "opensearch-masters": Case(
        "opensearch/domain",
        ok=v(clusterConfig={"dedicatedMasterEnabled": True, "dedicatedMasterCount": 3}),
        bad=v(clusterConfig={"dedicatedMasterEnabled": True, "dedicatedMasterCount": 2}),
        unknown=v(clusterConfig={"dedicatedMasterEnabled": True, "dedicatedMasterCount": U}),
    ),
    "redshift-snapshots": Case(
        "redshift/cluster",
        ok=v(automatedSnapshotRetentionPeriod=7),
        bad=v(),
        unknown=v(automatedSnapshotRetentionPeriod=U),
    ),
    "redshift-multi-az": Case("redshift/cluster", ok=v(multiAz=True), bad=v(), unknown=v(multiAz=U)),
    "efs-not-one-zone": Case(
        "efs/fileSystem", ok=v(), bad=v(availabilityZoneName="us-west-2a"), unknown=v(availabilityZoneName=U)
    ),
    "efs-mount-targets": Case(
        "efs/fileSystem",
        ok=v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}), ("efs/mountTarget", "n", {"fileSystemId": "@x", "subnetId": "@b"})),
        bad=v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"})),
        unknown=v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}), ("efs/mountTarget", "n", {"fileSystemId": U, "subnetId": "@b"})),
        na=v(),
    ),
    "efs-mount-in-client-az": Case(
        "efs/fileSystem",
        ok=v(
            ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}),
            ("efs/accessPoint", "p", {"fileSystemId": "@x"}),
            ("lambda/function", "f", {"fileSystemConfig": {"arn": "@p.arn"}, "vpcConfig": {"subnetIds": ["@a"]}}),
        ),
        bad=v(
            ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}),
            ("efs/accessPoint", "p", {"fileSystemId": "@x"}),
            ("lambda/function", "f", {"fileSystemConfig": {"arn": "@p.arn"}, "vpcConfig": {"subnetIds": ["@a", "@b"]}}),
        ),
        unknown=v(
            ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": U}),
            ("efs/accessPoint", "p", {"fileSystemId": "@x"}),
            ("lambda/function", "f", {"fileSystemConfig": {"arn": "@p.arn"}, "vpcConfig": {"subnetIds": ["@a", "@b"]}}),
        ),
        na=v(),
    ),
    "efs-backup": Case(
        "efs/fileSystem",
        ok=v(("efs/backupPolicy", "p", {"fileSystemId": "@x", "backupPolicy": {"status": "ENABLED"}})),
        bad=v(("efs/backupPolicy", "p", {"fileSystemId": "@x", "backupPolicy": {"status": "DISABLED"}})),
        unknown=v(("efs/backupPolicy", "p", {"fileSystemId": "@x", "backupPolicy": {"status": U}})),
    ),
    "fsx-multi-az": Case(
        "fsx/ontapFileSystem",
        ok=v(deploymentType="MULTI_AZ_1"),
        bad=v(deploymentType="SINGLE_AZ_1"),
        unknown=v(deploymentType=U),
    ),
    "sagemaker-two-instances": Case(
        "sagemaker/endpointConfiguration",
        ok=v(productionVariants=[{"initialInstanceCount": 2}]),
        bad=v(productionVariants=[{"initialInstanceCount": 1}]),
        unknown=v(productionVariants=[{"initialInstanceCount": U}]),
    ),
    "ebs-snapshots": Case(
        "ebs/volume",
        ok=v(
            ("dlm/lifecyclePolicy", "p", {"policyDetails": {"targetTags": {"Backup": "daily"}}}),
            availabilityZone="us-west-2a", tags={"Backup": "daily"},
        ),
        bad=v(availabilityZone="us-west-2a"),
        unknown=v(
            ("dlm/lifecyclePolicy", "p", {"policyDetails": {"targetTags": {"Backup": "daily"}}}), tags={"Backup": U}
        ),
    ),
    "emr-multi-master": Case(
        "emr/cluster",
        ok=v(masterInstanceGroup={"instanceCount": 3}),
        bad=v(),
        unknown=v(masterInstanceGroup={"instanceCount": U}),
        na=v(masterInstanceFleet={"targetOnDemandCapacity": 1}),
    ),
}  # fmt: skip
