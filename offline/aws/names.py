"""Automatic physical names, by the rules of the real provider (pulumi-aws, resource_overrides.go).

Almost every type with an optional ``name`` gets ``<logical name>-<7 hexadecimal digits>`` if none is given; some
types have another property, separator or limit. The digits are a hash of the URN (the real ones are random), so a
program always gets the same names; a replacement that needs a new name gets a hash of the old name.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline.aws.fields import Resource


@dataclass(frozen=True, slots=True)
class Rule:
    """An automatic name's format. limit: characters of the result. digits: number of added digits; 0 for none."""

    prop: str = "name"
    limit: int = 255
    separator: str = "-"
    digits: int = 7
    lower: bool = False
    letters: bool = False


_ALPHABETIC = Rule(separator="_", digits=8, letters=True)
RULES: Mapping[str, Rule | None] = {
    "aws:appsync/dataSource:DataSource": Rule(separator="_"),
    "aws:appsync/function:Function": Rule(separator="_"),
    "aws:athena/database:Database": Rule(separator="_"),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": Rule(separator="_"),
    "aws:cloudwatch/eventRule:EventRule": Rule(limit=64),
    "aws:cloudwatch/eventTarget:EventTarget": Rule("targetId"),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": Rule("deploymentConfigName", 100, "_"),
    "aws:directoryservice/directory:Directory": None,
    "aws:ec2/keyPair:KeyPair": Rule("keyName"),
    "aws:efs/fileSystem:FileSystem": Rule("creationToken"),
    "aws:eks/fargateProfile:FargateProfile": Rule("fargateProfileName"),
    "aws:eks/nodeGroup:NodeGroup": Rule("nodeGroupName"),
    "aws:elasticache/cluster:Cluster": Rule("clusterId", 50, lower=True),
    "aws:elasticache/replicationGroup:ReplicationGroup": Rule("replicationGroupId", 40, lower=True),
    "aws:elasticbeanstalk/environment:Environment": Rule(limit=40),
    "aws:elasticsearch/domain:Domain": Rule("domainName", 28, lower=True),
    "aws:glue/catalogDatabase:CatalogDatabase": Rule(separator="_", digits=8, lower=True, letters=True),
    "aws:glue/catalogTable:CatalogTable": Rule(separator="_", digits=8, lower=True, letters=True),
    "aws:iam/role:Role": Rule(limit=64),
    "aws:iot/topicRule:TopicRule": Rule(separator="_"),
    "aws:kms/alias:Alias": Rule(limit=238),
    "aws:lambda/function:Function": Rule(limit=64),
    "aws:lambda/permission:Permission": Rule("statementId", 100),
    "aws:lb/loadBalancer:LoadBalancer": Rule(limit=32),
    "aws:lb/targetGroup:TargetGroup": Rule(limit=32),
    "aws:alb/loadBalancer:LoadBalancer": Rule(limit=32),
    "aws:alb/targetGroup:TargetGroup": Rule(limit=32),
    "aws:elb/loadBalancer:LoadBalancer": Rule(limit=32),
    "aws:lex/bot:Bot": _ALPHABETIC,
    "aws:lex/botAlias:BotAlias": _ALPHABETIC,
    "aws:lex/intent:Intent": _ALPHABETIC,
    "aws:lex/slotType:SlotType": _ALPHABETIC,
    "aws:mq/broker:Broker": Rule("brokerName", 55),
    "aws:msk/cluster:Cluster": Rule("clusterName"),
    "aws:msk/serverlessCluster:ServerlessCluster": Rule("clusterName"),
    "aws:opensearch/domain:Domain": Rule("domainName"),
    "aws:rds/instance:Instance": Rule("identifier", separator=""),
    "aws:route53/record:Record": None,
    "aws:s3/bucket:Bucket": Rule("bucket", 63, lower=True),
    "aws:s3/bucketObject:BucketObject": Rule("key", 1024, digits=0),
    "aws:s3/bucketObjectv2:BucketObjectv2": Rule("key", 1024, digits=0),
    "aws:sns/topic:Topic": Rule(limit=80),
    "aws:sqs/queue:Queue": Rule(limit=80),
}
"""Types that differ from `Rule()`; None: never named automatically."""

_SQL_SERVER = Rule("identifier", 15, "", 3)
_FIFO = {"aws:sqs/queue:Queue": "fifoQueue", "aws:sns/topic:Topic": "fifoTopic"}


def rule_for(resource: Resource, inputs: Mapping[str, Any]) -> Rule | None:
    """The naming rule of this resource; None if it gets no automatic name."""
    rule = RULES.get(resource.token, Rule())
    if rule is None or rule.prop not in resource.inputs or resource.inputs[rule.prop].required:
        return None
    if resource.token == "aws:rds/instance:Instance" and "sqlserver" in str(inputs.get("engine", "")):  # noqa: S105
        return _SQL_SERVER
    return rule


def automatic(resource: Resource, inputs: Mapping[str, Any], name: str, seed: str) -> tuple[str, str] | None:
    """(property, name) if the real provider would set an automatic name. Raises ValueError if the name is too long."""
    rule = rule_for(resource, inputs)
    if rule is None or rule.prop in inputs or f"{rule.prop}Prefix" in inputs:
        return None
    base = (name.lower() if rule.lower else name) + (rule.separator if rule.digits else "")
    if len(base) + rule.digits > rule.limit:
        raise ValueError(f"name {base!r} plus {rule.digits} random chars is longer than maximum length {rule.limit}")
    digest = hashlib.sha256(seed.encode()).digest()
    tail = "".join(chr(97 + byte % 26) for byte in digest) if rule.letters else digest.hex()
    made = base + tail[: rule.digits]
    fifo = inputs.get(_FIFO.get(resource.token, ""))
    if resource.token == "aws:kms/alias:Alias" and not made.startswith("alias/"):  # noqa: S105
        made = f"alias/{made}"
    return rule.prop, made + ".fifo" if fifo is True else made
