"""Releases of functions by CodeDeploy."""

from tests.unit.tiers.serverless.worker import KEY, POLICY, statements, worker


def test_release_shifts_by_codedeploy_rolls_back_on_the_error_alarm_and_is_started_per_version() -> None:
    graph = worker(released=True)
    assert graph.one("aws:lambda/alias:Alias").ignore_changes == ("functionVersion", "routingConfig")
    group = graph.one("aws:codedeploy/deploymentGroup:DeploymentGroup")
    assert group.inputs["deploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group.inputs["alarmConfiguration"] == {"enabled": True, "alarms": ["worker-errors"]}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group.inputs["autoRollbackConfiguration"]["events"]
    assert group.inputs["deploymentStyle"] == {
        "deploymentType": "BLUE_GREEN",
        "deploymentOption": "WITH_TRAFFIC_CONTROL",
    }
    start = graph.one("aws:lambda/invocation:Invocation")
    assert {"worker", "worker-live", "worker-release", "worker-release-group"} <= {
        n.name for n in graph.referred(start, "input")
    }
    assert [n.name for n in graph.referred(start, "functionName")] == ["releaser"]
    assert graph.one(POLICY, "worker-release-grant").urn in start.depends_on
    tell = statements(graph, "worker-release-permissions")
    assert tell["Tell"]["Resource"] == ["arn:aws:sns:us-west-2:123456789012:alarms"]
    assert (tell["TellEncrypted"]["Resource"], tell["TellEncrypted"]["Action"]) == (
        KEY,
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ), "the topic is encrypted: without the key nobody hears of a rollback"
    grant = statements(graph, "worker-release-grant")
    assert all(s["Resource"] != "*" for s in grant.values())
    assert grant["2"]["Resource"] == (
        "arn:aws:codedeploy:us-west-2:123456789012:deploymentconfig:CodeDeployDefault.LambdaCanary10Percent5Minutes"
    )
