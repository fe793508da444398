# ruff: noqa: E501 (a table: one case per line)
"""For every refusal of the offline AWS what AWS takes and what it does not: (rule, type, good inputs, changes, what is said).

A change of None leaves an input out; ``...`` makes it unknown, which is never refused.
"""

import base64
import json
from typing import Any

Case = tuple[str, str, dict[str, Any], dict[str, Any], str]
ARN, TWO = "arn:aws:sns:us-west-2:123456789012:topic", ["subnet-a", "subnet-b"]
LB = {"name": "web", "subnets": TWO}
TG = {"name": "web", "port": 80, "protocol": "HTTP", "vpcId": "vpc-1", "targetType": "ip"}
ASG = {"minSize": 2, "maxSize": 4, "vpcZoneIdentifiers": TWO, "launchTemplate": {"id": "lt-1", "version": "1"}}
TASK = {"family": "f", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512", "networkMode": "awsvpc"}
FN = {
    "role": "arn:aws:iam::123456789012:role/r",
    "s3Bucket": "b",
    "s3Key": "k",
    "handler": "h",
    "runtime": "python3.13",
}
AURORA = {"engine": "aurora-postgresql", "masterUsername": "app", "manageMasterUserPassword": True}
DB = {
    "engine": "postgres",
    "instanceClass": "db.t4g.micro",
    "allocatedStorage": 20,
    "username": "app",
    "manageMasterUserPassword": True,
}
TABLE = {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}], "billingMode": "PAY_PER_REQUEST"}
STREAM = {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}
STACK = "64bit Amazon Linux 2023 v4.5.0 running Python 3.13"
CACHE = {
    "description": "d",
    "nodeType": "cache.t4g.micro",
    "automaticFailoverEnabled": True,
    "multiAzEnabled": True,
    "numCacheClusters": 2,
}
ALARM = {
    "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3, "threshold": 1, "metricName": "m", "namespace": "n",
    "period": 60, "statistic": "Sum",
}  # fmt: skip
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
BEHAVIOR = {
    "targetOriginId": "o",
    "cachePolicyId": "c",
    "viewerProtocolPolicy": "https-only",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
}
SITE = {
    "enabled": True, "origins": [{"originId": "o", "domainName": "o.example.com"}], "defaultCacheBehavior": BEHAVIOR,
    "restrictions": {"geoRestriction": {"restrictionType": "none"}}, "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}  # fmt: skip
RECORD = {"zoneId": "Z1", "name": "www.example.com", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
RULE = {
    "listenerArn": "arn:l",
    "priority": 1,
    "actions": [{"type": "forward", "targetGroupArn": "arn:t"}],
    "conditions": [{"pathPattern": {"values": ["/*"]}}],
}
LISTENER = {
    "loadBalancerArn": "arn:lb",
    "port": 443,
    "protocol": "HTTPS",
    "certificateArn": "arn:c",
    "defaultActions": [{"type": "forward", "targetGroupArn": "arn:t"}],
}
ECS = {"launchType": "FARGATE", "networkConfiguration": {"subnets": TWO}}
FIS = {
    "description": "d", "roleArn": "arn:r", "stopConditions": [{"source": "none"}],
    "targets": [{"name": "t", "resourceType": "aws:ec2:instance", "selectionMode": "ALL", "resourceTags": [{"key": "a", "value": "b"}]}],
    "actions": [{"name": "a", "actionId": "aws:ec2:stop-instances", "target": {"key": "Instances", "value": "t"}}],
}  # fmt: skip
BACKUP = {
    "name": "p",
    "rules": [{"ruleName": "r", "targetVaultName": "v", "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 120}}],
}
PORTS = {
    "type": "ingress",
    "protocol": "tcp",
    "fromPort": 1,
    "toPort": 2,
    "cidrBlocks": ["10.0.0.0/8"],
    "securityGroupId": "sg-1",
}
S3RULE = {
    "status": "Enabled",
    "destination": {"bucket": "arn:aws:s3:::b"},
    "filter": {"prefix": ""},
    "deleteMarkerReplication": {"status": "Enabled"},
}


def containers(**changes: Any) -> str:
    """Container definitions with one container."""
    return json.dumps([{"name": "app", "image": "nginx", **changes}])


def two(**more: Any) -> str:
    return json.dumps([{"name": name, "image": "nginx", **more} for name in ("app", "agent")])


def many(count: int) -> str:
    return json.dumps([{"name": f"app{number}", "image": "nginx"} for number in range(count)])


def document(*statements: dict[str, Any], **more: Any) -> str:
    """An IAM policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
ROUTE, NAT, SG = "aws:ec2/route:Route", "aws:ec2/natGateway:NatGateway", "aws:ec2/securityGroup:SecurityGroup"
INGRESS, ENDPOINT = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/vpcEndpoint:VpcEndpoint"
LOAD_BALANCER, TARGETS = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"
TEMPLATE, GROUP = "aws:ec2/launchTemplate:LaunchTemplate", "aws:autoscaling/group:Group"
TASKS, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
FUNCTION, CLUSTER, INSTANCE = "aws:lambda/function:Function", "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
DYNAMO, REDIS = "aws:dynamodb/table:Table", "aws:elasticache/replicationGroup:ReplicationGroup"
QUEUE, TOPIC, BUCKET = "aws:sqs/queue:Queue", "aws:sns/topic:Topic", "aws:s3/bucket:Bucket"
METRIC, DISTRIBUTION = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudfront/distribution:Distribution"
MAIL = {"topic": ARN, "protocol": "email", "endpoint": "a@example.com"}

CASES: list[Case] = [
    ("region_exists", VPC, {"cidrBlock": "10.0.0.0/16", "region": "eu-west-1"}, {"region": "eu-west-9"}, "invalid AWS Region: eu-west-9"),
    ("zones_are_of_the_region", SUBNET, {"vpcId": "v", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2a"}, {"availabilityZone": "us-west-2e"}, "us-west-2a, us-west-2b"),
    ("tags_are_legal", VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}}, {"tags": {"aws:x": "b"}}, "reserved for AWS"),
    ("blocks_are_legal", VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/8"}, "between a /16 and a /28"),
    ("blocks_are_legal", SUBNET, {"vpcId": "v", "cidrBlock": "10.0.0.0/24"}, {"cidrBlock": "10.0.0.1/24"}, "not a valid CIDR block"),
    ("subnet_has_addresses", SUBNET, {"vpcId": "v", "cidrBlock": "10.0.0.0/24"}, {"cidrBlock": None}, "MissingParameter"),
    ("vpc_has_one_source_of_addresses", VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": None}, "MissingParameter"),
    ("nat_gateway_is_zonal_or_regional", NAT, {"subnetId": "s", "allocationId": "e"}, {"availabilityMode": "regional", "vpcId": "v"}, "cannot be given for a regional"),
    ("nat_gateway_is_zonal_or_regional", NAT, {"availabilityMode": "regional", "vpcId": "v"}, {"vpcId": None}, "needs vpcId"),
    ("route_has_one_destination_and_one_target", ROUTE, {"routeTableId": "r", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "i"}, {"natGatewayId": "n"}, "exactly one target"),
    ("association_is_with_a_subnet_or_a_gateway", "aws:ec2/routeTableAssociation:RouteTableAssociation", {"routeTableId": "r", "subnetId": "s"}, {"subnetId": None}, "exactly one of"),
    ("inline_rules_have_legal_ports", SG, {"ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 90}]}, {"ingress": [{"protocol": "tcp", "fromPort": 90, "toPort": 80}]}, "Invalid TCP/UDP port range (90 is larger than 80)"),
    ("rules_have_legal_ports_and_a_source", "aws:ec2/securityGroupRule:SecurityGroupRule", PORTS, {"toPort": 70000}, "between 0 and 65535"),
    ("rule_has_one_other_side", INGRESS, {"securityGroupId": "sg", "ipProtocol": "tcp", "fromPort": 1, "toPort": 1, "cidrIpv4": "10.0.0.0/8"}, {"referencedSecurityGroupId": "sg-2"}, "exactly one of"),
    ("rule_has_one_other_side", INGRESS, {"securityGroupId": "sg", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"}, {"fromPort": 80, "toPort": 80}, "must both be 0"),
    ("group_name_and_description_are_legal", SG, {"name": "web"}, {"name": "sg-web"}, "sg-*"),
    ("acl_entries_are_legal", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "ingress": [{"ruleNo": 1, "action": "allow", "protocol": "tcp", "fromPort": 1, "toPort": 2}]}, {"ingress": [{"ruleNo": 40000, "action": "allow", "protocol": "tcp", "fromPort": 1, "toPort": 2}]}, "between 1 and 32766"),
    ("acl_rule_is_legal", "aws:ec2/networkAclRule:NetworkAclRule", {"networkAclId": "a", "ruleNumber": 1, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "10.0.0.0/8"}, {"ruleAction": "permit"}, "must be one of allow, deny"),
    ("endpoint_fits_its_type", ENDPOINT, {"vpcId": "v", "serviceName": "com.amazonaws.us-west-2.s3"}, {"subnetIds": TWO}, "cannot be given for gateway"),
    ("endpoint_fits_its_type", ENDPOINT, {"vpcId": "v", "serviceName": "com.amazonaws.us-west-2.ecr.api", "vpcEndpointType": "Interface"}, {"serviceName": "com.amazonaws.us-east-1.ecr.api"}, "does not exist in us-west-2"),
    ("flow_log_has_one_source_and_a_role", "aws:ec2/flowLog:FlowLog", {"vpcId": "v", "trafficType": "ALL", "iamRoleArn": "arn:r", "logDestination": "arn:l"}, {"iamRoleArn": None}, "DeliverLogsPermissionArn"),
    ("names_are_legal", LOAD_BALANCER, LB, {"name": "web_1"}, "letters, digits and hyphens"),
    ("names_are_legal", TARGETS, TG, {"name": "x" * 33}, "at most 32"),
    ("balancer_spans_two_zones", LOAD_BALANCER, LB, {"subnets": ["subnet-a"]}, "two different Availability Zones"),
    ("balancer_subnets_are_of_one_vpc", LOAD_BALANCER, LB, {"subnets": ["subnet-a", "subnet-a"]}, "given twice"),
    ("balancer_settings_fit_its_type", LOAD_BALANCER, LB, {"idleTimeout": 5000}, "between 1 and 4000"),
    ("target_group_fits_its_type", TARGETS, TG, {"slowStart": 10}, "0 or between 30 and 900"),
    ("target_group_fits_its_type", TARGETS, TG, {"loadBalancingAnomalyMitigation": "on"}, "weighted_random"),
    ("health_check_is_legal", TARGETS, {**TG, "healthCheck": {"interval": 10, "timeout": 5}}, {"healthCheck": {"interval": 5, "timeout": 5}}, "smaller than the interval"),
    ("health_check_is_legal", TARGETS, {**TG, "healthCheck": {"path": "/health"}}, {"healthCheck": {"path": "health"}}, "must begin with a '/'"),
    ("listener_has_what_its_protocol_needs", "aws:lb/listener:Listener", LISTENER, {"certificateArn": None}, "certificate must be specified"),
    ("default_actions_are_complete", "aws:lb/listener:Listener", LISTENER, {"defaultActions": [{"type": "redirect"}]}, "a redirect action needs"),
    ("rule_is_legal", "aws:lb/listenerRule:ListenerRule", RULE, {"priority": 60000}, "between 1 and 50000"),
    ("template_is_legal", TEMPLATE, {"name": "web", "imageId": "resolve:ssm:/aws/service/x", "userData": base64.b64encode(b"x").decode()}, {"userData": "#!/bin/sh"}, "Invalid BASE64"),
    ("template_is_legal", TEMPLATE, {"userData": base64.b64encode(b"x" * 16384).decode()}, {"userData": base64.b64encode(b"x" * 16385).decode()}, "limited to 16384 bytes"),
    ("metadata_options_are_legal", TEMPLATE, {"metadataOptions": {"httpTokens": "required"}}, {"metadataOptions": {"httpPutResponseHopLimit": 99}}, "between 1 and 64"),
    ("volumes_are_legal", "aws:ebs/volume:Volume", {"availabilityZone": "us-west-2a", "size": 8, "type": "gp3"}, {"throughput": 2500}, "between 125 and 2000"),
    ("volumes_are_legal", "aws:ebs/volume:Volume", {"availabilityZone": "us-west-2a", "size": 100, "type": "io2", "iops": 3000}, {"iops": None}, "must contain the parameter iops"),
    ("group_sizes_agree", GROUP, ASG, {"minSize": 5}, "greater than or equal to min bound"),
    ("group_with_a_warm_pool_has_one_type", GROUP, {**ASG, "warmPool": {"minSize": 1}}, {"launchTemplate": None, "mixedInstancesPolicy": {"launchTemplate": {"launchTemplateSpecification": {"launchTemplateId": "lt", "version": "1"}}}}, "has a mixed instances policy"),
    ("group_has_one_template_and_a_place", GROUP, ASG, {"launchTemplate": None}, "exactly one of"),
    ("group_settings_are_legal", GROUP, {**ASG, "maxInstanceLifetime": 86400}, {"maxInstanceLifetime": 3600}, "86400"),
    ("group_settings_are_legal", GROUP, {**ASG, "instanceRefresh": {"strategy": "Rolling", "preferences": {"autoRollback": True}}}, {"launchTemplate": {"id": "lt-1", "version": "$Latest"}}, "numbered version"),
    ("scaling_policy_is_complete", "aws:autoscaling/policy:Policy", {"autoscalingGroupName": "g", "policyType": "TargetTrackingScaling", "targetTrackingConfiguration": {"targetValue": 50}}, {"targetTrackingConfiguration": None}, "is needed for TargetTrackingScaling"),
    ("lifecycle_hook_is_legal", "aws:autoscaling/lifecycleHook:LifecycleHook", {"autoscalingGroupName": "g", "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "heartbeatTimeout": 60}, {"heartbeatTimeout": 10}, "between 30 and 7200"),
    ("scalable_target_is_legal", "aws:appautoscaling/target:Target", {"minCapacity": 1, "maxCapacity": 2, "resourceId": "service/c/s", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}, {"minCapacity": 3}, "cannot be less"),
    ("environment_is_legal", "aws:elasticbeanstalk/environment:Environment", {"application": "a", "name": "shop", "solutionStackName": STACK}, {"name": "abc"}, "4 to 40"),
    ("fargate_size_exists", TASKS, {**TASK, "containerDefinitions": containers()}, {"memory": "4096"}, "No Fargate configuration exists"),
    ("containers_are_legal", TASKS, {**TASK, "containerDefinitions": containers()}, {"containerDefinitions": containers(essential=False)}, "at least one essential"),
    ("containers_are_legal", TASKS, {**TASK, "containerDefinitions": containers()}, {"containerDefinitions": containers(portMappings=[{"containerPort": 80, "hostPort": 81}])}, "must match"),
    ("containers_fit_their_task", TASKS, {**TASK, "containerDefinitions": containers(memory=512)}, {"containerDefinitions": containers(memory=513)}, "is greater than for the task"),
    ("containers_fit_their_task", TASKS, {**TASK, "containerDefinitions": containers(cpu=256)}, {"containerDefinitions": two(cpu=129)}, "Total cpu of the containers is greater than for the task (258 > 256)"),
    ("containers_fit_their_task", TASKS, {**TASK, "containerDefinitions": two(memory=400, memoryReservation=256)}, {"containerDefinitions": two(memory=400, memoryReservation=257)}, "Total memory"),
    ("containers_fit_their_task", TASKS, {**TASK, "containerDefinitions": containers(command=["x" * 65000])}, {"containerDefinitions": containers(command=["x" * 65536])}, "larger than 64 KB"),
    ("containers_fit_their_task", TASKS, {**TASK, "containerDefinitions": many(10)}, {"containerDefinitions": many(11)}, "at most 10"),
    ("restarts_are_within_limits", TASKS, {**TASK, "containerDefinitions": containers(restartPolicy={"enabled": True, "restartAttemptPeriod": 60})}, {"containerDefinitions": containers(restartPolicy={"enabled": True, "restartAttemptPeriod": 59})}, "between 60 and 1800"),
    ("restarts_are_within_limits", TASKS, {**TASK, "containerDefinitions": containers(restartPolicy={"enabled": True})}, {"containerDefinitions": containers(restartPolicy={})}, "should not be null"),
    ("restarts_are_within_limits", TASKS, {**TASK, "containerDefinitions": containers(restartPolicy={"enabled": True, "ignoredExitCodes": [0] * 50})}, {"containerDefinitions": containers(restartPolicy={"enabled": True, "ignoredExitCodes": [0] * 51})}, "at most 50"),
    ("service_strategy_is_one", SERVICE, ECS, {"capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}]}, "both a launch type and capacity provider"),
    ("deployment_can_proceed", SERVICE, {**ECS, "deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 200}, {"deploymentMaximumPercent": 100}, "block deployments"),
    ("fargate_service_has_a_network", SERVICE, ECS, {"networkConfiguration": None}, "Network Configuration must be provided"),
    ("repository_name_is_legal", "aws:ecr/repository:Repository", {"name": "shop/web"}, {"name": "Shop"}, "lower-case"),
    ("cluster_spans_two_zones", "aws:eks/cluster:Cluster", {"roleArn": "arn:r", "vpcConfig": {"subnetIds": TWO}}, {"vpcConfig": {"subnetIds": ["subnet-a"]}}, "at least two different AZs"),
    ("auto_mode_flags_agree", "aws:eks/cluster:Cluster", {"roleArn": "arn:r", "vpcConfig": {"subnetIds": TWO}}, {"computeConfig": {"enabled": True}}, "must be the same"),
    ("node_group_sizes_agree", "aws:eks/nodeGroup:NodeGroup", {"clusterName": "c", "nodeRoleArn": "arn:r", "subnetIds": TWO, "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 2}}, {"scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 3}}, "must be between minSize"),
    ("function_limits_hold", FUNCTION, {**FN, "memorySize": 10240, "timeout": 900}, {"memorySize": 64}, "between 128 and 10240"),
    ("function_limits_hold", FUNCTION, FN, {"timeout": 901}, "between 1 and 900"),
    ("function_has_code", FUNCTION, FN, {"handler": None}, "handler must be set"),
    ("function_settings_agree", FUNCTION, {**FN, "environment": {"variables": {"AA": "b"}}}, {"environment": {"variables": {"AWS_REGION": "x"}}}, "reserved by Lambda"),
    ("alias_is_legal", "aws:lambda/alias:Alias", {"functionName": "f", "functionVersion": "1", "name": "live"}, {"name": "1"}, "not a number"),
    ("provisioned_concurrency_has_a_version", "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {"functionName": "f", "qualifier": "live", "provisionedConcurrentExecutions": 1}, {"qualifier": "$LATEST"}, "unpublished"),
    ("event_source_is_legal", "aws:lambda/eventSourceMapping:EventSourceMapping", {"functionName": "f", "eventSourceArn": "arn:aws:sqs:us-west-2:1:q", "batchSize": 10}, {"batchSize": 100}, "over 10 needs"),
    ("permission_names_who", "aws:lambda/permission:Permission", {"function": "f", "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com"}, {"action": "invoke"}, "must be lambda:"),
    ("state_machine_is_legal", "aws:sfn/stateMachine:StateMachine", {"roleArn": "arn:r", "definition": json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})}, {"definition": json.dumps({"StartAt": "b", "States": {"a": {"Type": "Succeed"}}})}, "MISSING_TRANSITION_TARGET"),
    ("stage_name_is_legal", "aws:apigateway/stage:Stage", {"restApi": "a", "deployment": "d", "stageName": "live"}, {"stageName": "li ve"}, "stage name"),
    ("domain_name_has_its_certificate", "aws:apigateway/domainName:DomainName", {"domainName": "a.example.com", "regionalCertificateArn": "arn:aws:acm:us-west-2:1:certificate/x", "endpointConfiguration": {"types": "REGIONAL"}}, {"regionalCertificateArn": "arn:aws:acm:us-east-1:1:certificate/x"}, "must be in us-west-2"),
    ("api_is_legal", "aws:apigatewayv2/api:Api", {"protocolType": "HTTP"}, {"protocolType": "REST"}, "must be one of HTTP"),
    ("subnet_group_covers_two_zones", "aws:rds/subnetGroup:SubnetGroup", {"subnetIds": TWO}, {"subnetIds": ["subnet-a"]}, "DBSubnetGroupDoesNotCoverEnoughAZs"),
    ("backups_and_windows_are_legal", CLUSTER, {**AURORA, "preferredBackupWindow": "03:00-04:00", "preferredMaintenanceWindow": "sun:05:00-sun:06:00"}, {"preferredMaintenanceWindow": "sun:03:30-sun:04:30"}, "must not overlap"),
    ("backups_and_windows_are_legal", INSTANCE, DB, {"backupRetentionPeriod": 36}, "between 0 and 35"),
    ("one_way_to_the_password", CLUSTER, AURORA, {"masterPassword": "longenough"}, "You can't specify"),
    ("one_way_to_the_password", CLUSTER, {**AURORA, "globalClusterIdentifier": "g", "manageMasterUserPassword": None}, {"manageMasterUserPassword": True}, "global database"),
    ("a_primary_has_a_user", INSTANCE, DB, {"username": "admin"}, "reserved word"),
    ("cluster_is_legal", CLUSTER, {**AURORA, "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 4}}, {"serverlessv2ScalingConfiguration": {"minCapacity": 8, "maxCapacity": 4}}, "above maximum capacity"),
    ("member_is_legal", "aws:rds/clusterInstance:ClusterInstance", {"clusterIdentifier": "c", "engine": "aurora-postgresql", "instanceClass": "db.r6g.large"}, {"promotionTier": 16}, "between 0 and 15"),
    ("instance_is_legal", INSTANCE, {**DB, "multiAz": True}, {"availabilityZone": "us-west-2a"}, "not valid for Multi-AZ"),
    ("proxy_is_legal", "aws:rds/proxy:Proxy", {"name": "p", "engineFamily": "POSTGRESQL", "roleArn": "arn:r", "vpcSubnetIds": TWO, "auths": [{"secretArn": "arn:s"}]}, {"vpcSubnetIds": ["subnet-a"]}, "at least two Availability Zones"),
    ("table_keys_are_declared", DYNAMO, TABLE, {"attributes": [{"name": "id", "type": "S"}, {"name": "x", "type": "S"}]}, "Unused attributes: x"),
    ("table_capacity_fits_its_billing", DYNAMO, TABLE, {"billingMode": "PROVISIONED"}, "readCapacity must be given"),
    ("replicas_are_legal", DYNAMO, {**TABLE, **STREAM, "replicas": [{"regionName": "us-east-1", "consistencyMode": "STRONG"}, {"regionName": "us-east-2", "consistencyMode": "STRONG"}]}, {"replicas": [{"regionName": "us-east-1", "consistencyMode": "STRONG"}]}, "exactly three Regions"),
    ("cache_subnet_group_is_legal", "aws:elasticache/subnetGroup:SubnetGroup", {"subnetIds": TWO}, {"subnetIds": []}, "at least one subnet"),
    ("multi_az_cache_fails_over", REDIS, CACHE, {"automaticFailoverEnabled": False}, "Must enable automatic failover"),
    ("multi_az_cache_fails_over", REDIS, CACHE, {"numCacheClusters": 1}, "2 or more"),
    ("cache_is_legal", REDIS, CACHE, {"authToken": "x" * 20}, "needs transitEncryptionEnabled"),
    ("serverless_cache_is_legal", "aws:elasticache/serverlessCache:ServerlessCache", {"engine": "valkey", "subnetIds": TWO}, {"subnetIds": ["subnet-a"]}, "takes 2 or 3"),
    ("bucket_name_is_legal", BUCKET, {"bucket": "my-bucket"}, {"bucket": "My_Bucket"}, "InvalidBucketName"),
    ("bucket_name_is_legal", BUCKET, {"bucket": "my-bucket"}, {"bucket": "192.168.5.4"}, "IP address"),
    ("versioning_status_exists", "aws:s3/bucketVersioning:BucketVersioning", {"bucket": "b", "versioningConfiguration": {"status": "Enabled"}}, {"versioningConfiguration": {"status": "On"}}, "must be one of Enabled"),
    ("replication_is_legal", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", {"bucket": "b", "role": "arn:r", "rules": [S3RULE]}, {"rules": [{**S3RULE, "destination": {"bucket": "arn:aws:s3:::b", "replicationTime": {"status": "Enabled", "time": {"minutes": 15}}}}]}, "needs metrics"),
    ("lifecycle_is_legal", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}]}]}, {"rules": [{"id": "a", "status": "Enabled", "transitions": [{"days": 7, "storageClass": "STANDARD_IA"}]}]}, "greater than or equal to 30"),
    ("access_point_is_legal", "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint", {"details": {"name": "media", "regions": [{"bucket": "b"}]}}, {"details": {"name": "Media", "regions": [{"bucket": "b"}]}}, "lower-case"),
    ("file_system_is_legal", "aws:efs/fileSystem:FileSystem", {"throughputMode": "elastic", "encrypted": True, "kmsKeyId": "arn:k"}, {"encrypted": None}, "unless the file system is encrypted"),
    ("backup_plan_is_legal", "aws:backup/plan:Plan", BACKUP, {"rules": [{"ruleName": "r", "targetVaultName": "v", "lifecycle": {"coldStorageAfter": 60, "deleteAfter": 120}}]}, "less than 90 days apart"),
    ("vault_name_is_legal", "aws:backup/vault:Vault", {"name": "vault"}, {"name": "v"}, "2 to 50"),
    ("vault_lock_is_legal", "aws:backup/vaultLockConfiguration:VaultLockConfiguration", {"backupVaultName": "v", "changeableForDays": 3}, {"changeableForDays": 1}, "at least 3 days"),
    ("backup_selection_is_legal", "aws:backup/selection:Selection", {"name": "s", "planId": "p", "iamRoleArn": "arn:r", "resources": ["*"]}, {"resources": None}, "must be given"),
    ("encryption_is_legal", "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"}}]}, {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256", "kmsMasterKeyId": "k"}}]}, "cannot be given with AES256"),
    ("object_lock_is_legal", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {"bucket": "b", "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}}, {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1, "years": 1}}}, "only one of them"),
    ("queue_limits_hold", QUEUE, {"name": "q", "visibilityTimeoutSeconds": 30}, {"visibilityTimeoutSeconds": 50000}, "between 0 and 43200"),
    ("queue_limits_hold", QUEUE, {"name": "q.fifo", "fifoQueue": True}, {"name": "q"}, "must end with .fifo"),
    ("redrive_policy_is_legal", QUEUE, {"redrivePolicy": json.dumps({"maxReceiveCount": 5, "deadLetterTargetArn": "arn:aws:sqs:us-west-2:1:d"})}, {"redrivePolicy": json.dumps({"maxReceiveCount": "5", "deadLetterTargetArn": "arn:aws:sqs:us-west-2:1:d"})}, "must be a number"),
    ("topic_name_is_legal", TOPIC, {"name": "t.fifo", "fifoTopic": True}, {"name": "t"}, "ending with .fifo"),
    ("subscription_is_legal", "aws:sns/topicSubscription:TopicSubscription", {"topic": ARN, "protocol": "email", "endpoint": "a@example.com"}, {"endpoint": "nobody"}, "Email address"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicyScope": "Body"}, "MessageBody"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": None}, "filter_policy is required"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": "status"}, "failed to parse JSON"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": '["FAILED"]'}, "must be an object"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": '{"status": "FAILED"}'}, "must be an object or an array"),
    ("subscription_filter_is_legal", "aws:sns/topicSubscription:TopicSubscription", {**MAIL, "filterPolicy": '{"status": ["FAILED"]}', "filterPolicyScope": "MessageBody"}, {"filterPolicy": json.dumps({str(key): ["x"] for key in range(6)})}, "more than 5 keys"),
    ("event_rule_is_legal", "aws:cloudwatch/eventRule:EventRule", {"scheduleExpression": "rate(5 minutes)"}, {"scheduleExpression": "rate(1 minutes)"}, "is not valid"),
    ("schedule_is_legal", "aws:scheduler/schedule:Schedule", {"scheduleExpression": "cron(0 3 * * ? *)", "flexibleTimeWindow": {"mode": "OFF"}, "target": {"arn": "arn:t", "roleArn": "arn:r"}}, {"scheduleExpression": "cron(0 3 * * *)"}, "six fields"),
    ("event_target_is_legal", "aws:cloudwatch/eventTarget:EventTarget", {"rule": "r", "arn": "arn:t", "input": "{}"}, {"inputPath": "$.x"}, "only one of them"),
    ("event_bus_name_is_legal", "aws:cloudwatch/eventBus:EventBus", {"name": "orders"}, {"name": "default"}, "not 'default'"),
    ("stream_is_legal", "aws:kinesis/stream:Stream", {"streamModeDetails": {"streamMode": "ON_DEMAND"}}, {"shardCount": 1}, "cannot be given for ON_DEMAND"),
    ("policy_is_legal", "aws:iam/policy:Policy", {"policy": document(ALLOW)}, {"policy": document({**ALLOW, "Effect": "allow"})}, "Effect must be Allow or Deny"),
    ("policy_is_legal", "aws:iam/policy:Policy", {"policy": document(ALLOW)}, {"policy": document(*({**ALLOW, "Resource": f"arn:aws:s3:::{'x' * 50}{i}"} for i in range(60)))}, "Maximum policy size of 6144"),
    ("iam_names_are_legal", "aws:iam/role:Role", {"name": "r", "assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})}, {"name": "r" * 65}, "1 to 64"),
    ("role_settings_are_legal", "aws:iam/role:Role", {"assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}), "maxSessionDuration": 3600}, {"maxSessionDuration": 60}, "between 3600 and 43200"),
    ("attached_policy_is_an_arn", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "r", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"policyArn": "ReadOnlyAccess"}, "is not valid"),
    ("key_is_legal", "aws:kms/key:Key", {"deletionWindowInDays": 7}, {"deletionWindowInDays": 5}, "between 7 and 30"),
    ("alias_name_is_legal", "aws:kms/alias:Alias", {"name": "alias/data", "targetKeyId": "k"}, {"name": "alias/aws/s3"}, "reserved for AWS managed keys"),
    ("certificate_is_legal", "aws:acm/certificate:Certificate", {"domainName": "example.com", "validationMethod": "DNS"}, {"domainName": "example"}, "is not valid"),
    ("secret_is_legal", "aws:secretsmanager/secret:Secret", {"recoveryWindowInDays": 0}, {"recoveryWindowInDays": 3}, "0 or between 7 and 30"),
    ("secret_version_has_one_value", "aws:secretsmanager/secretVersion:SecretVersion", {"secretId": "s", "secretString": "x"}, {"secretStringWo": "y", "secretStringWoVersion": 1}, "only one of them"),
    ("rotation_is_legal", "aws:secretsmanager/secretRotation:SecretRotation", {"secretId": "s", "rotationRules": {"automaticallyAfterDays": 30}}, {"rotationRules": {"automaticallyAfterDays": 0}}, "between 1 and 1000"),
    ("parameter_is_legal", "aws:ssm/parameter:Parameter", {"name": "/shop/x", "type": "String", "value": "1"}, {"name": "/aws/x"}, "not beginning with aws"),
    ("user_pool_is_legal", "aws:cognito/userPool:UserPool", {"passwordPolicy": {"minimumLength": 12}}, {"passwordPolicy": {"minimumLength": 5}}, "between 6 and 99"),
    ("distribution_origins_exist", DISTRIBUTION, SITE, {"defaultCacheBehavior": {**BEHAVIOR, "targetOriginId": "x"}}, "NoSuchOrigin"),
    ("distribution_certificate_is_in_us_east_1", DISTRIBUTION, {**SITE, "viewerCertificate": {"acmCertificateArn": "arn:aws:acm:us-east-1:1:certificate/x", "sslSupportMethod": "sni-only"}}, {"viewerCertificate": {"acmCertificateArn": "arn:aws:acm:us-west-2:1:certificate/x", "sslSupportMethod": "sni-only"}}, "must be in us-east-1"),
    ("distribution_settings_are_legal", DISTRIBUTION, SITE, {"priceClass": "PriceClass_1"}, "must be one of PriceClass_100"),
    ("web_acl_scope_is_in_its_region", "aws:wafv2/ipSet:IpSet", {"scope": "REGIONAL", "ipAddressVersion": "IPV4"}, {"scope": "CLOUDFRONT"}, "only in us-east-1"),
    ("web_acl_rules_are_distinct", "aws:wafv2/webAcl:WebAcl", {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}}, {"rules": [{"name": n, "priority": 1, "action": {"block": {}}, "statement": {"geoMatchStatement": {"countryCodes": ["US"]}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}} for n in "ab"]}, "priority 1 is also"),
    ("web_acl_goes_on_what_waf_protects", "aws:wafv2/webAclAssociation:WebAclAssociation", {"webAclArn": "arn:w", "resourceArn": "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/x/1"}, {"resourceArn": "arn:aws:cloudfront::1:distribution/E1"}, "by webAclId"),
    ("record_has_one_answer_and_one_policy", "aws:route53/record:Record", RECORD, {"latencyRoutingPolicies": [{"region": "us-west-2"}]}, "setIdentifier must be given"),
    ("primary_is_checked", "aws:route53/record:Record", {**RECORD, "setIdentifier": "a", "failoverRoutingPolicies": [{"type": "PRIMARY"}], "healthCheckId": "h"}, {"healthCheckId": None}, "non-alias primary ResourceRecordSet must have"),
    ("health_check_is_legal", "aws:route53/healthCheck:HealthCheck", {"type": "HTTPS", "fqdn": "example.com", "requestInterval": 10}, {"requestInterval": 15}, "must be one of 10, 30"),
    ("accelerator_is_legal", "aws:globalaccelerator/accelerator:Accelerator", {"name": "shop"}, {"name": "-shop"}, "none at the ends"),
    ("endpoint_group_is_legal", "aws:globalaccelerator/endpointGroup:EndpointGroup", {"listenerArn": "arn:l", "healthCheckIntervalSeconds": 10}, {"trafficDialPercentage": 120}, "between 0 and 100"),
    ("accelerator_listener_is_legal", "aws:globalaccelerator/listener:Listener", {"acceleratorArn": "arn:a", "protocol": "TCP", "portRanges": [{"fromPort": 443, "toPort": 443}]}, {"portRanges": [{"fromPort": 444, "toPort": 443}]}, "444 is above 443"),
    ("alarm_is_legal", METRIC, ALARM, {"period": 45}, "multiple of 60"),
    ("alarm_is_legal", METRIC, ALARM, {"evaluationPeriods": 2000}, "across more than 1 day"),
    ("alarm_has_one_source", METRIC, ALARM, {"extendedStatistic": "p99"}, "exactly one of statistic"),
    ("alarm_actions_are_arns", METRIC, {**ALARM, "alarmActions": [ARN]}, {"alarmActions": ["arn:aws:sns:us-east-1:1:t"]}, "Invalid region us-east-1"),
    ("composite_rule_is_legal", "aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "a", "alarmRule": "ALARM(x) OR ALARM(y)"}, {"alarmRule": "x OR y"}, "invalid syntax"),
    ("log_group_is_legal", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}, {"retentionInDays": 31}, "must be one of"),
    ("dashboard_is_legal", "aws:cloudwatch/dashboard:Dashboard", {"dashboardName": "d", "dashboardBody": json.dumps({"widgets": [{"type": "text", "width": 24}]})}, {"dashboardBody": json.dumps({"widgets": [{"type": "text", "width": 25}]})}, "wider than the 24 columns"),
    ("canary_is_legal", "aws:synthetics/canary:Canary", {"name": "shop", "artifactS3Location": "s3://b", "executionRoleArn": "arn:r", "handler": "h", "runtimeVersion": "syn-nodejs-puppeteer-17.0", "s3Bucket": "b", "s3Key": "k", "schedule": {"expression": "rate(5 minutes)"}}, {"name": "Shop"}, "lower-case"),
    ("sampling_rule_is_legal", "aws:xray/samplingRule:SamplingRule", {"fixedRate": 0.1, "host": "*", "httpMethod": "*", "priority": 1, "reservoirSize": 1, "resourceArn": "*", "serviceName": "*", "serviceType": "*", "urlPath": "*", "version": 1}, {"fixedRate": 2}, "between 0 and 1"),
    ("experiment_is_legal", "aws:fis/experimentTemplate:ExperimentTemplate", FIS, {"actions": [{"name": "a", "actionId": "aws:ec2:stop-instances", "target": {"key": "Instances", "value": "x"}}]}, "which is not there"),
    ("connection_is_legal", "aws:directconnect/connection:Connection", {"bandwidth": "10Gbps", "location": "EqDC2"}, {"bandwidth": "3Gbps"}, "must be one of"),
    ("gateway_number_is_private", "aws:directconnect/gateway:Gateway", {"amazonSideAsn": "64512"}, {"amazonSideAsn": "1"}, "64512-65534"),
    ("virtual_interface_is_legal", "aws:directconnect/transitVirtualInterface:TransitVirtualInterface", {"addressFamily": "ipv4", "bgpAsn": 65000, "connectionId": "c", "dxGatewayId": "d", "vlan": 100}, {"vlan": 5000}, "between 1 and 4094"),
    ("vpn_connection_has_one_gateway", "aws:ec2/vpnConnection:VpnConnection", {"customerGatewayId": "c", "type": "ipsec.1", "transitGatewayId": "t"}, {"vpnGatewayId": "v"}, "only one of them"),
    ("transit_gateway_is_legal", "aws:ec2transitgateway/transitGateway:TransitGateway", {"vpnEcmpSupport": "enable"}, {"vpnEcmpSupport": "on"}, "must be one of enable"),
]  # fmt: skip
"""One line a case: it reads as a table."""
