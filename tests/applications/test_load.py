"""The load script against the running shop, with the database killed and started again in the middle."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.servers.shop import shop
from tests.support.some import some

LOAD = Path(__file__).parents[2] / "examples" / "load"
SECONDS, DOWN = 60, 10
"""Of load, and of those in which there is no database."""
USERS = 4
"""More than these would measure moto, which is DynamoDB and SNS here, and shares a process with the links."""


@pytest.fixture(scope="module")
def locust(tmp_path_factory: pytest.TempPathFactory) -> str:
    """locust with what its lock says."""
    there = tmp_path_factory.mktemp("load") / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    python = str(there / "bin" / "python")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(there)], check=True)
    lock = str(LOAD / "requirements.txt")
    subprocess.run([uv, "pip", "sync", "-q", "--require-hashes", "--python", python, lock], check=True)
    return str(there / "bin" / "locust")


@pytest.mark.exhaustive
def test_customers_buy_while_the_database_restarts(
    locust: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with shop(tmp_path) as store:
        hosts = {f"{name}_HOST": getattr(store, name.lower()).url for name in some(("CATALOG", "CART", "CHECKOUT"))}
        arguments = ["--headless", "--only-summary", "--users", str(USERS), "--spawn-rate", "10"]
        arguments += ["--run-time", f"{SECONDS}s", "--host", store.catalog.url, "--csv", str(tmp_path / "load")]
        process = subprocess.Popen(
            [locust, "-f", str(LOAD / "locustfile.py"), *arguments],
            env={**os.environ, **hosts},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        time.sleep(SECONDS / 2)
        store.database.kill()
        time.sleep(DOWN)
        store.database.start()
        said, _ = process.communicate(timeout=SECONDS)
        orders = {event["order_id"] for event in store.aws.published}
    with (tmp_path / "load_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    columns = ("Request Count", "Failure Count", "50%", "95%", "99%", "Max Response Time")
    lines = [f"{name}: " + ", ".join(f"{column} {row[column]}" for column in columns) for name, row in rows.items()]
    record_property("table", "\n".join([*lines, f"orders published: {len(orders)}"]))
    assert process.returncode == 0, said[-3000:]
    total = rows["Aggregated"]
    assert int(total["Request Count"]) > 2 * SECONDS
    assert int(total["Failure Count"]) == 0, "every product is in the cache, or asked for again when MySQL is back"
    answered = int(rows["POST /checkout"]["Request Count"])
    assert answered <= len(orders) <= answered + USERS, "none is lost; locust ends while the last ones are under way"
