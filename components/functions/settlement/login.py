"""Logging in to the database proxy: by IAM token over verified TLS, so that no password is anywhere near the code."""

import os
import ssl
from typing import Any

import boto3
import pg8000.dbapi


def connect(user: str, timeout: float) -> Any:
    """A connection as ``user``; timeout: seconds for a statement.

    Environment: DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_CA (path of a bundle of authorities; the
    system's by default, which knows the proxy's), AWS_REGION. Raises what the driver raises.
    """
    host, port, region = os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"]), os.environ["AWS_REGION"]
    token = boto3.client("rds", region_name=region).generate_db_auth_token(host, port, user, region)
    return pg8000.dbapi.connect(
        user,
        host=host,
        port=port,
        database=os.environ["DATABASE_NAME"],
        password=token,
        timeout=timeout,
        ssl_context=ssl.create_default_context(cafile=os.environ.get("DATABASE_CA")),
    )
