# ruff: noqa: E501 (what AWS says is as long as it is)
"""CloudWatch alarms and dashboards."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from offline.aws.refusals import Case, Problem, one_of, refuses
from offline.aws.unique import unique

COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_ANOMALY_OPERATORS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
MAX_CHILD_ALARMS = 100
"""Alarms that a composite alarm's rule can name (CloudWatch User Guide, "CloudWatch service quotas")."""


@refuses(METRIC_ALARM)
def alarm_is_legal(case: Case) -> Iterator[Problem]:
    """CloudWatch PutMetricAlarm: periods 10, 20, 30 or multiples of 60 s; evaluation within a day (a week for hour periods)."""
    yield from one_of(case, "treatMissingData", "missing", "ignore", "breaching", "notBreaching")
    period, count, enough = case.number("period"), case.number("evaluationPeriods"), case.number("datapointsToAlarm")
    if period is not None and (period not in (10, 20, 30) and (period % 60 or period <= 0)):
        yield "period", f"ValidationError: period={period}: must be 10, 20, 30 or a multiple of 60 seconds"
    if count is not None and count < 1:
        yield "evaluationPeriods", f"evaluationPeriods={count}: must be at least 1"
    if enough is not None and enough < 1:
        yield "datapointsToAlarm", f"datapointsToAlarm={enough}: must be at least 1"
    if count is not None and enough is not None and enough > count:
        yield (
            "datapointsToAlarm",
            f"ValidationError: Datapoints to alarm {enough} must be less than or equal to evaluation periods {count}",
        )
    if period is not None and count is not None:
        most = 604800 if period >= 3600 else 86400
        if period * count > most:
            yield (
                "evaluationPeriods",
                f"ValidationError: Metrics cannot be checked across more than {most // 86400} day(s) (EvaluationPeriods * Period must be <= {most})",
            )
    if case.text("comparisonOperator") in _ANOMALY_OPERATORS:
        if not case.given("thresholdMetricId"):
            yield "thresholdMetricId", "ValidationError: an anomaly detection alarm needs thresholdMetricId"
    elif not case.given("threshold") and not case.given("thresholdMetricId") and not case.given("evaluationCriteria"):
        yield "threshold", "ValidationError: threshold must be given"


@refuses(METRIC_ALARM)
def alarm_has_one_source(case: Case) -> Iterator[Problem]:
    """CloudWatch PutMetricAlarm: one metric, or queries of which exactly one returns data; one kind of statistic."""
    queries = list(case.objects("metricQueries"))
    if queries:
        for name in ("metricName", "namespace", "period", "statistic", "extendedStatistic", "dimensions", "unit"):
            if case.given(name):
                yield name, f"ValidationError: {name} cannot be given with metricQueries"
        returned = [q for _, q in queries if q.get("returnData") is True]
        banded = case.text("comparisonOperator") in _ANOMALY_OPERATORS
        if (
            not any(q.unknown("returnData") for _, q in queries)
            and len(returned) != 1
            and not (banded and len(returned) == 2)
        ):
            yield (
                "metricQueries",
                f"ValidationError: Exactly one element of the metrics list should return data, not {len(returned)}",
            )
        ids = [q.text("id") for _, q in queries]
        for (path, query), name in zip(queries, ids, strict=True):
            if name is not None and not re.fullmatch(r"[a-z][a-zA-Z0-9_]*", name):
                yield (
                    f"{path}.id",
                    f"ValidationError: metric id {name!r}: a lower-case letter, then letters, digits, underscores",
                )
            if query.given("expression") == query.given("metric"):
                yield path, "ValidationError: a query has either an expression or a metric"
        if len(set(ids)) < len(ids):
            yield "metricQueries", "ValidationError: the ids of metric queries must be unique"
        return
    if case.unknown("metricQueries"):
        return
    for name in ("metricName", "namespace", "period"):
        if not case.given(name) and not case.given("evaluationCriteria"):
            yield name, f"ValidationError: {name} must be given unless metricQueries are"
    if case.given("statistic") == case.given("extendedStatistic") and not case.given("evaluationCriteria"):
        yield "statistic", "ValidationError: exactly one of statistic and extendedStatistic"


@refuses(METRIC_ALARM, "aws:cloudwatch/compositeAlarm:CompositeAlarm")
def alarm_actions_are_arns(case: Case) -> Iterator[Problem]:
    """CloudWatch PutMetricAlarm: at most 5 actions for each state, each an ARN, each once; SNS topics of the alarm's Region."""
    for name in ("alarmActions", "okActions", "insufficientDataActions"):
        actions = case.list(name)
        if len(actions) > 5:
            yield name, f"ValidationError: at most 5 actions, got {len(actions)}"
        for i, action in enumerate(actions):
            if isinstance(action, str) and not action.startswith("arn:"):
                yield f"{name}[{i}]", f"ValidationError: Invalid arn syntax: {action}"
            if (
                isinstance(action, str)
                and ":sns:" in action
                and action.count(":") >= 5
                and action.split(":")[3] != case.region
            ):
                yield (
                    f"{name}[{i}]",
                    f"ValidationError: Invalid region {action.split(':')[3]} specified. Only {case.region} is supported.",
                )


@refuses("aws:cloudwatch/compositeAlarm:CompositeAlarm")
def composite_rule_is_legal(case: Case) -> Iterator[Problem]:
    """CloudWatch PutCompositeAlarm: AlarmRule of ALARM(), OK(), INSUFFICIENT_DATA(), TRUE, FALSE; at most 10240 characters."""
    rule = case.text("alarmRule")
    if rule is None:
        return
    if len(rule) > 10240:
        yield "alarmRule", f"ValidationError: an alarm rule has at most 10240 characters, this has {len(rule)}"
    if not re.search(r"\b(ALARM|OK|INSUFFICIENT_DATA)\s*\(|\b(TRUE|FALSE)\b|AT_LEAST", rule) or rule.count(
        "("
    ) != rule.count(")"):
        yield "alarmRule", f"ValidationError: AlarmRule contains invalid syntax: {rule[:80]!r}"


@refuses("aws:cloudwatch/dashboard:Dashboard")
def dashboard_is_legal(case: Case) -> Iterator[Problem]:
    """CloudWatch PutDashboard: names of letters, digits, hyphens, underscores; a JSON object; at most 500 widgets in 24 columns."""
    name = case.text("dashboardName")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", name):
        yield (
            "dashboardName",
            f"InvalidParameterValue: dashboard name {name!r}: 1 to 255 letters, digits, hyphens and underscores",
        )
    body = case.text("dashboardBody")
    if body is None:
        return
    try:
        parsed: Any = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        yield "dashboardBody", "InvalidParameterInput: The field DashboardBody must be a valid JSON object"
        return
    widgets = cast(list[Any], cast(dict[str, Any], parsed).get("widgets") or [])
    if len(widgets) > 500:
        yield "dashboardBody", f"InvalidParameterInput: at most 500 widgets, got {len(widgets)}"
    for i, widget in enumerate(widgets):
        if isinstance(widget, dict):
            box = cast(dict[str, Any], widget)
            if int(box.get("x", 0)) + int(box.get("width", 6)) > 24:
                yield "dashboardBody", f"InvalidParameterInput: widget {i} is wider than the 24 columns of the grid"
            if box.get("type") not in ("metric", "text", "log", "alarm", "explorer", "custom"):
                yield "dashboardBody", f"InvalidParameterInput: widget {i} has the unknown type {box.get('type')!r}"


@refuses("aws:cloudwatch/compositeAlarm:CompositeAlarm")
def composite_rule_has_few_children(case: Case) -> Iterator[Problem]:
    """CloudWatch User Guide, "Create a composite alarm": an alarm rule names at most 100 alarms; names to 255."""
    named = set(re.findall(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*([^)]*?)\s*\)", case.text("alarmRule") or ""))
    if len(named) > MAX_CHILD_ALARMS:
        yield (
            "alarmRule",
            f"ValidationError: an alarm rule names at most {MAX_CHILD_ALARMS} alarms, this names {len(named)}",
        )


@refuses(COMPOSITE_ALARM)
def composite_rule_names_alarms_of_its_region(case: Case) -> Iterator[Problem]:
    """CloudWatch PutCompositeAlarm: the alarms that a rule names must exist, in the composite alarm's Region and account."""
    for name in re.findall(r'(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"?([^)"]*?)"?\s*\)', case.text("alarmRule") or ""):
        found = case.inventory.find(METRIC_ALARM, "name", name) or case.inventory.find(
            COMPOSITE_ALARM, "alarmName", name
        )
        region = str((found or {}).get("arn", "")).split(":")[3:4]
        if region and region != [case.region] and not case.unknown("region"):
            yield (
                "alarmRule",
                f"ValidationError: AlarmRule must not refer to an alarm that does not exist in {case.region}: {name}",
            )


unique({"aws:cloudwatch/metricAlarm:MetricAlarm": "name", "aws:cloudwatch/compositeAlarm:CompositeAlarm": "alarmName"}, call="cloudwatch PutMetricAlarm", says="PutMetricAlarm: one alarm {name}{alarmName}:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/dashboard:Dashboard", "dashboardName", call="cloudwatch PutDashboard", says="PutDashboard: one dashboard {dashboardName}:", regional=False, overwrites=True)  # fmt: skip
