"""The shop: every system of it, wired to the others, in both Regions, in every combination of settings."""

import json
from typing import Any

import pytest

from components.architectures.shared.services import ServiceSpec, dependencies_first
from components.names import region_code
from components.tiers.containers.ecs_task import Workload
from tests.applications import losses
from tests.support.graph import Graph, Node
from tests.support.some import some
from tests.unit.architectures.ecommerce import (
    ATTACHED,
    DOMAIN,
    SHARED,
    SITES,
    STANDBY,
    full,
    on_kubernetes,
    recorded,
    small,
)

INSTANCE, TABLE, RULE = "aws:rds/instance:Instance", "aws:dynamodb/table:Table", "aws:lb/listenerRule:ListenerRule"
DISTRIBUTION, BALANCER = "aws:cloudfront/distribution:Distribution", "aws:lb/loadBalancer:LoadBalancer"
RECORD, CHECK = "aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck"
CACHE, BUCKET = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:s3/bucket:Bucket"
SERVICE, EKS = "aws:ecs/service:Service", "aws:eks/cluster:Cluster"
OFFICE = "aws:elasticbeanstalk/environment:Environment"
KUBERNETES = {"services": {"platform": "kubernetes"}}
NO_OFFICE = {"backOffice": {"enabled": False}}
WITH_OFFICE = {"backOffice": {"enabled": True, "allowedCidrs": ["10.200.0.0/16"]}}
REPLICA_OR_BACKUPS = {"database": {"standby": "backups"}}
BY_GATEWAY = {"connectivity": {"sharedVpc": ATTACHED}, **KUBERNETES}
RARER: dict[str, dict[str, Any]] = {
    "one Region, Redis": {"profile": "production", "ecommerce": {"cache": {"engine": "redis"}, **NO_OFFICE}},
    "backups instead of a replica": {"profile": "production", **STANDBY, "ecommerce": REPLICA_OR_BACKUPS},
    "Kubernetes": {"profile": "production", "ecommerce": {**KUBERNETES, "connectivity": {"sharedVpc": SHARED}}},
    "company only": {"ecommerce": {"connectivity": {"onPremises": {**SITES, "lines": {}}}}},
    "attached": {"profile": "production", **DOMAIN, "ecommerce": BY_GATEWAY},
    "two zones, Spot, two replicas": {
        "availabilityZones": ["us-west-2a", "us-west-2b"],
        "ecommerce": {"database": {"readReplicas": 2}, "services": {"spotWeight": 3}, **WITH_OFFICE},
    },
}  # fmt: skip
"""Settings that test_ecommerce_combinations.py does not have."""


@pytest.mark.whole
@pytest.mark.parametrize("settings", RARER.values(), ids=RARER)
def test_settings_that_no_combination_has_are_ones_that_aws_takes(settings: dict[str, Any]) -> None:
    graph = recorded(**settings)  # the offline AWS's refusals run under the mocks
    wanted = settings.get("ecommerce", {})
    cells = 2 if "standbyRegion" in settings else 1
    assert len(graph.of(OFFICE)) == (cells if _office(settings) else 0)
    assert bool(graph.of(EKS)) != bool(graph.of(SERVICE)), "one platform or the other"
    assert len(graph.of(EKS)) == (cells if wanted.get("services", {}).get("platform") == "kubernetes" else 0)
    assert bool(graph.of(RECORD)) == ("domain" in settings)
    regions = {provider.inputs["region"] for provider in graph.of("pulumi:providers:aws")}
    assert len(regions) == cells, "no dangling Region"
    replicas = [n for n in graph.of(INSTANCE) if "replicateSourceDb" in n.inputs]
    assert [n.name for n in replicas if not (n.inputs.get("multiAz") or n.inputs.get("availabilityZone"))] == []


def _office(settings: dict[str, Any]) -> bool:
    default = settings.get("profile") == "production"
    return bool(settings.get("ecommerce", {}).get("backOffice", {}).get("enabled", default))


def one(graph: Graph, kind: str, name: str) -> dict[str, Any]:
    return graph.one(kind, name).inputs


def plain(value: Any) -> Any:
    """A value without its mark as a secret."""
    return value["value"] if isinstance(value, dict) and "4dabf18193072939515e22adb298388d" in value else value


def names(nodes: list[Node]) -> set[str]:
    return {node.name for node in nodes}


def test_customers_come_in_by_cloudfront_alone() -> None:
    graph = full()
    site = one(graph, DISTRIBUTION, "edge-shop-distribution")
    assert (site["aliases"], site["httpVersion"]) == (["shop.example.com"], "http2and3")
    origins = {o["originId"]: o for o in plain(site["origins"])}
    assert set(origins) == {"static", "static-replica", "dynamic"}
    assert origins["dynamic"]["domainName"] == "origin.shop.example.com"
    assert origins["dynamic"]["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert [m["originId"] for m in site["originGroups"][0]["members"]] == ["static", "static-replica"]
    assert names(graph.referred(graph.one(DISTRIBUTION), "webAclId")) == {"edge-shop-firewall-acl"}
    for code in ("usw2", "use1"):
        serving = one(graph, "aws:lb/listener:Listener", f"{code}-web-https")
        assert serving["defaultActions"][0]["type"] == "fixed-response", "who lacks the header is refused"
        for service in ("catalog", "cart", "checkout"):
            rule = graph.one(RULE, f"{code}-{service}-tg-rule")
            assert "edge-origin-secret-value" in names(graph.referred(rule, "conditions"))


def test_long_orders_are_counted_not_refused() -> None:
    rules = one(full(), "aws:wafv2/webAcl:WebAcl", "edge-shop-firewall-acl")["rules"]
    [core] = [r for r in rules if r["name"] == "AWSManagedRulesCommonRuleSet"]
    overrides = core["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert [(o["name"], list(o["actionToUse"])) for o in overrides] == [("SizeRestrictions_BODY", ["count"])]


def test_writes_reach_only_the_paths_that_write() -> None:
    site = one(full(), DISTRIBUTION, "edge-shop-distribution")
    writes = {b["pathPattern"] for b in site["orderedCacheBehaviors"] if "POST" in b["allowedMethods"]}
    assert writes == {"/cart", "/cart/*", "/checkout", "/checkout/*"}
    assert {b["targetOriginId"] for b in site["orderedCacheBehaviors"]} == {"dynamic"}
    assert site["defaultCacheBehavior"]["targetOriginId"] == "static-group"


@pytest.mark.whole
def test_without_a_domain_reads_fail_over_to_the_standbys_load_balancer() -> None:
    site = one(recorded(profile="production", **STANDBY, ecommerce=NO_OFFICE), DISTRIBUTION, "edge-shop-distribution")
    groups = {g["originId"]: [m["originId"] for m in g["members"]] for g in site["originGroups"]}
    assert groups["dynamic-group"] == ["dynamic", "dynamic-standby"]
    assert site["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}


def test_names_lead_to_the_nearest_healthy_region_and_past_cloudfront_when_it_is_down() -> None:
    graph = full()
    for region, code in (("us-west-2", "usw2"), ("us-east-1", "use1")):
        record = graph.one(RECORD, f"edge-origin-{region}-a")
        assert record.inputs["name"] == "origin.shop.example.com"
        assert record.inputs["latencyRoutingPolicies"] == [{"region": region}]
        assert f"{code}-web-alb" in names(graph.referred(record, "aliases"))
        assert names(graph.referred(record, "healthCheckId")) == {f"edge-origin-{region}"}
        assert one(graph, CHECK, f"edge-origin-{region}")["type"] == "CALCULATED"
        assert one(graph, CHECK, f"edge-origin-{region}-endpoint")["resourcePath"] == "/health"
    first, second = graph.one(RECORD, "edge-site-cdn-a"), graph.one(RECORD, "edge-site-origins-a")
    assert [r.inputs["failoverRoutingPolicies"][0]["type"] for r in (first, second)] == ["PRIMARY", "SECONDARY"]
    assert "edge-shop-distribution" in names(graph.referred(first, "aliases"))
    assert second.inputs["aliases"][0]["name"] == "origin.shop.example.com"
    origins = {graph.one(RECORD, f"edge-origin-{region}-a").urn for region in ("us-west-2", "us-east-1")}
    assert origins <= second.depends_on, "an alias wants its target to be there"


def test_mysql_has_a_standby_a_reader_elsewhere_and_a_copy_in_the_other_region() -> None:
    graph = full()
    primary, reader = one(graph, INSTANCE, "usw2-shop-db-primary"), one(graph, INSTANCE, "usw2-shop-db-us-west-2c")
    copy = one(graph, INSTANCE, "use1-shop-db-replica")
    assert (primary["multiAz"], reader["availabilityZone"], copy["multiAz"]) == (True, "us-west-2c", True)
    assert primary["maxAllocatedStorage"] > primary["allocatedStorage"]
    assert primary["backupRetentionPeriod"] >= 7
    assert names(graph.referred(graph.one(INSTANCE, "use1-shop-db-replica"), "replicateSourceDb")) == {
        "usw2-shop-db-primary"
    }
    assert "manageMasterUserPassword" not in primary, "RDS makes no replica of a database whose password it manages"
    assert one(small(), INSTANCE, "usw2-shop-db-primary")["manageMasterUserPassword"] is True


def test_carts_sessions_orders_and_products_are_in_both_regions() -> None:
    graph = full()
    for name in ("carts", "sessions", "orders", "products"):
        table = one(graph, TABLE, f"usw2-{name}-table")
        assert [r["regionName"] for r in table["replicas"]] == ["us-east-1"]
        assert (table["billingMode"], table["deletionProtectionEnabled"]) == ("PAY_PER_REQUEST", True)
        assert bool(table.get("ttl")) == (name in {"carts", "sessions"})
    assert "replicas" not in one(small(), TABLE, "usw2-carts-table")
    containers = str(
        graph.one("aws:ecs/taskDefinition:TaskDefinition", "usw2-cart-task").inputs["containerDefinitions"]
    )
    attribute = one(graph, TABLE, "usw2-carts-table")["ttl"]["attributeName"]
    assert f'{{"name": "EXPIRY_NAME", "value": "{attribute}"}}' in containers, "else nothing ever expires"


def test_cache_files_and_assets_have_a_member_in_every_zone_and_a_copy_in_the_other_region() -> None:
    graph = full()
    for code in ("usw2", "use1"):
        nodes = one(graph, CACHE, f"{code}-shop-cache-nodes")
        assert (nodes["numCacheClusters"], nodes["multiAzEnabled"], nodes["engine"]) == (3, True, "valkey")
        targets = [n for n in graph.of("aws:efs/mountTarget:MountTarget") if n.name.startswith(f"{code}-files-")]
        assert len(targets) == 3
    copied = one(graph, "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "usw2-assets-replication")
    assert copied["rules"][0]["status"] == "Enabled"
    assert graph.of("aws:efs/replicationConfiguration:ReplicationConfiguration")


def test_web_servers_mount_the_shared_files_of_their_own_region() -> None:
    graph = full()
    for code, mode in (("usw2", True), ("use1", False)):
        [policy] = [n for n in graph.of("aws:iam/rolePolicy:RolePolicy") if n.name == f"{code}-web-servers"]
        [files] = [s for s in json.loads(policy.inputs["policy"])["Statement"] if s.get("Sid") == "SharedFiles"]
        assert ("elasticfilesystem:ClientWrite" in files["Action"]) is mode, "the copy is read-only"
        assert files["Condition"]["StringEquals"]["elasticfilesystem:AccessPointArn"]


def test_only_callers_reach_what_they_call() -> None:
    edges = {
        n.name.removesuffix("-in")
        for n in full().of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if n.name.startswith("usw2-") and n.name.endswith("-in")
    }
    assert edges >= {
        "usw2-front-catalog-8080",
        "usw2-front-cart-8080",
        "usw2-front-checkout-8080",
        "usw2-checkout-catalog-8080",
        "usw2-checkout-cart-8080",
        "usw2-catalog-cache-6379",
        "usw2-catalog-database-3306",
        "usw2-shop-schema-database-3306",
        "usw2-web-files-2049",
    }
    strangers = ("usw2-checkout-database", "usw2-cart-database", "usw2-cart-cache", "usw2-web-database")
    assert not {e for e in edges if e.startswith(strangers)}


def test_the_schema_is_applied_before_the_catalog_that_needs_it_is_rolled_out() -> None:
    graph = full()
    (run,) = graph.of("aws:lambda/invocation:Invocation")
    assert run.name == "usw2-shop-schema-run", "once, in the primary Region: the replica gets it from there"
    assert names(graph.referred(run, "input")) == {"usw2-shop-schema", "usw2-shop-db-primary"}, (
        "a changed package or another database runs it again"
    )
    assert graph.one("aws:rds/proxyTarget:ProxyTarget").urn in run.depends_on
    for code in ("usw2", "use1"):
        assert run.urn in graph.one("awsx:ecs:FargateService", f"{code}-catalog").depends_on
    given = graph.one("aws:lambda/function:Function", "usw2-shop-schema").inputs
    assert (given["handler"], given["architectures"]) == ("shop.schema.handler", ["arm64"])
    environment = given["environment"]["variables"]
    assert {k: environment[k] for k in ("DATABASE_NAME", "DATABASE_USER", "MASTER_USER")} == {
        "DATABASE_NAME": "shop",
        "DATABASE_USER": "catalog",
        "MASTER_USER": "dbadmin",
    }


def test_the_catalog_finds_database_and_cache_of_its_region_and_needs_no_password() -> None:
    graph = full()
    hosts: dict[str, str] = {}
    for code in ("usw2", "use1"):
        definition = graph.one("aws:ecs/taskDefinition:TaskDefinition", f"{code}-catalog-task")
        found = json.loads(definition.inputs["containerDefinitions"])[0]["environment"]
        environment = {variable["name"]: variable["value"] for variable in found}
        assert environment["DATABASE_USER"] == "catalog"
        assert environment["CACHE_NAME"] == graph.one(CACHE, f"{code}-shop-cache-nodes").inputs["replicationGroupId"]
        assert not [name for name in environment if "SECRET" in name or "PASSWORD" in name]
        hosts[code] = environment["DATABASE_HOST"]
    assert len(set(hosts.values())) == 2, "the proxy in the primary Region, the replica in the standby Region"


def test_the_catalog_reads_the_read_replica_while_the_database_fails_over() -> None:
    graph = full()
    replica = graph.one("aws:rds/instance:Instance", "usw2-shop-db-us-west-2c")
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition", "usw2-catalog-task")
    found = json.loads(definition.inputs["containerDefinitions"])[0]["environment"]
    (reader,) = [variable["value"] for variable in found if variable["name"] == "DATABASE_READER_HOST"]
    assert reader == replica.outputs["endpoint"].split(":")[0]


def test_the_catalog_is_declared_to_serve_without_what_its_tests_take_away() -> None:
    """tests/applications/test_shop_losses.py takes them from a running catalog."""
    (declared,) = full().of("ha:arch:Declarations")
    softened = {path["entry"]: path for path in declared.inputs["requestPaths"]}
    lost = {"cache": "cache", "stock": "DynamoDB"}
    tested = {loss.lost for loss in losses.SHOP if loss.service == "catalog" and loss.soft}
    assert set(lost.values()) <= tested
    expected = {f"{role}-catalog-{what}" for role in ("primary", "standby") for what in lost}
    code = {f"{role}-{name}-code" for role in ("primary", "standby") for name in ("catalog", "cart", "checkout")}
    assert set(softened) == {*expected, *code, "primary-catalog-reader"}
    softened = {name: path for name, path in softened.items() if name not in code}
    for path in some(list(softened.values())):
        assert path["soft"] == path["path"][-1:]
        assert path["path"][0].endswith("-catalog"), path


def test_orders_go_by_topic_and_queue_to_a_worker_and_what_fails_to_a_dead_letter_queue() -> None:
    graph = full()
    for code in ("usw2", "use1"):
        queue = graph.one("aws:sqs/queue:Queue", f"{code}-orders-events-worker")
        assert queue.inputs["visibilityTimeoutSeconds"] >= 6 * 30
        source = graph.one("aws:lambda/eventSourceMapping:EventSourceMapping", f"{code}-order-worker-orders")
        assert source.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
        assert names(graph.referred(source, "eventSourceArn")) == {queue.name}


def test_services_keep_their_floor_over_all_zones() -> None:
    services = [n for n in full().of(SERVICE) if n.name.startswith("usw2-")]
    assert names(services) == {"usw2-catalog", "usw2-cart", "usw2-checkout"}
    for service in services:
        given = service.inputs
        assert given["desiredCount"] == 6, "two a zone: four are left when one is gone"
        assert (given["availabilityZoneRebalancing"], len(given["networkConfiguration"]["subnets"])) == ("ENABLED", 3)
        assert given["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}


def test_services_and_the_back_office_wait_for_internet_routes_and_the_services_they_call() -> None:
    graph = full()
    routes = {n.urn for n in graph.of("aws:ec2/route:Route") if "-private-out-" in n.name}
    assert len(routes) == 6
    for code in ("usw2", "use1"):
        own = {urn for urn in routes if f"{code}-" in urn.rpartition("::")[2]}
        names = {n: graph.one("awsx:ecs:FargateService", f"{code}-{n}") for n in ("catalog", "cart", "checkout")}
        for waiting in (*names.values(), graph.one(OFFICE, f"{code}-office-env")):
            assert own <= waiting.depends_on, f"{waiting.name}: no image, no bundle without a way out"
        assert {names["catalog"].urn, names["cart"].urn} <= names["checkout"].depends_on, "by name once there"
        assert names["checkout"].urn not in names["cart"].depends_on | names["catalog"].depends_on


def test_services_that_call_each_other_in_a_circle_are_refused() -> None:
    workload = Workload(image="app:1")
    specs = {"a": ServiceSpec(workload=workload, calls=("b",)), "b": ServiceSpec(workload=workload, calls=("a",))}
    with pytest.raises(ValueError, match=r"calls=(a -> b -> a|b -> a -> b): "):
        dependencies_first(specs)
    assert dependencies_first({**specs, "b": ServiceSpec(workload=workload)}) == ["b", "a"]


def test_everything_that_keeps_data_is_backed_up_and_copied() -> None:
    graph = full()
    selected: set[str] = set()
    for selection in graph.of("aws:backup/selection:Selection"):
        selected |= names(graph.referred(selection, "resources"))
    tables = {f"usw2-{name}-table" for name in ("carts", "sessions", "orders", "products")}
    assert selected >= {"usw2-shop-db-primary", "usw2-files-files", "usw2-assets-bucket", *tables}
    vaults = {n.inputs.get("region", "us-west-2") for n in graph.of("aws:backup/vault:Vault")}
    assert vaults == {"us-west-2", "us-east-1"}
    assert len(graph.of("aws:backup/vaultLockConfiguration:VaultLockConfiguration")) == 2
    assert graph.of("aws:backup/restoreTestingPlan:RestoreTestingPlan")


def test_direct_connect_and_gateways_are_created_only_if_configured() -> None:
    ordered = full().of("aws:directconnect/connection:Connection")
    assert {n.inputs["location"] for n in ordered} == {"EqDC2", "EqSV5"}
    assert len(full().of("aws:ec2transitgateway/transitGateway:TransitGateway")) == 2, "each Region has its own way"
    for kind in ("directconnect/connection:Connection", "ec2transitgateway/transitGateway:TransitGateway"):
        assert not small().of(f"aws:{kind}")
    assert not small().of("aws:ec2/vpnConnection:VpnConnection")


def test_the_back_office_is_private_and_its_name_follows_the_healthy_region() -> None:
    graph = full()
    primary, standby = (graph.one(RECORD, f"edge-office-{code}") for code in ("usw2", "use1"))
    assert primary.urn in standby.depends_on, "Route 53 refuses a SECONDARY beside a record without a policy"
    for code in ("usw2", "use1"):
        options = one(graph, OFFICE, f"{code}-office-env")["settings"]
        assert next(o["value"] for o in options if o["name"] == "ELBScheme") == "internal"
        assert one(graph, RECORD, f"edge-office-{code}")["name"] == "office.shop.example.com"
        assert names(graph.referred(graph.one(RECORD, f"edge-office-{code}"), "healthCheckId"))
    assert one(graph, OFFICE, "usw2-office-env")["solutionStackName"].startswith("64bit Amazon Linux 2023")


def test_a_standby_region_comes_and_goes_without_a_change_to_the_records_of_the_other() -> None:
    paired = {r.name: r.inputs for r in full().of(RECORD)}
    alone = {r.name: r.inputs for r in recorded(profile="production", **DOMAIN).of(RECORD)}
    assert {f"edge-{n}" for n in ("office-usw2", "origin-us-west-2-a", "site-cdn-a", "site-origins-a")} < alone.keys()
    assert alone == {name: paired[name] for name in alone}


def test_the_site_alarm_is_about_customers_and_there_is_one_in_each_region() -> None:
    graph = full()
    alarms = names(graph.of("aws:cloudwatch/compositeAlarm:CompositeAlarm"))
    assert {"usw2-ecommerce-site-site", "use1-ecommerce-site-site"} <= alarms
    assert names(graph.of("aws:cloudwatch/dashboard:Dashboard")) == {
        "usw2-ecommerce-site-dashboard",
        "use1-ecommerce-site-dashboard",
    }
    watched: set[str] = set()
    for alarm in graph.of("aws:cloudwatch/compositeAlarm:CompositeAlarm"):
        watched |= names(graph.referred(alarm, "alarmRule"))
    assert "usw2-cart-tasks" in watched
    assert "edge-shop-errors" in watched
    assert not {n for n in watched if "-backup-" in n or "-trail-" in n or n.endswith(("assets-lag", "bundles-lag"))}


def test_services_on_kubernetes_are_watched_as_on_fargate() -> None:
    graph, roles = on_kubernetes(), ("5xx", "slow", "unhealthy", "cpu", "memory", "pods")
    alarms = {f"usw2-{service}-{role}" for service in ("catalog", "cart", "checkout") for role in roles}
    watched: dict[str, set[str]] = {}
    for alarm in graph.every("aws:cloudwatch/compositeAlarm:CompositeAlarm"):
        watched[alarm.name] = names(graph.referred(alarm, "alarmRule"))
    assert alarms <= {name for site, of in watched.items() if site.startswith("usw2-ecommerce-site-") for name in of}
    assert "usw2-catalog-5xx" in watched["usw2-ecommerce-failed-requests"], "errors of customers stop a game day"
    page = json.loads(
        one(graph, "aws:cloudwatch/dashboard:Dashboard", "usw2-ecommerce-site-dashboard")["dashboardBody"]
    )
    shown = {str(w["properties"].get("title")) for w in page["widgets"]}
    assert {f"usw2-{service}: pods and restarts" for service in ("catalog", "cart", "checkout")} <= shown


@pytest.mark.parametrize(("bucket", "there"), [("usw2-assets", "use1"), ("use1-bundles", "usw2")])
def test_replication_lag_of_a_bucket_raises_an_alarm_in_the_replicas_region(bucket: str, there: str) -> None:
    graph = full()
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"{bucket}-lag")
    assert region_code(alarm.inputs["region"]) == there
    assert f"{there}-alarms-topic" in names(graph.referred(alarm, "alarmActions"))
    page = graph.one("aws:cloudwatch/dashboard:Dashboard", f"{there}-ecommerce-site-dashboard")
    assert f"{bucket}-lag" in names(graph.referred(page, "dashboardBody"))


def test_the_edges_key_is_the_same_before_and_after_a_standby_comes_to_its_region() -> None:
    for graph, replicas in ((small(), set[str]()), (full(), {"use1-ecommerce-key-key"})):
        assert names(graph.of("aws:kms/replicaKey:ReplicaKey")) == replicas, "a Region holds one replica of a key"
        assert one(graph, "aws:kms/key:Key", "edge-ecommerce-key-key")["region"] == "us-east-1"
        for kind in ("aws:kms/keyPolicy:KeyPolicy", "aws:kms/alias:Alias"):
            [made] = [n for n in graph.of(kind) if n.name.startswith("edge-")]
            assert made.inputs["region"] == "us-east-1"
        log = graph.one("aws:cloudwatch/logGroup:LogGroup", "edge-shop-firewall-log")
        assert "edge-ecommerce-key-key" in names(graph.referred(log, "kmsKeyId"))
    topics = {n.name for n in full().of("aws:sns/topic:Topic")} ^ {n.name for n in small().of("aws:sns/topic:Topic")}
    assert "edge-ecommerce-alarms-topic" in topics, "the standby's takes its place"


def test_maintenance_windows_of_the_two_regions_do_not_overlap() -> None:
    graph = full()
    for kind in ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"):
        windows = {code: {n.inputs["maintenanceWindow"][:3] for n in graph.of(kind) if n.name.startswith(code)}
                   for code in ("usw2", "use1")}  # fmt: skip
        assert windows == {"usw2": {"sun"}, "use1": {"thu"}}, kind


def test_customers_of_the_standby_are_watched_at_its_own_tables() -> None:
    graph = full()
    alarms = {n.name: n for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm") if n.inputs.get("region")}
    for table in ("products", "carts", "sessions", "orders"):
        for what in ("read-throttles", "write-throttles", "replication-us-west-2"):
            alarm = alarms[f"usw2-{table}-us-east-1-{what}"]
            assert alarm.inputs["region"] == "us-east-1"
            assert "use1-alarms-topic" in names(graph.referred(alarm, "alarmActions"))
    watched: set[str] = set()
    for site in graph.of("aws:cloudwatch/compositeAlarm:CompositeAlarm"):
        if site.name.startswith("use1-ecommerce-site"):
            watched |= names(graph.referred(site, "alarmRule"))
    assert {name for name in alarms if name.startswith("usw2-carts-us-east-1")} <= watched


def test_the_trail_is_of_all_regions_and_validated() -> None:
    trail = one(full(), "aws:cloudtrail/trail:Trail", "usw2-ecommerce-trail-trail")
    assert (trail["isMultiRegionTrail"], trail["enableLogFileValidation"]) == (True, True)


def test_alarms_of_every_region_are_mailed_to_the_configured_address() -> None:
    for graph, topics in (
        (full(), {"usw2-alarms", "use1-alarms"}),
        (small(), {"usw2-alarms", "edge-ecommerce-alarms"}),
    ):
        mails = [n for n in graph.of("aws:sns/topicSubscription:TopicSubscription") if n.inputs["protocol"] == "email"]
        assert {n.inputs["endpoint"] for n in mails} == {"ops@example.com"}
        assert {name for n in mails for name in names(graph.referred(n, "topic"))} == {f"{t}-topic" for t in topics}


@pytest.mark.whole
def test_cloudfront_has_a_certificate_of_us_east_1_wherever_the_stack_is() -> None:
    for graph, name in ((full(), "use1-certificate"), (recorded(**DOMAIN), "edge-certificate")):
        shown = names(graph.referred(graph.one(DISTRIBUTION), "viewerCertificate"))
        [certificate] = [n for n in graph.of("aws:acm/certificate:Certificate") if n.name.startswith(name)]
        assert certificate.inputs["region"] == "us-east-1"
        assert {n for n in shown if n.startswith(name)}, shown
