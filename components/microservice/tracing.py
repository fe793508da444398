"""Traces of a service in X-Ray, on the standard library: which requests are traced, and what they did.

Segments leave as single datagrams to a collector beside the service, sampling rules come from the same address by TCP
and are read in the background. Nothing here waits in a request, and nothing raises: without a collector a request does
the same in the same time. Environment: AWS_XRAY_DAEMON_ADDRESS, host:port; without it nothing is traced. SERVICE,
AWS_REGION.
"""

# ruff: noqa: S310, S311 (the address is the collector's, sampling is no secret)
import contextlib
import fnmatch
import json
import os
import random
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Generator
from typing import Any

HEADER = "X-Amzn-Trace-Id"
KIND = "AWS::ECS::Container"
NAME, ADDRESS = os.environ.get("SERVICE", "service"), os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "")
RULES_EVERY, REPORT_EVERY = 300, 10
"""Seconds, as X-Ray's own SDKs."""
MAX_TOLD = 25
"""Rules in one GetSamplingTargets."""
MAX_PARTS = 50
"""Subsegments in one datagram, far below its 64 KB."""
HOST = socket.gethostname()
_ROOT, _PARENT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}"), re.compile(r"[0-9a-f]{16}")
_here = threading.local()


class Rule:
    """A sampling rule (X-Ray CreateSamplingRule) and how much of it this process has used."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.name, self.priority = str(given["RuleName"]), int(given.get("Priority", 10000))
        self.rate, self.reservoir = float(given["FixedRate"]), int(given["ReservoirSize"])
        patterns = ("ServiceName", "HTTPMethod", "URLPath", "Host", "ServiceType", "ResourceARN")
        self.patterns = [str(given.get(key, "*")).lower().replace("[", "[[]") for key in patterns]
        self.requests = self.sampled = self.borrowed = self.second = self.taken = 0
        self.quota, self.until = 0, 0.0

    def fits(self, *request: str) -> bool:
        """request: name, method, path, host, type, resource."""
        return all(fnmatch.fnmatchcase(v.lower(), p) for v, p in zip(request, self.patterns, strict=True))

    def take(self, now: float) -> bool:
        """Whether to trace one more request: out of the quota, else by chance. One a second is borrowed before X-Ray
        has given this process its quota."""
        self.requests += 1
        if self.second != int(now):
            self.second, self.taken = int(now), 0
        allotted = now < self.until
        if self.taken < (self.quota if allotted else min(1, self.reservoir)):
            self.taken += 1
            self.sampled += 1
            self.borrowed += not allotted
            return True
        chosen = random.random() < self.rate
        self.sampled += chosen
        return chosen


class Sampler:
    """The rules in their order. Before they are known, and without a collector, X-Ray's own default: one request a
    second and one in twenty of the others."""

    def __init__(self) -> None:
        self.lock, self.client = threading.Lock(), os.urandom(12).hex()
        self.rules = [Rule({"RuleName": "Default", "FixedRate": 0.05, "ReservoirSize": 1})]

    def decide(self, method: str, path: str, host: str) -> bool:
        with self.lock:
            fitting = (r for r in self.rules if r.fits(NAME, method, path, host, KIND, "*"))
            rule = next(fitting, None)
            return rule is not None and rule.take(time.time())

    def learn(self) -> None:
        """Get the rules; what is known of those that stay is kept."""
        records: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while True:
            answer = _ask("/GetSamplingRules", page)
            records += [record["SamplingRule"] for record in answer["SamplingRuleRecords"]]
            if not answer.get("NextToken"):
                break
            page = {"NextToken": answer["NextToken"]}
        # Rules about attributes are for those that send some.
        found = sorted((Rule(r) for r in records if not r.get("Attributes")), key=lambda r: (r.priority, r.name))
        with self.lock:
            before = {rule.name: rule for rule in self.rules}
            for rule in found:
                if old := before.get(rule.name):
                    rule.quota, rule.until = old.quota, old.until
            self.rules = found or self.rules

    def report(self) -> None:
        """Tell X-Ray what was sampled; take the quota that it gives this process."""
        with self.lock:
            used = [rule for rule in self.rules if rule.requests][:MAX_TOLD]
            told = [
                {
                    "RuleName": rule.name,
                    "ClientID": self.client,
                    "Timestamp": time.time(),
                    "RequestCount": rule.requests,
                    "SampledCount": rule.sampled,
                    "BorrowCount": rule.borrowed,
                }
                for rule in used
            ]
            for rule in used:
                rule.requests = rule.sampled = rule.borrowed = 0
        if not told:
            return
        answer = _ask("/SamplingTargets", {"SamplingStatisticsDocuments": told})
        targets = {target["RuleName"]: target for target in answer["SamplingTargetDocuments"]}
        with self.lock:
            for rule in self.rules:
                if target := targets.get(rule.name):
                    rule.rate = float(target.get("FixedRate", rule.rate))
                    if target.get("ReservoirQuota") is not None:
                        rule.quota = int(target["ReservoirQuota"])
                        rule.until = float(target.get("ReservoirQuotaTTL", 0))

    def run(self) -> None:
        learnt = 0.0
        while True:
            with contextlib.suppress(Exception):  # no collector, no permission: sample as before
                if time.monotonic() - learnt > RULES_EVERY or not learnt:
                    self.learn()
                    learnt = time.monotonic()
                self.report()
            time.sleep(REPORT_EVERY)


def _ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """X-Ray's API through the collector, which signs."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://{ADDRESS}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read())


sampler = Sampler()


def start() -> None:
    """Keep the sampling rules current, in the background."""
    if ADDRESS:
        threading.Thread(target=sampler.run, daemon=True, name="sampling").start()


class Trace:
    """One request's part of a trace: continues the trace of its header, and the decision in it if there is one."""

    def __init__(self, method: str, path: str, shown: str, host: str, header: str) -> None:
        given: dict[str, str] = {}
        for field in header.split(";"):
            key, _, value = field.strip().partition("=")
            given[key] = value
        root, parent, decision = given.get("Root", ""), given.get("Parent", ""), given.get("Sampled", "")
        continued = _ROOT.fullmatch(root) is not None
        self.root = root if continued else f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"
        self.parent = parent if continued and _PARENT.fullmatch(parent) else ""
        self.id, self.started = os.urandom(8).hex(), time.time()
        self.sampled = decision == "1" if decision in ("0", "1") else sampler.decide(method, path, host)
        self.request = {"method": method, "url": f"http://{host}{shown}"}
        self.parts: list[dict[str, Any]] = []

    def header(self, parent: str = "") -> str:
        """For those that this request calls, on behalf of the part ``parent``."""
        return f"Root={self.root};Parent={parent or self.id};Sampled={self.sampled:d}"

    @property
    def answer(self) -> str:
        """For the caller: where to look."""
        return f"Root={self.root};Sampled={self.sampled:d}"

    def end(self, status: int, error: Exception | None = None) -> None:
        """The request is answered; send what it did."""
        if getattr(_here, "trace", None) is self:
            _here.trace = None
        if not self.sampled:
            return
        document: dict[str, Any] = {
            "name": NAME,
            "id": self.id,
            "trace_id": self.root,
            "start_time": self.started,
            "end_time": time.time(),
            "origin": KIND,
            "http": {"request": self.request, "response": {"status": status}},
            "aws": {"ecs": {"container": HOST}},
            "subsegments": self.parts[:MAX_PARTS],
            **_outcome(status, error),
        }
        if self.parent:
            document["parent_id"] = self.parent
        _send(document)


def begin(method: str, path: str, shown: str, host: str, header: str) -> Trace | None:
    """A request has come. shown: its path without what tells of people. None where nothing is traced."""
    if not ADDRESS:
        return None
    _here.trace = Trace(method, path, shown, host, header)
    return _here.trace


@contextlib.contextmanager
def part(name: str, namespace: str, **fields: Any) -> Generator[dict[str, Any], None, None]:
    """A call of something else, as a subsegment of this thread's request. namespace: ``aws`` or ``remote``.

    What is yielded may be given ``status`` and more fields; its ``header`` is to be sent along, and empty when there is
    no trace. A part that raises is a fault.
    """
    trace: Trace | None = getattr(_here, "trace", None)
    if trace is None:
        yield {"header": ""}
        return
    part_id, started = os.urandom(8).hex(), time.time()
    noted: dict[str, Any] = {"header": trace.header(part_id)}
    failure: Exception | None = None
    try:
        yield noted
    except Exception as error:
        failure = error
        raise
    finally:
        noted.pop("header")
        status = noted.pop("status", 0)
        document: dict[str, Any] = {"id": part_id, "name": name, "namespace": namespace, "start_time": started}
        document |= {"end_time": time.time(), **_outcome(status, failure)}
        if status:
            document["http"] = {"response": {"status": status}}
        if namespace == "aws":
            document["aws"] = {"region": os.environ.get("AWS_REGION", ""), **fields, **noted}
        else:
            document.setdefault("http", {})["request"] = {"method": "GET", **fields}
        trace.parts.append(document)


def _outcome(status: int, error: Exception | None) -> dict[str, Any]:
    """Whose mistake it was (X-Ray guide, "Errors, faults, and exceptions")."""
    found: dict[str, Any] = {}
    if 400 <= status < 500:
        found["error"] = True
        if status == 429:
            found["throttle"] = True
    elif status >= 500 or error is not None:
        found["fault"] = True
    if error is not None:
        kind, text = type(error).__name__, str(error)[:200]
        found["cause"] = {"exceptions": [{"id": os.urandom(8).hex(), "type": kind, "message": text}]}
    return found


def _send(document: dict[str, Any]) -> None:
    data = b'{"format": "json", "version": 1}\n' + json.dumps(document).encode()
    host, _, port = ADDRESS.rpartition(":")
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(data, (host, int(port)))
