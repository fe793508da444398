import json
import re
import shutil
import subprocess
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from components.alarms import Alarming
from components.tiers.edge.cloudfront import (
    LIVE_PATHS,
    VIDEO_PATHS,
    BucketOrigin,
    CloudFrontDistribution,
    CloudFrontDistributionArgs,
    LoadBalancerOrigin,
    PathBehavior,
)
from components.tiers.edge.cloudfront_policies import Caching, UrlRewrite, url_rewrite_code
from tests.support.graph import ACCOUNT, Graph, deploy
from tests.support.some import some

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"
BUCKET = BucketOrigin(name="site", arn="arn:aws:s3:::site", regional_domain_name="site.s3.us-west-2.amazonaws.com")
REPLICA = BucketOrigin(
    name="copy", arn="arn:aws:s3:::copy", regional_domain_name="copy.s3.us-east-1.amazonaws.com", region="us-east-1"
)
SHOP = LoadBalancerOrigin(domain_name="origin.example.com", secret=pulumi.Output.secret("s3cret"))
API = PathBehavior(pattern="/api/*", caching=Caching.NONE, dynamic=True, writes=True)
CATALOG = PathBehavior(pattern="/catalog/*", caching=Caching.ASSETS, dynamic=True)


def delivery(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "bucket": BUCKET,
        "tags": {"Project": "ha-aws"},
        "alarms": Alarming(topic_arns=[TOPIC]),
        **changes,
    }
    return deploy(lambda: CloudFrontDistribution("site", CloudFrontDistributionArgs(**given)))


def distribution(**changes: Any) -> dict[str, Any]:
    return delivery(**changes).one(DISTRIBUTION, "site-distribution").inputs


def revealed(value: Any) -> Any:
    """What a Pulumi secret holds; AssertionError when ``value`` is in plain sight."""
    assert isinstance(value, dict), "not a secret"
    assert set(value) == {rpc._special_sig_key, "value"}, "not a secret"
    return value["value"]


def test_a_site_alone_is_served_over_tls_with_http3_and_cloudfronts_own_certificate() -> None:
    made = distribution()
    assert made["enabled"] is True
    assert made["httpVersion"] == "http2and3"
    assert made["isIpv6Enabled"] is True
    assert made["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}
    assert made["aliases"] == []
    assert made["originGroups"] == []
    assert made["orderedCacheBehaviors"] == []
    assert made["retainOnDelete"] is False
    assert "webAclId" not in made
    assert made["defaultCacheBehavior"] == {
        "targetOriginId": "static",
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD", "OPTIONS"],
        "cachedMethods": ["GET", "HEAD", "OPTIONS"],
        "compress": True,
        "cachePolicyId": "site-cache-assets-id",
        "responseHeadersPolicyId": "site-headers-id",
    }
    assert {(e["errorCode"], e["errorCachingMinTtl"]) for e in made["customErrorResponses"]} == {
        (500, 1),
        (502, 1),
        (503, 1),
        (504, 1),
    }


def test_the_bucket_is_read_by_this_distribution_only() -> None:
    graph = delivery(replica=REPLICA)
    access = graph.one("aws:cloudfront/originAccessControl:OriginAccessControl")
    assert access.inputs["originAccessControlOriginType"] == "s3"
    assert access.inputs["signingBehavior"] == "always"
    assert {o["originAccessControlId"] for o in graph.one(DISTRIBUTION).inputs["origins"]} == {"site-access-id"}
    policies = {n.name: n for n in graph.of("aws:s3/bucketPolicy:BucketPolicy")}
    assert {name: (p.inputs["bucket"], p.inputs.get("region")) for name, p in policies.items()} == {
        "site-bucket-policy": ("site", None),
        "site-replica-policy": ("copy", "us-east-1"),
    }
    for node, arn in ((policies["site-bucket-policy"], BUCKET.arn), (policies["site-replica-policy"], REPLICA.arn)):
        read, refused = json.loads(node.inputs["policy"])["Statement"]
        assert read["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert (read["Action"], read["Resource"]) == ("s3:GetObject", f"{arn}/*")
        assert list(read["Condition"]) == ["StringEquals"]
        assert "distribution/site-distribution" in read["Condition"]["StringEquals"]["AWS:SourceArn"]
        assert refused["Sid"] == "DenyInsecureTransport"
        assert {n.name for n in graph.referred(node, "policy")} == {"site-distribution"}


def test_the_replica_takes_over_within_eight_seconds_when_the_bucket_fails() -> None:
    made = distribution(replica=REPLICA)
    assert [(o["originId"], o["domainName"]) for o in made["origins"]] == [
        ("static", "site.s3.us-west-2.amazonaws.com"),
        ("static-replica", "copy.s3.us-east-1.amazonaws.com"),
    ]
    assert {o["connectionAttempts"] * o["connectionTimeout"] for o in made["origins"]} == {8}
    assert made["originGroups"] == [
        {
            "originId": "static-group",
            "failoverCriteria": {"statusCodes": [500, 502, 503, 504]},
            "members": [{"originId": "static"}, {"originId": "static-replica"}],
        }
    ]
    assert made["defaultCacheBehavior"]["targetOriginId"] == "static-group"


def test_missing_objects_are_looked_for_in_the_replica_when_asked() -> None:
    group = distribution(replica=REPLICA, fail_over_on_missing=True)["originGroups"][0]
    assert group["failoverCriteria"]["statusCodes"] == [403, 404, 500, 502, 503, 504]


def test_dynamic_paths_reach_the_load_balancer_with_the_secret_and_are_not_cached() -> None:
    made = distribution(dynamic=SHOP, paths=[API])
    origin = revealed(made["origins"])[1]
    assert origin["originId"] == "dynamic"
    assert origin["domainName"] == "origin.example.com"
    assert origin["customHeaders"] == [{"name": "X-Origin-Secret", "value": "s3cret"}]
    assert origin["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert origin["customOriginConfig"]["originSslProtocols"] == ["TLSv1.2"]
    assert made["orderedCacheBehaviors"] == [
        {
            "pathPattern": "/api/*",
            "targetOriginId": "dynamic",
            "viewerProtocolPolicy": "https-only",
            "allowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
            "cachedMethods": ["GET", "HEAD", "OPTIONS"],
            "compress": True,
            "cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            "originRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
            "responseHeadersPolicyId": "site-headers-id",
        }
    ]


def test_what_is_cached_for_everybody_is_made_without_anybodys_cookies() -> None:
    behavior = distribution(dynamic=SHOP, paths=[CATALOG])["orderedCacheBehaviors"][0]
    assert behavior["cachePolicyId"] == "site-cache-assets-id"
    assert "originRequestPolicyId" not in behavior


def test_an_internal_load_balancer_is_reached_by_a_vpc_origin() -> None:
    arn = f"arn:aws:elasticloadbalancing:us-west-2:{ACCOUNT}:loadbalancer/app/web/1"
    balancer = LoadBalancerOrigin(domain_name="internal-web.elb.amazonaws.com", load_balancer_arn=arn, tls=False)
    graph = delivery(dynamic=balancer, paths=[API])
    endpoint = graph.one("aws:cloudfront/vpcOrigin:VpcOrigin", "site-vpc-dynamic").inputs["vpcOriginEndpointConfig"]
    assert endpoint == {
        "name": "dev-site-dynamic",
        "arn": arn,
        "httpPort": 80,
        "httpsPort": 443,
        "originProtocolPolicy": "http-only",
        "originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1},
    }
    origin = graph.one(DISTRIBUTION).inputs["origins"][1]
    assert origin["vpcOriginConfig"] == {
        "vpcOriginId": "site-vpc-dynamic-id",
        "originReadTimeout": 30,
        "originKeepaliveTimeout": 30,
    }
    assert "customOriginConfig" not in origin


def test_reads_fail_over_to_the_standby_load_balancer_and_writes_stay_off_origin_groups() -> None:
    standby = LoadBalancerOrigin(domain_name="standby.example.com", secret="s3cret")
    made = distribution(dynamic=SHOP, dynamic_standby=standby, paths=[API, CATALOG])
    targets = {b["pathPattern"]: b["targetOriginId"] for b in made["orderedCacheBehaviors"]}
    assert targets == {"/api/*": "dynamic", "/catalog/*": "dynamic-group"}
    group = made["originGroups"][0]
    assert [m["originId"] for m in group["members"]] == ["dynamic", "dynamic-standby"]
    grouped = {g["originId"] for g in made["originGroups"]}
    for behavior in some(made["orderedCacheBehaviors"]):
        assert behavior["targetOriginId"] not in grouped or "POST" not in behavior["allowedMethods"]


def test_video_opens_with_a_signature_and_live_manifests_move_on() -> None:
    graph = delivery(
        dynamic=SHOP,
        paths=[*LIVE_PATHS, *VIDEO_PATHS],
        signing_keys={"a": "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----", "b": "B\n\n"},
        shield_region="us-west-2",
    )
    keys = {n.name: n.inputs["encodedKey"] for n in graph.of("aws:cloudfront/publicKey:PublicKey")}
    assert set(keys) == {"site-key-a", "site-key-b"}
    assert keys["site-key-b"] == "B\n"
    assert graph.one("aws:cloudfront/keyGroup:KeyGroup").inputs["items"] == ["site-key-a-id", "site-key-b-id"]
    made = graph.one(DISTRIBUTION).inputs
    behaviors = {b["pathPattern"]: b for b in made["orderedCacheBehaviors"]}
    assert list(behaviors) == ["/live/*.m3u8", "/live/*", "*.m3u8", "*.mpd", "*.ts", "*.m4s", "*.mp4"]
    assert {tuple(b["trustedKeyGroups"]) for b in behaviors.values()} == {("site-keys-id",)}
    assert behaviors["/live/*"]["targetOriginId"] == "dynamic"
    assert behaviors["*.m3u8"]["targetOriginId"] == "static"
    assert {o["originShield"]["originShieldRegion"] for o in revealed(made["origins"])} == {"us-west-2"}
    policies = {n.name: n.inputs for n in graph.of("aws:cloudfront/cachePolicy:CachePolicy")}
    assert {k: (p["minTtl"], p["defaultTtl"], p["maxTtl"]) for k, p in policies.items()} == {
        "site-cache-assets": (0, 86_400, 31_536_000),
        "site-cache-manifests": (1, 2, 60),
        "site-cache-segments": (60, 86_400, 31_536_000),
    }
    manifest = policies["site-cache-manifests"]["parametersInCacheKeyAndForwardedToOrigin"]
    assert manifest["queryStringsConfig"] == {
        "queryStringBehavior": "whitelist",
        "queryStrings": {"items": ["_HLS_msn", "_HLS_part", "_HLS_skip"]},
    }


def test_a_domain_brings_its_certificate_and_the_firewall_is_attached_by_arn() -> None:
    made = distribution(domains=["shop.example.com"], certificate_arn="arn:cert", web_acl_arn="arn:acl")
    assert made["aliases"] == ["shop.example.com"]
    assert made["viewerCertificate"] == {
        "acmCertificateArn": "arn:cert",
        "sslSupportMethod": "sni-only",
        "minimumProtocolVersion": "TLSv1.2_2021",
    }
    assert made["webAclId"] == "arn:acl"


def test_access_logs_are_delivered_from_the_edge_region() -> None:
    graph = delivery(log_bucket_arn="arn:aws:s3:::logs")
    source = graph.one("aws:cloudwatch/logDeliverySource:LogDeliverySource")
    assert source.inputs["logType"] == "ACCESS_LOGS"
    assert [n.name for n in graph.referred(source, "resourceArn")] == ["site-distribution"]
    destination = graph.one("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination")
    assert destination.inputs["deliveryDestinationConfiguration"] == {"destinationResourceArn": "arn:aws:s3:::logs"}
    delivered = graph.one("aws:cloudwatch/logDelivery:LogDelivery")
    assert [n.name for n in graph.referred(delivered, "deliverySourceName")] == ["site-log-source"]
    assert [n.name for n in graph.referred(delivered, "deliveryDestinationArn")] == ["site-log-destination"]
    assert {n.inputs["region"] for n in (source, destination, delivered)} == {"us-east-1"}


def test_browsers_are_told_what_a_page_may_do() -> None:
    headers = delivery(cors_origins=["https://player.example.com"]).one(
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
    )
    security = headers.inputs["securityHeadersConfig"]
    assert security["strictTransportSecurity"] == {
        "accessControlMaxAgeSec": 63_072_000,
        "includeSubdomains": True,
        "preload": False,
        "override": True,
    }
    assert security["contentTypeOptions"] == {"override": True}
    assert security["frameOptions"] == {"frameOption": "DENY", "override": True}
    assert "frame-ancestors 'none'" in security["contentSecurityPolicy"]["contentSecurityPolicy"]
    cors = headers.inputs["corsConfig"]
    assert cors["accessControlAllowOrigins"] == {"items": ["https://player.example.com"]}
    assert (cors["accessControlAllowCredentials"], cors["accessControlAllowHeaders"]) == (False, {"items": ["*"]})


def test_players_on_other_sites_may_send_signed_cookies() -> None:
    key = {"a": "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----"}
    headers = delivery(cors_origins=["https://player.example.com"], signing_keys=key).one(
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
    )
    cors = headers.inputs["corsConfig"]
    assert cors["accessControlAllowCredentials"] is True
    assert cors["accessControlAllowHeaders"] == {"items": ["Accept", "Origin", "Range"]}, "* is literal with cookies"


def test_errors_and_a_slow_origin_raise_alarms_where_the_metrics_are() -> None:
    graph = delivery()
    alarms = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {k: (a["metricName"], a["threshold"], a["region"]) for k, a in alarms.items()} == {
        "site-errors": ("5xxErrorRate", 1, "us-east-1"),
        "site-latency": ("OriginLatency", 5000, "us-east-1"),
    }
    assert alarms["site-errors"]["dimensions"] == {"DistributionId": "site-distribution-id", "Region": "Global"}
    assert alarms["site-errors"]["alarmActions"] == [TOPIC]
    assert graph.one("aws:cloudfront/monitoringSubscription:MonitoringSubscription").inputs["distributionId"]
    plain = delivery(detailed_metrics=False)
    assert [n.name for n in plain.of("aws:cloudwatch/metricAlarm:MetricAlarm")] == ["site-errors"], "no such metric"
    assert plain.of("aws:cloudfront/monitoringSubscription:MonitoringSubscription") == []


@pytest.mark.parametrize("pages", [UrlRewrite.SINGLE_PAGE, UrlRewrite.DIRECTORIES])
def test_addresses_without_a_file_name_are_rewritten_before_the_cache(pages: UrlRewrite) -> None:
    graph = delivery(pages=pages)
    function = graph.one("aws:cloudfront/function:Function")
    assert function.inputs["code"] == url_rewrite_code(pages)
    assert function.inputs["runtime"] == "cloudfront-js-2.0"
    behavior = graph.one(DISTRIBUTION).inputs["defaultCacheBehavior"]
    assert [a["eventType"] for a in behavior["functionAssociations"]] == ["viewer-request"]
    assert re.search(r"request\.uri = .*index\.html'", url_rewrite_code(pages))


@pytest.mark.skipif(shutil.which("node") is None, reason="runs the function's JavaScript")
@pytest.mark.parametrize(
    ("pages", "asked", "read"),
    [
        (UrlRewrite.SINGLE_PAGE, "/orders/7", "/index.html"),
        (UrlRewrite.SINGLE_PAGE, "/app.js", "/app.js"),
        (UrlRewrite.DIRECTORIES, "/help", "/help/index.html"),
        (UrlRewrite.DIRECTORIES, "/help/", "/help/index.html"),
        (UrlRewrite.DIRECTORIES, "/v1.2/help", "/v1.2/help/index.html"),
        (UrlRewrite.DIRECTORIES, "/help/page.html", "/help/page.html"),
    ],
)
def test_the_rewrite_leaves_files_alone(pages: UrlRewrite, asked: str, read: str) -> None:
    call = f"console.log(handler({{request: {{uri: {json.dumps(asked)}}}}}).uri)"
    ran = subprocess.run(["node", "-e", url_rewrite_code(pages) + call], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == read


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"domains": ["a.example.com"]}, "a domain needs a certificate"),
        ({"certificate_arn": "arn:cert"}, "a certificate a domain"),
        ({"paths": [API]}, "dynamic=None"),
        ({"dynamic_standby": SHOP}, "dynamic=None"),
        ({"paths": VIDEO_PATHS}, "signing_keys={}"),
        ({"paths": [PathBehavior(pattern="/up", caching=Caching.NONE, writes=True)]}, "the bucket takes no writes"),
        ({"paths": [PathBehavior(pattern="/x", caching=Caching.NONE)]}, "which S3 refuses"),
        (
            {"dynamic": SHOP, "paths": [PathBehavior(pattern="/x", caching=Caching.ASSETS, dynamic=True, writes=True)]},
            "one viewer's own",
        ),
        ({"dynamic": SHOP, "paths": [API, API]}, "each pattern can have one behaviour"),
        (
            {"paths": [PathBehavior(pattern=f"/{i}", caching=Caching.ASSETS) for i in range(75)]},
            "75 are more than the 74 that a distribution takes",
        ),
    ],
)
def test_what_cloudfront_would_refuse_is_refused(changes: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"bucket": BUCKET, "tags": {}, **changes}
    with pytest.raises(ValueError, match=re.escape(message)):
        CloudFrontDistributionArgs(**given)


def test_a_load_balancer_that_answers_everybody_is_refused() -> None:
    with pytest.raises(ValueError, match="secret=None: the load balancer would answer everybody"):
        LoadBalancerOrigin(domain_name="origin.example.com")
