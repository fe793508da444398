"""Read-through cache in Valkey or Redis OSS, logged in with an IAM token over verified TLS.

An entry is fresh for `FRESH_SECONDS` and kept for `KEPT_SECONDS`: what is no longer fresh is served while the store
behind it does not answer. Without the cache everything is read from the store. Environment: CACHE_HOST (the primary),
CACHE_READER_HOST (the replicas, or nothing), CACHE_PORT, CACHE_USER, CACHE_NAME (the replication group's id),
AWS_REGION; without CACHE_HOST there is no cache.
"""

import json
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import valkey
from valkey.backoff import NoBackoff
from valkey.credentials import CredentialProvider
from valkey.retry import Retry

from serving import tracing
from serving.breaker import Breaker
from serving.log import log
from serving.login import Tokens, cache_token
from serving.problems import UnavailableError

FRESH_SECONDS = 30
KEPT_SECONDS = 86_400
TIMEOUT_SECONDS = 0.25
"""Seconds for an answer of the cache, which takes less than a millisecond: after that the store itself is quicker."""
FAILURES = (valkey.ValkeyError, OSError, ValueError)


@dataclass(frozen=True)
class Entry:
    """value: JSON; None for what does not exist. age: seconds since it was read from the store; 0 if that was now."""

    value: Any
    age: float = 0
    cached: bool = False

    def headers(self) -> dict[str, str]:
        """Age, and Cache-Status (RFC 9211) with the seconds until it is no longer fresh: below 0 when it is stale."""
        if not self.cached:
            return {"Cache-Status": "valkey; fwd=miss"}
        return {"Age": str(int(self.age)), "Cache-Status": f"valkey; hit; ttl={int(FRESH_SECONDS - self.age)}"}


class Cache:
    """writer: the client for the primary, None without a cache. reader: for the replicas, or None."""

    def __init__(self, prefix: str, writer: Any, reader: Any = None) -> None:
        self._prefix = prefix
        self._clients = [(client, Breaker(name)) for client, name in ((reader, "cache"), (writer, "cache")) if client]
        self._writer = self._clients[-1] if writer else None

    def read(self, keys: Sequence[str], load: Callable[[Sequence[str]], Mapping[str, Any]]) -> dict[str, Entry]:
        """An entry for each key. load: reads some from the store; what it leaves out does not exist. Raises
        UnavailableError if the store does not answer and not all of them are in the cache.
        """
        found = self._get(keys)
        old = [key for key in keys if key not in found or found[key].age >= FRESH_SECONDS]
        if not old:
            return found
        try:
            loaded = load(old)
        except UnavailableError:
            if any(key not in found for key in keys):
                raise
            log("warning", "served stale", keys=len(old))
            return found
        fresh = {key: Entry(loaded.get(key)) for key in old}
        self._set(fresh)
        return {**found, **fresh}

    def _get(self, keys: Sequence[str]) -> dict[str, Entry]:
        for client, breaker in self._clients:
            try:
                with breaker.watching(*FAILURES), tracing.call("cache MGET"):
                    texts: Any = client.mget([self._prefix + key for key in keys])
                    return {key: _entry(text) for key, text in zip(keys, texts, strict=True) if text is not None}
            except UnavailableError as error:
                log("warning", "cache failed", cause=repr(error.__cause__ or error))
        return {}

    def _set(self, entries: Mapping[str, Entry]) -> None:
        if self._writer is None:
            return
        client, breaker = self._writer
        try:
            with breaker.watching(*FAILURES), tracing.call("cache SET"):
                pipeline = client.pipeline(transaction=False)
                for key, entry in entries.items():
                    text = json.dumps({"value": entry.value, "read": time.time()})
                    # Entries that were read together do not grow old together.
                    kept = KEPT_SECONDS - random.randrange(KEPT_SECONDS // 10)  # noqa: S311 (jitter)
                    pipeline.set(self._prefix + key, text, ex=kept)
                pipeline.execute()
        except UnavailableError as error:
            log("warning", "cache failed", cause=repr(error.__cause__ or error))


def _entry(text: bytes) -> Entry:
    """Raises ValueError for what this code did not write."""
    found = json.loads(text)
    if not isinstance(found, dict) or not {"value", "read"} <= found.keys():
        raise ValueError("an entry that is not ours")
    return Entry(found["value"], max(0.0, time.time() - float(found["read"])), cached=True)  # pyright: ignore


class _Login(CredentialProvider):
    """The user and a current token, at every new connection."""

    def __init__(self, name: str, user: str) -> None:
        self._user, self._tokens = user, Tokens(lambda: cache_token(name, user))

    def get_credentials(self) -> tuple[str, str]:
        """User and password."""
        return self._user, self._tokens.get()


def from_environment(prefix: str) -> Cache:
    """The cache of the environment. prefix: of the keys of this service."""
    if not os.environ.get("CACHE_HOST"):
        return Cache(prefix, None)
    login = _Login(os.environ["CACHE_NAME"], os.environ["CACHE_USER"])

    def client(host: str) -> Any:
        return valkey.Valkey(
            host=host,
            port=int(os.environ["CACHE_PORT"]),
            credential_provider=login,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            # ElastiCache closes connections that logged in by IAM after 12 hours: the second try has a new one.
            retry=Retry(NoBackoff(), 1, supported_errors=(valkey.ConnectionError,)),
            retry_on_error=[valkey.ConnectionError],
            **_tls(),
        )

    reader = os.environ.get("CACHE_READER_HOST")
    return Cache(prefix, client(os.environ["CACHE_HOST"]), client(reader) if reader else None)


def _tls() -> dict[str, Any]:
    """What valkey-py needs for verified TLS: it makes its own context."""
    import certifi

    own = os.environ.get("TRUSTED_CA")
    return {"ssl": True, "ssl_check_hostname": True, "ssl_ca_certs": own or certifi.where()}
