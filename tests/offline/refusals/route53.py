# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.route53`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken

RECORD = {"zoneId": "Z1", "name": "www.example.com", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
ALIAS = {k: v for k, v in RECORD.items() if k not in ("ttl", "records")}
NAMED_ALARM = {
    "name": "a",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "threshold": 1,
    "metricName": "m",
    "namespace": "n",
    "period": 60,
    "statistic": "Sum",
}
ALARM_CHECK = {"type": "CLOUDWATCH_METRIC", "cloudwatchAlarmName": "a", "cloudwatchAlarmRegion": "us-west-2"}
ALIAS_TARGET = {"aliases": [{"name": "b.elb.amazonaws.com", "zoneId": "Z2", "evaluateTargetHealth": True}]}

CASES: list[Case] = [
    ("record_has_one_answer_and_one_policy", "aws:route53/record:Record", RECORD, {"latencyRoutingPolicies": [{"region": "us-west-2"}]}, "setIdentifier must be given"),
    ("primary_is_checked", "aws:route53/record:Record", {**RECORD, "setIdentifier": "a", "failoverRoutingPolicies": [{"type": "PRIMARY"}], "healthCheckId": "h"}, {"healthCheckId": None}, "non-alias primary ResourceRecordSet must have"),
    ("health_check_is_legal", "aws:route53/healthCheck:HealthCheck", {"type": "HTTPS", "fqdn": "example.com", "requestInterval": 10}, {"requestInterval": 15}, "must be one of 10, 30"),
    ("tags_fit_one_request", "aws:route53/healthCheck:HealthCheck", {"type": "TCP", "fqdn": "example.com", "port": 443, "tags": {f"t{i}": "v" for i in range(10)}}, {"tags": {f"t{i}": "v" for i in range(11)}}, "at most 10 tags"),
    ("cloudfront_alias_does_not_evaluate_health", "aws:route53/record:Record", {**ALIAS, "aliases": [{"name": "d.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}]}, {"aliases": [{"name": "d.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": True}]}, "cannot be set to true"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("calculated_check_monitors_no_calculated_check", [("aws:route53/healthCheck:HealthCheck", "web", {"type": "TCP", "fqdn": "example.com", "port": 443}), ("aws:route53/healthCheck:HealthCheck", "all", {"type": "CALCULATED", "childHealthchecks": ["$web.id"], "childHealthThreshold": 1})], "aws:route53/healthCheck:HealthCheck", {"type": "CALCULATED", "childHealthchecks": ["$web.id"], "childHealthThreshold": 1}, {"childHealthchecks": ["$all.id"]}, "cannot monitor another calculated"),
    ("records_of_a_name_have_one_policy", [("aws:route53/record:Record", "r", RECORD)], "aws:route53/record:Record", {**RECORD, "name": "shop.example.com", "setIdentifier": "b", "failoverRoutingPolicies": [{"type": "SECONDARY"}]}, {"name": "WWW.example.com"}, "another routing policy (simple)"),
    ("records_of_a_name_have_one_policy", [("aws:route53/record:Record", "r", {**RECORD, "setIdentifier": "a", "latencyRoutingPolicies": [{"region": "us-west-2"}]})], "aws:route53/record:Record", {**RECORD, "setIdentifier": "b", "weightedRoutingPolicies": [{"weight": 1}], "zoneId": "Z2"}, {"zoneId": "Z1"}, "another routing policy (latencyRoutingPolicies)"),
    ("failover_records_have_different_roles", [("aws:route53/record:Record", "r", {**ALIAS, **ALIAS_TARGET, "setIdentifier": "a", "failoverRoutingPolicies": [{"type": "PRIMARY"}]})], "aws:route53/record:Record", {**ALIAS, **ALIAS_TARGET, "setIdentifier": "b", "failoverRoutingPolicies": [{"type": "SECONDARY"}]}, {"failoverRoutingPolicies": [{"type": "PRIMARY"}]}, "r has the same name and type and is PRIMARY already"),
    ("health_check_alarm_is_supported", [("aws:cloudwatch/metricAlarm:MetricAlarm", "a", NAMED_ALARM), ("aws:cloudwatch/metricAlarm:MetricAlarm", "b", {**NAMED_ALARM, "name": "b", "datapointsToAlarm": 2})], "aws:route53/healthCheck:HealthCheck", ALARM_CHECK, {"cloudwatchAlarmName": "b"}, "M out of N"),
    ("health_check_alarm_is_supported", [("aws:cloudwatch/compositeAlarm:CompositeAlarm", "b", {"alarmName": "b", "alarmRule": "ALARM(a)"})], "aws:route53/healthCheck:HealthCheck", ALARM_CHECK, {"cloudwatchAlarmName": "b"}, "composite alarms"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:route53/record:Record", RECORD, {"name": "shop.example.com"}),
    ("aws:route53/record:Record", RECORD, {"allowOverwrite": True}),
]  # fmt: skip
