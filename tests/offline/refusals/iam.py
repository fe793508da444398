# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.iam`."""

from tests.offline.refusals import Case, Taken
from tests.offline.refusals.inputs import document

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}

CASES: list[Case] = [
    ("policy_is_legal", "aws:iam/policy:Policy", {"policy": document(ALLOW)}, {"policy": document({**ALLOW, "Effect": "allow"})}, "Effect must be Allow or Deny"),
    ("policy_is_legal", "aws:iam/policy:Policy", {"policy": document(ALLOW)}, {"policy": document(*({**ALLOW, "Resource": f"arn:aws:s3:::{'x' * 50}{i}"} for i in range(60)))}, "Maximum policy size of 6144"),
    ("name_prefixes_are_short_enough", "aws:iam/role:Role", {"namePrefix": "r", "assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})}, {"namePrefix": "r" * 39}, "at most 38"),
    ("role_settings_are_legal", "aws:iam/role:Role", {"assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}), "maxSessionDuration": 3600}, {"managedPolicyArns": ["ReadOnlyAccess"]}, "is not valid"),
    ("attached_policy_is_an_arn", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "r", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"policyArn": "arn:aws:iam::aws:role/ReadOnlyAccess"}, "is not valid"),
]  # fmt: skip

TRUST = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})

TAKEN: list[Taken] = [
    ("aws:iam/role:Role", {"name": "r", "assumeRolePolicy": TRUST}, {"name": "s"}),
    ("aws:iam/user:User", {"name": "u"}, {"name": "v"}),
    ("aws:iam/group:Group", {"name": "g"}, {"name": "h"}),
    ("aws:iam/policy:Policy", {"name": "p", "policy": document(ALLOW)}, {"name": "q"}),
    ("aws:iam/instanceProfile:InstanceProfile", {"name": "p", "role": "r"}, {"name": "q"}),
    ("aws:iam/rolePolicy:RolePolicy", {"name": "p", "role": "r", "policy": document(ALLOW)}, {"role": "s"}),
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "r", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"role": "s"}),
]  # fmt: skip
