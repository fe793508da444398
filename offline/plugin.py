# ruff: noqa: N802 (gRPC method names)
"""What every stand-in for a provider answers alike in the engine's gRPC protocol."""

import json
from typing import Any

from google.protobuf import empty_pb2

from offline import protocol

pb: Any = protocol.load("provider_pb2")
pb_grpc: Any = protocol.load("provider_pb2_grpc")
plugin_pb2: Any = protocol.load("plugin_pb2")


class Plugin(pb_grpc.ResourceProviderServicer):
    """A provider of which the engine knows name and version. name, version: of the plugin that it stands in for."""

    def __init__(self, name: str, version: str) -> None:
        self.name, self.version = name, version

    def Handshake(self, request: Any, context: Any) -> Any:
        return pb.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> Any:
        """The provider's name and version, which is all the engine needs."""
        return pb.GetSchemaResponse(schema=json.dumps({"name": self.name, "version": self.version}))

    def GetMapping(self, request: Any, context: Any) -> Any:
        return pb.GetMappingResponse()

    def GetMappings(self, request: Any, context: Any) -> Any:
        return pb.GetMappingsResponse()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)
