"""The Beanstalk tier: exact option settings, and a new version beside the old."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components import iam
from components.alarms import Alarming
from components.packaging import backoffice_bundle, zip_file
from components.tiers.servers.beanstalk import Beanstalk, BeanstalkArgs, OidcLogin
from tests.support.graph import Graph, deploy

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"
OLDER = "64bit Amazon Linux 2023 v4.6.1 running Python 3.13"
ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment"
INSTANCES = {"us-west-2a": "private-a", "us-west-2b": "private-b"}
BALANCER = {"us-west-2a": "public-a", "us-west-2b": "public-b"}


def office(**changed: Any) -> Graph:
    def program() -> None:
        given: dict[str, Any] = {
            "bundle": backoffice_bundle(),
            "bucket": "bundles",
            "vpc_id": "vpc-1",
            "instance_subnets": INSTANCES,
            "balancer_subnets": BALANCER,
            "kms_key_arn": KEY,
            "environment": {"TABLE_NAME": "orders"},
            "statements": [
                iam.allow("dynamodb:GetItem", "arn:aws:dynamodb:us-west-2:123456789012:table/orders", sid="Orders")
            ],
            "tags": {"Project": "ha"},
            "alarms": Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"]),
            **changed,
        }
        Beanstalk("office", BeanstalkArgs(**given))

    return deploy(program)


def options(graph: Graph) -> dict[tuple[str, str], str]:
    found = graph.one(ENVIRONMENT).inputs["settings"]
    table = {(s["namespace"], s["name"]): s["value"] for s in found}
    assert len(table) == len(found), "a setting given twice"
    return table


def test_environment_is_balanced_over_every_zone_in_private_subnets() -> None:
    found = options(office())
    assert found["aws:elasticbeanstalk:environment", "EnvironmentType"] == "LoadBalanced"
    assert found["aws:elasticbeanstalk:environment", "LoadBalancerType"] == "application"
    assert found["aws:ec2:vpc", "Subnets"] == "private-a,private-b"
    assert found["aws:ec2:vpc", "ELBSubnets"] == "public-a,public-b"
    assert found["aws:ec2:vpc", "ELBScheme"] == "internal"
    assert found["aws:ec2:vpc", "AssociatePublicIpAddress"] == "false"
    assert found["aws:autoscaling:asg", "MinSize"] == "2"
    assert found["aws:autoscaling:asg", "Availability Zones"] == "Any 2"


def test_deployments_are_immutable_and_configuration_rolls_a_zones_worth_at_a_time() -> None:
    zones = {**INSTANCES, "us-west-2c": "private-c"}, {**BALANCER, "us-west-2c": "public-c"}
    found = options(office(instance_subnets=zones[0], balancer_subnets=zones[1], minimum=6, maximum=9))
    assert found["aws:elasticbeanstalk:command", "DeploymentPolicy"] == "Immutable"
    rolling = "aws:autoscaling:updatepolicy:rollingupdate"
    assert found[rolling, "RollingUpdateType"] == "Health"
    assert (found[rolling, "MaxBatchSize"], found[rolling, "MinInstancesInService"]) == ("2", "4")


def test_health_is_enhanced_updates_are_managed_and_logs_are_kept() -> None:
    found = options(office())
    assert found["aws:elasticbeanstalk:healthreporting:system", "SystemType"] == "enhanced"
    assert found["aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"] == "true"
    assert found["aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel"] == "minor"
    assert found["aws:elasticbeanstalk:managedactions:platformupdate", "InstanceRefreshEnabled"] == "true"
    assert found["aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs"] == "true"
    assert found["aws:elasticbeanstalk:cloudwatch:logs", "DeleteOnTerminate"] == "false"
    assert found["aws:elasticbeanstalk:environment:process:default", "HealthCheckPath"] == "/health"
    assert found["aws:autoscaling:launchconfiguration", "DisableIMDSv1"] == "true"
    assert found["aws:elasticbeanstalk:application:environment", "TABLE_NAME"] == "orders"
    assert found["aws:elasticbeanstalk:application:environment", "AWS_REGION"] == "us-west-2", "Beanstalk sets none"
    assert found["aws:elasticbeanstalk:container:python", "WSGIPath"] == "application:application"


def test_https_replaces_http_when_there_is_a_certificate() -> None:
    plain, secure = (
        options(office()),
        options(office(certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/1", access_logs_bucket="logs")),
    )
    assert plain["aws:elbv2:listener:default", "ListenerEnabled"] == "true"
    assert secure["aws:elbv2:listener:default", "ListenerEnabled"] == "false"
    assert secure["aws:elbv2:listener:443", "Protocol"] == "HTTPS"
    assert secure["aws:elbv2:listener:443", "SSLCertificateArns"] == "arn:aws:acm:us-west-2:123456789012:certificate/1"
    assert secure["aws:elbv2:loadbalancer", "AccessLogsS3Bucket"] == "logs"
    assert ("aws:elbv2:listener:443", "Protocol") not in plain


def test_a_named_platform_is_used_once_and_left_to_managed_updates() -> None:
    environment = office(solution_stack=OLDER).one(ENVIRONMENT)
    assert environment.inputs["solutionStackName"] == OLDER
    assert set(environment.ignore_changes) == {"solutionStackName", "platformArn"}


def test_a_new_environment_gets_the_newest_platform_version_unless_one_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    newest = "64bit Amazon Linux 2023 v4.9.9 running Python 3.13"

    def look_up(*, most_recent: bool, name_regex: str, opts: pulumi.InvokeOptions) -> pulumi.Output[Any]:
        assert most_recent
        asked.append(name_regex)
        return pulumi.Output.from_input(SimpleNamespace(name=newest))

    monkeypatch.setattr(aws.elasticbeanstalk, "get_solution_stack_output", look_up)
    office(solution_stack=OLDER)
    assert asked == [], "a named platform needs no look-up"
    assert office().one(ENVIRONMENT).inputs["solutionStackName"] == newest
    assert re.match(asked[0], newest)
    assert re.match(asked[0], OLDER)


def test_a_changed_source_is_a_new_version_beside_the_old(tmp_path: Path) -> None:
    source = tmp_path / "office.py"
    source.write_text("x = 1")
    another = zip_file({"backoffice/office.py": source})
    kind = "aws:elasticbeanstalk/applicationVersion:ApplicationVersion"
    first = office().one(kind)
    again, other = office().one(kind), office(bundle=another).one(kind)
    assert first.name == again.name != other.name
    assert first.inputs["key"] == f"office/{first.inputs['name']}.zip"
    graph = office()
    bundle = graph.one("aws:s3/bucketObjectv2:BucketObjectv2").inputs
    assert (bundle["serverSideEncryption"], bundle["kmsKeyId"]) == ("aws:kms", KEY)


def test_the_back_office_starts_from_its_bundle_without_anything_installed(tmp_path: Path) -> None:
    """Python as it is on an instance: nothing is installed when one starts."""
    with zipfile.ZipFile(backoffice_bundle()) as file:
        file.extractall(tmp_path)
    code = "import application; print(application.application.__name__, application.__file__)"
    given = {"PATH": os.environ["PATH"], "AWS_REGION": "us-west-2", "TABLE_NAME": "orders"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=tmp_path, env=given, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith(f"application {tmp_path}"), done.stderr


def test_servers_take_headers_as_large_as_the_load_balancer_passes_on() -> None:
    given = options(office())["aws:elasticbeanstalk:application:environment", "GUNICORN_CMD_ARGS"]
    flag, _, size = given.partition("=")
    assert (flag, int(size)) == ("--limit-request-field_size", 16 * 1024)
    with zipfile.ZipFile(backoffice_bundle()) as file:
        extended = file.read(".platform/nginx/conf.d/headers.conf").decode()
    assert re.search(r"^large_client_header_buffers 4 16k;$", extended, re.MULTILINE)


def test_people_log_in_before_any_page_if_there_is_a_log_in() -> None:
    login = OidcLogin(
        issuer="https://id.example.com",
        authorization_endpoint="https://id.example.com/authorize",
        token_endpoint="https://id.example.com/token",
        user_info_endpoint="https://id.example.com/userinfo",
        client_id="office",
        client_secret="hidden",
    )
    certificate = "arn:aws:acm:us-west-2:123456789012:certificate/1"
    rule = office(certificate_arn=certificate, login=login).one("aws:lb/listenerRule:ListenerRule").inputs
    assert rule["actions"]["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270", "a secret"
    asked, forwarded = rule["actions"]["value"]
    assert [(a["type"], a["order"]) for a in (asked, forwarded)] == [("authenticate-oidc", 1), ("forward", 2)]
    assert asked["authenticateOidc"]["onUnauthenticatedRequest"] == "authenticate"
    assert rule["conditions"] == [{"pathPattern": {"values": ["/*"]}}]
    assert rule["priority"] == 1
    assert ":listener/app/" in rule["listenerArn"], "the one that Elastic Beanstalk made"
    assert ":targetgroup/awseb-" in forwarded["targetGroupArn"], "where that listener itself sends requests"
    assert office(certificate_arn=certificate).of("aws:lb/listenerRule:ListenerRule") == []
    with pytest.raises(ValueError, match="login: only HTTPS listeners can ask for one"):
        office(login=login)


def test_roles_are_separate_and_the_instances_hold_what_is_given() -> None:
    graph = office()
    policy = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    found = {s["Sid"]: s for s in policy}
    assert sorted(found) == ["Bundle", "Key", "Orders"], "AWS's own policy has what enhanced health reports"
    assert found["Bundle"]["Resource"] == "arn:aws:s3:::bundles/office/*"
    attached = {n.inputs["policyArn"] for n in graph.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")}
    assert attached == {
        "arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth",
        "arn:aws:iam::aws:policy/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
        "arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier",
    }
    waited = graph.one(ENVIRONMENT).depends_on
    assert all(n.urn in waited for n in graph.every("aws:iam/rolePolicyAttachment:RolePolicyAttachment"))


def test_the_balancer_reaches_the_instances_and_degraded_health_alarms() -> None:
    graph = office()
    into = graph.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [n.name for n in graph.referred(into, "securityGroupId")] == ["office-instances-sg"]
    assert [n.name for n in graph.referred(into, "referencedSecurityGroupId")] == ["office-balancer-sg"]
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "office-health").inputs
    assert (alarm["metricName"], alarm["threshold"], alarm["treatMissingData"]) == (
        "EnvironmentHealth",
        20,
        "breaching",
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"instance_subnets": {"us-west-2a": "s"}, "balancer_subnets": {"us-west-2a": "s"}}, "at least 2"),
        ({"balancer_subnets": {"us-west-2a": "s", "us-west-2c": "s"}}, "the same zones"),
        ({"minimum": 1}, "minimum=1"),
        ({"maximum": 1}, "maximum=1"),
    ],
)
def test_what_a_zone_would_take_down_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        office(**changed)
