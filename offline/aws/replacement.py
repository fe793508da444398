# ruff: noqa: E501 (a table: one type per line)
"""Changes that replace a resource.

`IDENTITY` lists, by type, the inputs whose change replaces the resource, because the service's Modify or Update
operation does not accept them (API reference). A type that is not listed is replaced when its name, zone, CIDR block
or, for data stores, encryption key changes, and when an input changes whose documentation says that a change replaces
the resource."""

from collections.abc import Mapping
from typing import Any

from offline.aws.fields import Resource

_ALWAYS = frozenset({"region"})
_USUAL = frozenset(
    {"name", "namePrefix", "availabilityZone", "availabilityZoneId", "cidrBlock", "vpcId", "engine", "identifier", "identifierPrefix",
     "clusterIdentifier", "clusterIdentifierPrefix", "clusterName", "domainName", "bucket", "bucketPrefix", "snapshotIdentifier"}
)  # fmt: skip
_STORES = frozenset(
    {"docdb", "neptune", "fsx", "memorydb", "ebs", "dax", "keyspaces", "redshift", "workspaces", "backup", "dms"}
)
_KEYS = frozenset({"kmsKeyId", "kmsKeyArn", "encrypted", "storageEncrypted", "kmsKeyIdentifier"})

_RULE = "cidrBlock egress fromPort icmpCode icmpType ipv6CidrBlock networkAclId protocol ruleAction ruleNumber toPort"
_RENAMED = "kmsKeyArn name"

IDENTITY: Mapping[str, frozenset[str]] = {
    token: frozenset(names.split())
    for token, names in {
        "aws:acm/certificate:Certificate": "domainName subjectAlternativeNames validationMethod keyAlgorithm certificateAuthorityArn",
        "aws:acm/certificateValidation:CertificateValidation": "certificateArn validationRecordFqdns",
        "aws:apigateway/deployment:Deployment": "triggers restApi variables",
        "aws:apigateway/domainName:DomainName": "domainName domainNameId",
        "aws:apigateway/integration:Integration": "restApi resourceId httpMethod integrationHttpMethod type",
        "aws:apigateway/method:Method": "restApi resourceId httpMethod",
        "aws:apigateway/resource:Resource": "restApi",
        "aws:apigateway/restApi:RestApi": "",
        "aws:apigateway/stage:Stage": "restApi stageName",
        "aws:apigatewayv2/api:Api": "protocolType",
        "aws:apigatewayv2/authorizer:Authorizer": "apiId",
        "aws:apigatewayv2/deployment:Deployment": "apiId triggers",
        "aws:apigatewayv2/domainName:DomainName": "domainName",
        "aws:apigatewayv2/integration:Integration": "apiId connectionType integrationSubtype integrationType",
        "aws:apigatewayv2/route:Route": "apiId",
        "aws:apigatewayv2/stage:Stage": "apiId name",
        "aws:apigatewayv2/vpcLink:VpcLink": "securityGroupIds subnetIds",
        "aws:appautoscaling/policy:Policy": "name resourceId scalableDimension serviceNamespace",
        "aws:appautoscaling/scheduledAction:ScheduledAction": "name resourceId serviceNamespace scalableDimension",
        "aws:appautoscaling/target:Target": "resourceId scalableDimension serviceNamespace",
        "aws:autoscaling/group:Group": "name namePrefix placementGroup",
        "aws:autoscaling/lifecycleHook:LifecycleHook": "name autoscalingGroupName",
        "aws:autoscaling/notification:Notification": "topicArn",
        "aws:autoscaling/policy:Policy": "autoscalingGroupName name",
        "aws:autoscaling/schedule:Schedule": "autoscalingGroupName scheduledActionName",
        "aws:backup/plan:Plan": "",
        "aws:backup/selection:Selection": "name planId iamRoleArn resources notResources conditions selectionTags",
        "aws:backup/vault:Vault": _RENAMED,
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration": "backupVaultName changeableForDays maxRetentionDays minRetentionDays",
        "aws:cloudfront/cachePolicy:CachePolicy": "name",
        "aws:cloudfront/distribution:Distribution": "continuousDeploymentPolicyId staging",
        "aws:cloudfront/function:Function": "name",
        "aws:cloudfront/originAccessControl:OriginAccessControl": "",
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": "name",
        "aws:cloudtrail/trail:Trail": "name",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": "alarmName",
        "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
        "aws:cloudwatch/eventBus:EventBus": "name eventSourceName",
        "aws:cloudwatch/eventRule:EventRule": "name namePrefix eventBusName",
        "aws:cloudwatch/eventTarget:EventTarget": "rule targetId eventBusName",
        "aws:cloudwatch/logGroup:LogGroup": "name namePrefix logGroupClass",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter": "name logGroupName",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
        "aws:codedeploy/deploymentGroup:DeploymentGroup": "appName",
        "aws:cognito/userPool:UserPool": "aliasAttributes name usernameAttributes usernameConfiguration",
        "aws:cognito/userPoolClient:UserPoolClient": "generateSecret userPoolId",
        "aws:directconnect/bgpPeer:BgpPeer": "addressFamily bgpAsn virtualInterfaceId amazonAddress bgpAuthKey customerAddress",
        "aws:directconnect/connection:Connection": "bandwidth location name providerName requestMacsec",
        "aws:directconnect/gateway:Gateway": "amazonSideAsn",
        "aws:directconnect/gatewayAssociation:GatewayAssociation": "dxGatewayId associatedGatewayId associatedGatewayOwnerAccountId proposalId",
        "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": "addressFamily bgpAsn connectionId dxGatewayId name vlan amazonAddress bgpAuthKey customerAddress",
        "aws:dynamodb/table:Table": "hashKey localSecondaryIndexes name rangeKey importTable restoreSourceName restoreSourceTableArn",
        "aws:dynamodb/tableReplica:TableReplica": "globalTableArn kmsKeyArn tableClassOverride",
        "aws:ebs/volume:Volume": "availabilityZone encrypted kmsKeyId snapshotId outpostArn multiAttachEnabled",
        "aws:ec2/capacityReservation:CapacityReservation": "availabilityZone ebsOptimized ephemeralStorage instanceMatchCriteria instancePlatform instanceType tenancy",
        "aws:ec2/customerGateway:CustomerGateway": "bgpAsn bgpAsnExtended certificateArn deviceName ipAddress type",
        "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": "defaultNetworkAclId",
        "aws:ec2/defaultRouteTable:DefaultRouteTable": "defaultRouteTableId",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "vpcId",
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "vpcId",
        "aws:ec2/eip:Eip": "publicIpv4Pool domain networkBorderGroup ipamPoolId customerOwnedIpv4Pool address",
        "aws:ec2/flowLog:FlowLog": "eniId iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval subnetId trafficType vpcId transitGatewayId deliverCrossAccountRole destinationOptions",
        "aws:ec2/instance:Instance": "ami associatePublicIpAddress availabilityZone ephemeralBlockDevices hostId ipv6AddressCount ipv6Addresses keyName placementGroup privateIp securityGroups subnetId tenancy",
        "aws:ec2/internetGateway:InternetGateway": "",
        "aws:ec2/keyPair:KeyPair": "keyName keyNamePrefix publicKey",
        "aws:ec2/launchTemplate:LaunchTemplate": "name namePrefix",
        "aws:ec2/natGateway:NatGateway": "allocationId subnetId connectivityType privateIp vpcId availabilityMode",
        "aws:ec2/networkAcl:NetworkAcl": "vpcId",
        "aws:ec2/networkAclAssociation:NetworkAclAssociation": "subnetId networkAclId",
        "aws:ec2/networkAclRule:NetworkAclRule": _RULE,
        "aws:ec2/networkInterface:NetworkInterface": "subnetId interfaceType",
        "aws:ec2/placementGroup:PlacementGroup": "name strategy partitionCount spreadLevel",
        "aws:ec2/route:Route": "destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId routeTableId",
        "aws:ec2/routeTable:RouteTable": "vpcId",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "subnetId gatewayId",
        "aws:ec2/securityGroup:SecurityGroup": "description name namePrefix vpcId",
        "aws:ec2/securityGroupRule:SecurityGroupRule": "cidrBlocks fromPort ipv6CidrBlocks prefixListIds protocol securityGroupId self sourceSecurityGroupId toPort type",
        "aws:ec2/subnet:Subnet": "availabilityZone availabilityZoneId cidrBlock vpcId ipv6Native outpostArn ipv4IpamPoolId",
        "aws:ec2/vpc:Vpc": "cidrBlock ipv4IpamPoolId ipv4NetmaskLength",
        "aws:ec2/vpcEndpoint:VpcEndpoint": "serviceName vpcEndpointType vpcId serviceRegion resourceConfigurationArn serviceNetworkArn",
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": "cidrBlock vpcId ipv4IpamPoolId",
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "peerOwnerId peerRegion peerVpcId vpcId",
        "aws:ec2/vpnConnection:VpnConnection": "staticRoutesOnly type enableAcceleration tunnelInsideIpVersion outsideIpAddressType transportTransitGatewayAttachmentId",
        "aws:ec2/vpnGateway:VpnGateway": "amazonSideAsn availabilityZone",
        "aws:ec2transitgateway/transitGateway:TransitGateway": "multicastSupport",
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment": "transitGatewayId vpcId",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": "policy repository",
        "aws:ecr/repository:Repository": "name encryptionConfigurations",
        "aws:ecr/repositoryPolicy:RepositoryPolicy": "repository",
        "aws:ecs/cluster:Cluster": "name",
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "clusterName",
        "aws:ecs/service:Service": "cluster name launchType iamRole schedulingStrategy",
        "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions cpu executionRoleArn family ipcMode memory networkMode pidMode placementConstraints requiresCompatibilities runtimePlatform taskRoleArn volumes ephemeralStorage enableFaultInjection proxyConfiguration",
        "aws:efs/accessPoint:AccessPoint": "fileSystemId posixUser rootDirectory",
        "aws:efs/fileSystem:FileSystem": "availabilityZoneName creationToken encrypted kmsKeyId performanceMode",
        "aws:efs/mountTarget:MountTarget": "fileSystemId ipAddress subnetId ipAddressType",
        "aws:efs/replicationConfiguration:ReplicationConfiguration": "sourceFileSystemId destination",
        "aws:eks/addon:Addon": "clusterName addonName",
        "aws:eks/cluster:Cluster": "name roleArn kubernetesNetworkConfig outpostConfig bootstrapSelfManagedAddons",
        "aws:eks/nodeGroup:NodeGroup": "clusterName nodeGroupName amiType capacityType diskSize instanceTypes nodeRoleArn subnetIds remoteAccess",
        "aws:elasticache/cluster:Cluster": "clusterId port subnetGroupName snapshotArns snapshotName replicationGroupId",
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": "globalReplicationGroupIdSuffix primaryReplicationGroupId",
        "aws:elasticache/parameterGroup:ParameterGroup": "description family name",
        "aws:elasticache/replicationGroup:ReplicationGroup": "atRestEncryptionEnabled dataTieringEnabled globalReplicationGroupId kmsKeyId networkType port replicationGroupId snapshotArns snapshotName subnetGroupName",
        "aws:elasticache/serverlessCache:ServerlessCache": "kmsKeyId name subnetIds snapshotArnsToRestores",
        "aws:elasticache/subnetGroup:SubnetGroup": "name",
        "aws:elasticache/user:User": "userId userName",
        "aws:elasticache/userGroup:UserGroup": "userGroupId",
        "aws:elasticbeanstalk/application:Application": "name",
        "aws:elasticbeanstalk/environment:Environment": "application name cnamePrefix tier",
        "aws:fis/experimentTemplate:ExperimentTemplate": "",
        "aws:globalaccelerator/accelerator:Accelerator": "",
        "aws:globalaccelerator/endpointGroup:EndpointGroup": "listenerArn endpointGroupRegion",
        "aws:globalaccelerator/listener:Listener": "acceleratorArn",
        "aws:iam/instanceProfile:InstanceProfile": "name namePrefix path",
        "aws:iam/policy:Policy": "description name namePrefix path",
        "aws:iam/role:Role": "name namePrefix path",
        "aws:iam/rolePolicy:RolePolicy": "name namePrefix role",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn role",
        "aws:iam/serviceLinkedRole:ServiceLinkedRole": "awsServiceName customSuffix",
        "aws:iam/user:User": "",
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "name destination kinesisSourceConfiguration",
        "aws:kinesis/stream:Stream": "name",
        "aws:kms/alias:Alias": "name namePrefix",
        "aws:kms/key:Key": "customerMasterKeySpec keyUsage multiRegion customKeyStoreId",
        "aws:kms/replicaKey:ReplicaKey": "primaryKeyArn",
        "aws:lambda/alias:Alias": "functionName name",
        "aws:lambda/eventSourceMapping:EventSourceMapping": "eventSourceArn startingPosition startingPositionTimestamp queues topics selfManagedEventSource",
        "aws:lambda/function:Function": "name packageType",
        "aws:lambda/layerVersion:LayerVersion": "code compatibleArchitectures compatibleRuntimes description layerName licenseInfo s3Bucket s3Key s3ObjectVersion sourceCodeHash",
        "aws:lambda/permission:Permission": "action eventSourceToken function functionUrlAuthType principal principalOrgId qualifier sourceAccount sourceArn statementId statementIdPrefix",
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "functionName qualifier",
        "aws:lb/listener:Listener": "loadBalancerArn",
        "aws:lb/listenerCertificate:ListenerCertificate": "certificateArn listenerArn",
        "aws:lb/listenerRule:ListenerRule": "listenerArn",
        "aws:lb/loadBalancer:LoadBalancer": "customerOwnedIpv4Pool internal loadBalancerType name namePrefix",
        "aws:lb/targetGroup:TargetGroup": "ipAddressType name namePrefix port protocol protocolVersion targetType vpcId targetControlPort",
        "aws:lb/targetGroupAttachment:TargetGroupAttachment": "availabilityZone port targetGroupArn targetId",
        "aws:msk/cluster:Cluster": "clusterName encryptionInfo",
        "aws:rds/cluster:Cluster": "availabilityZones clusterIdentifier clusterIdentifierPrefix databaseName dbSubnetGroupName engine engineMode kmsKeyId masterUsername replicationSourceIdentifier snapshotIdentifier sourceRegion storageEncrypted",
        "aws:rds/clusterInstance:ClusterInstance": "availabilityZone clusterIdentifier dbSubnetGroupName engine identifier identifierPrefix",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup": "description family name namePrefix",
        "aws:rds/globalCluster:GlobalCluster": "engine globalClusterIdentifier sourceDbClusterIdentifier storageEncrypted databaseName",
        "aws:rds/instance:Instance": "availabilityZone characterSetName dbName engine identifierPrefix kmsKeyId ncharCharacterSetName snapshotIdentifier storageEncrypted timezone username backupTarget customIamInstanceProfile",
        "aws:rds/optionGroup:OptionGroup": "engineName majorEngineVersion name namePrefix optionGroupDescription",
        "aws:rds/parameterGroup:ParameterGroup": "description family name namePrefix",
        "aws:rds/proxy:Proxy": "name engineFamily vpcSubnetIds",
        "aws:rds/proxyEndpoint:ProxyEndpoint": "dbProxyEndpointName dbProxyName targetRole vpcSubnetIds",
        "aws:rds/subnetGroup:SubnetGroup": "name namePrefix",
        "aws:route53/healthCheck:HealthCheck": "measureLatency referenceName requestInterval type triggers routingControlArn",
        "aws:route53/record:Record": "name zoneId",
        "aws:route53/zone:Zone": "delegationSetId name",
        "aws:s3/bucket:Bucket": "bucket bucketPrefix objectLockEnabled bucketNamespace",
        "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": "details accountId",
        "aws:scheduler/schedule:Schedule": "groupName name namePrefix",
        "aws:secretsmanager/secret:Secret": "name namePrefix",
        "aws:secretsmanager/secretVersion:SecretVersion": "secretBinary secretId secretString secretStringWoVersion",
        "aws:sfn/stateMachine:StateMachine": "name namePrefix type",
        "aws:sns/topic:Topic": "name namePrefix fifoTopic",
        "aws:sns/topicPolicy:TopicPolicy": "arn",
        "aws:sns/topicSubscription:TopicSubscription": "endpoint protocol topic",
        "aws:sqs/queue:Queue": "fifoQueue name namePrefix",
        "aws:sqs/queuePolicy:QueuePolicy": "queueUrl",
        "aws:ssm/parameter:Parameter": "name keyId",
        "aws:synthetics/canary:Canary": "name",
        "aws:wafv2/ipSet:IpSet": "ipAddressVersion name namePrefix scope",
        "aws:wafv2/ruleGroup:RuleGroup": "capacity name namePrefix scope",
        "aws:wafv2/webAcl:WebAcl": "name namePrefix scope",
        "aws:wafv2/webAclAssociation:WebAclAssociation": "resourceArn webAclArn",
    }.items()
}  # fmt: skip

DELETED_FIRST: frozenset[str] = frozenset(
    {
        "aws:apigateway/integration:Integration",
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:efs/mountTarget:MountTarget",
        "aws:iam/accountAlias:AccountAlias",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    }
)
"""Types that are deleted before they are replaced, because AWS allows only one at a time (as in the real provider)."""


_ONCE = "aws:lambda/invocation:Invocation"
"""Always replaced, unless its lifecycleScope is CRUD (default CREATE_ONLY)."""


_SERVICE = "aws:ecs/service:Service"
"""Another capacity provider strategy replaces the service unless forceNewDeployment is set (ECS UpdateService)."""


def replaces(resource: Resource, name: str, inputs: Mapping[str, Any]) -> bool:
    """Whether the change of this input replaces the resource."""
    if name in _ALWAYS:
        return True
    if resource.token == _ONCE:
        always = name in ("functionName", "qualifier", "tenantId", "terraformKey")
        return always or (name in ("input", "triggers") and inputs.get("lifecycleScope") != "CRUD")
    if resource.token == _SERVICE and name == "capacityProviderStrategies":
        return inputs.get("forceNewDeployment") is not True
    field = resource.inputs.get(name)
    listed = IDENTITY.get(resource.token)
    if listed is not None:
        return name in listed
    if field is not None and field.replaces:
        return True
    service = resource.token.split(":")[1].split("/")[0]
    return name in _USUAL or (name in _KEYS and service in _STORES)


def identity(resource: Resource, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs whose change replaces the resource."""
    return {k: v for k, v in inputs.items() if replaces(resource, k, inputs)}
