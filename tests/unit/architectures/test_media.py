"""The video platform: every system is there, wired, watched, and in both Regions where there are two."""

import json
from typing import Any, cast

import pytest

from components.settings import SettingsError
from components.settings.model import parse_settings
from tests.applications import losses
from tests.support.graph import Graph, Node
from tests.support.some import some
from tests.unit.architectures.media import DOMAIN, KEYS, STANDBY, ZONES, full, recorded, small

CODES = ("usw2", "use1")
LAMBDA, TABLE = "aws:lambda/function:Function", "aws:dynamodb/table:Table"
DISTRIBUTION, RECORD = "aws:cloudfront/distribution:Distribution", "aws:route53/record:Record"
GROUP, RULE = "aws:autoscaling/group:Group", "aws:lb/listenerRule:ListenerRule"
INSTANCE, NOTIFICATION = "aws:rds/instance:Instance", "aws:s3/bucketNotification:BucketNotification"
ENDPOINTS, ALARM = "aws:globalaccelerator/endpointGroup:EndpointGroup", "aws:cloudwatch/metricAlarm:MetricAlarm"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def names(nodes: list[Node]) -> set[str]:
    return {n.name for n in nodes}


def origin(graph: Graph, wanted: str) -> dict[str, Any]:
    (found,) = [o for o in origins(graph) if o["originId"] == wanted]
    return found


def origins(graph: Graph) -> list[dict[str, Any]]:
    return plain(graph.one(DISTRIBUTION).inputs["origins"])


def plain(value: Any) -> Any:
    """Without the envelope of secrets."""
    return cast(dict[str, Any], value)["value"] if isinstance(value, dict) else value


def test_both_regions_have_everything_that_serves() -> None:
    graph = full()
    groups, functions = names(graph.of(GROUP)), names(graph.of(LAMBDA))
    services, queues = names(graph.of("aws:ecs/service:Service")), names(graph.of("aws:mediaconvert/queue:Queue"))
    for code in CODES:
        assert {f"{code}-streaming-base", f"{code}-streaming-spot"} <= groups
        assert {f"{code}-transcoding-submit", f"{code}-transcoding-status"} <= functions
        assert {f"{code}-auth", f"{code}-recommendations"} <= services
        assert f"{code}-transcoding-jobs" in queues
        assert graph.one("aws:elasticache/replicationGroup:ReplicationGroup", f"{code}-media-cache-nodes")


def test_metrics_without_a_resource_among_their_dimensions_are_named_after_the_stack() -> None:
    """Two stacks of an account would otherwise count into one metric, and each set off the other's alarms."""
    shared = ("AWS/WAFV2", "AWS/X-Ray", "CloudWatchSynthetics", "HA/Transcoding", "Trail")
    alarms = [n.inputs for n in full().of(ALARM) if n.inputs.get("namespace") in shared]
    assert {a["namespace"] for a in alarms} == set(shared)
    for alarm in some(alarms):
        named = [alarm["metricName"], *alarm["dimensions"].values()]
        assert any(value.startswith("dev-") for value in named), alarm
    firewalls = full().of("aws:wafv2/webAcl:WebAcl")
    for config in some([r["visibilityConfig"] for n in firewalls for r in [n.inputs, *n.inputs["rules"]]]):
        assert config["metricName"].startswith("dev-"), config


def test_a_stack_in_one_region_has_no_resources_of_a_second() -> None:
    graph = small()
    assert not [n.name for n in graph.nodes if n.name.startswith("use1")]
    assert not any("replicas" in t.inputs for t in graph.of(TABLE))
    assert not graph.of("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    assert not [n for n in graph.of("aws:cloudwatch/eventRule:EventRule") if "take-over" in n.name]
    assert not graph.of(ENDPOINTS), "an accelerator would have nowhere to move anybody"
    assert "acceleratorName" not in graph.exports


@pytest.mark.whole
def test_in_one_region_cloudfront_finds_the_load_balancer_by_name() -> None:
    record = recorded(**DOMAIN).one(RECORD, "edge-origin-live-a")
    assert record.inputs["name"] == "origin.video.example.com"


def test_videos_come_from_the_bucket_or_else_from_its_copy_by_origin_access_control_and_shield() -> None:
    graph = full()
    distribution = graph.one(DISTRIBUTION)
    buckets = {o["originId"]: o for o in origins(graph) if o.get("originAccessControlId")}
    assert set(buckets) == {"static", "static-replica"}
    assert all(o["originShield"] == {"enabled": True, "originShieldRegion": "us-west-2"} for o in buckets.values())
    (group,) = distribution.inputs["originGroups"]
    assert [m["originId"] for m in group["members"]] == ["static", "static-replica"]
    assert {403, 404, 500, 502, 503, 504} == set(group["failoverCriteria"]["statusCodes"])
    access = graph.one("aws:cloudfront/originAccessControl:OriginAccessControl")
    assert access.inputs["signingBehavior"] == "always"


def test_everything_that_is_video_is_signed_and_cached_as_what_it_is() -> None:
    graph = full()
    behaviors = graph.one(DISTRIBUTION).inputs["orderedCacheBehaviors"]
    by_pattern = {b["pathPattern"]: b for b in behaviors}
    video = ("/live/*.mpd", "/live/*.m3u8", "/live/*", "*.m3u8", "*.mpd", "/vod/*")
    assert [b["pathPattern"] for b in behaviors][:6] == list(video), "live comes first, playlists before segments"
    for pattern in video:
        assert by_pattern[pattern]["trustedKeyGroups"], pattern
        assert by_pattern[pattern]["targetOriginId"] == ("dynamic" if "live" in pattern else "static-group")
    manifests = {by_pattern[p]["cachePolicyId"] for p in video if not p.endswith("/*")}
    segments = {by_pattern[p]["cachePolicyId"] for p in video if p.endswith("/*")}
    assert len(manifests) == len(segments) == 1
    assert manifests.isdisjoint(segments)
    for service in ("auth", "recommendations"):
        assert "PUT" in by_pattern[f"/{service}/*"]["allowedMethods"]
        assert not by_pattern[f"/{service}/*"].get("trustedKeyGroups")
    assert "PUT" not in by_pattern["/live/*"]["allowedMethods"], "viewers write no streams"
    (key,) = graph.of("aws:cloudfront/publicKey:PublicKey")
    assert "BEGIN PUBLIC KEY" in key.inputs["encodedKey"]


def test_without_keys_nothing_is_signed_and_production_asks_whether_that_is_meant() -> None:
    behaviors = small().one(DISTRIBUTION).inputs["orderedCacheBehaviors"]
    assert not [b for b in behaviors if b.get("trustedKeyGroups")]
    given = {"scenario": "media", "region": "us-west-2", "availabilityZones": ZONES, "profile": "production"}
    with pytest.raises(SettingsError, match=r"media\.signingKeys: missing: without a key everybody can watch"):
        parse_settings(given)
    assert parse_settings({**given, "media": {"publicVideos": True}}).media.public_videos
    assert parse_settings({**given, "scenario": "ecommerce"}), "other scenarios are not asked"


def test_cloudfront_asks_the_accelerator_which_asks_the_nearest_healthy_region() -> None:
    graph = full()
    assert origin(graph, "dynamic")["domainName"] == "origin.video.example.com"
    assert origin(graph, "dynamic")["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    record = graph.one(RECORD, "edge-origin-live-a")
    assert record.inputs["name"] == "origin.video.example.com"
    assert names(graph.referred(record, "aliases")) == {"edge-media-accelerator-accelerator"}
    for code, region in zip(CODES, ("us-west-2", "us-east-1"), strict=True):
        group = graph.one(ENDPOINTS, f"edge-media-accelerator-{region}")
        assert group.inputs["endpointGroupRegion"] == region
        assert names(graph.referred(group, "endpointConfigurations")) == {f"{code}-streaming-alb"}
        (endpoint,) = group.inputs["endpointConfigurations"]
        assert endpoint["clientIpPreservationEnabled"] is True
        assert group.inputs["trafficDialPercentage"] == 100
    attributes = graph.one("aws:globalaccelerator/accelerator:Accelerator").inputs["attributes"]
    assert attributes["flowLogsEnabled"] is True


@pytest.mark.whole
@pytest.mark.parametrize(
    ("dials", "expected"),
    [({"standby": 0}, {"us-west-2": 100, "us-east-1": 0}), ({"primary": 10}, {"us-west-2": 10, "us-east-1": 100})],
)
def test_traffic_dials_move_viewers_between_regions(dials: dict[str, int], expected: dict[str, int]) -> None:
    graph = recorded(**STANDBY, media={"trafficDials": dials})
    assert {g.inputs["endpointGroupRegion"]: g.inputs["trafficDialPercentage"] for g in graph.of(ENDPOINTS)} == expected


@pytest.mark.whole
def test_the_accelerators_alarms_are_in_its_own_region_wherever_the_cells_are() -> None:
    standby = {"standbyRegion": "eu-central-1", "standbyAvailabilityZones": ["eu-central-1a", "eu-central-1b"]}
    graph = recorded(region="eu-west-1", availabilityZones=["eu-west-1a", "eu-west-1b"], **standby)
    alarms = [n for n in graph.of(ALARM) if n.name.startswith("edge-media-accelerator")]
    assert alarms
    assert all(a.inputs["region"] == "us-west-2" for a in alarms)
    for alarm in alarms:
        assert "accelerators-media-alarms-topic" in names(graph.referred(alarm, "alarmActions"))
    topic = graph.one("aws:sns/topic:Topic", "accelerators-media-alarms-topic")
    assert topic.inputs["region"] == "us-west-2"
    assert graph.one("aws:cloudwatch/compositeAlarm:CompositeAlarm", "accelerators-media-site")


@pytest.mark.whole
def test_without_a_domain_load_balancers_are_found_by_their_own_names() -> None:
    graph = recorded(**STANDBY)
    assert {o["originId"] for o in origins(graph)} >= {"dynamic", "dynamic-standby"}
    assert origin(graph, "dynamic")["customOriginConfig"]["originProtocolPolicy"] == "http-only"
    assert not graph.of(RECORD)


def test_encoders_find_each_region_by_a_name_of_its_own() -> None:
    graph = full()
    for code in CODES:
        record = next(r for r in graph.of(RECORD) if r.inputs["name"] == f"ingest-{code}.video.example.com")
        assert names(graph.referred(record, "aliases")) == {f"{code}-streaming-alb"}
        ingest = graph.one(RULE, f"{code}-streaming-ingest")
        assert "edge-ingest-password-value" in names(graph.referred(ingest, "conditions"))
    assert graph.exports["primaryIngestUrl"] == "https://ingest-usw2.video.example.com/live/"
    assert graph.exports["standbyIngestUrl"] == "https://ingest-use1.video.example.com/live/"


@pytest.mark.whole
def test_a_rotated_secret_is_accepted_by_the_load_balancers_before_cloudfront_sends_it() -> None:
    graph = recorded(media={"originSecret": 2, "ingestPassword": 3})
    drawn = names(graph.of("aws:secretsmanager/secretVersion:SecretVersion"))
    old_and_new = {"edge-origin-secret-value", "edge-origin-secret-value-2"}
    assert old_and_new <= drawn
    assert {name for name in drawn if "ingest" in name} == {f"edge-ingest-password-value-{n}" for n in (2, 3)}
    site = graph.one(DISTRIBUTION)
    assert names(graph.referred(site, "origins")) & old_and_new == {"edge-origin-secret-value-2"}
    ingest = graph.one(RULE, "usw2-streaming-ingest")
    assert {f"edge-ingest-password-value-{n}" for n in (2, 3)} <= names(graph.referred(ingest, "conditions"))
    for name in ("usw2-streaming-known-sender", "usw2-auth-tg-rule", "usw2-recommendations-tg-rule"):
        rule = graph.one(RULE, name)
        assert old_and_new <= names(graph.referred(rule, "conditions")), "both are accepted meanwhile"
        assert rule.urn in site.depends_on, "CloudFront sends the new value once it is accepted"


def test_all_live_servers_of_a_region_share_files_with_a_mount_target_in_each_zone() -> None:
    graph = full()
    for code in CODES:
        targets = [n for n in graph.of("aws:efs/mountTarget:MountTarget") if n.name.startswith(f"{code}-streams")]
        assert len(targets) == 3
        template = graph.one("aws:ec2/launchTemplate:LaunchTemplate", f"{code}-streaming-servers")
        assert f"{code}-streams-files" in names(graph.referred(template, "userData"))
        edges = [n for n in graph.of(INGRESS) if f"{code}-streams-group" in names(graph.referred(n, "securityGroupId"))]
        assert [(e.inputs["fromPort"], names(graph.referred(e, "referencedSecurityGroupId"))) for e in edges] == [
            (2049, {f"{code}-streaming-servers"})
        ]


def test_both_regions_announce_uploads_and_each_takes_over_what_the_other_leaves() -> None:
    graph = full()
    assert {n.name: n.inputs["eventbridge"] for n in graph.of(NOTIFICATION)} == {
        "usw2-uploads-events": True,
        "use1-uploads-events": True,
    }
    here = {"usw2": "bucket", "use1": "replica"}
    for code in CODES:
        rule = graph.one("aws:cloudwatch/eventRule:EventRule", f"{code}-transcoding-uploads")
        assert f"usw2-uploads-{here[code]}" in names(graph.referred(rule, "eventPattern"))
        function = graph.one(LAMBDA, f"{code}-transcoding-submit")
        variables = function.inputs["environment"]["variables"]
        assert variables["STATUS_TABLE"] == graph.one(TABLE, "usw2-transcoding-status-table").inputs.get(
            "name", variables["STATUS_TABLE"]
        )
        used = names(graph.referred(function, "environment"))
        assert {f"usw2-videos-{here[code]}", f"usw2-uploads-{here[code]}", "usw2-transcoding-status-table"} <= used
        assert f"{code}-transcoding-jobs" in used
        schedule = graph.one("aws:cloudwatch/eventTarget:EventTarget", f"{code}-transcoding-take-over")
        assert json.loads(schedule.inputs["input"]) == {"takeOver": True}


def test_the_alarm_address_is_told_of_failed_and_refused_uploads() -> None:
    graph = full()
    for code in CODES:
        told = graph.one("aws:sns/topicSubscription:TopicSubscription", f"{code}-transcoding-news-bad")
        assert told.inputs["endpoint"] == "ops@example.com", "alarmEmail"
    assert set(graph.exports) >= {"primaryNewsTopicArn", "standbyNewsTopicArn"}, "for the platform's own application"


@pytest.mark.whole
def test_the_news_address_is_told_of_every_upload() -> None:
    graph = recorded(media={"newsEmail": "studio@example.com"})
    told = graph.one("aws:sns/topicSubscription:TopicSubscription", "usw2-transcoding-news-all")
    assert told.inputs["endpoint"] == "studio@example.com"


def test_tables_are_global_stream_and_can_be_set_back() -> None:
    tables = {n.name: n.inputs for n in full().of(TABLE)}
    assert set(tables) == {"usw2-transcoding-status-table", "usw2-profiles-table", "usw2-history-table"}
    for table in tables.values():
        assert [r["regionName"] for r in table["replicas"]] == ["us-east-1"]
        assert (table["streamEnabled"], table["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
        assert table["pointInTimeRecovery"]["enabled"] is True
    (index,) = tables["usw2-transcoding-status-table"]["globalSecondaryIndexes"]
    assert index["name"] == "open"
    assert {"key", "version", "size", "region", "status"} <= set(index["nonKeyAttributes"]), "what taking over reads"


def test_the_catalog_is_multi_az_with_replicas_in_its_zones_and_in_the_standby_region() -> None:
    graph = full()
    made = {n.name: n.inputs for n in graph.of(INSTANCE)}
    assert made["usw2-media-catalog-primary"]["multiAz"] is True
    assert made["usw2-media-catalog-primary"]["engine"] == "postgres"
    standby = next(n for n in graph.of(INSTANCE) if n.name.startswith("use1-media-catalog"))
    assert standby.inputs["multiAz"] is True
    assert names(graph.referred(standby, "replicateSourceDb")) == {"usw2-media-catalog-primary"}


@pytest.mark.whole
def test_the_catalog_can_be_a_cluster_with_two_readable_standbys_or_copied_as_backups() -> None:
    older = {"storageGib": 8001, "engineVersion": "16"}
    for given, version, storage, iops in (({}, "17", 100, 3000), (older, "16", 8001, 4001)):  # RDS wants one per 2 GiB
        graph = recorded(media={"catalog": {"topology": "cluster", **given}})
        cluster = graph.one("aws:rds/cluster:Cluster")
        assert cluster.inputs["engineVersion"] == version
        assert graph.one("aws:rds/clusterParameterGroup:ClusterParameterGroup").inputs["family"] == f"postgres{version}"
        assert cluster.inputs["engine"] == "postgres"
        sizes = (cluster.inputs["dbClusterInstanceClass"], cluster.inputs["allocatedStorage"], cluster.inputs["iops"])
        assert sizes == ("db.r6gd.large", storage, iops)
    copied = recorded(**STANDBY, media={"catalog": {"standby": "backups"}})
    assert not [n for n in copied.of(INSTANCE) if n.name.startswith("use1")]
    assert copied.of("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication")


@pytest.mark.exhaustive
def test_both_regions_follow_the_major_version_of_the_settings() -> None:
    graph = recorded(**STANDBY, media={"catalog": {"engineVersion": "16"}})
    assert {n.inputs.get("engineVersion") for n in graph.of(INSTANCE)} == {"16", None}, "a replica has its source's"
    families = [n.inputs["family"] for n in graph.of("aws:rds/parameterGroup:ParameterGroup")]
    assert families == ["postgres16"] * 2
    assert not any("allowMajorVersionUpgrade" in n.inputs for n in graph.of(INSTANCE)), "an operator upgrades"


@pytest.mark.parametrize(
    ("media", "more", "message"),
    [
        ({"catalog": {"topology": "cluster"}}, STANDBY, "RDS cannot replicate a Multi-AZ DB cluster"),
        ({"catalog": {"topology": "cluster"}}, {"availabilityZones": ZONES[:2]}, "needs 3 availabilityZones"),
        ({"catalog": {"topology": "cluster", "readReplicas": 1}}, {}, "must be 0 for a cluster"),
        ({"catalog": {"topology": "cluster", "instanceClass": "db.r7g.large"}}, {}, "class with local storage"),
        ({"catalog": {"storageGib": 200, "maxStorageGib": 200}}, {}, "at least 1.1 times storageGib, 200"),
        ({"streaming": {"servers": 4, "peakServers": 3}}, {}, "must be at least servers, 4"),
        ({"streaming": {"instanceTypes": ["c7g.xlarge"]}}, {}, "must name at least two types"),
        ({"streaming": {"instanceTypes": ["c7i.large", "c7g.large"]}}, {}, "must be arm64 types"),
        ({"services": {"tasks": 4, "maxTasks": 7}}, {}, "must be at least 8, twice tasks"),
        ({"signingKeys": {"a": "secret"}}, {}, "must be a public key in PEM"),
        ({"signingKeys": {"a": "-----BEGIN PRIVATE KEY-----\nAA==\n"}}, {}, "is a private key; give the public one"),
        ({**KEYS, "publicVideos": True}, {}, "contradicts signingKeys"),
        ({"playerOrigins": ["http://a.example.com"]}, {}, "must be an origin such as https://"),
        ({"trafficDials": {"primary": 0, "standby": 0}}, {}, "no Region would get traffic"),
    ],
)
def test_settings_that_could_not_work_are_refused(media: dict[str, Any], more: dict[str, Any], message: str) -> None:
    given = {"scenario": "media", "region": "us-west-2", "availabilityZones": ZONES, **more, "media": media}
    with pytest.raises(SettingsError) as caught:
        parse_settings(given)
    assert message in str(caught.value)


OWN_IMAGE: dict[str, Any] = {"media": {"services": {"spotWeight": 1, "image": "registry.example.com/video:1"}}}
RARER: list[dict[str, Any]] = [
    {"region": "us-east-1", "availabilityZones": ["us-east-1a", "us-east-1b"], **DOMAIN},
    {"media": {"streaming": {"spotServers": 0}}},
    OWN_IMAGE,
    {"media": {"cache": {"engine": "redis"}, "playerOrigins": ["https://player.example.com"]}},
    {**STANDBY, "media": {"catalog": {"standby": "replica"}}},
    {
        "media": {
            "connectivity": {
                "sharedVpc": {"mode": "peering", "vpcId": "vpc-0123456789abcdef0", "cidr": "10.100.0.0/16"},
            }
        }
    },
]
"""Settings that test_media_combinations.py does not have."""


@pytest.mark.whole
@pytest.mark.parametrize("settings", RARER, ids=lambda s: ",".join(sorted(map(str, s))))
def test_settings_that_no_combination_has_can_be_made(settings: dict[str, Any]) -> None:
    graph = recorded(**settings)
    assert len(graph.of(GROUP)) >= 1
    assert len({(n.type, n.name) for n in graph.nodes}) == len(graph.nodes), "two of one name"


def test_services_are_reached_through_the_load_balancer_and_find_each_other_by_name() -> None:
    graph = full()
    for code in CODES:
        for service in ("auth", "recommendations"):
            rule = graph.one(RULE, f"{code}-{service}-tg-rule")
            conditions = plain(rule.inputs["conditions"])
            (paths,) = [c["pathPattern"]["values"] for c in conditions if "pathPattern" in c]
            assert paths == [f"/{service}", f"/{service}/*"]
            assert "edge-origin-secret-value" in names(graph.referred(rule, "conditions"))
        ingress = [n for n in graph.of(INGRESS) if f"{code}-auth-sg" in names(graph.referred(n, "securityGroupId"))]
        callers = {name for n in ingress for name in names(graph.referred(n, "referencedSecurityGroupId"))}
        assert callers == {f"{code}-streaming-alb", f"{code}-recommendations-sg"}
        auth, asking = (graph.one("awsx:ecs:FargateService", f"{code}-{name}") for name in ("auth", "recommendations"))
        assert auth.urn in asking.depends_on, "Service Connect tells a task of no name that came after it"


def test_data_that_cannot_be_recreated_is_backed_up_to_the_other_region() -> None:
    graph = full()
    selected = {
        name
        for node in graph.of("aws:backup/selection:Selection")
        if "restore" not in node.name
        for name in names(graph.referred(node, "resources"))
    }
    assert {
        "usw2-media-catalog-primary",
        "usw2-uploads-bucket",
        "usw2-transcoding-status-table",
        "usw2-profiles-table",
        "usw2-history-table",
    } <= selected


def test_every_tier_is_on_the_dashboard_and_counts_for_the_site() -> None:
    graph = full()
    for code in CODES:
        composite = "".join(str(n.inputs["alarmRule"]) for n in graph.of("aws:cloudwatch/compositeAlarm:CompositeAlarm")
                            if n.name.startswith(f"{code}-media-site"))  # fmt: skip
        for part in ("streaming-capacity", "transcoding-failed", "auth", "media-cache", "canary", "media-tracing"):
            assert f"{code}-{part}" in composite, part
        assert f"{code}-streaming-spot" not in composite, "a lack of Spot impairs nobody"
    rule = "".join(str(n.inputs["alarmRule"]) for n in graph.of("aws:cloudwatch/compositeAlarm:CompositeAlarm"))
    assert "edge-media-accelerator" in rule
    assert "edge-media-errors" in rule


def test_traces_are_sampled_by_what_they_are_for_and_grouped_with_insights() -> None:
    graph = full()
    rules = {n.name: n.inputs for n in graph.of("aws:xray/samplingRule:SamplingRule")}
    for code in CODES:
        assert rules[f"{code}-media-tracing-rule-health"]["fixedRate"] == 0
        for service in ("auth", "recommendations"):
            rule = rules[f"{code}-media-tracing-rule-{service}"]
            assert (rule["serviceName"], rule["reservoirSize"], rule["fixedRate"]) == (service, 1, 0.05)
    groups = {n.name: n.inputs["filterExpression"] for n in graph.of("aws:xray/group:Group")}
    assert groups["usw2-media-tracing-services"] == 'service("auth") OR service("recommendations")'
    assert groups["use1-media-tracing-pipeline"] == 'annotation.Service BEGINSWITH "dev-use1-transcoding-"'
    for group in graph.every("aws:xray/group:Group"):
        assert group.inputs["insightsConfiguration"]["insightsEnabled"] is True
    assert all(f.inputs["tracingConfig"] == {"mode": "Active"} for f in graph.every(LAMBDA))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("service", ["auth", "recommendations"])
def test_services_are_traced_and_reach_x_ray(code: str, service: str) -> None:
    graph = full()
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition", f"{code}-{service}-task")
    containers = json.loads(definition.inputs["containerDefinitions"])
    beside = ["fetch", "unpack", "traces"]
    assert [c["name"] for c in containers] == [service, *beside], "a rule and the group know it by this name"
    variables = {e["name"]: e["value"] for e in containers[0]["environment"]}
    assert variables["SERVICE"] == service
    out = [n for n in graph.of(EGRESS) if f"{code}-{service}-sg" in names(graph.referred(n, "securityGroupId"))]
    assert {(n.inputs["fromPort"], n.inputs.get("cidrIpv4"), n.inputs.get("cidrIpv6")) for n in out} >= {
        (443, "0.0.0.0/0", None),
        (443, None, "::/0"),
    }
    if service == "recommendations":
        assert variables["AUTH_URL"] == "http://auth:8080", "whom it asks, which hands the trace on"


def test_recommendations_is_declared_to_serve_without_cache_and_auth() -> None:
    (declared,) = full().of("ha:arch:Declarations")
    softened = {path["entry"]: path for path in declared.inputs["requestPaths"]}
    parts = ("cache", "auth")
    assert set(parts) <= {loss.lost for loss in losses.MEDIA if loss.service == "recommendations" and loss.soft}
    expected = {f"{role}-recommendations-{what}" for role in ("primary", "standby") for what in parts}
    code = {f"{role}-{name}-code" for role in ("primary", "standby") for name in ("auth", "recommendations")}
    assert set(softened) == {*expected, *code, "primary-recommendations-reader"}


def test_with_an_own_image_the_database_gets_no_sample_tables_and_ecs_can_still_roll_back_to_the_samples() -> None:
    samples, own = small(), recorded(**OWN_IMAGE)
    for graph, given in ((samples, "yes"), (own, "no")):
        function = graph.one("aws:lambda/function:Function", "usw2-media-schema")
        assert function.inputs["environment"]["variables"]["SAMPLES"] == given
        for service in ("auth", "recommendations"):
            policy = graph.one("aws:iam/rolePolicy:RolePolicy", f"usw2-{service}-task-permissions").inputs["policy"]
            statements = {statement["Sid"]: statement["Action"] for statement in json.loads(policy)["Statement"]}
            assert statements["FetchBundle"] == "s3:GetObjectVersion"
            assert statements["DecryptBundle"] == "kms:Decrypt"
    definition = own.one("aws:ecs/taskDefinition:TaskDefinition", "usw2-auth-task").inputs["containerDefinitions"]
    assert [container["name"] for container in json.loads(definition)] == ["auth", "traces"]


def test_the_catalogs_schema_is_applied_before_the_recommendations_are_rolled_out() -> None:
    graph = full()
    (run,) = graph.of("aws:lambda/invocation:Invocation")
    assert run.name == "usw2-media-schema-run"
    assert graph.one("aws:lambda/function:Function", "usw2-media-schema").inputs["handler"] == "media.schema.handler"
    for code in ("usw2", "use1"):
        assert run.urn in graph.one("awsx:ecs:FargateService", f"{code}-recommendations").depends_on
        assert run.urn not in graph.one("awsx:ecs:FargateService", f"{code}-auth").depends_on
