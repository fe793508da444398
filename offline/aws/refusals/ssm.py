# ruff: noqa: E501 (what AWS says is as long as it is)
"""Systems Manager parameters."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique


@refuses("aws:ssm/parameter:Parameter")
def parameter_is_legal(case: Case) -> Iterator[Problem]:
    """SSM PutParameter: names without aws or ssm first; 4 KB, 8 KB for the advanced tier; a key for SecureString only."""
    name = case.text("name")
    if name is not None and (
        not re.fullmatch(r"[a-zA-Z0-9_.\-/]{1,1011}", name) or re.match(r"/?(aws|ssm)", name, re.I)
    ):
        yield (
            "name",
            f"ValidationException: parameter name {name!r}: letters, digits and _ . - /, not beginning with aws or ssm",
        )
    if name is not None and "/" in name and not name.startswith("/"):
        yield "name", "ValidationException: Parameter name must be a fully qualified name: begin with /"
    text = case.text("value")
    limit = 4096 if case.text("tier") in (None, "Standard") else 8192
    if text is not None and len(text.encode()) > limit:
        yield (
            "value",
            f"ValidationException: {case.text('tier') or 'Standard'} tier parameters support a maximum of {limit} bytes",
        )
    if case.given("keyId") and case.text("type") not in (None, "SecureString"):
        yield "keyId", "ValidationException: KeyId is required for SecureString type parameter only."


def _parameter_key(case: Case) -> Iterator[tuple[str]]:
    name = case.text("name")
    if name is not None and case.get("overwrite") is not True and not case.unknown("overwrite"):
        yield (name,)


unique("aws:ssm/parameter:Parameter", "name", call="ssm PutParameter", says="ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true: {name}", keys=_parameter_key)  # fmt: skip
