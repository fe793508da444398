"""The collector beside a service's container: takes what it traces and hands it to X-Ray.

It is the AWS Distro for OpenTelemetry's. X-Ray's own daemon has been in maintenance since 25 February 2026 (X-Ray
guide, "X-Ray SDK and daemon support timeline"); this one speaks the daemon's protocol too, and OpenTelemetry's.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam

COLLECTOR_IMAGE = "public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0"
"""Of 25 August 2026; both architectures."""
NAME = "traces"
"""Of the container, and first part of its log streams."""
XRAY_PORT, OTLP_GRPC_PORT, OTLP_HTTP_PORT = 2000, 4317, 4318
"""X-Ray's datagrams and, by TCP, its sampling rules; OpenTelemetry's two ways. On the loopback of the task only."""
MEMORY = 256
"""MiB at which it is killed, and started again, before it takes the service's."""
TIDY_AT, REFUSE_AT, SPIKE = 200, 160, 40
"""MiB: at which its runtime frees what it can, and at which it refuses traces, less what comes between two looks."""
RESTART_AFTER = 60
"""Seconds it must have run to be started again, the least there is (ECS ContainerRestartPolicy)."""

# X-Ray has no resource-level permissions for these.
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
    """How a service's container finds the collector: names of X-Ray's SDKs and of OpenTelemetry's."""
    return {
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{XRAY_PORT}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{OTLP_HTTP_PORT}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_PROPAGATORS": "xray",
        "OTEL_SERVICE_NAME": service,
    }


def configuration() -> dict[str, Any]:
    """What the collector does: receive on the loopback, bundle, send to X-Ray of its own Region."""
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
    """Its container definition.

    Not essential, and nothing depends on it: without it the service goes on untraced. It stops when the service begins
    to drain, whose last requests are therefore not traced. CPU is unstated, as the service's and that of Service
    Connect's proxy: where it is short each container has an equal share (ECS TaskDefinition, ``cpu``).
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
