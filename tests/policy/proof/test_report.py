"""The report says what the simulation found: as JSON of a documented shape, as a page that works, as Markdown."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ha_policy.proof.cli import build, main
from ha_policy.proof.estimate.assumptions import DATA, AssumptionsError, load
from ha_policy.proof.report import render as report
from ha_policy.proof.report import view as view_module

from tests.policy.proof.stacks import Stack, many
from tests.policy.proof.test_simulation import shop, world
from tests.support.some import some

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
CHROMIUM = next((p for n in BROWSERS if (p := shutil.which(n))), None)


def state(stack: Stack) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": stack.resources}}


def preview(stack: Stack) -> dict[str, Any]:
    return {"steps": [{"op": "create", "newState": r} for r in stack.resources]}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    targets = {"shop.example.com": {"zone": {"capacity": 60}, "availability": 99.99999}}
    return build(preview(world()), pairs=True, config={"targets": targets})


def test_the_document_has_the_documented_shape(made: dict[str, Any]) -> None:
    schema = json.loads(files("ha_policy.proof.report").joinpath("report.schema.json").read_text())
    jsonschema.validate(made, schema)
    jsonschema.validate(build(state(shop(multi_az=False))), schema)
    jsonschema.validate(build({"resources": []}), schema)


def test_the_default_assumptions_have_the_documented_shape_and_are_shown(made: dict[str, Any]) -> None:
    schema = json.loads(DATA.joinpath("assumptions.schema.json").read_text())
    jsonschema.validate(load().document(), schema)
    assert made["assumptions"]["values"] == load().document()
    text = report.html(made)
    for kind in some(load().kinds.values()):
        assert kind.why.replace("'", "&#39;") in text


@pytest.mark.parametrize(
    ("own", "complaint"),
    [
        ({"kinds": {"zone": {"mtbf_hours": 0}}}, "kinds.zone.mtbf_hours=0: must be above 0"),
        ({"kinds": {"moon": {}}}, "kinds.moon: unknown; there are zone"),
        ({"timings": {"rds-failover": {"seconds": "2"}}}, "timings.rds-failover.seconds='2': must be a number"),
        ({"times": {}}, "times: no such assumption; there are kinds"),
        ({"egress_needed": 1}, "egress_needed=1: must be true or false"),
    ],
)
def test_wrong_assumptions_are_one_sentence(own: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AssumptionsError) as wrong:
        load(own)
    assert str(wrong.value).startswith(complaint)


def test_changed_assumptions_change_the_estimate_only_and_are_named() -> None:
    plain = build(state(shop()))
    other = build(state(shop()), assumptions={"kinds": {"region": {"mtbf_hours": 8760}}})
    assert other["assumptions"]["changed"] == ["kinds.region.mtbf_hours"]
    a, b = (r["entry_points"][0]["numbers"] for r in (plain, other))
    assert a["sla_floor"] == b["sla_floor"]
    assert a["estimate"]["availability"] > b["estimate"]["availability"]
    assert plain["failures"] == other["failures"]


def test_a_preview_and_a_state_of_one_stack_give_the_same_report() -> None:
    one, two = build(preview(shop())), build(state(shop()))
    for made in (one, two):
        made["stack"]["source"] = ""
    assert one == two


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.ids: list[str] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.references += [v for k in ("src", "href", "action", "data") if (v := values.get(k)) is not None]
        self.ids += [v for k in ("id",) if (v := values.get(k))]
        self.cells += "cell" in (values.get("class") or "").split()


def test_the_page_is_self_contained_and_has_every_cell(made: dict[str, Any]) -> None:
    text = report.html(made)
    page = _Page()
    page.feed(text)
    assert [r for r in page.references if not r.startswith("#")] == []
    assert not re.search(r"url\(|@import|https?://", text)
    assert "default-src 'none'" in text
    assert len(page.ids) == len(set(page.ids))
    assert page.cells == len(made["failures"]) * len(made["entry_points"])


def test_the_page_of_a_large_stack_shows_what_matters_and_says_what_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The size of the page is bounded: by entry points, failures and lines, the worst first."""
    made = build(state(many(400)))
    assert len(made["entry_points"]) > 2
    for name, count in (("COLUMNS", 2), ("ROWS", 12), ("LINES", 3)):
        monkeypatch.setattr(view_module, name, count)
    shown = view_module.view(made)
    assert (len(shown.entries), len(shown.rows)) == (2, 12)
    assert shown.entries_left == len(made["entry_points"]) - 2
    assert shown.rows_left == len(made["failures"]) - 12
    ranks = [view_module._rank(e["with_nothing_lost"]) for e in made["entry_points"]]
    for failure in made["failures"]:
        for outcome in failure["outcomes"]:
            ranks[outcome["entry"]] = max(ranks[outcome["entry"]], view_module._rank(outcome))
    kept = [ranks[i] for i, _ in shown.entries]
    assert min(kept) >= max(r for i, r in enumerate(ranks) if i not in dict(shown.entries))
    text = report.html(made)
    assert f"{shown.entries_left} more entry points" in text
    assert f"{shown.rows_left} more failures" in text


def test_a_stack_s_name_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    stack = state(shop())
    text = json.dumps(stack).replace("urn:pulumi:dev::", "urn:pulumi:../../../up::")
    (tmp_path / "in").write_text(text)
    assert main(["report", str(tmp_path / "in"), "--out", str(tmp_path / "a" / "b")]) == 0
    assert sorted(p.name for p in (tmp_path / "a" / "b").iterdir()) == ["up.html", "up.json", "up.md"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "in"]
    assert report.file_name("\0../..") == "stack"
    assert report.file_name("x" * 300) == "x" * report.LONGEST_NAME
    assert main(["report", str(tmp_path / "in"), "--name", "../x"]) == 2


def test_names_in_the_comment_stay_text() -> None:
    """No image, link, address, mention, reference, HTML or table cell comes from a name in a foreign state."""
    evil = "![x](https://evil.example) @everyone #1 <img src=x> www.evil.example | `a` **b** &lt;"
    text = report.markdown(build(json.loads(json.dumps(state(shop(shared_nat=True))).replace("usw2-lb", evil))))
    for raw in ("![", "https://evil", "@everyone", "#1", "<img", "www.evil", " | `a`", "**b**", " &lt; "):
        assert raw not in text, raw
    assert "\\[x\\](" in text


def test_names_cannot_break_out_of_the_page_or_the_comment() -> None:
    stack = shop()
    evil = "</script><script>alert(1)</script>|<b>"
    text = json.dumps(state(stack)).replace("usw2-lb", evil)
    made = build(json.loads(text))
    page = report.html(made)
    assert "<script>alert" not in page
    assert page.count("<script") == 2
    assert "<b>" not in report.markdown(made)
    assert "\\|&lt;b>" in report.markdown(made)


def test_the_comment_names_what_does_not_survive() -> None:
    text = report.markdown(build(state(shop(shared_nat=True))))
    assert "| Availability Zone us-west-2a | usw2-lb | 🔴 down |" in text
    assert "usw2-nat-a |" in text
    assert "🔴 down" not in report.markdown(build(state(world())))


def test_files_are_written_whole(tmp_path: Path, made: dict[str, Any]) -> None:
    paths = report.write(made, tmp_path / "deep" / "er", "world")
    assert [p.name for p in paths] == ["world.html", "world.json", "world.md"]
    assert sorted(p.name for p in (tmp_path / "deep" / "er").iterdir()) == ["world.html", "world.json", "world.md"]
    assert json.loads(paths[1].read_text()) == made


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (120, "120 s"), (180, "3 min"), (9000, "2.5 h"), (259200, "3 d")]
)
def test_times_are_readable(seconds: float, text: str) -> None:
    assert report.time(seconds) == text


def test_a_share_is_never_rounded_up() -> None:
    assert report.share(2 / 3) == "66 %"
    assert report.share(1.0) == "100 %"
    assert report.share(0.29) == "29 %"


# --- the command ---------------------------------------------------------------------------------------------------


def saved(folder: Path, name: str, content: dict[str, Any]) -> str:
    path = folder / name
    path.write_text(json.dumps(content))
    return str(path)


def test_report_writes_and_strict_refuses_a_fatal_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = saved(tmp_path, "good", state(shop())), saved(tmp_path, "bad", preview(shop(shared_nat=True)))
    out = ["--out", str(tmp_path / "out")]
    assert main(["report", good, *out, "--strict"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-3:] == [str(tmp_path / "out" / f"dev.{e}") for e in ("html", "json", "md")]
    assert main(["check", good]) == 1
    assert said[:-3] == capsys.readouterr().out.splitlines(), "the verdict is that of the gate"
    assert "load-balancer usw2-lb" in said[2]
    assert main(["report", bad, *out, "--strict"]) == 1
    assert "Availability Zone us-west-2a" in capsys.readouterr().err


def test_diff_says_what_gets_worse_and_what_gets_better(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = saved(tmp_path, "good", state(shop())), saved(tmp_path, "bad", state(shop(shared_nat=True)))
    assert main(["diff", good, bad, "--fail-on-worse"]) == 1
    text = capsys.readouterr().out
    assert "| Availability Zone us-west-2a | load-balancer usw2-lb | degrades 66 %, 120 s | down | 🔴 worse |" in text
    assert "us-west-2b |" not in text
    assert main(["diff", bad, good, "--fail-on-worse"]) == 0
    assert "🟢 better" in capsys.readouterr().out
    assert main(["report", good, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert main(["diff", str(tmp_path / "out" / "dev.json"), good, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


def test_lose_takes_several_things_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = saved(tmp_path, "good", state(shop()))
    assert main(["lose", good, "us-west-2a", "us-west-2b"]) == 0
    assert "load-balancer usw2-lb: down" in capsys.readouterr().out
    assert main(["lose", good, "us-east-1a"]) == 2
    assert "zones and Regions are us-west-2a" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("[1]", "must hold a JSON object"), ("{", "is not JSON"), ('{"a": 1}', "neither the output of")],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    path = tmp_path / "input"
    path.write_text(text)
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_an_unwritable_folder_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path / "none")]) == 2
    good = saved(tmp_path, "good", state(shop()))
    (tmp_path / "file").write_text("")
    assert main(["report", good, "--out", str(tmp_path / "file" / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_the_command_runs_from_anywhere(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [root / "bin" / "resilience", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "report" in done.stdout


# --- in a browser --------------------------------------------------------------------------------------------------

HEADLESS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900")
PROBE = """<script>
const said = [];
const cells = document.querySelectorAll(".cell");
cells[0].click();
const dialog = document.getElementById("detail");
said.push(["open", dialog.open, dialog.querySelector("h2").textContent]);
dialog.querySelector(".content .tool").click();
said.push(["closed", !dialog.open]);
const count = (what) => document.querySelectorAll(what).length;
said.push(["lost boxes", count("svg .lost"), count("svg .zone.gone")]);
said.push(["status", document.getElementById("consequence").textContent]);
cells[0].focus();
cells[0].dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
said.push(["moved", document.activeElement === cells[1]]);
document.getElementById("rest").click();
said.push(["quiet rows left", count(".quiet[hidden]")]);
said.push(["focusable", [...document.querySelectorAll("button, a, select, summary")].every((e) => e.tabIndex >= 0)]);
const named = (e) => (e.getAttribute("aria-label") || e.textContent).trim();
said.push(["names", [...document.querySelectorAll("button")].every(named)]);
const places = [...document.querySelectorAll("nav a")].map((e) => e.getAttribute("href"));
const dead = places.filter((p) => !document.querySelector(p));
said.push(["sections", dead, places.includes("#targets"), places.includes("#quotas")]);
said.push(["targets", [...document.querySelectorAll("#targets .chip")].map((e) => e.textContent)]);
said.push(["overflow", document.documentElement.scrollWidth <= innerWidth]);
document.body.dataset.said = JSON.stringify(said);
</script>"""


def chromium(*arguments: str) -> str:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the page is not tried in a browser")
    done = subprocess.run(
        [CHROMIUM, *HEADLESS, *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_works_in_a_browser_by_mouse_and_keyboard(tmp_path: Path, made: dict[str, Any]) -> None:
    page = tmp_path / "page.html"
    page.write_text(report.html(made) + PROBE)
    dom = chromium("--dump-dom", page.as_uri())
    said = {k: v for k, *v in json.loads(_attribute(dom))}
    assert said["open"] == [True, "Availability Zone us-east-1a is lost"]
    assert said["closed"] == [True]
    assert said["lost boxes"][0] > 3
    assert said["lost boxes"][1] == 1
    assert said["status"] == ["shop.example.com: serves"]
    assert said["moved"] == [True]
    assert said["quiet rows left"] == [0]
    assert said["focusable"] == [True]
    assert said["names"] == [True]
    assert said["sections"] == [[], True, True]
    assert said["targets"] == [["met", "missed"]]
    assert said["overflow"] == [True]


def _attribute(dom: str) -> str:
    page = HTMLParser()
    found: list[str] = []
    page.handle_starttag = lambda tag, attrs: found.extend(v or "" for k, v in attrs if k == "data-said")  # type: ignore[method-assign]
    page.feed(dom)
    return found[0]


def test_the_page_prints(tmp_path: Path, made: dict[str, Any]) -> None:
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(report.html(made))
    chromium(f"--print-to-pdf={paper}", page.as_uri())
    assert paper.read_bytes().startswith(b"%PDF")
    assert paper.stat().st_size > 20_000
