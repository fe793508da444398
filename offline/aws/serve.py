"""Run a provider as a plugin of the engine: print the port, serve, exit with the engine."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

MESSAGE_LIMIT = 400 * 1024 * 1024
"""Largest message, bytes; the engine's own limit."""
WORKERS = 16


def serve(servicer: Any, register: Any) -> int:
    """Serve until the engine stops the plugin or exits."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    options = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
    server = grpc.server(ThreadPoolExecutor(max_workers=WORKERS), options=options)
    register(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    threading.Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    server.wait_for_termination()
    return 0


def _stop(_number: int, _frame: object) -> None:
    os._exit(0)


def _leave_with_parent(parent: int) -> None:
    """Exit if the engine was killed, so that no process stays behind."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def asked_for_help(arguments: list[str]) -> bool:
    """Whether a person started the executable to see its help; the engine passes its address."""
    return bool({"-h", "--help"} & set(arguments))


def stop(message: str) -> int:
    """Print one line to the engine's user."""
    print(message, file=sys.stderr, flush=True)
    return 1
