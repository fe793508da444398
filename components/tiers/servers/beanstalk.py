"""A small application on Elastic Beanstalk, load-balanced over all zones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam, versions
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.tags import few_tags, named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.network.security_groups import allow_traffic

Settings = Mapping[str, Mapping[str, pulumi.Input[str]]]
"""Option values by namespace and name."""


def option_settings(
    *,
    vpc_id: pulumi.Input[str],
    instance_subnets: Sequence[pulumi.Input[str]],
    balancer_subnets: Sequence[pulumi.Input[str]],
    public: bool,
    instance_group: pulumi.Input[str],
    balancer_group: pulumi.Input[str],
    instance_profile: pulumi.Input[str],
    service_role: pulumi.Input[str],
    instance_types: Sequence[str],
    minimum: int,
    maximum: int,
    certificate_arn: pulumi.Input[str] | None,
    access_logs_bucket: pulumi.Input[str] | None,
    log_days: int,
    update_window: str,
    topic_arn: pulumi.Input[str] | None,
    environment: Mapping[str, pulumi.Input[str]],
    zones: int,
) -> Settings:
    """Option settings with which the environment keeps serving while a zone, an instance or a deployment fails."""
    secure = certificate_arn is not None
    batch = str(-(-minimum // zones))
    found: dict[str, dict[str, pulumi.Input[str]]] = {
        "aws:elasticbeanstalk:environment": {
            "EnvironmentType": "LoadBalanced",
            "LoadBalancerType": "application",
            "ServiceRole": service_role,
        },
        "aws:ec2:vpc": {
            "VPCId": vpc_id,
            "Subnets": _joined(instance_subnets),
            "ELBSubnets": _joined(balancer_subnets),
            "ELBScheme": "public" if public else "internal",
            "AssociatePublicIpAddress": "false",
        },
        "aws:autoscaling:asg": {
            "MinSize": str(minimum),
            "MaxSize": str(maximum),
            "Availability Zones": f"Any {min(zones, 3)}",
        },
        "aws:autoscaling:launchconfiguration": {
            "IamInstanceProfile": instance_profile,
            "SecurityGroups": instance_group,
            "DisableIMDSv1": "true",
            "RootVolumeType": "gp3",
            "RootVolumeSize": "16",
        },
        "aws:ec2:instances": {"InstanceTypes": ",".join(instance_types)},
        "aws:autoscaling:trigger": {
            "MeasureName": "CPUUtilization",
            "Statistic": "Average",
            "Unit": "Percent",
            "UpperThreshold": "60",
            "LowerThreshold": "20",
            "Period": "1",
            "EvaluationPeriods": "3",
            "BreachDuration": "3",
        },
        # When the configuration changes, instances are replaced one zone's worth at a time, after health checks.
        "aws:autoscaling:updatepolicy:rollingupdate": {
            "RollingUpdateEnabled": "true",
            "RollingUpdateType": "Health",
            "MaxBatchSize": batch,
            "MinInstancesInService": str(max(1, minimum - int(batch))),
            "Timeout": "PT30M",
        },
        # A new version starts on new instances; the old ones stay until the new ones are healthy.
        "aws:elasticbeanstalk:command": {"DeploymentPolicy": "Immutable", "Timeout": "1800"},
        "aws:elasticbeanstalk:managedactions": {
            "ManagedActionsEnabled": "true",
            "PreferredStartTime": update_window,
            "ServiceRoleForManagedUpdates": service_role,
        },
        "aws:elasticbeanstalk:managedactions:platformupdate": {
            "UpdateLevel": "minor",
            "InstanceRefreshEnabled": "true",
        },
        "aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced", "EnhancedHealthAuthEnabled": "true"},
        "aws:elasticbeanstalk:environment:process:default": {
            "Port": "80",
            "Protocol": "HTTP",
            "HealthCheckPath": "/health",
            "HealthCheckInterval": "10",
            "HealthCheckTimeout": "5",
            "HealthyThresholdCount": "2",
            "UnhealthyThresholdCount": "3",
            "MatcherHTTPCode": "200",
            "DeregistrationDelay": "30",
        },
        "aws:elasticbeanstalk:container:python": {
            # The same for every version of the bundle: "Configuration changes are processed separately from
            # deployments" (Developer Guide, "Managing environments"), so the running version would get a new path.
            "WSGIPath": "application:application",
            "NumProcesses": "3",
            "NumThreads": "8",
        },
        "aws:elasticbeanstalk:cloudwatch:logs": {
            "StreamLogs": "true",
            "DeleteOnTerminate": "false",
            "RetentionInDays": str(log_days),
        },
        "aws:elasticbeanstalk:cloudwatch:logs:health": {
            "HealthStreamingEnabled": "true",
            "DeleteOnTerminate": "false",
            "RetentionInDays": str(log_days),
        },
        "aws:elasticbeanstalk:xray": {"XRayEnabled": "true"},
        "aws:elbv2:loadbalancer": {
            "SecurityGroups": balancer_group,
            "ManagedSecurityGroup": balancer_group,
            "IdleTimeout": "60",
        },
        "aws:elbv2:listener:default": {"ListenerEnabled": "false" if secure else "true"},
        "aws:elasticbeanstalk:application:environment": dict(environment),
    }
    if certificate_arn is not None:
        found["aws:elbv2:listener:443"] = {
            "Protocol": "HTTPS",
            "SSLCertificateArns": certificate_arn,
            "SSLPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            "DefaultProcess": "default",
        }
    if access_logs_bucket is not None:
        found["aws:elbv2:loadbalancer"] |= {
            "AccessLogsS3Enabled": "true",
            "AccessLogsS3Bucket": access_logs_bucket,
            "AccessLogsS3Prefix": "backoffice",
        }
    if topic_arn is not None:
        found["aws:elasticbeanstalk:sns:topics"] = {"Notification Topic ARN": topic_arn}
    return found


def _joined(ids: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
    return pulumi.Output.all(*ids).apply(lambda found: ",".join(str(i) for i in found))


LATEST = "latest"
LATEST_PATTERN = rf"^64bit Amazon Linux 2023 v4\.[0-9.]+ running Python {re.escape(versions.BEANSTALK_PYTHON.version)}$"
"""Full names of the branch's platform versions. An account can create environments with the newest one only, unless it
has used an older one in the Region within the last 30 days (About Elastic Beanstalk platforms)."""
MAX_ENVIRONMENT_NAME = 40
"""Longest environment name, characters (Elastic Beanstalk CreateEnvironment; at least 4)."""
HTTPS = 443
SESSION_SECONDS = 12 * 3600
"""Seconds after which somebody must log in again (ELB AuthenticateOidcActionConfig SessionTimeout, 1-604800)."""
MAX_HEADER = 16 * 1024
"""Bytes of a header that an Application Load Balancer passes on (quotas, "Single header"). With a log-in, cookies and
claims can be as large; gunicorn alone takes 8190."""
SEVERE = 20
"""Value of the EnvironmentHealth metric: 0 OK, 1 Info, 5 Unknown, 10 No data, 15 Warning, 20 Degraded, 25 Severe."""


@dataclass(frozen=True, kw_only=True)
class OidcLogin:
    """An application that is registered with an identity provider (ELB AuthenticateOidcActionConfig).

    issuer: as in the provider's configuration. The endpoints are https URLs that the load balancer's subnets reach.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str
    client_id: str
    client_secret: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class BeanstalkArgs(EncryptedTierArgs):
    """Inputs of `Beanstalk`.

    bundle: zip file with the sources. bucket: name of a versioned bucket for the bundles.
    instance_subnets: private subnet per zone. balancer_subnets: subnet per zone, public if ``public``. The back office
    has no authentication of its own, so a public one needs login or something in front that does. login: the load
    balancer lets only people in who are logged in there; needs certificate_arn. solution_stack: full name of
    the platform version of a new environment, or ``latest``, which asks AWS at preview; managed updates raise it later.
    minimum: instances, at least one per zone; maximum: at least minimum. statements: IAM permissions of the
    application. update_window: start of managed updates, UTC, such as ``Sun:03:00``. topic_arn: gets notifications
    about the environment. log_days: retention of logs, days. after: resources that must exist before the first
    instance: the subnets' routes to the internet, through which an instance gets its commands and reports its health.

    Raises ValueError if a value is outside these limits.
    """

    bundle: Path
    bucket: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    instance_subnets: Mapping[str, pulumi.Input[str]]
    balancer_subnets: Mapping[str, pulumi.Input[str]]
    public: bool = False
    solution_stack: str = LATEST
    certificate_arn: pulumi.Input[str] | None = None
    login: OidcLogin | None = None
    access_logs_bucket: pulumi.Input[str] | None = None
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    statements: Sequence[iam.Statement] = ()
    instance_types: tuple[str, ...] = ("t3.small", "t3a.small")
    minimum: int = 2
    maximum: int = 6
    update_window: str = "Sun:03:00"
    topic_arn: pulumi.Input[str] | None = None
    log_days: int = 365
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        zones = set(self.instance_subnets)
        if len(zones) < 2 or zones != set(self.balancer_subnets):
            raise ValueError(
                f"instance_subnets={sorted(zones)}, balancer_subnets={sorted(self.balancer_subnets)}: "
                "give both a subnet in the same zones, at least 2"
            )
        if self.minimum < len(zones):
            raise ValueError(f"minimum={self.minimum}: at least one instance in each of {len(zones)} zones")
        if self.maximum < self.minimum:
            raise ValueError(f"maximum={self.maximum}: must be at least minimum={self.minimum}")
        if self.login is not None and self.certificate_arn is None:
            raise ValueError("login: only HTTPS listeners can ask for one; give certificate_arn")


class Beanstalk(pulumi.ComponentResource):
    """An Elastic Beanstalk application with one load-balanced environment.

    Children: {name} (application), {name}-bundle (S3 object), {name}-version-…, {name}-env (environment), its roles,
    {name}-profile, {name}-instances-sg, {name}-balancer-sg; alarms.
    """

    url: pulumi.Output[str]
    load_balancer_arn: pulumi.Output[str]
    environment_name: pulumi.Output[str]
    balancer_security_group_id: pulumi.Output[str]
    instance_security_group_id: pulumi.Output[str]
    instance_role_arn: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: BeanstalkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Beanstalk", name, None, opts)
        environment = f"{name}-env"
        if len(environment) > MAX_ENVIRONMENT_NAME - 8:
            raise ValueError(f"name={name}: at most {MAX_ENVIRONMENT_NAME - 8 - 4} characters, for the environment's")
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        application = aws.elasticbeanstalk.Application(
            name, description="Back office", tags=named(args.tags, name), opts=self._child
        )
        version = self._bundled(application)
        balancer, instances = self._security_groups()
        service_role, service_policies = self._service_role()
        profile, permissions = self._instance_profile()
        options = option_settings(
            vpc_id=args.vpc_id,
            instance_subnets=list(args.instance_subnets.values()),
            balancer_subnets=list(args.balancer_subnets.values()),
            public=args.public,
            instance_group=instances.id,
            balancer_group=balancer.id,
            instance_profile=profile.name,
            service_role=service_role.arn,
            instance_types=args.instance_types,
            minimum=args.minimum,
            maximum=args.maximum,
            certificate_arn=args.certificate_arn,
            access_logs_bucket=args.access_logs_bucket,
            log_days=args.log_days,
            update_window=args.update_window,
            topic_arn=args.topic_arn,
            environment={
                "AWS_REGION": arns.region_of(args.kms_key_arn),
                "GUNICORN_CMD_ARGS": f"--limit-request-field_size={MAX_HEADER}",
                **args.environment,
            },
            zones=len(args.instance_subnets),
        )
        made = aws.elasticbeanstalk.Environment(
            environment,
            application=application.name,
            version=version.name,
            tier="WebServer",
            solution_stack_name=self._stack(),
            settings=[
                {"namespace": namespace, "name": option, "value": value}
                for namespace, values in options.items()
                for option, value in values.items()
            ],
            wait_for_ready_timeout="40m",
            tags=named(args.tags, environment),
            # Managed updates raise the platform version; our updates must not lower it again. A replacement takes the
            # version from the state, so refresh first (docs/ecommerce.md).
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*permissions, *service_policies, *args.after],
                ignore_changes=["solutionStackName", "platformArn"],
            ),
        )
        self.url = made.cname.apply(lambda host: f"{'https' if args.certificate_arn is not None else 'http'}://{host}")
        # Empty until AWS has created the environment; a ready environment has exactly one.
        self.load_balancer_arn = made.load_balancers.apply(lambda found: next(iter(found), ""))
        self.environment_name = made.name
        self.balancer_security_group_id, self.instance_security_group_id = balancer.id, instances.id
        if args.login is not None:
            self._login(args.login)
        self._alarms(made)
        self.register_outputs({"url": self.url, "environmentName": self.environment_name})

    def _login(self, login: OidcLogin) -> None:
        """Ask for a log-in on all paths, before the listener's own action, which Elastic Beanstalk makes: its options
        know no log-in, and an environment cannot change to a shared load balancer (Developer Guide, "Configuring an
        Application Load Balancer"). The application must refuse who is not logged in: until the rule is there, nobody
        is asked.
        """
        listener = aws.lb.get_listener_output(
            load_balancer_arn=self.load_balancer_arn, port=HTTPS, opts=pulumi.InvokeOptions(parent=self)
        )
        aws.lb.ListenerRule(
            f"{self._prefix}-login",
            listener_arn=listener.arn,
            priority=1,
            conditions=[
                aws.lb.ListenerRuleConditionArgs(
                    path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=["/*"])
                )
            ],
            actions=[
                aws.lb.ListenerRuleActionArgs(
                    type="authenticate-oidc",
                    order=1,
                    authenticate_oidc=aws.lb.ListenerRuleActionAuthenticateOidcArgs(
                        issuer=login.issuer,
                        authorization_endpoint=login.authorization_endpoint,
                        token_endpoint=login.token_endpoint,
                        user_info_endpoint=login.user_info_endpoint,
                        client_id=login.client_id,
                        client_secret=pulumi.Output.secret(login.client_secret),
                        scope="openid email",
                        session_timeout=SESSION_SECONDS,
                        on_unauthenticated_request="authenticate",
                    ),
                ),
                aws.lb.ListenerRuleActionArgs(
                    type="forward",
                    order=2,
                    target_group_arn=listener.default_actions.apply(lambda found: found[0].target_group_arn),
                ),
            ],
            tags=named(self._args.tags, f"{self._prefix}-login"),
            opts=self._child,
        )

    def _stack(self) -> pulumi.Input[str]:
        if self._args.solution_stack != LATEST:
            return self._args.solution_stack
        found = aws.elasticbeanstalk.get_solution_stack_output(
            most_recent=True, name_regex=LATEST_PATTERN, opts=pulumi.InvokeOptions(parent=self)
        )
        return found.name

    def _bundled(self, application: aws.elasticbeanstalk.Application) -> aws.elasticbeanstalk.ApplicationVersion:
        name, args = self._prefix, self._args
        label = hashlib.sha256(args.bundle.read_bytes()).hexdigest()[:12]
        bundle = aws.s3.BucketObjectv2(
            f"{name}-bundle-{label}",
            bucket=args.bucket,
            key=f"{name}/{label}.zip",
            source=pulumi.FileAsset(str(args.bundle)),
            server_side_encryption="aws:kms",
            kms_key_id=args.kms_key_arn,
            tags=few_tags(named(args.tags, f"{name}-bundle")),
            opts=self._child,
        )
        # The version label is part of the resource name, so that a new version is created while the old one is still in
        # use.
        return aws.elasticbeanstalk.ApplicationVersion(
            f"{name}-version-{label}",
            application=application.name,
            bucket=args.bucket,
            key=bundle.key,
            name=label,
            description=f"Sources {label}",
            tags=named(args.tags, f"{name}-version"),
            opts=self._child,
        )

    def _bundles(self) -> pulumi.Output[str]:
        partition = arns.partition_of(self._args.kms_key_arn)
        return pulumi.Output.concat("arn:", partition, ":s3:::", self._args.bucket, f"/{self._prefix}/*")

    def _security_groups(self) -> tuple[aws.ec2.SecurityGroup, aws.ec2.SecurityGroup]:
        def group(role: str, what: str) -> aws.ec2.SecurityGroup:
            return aws.ec2.SecurityGroup(
                f"{self._prefix}-{role}-sg",
                vpc_id=self._args.vpc_id,
                description=f"{what} of the Beanstalk environment {self._prefix}",
                tags=named(self._args.tags, f"{self._prefix}-{role}-sg"),
                opts=self._child,
            )

        balancer, instances = group("balancer", "Load balancer"), group("instances", "Instances")
        allow_traffic(
            f"{self._prefix}-balanced",
            caller=balancer.id,
            called=instances.id,
            ports=[80],
            tags=named(self._args.tags, f"{self._prefix}-balanced"),
            opts=self._child,
        )
        return balancer, instances

    def _service_role(self) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        name, tags = self._prefix, self._args.tags
        ours = iam.on_behalf_of(arns.account_of(self._args.kms_key_arn))
        role = aws.iam.Role(
            f"{name}-service-role",
            assume_role_policy=iam.trust(
                "elasticbeanstalk.amazonaws.com",
                conditions={"StringEquals": {"sts:ExternalId": "elasticbeanstalk"}, **ours},
            ),
            description="Elastic Beanstalk watches and updates the environment",
            tags=named(tags, f"{name}-service-role"),
            opts=self._child,
        )
        # AWS defines which permissions Elastic Beanstalk needs to monitor and update (Developer Guide, "Service role").
        policies: list[pulumi.Resource] = []
        for short in ("AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"):
            path = "service-role/" if short.endswith("EnhancedHealth") else ""
            policies.append(
                aws.iam.RolePolicyAttachment(
                    f"{name}-{'health' if path else 'updates'}",
                    role=role.name,
                    policy_arn=arns.managed_policy(self._args.kms_key_arn, f"{path}{short}"),
                    opts=self._child,
                )
            )
        return role, policies

    def _instance_profile(self) -> tuple[aws.iam.InstanceProfile, list[pulumi.Resource]]:
        name, args = self._prefix, self._args
        role = aws.iam.Role(
            f"{name}-instance-role",
            assume_role_policy=iam.trust("ec2.amazonaws.com"),
            description="What the back office may do",
            tags=named(args.tags, f"{name}-instance-role"),
            opts=self._child,
        )
        self.instance_role_arn = role.arn
        # Permissions for logs, traces and enhanced health (Developer Guide, "Elastic Beanstalk instance profile").
        web_tier = aws.iam.RolePolicyAttachment(
            f"{name}-web-tier",
            role=role.name,
            policy_arn=arns.managed_policy(args.kms_key_arn, "AWSElasticBeanstalkWebTier"),
            opts=self._child,
        )
        permissions = aws.iam.RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=iam.document(
                iam.allow("s3:GetObject", self._bundles(), sid="Bundle"),
                iam.allow("kms:Decrypt", args.kms_key_arn, sid="Key"),
                *args.statements,
            ),
            opts=self._child,
        )
        profile = aws.iam.InstanceProfile(
            f"{name}-profile", role=role.name, tags=named(args.tags, f"{name}-profile"), opts=self._child
        )
        return profile, [web_tier, permissions]

    def _alarms(self, environment: aws.elasticbeanstalk.Environment) -> None:
        health = Metric(
            namespace="AWS/ElasticBeanstalk",
            name="EnvironmentHealth",
            dimensions={"EnvironmentName": environment.name},
            statistic="Maximum",
        )
        self.alarms = {
            "health": metric_alarm(
                f"{self._prefix}-health",
                Alarm(
                    metric=health,
                    threshold=SEVERE,
                    comparison="GreaterThanOrEqualToThreshold",
                    missing="breaching",
                    periods=5,
                    description=f"{self._prefix}: the environment is degraded",
                ),
                self._args.alarms,
                self._child,
            )
        }
        self.widgets = [widget(f"{self._prefix}: health", arns.region_of(environment.arn), [health])]
