"""AWS CLI commands on the pages: service, operation and parameters are those that AWS's own API models know."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from components.architectures.shared import data_stores
from components.architectures.shared.operations import BACKUP_DAYS, LEAST_DAYS
from tests.support.some import some

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GLOBAL = {"region", "query", "output", "profile", "no-cli-pager"}
"""Options of the CLI itself."""
INPUT_FILE = "cli-input-json"
BESIDE_THE_API = {"configure", "s3", "sso"}
"""Commands that no service model describes."""
RENAMED = {"s3api": "s3", "configservice": "config", "notification-endpoint": "endpoint"}
"""What the CLI calls otherwise than the API."""
BLOCK = re.compile(r"^( *)```(?:sh|console)\n(.*?)^\1```", re.M | re.S)


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


def blocks(page: str) -> list[str]:
    """The fenced commands of a page, each line whole."""
    return [re.sub(r"\s*\\\n\s*", " ", found[2]) for found in BLOCK.finditer(page)]


def commands(text: str) -> list[str]:
    """Every ``aws …`` of a text to its end; one inside of another's ``$(…)`` by itself, an X in its place there."""
    found: list[str] = []
    while inner := re.search(r"\$\(((?:[^()']|'[^']*')*)\)", text):
        found += commands(inner[1])
        text = text[: inner.start()] + "X" + text[inner.end() :]
    for line in text.splitlines():
        for command in re.findall(r"(?:^|[\s\"])(aws [a-z].*)", line):
            found.append(re.split(r"\s[|#]\s|\s#|; ", command.strip())[0])
    return found


def whole() -> list[tuple[str, str]]:
    """(page, command) of what is meant to be typed as it stands."""
    return [
        (page.name, command)
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"))
        for command in commands(block)
    ]


def mentioned() -> list[tuple[str, str]]:
    """(page, command) of what a sentence names."""
    return [
        (page.name, " ".join(command.split()))
        for page in PAGES
        for command in re.findall(r"`(aws [^`]+)`", BLOCK.sub("", page.read_text(encoding="utf-8")))
    ]


def wrong(command: str, complete: bool) -> str | None:
    """What AWS's models say against a command, None where they know it all."""
    _, service, *words = command.split()
    if service in BESIDE_THE_API:
        return None
    service = RENAMED.get(service, service)
    if service not in session().get_available_services():
        return f"no service {service}"
    if words[0] == "wait":
        client: Any = session().create_client(service, region_name="us-east-1")
        return None if words[1].replace("-", "_") in client.waiter_names else f"no waiter {words[1]}"
    model: Any = session().get_service_model(service)
    operation = next((o for o in model.operation_names if xform_name(o, "-") == words[0]), None)
    if operation is None:
        return f"no operation {words[0]}"
    shape = model.operation_model(operation).input_shape
    members: dict[str, str] = {str(xform_name(name, "-")): name for name in (shape.members if shape else {})}
    given: set[str] = {RENAMED.get(flag, str(flag)) for flag in re.findall(r"(?<!\S)--([a-z0-9-]+)", command)} - GLOBAL
    if INPUT_FILE in given:  # which has the parameters
        return None if given == {INPUT_FILE} else f"parameters besides {INPUT_FILE}"
    strange = {flag for flag in given if flag not in members and flag.removeprefix("no-") not in members}
    if strange:
        return f"no parameter {sorted(strange)}"
    filled: set[str] = (
        {name for name, m in shape.members.items() if m.metadata.get("idempotencyToken")} if shape else set()
    )
    required = {flag for flag, name in members.items() if shape and name in set(shape.required_members) - filled}
    missing: set[str] = required - given
    return f"needs {sorted(missing)}" if complete and missing else None


@pytest.mark.parametrize(("page", "command"), whole())
def test_a_command_to_be_typed_is_one_that_aws_knows(page: str, command: str) -> None:
    assert wrong(command, complete=True) is None


@pytest.mark.parametrize(("page", "command"), mentioned())
def test_a_command_that_is_mentioned_is_one_that_aws_knows(page: str, command: str) -> None:
    assert wrong(command, complete=False) is None


def test_backups_that_a_page_starts_are_kept_no_longer_than_the_lock_of_the_vault_allows() -> None:
    """With a maximum in the vault's lock a job needs a lifecycle (AWS Backup API, PutBackupVaultLockConfiguration)."""
    for command in some(c for _, c in whole() if " start-backup-job " in c):
        kept = re.search(r"--lifecycle DeleteAfterDays=(\d+)", command)
        assert kept, command
        assert LEAST_DAYS[True] <= int(kept[1]) <= BACKUP_DAYS[True], command


def test_a_replica_that_a_page_promotes_keeps_its_backups() -> None:
    """RDS would keep them for one day (RDS API, PromoteReadReplica, BackupRetentionPeriod)."""
    for command in some(c for _, c in [*whole(), *mentioned()] if " promote-read-replica " in c):
        assert f"--backup-retention-period {data_stores.BACKUP_DAYS[True]}" in command


def test_commands_are_found_whole_and_mistakes_in_them_are_told() -> None:
    text = (
        'x=$(aws sqs get-queue-url --queue-name q) # so\nuntil aws rds describe-db-instances "$(aws sts who)" | grep y'
    )
    assert commands(text) == [
        "aws sqs get-queue-url --queue-name q",
        "aws sts who",
        'aws rds describe-db-instances "X"',
    ]
    assert wrong("aws sqs get-queue-url --queue-nam q", complete=True) == "no parameter ['queue-nam']"
    assert wrong("aws sqs get-queue-url", complete=True) == "needs ['queue-name']"
    assert wrong("aws sqs get-queue", complete=False) == "no operation get-queue"
    assert wrong("aws rds wait db-instance-there", complete=True) == "no waiter db-instance-there"
    assert wrong("aws rdz wait", complete=True) == "no service rdz"
    assert len(whole()) > 15
