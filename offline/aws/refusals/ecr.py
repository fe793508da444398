# ruff: noqa: E501 (what AWS says is as long as it is)
"""ECR."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique


@refuses("aws:ecr/repository:Repository")
def repository_name_is_legal(case: Case) -> Iterator[Problem]:
    """ECR CreateRepository: 2-256 lower-case letters, digits and - _ . /, beginning with a letter or digit."""
    name = case.text("name")
    if name is not None and not re.fullmatch(
        r"(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*", name
    ):
        yield (
            "name",
            f"InvalidParameterException: repository name {name!r}: 2 to 256 lower-case letters, digits and - _ . /",
        )


unique("aws:ecr/repository:Repository", "name", call="ecr CreateRepository", says="RepositoryAlreadyExistsException: The repository with name '{name}' already exists in the registry")  # fmt: skip
