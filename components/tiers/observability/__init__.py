"""CloudWatch alarms, dashboards, canaries and service level objectives, and X-Ray."""

from components.tiers.observability.alarms import AlarmTopic, AlarmTopicArgs
from components.tiers.observability.canary import Canary, CanaryArgs, CanaryRequest
from components.tiers.observability.dashboards import Dashboard, DashboardArgs
from components.tiers.observability.slo import BurnRate, ErrorRatio, Slo, SloArgs, SlowRatio
from components.tiers.observability.xray import SamplingRule, Tracing, TracingArgs

__all__ = [
    "AlarmTopic",
    "AlarmTopicArgs",
    "BurnRate",
    "Canary",
    "CanaryArgs",
    "CanaryRequest",
    "Dashboard",
    "DashboardArgs",
    "ErrorRatio",
    "SamplingRule",
    "Slo",
    "SloArgs",
    "SlowRatio",
    "Tracing",
    "TracingArgs",
]
