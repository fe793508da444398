"""Somebody else's program behind the real engine: its look-ups, spellings and outputs, at preview and update."""

import json
from pathlib import Path

import pytest

from offline.aws.lookups import given
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

PROGRAMS = Path(__file__).parent / "programs"
UNKNOWN = "import pulumi\nimport pulumi_aws as aws\npulumi.export('arns', aws.ssoadmin.get_instances().arns)\n"


@pytest.fixture
def foreign(ready: Ready, tmp_path: Path) -> Workspace:
    """An empty stack of somebody else's program in us-west-2."""
    made = Workspace(ready, tmp_path, PROGRAMS / "foreign.py")
    made.create()
    made.config("aws:region", "us-west-2")
    return made


def test_somebody_elses_program_previews_and_runs(foreign: Workspace) -> None:
    foreign.preview().ok()
    foreign.up().ok()
    outputs = json.loads(foreign.pulumi("stack", "output", "--json").ok().text)
    site = outputs.pop("site")
    graphql = outputs.pop("graphql")
    assert outputs == {
        "range": "10.7.0.0/16",
        "subnets": 1,
        "wired": True,
        "trusts": {"Service": "lambda.amazonaws.com"},
    }
    assert (graphql.startswith("https://"), site.endswith(".s3-website-us-west-2.amazonaws.com")) == (True, True)
    resources = {(r["type"], r["urn"].split("::")[-1]): r for r in foreign.deployment()["resources"]}
    inputs = {key: r.get("inputs", {}) for key, r in resources.items()}
    egress = inputs["aws:ec2/securityGroup:SecurityGroup", "web"]["egress"]
    assert egress[0]["protocol"] == "-1", "policies and state see the declared type"
    service = inputs["aws:ecs/service:Service", "app"]
    target = resources["aws:lb/targetGroup:TargetGroup", "front"]["outputs"]["arn"]
    assert [b["targetGroupArn"] for b in service["loadBalancers"]] == [target]
    assert len(service["networkConfiguration"]["subnets"]) == len(
        inputs["aws:lb/loadBalancer:LoadBalancer", "front"]["subnets"]
    )
    repository = resources["aws:ecr/repository:Repository", "app"]["outputs"]["repositoryUrl"]
    task = inputs["aws:ecs/taskDefinition:TaskDefinition", "app"]
    assert json.loads(task["containerDefinitions"])[0]["image"].startswith(f"{repository}@sha256:")
    foreign.preview("--expect-no-changes").ok()


def test_a_lookup_that_only_an_account_can_answer_stops_the_program_until_the_file_answers_it(
    foreign: Workspace,
) -> None:
    (foreign.folder / "__main__.py").write_text(UNKNOWN)
    said = foreign.preview().failed().text
    assert "only a real account can tell aws:ssoadmin/getInstances:getInstances" in said, said
    answer = {"aws:ssoadmin/getInstances:getInstances": [{"answer": {"arns": ["arn:aws:sso:::instance/ssoins-1"]}}]}
    (foreign.folder / given.FILE).write_text(json.dumps(answer))
    assert "arn:aws:sso:::instance/ssoins-1" in foreign.preview().ok().text
