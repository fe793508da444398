"""Traces by OpenTelemetry, with ids and headers that X-Ray understands, sent to the collector beside the service.

Nothing is traced unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector. A trace that comes with a request is continued,
and so is the decision whether it is kept. If nobody has decided (a load balancer does not), X-Ray's sampling rules do,
and the trace keeps the id that it came with.
"""

import os
import re
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

HEADER = "X-Amzn-Trace-Id"
_ROOT = re.compile(r"Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)")
_begun = threading.local()
_propagator: Any = None
_tracer: Any = None


def start() -> None:
    """Begin to trace. It does nothing without a collector: the SDK is not even imported."""
    global _propagator, _tracer
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.propagators.aws import AwsXRayPropagator
    from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased

    from serving.sampling import XRaySampler

    class Ids(AwsXRayIdGenerator):
        """A trace that a load balancer has begun keeps its id."""

        def generate_trace_id(self) -> int:
            begun = getattr(_begun, "trace", None)
            return super().generate_trace_id() if begun is None else begun

    address = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "")
    sampler = XRaySampler(os.environ.get("SERVICE", "service"), address)
    if address:
        sampler.start()
    provider = TracerProvider(sampler=ParentBased(sampler), id_generator=Ids())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=2), schedule_delay_millis=1000))
    _propagator, _tracer = AwsXRayPropagator(), provider.get_tracer("serving")


class Trace:
    """A part of a trace: of a request, or of a call that it makes. Without a collector it does nothing."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def status(self, code: int) -> None:
        """Note the HTTP status code of the answer."""
        if self._span is None:
            return
        self._span.set_attribute("http.response.status_code", code)
        if code >= 500:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR)

    def answered(self) -> dict[str, str]:
        """The header that tells the caller where to look."""
        return _injected() if self._span is not None else {}

    def logged(self) -> dict[str, str]:
        """The trace's id in X-Ray's form, for log entries; empty if the trace is not kept."""
        if self._span is None or not self._span.get_span_context().trace_flags.sampled:
            return {}
        digits = f"{self._span.get_span_context().trace_id:032x}"
        return {"trace": f"1-{digits[:8]}-{digits[8:]}"}


@contextmanager
def request(method: str, path: str, headers: Mapping[str, str]) -> Generator[Trace, None, None]:
    """A request that this service answers. path: without what identifies people. headers: names in lower case."""
    if _tracer is None:
        yield Trace()
        return
    from opentelemetry.trace import SpanKind

    header = headers.get(HEADER.lower(), "")
    decided = re.search(r"Sampled=[01]", header) is not None
    begun = _ROOT.search(header)
    context = _propagator.extract({HEADER: header if decided else ""})
    attributes = {"http.request.method": method, "url.path": path, "server.address": headers.get("host", "")}
    _begun.trace = int(begun[1] + begun[2], 16) if begun and not decided else None
    with _tracer.start_as_current_span(f"{method} {path}", context, SpanKind.SERVER, attributes) as span:
        _begun.trace = None
        yield Trace(span)


@contextmanager
def call(name: str, **attributes: str) -> Generator[Trace, None, None]:
    """A call of something else, part of this thread's request. A call that raises is marked as failed."""
    if _tracer is None:
        yield Trace()
        return
    from opentelemetry.trace import SpanKind

    with _tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=attributes) as span:
        yield Trace(span)


def _injected() -> dict[str, str]:
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier


def headers() -> dict[str, str]:
    """Headers to send along with a call, so that the trace goes on there."""
    return _injected() if _tracer is not None else {}
