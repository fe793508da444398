import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.alarms import Alarming
from components.tiers.data.aurora import (
    Aurora,
    AuroraArgs,
    AuroraSecondaryCluster,
    AuroraSecondaryClusterArgs,
    Capacity,
)
from tests.support.graph import ACCOUNT, REGION, Graph, Node, deploy
from tests.support.some import some

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/main"
STANDBY_KEY = f"arn:aws:kms:us-east-2:{ACCOUNT}:key/standby"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
GLOBAL = "aws:rds/globalCluster:GlobalCluster"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def arguments(**changes: Any) -> AuroraArgs:
    given: dict[str, Any] = {
        "capacity": Capacity(least=2, most=32),
        "vpc_id": "vpc-1",
        "subnet_ids": {zone: f"subnet-{zone[-1]}" for zone in ZONES},
        "kms_key_arn": KEY,
        "database_name": "ledger",
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags={"Stack": "dev"}),
        "tags": {"Stack": "dev"},
    }
    return AuroraArgs(**(given | changes))


def aurora(**changes: Any) -> Graph:
    return deploy(lambda: Aurora("ledger", arguments(**changes)))


def standby(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "instance_class": "db.r7g.large",
        "vpc_id": "vpc-2",
        "subnet_ids": {"us-east-2a": "subnet-x", "us-east-2b": "subnet-y"},
        "kms_key_arn": STANDBY_KEY,
        "global_cluster_id": "ledger-global",
        "source_region": REGION,
        "version": "17.5",
        "secret_arn": f"arn:aws:secretsmanager:us-east-2:{ACCOUNT}:secret:ledger-AbCdEf",
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC.replace(REGION, "us-east-2")]),
    }

    def program() -> None:
        east = pulumi.ResourceOptions(providers={"aws": aws.Provider("east", region="us-east-2")})
        AuroraSecondaryCluster("ledger-standby", AuroraSecondaryClusterArgs(**(given | changes)), east)

    return deploy(program)


def placed(graph: Graph) -> dict[str, tuple[str, int]]:
    return {n.name: (n.inputs["availabilityZone"], n.inputs["promotionTier"]) for n in graph.of(MEMBER)}


def expect(node: Node, expected: dict[str, Any]) -> None:
    assert {key: node.inputs.get(key) for key in expected} == expected


def test_the_cluster_is_encrypted_recoverable_and_kept() -> None:
    node = aurora().one(CLUSTER, "ledger-cluster")
    assert node.protect
    expect(
        node,
        {
            "clusterIdentifier": "ha-aws-dev-ledger",
            "engine": "aurora-postgresql",
            "engineMode": "provisioned",
            "engineVersion": "17",
            "databaseName": "ledger",
            "storageEncrypted": True,
            "kmsKeyId": KEY,
            "backupRetentionPeriod": 35,
            "deletionProtection": True,
            "deleteAutomatedBackups": False,
            "copyTagsToSnapshot": True,
            "skipFinalSnapshot": False,
            "iamDatabaseAuthenticationEnabled": True,
            "enabledCloudwatchLogsExports": ["postgresql"],
            "performanceInsightsEnabled": True,
            "databaseInsightsMode": "standard",
            "serverlessv2ScalingConfiguration": {"minCapacity": 2, "maxCapacity": 32},
            "manageMasterUserPassword": True,
            "masterUserSecretKmsKeyId": KEY,
        },
    )
    assert "availabilityZones" not in node.inputs, (
        "RDS fills them up, and fewer than it chose would replace the cluster"
    )
    assert "masterPasswordWo" not in node.inputs
    assert node.inputs["finalSnapshotIdentifier"].startswith("ha-aws-dev-ledger-final-")
    assert node.ignore_changes == ()


def test_in_development_the_cluster_can_be_destroyed() -> None:
    node = aurora(retain_data=False).one(CLUSTER)
    assert not node.protect
    expect(node, {"deletionProtection": False, "skipFinalSnapshot": True, "deleteAutomatedBackups": True})
    assert "finalSnapshotIdentifier" not in node.inputs


def test_writer_and_readers_are_in_distinct_zones_and_promoted_in_order() -> None:
    graph = aurora()
    assert placed(graph) == {
        "ledger-us-west-2a": ("us-west-2a", 0),
        "ledger-us-west-2b": ("us-west-2b", 1),
        "ledger-us-west-2c": ("us-west-2c", 2),
    }
    writer = graph.one(MEMBER, "ledger-us-west-2a")
    for reader in some(graph.every(MEMBER)[1:]):
        assert writer.urn in reader.depends_on, "the instance made first is the writer"
    for member in graph.every(MEMBER):
        expect(member, {"instanceClass": "db.serverless", "publiclyAccessible": False, "monitoringInterval": 60})
        assert graph.referred(member, "clusterIdentifier") == [graph.one(CLUSTER)]
        assert "preferredBackupWindow" not in member.inputs, "it is set on the cluster"


def test_with_two_zones_the_third_member_shares_the_first_zone() -> None:
    graph = aurora(
        subnet_ids={"us-west-2a": "subnet-a", "us-west-2b": "subnet-b"}, capacity=None, instance_class="db.r7g.large"
    )
    assert placed(graph) == {
        "ledger-us-west-2a": ("us-west-2a", 0),
        "ledger-us-west-2b": ("us-west-2b", 1),
        "ledger-us-west-2a-2": ("us-west-2a", 2),
    }
    assert {n.inputs["instanceClass"] for n in graph.of(MEMBER)} == {"db.r7g.large"}
    assert "serverlessv2ScalingConfiguration" not in graph.one(CLUSTER).inputs


def test_identifiers_fit_however_long_the_names_of_stack_and_zones_are() -> None:
    zones = {f"ap-northeast-1{letter}": f"subnet-{letter}" for letter in "ac"}

    def program() -> None:
        far = pulumi.ResourceOptions(providers={"aws": aws.Provider("far", region="ap-northeast-1")})
        key = KEY.replace(REGION, "ap-northeast-1")
        Aurora("ledger", arguments(subnet_ids=zones, readers=15, alarms=Alarming(), kms_key_arn=key), far)

    graph = deploy(program, stack="production-" * 9)
    found = [n.inputs["identifier"] for n in graph.of(MEMBER)]
    assert len(set(found)) == 16
    assert max(map(len, found)) == 62, "RDS takes 63"


def test_tls_is_forced() -> None:
    group = aurora().one("aws:rds/clusterParameterGroup:ClusterParameterGroup")
    assert group.inputs["family"] == "aurora-postgresql17"
    assert {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"} in group.inputs["parameters"]


def test_a_global_database_has_a_password_of_our_own_and_takes_in_the_running_cluster() -> None:
    graph = aurora(global_database=True, secret_replicas={"us-east-2": STANDBY_KEY})
    cluster, whole = graph.one(CLUSTER), graph.one(GLOBAL)
    assert "manageMasterUserPassword" not in cluster.inputs, "Aurora refuses it in a Global Database"
    assert "masterPassword" not in cluster.inputs, "it would be in the state"
    assert cluster.inputs["masterPasswordWoVersion"] == 1
    assert [n.name for n in graph.referred(cluster, "masterPasswordWo")] == ["ledger-secret-value"]
    owned = {"engineVersion", "globalClusterIdentifier", "replicationSourceIdentifier"}
    assert set(cluster.ignore_changes) == owned, "a switchover changes them"
    assert graph.referred(whole, "sourceDbClusterIdentifier") == [cluster]
    assert whole.protect
    expect(
        whole, {"globalClusterIdentifier": "ha-aws-dev-ledger-global", "forceDestroy": True, "deletionProtection": True}
    )
    assert "engine" not in whole.inputs, "it conflicts with the source"
    secret = graph.one("aws:secretsmanager/secret:Secret")
    assert secret.inputs["replicas"] == [{"region": "us-east-2", "kmsKeyId": STANDBY_KEY}]


def test_the_standby_can_only_be_made_after_the_writer_and_finds_its_secret_in_its_own_region() -> None:
    seen: dict[str, str] = {}

    def program() -> None:
        made = Aurora("ledger", arguments(global_database=True))
        assert made.global_cluster_id is not None
        aws.ssm.Parameter("global", type="String", value=made.global_cluster_id)
        made.secret_arn_in("us-east-2").apply(lambda arn: seen.update(secret=arn))

    graph = deploy(program)
    waited = {n.name for n in graph.referred(graph.one("aws:ssm/parameter:Parameter"), "value")}
    assert waited == {"ledger-global", "ledger-us-west-2a"}
    assert seen["secret"].startswith(f"arn:aws:secretsmanager:us-east-2:{ACCOUNT}:")


def test_the_proxy_has_an_endpoint_for_writing_and_one_for_reading() -> None:
    graph = aurora()
    proxy = graph.one("aws:rds/proxy:Proxy")
    expect(proxy, {"engineFamily": "POSTGRESQL", "requireTls": True})
    assert proxy.inputs["vpcSubnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    readers = graph.one("aws:rds/proxyEndpoint:ProxyEndpoint")
    expect(readers, {"targetRole": "READ_ONLY", "dbProxyEndpointName": "ha-aws-dev-ledger-readers"})
    assert readers.inputs["vpcSubnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    for made in (proxy, readers):
        assert made.ignore_changes == ("vpcSubnetIds",), "RDS drops zones without proxies; the difference would replace"
    target = graph.one("aws:rds/proxyTarget:ProxyTarget")
    assert graph.referred(target, "dbClusterIdentifier") == [graph.one(CLUSTER)]
    assert {n.urn for n in graph.of(MEMBER)} <= target.depends_on
    assert aurora(proxy=False).of("aws:rds/proxy:Proxy") == []


def test_every_member_is_watched_and_failovers_are_told() -> None:
    graph = aurora()
    kinds = ("cpu", "connections", "lag", "capacity")
    assert {n.name for n in graph.of(ALARM)} == {f"ledger-{kind}-{zone}" for kind in kinds for zone in ZONES}
    events = {n.inputs["sourceType"]: n.inputs for n in graph.of("aws:rds/eventSubscription:EventSubscription")}
    assert "failover" in events["db-cluster"]["eventCategories"]
    assert events["db-cluster"]["sourceIds"] == ["ha-aws-dev-ledger"]
    assert events["db-instance"]["sourceIds"] == [f"ha-aws-dev-ledger-{zone}" for zone in ZONES]


def test_the_standby_has_the_key_of_its_region_and_neither_user_nor_password_nor_database() -> None:
    graph = standby()
    node = graph.one(CLUSTER, "ledger-standby-cluster")
    assert node.protect
    expect(
        node,
        {
            "globalClusterIdentifier": "ledger-global",
            "sourceRegion": REGION,
            "engineVersion": "17.5",
            "kmsKeyId": STANDBY_KEY,
            "storageEncrypted": True,
            "deletionProtection": True,
            "enableGlobalWriteForwarding": False,
            "skipFinalSnapshot": False,
        },
    )
    for refused in ("masterUsername", "masterPassword", "masterPasswordWo", "databaseName", "manageMasterUserPassword"):
        assert refused not in node.inputs, "Aurora: cannot specify user name for cross region replication cluster"
    assert node.inputs["preferredMaintenanceWindow"] != aurora().one(CLUSTER).inputs["preferredMaintenanceWindow"]
    assert set(node.ignore_changes) == {"replicationSourceIdentifier", "engineVersion", "globalClusterIdentifier"}
    assert placed(graph) == {
        "ledger-standby-us-east-2a": ("us-east-2a", 0),
        "ledger-standby-us-east-2b": ("us-east-2b", 1),
    }


def test_the_standbys_delay_is_watched_and_its_proxy_reads_the_secret_of_its_region() -> None:
    graph = standby()
    assert graph.one(ALARM, "ledger-standby-global-lag").inputs["metricName"] == "AuroraGlobalDBReplicationLag"
    policy = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy", "ledger-standby-proxy-role").inputs["policy"])
    assert policy["Statement"][0]["Resource"].split(":")[3] == "us-east-2"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subnet_ids": {"us-west-2a": "s"}}, "2 Availability Zones are needed"),
        ({"instance_class": "db.r7g.large"}, "give one of them"),
        ({"capacity": None}, "give one of them"),
        ({"capacity": None, "instance_class": "db.serverless"}, "give capacity instead"),
        ({"readers": 0}, "readers=0: must be 1-15"),
        ({"readers": 16}, "readers=16: must be 1-15"),
        ({"global_database": True, "readers": 15}, "readers=15: a Global Database has at most 14 here"),
        ({"global_database": True, "capacity": None, "instance_class": "db.t4g.large"}, "optimized for memory"),
        ({"backup_days": 6}, "backup_days=6: must be at least 7 days"),
        ({"engine_version": "seventeen"}, "engine_version=seventeen"),
        ({"secret_replicas": {"us-east-2": "k"}}, "only with global_database"),
    ],
)
def test_too_few_zones_readers_or_backups_and_contradictions_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(**changes)


def test_a_capacity_at_which_the_cluster_pauses_is_refused() -> None:
    with pytest.raises(ValueError, match=r"least=0: must be at least 0\.5 ACU"):
        Capacity(least=0, most=8)


def test_a_cluster_of_one_region_takes_what_a_global_database_does_not() -> None:
    arguments(readers=15)
    arguments(capacity=None, instance_class="db.t4g.large")
    with pytest.raises(ValueError, match="a Global Database needs classes optimized for"):
        standby(instance_class="db.t4g.large")


def test_a_standby_proxy_needs_the_secret() -> None:
    with pytest.raises(ValueError, match="needs secret_arn"):
        standby(secret_arn=None)


def test_other_users_come_by_iam_through_the_proxy_which_may_connect_as_them_alone() -> None:
    graph = aurora(users=("settlement",))
    proxy = graph.one("aws:rds/proxy:Proxy")
    assert proxy.inputs["defaultAuthScheme"] == "IAM_AUTH"
    assert proxy.inputs["auths"][0]["authScheme"] == "SECRETS", "the master user still has a password"
    statements = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy", "ledger-proxy-role").inputs["policy"])
    (connect,) = [s for s in statements["Statement"] if s["Action"] == "rds-db:connect"]
    (resource,) = connect["Resource"]
    assert resource.startswith(f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:cluster-")
    assert resource.endswith("/settlement")
    assert "defaultAuthScheme" not in aurora().one("aws:rds/proxy:Proxy").inputs
    with pytest.raises(ValueError, match="users="):
        arguments(users=("settlement",), proxy=False)
