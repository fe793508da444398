"""One table has every version that AWS or others retire, and speaks up 90 days before its end."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from components import packaging, versions
from components.tiers.containers import application_bundle, ecs_service, eks_cluster, otel_collector
from components.tiers.data import aurora, elasticache, rds
from components.tiers.observability import canary
from components.tiers.serverless.lambda_ import FunctionArgs
from components.tiers.servers import beanstalk
from components.versions import ManagedVersion

ROOT = Path(__file__).parents[2]
ENDING = ManagedVersion(
    name="EKS", version="1.35", ends=date(2027, 3, 27), reviewed=date(2026, 1, 1), source="calendar", then="it upgrades"
)
OPEN = ManagedVersion(name="x", version="1", ends=None, reviewed=date(2026, 1, 1), source="page", then="nothing")


@pytest.mark.parametrize(
    ("version", "today", "says"),
    [
        (ENDING, date(2026, 12, 26), None),
        (ENDING, date(2026, 12, 27), "EKS 1.35: support ends on 2027-03-27; then it upgrades"),
        (ENDING, date(2027, 3, 28), "EKS 1.35: support ended on 2027-03-27; then it upgrades"),
        (OPEN, date(2026, 6, 30), None),
        (OPEN, date(2026, 7, 1), "x 1: last looked up on 2026-01-01; see page"),
    ],
)
def test_a_warning_comes_90_days_before_the_end_or_when_no_end_was_looked_up_for_half_a_year(
    version: ManagedVersion, today: date, says: str | None
) -> None:
    assert version.warning(today) == says


def test_check_versions_fails_when_there_is_a_warning_and_the_line_of_the_preview_never_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = date(2027, 3, 1)
    assert versions.main([], late) == 1
    assert "warning: EKS, Kubernetes 1.35: support ends on 2027-03-27" in capsys.readouterr().out
    assert versions.main(["--brief"], late) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "version: EKS, Kubernetes 1.35" in printed.err
    assert versions.main([], date(2026, 11, 29)) == 0


def test_the_table_runs_without_the_packages_of_the_program() -> None:
    code = f"import sys, runpy; runpy.run_path({str(ROOT / 'components' / 'versions.py')!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert "pulumi" not in done.stdout


def test_every_tier_takes_its_version_from_the_table() -> None:
    assert versions.EKS.version == eks_cluster.VERSION
    assert {"mysql": versions.MYSQL.version, "postgres": versions.POSTGRES.version} == rds.DEFAULT_VERSIONS
    assert versions.AURORA_POSTGRES.version == aurora.DEFAULT_VERSION
    assert {"valkey": versions.VALKEY.version, "redis": versions.REDIS.version} == elasticache.DEFAULT_VERSIONS
    assert FunctionArgs.__dataclass_fields__["runtime"].default.value == versions.LAMBDA_PYTHON.version
    assert versions.SYNTHETICS.version == canary.RUNTIME
    assert versions.FARGATE.version == ecs_service.PLATFORM_VERSION
    assert f"Python {versions.BEANSTALK_PYTHON.version}".replace(".", r"\.") in beanstalk.LATEST_PATTERN
    assert packaging.SERVICE_IMAGE.endswith(f"python:{versions.PYTHON_IMAGE.version}")
    assert application_bundle.FETCH_IMAGE.endswith(f":{versions.AWS_CLI_IMAGE.version}")
    assert otel_collector.COLLECTOR_IMAGE.endswith(f":{versions.COLLECTOR_IMAGE.version}")
    assert str(packaging.POWERTOOLS_LAYER_VERSION) == versions.POWERTOOLS_LAYER.version
    assert f"pulumi-aws=={versions.AWS_PROVIDER.version}\n" in (ROOT / "requirements" / "runtime.in").read_text()


def test_no_other_module_of_the_program_pins_such_a_version() -> None:
    pinned = re.compile(
        r"syn-nodejs-puppeteer-\d|running Python 3\.\d|otel-collector:v\d|aws-cli:\d|python:3\.\d|\"python3\.\d+\""
    )
    modules = [p for p in (ROOT / "components").rglob("*.py") if p.name != "versions.py"]
    assert len(modules) > 100
    assert [str(p) for p in modules if pinned.search(p.read_text(encoding="utf-8"))] == []
