# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.rds`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import NETWORK, TWO

AURORA = {"engine": "aurora-postgresql", "masterUsername": "app", "manageMasterUserPassword": True}
DB = {
    "engine": "postgres",
    "instanceClass": "db.t4g.micro",
    "allocatedStorage": 20,
    "username": "app",
    "manageMasterUserPassword": True,
}
ARN_DB = "arn:aws:rds:us-east-1:123456789012:db:first"
REPLICA = {
    "instanceClass": "db.r6g.large",
    "replicateSourceDb": ARN_DB,
    "storageEncrypted": True,
    "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
}
MULTI_AZ_CLUSTER = {
    "engine": "postgres",
    "dbClusterInstanceClass": "db.r6gd.large",
    "allocatedStorage": 100,
    "storageType": "io1",
    "iops": 1000,
    "masterUsername": "app",
    "manageMasterUserPassword": True,
}
INSIGHTS = {"performanceInsightsEnabled": True, "performanceInsightsRetentionPeriod": 465}
PROXY = {
    "name": "p",
    "engineFamily": "POSTGRESQL",
    "roleArn": "arn:aws:iam::123456789012:role/r",
    "vpcSubnetIds": ["a", "b"],
    "requireTls": True,
    "auths": [{"secretArn": "arn:aws:secretsmanager:us-west-2:123456789012:secret:s", "iamAuth": "REQUIRED"}],
}
MEMBER = {"engine": "aurora-postgresql", "instanceClass": "db.serverless"}
DB_WITH_PASSWORD = {**DB, "manageMasterUserPassword": None, "password": "longenough"}
SMALL_MEMBER = {**MEMBER, "instanceClass": "db.t4g.medium"}
PRIMARY = {"engine": "aurora-postgresql", "masterUsername": "app", "masterPassword": "longenough"}
GLOBAL_MEMBER = {"engine": "aurora-postgresql", "globalClusterIdentifier": "g"}

CASES: list[Case] = [
    ("subnet_group_covers_two_zones", "aws:rds/subnetGroup:SubnetGroup", {"subnetIds": TWO}, {"subnetIds": ["subnet-a"]}, "DBSubnetGroupDoesNotCoverEnoughAZs"),
    ("backups_and_windows_are_legal", "aws:rds/cluster:Cluster", {**AURORA, "preferredBackupWindow": "03:00-04:00", "preferredMaintenanceWindow": "sun:05:00-sun:06:00"}, {"preferredMaintenanceWindow": "sun:03:30-sun:04:30"}, "must not overlap"),
    ("backups_and_windows_are_legal", "aws:rds/instance:Instance", DB, {"backupRetentionPeriod": 36}, "between 0 and 35"),
    ("master_password_is_given_once", "aws:rds/cluster:Cluster", AURORA, {"masterPassword": "longenough"}, "You can't specify"),
    ("master_password_is_given_once", "aws:rds/cluster:Cluster", {**AURORA, "globalClusterIdentifier": "g", "manageMasterUserPassword": None}, {"manageMasterUserPassword": True}, "global database"),
    ("primary_has_a_master_user", "aws:rds/instance:Instance", DB, {"username": "admin"}, "reserved word"),
    ("cluster_is_legal", "aws:rds/cluster:Cluster", {**AURORA, "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 4}}, {"serverlessv2ScalingConfiguration": {"minCapacity": 8, "maxCapacity": 4}}, "above maximum capacity"),
    ("member_is_legal", "aws:rds/clusterInstance:ClusterInstance", {"clusterIdentifier": "c", "engine": "aurora-postgresql", "instanceClass": "db.r6g.large"}, {"promotionTier": 16}, "between 0 and 15"),
    ("database_name_is_legal", "aws:rds/cluster:Cluster", {**AURORA, "databaseName": "shop_2"}, {"databaseName": "a-b"}, "must begin with a letter and contain only"),
    ("database_name_is_legal", "aws:rds/instance:Instance", {**DB, "dbName": "x" * 63}, {"dbName": "1x"}, "must begin with a letter and contain only"),
    ("database_name_is_legal", "aws:rds/instance:Instance", {**DB, "dbName": "x" * 63}, {"dbName": "x" * 64}, "1 to 63 of them"),
    ("instance_is_legal", "aws:rds/instance:Instance", {**DB, "allocatedStorage": 100, "maxAllocatedStorage": 110}, {"maxAllocatedStorage": 109}, "at least 10 percent"),
    ("instance_is_legal", "aws:rds/instance:Instance", {**DB, "allocatedStorage": 65536}, {"allocatedStorage": 65537}, "at most 65536 GiB"),
    ("instance_is_legal", "aws:rds/instance:Instance", {**DB, "multiAz": True}, {"availabilityZone": "us-west-2a"}, "not valid for Multi-AZ"),
    ("proxy_is_legal", "aws:rds/proxy:Proxy", {"name": "p", "engineFamily": "POSTGRESQL", "roleArn": "arn:aws:iam::123456789012:role/r", "vpcSubnetIds": TWO, "auths": [{"secretArn": "arn:aws:secretsmanager:us-west-2:123456789012:secret:s"}]}, {"vpcSubnetIds": ["subnet-a"]}, "at least two Availability Zones"),
    ("replica_takes_from_its_source", "aws:rds/instance:Instance", REPLICA, {"dbName": "shop"}, "cannot be given for a read replica"),
    ("replica_takes_from_its_source", "aws:rds/instance:Instance", REPLICA, {"kmsKeyId": None}, "without a KMS key of us-west-2"),
    ("source_of_a_replica_is_named_by_arn", "aws:rds/instance:Instance", {**REPLICA, "dbSubnetGroupName": "g"}, {"replicateSourceDb": "first"}, "must be an ARN"),
    ("source_of_a_replica_is_named_by_arn", "aws:rds/instance:Instance", {**REPLICA, "dbSubnetGroupName": "g"}, {"replicateSourceDb": ""}, "must be an ARN"),
    ("insights_fit_the_instance", "aws:rds/instance:Instance", {**DB, "engine": "mysql", "instanceClass": "db.t4g.medium", "performanceInsightsEnabled": True}, {"instanceClass": "db.t4g.small"}, "Performance Insights not supported"),
    ("advanced_insights_are_kept", "aws:rds/cluster:Cluster", {**AURORA, **INSIGHTS, "databaseInsightsMode": "advanced"}, {"performanceInsightsRetentionPeriod": 31}, "at least 465 days"),
    ("advanced_insights_are_kept", "aws:rds/instance:Instance", {**DB, **INSIGHTS, "databaseInsightsMode": "advanced"}, {"performanceInsightsEnabled": False}, "must be enabled"),
    ("multi_az_cluster_class_and_storage_fit", "aws:rds/cluster:Cluster", MULTI_AZ_CLUSTER, {"dbClusterInstanceClass": "db.r6g.large"}, "doesn't support db.r6g.large"),
    ("multi_az_cluster_class_and_storage_fit", "aws:rds/cluster:Cluster", MULTI_AZ_CLUSTER, {"iops": 6000}, "must be between 0.5 and 50"),
    ("multi_az_cluster_class_and_storage_fit", "aws:rds/cluster:Cluster", MULTI_AZ_CLUSTER, {"allocatedStorage": 50}, "100 GiB up"),
    ("backups_of_instances_are_copied", "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", {"sourceDbInstanceArn": ARN_DB}, {"sourceDbInstanceArn": "arn:aws:rds:us-east-1:123456789012:cluster:first"}, "is a DB cluster"),
    ("global_cluster_has_one_origin", "aws:rds/globalCluster:GlobalCluster", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "arn:c", "forceDestroy": True}, {"engine": "aurora-mysql"}, "together with sourceDbClusterIdentifier"),
    ("global_cluster_has_one_origin", "aws:rds/globalCluster:GlobalCluster", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "arn:c", "forceDestroy": True}, {"forceDestroy": None}, "forceDestroy must be true"),
    ("proxy_with_iam_requires_tls", "aws:rds/proxy:Proxy", PROXY, {"requireTls": False}, "requireTls must be true"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("source_has_backups", [("aws:rds/instance:Instance", "s", {**DB_WITH_PASSWORD, "identifier": "first"}), ("aws:rds/instance:Instance", "t", {**DB_WITH_PASSWORD, "identifier": "second", "backupRetentionPeriod": 1})], "aws:rds/instance:Instance", {"instanceClass": "db.r6g.large", "replicateSourceDb": "second"}, {"replicateSourceDb": "first"}, "Automated backups are not enabled"),
    ("source_has_backups", [("aws:rds/instance:Instance", "s", {**DB_WITH_PASSWORD, "identifier": "first", "backupRetentionPeriod": 0}), ("aws:rds/instance:Instance", "t", {**DB_WITH_PASSWORD, "identifier": "second", "backupRetentionPeriod": 1})], "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", {"sourceDbInstanceArn": "$t.arn", "region": "us-east-1"}, {"sourceDbInstanceArn": "$s.arn"}, "Automated backups are not enabled"),
    ("source_of_a_replica_has_a_password_of_its_own", [("aws:rds/instance:Instance", "s", {**DB, "identifier": "first", "backupRetentionPeriod": 7}), ("aws:rds/instance:Instance", "t", {**DB_WITH_PASSWORD, "identifier": "second", "backupRetentionPeriod": 7})], "aws:rds/instance:Instance", {"instanceClass": "db.r6g.large", "replicateSourceDb": "second"}, {"replicateSourceDb": "first"}, "manages its master user password"),
    ("serverless_member_has_a_scaling_range", [("aws:rds/cluster:Cluster", "a", {**AURORA, "serverlessv2ScalingConfiguration": {"minCapacity": 1, "maxCapacity": 4}}), ("aws:rds/cluster:Cluster", "b", AURORA)], "aws:rds/clusterInstance:ClusterInstance", {**MEMBER, "clusterIdentifier": "$a.id"}, {"clusterIdentifier": "$b.id"}, "Set the Serverless v2 scaling configuration"),
    ("global_database_members_are_memory_optimized", [("aws:rds/cluster:Cluster", "a", {**AURORA, "clusterIdentifier": "alone"}), ("aws:rds/cluster:Cluster", "b", {**PRIMARY, "clusterIdentifier": "first"}), ("aws:rds/globalCluster:GlobalCluster", "g", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "$b.arn", "forceDestroy": True})], "aws:rds/clusterInstance:ClusterInstance", {**SMALL_MEMBER, "clusterIdentifier": "alone"}, {"clusterIdentifier": "first"}, "classes optimized for memory"),
    ("global_database_members_are_memory_optimized", [("aws:rds/cluster:Cluster", "a", {**PRIMARY, "clusterIdentifier": "first"}), ("aws:rds/clusterInstance:ClusterInstance", "m", {**SMALL_MEMBER, "clusterIdentifier": "first", "instanceClass": "db.r7g.large"}), ("aws:rds/cluster:Cluster", "b", {**PRIMARY, "clusterIdentifier": "second"}), ("aws:rds/clusterInstance:ClusterInstance", "n", {**SMALL_MEMBER, "clusterIdentifier": "second"})], "aws:rds/globalCluster:GlobalCluster", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "$a.arn", "forceDestroy": True}, {"sourceDbClusterIdentifier": "$b.arn"}, "n is a db.t4g.medium"),
    ("multi_az_cluster_has_three_zones", [*NETWORK, ("aws:rds/subnetGroup:SubnetGroup", "two", {"name": "two", "subnetIds": ["$a0.id", "$b2.id"]}), ("aws:rds/subnetGroup:SubnetGroup", "three", {"name": "three", "subnetIds": ["$a0.id", "$b2.id", "$c3.id"]})], "aws:rds/cluster:Cluster", {**MULTI_AZ_CLUSTER, "dbSubnetGroupName": "$three.id"}, {"dbSubnetGroupName": "$two.id"}, "needs three Availability Zones"),
    ("secondary_cluster_has_no_user", [("aws:rds/cluster:Cluster", "first", {**GLOBAL_MEMBER, "clusterIdentifier": "first", "masterUsername": "app", "masterPassword": "longenough"}), ("aws:rds/clusterInstance:ClusterInstance", "writer", {"engine": "aurora-postgresql", "clusterIdentifier": "first", "instanceClass": "db.r6g.large"}), ("aws:rds/cluster:Cluster", "second", {**GLOBAL_MEMBER, "region": "us-east-2"})], "aws:rds/cluster:Cluster", {**GLOBAL_MEMBER, "globalClusterIdentifier": "other", "region": "us-east-1", "masterUsername": "app", "masterPassword": "longenough"}, {"globalClusterIdentifier": "g"}, "Cannot specify masterUsername for a cross Region replication cluster"),
    ("secondary_cluster_follows_an_instance", [("aws:rds/cluster:Cluster", "first", {**GLOBAL_MEMBER, "clusterIdentifier": "first", "masterUsername": "app", "masterPassword": "longenough"}), ("aws:rds/cluster:Cluster", "lone", {**GLOBAL_MEMBER, "globalClusterIdentifier": "lone", "clusterIdentifier": "lone", "masterUsername": "app", "masterPassword": "longenough"}), ("aws:rds/clusterInstance:ClusterInstance", "writer", {"engine": "aurora-postgresql", "clusterIdentifier": "first", "instanceClass": "db.r6g.large"})], "aws:rds/cluster:Cluster", {**GLOBAL_MEMBER, "region": "us-east-1"}, {"globalClusterIdentifier": "lone"}, "has no instance yet"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:rds/cluster:Cluster", {**AURORA, "clusterIdentifier": "orders"}, {"clusterIdentifier": "stock"}),
    ("aws:rds/instance:Instance", {**DB, "identifier": "orders"}, {"identifier": "stock"}),
    ("aws:rds/clusterInstance:ClusterInstance", {"clusterIdentifier": "c", "identifier": "orders-a", "engine": "aurora-postgresql", "instanceClass": "db.r6g.large"}, {"identifier": "orders-b"}),
    ("aws:rds/subnetGroup:SubnetGroup", {"name": "g", "subnetIds": ["subnet-a", "subnet-b"]}, {"name": "h"}),
    ("aws:rds/parameterGroup:ParameterGroup", {"name": "g", "family": "postgres16"}, {"name": "h"}),
    ("aws:rds/clusterParameterGroup:ClusterParameterGroup", {"name": "g", "family": "aurora-postgresql16"}, {"name": "h"}),
    ("aws:rds/proxy:Proxy", PROXY, {"name": "q"}),
    ("aws:rds/proxyEndpoint:ProxyEndpoint", {"dbProxyName": "p", "dbProxyEndpointName": "e", "vpcSubnetIds": ["subnet-a", "subnet-b"]}, {"dbProxyEndpointName": "f"}),
    ("aws:rds/globalCluster:GlobalCluster", {"globalClusterIdentifier": "g", "engine": "aurora-postgresql"}, {"globalClusterIdentifier": "h"}),
    ("aws:rds/eventSubscription:EventSubscription", {"name": "e", "snsTopic": "arn:aws:sns:us-west-2:123456789012:t"}, {"name": "f"}),
]  # fmt: skip
