# ruff: noqa: N802 (gRPC method names)
"""The `awsx` provider (Fargate components, Vpc): registers the same resources as the real one."""

from typing import Any

import grpc

from offline import protocol
from offline.aws.wire import encode
from offline.awsx.construct import FORMER, Monitor, alias_pb2, awsx_schema, resource_pb2, state
from offline.awsx.values import PlanError
from offline.plugin import Plugin, pb

resource_pb2_grpc: Any = protocol.load("resource_pb2_grpc")

MESSAGE_LIMIT = 400 * 1024 * 1024


class Awsx(Plugin):
    """It has components only, no resources of its own."""

    def __init__(self) -> None:
        super().__init__("awsx", awsx_schema().version)

    def Handshake(self, request: Any, context: Any) -> Any:
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=True)

    def Configure(self, request: Any, context: Any) -> Any:
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True)

    def Construct(self, request: Any, context: Any) -> Any:
        options = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
        with grpc.insecure_channel(request.monitorEndpoint, options=options) as channel:
            monitor = Monitor(resource_pb2_grpc.ResourceMonitorStub(channel), request.providers.get("aws", ""))
            try:
                component = monitor.register(_component(request))
                args = monitor.values(request.inputs, request.inputDependencies)
                outputs = monitor.build(request.type, request.name, component.urn, args, request.stack)
                monitor.finish(component.urn)
            except PlanError as error:
                problem = f"{request.type} resource '{request.name}' has a problem: {error}"
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, problem)
                raise
            except grpc.RpcError as error:
                # A child was refused: the engine has said why already, this says in which component.
                problem = f"{request.type} resource '{request.name}': {getattr(error, 'details', lambda: '')()}"
                context.abort(grpc.StatusCode.UNKNOWN, problem)
                raise
        struct, urns = state(outputs)
        response = pb.ConstructResponse(urn=component.urn, state=struct)
        for name, found in urns.items():
            response.stateDependencies[name].urns.extend(sorted(found))
        return response


def _component(request: Any) -> Any:
    made = resource_pb2.RegisterResourceRequest(
        type=request.type,
        name=request.name,
        parent=request.parent,
        custom=False,
        object=encode({}),
        acceptSecrets=True,
        acceptResources=True,
        supportsPartialValues=True,
        dependencies=request.dependencies,
        providers=request.providers,
        aliases=request.aliases,
    )
    if request.HasField("protect"):
        made.protect = request.protect
    if request.type in FORMER:
        made.aliases.append(alias_pb2.Alias(spec=alias_pb2.Alias.Spec(type=FORMER[request.type])))
    return made
