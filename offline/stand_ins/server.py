# ruff: noqa: N802 (gRPC method names)
"""A provider that accepts all inputs and returns the outputs of `made`.

It does not check inputs, because it does not know what the real provider rejects. A resource's outputs are those that
the program's own Python package declares; without such a class, its inputs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2

from offline.aws.coercion import coerced
from offline.aws.fields import Field, Resource
from offline.aws.lookups import given
from offline.aws.lookups.asked import NoAnswer
from offline.aws.schema import Schema
from offline.aws.templates import canonical
from offline.aws.wire import decode, encode
from offline.plugin import Plugin, pb
from offline.stand_ins import made


def type_of(urn: str) -> str:
    """The type token of a URN."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


class StandIn(Plugin):
    """One provider. name, version: of the plugin that it stands in for. package: folder of its Python package."""

    def __init__(self, name: str, version: str, package: Path) -> None:
        super().__init__(name, version)
        self.schema = Schema(package) if (package / "pulumi-plugin.json").is_file() else None

    # ---------------------------------------------------------------------------------------------- the resources
    def _resource(self, token: str) -> Resource | None:
        try:
            return self.schema.resource(token) if self.schema else None
        except (NameError, SyntaxError, TypeError):
            return None  # a package that was generated in a way that nobody knows here

    def Check(self, request: Any, context: Any) -> Any:
        news, secrets = decode(request.news)
        token = type_of(request.urn)
        resource = self._resource(token)
        if resource and self.schema:
            news = coerced(self.schema, token, resource.inputs, news)
        inputs = made.defaulted(token, request.urn, news)
        return pb.CheckResponse(inputs=encode(inputs, {str(p[0]) for p in secrets}))

    def Diff(self, request: Any, context: Any) -> Any:
        before = request.old_inputs if request.HasField("old_inputs") else request.olds
        olds, news = decode(before)[0], decode(request.news)[0]
        token, resource = type_of(request.urn), self._resource(type_of(request.urn))
        ignored = set(request.ignoreChanges)
        names = {*olds, *news} - ignored
        changed = sorted(k for k in names if canonical(olds.get(k)) != canonical(news.get(k)))
        fields: Mapping[str, Field] = resource.inputs if resource else {}
        replaces = [k for k in changed if made.replaces(token, k) or (k in fields and fields[k].replaces)]
        kind = pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE
        return pb.DiffResponse(changes=kind, diffs=changed, replaces=replaces)

    def _outputs(
        self, urn: str, inputs: Mapping[str, Any], identifier: str, preview: bool
    ) -> tuple[str, dict[str, Any]]:
        token = type_of(urn)
        return made.outputs(self.schema, self._resource(token), token, urn, inputs, identifier, preview)

    def _encoded(self, token: str, out: Mapping[str, Any], secrets: set[tuple[str | int, ...]]) -> Any:
        resource = self._resource(token)
        declared = resource.secrets if resource else frozenset[str]()
        return encode(out, {str(p[0]) for p in secrets} | declared | made.SECRETS.get(token, frozenset()))

    def Create(self, request: Any, context: Any) -> Any:
        inputs, secrets = decode(request.properties)
        identifier, out = self._outputs(request.urn, inputs, "", request.preview)
        return pb.CreateResponse(id=identifier, properties=self._encoded(type_of(request.urn), out, secrets))

    def Update(self, request: Any, context: Any) -> Any:
        inputs, secrets = decode(request.news)
        _, out = self._outputs(request.urn, inputs, request.id, request.preview)
        return pb.UpdateResponse(properties=self._encoded(type_of(request.urn), out, secrets))

    def Read(self, request: Any, context: Any) -> Any:
        return pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    # ------------------------------------------------------------------------------------ look-ups and components
    def Invoke(self, request: Any, context: Any) -> Any:
        args, _ = decode(request.args)
        try:
            answer = given.told(request.tok, args)
        except NoAnswer as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
            raise
        if answer is None:
            answer = made.looked_up(request.tok, args)
        if answer is None:
            lookup = self.schema.lookup(request.tok) if self.schema else None
            results = [n for n, f in lookup.outputs.items() if f.required and n not in args] if lookup else []
            why = given.how_to_tell(request.tok, args, results, f"the real {self.name} provider")
            context.abort(grpc.StatusCode.NOT_FOUND, why)
        return pb.InvokeResponse(**{"return": encode(answer or {})})

    def Construct(self, request: Any, context: Any) -> Any:
        plugin = f"pulumi plugin install resource {self.name} {self.version}"
        why = (
            f"{request.type} is a component of the {self.name} provider, whose plugin is not here, so nobody knows "
            f"which resources it makes; where there is a network run: {plugin}"
        )
        context.abort(grpc.StatusCode.UNIMPLEMENTED, why)

    def Call(self, request: Any, context: Any) -> Any:
        why = f"{request.tok}: methods of the {self.name} provider's resources cannot be called without its plugin"
        context.abort(grpc.StatusCode.UNIMPLEMENTED, why)
