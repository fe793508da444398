# ruff: noqa: E501 (a table: one look-up per line)
"""Look-ups of a single resource by name or id: the stack's, else one of the simulated account.

A named resource always exists. Its ARN and everything else that follows from the name have AWS's format; other values
are AWS's defaults. Look-ups that list everything in the account are not answered.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, cast

from offline.aws import regions
from offline.aws.lookups.asked import ACCOUNT, Asked, NoAnswer, Values, account_arn, answers, seed_of
from offline.aws.lookups.pure import suffix

By = Mapping[str, str]
_TABLE: Final[Mapping[str, tuple[str, By]]] = {
    "acmpca/getCertificateAuthority": ("acmpca/certificateAuthority:CertificateAuthority", {"arn": "arn"}),
    "alb/getListener": ("lb/listener:Listener", {"arn": "arn"}),
    "alb/getLoadBalancer": ("lb/loadBalancer:LoadBalancer", {"arn": "arn", "name": "name"}),
    "alb/getTargetGroup": ("lb/targetGroup:TargetGroup", {"arn": "arn", "name": "name"}),
    "apigateway/getKey": ("apigateway/apiKey:ApiKey", {"id": "id"}),
    "apigateway/getRestApi": ("apigateway/restApi:RestApi", {"name": "name"}),
    "apigateway/getVpcLink": ("apigateway/vpcLink:VpcLink", {"name": "name"}),
    "apigatewayv2/getApi": ("apigatewayv2/api:Api", {"apiId": "id"}),
    "autoscaling/getGroup": ("autoscaling/group:Group", {"name": "name"}),
    "backup/getPlan": ("backup/plan:Plan", {"planId": "id"}),
    "backup/getVault": ("backup/vault:Vault", {"name": "name"}),
    "cloudfront/getDistribution": ("cloudfront/distribution:Distribution", {"id": "id"}),
    "cloudfront/getFunction": ("cloudfront/function:Function", {"name": "name"}),
    "cloudfront/getOriginAccessIdentity": ("cloudfront/originAccessIdentity:OriginAccessIdentity", {"id": "id"}),
    "cloudwatch/getEventBus": ("cloudwatch/eventBus:EventBus", {"name": "name"}),
    "cloudwatch/getEventConnection": ("cloudwatch/eventConnection:EventConnection", {"name": "name"}),
    "cloudwatch/getLogGroup": ("cloudwatch/logGroup:LogGroup", {"name": "name"}),
    "codecommit/getRepository": ("codecommit/repository:Repository", {"repositoryName": "repositoryName"}),
    "codestarconnections/getConnection": ("codestarconnections/connection:Connection", {"arn": "arn", "name": "name"}),
    "cognito/getUserPool": ("cognito/userPool:UserPool", {"userPoolId": "id"}),
    "cognito/getUserPoolClient": ("cognito/userPoolClient:UserPoolClient", {"clientId": "id"}),
    "directconnect/getConnection": ("directconnect/connection:Connection", {"name": "name"}),
    "directconnect/getGateway": ("directconnect/gateway:Gateway", {"name": "name"}),
    "dynamodb/getTable": ("dynamodb/table:Table", {"name": "name"}),
    "ebs/getVolume": ("ebs/volume:Volume", {}),
    "ec2/getCustomerGateway": ("ec2/customerGateway:CustomerGateway", {"id": "id"}),
    "ec2/getElasticIp": ("ec2/eip:Eip", {"id": "id", "publicIp": "publicIp"}),
    "ec2/getInstance": ("ec2/instance:Instance", {"instanceId": "id"}),
    "ec2/getKeyPair": ("ec2/keyPair:KeyPair", {"keyName": "keyName", "keyPairId": "keyPairId"}),
    "ec2/getLaunchTemplate": ("ec2/launchTemplate:LaunchTemplate", {"id": "id", "name": "name"}),
    "ec2/getNatGateway": ("ec2/natGateway:NatGateway", {"id": "id", "subnetId": "subnetId"}),
    "ec2/getNetworkInterface": ("ec2/networkInterface:NetworkInterface", {"id": "id"}),
    "ec2/getVpcEndpoint": ("ec2/vpcEndpoint:VpcEndpoint", {"id": "id", "serviceName": "serviceName", "vpcId": "vpcId"}),
    "ec2/getVpcPeeringConnection": (
        "ec2/vpcPeeringConnection:VpcPeeringConnection",
        {"id": "id", "vpcId": "vpcId", "peerVpcId": "peerVpcId"},
    ),
    "ec2/getVpnGateway": ("ec2/vpnGateway:VpnGateway", {"id": "id"}),
    "ec2transitgateway/getTransitGateway": ("ec2transitgateway/transitGateway:TransitGateway", {"id": "id"}),
    "ecr/getRepository": ("ecr/repository:Repository", {"name": "name"}),
    "ecs/getCluster": ("ecs/cluster:Cluster", {"clusterName": "name"}),
    "ecs/getService": ("ecs/service:Service", {"serviceName": "name", "clusterArn": "cluster"}),
    "ecs/getTaskDefinition": ("ecs/taskDefinition:TaskDefinition", {"taskDefinition": "family"}),
    "efs/getAccessPoint": ("efs/accessPoint:AccessPoint", {"accessPointId": "id"}),
    "efs/getFileSystem": ("efs/fileSystem:FileSystem", {"fileSystemId": "id", "creationToken": "creationToken"}),
    "efs/getMountTarget": ("efs/mountTarget:MountTarget", {"mountTargetId": "id", "fileSystemId": "fileSystemId"}),
    "eks/getCluster": ("eks/cluster:Cluster", {"name": "name"}),
    "eks/getNodeGroup": ("eks/nodeGroup:NodeGroup", {"clusterName": "clusterName", "nodeGroupName": "nodeGroupName"}),
    "elasticache/getCluster": ("elasticache/cluster:Cluster", {"clusterId": "clusterId"}),
    "elasticache/getReplicationGroup": (
        "elasticache/replicationGroup:ReplicationGroup",
        {"replicationGroupId": "replicationGroupId"},
    ),
    "elasticache/getSubnetGroup": ("elasticache/subnetGroup:SubnetGroup", {"name": "name"}),
    "elasticache/getUser": ("elasticache/user:User", {"userId": "userId"}),
    "elasticbeanstalk/getApplication": ("elasticbeanstalk/application:Application", {"name": "name"}),
    "elb/getLoadBalancer": ("elb/loadBalancer:LoadBalancer", {"name": "name"}),
    "iam/getGroup": ("iam/group:Group", {"groupName": "name"}),
    "iam/getInstanceProfile": ("iam/instanceProfile:InstanceProfile", {"name": "name"}),
    "iam/getOpenIdConnectProvider": ("iam/openIdConnectProvider:OpenIdConnectProvider", {"arn": "arn", "url": "url"}),
    "iam/getRole": ("iam/role:Role", {"name": "name"}),
    "iam/getServerCertificate": ("iam/serverCertificate:ServerCertificate", {"name": "name"}),
    "iam/getUser": ("iam/user:User", {"userName": "name"}),
    "kinesis/getFirehoseDeliveryStream": ("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", {"name": "name"}),
    "kinesis/getStream": ("kinesis/stream:Stream", {"name": "name"}),
    "lambda/getAlias": ("lambda/alias:Alias", {"functionName": "functionName", "name": "name"}),
    "lambda/getCodeSigningConfig": ("lambda/codeSigningConfig:CodeSigningConfig", {"arn": "arn"}),
    "lambda/getFunction": ("lambda/function:Function", {"functionName": "name"}),
    "lambda/getFunctionUrl": ("lambda/functionUrl:FunctionUrl", {"functionName": "functionName"}),
    "lambda/getLayerVersion": ("lambda/layerVersion:LayerVersion", {"layerName": "layerName"}),
    "lb/getLoadBalancer": ("lb/loadBalancer:LoadBalancer", {"arn": "arn", "name": "name"}),
    "lb/getTargetGroup": ("lb/targetGroup:TargetGroup", {"arn": "arn", "name": "name"}),
    "mq/getBroker": ("mq/broker:Broker", {"brokerName": "brokerName", "brokerId": "id"}),
    "msk/getCluster": ("msk/cluster:Cluster", {"clusterName": "clusterName"}),
    "opensearch/getDomain": ("opensearch/domain:Domain", {"domainName": "domainName"}),
    "rds/getCluster": ("rds/cluster:Cluster", {"clusterIdentifier": "clusterIdentifier"}),
    "rds/getInstance": ("rds/instance:Instance", {"dbInstanceIdentifier": "identifier"}),
    "rds/getProxy": ("rds/proxy:Proxy", {"name": "name"}),
    "rds/getSubnetGroup": ("rds/subnetGroup:SubnetGroup", {"name": "name"}),
    "redshift/getCluster": ("redshift/cluster:Cluster", {"clusterIdentifier": "clusterIdentifier"}),
    "s3/getBucket": ("s3/bucket:Bucket", {"bucket": "bucket"}),
    "secretsmanager/getSecret": ("secretsmanager/secret:Secret", {"name": "name", "arn": "arn"}),
    "servicediscovery/getDnsNamespace": ("servicediscovery/privateDnsNamespace:PrivateDnsNamespace", {"name": "name"}),
    "servicediscovery/getHttpNamespace": ("servicediscovery/httpNamespace:HttpNamespace", {"name": "name"}),
    "servicediscovery/getService": ("servicediscovery/service:Service", {"name": "name"}),
    "sfn/getStateMachine": ("sfn/stateMachine:StateMachine", {"name": "name"}),
    "sns/getTopic": ("sns/topic:Topic", {"name": "name"}),
    "sqs/getQueue": ("sqs/queue:Queue", {"name": "name"}),
    "wafv2/getIpSet": ("wafv2/ipSet:IpSet", {"name": "name"}),
    "wafv2/getRuleGroup": ("wafv2/ruleGroup:RuleGroup", {"name": "name"}),
    "wafv2/getWebAcl": ("wafv2/webAcl:WebAcl", {"name": "name"}),
}
"""Look-up -> the type that it finds, and argument -> property of that type (or ``id``, ``arn``)."""


def _tokens(lookup: str) -> str:
    return f"aws:{lookup}:{lookup.split('/')[1]}"


def _last(arn: str) -> str:
    """The name at the end of an ARN."""
    return arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def find(asked: Asked, token: str, by: By) -> dict[str, Any] | None:
    """The stack's resource that the arguments name; None if there is none."""
    given = {prop: asked.args[name] for name, prop in by.items() if isinstance(asked.args.get(name), str)}
    tags = asked.tags()
    for outputs in asked.of_the_stack(token):
        had = cast(Mapping[str, Any], outputs.get("tagsAll") or outputs.get("tags") or {})
        if (
            (given or tags)
            and all(v in (outputs.get(p), outputs.get("id"), outputs.get("arn")) for p, v in given.items())
            and tags.items() <= had.items()
        ):
            return outputs
    return None


def assume(asked: Asked, token: str, by: By) -> dict[str, Any]:
    """The resource that the arguments name, in the simulated account."""
    declared = asked.schema.resource(token)
    takes: Mapping[str, Any] = declared.inputs if declared else {}
    inputs: dict[str, Any] = {}
    identifier = arn = None
    for name, prop in by.items():
        value = asked.args.get(name)
        if not isinstance(value, str):
            continue
        if prop == "id":
            identifier = value
        elif prop == "arn":
            arn = value
        else:
            inputs[prop] = value
    if arn:
        inputs |= {n: _last(arn) for n in ("name",) if n in takes and n not in inputs}
    elif not inputs and not identifier and "name" in takes:
        inputs["name"] = (
            asked.tags().get("Name") or f"{asked.token.rsplit(':get', 1)[-1].lower()}-{seed_of(asked.criteria())[:8]}"
        )
    for name in ("scope",):  # what else shapes an ARN
        if name in takes and isinstance(asked.args.get(name), str):
            inputs[name] = asked.args[name]
    made = asked.compute(token, inputs, seed_of(asked.criteria()), arn or identifier)
    return {**made, **({"arn": arn} if arn else {}), "tags": asked.tags()}


@answers(*map(_tokens, _TABLE))
def _existing(asked: Asked) -> Values | None:
    token, by = _TABLE[asked.token.removeprefix("aws:").rsplit(":", 1)[0]]
    token = f"aws:{token}"
    found = find(asked, token, by) or (asked.of_this_stack() and dict(asked.of_this_stack() or {}))
    if found is None and not asked.criteria():
        raise NoAnswer(f"{asked.token} needs a name, an id or tags of what it looks up")
    return {
        **(found or assume(asked, token, by)),
        **{k: v for k, v in asked.criteria("filters", "tags").items() if k != "id"},
    }


# ----------------------------------------------------------------------------------------------------------- ELB
@answers("aws:lb/getListener:getListener")
def _listener(asked: Asked) -> Values | None:
    """Of a load balancer that is not of the stack, such as Elastic Beanstalk's: it forwards to a target group."""
    token, by = "aws:lb/listener:Listener", {"arn": "arn", "loadBalancerArn": "loadBalancerArn"}
    if found := find(asked, token, by):
        return found
    if not asked.text("arn") and not asked.text("loadBalancerArn"):
        raise NoAnswer("give the arn of the listener, or load_balancer_arn and port")
    made, port = assume(asked, token, by), asked.args.get("port", 443)
    group = account_arn(asked, f"elasticloadbalancing:{{r}}:{{a}}:targetgroup/{asked.fill('awseb-{up:12}/{hex:16}')}")
    action: dict[str, Any] = {"type": "forward", "order": 1, "targetGroupArn": group}
    others = ("authenticateCognitos", "authenticateOidcs", "fixedResponses", "forwards", "jwtValidations", "redirects")
    action |= {name: [] for name in others}
    return {**made, "port": port, "protocol": "HTTP" if port == 80 else "HTTPS", "defaultActions": [action]}


# ------------------------------------------------------------------------------------------------------------- IAM
_JOB_FUNCTIONS: Final = {
    "Billing",
    "DatabaseAdministrator",
    "DataScientist",
    "NetworkAdministrator",
    "SupportUser",
    "SystemAdministrator",
    "ViewOnlyAccess",
}
_SERVICE_ROLES: Final = {
    "AWSAppSyncPushToCloudWatchLogs", "AWSBatchServiceRole", "AWSCodeDeployRole", "AWSCodeDeployRoleForECS", "AWSConfigRulesExecutionRole",
    "AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkService", "AWSGlueServiceRole", "AWSLambdaBasicExecutionRole",
    "AWSLambdaDynamoDBExecutionRole", "AWSLambdaENIManagementAccess", "AWSLambdaKinesisExecutionRole", "AWSLambdaRole", "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole", "AWS_ConfigRole", "AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores",
    "AmazonAPIGatewayPushToCloudWatchLogs", "AmazonEBSCSIDriverPolicy", "AmazonEC2ContainerServiceAutoscaleRole", "AmazonEC2ContainerServiceEventsRole",
    "AmazonEC2ContainerServiceRole", "AmazonEC2ContainerServiceforEC2Role", "AmazonEC2RoleforSSM", "AmazonECSTaskExecutionRolePolicy",
    "AmazonECSInfrastructureRolePolicyForVolumes", "AmazonElasticMapReduceRole", "AmazonElasticMapReduceforEC2Role", "AmazonEFSCSIDriverPolicy",
    "AmazonRDSEnhancedMonitoringRole", "AutoScalingNotificationAccessRole", "AWSCloudTrailReplicationRole", "CloudWatchSyntheticsExecutionRole",
}  # fmt: skip
_MANAGED: Final = {
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "CloudWatchAgentServerPolicy",
}
"""AWS managed policies by their path (AWS Managed Policy Reference Guide)."""
_EVERYTHING: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def managed_policy_path(name: str) -> str | None:
    """The path in the ARN of an AWS managed policy; None for other policies."""
    if name in _JOB_FUNCTIONS:
        return "/job-function/"
    if name in _SERVICE_ROLES:
        return "/service-role/"
    return "/" if name in _MANAGED or name.startswith(("Amazon", "AWS", "CloudWatch", "CloudFront")) else None


@answers("aws:iam/getPolicy:getPolicy")
def _policy(asked: Asked) -> Values:
    token = "aws:iam/policy:Policy"  # noqa: S105
    if found := find(asked, token, {"arn": "arn", "name": "name"}):
        return found
    arn, name = asked.text("arn"), asked.text("name")
    if not arn and not name:
        raise NoAnswer("one of arn, name, path_prefix must be given")
    name = name or _last(str(arn))
    path = managed_policy_path(name)
    owner = "aws" if path else ACCOUNT
    arn = arn or f"arn:{regions.partition(asked.region)}:iam::{owner}:policy{path or '/'}{name}"
    document = (
        _EVERYTHING
        if name == "AdministratorAccess"
        else _EVERYTHING.replace('"Action": "*"', f'"Action": "{asked.fill("sts")}:GetCallerIdentity"')
    )
    return {"id": arn, "arn": arn, "name": name, "path": path or "/", "policy": document, "description": "", "tags": {},
            "policyId": asked.fill("ANPA{up:17}", name), "attachmentCount": 0}  # fmt: skip


# --------------------------------------------------------------------------------------------------- secrets, tokens
@answers("aws:secretsmanager/getSecretVersion:getSecretVersion")
def _secret_version(asked: Asked) -> Values | None:
    """The value of the stack's own secret; only a real account knows others."""
    secret = asked.needed("secretId")
    for outputs in asked.of_the_stack("aws:secretsmanager/secretVersion:SecretVersion"):
        holders = [outputs.get("secretId"), outputs.get("arn")]
        named = asked.known("aws:secretsmanager/secret:Secret", str(outputs.get("secretId")))
        if secret in (*holders, named.get("name") if named else None):
            return {**outputs, "secretId": secret, "versionStage": asked.text("versionStage") or "AWSCURRENT"}
    arn = (
        secret
        if secret.startswith("arn:")
        else account_arn(asked, f"secretsmanager:{{r}}:{{a}}:secret:{secret}-{asked.fill('{up:6}', secret)}")
    )
    value = json.dumps({"username": "offline", "password": asked.fill("{low:24}", secret)})
    return {"id": f"{arn}|AWSCURRENT", "arn": arn, "secretId": secret, "secretString": value, "secretBinary": "", "versionStage": "AWSCURRENT",
            "versionId": asked.fill("{uuid:36}", secret), "versionStages": ["AWSCURRENT"], "createdDate": "2025-01-01T00:00:00Z"}  # fmt: skip


@answers("aws:secretsmanager/getRandomPassword:getRandomPassword")
def _random_password(asked: Asked) -> Values:
    length = asked.args.get("passwordLength")
    return {"randomPassword": asked.fill(f"{{low:{min(int(length), 48) if isinstance(length, int) else 32}}}")}


@answers("aws:ecr/getAuthorizationToken:getAuthorizationToken", "aws:ecr/getCredentials:getCredentials")
def _registry_token(asked: Asked) -> Values:
    registry = asked.text("registryId") or ACCOUNT
    endpoint, password = (
        f"https://{registry}.dkr.ecr.{asked.region}.{suffix(asked.region)}",
        asked.fill("{low:48}", registry),
    )
    token = base64.b64encode(f"AWS:{password}".encode()).decode()
    return {"id": asked.region, "authorizationToken": token, "userName": "AWS", "password": password, "proxyEndpoint": endpoint,
            "expiresAt": "2025-01-01T12:00:00Z", "registryId": registry}  # fmt: skip


@answers("aws:ecrpublic/getAuthorizationToken:getAuthorizationToken")
def _public_registry_token(asked: Asked) -> Values:
    password = asked.fill("{low:48}", "public")
    token = base64.b64encode(f"AWS:{password}".encode()).decode()
    return {
        "id": asked.region,
        "authorizationToken": token,
        "userName": "AWS",
        "password": password,
        "expiresAt": "2025-01-01T12:00:00Z",
    }


@answers("aws:ecr/getImage:getImage")
def _image(asked: Asked) -> Values:
    repository, tag = asked.needed("repositoryName"), asked.text("imageTag") or "latest"
    digest = asked.text("imageDigest") or asked.fill("sha256:{hex:64}", repository, tag)
    uri = f"{ACCOUNT}.dkr.ecr.{asked.region}.{suffix(asked.region)}/{repository}"
    return {"id": digest, "imageDigest": digest, "imageTag": tag, "imageTags": [tag], "imagePushedAt": 1735689600, "imageSizeInBytes": 52428800,
            "registryId": ACCOUNT, "imageUri": f"{uri}@{digest}", "repositoryName": repository}  # fmt: skip


@answers("aws:codeartifact/getAuthorizationToken:getAuthorizationToken")
def _artifact_token(asked: Asked) -> Values:
    owner = asked.text("domainOwner") or ACCOUNT
    return {
        "id": f"{owner}:{asked.args.get('domain')}",
        "authorizationToken": asked.fill("{low:48}"),
        "domainOwner": owner,
        "expiration": "2025-01-01T12:00:00Z",
    }


@answers("aws:eks/getClusterAuth:getClusterAuth")
def _cluster_auth(asked: Asked) -> Values:
    """A token is a presigned request behind a prefix (aws-iam-authenticator)."""
    name = asked.needed("name")
    request = f"https://sts.{asked.region}.{suffix(asked.region)}/?Action=GetCallerIdentity&Version=2011-06-15"
    token = base64.urlsafe_b64encode(request.encode()).decode().rstrip("=")
    return {"id": name, "name": name, "token": f"k8s-aws-v1.{token}"}


# ----------------------------------------------------------------------------------------- keys, certificates, zones
@answers("aws:kms/getAlias:getAlias")
def _alias(asked: Asked) -> Values:
    name = asked.needed("name")
    found = find(asked, "aws:kms/alias:Alias", {"name": "name"})
    key = str(found.get("targetKeyId")) if found else asked.fill("{uuid:36}", name)
    arn = key if key.startswith("arn:") else account_arn(asked, f"kms:{{r}}:{{a}}:key/{key}")
    return {"id": account_arn(asked, f"kms:{{r}}:{{a}}:{name}"), "arn": account_arn(asked, f"kms:{{r}}:{{a}}:{name}"), "name": name,
            "targetKeyId": _last(arn), "targetKeyArn": arn}  # fmt: skip


@answers("aws:kms/getKey:getKey")
def _key(asked: Asked) -> Values:
    named = asked.needed("keyId")
    token = "aws:kms/key:Key"  # noqa: S105
    if found := find(asked, token, {"keyId": "keyId"}):
        return {**found, "keyState": "Enabled", "enabled": True}
    plain = named.startswith("alias/") or ":alias/" in named
    key = asked.fill("{uuid:36}", named.split(":")[-1]) if plain else _last(named)
    return {
        **asked.compute(token, {}, key, key), "id": key, "keyId": named, "enabled": True, "keyState": "Enabled", "keyManager": "AWS" if ":alias/aws/" in f":{named}" else "CUSTOMER",
        "keyUsage": "ENCRYPT_DECRYPT", "keySpec": "SYMMETRIC_DEFAULT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "origin": "AWS_KMS", "awsAccountId": ACCOUNT,
        "arn": account_arn(asked, f"kms:{{r}}:{{a}}:key/{key}"), "multiRegion": key.startswith("mrk-"), "multiRegionConfigurations": [], "deletionDate": "", "validTo": "",
    }  # fmt: skip


@answers("aws:acm/getCertificate:getCertificate")
def _certificate(asked: Asked) -> Values:
    token, domain = "aws:acm/certificate:Certificate", asked.text("domain") or asked.tags().get("Name", "example.com")
    own = next((o for o in asked.of_the_stack(token) if o.get("domainName") == domain), None)
    made = own or asked.compute(token, {"domainName": domain}, domain)
    return {
        "id": made["arn"],
        "arn": made["arn"],
        "domain": domain,
        "status": "ISSUED",
        "certificate": "",
        "certificateChain": "",
        "tags": asked.tags(),
    }


@answers("aws:route53/getZone:getZone")
def _zone(asked: Asked) -> Values:
    token = "aws:route53/zone:Zone"  # noqa: S105
    identifier = (asked.text("zoneId") or "").removeprefix("/hostedzone/") or None
    name = (asked.text("name") or "").rstrip(".").lower()
    private = asked.args.get("privateZone") is True or bool(asked.text("vpcId"))
    for outputs in asked.of_the_stack(token):
        if identifier == outputs["id"] or (
            name and name == str(outputs.get("name", "")).rstrip(".") and private == bool(outputs.get("vpcs"))
        ):
            return {**outputs, "privateZone": bool(outputs.get("vpcs")), "zoneId": outputs["id"]}
    if not identifier and not name:
        raise NoAnswer("one of zone_id, name, tags must be given")
    made = asked.compute(token, {"name": name or "example.com"}, f"{name}{private}", identifier)
    return {**made, "zoneId": made["id"], "name": name or "example.com", "privateZone": private, "tags": asked.tags(), "callerReference": "", "comment": "",
            "linkedServiceDescription": "", "linkedServicePrincipal": "", "resourceRecordSetCount": 2, "vpcId": asked.text("vpcId") or ""}  # fmt: skip


@answers("aws:cognito/getUserPools:getUserPools")
def _user_pools(asked: Asked) -> Values:
    name = asked.needed("name")
    found = [o for o in asked.of_the_stack("aws:cognito/userPool:UserPool") if o.get("name") == name]
    pools = found or [asked.compute("aws:cognito/userPool:UserPool", {"name": name}, name)]
    return {"id": name, "ids": [p["id"] for p in pools], "arns": [p.get("arn") for p in pools]}
