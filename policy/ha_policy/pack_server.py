"""Runs policies in tests as the engine does: `PolicyPack` serves them, and this is the engine's side.

`PolicyPack` is the SDK's public way to run policies. It listens on a port, writes the port to standard output and never
returns, so it gets a thread of its own, which lasts as long as the process.
"""

import contextlib
import functools
import io
import os
import threading
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import Policy, PolicyPack

NAME = "tests"
UNLIMITED = [("grpc.max_receive_message_length", -1)]
"""The findings about a large stack may exceed gRPC's default of 4 MB for an answer."""


@functools.cache
def analyzer(*policies: Policy) -> Any:
    """A client of a pack of these policies: a stub of the engine's Analyzer service. The same policies share one pack.

    Standard output is redirected until the pack has written its port. Raises what `PolicyPack` raises (TypeError).
    """
    refused: list[Exception] = []
    read, write = os.pipe()
    with os.fdopen(read) as said, io.TextIOWrapper(os.fdopen(write, "wb", buffering=0)) as pipe:

        def serve() -> None:
            try:
                PolicyPack(NAME, list(policies))
            except Exception as error:
                refused.append(error)
                pipe.close()  # ends the wait for the port

        with contextlib.redirect_stdout(pipe):
            threading.Thread(target=serve, name="policy pack", daemon=True).start()
            port = said.readline().strip()
    if refused:
        raise refused[0]
    return analyzer_pb2_grpc.AnalyzerStub(grpc.insecure_channel(f"127.0.0.1:{port}", options=UNLIMITED))
