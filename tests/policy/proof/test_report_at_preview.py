"""A preview with the policy pack leaves the report behind when it is asked to, and is never stopped by it."""

from pathlib import Path

import pytest
from ha_policy.config import load
from ha_policy.evaluate import evaluate
from ha_policy.proof.report.at_preview import FOLDER, write_if_asked

from tests.policy.proof.test_simulation import shop


def test_nothing_is_written_unasked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    graph = shop().graph
    assert write_if_asked(graph, evaluate(graph, load({})), load({})) == ""
    assert list(tmp_path.iterdir()) == []


def test_the_report_is_written_where_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "report"))
    graph = shop().graph
    assert write_if_asked(graph, evaluate(graph, load({})), load({})) == ""
    assert sorted(p.name for p in (tmp_path / "report").iterdir()) == ["dev.html", "dev.json", "dev.md"]


def test_trouble_is_a_sentence_and_no_exception(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(FOLDER, str(tmp_path / "file"))
    graph = shop().graph
    assert "the availability report could not be written: " in write_if_asked(
        graph, evaluate(graph, load({})), load({})
    )
