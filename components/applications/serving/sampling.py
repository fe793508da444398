"""Which requests are traced: X-Ray's sampling rules, which the collector beside the service passes on.

OpenTelemetry's Python packages have no sampler for them that can be had alone. Environment: AWS_XRAY_DAEMON_ADDRESS,
host:port of the collector; without it, and before the rules are known, X-Ray's default: one request a second and one in
twenty of the others.
"""

import contextlib
import fnmatch
import os
import random
import threading
import time
from collections.abc import Mapping
from typing import Any

import urllib3
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult

RULES_SECONDS, REPORT_SECONDS = 300, 10
"""Seconds between two looks at the rules, and two reports (as X-Ray's own SDKs)."""
MAX_REPORTED = 25
"""Rules in one GetSamplingTargets."""
KIND = "AWS::ECS::Container"


class Rule:
    """A sampling rule (X-Ray CreateSamplingRule) and how much of it this process has used."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.name, self.priority = str(given["RuleName"]), int(given.get("Priority", 10000))
        self.rate, self.reservoir = float(given["FixedRate"]), int(given["ReservoirSize"])
        names = ("ServiceName", "HTTPMethod", "URLPath", "Host", "ServiceType", "ResourceARN")
        self._patterns = [str(given.get(name, "*")).lower().replace("[", "[[]") for name in names]
        self.requests = self.sampled = self.borrowed = 0
        self._second = self._taken = 0
        self.quota, self.until = 0, 0.0

    def fits(self, *request: str) -> bool:
        """request: service, method, path, host, type of the service, ARN."""
        return all(
            fnmatch.fnmatchcase(value.lower(), pattern) for value, pattern in zip(request, self._patterns, strict=True)
        )

    def take(self, now: float) -> bool:
        """Whether to trace one more request: out of the quota, else by chance. One a second is borrowed before X-Ray
        has given this process its quota.
        """
        self.requests += 1
        if self._second != int(now):
            self._second, self._taken = int(now), 0
        allotted = now < self.until
        if self._taken < (self.quota if allotted else min(1, self.reservoir)):
            self._taken += 1
            self.sampled += 1
            self.borrowed += not allotted
            return True
        chosen = random.random() < self.rate  # noqa: S311 (sampling is no secret)
        self.sampled += chosen
        return chosen


class XRaySampler(Sampler):
    """Decides for requests that come without a decision. service: name of this service. address: of the collector."""

    def __init__(self, service: str, address: str) -> None:
        self._service, self._url = service, f"http://{address}"
        self._pool = urllib3.PoolManager(timeout=5, retries=False)
        self._lock, self._client = threading.Lock(), os.urandom(12).hex()
        self.rules = [Rule({"RuleName": "Default", "FixedRate": 0.05, "ReservoirSize": 1})]

    def should_sample(
        self,
        parent_context: Any,
        trace_id: int,
        name: str,
        kind: Any = None,
        attributes: Any = None,
        links: Any = None,
        trace_state: Any = None,
    ) -> SamplingResult:
        """OpenTelemetry's interface."""
        given = attributes or {}
        request = [str(given.get(key, "")) for key in ("http.request.method", "url.path", "server.address")]
        with self._lock:
            fitting = (rule for rule in self.rules if rule.fits(self._service, *request, KIND, "*"))
            rule = next(fitting, None)
            chosen = rule is not None and rule.take(time.time())
        return SamplingResult(Decision.RECORD_AND_SAMPLE if chosen else Decision.DROP, attributes)

    def get_description(self) -> str:
        """OpenTelemetry's interface."""
        return "X-Ray's sampling rules"

    def learn(self) -> None:
        """Get the rules; what is known of those that stay is kept."""
        records: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while True:
            answer = self._ask("/GetSamplingRules", page)
            records += [record["SamplingRule"] for record in answer["SamplingRuleRecords"]]
            if not answer.get("NextToken"):
                break
            page = {"NextToken": answer["NextToken"]}
        # Rules about attributes are for those that send some.
        made = (Rule(record) for record in records if not record.get("Attributes"))
        found = sorted(made, key=lambda rule: (rule.priority, rule.name))
        with self._lock:
            before = {rule.name: rule for rule in self.rules}
            for rule in found:
                if old := before.get(rule.name):
                    rule.quota, rule.until = old.quota, old.until
            self.rules = found or self.rules

    def report(self) -> None:
        """Tell X-Ray what was sampled; take the quota that it gives this process."""
        with self._lock:
            used = [rule for rule in self.rules if rule.requests][:MAX_REPORTED]
            told = [
                {
                    "RuleName": rule.name,
                    "ClientID": self._client,
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
        answer = self._ask("/SamplingTargets", {"SamplingStatisticsDocuments": told})
        targets = {target["RuleName"]: target for target in answer["SamplingTargetDocuments"]}
        with self._lock:
            for rule in self.rules:
                if target := targets.get(rule.name):
                    rule.rate = float(target.get("FixedRate", rule.rate))
                    if target.get("ReservoirQuota") is not None:
                        rule.quota = int(target["ReservoirQuota"])
                        rule.until = float(target.get("ReservoirQuotaTTL", 0))

    def start(self) -> None:
        """Keep the rules current, in the background."""
        threading.Thread(target=self._run, daemon=True, name="sampling").start()

    def _run(self) -> None:
        learnt = float("-inf")
        while True:
            with contextlib.suppress(Exception):  # no collector, no permission: sample as before
                if time.monotonic() - learnt > RULES_SECONDS:
                    self.learn()
                    learnt = time.monotonic()
                self.report()
            time.sleep(REPORT_SECONDS)

    def _ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """X-Ray's API through the collector, which signs."""
        answer = self._pool.request("POST", self._url + path, json=dict(body))
        if answer.status != 200:
            raise OSError(f"the collector answers {path} with {answer.status}")
        return answer.json()
