"""The collector sidecar of a service: receives traces and sends them to X-Ray.

It is the AWS Distro for OpenTelemetry (ADOT) collector. The X-Ray daemon has been in maintenance mode since 25 February
2026 (X-Ray guide, "X-Ray SDK and daemon support timeline"). The collector supports the daemon's protocol and OTLP.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam, versions

COLLECTOR_IMAGE = f"public.ecr.aws/aws-observability/aws-otel-collector:{versions.COLLECTOR_IMAGE.version}"
"""For both architectures."""
NAME = "traces"
"""Name of the container, and first part of its log streams."""
XRAY_PORT, OTLP_GRPC_PORT, OTLP_HTTP_PORT = 2000, 4317, 4318
"""UDP and TCP port of the X-Ray daemon protocol (segments; sampling rules), and the two OTLP ports. On the task's
loopback only."""
MEMORY = 256
"""MiB of memory at which the container is killed and restarted, before it takes the service's memory."""
TIDY_AT, REFUSE_AT, SPIKE = 200, 160, 40
"""MiB of memory at which the Go runtime frees memory, at which the collector refuses traces, and the expected increase
between two checks."""
RESTART_AFTER = 60
"""Seconds that the container must have run before it is restarted; the minimum (ECS ContainerRestartPolicy)."""

# X-Ray has no resource-level permissions for these actions.
TRACES = iam.allow(
    [
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
    ],
    "*",
    sid="Traces",
)


def environment(service: str) -> dict[str, pulumi.Input[str]]:
    """Environment variables with which X-Ray and OpenTelemetry SDKs find the collector."""
    return {
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{XRAY_PORT}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{OTLP_HTTP_PORT}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_PROPAGATORS": "xray",
        "OTEL_SERVICE_NAME": service,
    }


def configuration() -> dict[str, Any]:
    """Configuration of the collector: receive on loopback, batch, send to X-Ray in its own Region."""
    here = "127.0.0.1"
    return {
        "receivers": {
            "awsxray": {
                "endpoint": f"{here}:{XRAY_PORT}",
                "transport": "udp",
                "proxy_server": {"endpoint": f"{here}:{XRAY_PORT}"},
            },
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": f"{here}:{OTLP_GRPC_PORT}"},
                    "http": {"endpoint": f"{here}:{OTLP_HTTP_PORT}"},
                }
            },
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": REFUSE_AT, "spike_limit_mib": SPIKE},
            "batch": {"timeout": "1s", "send_batch_size": 50},
        },
        "exporters": {"awsxray": {}},
        "service": {
            "telemetry": {"logs": {"level": "warn"}, "metrics": {"level": "none"}},
            "pipelines": {
                "traces": {
                    "receivers": ["awsxray", "otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awsxray"],
                }
            },
        },
    }


def container(logs: aws.cloudwatch.LogGroup, region: pulumi.Output[str]) -> dict[str, Any]:
    """The container definition of the collector.

    It is not essential, and no container depends on it: without it the service continues untraced. It stops when the
    service begins to drain, so the last requests are not traced. CPU is not set, as for the service and the Service
    Connect proxy: when CPU is short, each container gets an equal share (ECS TaskDefinition, ``cpu``).
    """
    return {
        "name": NAME,
        "image": COLLECTOR_IMAGE,
        "essential": False,
        "memory": MEMORY,
        "readonlyRootFilesystem": True,
        "restartPolicy": {"enabled": True, "restartAttemptPeriod": RESTART_AFTER},
        "environment": [
            {"name": "AOT_CONFIG_CONTENT", "value": json.dumps(configuration(), sort_keys=True)},
            {"name": "AWS_REGION", "value": region},
            {"name": "GOMEMLIMIT", "value": f"{TIDY_AT}MiB"},
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": logs.name,
                "awslogs-region": region,
                "awslogs-stream-prefix": NAME,
                "mode": "non-blocking",
                "max-buffer-size": "1m",
            },
        },
    }
