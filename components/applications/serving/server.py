"""The HTTP server: waitress.

Why waitress: one process in pure Python, so that the same bundle runs on both processor architectures. One thread reads
all requests, so a slow client holds a socket and no worker thread. It limits headers, bodies and connections, and with
the sizes below it needs no temporary files, so that the root file system can be read-only. (gunicorn's and cheroot's
threads wait for slow clients; gunicorn also needs a folder for its workers' heartbeats.)
"""

import os
import signal
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

from serving.application import MAX_BODY, MAX_REQUESTS, Application
from serving.log import log
from serving.problems import CONTENT_TYPE, ProblemError

DRAIN_SECONDS = float(os.environ.get("DRAIN_SECONDS", "35"))
"""Seconds between SIGTERM and the end; longer than the load balancer's deregistration delay."""
SPARE_THREADS = 8
"""Threads besides those that work: they answer health checks and refuse what is too much."""
IDLE_SECONDS = 75
"""Seconds until an idle connection is closed; longer than the load balancer's idle time-out, which must be first."""
MAX_CONNECTIONS = 1000
MAX_DROPPED = 8 * 1024 * 1024
"""Bytes of a body that are read although it is too large; the connection of a larger one is closed."""
BACKLOG = 1024
"""Connections that wait to be accepted during a burst."""


class Parser(HTTPRequestParser):
    """Refuses what proxies may read in different ways (RFC 9112, sections 3.2 and 6.3).

    A body that is too large is read to its end and dropped, so that the load balancer passes the refusal on: when a
    target closes a connection early, the load balancer answers with 502.
    """

    dropping = 0

    def received(self, data: bytes) -> int:
        """Returns how many bytes were taken."""
        if self.dropping:
            taken = min(len(data), self.dropping)
            self.dropping -= taken
            self.completed = not self.dropping
            return taken
        taken = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge) and MAX_BODY < self.content_length <= MAX_DROPPED:
            self.dropping, self.completed = self.content_length, False
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Raises ParsingError, which is answered with 400 and a closed connection."""
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented as error:
            raise ParsingError(error.args[0]) from None
        except ValueError as error:  # of urlsplit
            raise ParsingError(f"request target: {error}") from None
        coded = self.chunked or "TRANSFER_ENCODING" in self.headers
        if coded and ("CONTENT_LENGTH" in self.headers or self.version != "1.1"):
            raise ParsingError("body: give either Content-Length or Transfer-Encoding, which HTTP 1.0 does not have")


class Task(WSGITask):
    """Closes each connection after its answer while the service drains."""

    def build_response_header(self) -> bytes:
        """Called once, before the headers are sent."""
        application: Any = self.channel.server.application
        if application.draining.is_set():
            self.set_close_on_finish()
        return super().build_response_header()


class Refusal(ErrorTask):
    """What waitress refuses by itself, as a problem document."""

    def execute(self) -> None:
        """Called instead of the application."""
        request: Any = self.request
        error = request.error
        data = ProblemError(error.code, str(error.body)).encoded()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [("Content-Type", CONTENT_TYPE)]
        self.set_close_on_finish()
        self.content_length = len(data)
        self.write(data)


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    task_class = Task
    error_task_class = Refusal


def run(application: Application) -> None:
    """Serve on PORT (8080; 0 takes a free one) until SIGTERM, then drain and return."""
    server: Any = create_server(
        application,
        host="0.0.0.0",  # noqa: S104 (the network interface of the task is its own)
        port=int(os.environ.get("PORT", "8080")),
        threads=MAX_REQUESTS + SPARE_THREADS,
        backlog=BACKLOG,
        connection_limit=MAX_CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        max_request_body_size=MAX_BODY + 1,  # waitress refuses what is as large
        inbuf_overflow=2 * MAX_BODY,
        outbuf_overflow=16 * MAX_BODY,
        asyncore_use_poll=True,  # select() takes no more than 1024 connections
        ident=application.service,
        clear_untrusted_proxy_headers=False,
    )
    server.channel_class = Channel

    def drain(*_: object) -> None:
        application.draining.set()
        log("info", "draining", seconds=DRAIN_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, DRAIN_SECONDS)

    def end(*_: object) -> None:
        raise SystemExit(0)  # waitress lets its threads finish

    signal.signal(signal.SIGALRM, end)
    signal.signal(signal.SIGTERM, drain)
    log("info", "listening", port=server.effective_port)
    server.run()
