# ruff: noqa: E501 (what AWS says is as long as it is)
"""ECR."""

from offline.aws.unique import unique

unique("aws:ecr/repository:Repository", "name", call="ecr CreateRepository", says="RepositoryAlreadyExistsException: The repository with name '{name}' already exists in the registry")  # fmt: skip
