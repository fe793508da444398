"""The function that applies a database's schema and creates the services' user, once per deployment that changes it."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.cell import Cell
from components.architectures.shared.data_stores import RdsDatabases, database_environment
from components.packaging import schema_archive
from components.tiers.data.rds_shared import MASTER_USERNAME
from components.tiers.network.security_groups import allow_traffic
from components.tiers.serverless.lambda_ import Function, FunctionArgs, VpcConfig

SCHEMA_SECONDS = 900
"""Seconds that it may take: ten attempts to log in, each of at most a minute (`serving.schema_function`). A new proxy
needs up to a few minutes to find its target."""


def apply_schema(
    cell: Cell, package: str, database: RdsDatabases, *, libraries: Sequence[str], samples: bool
) -> aws.lambda_.Invocation:
    """Apply the schema of ``package`` in ``components/applications``, in the primary cell. libraries: the driver's.
    samples: False with an image of your own, whose tables are your business; then only the user is created.

    The function logs in through RDS Proxy as the master user, with IAM. A changed package has a new version, and a
    database that is created anew or restored another resource id, for which it runs again before the services roll
    out; applying a schema twice changes nothing. Components:
    {code}-{package}-schema, {code}-{package}-schema-run.
    """
    name, main, access = f"{package}-schema", database.main, database.access["primary"]
    assert main.connect_arn is not None, "the database has a proxy"
    made = Function(
        cell.name(name),
        FunctionArgs(
            code=schema_archive(package, libraries),
            handler=f"{package}.schema.handler",
            kms_key_arn=cell.kms_key_arn,
            statements=[iam.allow("rds-db:connect", main.connect_arn, sid="Master")],
            environment={
                **database_environment(access),
                "MASTER_USER": MASTER_USERNAME,
                "SAMPLES": "yes" if samples else "no",
            },
            timeout=SCHEMA_SECONDS,
            vpc=VpcConfig(id=cell.network.vpc_id, subnet_ids=cell.network.private_subnet_ids),
            log_days=cell.log_days,
            alarms=cell.alarms_of(name),
            tags=cell.tier_tags(name),
        ),
        cell.child,
    )
    assert made.security_group_id is not None, "a function in a VPC has one"
    cell.allow_aws_apis(name, made.security_group_id)
    cell.monitor(made)
    opened = allow_traffic(
        cell.name(f"{name}-database"),
        caller=made.security_group_id,
        called=access.security_group_id,
        ports=[access.port],
        tags=cell.tier_tags(name),
        opts=cell.child,
    )
    return aws.lambda_.Invocation(
        cell.name(f"{name}-run"),
        function_name=made.function_name,
        qualifier=made.alias_name,
        input=pulumi.Output.json_dumps({"version": made.version, "database": main.resource_id}, sort_keys=True),
        # The proxy needs its target, and the function needs network access to the proxy.
        opts=pulumi.ResourceOptions(parent=cell, depends_on=[main, made, *opened]),
    )
