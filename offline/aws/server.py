# ruff: noqa: N802 (gRPC method names)
"""The provider: the engine's gRPC protocol, implemented with `check`, `outputs` and `refusals`.

Existing resources are those in the engine's state and those that `account` has recorded.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, cast

import grpc
from google.protobuf import empty_pb2

from offline.aws import computed_outputs, deletion_protection, faults, outputs, replacement
from offline.aws.account import Account, Existing, folder
from offline.aws.check import DEFAULTS, Checker, Failure, region_problem
from offline.aws.coercion import spelling
from offline.aws.inventory import Memory
from offline.aws.package_schema import package_schema
from offline.aws.refusals import Case
from offline.aws.schema import Schema, installed
from offline.aws.templates import canonical
from offline.aws.wire import UNKNOWN, Path, decode, encode, has_file, has_unknown, scrub
from offline.plugin import Plugin, pb

DEFAULT_REGION = "us-east-1"
SOURCE = "replicateSourceDb"
"""The input that makes an RDS instance a read replica."""


def type_of(urn: str) -> str:
    """The type token of a URN."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _failure(failure: Failure, inputs: Mapping[str, Any]) -> Any:
    """A check failure for the engine. The engine prints the property's value, and ``{<nil>}`` for a nested path, so a
    nested path goes into the reason.
    """
    if isinstance(inputs.get(failure.property), str | int | float):
        return pb.CheckFailure(property=failure.property, reason=failure.reason)
    said = f"{failure.property}: {failure.reason}" if failure.property else failure.reason
    return pb.CheckFailure(reason=said)


class Aws(Plugin):
    """One instance of the provider: one Region, one engine run."""

    def __init__(
        self, schema: Schema | None = None, fault: faults.Faults | None = None, account: Account | None = None
    ) -> None:
        self.schema = schema or installed()
        super().__init__("aws", self.schema.version)
        self.faults = fault or faults.Faults.from_environment()
        self.region = DEFAULT_REGION
        self.checker = Checker(self.schema, self.region)
        self.memory = Memory()
        self.account = account if account is not None else Account(folder())
        self._automatic: dict[str, str] = {}
        self._deleted_first: dict[str, str] = {}
        """URN -> id of resources that are deleted before they are replaced; a preview does not say when."""

    # ------------------------------------------------------------------------------------------------ the provider

    def GetSchema(self, request: Any, context: Any) -> Any:
        return pb.GetSchemaResponse(schema=json.dumps(package_schema(self.schema, self.name)))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        news, _ = decode(request.news)
        region = news.get("region")
        problem = region_problem(region) if isinstance(region, str) else None
        failures = [pb.CheckFailure(property="region", reason=problem)] if problem else []
        return pb.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Another Region replaces the provider and all its resources."""
        olds, news = decode(request.old_inputs)[0] or decode(request.olds)[0], decode(request.news)[0]
        changed = sorted(k for k in {*olds, *news} if olds.get(k) != news.get(k) and k != "version")
        kind = pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE
        return pb.DiffResponse(changes=kind, diffs=changed, replaces=[k for k in changed if k == "region"])

    def Configure(self, request: Any, context: Any) -> Any:
        args, _ = decode(request.args)
        region = args.get("region") or request.variables.get("aws:config:region")
        region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
        self.region = region if isinstance(region, str) else DEFAULT_REGION
        if problem := region_problem(self.region):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, problem)
        self.checker.region = self.region
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # ---------------------------------------------------------------------------------------------- the resources
    def Check(self, request: Any, context: Any) -> Any:
        news, secrets = decode(request.news)
        olds, _ = decode(request.olds)
        token = type_of(request.urn)
        # The engine checks a replacement a second time, without the old inputs: its name must then be another.
        before = self._automatic.get(request.urn)
        seed = None if olds or before is None else f"{request.urn}|{before}"
        checked = self.checker.check(token, request.urn, news, olds, secrets, seed)
        automatic = cast(list[str], checked.inputs.get(DEFAULTS) or [])
        named = [str(checked.inputs[n]) for n in automatic if n not in ("region", "description", "comment")]
        if named and olds:
            self._automatic[request.urn] = named[0]
        if not checked.failures:
            self.checker.inventory.checked(token, request.urn, checked.inputs, checked.keys)
        failures = [_failure(f, checked.inputs) for f in checked.failures]
        resource = self.schema.resource(token)
        secret = {spelling(resource.inputs, str(p[0])) if resource else str(p[0]) for p in secrets}
        return pb.CheckResponse(inputs=encode(checked.inputs, secret), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:
        olds, news = decode(request.old_inputs)[0] or decode(request.olds)[0], decode(request.news)[0]
        token = type_of(request.urn)
        resource = self.schema.resource(token)
        ignored = set(request.ignoreChanges)
        # A write-only argument is compared with nothing: its version says whether it is sent again.
        written = {k for k in news if k.endswith("Wo") and resource and f"{k}Version" in resource.inputs}
        changed = sorted(
            k
            for k in {*olds, *news} - {DEFAULTS} - ignored - written
            if canonical(olds.get(k)) != canonical(news.get(k))
        )
        replacing = [k for k in changed if resource and replacement.replaces(resource, k, news)]
        first = bool(replacing) and (token in replacement.DELETED_FIRST or self._name_is_fixed(token, olds, news))
        self.checker.inventory.created(token, request.urn, request.id, decode(request.olds)[0])
        self._known(token, request.urn, request.id, olds)
        if first:
            self._deleted_first[request.urn] = request.id
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=replacing,
            deleteBeforeReplace=first,
        )

    def _name_is_fixed(self, token: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether the old resource must be deleted first, because its name was given and does not change."""
        from offline.aws import names

        resource = self.schema.resource(token)
        rule = names.rule_for(resource, news) if resource else None
        if rule is None or rule.prop in cast(list[str], news.get(DEFAULTS) or []):
            return False
        return rule.prop in news and olds.get(rule.prop) == news.get(rule.prop)

    def Create(self, request: Any, context: Any) -> Any:
        inputs, secrets = decode(request.properties)
        token, urn = type_of(request.urn), request.urn
        given = {k: v for k, v in inputs.items() if k != DEFAULTS}
        if not request.preview:
            if has_unknown(given):
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{token}: a value is still unknown on creation")
            if problem := self.faults.on_create(token, urn):
                context.abort(grpc.StatusCode.UNKNOWN, scrub(problem, given, secrets))
        if request.preview and urn in self._deleted_first:
            self.account.forget(token, self._deleted_first[urn])
        self._taken(token, urn, None, given, secrets, request.preview, context)
        identifier, out = self._made(token, urn, given, request.preview)
        if identifier:
            self.checker.inventory.created(token, urn, identifier, out)
        # AWS takes the request at once and is busy with it for some time; what ends meanwhile is the engine.
        self._exists(token, urn, identifier or f"(preview of {urn})", given, secrets, note=not request.preview)
        if not request.preview:
            self.faults.wait(token)
        known = identifier if identifier else UNKNOWN
        return pb.CreateResponse(id=identifier, properties=self._encoded(token, {**out, "id": known}, secrets))

    def _made(self, token: str, urn: str, given: Mapping[str, Any], preview: bool) -> tuple[str, dict[str, Any]]:
        """(id, outputs) of a new resource: an id that the account does not have, unless the id is a name."""
        ids = set[str]()
        while True:
            identifier, out = outputs.compute(
                self.schema, token, given, self.region, urn=urn, preview=preview, inventory=self.checker.inventory,
                attempt=len(ids),
            )  # fmt: skip
            if identifier in ids or self.account.get(token, identifier) is None:
                return identifier, out
            ids.add(identifier)

    def Update(self, request: Any, context: Any) -> Any:
        inputs, secrets = decode(request.news)
        olds, _ = decode(request.olds)
        old_inputs, _ = decode(request.old_inputs)
        token = type_of(request.urn)
        given = {k: v for k, v in inputs.items() if k != DEFAULTS}
        if not request.preview and (problem := self.faults.on_update(token, request.urn)):
            context.abort(grpc.StatusCode.UNKNOWN, scrub(problem, given, secrets))
        self._taken(token, request.urn, request.id, given, secrets, request.preview, context)
        _, out = outputs.compute(
            self.schema, token, given, self.region, urn=request.urn, identifier=request.id, preview=request.preview,
            inventory=self.checker.inventory, olds=olds,
        )  # fmt: skip
        changed = frozenset(
            k for k in {*old_inputs, *given} - {DEFAULTS} if canonical(old_inputs.get(k)) != canonical(given.get(k))
        )
        out = computed_outputs.updated(token, olds, out, changed, request.preview)
        if not request.preview:
            self.checker.inventory.created(token, request.urn, request.id, out)
        self._exists(token, request.urn, request.id, given, secrets, note=not request.preview)
        return pb.UpdateResponse(properties=self._encoded(token, {**out, "id": request.id}, secrets))

    def _known(self, token: str, urn: str, identifier: str, inputs: Mapping[str, Any]) -> None:
        """Add resources of the state that the account does not know, since the state may come from another machine."""
        self.account.refresh(urn)
        self.account.stated.add((token, identifier))
        if self.account.get(token, identifier) is None and (token, identifier) not in self.account.deleted:
            self._exists(token, urn, identifier, inputs, set(), note=False)

    def _region_of(self, inputs: Mapping[str, Any]) -> str:
        region = inputs.get("region")
        return region if isinstance(region, str) else self.region

    def _taken(
        self,
        token: str,
        urn: str,
        own: str | None,
        given: dict[str, Any],
        secrets: set[Path],
        preview: bool,
        context: Any,
    ) -> None:
        """Refuse a resource that violates a uniqueness constraint in the account."""
        self.account.refresh(urn)
        case = Case(token, urn, given, self._region_of(given), self.checker.inventory, new=own is None)
        problems = dict.fromkeys(f"{p}: {r}" for p, r in self.account.conflicts(case, own, preview=preview))
        if problems:
            said = f"{'creating' if own is None else 'updating'} {urn.rsplit('::', 1)[-1]}: {'; '.join(problems)}"
            context.abort(grpc.StatusCode.ALREADY_EXISTS, scrub(said, given, secrets))

    def _exists(
        self, token: str, urn: str, identifier: str, inputs: Mapping[str, Any], secrets: set[Path], *, note: bool
    ) -> None:
        """Record a resource in the account, without secrets and files."""
        resource = self.schema.resource(token)
        hidden = {str(p[0]) for p in secrets} | (resource.secrets if resource else frozenset[str]())
        hidden |= {DEFAULTS, *(k for k, v in inputs.items() if has_unknown(v) or has_file(v))}
        kept = {k: v for k, v in inputs.items() if k not in hidden}
        self.account.put(Existing(token, identifier, urn, self._region_of(inputs), kept), note=note)

    def Read(self, request: Any, context: Any) -> Any:
        """Return the state, unless the resource was lost or deleted in the account; an import returns the account's
        resource with this id.
        """
        token, urn = type_of(request.urn), request.urn
        self.account.refresh(urn)
        if self.faults.lost(token, urn):
            self.account.remove(token, request.id, urn)
        if (token, request.id) in self.account.deleted:
            return pb.ReadResponse()
        there = None if request.properties.fields else self.account.imported(token, request.id)
        if there is not None:
            given = dict(there.inputs)
            _, out = outputs.compute(
                self.schema, token, given, there.region, urn=urn, identifier=there.id,
                inventory=self.checker.inventory,
            )  # fmt: skip
            read = self._encoded(token, {**out, "id": there.id}, set())
            return pb.ReadResponse(id=there.id, properties=read, inputs=encode({**given, DEFAULTS: []}))
        if request.inputs.fields:
            self._known(token, urn, request.id, decode(request.inputs)[0])
        found = pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        if SOURCE in found.properties and self.faults.promoted(token):
            found.properties[SOURCE] = found.inputs[SOURCE] = ""
        return found

    def Delete(self, request: Any, context: Any) -> Any:
        state, secrets = decode(request.properties)
        token = type_of(request.urn)
        problem = self.faults.on_delete(token, request.urn) or deletion_protection.refusal(token, state)
        if problem:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, scrub(problem, state, secrets))
        self.checker.inventory.deleted(token, request.urn, request.id)
        self.account.remove(token, request.id, request.urn)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        from offline.aws import lookups  # when the first look-up comes: most programs make none before their resources

        args, _ = decode(request.args)
        try:
            answer = lookups.answer(
                self.schema, request.tok, args, self.region, inventory=self.checker.inventory, memory=self.memory
            )
        except lookups.NoAnswer as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
            raise
        return pb.InvokeResponse(**{"return": encode(answer, lookups.SECRETS & answer.keys())})

    def _encoded(self, token: str, out: Mapping[str, Any], secrets: set[tuple[str | int, ...]]) -> Any:
        """Outputs for the engine, with ``id`` as in the real provider: policies read the id from there."""
        resource = self.schema.resource(token)
        declared = resource.secrets if resource else frozenset[str]()
        return encode(out, {str(p[0]) for p in secrets} | declared)
