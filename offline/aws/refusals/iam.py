# ruff: noqa: E501 (what AWS says is as long as it is)
"""IAM: policies of every service, roles, names."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique

POLICY = "aws:iam/policy:Policy"
ROLE = "aws:iam/role:Role"
_SIZES = {
    ROLE: 2048, POLICY: 6144, "aws:iam/rolePolicy:RolePolicy": 10240, "aws:iam/userPolicy:UserPolicy": 2048,
    "aws:iam/groupPolicy:GroupPolicy": 5120, "aws:s3/bucketPolicy:BucketPolicy": 20480, "aws:kms/key:Key": 32768,
    "aws:sns/topicPolicy:TopicPolicy": 30720, "aws:secretsmanager/secretPolicy:SecretPolicy": 20480,
}  # fmt: skip
"""Characters of a policy without white space (IAM User Guide, "IAM and AWS STS quotas"; S3, KMS quotas)."""
_DOCUMENTS = {
    ROLE: "assumeRolePolicy",
    POLICY: "policy",
    **dict.fromkeys(
        (
            "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy",
            "aws:s3/bucketPolicy:BucketPolicy", "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:sns/topicPolicy:TopicPolicy",
            "aws:sqs/queuePolicy:QueuePolicy", "aws:secretsmanager/secretPolicy:SecretPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy",
            "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:efs/fileSystemPolicy:FileSystemPolicy", "aws:backup/vaultPolicy:VaultPolicy",
            "aws:sqs/queue:Queue", "aws:sns/topic:Topic", "aws:secretsmanager/secret:Secret",
        ),
        "policy",
    ),
}  # fmt: skip
_IDENTITY_POLICIES = {
    POLICY,
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
}
_STATEMENT_ELEMENTS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip


@refuses(*_DOCUMENTS)
def policy_is_legal(case: Case) -> Iterator[Problem]:
    """IAM JSON policy grammar (MalformedPolicyDocument) and quotas (LimitExceeded)."""
    name = _DOCUMENTS[case.token]
    text = case.text(name)
    if text is None or text == "":
        return
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        yield name, "MalformedPolicyDocument: Syntax errors in policy: not JSON."
        return
    if not isinstance(parsed, dict):
        yield name, "MalformedPolicyDocument: a policy is a JSON object."
        return
    policy = cast(dict[str, Any], parsed)
    statements = policy.get("Statement")
    listed: list[Any] = (
        [statements]
        if isinstance(statements, dict)
        else cast(list[Any], statements)
        if isinstance(statements, list)
        else []
    )
    if policy.get("Version") not in (None, "2012-10-17", "2008-10-17"):
        yield (
            name,
            f"MalformedPolicyDocument: The policy must contain a valid version string, not {policy.get('Version')!r}",
        )
    unknown = sorted(set(policy) - {"Version", "Id", "Statement"})
    if unknown:
        yield name, f"MalformedPolicyDocument: Syntax errors in policy: {', '.join(unknown)}"
    if not listed:
        yield name, "MalformedPolicyDocument: Policy statement must contain actions."
    sids: set[str] = set()
    for i, statement in enumerate(listed):
        if not isinstance(statement, dict):
            yield name, f"MalformedPolicyDocument: statement {i} is no object"
            continue
        yield from (
            (name, f"MalformedPolicyDocument: statement {i}: {r}")
            for r in _statement(case, cast(dict[str, Any], statement))
        )
        sid = cast(dict[str, Any], statement).get("Sid")
        if isinstance(sid, str) and sid and sid in sids:
            yield name, f"MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique: {sid}"
        if isinstance(sid, str):
            sids.add(sid)
    limit = _SIZES.get(case.token)
    size = len(re.sub(r"\s", "", text))
    if limit is not None and size > limit:
        yield name, f"LimitExceeded: Maximum policy size of {limit} characters exceeded, has {size}"


def _statement(case: Case, statement: Mapping[str, Any]) -> Iterator[str]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"Effect must be Allow or Deny, not {statement.get('Effect')!r}"
    for key in sorted(set(statement) - _STATEMENT_ELEMENTS):
        yield f"unknown element {key!r}"
    sid = statement.get("Sid")
    if case.token in (*_IDENTITY_POLICIES, ROLE) and isinstance(sid, str) and not re.fullmatch(r"[0-9A-Za-z]*", sid):
        yield f"Statement IDs (SID) must be alpha-numeric: {sid!r}"
    actions = statement.get("Action", statement.get("NotAction"))
    if not actions:
        yield "Policy statement must contain actions."
    for action in [actions] if isinstance(actions, str) else actions or []:
        if not (isinstance(action, str) and (action == "*" or re.fullmatch(r"[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+", action))):
            yield f"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: {action!r}"
    principal = "Principal" in statement or "NotPrincipal" in statement
    resource = "Resource" in statement or "NotResource" in statement
    if case.token in _IDENTITY_POLICIES:
        if principal:
            yield "Policy document should not specify a principal."
        if not resource:
            yield "Policy statement must contain resources."
    elif case.token == ROLE:
        if resource:
            yield "Has prohibited field Resource"
        if not principal:
            yield "Missing required field Principal"
    elif not principal:
        yield "Missing required field Principal"
    resources = statement.get("Resource", statement.get("NotResource"))
    for found in [resources] if isinstance(resources, str) else resources or []:
        if case.token in _IDENTITY_POLICIES and not (
            isinstance(found, str) and (found == "*" or found.startswith(("arn:", "*", "${")))
        ):
            yield f'Resource {found} must be in ARN format or "*".'
        if (
            case.token in _IDENTITY_POLICIES
            and isinstance(found, str)
            and found.startswith("arn:")
            and found.count(":") < 5
            and "*" not in found
        ):
            yield f"The policy failed legacy parsing: {found} is no ARN"


@refuses(ROLE, POLICY, "aws:iam/user:User", "aws:iam/group:Group", "aws:iam/instanceProfile:InstanceProfile")
def name_prefixes_are_short_enough(case: Case) -> Iterator[Problem]:
    """The provider appends 26 characters to namePrefix: of 64 for roles and users, of 128 otherwise."""
    prefix, most = case.text("namePrefix"), 38 if case.token in (ROLE, "aws:iam/user:User") else 102
    if prefix is not None and len(prefix) > most:
        yield "namePrefix", f"namePrefix {prefix!r}: at most {most} characters"


@refuses(ROLE)
def role_settings_are_legal(case: Case) -> Iterator[Problem]:
    """IAM CreateRole: managed policies by their ARN."""
    for arn in case.list("managedPolicyArns"):
        if isinstance(arn, str) and not arn.startswith("arn:"):
            yield "managedPolicyArns", f"InvalidInput: ARN {arn} is not valid."


@refuses("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment")
def attached_policy_is_an_arn(case: Case) -> Iterator[Problem]:
    """IAM AttachRolePolicy: InvalidInput "ARN … is not valid."."""
    arn = case.text("policyArn")
    if arn is not None and not re.fullmatch(r"arn:aws[\w-]*:iam::(aws|\d{12}):policy/.+", arn):
        yield "policyArn", f"InvalidInput: ARN {arn} is not valid."


unique("aws:iam/role:Role", "name", call="iam CreateRole", says="EntityAlreadyExists: Role with name {name} already exists.", regional=False)  # fmt: skip
unique("aws:iam/user:User", "name", call="iam CreateUser", says="EntityAlreadyExists: User with name {name} already exists.", regional=False)  # fmt: skip
unique("aws:iam/group:Group", "name", call="iam CreateGroup", says="EntityAlreadyExists: Group with name {name} already exists.", regional=False)  # fmt: skip
unique("aws:iam/policy:Policy", "name", call="iam CreatePolicy", says="EntityAlreadyExists: A policy called {name} already exists. Duplicate names are not allowed.", regional=False)  # fmt: skip
unique("aws:iam/instanceProfile:InstanceProfile", "name", call="iam CreateInstanceProfile", says="EntityAlreadyExists: Instance Profile {name} already exists.", regional=False)  # fmt: skip
unique("aws:iam/rolePolicy:RolePolicy", "role name", call="iam PutRolePolicy", says="PutRolePolicy: one inline policy {name} of role {role}:", regional=False, overwrites=True)  # fmt: skip
unique("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role policyArn", call="iam AttachRolePolicy", says="AttachRolePolicy: {policyArn} is attached to role {role} once:", regional=False, overwrites=True)  # fmt: skip
