"""What `awsx.ecr.Repository` registers; `awsx.ecr.Image` gives the address of an image that is never built."""

import json
from collections.abc import Mapping
from typing import Any, Final

from offline.awsx.values import Plan, PlanError, Register, Registered, applied, as_object, is_true, sha1hash, together

REPOSITORY: Final = "awsx:ecr:Repository"
IMAGE: Final = "awsx:ecr:Image"
_UNTAGGED: Final = [
    {"description": "remove untagged images", "tagStatus": "untagged", "maximumNumberOfImages": 1},
]


def repository(name: str, urn: str, args: Mapping[str, Any]) -> Plan:
    """`awsx:ecr:Repository` with this URN: the repository and its lifecycle policy."""
    policy = as_object(args.get("lifecyclePolicy"))
    inputs = {k: together(v) for k, v in args.items() if k != "lifecyclePolicy"}
    made: Registered = yield Register("aws:ecr/repository:Repository", name.lower(), urn, inputs)
    outputs: dict[str, Any] = {"repository": made, "url": made.output("repositoryUrl")}
    if not is_true(policy.get("skip")):
        rules = {
            "repository": made.output("name"),
            "policy": applied(_document, policy.get("rules", _UNTAGGED)),
            **({"region": together(args["region"])} if "region" in args else {}),
        }
        outputs["lifecyclePolicy"] = yield Register("aws:ecr/lifecyclePolicy:LifecyclePolicy", name.lower(), urn, rules)
    return outputs


def _document(rules: list[Mapping[str, Any]]) -> str:
    """The lifecycle policy as JSON, the rule about any image last."""
    if sum(r.get("tagStatus") == "any" for r in rules) > 1:
        raise PlanError('At most one [selection: "any"] rule can be provided.')
    ordered = sorted(rules, key=lambda r: r.get("tagStatus") == "any")
    return json.dumps({"rules": [_rule(rule, i) for i, rule in enumerate(ordered, 1)]}, separators=(",", ":"))


def _rule(rule: Mapping[str, Any], priority: int) -> dict[str, Any]:
    status = rule.get("tagStatus")
    selection: dict[str, Any] = {"tagStatus": status}
    if status not in ("any", "untagged"):
        if not rule.get("tagPrefixList"):
            raise PlanError("tagPrefixList cannot be empty.")
        selection = {"tagStatus": "tagged", "tagPrefixList": rule["tagPrefixList"]}
    if "maximumNumberOfImages" in rule:
        selection |= {"countType": "imageCountMoreThan", "countNumber": rule["maximumNumberOfImages"]}
    elif "maximumAgeLimit" in rule:
        selection |= {"countType": "sinceImagePushed", "countNumber": rule["maximumAgeLimit"], "countUnit": "days"}
    else:
        raise PlanError("Either [maximumNumberOfImages] or [maximumAgeLimit] must be provided with a rule.")
    made = {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}
    return {**made, "description": rule["description"]} if "description" in rule else made


def image(name: str, args: Mapping[str, Any]) -> Plan:
    """`awsx:ecr:Image`: its address in the repository, with the digest of nothing. It has no children."""
    if "repositoryUrl" not in args:
        raise PlanError("'repositoryUrl' is needed: a required property is missing")
    digest = "".join(sha1hash(f"{name}{i}") for i in range(8))
    return {"imageUri": applied(lambda url: f"{url}@sha256:{digest}", args["repositoryUrl"])}
    yield  # a plan is a generator, also without a step
