"""RDS Proxy in front of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.arns import account_of, region_of
from components.iam import allow, document, on_behalf_of, trust
from components.tags import named
from components.tiers.data import rds_shared as db
from components.tiers.network.security_groups import allow_traffic

IGNORED_CHANGES = ["vpcSubnetIds"]
"""Changes of the proxy's subnets are ignored: RDS silently leaves out subnets of zones without RDS Proxy (such as
use1-az3), and the difference would replace the proxy, as would a zone that is added later. The replacement would fail,
because the name is in use until the old proxy is deleted."""


@dataclass(frozen=True)
class RdsProxy:
    """The proxy of a database. connect_arn: resource for ``rds-db:connect`` to log in through it as the master user;
    user_arns: the same for each of the other users.
    """

    endpoint: pulumi.Output[str]
    security_group: aws.ec2.SecurityGroup
    connect_arn: pulumi.Output[str]
    resource: aws.rds.Proxy
    group: aws.rds.ProxyDefaultTargetGroup
    user_arns: Mapping[str, pulumi.Output[str]]


def rds_proxy(
    name: str,
    *,
    engine: str,
    database_group: aws.ec2.SecurityGroup,
    subnet_ids: Mapping[str, pulumi.Input[str]],
    vpc_id: pulumi.Input[str],
    secret_arn: pulumi.Input[str],
    kms_key_arn: pulumi.Input[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
    users: Sequence[str] = (),
    resource_id: pulumi.Input[str] | None = None,
) -> RdsProxy:
    """RDS Proxy in all given zones: clients authenticate with IAM over TLS, and keep their connection during a
    failover.

    users: database users without a password, whom the proxy logs in with IAM (RDS user guide, "end-to-end IAM
    authentication"); needs resource_id, the resource id of the database or cluster.
    """
    child, full = pulumi.ResourceOptions(parent=parent), f"{name}-proxy"
    group = aws.ec2.SecurityGroup(
        f"{full}-group", vpc_id=vpc_id, description=f"Callers of {name}", tags=named(tags, f"{full}-group"), opts=child
    )
    allow_traffic(
        f"{full}-database",
        caller=group.id,
        called=database_group.id,
        ports=[db.PORTS[engine]],
        tags=named(tags, f"{full}-database"),
        opts=child,
    )
    role = aws.iam.Role(
        f"{full}-role",
        assume_role_policy=trust("rds.amazonaws.com", conditions=on_behalf_of(account_of(kms_key_arn))),
        tags=named(tags, f"{full}-role"),
        opts=child,
    )
    region = region_of(kms_key_arn)
    via = {"StringEquals": {"kms:ViaService": pulumi.Output.concat("secretsmanager.", region, ".amazonaws.com")}}
    statements = [
        allow("secretsmanager:GetSecretValue", secret_arn, sid="ReadPassword"),
        allow("kms:Decrypt", kms_key_arn, sid="DecryptPassword", conditions=via),
    ]
    if users and resource_id is not None:
        known_users = [db.connect_arn(kms_key_arn, resource_id, user) for user in sorted(users)]
        statements.append(allow("rds-db:connect", known_users, sid="ConnectAs"))
    policy = aws.iam.RolePolicy(f"{full}-role", role=role.id, policy=document(*statements), opts=child)
    known = db.identifier(full)
    log = db.log_groups(name, {"proxy": f"/aws/rds/proxy/{known}"}, kms_key_arn, tags, parent)
    made = aws.rds.Proxy(
        full,
        name=known,
        engine_family="MYSQL" if engine == "mysql" else "POSTGRESQL",
        role_arn=role.arn,
        auths=[
            aws.rds.ProxyAuthArgs(auth_scheme="SECRETS", iam_auth="REQUIRED", secret_arn=secret_arn),
        ],
        default_auth_scheme="IAM_AUTH" if users else None,  # for users without a secret
        require_tls=True,
        vpc_subnet_ids=[subnet_ids[zone] for zone in sorted(subnet_ids)],
        vpc_security_group_ids=[group.id],
        tags=named(tags, full),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[policy, *log], ignore_changes=IGNORED_CHANGES),
    )
    targets = aws.rds.ProxyDefaultTargetGroup(
        f"{full}-targets",
        db_proxy_name=made.name,
        connection_pool_config=aws.rds.ProxyDefaultTargetGroupConnectionPoolConfigArgs(
            max_connections_percent=90,  # the rest is for administrators and migrations that bypass the proxy
            max_idle_connections_percent=50,
            connection_borrow_timeout=30,  # seconds that a client waits for a connection: about one failover
        ),
        opts=child,
    )
    own = made.arn.apply(lambda arn: arn.split(":")[-1])
    arns = {user: db.connect_arn(kms_key_arn, own, user) for user in users}
    master = db.connect_arn(kms_key_arn, own, db.MASTER_USERNAME)
    return RdsProxy(made.endpoint, group, master, made, targets, arns)
