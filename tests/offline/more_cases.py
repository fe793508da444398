# ruff: noqa: E501 (a table: one case per line)
"""More of `cases`: databases, caches, replicas, logs, what leads traffic somewhere. Same columns."""

import json
from typing import Any

from tests.offline.cases import (
    AURORA,
    BACKUP,
    BUCKET,
    CACHE,
    CLUSTER,
    DB,
    DISTRIBUTION,
    DYNAMO,
    GROUP,
    INSTANCE,
    LB,
    LOAD_BALANCER,
    RECORD,
    REDIS,
    S3RULE,
    SITE,
    STACK,
    STREAM,
    TABLE,
    TOPIC,
    TWO,
    Case,
    document,
)  # fmt: skip

ARN_DB = "arn:aws:rds:us-east-1:123456789012:db:first"
REPLICA = {"instanceClass": "db.r6g.large", "replicateSourceDb": ARN_DB, "storageEncrypted": True, "kmsKeyId": "arn:k"}
THREE = {
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
    "roleArn": "arn:r",
    "vpcSubnetIds": ["a", "b"],
    "requireTls": True,
    "auths": [{"secretArn": "arn:s", "iamAuth": "REQUIRED"}],
}
SECURE = {**CACHE, "transitEncryptionEnabled": True}
USER = {
    "accessString": "on ~* +@all",
    "engine": "valkey",
    "userId": "app",
    "userName": "app",
    "authenticationMode": {"type": "iam"},
}
KEYED = {
    "serverSideEncryption": {"enabled": True, "kmsKeyArn": "arn:k"},
    "replicas": [{"regionName": "us-east-1", "kmsKeyArn": "arn:k2"}],
}
STRONG = [{"regionName": r, "consistencyMode": "STRONG"} for r in ("us-east-1", "us-east-2")]
CODE = {
    "name": "shop",
    "artifactS3Location": "s3://b",
    "executionRoleArn": "arn:r",
    "handler": "h",
    "runtimeVersion": "syn-nodejs-puppeteer-17.0",
    "schedule": {"expression": "rate(5 minutes)"},
    "zipFile": "code.zip",
}
UPDATES = [
    {"namespace": "aws:elasticbeanstalk:managedactions", "name": "ManagedActionsEnabled", "value": "true"},
    {"namespace": "aws:elasticbeanstalk:healthreporting:system", "name": "SystemType", "value": "enhanced"},
    {"namespace": "aws:elasticbeanstalk:environment", "name": "ServiceRole", "value": "r"},
]
BEAN = {"application": "a", "name": "shop", "solutionStackName": STACK, "settings": UPDATES}
SECRETIVE = {
    "domainName": "a.example.com",
    "regionalCertificateArn": "arn:aws:acm:us-west-2:1:certificate/x",
    "endpointConfiguration": {"types": "REGIONAL"},
    "securityPolicy": "TLS_1_2",
    "mutualTlsAuthentication": {"truststoreUri": "s3://b/k"},
}
PUBLISH = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Resource": "*"}
ALIAS = {k: v for k, v in RECORD.items() if k not in ("ttl", "records")}
LIFE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
DESTINATION = {"bucket": "arn:aws:s3:::b", "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}}}
TIMED = {**DESTINATION, "replicationTime": {"status": "Enabled", "time": {"minutes": 15}}}
EFS, PLAN, TRAIL = "aws:efs/fileSystem:FileSystem", "aws:backup/plan:Plan", "aws:cloudtrail/trail:Trail"


def opened(count: int, family: str = "cidrBlock") -> list[dict[str, Any]]:
    """Rules of a network ACL."""
    first, world = (1, "10.0.0.0/8") if family == "cidrBlock" else (101, "::/0")
    rule = {"action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, family: world}
    return [{**rule, "ruleNo": first + number} for number in range(count)]


MORE: list[Case] = [
    ("replica_takes_from_its_source", INSTANCE, REPLICA, {"dbName": "shop"}, "cannot be given for a read replica"),
    ("replica_takes_from_its_source", INSTANCE, REPLICA, {"kmsKeyId": None}, "without a KMS key of us-west-2"),
    ("source_of_a_replica_is_named_by_arn", INSTANCE, {**REPLICA, "dbSubnetGroupName": "g"}, {"replicateSourceDb": "first"}, "must be an ARN"),
    ("source_of_a_replica_is_named_by_arn", INSTANCE, {**REPLICA, "dbSubnetGroupName": "g"}, {"replicateSourceDb": ""}, "must be an ARN"),
    ("insights_fit_the_instance", INSTANCE, {**DB, "engine": "mysql", "instanceClass": "db.t4g.medium", "performanceInsightsEnabled": True}, {"instanceClass": "db.t4g.small"}, "Performance Insights not supported"),
    ("advanced_insights_are_kept", CLUSTER, {**AURORA, **INSIGHTS, "databaseInsightsMode": "advanced"}, {"performanceInsightsRetentionPeriod": 31}, "at least 465 days"),
    ("advanced_insights_are_kept", INSTANCE, {**DB, **INSIGHTS, "databaseInsightsMode": "advanced"}, {"performanceInsightsEnabled": False}, "must be enabled"),
    ("multi_az_cluster_is_on_local_storage", CLUSTER, THREE, {"dbClusterInstanceClass": "db.r6g.large"}, "doesn't support db.r6g.large"),
    ("multi_az_cluster_is_on_local_storage", CLUSTER, THREE, {"iops": 6000}, "must be between 0.5 and 50"),
    ("multi_az_cluster_is_on_local_storage", CLUSTER, THREE, {"allocatedStorage": 50}, "100 GiB up"),
    ("backups_of_instances_are_copied", "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", {"sourceDbInstanceArn": ARN_DB}, {"sourceDbInstanceArn": "arn:aws:rds:us-east-1:123456789012:cluster:first"}, "is a DB cluster"),
    ("global_cluster_has_one_origin", "aws:rds/globalCluster:GlobalCluster", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "arn:c", "forceDestroy": True}, {"engine": "aurora-mysql"}, "together with sourceDbClusterIdentifier"),
    ("global_cluster_has_one_origin", "aws:rds/globalCluster:GlobalCluster", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "arn:c", "forceDestroy": True}, {"forceDestroy": None}, "forceDestroy must be true"),
    ("proxy_with_iam_requires_tls", "aws:rds/proxy:Proxy", PROXY, {"requireTls": False}, "requireTls must be true"),
    ("one_way_to_authenticate", REDIS, {**SECURE, "userGroupIds": ["g"]}, {"authToken": "x" * 20}, "only one of them"),
    ("one_way_to_authenticate", REDIS, {**SECURE, "userGroupIds": ["g"]}, {"transitEncryptionEnabled": False}, "need transitEncryptionEnabled"),
    ("tiered_nodes_tier_their_data", REDIS, {**CACHE, "nodeType": "cache.r6gd.xlarge", "dataTieringEnabled": True}, {"dataTieringEnabled": None}, "must be enabled for"),
    ("tiered_nodes_tier_their_data", REDIS, CACHE, {"dataTieringEnabled": True}, "is not supported for"),
    ("cache_user_is_legal", "aws:elasticache/user:User", USER, {"userName": "other"}, "must be identical"),
    ("cache_user_group_is_legal", "aws:elasticache/userGroup:UserGroup", {"engine": "valkey", "userGroupId": "shop", "userIds": ["app"]}, {"userGroupId": "x" * 41}, "1 to 40"),
    ("replicas_are_encrypted_alike", DYNAMO, {**TABLE, **STREAM, **KEYED}, {"replicas": [{"regionName": "us-east-1"}]}, "KMSMasterKeyId must be specified for each replica"),
    ("replicas_have_streams_of_both_images", DYNAMO, {**TABLE, **STREAM, "replicas": [{"regionName": "us-east-1"}]}, {"streamEnabled": None, "streamViewType": None}, "NEW_AND_OLD_IMAGES"),
    ("strong_replicas_are_near", DYNAMO, {**TABLE, **STREAM, "replicas": STRONG}, {"replicas": [STRONG[0], {**STRONG[1], "regionName": "eu-west-1"}]}, "one Region set"),
    ("strong_replicas_are_near", DYNAMO, {**TABLE, **STREAM, "replicas": STRONG}, {"ttl": {"enabled": True, "attributeName": "x"}}, "Time to Live is not supported"),
    ("attributes_have_one_type", DYNAMO, TABLE, {"attributes": [{"name": "id", "type": "S"}, {"name": "id", "type": "N"}]}, "two attributes with the same name"),
    ("replica_is_declared_once", "aws:dynamodb/tableReplica:TableReplica", {"globalTableArn": "arn:aws:dynamodb:us-east-1:1:table/t"}, {"globalTableArn": "arn:aws:dynamodb:us-west-2:1:table/t"}, "is in another Region"),
    ("replication_rules_are_of_one_version", REPLICATION, {"bucket": "b", "role": "arn:r", "rules": [{**S3RULE, "destination": TIMED}]}, {"rules": [{**S3RULE, "destination": DESTINATION}]}, "cannot contain an event threshold"),
    ("replication_rules_are_of_one_version", REPLICATION, {"bucket": "b", "role": "arn:r", "rules": [S3RULE]}, {"rules": [{k: v for k, v in S3RULE.items() if k != "filter"}]}, "it needs a filter"),
    ("lifecycle_is_legal", LIFE, {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "expiration": {"days": 30}}]}, {"rules": [{"id": "a", "status": "Enabled", "expiration": {"days": 30, "expiredObjectDeleteMarker": True}}]}, "cannot be specified with Days"),
    ("lifecycle_is_legal", LIFE, {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "noncurrentVersionTransitions": [{"noncurrentDays": 30, "storageClass": "STANDARD_IA"}]}]}, {"rules": [{"id": "a", "status": "Enabled", "noncurrentVersionTransitions": [{"noncurrentDays": 7, "storageClass": "STANDARD_IA"}]}]}, "greater than or equal to 30"),
    ("object_has_few_tags", "aws:s3/bucketObjectv2:BucketObjectv2", {"bucket": "b", "key": "k", "tags": {f"t{i}": "v" for i in range(10)}}, {"tags": {f"t{i}": "v" for i in range(11)}}, "cannot be greater than 10"),
    ("each_lifecycle_policy_says_one_thing", EFS, {"lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}, {"transitionToArchive": "AFTER_1_DAY"}]}, {"lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS", "transitionToArchive": "AFTER_90_DAYS"}]}, "only one transition"),
    ("each_lifecycle_policy_says_one_thing", EFS, {"lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}]}, {"lifecyclePolicies": [{"transitionToIa": "AFTER_45_DAYS"}]}, "must be AFTER_n_DAYS"),
    ("restore_test_names_are_legal", "aws:backup/restoreTestingSelection:RestoreTestingSelection", {"iamRoleArn": "arn:r", "protectedResourceType": "RDS", "restoreTestingPlanName": "plan_1", "name": "rds"}, {"name": "rds-one"}, "letters, digits and underscores"),
    ("backup_names_are_legal", PLAN, BACKUP, {"name": "p" * 51}, "1 to 50"),
    ("backup_names_are_legal", PLAN, BACKUP, {"rules": [{"ruleName": "r", "targetVaultName": "v"}, {"ruleName": "r", "targetVaultName": "w"}]}, "Duplicate rule name"),
    ("legacy_logs_need_access_lists", DISTRIBUTION, {**SITE, "loggingConfig": {"bucket": "b.s3.amazonaws.com"}}, {"loggingConfig": {"bucket": "b"}}, "does not refer to a valid S3 bucket"),
    ("web_acl_logs_are_named_for_waf", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", {"resourceArn": "arn:w", "logDestinationConfigs": ["arn:aws:logs:us-west-2:1:log-group:aws-waf-logs-shop"]}, {"logDestinationConfigs": ["arn:aws:logs:us-west-2:1:log-group:shop"]}, "must begin with aws-waf-logs-"),
    ("trail_is_legal", TRAIL, {"s3BucketName": "b", "eventSelectors": [{"readWriteType": "All"}]}, {"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}]}, "only one of them"),
    ("trail_is_legal", TRAIL, {"s3BucketName": "b", "cloudWatchLogsRoleArn": "arn:r", "cloudWatchLogsGroupArn": "arn:aws:logs:us-west-2:1:log-group:g:*"}, {"cloudWatchLogsGroupArn": "arn:aws:logs:us-west-2:1:log-group:g"}, "must end with :*"),
    ("canary_has_one_code_and_a_runtime", "aws:synthetics/canary:Canary", CODE, {"s3Bucket": "b"}, "together with zipFile"),
    ("canary_has_one_code_and_a_runtime", "aws:synthetics/canary:Canary", CODE, {"runtimeVersion": "syn-nodejs-puppeteer-3.9"}, "Deprecated runtime version"),
    ("composite_rule_has_few_children", "aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "a", "alarmRule": " OR ".join(f"ALARM(a{i})" for i in range(100))}, {"alarmRule": " OR ".join(f"ALARM(a{i})" for i in range(101))}, "at most 100 alarms"),
    ("tracing_group_name_is_short", "aws:xray/group:Group", {"groupName": "shop", "filterExpression": "fault"}, {"groupName": "x" * 33}, "1 to 32"),
    ("destination_is_no_fifo", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {"functionName": "f", "destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:us-west-2:1:q"}}}, {"destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:us-west-2:1:q.fifo"}}}, "FIFO queues and topics"),
    ("environment_has_a_platform_and_what_updates_need", "aws:elasticbeanstalk/environment:Environment", BEAN, {"solutionStackName": "Python 3.13"}, "No Solution Stack named 'Python 3.13' found."),
    ("environment_has_a_platform_and_what_updates_need", "aws:elasticbeanstalk/environment:Environment", BEAN, {"settings": UPDATES[:2]}, "ServiceRole"),
    ("distribution_has_no_health_to_evaluate", "aws:route53/record:Record", {**ALIAS, "aliases": [{"name": "d.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}]}, {"aliases": [{"name": "d.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": True}]}, "cannot be set to true"),
    ("peering_elsewhere_is_accepted_there", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", {"vpcId": "a", "peerVpcId": "b", "autoAccept": True}, {"peerRegion": "us-east-1"}, "the other Region accepts"),
    ("peering_elsewhere_is_accepted_there", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", {"vpcId": "a", "peerVpcId": "b", "autoAccept": True}, {"peerOwnerId": "210987654321"}, "must accept the peering"),
    ("inner_balancer_needs_no_public_address", LOAD_BALANCER, {**LB, "ipAddressType": "dualstack-without-public-ipv4"}, {"internal": True}, "internet-facing"),
    ("acl_is_short", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "ingress": [*opened(19), *opened(19, "ipv6CidrBlock")]}, {"ingress": opened(20)}, "NetworkAclEntryLimitExceeded: 20 rules of IPv4"),
    ("acl_is_short", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "egress": opened(19)}, {"egress": [*opened(19), *opened(20, "ipv6CidrBlock")]}, "NetworkAclEntryLimitExceeded: 20 rules of IPv6"),
    ("topic_policy_is_about_topics", "aws:sns/topicPolicy:TopicPolicy", {"arn": "arn:t", "policy": document({**PUBLISH, "Action": ["sns:Publish", "SNS:Get*"]})}, {"policy": document({**PUBLISH, "Action": "sqs:SendMessage"})}, "out of service scope"),
    ("topic_policy_is_about_topics", TOPIC, {"policy": document({**PUBLISH, "Action": "sns:Publish"})}, {"policy": document({**PUBLISH, "Action": "sns:CreateTopic"})}, "out of service scope"),
    ("mutual_tls_is_regional", "aws:apigateway/domainName:DomainName", SECRETIVE, {"endpointConfiguration": {"types": "EDGE"}, "regionalCertificateArn": None}, "REGIONAL domain names"),
]  # fmt: skip
"""One line a case: it reads as a table."""

CONTAINERS = json.dumps([{"name": "app", "image": "n", "portMappings": [{"name": "http", "containerPort": 80}]}])
FN = {
    "role": "arn:aws:iam::123456789012:role/r",
    "s3Bucket": "b",
    "s3Key": "k",
    "handler": "h",
    "runtime": "python3.13",
}
KMS = {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:k"}}]}
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
FUNCTION, QUEUE, TASK = "aws:lambda/function:Function", "aws:sqs/queue:Queue", "aws:ecs/taskDefinition:TaskDefinition"
METRIC = {
    "name": "a",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "threshold": 1,
    "metricName": "m",
    "namespace": "n",
    "period": 60,
    "statistic": "Sum",
}
FOLLOWS = {"type": "CLOUDWATCH_METRIC", "cloudwatchAlarmName": "a", "cloudwatchAlarmRegion": "us-west-2"}
ROLL = {
    "minSize": 2,
    "maxSize": 4,
    "vpcZoneIdentifiers": ["s"],
    "instanceRefresh": {"strategy": "Rolling", "preferences": {"autoRollback": True}},
}
ALARM_TYPE, CHECK = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:route53/healthCheck:HealthCheck"
MEMBER = {"engine": "aurora-postgresql", "instanceClass": "db.serverless"}
MEMBER_TYPE, GLOBAL = "aws:rds/clusterInstance:ClusterInstance", "aws:rds/globalCluster:GlobalCluster"
OWN = {**DB, "manageMasterUserPassword": None, "password": "longenough"}
COPIES = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
SMALL = {**MEMBER, "instanceClass": "db.t4g.medium"}
PRIMARY = {"engine": "aurora-postgresql", "masterUsername": "app", "masterPassword": "longenough"}
SERVICE = {"launchType": "FARGATE", "networkConfiguration": {"subnets": ["a"]}}
CONNECT = {"enabled": True, "namespace": "n", "services": [{"portName": "http"}]}
LOCKED = {"backupVaultName": "v", "minRetentionDays": 30, "maxRetentionDays": 365}
KEPT = {"name": "p", "rules": [{"ruleName": "r", "targetVaultName": "v", "lifecycle": {"deleteAfter": 35}}]}
VERSIONING, TASK_IN = "aws:s3/bucketVersioning:BucketVersioning", {"family": "f", "containerDefinitions": CONTAINERS}
GATEWAY, TRANSIT = "aws:directconnect/gateway:Gateway", "aws:ec2transitgateway/transitGateway:TransitGateway"
MAPPED = {"functionName": "$f.arn", "eventSourceArn": "$q.arn", "batchSize": 10}

ROUTE = "aws:route53/record:Record"
ELSEWHERE = {"aliases": [{"name": "b.elb.amazonaws.com", "zoneId": "Z2", "evaluateTargetHealth": True}]}
Between = tuple[str, list[tuple[str, str, dict[str, Any]]], str, dict[str, Any], dict[str, Any], str]
MULTI = "arn:aws:kms:us-west-2:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
NAMED = {
    "aliases": ["a.example.com"],
    "viewerCertificate": {
        "acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c",
        "sslSupportMethod": "sni-only",
    },
}
BETWEEN: list[Between] = [
    ("source_has_backups", [(INSTANCE, "s", {**OWN, "identifier": "first"}), (INSTANCE, "t", {**OWN, "identifier": "second", "backupRetentionPeriod": 1})], INSTANCE, {"instanceClass": "db.r6g.large", "replicateSourceDb": "second"}, {"replicateSourceDb": "first"}, "Automated backups are not enabled"),
    ("source_has_backups", [(INSTANCE, "s", {**OWN, "identifier": "first", "backupRetentionPeriod": 0}), (INSTANCE, "t", {**OWN, "identifier": "second", "backupRetentionPeriod": 1})], COPIES, {"sourceDbInstanceArn": "$t.arn", "region": "us-east-1"}, {"sourceDbInstanceArn": "$s.arn"}, "Automated backups are not enabled"),
    ("source_of_a_replica_has_a_password_of_its_own", [(INSTANCE, "s", {**DB, "identifier": "first", "backupRetentionPeriod": 7}), (INSTANCE, "t", {**OWN, "identifier": "second", "backupRetentionPeriod": 7})], INSTANCE, {"instanceClass": "db.r6g.large", "replicateSourceDb": "second"}, {"replicateSourceDb": "first"}, "manages its master user password"),
    ("serverless_member_has_a_scaling_range", [(CLUSTER, "a", {**AURORA, "serverlessv2ScalingConfiguration": {"minCapacity": 1, "maxCapacity": 4}}), (CLUSTER, "b", AURORA)], "aws:rds/clusterInstance:ClusterInstance", {**MEMBER, "clusterIdentifier": "$a.id"}, {"clusterIdentifier": "$b.id"}, "Set the Serverless v2 scaling configuration"),
    ("global_members_are_made_for_memory", [(CLUSTER, "a", {**AURORA, "clusterIdentifier": "alone"}), (CLUSTER, "b", {**PRIMARY, "clusterIdentifier": "first"}), (GLOBAL, "g", {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "$b.arn", "forceDestroy": True})], MEMBER_TYPE, {**SMALL, "clusterIdentifier": "alone"}, {"clusterIdentifier": "first"}, "classes optimized for memory"),
    ("global_members_are_made_for_memory", [(CLUSTER, "a", {**PRIMARY, "clusterIdentifier": "first"}), (MEMBER_TYPE, "m", {**SMALL, "clusterIdentifier": "first", "instanceClass": "db.r7g.large"}), (CLUSTER, "b", {**PRIMARY, "clusterIdentifier": "second"}), (MEMBER_TYPE, "n", {**SMALL, "clusterIdentifier": "second"})], GLOBAL, {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": "$a.arn", "forceDestroy": True}, {"sourceDbClusterIdentifier": "$b.arn"}, "n is a db.t4g.medium"),
    ("cache_user_group_is_legal", [("aws:elasticache/user:User", "a", {"accessString": "on", "engine": "redis", "userId": "first", "userName": "default", "noPasswordRequired": True}), ("aws:elasticache/user:User", "b", {"accessString": "on", "engine": "redis", "userId": "app", "userName": "app"})], "aws:elasticache/userGroup:UserGroup", {"engine": "redis", "userGroupId": "g", "userIds": ["$a.id", "$b.id"]}, {"userIds": ["$b.id"]}, "DefaultUserRequired"),
    ("cache_user_group_is_legal", [("aws:elasticache/user:User", "a", {"accessString": "on", "engine": "valkey", "userId": "open", "userName": "open", "noPasswordRequired": True})], "aws:elasticache/userGroup:UserGroup", {"engine": "valkey", "userGroupId": "g", "userIds": ["other"]}, {"userIds": ["$a.id"]}, "needs no password"),
    ("replica_is_declared_once", [(DYNAMO, "a", {**TABLE, "region": "us-east-1"}), (DYNAMO, "b", {**TABLE, **STREAM, "region": "us-east-1", "replicas": [{"regionName": "us-east-2"}]})], "aws:dynamodb/tableReplica:TableReplica", {"globalTableArn": "$a.arn"}, {"globalTableArn": "$b.arn"}, "not both"),
    ("replicated_buckets_are_versioned", [(BUCKET, "a", {}), (BUCKET, "b", {}), (VERSIONING, "v", {"bucket": "$a.id", "versioningConfiguration": {"status": "Enabled"}})], REPLICATION, {"bucket": "$a.id", "role": "arn:r", "rules": [S3RULE]}, {"bucket": "$b.id"}, "Versioning must be 'Enabled'"),
    ("copy_may_be_overwritten", [(EFS, "a", {"protection": {"replicationOverwrite": "DISABLED"}}), (EFS, "b", {})], "aws:efs/replicationConfiguration:ReplicationConfiguration", {"sourceFileSystemId": "fs-1", "destination": {"fileSystemId": "$a.id"}}, {"destination": {"fileSystemId": "$b.id"}}, "must be disabled"),
    ("backups_stay_within_the_lock", [("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "l", LOCKED)], PLAN, KEPT, {"rules": [{"ruleName": "r", "targetVaultName": "v", "lifecycle": {"deleteAfter": 7}}]}, "outside the vault lock"),
    ("balancer_logs_go_to_a_bucket_without_kms", [(BUCKET, "a", {}), (BUCKET, "b", {}), (SSE, "e", {**KMS, "bucket": "$b.id"})], LOAD_BALANCER, {**LB, "accessLogs": {"enabled": True, "bucket": "$a.id"}}, {"accessLogs": {"enabled": True, "bucket": "$b.id"}}, "only be encrypted with SSE-S3"),
    ("server_logs_go_to_a_bucket_without_kms", [(SSE, "e", {**KMS, "bucket": "keyed"})], "aws:s3/bucketLogging:BucketLogging", {"bucket": "b", "targetBucket": "plain", "targetPrefix": "p"}, {"targetBucket": "keyed"}, "InvalidTargetBucketForLogging"),
    ("legacy_logs_need_access_lists", [("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "o", {"bucket": "strict", "rule": {"objectOwnership": "BucketOwnerEnforced"}})], DISTRIBUTION, {**SITE, "loggingConfig": {"bucket": "plain.s3.amazonaws.com"}}, {"loggingConfig": {"bucket": "strict.s3.amazonaws.com"}}, "does not enable ACL access"),
    ("one_in_a_region", [("aws:cfg/recorder:Recorder", "r", {"roleArn": "arn:r"})], "aws:cfg/recorder:Recorder", {"roleArn": "arn:r", "region": "us-east-1"}, {"region": "us-west-2"}, "MaxNumberOfConfigurationRecordersExceededException"),
    ("recorder_delivers_somewhere", [("aws:cfg/recorder:Recorder", "r", {"roleArn": "arn:r"})], "aws:cfg/recorderStatus:RecorderStatus", {"isEnabled": False}, {"isEnabled": True}, "NoAvailableDeliveryChannelException"),
    ("record_is_made_once", [("aws:route53/record:Record", "r", RECORD)], "aws:route53/record:Record", {**RECORD, "name": "shop.example.com"}, {"name": "WWW.example.com"}, "but it already exists"),
    ("records_of_a_name_have_one_policy", [("aws:route53/record:Record", "r", RECORD)], "aws:route53/record:Record", {**RECORD, "name": "shop.example.com", "setIdentifier": "b", "failoverRoutingPolicies": [{"type": "SECONDARY"}]}, {"name": "WWW.example.com"}, "another routing policy (simple)"),
    ("records_of_a_name_have_one_policy", [("aws:route53/record:Record", "r", {**RECORD, "setIdentifier": "a", "latencyRoutingPolicies": [{"region": "us-west-2"}]})], "aws:route53/record:Record", {**RECORD, "setIdentifier": "b", "weightedRoutingPolicies": [{"weight": 1}], "zoneId": "Z2"}, {"zoneId": "Z1"}, "another routing policy (latencyRoutingPolicies)"),
    ("failover_has_one_of_each", [(ROUTE, "r", {**ALIAS, **ELSEWHERE, "setIdentifier": "a", "failoverRoutingPolicies": [{"type": "PRIMARY"}]})], ROUTE, {**ALIAS, **ELSEWHERE, "setIdentifier": "b", "failoverRoutingPolicies": [{"type": "SECONDARY"}]}, {"failoverRoutingPolicies": [{"type": "PRIMARY"}]}, "r has the same name and type and is PRIMARY already"),
    ("key_has_one_replica_in_a_region", [("aws:kms/replicaKey:ReplicaKey", "r", {"primaryKeyArn": MULTI, "region": "us-east-1"})], "aws:kms/replicaKey:ReplicaKey", {"primaryKeyArn": MULTI, "region": "us-east-2"}, {"region": "us-east-1"}, "AlreadyExistsException: r is a replica"),
    ("alternate_name_is_of_one_distribution", [(DISTRIBUTION, "d", {**SITE, **NAMED})], DISTRIBUTION, {**SITE, **NAMED, "aliases": ["b.example.com"]}, {"aliases": ["A.example.com"]}, "CNAMEAlreadyExists"),
    ("api_name_is_one_in_a_region", [("aws:apigateway/domainName:DomainName", "d", {"domainName": "pay.example.com"})], "aws:apigateway/domainName:DomainName", {"domainName": "health.example.com"}, {"domainName": "PAY.example.com"}, "already exists: pay.example.com (d, us-west-2)"),
    ("bucket_setting_is_made_once", [(VERSIONING, "v", {"bucket": "b", "versioningConfiguration": {"status": "Enabled"}})], VERSIONING, {"bucket": "c", "versioningConfiguration": {"status": "Enabled"}}, {"bucket": "b"}, "each would undo the other"),
    ("queue_hides_messages_long_enough", [(QUEUE, "q", {"visibilityTimeoutSeconds": 60}), (QUEUE, "r", {}), (FUNCTION, "f", {**FN, "timeout": 60})], "aws:lambda/eventSourceMapping:EventSourceMapping", MAPPED, {"eventSourceArn": "$r.arn"}, "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"),
    ("source_does_not_take_more_than_is_reserved", [(QUEUE, "q", {}), (FUNCTION, "f", {**FN, "reservedConcurrentExecutions": 5})], "aws:lambda/eventSourceMapping:EventSourceMapping", {**MAPPED, "scalingConfig": {"maximumConcurrency": 5}}, {"scalingConfig": {"maximumConcurrency": 6}}, "above the function's reserved concurrency"),
    ("provisioned_fits_reserved_concurrency", [(FUNCTION, "f", {**FN, "reservedConcurrentExecutions": 5})], "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {"functionName": "$f.name", "qualifier": "live", "provisionedConcurrentExecutions": 5}, {"provisionedConcurrentExecutions": 6}, "should not be greater than the reservedConcurrentExecution"),
    ("service_connect_ports_are_named", [(TASK, "t", TASK_IN)], "aws:ecs/service:Service", {**SERVICE, "taskDefinition": "$t.arn", "serviceConnectConfiguration": CONNECT}, {"serviceConnectConfiguration": {**CONNECT, "services": [{"portName": "grpc"}]}}, "portName(s) grpc not found"),
    ("strategy_names_providers_of_the_cluster", [("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "p", {"clusterName": "c", "capacityProviders": ["FARGATE"]})], "aws:ecs/service:Service", {"cluster": "arn:aws:ecs:us-west-2:1:cluster/c", "networkConfiguration": {"subnets": ["a"]}, "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}]}, {"capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}, "was not found"),
    ("health_check_can_follow_its_alarm", [(ALARM_TYPE, "a", METRIC), (ALARM_TYPE, "b", {**METRIC, "name": "b", "datapointsToAlarm": 2})], CHECK, FOLLOWS, {"cloudwatchAlarmName": "b"}, "M out of N"),
    ("health_check_can_follow_its_alarm", [("aws:cloudwatch/compositeAlarm:CompositeAlarm", "b", {"alarmName": "b", "alarmRule": "ALARM(a)"})], CHECK, FOLLOWS, {"cloudwatchAlarmName": "b"}, "composite alarms"),
    ("gateways_have_numbers_of_their_own", [(GATEWAY, "d", {"amazonSideAsn": "64512"}), (TRANSIT, "a", {"amazonSideAsn": 64513}), (TRANSIT, "b", {})], "aws:directconnect/gatewayAssociation:GatewayAssociation", {"dxGatewayId": "$d.id", "associatedGatewayId": "$a.id"}, {"associatedGatewayId": "$b.id"}, "the same ASN 64512"),
    ("rollback_needs_an_image_of_its_own", [("aws:ec2/launchTemplate:LaunchTemplate", "a", {"imageId": "ami-0123456789abcdef0"}), ("aws:ec2/launchTemplate:LaunchTemplate", "b", {"imageId": "resolve:ssm:/x"})], GROUP, {**ROLL, "launchTemplate": {"id": "$a.id", "version": "1"}}, {"launchTemplate": {"id": "$b.id", "version": "1"}}, "auto rollback is not supported"),
    ("cluster_knows_access_entries", [("aws:eks/cluster:Cluster", "a", {"name": "a", "roleArn": "arn:r", "vpcConfig": {"subnetIds": TWO}, "accessConfig": {"authenticationMode": "API"}}), ("aws:eks/cluster:Cluster", "b", {"name": "b", "roleArn": "arn:r", "vpcConfig": {"subnetIds": TWO}, "accessConfig": {"authenticationMode": "CONFIG_MAP"}})], "aws:eks/accessEntry:AccessEntry", {"clusterName": "a", "principalArn": "arn:aws:iam::123456789012:role/r"}, {"clusterName": "b"}, "authentication mode must be set to one of"),
]  # fmt: skip
"""(rule, what is there: type, name, inputs; type, inputs, change, what is said); ``$a.id`` is an output of what is there."""
