"""The payment platform: every system is there, wired, watched, and in both Regions where there are two."""

import json
from typing import Any

import pytest

from components.names import region_code
from components.settings.model import parse_settings
from components.settings.section import SettingsError
from tests.support.graph import Graph, Node
from tests.support.some import some
from tests.unit.architectures.financial import DOMAIN, STANDBY, ZONES, full, recorded, small

LAMBDA, ALARM = "aws:lambda/function:Function", "aws:cloudwatch/metricAlarm:MetricAlarm"
TABLE, MAPPING = "aws:dynamodb/table:Table", "aws:lambda/eventSourceMapping:EventSourceMapping"
CLUSTER, MEMBER = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
API, RECORD = "aws:apigateway/restApi:RestApi", "aws:route53/record:Record"
EGRESS, INGRESS = (
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
)
FUNCTIONS = {"transactions", "relay", "settlement", "expiry", "releaser"}


def document(graph: Graph, name: str) -> dict[str, Any]:
    return json.loads(graph.one(API, name).inputs["body"])


def test_both_regions_have_the_whole_way_of_a_payment() -> None:
    graph = full()
    functions = {n.name for n in graph.of(LAMBDA)}
    for code in ("use1", "usw2"):
        assert {f"{code}-{name}" for name in FUNCTIONS} <= functions
        assert graph.one(API, f"{code}-api")
        assert {n.name for n in graph.of("aws:ecs/service:Service")} >= {f"{code}-ledger", f"{code}-risk"}
    assert [n for n in functions if n.endswith("ledger-schema")] == ["use1-ledger-schema"], "a reader takes no schema"


def test_the_processor_runs_in_every_zone_is_kept_ready_and_released_in_steps() -> None:
    graph = full()
    for code, ready in (("use1", 20), ("usw2", 5)):
        function = graph.one(LAMBDA, f"{code}-transactions")
        zones = {s.inputs["availabilityZone"] for s in graph.referred(function, "vpcConfig") if "Subnet" in s.type}
        assert len(zones) == 3
        assert (function.inputs["architectures"], function.inputs["runtime"]) == (["arm64"], "python3.13")
        assert function.inputs["reservedConcurrentExecutions"] == 200
        assert function.inputs["tracingConfig"] == {"mode": "Active"}
        provisioned = graph.one(
            "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", f"{code}-transactions-provisioned"
        )
        assert provisioned.inputs["provisionedConcurrentExecutions"] == ready
        group = graph.one("aws:codedeploy/deploymentGroup:DeploymentGroup", f"{code}-transactions-release-group")
        assert group.inputs["deploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert "DEPLOYMENT_STOP_ON_ALARM" in group.inputs["autoRollbackConfiguration"]["events"]
    assert "reservedConcurrentExecutions" not in small().one(LAMBDA, "use1-transactions").inputs


def test_tables_are_written_in_transactions_where_dynamodb_allows_them_and_strong_where_it_does_not() -> None:
    graph = full()
    made = {n.name.removeprefix("use1-").removesuffix("-data-table"): n.inputs for n in graph.of(TABLE)}
    assert set(made) == {"transactions", "outbox", "idempotency", "sessions"}
    for name, table in made.items():
        (replica,) = table["replicas"]
        assert replica["regionName"] == "us-west-2"
        strong = name in ("idempotency", "sessions")
        assert replica["consistencyMode"] == ("STRONG" if strong else "EVENTUAL"), name
        assert (table.get("globalTableWitness") == {"regionName": "us-east-2"}) is strong
        assert "ttl" not in table, "neither does a payment expire nor does DynamoDB expire strong items"
        assert table["deletionProtectionEnabled"] is True
    (pending,) = made["outbox"]["globalSecondaryIndexes"]
    assert pending["name"] == "pending"
    dev = {n.name: n.inputs for n in small().of(TABLE)}
    assert dev["use1-idempotency-data-table"]["ttl"] == {"attributeName": "expiration", "enabled": True}
    assert not any("replicas" in table for table in dev.values())


def test_the_outbox_of_each_region_feeds_its_relay_and_what_fails_is_kept() -> None:
    graph = full()
    for code in ("use1", "usw2"):
        stream = graph.one(MAPPING, f"{code}-relay-outbox")
        region = "us-east-1" if code == "use1" else "us-west-2"
        assert f":{region}:" in stream.inputs["eventSourceArn"]
        assert {n.name for n in graph.referred(stream, "eventSourceArn")} == {"use1-outbox-data-table"}
        failed = {n.name for n in graph.referred(stream, "destinationConfig")}
        assert f"{code}-failed" in failed
        sweep = graph.one("aws:cloudwatch/eventTarget:EventTarget", f"{code}-sweep")
        assert sweep.inputs["input"] == '{"sweep": true}'
        assert f"{code}-relay-live" in {n.name for n in graph.referred(sweep, "arn")}


def test_settlement_keeps_the_order_and_outlasts_a_database_without_a_writer() -> None:
    graph = full()
    for code in ("use1", "usw2"):
        queue = graph.one("aws:sqs/queue:Queue", f"{code}-settlement-queue").inputs
        assert queue["fifoQueue"] is True
        redrive = json.loads(queue["redrivePolicy"])
        hours = redrive["maxReceiveCount"] * queue["visibilityTimeoutSeconds"] / 3600
        assert 12 <= hours < queue["messageRetentionSeconds"] / 3600
        source = graph.one(MAPPING, f"{code}-settlement-queue")
        assert source.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
        timeout = graph.one(LAMBDA, f"{code}-settlement").inputs["timeout"]
        assert queue["visibilityTimeoutSeconds"] >= 6 * timeout


def test_a_region_whose_database_accepts_no_writes_forwards_to_the_other_regions_queue() -> None:
    graph = full()
    for code, other, region in (("use1", "usw2", "us-west-2"), ("usw2", "use1", "us-east-1")):
        function = graph.one(LAMBDA, f"{code}-settlement")
        variables = function.inputs["environment"]["variables"]
        assert variables["OTHER_REGION"] == region
        assert f"{other}-settlement-queue" in {n.name for n in graph.referred(function, "environment")}
    assert "OTHER_QUEUE_URL" not in small().one(LAMBDA, "use1-settlement").inputs["environment"]["variables"]


def test_the_ledgers_database_has_a_writer_two_readers_and_a_standby_cluster() -> None:
    graph = full()
    zones = {n.name: n.inputs["availabilityZone"] for n in graph.of(MEMBER)}
    assert {zone for name, zone in zones.items() if name.startswith("use1")} == set(ZONES)
    assert len([name for name in zones if name.startswith("usw2")]) == 2
    primary, standby = graph.one(CLUSTER, "use1-ledger-db-cluster"), graph.one(CLUSTER, "usw2-ledger-db-cluster")
    assert primary.inputs["backupRetentionPeriod"] == 35
    assert primary.inputs["iamDatabaseAuthenticationEnabled"] is True
    assert primary.protect
    assert standby.protect
    assert "masterUsername" not in standby.inputs
    whole = graph.one("aws:rds/globalCluster:GlobalCluster", "use1-ledger-db-global")
    assert graph.referred(whole, "sourceDbClusterIdentifier") == [primary]
    dev = small().one(CLUSTER, "use1-ledger-db-cluster").inputs
    assert dev["manageMasterUserPassword"] is True, "outside a Global Database AWS makes and rotates the password"


def test_the_ledgers_least_capacity_is_what_aurora_recommends() -> None:
    least = {n.name: n.inputs["serverlessv2ScalingConfiguration"]["minCapacity"] for n in full().of(CLUSTER)}
    assert least == {"use1-ledger-db-cluster": 8, "usw2-ledger-db-cluster": 4}, "8 in a Global Database's primary"
    assert small().one(CLUSTER).inputs["serverlessv2ScalingConfiguration"] == {"minCapacity": 2, "maxCapacity": 4}


@pytest.mark.whole
def test_provisioned_instances_and_the_major_version_are_settings() -> None:
    graph = recorded(financial={"ledger": {"instanceClass": "db.r7g.large", "readers": 3, "engineVersion": "16"}})
    assert graph.one(CLUSTER).inputs["engineVersion"] == "16"
    assert graph.one(PARAMETERS).inputs["family"] == "aurora-postgresql16"
    members = graph.of(MEMBER)
    assert [m.inputs["instanceClass"] for m in members] == ["db.r7g.large"] * 4
    assert "serverlessv2ScalingConfiguration" not in graph.one(CLUSTER).inputs


@pytest.mark.exhaustive
def test_the_parameter_groups_of_both_regions_are_of_the_major_version_of_the_settings() -> None:
    graph = recorded(**STANDBY, financial={"ledger": {"engineVersion": "16"}})
    assert [group.inputs["family"] for group in graph.of(PARAMETERS)] == ["aurora-postgresql16"] * 2


def test_the_program_never_upgrades_the_ledger_to_another_major_version() -> None:
    """An operator does, replicas and Regions in the right order (docs/runbooks/databases.md)."""
    for cluster in some(full().of(CLUSTER)):
        assert "allowMajorVersionUpgrade" not in cluster.inputs


def test_the_schema_is_made_once_the_proxy_and_the_way_to_it_are_there() -> None:
    graph = small()
    by_urn = {n.urn: n.name for n in graph.nodes}
    invocation = graph.one("aws:lambda/invocation:Invocation", "use1-ledger-schema-run")
    before = {by_urn[urn] for urn in invocation.depends_on if urn in by_urn}
    assert {"use1-ledger-db-proxy-target", "use1-ledger-schema", "use1-ledger-schema-database-5432-in"} <= before
    cluster = graph.one(CLUSTER)
    assert json.loads(invocation.inputs["input"]) == {
        "version": "1",
        "database": cluster.outputs["clusterResourceId"],
    }, "another version or another cluster runs it again"


def _edge(graph: Graph, name: str) -> tuple[str, str]:
    rule = graph.one(EGRESS, name)
    return graph.referred(rule, "securityGroupId")[0].name, graph.referred(rule, "referencedSecurityGroupId")[0].name


def test_who_calls_whom_is_written_in_security_groups() -> None:
    graph = full()
    for code in ("use1", "usw2"):
        proxy = f"{code}-ledger-db-proxy-group"
        assert _edge(graph, f"{code}-settlement-database-5432-out") == (f"{code}-settlement-sg", proxy)
        assert _edge(graph, f"{code}-api-inner-443-out") == (f"{code}-api-link-sg", f"{code}-inner-sg")
        assert _edge(graph, f"{code}-front-ledger-8080-out") == (f"{code}-inner-sg", f"{code}-ledger-sg")
    assert not [n for n in graph.of(INGRESS) if "transactions" in n.name], "functions are not called over the network"


def test_every_accepted_payment_becomes_an_object_that_nobody_deletes_in_both_regions() -> None:
    graph = full()
    locks = graph.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    audit = {n.name: n.inputs["rule"]["defaultRetention"] for n in locks if "-audit-" in n.name}
    assert audit == {
        "use1-audit-bucket-object-lock": {"days": 2555, "mode": "GOVERNANCE"},
        "use1-audit-replica-object-lock": {"days": 2555, "mode": "GOVERNANCE"},
    }
    for code, bucket in (("use1", "use1-audit-bucket"), ("usw2", "use1-audit-replica")):
        function = graph.one(LAMBDA, f"{code}-relay")
        assert bucket in {n.name for n in graph.referred(function, "environment")}


def test_everything_that_keeps_data_is_backed_up_with_a_copy_in_the_other_region() -> None:
    graph = full()
    chosen = {
        n.name
        for selection in graph.of("aws:backup/selection:Selection")
        for n in graph.referred(selection, "resources")
    }
    tables = {f"use1-{name}-data-table" for name in ("transactions", "outbox", "idempotency", "sessions")}
    assert tables | {"use1-ledger-db-cluster", "use1-audit-bucket"} <= chosen
    assert len(graph.of("aws:backup/vaultLockConfiguration:VaultLockConfiguration")) == 2
    trail = graph.one("aws:cloudtrail/trail:Trail").inputs
    kinds = {s["name"] for s in trail["advancedEventSelectors"]}
    assert kinds == {"Management", "Objects", "Items"}


def test_the_domain_leads_to_the_healthy_region_and_each_regions_own_name_to_itself() -> None:
    graph = full()
    names = {r.name: r.inputs for r in graph.of(RECORD) if r.inputs["type"] == "A"}
    assert {n["name"] for n in names.values()} == {
        "pay.example.com",
        "api-use1.pay.example.com",
        "api-usw2.pay.example.com",
    }
    failover = [n["failoverRoutingPolicies"][0]["type"] for n in names.values() if "failoverRoutingPolicies" in n]
    assert sorted(failover) == ["PRIMARY", "SECONDARY"]
    asked = {
        (h.inputs["fqdn"], h.inputs["resourcePath"])
        for h in graph.of("aws:route53/healthCheck:HealthCheck")
        if h.inputs["type"] == "HTTPS"
    }
    assert asked == {("api-use1.pay.example.com", "/health"), ("api-usw2.pay.example.com", "/health")}


def test_a_standby_region_comes_and_goes_without_a_change_to_the_records_of_the_other() -> None:
    one, two = recorded(profile="production", **DOMAIN), full()
    paired = {r.name: r.inputs for r in two.of(RECORD)}
    alone = {r.name: r.inputs for r in one.of(RECORD)}
    assert alone.keys() < paired.keys()
    assert {n["name"] for n in alone.values()} >= {"pay.example.com", "api-use1.pay.example.com"}
    assert alone == {name: paired[name] for name in alone}


@pytest.mark.whole
def test_latency_routing_and_routing_controls_are_settings() -> None:
    graph = recorded(**STANDBY, **DOMAIN, financial={"api": {"routing": "latency", "routingControls": True}})
    assert len([r for r in graph.of(RECORD) if "latencyRoutingPolicies" in r.inputs]) == 2
    controls = graph.of("aws:route53recoverycontrol/routingControl:RoutingControl")
    assert len(controls) == 2
    recovery = [h for h in graph.of("aws:route53/healthCheck:HealthCheck") if h.inputs["type"] == "RECOVERY_CONTROL"]
    assert {graph.referred(h, "routingControlArn")[0].name for h in recovery} == {c.name for c in controls}


def test_the_api_is_closed_but_for_its_health_and_guarded_by_a_web_acl() -> None:
    graph = full()
    for code in ("use1", "usw2"):
        whole = document(graph, f"{code}-api")
        security = {
            operation["operationId"]: operation["security"]
            for item in whole["paths"].values()
            for operation in item.values()
        }
        assert security.pop("health") == security.pop("linkHealth") == []
        assert set(security) == {
            "submitTransaction",
            "getTransaction",
            "getLedgerEntry",
            "getSession",
            "putSession",
        }
        assert all(s == [{"sigv4": [], "api_key": []}] for s in security.values())
        ledger = whole["paths"]["/ledger/{transaction_id}"]["get"]["x-amazon-apigateway-integration"]
        assert ledger["connectionType"] == "VPC_LINK"
        assert ledger["uri"] == f"https://inner-{code}.pay.example.com:443/ledger/{{transaction_id}}"
    protected = {
        n.name
        for a in graph.of("aws:wafv2/webAclAssociation:WebAclAssociation")
        for n in graph.referred(a, "resourceArn")
    }
    assert {"use1-api-live", "usw2-api-live"} <= protected


def test_a_region_without_customers_stays_alive() -> None:
    """API Gateway deactivates a VPC link without requests for 60 days, and Lambda a function in a VPC after weeks."""
    graph = full()
    for code in ("use1", "usw2"):
        canary = graph.one("aws:synthetics/canary:Canary", f"{code}-canary-canary").inputs
        asked = json.loads(canary["runConfig"]["environmentVariables"]["TARGETS"])
        assert [target["url"].rpartition("/health")[2] for target in asked] == ["", "/link"]
        whole = document(graph, f"{code}-api")
        way = whole["paths"]["/health/link"]["get"]["x-amazon-apigateway-integration"]
        assert (way["connectionType"], way["connectionId"]) == ("VPC_LINK", f"{code}-api-link-id")
        rule = graph.one("aws:lb/listenerRule:ListenerRule", f"{code}-inner-health").inputs
        assert rule["conditions"][0]["pathPattern"]["values"] == ["/health/link", "/live/health/link"]
        assert rule["actions"][0]["fixedResponse"]["statusCode"] == "200"
        called = {
            n.name
            for target in graph.of("aws:cloudwatch/eventTarget:EventTarget")
            for n in graph.referred(target, "arn")
            if n.name.startswith(f"{code}-")
        }
        runs = {f.name for f in graph.of(LAMBDA) if f.inputs.get("vpcConfig") and f.name.startswith(f"{code}-")}
        # The canary asks the processor; the schema runs right after its own update, which activates it.
        idle = runs - {f"{code}-transactions", f"{code}-ledger-schema"}
        assert idle <= {name.removesuffix("-live") for name in called}


def test_one_key_opens_both_regions() -> None:
    graph = full()
    second = graph.one("aws:apigateway/apiKey:ApiKey", "usw2-api-key")
    assert [n.name for n in graph.referred(second, "value")] == ["use1-api-key"]
    without = recorded(financial={"api": {"apiKeys": False}})
    assert not without.of("aws:apigateway/apiKey:ApiKey")


@pytest.mark.whole
def test_bearer_tokens_are_checked_by_an_authorizer_in_each_region() -> None:
    token = {"issuer": "https://login.example.com", "audience": "payments"}
    graph = recorded(**STANDBY, financial={"api": {"authorization": "jwt", "token": token}})
    for code in ("use1", "usw2"):
        variables = graph.one(LAMBDA, f"{code}-authorizer").inputs["environment"]["variables"]
        assert variables["KEYS_URL"] == "https://login.example.com/.well-known/jwks.json"
        alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"{code}-authorizer-errors").inputs
        assert alarm["metricName"] == "AuthorizerFailures", "who brings a bad token must not set it off"
        assert alarm["namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
        assert alarm["dimensions"] == {"service": variables["POWERTOOLS_SERVICE_NAME"]}
        assert document(graph, f"{code}-api")["components"]["securitySchemes"]["jwt"]


PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.mark.whole
def test_client_certificates_guard_the_api_and_health_checkers_get_an_api_of_their_own() -> None:
    api = {"authorization": "mutual-tls", "clientAuthorities": PEM, "logging": "own"}
    graph = recorded(**STANDBY, **DOMAIN, financial={"api": api})
    names = {n.name: n.inputs for n in graph.of("aws:apigateway/domainName:DomainName")}
    for code in ("use1", "usw2"):
        shared, own = names[f"{code}-api-domain"], names[f"{code}-health-api-domain"]
        assert shared["mutualTlsAuthentication"]["truststoreUri"].startswith("s3://")
        assert "mutualTlsAuthentication" not in own
        # Not api-…: that is another API's name while clients come without certificates, and a Region takes a name once.
        assert own["domainName"] == f"health-{code}.pay.example.com"
        assert graph.one(RECORD, f"{code}-own-name").inputs["name"] == own["domainName"]
        paths = document(graph, f"{code}-health-api")["paths"]
        assert set(paths) == {"/health", "/health/link"}, "nothing slips by the certificate"
        used = {
            d["paths"]["/health/link"]["get"]["x-amazon-apigateway-integration"]["connectionId"]
            for d in (document(graph, f"{code}-health-api"), document(graph, f"{code}-api"))
        }
        assert used == {f"{code}-api-link-id"}, "the canary's requests keep the link of the payments API active"
        account = graph.one("aws:apigateway/account:Account", f"{code}-api-account")
        stage = graph.one("aws:apigateway/stage:Stage", f"{code}-health-api-live")
        assert account.urn in stage.depends_on, "a stage cannot log before the account has the role"
        api = graph.one(API, f"{code}-api").inputs
        assert api["disableExecuteApiEndpoint"] is True
    assert len(graph.of("aws:apigateway/account:Account")) == 2, "one per Region"


def test_regions_and_sites_are_connected_by_transit_gateways() -> None:
    sites = {"cidrs": ["192.168.0.0/16"], "routers": {"hq": {"address": "52.94.76.1"}}}
    lines = {
        "one": {"location": "EqDC2", "ready": True},
        "two": {"location": "CMHQ1", "region": "us-east-2", "vlan": 102, "ready": True},
    }
    shared = {
        "mode": "transit",
        "vpcId": "vpc-0123456789abcdef0",
        "cidr": "10.90.0.0/16",
        "subnets": {"us-east-1a": "subnet-0123456789abcdef0", "us-east-1b": "subnet-0123456789abcdef1"},
        "inspected": True,
    }
    graph = recorded(
        **STANDBY, financial={"connectivity": {"onPremises": {**sites, "lines": lines}, "sharedVpc": shared}}
    )
    attachments = {n.name: n.inputs for n in graph.of("aws:ec2transitgateway/vpcAttachment:VpcAttachment")}
    assert len(attachments["use1-transit-attach-workload"]["subnetIds"]) == 3
    assert attachments["use1-transit-attach-shared"]["applianceModeSupport"] == "enable"
    asked = graph.one("aws:ec2transitgateway/peeringAttachment:PeeringAttachment")
    assert asked.inputs["peerRegion"] == "us-west-2"
    routes = {n.name: n.inputs["destinationCidrBlock"] for n in graph.of("aws:ec2transitgateway/route:Route")}
    assert routes == {
        "use1-between-workload": "10.1.0.0/16",
        "use1-between-edge": "10.1.0.0/16",
        "usw2-between-workload": "10.0.0.0/16",
        "usw2-between-edge": "10.0.0.0/16",
    }
    assert len(graph.of("aws:directconnect/connection:Connection")) == 2
    assert {n.name for n in graph.of("aws:ec2/vpnConnection:VpnConnection")} == {
        "use1-company-vpn-hq",
        "usw2-company-vpn-hq",
    }
    away = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "use1-company-two-down")
    (topic,) = [n for n in graph.referred(away, "alarmActions") if n.type == "aws:sns/topic:Topic"]
    assert (away.inputs["region"], topic.inputs["region"]) == ("us-east-2", "us-east-2"), "it notifies its Region's"
    (key,) = [n for n in graph.referred(topic, "kmsMasterKeyId") if n.type == "aws:kms/key:Key"]
    assert key.inputs["region"] == "us-east-2"
    subscriptions = graph.every("aws:sns/topicSubscription:TopicSubscription")
    (email,) = [s for s in subscriptions if topic in graph.referred(s, "topic")]
    assert email.inputs["endpoint"] == "ops@example.com"


def test_a_stack_in_one_region_refers_to_no_other_region() -> None:
    graph = small()
    assert not [n for n in graph.nodes if n.name.startswith(("usw2", "edge"))]
    for kind in (
        "rds/globalCluster:GlobalCluster",
        "ec2transitgateway/transitGateway:TransitGateway",
        "route53/record:Record",
        "s3/bucketReplicationConfig:BucketReplicationConfig",
    ):
        assert not graph.of(f"aws:{kind}"), kind


CONFIGURATIONS = {"own": (1, True), "adopt": (0, True), "skip": (0, False)}


@pytest.mark.whole
@pytest.mark.parametrize("wanted", sorted(CONFIGURATIONS))
def test_the_config_recorder_is_created_adopted_or_skipped(wanted: str) -> None:
    recorders, rules = CONFIGURATIONS[wanted]
    graph = recorded(financial={"configuration": wanted})
    assert len(graph.of("aws:cfg/recorder:Recorder")) == recorders
    assert bool(graph.of("aws:cfg/rule:Rule")) is rules


def _target(node: Node) -> str:
    return node.name.partition("-")[0]


def test_an_edge_at_home_in_the_primary_region_has_no_key_of_its_own() -> None:
    keys = {n.name for kind in ("key:Key", "replicaKey:ReplicaKey") for n in full().of(f"aws:kms/{kind}")}
    assert keys == {"use1-financial-key-key", "usw2-financial-key-key"}


def test_every_alarm_tells_a_topic_of_its_own_region() -> None:
    graph = full()
    for alarm in graph.every(ALARM):
        topics = {_target(n) for n in graph.referred(alarm, "alarmActions") if n.type.endswith(":Topic")}
        if not topics:
            assert any(part in alarm.name for part in ("-answers-", "-speed-")), f"{alarm.name}: nobody hears it"
            continue
        home = region_code(alarm.inputs["region"]) if "region" in alarm.inputs else _target(alarm)
        assert topics == {home}, alarm.name


def test_service_level_objectives_have_burn_rate_alarms() -> None:
    composites = {n.name for n in full().of("aws:cloudwatch/compositeAlarm:CompositeAlarm")}
    for code in ("use1", "usw2"):
        assert {f"{code}-{what}-{speed}" for what in ("answers", "speed") for speed in ("fast", "slow")} <= composites


RARER: list[dict[str, Any]] = [
    {**STANDBY, **DOMAIN, "financial": {"witnessRegion": "us-east-2", "configuration": "adopt"}},
    {"profile": "production", **DOMAIN, "financial": {"audit": {"mode": "COMPLIANCE"}, "ledger": {"readers": 5}}},
    {**STANDBY, "financial": {"services": {"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"}}},
]
"""Settings that test_financial_combinations.py does not have."""


@pytest.mark.whole
@pytest.mark.parametrize("settings", RARER, ids=",".join)
def test_settings_that_no_combination_has_are_ones_that_aws_takes(settings: dict[str, Any]) -> None:
    graph = recorded(**settings)
    kinds = {n.type.split(":")[1].partition("/")[0] for n in graph.nodes if n.type.startswith("aws:")}
    assert {"apigateway", "wafv2", "lambda", "dynamodb", "rds", "ecs", "sqs", "s3", "backup", "synthetics"} <= kinds
    for function in graph.every(LAMBDA):
        if "vpcConfig" in function.inputs:
            assert len(function.inputs["vpcConfig"]["subnetIds"]) >= 2, function.name


def test_production_says_whose_the_accounts_role_for_api_gateways_logs_is_and_dev_takes_none() -> None:
    given = {"scenario": "financial", "region": "us-east-1", "availabilityZones": ZONES, "profile": "production"}
    with pytest.raises(SettingsError) as refused:
        parse_settings(given)
    assert "financial.api.logging: missing: an account has one role per Region" in str(refused.value)
    for choice in ("own", "adopt", "skip"):
        assert parse_settings({**given, "financial": {"api": {"logging": choice}}}).financial.api.logging == choice
    assert small().of("aws:apigateway/account:Account") == []
    assert len(full().of("aws:apigateway/account:Account")) == 2


def test_an_api_without_logs_sets_no_role_of_the_account() -> None:
    graph = recorded(financial={"api": {"logging": "skip"}})
    assert graph.of("aws:apigateway/account:Account") == []


def test_the_role_with_which_api_gateway_logs_can_be_somebody_elses() -> None:
    graph = recorded(financial={"api": {"logging": "adopt"}})
    assert graph.of("aws:apigateway/account:Account") == []
    assert [n.name for n in graph.of("aws:apigateway/stage:Stage")] == ["use1-api-live"]
