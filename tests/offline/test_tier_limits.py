# ruff: noqa: E501 (a table: one limit per line)
"""AWS's limits on what users of `components.tiers` can give: the tiers leave them to AWS, and the offline AWS refuses."""

from typing import Any

import pytest

from offline.aws.check import Checker
from offline.aws.schema import installed
from offline.aws.wire import UNKNOWN

FARGATE = {"family": "f", "containerDefinitions": '[{"name": "c", "image": "i"}]', "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "executionRoleArn": "arn:aws:iam::123456789012:role/r", "cpu": "512", "memory": "1024"}  # fmt: skip
AURORA = {"engine": "aurora-postgresql", "clusterIdentifier": "c", "masterUsername": "app", "manageMasterUserPassword": True, "skipFinalSnapshot": True}  # fmt: skip
MULTI_AZ = {"engine": "postgres", "clusterIdentifier": "c", "masterUsername": "app", "manageMasterUserPassword": True, "skipFinalSnapshot": True, "dbClusterInstanceClass": "db.m6gd.large", "storageType": "io1", "allocatedStorage": 100, "iops": 1000}  # fmt: skip
DB = {"engine": "postgres", "instanceClass": "db.m7g.large", "allocatedStorage": 100, "username": "app", "manageMasterUserPassword": True, "skipFinalSnapshot": True, "storageType": "gp3"}  # fmt: skip
TABLE = {"hashKey": "k", "attributes": [{"name": "k", "type": "S"}], "billingMode": "PAY_PER_REQUEST"}
INDEX = {"name": "index", "hashKey": "k", "projectionType": "ALL"}
CREATED = {"ownerUid": 1, "ownerGid": 1, "permissions": "0750"}
FILES = {"fileSystemId": "fs-12345678", "posixUser": {"uid": 1, "gid": 1}, "rootDirectory": {"path": "/a", "creationInfo": CREATED}}  # fmt: skip
CACHE = {"description": "d", "engine": "valkey", "nodeType": "cache.r7g.large", "numCacheClusters": 2, "automaticFailoverEnabled": True, "multiAzEnabled": True}  # fmt: skip
FUNCTION = {"role": "arn:aws:iam::123456789012:role/r", "s3Bucket": "code", "s3Key": "k", "handler": "i.h", "runtime": "python3.13"}  # fmt: skip
QUEUE = {"functionName": "f", "eventSourceArn": "arn:aws:sqs:us-west-2:123456789012:q", "batchSize": 10}
FIFO = {**QUEUE, "eventSourceArn": "arn:aws:sqs:us-west-2:123456789012:q.fifo"}
STREAM = {"functionName": "f", "eventSourceArn": "arn:aws:dynamodb:us-west-2:123456789012:table/t/stream/x", "startingPosition": "LATEST"}  # fmt: skip
RULE = {"listenerArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener/app/a/1234567890abcdef/1234567890abcdef", "actions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "200"}}], "conditions": [{"pathPattern": {"values": ["/a"]}}], "priority": 1}  # fmt: skip
SEEN = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}
SAMPLED = {"ruleName": "r", "priority": 1, "version": 1, "reservoirSize": 1, "fixedRate": 1, "urlPath": "*", "host": "*", "httpMethod": "*", "serviceType": "*", "serviceName": "*", "resourceArn": "*"}  # fmt: skip
LINE = {"connectionId": "dxcon-1", "dxGatewayId": "g", "addressFamily": "ipv4", "bgpAsn": 65000, "vlan": 4094}
CANARY = {"name": "shop", "artifactS3Location": "s3://b", "executionRoleArn": "arn:aws:iam::123456789012:role/r", "handler": "index.handler", "runtimeVersion": "syn-nodejs-puppeteer-17.0", "schedule": {"expression": "rate(5 minutes)"}, "zipFile": "code.zip"}  # fmt: skip
ALARM = {"name": "a", "namespace": "AWS/EC2", "metricName": "CPUUtilization", "statistic": "Average", "period": 60, "evaluationPeriods": 3, "threshold": 80, "comparisonOperator": "GreaterThanThreshold"}  # fmt: skip
ROUTER = {"type": "ipsec.1", "ipAddress": "8.8.8.8", "bgpAsn": "1"}
EVICTION = {"family": "valkey8", "parameters": [{"name": "maxmemory-policy", "value": "volatile-lru"}]}
INGRESS = {"securityGroupId": "sg-12345678", "ipProtocol": "tcp", "fromPort": 1, "toPort": 1, "cidrIpv4": "10.0.0.0/8"}
BEHAVIOR = {"targetOriginId": "o", "viewerProtocolPolicy": "https-only", "allowedMethods": ["GET", "HEAD"], "cachedMethods": ["GET", "HEAD"], "cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}  # fmt: skip
SITE = {"enabled": True, "defaultCacheBehavior": BEHAVIOR, "restrictions": {"geoRestriction": {"restrictionType": "none"}}, "viewerCertificate": {"cloudfrontDefaultCertificate": True}}  # fmt: skip


def shielded(region: str) -> list[dict[str, Any]]:
    shield = {"enabled": True, "originShieldRegion": region}
    return [{"domainName": "b.s3.us-west-2.amazonaws.com", "originId": "o", "originShield": shield}]


def prefixes(count: int) -> list[str]:
    return [f"10.{i}.0.0/16" for i in range(count)]


def redrive(receives: int) -> str:
    return f'{{"deadLetterTargetArn": "arn:aws:sqs:us-west-2:123456789012:d", "maxReceiveCount": {receives}}}'


def acl(requests: int) -> dict[str, Any]:
    limited = {"rateBasedStatement": {"limit": requests, "aggregateKeyType": "IP"}}
    rule = {"name": "r", "priority": 1, "action": {"block": {}}, "statement": limited, "visibilityConfig": SEEN}
    return {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": SEEN, "rules": [rule]}


LIMITS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("aws:ecs/taskDefinition:TaskDefinition", {**FARGATE, "cpu": "8192", "memory": "16384"}, "memory", "17408"),
    ("aws:ecs/taskDefinition:TaskDefinition", FARGATE, "memory", "512"),
    ("aws:ecs/taskDefinition:TaskDefinition", {**FARGATE, "runtimePlatform": {"cpuArchitecture": "ARM64"}}, "runtimePlatform", {"cpuArchitecture": "ARM"}),
    ("aws:rds/cluster:Cluster", {**AURORA, "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 256}}, "serverlessv2ScalingConfiguration", {"minCapacity": 0.7, "maxCapacity": 256}),
    ("aws:rds/cluster:Cluster", {**AURORA, "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 256}}, "serverlessv2ScalingConfiguration", {"minCapacity": 0.5, "maxCapacity": 257}),
    ("aws:rds/cluster:Cluster", {**AURORA, "backupRetentionPeriod": 35}, "backupRetentionPeriod", 36),
    ("aws:rds/cluster:Cluster", {**AURORA, "databaseName": "ledger"}, "databaseName", "led-ger"),
    ("aws:rds/cluster:Cluster", {**AURORA, "preferredBackupWindow": "03:00-04:00"}, "preferredBackupWindow", "3-4"),
    ("aws:rds/cluster:Cluster", {**AURORA, "preferredMaintenanceWindow": "sun:05:00-sun:06:00"}, "preferredMaintenanceWindow", "sunday"),
    ("aws:rds/cluster:Cluster", MULTI_AZ, "dbClusterInstanceClass", "db.r7g.large"),
    ("aws:rds/cluster:Cluster", MULTI_AZ, "allocatedStorage", 50),
    ("aws:rds/cluster:Cluster", MULTI_AZ, "iops", 900),
    ("aws:rds/cluster:Cluster", {**MULTI_AZ, "iops": 5000}, "iops", 5001),
    ("aws:rds/instance:Instance", {**DB, "backupRetentionPeriod": 35}, "backupRetentionPeriod", 36),
    ("aws:rds/instance:Instance", {**DB, "dbName": "shop"}, "dbName", "1st"),
    ("aws:rds/instance:Instance", DB, "allocatedStorage", 10),
    ("aws:rds/instance:Instance", DB, "allocatedStorage", 65537),
    ("aws:rds/instance:Instance", {**DB, "maxAllocatedStorage": 110}, "maxAllocatedStorage", 109),
    ("aws:rds/instance:Instance", {**DB, "backupWindow": "03:00-04:00"}, "backupWindow", "3-4"),
    ("aws:rds/instance:Instance", {**DB, "maintenanceWindow": "sun:05:00-sun:06:00"}, "maintenanceWindow", "sun"),
    ("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", {"sourceDbInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:x", "retentionPeriod": 35, "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}, "retentionPeriod", 36),
    ("aws:dynamodb/table:Table", {**TABLE, "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35}}, "pointInTimeRecovery", {"enabled": True, "recoveryPeriodInDays": 36}),
    ("aws:dynamodb/table:Table", {**TABLE, "globalSecondaryIndexes": [INDEX]}, "globalSecondaryIndexes", [{**INDEX, "name": "x"}]),
    ("aws:dynamodb/table:Table", {**TABLE, "globalSecondaryIndexes": [INDEX]}, "globalSecondaryIndexes", [INDEX, {**INDEX, "projectionType": "KEYS_ONLY"}]),
    ("aws:dynamodb/table:Table", {**TABLE, "streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES", "replicas": [{"regionName": "us-east-1"}]}, "replicas", [{"regionName": "us-west-2"}]),
    ("aws:dynamodb/table:Table", {**TABLE, "streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES", "replicas": [{"regionName": "us-east-1"}]}, "streamViewType", "KEYS_ONLY"),
    ("aws:efs/accessPoint:AccessPoint", FILES, "rootDirectory", {"path": "a", "creationInfo": CREATED}),
    ("aws:efs/accessPoint:AccessPoint", FILES, "rootDirectory", {"path": "/a/b/c/d/e", "creationInfo": CREATED}),
    ("aws:efs/accessPoint:AccessPoint", FILES, "rootDirectory", {"path": "/a", "creationInfo": {**CREATED, "permissions": "9999"}}),
    ("aws:efs/fileSystem:FileSystem", {"lifecyclePolicies": [{"transitionToIa": "AFTER_7_DAYS"}]}, "lifecyclePolicies", [{"transitionToIa": "AFTER_8_DAYS"}]),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "numCacheClusters": 6}, "numCacheClusters", 7),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "snapshotRetentionLimit": 35}, "snapshotRetentionLimit", 36),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "snapshotWindow": "03:00-04:00"}, "snapshotWindow", "3-4"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "maintenanceWindow": "sun:05:00-sun:06:00"}, "maintenanceWindow", "sunday"),
    ("aws:globalaccelerator/endpointGroup:EndpointGroup", {"listenerArn": "arn:aws:globalaccelerator::123456789012:accelerator/a/listener/l", "trafficDialPercentage": 100}, "trafficDialPercentage", 101),
    ("aws:globalaccelerator/listener:Listener", {"acceleratorArn": "arn:aws:globalaccelerator::123456789012:accelerator/a", "protocol": "TCP", "portRanges": [{"fromPort": 80, "toPort": 80}]}, "portRanges", [{"fromPort": 70000, "toPort": 70000}]),
    ("aws:wafv2/webAcl:WebAcl", acl(10), "rules", acl(9)["rules"]),
    ("aws:kms/key:Key", {"enableKeyRotation": True, "rotationPeriodInDays": 90}, "rotationPeriodInDays", 89),
    ("aws:kms/key:Key", {"enableKeyRotation": True, "rotationPeriodInDays": 2560}, "rotationPeriodInDays", 2561),
    ("aws:cfg/retentionConfiguration:RetentionConfiguration", {"retentionPeriodInDays": 30}, "retentionPeriodInDays", 29),
    ("aws:cfg/retentionConfiguration:RetentionConfiguration", {"retentionPeriodInDays": 2557}, "retentionPeriodInDays", 2558),
    ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "application", "internal": True, "subnets": ["subnet-1", "subnet-2"], "idleTimeout": 4000}, "idleTimeout", 4001),
    ("aws:lb/listenerRule:ListenerRule", RULE, "priority", 0),
    ("aws:lb/listenerRule:ListenerRule", {**RULE, "priority": 50000}, "priority", 50001),
    ("aws:lambda/function:Function", {**FUNCTION, "memorySize": 128}, "memorySize", 127),
    ("aws:lambda/function:Function", {**FUNCTION, "timeout": 900}, "timeout", 901),
    ("aws:lambda/function:Function", FUNCTION, "layers", [f"arn:aws:lambda:us-west-2:123456789012:layer:l{n}:1" for n in range(6)]),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", QUEUE, "batchSize", 11),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", {**QUEUE, "maximumBatchingWindowInSeconds": 300}, "maximumBatchingWindowInSeconds", 301),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", {**QUEUE, "scalingConfig": {"maximumConcurrency": 2}}, "scalingConfig", {"maximumConcurrency": 1}),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", FIFO, "batchSize", 11),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", FIFO, "maximumBatchingWindowInSeconds", 1),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", STREAM, "batchSize", 0),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", {**STREAM, "parallelizationFactor": 10}, "parallelizationFactor", 11),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", {**STREAM, "maximumRetryAttempts": 10000}, "maximumRetryAttempts", 10001),
    ("aws:directconnect/connection:Connection", {"bandwidth": "10Gbps", "location": "EqDC2"}, "bandwidth", "7Gbps"),
    ("aws:directconnect/transitVirtualInterface:TransitVirtualInterface", LINE, "vlan", 4095),
    ("aws:directconnect/gateway:Gateway", {"amazonSideAsn": "64512"}, "amazonSideAsn", "64511"),
    ("aws:ec2transitgateway/transitGateway:TransitGateway", {"amazonSideAsn": 65534}, "amazonSideAsn", 65535),
    ("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"bucket": "b", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 36500}}}, "rule", {"defaultRetention": {"mode": "GOVERNANCE", "days": 36501}}),
    ("aws:rds/instance:Instance", DB, "instanceClass", "m7g.large"),
    ("aws:rds/instance:Instance", DB, "instanceClass", "db.m7g"),
    ("aws:rds/clusterInstance:ClusterInstance", {"engine": "aurora-postgresql", "clusterIdentifier": "c", "instanceClass": "db.serverless"}, "instanceClass", "r7g.large"),
    ("aws:rds/cluster:Cluster", {**AURORA, "engineVersion": "17.4"}, "engineVersion", "seventeen"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", CACHE, "nodeType", "r7g.large"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", CACHE, "nodeType", "cache.t1.micro"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "engineVersion": "8.1"}, "engineVersion", "newest"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "engine": "redis", "engineVersion": "7.1"}, "engineVersion", "7.2"),
    ("aws:elasticache/parameterGroup:ParameterGroup", EVICTION, "parameters", [{"name": "maxmemory-policy", "value": "lru"}]),
    ("aws:synthetics/canary:Canary", {**CANARY, "successRetentionPeriod": 455}, "successRetentionPeriod", 456),
    ("aws:synthetics/canary:Canary", {**CANARY, "failureRetentionPeriod": 1}, "failureRetentionPeriod", 0),
    ("aws:backup/plan:Plan", {"name": "p", "rules": [{"ruleName": "r", "targetVaultName": "v", "schedule": "cron(0 3 ? * * *)"}]}, "rules", [{"ruleName": "r", "targetVaultName": "v", "schedule": "daily"}]),
    ("aws:backup/vaultLockConfiguration:VaultLockConfiguration", {"backupVaultName": "v", "maxRetentionDays": 36500}, "maxRetentionDays", 36501),
    ("aws:cloudfront/distribution:Distribution", {**SITE, "origins": shielded("us-west-2")}, "origins", shielded("eu-north-1")),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {**ALARM, "datapointsToAlarm": 3}, "datapointsToAlarm", 4),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {**ALARM, "datapointsToAlarm": 1}, "datapointsToAlarm", 0),
    ("aws:directconnect/gatewayAssociation:GatewayAssociation", {"dxGatewayId": "g", "associatedGatewayId": "tgw-12345678", "allowedPrefixes": prefixes(200)}, "allowedPrefixes", prefixes(201)),
    ("aws:ec2/customerGateway:CustomerGateway", {**ROUTER, "bgpAsn": "2147483647"}, "bgpAsn", "2147483648"),
    ("aws:ec2/customerGateway:CustomerGateway", ROUTER, "bgpAsn", "0"),
    ("aws:ec2/customerGateway:CustomerGateway", {"type": "ipsec.1", "ipAddress": "8.8.8.8", "bgpAsnExtended": "4294967295"}, "bgpAsnExtended", "4294967296"),
    ("aws:sqs/queue:Queue", {"visibilityTimeoutSeconds": 43200}, "visibilityTimeoutSeconds", 43201),
    ("aws:sqs/queue:Queue", {"redrivePolicy": redrive(1000)}, "redrivePolicy", redrive(1001)),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {**INGRESS, "toPort": 65535}, "toPort", 65536),
    ("aws:xray/samplingRule:SamplingRule", SAMPLED, "fixedRate", 1.5),
]  # fmt: skip
"""Type, inputs that AWS takes, and an input with a value that it refuses."""
WHAT = [f"{token.rpartition(':')[2]}.{name}={value}"[:80] for token, _, name, value in LIMITS]


def failing(token: str, inputs: dict[str, Any]) -> list[str]:
    """The inputs that are refused, without what follows the first dot or bracket."""
    urn = f"urn:pulumi:dev::shop::{token}::it"
    found = Checker(installed(), "us-west-2").check(token, urn, inputs).failures
    return [f.property.partition(".")[0].partition("[")[0] for f in found]


def test_a_function_on_managed_instances_may_be_larger_than_others() -> None:
    token, large = "aws:lambda/function:Function", {**FUNCTION, "memorySize": 20480}
    assert failing(token, large) == ["memorySize"]
    assert failing(token, {**large, "capacityProviderConfig": UNKNOWN}) == []


@pytest.mark.parametrize(("token", "good", "name", "bad"), LIMITS, ids=WHAT)
def test_a_value_outside_an_aws_limit_is_refused_and_one_within_it_is_not(
    token: str, good: dict[str, Any], name: str, bad: Any
) -> None:
    assert name not in failing(token, good)
    assert name in failing(token, {**good, name: bad})
    assert name not in failing(token, {**good, name: UNKNOWN})
