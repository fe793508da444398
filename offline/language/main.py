"""The process: prints its port, serves until the engine cancels, signals or disappears, and leaves no child behind."""

import argparse
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import grpc

from offline.language.host import PythonHost, language_pb2_grpc

MESSAGE_BYTES = 400 << 20  # the engine's own limit (rpcutil.GrpcChannelOptions)
ORPHAN_SECONDS = 1.0  # how often we look whether the engine is still there
WORKERS = 16  # Run and RunPlugin each hold a worker while they last


def main() -> None:
    """Serve LanguageRuntime on 127.0.0.1. Arguments: --exec RUNNER [ENGINE_ADDRESS]; other flags are ignored."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--exec", type=Path, required=True, dest="runner")
    parser.add_argument("engine", nargs="?", default="")
    given, _ = parser.parse_known_args()
    parent = os.getppid()

    host = PythonHost(given.engine, given.runner)
    sizes = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(max_workers=WORKERS), options=sizes)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    over = threading.Event()

    def quietly(_signal: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGINT, quietly)
    signal.signal(signal.SIGTERM, quietly)
    print(port, flush=True)  # what the engine waits for
    while not over.wait(ORPHAN_SECONDS) and os.getppid() == parent:
        pass
    host.children.stop()
    server.stop(0)
    os._exit(0)  # a worker may still wait for a stream nobody reads
