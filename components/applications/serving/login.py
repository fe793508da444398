"""IAM tokens instead of passwords, and verified TLS, for databases and the cache."""

import os
import ssl
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import certifi
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

RDS_CA = Path(__file__).with_name("rds-ca.pem")
"""The CAs of RDS instances in all commercial Regions, which no system trusts by itself. RDS Proxy and ElastiCache have
certificates of Amazon Trust Services, which certifi contains."""
TOKEN_SECONDS = 600
"""Seconds for which a token is used; it is valid for 900 (RDS and ElastiCache user guides, IAM authentication)."""


class Tokens:
    """Makes a token and gives it again until it is 10 minutes old. Safe for threads."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._token, self._until = "", 0.0

    def get(self) -> str:
        """Raises botocore's errors if there are no credentials."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, self._until = self._make(), time.monotonic() + TOKEN_SECONDS
            return self._token


def warm() -> None:
    """Do what takes long now, and not while the first request waits."""
    tls()
    _rds()


def database_token(host: str, port: int, user: str) -> str:
    """A token for RDS Proxy or an RDS instance. Environment: AWS_REGION."""
    return str(_rds().generate_db_auth_token(host, port, user, os.environ["AWS_REGION"]))


@cache
def _rds() -> Any:
    return _session().client("rds", region_name=os.environ["AWS_REGION"])


def cache_token(name: str, user: str) -> str:
    """A token for ElastiCache. name: id of the replication group. Environment: AWS_REGION."""
    credentials = _session().get_credentials()
    if credentials is None:
        raise ValueError("there are no credentials for a token")
    request = AWSRequest("GET", f"http://{name}/", params={"Action": "connect", "User": user})
    SigV4QueryAuth(credentials, "elasticache", os.environ["AWS_REGION"], expires=900).add_auth(request)
    return str(request.url).removeprefix("http://")


@cache
def _session() -> Any:
    """One session, which renews the role's credentials by itself."""
    return boto3.Session()


@cache
def tls() -> ssl.SSLContext:
    """Verifies certificates and host names. TRUSTED_CA: path of a file with further CAs."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_verify_locations(RDS_CA)
    if own := os.environ.get("TRUSTED_CA"):
        context.load_verify_locations(own)
    return context
