"""Least privilege: each role may do what its code needs, and nothing out of a list of temptations."""

import pytest

from tests.support.policies import Role, roles
from tests.support.some import some
from tests.unit.architectures.media import full

ACCOUNT = "123456789012"
REGIONS = {"usw2": "us-west-2", "use1": "us-east-1"}


def table(region: str, name: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/usw2-{name}-table"


def key(code: str) -> str:
    kind = "key" if code == "usw2" else "replicakey"
    return f"arn:aws:kms:{REGIONS[code]}:{ACCOUNT}:{kind}/{code}-media-key-key"


def mine(code: str, name: str) -> Role:
    return roles(full())[f"{code}-{name}"]


def granted(role: Role) -> dict[str, set[str]]:
    """Action -> the resources it is allowed on."""
    found: dict[str, set[str]] = {}
    for statement in role.statements:
        if statement["Effect"] != "Allow":
            continue
        actions, resources = statement["Action"], statement["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            found.setdefault(action, set()).update([resources] if isinstance(resources, str) else resources)
    return found


EXPECTED = {
    "transcoding-submit-role": {
        *("logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        *("kms:Decrypt", "kms:GenerateDataKey", "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"),
        *("sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility", "s3:GetObjectVersion", "dynamodb:PutItem"),
        *("dynamodb:UpdateItem", "dynamodb:Query", "mediaconvert:CreateJob", "mediaconvert:SearchJobs"),
        *("iam:PassRole", "sns:Publish"),
    },
    "transcoding-status-role": {
        *("logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        *("kms:Decrypt", "kms:GenerateDataKey", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        *("sqs:ChangeMessageVisibility", "dynamodb:UpdateItem", "sns:Publish"),
    },
    "transcoding-role": {
        *("s3:GetObject", "s3:GetBucketLocation", "s3:ListBucket", "s3:PutObject"),
        *("kms:Decrypt", "kms:GenerateDataKey"),
    },
    "auth-task": {
        *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "kms:Decrypt"),
        "s3:GetObjectVersion",
        *("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
    },
    "streaming-servers": {
        *("ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
        *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "cloudwatch:PutMetricData"),
        *("ec2:DescribeTags", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
        *("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
        *("autoscaling:DescribeAutoScalingInstances", "autoscaling:CompleteLifecycleAction"),
    },
}
"""Role -> every action it has: what is not here it cannot do."""

STARRED = {
    *("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
    "autoscaling:DescribeAutoScalingInstances",
    *("ec2:DescribeTags", "cloudwatch:PutMetricData"),
    *(f"ssmmessages:{way}{kind}Channel" for way in ("Create", "Open") for kind in ("Control", "Data")),
}
"""Actions without resource-level permissions (Service Authorization Reference)."""

CASES = [(code, name) for code in REGIONS for name in EXPECTED]


@pytest.mark.parametrize(("code", "name"), CASES)
def test_a_role_has_the_actions_its_code_calls_and_no_other(code: str, name: str) -> None:
    role = mine(code, name)
    assert role.attached == (), "AWS's own policies are wider than what the code calls"
    assert set(granted(role)) == EXPECTED[name]


@pytest.mark.parametrize(("code", "name"), CASES)
def test_a_role_names_what_it_may_touch_wherever_aws_lets_it(code: str, name: str) -> None:
    for action, resources in some(granted(mine(code, name)).items()):
        assert ("*" in resources) == (action in STARRED), (action, resources)


@pytest.mark.parametrize("code", list(REGIONS))
def test_the_pipeline_stays_in_its_region_its_buckets_and_its_tables(code: str) -> None:
    submit = granted(mine(code, "transcoding-submit-role"))
    status = table(REGIONS[code], "transcoding-status")
    assert submit["dynamodb:PutItem"] == submit["dynamodb:UpdateItem"] == {status}
    assert submit["dynamodb:Query"] == {f"{status}/index/open"}
    assert submit["mediaconvert:SearchJobs"] == submit["mediaconvert:CreateJob"]
    assert {r.partition(":queue")[0] for r in submit["mediaconvert:CreateJob"]} == {
        f"arn:aws:mediaconvert:{REGIONS[code]}:{ACCOUNT}"
    }
    assert submit["kms:Decrypt"] == {key(code)}
    (passed,) = submit["iam:PassRole"]
    assert passed.endswith(f"role/{code}-transcoding-role")
    jobs = granted(mine(code, "transcoding-role"))
    (read,), (written,) = jobs["s3:GetObject"], jobs["s3:PutObject"]
    assert read.endswith(f"usw2-uploads-{'bucket' if code == 'usw2' else 'replica'}/*")
    assert written.endswith(f"usw2-videos-{'bucket' if code == 'usw2' else 'replica'}/vod/*")


@pytest.mark.parametrize("code", list(REGIONS))
def test_each_service_has_its_own_table_and_only_recommendations_has_cache_and_catalog(code: str) -> None:
    for service, items in {"auth": "profiles", "recommendations": "history"}.items():
        own = granted(mine(code, f"{service}-task"))
        assert own["dynamodb:GetItem"] == {table(REGIONS[code], items)}
        assert not {"dynamodb:Scan", "dynamodb:DeleteTable", "s3:GetObject", "iam:PassRole"} & set(own)
    assert "elasticache:Connect" not in granted(mine(code, "auth-task"))
    recommends = granted(mine(code, "recommendations-task"))
    assert "elasticache:Connect" in recommends
    logins = recommends["rds-db:connect"]
    assert {arn.rpartition("/")[2] for arn in logins} == {"catalog"}
    assert len(logins) == {"usw2": 2, "use1": 1}[code], "the proxy and the read replica; the standby Region's replica"
    assert "secretsmanager:GetSecretValue" not in recommends
    if code == "usw2":
        (master,) = granted(mine(code, "media-schema-role"))["rds-db:connect"]
        assert master.endswith("/dbadmin")


TEMPTING = [
    "iam:CreateAccessKey",
    "sts:AssumeRole",
    "kms:ScheduleKeyDeletion",
    "s3:DeleteObject",
    "s3:PutBucketPolicy",
    "dynamodb:DeleteTable",
    "lambda:UpdateFunctionCode",
    "cloudtrail:StopLogging",
    "logs:DeleteLogGroup",
    "ec2:RunInstances",
    "autoscaling:SetDesiredCapacity",
    "mediaconvert:DeleteQueue",
    "cloudfront:UpdateDistribution",
]


@pytest.mark.parametrize("action", TEMPTING)
def test_no_role_of_our_code_allows_dangerous_actions(action: str) -> None:
    ours = [(c, n) for c in REGIONS for n in (*EXPECTED, "auth-task", "recommendations-task")]
    for code, name in some(ours):
        assert action not in granted(mine(code, name)), f"{code}-{name}"
