"""RDS databases: a primary that fails over, its replicas, its proxy, and the users that log in with IAM."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.tiers.data.rds import (
    BackupReplication,
    RdsCrossRegionReplica,
    RdsCrossRegionReplicaArgs,
    RdsDatabase,
)
from tests.support.graph import ACCOUNT, REGION, deploy
from tests.unit.tiers.data.rds import INSTANCE, KEY, TOPIC, arguments, database, primary

STANDBY_KEY = f"arn:aws:kms:us-east-2:{ACCOUNT}:key/standby"


CLUSTER = "aws:rds/cluster:Cluster"


def secret_of(wire: dict[str, str]) -> str:
    """The value of a Pulumi secret as the engine gets it; fails when it is not marked as one."""
    assert wire["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270"
    return wire["value"]


def test_the_primary_is_multi_az_encrypted_private_and_kept() -> None:
    node = primary(database())
    assert node.protect
    expected = {
        "identifier": "ha-aws-dev-orders",
        "engine": "mysql",
        "engineVersion": "8.4",
        "instanceClass": "db.r7g.large",
        "multiAz": True,
        "allocatedStorage": 100,
        "maxAllocatedStorage": 500,
        "storageType": "gp3",
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "dbName": "orders",
        "username": "dbadmin",
        "port": 3306,
        "publiclyAccessible": False,
        "iamDatabaseAuthenticationEnabled": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "backupRetentionPeriod": 7,
        "copyTagsToSnapshot": True,
        "deletionProtection": True,
        "deleteAutomatedBackups": False,
        "skipFinalSnapshot": False,
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 7,
        "databaseInsightsMode": "standard",
        "monitoringInterval": 60,
        "enabledCloudwatchLogsExports": ["error", "slowquery"],
        "applyImmediately": False,
        "autoMinorVersionUpgrade": True,
    }
    assert {key: node.inputs.get(key) for key in expected} == expected
    assert "availabilityZone" not in node.inputs, "RDS refuses a zone for a Multi-AZ instance"
    assert node.inputs["finalSnapshotIdentifier"].startswith("ha-aws-dev-orders-final-")


def test_in_development_the_database_can_be_destroyed() -> None:
    node = primary(database(retain_data=False))
    assert not node.protect
    assert node.inputs["deletionProtection"] is False
    assert node.inputs["skipFinalSnapshot"] is True
    assert "finalSnapshotIdentifier" not in node.inputs


def test_without_replicas_rds_manages_the_password() -> None:
    graph = database()
    assert primary(graph).inputs["manageMasterUserPassword"] is True
    assert primary(graph).inputs["masterUserSecretKmsKeyId"] == KEY
    assert "passwordWo" not in primary(graph).inputs
    assert graph.of("aws:secretsmanager/secret:Secret") == []


@pytest.mark.parametrize("changes", [{"replica_zones": ("us-west-2c",)}, {"standby_replica": True}])
def test_with_replicas_the_password_is_ours_because_rds_would_refuse_the_replica(changes: dict[str, Any]) -> None:
    graph = database(**changes)
    value = graph.one("aws:secretsmanager/secretVersion:SecretVersion", "orders-secret-value")
    assert value.ignore_changes == ("secretString",)
    stored = json.loads(secret_of(value.inputs["secretString"]))
    assert stored["username"] == "dbadmin"
    assert len(stored["password"]) == 32
    assert "manageMasterUserPassword" not in primary(graph).inputs
    assert "password" not in primary(graph).inputs
    assert secret_of(primary(graph).inputs["passwordWo"]) == stored["password"]
    assert primary(graph).inputs["passwordWoVersion"] == 1
    assert graph.referred(primary(graph), "passwordWo") == [value]
    secret = graph.one("aws:secretsmanager/secret:Secret")
    assert secret.inputs["kmsKeyId"] == KEY
    assert secret.inputs["recoveryWindowInDays"] == 30
    assert "replicas" not in secret.inputs


def test_clients_of_a_promoted_standby_find_the_password_in_their_own_region() -> None:
    graph = database(standby_replica=True, secret_replicas={"us-east-2": STANDBY_KEY})
    secret = graph.one("aws:secretsmanager/secret:Secret")
    assert secret.inputs["replicas"] == [{"region": "us-east-2", "kmsKeyId": STANDBY_KEY}]


def test_the_read_replica_is_in_a_zone_that_primary_and_standby_keep_out_of() -> None:
    graph = database(replica_zones=("us-west-2c",))
    replica = graph.one(INSTANCE, "orders-us-west-2c")
    assert replica.inputs["availabilityZone"] == "us-west-2c"
    assert replica.inputs["identifier"] == "ha-aws-dev-orders-us-west-2c"
    assert replica.inputs["backupRetentionPeriod"] == 7
    assert replica.inputs["deletionProtection"] is replica.protect is True
    assert replica.inputs["skipFinalSnapshot"] is True
    assert graph.referred(replica, "replicateSourceDb") == [primary(graph)]
    assert replica.inputs["replicateSourceDb"].startswith("arn:")
    for refused in ("username", "dbName", "engine", "kmsKeyId", "multiAz", "finalSnapshotIdentifier", "passwordWo"):
        assert refused not in replica.inputs, f"{refused} is not for a replica"
    [group] = graph.referred(primary(graph), "dbSubnetGroupName")
    assert group.inputs["subnetIds"] == ["subnet-a", "subnet-b"]
    [group] = graph.referred(replica, "dbSubnetGroupName")
    assert group.inputs["subnetIds"] == ["subnet-a", "subnet-b", "subnet-c"], "RDS takes no group of one zone"


def test_with_two_zones_the_primary_keeps_both() -> None:
    graph = database(subnet_ids={"us-west-2a": "subnet-a", "us-west-2b": "subnet-b"}, replica_zones=("us-west-2b",))
    [group] = graph.referred(primary(graph), "dbSubnetGroupName")
    assert group.inputs["subnetIds"] == ["subnet-a", "subnet-b"]


@pytest.mark.parametrize(
    ("engine", "family", "forced"),
    [("mysql", "mysql8.4", "require_secure_transport"), ("postgres", "postgres17", "rds.force_ssl")],
)
def test_the_parameter_group_forces_tls(engine: str, family: str, forced: str) -> None:
    graph = database(engine=engine)
    group = graph.one("aws:rds/parameterGroup:ParameterGroup")
    assert group.inputs["family"] == family
    assert {"name": forced, "value": "1", "applyMethod": "immediate"} in group.inputs["parameters"]
    assert graph.referred(primary(graph), "parameterGroupName") == [group]


def test_logs_are_encrypted_and_expire_and_exist_before_rds_would_make_them() -> None:
    graph = database(replica_zones=("us-west-2c",))
    groups = {n.inputs["name"]: n for n in graph.of("aws:cloudwatch/logGroup:LogGroup")}
    assert set(groups) == {
        "/aws/rds/instance/ha-aws-dev-orders/error",
        "/aws/rds/instance/ha-aws-dev-orders/slowquery",
        "/aws/rds/instance/ha-aws-dev-orders-us-west-2c/error",
        "/aws/rds/instance/ha-aws-dev-orders-us-west-2c/slowquery",
        "/aws/rds/proxy/ha-aws-dev-orders-proxy",
    }
    assert all(n.inputs["kmsKeyId"] == KEY and n.inputs["retentionInDays"] == 90 for n in groups.values())
    assert groups["/aws/rds/instance/ha-aws-dev-orders/error"].urn in primary(graph).depends_on


def test_outputs_name_what_callers_need() -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        made = RdsDatabase("orders", arguments(replica_zones=("us-west-2c",)))
        seen["port"], seen["zones"] = made.port, list(made.reader_endpoints)
        assert made.connect_arn is not None
        made.connect_arn.apply(lambda arn: seen.update(connect=arn))
        made.endpoint.apply(lambda host: seen.update(endpoint=host))
        made.security_group_id.apply(lambda group: seen.update(group=group))

    deploy(program)
    assert seen["port"] == 3306
    assert seen["zones"] == ["us-west-2c"]
    assert seen["connect"].startswith(f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:")
    assert seen["connect"].endswith("/dbadmin")
    assert seen["group"] == "orders-proxy-group-id"
    assert seen["endpoint"] == "orders-proxy.test"


@pytest.mark.parametrize(("topology", "resource"), [("instance", "orders-primary"), ("cluster", "orders-cluster")])
def test_users_without_a_password_log_in_through_the_proxy_with_iam_all_the_way(topology: str, resource: str) -> None:
    size = {"instance_class": "db.r6gd.large"} if topology == "cluster" else {}
    graph = database(topology=topology, users=("reader",), **size)
    proxy = graph.one("aws:rds/proxy:Proxy")
    assert proxy.inputs["defaultAuthScheme"] == "IAM_AUTH"
    assert [auth["iamAuth"] for auth in proxy.inputs["auths"]] == ["REQUIRED"], "the master user, for the schema"
    role = graph.one("aws:iam/rolePolicy:RolePolicy", "orders-proxy-role")
    connect = next(s for s in json.loads(role.inputs["policy"])["Statement"] if s["Sid"] == "ConnectAs")
    assert connect["Action"] == "rds-db:connect"
    (arn,) = connect["Resource"]
    assert arn.startswith(f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:")
    assert arn.endswith("/reader")
    assert resource in {n.name for n in graph.referred(role, "policy")}


def test_without_users_the_proxy_reads_the_master_password_only() -> None:
    graph = database()
    assert "defaultAuthScheme" not in graph.one("aws:rds/proxy:Proxy").inputs
    role = graph.one("aws:iam/rolePolicy:RolePolicy", "orders-proxy-role").inputs["policy"]
    assert [s["Sid"] for s in json.loads(role)["Statement"]] == ["ReadPassword", "DecryptPassword"]


def test_users_log_in_to_the_standby_replica_itself_by_its_own_resource_id() -> None:
    seen: list[str] = []

    def program() -> None:
        args = RdsCrossRegionReplicaArgs(
            source_arn=f"arn:aws:rds:us-west-2:{ACCOUNT}:db:orders",
            engine="mysql",
            instance_class="db.r7g.large",
            vpc_id="vpc-2",
            subnet_ids={"us-east-2a": "subnet-x", "us-east-2b": "subnet-y"},
            kms_key_arn=STANDBY_KEY,
            retain_data=True,
            users=("reader",),
        )
        there = pulumi.ResourceOptions(providers={"aws": aws.Provider("east", region="us-east-2")})
        made = RdsCrossRegionReplica("orders", args, there)
        pulumi.Output.all(made.replica.resource_id, made.user_arns["reader"]).apply(seen.extend)

    graph = deploy(program)
    own, arn = seen
    assert arn == f"arn:aws:rds-db:us-east-2:{ACCOUNT}:dbuser:{own}/reader"
    assert graph.one(INSTANCE).inputs["iamDatabaseAuthenticationEnabled"] is True, "a replica has its own setting"


def test_users_need_the_proxy() -> None:
    with pytest.raises(ValueError, match="log in through the proxy; create one"):
        arguments(users=("reader",), proxy=False)


def test_without_proxy_callers_reach_the_database_itself() -> None:
    graph = database(proxy=False)
    assert graph.of("aws:rds/proxy:Proxy") == []
    assert [n.name for n in graph.of("aws:ec2/securityGroup:SecurityGroup")] == ["orders-group"]


def test_backups_are_copied_to_the_other_region_with_its_key() -> None:
    graph = database(backup_copy=BackupReplication(region="us-east-2", kms_key_arn=STANDBY_KEY, days=14))
    copy = graph.one("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication")
    assert copy.inputs["region"] == "us-east-2"
    assert copy.inputs["kmsKeyId"] == STANDBY_KEY
    assert copy.inputs["retentionPeriod"] == 14
    assert graph.referred(copy, "sourceDbInstanceArn") == [primary(graph)]


def test_alarms_watch_primary_and_replica_and_failovers_are_told() -> None:
    graph = database(replica_zones=("us-west-2c",))
    alarms = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    tails = ("", "-us-west-2c")
    kinds = ("cpu", "connections", "storage")
    assert set(alarms) == {f"orders-{kind}{tail}" for kind in kinds for tail in tails} | {
        "orders-lag-us-west-2c",
        "orders-stopped-us-west-2c",
    }
    stopped = alarms["orders-stopped-us-west-2c"]
    assert (stopped["metricName"], stopped["comparisonOperator"]) == ("ReplicaLag", "LessThanThreshold")
    assert stopped["threshold"] == 0, "RDS reports -1 while nothing is replicated"
    assert alarms["orders-storage"]["threshold"] == 5 * 1024**3
    assert alarms["orders-storage"]["comparisonOperator"] == "LessThanThreshold"
    assert all(a["alarmActions"] == [TOPIC] for a in alarms.values())
    events = graph.one("aws:rds/eventSubscription:EventSubscription")
    assert "failover" in events.inputs["eventCategories"]
    assert events.inputs["sourceIds"] == ["ha-aws-dev-orders", "ha-aws-dev-orders-us-west-2c"]


def test_a_cluster_has_two_readable_standbys_and_a_managed_password() -> None:
    graph = database(topology="cluster", engine="postgres", instance_class="db.r6gd.large", insights="advanced")
    node = graph.one(CLUSTER, "orders-cluster")
    assert node.protect
    expected = {
        "engine": "postgres",
        "dbClusterInstanceClass": "db.r6gd.large",
        "storageType": "io1",
        "allocatedStorage": 100,
        "iops": 3000,
        "manageMasterUserPassword": True,
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "deletionProtection": True,
        "performanceInsightsRetentionPeriod": 465,
        "databaseInsightsMode": "advanced",
        "caCertificateIdentifier": "rds-ca-rsa2048-g1",
    }
    assert {key: node.inputs.get(key) for key in expected} == expected
    assert "availabilityZones" not in node.inputs
    [group] = graph.referred(node, "dbSubnetGroupName")
    assert group.inputs["subnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    assert graph.of(INSTANCE) == []
    target = graph.one("aws:rds/proxyTarget:ProxyTarget")
    assert graph.referred(target, "dbClusterIdentifier") == [node]
    alarms = {n.name: n for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert len(alarms) == 12
    assert alarms["orders-cpu-1"].inputs["dimensions"] == {"DBInstanceIdentifier": "ha-aws-dev-orders-instance-1"}


def test_small_mysql_classes_have_no_performance_insights() -> None:
    inputs = primary(database(instance_class="db.t4g.small")).inputs
    assert inputs["performanceInsightsEnabled"] is False
    assert "performanceInsightsKmsKeyId" not in inputs
    assert primary(database(engine="postgres", instance_class="db.t4g.small")).inputs["performanceInsightsEnabled"]


def test_the_standby_is_a_multi_az_replica_with_the_key_of_its_region() -> None:
    source = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"

    def program(promoted: bool) -> None:
        RdsCrossRegionReplica(
            "orders-standby",
            RdsCrossRegionReplicaArgs(
                source_arn=source,
                promoted=promoted,
                engine="mysql",
                instance_class="db.r7g.large",
                vpc_id="vpc-2",
                subnet_ids={"us-east-2a": "subnet-x", "us-east-2b": "subnet-y"},
                kms_key_arn=STANDBY_KEY,
                retain_data=True,
            ),
            pulumi.ResourceOptions(providers={"aws": aws.Provider("east", region="us-east-2")}),
        )

    replica = deploy(lambda: program(promoted=False)).one(INSTANCE, "orders-standby-replica")
    assert replica.protect
    assert replica.inputs["replicateSourceDb"] == source
    assert replica.inputs["multiAz"] is True
    assert replica.inputs["kmsKeyId"] == STANDBY_KEY
    assert replica.inputs["backupRetentionPeriod"] == 7
    assert replica.inputs["skipFinalSnapshot"] is True
    for refused in ("username", "dbName", "manageMasterUserPassword", "finalSnapshotIdentifier", "availabilityZone"):
        assert refused not in replica.inputs
    assert replica.ignore_changes == ("replicateSourceDb",), "an update must not undo a promotion"
    # What is promoted was a replica (tests/engine/test_failover.py): no empty database takes its place.
    with pytest.raises(ValueError, match="engine must be given for a new database"):
        deploy(lambda: program(promoted=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secret_replicas": {"us-east-2": STANDBY_KEY}}, "the AWS-managed secret is not replicated"),
        ({"backup_days": 6}, "backup_days=6: must be at least 7 days"),
        ({"subnet_ids": {"us-west-2a": "s"}}, "2 Availability Zones are needed"),
        ({"replica_zones": ("us-west-2d",)}, r"no subnet in \['us-west-2d'\]"),
        ({"replica_zones": ("us-west-2a", "us-west-2a")}, "one replica per zone"),
        (
            {"topology": "cluster", "instance_class": "db.r6gd.large", "replica_zones": ("us-west-2a",)},
            "its two standbys are readable",
        ),
        (
            {
                "topology": "cluster",
                "instance_class": "db.r6gd.large",
                "backup_copy": BackupReplication(region="us-east-2", kms_key_arn=STANDBY_KEY),
            },
            "RDS copies no backups of Multi-AZ DB clusters",
        ),
        (
            {
                "topology": "cluster",
                "instance_class": "db.r6gd.large",
                "subnet_ids": {"us-west-2a": "s", "us-west-2b": "t"},
            },
            "3 Availability Zones are needed",
        ),
    ],
)
def test_too_few_zones_or_backups_and_contradictions_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(**changes)
