"""Injected faults, to test failed and interrupted updates.

HA_AWS_FAULTS holds rules separated by ``;``, each ``action:type[:argument]`` where type is a token's last part or the
whole token (``Subnet``, ``aws:ec2/subnet:Subnet``) or ``*``:

  fail:Subnet:2        the second creation of a subnet in this process fails; the others do not
  fail:Subnet          every creation of a subnet fails
  throttle:*:5         every fifth creation fails with ThrottlingException
  delay:*:0.2          every creation takes 0.2 s more
  update:Cluster:1     the first update fails (without a number: every one)
  delete:Bucket:1      the first deletion fails (without a number: every one)
  lose:Instance        a refresh finds that it is gone
  promote:Instance     a refresh finds that a read replica was promoted: its source is empty

Counting is per process (one provider, one engine run) and per rule, so the same run has the same faults.
"""

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

VARIABLE = "HA_AWS_FAULTS"
_ACTIONS = ("fail", "throttle", "delay", "update", "delete", "lose", "promote")


@dataclass(slots=True)
class Fault:
    """A rule and how often it has matched."""

    action: str
    kind: str
    argument: float | None
    met: int = 0

    def about(self, token: str) -> bool:
        """Whether the rule is for this type."""
        return self.kind in ("*", token, token.rsplit(":", 1)[-1])


@dataclass(slots=True)
class Faults:
    """The fault rules of one process."""

    rules: Sequence[Fault] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def parse(cls, text: str) -> "Faults":
        """Parse rules. Raises ValueError for an invalid one."""
        rules: list[Fault] = []
        for rule in filter(None, (r.strip() for r in text.split(";"))):
            action, _, rest = rule.partition(":")
            kind, argument = rest, ""
            head, _, tail = rest.rpartition(":")
            if head and tail.replace(".", "", 1).isdigit():
                kind, argument = head, tail
            if action not in _ACTIONS or not kind or (action in ("delay", "throttle") and not argument):
                raise ValueError(
                    f"{VARIABLE}={rule!r}: must be action:type[:number] with an action of {', '.join(_ACTIONS)}"
                )
            rules.append(Fault(action, kind, float(argument) if argument else None))
        return cls(rules)

    @classmethod
    def from_environment(cls) -> "Faults":
        """The rules in HA_AWS_FAULTS; none if it is not set."""
        return cls.parse(os.environ.get(VARIABLE, ""))

    def _meets(self, action: str, token: str) -> Fault | None:
        for rule in self.rules:
            if rule.action == action and rule.about(token):
                with self._lock:
                    rule.met += 1
                    count = rule.met
                every = action == "throttle"
                if rule.argument is None or (count % int(rule.argument) == 0 if every else count == int(rule.argument)):
                    return rule
        return None

    def on_create(self, token: str, urn: str) -> str | None:
        """Why the creation fails; None if it does not."""
        if self._meets("throttle", token):
            return f"creating {urn.rsplit('::', 1)[-1]} ({token}): ThrottlingException: Rate exceeded"
        if self._meets("fail", token):
            return f"creating {urn.rsplit('::', 1)[-1]} ({token}): InternalFailure: injected fault"
        return None

    def wait(self, token: str) -> None:
        """Seconds that the creation of this type takes, if a rule says so."""
        for rule in self.rules:
            if rule.action == "delay" and rule.about(token):
                time.sleep(rule.argument or 0)

    def on_update(self, token: str, urn: str) -> str | None:
        """Why an update fails; None if it does not."""
        return (
            f"updating {urn.rsplit('::', 1)[-1]} ({token}): InternalFailure: injected fault"
            if self._meets("update", token)
            else None
        )

    def on_delete(self, token: str, urn: str) -> str | None:
        """Why a deletion fails; None if it does not."""
        return (
            f"deleting {urn.rsplit('::', 1)[-1]} ({token}): InternalFailure: injected fault"
            if self._meets("delete", token)
            else None
        )

    def lost(self, token: str, urn: str) -> bool:
        """Whether the resource is lost (deleted outside Pulumi)."""
        return self._meets("lose", token) is not None

    def promoted(self, token: str) -> bool:
        """Whether the read replica was promoted outside Pulumi."""
        return self._meets("promote", token) is not None
