"""auth: viewers' profiles in DynamoDB.

``GET``, ``PUT`` and ``DELETE /auth/{profile}``. A profile has a ``name`` and, if wanted, a ``language``. Environment:
TABLE_NAME, KEY_NAME.
"""

from typing import Any

from serving import aws
from serving.application import Application
from serving.documents import Documents, only, text


def check(profile: dict[str, Any]) -> None:
    """Raises ProblemError 400, which names the field."""
    only(profile, ("name", "language"))
    text(profile, "name", 100, needed=True)
    text(profile, "language", 35)  # a language tag (RFC 5646, section 4.4.1)


def application() -> Application:
    """The service."""
    documents = Documents(aws.table_from_environment(), check)
    return Application("auth", documents.routes("auth", ("GET", "PUT", "DELETE")))
