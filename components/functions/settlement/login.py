"""Login to RDS Proxy with an IAM token over verified TLS, so that the code needs no password."""

import os
import ssl
from typing import Any

import boto3
import pg8000.dbapi


def connect(user: str, timeout: float) -> Any:
    """A connection as ``user``. timeout: of a statement, seconds.

    Environment: DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_CA (path of a CA bundle; by
    default the system's, which contains the proxy's CA), AWS_REGION. Raises the driver's exceptions.
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
