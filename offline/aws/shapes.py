# ruff: noqa: E501 (a table: one type per line)
"""Ids, ARNs and other outputs of types whose format matters to other resources.

A shape is (id template, ARN template without ``arn:partition:`` or "" for none, other outputs). Templates are filled by
`templates.TemplateValues`; an id that starts with ``arn:`` is the ARN. Sources: "Actions, resources, and condition
keys" of each service in the Service Authorization Reference, and the service's API reference for ids and host names."""

from collections.abc import Callable, Mapping
from typing import Any

from offline.aws import regions

Template = str | int | bool | list[str] | Callable[["Mapping[str, Any]", str], Any]
Shape = tuple[str, str, dict[str, Any]]


def _ec2(prefix: str, kind: str, **more: Any) -> Shape:
    """A resource of EC2: ``vpc-0123456789abcdef0``, ``arn:aws:ec2:Region:account:vpc/vpc-…``."""
    return prefix + "-0{hex:16}", f"ec2:{{r}}:{{a}}:{kind}/{{id}}", {"ownerId": "{a}", **more}


def _named(arn: str, prop: str = "name", **more: Any) -> Shape:
    """A resource whose id is its name."""
    return f"{{{prop}}}", arn, more


def _arn(arn: str, **more: Any) -> Shape:
    """A resource whose id is its ARN."""
    return "arn:{p}:" + arn, arn, more


def _joined(*props: str, separator: str = "-", **more: Any) -> Shape:
    """A resource that relates others; its id is theirs joined."""
    return separator.join(f"{{{p}}}" for p in props), "", more


def _website_zone(inputs: Mapping[str, Any], _identifier: str) -> str:
    return regions.S3_WEBSITE_ZONES.get(str(inputs.get("region", "")), "Z3AQBSTGFAJSTF")


_ELB = "elasticloadbalancing:{r}:{a}:"

SHAPES: dict[str, Shape] = {
    # EC2 network
    "aws:ec2/vpc:Vpc": _ec2(
        "vpc", "vpc", mainRouteTableId="rtb-0{hex:16.main}", defaultRouteTableId="rtb-0{hex:16.main}",
        defaultSecurityGroupId="sg-0{hex:16.default}", defaultNetworkAclId="acl-0{hex:16.default}",
        dhcpOptionsId="dopt-0{hex:16.default}",
    ),
    "aws:ec2/subnet:Subnet": _ec2("subnet", "subnet"),
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ("eigw-0{hex:16}", "", {}),
    "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
    "aws:ec2/defaultRouteTable:DefaultRouteTable": ("{defaultRouteTableId}", "ec2:{r}:{a}:route-table/{id}", {"ownerId": "{a}"}),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ("rtbassoc-0{hex:16}", "", {}),
    "aws:ec2/route:Route": (
        "r-{routeTableId}{digits:10}", "",
        {"state": "active", "origin": "CreateRoute", "networkInterfaceId": "", "instanceId": "", "instanceOwnerId": ""},
    ),
    "aws:ec2/eip:Eip": _ec2(
        "eipalloc", "elastic-ip", allocationId="{id}", domain="vpc", publicIp="203.0.113.{digits:2}",
        publicDns="ec2-203-0-113-{digits:2}.{r}.compute.{dns}", publicIpv4Pool="amazon",
    ),
    "aws:ec2/natGateway:NatGateway": ("nat-0{hex:16}", "", {"networkInterfaceId": "eni-0{hex:16}", "regionalNatGatewayAutoMode": ""}),
    "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/securityGroupRule:SecurityGroupRule": ("sgrule-{digits:10}", "", {"securityGroupRuleId": "sgr-0{hex:16}"}),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2("sgr", "security-group-rule", securityGroupRuleId="{id}"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2("sgr", "security-group-rule", securityGroupRuleId="{id}"),
    "aws:ec2/networkAcl:NetworkAcl": _ec2("acl", "network-acl"),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": ("{defaultNetworkAclId}", "ec2:{r}:{a}:network-acl/{id}", {"ownerId": "{a}"}),
    "aws:ec2/networkAclRule:NetworkAclRule": ("nacl-{digits:10}", "", {}),
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": ("aclassoc-0{hex:16}", "", {}),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2("vpce", "vpc-endpoint", state="available", prefixListId="pl-{hex:8}"),
    "aws:ec2/flowLog:FlowLog": ("fl-0{hex:16}", "ec2:{r}:{a}:vpc-flow-log/{id}", {}),
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ("pcx-0{hex:16}", "", {"acceptStatus": "active"}),
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": ("vpc-cidr-assoc-0{hex:16}", "", {}),
    "aws:ec2/customerGateway:CustomerGateway": _ec2("cgw", "customer-gateway"),
    "aws:ec2/vpnGateway:VpnGateway": _ec2("vgw", "vpn-gateway"),
    "aws:ec2/vpnConnection:VpnConnection": _ec2("vpn", "vpn-connection"),
    "aws:ec2transitgateway/transitGateway:TransitGateway": _ec2("tgw", "transit-gateway"),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": _ec2("tgw-attach", "transit-gateway-attachment"),
    # EC2 compute
    "aws:ec2/launchTemplate:LaunchTemplate": _ec2("lt", "launch-template", latestVersion=1, defaultVersion=1),
    "aws:ec2/instance:Instance": _ec2("i", "instance", instanceState="running", privateDns="ip-10-0-0-10.{r}.compute.internal"),
    "aws:ec2/networkInterface:NetworkInterface": _ec2("eni", "network-interface"),
    "aws:ec2/keyPair:KeyPair": ("{keyName}", "ec2:{r}:{a}:key-pair/{id}", {"keyPairId": "key-0{hex:16}"}),
    "aws:ec2/placementGroup:PlacementGroup": _named("ec2:{r}:{a}:placement-group/{name}", placementGroupId="pg-0{hex:16}"),
    "aws:ec2/capacityReservation:CapacityReservation": _ec2("cr", "capacity-reservation"),
    "aws:ebs/volume:Volume": _ec2("vol", "volume"),
    "aws:autoscaling/group:Group": _named("autoscaling:{r}:{a}:autoScalingGroup:{uuid:36}:autoScalingGroupName/{name}"),
    "aws:autoscaling/policy:Policy": _named("autoscaling:{r}:{a}:scalingPolicy:{uuid:36}:autoScalingGroupName/{autoscalingGroupName}:policyName/{name}"),
    "aws:autoscaling/lifecycleHook:LifecycleHook": _named(""),
    "aws:autoscaling/schedule:Schedule": ("{scheduledActionName}", "autoscaling:{r}:{a}:scheduledUpdateGroupAction:{uuid:36}:autoScalingGroupName/{autoscalingGroupName}:scheduledActionName/{scheduledActionName}", {}),
    "aws:autoscaling/notification:Notification": ("{topicArn}", "", {}),
    "aws:appautoscaling/target:Target": ("{resourceId}", "application-autoscaling:{r}:{a}:scalable-target/{hex:32}", {}),
    "aws:appautoscaling/policy:Policy": _named("autoscaling:{r}:{a}:scalingPolicy:{uuid:36}:resource/{serviceNamespace}/{resourceId}:policyName/{name}"),
    # load balancing
    "aws:lb/loadBalancer:LoadBalancer": _arn(_ELB + "loadbalancer/{lbkind}/{name}/{hex:16}"),
    "aws:lb/targetGroup:TargetGroup": _arn(_ELB + "targetgroup/{name}/{hex:16}"),
    "aws:lb/listener:Listener": _arn(_ELB + "listener/{lbsuffix}/{hex:16}"),
    "aws:lb/listenerRule:ListenerRule": _arn(_ELB + "listener-rule/{lbsuffix}/{hex:16}"),
    "aws:lb/listenerCertificate:ListenerCertificate": _joined("listenerArn", "certificateArn", separator="_"),
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": ("{targetGroupArn}-{digits:26}", "", {}),
    # containers and functions
    "aws:ecs/cluster:Cluster": _arn("ecs:{r}:{a}:cluster/{name}"),
    "aws:ecs/service:Service": _arn("ecs:{r}:{a}:service/{clustername}/{name}"),
    "aws:ecs/taskDefinition:TaskDefinition": (
        "{family}", "ecs:{r}:{a}:task-definition/{family}:{taskrevision}",
        { "arnWithoutRevision": "arn:{p}:ecs:{r}:{a}:task-definition/{family}"},
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ("{clusterName}", "", {}),
    "aws:ecr/repository:Repository": _named("ecr:{r}:{a}:repository/{name}", registryId="{a}", repositoryUrl="{a}.dkr.ecr.{r}.{dns}/{name}"),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ("{repository}", "", {"registryId": "{a}"}),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ("{repository}", "", {"registryId": "{a}"}),
    "aws:eks/cluster:Cluster": _named(
        "eks:{r}:{a}:cluster/{name}", endpoint="https://{hex:32}.gr7.{r}.eks.{dns}", status="ACTIVE",
    ),
    "aws:eks/nodeGroup:NodeGroup": ("{clusterName}:{nodeGroupName}", "eks:{r}:{a}:nodegroup/{clusterName}/{nodeGroupName}/{uuid:36}", {"status": "ACTIVE"}),
    "aws:lambda/function:Function": _named(
        "lambda:{r}:{a}:function:{name}", qualifiedArn="arn:{p}:lambda:{r}:{a}:function:{name}:{fnversion}", version="{fnversion}",
        invokeArn="arn:{p}:apigateway:{r}:lambda:path/2015-03-31/functions/arn:{p}:lambda:{r}:{a}:function:{name}/invocations",
        qualifiedInvokeArn="arn:{p}:apigateway:{r}:lambda:path/2015-03-31/functions/arn:{p}:lambda:{r}:{a}:function:{name}:{fnversion}/invocations",
        responseStreamingInvokeArn="arn:{p}:apigateway:{r}:lambda:path/2021-11-15/functions/arn:{p}:lambda:{r}:{a}:function:{name}/response-streaming-invocations",
        codeSha256="{up:43}=", sourceCodeSize=1024,
    ),
    "aws:lambda/alias:Alias": (
        "arn:{p}:lambda:{r}:{a}:function:{fnshort}:{name}", "lambda:{r}:{a}:function:{fnshort}:{name}",
        {"invokeArn": "arn:{p}:apigateway:{r}:lambda:path/2015-03-31/functions/arn:{p}:lambda:{r}:{a}:function:{fnshort}:{name}/invocations"},
    ),
    "aws:lambda/permission:Permission": ("{statementId}", "", {}),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("{uuid:36}", "lambda:{r}:{a}:event-source-mapping:{id}", {"uuid": "{id}", "functionArn": "{functionarn}", "state": "Enabled"}),
    "aws:lambda/layerVersion:LayerVersion": _arn("lambda:{r}:{a}:layer:{layerName}:1", layerArn="arn:{p}:lambda:{r}:{a}:layer:{layerName}", version="1"),
    "aws:lambda/functionUrl:FunctionUrl": ("{fnshort}", "", {"functionUrl": "https://{low:32}.lambda-url.{r}.on.aws/", "functionArn": "{functionarn}", "urlId": "{low:32}"}),
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": _joined("functionName", "qualifier", separator=","),
    "aws:sfn/stateMachine:StateMachine": _arn("states:{r}:{a}:stateMachine:{name}"),
    "aws:elasticbeanstalk/applicationVersion:ApplicationVersion": _named("elasticbeanstalk:{r}:{a}:applicationversion/{application}/{name}"),
    "aws:elasticbeanstalk/environment:Environment": ("e-{low:10}", "elasticbeanstalk:{r}:{a}:environment/{application}/{name}", {"cname": "{name}.{low:8}.{r}.elasticbeanstalk.com"}),
    # databases and caches
    "aws:rds/cluster:Cluster": (
        "{clusterIdentifier}", "rds:{r}:{a}:cluster:{clusterIdentifier}",
        {"endpoint": "{id}.cluster-{low:12.account}.{r}.rds.{dns}", "readerEndpoint": "{id}.cluster-ro-{low:12.account}.{r}.rds.{dns}",
         "clusterResourceId": "cluster-{up:26}", "hostedZoneId": "Z{up:13.rds}"},
    ),
    "aws:rds/clusterInstance:ClusterInstance": (
        "{identifier}", "rds:{r}:{a}:db:{identifier}",
        {"endpoint": "{id}.{low:12.account}.{r}.rds.{dns}", "dbiResourceId": "db-{up:26}", "writer": False},
    ),
    "aws:rds/instance:Instance": (
        "db-{up:26}", "rds:{r}:{a}:db:{identifier}",
        {"endpoint": "{identifier}.{low:12.account}.{r}.rds.{dns}:{dbport}", "address": "{identifier}.{low:12.account}.{r}.rds.{dns}",
         "resourceId": "{id}", "hostedZoneId": "Z{up:13.rds}", "status": "available"},
    ),
    "aws:rds/globalCluster:GlobalCluster": ("{globalClusterIdentifier}", "rds::{a}:global-cluster:{globalClusterIdentifier}", {"globalClusterResourceId": "cluster-{hex:16}"}),
    "aws:rds/subnetGroup:SubnetGroup": _named("rds:{r}:{a}:subgrp:{name}"),
    "aws:rds/parameterGroup:ParameterGroup": _named("rds:{r}:{a}:pg:{name}"),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": _named("rds:{r}:{a}:cluster-pg:{name}"),
    "aws:rds/optionGroup:OptionGroup": _named("rds:{r}:{a}:og:{name}"),
    "aws:rds/proxy:Proxy": _named("rds:{r}:{a}:db-proxy:prx-{hex:17}", endpoint="{name}.proxy-{low:12.account}.{r}.rds.{dns}"),
    "aws:rds/proxyEndpoint:ProxyEndpoint": ("{dbProxyName}/{dbProxyEndpointName}", "rds:{r}:{a}:db-proxy-endpoint:prx-endpoint-{hex:17}", {"endpoint": "{dbProxyEndpointName}.endpoint.proxy-{low:12.account}.{r}.rds.{dns}"}),
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": ("{dbProxyName}", "rds:{r}:{a}:target-group:prx-tg-{hex:17}", {"name": "default"}),
    "aws:dynamodb/table:Table": _named("dynamodb:{r}:{a}:table/{name}"),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        "{replicationGroupId}", "elasticache:{r}:{a}:replicationgroup:{replicationGroupId}",
        {"primaryEndpointAddress": "master.{replicationGroupId}.{low:6.account}.{rcode}.cache.{dns}",
         "readerEndpointAddress": "replica.{replicationGroupId}.{low:6.account}.{rcode}.cache.{dns}",
         "configurationEndpointAddress": "clustercfg.{replicationGroupId}.{low:6.account}.{rcode}.cache.{dns}"},
    ),
    "aws:elasticache/cluster:Cluster": ("{clusterId}", "elasticache:{r}:{a}:cluster:{clusterId}", {"clusterAddress": "{clusterId}.{low:6.account}.cfg.{rcode}.cache.{dns}"}),
    "aws:elasticache/subnetGroup:SubnetGroup": _named("elasticache:{r}:{a}:subnetgroup:{name}"),
    "aws:elasticache/parameterGroup:ParameterGroup": _named("elasticache:{r}:{a}:parametergroup:{name}"),
    "aws:elasticache/user:User": ("{userId}", "elasticache:{r}:{a}:user:{userId}", {}),
    "aws:elasticache/userGroup:UserGroup": ("{userGroupId}", "elasticache:{r}:{a}:usergroup:{userGroupId}", {}),
    "aws:elasticache/serverlessCache:ServerlessCache": _named("elasticache:{r}:{a}:serverlesscache:{name}", status="available"),
    # storage
    "aws:s3/bucket:Bucket": (
        "{bucket}", "s3:::{bucket}",
        {"bucketDomainName": "{bucket}.s3.{dns}", "bucketRegionalDomainName": "{bucket}.s3.{r}.{dns}", "bucketRegion": "{r}",
         "hostedZoneId": _website_zone},
    ),
    "aws:s3/accessPoint:AccessPoint": ("{a}:{name}", "s3:{r}:{a}:accesspoint/{name}", {"accountId": "{a}", "alias": "{name}-{low:34}-s3alias", "domainName": "{name}-{a}.s3-accesspoint.{r}.{dns}"}),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("{bucket}/{key}", "s3:::{bucket}/{key}", {}),
    "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": ("{a}:{mrapname}", "s3::{a}:accesspoint/{low:13}.mrap", {"alias": "{low:13}.mrap", "domainName": "{low:13}.mrap.accesspoint.s3-global.{dns}", "status": "READY"}),
    "aws:efs/fileSystem:FileSystem": ("fs-0{hex:16}", "elasticfilesystem:{r}:{a}:file-system/{id}", {"dnsName": "{id}.efs.{r}.{dns}", "ownerId": "{a}"}),
    "aws:efs/mountTarget:MountTarget": ("fsmt-0{hex:16}", "", {"dnsName": "{fileSystemId}.efs.{r}.{dns}", "fileSystemArn": "arn:{p}:elasticfilesystem:{r}:{a}:file-system/{fileSystemId}", "networkInterfaceId": "eni-0{hex:16}", "ownerId": "{a}"}),
    "aws:efs/accessPoint:AccessPoint": ("fsap-0{hex:16}", "elasticfilesystem:{r}:{a}:access-point/{id}", {"fileSystemArn": "arn:{p}:elasticfilesystem:{r}:{a}:file-system/{fileSystemId}", "ownerId": "{a}"}),
    "aws:backup/vault:Vault": _named("backup:{r}:{a}:backup-vault:{name}", recoveryPoints=0),
    "aws:backup/plan:Plan": ("{uuid:36}", "backup:{r}:{a}:backup-plan:{id}", {"version": "{up:48}"}),
    "aws:backup/selection:Selection": ("{uuid:36}", "", {}),
    # identity, keys, secrets
    "aws:iam/role:Role": _named("iam::{a}:role{iampath}{name}", uniqueId="AROA{up:17}"),
    "aws:iam/policy:Policy": _arn("iam::{a}:policy{iampath}{name}", policyId="ANPA{up:17}", attachmentCount=0),
    "aws:iam/user:User": _named("iam::{a}:user{iampath}{name}", uniqueId="AIDA{up:17}"),
    "aws:iam/instanceProfile:InstanceProfile": _named("iam::{a}:instance-profile{iampath}{name}", uniqueId="AIPA{up:17}"),
    "aws:iam/rolePolicy:RolePolicy": _joined("role", "name", separator=":"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("{role}/{policyArn}", "", {}),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": _arn("iam::{a}:role/aws-service-role/{awsServiceName}/AWSServiceRoleFor{up:8}", uniqueId="AROA{up:17}", path="/aws-service-role/{awsServiceName}/"),
    "aws:kms/key:Key": ("{kmsid}", "kms:{r}:{a}:key/{id}", {"keyId": "{id}"}),
    "aws:kms/replicaKey:ReplicaKey": ("{kmsid}", "kms:{r}:{a}:key/{id}", {"keyId": "{id}"}),
    "aws:kms/alias:Alias": _named("kms:{r}:{a}:{name}"),
    "aws:secretsmanager/secret:Secret": _arn("secretsmanager:{r}:{a}:secret:{name}-{up:6}"),
    "aws:secretsmanager/secretVersion:SecretVersion": ("{secretId}|terraform-{digits:20}", "", {"arn": "{secretId}", "versionId": "terraform-{digits:20}"}),
    "aws:ssm/parameter:Parameter": _named("ssm:{r}:{a}:parameter/{slashless}", version=1),
    "aws:acm/certificate:Certificate": _arn("acm:{r}:{a}:certificate/{uuid:36}", status="ISSUED"),
    "aws:acm/certificateValidation:CertificateValidation": ("2025-01-01 00:00:00 +0000 UTC", "", {}),
    "aws:cognito/userPool:UserPool": ("{r}_{up:9}", "cognito-idp:{r}:{a}:userpool/{id}", {"endpoint": "cognito-idp.{r}.{dns}/{id}", "estimatedNumberOfUsers": 0}),
    "aws:cognito/userPoolClient:UserPoolClient": ("{low:26}", "", {"clientSecret": "{low:51}"}),
    # messaging and events
    "aws:sqs/queue:Queue": ("https://sqs.{r}.{dns}/{a}/{name}", "sqs:{r}:{a}:{name}", {"url": "{id}"}),
    "aws:sqs/queuePolicy:QueuePolicy": ("{queueUrl}", "", {}),
    "aws:sns/topic:Topic": _arn("sns:{r}:{a}:{name}", owner="{a}"),
    "aws:sns/topicPolicy:TopicPolicy": ("{arn}", "", {"owner": "{a}"}),
    "aws:sns/topicSubscription:TopicSubscription": ("{topic}:{uuid:36}", "", {"arn": "{id}", "ownerId": "{a}", "pendingConfirmation": False, "confirmationWasAuthenticated": True}),
    "aws:cloudwatch/eventRule:EventRule": ("{name}", "events:{r}:{a}:rule/{busname}{name}", {}),
    "aws:cloudwatch/eventBus:EventBus": _named("events:{r}:{a}:event-bus/{name}"),
    "aws:cloudwatch/eventTarget:EventTarget": _joined("rule", "targetId"),
    "aws:cloudwatch/eventArchive:EventArchive": _named("events:{r}:{a}:archive/{name}"),
    "aws:cloudwatch/eventEndpoint:EventEndpoint": _named("events:{r}:{a}:endpoint/{name}", endpointUrl="https://{low:10}.{low:3}.endpoint.events.{dns}"),
    "aws:scheduler/schedule:Schedule": ("default/{name}", "scheduler:{r}:{a}:schedule/default/{name}", {}),
    "aws:kinesis/stream:Stream": _arn("kinesis:{r}:{a}:stream/{name}"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _arn("firehose:{r}:{a}:deliverystream/{name}"),
    "aws:msk/cluster:Cluster": _arn("kafka:{r}:{a}:cluster/{clusterName}/{uuid:36}-1"),
    # observability
    "aws:cloudwatch/logGroup:LogGroup": _named("logs:{r}:{a}:log-group:{name}"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _named("cloudwatch:{r}:{a}:alarm:{name}"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ("{alarmName}", "cloudwatch:{r}:{a}:alarm:{alarmName}", {}),
    "aws:cloudwatch/dashboard:Dashboard": ("{dashboardName}", "cloudwatch::{a}:dashboard/{dashboardName}", {"dashboardArn": "arn:{p}:cloudwatch::{a}:dashboard/{dashboardName}"}),
    "aws:cloudtrail/trail:Trail": _arn("cloudtrail:{r}:{a}:trail/{name}", homeRegion="{r}"),
    "aws:synthetics/canary:Canary": _named("synthetics:{r}:{a}:canary:{name}", status="RUNNING"),
    "aws:fis/experimentTemplate:ExperimentTemplate": ("EXT{up:14}", "", {}),
    "aws:xray/group:Group": _arn("xray:{r}:{a}:group/{groupName}/{up:52}"),
    # edge and DNS
    "aws:route53/zone:Zone": ("Z{up:20}", "route53:::hostedzone/{id}", {"zoneId": "{id}"}),
    "aws:route53/record:Record": ("{recordid}", "", {"fqdn": "{name}"}),
    "aws:route53/healthCheck:HealthCheck": ("{uuid:36}", "route53:::healthcheck/{id}", {}),
    "aws:cloudfront/distribution:Distribution": (
        "E{up:13}", "cloudfront::{a}:distribution/{id}",
        {"domainName": "d{low:13}.cloudfront.net", "hostedZoneId": regions.CLOUDFRONT_ZONE, "status": "Deployed", "etag": "E{up:12.etag}",
         "callerReference": "terraform-{digits:26}", "inProgressValidationBatches": 0},
    ),
    "aws:cloudfront/originAccessControl:OriginAccessControl": ("E{up:13}", "cloudfront::{a}:origin-access-control/{id}", {"etag": "E{up:12.etag}"}),
    "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": ("E{up:13}", "cloudfront::{a}:origin-access-identity/{id}", {"iamArn": "arn:{p}:iam::cloudfront:user/CloudFront Origin Access Identity {id}", "cloudfrontAccessIdentityPath": "origin-access-identity/cloudfront/{id}", "s3CanonicalUserId": "{hex:64}"}),
    "aws:cloudfront/cachePolicy:CachePolicy": ("{uuid:36}", "cloudfront::{a}:cache-policy/{id}", {"etag": "E{up:12.etag}"}),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": ("{uuid:36}", "cloudfront::{a}:origin-request-policy/{id}", {"etag": "E{up:12.etag}"}),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": ("{uuid:36}", "cloudfront::{a}:response-headers-policy/{id}", {"etag": "E{up:12.etag}"}),
    "aws:cloudfront/function:Function": _named("cloudfront::{a}:function/{name}", etag="E{up:12.etag}", liveStageEtag="E{up:12.live}", status="UNASSOCIATED"),
    "aws:cloudfront/vpcOrigin:VpcOrigin": ("vo_{up:22}", "cloudfront::{a}:vpcorigin/{id}", {"etag": "E{up:12.etag}"}),
    "aws:wafv2/webAcl:WebAcl": ("{uuid:36}", "wafv2:{wafplace}/webacl/{name}/{id}", {"capacity": 100, "lockToken": "{uuid:36.lock}"}),
    "aws:wafv2/ipSet:IpSet": ("{uuid:36}", "wafv2:{wafplace}/ipset/{name}/{id}", {"lockToken": "{uuid:36.lock}"}),
    "aws:wafv2/ruleGroup:RuleGroup": ("{uuid:36}", "wafv2:{wafplace}/rulegroup/{name}/{id}", {"lockToken": "{uuid:36.lock}"}),
    "aws:wafv2/webAclAssociation:WebAclAssociation": _joined("webAclArn", "resourceArn", separator=","),
    "aws:globalaccelerator/accelerator:Accelerator": _arn("globalaccelerator::{a}:accelerator/{uuid:36}", dnsName="a{hex:16}.awsglobalaccelerator.com", dualStackDnsName="a{hex:16}.dualstack.awsglobalaccelerator.com", hostedZoneId=regions.GLOBAL_ACCELERATOR_ZONE),
    "aws:globalaccelerator/listener:Listener": _arn("globalaccelerator::{a}:accelerator/{acceleratorid}/listener/{hex:8}"),
    "aws:globalaccelerator/endpointGroup:EndpointGroup": _arn("globalaccelerator::{a}:accelerator/{acceleratorid}/listener/{hex:8.l}/endpoint-group/{hex:12}"),
    "aws:apigateway/restApi:RestApi": ("{low:10}", "apigateway:{r}::/restapis/{id}", {"rootResourceId": "{low:10.root}", "executionArn": "arn:{p}:execute-api:{r}:{a}:{id}", "createdDate": "2025-01-01T00:00:00Z"}),
    "aws:apigateway/apiKey:ApiKey": ("{low:10}", "apigateway:{r}::/apikeys/{id}", {"value": "{low:40}"}),
    "aws:apigateway/usagePlan:UsagePlan": ("{low:6}", "apigateway:{r}::/usageplans/{id}", {}),
    "aws:apigateway/vpcLink:VpcLink": ("{low:6}", "apigateway:{r}::/vpclinks/{id}", {}),
    "aws:apigatewayv2/vpcLink:VpcLink": ("{low:6}", "apigateway:{r}::/vpclinks/{id}", {}),
    "aws:apigateway/deployment:Deployment": ("{low:6}", "", {}),
    "aws:apigateway/stage:Stage": ("ags-{restApi}-{stageName}", "apigateway:{r}::/restapis/{restApi}/stages/{stageName}", {"invokeUrl": "https://{restApi}.execute-api.{r}.{dns}/{stageName}", "executionArn": "arn:{p}:execute-api:{r}:{a}:{restApi}/{stageName}"}),
    "aws:apigateway/resource:Resource": ("{low:6}", "", {"path": "/{pathPart}"}),
    "aws:apigateway/domainName:DomainName": ("{domainName}", "apigateway:{r}::/domainnames/{domainName}", {"regionalDomainName": "d-{low:10}.execute-api.{r}.{dns}", "cloudfrontDomainName": "d{low:13}.cloudfront.net", "cloudfrontZoneId": regions.CLOUDFRONT_ZONE, "regionalZoneId": "Z{up:13.apigw}"}),
    "aws:apigatewayv2/api:Api": ("{low:10}", "apigateway:{r}::/apis/{id}", {"apiEndpoint": "https://{id}.execute-api.{r}.{dns}", "executionArn": "arn:{p}:execute-api:{r}:{a}:{id}"}),
    "aws:apigatewayv2/stage:Stage": ("{name}", "apigateway:{r}::/apis/{apiId}/stages/{name}", {"invokeUrl": "https://{apiId}.execute-api.{r}.{dns}/{name}", "executionArn": "arn:{p}:execute-api:{r}:{a}:{apiId}/{name}"}),
    "aws:appsync/graphQLApi:GraphQLApi": ("{low:26}", "appsync:{r}:{a}:apis/{id}", {}),
    "aws:appsync/api:Api": ("{low:26}", "appsync:{r}:{a}:apis/{id}", {"apiId": "{id}", "apiArn": "arn:{p}:appsync:{r}:{a}:apis/{id}"}),
    "aws:cfg/rule:Rule": _named("config:{r}:{a}:config-rule/config-rule-{low:6}", ruleId="config-rule-{low:6}"),
    **{f"aws:servicediscovery/{t}": ("ns-{low:16}", "servicediscovery:{r}:{a}:namespace/{id}", {}) for t in ("httpNamespace:HttpNamespace", "privateDnsNamespace:PrivateDnsNamespace", "publicDnsNamespace:PublicDnsNamespace")},
    "aws:servicediscovery/service:Service": ("srv-{low:16}", "servicediscovery:{r}:{a}:service/{id}", {}),
    # connectivity
    "aws:directconnect/connection:Connection": ("dxcon-{low:8}", "directconnect:{r}:{a}:dxcon/{id}", {"awsDevice": "EqDC2-{hex:8}", "ownerAccountId": "{a}", "state": "available"}),
    "aws:directconnect/gateway:Gateway": ("{uuid:36}", "directconnect::{a}:dx-gateway/{id}", {"ownerAccountId": "{a}"}),
    "aws:directconnect/gatewayAssociation:GatewayAssociation": ("ga-{hex:32}", "", {"dxGatewayAssociationId": "{uuid:36}", "dxGatewayOwnerAccountId": "{a}"}),
}  # fmt: skip
"""By type token. Keep the templates on one line each: they read as a table."""

SAME: dict[str, str] = {
    **{f"aws:alb/{t}": f"aws:lb/{t}" for t in (
        "listener:Listener", "listenerCertificate:ListenerCertificate", "listenerRule:ListenerRule",
        "loadBalancer:LoadBalancer", "targetGroup:TargetGroup", "targetGroupAttachment:TargetGroupAttachment",
    )},
    "aws:ec2/defaultSubnet:DefaultSubnet": "aws:ec2/subnet:Subnet",
    "aws:ec2/defaultVpc:DefaultVpc": "aws:ec2/vpc:Vpc",
    "aws:s3/bucketObject:BucketObject": "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/bucketV2:BucketV2": "aws:s3/bucket:Bucket",
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2": "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
}  # fmt: skip
"""Types that are a second name of another type, or resources that every account has by default."""

EC2 = ("ec2", "vpc", "ec2transitgateway", "ec2clientvpn", "verifiedaccess", "ebs")
"""Packages whose types are EC2's, with ids of the form ``vpc-0123456789abcdef0``."""
ID_PREFIXES: dict[str, str] = {
    "Ami": "ami", "AmiCopy": "ami", "AmiFromInstance": "ami", "CapacityBlockReservation": "cr", "CarrierGateway": "cagw",
    "Connect": "tgw-attach", "ConnectPeer": "tgw-connect-peer", "DedicatedHost": "h", "DefaultVpcDhcpOptions": "dopt",
    "Endpoint": "cvpn-endpoint", "Fleet": "fleet", "Group": "vagr", "Instance": "vai", "InstanceConnectEndpoint": "eice",
    "ManagedPrefixList": "pl", "MulticastDomain": "tgw-mcast-domain", "NetworkInsightsAnalysis": "nia",
    "NetworkInsightsPath": "nip", "NetworkInterfaceAttachment": "eni-attach", "PeeringAttachment": "tgw-attach",
    "PeeringAttachmentAccepter": "tgw-attach", "PolicyTable": "tgw-ptb", "RouteServer": "rs", "RouteServerEndpoint": "rse",
    "RouteServerPeer": "rsp", "RouteTable": "tgw-rtb", "Snapshot": "snap", "SnapshotCopy": "snap", "SnapshotImport": "import-snap",
    "SpotFleetRequest": "sfr", "SpotInstanceRequest": "sir", "TrafficMirrorFilter": "tmf", "TrafficMirrorFilterRule": "tmfr",
    "TrafficMirrorSession": "tms", "TrafficMirrorTarget": "tmt", "TrustProvider": "vatp", "VolumeCopy": "vol",
    "VpcAttachmentAccepter": "tgw-attach", "VpcDhcpOptions": "dopt", "VpcEndpointService": "vpce-svc", "VpcIpam": "ipam",
    "VpcIpamPool": "ipam-pool", "VpcIpamResourceDiscovery": "ipam-res-disco", "VpcIpamScope": "ipam-scope",
    "VpcPeeringConnectionAccepter": "pcx",
}  # fmt: skip
"""Ids of the types that `SHAPES` does not list (EC2 User Guide, "Resource IDs")."""
