"""Drives the offline provider's servicer in process, as the engine would."""

from typing import Any

import grpc

from offline.aws.account import Account
from offline.aws.faults import Faults
from offline.aws.schema import installed
from offline.aws.server import Aws
from offline.aws.wire import SECRET, SIGNATURE, decode, encode
from offline.plugin import pb
from tests.support.some import some


class Refused(Exception):  # noqa: N818 (what the provider answers)
    """A check that failed, or a call that was aborted."""


class _Context:
    def abort(self, code: grpc.StatusCode, details: str) -> None:
        raise Refused(details)


class Provider:
    """One provider in one engine run; keeps what the engine's state would."""

    def __init__(self, region: str = "us-west-2", faults: str = "", account: Account | None = None) -> None:
        """account: what an earlier run left, none without."""
        self.aws, self.context = Aws(fault=Faults.parse(faults), account=account or Account()), _Context()
        self.aws.Configure(pb.ConfigureRequest(args=encode({"region": region})), self.context)

    @staticmethod
    def urn(token: str, name: str) -> str:
        return f"urn:pulumi:dev::shop::{token}::{name}"

    def check(self, token: str, name: str, inputs: dict[str, Any], olds: dict[str, Any] | None = None) -> Any:
        request = pb.CheckRequest(urn=self.urn(token, name), news=encode(inputs), olds=encode(olds) if olds else None)
        answer = self.aws.Check(request, self.context)
        if answer.failures:
            raise Refused("; ".join(f"{f.property}: {f.reason}" if f.property else f.reason for f in answer.failures))
        return answer.inputs

    def create(
        self, token: str, name: str, inputs: dict[str, Any], preview: bool = False
    ) -> tuple[str, dict[str, Any]]:
        checked = self.check(token, name, inputs)
        request = pb.CreateRequest(urn=self.urn(token, name), properties=checked, preview=preview)
        answer = self.aws.Create(request, self.context)
        return answer.id, decode(answer.properties)[0]

    def secrets(self, token: str, name: str, inputs: dict[str, Any]) -> set[str]:
        """Names of the secret outputs."""
        request = pb.CreateRequest(urn=self.urn(token, name), properties=self.check(token, name, inputs))
        return {str(path[0]) for path in decode(self.aws.Create(request, self.context).properties)[1]}

    def diff(
        self, token: str, name: str, old: dict[str, Any], new: dict[str, Any], ignore: list[str] | None = None
    ) -> Any:
        before = self.check(token, name, old)
        created = self.aws.Create(pb.CreateRequest(urn=self.urn(token, name), properties=before), self.context)
        after = self.check(token, name, new, decode(before)[0])
        request = pb.DiffRequest(
            id=created.id,
            urn=self.urn(token, name),
            olds=created.properties,
            old_inputs=before,
            news=after,
            ignoreChanges=ignore,
        )
        return self.aws.Diff(request, self.context)

    def update(
        self, token: str, name: str, old: dict[str, Any], new: dict[str, Any], preview: bool = False
    ) -> dict[str, Any]:
        before = self.check(token, name, old)
        created = self.aws.Create(pb.CreateRequest(urn=self.urn(token, name), properties=before), self.context)
        after = self.check(token, name, new, decode(before)[0])
        request = pb.UpdateRequest(
            id=created.id,
            urn=self.urn(token, name),
            olds=created.properties,
            old_inputs=before,
            news=after,
            preview=preview,
        )
        return decode(self.aws.Update(request, self.context).properties)[0]

    def delete(self, token: str, name: str, inputs: dict[str, Any]) -> None:
        identifier, outputs = self.create(token, name, inputs)
        request = pb.DeleteRequest(id=identifier, urn=self.urn(token, name), properties=encode(outputs))
        self.aws.Delete(request, self.context)

    def removes(self, token: str, name: str, old: dict[str, Any], identifier: str) -> None:
        """Deletes what an earlier run made and this one has not looked at."""
        request = pb.DeleteRequest(
            id=identifier, urn=self.urn(token, name), properties=encode(old), old_inputs=encode(old)
        )
        self.aws.Delete(request, self.context)

    def changes(self, token: str, name: str, old: dict[str, Any], new: dict[str, Any], identifier: str) -> None:
        """Updates what an earlier run made."""
        news = self.check(token, name, new, old)
        request = pb.UpdateRequest(
            id=identifier, urn=self.urn(token, name), olds=encode(old), old_inputs=encode(old), news=news
        )
        self.aws.Update(request, self.context)


def secret(value: Any) -> dict[str, Any]:
    """A value as the engine marks a secret."""
    return {SIGNATURE: SECRET, "value": value}


def every_type() -> list[str]:
    """The token of every resource type of the schema that is installed."""
    schema = installed()
    services = [schema.service(name) for name in schema.service_names()]
    return some(token for service in services if service for token in service.resources)
