"""Traces by OpenTelemetry, with ids and headers that X-Ray understands, sent to the collector beside the service.

Nothing is traced unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector. A trace that comes with a request is continued,
and so is the decision whether it is kept; otherwise 5 % are kept (OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG).
"""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

HEADER = "X-Amzn-Trace-Id"
_propagator: Any = None
_tracer: Any = None


def start() -> None:
    """Begin to trace. It does nothing without a collector: the SDK is not even imported."""
    global _propagator, _tracer
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    os.environ.setdefault("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    os.environ.setdefault("OTEL_TRACES_SAMPLER_ARG", "0.05")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.propagators.aws import AwsXRayPropagator
    from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(id_generator=AwsXRayIdGenerator())
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

    context = _propagator.extract({HEADER: headers.get(HEADER.lower(), "")})
    attributes = {"http.request.method": method, "url.path": path, "server.address": headers.get("host", "")}
    with _tracer.start_as_current_span(f"{method} {path}", context, SpanKind.SERVER, attributes) as span:
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
